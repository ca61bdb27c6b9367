#include "tests/support/sqlitefolder.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTest>
#include <thread>

using namespace heddle;
using namespace heddle::test;

/// Several at once: writers take turns, queries overlap, end when cancelled, and nest.
class TestSqliteConnection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<SqliteFolder>(); }
    void writersTakeTurns_data();
    void writersTakeTurns();
    void withoutALogAWriterWaitsForReaders();
    void aLongQueryIsCancelled();
    void aCancelledWriterRollsBack();
    void aCancelledWaitForTheWritersTurnEnds();
    void slowQueriesOverlapOnFourThreads();
    void statementsNestOnOneConnection();
    void aChangedTableUnderACachedStatementIsAnErrorOrRight();

private:
    std::unique_ptr<SqliteFolder> m_folder;
};

namespace {

// Counts for some seconds without touching a table.
constexpr const char *endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                                "WHERE i < 1000000000) SELECT count(*) FROM n";
constexpr const char *slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
                             "i < 400000) SELECT count(*) FROM n";

Plan<void> transaction(QList<const char *> statements)
{
    co_await send(statement("BEGIN IMMEDIATE", {}, TraceKind::Begin));
    std::exception_ptr error;
    try {
        for (const char *sql : statements)
            co_await send(statement(sql, {}, TraceKind::Write));
    } catch (...) {
        error = std::current_exception();
    }
    if (error) {
        co_await send(statement("ROLLBACK", {}, TraceKind::Rollback));
        std::rethrow_exception(error);
    }
    co_await send(statement("COMMIT", {}, TraceKind::Commit));
}

} // namespace

void TestSqliteConnection::writersTakeTurns_data()
{
    QTest::addColumn<QString>("journal");
    QTest::newRow("rollback") << QStringLiteral("delete");
    QTest::newRow("wal") << QStringLiteral("wal");
}

void TestSqliteConnection::writersTakeTurns()
{
    QFETCH(QString, journal);
    {
        const auto db = openDatabase(m_folder->creating("turns.db"));
        scalar(*db, ("PRAGMA journal_mode = " + journal.toUtf8()).constData());
        write(*db, "CREATE TABLE t (v)");
        write(*db, "INSERT INTO t VALUES (0)");
    }
    const auto db = openDatabase(m_folder->path("turns.db"));
    scalar(*db, "PRAGMA synchronous = OFF");
    QList<QFuture<void>> writers;
    QList<QFuture<StatementResult>> readers;
    for (int i = 0; i < 60; ++i) {
        writers << db->start(transaction({"UPDATE t SET v = v + 1", "UPDATE t SET v = v + 1"}), {});
        readers << db->start(resultOf(statement("SELECT v FROM t")), {});
    }
    for (int i = 0; i < 20; ++i)
        db->run(transaction({"UPDATE t SET v = v + 1", "UPDATE t SET v = v + 1"}), {});
    for (auto &w : writers)
        w.waitForFinished(); // throws if one of them found the database locked
    for (auto &r : readers)
        QCOMPARE(r.result().batches.at(0)->value(0, 0).asInt() % 2, 0);
    QCOMPARE(scalar(*db, "SELECT v FROM t").asInt(), 160);
}

void TestSqliteConnection::withoutALogAWriterWaitsForReaders()
{
    const auto db = openDatabase(m_folder->creating("wait.db"));
    write(*db, "CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
               "WHERE i < 2000) SELECT i FROM n");
    std::atomic<bool> reading{false}, wrote{false};
    std::atomic<bool> goOn{false};
    const auto reader = [&]() -> Plan<void> {
        co_await send(statement("SELECT i FROM t"), [&](RowBatchPtr) {
            reading = true;
            while (!goOn)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
            return true;
        });
    };
    QFuture<void> read = db->start(reader(), {});
    QTRY_VERIFY(reading);
    QFuture<StatementResult> written =
        db->start(resultOf(statement("INSERT INTO t VALUES (1)", {}, TraceKind::Write)), {});
    QTest::qWait(60);
    QVERIFY(!written.isFinished());
    goOn = true;
    QCOMPARE(written.result().rowsAffected, 1);
    read.waitForFinished();
}

void TestSqliteConnection::aLongQueryIsCancelled()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    QElapsedTimer timer;
    timer.start();
    QFuture<StatementResult> future = db->start(resultOf(statement(endless)), {});
    QTRY_VERIFY(db->stats().busy == 1);
    future.cancel();
    QVERIFY(future.isCanceled());
    QTRY_VERIFY(db->stats().busy == 0);
    QVERIFY(timer.elapsed() < 3000);
    // The same connection goes on, and is not hit by a late cancel.
    for (int i = 0; i < 50; ++i)
        QCOMPARE(db->start(resultOf(statement("SELECT 1")), {}).result().rowCount(), 1);
    QFuture<StatementResult> slowButWanted = db->start(resultOf(statement(slow)), {});
    QCOMPARE(slowButWanted.result().batches.at(0)->value(0, 0).asInt(), 400000);
}

void TestSqliteConnection::aCancelledWriterRollsBack()
{
    const auto db = openDatabase(m_folder->creating("cancel.db"));
    write(*db, "CREATE TABLE t (v)");
    QFuture<void> writer =
        db->start(transaction({"INSERT INTO t VALUES (1)",
                               "INSERT INTO t WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i "
                               "+ 1 FROM n WHERE i < 1000000000) SELECT i FROM n"}),
                  {});
    QTRY_VERIFY(db->stats().busy == 1);
    QTest::qWait(30);
    writer.cancel();
    QTRY_VERIFY(db->stats().busy == 0);
    QCOMPARE(write(*db, "INSERT INTO t VALUES (2)").rowsAffected, 1); // the turn was given back
    QCOMPARE(scalar(*db, "SELECT count(*) FROM t").asInt(), 1);
}

void TestSqliteConnection::aCancelledWaitForTheWritersTurnEnds()
{
    const auto db = openDatabase(m_folder->creating("turn.db"));
    write(*db, "CREATE TABLE t (v)");
    execute(*db, "BEGIN IMMEDIATE", {}, TraceKind::Begin);
    QFuture<StatementResult> waiting =
        db->start(resultOf(statement("INSERT INTO t VALUES (1)", {}, TraceKind::Write)), {});
    QTRY_COMPARE(db->stats().busy, 1);
    waiting.cancel();
    QTRY_COMPARE(db->stats().busy, 0);
    execute(*db, "COMMIT", {}, TraceKind::Commit);
    QCOMPARE(db->start(resultOf(statement("INSERT INTO t VALUES (2)", {}, TraceKind::Write)), {})
                 .result()
                 .rowsAffected,
             1);
}

void TestSqliteConnection::slowQueriesOverlapOnFourThreads()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    TraceRecorder recorder;
    db->setTraceSink(&recorder);
    QList<QFuture<StatementResult>> futures;
    for (int i = 0; i < 4; ++i)
        futures << db->start(resultOf(statement(slow)), {});
    for (auto &f : futures)
        f.waitForFinished();
    QTRY_COMPARE(recorder.size(), std::size_t(4));
    db->setTraceSink(nullptr);
    const std::vector<TraceRecord> records = recorder.take();
    QSet<QString> threads;
    std::int64_t lastStart = 0, firstEnd = std::numeric_limits<std::int64_t>::max();
    for (const TraceRecord &r : records) {
        threads.insert(traceThreadName(r.thread));
        lastStart = std::max(lastStart, r.sentNs);
        firstEnd = std::min(firstEnd, r.lastRowNs);
    }
    QCOMPARE(threads.size(), 4);
    QVERIFY(threads.contains(QStringLiteral("heddle-db-4")));
    QVERIFY(lastStart < firstEnd);
}

void TestSqliteConnection::statementsNestOnOneConnection()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    qint64 sum = 0;
    const auto take = [&](RowBatchPtr batch) {
        for (int row = 0; row < batch->rowCount(); ++row)
            sum += scalar(*db, "SELECT 10 * ?", {batch->value(row, 0)}).asInt();
        sum += execute(*db, "SELECT 1 UNION ALL SELECT 2")
                   .rowCount(); // the very statement that is being read
        return true;
    };
    const auto outer = [&]() -> Plan<void> {
        co_await send(statement("SELECT 1 UNION ALL SELECT 2"), take);
    };
    db->run(outer(), {});
    QCOMPARE(sum, 32);
}

void TestSqliteConnection::aChangedTableUnderACachedStatementIsAnErrorOrRight()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    write(*db, "CREATE TABLE t AS SELECT 1 AS a");
    const Statement all = statement("SELECT * FROM t");
    QCOMPARE(db->run(resultOf(all), {}).batches.at(0)->columnCount(), 1);
    write(*db, "ALTER TABLE t ADD COLUMN b");
    QVERIFY(failure([&] { db->run(resultOf(all), {}); }).contains(QStringLiteral("has changed")));
    QCOMPARE(db->run(resultOf(all), {}).batches.at(0)->columnCount(), 2);
}

QTEST_GUILESS_MAIN(TestSqliteConnection)
#include "tst_sqliteconnection.moc"
