#include "orm/backends/qtsql/qtsqllink.h"

#include <QSqlError>
#include <QSqlQuery>
#include <atomic>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

QtSqlLink::QtSqlLink(const QtSqlLocation &location)
{
    static std::atomic<unsigned> next{1};
    m_name = u"heddle-%1"_s.arg(next.fetch_add(1));
    m_database = QSqlDatabase::addDatabase(location.driver, m_name);
    m_database.setHostName(location.host);
    if (location.port > 0)
        m_database.setPort(location.port);
    m_database.setUserName(location.user);
    m_database.setPassword(location.password);
    m_database.setDatabaseName(location.database);
    QString options = location.options;
    // An UPDATE counts the rows that it found and not only those that it changed: save() of a row
    // that is as it was would take it for a missing one.
    if (location.driver == "QMYSQL"_L1)
        options = u"CLIENT_FOUND_ROWS=1;MYSQL_OPT_CONNECT_TIMEOUT=%1"_s.arg(
            location.connectTimeout.count());
    if (!location.socket.isEmpty())
        options += u";UNIX_SOCKET="_s + location.socket;
    m_database.setConnectOptions(options);
    m_database.setNumericalPrecisionPolicy(QSql::HighPrecision); // decimals as their text
}

QtSqlLink::~QtSqlLink()
{
    m_database.close();
    m_database = QSqlDatabase(); // nobody may hold one that is removed
    QSqlDatabase::removeDatabase(m_name);
}

bool QtSqlLink::open()
{
    return m_database.open();
}

QSqlError QtSqlLink::error() const
{
    return m_database.lastError();
}

bool QtSqlLink::run(const QByteArray &sql)
{
    QSqlQuery query(m_database);
    return query.exec(QString::fromUtf8(sql));
}

} // namespace heddle
