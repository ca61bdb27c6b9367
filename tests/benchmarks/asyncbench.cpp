// P6 and P7: many statements at once, on both ways of waiting for PostgreSQL.

#include "orm/execution/adapter.h"
#include "orm/execution/gather.h"
#include "tests/benchmarks/outstanding.h"

namespace heddle::bench {

namespace {

constexpr const char *sleepSql = "SELECT 1 FROM pg_sleep(0.1)";

Statement reading(const char *sql, std::vector<ColumnType> columns)
{
    Statement statement;
    statement.sql = sql;
    statement.columns = std::make_shared<const std::vector<ColumnType>>(std::move(columns));
    return statement;
}

Plan<qint64> firstNumber(Statement statement)
{
    const StatementResult result = co_await send(std::move(statement));
    co_return result.batches.at(0)->column(0).int64(0);
}

std::unique_ptr<Runner> openWith(const Target &target, const char *options)
{
    const auto connection =
        ConnectionTarget::parse(target.url + u'?' + QString::fromLatin1(options));
    return AdapterRegistry::find(connection.backend).open(connection);
}

/// All at once, on a pool whose connections are open.
Measured atOnce(const Target &target, const char *options, int count,
                const std::function<Statement()> &statement)
{
    const std::unique_ptr<Runner> runner = openWith(target, options);
    const auto start = [&](const std::function<Statement()> &make) {
        QList<QFuture<qint64>> futures;
        for (int i = 0; i < count; ++i)
            futures << runner->start(firstNumber(make()), {});
        return gather(futures);
    };
    const auto warming = [] {
        return reading("SELECT 1 FROM pg_sleep(0.02)", {{ColumnKind::Int64}});
    };
    start(warming).result();
    const auto begin = Clock::now();
    const QList<qint64> answers = start(statement).result();
    Measured m{since(begin), count, 0};
    for (const qint64 answer : answers)
        m.check += answer;
    return m;
}

Statement aggregate()
{
    return reading(
        aggregateSql,
        {{ColumnKind::Int64}, {ColumnKind::Double}, {ColumnKind::Int64}, {ColumnKind::Double}});
}

Statement sleeping()
{
    return reading(sleepSql, {{ColumnKind::Int64}});
}

Plan<PlainBook> bookPlan(Statement statement)
{
    const StatementResult result = co_await send(std::move(statement));
    co_return bookOfRow(*result.batches.at(0));
}

Measured statementGets(const Target &target, const char *options)
{
    const std::unique_ptr<Runner> runner = openWith(target, options);
    const Statement form =
        reading("SELECT id, title, price, published, rating, author_id FROM book "
                "WHERE id = $1",
                {{ColumnKind::Int64},
                 {ColumnKind::Text},
                 {ColumnKind::Double},
                 {ColumnKind::Date},
                 {ColumnKind::Int64},
                 {ColumnKind::Int64}});
    const auto start = [&](int n) {
        Statement statement = form;
        statement.parameters = {Value(static_cast<long long>(pointKey(n)))};
        return runner->start(bookPlan(std::move(statement)), {});
    };
    return outstanding(start, [](PlainBook book) { return book; });
}

} // namespace

void sleepsAtOnce(const Target &target)
{
    print(target, "heddle-native", "P6-sleep", atOnce(target, "max_connections=8", 8, sleeping));
}

void sleepsOnThreads(const Target &target)
{
    print(target, "heddle-threads", "P6-sleep",
          atOnce(target, "max_connections=8&adapter=threads", 8, sleeping));
}

void plainSleeps(const Target &target)
{
    print(target, "plain-loop", "P6-sleep", plainAtOnce(sleepSql, 8, 8));
}

void aggregatesAtOnce(const Target &target)
{
    print(target, "heddle-native", "P6-agg", atOnce(target, "max_connections=2", 4, aggregate));
}

void aggregatesOnThreads(const Target &target)
{
    print(target, "heddle-threads", "P6-agg",
          atOnce(target, "max_connections=2&adapter=threads", 4, aggregate));
}

void plainAggregates(const Target &target)
{
    print(target, "plain-loop", "P6-agg", plainAtOnce(aggregateSql, 4, 2));
}

void plainPipeline(const Target &target)
{
    print(target, "plain-loop", "P7", plainPipelinedGets(4));
}

void plainTenThreads(const Target &target)
{
    print(target, "plain-10-threads", "P7", plainThreadedGets(10));
}

void nativeStatementGets(const Target &target)
{
    print(target, "heddle-statements", "P7", statementGets(target, "max_connections=4"));
}

} // namespace heddle::bench
