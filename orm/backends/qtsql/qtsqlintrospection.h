#pragma once

#include "orm/execution/plan.h"
#include "orm/models/schema.h"

namespace heddle {

/// Reads the schema of the connection's MariaDB database from its information schema.
Plan<DatabaseSchema> introspectMariadb();
/// What a column's declared type ("decimal(10,2)", "tinyint(1)", "int(10) unsigned") means.
FieldType mariadbFieldType(const QString &declared);

} // namespace heddle
