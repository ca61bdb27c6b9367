#include "tests/support/postgresdatabase.h"
#include "tests/support/postgresserver.h"

#include <QHash>
#include <QTest>
#include <cmath>
#include <limits>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Each type on its way to the server and back, in binary and in text format.
class TestPostgresTypes : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanupTestCase();
    void literalsAreRead_data();
    void literalsAreRead();
    void valuesComeBackAsTheyWentIn_data();
    void valuesComeBackAsTheyWentIn();
    void insertedValuesComeBack_data();
    void insertedValuesComeBack();
    void aColumnIsReadAsItsModelSays_data();
    void aColumnIsReadAsItsModelSays();
    void whatDoesNotFitIsAValueOfItsOwn();
    void enumsAndDomainsAreKnown();
    void nullIsNull();
    void constantsAreTypedAsInSql_data();
    void constantsAreTypedAsInSql();
    void textsWithAZeroByteAreRefused();
    void randomNumericsSurvive();

private:
    PostgresServer m_server;
    std::unique_ptr<Runner> m_runner;
};

namespace {

/// The values of the data rows by their names: Value is no type of Qt's.
QHash<QString, Value> &knownValues()
{
    static QHash<QString, Value> values;
    return values;
}

Value decimal(const char *text)
{
    return Value(*Decimal::parse(text));
}

Value moment(const char *text)
{
    return Value(*DateTime::parse(text));
}

} // namespace

void TestPostgresTypes::initTestCase()
{
    if (!m_server.start())
        QSKIP(qPrintable(m_server.problem()));
    m_runner = openPostgres(m_server.url());
    write(*m_runner, "CREATE TYPE mood AS ENUM ('sad', 'so-so', 'glad')");
    write(*m_runner, "CREATE DOMAIN age AS integer CHECK (VALUE >= 0)");
    write(*m_runner, "CREATE DOMAIN old_age AS age CHECK (VALUE > 64)");
    write(*m_runner,
          "CREATE TABLE everything (id serial, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, "
          "n numeric, n2 numeric(10,2), t text, v varchar(20), b bytea, d date, ti time, "
          "ts timestamp, tz timestamptz, iv interval, bo bool, u uuid, j json, jb jsonb, "
          "ai int4[], at text[], an numeric[], m mood, am mood[], a old_age, ip inet)");
}

void TestPostgresTypes::cleanupTestCase()
{
    m_runner.reset();
}

void TestPostgresTypes::literalsAreRead_data()
{
    QTest::addColumn<QString>("literal");
    QTest::addColumn<QString>("repr");
    const auto row = [](const char *literal, const char *repr) {
        QTest::newRow(literal) << QString::fromUtf8(literal) << QString::fromUtf8(repr);
    };
    row("'-32768'::int2", "-32768");
    row("'-2147483648'::int4", "-2147483648");
    row("'-9223372036854775808'::int8", "-9223372036854775808");
    row("4294967295::oid", "4294967295");
    row("0.1::float4", "0.1");
    row("'-1e-300'::float8", "-1e-300");
    row("'Infinity'::float8", "inf");
    row("'-Infinity'::float4", "-inf");
    row("'NaN'::float8", "nan");
    row("0::numeric", "Decimal('0')");
    row("0.00::numeric", "Decimal('0.00')");
    row("10000::numeric", "Decimal('10000')");
    row("-0.00010000::numeric", "Decimal('-0.00010000')");
    row("123456789012345678901234567890.123456789::numeric",
        "Decimal('123456789012345678901234567890.123456789')");
    row("1e20::numeric", "Decimal('100000000000000000000')");
    row("99999999.9999::numeric(12,4)", "Decimal('99999999.9999')");
    row("'NaN'::numeric", "Decimal('NaN')");
    row("'-Infinity'::numeric", "Decimal('-Infinity')");
    row("'grün'::text", "'grün'");
    row("''::text", "''");
    row("'ab'::char(4)", "'ab  '");
    row("'pg_class'::name", "'pg_class'");
    row("'x'::\"char\"", "'x'");
    row("'\\x00ff5c'::bytea", "b'\\x00\\xff\\\\'");
    row("''::bytea", "b''");
    row("true", "True");
    row("false", "False");
    row("'0001-01-01'::date", "datetime.date(1, 1, 1)");
    row("'9999-12-31'::date", "datetime.date(9999, 12, 31)");
    row("'1969-12-31'::date", "datetime.date(1969, 12, 31)");
    row("'infinity'::date", "'infinity'");
    row("'-infinity'::date", "'-infinity'");
    row("'0044-03-15 BC'::date", "'0044-03-15 BC'");
    row("'10000-01-01'::date", "'10000-01-01'");
    row("'4713-01-01 BC'::date", "'4713-01-01 BC'");
    row("'23:59:59.999999'::time", "datetime.time(23, 59, 59, 999999)");
    row("'24:00'::time", "'24:00:00'");
    row("'12:30:00+02'::timetz", "'12:30:00+02'");
    row("'12:30:00.5-03:30'::timetz", "'12:30:00.5-03:30'");
    row("'0001-01-01 00:00'::timestamp", "datetime.datetime(1, 1, 1, 0, 0)");
    row("'9999-12-31 23:59:59.999999'::timestamp",
        "datetime.datetime(9999, 12, 31, 23, 59, 59, 999999)");
    row("'1999-12-31 23:59:59'::timestamp", "datetime.datetime(1999, 12, 31, 23, 59, 59)");
    row("'infinity'::timestamp", "'infinity'");
    row("'-infinity'::timestamptz", "'-infinity'");
    row("'0044-03-15 12:00 BC'::timestamp", "'0044-03-15 12:00:00 BC'");
    row("'20000-01-01 00:00:00.5'::timestamptz", "'20000-01-01 00:00:00.5+00'");
    row("'2021-06-01 12:00+02'::timestamptz",
        "datetime.datetime(2021, 6, 1, 10, 0, tzinfo=datetime.timezone.utc)");
    row("'1 year 2 mons 3 days 04:05:06.7'::interval",
        "datetime.timedelta(days=428, seconds=14706, microseconds=700000)");
    row("'-1 day -00:00:01'::interval", "datetime.timedelta(days=-2, seconds=86399)");
    row("'0'::interval", "datetime.timedelta(0)");
    row("'00112233-4455-6677-8899-aabbccddeeff'::uuid",
        "UUID('00112233-4455-6677-8899-aabbccddeeff')");
    row("'{1,NULL,-3}'::int4[]", "[1, None, -3]");
    row("'{{1,2},{3,4}}'::int8[]", "[[1, 2], [3, 4]]");
    row("'[0:1]={7,8}'::int2[]", "[7, 8]");
    row("'{}'::text[]", "[]");
    row("'{\"a b\",\"\\\"\",\"NULL\",NULL,\"\",\"\\\\\",\"x,y\"}'::text[]",
        "['a b', '\"', 'NULL', None, '', '\\\\', 'x,y']");
    row("'{1.50,NaN}'::numeric[]", "[Decimal('1.50'), Decimal('NaN')]");
    row("'{2021-01-01,infinity}'::date[]", "[datetime.date(2021, 1, 1), 'infinity']");
    row("'{glad,NULL}'::mood[]", "['glad', None]");
    row("'glad'::mood", "'glad'");
    row("65::old_age", "65");
    row("'192.168.0.1/24'::inet", "'192.168.0.1/24'");
    row("'(1,2)'::point", "'(1,2)'");
    row("'[1,5)'::int4range", "'[1,5)'");
    row("B'101'", "'101'");
    row("ROW(1,'a')", "'(1,a)'");
    row("NULL::int4", "None");
}

/// In binary where that can be, and once more beside a column that has no binary format here.
void TestPostgresTypes::literalsAreRead()
{
    QFETCH(QString, literal);
    QFETCH(QString, repr);
    // PostgreSQL writes no zeros behind the last digit of a second, and our own texts all six.
    const auto shown = [](QString text) { return text.replace(u".500000"_s, u".5"_s); };
    QCOMPARE(shown(scalar(*m_runner, "SELECT " + literal.toUtf8()).toRepr()), repr);
    QCOMPARE(shown(scalar(*m_runner, "SELECT " + literal.toUtf8() + ", '(1,2)'::point").toRepr()),
             repr);
}

void TestPostgresTypes::valuesComeBackAsTheyWentIn_data()
{
    QTest::addColumn<QString>("type");
    const auto row = [](const char *name, const char *type, const Value &value) {
        QTest::newRow(name) << QString::fromUtf8(type);
        knownValues()[QString::fromUtf8(name)] = value;
    };
    row("smallest int4", "int4", Value(std::numeric_limits<std::int32_t>::min()));
    row("more than int4", "int8", Value(2147483648LL));
    row("largest int8", "int8", Value(std::numeric_limits<long long>::max()));
    row("big", "numeric", Value(BigInt{"123456789012345678901234567890"}));
    row("double", "float8", Value(0.1));
    row("smallest double", "float8", Value(std::numeric_limits<double>::denorm_min()));
    row("infinite", "float8", Value(-std::numeric_limits<double>::infinity()));
    row("decimal", "numeric", decimal("-1234.5600"));
    row("exponent", "numeric", decimal("1E+3"));
    row("text", "text", Value(u"'; DROP TABLE everything; -- 1 ü 😀"_s));
    row("empty text", "text", Value(QString()));
    row("bytes", "bytea", Value::bytes(QByteArray("\0\xff\\'", 4)));
    row("true", "bool", Value(true));
    row("date", "date", Value(Date::fromCivil(9999, 12, 31)));
    row("time", "time", Value(Time::fromHms(23, 59, 59, 999999)));
    row("datetime", "timestamp", moment("0001-01-01 00:00:00.000001"));
    row("zoned", "timestamptz", moment("2021-06-01 12:00:00+00:00"));
    row("duration", "interval", Value(Duration{-1}));
    row("long duration", "interval", Value(Duration{86'400'000'000LL * 400 + 5}));
    row("uuid", "uuid", Value(QUuid::fromString(u"00112233-4455-6677-8899-aabbccddeeff"_s)));
    row("json", "json", Value(Json{"{\"a\" : [1, null]}"}));
    row("jsonb", "jsonb", Value(Json{"{\"a\": [1, null]}"}));
    row("integers", "int4[]", Value::array({Value(1), Value(), Value(-3)}));
    row("wide integers", "int8[]", Value::array({Value(1), Value(1LL << 40)}));
    row("texts", "text[]",
        Value::array({Value(u"a \"b\" \\ {c}, NULL"_s), Value(u"NULL"_s), Value(), Value(u""_s)}));
    row("nested", "int4[]",
        Value::array({Value::array({Value(1), Value(2)}), Value::array({Value(3), Value(4)})}));
    row("moments", "timestamp[]", Value::array({moment("2021-01-01 10:00:00.5")}));
    row("byte strings", "bytea[]", Value::array({Value::bytes(QByteArray("\0\\", 2))}));
    row("durations", "interval[]", Value::array({Value(Duration{-5}), Value(Duration{7})}));
    row("no elements", "int4[]", Value::array({}));
}

void TestPostgresTypes::valuesComeBackAsTheyWentIn()
{
    QFETCH(QString, type);
    const Value value = knownValues()[QString::fromUtf8(QTest::currentDataTag())];
    const Value back = scalar(*m_runner, "SELECT $1::" + type.toUtf8(), {value});
    if (value.type() == Value::Type::BigInt)
        QCOMPARE(back.toDisplay(), value.toDisplay());
    else
        QVERIFY2(back == value, qPrintable(back.toRepr()));
    // And against itself in a condition, where the server chooses how to compare.
    if (type != "json"_L1)
        QCOMPARE(scalar(*m_runner,
                        "SELECT x.v = $1 FROM (SELECT $2::" + type.toUtf8() + ") AS x(v)",
                        {value, value})
                     .toRepr(),
                 u"True"_s);
}

void TestPostgresTypes::insertedValuesComeBack_data()
{
    QTest::addColumn<QString>("column");
    QTest::addColumn<QString>("repr");
    const auto row = [](const char *name, const char *column, const Value &value,
                        const char *repr) {
        QTest::newRow(name) << QString::fromUtf8(column) << QString::fromUtf8(repr);
        knownValues()[QString::fromUtf8(name)] = value;
    };
    row("smallint", "i2", Value(-32768), "-32768");
    row("integer", "i4", Value(5), "5");
    row("bigint", "i8", Value(5), "5");
    row("integer from bool", "i4", Value(true), "1");
    row("real", "f4", Value(0.1), "0.1");
    row("double from int", "f8", Value(3), "3.0");
    row("numeric from int", "n", Value(30000), "Decimal('30000')");
    row("numeric from double", "n", Value(0.1), "Decimal('0.1')");
    row("rounded", "n2", decimal("1.005"), "Decimal('1.01')");
    row("text from int", "t", Value(5), "'5'");
    row("varchar", "v", Value(u"abc"_s), "'abc'");
    row("bytes", "b", Value::bytes("ab"), "b'ab'");
    row("date from text", "d", Value(u"2021-02-03"_s), "datetime.date(2021, 2, 3)");
    row("date infinity", "d", Value(u"infinity"_s), "'infinity'");
    row("timestamp from date", "ts", Value(Date::fromCivil(2021, 2, 3)),
        "datetime.datetime(2021, 2, 3, 0, 0)");
    row("naive into zoned", "tz", moment("2021-02-03 04:05:06"),
        "datetime.datetime(2021, 2, 3, 4, 5, 6, tzinfo=datetime.timezone.utc)");
    row("zoned into naive", "ts", moment("2021-02-03 04:05:06+02:00"),
        "datetime.datetime(2021, 2, 3, 2, 5, 6)");
    row("interval", "iv", Value(Duration{90'000'000}), "datetime.timedelta(seconds=90)");
    row("bool", "bo", Value(false), "False");
    row("uuid from text", "u", Value(u"00112233-4455-6677-8899-aabbccddeeff"_s),
        "UUID('00112233-4455-6677-8899-aabbccddeeff')");
    row("integers", "ai", Value::array({Value(1), Value()}), "[1, None]");
    row("texts", "at", Value::array({Value(u"a,b"_s)}), "['a,b']");
    row("numerics", "an", Value::array({Value(1), decimal("2.50")}),
        "[Decimal('1'), Decimal('2.50')]");
    row("enum", "m", Value(u"so-so"_s), "'so-so'");
    row("enums", "am", Value::array({Value(u"sad"_s)}), "['sad']");
    row("domain", "a", Value(70), "70");
    row("inet", "ip", Value(u"10.0.0.1"_s), "'10.0.0.1'");
}

/// In an INSERT the server says which types it wants.
void TestPostgresTypes::insertedValuesComeBack()
{
    QFETCH(QString, column);
    QFETCH(QString, repr);
    const Value value = knownValues()[QString::fromUtf8(QTest::currentDataTag())];
    Statement insert = asking("INSERT INTO everything (" + column.toUtf8() +
                                  ") VALUES ($1) RETURNING " + column.toUtf8(),
                              {value});
    insert.kind = TraceKind::Write;
    const StatementResult result = run(*m_runner, insert);
    QCOMPARE(result.rowsAffected, 1);
    QCOMPARE(result.batches.at(0)->value(0, 0).toRepr(), repr);
}

void TestPostgresTypes::aColumnIsReadAsItsModelSays_data()
{
    QTest::addColumn<QString>("sql");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("places");
    QTest::addColumn<QString>("repr");
    const auto row = [](const char *sql, ColumnKind kind, const char *repr, int places = -1) {
        QTest::newRow(qPrintable(QString::fromUtf8(sql) + u' ' + QString::number(int(kind))))
            << QString::fromUtf8(sql) << int(kind) << places << QString::fromUtf8(repr);
    };
    row("7::int2", ColumnKind::Int64, "7");
    row("7::int8", ColumnKind::Int64, "7");
    row("2021.0::numeric", ColumnKind::Int64, "2021");
    row("2.9::float8", ColumnKind::Int64, "2");
    row("1.25::numeric", ColumnKind::Double, "1.25");
    row("3::int4", ColumnKind::Double, "3.0");
    row("3::int4", ColumnKind::Decimal, "Decimal('3.00')", 2);
    row("1.005::numeric", ColumnKind::Decimal, "Decimal('1.00')", 2);
    row("'2021-02-03 04:05'::timestamp", ColumnKind::Date, "datetime.date(2021, 2, 3)");
    row("'2021-02-03 04:05'::timestamp", ColumnKind::Time, "datetime.time(4, 5)");
    row("'2021-02-03 04:05+00'::timestamptz", ColumnKind::DateTime,
        "datetime.datetime(2021, 2, 3, 4, 5)");
    row("'{\"a\": 1}'::jsonb", ColumnKind::Json, "'{\"a\": 1}'");
    row("'{\"a\" : 1}'::json", ColumnKind::Json, "'{\"a\" : 1}'");
    row("'x'::varchar", ColumnKind::Text, "'x'");
    row("true", ColumnKind::Bool, "True");
    row("pg_sleep(0)", ColumnKind::Text, "''");
}

void TestPostgresTypes::aColumnIsReadAsItsModelSays()
{
    QFETCH(QString, sql);
    QFETCH(int, kind);
    QFETCH(int, places);
    QFETCH(QString, repr);
    const ColumnType type{ColumnKind(kind), places};
    const StatementResult result = run(*m_runner, asking("SELECT " + sql.toUtf8(), {}, {type}));
    const Column &column = result.batches.at(0)->column(0);
    QCOMPARE(int(column.kind()), kind);
    const Value value = column.value(0);
    QCOMPARE(value.type() == Value::Type::Json ? Value::text(value.asJson().text).toRepr()
                                               : value.toRepr(),
             repr);
}

void TestPostgresTypes::whatDoesNotFitIsAValueOfItsOwn()
{
    const StatementResult result =
        run(*m_runner, asking("SELECT d FROM (VALUES (1, '2021-01-01'::date), (2, 'infinity'), "
                              "(3, NULL), (4, '2021-01-02')) AS v(i, d) ORDER BY i",
                              {}, {{ColumnKind::Date}}));
    QStringList shown;
    for (int row = 0; row < 4; ++row)
        shown << result.batches.at(0)->value(row, 0).toRepr();
    QCOMPARE(shown, (QStringList{u"datetime.date(2021, 1, 1)"_s, u"'infinity'"_s, u"None"_s,
                                 u"datetime.date(2021, 1, 2)"_s}));
}

void TestPostgresTypes::enumsAndDomainsAreKnown()
{
    // Read in the column's own kind, and so in binary, although the server made up these types.
    const StatementResult result =
        run(*m_runner, asking("SELECT 'sad'::mood, 70::old_age", {},
                              {{ColumnKind::Text}, {ColumnKind::Int64}}));
    QCOMPARE(int(result.batches.at(0)->column(0).kind()), int(ColumnKind::Text));
    QCOMPARE(int(result.batches.at(0)->column(1).kind()), int(ColumnKind::Int64));
    QCOMPARE(scalar(*m_runner, "SELECT 'sad'::mood = $1", {Value(u"sad"_s)}).toRepr(), u"True"_s);
}

void TestPostgresTypes::nullIsNull()
{
    QVERIFY(scalar(*m_runner, "SELECT $1::int4", {Value()}).isNull());
    QVERIFY(scalar(*m_runner, "SELECT $1", {Value()}).isNull());
    QVERIFY(scalar(*m_runner, "SELECT NULL::text", {}, {{ColumnKind::Text}}).isNull());
}

void TestPostgresTypes::constantsAreTypedAsInSql_data()
{
    QTest::addColumn<QString>("type");
    const auto row = [](const char *name, const Value &value) {
        knownValues()[QString::fromUtf8(name)] = value;
        QTest::newRow(name) << QString::fromUtf8(name);
    };
    row("integer", Value(1));
    row("bigint", Value(1LL << 40));
    row("numeric", Value(1.5));
    row("text", Value(u"x"_s));
    row("boolean", Value(true));
    row("date", Value(Date{}));
    row("timestamp without time zone", Value(DateTime{}));
    row("interval", Value(Duration{}));
    row("integer[]", Value::array({Value(1)}));
}

void TestPostgresTypes::constantsAreTypedAsInSql()
{
    QFETCH(QString, type);
    QCOMPARE(scalar(*m_runner, "SELECT pg_typeof(x)::text FROM (SELECT $1) AS s(x)",
                    {knownValues()[type]})
                 .toDisplay(),
             type);
}

void TestPostgresTypes::textsWithAZeroByteAreRefused()
{
    const auto failure =
        failureOf([&] { scalar(*m_runner, "SELECT $1", {Value::text(QByteArray("a\0b", 3))}); });
    QVERIFY(failure && failure->isA(u"DataError"_s));
    QCOMPARE(scalar(*m_runner, "SELECT 1").toRepr(), u"1"_s);
}

/// Numbers of many shapes through the binary format in both directions.
void TestPostgresTypes::randomNumericsSurvive()
{
    std::uint64_t state = 42;
    const auto random = [&state](int below) {
        state = state * 6364136223846793005ULL + 1442695040888963407ULL;
        return int(state >> 33) % below;
    };
    for (int round = 0; round < 300; ++round) {
        std::string text = random(2) ? "-" : "";
        for (int i = random(30) + 1; i > 0; --i)
            text += random(4) ? char('0' + random(10)) : '0';
        if (const int places = random(20)) {
            text += '.';
            for (int i = places; i > 0; --i)
                text += random(3) ? char('0' + random(10)) : '0';
        }
        Statement insert = asking("INSERT INTO everything (n, t) VALUES ($1, $2) RETURNING n, "
                                  "n = t::numeric, n::text",
                                  {decimal(text.c_str()), Value(QString::fromStdString(text))});
        insert.kind = TraceKind::Write;
        const StatementResult result = run(*m_runner, insert);
        const RowBatch &row = *result.batches.at(0);
        QVERIFY2(row.value(0, 1) == Value(true), text.c_str());
        QCOMPARE(row.value(0, 0).toDisplay(), row.value(0, 2).toDisplay());
    }
}

QTEST_GUILESS_MAIN(TestPostgresTypes)
#include "tst_postgrestypes.moc"
