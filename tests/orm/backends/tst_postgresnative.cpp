#include "tests/support/postgresdatabase.h"
#include "tests/support/postgresserver.h"

#include <QElapsedTimer>
#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// What only the one thread for all connections does.
class TestPostgresNative : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void quickReadsShareConnections();
    void slowReadsHaveConnectionsOfTheirOwn();
    void whoIsBehindACancelledReadIsSentAgain();
    void theSameNewStatementIsPreparedOnce();
    void aStatementWhoseTableChangedIsPreparedAgain();
    void moreStatementsThanAreKept();
    void valuesThatCannotBeSentAreAnErrorOfTheirPlan();
    void syncCallsInContinuationsAreRefused();
    void quittingLeavesNoBackend();

private:
    std::unique_ptr<Runner> open(int connections)
    {
        return openPostgres(m_server.url() + u"?max_connections=%1"_s.arg(connections));
    }
    PostgresServer m_server;
};

namespace {

Plan<qint64> numberOf(Statement statement)
{
    const StatementResult result = co_await send(std::move(statement));
    co_return result.batches.at(0)->value(0, 0).asInt();
}

Plan<qint64> echo(int value)
{
    return numberOf(asking("SELECT $1::int", {Value(value)}));
}

/// Until the pool knows that its reads are quick.
void warmUp(Runner &runner)
{
    for (int i = 0; i < 60; ++i)
        runner.start(echo(i), {}).waitForFinished();
}

} // namespace

void TestPostgresNative::initTestCase()
{
    if (!m_server.start({u"max_connections=40"_s}))
        QSKIP(qPrintable(m_server.problem()));
}

void TestPostgresNative::quickReadsShareConnections()
{
    const auto runner = open(1);
    warmUp(*runner);
    TraceRecorder recorder;
    runner->setTraceSink(&recorder);
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 300; ++i)
        futures << runner->start(echo(i), {});
    for (int i = 0; i < 300; ++i)
        QCOMPARE(futures[i].result(), i);
    runner->setTraceSink(nullptr);
    const std::vector<TraceRecord> records = recorder.take();
    QCOMPARE(records.size(), std::size_t(300));
    int behind = 0; // sent before the one before it was answered
    for (std::size_t i = 1; i < records.size(); ++i)
        behind += records[i].sentNs < records[i - 1].lastRowNs;
    QVERIFY2(behind > 100, qPrintable(QString::number(behind)));
    QCOMPARE(runner->stats().open, 1);
}

void TestPostgresNative::slowReadsHaveConnectionsOfTheirOwn()
{
    const auto runner = open(8);
    const auto sleep = [&](double seconds) {
        QList<QFuture<qint64>> futures;
        for (int i = 0; i < 8; ++i)
            futures << runner->start(
                numberOf(asking("SELECT 1 FROM pg_sleep($1::float8)", {Value(seconds)})), {});
        for (QFuture<qint64> &future : futures)
            future.waitForFinished();
    };
    sleep(0.05);
    QElapsedTimer clock;
    clock.start();
    sleep(0.2);
    QVERIFY2(clock.elapsed() < 400, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(runner->stats().open, 8);
}

void TestPostgresNative::whoIsBehindACancelledReadIsSentAgain()
{
    const auto runner = open(1);
    for (int round = 0; round < 5; ++round) {
        warmUp(*runner);
        QFuture<qint64> slow = runner->start(numberOf(asking("SELECT 1 FROM pg_sleep(20)")), {});
        QList<QFuture<qint64>> behind;
        for (int i = 0; i < 30; ++i)
            behind << runner->start(echo(i), {});
        QTest::qWait(30);
        slow.cancel();
        QVERIFY(slow.isCanceled());
        for (int i = 0; i < 30; ++i)
            QCOMPARE(behind[i].result(), i);
    }
}

void TestPostgresNative::theSameNewStatementIsPreparedOnce()
{
    const auto runner = open(1);
    warmUp(*runner);
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 50; ++i)
        futures << runner->start(numberOf(asking("SELECT $1::int + 0", {Value(i)})), {});
    for (int i = 0; i < 50; ++i)
        QCOMPARE(futures[i].result(), i);
    QCOMPARE(runner
                 ->start(numberOf(asking("SELECT count(*) FROM pg_prepared_statements WHERE "
                                         "statement LIKE '%::int + 0'")),
                         {})
                 .result(),
             1);
}

void TestPostgresNative::aStatementWhoseTableChangedIsPreparedAgain()
{
    const auto runner = open(1);
    QVERIFY(m_server.run(u"CREATE TABLE changing (a int, b int); INSERT INTO changing VALUES (1, "
                         "2)"_s));
    warmUp(*runner);
    const auto all = [&] { return runner->start(numberOf(asking("SELECT * FROM changing")), {}); };
    QCOMPARE(all().result(), 1);
    QVERIFY(m_server.run(u"ALTER TABLE changing DROP COLUMN a"_s));
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 20; ++i)
        futures << all();
    for (QFuture<qint64> &future : futures)
        QCOMPARE(future.result(), 2);
}

void TestPostgresNative::moreStatementsThanAreKept()
{
    const auto runner = open(1);
    warmUp(*runner);
    for (int round = 0; round < 2; ++round) {
        QList<QFuture<qint64>> futures;
        for (int i = 0; i < 500; ++i)
            futures << runner->start(
                numberOf(asking("SELECT " + QByteArray::number(i) + " + $1::int", {Value(1)})), {});
        for (int i = 0; i < 500; ++i)
            QCOMPARE(futures[i].result(), i + 1);
    }
    const qint64 kept =
        runner->start(numberOf(asking("SELECT count(*) FROM pg_prepared_statements")), {}).result();
    QVERIFY2(kept <= 260, qPrintable(QString::number(kept)));
}

void TestPostgresNative::valuesThatCannotBeSentAreAnErrorOfTheirPlan()
{
    const auto runner = open(1);
    warmUp(*runner);
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 10; ++i)
        futures << runner->start(
            i == 5 ? numberOf(asking("SELECT $1::int", {Value(u"x"_s)})) : echo(i), {});
    for (int i = 0; i < 10; ++i) {
        if (i == 5)
            QVERIFY_THROWS_EXCEPTION(DataError, futures[i].result());
        else
            QCOMPARE(futures[i].result(), i);
    }
}

void TestPostgresNative::syncCallsInContinuationsAreRefused()
{
    const auto runner = open(1);
    std::atomic<int> outcome{0};
    for (int i = 0; i < 20 && outcome == 0; ++i) {
        runner->start(numberOf(asking("SELECT 1 FROM pg_sleep(0.05)")), {})
            .then(QtFuture::Launch::Sync,
                  [&](qint64) {
                      try {
                          runner->run(echo(1), {});
                          outcome = 1;
                      } catch (const SynchronousOnlyOperation &) {
                          outcome = 2;
                      }
                  })
            .waitForFinished();
    }
    QCOMPARE(outcome.load(), 2);
}

void TestPostgresNative::quittingLeavesNoBackend()
{
    auto runner = open(20);
    for (int i = 0; i < 20; ++i)
        runner->start(resultOf(asking("SELECT pg_sleep(60)")), {});
    QTRY_COMPARE(runner->stats().busy, 20);
    QTest::qWait(50);
    QElapsedTimer clock;
    clock.start();
    runner.reset();
    QVERIFY2(clock.elapsed() < 2000, qPrintable(QString::number(clock.elapsed())));
    QString left;
    QTRY_VERIFY(m_server.run(u"SELECT count(*) FROM pg_stat_activity WHERE application_name = "
                             "'heddle'"_s,
                             u"postgres"_s, &left) &&
                left.trimmed() == u"0"_s);
}

QTEST_GUILESS_MAIN(TestPostgresNative)
#include "tst_postgresnative.moc"
