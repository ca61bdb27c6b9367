#include "orm/backends/qtsql/qtsqllocation.h"

#include "orm/values/errors.h"

#include <QUrlQuery>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

static QUrl addressOf(const ConnectionTarget &target)
{
    const QUrl url(target.connectionInfo, QUrl::StrictMode);
    if (!url.isValid())
        throw OperationalError(
            u"The address of %1 cannot be read. In a URL, characters such as @ and / in a password "
            "are written %40 and %2F."_s.arg(target.displayName()));
    return url;
}

QtSqlLocation QtSqlLocation::of(const ConnectionTarget &target)
{
    const QUrl url = addressOf(target);
    QtSqlLocation location;
    location.host = url.host(QUrl::FullyDecoded);
    location.port = url.port(location.port);
    location.user = url.userName(QUrl::FullyDecoded);
    location.password = url.password(QUrl::FullyDecoded);
    location.database = url.path(QUrl::FullyDecoded).mid(1);
    for (const auto &[name, value] : QUrlQuery(url).queryItems(QUrl::FullyDecoded)) {
        if (name != "socket"_L1)
            throw OperationalError(
                u"The URL of a MariaDB database has no option '%1'; there are socket, mode, alias, "
                "max_connections, max_queued and timeout."_s.arg(name));
        location.socket = value;
    }
    if (location.host.isEmpty() && location.socket.isEmpty())
        location.host = u"127.0.0.1"_s;
    // The client library takes "localhost" for its own socket's path.
    if (location.host == "localhost"_L1 && location.socket.isEmpty())
        location.host = u"127.0.0.1"_s;
    location.displayName = target.displayName();
    location.alias = target.pool.alias;
    location.readOnly = target.pool.readOnly;
    return location;
}

QtSqlLocation QtSqlLocation::ofDriver(const ConnectionTarget &target)
{
    const QUrl url = addressOf(target);
    QtSqlLocation location;
    location.driver.clear();
    location.port = url.port(0);
    location.host = url.host(QUrl::FullyDecoded);
    location.user = url.userName(QUrl::FullyDecoded);
    location.password = url.password(QUrl::FullyDecoded);
    location.database = url.path(QUrl::FullyDecoded).mid(1);
    for (const auto &[name, value] : QUrlQuery(url).queryItems(QUrl::FullyDecoded)) {
        if (name == "driver"_L1)
            location.driver = value;
        else if (name == "database"_L1)
            location.database = value;
        else if (name == "host"_L1)
            location.host = value;
        else if (name == "port"_L1)
            location.port = value.toInt();
        else if (name == "user"_L1)
            location.user = value;
        else if (name == "password"_L1)
            location.password = value;
        else if (name == "options"_L1)
            location.options = value;
        else
            throw OperationalError(
                u"The URL of a driver of Qt's has no option '%1'; there are driver, database, "
                "host, port, user, password, options, mode, alias, max_connections, max_queued and "
                "timeout."_s.arg(name));
    }
    if (location.driver.isEmpty())
        throw OperationalError(
            u"Which driver of Qt's? Write qtsql:///?driver=QODBC&database=name."_s);
    if (location.driver == "QMYSQL"_L1 || location.driver == "QMARIADB"_L1)
        throw OperationalError(
            u"MariaDB has a way of its own: write mariadb://user@host/database."_s);
    location.displayName = target.displayName();
    location.alias = target.pool.alias;
    location.readOnly = target.pool.readOnly;
    if (location.readOnly && location.driver == "QSQLITE"_L1)
        location.options = u"QSQLITE_OPEN_READONLY"_s;
    else if (location.readOnly)
        throw NotSupportedError(
            u"Qt's driver %1 cannot be told to open a database for reading only."_s.arg(
                location.driver));
    return location;
}

} // namespace heddle
