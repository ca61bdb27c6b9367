#include "tests/support/postgresdatabase.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// Statements with rows of parameters: COPY, and one prepared statement pipelined.
class TestPostgresBulk : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void copiedValuesComeBack_data();
    void copiedValuesComeBack();
    void manyRowsAreCopied();
    void aRefusedCopyLeavesNothing_data();
    void aRefusedCopyLeavesNothing();
    void aCopyIsPartOfItsTransaction();
    void columnsWithOddNamesAreFound();
    void noRowsAreNoProblem();
    void anotherTextThatBeginsWithCopyIsRefused();
    void aRunningCopyIsCancelled();
    void pipelinedRowsComeBackInOrder();
    void aPipelineThatFailsLeavesNothing_data();
    void aPipelineThatFailsLeavesNothing();
    void aPipelineInATransactionLeavesTheEndToIt();

private:
    Value count() { return scalar(*m_runner, "SELECT count(*) FROM target"); }

    PostgresServer m_server;
    std::unique_ptr<Runner> m_runner;
};

namespace {

class Rows final : public ParameterRows {
public:
    Rows(std::int64_t count, std::function<void(std::int64_t, ValueList &)> fill)
        : m_count(count), m_fill(std::move(fill))
    {
    }
    std::int64_t count() const override { return m_count; }
    void row(std::int64_t i, ValueList &out) const override { m_fill(i, out); }

private:
    const std::int64_t m_count;
    const std::function<void(std::int64_t, ValueList &)> m_fill;
};

Statement withRows(const QByteArray &sql, std::int64_t count,
                   std::function<void(std::int64_t, ValueList &)> fill)
{
    Statement s = telling(sql);
    s.rows = std::make_shared<Rows>(count, std::move(fill));
    return s;
}

constexpr char copyTarget[] = "COPY \"target\" (\"id\", \"name\") FROM STDIN";

void plainRow(std::int64_t i, ValueList &out)
{
    out = {Value(static_cast<long long>(i)), Value(u"row %1"_s.arg(i))};
}

/// The row that spoils a bulk insert: what is wrong with it is the test's name.
void spoiledRow(const QString &how, std::int64_t i, ValueList &out)
{
    plainRow(i, out);
    if (i != 700)
        return;
    if (how == "duplicate"_L1)
        out[0] = Value(3);
    else if (how == "out of range"_L1)
        out[0] = Value(1LL << 40);
    else if (how == "zero byte"_L1)
        out[1] = Value::text(QByteArray("a\0b", 3));
    else if (how == "wrong type"_L1)
        out[0] = Value(u"many"_s);
    else if (how == "not null"_L1)
        out[0] = Value();
    else
        throw ValueError(u"no more rows"_s);
}

void spoilers()
{
    QTest::addColumn<QString>("error");
    QTest::newRow("duplicate") << u"IntegrityError"_s;
    QTest::newRow("out of range") << u"DataError"_s;
    QTest::newRow("zero byte") << u"DataError"_s;
    QTest::newRow("wrong type") << u"DataError"_s;
    QTest::newRow("not null") << u"IntegrityError"_s;
    QTest::newRow("source") << u"ValueError"_s;
}

Plan<void> copyThenRollback(Statement copy)
{
    Statement begin = telling("BEGIN", TraceKind::Begin);
    co_await send(std::move(begin));
    co_await send(std::move(copy));
    Statement end = telling("ROLLBACK", TraceKind::Rollback);
    co_await send(std::move(end));
}

} // namespace

void TestPostgresBulk::initTestCase()
{
    if (!m_server.start())
        QSKIP(qPrintable(m_server.problem()));
    QVERIFY2(m_server.run(u"CREATE TYPE mood AS ENUM ('sad', 'glad');"
                          "CREATE TABLE target (id int PRIMARY KEY, name text);"
                          "CREATE TABLE \"odd \"\"table (x)\" (\"a (b)\" int, \"c, d\" text);"
                          "CREATE TABLE every (i2 int2, i8 int8, f4 float4, f8 float8, "
                          "n numeric(12,3), v varchar(30), b bytea, d date, ti time, ts timestamp, "
                          "tz timestamptz, iv interval, bo bool, u uuid, j json, jb jsonb, "
                          "ai int4[], at text[], m mood, ip inet, c \"char\")"_s),
             qPrintable(m_server.problem()));
    m_runner = openPostgres(m_server.url());
}

void TestPostgresBulk::init()
{
    write(*m_runner, "TRUNCATE target");
}

void TestPostgresBulk::copiedValuesComeBack_data()
{
    QTest::addColumn<bool>("asText");
    QTest::newRow("binary") << false;
    QTest::newRow("text") << true; // beside a column that has no binary format here
}

void TestPostgresBulk::copiedValuesComeBack()
{
    QFETCH(bool, asText);
    QByteArray columns = "i2, i8, f4, f8, n, v, b, d, ti, ts, tz, iv, bo, u, j, jb, ai, at, m";
    const QByteArray order = columns;
    columns += asText ? ", ip" : "";
    write(*m_runner, "TRUNCATE every");
    const ValueList values{Value(-32768),
                           Value(1LL << 60),
                           Value(0.1),
                           Value(-1e-300),
                           Value(*Decimal::parse("-123456.500")),
                           Value(u"tab\t line\n cr\r back\\slash \\N ü"_s),
                           Value::bytes(QByteArray("\0\xff\\\n", 4)),
                           Value(u"-infinity"_s),
                           Value(Time::fromHms(23, 59, 59, 1)),
                           Value(*DateTime::parse("1999-12-31 23:59:59.999999")),
                           Value(*DateTime::parse("2021-06-01 12:00:00+02:00")),
                           Value(Duration{-1}),
                           Value(true),
                           Value(QUuid::fromString(u"00112233-4455-6677-8899-aabbccddeeff"_s)),
                           Value(Json{"{\"a\" : 1}"}),
                           Value(Json{"{\"a\": 1}"}),
                           Value::array({Value(1), Value(), Value(3)}),
                           Value::array({Value(u"a,\"b\"\\"_s), Value(u""_s), Value()}),
                           Value(u"glad"_s)};
    run(*m_runner,
        withRows("COPY every (" + columns + ") FROM STDIN", 2, [&](std::int64_t i, ValueList &out) {
            out = i == 0 ? values : ValueList(values.size());
            if (asText)
                out.push_back(i == 0 ? Value(u"10.0.0.1"_s) : Value());
        }));
    const StatementResult back = run(*m_runner, asking("SELECT " + order + " FROM every"));
    QCOMPARE(back.rowCount(), 2);
    for (std::size_t i = 0; i < values.size(); ++i) {
        QString expected = values[i].toRepr();
        if (values[i].type() == Value::Type::DateTime && values[i].asDateTime().offsetSeconds)
            expected = Value(*DateTime::parse("2021-06-01 10:00:00+00:00")).toRepr();
        QCOMPARE(back.batches.at(0)->value(0, int(i)).toRepr(), expected);
        QVERIFY(back.batches.at(0)->value(1, int(i)).isNull());
    }
}

void TestPostgresBulk::manyRowsAreCopied()
{
    const StatementResult result = run(*m_runner, withRows(copyTarget, 50'000, plainRow));
    QCOMPARE(result.rowsAffected, 50'000);
    QCOMPARE(count().asInt(), 50'000);
    QCOMPARE(scalar(*m_runner, "SELECT name FROM target WHERE id = 49999").toDisplay(),
             u"row 49999"_s);
}

void TestPostgresBulk::aRefusedCopyLeavesNothing_data()
{
    spoilers();
}

void TestPostgresBulk::aRefusedCopyLeavesNothing()
{
    QFETCH(QString, error);
    const QString how = QString::fromUtf8(QTest::currentDataTag());
    const auto failure = failureOf([&] {
        run(*m_runner, withRows(copyTarget, 1000,
                                [&](std::int64_t i, ValueList &out) { spoiledRow(how, i, out); }));
    });
    QVERIFY(failure);
    QCOMPARE(failure->className(), error);
    QCOMPARE(count().asInt(), 0);
}

void TestPostgresBulk::aCopyIsPartOfItsTransaction()
{
    m_runner->run(copyThenRollback(withRows(copyTarget, 100, plainRow)), {});
    QCOMPARE(count().asInt(), 0);
}

void TestPostgresBulk::columnsWithOddNamesAreFound()
{
    run(*m_runner,
        withRows("COPY \"odd \"\"table (x)\" (\"a (b)\", \"c, d\") FROM STDIN", 3, plainRow));
    QCOMPARE(scalar(*m_runner, "SELECT sum(\"a (b)\") FROM \"odd \"\"table (x)\"").asInt(), 3);
}

void TestPostgresBulk::noRowsAreNoProblem()
{
    QCOMPARE(run(*m_runner, withRows(copyTarget, 0, plainRow)).rowsAffected, 0);
    QCOMPARE(
        run(*m_runner, withRows("INSERT INTO target VALUES ($1, $2)", 0, plainRow)).rowsAffected,
        0);
    QCOMPARE(count().asInt(), 0);
}

void TestPostgresBulk::anotherTextThatBeginsWithCopyIsRefused()
{
    const auto failure =
        failureOf([&] { run(*m_runner, withRows("COPY target TO STDOUT", 1, plainRow)); });
    QVERIFY(failure && failure->isA(u"ProgrammingError"_s));
}

void TestPostgresBulk::aRunningCopyIsCancelled()
{
    QFuture<StatementResult> future =
        m_runner->start(resultOf(withRows(copyTarget, 100'000'000,
                                          [](std::int64_t i, ValueList &out) {
                                              plainRow(i % 2'000'000'000, out);
                                          })),
                        {});
    QTest::qWait(200);
    future.cancel();
    QTRY_COMPARE_WITH_TIMEOUT(m_runner->stats().busy, 0, 10'000);
    QCOMPARE(count().asInt(), 0);
}

void TestPostgresBulk::pipelinedRowsComeBackInOrder()
{
    Statement s = withRows("INSERT INTO target VALUES ($1, $2) RETURNING id, name", 1000,
                           [](std::int64_t i, ValueList &out) {
                               plainRow(i, out);
                               if (i % 3 == 0)
                                   out[1] = Value();
                           });
    s.columns = std::make_shared<const std::vector<ColumnType>>(
        std::vector<ColumnType>{{ColumnKind::Int64}, {ColumnKind::Text}});
    const StatementResult result = run(*m_runner, s);
    QCOMPARE(result.rowsAffected, 1000);
    QCOMPARE(result.rowCount(), 1000);
    std::int64_t expected = 0;
    for (const RowBatchPtr &batch : result.batches) {
        for (int row = 0; row < batch->rowCount(); ++row, ++expected) {
            QCOMPARE(batch->column(0).int64(row), expected);
            QCOMPARE(batch->column(1).isNull(row), expected % 3 == 0);
        }
    }
}

void TestPostgresBulk::aPipelineThatFailsLeavesNothing_data()
{
    spoilers();
}

void TestPostgresBulk::aPipelineThatFailsLeavesNothing()
{
    QFETCH(QString, error);
    const QString how = QString::fromUtf8(QTest::currentDataTag());
    const auto failure = failureOf([&] {
        run(*m_runner, withRows("INSERT INTO target VALUES ($1, $2)", 1000,
                                [&](std::int64_t i, ValueList &out) { spoiledRow(how, i, out); }));
    });
    QVERIFY(failure);
    QCOMPARE(failure->className(), error);
    QCOMPARE(count().asInt(), 0);
    QCOMPARE(
        run(*m_runner, withRows("INSERT INTO target VALUES ($1, $2)", 10, plainRow)).rowsAffected,
        10);
}

void TestPostgresBulk::aPipelineInATransactionLeavesTheEndToIt()
{
    m_runner->run(copyThenRollback(withRows("INSERT INTO target VALUES ($1, $2)", 100, plainRow)),
                  {});
    QCOMPARE(count().asInt(), 0);
}

QTEST_GUILESS_MAIN(TestPostgresBulk)
#include "tst_postgresbulk.moc"
