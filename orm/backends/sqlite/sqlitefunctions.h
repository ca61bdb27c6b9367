#pragma once

struct sqlite3;

namespace heddle {

/// Gives a connection the SQL functions that Django's expressions need and SQLite does not have:
/// parts, truncation and differences of dates, regular expressions, statistics, hashes, padding.
/// All are deterministic, harmless in a foreign schema, and give NULL for NULL. What this SQLite
/// has built in is left alone.
void registerSqliteFunctions(sqlite3 *db);

namespace detail {

void registerSqliteDateFunctions(sqlite3 *db);
void registerSqliteTextFunctions(sqlite3 *db);
void registerSqliteNumberFunctions(sqlite3 *db);
void registerSqliteJsonFunctions(sqlite3 *db);

} // namespace detail

} // namespace heddle
