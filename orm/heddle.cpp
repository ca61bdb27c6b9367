#include "orm/heddle.h"

#include "orm/backends/postgres/postgresadapter.h"
#include "orm/backends/qtsql/qtsqladapter.h"
#include "orm/backends/sqlite/sqliteadapter.h"

#include <mutex>

namespace heddle {

void registerBackends()
{
    static std::once_flag once;
    std::call_once(once, [] {
        registerSqliteAdapter();
        registerPostgresAdapter();
        registerMariadbAdapter();
        registerQtSqlDriverAdapter();
    });
}

} // namespace heddle
