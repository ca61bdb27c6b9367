#include "tests/support/sqlitefolder.h"

#include <QHash>
#include <QTest>

using namespace heddle;
using namespace heddle::test;

/// What goes into SQLite comes back as it was: values, rows, counts.
class TestSqliteValues : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void init() { m_folder = std::make_unique<SqliteFolder>(); }
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

private:
    std::unique_ptr<SqliteFolder> m_folder;
};

namespace {

/// The values of the data rows by their names: Value is no type of Qt's.
QHash<QString, Value> &knownValues()
{
    static QHash<QString, Value> values;
    return values;
}

} // namespace

void TestSqliteValues::valuesComeBackAsTheyWentIn_data()
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

void TestSqliteValues::valuesComeBackAsTheyWentIn()
{
    QFETCH(int, kind);
    QFETCH(QString, repr);
    const Value value = knownValues()[QString::fromUtf8(QTest::currentDataTag())];
    const auto db = openDatabase(QStringLiteral(":memory:"));
    const Value back = scalar(*db, "SELECT ?", {value}, {{ColumnKind(kind)}});
    QCOMPARE(back.toRepr(), repr);
    QCOMPARE(back.type(), value.type());
}

void TestSqliteValues::cellsThatDoNotFitAreValues()
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

void TestSqliteValues::decimalsAreRoundedAsDjangoDoes_data()
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

void TestSqliteValues::decimalsAreRoundedAsDjangoDoes()
{
    QFETCH(QByteArray, cell);
    QFETCH(int, places);
    const auto db = openDatabase(QStringLiteral(":memory:"));
    const Value v =
        scalar(*db, ("SELECT " + cell).constData(), {}, {{ColumnKind::Decimal, places}});
    QCOMPARE(v.type(), Value::Type::Decimal);
    QTEST(v.asDecimal().toString(), "expected");
}

void TestSqliteValues::invalidUtf8IsKept()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    const Value v = scalar(*db, "SELECT CAST(X'41FF42' AS TEXT)", {}, {{ColumnKind::Text}});
    QCOMPARE(v.asUtf8(), QByteArray("A\xff"
                                    "B"));
    QVERIFY(!v.toDisplay().isEmpty());
    QCOMPARE(scalar(*db, "SELECT heddle_regexp('B', CAST(X'41FF42' AS TEXT), 0)").asInt(), 1);
}

void TestSqliteValues::tooLargeIntegersAreRefused()
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    QCOMPARE(failure([&] { scalar(*db, "SELECT ?", {Value(BigInt{"9223372036854775808"})}); }),
             QStringLiteral("OverflowError: Python int too large to convert to SQLite INTEGER"));
}

void TestSqliteValues::aWriteTellsRowsAndId()
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

void TestSqliteValues::rowsStreamWithASmallFirstBatch()
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

void TestSqliteValues::aSinkMayEndTheStatement()
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

QTEST_GUILESS_MAIN(TestSqliteValues)
#include "tst_sqlitevalues.moc"
