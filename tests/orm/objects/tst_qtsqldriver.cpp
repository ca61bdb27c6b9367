#include "orm/backends/qtsql/qtsqladapter.h"
#include "orm/objects/transaction.h"
#include "tests/support/bookshopdatabase.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Databases that only a driver of Qt's knows: here SQLite and PostgreSQL through Qt's own drivers.
class tst_QtSqlDriver : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;
    Database m_database;

    QString url(const QString &more = QString()) const
    {
        return u"qtsql:///?driver=QSQLITE&database="_s + m_shop.database().url() + more;
    }
    /// The class and message of what a call throws; empty if it throws nothing.
    template <typename Call>
    static QString errorOf(const Call &call)
    {
        try {
            call();
        } catch (const OrmError &e) {
            return e.className() + u": "_s + e.message();
        }
        return {};
    }

private Q_SLOTS:
    void initTestCase()
    {
        registerQtSqlDriverAdapter();
        m_database = Database::open(url());
    }
    void cleanupTestCase() { m_database = Database(); }

    void theDriverTellsTablesColumnsAndKeys()
    {
        const ModelInfo *book = m_database.registry()->model(u"Book"_s);
        QVERIFY(book);
        QCOMPARE(book->primaryKey()->name, u"id"_s);
        QCOMPARE(int(book->field(u"pages"_s)->type.kind), int(FieldKind::Integer));
        QVERIFY(!book->field(u"publisher_id"_s)->isRelation()); // no driver tells relations
        const ModelInfo *edition = m_database.registry()->model(u"Edition"_s);
        QCOMPARE(edition->primaryKeys().size(), std::size_t(2));
    }

    void querysetsAnswerWhatTheyAnswerElsewhere()
    {
        const auto both = [this](const auto &ask) {
            QCOMPARE(ask(m_database), ask(m_shop.database()));
        };
        both([](const Database &db) {
            return column(db.objects(u"Book"_s).orderBy({u"pk"_s}).fetch(), "title");
        });
        both([](const Database &db) {
            return column(db.objects(u"Book"_s)
                              .filter(q("title__icontains", "w"))
                              .exclude(q("pages__gt", 200))
                              .orderBy({u"-title"_s})
                              .fetch(),
                          "title");
        });
        both([](const Database &db) {
            return column(db.objects(u"Book"_s).orderBy({u"pk"_s}).slice(1, 3).fetch(), "title");
        });
        both([](const Database &db) { return db.objects(u"Review"_s).count(); });
        both([](const Database &db) {
            return described(db.objects(u"Review"_s)
                                 .aggregate({named("n", call("Count", {"reviewer"})),
                                             named("s", call("Sum", {"rating"}))}));
        });
    }

    void transactionsAreTheDrivers()
    {
        const auto add = [](const Database &db, int id) {
            db.objects(u"Publisher"_s).create({{u"id"_s, Value(id)}, {u"name"_s, Value(u"New"_s)}});
        };
        m_database.atomic([&](Transaction &tx) { add(tx.database(), 100); });
        QVERIFY(m_database.objects(u"Publisher"_s).filter(q("pk", 100)).exists());
        const QString error = errorOf([&] {
            m_database.atomic([&](Transaction &tx) {
                add(tx.database(), 101);
                add(tx.database(), 100);
            });
        });
        QVERIFY2(error.startsWith(u"IntegrityError"_s), qPrintable(error));
        QVERIFY(!m_database.objects(u"Publisher"_s).filter(q("pk", 101)).exists());
        AtomicOptions options;
        options.isolation = Isolation::Serializable;
        const QString refused = errorOf([&] { m_database.atomic([](Transaction &) {}, options); });
        QVERIFY2(refused.startsWith(u"NotSupportedError"_s), qPrintable(refused));
    }

    void whatHasNoCommonSpellingIsRefused()
    {
        const QString error = errorOf(
            [this] { m_database.objects(u"Book"_s).filter(q("title__regex", "^T")).count(); });
        QVERIFY2(error.startsWith(u"NotSupportedError: Regular expressions"_s), qPrintable(error));
    }

    void aCancelledQueryEndsAndLeavesTheConnection()
    {
        QFuture<qint64> slow = m_database.objects(u"Book"_s).acount();
        slow.cancel();
        QTRY_COMPARE(m_database.runner().stats().busy, 0);
        QCOMPARE(m_database.objects(u"Cover"_s).count(), 2);
    }

    void aReadOnlyDatabaseIsNotWritten()
    {
        const Database db = Database::open(url(u"&mode=ro"_s));
        QCOMPARE(db.objects(u"Cover"_s).count(), 2);
        const QString error = errorOf([&] {
            db.objects(u"Cover"_s).filter(q("pk", 1)).update({{u"colour"_s, Value(u"x"_s)}});
        });
        QVERIFY2(error.contains("readonly"_L1) || error.contains("read"_L1), qPrintable(error));
    }

    void urlsThatCannotBeUnderstoodSaySo_data()
    {
        QTest::addColumn<QString>("url");
        QTest::addColumn<QString>("message");
        QTest::newRow("no driver") << u"qtsql:///?database=x"_s << u"Which driver of Qt's?"_s;
        QTest::newRow("unknown driver")
            << u"qtsql:///?driver=QNONE&database=x"_s << u"Qt has no driver 'QNONE' here"_s;
        QTest::newRow("unknown option")
            << u"qtsql:///?driver=QSQLITE&nonsense=x"_s << u"has no option 'nonsense'"_s;
        QTest::newRow("MariaDB") << u"qtsql:///?driver=QMYSQL"_s << u"write mariadb://"_s;
        QTest::newRow("a missing file")
            << u"qtsql:///?driver=QSQLITE&mode=ro&database=/nonexistent/x.db"_s
            << u"cannot be opened"_s;
    }
    void urlsThatCannotBeUnderstoodSaySo()
    {
        QFETCH(QString, url);
        QFETCH(QString, message);
        const QString error = errorOf([&] { Database::open(url); });
        QVERIFY2(error.startsWith(u"OperationalError"_s) && error.contains(message),
                 qPrintable(error));
    }

    void noPasswordIsShown()
    {
        const ConnectionTarget target =
            ConnectionTarget::parse(u"qtsql:///?driver=QODBC&database=x&password=secret"_s);
        QVERIFY(!target.displayName().contains("secret"_L1));
        QVERIFY(target.hasPassword());
    }

    void postgresqlThroughQtsDriver()
    {
        const QString nowhere =
            errorOf([] { Database::open(u"qtsql:///?driver=QPSQL&host=127.0.0.1&port=1"_s); });
        if (nowhere.contains("Qt has no driver"_L1))
            QSKIP("Qt's driver QPSQL is not installed (libqt6sql6-psql)");
        PostgresServer server; // the real one's address, for another driver
        if (!server.start())
            QSKIP(qPrintable(server.problem()));
        const QUrl address(server.url());
        Database db =
            Database::open(u"qtsql:///?driver=QPSQL&host=%1&port=%2&user=%3&database=%4"_s.arg(
                address.host(), QString::number(address.port()), address.userName(),
                address.path().mid(1)));
        const auto write = [&db](const char *sql, ValueList values = {}) {
            heddle::test::write(db.runner(), sql, std::move(values));
        };
        write("CREATE TABLE note (id integer PRIMARY KEY, done boolean NOT NULL, made timestamp, "
              "price numeric(8,2), label varchar(20))");
        write("INSERT INTO note VALUES (?1, ?2, ?3, ?4, ?5)",
              {Value(1), Value(true), Value(*DateTime::parse("2021-03-04 05:06:07.125")),
               Value(*Decimal::parse("12.50")), Value(u"it's ?1 \\"_s)});
        db = Database::open(db.url()); // the schema is read once
        const Record note = db.objects(u"Note"_s).get(q("done", true))->record(0);
        QCOMPARE(note.value(u"label"_s), Value(u"it's ?1 \\"_s));
        QCOMPARE(note.value(u"made"_s), Value(*DateTime::parse("2021-03-04 05:06:07.125")));
    }
};

QTEST_GUILESS_MAIN(tst_QtSqlDriver)
#include "tst_qtsqldriver.moc"
