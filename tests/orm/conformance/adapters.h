#pragma once

#include "orm/backends/postgres/postgresadapter.h"
#include "orm/backends/qtsql/qtsqladapter.h"
#include "orm/backends/sqlite/sqliteadapter.h"
#include "orm/execution/adapter.h"
#include "tests/support/fakeconnection.h"
#include "tests/support/mariadbserver.h"
#include "tests/support/postgresserver.h"

#include <QTemporaryDir>

namespace heddle::test {

/// One kind of connection that has to keep the contract of the asynchronous side.
///
/// A new one needs the texts of its statements and a way to open a pool; everything else is the
/// tests' business. What it cannot answer stays empty, and the tests that ask for it are skipped.
class Conforming {
public:
    virtual ~Conforming() = default;
    /// False: it cannot run on this machine, and `why` says so.
    virtual bool start(QString *why) = 0;
    virtual std::unique_ptr<Runner> open(const PoolOptions &options) = 0;

    /// One row with that number.
    virtual Statement echo(long long number) const = 0;
    /// Runs for at least 20 s unless it is stopped.
    virtual Statement slow() const = 0;
    /// Fails with a DatabaseError.
    virtual Statement failing() const = 0;
    /// The numbers from 1 to `count`, a row each.
    virtual std::optional<Statement> numbers(long long) const { return {}; }
    /// So many that nobody wants them all.
    virtual long long tooMany() const { return 50'000'000; }
    /// Adds a number to a table of its own, and counts them.
    virtual std::optional<Statement> add(long long) const { return {}; }
    virtual std::optional<Statement> count() const { return {}; }
    /// Empties that table.
    virtual void clear(Runner &) {}
    /// Ends the server's side of every connection.
    virtual bool breakConnections() { return false; }
    /// Whether two plans may run at once.
    virtual bool runsSideBySide() const { return true; }
};

inline Statement statementOf(const QByteArray &sql, ValueList parameters, TraceKind kind)
{
    Statement s;
    s.sql = sql;
    s.parameters = std::move(parameters);
    s.kind = kind;
    if (kind == TraceKind::Read)
        s.columns = std::make_shared<const std::vector<ColumnType>>(
            std::vector<ColumnType>{{ColumnKind::Int64}});
    return s;
}

inline Plan<bool> runPlan(Statement statement)
{
    co_await send(std::move(statement));
    co_return true;
}

/// What real databases have in common.
class ConformingDatabase : public Conforming {
public:
    Statement failing() const override
    {
        return statementOf("SELECT nothing FROM nowhere", {}, TraceKind::Read);
    }
    std::optional<Statement> count() const override
    {
        return statementOf("SELECT count(*) FROM added", {}, TraceKind::Read);
    }
    void clear(Runner &runner) override
    {
        runner.run(runPlan(statementOf("DROP TABLE IF EXISTS added", {}, TraceKind::Write)), {});
        runner.run(runPlan(statementOf("CREATE TABLE added (n BIGINT)", {}, TraceKind::Write)), {});
    }
};

class ConformingSqlite final : public ConformingDatabase {
public:
    bool start(QString *why) override
    {
        registerSqliteAdapter();
        *why = QStringLiteral("no temporary folder");
        return m_folder.isValid();
    }
    std::unique_ptr<Runner> open(const PoolOptions &options) override
    {
        ConnectionTarget target = ConnectionTarget::parse(
            QStringLiteral("sqlite:///") + m_folder.filePath(QStringLiteral("conforming.sqlite")) +
            QStringLiteral("?mode=rwc"));
        target.pool = options;
        return AdapterRegistry::find(target.backend).open(target);
    }
    Statement echo(long long number) const override
    {
        return statementOf("SELECT ?", {Value(number)}, TraceKind::Read);
    }
    Statement slow() const override
    {
        return statementOf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
                           "SELECT count(*) FROM n WHERE i < 0",
                           {}, TraceKind::Read);
    }
    std::optional<Statement> numbers(long long count) const override
    {
        return statementOf("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i "
                           "< ?) SELECT i FROM n",
                           {Value(count)}, TraceKind::Read);
    }
    std::optional<Statement> add(long long number) const override
    {
        return statementOf("INSERT INTO added VALUES (?)", {Value(number)}, TraceKind::Write);
    }

private:
    QTemporaryDir m_folder;
};

/// One server for both ways of waiting for it.
class ConformingPostgres final : public ConformingDatabase {
public:
    ConformingPostgres(std::shared_ptr<PostgresServer> server, ConnectionTarget::Waiting waiting,
                       bool prepare = true)
        : m_server(std::move(server)), m_waiting(waiting), m_prepare(prepare)
    {
    }
    bool start(QString *why) override
    {
        registerPostgresAdapter();
        if (m_server->isRunning() || m_server->start())
            return true;
        *why = m_server->problem();
        return false;
    }
    std::unique_ptr<Runner> open(const PoolOptions &options) override
    {
        ConnectionTarget target = ConnectionTarget::parse(m_server->url());
        target.pool = options;
        target.waiting = m_waiting;
        target.prepare = m_prepare;
        return AdapterRegistry::find(target.backend).open(target);
    }
    Statement echo(long long number) const override
    {
        return statementOf("SELECT $1::bigint", {Value(number)}, TraceKind::Read);
    }
    Statement slow() const override
    {
        return statementOf("SELECT 1 FROM pg_sleep(20)", {}, TraceKind::Read);
    }
    std::optional<Statement> numbers(long long count) const override
    {
        return statementOf("SELECT generate_series(1, $1::bigint)", {Value(count)},
                           TraceKind::Read);
    }
    std::optional<Statement> add(long long number) const override
    {
        return statementOf("INSERT INTO added VALUES ($1)", {Value(number)}, TraceKind::Write);
    }
    bool breakConnections() override
    {
        return m_server->run(
            QStringLiteral("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                           "WHERE application_name = 'heddle'"));
    }

private:
    const std::shared_ptr<PostgresServer> m_server;
    const ConnectionTarget::Waiting m_waiting;
    const bool m_prepare;
};

class ConformingMariadb final : public ConformingDatabase {
public:
    bool start(QString *why) override
    {
        registerMariadbAdapter();
        if (m_server.isRunning() || m_server.start())
            return true;
        *why = m_server.problem();
        return false;
    }
    std::unique_ptr<Runner> open(const PoolOptions &options) override
    {
        ConnectionTarget target = ConnectionTarget::parse(m_server.url());
        target.pool = options;
        return AdapterRegistry::find(target.backend).open(target);
    }
    Statement echo(long long number) const override
    {
        return statementOf("SELECT ?1", {Value(number)}, TraceKind::Read);
    }
    Statement slow() const override { return statementOf("SELECT SLEEP(20)", {}, TraceKind::Read); }
    std::optional<Statement> numbers(long long count) const override
    {
        return statementOf("SELECT seq FROM seq_1_to_1000000000 WHERE seq <= ?1", {Value(count)},
                           TraceKind::Read);
    }
    /// Qt's driver has a whole result in memory before it gives the first row: a stream that ends
    /// early has already cost its whole time.
    long long tooMany() const override { return 1'000'000; }
    std::optional<Statement> add(long long number) const override
    {
        return statementOf("INSERT INTO added VALUES (?1)", {Value(number)}, TraceKind::Write);
    }

private:
    MariadbServer m_server;
};

/// Connections that answer late.
class ConformingFake final : public Conforming {
public:
    bool start(QString *) override { return true; }
    std::unique_ptr<Runner> open(const PoolOptions &options) override
    {
        const auto database = std::make_shared<FakeDatabase>();
        database->delay = std::chrono::milliseconds(2);
        database->failing = "FAIL";
        return fakePool(database, options);
    }
    Statement echo(long long number) const override { return fakeStatement("ECHO", number); }
    Statement slow() const override { return fakeStatement("WAIT"); }
    Statement failing() const override { return fakeStatement("FAIL"); }
};

} // namespace heddle::test
