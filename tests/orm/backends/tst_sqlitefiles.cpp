#include "tests/support/sqlitefolder.h"

#include <QDir>
#include <QElapsedTimer>
#include <QFile>
#include <QTest>
#include <thread>
#include <unistd.h>

using namespace heddle;
using namespace heddle::test;

/// Files that are wrong, locked, read-only or missing, and what errors say of them.
class TestSqliteFiles : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<SqliteFolder>(); }
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

private:
    std::unique_ptr<SqliteFolder> m_folder;
};

void TestSqliteFiles::errorsCarryEverything_data()
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

void TestSqliteFiles::errorsCarryEverything()
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

void TestSqliteFiles::aWrongFileIsOneSentence_data()
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

void TestSqliteFiles::aWrongFileIsOneSentence()
{
    QFETCH(QByteArray, what);
    QFETCH(QString, says);
    const QString file = m_folder->path("wrong.db");
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
            const auto db = openDatabase(m_folder->creating("wrong.db"));
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

void TestSqliteFiles::aLockedFileIsOneSentenceAndNoEndlessWait()
{
    const auto holder = openDatabase(m_folder->creating("locked.db"));
    write(*holder, "CREATE TABLE t (v)");
    execute(*holder, "BEGIN EXCLUSIVE", {}, TraceKind::Begin);
    QElapsedTimer timer;
    timer.start();
    const QString message = failure([&] { openDatabase(m_folder->path("locked.db")); });
    QVERIFY2(message.contains(QStringLiteral("is locked by another program")), qPrintable(message));
    QVERIFY(timer.elapsed() < 5000);
    execute(*holder, "ROLLBACK", {}, TraceKind::Rollback);
    QCOMPARE(scalar(*openDatabase(m_folder->path("locked.db")), "SELECT count(*) FROM t").asInt(),
             0);
}

void TestSqliteFiles::aLockedWriteIsAnError()
{
    const auto first = openDatabase(m_folder->creating("busy.db"));
    write(*first, "CREATE TABLE t (v)");
    execute(*first, "BEGIN IMMEDIATE", {}, TraceKind::Begin);
    const auto second =
        openDatabase(QStringLiteral("sqlite:///%1?timeout=1").arg(m_folder->path("busy.db")));
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

void TestSqliteFiles::aReadOnlyFileCanBeRead()
{
    write(*openDatabase(m_folder->creating("ro.db")), "CREATE TABLE t AS SELECT 5 AS v");
    const auto db =
        openDatabase(QStringLiteral("sqlite:///%1?mode=ro").arg(m_folder->path("ro.db")));
    QCOMPARE(scalar(*db, "SELECT v FROM t").asInt(), 5);
    QVERIFY(failure([&] {
                write(*db, "INSERT INTO t VALUES (1)");
            }).contains(QStringLiteral("readonly")));
}

void TestSqliteFiles::aReadOnlyFolderCanBeRead()
{
    if (geteuid() == 0)
        QSKIP("root may write everywhere");
    {
        const auto db = openDatabase(m_folder->creating("media.db"));
        scalar(*db, "PRAGMA journal_mode = wal");
        write(*db, "CREATE TABLE t AS SELECT 5 AS v");
    }
    QFile::setPermissions(m_folder->path(), QFileDevice::ReadOwner | QFileDevice::ExeOwner);
    const QString message = failure([&] {
        QCOMPARE(scalar(*openDatabase(m_folder->path("media.db")), "SELECT v FROM t").asInt(), 5);
    });
    QFile::setPermissions(m_folder->path(),
                          QFileDevice::ReadOwner | QFileDevice::WriteOwner | QFileDevice::ExeOwner);
    QCOMPARE(message, QStringLiteral("no error"));
}

void TestSqliteFiles::aMissingFileIsMadeOnlyWhenAsked()
{
    QVERIFY(failure([&] {
                openDatabase(m_folder->path("new.db"));
            }).contains(QStringLiteral("There is no file")));
    QVERIFY(!QFile::exists(m_folder->path("new.db")));
    openDatabase(m_folder->creating("new.db"));
    QVERIFY(QFile::exists(m_folder->path("new.db")));
}

void TestSqliteFiles::theJournalModeIsLeftAlone()
{
    for (const char *mode : {"delete", "wal"}) {
        const QByteArray name = QByteArray(mode) + ".db";
        {
            const auto db = openDatabase(m_folder->creating(name.constData()));
            scalar(*db, ("PRAGMA journal_mode = " + QByteArray(mode)).constData());
            write(*db, "CREATE TABLE t (v)");
        }
        const auto db = openDatabase(m_folder->path(name.constData()));
        write(*db, "INSERT INTO t VALUES (1)");
        db->start(resultOf(statement("SELECT * FROM t")), {}).waitForFinished();
        QCOMPARE(scalar(*db, "PRAGMA journal_mode").asUtf8(), QByteArray(mode));
    }
}

void TestSqliteFiles::aMemoryDatabaseIsSharedByItsConnections()
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

void TestSqliteFiles::foreignKeysAreEnforced()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    write(*db, "CREATE TABLE a (id INTEGER PRIMARY KEY)");
    write(*db, "CREATE TABLE b (a_id REFERENCES a (id))");
    QCOMPARE(failure([&] { write(*db, "INSERT INTO b VALUES (1)"); }),
             QStringLiteral("IntegrityError: FOREIGN KEY constraint failed"));
}

QTEST_GUILESS_MAIN(TestSqliteFiles)
#include "tst_sqlitefiles.moc"
