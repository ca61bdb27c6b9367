#pragma once

#include "orm/execution/adapter.h"

namespace heddle {

/// Where the connections of one pool go, in QSqlDatabase's words.
struct QtSqlLocation {
    QString driver = QStringLiteral("QMYSQL");
    QString host, user, password, database, socket;
    int port = 3306;
    QString options;     // of the driver, as QSqlDatabase::setConnectOptions() takes them
    QString displayName; // for people: without the password
    QString alias;
    bool readOnly = false;
    std::chrono::seconds connectTimeout{10};

    /// mariadb://user:password@host:3306/database?socket=/path. Throws OperationalError in one
    /// sentence that repeats no password.
    static QtSqlLocation of(const ConnectionTarget &target);
    /// qtsql:///?driver=QODBC&database=name&host=...&port=...&user=...&password=...&options=...
    /// Throws OperationalError as of() does.
    static QtSqlLocation ofDriver(const ConnectionTarget &target);
};

} // namespace heddle
