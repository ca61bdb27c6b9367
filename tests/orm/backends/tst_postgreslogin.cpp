#include "tests/orm/conformance/plans.h"
#include "tests/support/postgresdatabase.h"
#include "tests/support/postgresserver.h"

#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Passwords, certificates, service files: who is let in, what is said to who is not, and that no
/// password is said to anybody.
class TestPostgresLogin : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void aPasswordLetsIn_data() { ways(); }
    void aPasswordLetsIn();
    void aWrongPasswordIsAnErrorAndNotRepeated_data() { ways(); }
    void aWrongPasswordIsAnErrorAndNotRepeated();
    void aPasswordThatChangesIsAnErrorUntilItIsRight_data() { ways(); }
    void aPasswordThatChangesIsAnErrorUntilItIsRight();
    void aPasswordFileLetsIn_data() { ways(); }
    void aPasswordFileLetsIn();
    void aServiceIsLookedUp_data() { ways(); }
    void aServiceIsLookedUp();
    void encryptionThatTheServerLacksIsAnError_data() { ways(); }
    void encryptionThatTheServerLacksIsAnError();
    void certificatesAreChecked_data() { ways(); }
    void certificatesAreChecked();
    void noticesGoToTheLog_data() { ways(); }
    void noticesGoToTheLog();

private:
    void ways();
    std::unique_ptr<Runner> open(const QString &user, const QString &password,
                                 const QStringList &options = {},
                                 const QString &host = u"127.0.0.1"_s);
    std::unique_ptr<OrmError> refusal(const QString &user, const QString &password,
                                      const QStringList &options = {},
                                      const QString &host = u"127.0.0.1"_s);
    bool makeCertificates();
    QString write(const char *name, const QString &content);
    PostgresServer m_server;
    QTemporaryDir m_folder;
};

namespace {

/// Everybody is trusted but `guarded`.
constexpr char whoMayConnect[] = "local all all trust\n"
                                 "host all guarded 127.0.0.1/32 scram-sha-256\n"
                                 "host all all 127.0.0.1/32 trust\n";

bool answers(Runner &runner)
{
    return runner.start(number(asking("SELECT 7::bigint", {}, {{ColumnKind::Int64}})), {})
               .result() == 7;
}

bool openssl(const QString &folder, const QString &arguments)
{
    QProcess process;
    process.setWorkingDirectory(folder);
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(u"openssl"_s, arguments.split(u' '));
    const bool done = process.waitForFinished() && process.exitCode() == 0;
    if (!done)
        qWarning("openssl: %s", process.readAll().constData());
    return done;
}

} // namespace

void TestPostgresLogin::initTestCase()
{
    if (!m_server.start())
        QSKIP(qPrintable(m_server.problem()));
    QVERIFY(m_server.run(u"SET password_encryption = 'scram-sha-256'; CREATE ROLE guarded LOGIN "
                         "PASSWORD 'open@sesame'"_s));
    QVERIFY(m_server.writeFile(u"pg_hba.conf"_s, whoMayConnect));
    QVERIFY2(m_server.reload(), qPrintable(m_server.problem()));
}

void TestPostgresLogin::ways()
{
    QTest::addColumn<QString>("way");
    QTest::newRow("native") << u"adapter=native"_s;
    QTest::newRow("threads") << u"adapter=threads"_s;
}

std::unique_ptr<Runner> TestPostgresLogin::open(const QString &user, const QString &password,
                                                const QStringList &options, const QString &host)
{
    QFETCH(QString, way);
    const QString secret = password.isEmpty() ? QString() : u':' + password;
    return openPostgres(u"postgresql://%1%2@%3:%4/postgres?%5"_s.arg(
        user, secret, host, QString::number(m_server.port()),
        (QStringList{way, u"max_connections=2"_s} + options).join(u'&')));
}

std::unique_ptr<OrmError> TestPostgresLogin::refusal(const QString &user, const QString &password,
                                                     const QStringList &options,
                                                     const QString &host)
{
    return failureOf([&] { open(user, password, options, host); });
}

QString TestPostgresLogin::write(const char *name, const QString &content)
{
    QFile file(m_folder.filePath(QString::fromLatin1(name)));
    if (!file.open(QIODevice::WriteOnly))
        return {};
    file.write(content.toUtf8());
    file.setPermissions(QFile::ReadOwner | QFile::WriteOwner); // libpq ignores others
    return file.fileName();
}

// --- Passwords ---

void TestPostgresLogin::aPasswordLetsIn()
{
    const auto runner = open(u"guarded"_s, u"open%40sesame"_s);
    QVERIFY(answers(*runner));
    QCOMPARE(scalar(*runner, "SELECT current_user::text").asString(), u"guarded"_s);
}

void TestPostgresLogin::aWrongPasswordIsAnErrorAndNotRepeated()
{
    QElapsedTimer clock;
    clock.start();
    const auto wrong = refusal(u"guarded"_s, u"open%40closet"_s);
    QVERIFY(wrong);
    QCOMPARE(wrong->className(), u"OperationalError"_s);
    QVERIFY2(wrong->message().contains(u"password authentication failed"_s),
             qPrintable(wrong->message()));
    QVERIFY(!wrong->message().contains(u"closet"_s));
    QVERIFY(!wrong->database->serverMessage.contains(u"closet"_s));
    const auto none = refusal(u"guarded"_s, {});
    QVERIFY(none);
    QVERIFY2(none->message().contains(u"asks for a password, and none was given"_s),
             qPrintable(none->message()));
    QVERIFY(clock.elapsed() < 10'000);
}

void TestPostgresLogin::aPasswordThatChangesIsAnErrorUntilItIsRight()
{
    const auto runner = open(u"guarded"_s, u"open%40sesame"_s);
    QVERIFY(answers(*runner));
    QVERIFY(m_server.run(u"ALTER ROLE guarded PASSWORD 'another'; SELECT "
                         "pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = "
                         "'guarded'"_s));
    std::unique_ptr<OrmError> error;
    const auto refused = [&] { // the first may still hear of its connection's end
        error = failureOf([&] { answers(*runner); });
        return error && error->message().contains(u"password authentication failed"_s);
    };
    QTRY_VERIFY(refused());
    QCOMPARE(error->className(), u"OperationalError"_s);
    QVERIFY(!error->message().contains(u"sesame"_s));
    QVERIFY(m_server.run(u"ALTER ROLE guarded PASSWORD 'open@sesame'"_s));
    QTRY_VERIFY(!failureOf([&] { answers(*runner); }));
    QTRY_COMPARE(runner->stats().busy, 0);
}

void TestPostgresLogin::aPasswordFileLetsIn()
{
    const QString file =
        write("passwords", u"127.0.0.1:%1:*:guarded:open@sesame\n"_s.arg(m_server.port()));
    QVERIFY(answers(*open(u"guarded"_s, {}, {u"passfile="_s + file})));
    qputenv("PGPASSFILE", file.toUtf8());
    const auto error = failureOf([&] { QVERIFY(answers(*open(u"guarded"_s, {}))); });
    qunsetenv("PGPASSFILE");
    QVERIFY2(!error, qPrintable(error ? error->message() : QString()));
}

void TestPostgresLogin::aServiceIsLookedUp()
{
    const QString file =
        write("services", u"[loom]\nhost=127.0.0.1\nport=%1\nuser=guarded\n"
                          "password=open@sesame\ndbname=postgres\n"_s.arg(m_server.port()));
    QFETCH(QString, way);
    qputenv("PGSERVICEFILE", file.toUtf8());
    const auto error = failureOf([&] {
        QVERIFY(answers(*openPostgres(u"postgresql://?service=loom&"_s + way)));
        QVERIFY(answers(*openPostgres(u"service=loom"_s)));
    });
    const auto missing =
        failureOf([&] { openPostgres(u"postgresql://?service=nowhere&"_s + way); });
    qunsetenv("PGSERVICEFILE");
    QVERIFY2(!error, qPrintable(error ? error->message() : QString()));
    QVERIFY(missing && missing->message().contains(u"nowhere"_s));
}

// --- Encryption ---

void TestPostgresLogin::encryptionThatTheServerLacksIsAnError()
{
    QVERIFY(m_server.run(u"ALTER SYSTEM SET ssl = off"_s) && m_server.reload());
    const auto error = refusal(u"postgres"_s, {}, {u"sslmode=require"_s});
    QVERIFY(error);
    QCOMPARE(error->className(), u"OperationalError"_s);
    QVERIFY2(error->message().contains(u"does not support SSL"_s), qPrintable(error->message()));
    QVERIFY(answers(*open(u"postgres"_s, {}, {u"sslmode=prefer"_s})));
}

/// A root of its own, and a server that is known by its address only.
bool TestPostgresLogin::makeCertificates()
{
    const QString folder = m_folder.path();
    const QString key = u"-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes"_s;
    const QString extension = write("extension", u"subjectAltName=IP:127.0.0.1\n"_s);
    for (const char *root : {"root", "other"}) {
        if (!openssl(folder, u"req -x509 %1 -days 2 -subj /CN=%2 -keyout %2.key -out %2.crt"_s.arg(
                                 key, QString::fromLatin1(root))))
            return false;
    }
    if (!openssl(folder,
                 u"req %1 -subj /CN=server -keyout server.key -out server.csr"_s.arg(key)) ||
        !openssl(folder, u"x509 -req -in server.csr -CA root.crt -CAkey root.key -CAcreateserial "
                         "-days 2 -extfile extension -out server.crt"_s))
        return false;
    for (const QString &name : {u"server.key"_s, u"server.crt"_s}) {
        QFile file(m_folder.filePath(name));
        if (!file.open(QIODevice::ReadOnly) || !m_server.writeFile(name, file.readAll()))
            return false;
    }
    return m_server.run(u"ALTER SYSTEM SET ssl = on"_s) && m_server.reload();
}

void TestPostgresLogin::certificatesAreChecked()
{
    if (QStandardPaths::findExecutable(u"openssl"_s).isEmpty())
        QSKIP("openssl, which makes the certificates, is not installed");
    QVERIFY(makeCertificates());
    const QString right = u"sslrootcert="_s + m_folder.filePath(u"root.crt"_s);
    const QString wrong = u"sslrootcert="_s + m_folder.filePath(u"other.crt"_s);
    const QString full = u"sslmode=verify-full"_s;
    const auto runner = open(u"postgres"_s, {}, {full, right});
    QVERIFY(scalar(*runner, "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()").asBool());
    // A cancel request goes over a connection of its own.
    QFuture<StatementResult> slow = runner->start(resultOf(asking("SELECT pg_sleep(20)")), {});
    QTRY_COMPARE(runner->stats().busy, 1);
    QTest::qWait(50);
    slow.cancel();
    QTRY_COMPARE(runner->stats().busy, 0);
    QVERIFY(answers(*runner));

    const auto unknownRoot = refusal(u"postgres"_s, {}, {full, wrong});
    QVERIFY(unknownRoot);
    QCOMPARE(unknownRoot->className(), u"OperationalError"_s);
    QVERIFY2(unknownRoot->message().contains(u"certificate verify failed"_s),
             qPrintable(unknownRoot->message()));
    const auto otherName = refusal(u"postgres"_s, {}, {full, right}, u"localhost"_s);
    QVERIFY(otherName);
    QVERIFY2(otherName->message().contains(u"does not match host name"_s),
             qPrintable(otherName->message()));
    const auto noRoot =
        refusal(u"postgres"_s, {}, {full, u"sslrootcert="_s + m_folder.filePath(u"none.crt"_s)});
    QVERIFY(noRoot);
    QVERIFY2(noRoot->message().contains(u"none.crt"_s), qPrintable(noRoot->message()));
}

// --- What the server says besides ---

void TestPostgresLogin::noticesGoToTheLog()
{
    const auto runner = open(u"postgres"_s, {});
    QTest::ignoreMessage(QtInfoMsg, QRegularExpression(u"the loom has 7 threads"_s));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"one is loose"_s));
    runner
        ->start(resultOf(telling("DO $$ BEGIN RAISE NOTICE 'the loom has % threads', 7; RAISE "
                                 "WARNING 'one is loose'; END $$")),
                {})
        .result();
}

QTEST_GUILESS_MAIN(TestPostgresLogin)
#include "tst_postgreslogin.moc"
