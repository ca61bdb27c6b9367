#include "orm/backends/sqlite/sqlitefunctions.h"

#include "orm/backends/sqlite/sqlitefunctionbase.h"

namespace heddle {

void registerSqliteFunctions(sqlite3 *db)
{
    detail::registerSqliteDateFunctions(db);
    detail::registerSqliteTextFunctions(db);
    detail::registerSqliteNumberFunctions(db);
    detail::registerSqliteJsonFunctions(db);
}

bool detail::hasFunction(sqlite3 *db, const char *name, int arguments)
{
    // Preparing a call tells without asking for the whole list of functions, which takes longer
    // than opening the file.
    QByteArray sql = QByteArrayLiteral("SELECT ") + name + '(';
    for (int i = 0; i < arguments; ++i)
        sql += i ? ",1" : "1";
    sqlite3_stmt *stmt = nullptr;
    const int rc = sqlite3_prepare_v2(db, (sql + ')').constData(), -1, &stmt, nullptr);
    sqlite3_finalize(stmt);
    return rc == SQLITE_OK;
}

} // namespace heddle
