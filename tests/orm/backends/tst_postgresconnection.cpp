#include "tests/support/postgresdatabase.h"
#include "tests/support/postgresserver.h"

#include <QElapsedTimer>
#include <QTest>
#include <thread>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

class TestPostgresConnection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();
    void theSessionIsSetUp();
    void aReadOnlyTargetWritesNothing();
    void aWrongAddressIsOneSentence_data();
    void aWrongAddressIsOneSentence();
    void keywordsConnectToo();
    void errorsCarryEverything_data();
    void errorsCarryEverything();
    void aFailedTransactionSaysSoAndEnds();
    void writesTellHowManyRows();
    void rowsStreamWithASmallFirstBatch();
    void aSinkMayEndTheStatement();
    void aSinkThatThrowsLeavesTheConnectionInOrder();
    void aSinkThatStopsInATransactionKeepsIt();
    void aSleepIsCancelledSoon();
    void lateCancelsHitNobody();
    void aCancelledPlanRollsBack();
    void preparedStatementsAreReusedAndLimited();
    void aChangedTableIsPreparedAgain();
    void aThrownAwayStatementIsPreparedAgain();
    void aChangedTableInATransactionIsAnError();
    void aParameterThatNothingTypesIsText();
    void aLostConnectionIsAnErrorAndThenReplaced();
    void aWriteIsNeverSentTwice();
    void aLostCommitIsUnknown();
    void copyFromTheClientIsRefused();
    void noticesGoToTheLog();

private:
    /// How many statements of ours the server holds for the session.
    qint64 preparedOnServer()
    {
        return scalar(*m_runner, "SELECT count(*) FROM pg_prepared_statements "
                                 "WHERE name LIKE 'heddle%'")
            .asInt();
    }
    qint64 backend() { return scalar(*m_runner, "SELECT pg_backend_pid()").asInt(); }

    PostgresServer m_server;
    std::unique_ptr<Runner> m_runner;
};

namespace {

Plan<void> inTransaction(QList<QByteArray> statements, bool commit)
{
    Statement begin = telling("BEGIN", TraceKind::Begin);
    co_await send(std::move(begin));
    for (const QByteArray &sql : statements) {
        Statement statement = telling(sql);
        co_await send(std::move(statement));
    }
    Statement end =
        commit ? telling("COMMIT", TraceKind::Commit) : telling("ROLLBACK", TraceKind::Rollback);
    co_await send(std::move(end));
}

} // namespace

void TestPostgresConnection::initTestCase()
{
    if (!m_server.start({u"log_statement=none"_s}))
        QSKIP(qPrintable(m_server.problem()));
    QVERIFY2(m_server.run(u"CREATE TABLE parent (id int PRIMARY KEY, name text NOT NULL UNIQUE "
                          "CHECK (name <> 'bad'));"
                          "CREATE TABLE child (id int PRIMARY KEY, parent_id int "
                          "CONSTRAINT child_parent_fk REFERENCES parent);"
                          "INSERT INTO parent VALUES (1, 'one');"_s),
             qPrintable(m_server.problem()));
}

void TestPostgresConnection::init()
{
    m_runner = openPostgres(m_server.url());
}

void TestPostgresConnection::cleanup()
{
    m_runner.reset();
}

void TestPostgresConnection::theSessionIsSetUp()
{
    const auto setting = [this](const char *name) {
        return scalar(*m_runner, "SELECT current_setting($1)", {Value(QString::fromUtf8(name))})
            .toDisplay();
    };
    QCOMPARE(setting("application_name"), u"heddle"_s);
    QCOMPARE(setting("client_encoding"), u"UTF8"_s);
    QCOMPARE(setting("TimeZone"), u"UTC"_s);
    QCOMPARE(setting("DateStyle"), u"ISO, YMD"_s);
}

void TestPostgresConnection::aReadOnlyTargetWritesNothing()
{
    const auto runner = openPostgres(m_server.url() + u"?mode=ro"_s);
    const auto failure =
        failureOf([&] { write(*runner, "INSERT INTO parent VALUES (9, 'nine')"); });
    QVERIFY(failure);
    QCOMPARE(failure->database->serverCode, u"25006"_s);
    QCOMPARE(scalar(*runner, "SELECT count(*) FROM parent WHERE id = 9").asInt(), 0);
}

void TestPostgresConnection::aWrongAddressIsOneSentence_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("says");
    QTest::newRow("nobody listens")
        << u"postgresql://me:geheim@127.0.0.1:1/shop"_s << u"Connection refused"_s;
    QTest::newRow("no database") << u"missing"_s << u"database \"missing\" does not exist"_s;
    QTest::newRow("no such option")
        << u"postgresql://me:geheim@127.0.0.1:1/shop?colour=red"_s << u"cannot be read"_s;
    QTest::newRow("bad escape") << u"postgresql://me:ge%heim@127.0.0.1:1/shop"_s << u"%40"_s;
    QTest::newRow("bad keywords") << u"host=127.0.0.1 password=geheim geheim2"_s
                                  << u"cannot be read"_s;
    QTest::newRow("no mode") << u"postgresql://127.0.0.1/x?mode=rwc"_s << u"mode=ro"_s;
}

void TestPostgresConnection::aWrongAddressIsOneSentence()
{
    QFETCH(QString, url);
    QFETCH(QString, says);
    if (!url.contains(u':') && !url.contains(u'='))
        url = m_server.url(url);
    const auto failure = failureOf([&] { openPostgres(url); });
    QVERIFY(failure && failure->isA(u"OperationalError"_s));
    QVERIFY2(failure->message().contains(says), qPrintable(failure->message()));
    QVERIFY2(!failure->message().contains(u"geheim"_s), qPrintable(failure->message()));
    QVERIFY2(!failure->message().contains(u'\n'), qPrintable(failure->message()));
}

void TestPostgresConnection::keywordsConnectToo()
{
    const QString keywords =
        u"host = 127.0.0.1 port=%1 user='postgres' dbname=postgres application_name='my \\'app'"_s
            .arg(m_server.port());
    const auto runner = openPostgres(keywords);
    QCOMPARE(scalar(*runner, "SELECT current_setting('application_name')").toDisplay(),
             u"my 'app"_s);
    QCOMPARE(ConnectionTarget::parse(keywords).displayName(),
             u"postgresql://postgres@127.0.0.1:%1/postgres"_s.arg(m_server.port()));
}

void TestPostgresConnection::errorsCarryEverything_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("code");
    QTest::addColumn<QString>("constraint");
    QTest::addColumn<QString>("column");
    QTest::addColumn<int>("position");
    const auto row = [](const char *name, const char *sql, const char *error, const char *code,
                        const char *constraint = "", const char *column = "", int position = -1) {
        QTest::newRow(name) << QByteArray(sql) << QString::fromUtf8(error)
                            << QString::fromUtf8(code) << QString::fromUtf8(constraint)
                            << QString::fromUtf8(column) << position;
    };
    row("unique", "INSERT INTO parent VALUES (2, 'one')", "IntegrityError", "23505",
        "parent_name_key");
    row("primary key", "INSERT INTO parent VALUES (1, 'x')", "IntegrityError", "23505",
        "parent_pkey");
    row("not null", "INSERT INTO parent VALUES (2, NULL)", "IntegrityError", "23502", "", "name");
    row("check", "INSERT INTO parent VALUES (2, 'bad')", "IntegrityError", "23514",
        "parent_name_check");
    row("foreign key", "INSERT INTO child VALUES (1, 99)", "IntegrityError", "23503",
        "child_parent_fk");
    row("no column", "SELECT 'ü', nosuch FROM parent", "ProgrammingError", "42703", "", "", 13);
    row("no table", "SELECT 1 FROM nosuch", "ProgrammingError", "42P01", "", "", 14);
    row("syntax", "SELEC 1", "ProgrammingError", "42601", "", "", 0);
    row("two statements", "SELECT 1; SELECT 2", "ProgrammingError", "42601");
    row("division", "SELECT 1 / 0", "DataError", "22012");
    row("overflow", "SELECT 2147483647 + 1", "DataError", "22003");
    row("bad text", "SELECT 'x'::int", "DataError", "22P02", "", "", 7);
    row("not supported", "SELECT count(DISTINCT id) OVER () FROM parent", "NotSupportedError",
        "0A000", "", "", 7);
    row("raised", "DO $$ BEGIN RAISE EXCEPTION 'no' USING HINT = 'yes'; END $$", "InternalError",
        "P0001");
    row("savepoint", "SAVEPOINT s", "InternalError", "25P01");
    row("timeout", "SET statement_timeout = 1; ", "", "");
}

void TestPostgresConnection::errorsCarryEverything()
{
    QFETCH(QByteArray, sql);
    QFETCH(QString, name);
    QFETCH(QString, code);
    QFETCH(QString, constraint);
    QFETCH(QString, column);
    QFETCH(int, position);
    if (name.isEmpty()) { // a time limit of the server's is no cancel of ours
        write(*m_runner, sql);
        sql = "SELECT pg_sleep(10)";
        name = u"OperationalError"_s;
        code = u"57014"_s;
    }
    const auto failure = failureOf([&] { run(*m_runner, asking(sql)); });
    QVERIFY(failure);
    QCOMPARE(failure->className(), name);
    QVERIFY(failure->database);
    QCOMPARE(failure->database->serverCode, code);
    QCOMPARE(failure->database->sql, sql);
    QCOMPARE(failure->database->constraint, constraint);
    QCOMPARE(failure->database->columns.join(u","_s), column);
    if (position >= 0)
        QCOMPARE(failure->database->sqlPosition, position);
    QVERIFY(!failure->database->connection.isEmpty());
    QVERIFY2(failure->message().startsWith(failure->database->serverMessage),
             qPrintable(failure->message()));
    if (code == "23505"_L1) {
        QVERIFY2(failure->message().contains(u"\nDETAIL:  Key ("_s),
                 qPrintable(failure->message()));
        QVERIFY(failure->database->detail.endsWith(u"already exists."_s));
        QCOMPARE(failure->database->table, u"parent"_s);
    }
    if (code == "P0001"_L1)
        QCOMPARE(failure->database->hint, u"yes"_s);
    // And the connection goes on.
    QCOMPARE(scalar(*m_runner, "SELECT 1").asInt(), 1);
}

void TestPostgresConnection::aFailedTransactionSaysSoAndEnds()
{
    // Kept by hand over several calls, as a sync caller's transaction is.
    run(*m_runner, telling("BEGIN", TraceKind::Begin));
    QVERIFY(failureOf([&] { write(*m_runner, "INSERT INTO parent VALUES (1, 'x')"); }));
    const auto failure = failureOf([&] { scalar(*m_runner, "SELECT 1"); });
    QCOMPARE(failure->className(), u"InternalError"_s);
    QCOMPARE(failure->database->serverCode, u"25P02"_s);
    run(*m_runner, telling("ROLLBACK", TraceKind::Rollback));
    QCOMPARE(scalar(*m_runner, "SELECT 1").asInt(), 1);
}

void TestPostgresConnection::writesTellHowManyRows()
{
    write(*m_runner, "CREATE TEMPORARY TABLE counted (i int)");
    QCOMPARE(write(*m_runner, "INSERT INTO counted SELECT generate_series(1, $1)", {Value(7)})
                 .rowsAffected,
             7);
    QCOMPARE(write(*m_runner, "UPDATE counted SET i = i WHERE i > $1", {Value(5)}).rowsAffected, 2);
    QCOMPARE(write(*m_runner, "DELETE FROM counted").rowsAffected, 7);
    QCOMPARE(run(*m_runner, asking("SELECT 1")).rowsAffected, 0);
}

void TestPostgresConnection::rowsStreamWithASmallFirstBatch()
{
    // A million rows, of which never more than a batch is held here.
    std::vector<int> sizes;
    std::int64_t sum = 0;
    Statement all = asking("SELECT i, repeat('x', 100) FROM generate_series(1, $1) AS s(i)",
                           {Value(1'000'000)}, {{ColumnKind::Int64}, {ColumnKind::Text}});
    m_runner->run(streamOf(all,
                           [&](RowBatchPtr batch) {
                               sizes.push_back(batch->rowCount());
                               for (int row = 0; row < batch->rowCount(); ++row)
                                   sum += batch->column(0).int64(row);
                               return true;
                           }),
                  {});
    QCOMPARE(sum, 500'000'500'000LL);
    QCOMPARE(sizes.front(), 256);
    QVERIFY(sizes.size() > 100);
    QVERIFY(*std::max_element(sizes.begin(), sizes.end()) <= 8192);
}

void TestPostgresConnection::aSinkMayEndTheStatement()
{
    const qint64 pid = backend();
    QElapsedTimer clock;
    clock.start();
    std::int64_t rows = 0;
    // The rest would take minutes.
    m_runner->run(streamOf(asking("SELECT generate_series(1, 2000000000)"),
                           [&](RowBatchPtr batch) {
                               rows += batch->rowCount();
                               return rows < 5000;
                           }),
                  {});
    QVERIFY(rows >= 5000 && rows < 50'000);
    QVERIFY2(clock.elapsed() < 20'000, qPrintable(QString::number(clock.elapsed())));
    for (int i = 0; i < 20; ++i)
        QCOMPARE(scalar(*m_runner, "SELECT 1").asInt(), 1);
    QCOMPARE(backend(), pid);
}

void TestPostgresConnection::aSinkThatThrowsLeavesTheConnectionInOrder()
{
    const qint64 pid = backend();
    const auto failure = failureOf([&] {
        m_runner->run(streamOf(asking("SELECT i FROM generate_series(1, 100000) AS s(i)"),
                               [](RowBatchPtr) -> bool { throw ValueError(u"enough"_s); }),
                      {});
    });
    QCOMPARE(failure->message(), u"enough"_s);
    QCOMPARE(scalar(*m_runner, "SELECT 1").asInt(), 1);
    QCOMPARE(backend(), pid);
}

void TestPostgresConnection::aSinkThatStopsInATransactionKeepsIt()
{
    run(*m_runner, telling("BEGIN", TraceKind::Begin));
    write(*m_runner, "CREATE TEMPORARY TABLE kept (i int)");
    m_runner->run(streamOf(asking("SELECT i FROM generate_series(1, 100000) AS s(i)"),
                           [](RowBatchPtr) { return false; }),
                  {});
    write(*m_runner, "INSERT INTO kept VALUES (1)");
    run(*m_runner, telling("COMMIT", TraceKind::Commit));
    QCOMPARE(scalar(*m_runner, "SELECT count(*) FROM kept").asInt(), 1);
}

void TestPostgresConnection::aSleepIsCancelledSoon()
{
    QElapsedTimer clock;
    clock.start();
    QFuture<StatementResult> future = m_runner->start(resultOf(asking("SELECT pg_sleep(60)")), {});
    std::this_thread::sleep_for(std::chrono::milliseconds(100));
    future.cancel();
    // The worker goes on with its next plan once the server has let go.
    QFuture<StatementResult> next = m_runner->start(resultOf(asking("SELECT 1")), {});
    next.waitForFinished();
    QCOMPARE(next.result().batches.at(0)->value(0, 0).asInt(), 1);
    for (int i = 0; i < 200 && m_runner->stats().busy > 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    QCOMPARE(m_runner->stats().busy, 0);
    QVERIFY2(clock.elapsed() < 3000, qPrintable(QString::number(clock.elapsed())));
    QCOMPARE(scalar(*m_runner, "SELECT count(*) FROM pg_stat_activity "
                               "WHERE query LIKE 'SELECT pg_sleep(60)%' AND state = 'active'")
                 .asInt(),
             0);
}

/// Cancelled at every moment of short statements: what runs next on that connection never notices.
void TestPostgresConnection::lateCancelsHitNobody()
{
    m_runner = openPostgres(m_server.url() + u"?max_connections=1"_s);
    int cancelled = 0;
    for (int round = 0; round < 60; ++round) {
        QFuture<StatementResult> future = m_runner->start(
            resultOf(asking("SELECT pg_sleep($1)", {Value(0.0005 * (round % 30))})), {});
        std::this_thread::sleep_for(std::chrono::microseconds(700 * (round % 25)));
        future.cancel();
        QFuture<StatementResult> next =
            m_runner->start(resultOf(asking("SELECT pg_sleep(0.002), $1", {Value(round)})), {});
        next.waitForFinished();
        cancelled += future.isCanceled() ? 1 : 0;
        QCOMPARE(next.result().batches.at(0)->value(0, 1).asInt(), round);
    }
    QVERIFY(cancelled > 0);
}

void TestPostgresConnection::aCancelledPlanRollsBack()
{
    QFuture<void> future = m_runner->start(
        inTransaction({"INSERT INTO parent VALUES (77, 'seventy-seven')", "SELECT pg_sleep(60)"},
                      true),
        {});
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    future.cancel();
    for (int i = 0; i < 300 && m_runner->stats().busy > 0; ++i)
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    // No lock is left on the key, and no row.
    QCOMPARE(write(*m_runner, "INSERT INTO parent VALUES (77, 'again')").rowsAffected, 1);
    write(*m_runner, "DELETE FROM parent WHERE id = 77");
}

void TestPostgresConnection::preparedStatementsAreReusedAndLimited()
{
    const qint64 before = preparedOnServer();
    for (int i = 0; i < 10; ++i)
        QCOMPARE(scalar(*m_runner, "SELECT $1 + 1", {Value(i)}).asInt(), i + 1);
    QCOMPARE(preparedOnServer(), before + 1);
    for (int i = 0; i < 500; ++i)
        QCOMPARE(scalar(*m_runner, "SELECT " + QByteArray::number(i)).asInt(), i);
    const qint64 after = preparedOnServer();
    QVERIFY2(after > 100 && after <= 200, qPrintable(QString::number(after)));
    QCOMPARE(scalar(*m_runner, "SELECT $1 + 1", {Value(1)}).asInt(), 2);
}

void TestPostgresConnection::aChangedTableIsPreparedAgain()
{
    write(*m_runner, "CREATE TEMPORARY TABLE changing (i int, t text)");
    write(*m_runner, "INSERT INTO changing VALUES (1, 'x')");
    QCOMPARE(run(*m_runner, asking("SELECT * FROM changing")).batches.at(0)->columnCount(), 2);
    write(*m_runner, "ALTER TABLE changing ADD COLUMN d date DEFAULT '2021-01-01'");
    const StatementResult wider = run(*m_runner, asking("SELECT * FROM changing"));
    QCOMPARE(wider.batches.at(0)->value(0, 2).toRepr(), u"datetime.date(2021, 1, 1)"_s);
    write(*m_runner, "ALTER TABLE changing ALTER COLUMN i TYPE text");
    QCOMPARE(run(*m_runner, asking("SELECT i FROM changing")).batches.at(0)->value(0, 0).toRepr(),
             u"'1'"_s);
    QCOMPARE(scalar(*m_runner, "SELECT * FROM changing").toRepr(), u"'1'"_s);
}

void TestPostgresConnection::aThrownAwayStatementIsPreparedAgain()
{
    QCOMPARE(scalar(*m_runner, "SELECT $1 + 40", {Value(2)}).asInt(), 42);
    write(*m_runner, "DISCARD ALL");
    QCOMPARE(scalar(*m_runner, "SELECT $1 + 40", {Value(2)}).asInt(), 42);
}

void TestPostgresConnection::aChangedTableInATransactionIsAnError()
{
    write(*m_runner, "CREATE TEMPORARY TABLE moving (i int)");
    write(*m_runner, "INSERT INTO moving VALUES (1)");
    scalar(*m_runner, "SELECT * FROM moving");
    run(*m_runner, telling("BEGIN", TraceKind::Begin));
    write(*m_runner, "ALTER TABLE moving ADD COLUMN j int");
    const auto failure = failureOf([&] { scalar(*m_runner, "SELECT * FROM moving"); });
    QVERIFY(failure);
    QCOMPARE(failure->database->serverCode, u"0A000"_s);
    run(*m_runner, telling("ROLLBACK", TraceKind::Rollback));
    QCOMPARE(scalar(*m_runner, "SELECT * FROM moving").asInt(), 1);
}

void TestPostgresConnection::aParameterThatNothingTypesIsText()
{
    QCOMPARE(scalar(*m_runner, "SELECT $1 IS NULL", {Value(u"x"_s)}).toRepr(), u"False"_s);
    QCOMPARE(scalar(*m_runner, "SELECT concat($1, $2)", {Value(u"a"_s), Value(u"b"_s)}).toRepr(),
             u"'ab'"_s);
}

void TestPostgresConnection::aLostConnectionIsAnErrorAndThenReplaced()
{
    const qint64 pid = backend();
    QVERIFY(m_server.run(u"SELECT pg_terminate_backend(%1)"_s.arg(pid)));
    const auto failure = failureOf([&] { scalar(*m_runner, "SELECT 1"); });
    QVERIFY(failure);
    QCOMPARE(failure->className(), u"OperationalError"_s);
    QVERIFY(backend() != pid);
}

void TestPostgresConnection::aWriteIsNeverSentTwice()
{
    write(*m_runner, "DROP SEQUENCE IF EXISTS sent");
    write(*m_runner, "CREATE SEQUENCE sent");
    // Counts, even where everything else is rolled back, and then ends its own connection.
    const auto failure = failureOf([&] {
        write(*m_runner,
              "INSERT INTO parent SELECT nextval('sent') + 1000, "
              "pg_terminate_backend(pg_backend_pid())::text FROM pg_sleep($1)",
              {Value(0.01)});
    });
    QVERIFY(failure);
    QCOMPARE(failure->className(), u"OperationalError"_s);
    QCOMPARE(scalar(*m_runner, "SELECT last_value FROM sent").asInt(), 1);
    QCOMPARE(scalar(*m_runner, "SELECT count(*) FROM parent WHERE id > 1000").asInt(), 0);
}

void TestPostgresConnection::aLostCommitIsUnknown()
{
    write(*m_runner,
          "CREATE OR REPLACE FUNCTION ends() RETURNS trigger LANGUAGE plpgsql AS "
          "$$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$");
    write(*m_runner, "CREATE TABLE fatal (i int)");
    write(*m_runner, "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON fatal DEFERRABLE "
                     "INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ends()");
    const auto failure = failureOf(
        [&] { m_runner->run(inTransaction({"INSERT INTO fatal VALUES (1)"}, true), {}); });
    QVERIFY(failure);
    QCOMPARE(failure->className(), u"CommitOutcomeUnknown"_s);
    QCOMPARE(scalar(*m_runner, "SELECT count(*) FROM fatal").asInt(), 0);
    write(*m_runner, "DROP TABLE fatal");
}

void TestPostgresConnection::copyFromTheClientIsRefused()
{
    for (const char *sql : {"COPY parent FROM STDIN", "COPY parent TO STDOUT"}) {
        const auto failure = failureOf([&] { write(*m_runner, sql); });
        QVERIFY(failure && failure->isA(u"NotSupportedError"_s));
        QCOMPARE(scalar(*m_runner, "SELECT 1").asInt(), 1);
    }
}

void TestPostgresConnection::noticesGoToTheLog()
{
    QTest::ignoreMessage(QtInfoMsg, "NOTICE:  table \"nosuch\" does not exist, skipping");
    write(*m_runner, "DROP TABLE IF EXISTS nosuch");
}

QTEST_GUILESS_MAIN(TestPostgresConnection)
#include "tst_postgresconnection.moc"
