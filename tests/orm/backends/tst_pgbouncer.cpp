// Behind a pooler in transaction mode: each transaction may get another connection of the server,
// so that nothing that outlives one may be relied on.

#include "orm/backends/postgres/postgresadapter.h"
#include "orm/execution/adapter.h"
#include "orm/execution/gather.h"
#include "orm/execution/transaction.h"
#include "tests/support/pgbouncer.h"
#include "tests/support/raises.h"

#include <QtTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

namespace {

Statement asking(const char *sql, ValueList parameters = {})
{
    Statement s;
    s.sql = sql;
    s.parameters = std::move(parameters);
    s.columns = std::make_shared<const std::vector<ColumnType>>(
        std::vector<ColumnType>{{ColumnKind::Int64}});
    return s;
}

Plan<qint64> number(Statement statement)
{
    const StatementResult result = co_await send(std::move(statement));
    co_return result.batches.at(0)->column(0).int64(0);
}

/// The server's processes that three statements of one transaction ran in.
Plan<qint64> processesOfATransaction()
{
    AtomicOptions options;
    Plan<TransactionState::BlockId> entering = enterBlock(options);
    const TransactionState::BlockId block = co_await std::move(entering);
    QSet<qint64> seen;
    for (int i = 0; i < 3; ++i) {
        Statement statement = asking("SELECT pg_backend_pid() FROM pg_sleep(0.01)");
        const StatementResult result = co_await send(std::move(statement));
        seen << result.batches.at(0)->column(0).int64(0);
    }
    Plan<std::vector<CommitCallback>> leaving = leaveBlock(block, true);
    co_await std::move(leaving);
    co_return seen.size();
}

Plan<qint64> streamed(Statement statement, std::shared_ptr<qint64> sum)
{
    BatchSink sink = [sum](RowBatchPtr batch) {
        for (int row = 0; row < batch->rowCount(); ++row)
            *sum += batch->column(0).int64(row);
        return true;
    };
    co_await send(std::move(statement), std::move(sink));
    co_return *sum;
}

} // namespace

class TestPgBouncer : public QObject {
    Q_OBJECT

    PostgresServer m_server;
    PgBouncer m_bouncer;

    std::unique_ptr<Runner> open(const QString &options) const
    {
        const ConnectionTarget target = ConnectionTarget::parse(m_bouncer.url() + options);
        return AdapterRegistry::find(target.backend).open(target);
    }
    void bothAdapters()
    {
        QTest::addColumn<QString>("adapter");
        QTest::newRow("native") << u"&adapter=native"_s;
        QTest::newRow("threads") << u"&adapter=threads"_s;
    }

private Q_SLOTS:
    void initTestCase()
    {
        registerPostgresAdapter();
        if (!m_server.start())
            QSKIP(qPrintable(m_server.problem()));
        if (!m_bouncer.start(m_server, 3))
            QSKIP(qPrintable(m_bouncer.problem()));
    }

    void everyPlanGetsItsOwnAnswer_data() { bothAdapters(); }
    void everyPlanGetsItsOwnAnswer()
    {
        QFETCH(QString, adapter);
        const auto runner = open(u"?prepare=off"_s + adapter);
        QList<QFuture<qint64>> answers;
        for (int i = 0; i < 300; ++i)
            answers << runner->start(
                number(asking(i % 2 ? "SELECT $1::bigint" : "SELECT $1::bigint * 2", {Value(i)})),
                {});
        for (int i = 0; i < 300; ++i)
            QCOMPARE(answers[i].result(), i % 2 ? i : 2 * i);
        QCOMPARE(runner->run(number(asking("SELECT $1::bigint", {Value(7)})), {}), 7);
    }

    void aTransactionStaysOnOneConnection_data() { bothAdapters(); }
    void aTransactionStaysOnOneConnection()
    {
        QFETCH(QString, adapter);
        const auto runner = open(u"?prepare=off"_s + adapter);
        QList<QFuture<qint64>> all;
        for (int i = 0; i < 12; ++i)
            all << runner->start(processesOfATransaction(), {});
        for (const QFuture<qint64> &one : all)
            QCOMPARE(one.result(), 1);
    }

    void rowsStream_data() { bothAdapters(); }
    void rowsStream()
    {
        QFETCH(QString, adapter);
        const auto runner = open(u"?prepare=off"_s + adapter);
        Statement statement = asking("SELECT generate_series(1, $1)", {Value(50'000)});
        QCOMPARE(
            runner->start(streamed(std::move(statement), std::make_shared<qint64>(0)), {}).result(),
            qint64(50'000) * 50'001 / 2);
    }

    void withPreparedStatementsTheErrorNamesTheCure_data() { bothAdapters(); }
    void withPreparedStatementsTheErrorNamesTheCure()
    {
        QFETCH(QString, adapter);
        const auto runner = open(u"?max_connections=8"_s + adapter);
        QString problem;
        QElapsedTimer clock;
        clock.start();
        for (int round = 0; round < 200 && problem.isEmpty() && clock.elapsed() < 10'000; ++round) {
            QList<QFuture<qint64>> answers;
            for (int i = 0; i < 30; ++i)
                answers << runner->start(
                    number(asking(i % 3 ? "SELECT $1::bigint"
                                        : "SELECT $1::bigint FROM pg_sleep(0.002)",
                                  {Value(i)})),
                    {});
            for (int i = 0; i < 30; ++i) {
                try {
                    QCOMPARE(answers[i].result(), i); // never another's answer
                } catch (const OrmError &e) {
                    problem = e.message() + u' ' + e.suggestion();
                }
            }
        }
        if (problem.isEmpty())
            QSKIP("the pooler gave each client the same connection again and again");
        QVERIFY2(problem.contains(u"prepare=off"_s), qPrintable(problem));
    }
};

QTEST_GUILESS_MAIN(TestPgBouncer)
#include "tst_pgbouncer.moc"
