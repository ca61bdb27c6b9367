#pragma once

#include "orm/execution/plan.h"
#include "orm/models/schema.h"

namespace heddle {

/// Reads tables, views, columns, keys and indexes of the main database. A view that refers to
/// something missing is left out: SQLite cannot say its columns. Nothing is locked or written.
Plan<DatabaseSchema> introspectSqlite();

/// What a declared type means (naming.md, 8): the words decide, not SQLite's affinity; case does
/// not matter.
FieldType sqliteFieldType(const QString &declaredType);

} // namespace heddle
