#include "tests/support/sqlitedatabase.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QHash>
#include <QSet>
#include <QTest>
#include <thread>
#include <unistd.h>

using namespace heddle;
using namespace heddle::test;

class TestSqliteConnection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init();
    void valuesComeBackAsTheyWentIn_data();
    void valuesComeBackAsTheyWentIn();
    void cellsThatDoNotFitAreValues();
    void decimalsAreRoundedAsDjangoDoes_data();
    void decimalsAreRoundedAsDjangoDoes();
    void invalidUtf8IsKept();
    void tooLargeIntegersAreRefused();
    void aWriteTellsRowsAndId();
    void rowsStreamWithASmallFirstBatch();
    void aSinkMayEndTheStatement();
    void errorsCarryEverything_data();
    void errorsCarryEverything();
    void aWrongFileIsOneSentence_data();
    void aWrongFileIsOneSentence();
    void aLockedFileIsOneSentenceAndNoEndlessWait();
    void aLockedWriteIsAnError();
    void aReadOnlyFileCanBeRead();
    void aReadOnlyFolderCanBeRead();
    void aMissingFileIsMadeOnlyWhenAsked();
    void theJournalModeIsLeftAlone();
    void aMemoryDatabaseIsSharedByItsConnections();
    void foreignKeysAreEnforced();
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
    QString path(const char *name) const { return m_folder->filePath(QString::fromUtf8(name)); }
    QString creating(const char *name) const
    {
        return QStringLiteral("sqlite:///%1?mode=rwc").arg(path(name));
    }

    std::unique_ptr<QTemporaryDir> m_folder;
};

namespace {

/// The values of the data rows by their names: Value is no type of Qt's.
QHash<QString, Value> &knownValues()
{
    static QHash<QString, Value> values;
    return values;
}

// Counts for some seconds without touching a table.
constexpr const char *endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n "
                                "WHERE i < 1000000000) SELECT count(*) FROM n";
constexpr const char *slow = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE "
                             "i < 400000) SELECT count(*) FROM n";

QString failure(const std::function<void()> &call)
{
    try {
        call();
    } catch (const OrmError &e) {
        return e.className() + QStringLiteral(": ") + e.message();
    }
    return QStringLiteral("no error");
}

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

void TestSqliteConnection::init()
{
    m_folder = std::make_unique<QTemporaryDir>();
}

void TestSqliteConnection::valuesComeBackAsTheyWentIn_data()
{
    QTest::addColumn<int>("kind");
    QTest::addColumn<QString>("repr");
    const auto row = [](const char *name, ColumnKind kind, const Value &value) {
        QTest::newRow(name) << int(kind) << value.toRepr();
        knownValues()[QString::fromUtf8(name)] = value;
    };
    row("int", ColumnKind::Int64, Value(std::numeric_limits<long long>::min()));
    row("double", ColumnKind::Double, Value(0.1));
    row("bool", ColumnKind::Bool, Value(true));
    row("text", ColumnKind::Text, Value(QStringLiteral("naïve \U0001F9F5")));
    row("empty text", ColumnKind::Text, Value(QString()));
    row("bytes", ColumnKind::Bytes, Value::bytes(QByteArray("\0\xff\1", 3)));
    row("date", ColumnKind::Date, Value(Date::fromCivil(1, 2, 3)));
    row("last date", ColumnKind::Date, Value(Date::fromCivil(9999, 12, 31)));
    row("leap day", ColumnKind::Date, Value(Date::fromCivil(2000, 2, 29)));
    row("time", ColumnKind::Time, Value(Time::fromHms(22, 53, 30, 123)));
    row("datetime", ColumnKind::DateTime,
        Value(DateTime::fromParts(Date::fromCivil(2021, 1, 1), Time::fromHms(1, 2, 3))));
    row("microseconds", ColumnKind::DateTime,
        Value(DateTime::fromParts(Date::fromCivil(1969, 7, 20), Time::fromHms(20, 17, 40, 7))));
    row("duration", ColumnKind::Duration, Value(Duration{-90'000'000}));
    row("decimal", ColumnKind::Decimal, Value(Decimal(-110, -2)));
    row("uuid", ColumnKind::Uuid,
        Value(QUuid::fromString(QStringLiteral("12345678-1234-5678-9abc-def012345678"))));
    row("json", ColumnKind::Json, Value(Json{"{\"a\": [1]}"}));
    row("null", ColumnKind::Date, Value());
}

void TestSqliteConnection::valuesComeBackAsTheyWentIn()
{
    QFETCH(int, kind);
    QFETCH(QString, repr);
    const Value value = knownValues()[QString::fromUtf8(QTest::currentDataTag())];
    const auto db = openDatabase(QStringLiteral(":memory:"));
    const Value back = scalar(*db, "SELECT ?", {value}, {{ColumnKind(kind)}});
    QCOMPARE(back.toRepr(), repr);
    QCOMPARE(back.type(), value.type());
}

void TestSqliteConnection::cellsThatDoNotFitAreValues()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    const StatementResult r =
        execute(*db,
                "SELECT 'x', 1.5, 7, X'00', '2021-13-01', 2459000.5, 'noon' UNION ALL SELECT 3, "
                "2.0, 'y', 'z', '2021-12-01', NULL, '12:00:00'",
                {}, TraceKind::Read,
                {{ColumnKind::Int64},
                 {ColumnKind::Int64},
                 {ColumnKind::Text},
                 {ColumnKind::Text},
                 {ColumnKind::Date},
                 {ColumnKind::DateTime},
                 {ColumnKind::Time}});
    const RowBatch &b = *r.batches.at(0);
    const QStringList first{
        QStringLiteral("'x'"),      QStringLiteral("1.5"),          QStringLiteral("7"),
        QStringLiteral("b'\\x00'"), QStringLiteral("'2021-13-01'"), QStringLiteral("2459000.5"),
        QStringLiteral("'noon'")};
    const QStringList second{QStringLiteral("3"),
                             QStringLiteral("2"),
                             QStringLiteral("'y'"),
                             QStringLiteral("'z'"),
                             QStringLiteral("datetime.date(2021, 12, 1)"),
                             QStringLiteral("None"),
                             QStringLiteral("datetime.time(12, 0)")};
    for (int column = 0; column < b.columnCount(); ++column) {
        QCOMPARE(b.value(0, column).toRepr(), first[column]);
        QCOMPARE(b.value(1, column).toRepr(), second[column]);
    }
}

void TestSqliteConnection::decimalsAreRoundedAsDjangoDoes_data()
{
    // What Django 5.2 gives for these cells of a DecimalField.
    QTest::addColumn<QByteArray>("cell");
    QTest::addColumn<int>("places");
    QTest::addColumn<QString>("expected");
    QTest::newRow("price") << QByteArray("0.99") << 2 << QStringLiteral("0.99");
    QTest::newRow("whole") << QByteArray("5") << 2 << QStringLiteral("5.00");
    QTest::newRow("negative") << QByteArray("-12.345") << 2 << QStringLiteral("-12.34");
    QTest::newRow("half even") << QByteArray("2.675") << 2 << QStringLiteral("2.68");
    QTest::newRow("many places") << QByteArray("0.1") << 6 << QStringLiteral("0.100000");
    QTest::newRow("fifteen digits")
        << QByteArray("0.1") << -1 << QStringLiteral("0.100000000000000");
    QTest::newRow("exact") << QByteArray("2.5") << -1 << QStringLiteral("2.5");
    QTest::newRow("integer") << QByteArray("7") << -1 << QStringLiteral("7");
    QTest::newRow("text") << QByteArray("'1.10'") << -1 << QStringLiteral("1.10");
    QTest::newRow("large") << QByteArray("123456789012.34") << 2
                           << QStringLiteral("123456789012.34");
}

void TestSqliteConnection::decimalsAreRoundedAsDjangoDoes()
{
    QFETCH(QByteArray, cell);
    QFETCH(int, places);
    const auto db = openDatabase(QStringLiteral(":memory:"));
    const Value v =
        scalar(*db, ("SELECT " + cell).constData(), {}, {{ColumnKind::Decimal, places}});
    QCOMPARE(v.type(), Value::Type::Decimal);
    QTEST(v.asDecimal().toString(), "expected");
}

void TestSqliteConnection::invalidUtf8IsKept()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    const Value v = scalar(*db, "SELECT CAST(X'41FF42' AS TEXT)", {}, {{ColumnKind::Text}});
    QCOMPARE(v.asUtf8(), QByteArray("A\xff"
                                    "B"));
    QVERIFY(!v.toDisplay().isEmpty());
    QCOMPARE(scalar(*db, "SELECT heddle_regexp('B', CAST(X'41FF42' AS TEXT), 0)").asInt(), 1);
}

void TestSqliteConnection::tooLargeIntegersAreRefused()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    QCOMPARE(failure([&] { scalar(*db, "SELECT ?", {Value(BigInt{"9223372036854775808"})}); }),
             QStringLiteral("OverflowError: Python int too large to convert to SQLite INTEGER"));
}

void TestSqliteConnection::aWriteTellsRowsAndId()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    QCOMPARE(write(*db, "CREATE TABLE t (id INTEGER PRIMARY KEY, v)").rowsAffected, 0);
    const StatementResult inserted = write(*db, "INSERT INTO t (v) VALUES (1), (2), (3)");
    QCOMPARE(inserted.rowsAffected, 3);
    QVERIFY(inserted.lastInsertId == Value(3));
    const StatementResult updated = write(*db, "UPDATE t SET v = 0 WHERE id > 1");
    QCOMPARE(updated.rowsAffected, 2);
    QVERIFY(updated.lastInsertId.isNull());
    QCOMPARE(write(*db, "UPDATE t SET v = 0 WHERE id > 100").rowsAffected, 0);
    const StatementResult returned =
        write(*db, "INSERT INTO t (v) VALUES (?) RETURNING id", {Value(9)});
    QVERIFY(returned.batches.at(0)->value(0, 0) == Value(4));
}

void TestSqliteConnection::rowsStreamWithASmallFirstBatch()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    std::vector<int> sizes;
    qint64 sum = 0;
    const Statement numbers = statement("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                                        "FROM n WHERE i < 20000) SELECT i FROM n",
                                        {}, TraceKind::Read, {{ColumnKind::Int64}});
    const auto stream = [&]() -> Plan<void> {
        co_await send(numbers, [&](RowBatchPtr batch) {
            sizes.push_back(batch->rowCount());
            for (int row = 0; row < batch->rowCount(); ++row)
                sum += batch->column(0).int64(row);
            return true;
        });
    };
    db->run(stream(), {});
    QCOMPARE(sizes, std::vector<int>({256, 8192, 8192, 20000 - 256 - 2 * 8192}));
    QCOMPARE(sum, 20000LL * 20001 / 2);
}

void TestSqliteConnection::aSinkMayEndTheStatement()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    int batches = 0;
    const auto stream = [&]() -> Plan<void> {
        co_await send(
            statement(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"),
            [&](RowBatchPtr) { return ++batches < 3; });
    };
    db->run(stream(), {});
    QCOMPARE(batches, 3);
    QCOMPARE(scalar(*db, "SELECT 7").asInt(), 7);
}

void TestSqliteConnection::errorsCarryEverything_data()
{
    QTest::addColumn<QByteArray>("sql");
    QTest::addColumn<QString>("className");
    QTest::addColumn<QString>("code");
    QTest::addColumn<int>("position");
    QTest::newRow("unique") << QByteArray("INSERT INTO t VALUES (1, 1)")
                            << QStringLiteral("IntegrityError")
                            << QStringLiteral("SQLITE_CONSTRAINT_PRIMARYKEY") << -1;
    QTest::newRow("not null") << QByteArray("INSERT INTO t VALUES (2, NULL)")
                              << QStringLiteral("IntegrityError")
                              << QStringLiteral("SQLITE_CONSTRAINT_NOTNULL") << -1;
    QTest::newRow("check") << QByteArray("INSERT INTO t VALUES (2, -5)")
                           << QStringLiteral("IntegrityError")
                           << QStringLiteral("SQLITE_CONSTRAINT_CHECK") << -1;
    QTest::newRow("syntax") << QByteArray("SELECT FROM t") << QStringLiteral("OperationalError")
                            << QStringLiteral("SQLITE_ERROR") << 7;
    QTest::newRow("no table") << QByteArray("SELECT * FROM nowhere")
                              << QStringLiteral("OperationalError")
                              << QStringLiteral("SQLITE_ERROR") << -1;
    QTest::newRow("too big") << QByteArray("SELECT zeroblob(2000000000)")
                             << QStringLiteral("DataError") << QStringLiteral("SQLITE_TOOBIG")
                             << -1;
}

void TestSqliteConnection::errorsCarryEverything()
{
    QFETCH(QByteArray, sql);
    const auto db = openDatabase(QStringLiteral(":memory:"));
    write(*db, "CREATE TABLE t (id INTEGER PRIMARY KEY, v NOT NULL CHECK (v > -2))");
    write(*db, "INSERT INTO t VALUES (1, 1)");
    try {
        write(*db, sql.constData());
        QFAIL("no error");
    } catch (const DatabaseError &e) {
        QTEST(e.className(), "className");
        QVERIFY(e.database);
        QTEST(e.database->serverCode, "code");
        QTEST(e.database->sqlPosition, "position");
        QCOMPARE(e.database->sql, sql);
        QCOMPARE(e.database->alias, QStringLiteral("default"));
        QVERIFY(e.database->connection.startsWith(QStringLiteral("conn ")));
        QVERIFY(!e.database->serverMessage.isEmpty());
    }
    QCOMPARE(scalar(*db, "SELECT count(*) FROM t").asInt(), 1);
}

void TestSqliteConnection::aWrongFileIsOneSentence_data()
{
    QTest::addColumn<QByteArray>("what");
    QTest::addColumn<QString>("says");
    QTest::newRow("missing") << QByteArray("missing") << QStringLiteral("There is no file");
    QTest::newRow("folder") << QByteArray("folder") << QStringLiteral("is a folder");
    QTest::newRow("text") << QByteArray("text")
                          << QStringLiteral("is not an SQLite database, or it is encrypted");
    QTest::newRow("encrypted") << QByteArray("encrypted")
                               << QStringLiteral("is not an SQLite database, or it is encrypted");
    QTest::newRow("truncated") << QByteArray("truncated")
                               << QStringLiteral("is cut off: it should have");
    QTest::newRow("no permission")
        << QByteArray("no permission") << QStringLiteral("no permission to read");
}

void TestSqliteConnection::aWrongFileIsOneSentence()
{
    QFETCH(QByteArray, what);
    QFETCH(QString, says);
    const QString file = path("wrong.db");
    const auto fill = [&](const QByteArray &bytes) {
        QFile f(file);
        QVERIFY(f.open(QIODevice::WriteOnly));
        f.write(bytes);
    };
    if (what == "folder") {
        QVERIFY(QDir().mkdir(file));
    } else if (what == "text") {
        fill(QByteArray("no database at all\n").repeated(100));
    } else if (what == "encrypted") {
        QByteArray noise;
        for (int i = 0; i < 8192; ++i)
            noise += char(i * 7919 % 251 + i % 5);
        fill(noise);
    } else if (what == "truncated") {
        {
            const auto db = openDatabase(creating("wrong.db"));
            write(*db, "CREATE TABLE t AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                       "FROM n WHERE i < 5000) SELECT i, hex(i) h FROM n");
        }
        QFile::resize(file, 8192);
    } else if (what == "no permission") {
        if (geteuid() == 0)
            QSKIP("root may read everything");
        fill("x");
        QFile::setPermissions(file, QFileDevice::Permissions());
    }
    QElapsedTimer timer;
    timer.start();
    const QString message = failure([&] { openDatabase(file); });
    QVERIFY2(message.startsWith(QStringLiteral("OperationalError")) && message.contains(says),
             qPrintable(message));
    QVERIFY(message.contains(QStringLiteral("wrong.db")));
    QVERIFY(timer.elapsed() < 5000);
    QFile::setPermissions(file, QFileDevice::ReadOwner | QFileDevice::WriteOwner);
}

void TestSqliteConnection::aLockedFileIsOneSentenceAndNoEndlessWait()
{
    const auto holder = openDatabase(creating("locked.db"));
    write(*holder, "CREATE TABLE t (v)");
    execute(*holder, "BEGIN EXCLUSIVE", {}, TraceKind::Begin);
    QElapsedTimer timer;
    timer.start();
    const QString message = failure([&] { openDatabase(path("locked.db")); });
    QVERIFY2(message.contains(QStringLiteral("is locked by another program")), qPrintable(message));
    QVERIFY(timer.elapsed() < 5000);
    execute(*holder, "ROLLBACK", {}, TraceKind::Rollback);
    QCOMPARE(scalar(*openDatabase(path("locked.db")), "SELECT count(*) FROM t").asInt(), 0);
}

void TestSqliteConnection::aLockedWriteIsAnError()
{
    const auto first = openDatabase(creating("busy.db"));
    write(*first, "CREATE TABLE t (v)");
    execute(*first, "BEGIN IMMEDIATE", {}, TraceKind::Begin);
    const auto second = openDatabase(QStringLiteral("sqlite:///%1?timeout=1").arg(path("busy.db")));
    try {
        write(*second, "INSERT INTO t VALUES (1)");
        QFAIL("two writers at once");
    } catch (const OperationalError &e) {
        QVERIFY2(e.message().startsWith(QStringLiteral("database is locked")),
                 qPrintable(e.message()));
        QCOMPARE(e.database->serverCode, QStringLiteral("SQLITE_BUSY"));
    }
    execute(*first, "COMMIT", {}, TraceKind::Commit);
    QCOMPARE(write(*second, "INSERT INTO t VALUES (1)").rowsAffected, 1);
}

void TestSqliteConnection::aReadOnlyFileCanBeRead()
{
    write(*openDatabase(creating("ro.db")), "CREATE TABLE t AS SELECT 5 AS v");
    const auto db = openDatabase(QStringLiteral("sqlite:///%1?mode=ro").arg(path("ro.db")));
    QCOMPARE(scalar(*db, "SELECT v FROM t").asInt(), 5);
    QVERIFY(failure([&] {
                write(*db, "INSERT INTO t VALUES (1)");
            }).contains(QStringLiteral("readonly")));
}

void TestSqliteConnection::aReadOnlyFolderCanBeRead()
{
    if (geteuid() == 0)
        QSKIP("root may write everywhere");
    {
        const auto db = openDatabase(creating("media.db"));
        scalar(*db, "PRAGMA journal_mode = wal");
        write(*db, "CREATE TABLE t AS SELECT 5 AS v");
    }
    QFile::setPermissions(m_folder->path(), QFileDevice::ReadOwner | QFileDevice::ExeOwner);
    const QString message = failure(
        [&] { QCOMPARE(scalar(*openDatabase(path("media.db")), "SELECT v FROM t").asInt(), 5); });
    QFile::setPermissions(m_folder->path(),
                          QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    QCOMPARE(message, QStringLiteral("no error"));
}

void TestSqliteConnection::aMissingFileIsMadeOnlyWhenAsked()
{
    QVERIFY(failure([&] {
                openDatabase(path("new.db"));
            }).contains(QStringLiteral("There is no file")));
    QVERIFY(!QFile::exists(path("new.db")));
    openDatabase(creating("new.db"));
    QVERIFY(QFile::exists(path("new.db")));
}

void TestSqliteConnection::theJournalModeIsLeftAlone()
{
    for (const char *mode : {"delete", "wal"}) {
        const QByteArray name = QByteArray(mode) + ".db";
        {
            const auto db = openDatabase(creating(name.constData()));
            scalar(*db, ("PRAGMA journal_mode = " + QByteArray(mode)).constData());
            write(*db, "CREATE TABLE t (v)");
        }
        const auto db = openDatabase(path(name.constData()));
        write(*db, "INSERT INTO t VALUES (1)");
        db->start(resultOf(statement("SELECT * FROM t")), {}).waitForFinished();
        QCOMPARE(scalar(*db, "PRAGMA journal_mode").asUtf8(), QByteArray(mode));
    }
}

void TestSqliteConnection::aMemoryDatabaseIsSharedByItsConnections()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    write(*db, "CREATE TABLE t (v)");
    db->start(resultOf(statement("INSERT INTO t VALUES (42)", {}, TraceKind::Write)), {})
        .waitForFinished();
    QCOMPARE(scalar(*db, "SELECT v FROM t").asInt(), 42);
    int there = 0;
    std::thread([&] { there = int(scalar(*db, "SELECT v FROM t").asInt()); }).join();
    QCOMPARE(there, 42);
    const auto other = openDatabase(QStringLiteral(":memory:"));
    QVERIFY(failure([&] {
                scalar(*other, "SELECT v FROM t");
            }).contains(QStringLiteral("no such table")));
}

void TestSqliteConnection::foreignKeysAreEnforced()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    write(*db, "CREATE TABLE a (id INTEGER PRIMARY KEY)");
    write(*db, "CREATE TABLE b (a_id REFERENCES a (id))");
    QCOMPARE(failure([&] { write(*db, "INSERT INTO b VALUES (1)"); }),
             QStringLiteral("IntegrityError: FOREIGN KEY constraint failed"));
}

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
        const auto db = openDatabase(creating("turns.db"));
        scalar(*db, ("PRAGMA journal_mode = " + journal.toUtf8()).constData());
        write(*db, "CREATE TABLE t (v)");
        write(*db, "INSERT INTO t VALUES (0)");
    }
    const auto db = openDatabase(path("turns.db"));
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
    const auto db = openDatabase(creating("wait.db"));
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
    const auto db = openDatabase(creating("cancel.db"));
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
    const auto db = openDatabase(creating("turn.db"));
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
