#pragma once

#include "orm/execution/statement.h"

struct sqlite3_stmt;

namespace heddle {

/// Binds every parameter of `statement`. Texts and blobs are not copied: the statement must outlive
/// the execution. Gives SQLite's result code; throws OverflowError for an integer that SQLite
/// cannot hold, NotSupportedError for an array.
int bindSqliteParameters(sqlite3_stmt *stmt, const ValueList &parameters);

/// Reads the current row into `builder` as its column types ask. Gives roughly how many bytes of
/// text and blobs it added.
std::size_t decodeSqliteRow(sqlite3_stmt *stmt, RowBatchBuilder &builder,
                            const std::vector<ColumnType> &types);

/// Django's decimal of an SQLite REAL: 15 significant digits, rounded to `places` if that is not
/// negative.
Decimal sqliteDecimal(double value, int places);

} // namespace heddle
