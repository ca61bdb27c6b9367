#include "orm/objects/queryset.h"
#include "tests/benchmarks/outstanding.h"

namespace heddle::bench {

using namespace Qt::Literals::StringLiterals;

namespace {

Measured querysetGets(const Target &target, const char *options)
{
    const Database database = Database::open(target.url + u'?' + QString::fromLatin1(options));
    const QuerySet<Record> all = database.objects(u"Book"_s);
    const auto start = [&all](int n) {
        return all.aget(
            makeQ({{u"pk"_s, Operand(Value(static_cast<long long>(pointKey(n)))), {}, {}}}));
    };
    return outstanding(start,
                       [](const ResultSetPtr &rows) { return bookOfRow(*rows->batches().at(0)); });
}

} // namespace

void nativeQuerysetGets(const Target &target)
{
    print(target, "heddle", "P7", querysetGets(target, "max_connections=4"));
}

void threadedQuerysetGets(const Target &target)
{
    print(target, "heddle-threads", "P7",
          querysetGets(target, "max_connections=10&adapter=threads"));
}

} // namespace heddle::bench
