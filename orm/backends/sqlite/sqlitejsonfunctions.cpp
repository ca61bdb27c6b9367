#include "orm/backends/sqlite/sqlitefunctionbase.h"
#include "orm/backends/sqlite/sqlitefunctions.h"
#include "orm/values/json.h"

namespace heddle::detail {

namespace {

void jsonValid(SqlCall &call)
{
    const std::string_view text = call.text(0);
    const bool valid =
        call.type(0) != SQLITE_BLOB &&
        rewriteJson(QByteArrayView(text.data(), qsizetype(text.size())), JsonStyle::Json);
    call.give(std::int64_t(valid));
}

} // namespace

// SQLite 3.38 to 3.40 take their own JSON functions for harmful where a schema calls them, as
// Django's JSONField does in its CHECK: nothing could be written into such a table.
void registerSqliteJsonFunctions(sqlite3 *db)
{
    const int version = sqlite3_libversion_number();
    if (version >= 3038000 && version < 3041000)
        sqlite3_create_function_v2(db, "JSON_VALID", 1, sqlFunctionFlags, nullptr,
                                   &sqlFunction<&jsonValid>, nullptr, nullptr, nullptr);
}

} // namespace heddle::detail
