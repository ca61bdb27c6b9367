#pragma once

#include "orm/execution/plan.h"
#include "orm/models/schema.h"

namespace heddle {

/// Reads the schema of a database: the tables, views and foreign tables that the search path finds,
/// partitions and temporary tables left out. Four statements, however many tables there are.
Plan<DatabaseSchema> introspectPostgres();

/// A column's type: `name` as in pg_type ("varchar", "_int4" for an array) of the type that a
/// domain is made of, its modifier as in pg_attribute. Enums are texts.
FieldType postgresFieldType(const QString &name, int modifier, bool isEnum);

} // namespace heddle
