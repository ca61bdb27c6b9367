#include "orm/objects/queryset.h"
#include "tests/benchmarks/harness.h"

#include <cstdio>
#include <deque>

namespace heddle::bench {

using namespace Qt::Literals::StringLiterals;

namespace {

Database openDatabase(const Target &target)
{
    const Database database = Database::open(target.url);
    database.objects(u"Book"_s).exists(); // the task's time begins with the connection open
    return database;
}

QPtr byKey(int n)
{
    return makeQ(u"pk"_s, Operand(Value(static_cast<long long>(pointKey(n)))));
}

/// Takes a book apart as a program would use it.
PlainBook plainBook(const ResultSet &rows)
{
    const RowBatch &row = *rows.batches().at(0);
    PlainBook book;
    book.id = row.column(0).int64(0);
    book.title = row.column(1).view(0);
    book.price = row.column(2).number(0);
    book.published = row.column(3).date(0).days;
    if (!row.column(4).isNull(0))
        book.rating = int(row.column(4).int64(0));
    book.authorId = row.column(5).int64(0);
    return book;
}

Measured syncGets(const Database &database)
{
    const QuerySet<Record> all = database.objects(u"Book"_s);
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    const auto begin = Clock::now();
    for (int n = 0; n < pointGetCount; ++n)
        books.push_back(plainBook(*all.get(byKey(n))));
    return measured(books, since(begin));
}

} // namespace

void querysetAllBooks(const Target &target)
{
    const Database database = openDatabase(target);
    const long before = memoryKb("VmRSS");
    const auto begin = Clock::now();
    const ResultSetPtr rows = database.objects(u"Book"_s).fetch();
    Measured m{since(begin), rows->rowCount(), 0};
    const long grown = memoryKb("VmRSS") - before;
    m.check = checkOfBatches(rows->batches());
    print(target, "heddle", "P1", m);
    reportMemory(rows->batches(), grown);
}

void querysetPointGets(const Target &target)
{
    const Database database = openDatabase(target);
    print(target, "heddle", "P2", syncGets(database));
}

void querysetAsyncPointGets(const Target &target)
{
    const Database database = openDatabase(target);
    const QuerySet<Record> all = database.objects(u"Book"_s);
    std::vector<PlainBook> books;
    books.reserve(pointGetCount);
    std::deque<QFuture<ResultSetPtr>> outstanding;
    const auto begin = Clock::now();
    for (int n = 0; n < pointGetCount; ++n) {
        if (int(outstanding.size()) == outstandingGets) {
            books.push_back(plainBook(*outstanding.front().result()));
            outstanding.pop_front();
        }
        outstanding.push_back(all.aget(byKey(n)));
    }
    for (QFuture<ResultSetPtr> &f : outstanding)
        books.push_back(plainBook(*f.result()));
    print(target, "heddle-async-1000", "P2", measured(books, since(begin)));
}

void querysetTracingCost(const Target &target)
{
    const Database database = openDatabase(target);
    double plain = 1e9, traced = 1e9;
    for (int round = 0; round < 9; ++round) {
        plain = std::min(plain, syncGets(database).seconds);
        TraceRecorder recorder;
        database.setTraceSink(&recorder);
        traced = std::min(traced, syncGets(database).seconds);
        database.setTraceSink(nullptr);
    }
    print(target, "heddle-tracing-cost", "P2", {traced - plain, pointGetCount, 0});
    std::fprintf(stderr, "a get takes %.0f ns, traced %.0f ns: %.1f %% more\n",
                 plain / pointGetCount * 1e9, traced / pointGetCount * 1e9,
                 (traced / plain - 1) * 100);
}

} // namespace heddle::bench
