#include "orm/backends/sqlite/sqliteadapter.h"
#include "orm/execution/transaction.h"
#include "tests/support/postgresdatabase.h"
#include "tests/support/postgresserver.h"
#include "tests/support/processfigures.h"
#include "tests/support/tinydisk.h"

#include <QCoreApplication>
#include <QProcess>
#include <QTest>
#include <cstdio>
#include <pwd.h>
#include <sys/resource.h>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// What is too much for the server or for this process: connections, disk, memory, single cells.
class TestPostgresLimits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void tooFewConnectionsOfTheServerAreAnErrorAndThenFound_data() { ways(); }
    void tooFewConnectionsOfTheServerAreAnErrorAndThenFound();
    void aFullDiskLosesNothing_data() { ways(); }
    void aFullDiskLosesNothing();
    void tooLargeTemporaryFilesAreAnError_data() { ways(); }
    void tooLargeTemporaryFilesAreAnError();
    void aResultThatDoesNotFitIsAnError_data();
    void aResultThatDoesNotFitIsAnError();
    void largeCellsGoInAndOut_data() { ways(); }
    void largeCellsGoInAndOut();
    void otherEncodingsAreReadAsTexts_data() { ways(); }
    void otherEncodingsAreReadAsTexts();
    void textsThatPostgresCannotKeepAreErrors_data() { ways(); }
    void textsThatPostgresCannotKeepAreErrors();

private:
    void ways();
    std::unique_ptr<Runner> open(int connections, const QString &database = u"postgres"_s);
    PostgresServer m_server;
};

namespace {

constexpr int serverConnections = 8;

QString codeOf(const std::unique_ptr<OrmError> &error)
{
    if (!error)
        return u"no error"_s;
    return error->database ? error->database->serverCode : error->className();
}

std::unique_ptr<OrmError> failureOfStart(Runner &runner, Statement s)
{
    return failureOf([&] { runner.start(resultOf(std::move(s)), {}).result(); });
}

Statement wideRows(const ConnectionTarget &target, long long count)
{
    return asking(target.backend == u"sqlite"_s
                      ? "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < "
                        "?) SELECT i, printf('%.200c', 'x') FROM n"
                      : "SELECT generate_series(1, $1::bigint), repeat('x', 200)",
                  {Value(count)}, {{ColumnKind::Int64}, {ColumnKind::Text}});
}

/// The other half of aResultThatDoesNotFitIsAnError(), in a process of its own with little memory.
int readTooMuch(const QString &url)
{
    registerPostgresAdapter();
    registerSqliteAdapter();
    const ConnectionTarget target = ConnectionTarget::parse(url);
    const std::unique_ptr<Runner> runner = AdapterRegistry::find(target.backend).open(target);
    runner->start(resultOf(wideRows(target, 1000)), {}).result();
    const rlimit limit{500'000'000, 500'000'000};
    ::setrlimit(RLIMIT_AS, &limit);
    const auto error = failureOfStart(*runner, wideRows(target, 3'000'000));
    std::printf("%s: %s\n", error ? qPrintable(error->className()) : "no error",
                error ? qPrintable(error->message()) : "");
    const ProcessFigures before = ProcessFigures::now();
    qint64 rows = 0, batches = 0, most = 0;
    const auto streaming = failureOf([&] {
        runner
            ->start(streamOf(wideRows(target, 500'000),
                             [&](RowBatchPtr batch) {
                                 rows += batch->rowCount();
                                 if (++batches % 100 == 0)
                                     most = std::max(most, ProcessFigures::now().memory);
                                 return true;
                             }),
                    {})
            .result();
    });
    std::printf("streamed %lld rows: %s; %lld MB more\n", static_cast<long long>(rows),
                streaming ? qPrintable(streaming->message()) : "no error",
                static_cast<long long>((most - before.memory) / 1'000'000));
    return error && error->isA(u"OperationalError"_s) && !streaming && rows == 500'000 &&
                   most < before.memory + 32'000'000
               ? 0
               : 1;
}

} // namespace

void TestPostgresLimits::initTestCase()
{
    if (!m_server.start({u"max_connections=%1"_s.arg(serverConnections),
                         u"superuser_reserved_connections=1"_s}))
        QSKIP(qPrintable(m_server.problem()));
    QVERIFY(m_server.run(u"CREATE ROLE weaver LOGIN"_s));
}

void TestPostgresLimits::ways()
{
    QTest::addColumn<QString>("way");
    QTest::newRow("native") << u"adapter=native"_s;
    QTest::newRow("threads") << u"adapter=threads"_s;
}

std::unique_ptr<Runner> TestPostgresLimits::open(int connections, const QString &database)
{
    QFETCH(QString, way);
    return openPostgres(m_server.url(database).replace(u"postgres@"_s, u"weaver@"_s) +
                        u"?max_connections=%1&"_s.arg(connections) + way);
}

/// A pool may be larger than the server allows. Who cannot have a connection is told why; the
/// others are answered, and the pool goes on as soon as there is room.
void TestPostgresLimits::tooFewConnectionsOfTheServerAreAnErrorAndThenFound()
{
    const auto runner = open(serverConnections * 2);
    QList<QFuture<StatementResult>> many;
    for (int i = 0; i < serverConnections * 2; ++i)
        many << runner->start(resultOf(asking("SELECT pg_sleep(0.5)")), {});
    int answered = 0, refused = 0;
    for (QFuture<StatementResult> &one : many) {
        const auto error = failureOf([&] { one.result(); });
        answered += !error;
        if (!error)
            continue;
        ++refused;
        QCOMPARE(error->className(), u"OperationalError"_s);
        QVERIFY2(error->message().contains(u"clients already"_s) ||
                     error->message().contains(u"remaining connection slots"_s),
                 qPrintable(error->message()));
    }
    QVERIFY(answered >= serverConnections - 2);
    QVERIFY(refused > 0);
    QTRY_COMPARE(runner->stats().busy, 0);
    QCOMPARE(runner->stats().queued, 0);
    // Whoever has just been answered may not be back yet to take the next one.
    QTRY_VERIFY(!failureOfStart(*runner, asking("SELECT 1")));
    for (int i = 0; i < 20; ++i) {
        const auto error = failureOfStart(*runner, asking("SELECT 1"));
        QVERIFY2(!error, qPrintable(error ? error->message() : QString()));
    }
}

// --- Disk ---

void TestPostgresLimits::aFullDiskLosesNothing()
{
    TinyDisk disk(4096);
    const passwd *account = ::getpwnam("postgres");
    if (!disk.isMounted() || !account)
        QSKIP(qPrintable(disk.problem()));
    QCOMPARE(::chown(disk.path().toUtf8().constData(), account->pw_uid, account->pw_gid), 0);
    QVERIFY2(m_server.run(u"CREATE TABLESPACE tiny LOCATION '%1'"_s.arg(disk.path())),
             qPrintable(m_server.problem()));
    QVERIFY2(m_server.run(u"CREATE TABLE filling (n bigint, t text) TABLESPACE tiny; ALTER TABLE "
                          "filling OWNER TO weaver"_s),
             qPrintable(m_server.problem()));
    {
        const auto runner = open(2);
        const auto fill = [&](int rows) {
            Statement adding = telling("INSERT INTO filling SELECT i, repeat('y', 1000) FROM "
                                       "generate_series(1, $1::bigint) i",
                                       TraceKind::Write, {Value(rows)});
            return failureOf(
                [&] { runner->start(atomically(resultOf(std::move(adding))), {}).result(); });
        };
        QCOMPARE(codeOf(fill(10)), u"no error"_s);
        for (int round = 0; round < 2; ++round) {
            const auto error = fill(20'000);
            QCOMPARE(codeOf(error), u"53100"_s);
            QCOMPARE(error->className(), u"OperationalError"_s);
            QCOMPARE(scalar(*runner, "SELECT count(*) FROM filling").asInt(), 10);
        }
        QTRY_COMPARE(runner->stats().busy, 0);
        QVERIFY(disk.growTo(65536));
        QCOMPARE(codeOf(fill(10)), u"no error"_s);
        QCOMPARE(scalar(*runner, "SELECT count(*) FROM filling").asInt(), 20);
    }
    QVERIFY(m_server.run(u"DROP TABLE filling"_s));
    QVERIFY2(m_server.run(u"DROP TABLESPACE tiny"_s), qPrintable(m_server.problem()));
}

void TestPostgresLimits::tooLargeTemporaryFilesAreAnError()
{
    QVERIFY(m_server.run(u"ALTER ROLE weaver SET temp_file_limit = '1MB'"_s));
    const auto runner = open(2);
    const auto error = failureOfStart(
        *runner, asking("SELECT count(*) FROM (SELECT i FROM generate_series(1, 1000000) i "
                        "ORDER BY md5(i::text)) s"));
    QVERIFY(m_server.run(u"ALTER ROLE weaver RESET temp_file_limit"_s));
    QCOMPARE(codeOf(error), u"53400"_s);
    QCOMPARE(error->className(), u"OperationalError"_s);
    QCOMPARE(codeOf(failureOfStart(*runner, asking("SELECT 1"))), u"no error"_s);
    QTRY_COMPARE(runner->stats().busy, 0);
}

// --- Memory ---

void TestPostgresLimits::aResultThatDoesNotFitIsAnError_data()
{
    QTest::addColumn<QString>("url");
    QTest::newRow("native") << m_server.url() + u"?adapter=native"_s;
    QTest::newRow("threads") << m_server.url() + u"?adapter=threads"_s;
    QTest::newRow("SQLite") << u"sqlite:///:memory:"_s;
}

void TestPostgresLimits::aResultThatDoesNotFitIsAnError()
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    QSKIP("a sanitizer takes more address space than this test leaves");
#endif
    QFETCH(QString, url);
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(QCoreApplication::applicationFilePath(), {u"--read-too-much"_s, url});
    QVERIFY(process.waitForFinished(60'000));
    const QByteArray said = process.readAll();
    qInfo("%s", said.trimmed().constData());
    QCOMPARE(process.exitStatus(), QProcess::NormalExit);
    QCOMPARE(process.exitCode(), 0);
    QVERIFY2(said.contains("memory"), said.constData());
}

void TestPostgresLimits::largeCellsGoInAndOut()
{
    const auto runner = open(1);
    constexpr qsizetype size = 200'000'000;
    {
        QByteArray bytes(size, '\0');
        bytes[size - 1] = 'z';
        const StatementResult back =
            runner->start(resultOf(asking("SELECT $1::bytea", {Value::bytes(bytes)})), {}).result();
        QCOMPARE(back.batches.at(0)->value(0, 0).asBytes().size(), size);
        QVERIFY(back.batches.at(0)->value(0, 0).asBytes() == bytes);
    }
    {
        const QString text(size / 4, u'ü');
        const StatementResult back =
            runner->start(resultOf(asking("SELECT $1::text", {Value(text)})), {}).result();
        QVERIFY(back.batches.at(0)->value(0, 0).asString() == text);
    }
    const auto error = failureOfStart(*runner, asking("SELECT repeat('x', 1100000000)"));
    QCOMPARE(codeOf(error), u"54000"_s);
    QVERIFY(error->isA(u"DatabaseError"_s));
    QCOMPARE(codeOf(failureOfStart(*runner, asking("SELECT 1"))), u"no error"_s);
    QTRY_COMPARE(runner->stats().busy, 0);
}

// --- Bytes that are no text ---

void TestPostgresLimits::otherEncodingsAreReadAsTexts()
{
    QFETCH(QString, way);
    const QString latin = u"latin_"_s + way.section(u'=', 1);
    const QString ascii = u"ascii_"_s + way.section(u'=', 1);
    QVERIFY2(
        m_server.run(
            u"CREATE DATABASE %1 ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0"_s.arg(latin)),
        qPrintable(m_server.problem()));
    QVERIFY2(m_server.run(u"CREATE DATABASE %1 ENCODING 'SQL_ASCII' LOCALE 'C' TEMPLATE "
                          "template0"_s.arg(ascii)),
             qPrintable(m_server.problem()));
    {
        const auto runner = open(1, latin);
        const StatementResult back =
            runner->start(resultOf(asking("SELECT $1::text, chr(252)", {Value(u"ü"_s)})), {})
                .result();
        QCOMPARE(back.batches.at(0)->value(0, 0).asString(), u"ü"_s);
        QCOMPARE(back.batches.at(0)->value(0, 1).asString(), u"ü"_s);
        const auto error = failureOfStart(*runner, asking("SELECT $1::text", {Value(u"線"_s)}));
        QCOMPARE(codeOf(error), u"22P05"_s);
        QCOMPARE(error->className(), u"DataError"_s);
        QCOMPARE(codeOf(failureOfStart(*runner, asking("SELECT 1"))), u"no error"_s);
    }
    {
        const auto runner = open(1, ascii);
        const auto error =
            failureOfStart(*runner, asking("SELECT convert_from('\\xff61'::bytea, 'SQL_ASCII')"));
        // The bytes are what they are: a text with a mark in their place, or an error, but not the
        // end of the connection.
        QVERIFY(codeOf(error) == u"no error"_s || error->isA(u"DatabaseError"_s));
        QCOMPARE(codeOf(failureOfStart(*runner, asking("SELECT 1"))), u"no error"_s);
        QTRY_COMPARE(runner->stats().busy, 0);
    }
}

void TestPostgresLimits::textsThatPostgresCannotKeepAreErrors()
{
    const auto runner = open(1);
    const auto nul =
        failureOfStart(*runner, asking("SELECT $1::text", {Value(u"a"_s + QChar(0) + u"b"_s)}));
    QVERIFY(nul);
    QVERIFY2(nul->className() == u"ValueError"_s || nul->isA(u"DatabaseError"_s),
             qPrintable(nul->className()));
    qInfo("%s: %s", qPrintable(nul->className()), qPrintable(nul->message()));
    const auto bad =
        failureOfStart(*runner, asking("SELECT convert_from('\\xff61'::bytea, 'UTF8')"));
    QCOMPARE(codeOf(bad), u"22021"_s);
    QCOMPARE(bad->className(), u"DataError"_s);
    QCOMPARE(codeOf(failureOfStart(*runner, asking("SELECT 1"))), u"no error"_s);
    QTRY_COMPARE(runner->stats().busy, 0);
}

int main(int argc, char **argv)
{
    QCoreApplication application(argc, argv);
    const QStringList arguments = application.arguments();
    if (arguments.size() == 3 && arguments[1] == u"--read-too-much"_s)
        return readTooMuch(arguments[2]);
    TestPostgresLimits test;
    return QTest::qExec(&test, argc, argv);
}
#include "tst_postgreslimits.moc"
