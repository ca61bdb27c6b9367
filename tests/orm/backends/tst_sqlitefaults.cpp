#include "orm/execution/transaction.h"
#include "tests/support/sqlitefolder.h"
#include "tests/support/tinydisk.h"

#include <QDir>
#include <QFile>
#include <QTest>
#include <sys/fsuid.h>
#include <unistd.h>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Disks that are full, files that break, vanish or are replaced while a database is in use: the
/// right error, nothing is said to be saved that is not, and the pool goes on.
class TestSqliteFaults : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<SqliteFolder>(); }
    void aFullDatabaseLosesNothing_data() { modes(); }
    void aFullDatabaseLosesNothing();
    void aFullDiskLosesNothing_data() { modes(); }
    void aFullDiskLosesNothing();
    void aFolderThatBecomesReadOnlyIsAnErrorOfWriters();
    void aBrokenPageIsAnErrorOfItsTableOnly();
    void aFileThatIsNoDatabaseAnyMoreIsAnError();
    void aFileThatVanishesIsAnErrorOfWriters_data() { modes(); }
    void aFileThatVanishesIsAnErrorOfWriters();
    void aFolderThatVanishesIsAnErrorOfNewConnections();
    void largeCellsGoInAndOut();

private:
    void modes();
    void chooseMode(Runner &db);
    std::unique_ptr<SqliteFolder> m_folder;
};

namespace {

std::unique_ptr<OrmError> errorOf(const std::function<void()> &call)
{
    try {
        call();
    } catch (const OrmError &e) {
        return std::unique_ptr<OrmError>(e.clone());
    }
    return nullptr;
}

QString codeOf(const std::unique_ptr<OrmError> &error)
{
    if (!error)
        return u"no error"_s;
    return error->database ? error->database->serverCode : error->className();
}

Statement adding(int kilobytes)
{
    return statement("INSERT INTO t (filling) VALUES (zeroblob(? * 1024))", {Value(kilobytes)},
                     TraceKind::Write);
}

/// Two rows or none.
Plan<bool> addTwice(int first, int second)
{
    Statement one = adding(first), two = adding(second);
    co_await send(std::move(one));
    co_await send(std::move(two));
    co_return true;
}

int rows(Runner &db)
{
    return scalar(db, "SELECT count(*) FROM t").asInt();
}

void makeTable(Runner &db)
{
    write(db, "CREATE TABLE t (id INTEGER PRIMARY KEY, filling)");
    write(db, "INSERT INTO t (filling) VALUES ('kept')");
}

/// A file's bytes are replaced under the feet of whoever has it open.
void overwrite(const QString &path, qint64 at, qint64 count)
{
    QFile file(path);
    QVERIFY(file.open(QIODevice::ReadWrite));
    QVERIFY(file.seek(at));
    file.write(QByteArray(count, char(0xa5)));
}

} // namespace

void TestSqliteFaults::modes()
{
    QTest::addColumn<QString>("mode");
    QTest::newRow("journal") << u"delete"_s;
    QTest::newRow("write-ahead log") << u"wal"_s;
}

void TestSqliteFaults::chooseMode(Runner &db)
{
    QFETCH(QString, mode);
    QCOMPARE(scalar(db, ("PRAGMA journal_mode = " + mode.toUtf8()).constData()).asString(), mode);
}

void TestSqliteFaults::aFullDatabaseLosesNothing()
{
    const auto db = openDatabase(m_folder->creating("full.db"));
    chooseMode(*db);
    makeTable(*db);
    scalar(*db, "PRAGMA max_page_count = 100"); // of this thread's connection
    const auto error = errorOf([&] { db->run(atomically(addTwice(1, 1000)), {}); });
    QCOMPARE(codeOf(error), u"SQLITE_FULL"_s);
    QCOMPARE(error->className(), u"OperationalError"_s);
    QCOMPARE(rows(*db), 1);
    scalar(*db, "PRAGMA max_page_count = 100000");
    db->run(atomically(addTwice(1, 1000)), {});
    QCOMPARE(rows(*db), 3);
}

void TestSqliteFaults::aFullDiskLosesNothing()
{
    TinyDisk disk(512);
    if (!disk.isMounted())
        QSKIP(qPrintable(disk.problem()));
    const auto db = openDatabase(u"sqlite:///%1/full.db?mode=rwc"_s.arg(disk.path()));
    chooseMode(*db);
    makeTable(*db);
    for (int round = 0; round < 3; ++round) {
        QFuture<bool> future = db->start(atomically(addTwice(1, 2000)), {});
        const auto error = errorOf([&] { future.result(); });
        QVERIFY2(codeOf(error) == u"SQLITE_FULL" || codeOf(error).startsWith(u"SQLITE_IOERR"),
                 qPrintable(codeOf(error)));
        QCOMPARE(error->className(), u"OperationalError"_s);
        QCOMPARE(rows(*db), 1);
    }
    QTRY_COMPARE(db->stats().busy, 0);
    db->start(atomically(addTwice(1, 1)), {}).result();
    QCOMPARE(rows(*db), 3);
    QCOMPARE(scalar(*db, "PRAGMA integrity_check").asString(), u"ok"_s);
}

/// SQLite needs a journal beside the file for every transaction.
void TestSqliteFaults::aFolderThatBecomesReadOnlyIsAnErrorOfWriters()
{
    const auto db = openDatabase(m_folder->creating("ro.db"));
    makeTable(*db);
    const QFileDevice::Permissions readable =
        QFile::ReadOwner | QFile::ExeOwner | QFile::ReadOther | QFile::ExeOther;
    QVERIFY(QFile::setPermissions(m_folder->path(), readable));
    if (::geteuid() == 0)
        ::setfsuid(65534); // of this thread only; root may write anywhere
    const auto error = errorOf([&] { db->run(resultOf(adding(1)), {}); });
    if (::geteuid() == 0)
        ::setfsuid(0);
    QVERIFY(QFile::setPermissions(m_folder->path(), readable | QFile::WriteOwner));
    QVERIFY(error);
    QCOMPARE(error->className(), u"OperationalError"_s);
    QVERIFY2(codeOf(error).startsWith(u"SQLITE_CANTOPEN"_s) ||
                 codeOf(error).startsWith(u"SQLITE_READONLY"_s),
             qPrintable(codeOf(error)));
    QCOMPARE(rows(*db), 1);
    db->run(resultOf(adding(1)), {});
    QCOMPARE(rows(*db), 2);
}

void TestSqliteFaults::aBrokenPageIsAnErrorOfItsTableOnly()
{
    const QString path = m_folder->path("broken.db");
    {
        const auto db = openDatabase(m_folder->creating("broken.db"));
        makeTable(*db);
        write(*db, "CREATE TABLE big AS WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 "
                   "FROM n WHERE i < 5000) SELECT i, hex(i) h FROM n");
    }
    overwrite(path, 4096 * 6, 4096 * 3);
    const auto db = openDatabase(path);
    const auto read = [&] {
        return errorOf(
            [&] { db->start(resultOf(statement("SELECT sum(i) FROM big")), {}).result(); });
    };
    for (int round = 0; round < 2; ++round) {
        const auto error = read();
        QCOMPARE(codeOf(error).left(14), u"SQLITE_CORRUPT"_s);
        QCOMPARE(error->className(), u"DatabaseError"_s);
        QVERIFY(error->message().contains(u"malformed"_s));
    }
    QTRY_COMPARE(db->stats().busy, 0);
    QCOMPARE(rows(*db), 1);
}

void TestSqliteFaults::aFileThatIsNoDatabaseAnyMoreIsAnError()
{
    const QString path = m_folder->path("replaced.db");
    const auto db = openDatabase(m_folder->creating("replaced.db"));
    makeTable(*db);
    overwrite(path, 0, 4096);
    const auto error =
        errorOf([&] { db->start(resultOf(statement("SELECT count(*) FROM t")), {}).result(); });
    QVERIFY(error && error->isA(u"DatabaseError"_s));
    QVERIFY2(codeOf(error) == u"SQLITE_NOTADB" || codeOf(error).startsWith(u"SQLITE_CORRUPT"),
             qPrintable(codeOf(error)));
    QTRY_COMPARE(db->stats().busy, 0);
}

/// What is written into a file without a name is lost when it is closed.
void TestSqliteFaults::aFileThatVanishesIsAnErrorOfWriters()
{
    const QString path = m_folder->path("gone.db");
    const auto db = openDatabase(m_folder->creating("gone.db"));
    chooseMode(*db);
    makeTable(*db);
    db->start(resultOf(adding(1)), {}).result();
    QVERIFY(QFile::remove(path));
    // On this thread's own connection, which has it open; a worker may be a new one.
    const auto error = errorOf([&] { db->run(resultOf(adding(1)), {}); });
    QVERIFY(error);
    QCOMPARE(error->className(), u"OperationalError"_s);
    QCOMPARE(codeOf(error), u"SQLITE_READONLY_DBMOVED"_s);
    const auto worker = errorOf([&] { db->start(resultOf(adding(1)), {}).result(); });
    QVERIFY(worker);
    QCOMPARE(worker->className(), u"OperationalError"_s);
    QTRY_COMPARE(db->stats().busy, 0);
    const auto transaction = errorOf([&] { db->start(atomically(addTwice(1, 1)), {}).result(); });
    QVERIFY(transaction);
    QCOMPARE(transaction->className(), u"OperationalError"_s);
    QVERIFY(!QFile::exists(path)); // and no empty one in its place
}

void TestSqliteFaults::aFolderThatVanishesIsAnErrorOfNewConnections()
{
    QVERIFY(QDir(m_folder->path()).mkdir(u"inner"_s));
    const auto db = openDatabase(m_folder->creating("inner/gone.db"));
    makeTable(*db);
    QVERIFY(QDir().rename(m_folder->path("inner"), m_folder->path("moved")));
    const auto error =
        errorOf([&] { db->start(resultOf(statement("SELECT count(*) FROM t")), {}).result(); });
    QVERIFY(error);
    QCOMPARE(error->className(), u"OperationalError"_s);
    QVERIFY(QDir().rename(m_folder->path("moved"), m_folder->path("inner")));
    QTRY_COMPARE(db->stats().busy, 0);
    QVERIFY(
        !errorOf([&] { db->start(resultOf(statement("SELECT count(*) FROM t")), {}).result(); }));
}

void TestSqliteFaults::largeCellsGoInAndOut()
{
    const auto db = openDatabase(m_folder->creating("large.db"));
    makeTable(*db);
    constexpr qsizetype size = 200'000'000;
    {
        QByteArray bytes(size, '\0');
        bytes[size - 1] = 'z';
        write(*db, "INSERT INTO t (filling) VALUES (?)", {Value::bytes(bytes)});
        const Value back = scalar(*db, "SELECT filling FROM t WHERE id = 2");
        QCOMPARE(back.asBytes().size(), size);
        QVERIFY(back.asBytes() == bytes);
    }
    write(*db, "UPDATE t SET filling = ? WHERE id = 2", {Value(QString(size / 4, u'ü'))});
    const Value back = scalar(*db, "SELECT filling FROM t WHERE id = 2");
    QCOMPARE(back.asString().size(), size / 4);
    QCOMPARE(back.asString().back(), QChar(u'ü'));
    const auto error = errorOf([&] { scalar(*db, "SELECT zeroblob(1000000001)"); });
    QCOMPARE(codeOf(error), u"SQLITE_TOOBIG"_s);
    QCOMPARE(error->className(), u"DataError"_s);
}

QTEST_GUILESS_MAIN(TestSqliteFaults)
#include "tst_sqlitefaults.moc"
