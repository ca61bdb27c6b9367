// The engine without querysets: statements through the pool.

#include "orm/execution/adapter.h"
#include "orm/trace/trace.h"
#include "tests/benchmarks/harness.h"

#include <deque>

namespace heddle::bench {

namespace {

std::shared_ptr<const std::vector<ColumnType>> bookTypes()
{
    static const auto types = std::make_shared<const std::vector<ColumnType>>(
        std::vector<ColumnType>{{ColumnKind::Int64},
                                {ColumnKind::Text},
                                {ColumnKind::Double},
                                {ColumnKind::Date},
                                {ColumnKind::Int64},
                                {ColumnKind::Int64}});
    return types;
}

Statement read(const QByteArray &sql, std::shared_ptr<const std::vector<ColumnType>> columns,
               const QByteArray &label)
{
    Statement statement;
    statement.sql = sql;
    statement.columns = std::move(columns);
    statement.label = label;
    return statement;
}

Statement allBooks()
{
    static const QByteArray sql = QByteArrayLiteral("SELECT ") + bookColumns + " FROM book";
    return read(sql, bookTypes(), QByteArrayLiteral("Book"));
}

Statement oneBook(const Dialect &dialect, std::int64_t id)
{
    static const QByteArray sql = QByteArrayLiteral("SELECT ") + bookColumns +
                                  " FROM book WHERE id = " + dialect.placeholder(1);
    static const QByteArray label = QByteArrayLiteral("Book");
    Statement statement = read(sql, bookTypes(), label);
    statement.parameters = {Value(static_cast<long long>(id))};
    return statement;
}

Plan<std::vector<RowBatchPtr>> fetch(Statement statement)
{
    StatementResult result = co_await send(std::move(statement));
    co_return std::move(result.batches);
}

Plan<PlainBook> fetchBook(const Dialect *dialect, std::int64_t id)
{
    Statement statement = oneBook(*dialect, id);
    const StatementResult result = co_await send(std::move(statement));
    const RowBatch &row = *result.batches.at(0);
    PlainBook book;
    book.id = row.column(0).int64(0);
    book.title = row.column(1).view(0);
    book.price = row.column(2).number(0);
    book.published = row.column(3).date(0).days;
    if (!row.column(4).isNull(0))
        book.rating = int(row.column(4).int64(0));
    book.authorId = row.column(5).int64(0);
    co_return book;
}

/// A pool with its adapter.
struct Pool {
    const Adapter *adapter = nullptr;
    std::unique_ptr<Runner> runner;
    const Dialect *dialect() const { return &adapter->dialect(); }
    Runner *operator->() const { return runner.get(); }
};

Pool openPool(const Target &target)
{
    const auto connection = ConnectionTarget::parse(target.url);
    Pool pool{&AdapterRegistry::find(connection.backend), nullptr};
    pool.runner = pool.adapter->open(connection);
    // The task's time begins with the connection open.
    pool.runner->run(fetch(read(QByteArrayLiteral("SELECT 1"), nullptr, {})), {});
    return pool;
}

Measured syncGets(const Pool &pool)
{
    PlanContext context;
    context.method = "get";
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    const auto begin = Clock::now();
    for (int n = 0; n < pointGetCount; ++n)
        books.push_back(pool->run(fetchBook(pool.dialect(), pointKey(n)), context));
    return measured(books, since(begin));
}

Statement aggregate()
{
    static const auto types =
        std::make_shared<const std::vector<ColumnType>>(std::vector<ColumnType>{
            {ColumnKind::Int64}, {ColumnKind::Double}, {ColumnKind::Int64}, {ColumnKind::Double}});
    return read(QByteArray(aggregateSql), types, QByteArrayLiteral("aggregate"));
}

} // namespace

/// P1: a million books into row batches. What the process grew by, against the batches' own bytes,
/// goes to standard error.
void statementAllBooks(const Target &target)
{
    const Pool pool = openPool(target);
    const long before = memoryKb("VmRSS");
    const auto begin = Clock::now();
    const std::vector<RowBatchPtr> batches = pool->run(fetch(allBooks()), {});
    Measured m{since(begin), 0, 0};
    const long grown = memoryKb("VmRSS") - before;
    for (const RowBatchPtr &b : batches)
        m.rows += b->rowCount();
    m.check = checkOfBatches(batches);
    print(target, "heddle-statements", "P1", m);
    reportMemory(batches, grown);
}

void statementPointGets(const Target &target)
{
    const Pool pool = openPool(target);
    print(target, "heddle-statements", "P2", syncGets(pool));
}

/// The same with a recorder listening; the difference is what tracing costs.
void statementTracedPointGets(const Target &target)
{
    const Pool pool = openPool(target);
    TraceRecorder recorder;
    pool->setTraceSink(&recorder);
    print(target, "heddle-statements-traced", "P2", syncGets(pool));
    pool->setTraceSink(nullptr);
}

/// Both in turns in one process, so that the difference is not the machine's: to standard error, in
/// percent and per get.
void statementTracingCost(const Target &target)
{
    const Pool pool = openPool(target);
    double plain = 1e9, traced = 1e9;
    for (int round = 0; round < 9; ++round) {
        plain = std::min(plain, syncGets(pool).seconds);
        TraceRecorder recorder;
        pool->setTraceSink(&recorder);
        traced = std::min(traced, syncGets(pool).seconds);
        pool->setTraceSink(nullptr);
    }
    print(target, "heddle-tracing-cost", "P2", {traced - plain, pointGetCount, 0});
    std::fprintf(stderr, "a get takes %.0f ns, traced %.0f ns: %.1f %% more\n",
                 plain / pointGetCount * 1e9, traced / pointGetCount * 1e9,
                 (traced / plain - 1) * 100);
}

void statementAsyncPointGets(const Target &target)
{
    const Pool pool = openPool(target);
    PlanContext context;
    context.method = "get";
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    std::deque<QFuture<PlainBook>> outstanding;
    const auto begin = Clock::now();
    for (int n = 0; n < pointGetCount; ++n) {
        if (int(outstanding.size()) == outstandingGets) {
            books.push_back(outstanding.front().result());
            outstanding.pop_front();
        }
        outstanding.push_back(pool->start(fetchBook(pool.dialect(), pointKey(n)), context));
    }
    for (QFuture<PlainBook> &f : outstanding)
        books.push_back(f.result());
    print(target, "heddle-statements-async-1000", "P2", measured(books, since(begin)));
}

void serialAggregates(const Target &target)
{
    const Pool pool = openPool(target);
    const auto begin = Clock::now();
    Measured m;
    for (int i = 0; i < 4; ++i)
        m.check += pool->run(fetch(aggregate()), {}).at(0)->column(0).int64(0);
    m.seconds = since(begin);
    m.rows = 4;
    print(target, "heddle-serial", "P6-agg", m);
}

void parallelAggregates(const Target &target)
{
    const Pool pool = openPool(target);
    const auto begin = Clock::now();
    std::vector<QFuture<std::vector<RowBatchPtr>>> futures;
    for (int i = 0; i < 4; ++i)
        futures.push_back(pool->start(fetch(aggregate()), {}));
    Measured m;
    for (auto &f : futures)
        m.check += f.result().at(0)->column(0).int64(0);
    m.seconds = since(begin);
    m.rows = 4;
    print(target, "heddle-parallel", "P6-agg", m);
}

} // namespace heddle::bench
