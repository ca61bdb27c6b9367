#include "app/lab/labdatabase.h"

#include "orm/execution/adapter.h"
#include "orm/values/errors.h"

#include <QCoreApplication>
#include <QLoggingCategory>
#include <QRandomGenerator>
#include <QUrl>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr const char *tables[] = {
    "CREATE TABLE account (id INTEGER PRIMARY KEY, owner VARCHAR(40) NOT NULL, balance INTEGER NOT "
    "NULL)",
    "CREATE TABLE doctor (id INTEGER PRIMARY KEY, name VARCHAR(40) NOT NULL, on_call BOOLEAN NOT "
    "NULL)",
    "CREATE TABLE booking (id INTEGER PRIMARY KEY, room VARCHAR(40) NOT NULL, day INTEGER NOT "
    "NULL)",
};

constexpr const char *rows[] = {
    "DELETE FROM account",
    "DELETE FROM doctor",
    "DELETE FROM booking",
    "INSERT INTO account VALUES (1, 'Ada', 100), (2, 'Ada', 100)",
    "INSERT INTO doctor VALUES (1, 'Grace', TRUE), (2, 'Mary', TRUE)",
    "INSERT INTO booking VALUES (1, 'Blue', 1), (2, 'Red', 1)",
};

Statement statementOf(const QByteArray &sql)
{
    Statement made;
    made.sql = sql;
    made.kind = sql.startsWith("PRAGMA") ? TraceKind::Pragma : TraceKind::Write;
    return made;
}

Plan<std::int64_t> oneStatement(QByteArray sql)
{
    Statement made = statementOf(sql);
    StatementResult result = co_await send(std::move(made));
    co_return result.rowsAffected;
}

void executeOn(const Database &database, const QByteArray &sql)
{
    database.runner().run(oneStatement(sql), {});
}

/// The URL with one more of libpq's options for the server, beside those that it has.
QString withSearchPath(const QString &url, const QString &schema)
{
    const QString option = u"-csearch_path="_s + schema;
    if (!url.contains("://"_L1)) // keywords
        return url + u" options='"_s + option + u'\'';
    const QString encoded = QString::fromLatin1(QUrl::toPercentEncoding(option));
    const qsizetype known = url.indexOf("options="_L1);
    if (known < 0)
        return url + (url.contains(u'?') ? u'&' : u'?') + u"options="_s + encoded;
    return QString(url).insert(known + 8, encoded + u"%20"_s);
}

QString withDatabase(const QString &url, const QString &name)
{
    const qsizetype host = url.indexOf("://"_L1) + 3;
    const qsizetype question = url.indexOf(u'?', host);
    const QString options = question < 0 ? QString() : url.mid(question);
    const QString before = question < 0 ? url : url.first(question);
    const qsizetype slash = before.indexOf(u'/', host);
    return (slash < 0 ? before : before.first(slash)) + u'/' + name + options;
}

} // namespace

QList<LabLevel> labLevels(LabDatabase::Kind kind)
{
    if (kind == LabDatabase::Kind::Sqlite)
        return {LabLevel::Autocommit, LabLevel::Deferred, LabLevel::Immediate};
    return {LabLevel::Autocommit, LabLevel::ReadUncommitted, LabLevel::ReadCommitted,
            LabLevel::RepeatableRead, LabLevel::Serializable};
}

std::optional<LabDatabase::Kind> LabDatabase::kindOf(const QString &url)
{
    try {
        const QString backend = ConnectionTarget::parse(url).backend;
        if (backend == "sqlite"_L1)
            return Kind::Sqlite;
        if (backend == "postgresql"_L1)
            return Kind::Postgres;
        if (backend == "mariadb"_L1)
            return Kind::Mariadb;
    } catch (const OrmError &) {
        // Then no lab either.
    }
    return std::nullopt;
}

LabDatabase::LabDatabase(const QString &server)
{
    try {
        makePlace(server);
    } catch (...) {
        drop();
        throw;
    }
}

LabDatabase::~LabDatabase()
{
    drop();
}

void LabDatabase::makePlace(const QString &server)
{
    m_name = u"heddle_lab_%1"_s.arg(QRandomGenerator::global()->generate(), 8, 16, QChar(u'0'));
    const auto kind = server.isEmpty() ? Kind::Sqlite : kindOf(server);
    if (!kind || (*kind == Kind::Sqlite && !server.isEmpty()))
        throw OperationalError(
            u"The isolation lab runs on PostgreSQL, MariaDB, or a SQLite file of "
            "its own."_s);
    m_kind = *kind;
    QString url;
    switch (m_kind) {
    case Kind::Sqlite:
        url = u"sqlite:///"_s + m_folder.filePath(u"lab.sqlite"_s) + u"?mode=rwc"_s;
        break;
    case Kind::Postgres:
        m_server = Database::open(server);
        executeOn(m_server, "CREATE SCHEMA " + m_name.toLatin1());
        url = withSearchPath(server, m_name);
        break;
    case Kind::Mariadb:
        m_server = Database::open(server);
        executeOn(m_server, "CREATE DATABASE " + m_name.toLatin1());
        url = withDatabase(server, m_name);
        break;
    }
    {
        const Database empty = Database::open(url);
        if (m_kind == Kind::Sqlite)
            executeOn(empty, "PRAGMA journal_mode = WAL");
        for (const char *sql : tables)
            executeOn(empty, sql);
    }
    m_database = Database::open(url); // reads the tables that are there now
    restore();
}

void LabDatabase::drop()
{
    try {
        m_database = {};
        if (m_server.isNull())
            return;
        const QByteArray name = m_name.toLatin1();
        if (m_kind == Kind::Postgres) { // all at once it tells of each table
            for (const char *table : {"account", "doctor", "booking"})
                executeOn(m_server, "DROP TABLE IF EXISTS " + name + '.' + table);
            executeOn(m_server, "DROP SCHEMA IF EXISTS " + name);
        } else {
            executeOn(m_server, "DROP DATABASE IF EXISTS " + name);
        }
    } catch (const OrmError &error) {
        qWarning("The isolation lab's %s could not be dropped: %s", qPrintable(m_name),
                 qPrintable(error.message()));
    }
    m_server = {};
}

QString LabDatabase::place() const
{
    const auto tr = [](const char *text) {
        return QCoreApplication::translate("IsolationLab", text);
    };
    switch (m_kind) {
    case Kind::Sqlite:
        return tr("a temporary SQLite file in WAL mode");
    case Kind::Postgres:
        return tr("schema %1 in %2").arg(m_name, m_server.displayName());
    case Kind::Mariadb:
        return tr("database %1 beside %2").arg(m_name, m_server.displayName());
    }
    return {};
}

QList<LabLevel> LabDatabase::levels() const
{
    return labLevels(m_kind);
}

void LabDatabase::restore()
{
    for (const char *sql : rows)
        execute(sql);
}

void LabDatabase::execute(const QByteArray &sql) const
{
    executeOn(m_database, sql);
}

} // namespace heddle::app
