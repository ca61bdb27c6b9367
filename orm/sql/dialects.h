#pragma once

#include "orm/sql/dialect.h"

namespace heddle {

/// The dialects that are part of the compiler. Pure text: no driver is needed to speak one.
const Dialect &sqliteDialect();
const Dialect &postgresDialect();
const Dialect &mariadbDialect();
const Dialect &standardDialect(); // of databases that only a driver of Qt's knows

} // namespace heddle
