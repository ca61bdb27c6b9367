#include "orm/execution/transaction.h"
#include "tests/orm/conformance/plans.h"
#include "tests/support/postgresdatabase.h"
#include "tests/support/postgresserver.h"
#include "tests/support/stallingproxy.h"

#include <QElapsedTimer>
#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// What goes wrong with a real server, on both ways of waiting for it: the right error, in bounded
/// time, and a pool that goes on.
class TestPostgresFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aBackendThatIsKilledWhileIdleIsReplaced_data() { ways(); }
    void aBackendThatIsKilledWhileIdleIsReplaced();
    void aBackendThatIsKilledAtWorkIsAnError_data() { ways(); }
    void aBackendThatIsKilledAtWorkIsAnError();
    void aBackendThatIsKilledInATransactionUndoesIt_data() { ways(); }
    void aBackendThatIsKilledInATransactionUndoesIt();
    void aBackendThatIsKilledBetweenStatementsUndoesThem_data() { ways(); }
    void aBackendThatIsKilledBetweenStatementsUndoesThem();
    void aBackendThatIsKilledInCommitLeavesTheOutcomeUnknown_data() { ways(); }
    void aBackendThatIsKilledInCommitLeavesTheOutcomeUnknown();
    void aServerMayStopAndStart_data() { ways(); }
    void aServerMayStopAndStart();
    void aNetworkThatHangsIsGivenUp_data() { ways(); }
    void aNetworkThatHangsIsGivenUp();
    void aNetworkThatIsCutIsAnError_data() { ways(); }
    void aNetworkThatIsCutIsAnError();
    void tooManyConnectionsIsAnError_data() { ways(); }
    void tooManyConnectionsIsAnError();
    void aStatementTimeoutIsNotACancel_data() { ways(); }
    void aStatementTimeoutIsNotACancel();
    void aDeadlockIsAnErrorOfOneOfTheTwo_data() { ways(); }
    void aDeadlockIsAnErrorOfOneOfTheTwo();
    void aSerializationFailureSaysThatItMayBeTriedAgain_data() { ways(); }
    void aSerializationFailureSaysThatItMayBeTriedAgain();

private:
    void ways();
    std::unique_ptr<Runner> open(int connections, const QString &options = {}, int port = 0);
    void kill();
    PostgresServer m_server;
};

namespace {

/// Without a pause it waits until another session has come as far.
Plan<bool> transfer(const char *first, const char *second, double pause)
{
    Statement one = telling(first);
    co_await heddle::send(std::move(one));
    Statement waiting = pause > 0 ? asking("SELECT 1 FROM pg_sleep($1::float8)", {Value(pause)})
                                  : asking("SELECT meet()");
    co_await heddle::send(std::move(waiting));
    Statement two = telling(second);
    co_await heddle::send(std::move(two));
    co_return true;
}

Plan<bool> readThenWrite()
{
    Statement reading = asking("SELECT sum(n) FROM pair");
    co_await heddle::send(std::move(reading));
    Statement waiting = asking("SELECT meet()");
    co_await heddle::send(std::move(waiting));
    Statement writing = telling("INSERT INTO pair SELECT sum(n) FROM pair");
    co_await heddle::send(std::move(writing));
    co_return true;
}

template <typename T>
std::unique_ptr<OrmError> failure(QFuture<T> future)
{
    return failureOf([&] { future.result(); });
}

/// Runs reads until one is answered: how a pool looks from outside after a fault.
bool heals(Runner &runner)
{
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 10'000) {
        if (!failure(runner.start(resultOf(asking("SELECT 1")), {})))
            return true;
        QTest::qWait(20);
    }
    return false;
}

} // namespace

void TestPostgresFaults::initTestCase()
{
    if (!m_server.start({u"max_connections=20"_s, u"deadlock_timeout=50ms"_s}))
        QSKIP(qPrintable(m_server.problem()));
    // Two sessions that call it go on together; the locks stay until these are closed.
    QVERIFY(m_server.run(
        u"CREATE FUNCTION meet() RETURNS bigint LANGUAGE plpgsql AS 'BEGIN PERFORM "
        "pg_advisory_lock_shared(77); FOR i IN 1..1500 LOOP IF (SELECT count(*) FROM pg_locks "
        "WHERE locktype = ''advisory'' AND objid = 77) >= 2 THEN RETURN 1; END IF; PERFORM "
        "pg_sleep(0.01); END LOOP; RETURN 0; END'"_s));
}

void TestPostgresFaults::ways()
{
    QTest::addColumn<QString>("way");
    QTest::newRow("native") << u"adapter=native"_s;
    QTest::newRow("threads") << u"adapter=threads"_s;
}

std::unique_ptr<Runner> TestPostgresFaults::open(int connections, const QString &options, int port)
{
    QFETCH(QString, way);
    QString url = m_server.url();
    if (port)
        url.replace(QString::number(m_server.port()), QString::number(port));
    return openPostgres(url + u"?max_connections=%1&"_s.arg(connections) + way + options);
}

void TestPostgresFaults::kill()
{
    QVERIFY(m_server.run(u"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE "
                         "application_name = 'heddle'"_s));
}

void TestPostgresFaults::aBackendThatIsKilledWhileIdleIsReplaced()
{
    const auto runner = open(2);
    QVERIFY(!failure(runner->start(resultOf(asking("SELECT 1")), {})));
    kill();
    QTest::qWait(50);
    QVERIFY(heals(*runner));
    QTRY_COMPARE(runner->stats().busy, 0);
}

void TestPostgresFaults::aBackendThatIsKilledAtWorkIsAnError()
{
    const auto runner = open(2);
    QFuture<StatementResult> future = runner->start(resultOf(asking("SELECT pg_sleep(20)")), {});
    QTRY_COMPARE(runner->stats().busy, 1);
    QTest::qWait(50);
    kill();
    const auto error = failure(future);
    QVERIFY(error && error->isA(u"OperationalError"_s));
    QCOMPARE(error->database->sql, QByteArray("SELECT pg_sleep(20)"));
    QCOMPARE(error->database->serverCode, u"57P01"_s);
    QVERIFY(heals(*runner));
    QTRY_COMPARE(runner->stats().busy, 0);
}

void TestPostgresFaults::aBackendThatIsKilledInATransactionUndoesIt()
{
    const auto runner = open(2);
    QVERIFY(m_server.run(u"DROP TABLE IF EXISTS pair; CREATE TABLE pair (n bigint)"_s));
    QFuture<bool> future = runner->start(
        atomically(transfer("INSERT INTO pair VALUES (1)", "INSERT INTO pair VALUES (2)", 20)), {});
    QTRY_COMPARE(runner->stats().busy, 1);
    QTest::qWait(50);
    kill();
    const auto error = failure(future);
    QVERIFY(error && error->isA(u"OperationalError"_s));
    QVERIFY(heals(*runner));
    const StatementResult left =
        runner->start(resultOf(asking("SELECT count(*) FROM pair")), {}).result();
    QCOMPARE(left.batches.at(0)->value(0, 0).asInt(), 0);
}

/// While the transaction waits for its own program nobody reads from the connection: the next
/// statement hears why it is gone, those after it that the block is over.
void TestPostgresFaults::aBackendThatIsKilledBetweenStatementsUndoesThem()
{
    const auto runner = open(2);
    QVERIFY(m_server.run(u"DROP TABLE IF EXISTS pair; CREATE TABLE pair (n bigint)"_s));
    auto session = std::make_unique<OnSession>(*runner);
    const quint64 block = session->join(enter()).result();
    QVERIFY(!failure(session->join(resultOf(telling("INSERT INTO pair VALUES (1)")))));
    kill();
    QString open = u"1"_s;
    QTRY_VERIFY(m_server.run(u"SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                             "'heddle'"_s,
                             u"postgres"_s, &open) &&
                open == u"0"_s);
    const auto first = failure(session->join(resultOf(telling("INSERT INTO pair VALUES (2)"))));
    QVERIFY(first && first->isA(u"OperationalError"_s));
    QCOMPARE(first->database->serverCode, u"57P01"_s);
    const auto second = failure(session->join(resultOf(telling("INSERT INTO pair VALUES (3)"))));
    QVERIFY(second && second->isA(u"DatabaseError"_s));
    const auto end = failure(session->join(leave(block, true)));
    QVERIFY(end && end->isA(u"OperationalError"_s));
    session.reset();
    QTRY_COMPARE(runner->stats().busy, 0);
    QVERIFY(heals(*runner));
    QCOMPARE(scalar(*runner, "SELECT count(*) FROM pair").asInt(), 0);
}

void TestPostgresFaults::aBackendThatIsKilledInCommitLeavesTheOutcomeUnknown()
{
    const auto runner = open(2);
    // A constraint that is checked at COMMIT, and takes its time.
    QVERIFY(m_server.run(
        u"DROP TABLE IF EXISTS slow; CREATE TABLE slow (n bigint); CREATE OR REPLACE FUNCTION "
        "wait_a_while() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(20); RETURN "
        "NULL; END'; CREATE CONSTRAINT TRIGGER slowly AFTER INSERT ON slow DEFERRABLE INITIALLY "
        "DEFERRED FOR EACH ROW EXECUTE FUNCTION wait_a_while()"_s));
    QFuture<StatementResult> future =
        runner->start(atomically(resultOf(telling("INSERT INTO slow VALUES (1)"))), {});
    QString commits;
    QTRY_VERIFY_WITH_TIMEOUT(
        m_server.run(u"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'heddle' "
                     "AND query = 'COMMIT' AND wait_event = 'PgSleep'"_s,
                     u"postgres"_s, &commits) &&
            commits == u"1"_s,
        15'000);
    kill();
    const auto error = failure(future);
    QVERIFY(error);
    QCOMPARE(error->className(), u"CommitOutcomeUnknown"_s);
    QVERIFY(heals(*runner));
}

void TestPostgresFaults::aServerMayStopAndStart()
{
    const auto runner = open(2);
    QVERIFY(heals(*runner));
    PostgresServer other;
    QVERIFY2(other.start({u"synchronous_commit=on"_s}), qPrintable(other.problem()));
    QFETCH(QString, way);
    const auto second = openPostgres(other.url() + u"?max_connections=2&"_s + way);
    QVERIFY(heals(*second));
    QVERIFY(other.run(u"CREATE TABLE kept (n bigint)"_s));
    QCOMPARE(failure(second->start(resultOf(telling("INSERT INTO kept VALUES (1)")), {})), nullptr);
    other.stop();
    QElapsedTimer clock;
    clock.start();
    for (int i = 0; i < 3; ++i) {
        const auto error = failure(second->start(resultOf(asking("SELECT 1")), {}));
        QVERIFY(error && error->isA(u"OperationalError"_s));
    }
    QVERIFY(clock.elapsed() < 5000);
    QTRY_COMPARE(second->stats().busy, 0);
    QVERIFY2(other.startAgain(), qPrintable(other.problem()));
    QVERIFY(heals(*second)); // without a restart of the pool
    QCOMPARE(scalar(*second, "SELECT count(*) FROM kept").asInt(), 1);
    QVERIFY(heals(*runner));
}

void TestPostgresFaults::aNetworkThatHangsIsGivenUp()
{
    StallingProxy proxy(m_server.port());
    const auto runner = open(1, {}, proxy.port());
    QVERIFY(heals(*runner));
    proxy.stall(true);
    QFuture<StatementResult> stuck = runner->start(resultOf(asking("SELECT 1")), {});
    QTest::qWait(100);
    stuck.cancel();
    QVERIFY(stuck.isCanceled());
    QTRY_COMPARE_WITH_TIMEOUT(runner->stats().busy, 0, 8'000);
    proxy.stall(false);
    QVERIFY(heals(*runner));
}

/// The client's side of the connection ends, the server's goes on: half open. What was in a
/// transaction is undone once the server notices.
void TestPostgresFaults::aNetworkThatIsCutIsAnError()
{
    QVERIFY(m_server.run(u"DROP TABLE IF EXISTS pair; CREATE TABLE pair (n bigint)"_s));
    StallingProxy proxy(m_server.port());
    const auto runner = open(2, {}, proxy.port());
    QFuture<bool> future = runner->start(
        atomically(transfer("INSERT INTO pair VALUES (1)", "INSERT INTO pair VALUES (2)", 20)), {});
    QTRY_COMPARE(runner->stats().busy, 1);
    QTest::qWait(50);
    QElapsedTimer clock;
    clock.start();
    proxy.cut();
    const auto error = failure(future);
    QVERIFY(error && error->isA(u"OperationalError"_s));
    QVERIFY(clock.elapsed() < 5000);
    QTRY_COMPARE(runner->stats().busy, 0);
    QVERIFY(heals(*runner));
    QCOMPARE(scalar(*runner, "SELECT count(*) FROM pair").asInt(), 0);
    kill(); // the server has not noticed yet, and holds the transaction's locks
}

void TestPostgresFaults::tooManyConnectionsIsAnError()
{
    const auto hog = open(16);
    QList<QFuture<StatementResult>> held;
    for (int i = 0; i < 16; ++i)
        held << hog->start(resultOf(asking("SELECT pg_sleep(3)")), {});
    QTRY_COMPARE(hog->stats().busy, 16);
    std::unique_ptr<OrmError> error;
    std::vector<std::unique_ptr<Runner>> more;
    error = failureOf([&] {
        for (int i = 0; i < 6; ++i) {
            more.push_back(open(1));
            QList<QFuture<StatementResult>> futures{
                more.back()->start(resultOf(asking("SELECT pg_sleep(1)")), {})};
            QTest::qWait(100);
            if (futures[0].isFinished())
                futures[0].result();
        }
    });
    for (QFuture<StatementResult> &future : held)
        future.cancel();
    QVERIFY(error && error->isA(u"OperationalError"_s));
    more.clear();
    QTRY_COMPARE_WITH_TIMEOUT(hog->stats().busy, 0, 8'000);
    QVERIFY(heals(*hog));
}

void TestPostgresFaults::aStatementTimeoutIsNotACancel()
{
    const auto runner = open(2, u"&options=-c%20statement_timeout%3D100"_s);
    const auto error = failure(runner->start(resultOf(asking("SELECT pg_sleep(20)")), {}));
    QVERIFY(error);
    QCOMPARE(error->className(), u"OperationalError"_s);
    QCOMPARE(error->database->serverCode, u"57014"_s);
    QVERIFY(heals(*runner));
}

void TestPostgresFaults::aDeadlockIsAnErrorOfOneOfTheTwo()
{
    const auto runner = open(2);
    QVERIFY(m_server.run(u"DROP TABLE IF EXISTS pair; CREATE TABLE pair (n bigint); INSERT INTO "
                         "pair VALUES (1), (2)"_s));
    constexpr const char *one = "UPDATE pair SET n = n WHERE n = 1";
    constexpr const char *two = "UPDATE pair SET n = n WHERE n = 2";
    QFuture<bool> a = runner->start(atomically(transfer(one, two, 0)), {});
    QFuture<bool> b = runner->start(atomically(transfer(two, one, 0)), {});
    const auto first = failure(a), second = failure(b);
    QVERIFY(!first != !second);
    const OrmError &error = first ? *first : *second;
    QVERIFY(error.isA(u"OperationalError"_s));
    QCOMPARE(error.database->serverCode, u"40P01"_s);
    QTRY_COMPARE(runner->stats().busy, 0);
}

void TestPostgresFaults::aSerializationFailureSaysThatItMayBeTriedAgain()
{
    const auto runner = open(2);
    QVERIFY(m_server.run(u"DROP TABLE IF EXISTS pair; CREATE TABLE pair (n bigint); INSERT INTO "
                         "pair VALUES (1), (2)"_s));
    AtomicOptions options;
    options.isolation = Isolation::Serializable;
    QFuture<bool> a = runner->start(atomically(readThenWrite(), options), {});
    QFuture<bool> b = runner->start(atomically(readThenWrite(), options), {});
    const auto first = failure(a), second = failure(b);
    QVERIFY(first || second);
    const OrmError &error = first ? *first : *second;
    QCOMPARE(error.database->serverCode, u"40001"_s);
    QTRY_COMPARE(runner->stats().busy, 0);
}

QTEST_GUILESS_MAIN(TestPostgresFaults)
#include "tst_postgresfaults.moc"
