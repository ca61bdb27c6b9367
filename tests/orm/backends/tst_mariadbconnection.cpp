#include "orm/backends/qtsql/qtsqladapter.h"
#include "orm/backends/qtsql/qtsqlintrospection.h"
#include "orm/backends/qtsql/qtsqlplaceholders.h"
#include "orm/execution/transaction.h"
#include "tests/support/mariadbserver.h"
#include "tests/support/postgresdatabase.h"

#include <QElapsedTimer>
#include <QTest>
#include <thread>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

namespace {

Value cell(const StatementResult &result, int row = 0, int column = 0)
{
    return result.batches.at(0)->value(row, column);
}

/// Two rows one after the other, with a pause between them.
Plan<bool> transfer(const char *first, const char *second, double pause)
{
    Statement one = telling(first);
    co_await heddle::send(std::move(one));
    Statement waiting = asking("SELECT SLEEP(?1)", {Value(pause)});
    co_await heddle::send(std::move(waiting));
    Statement two = telling(second);
    co_await heddle::send(std::move(two));
    co_return true;
}

template <typename T>
std::unique_ptr<OrmError> failure(QFuture<T> future)
{
    return failureOf([&] { future.result(); });
}

bool mayBeTriedAgain(const OrmError &error)
{
    OperationalError copy(error.message());
    copy.database = error.database;
    return isWorthRetrying(std::make_exception_ptr(copy));
}

} // namespace

class tst_MariadbConnection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase()
    {
        registerMariadbAdapter();
        if (!m_server.start())
            QSKIP(qPrintable(m_server.problem()));
        m_runner = open(m_server.url());
    }
    void cleanupTestCase() { m_runner.reset(); }

    void numberedParametersMayMoveAndRepeat()
    {
        const QtSqlText text =
            QtSqlText::of("SELECT ?2, '?1 \\' ?', `?3`, ?1 /* ? */ + ?2 -- ?\n, ?");
        QCOMPARE(text.sql, QByteArray("SELECT ?, '?1 \\' ?', `?3`, ? /* ? */ + ? -- ?\n, ?"));
        QCOMPARE(text.order, (QList<int>{1, 0, 1, 2}));
        QCOMPARE(text.parameterCount, 3);
        const StatementResult result =
            run(*m_runner, asking("SELECT ?2, ?1", {Value(1), Value(2)},
                                  {ColumnType{ColumnKind::Int64}, ColumnType{ColumnKind::Int64}}));
        QCOMPARE(cell(result, 0, 0).toRepr(), u"2"_s);
        QCOMPARE(cell(result, 0, 1).toRepr(), u"1"_s);
    }

    void passwordsAreInNoMessage()
    {
        QString url = m_server.url();
        url.replace("tester@"_L1, "secret:p%40ss%2Fword@"_L1);
        QVERIFY(open(url));
        url.replace("p%40ss"_L1, "wrong"_L1);
        try {
            open(url);
            QFAIL("a wrong password was taken");
        } catch (const OperationalError &e) {
            QCOMPARE(e.database->serverCode, u"1045"_s);
            QVERIFY2(!e.message().contains("word@"_L1), e.what());
        }
        QVERIFY(!ConnectionTarget::parse(url).displayName().contains("wrong"_L1));
    }

    void aSocketIsAnAddressToo()
    {
        const auto runner = open(u"mariadb://tester@localhost/test?socket="_s + m_server.socket());
        QCOMPARE(cell(run(*runner, asking("SELECT 7"))), Value(7));
    }

    void valuesComeBackAsTheyWent_data()
    {
        QTest::addColumn<QByteArray>("type");
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("places");
        QTest::addColumn<QString>("repr");
        const auto add = [](const char *name, const char *type, ColumnKind kind, const Value &v,
                            int places = -1) {
            values().append(v);
            QTest::newRow(name) << QByteArray(type) << int(kind) << places
                                << QString::number(values().size() - 1);
        };
        const qint64 least = std::numeric_limits<qint64>::min();
        add("least integer", "BIGINT", ColumnKind::Int64, Value(static_cast<long long>(least)));
        add("unsigned", "BIGINT UNSIGNED", ColumnKind::Int64,
            Value(BigInt{"18446744073709551615"}));
        add("true", "TINYINT(1)", ColumnKind::Bool, Value(true));
        add("decimal", "DECIMAL(65,30)", ColumnKind::Decimal,
            Value(*Decimal::parse("-12345678901234567890123456789012345.123456789012345678901234567"
                                  "891")),
            30);
        add("double", "DOUBLE", ColumnKind::Double, Value(0.1));
        add("four bytes", "VARCHAR(20)", ColumnKind::Text, Value(u"na\u00efve \U0001F9F5"_s));
        add("empty", "VARCHAR(20)", ColumnKind::Text, Value(QString()));
        add("text with a NUL", "TEXT", ColumnKind::Text, Value::text(QByteArray("a\0b", 3)));
        add("bytes", "BLOB", ColumnKind::Bytes, Value::bytes(QByteArray("\0\xff\x80'", 4)));
        add("date", "DATE", ColumnKind::Date, Value(Date::fromCivil(9999, 12, 31)));
        add("datetime", "DATETIME(6)", ColumnKind::DateTime,
            Value(*DateTime::parse("2021-03-04 05:06:07.123")));
        add("time", "TIME(6)", ColumnKind::Time, Value(Time::fromHms(23, 59, 59, 999999)));
        add("uuid", "CHAR(36)", ColumnKind::Uuid,
            Value(QUuid(u"{1b4e28ba-2fa1-41d2-883f-0016d3cca427}"_s)));
        add("json", "JSON", ColumnKind::Json, Value(Json{"{\"a\": [1, null]}"}));
        add("null", "VARCHAR(20)", ColumnKind::Text, Value());
        add("large text", "LONGTEXT", ColumnKind::Text, Value(QString(3'000'000, u'x')));
    }
    void valuesComeBackAsTheyWent()
    {
        QFETCH(QByteArray, type);
        QFETCH(int, kind);
        QFETCH(int, places);
        QFETCH(QString, repr);
        const Value sent = values().at(repr.toInt());
        write(*m_runner, "CREATE OR REPLACE TABLE cells (v " + type + ")");
        write(*m_runner, "INSERT INTO cells VALUES (?1)", {sent});
        const StatementResult result = run(
            *m_runner, asking("SELECT v FROM cells", {}, {ColumnType{ColumnKind(kind), places}}));
        const Value got = cell(result);
        QVERIFY2(got == sent, qPrintable(got.toRepr().left(200)));
        QVERIFY2(got.type() == sent.type(), Value::typeName(got.type()));
    }

    void aTimeBeyondADayIsALengthOfTime()
    {
        const StatementResult result =
            run(*m_runner, asking("SELECT CAST('-838:59:59' AS TIME), CAST('30:00:00' AS TIME)", {},
                                  {ColumnType{ColumnKind::Time}, ColumnType{ColumnKind::Time}}));
        QCOMPARE(cell(result, 0, 0), Value(Duration{-3020399LL * 1'000'000}));
        QCOMPARE(cell(result, 0, 1), Value(Duration{108'000LL * 1'000'000}));
    }

    void aDateThatIsNoneIsNull()
    {
        const StatementResult result =
            run(*m_runner, asking("SELECT '0000-00-00 00:00:00', '2021-02-00', '2021-02-03'", {},
                                  {ColumnType{ColumnKind::DateTime}, ColumnType{ColumnKind::Date},
                                   ColumnType{ColumnKind::Date}}));
        QVERIFY(cell(result, 0, 0).isNull());
        QVERIFY(cell(result, 0, 1).isNull());
        QCOMPARE(cell(result, 0, 2), Value(Date::fromCivil(2021, 2, 3)));
    }

    void errorsHaveDjangosClasses()
    {
        write(*m_runner, "CREATE OR REPLACE TABLE u (id INT PRIMARY KEY, n VARCHAR(3) NOT NULL)");
        write(*m_runner, "INSERT INTO u VALUES (1, 'a')");
        const auto classOf = [this](const QByteArray &sql) {
            try {
                write(*m_runner, sql);
            } catch (const DatabaseError &e) {
                return e.className() + u' ' + e.database->serverCode;
            }
            return QString();
        };
        QCOMPARE(classOf("INSERT INTO u VALUES (1, 'b')"), u"IntegrityError 1062"_s);
        QCOMPARE(classOf("INSERT INTO u VALUES (2, NULL)"), u"IntegrityError 1048"_s);
        QCOMPARE(classOf("INSERT INTO u VALUES (2, 'long')"), u"DataError 1406"_s);
        QCOMPARE(classOf("SELEC 1"), u"ProgrammingError 1064"_s);
        QCOMPARE(classOf("DELETE FROM nowhere"), u"ProgrammingError 1146"_s);
        QCOMPARE(classOf("UPDATE u SET x = 1"), u"OperationalError 1054"_s);
    }

    void insertedKeysAreGiven()
    {
        write(*m_runner, "CREATE OR REPLACE TABLE k (id INT AUTO_INCREMENT PRIMARY KEY, n INT)");
        QCOMPARE(write(*m_runner, "INSERT INTO k (n) VALUES (?1)", {Value(5)}).lastInsertId,
                 Value(1));
        Statement s = asking("INSERT INTO k (n) VALUES (?1), (?2) RETURNING id",
                             {Value(6), Value(7)}, {ColumnType{ColumnKind::Int64}});
        s.kind = TraceKind::Write;
        const StatementResult result = run(*m_runner, s);
        QCOMPARE(cell(result, 0), Value(2));
        QCOMPARE(cell(result, 1), Value(3));
    }

    void aCancelledQueryLeavesTheConnectionUsable()
    {
        QElapsedTimer clock;
        clock.start();
        QFuture<StatementResult> slow = m_runner->start(resultOf(asking("SELECT SLEEP(20)")), {});
        QThread::msleep(200);
        slow.cancel();
        QTRY_VERIFY_WITH_TIMEOUT(m_runner->stats().busy == 0, 5000);
        QVERIFY2(clock.elapsed() < 5000, qPrintable(QString::number(clock.elapsed())));
        for (int i = 0; i < 20; ++i)
            QCOMPARE(cell(run(*m_runner,
                              asking("SELECT ?1", {Value(i)}, {ColumnType{ColumnKind::Int64}}))),
                     Value(i));
    }

    void aLostConnectionIsReplaced()
    {
        const Value id = cell(run(*m_runner, asking("SELECT CONNECTION_ID()")));
        QVERIFY2(m_server.run(u"KILL %1"_s.arg(id.asInt())), qPrintable(m_server.problem()));
        const auto failure = failureOf([this] { run(*m_runner, asking("SELECT 1")); });
        QVERIFY(failure && failure->isA(u"OperationalError"_s));
        QCOMPARE(cell(run(*m_runner, asking("SELECT 2"))), Value(2));
    }

    void aDeadlockIsAnErrorOfOneOfTheTwoAndMayBeTriedAgain()
    {
        write(*m_runner, "CREATE OR REPLACE TABLE pair (id INT PRIMARY KEY, n INT)");
        write(*m_runner, "INSERT INTO pair VALUES (1, 0), (2, 0)");
        constexpr const char *one = "UPDATE pair SET n = n + 1 WHERE id = 1";
        constexpr const char *two = "UPDATE pair SET n = n + 1 WHERE id = 2";
        QFuture<bool> a = m_runner->start(atomically(transfer(one, two, 0.3)), {});
        QFuture<bool> b = m_runner->start(atomically(transfer(two, one, 0.3)), {});
        const auto first = failure(a), second = failure(b);
        QVERIFY(!first != !second);
        const OrmError &error = first ? *first : *second;
        QVERIFY(error.isA(u"OperationalError"_s));
        QCOMPARE(error.database->serverCode, u"1213"_s);
        QVERIFY(mayBeTriedAgain(error));
        QTRY_COMPARE(m_runner->stats().busy, 0);
        QCOMPARE(cell(run(*m_runner,
                          asking("SELECT SUM(n) FROM pair", {}, {ColumnType{ColumnKind::Int64}}))),
                 Value(2)); // only one of the two is saved, and it is saved whole
    }

    void aLockThatIsWaitedForTooLongMayBeTriedAgain()
    {
        write(*m_runner, "CREATE OR REPLACE TABLE pair (id INT PRIMARY KEY, n INT)");
        write(*m_runner, "INSERT INTO pair VALUES (1, 0), (2, 0)");
        constexpr const char *held = "UPDATE pair SET n = n + 1 WHERE id = 1";
        QFuture<bool> holder = m_runner->start(atomically(transfer(held, "DO 0", 5)), {});
        // The server fills this table anew only if nobody has read it for a tenth of a second.
        const auto isHeld = [&] {
            return cell(run(*m_runner, asking("SELECT COUNT(*) FROM information_schema.INNODB_TRX "
                                              "WHERE trx_rows_locked > 0",
                                              {}, {ColumnType{ColumnKind::Int64}}))) == Value(1);
        };
        for (int i = 0; i < 12 && !isHeld(); ++i)
            QTest::qWait(200);
        QVERIFY(isHeld());
        QFuture<bool> waiting = m_runner->start(
            atomically(transfer("SET SESSION innodb_lock_wait_timeout = 1", held, 0)), {});
        const auto error = failure(waiting);
        QVERIFY(error && error->isA(u"OperationalError"_s));
        QCOMPARE(error->database->serverCode, u"1205"_s);
        QVERIFY(mayBeTriedAgain(*error));
        QVERIFY(!failure(holder));
    }

    void aTransactionThatOnlyReadsRefusesToWrite()
    {
        AtomicOptions options;
        options.isolation = Isolation::ReadCommitted;
        write(*m_runner, "CREATE OR REPLACE TABLE pair (id INT PRIMARY KEY, n INT)");
        options.readOnly = true;
        const auto refused = failureOf([&] {
            m_runner->run(atomically(resultOf(telling("INSERT INTO pair VALUES (1, 1)")), options),
                          {});
        });
        QVERIFY(refused && refused->isA(u"OperationalError"_s));
        QCOMPARE(refused->database->serverCode, u"1792"_s); // only reading is allowed
        options.readOnly = false;
        m_runner->run(atomically(resultOf(telling("INSERT INTO pair VALUES (2, 1)")), options), {});
    }

    void theSchemaIsReadWhole()
    {
        QVERIFY2(m_server.run(
                     u"CREATE DATABASE shop; USE shop; CREATE TABLE author (id INT AUTO_INCREMENT "
                     "PRIMARY KEY, name VARCHAR(40) NOT NULL UNIQUE COMMENT 'full name') COMMENT "
                     "'who writes'; CREATE TABLE book (id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY, "
                     "author_id INT NOT NULL, price DECIMAL(8,2) DEFAULT 1.50, ok TINYINT(1), data "
                     "JSON, kind ENUM('a','b'), twice INT AS (id * 2), FOREIGN KEY (author_id) "
                     "REFERENCES author (id) ON DELETE CASCADE); CREATE TABLE pair (a INT, b INT, "
                     "PRIMARY KEY (b, a)); CREATE VIEW cheap AS SELECT id FROM book;"_s),
                 qPrintable(m_server.problem()));
        const auto runner = open(m_server.url(u"shop"_s));
        const DatabaseSchema schema = runner->run(introspectMariadb(), {});
        QCOMPARE(schema.tables.size(), std::size_t(4));
        const TableInfo &author = schema.tables[0], &book = schema.tables[1];
        QCOMPARE(author.comment, u"who writes"_s);
        QVERIFY(author.columns[0].automatic);
        QCOMPARE(author.columns[1].type.toString(), u"CharField(40)"_s);
        QCOMPARE(author.columns[1].comment, u"full name"_s);
        QVERIFY(author.columns[1].notNull && author.indexes[1].unique);
        QCOMPARE(book.foreignKeys.size(), std::size_t(1));
        QCOMPARE(book.foreignKeys[0].targetTable, u"author"_s);
        QCOMPARE(book.foreignKeys[0].onDelete, u"CASCADE"_s);
        QCOMPARE(book.columns[2].type.toString(), u"DecimalField(8,2)"_s);
        QCOMPARE(book.columns[2].defaultSql.value_or(QString()), u"1.50"_s);
        QCOMPARE(int(book.columns[3].type.kind), int(FieldKind::Boolean));
        QCOMPARE(int(book.columns[4].type.kind), int(FieldKind::Json));
        QCOMPARE(book.columns[5].enumValues, (QStringList{u"a"_s, u"b"_s}));
        QVERIFY(book.columns[6].generated);
        QVERIFY(schema.tables[2].isView);
        QCOMPARE(schema.tables[3].primaryKey, (QStringList{u"b"_s, u"a"_s}));
    }

private:
    static std::unique_ptr<Runner> open(const QString &url)
    {
        const ConnectionTarget target = ConnectionTarget::parse(url);
        return AdapterRegistry::find(target.backend).open(target);
    }
    static QList<Value> &values()
    {
        static QList<Value> all;
        return all;
    }

    MariadbServer m_server;
    std::unique_ptr<Runner> m_runner;
};

QTEST_GUILESS_MAIN(tst_MariadbConnection)
#include "tst_mariadbconnection.moc"
