// What a queryset costs before anything is sent: building it, and finding its text in the cache.

#include "orm/objects/queryset.h"
#include "orm/sql/compilecache.h"
#include "tests/benchmarks/harness.h"

#include <algorithm>
#include <cstdio>

namespace heddle::bench {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int times = 100'000;

template <typename Work>
void measure(const char *name, const Work &work)
{
    double best = 1e9;
    for (int round = 0; round < 5; ++round) {
        const auto begin = Clock::now();
        for (int i = 0; i < times; ++i)
            work(i);
        best = std::min(best, since(begin));
    }
    std::printf("%-34s %6.0f ns\n", name, best / times * 1e9);
}

QPtr lookup(const QString &path, int value)
{
    return makeQ({{path, Operand(Value(value)), {}, {}}});
}

} // namespace

void querysetCosts(const Target &target)
{
    const Database database = Database::open(target.url);
    const Query books = database.objects(u"Book"_s).query();
    const QString pk = u"pk"_s, rating = u"rating"_s, name = u"author__name"_s;
    const QStringList order{u"-title"_s}, related{u"author"_s};
    const QPtr ready = lookup(pk, 1);
    const auto five = [&](int i) {
        return books.filter(lookup(rating, i))
            .exclude(lookup(name, i))
            .orderBy(order)
            .selectRelated(related)
            .slice(0, 10);
    };
    measure("a condition", [&](int i) { lookup(pk, i); });
    measure("one step, its condition ready", [&](int) { books.filter(ready); });
    measure("one step with its condition", [&](int i) { books.filter(lookup(pk, i)); });
    measure("five steps", [&](int i) { five(i); });
    const Query one = books.filter(ready), long_ = five(1);
    CompileCache &cache = database.compileCache();
    const auto compiled = [&](const Query &query) {
        compile(query, Ask::Rows, database.dialect(), {}, cache);
    };
    measure("cache hit, one step", [&](int) { compiled(one); });
    measure("cache hit, five steps", [&](int) { compiled(long_); });
}

} // namespace heddle::bench
