#include "orm/execution/adapter.h"
#include "orm/values/errors.h"

#include <QTest>

using namespace heddle;

class TestConnectionTarget : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void urlsNameBackendAndPath_data();
    void urlsNameBackendAndPath();
    void optionsAreTaken();
    void wrongUrlsSayWhatIsWrong_data();
    void wrongUrlsSayWhatIsWrong();
    void namesForPeopleHaveNoPassword();
    void postgresAddressesGoToLibpqAsTheyAre_data();
    void postgresAddressesGoToLibpqAsTheyAre();
};

void TestConnectionTarget::urlsNameBackendAndPath_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("backend");
    QTest::addColumn<QString>("path");
    const QString sqlite = QStringLiteral("sqlite"), postgres = QStringLiteral("postgresql");
    QTest::newRow("path") << QStringLiteral("shop.db") << sqlite << QStringLiteral("shop.db");
    QTest::newRow("odd path") << QStringLiteral("/a b/100%? ü.db") << sqlite
                              << QStringLiteral("/a b/100%? ü.db");
    QTest::newRow("relative") << QStringLiteral("sqlite:///rel.db") << sqlite
                              << QStringLiteral("rel.db");
    QTest::newRow("absolute") << QStringLiteral("sqlite:////abs/x.db") << sqlite
                              << QStringLiteral("/abs/x.db");
    QTest::newRow("escaped") << QStringLiteral("sqlite:///a%20b.db?mode=ro") << sqlite
                             << QStringLiteral("a b.db");
    QTest::newRow("memory") << QStringLiteral(":memory:") << sqlite << QStringLiteral(":memory:");
    QTest::newRow("memory url") << QStringLiteral("sqlite:///:memory:") << sqlite
                                << QStringLiteral(":memory:");
    QTest::newRow("memory url 2") << QStringLiteral("sqlite://:memory:") << sqlite
                                  << QStringLiteral(":memory:");
    QTest::newRow("postgresql") << QStringLiteral("postgresql://u@h/db") << postgres << QString();
    QTest::newRow("postgres") << QStringLiteral("postgres://u@h/db") << postgres << QString();
}

void TestConnectionTarget::urlsNameBackendAndPath()
{
    QFETCH(QString, url);
    const ConnectionTarget target = ConnectionTarget::parse(url);
    QTEST(target.backend, "backend");
    QTEST(target.path, "path");
    QCOMPARE(target.url, url);
}

void TestConnectionTarget::optionsAreTaken()
{
    const auto target = ConnectionTarget::parse(QStringLiteral(
        "sqlite:///x.db?mode=ro&alias=shop&max_connections=3&max_queued=7&timeout=2"));
    QCOMPARE(target.mode, ConnectionTarget::Mode::ReadOnly);
    QVERIFY(target.pool.readOnly);
    QCOMPARE(target.pool.alias, QStringLiteral("shop"));
    QCOMPARE(target.pool.maxConnections, 3);
    QCOMPARE(target.pool.maxQueued, 7);
    QVERIFY(target.pool.acquireTimeout == std::chrono::seconds(2));
    using Waiting = ConnectionTarget::Waiting;
    const auto usual = ConnectionTarget::parse(QStringLiteral("postgresql://h/db"));
    QCOMPARE(usual.waiting, Waiting::Native);
    QVERIFY(usual.prepare);
    const auto other = ConnectionTarget::parse(
        QStringLiteral("postgresql://h/db?adapter=threads&prepare=off&sslmode=disable"));
    QCOMPARE(other.waiting, Waiting::Threads);
    QVERIFY(!other.prepare);
    QCOMPARE(other.connectionInfo, QStringLiteral("postgresql://h/db?sslmode=disable"));
}

void TestConnectionTarget::wrongUrlsSayWhatIsWrong_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("says");
    QTest::newRow("scheme") << QStringLiteral("oracle://x") << QStringLiteral("oracle://");
    QTest::newRow("empty") << QStringLiteral(" ") << QStringLiteral("No database");
    QTest::newRow("host") << QStringLiteral("sqlite://host/x.db")
                          << QStringLiteral("sqlite:///relative.db");
    QTest::newRow("no file") << QStringLiteral("sqlite:///") << QStringLiteral("names no file");
    QTest::newRow("mode") << QStringLiteral("sqlite:///x?mode=up") << QStringLiteral("mode=up");
    QTest::newRow("option") << QStringLiteral("sqlite:///x?colour=red")
                            << QStringLiteral("'colour'");
    QTest::newRow("number") << QStringLiteral("sqlite:///x?timeout=soon")
                            << QStringLiteral("'soon'");
    QTest::newRow("adapter") << QStringLiteral("postgresql://h/db?adapter=magic")
                             << QStringLiteral("adapter=magic");
    const QString known = QStringLiteral("mode, alias, max_connections, max_queued and timeout");
    QTest::newRow("adapter of SQLite") << QStringLiteral("sqlite:///x?adapter=native") << known;
    QTest::newRow("prepare of SQLite") << QStringLiteral("sqlite:///x?prepare=off") << known;
    QTest::newRow("adapter of MariaDB")
        << QStringLiteral("mariadb://h/db?adapter=threads") << known;
    QTest::newRow("prepare of MariaDB") << QStringLiteral("mysql://h/db?prepare=off")
                                        << QStringLiteral("a MariaDB database has no option");
    QTest::newRow("a file in a server")
        << QStringLiteral("postgresql://h/db?mode=rwc") << QStringLiteral("mode=ro and mode=rw");
}

void TestConnectionTarget::wrongUrlsSayWhatIsWrong()
{
    QFETCH(QString, url);
    QFETCH(QString, says);
    try {
        ConnectionTarget::parse(url);
        QFAIL("the URL was taken");
    } catch (const OperationalError &e) {
        QVERIFY2(e.message().contains(says), qPrintable(e.message()));
    }
}

void TestConnectionTarget::namesForPeopleHaveNoPassword()
{
    QCOMPARE(ConnectionTarget::parse(QStringLiteral("sqlite:////a/b/shop.sqlite")).displayName(),
             QStringLiteral("shop.sqlite"));
    QCOMPARE(
        ConnectionTarget::parse(QStringLiteral("postgresql://me:secret@h:5432/db")).displayName(),
        QStringLiteral("postgresql://me@h:5432/db"));
    QVERIFY(!ConnectionTarget::parse(QStringLiteral("postgresql://h/db?user=me&password=secret"))
                 .displayName()
                 .contains(QStringLiteral("secret")));
}

void TestConnectionTarget::postgresAddressesGoToLibpqAsTheyAre_data()
{
    QTest::addColumn<QString>("url");
    QTest::addColumn<QString>("given"); // to libpq
    QTest::addColumn<QString>("shown");
    const auto row = [](const char *url, const char *given, const char *shown) {
        QTest::newRow(url) << QString::fromUtf8(url) << QString::fromUtf8(given)
                           << QString::fromUtf8(shown);
    };
    row("postgresql://me:secret@h1:5432,h2:5433/db?target_session_attrs=any",
        "postgresql://me:secret@h1:5432,h2:5433/db?target_session_attrs=any",
        "postgresql://me@h1:5432,h2:5433/db?target_session_attrs=any");
    row("Postgres://me@h/db?alias=shop&sslmode=require&max_connections=3",
        "postgres://me@h/db?sslmode=require", "postgres://me@h/db?sslmode=require");
    row("postgresql:///db?host=/run/pg&user=me&password=secret&mode=ro",
        "postgresql:///db?host=/run/pg&user=me&password=secret",
        "postgresql:///db?host=/run/pg&user=me");
    // Not escaped as it should be, and not shown for that.
    row("postgresql://me:sec@ret:x@h/db", "postgresql://me:sec@ret:x@h/db", "postgresql://me@h/db");
    row("host=h port=5433 user='my self' password='a b' dbname=db",
        "host=h port=5433 user='my self' password='a b' dbname=db",
        "postgresql://my self@h:5433/db");
    row("service=shop", "service=shop", "postgresql://?service=shop");
}

void TestConnectionTarget::postgresAddressesGoToLibpqAsTheyAre()
{
    QFETCH(QString, url);
    const ConnectionTarget target = ConnectionTarget::parse(url);
    QCOMPARE(target.backend, QStringLiteral("postgresql"));
    QTEST(target.connectionInfo, "given");
    QTEST(target.displayName(), "shown");
    QCOMPARE(target.hasPassword(),
             url.contains(QStringLiteral("password")) || url.contains(QStringLiteral(":sec")));
    QVERIFY(target.path.isEmpty());
}

QTEST_GUILESS_MAIN(TestConnectionTarget)
#include "tst_connectiontarget.moc"
