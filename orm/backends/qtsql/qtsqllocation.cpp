#include "orm/backends/qtsql/qtsqllocation.h"

#include "orm/values/errors.h"

#include <QUrlQuery>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

QtSqlLocation QtSqlLocation::of(const ConnectionTarget &target)
{
    const QUrl url(target.connectionInfo, QUrl::StrictMode);
    if (!url.isValid())
        throw OperationalError(
            u"The address of %1 cannot be read. In a URL, characters such as @ and / in a password "
            "are written %40 and %2F."_s.arg(target.displayName()));
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

} // namespace heddle
