// heddle_bench BACKEND TASK: one task, one JSON line, the same as the other programs of the
// comparison print.
//
// The database is the file named by BENCH_SQLITE; `heddle_bench sqlite generate` writes it.

#include "orm/backends/sqlite/sqliteadapter.h"
#include "orm/execution/adapter.h"
#include "orm/trace/trace.h"
#include "tests/benchmarks/harness.h"

#include <QCoreApplication>
#include <cstdio>
#include <deque>
#include <functional>
#include <map>

using namespace heddle;
using namespace heddle::bench;

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

Statement allBooks()
{
    static const QByteArray sql = QByteArrayLiteral("SELECT ") + bookColumns + " FROM book";
    return {sql, {}, bookTypes(), TraceKind::Read, QByteArrayLiteral("Book")};
}

Statement oneBook(std::int64_t id)
{
    static const QByteArray sql =
        QByteArrayLiteral("SELECT ") + bookColumns + " FROM book WHERE id = ?";
    static const QByteArray label = QByteArrayLiteral("Book");
    return {sql, {Value(static_cast<long long>(id))}, bookTypes(), TraceKind::Read, label};
}

Plan<std::vector<RowBatchPtr>> fetch(Statement statement)
{
    StatementResult result = co_await send(std::move(statement));
    co_return std::move(result.batches);
}

Plan<PlainBook> fetchBook(std::int64_t id)
{
    const StatementResult result = co_await send(oneBook(id));
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

std::unique_ptr<Runner> openPool()
{
    registerSqliteAdapter();
    const auto target = ConnectionTarget::parse(QString::fromStdString(databasePath()));
    auto runner = AdapterRegistry::find(target.backend).open(target);
    // The task's time begins with the connection open.
    runner->run(fetch({QByteArrayLiteral("SELECT 1"), {}, nullptr, TraceKind::Pragma, {}}), {});
    return runner;
}

Measured summed(const std::vector<PlainBook> &books, double seconds)
{
    Measured m{seconds, std::int64_t(books.size()), 0};
    for (const PlainBook &b : books)
        m.check += checkOf(b);
    return m;
}

/// P1: a million books into row batches. What the process grew by, against the batches' own bytes,
/// goes to standard error.
void allBooksIntoBatches()
{
    const auto runner = openPool();
    const long before = memoryKb("VmRSS");
    const auto begin = Clock::now();
    const std::vector<RowBatchPtr> batches = runner->run(fetch(allBooks()), {});
    Measured m{since(begin), 0, 0};
    const long grown = memoryKb("VmRSS") - before;
    for (const RowBatchPtr &b : batches)
        m.rows += b->rowCount();
    m.check = checkOfBatches(batches);
    print("heddle-statements", "P1", m);
    reportMemory(batches, grown);
}

Measured syncGets(Runner &runner)
{
    PlanContext context;
    context.method = "get";
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    const auto begin = Clock::now();
    for (int n = 0; n < pointGetCount; ++n)
        books.push_back(runner.run(fetchBook(pointKey(n)), context));
    return summed(books, since(begin));
}

void pointGets()
{
    const auto runner = openPool();
    print("heddle-statements", "P2", syncGets(*runner));
}

/// The same with a recorder listening; the difference is what tracing costs.
void tracedPointGets()
{
    const auto runner = openPool();
    TraceRecorder recorder;
    runner->setTraceSink(&recorder);
    print("heddle-statements-traced", "P2", syncGets(*runner));
    runner->setTraceSink(nullptr);
}

/// Both in turns in one process, so that the difference is not the machine's: to standard error, in
/// percent and per get.
void tracingOverhead()
{
    const auto runner = openPool();
    double plain = 1e9, traced = 1e9;
    for (int round = 0; round < 9; ++round) {
        plain = std::min(plain, syncGets(*runner).seconds);
        TraceRecorder recorder;
        runner->setTraceSink(&recorder);
        traced = std::min(traced, syncGets(*runner).seconds);
        runner->setTraceSink(nullptr);
    }
    print("heddle-tracing-cost", "P2", {traced - plain, pointGetCount, 0});
    std::fprintf(stderr, "a get takes %.0f ns, traced %.0f ns: %.1f %% more\n",
                 plain / pointGetCount * 1e9, traced / pointGetCount * 1e9,
                 (traced / plain - 1) * 100);
}

void asyncPointGets()
{
    const auto runner = openPool();
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
        outstanding.push_back(runner->start(fetchBook(pointKey(n)), context));
    }
    for (QFuture<PlainBook> &f : outstanding)
        books.push_back(f.result());
    print("heddle-statements-async-1000", "P2", summed(books, since(begin)));
}

Statement aggregate()
{
    static const auto types =
        std::make_shared<const std::vector<ColumnType>>(std::vector<ColumnType>{
            {ColumnKind::Int64}, {ColumnKind::Double}, {ColumnKind::Int64}, {ColumnKind::Double}});
    return {QByteArray(aggregateSql), {}, types, TraceKind::Read, QByteArrayLiteral("aggregate")};
}

void serialAggregates()
{
    const auto runner = openPool();
    const auto begin = Clock::now();
    Measured m;
    for (int i = 0; i < 4; ++i)
        m.check += runner->run(fetch(aggregate()), {}).at(0)->column(0).int64(0);
    m.seconds = since(begin);
    m.rows = 4;
    print("heddle-serial", "P6-agg", m);
}

void parallelAggregates()
{
    const auto runner = openPool();
    const auto begin = Clock::now();
    std::vector<QFuture<std::vector<RowBatchPtr>>> futures;
    for (int i = 0; i < 4; ++i)
        futures.push_back(runner->start(fetch(aggregate()), {}));
    Measured m;
    for (auto &f : futures)
        m.check += f.result().at(0)->column(0).int64(0);
    m.seconds = since(begin);
    m.rows = 4;
    print("heddle-parallel", "P6-agg", m);
}

const std::map<std::string, std::function<void()>> &tasks()
{
    static const std::map<std::string, std::function<void()>> all{
        {"generate", [] { generateSqlite(databasePath()); }},
        {"p1raw", [] { print("heddle-plain-loop", "P1", plainAllBooks(databasePath())); }},
        {"p1stmt", allBooksIntoBatches},
        {"p2raw", [] { print("heddle-plain-loop", "P2", plainPointGets(databasePath())); }},
        {"p2stmt", pointGets},
        {"p2stmttraced", tracedPointGets},
        {"p2stmtasync", asyncPointGets},
        {"tracingstmt", tracingOverhead},
        {"agg4serial", serialAggregates},
        {"agg4parallel", parallelAggregates},
        {"p1", querysetAllBooks},
        {"p2", querysetPointGets},
        {"p2async", querysetAsyncPointGets},
        {"tracing", querysetTracingCost},
    };
    return all;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    const auto task =
        argc == 3 && qstrcmp(argv[1], "sqlite") == 0 ? tasks().find(argv[2]) : tasks().end();
    if (task == tasks().end()) {
        std::fprintf(stderr, "usage: heddle_bench sqlite TASK, with one of:");
        for (const auto &[name, run] : tasks())
            std::fprintf(stderr, " %s", name.c_str());
        std::fprintf(stderr, "\n");
        return 2;
    }
    try {
        task->second();
    } catch (const std::exception &e) {
        std::fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
    return 0;
}
