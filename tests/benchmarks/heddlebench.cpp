// heddle_bench BACKEND TASK: one task, one JSON line, the same as the other programs of the
// comparison print.
//
// sqlite: the file named by BENCH_SQLITE, and for p3 the one named by BENCH_SQLITE_P3. pg: the
// database that libpq's environment variables (PGHOST, PGPORT, ...) name. `generate` writes the
// dataset, `empty` the empty table of p3.

#include "orm/heddle.h"
#include "tests/benchmarks/harness.h"

#include <QCoreApplication>
#include <cstdio>
#include <functional>
#include <map>

using namespace heddle;
using namespace heddle::bench;

namespace {

Target targetOf(const QByteArray &backend)
{
    if (backend == "pg")
        return {"pg", QStringLiteral("postgresql://"), QStringLiteral("postgresql://"),
                &postgresLoops};
    return {"sqlite", qEnvironmentVariable("BENCH_SQLITE"), qEnvironmentVariable("BENCH_SQLITE_P3"),
            &sqliteLoops};
}

using Task = std::function<void(const Target &)>;

Task plainTask(const char *task, Measured (*PlainLoops::*loop)())
{
    return [task, loop](const Target &target) {
        print(target, "plain-loop", task, (target.plain->*loop)());
    };
}

const std::map<std::string, Task> &tasks()
{
    static const std::map<std::string, Task> all{
        {"generate", [](const Target &target) { target.plain->generate(); }},
        {"empty", [](const Target &target) { target.plain->empty(); }},
        {"p1raw", plainTask("P1", &PlainLoops::allBooks)},
        {"p2raw", plainTask("P2", &PlainLoops::pointGets)},
        {"p3raw", plainTask("P3", &PlainLoops::insert)},
        {"p4raw", plainTask("P4", &PlainLoops::joined)},
        {"p5raw", plainTask("P5", &PlainLoops::prefetched)},
        {"p1stmt", statementAllBooks},
        {"p2stmt", statementPointGets},
        {"p2stmttraced", statementTracedPointGets},
        {"p2stmtasync", statementAsyncPointGets},
        {"tracingstmt", statementTracingCost},
        {"agg4serial", serialAggregates},
        {"agg4parallel", parallelAggregates},
        {"p1", querysetAllBooks},
        {"p2", querysetPointGets},
        {"p2async", querysetAsyncPointGets},
        {"tracing", querysetTracingCost},
        {"cost", querysetCosts},
        {"p1typed", typedAllBooks},
        {"p2typed", typedPointGets},
        {"p3", typedBulkCreate},
        {"p4", typedSelectRelated},
        {"p5", typedPrefetch},
        {"p6sleepraw", plainSleeps},
        {"p6sleep", sleepsAtOnce},
        {"p6sleepthreads", sleepsOnThreads},
        {"p6aggraw", plainAggregates},
        {"p6agg", aggregatesAtOnce},
        {"p6aggthreads", aggregatesOnThreads},
        {"p7raw", plainPipeline},
        {"p7raw10", plainTenThreads},
        {"p7stmt", nativeStatementGets},
        {"p7", nativeQuerysetGets},
        {"p7threads", threadedQuerysetGets},
        {"p1qt", qtAllBooks},
        {"p2qt", qtPointGets},
        {"p3qt", qtInsert},
        {"p4qt", qtJoined},
        {"p5qt", qtPrefetched},
    };
    return all;
}

int usage()
{
    std::fprintf(stderr, "usage: heddle_bench sqlite|pg TASK, with one of:");
    for (const auto &[name, run] : tasks())
        std::fprintf(stderr, " %s", name.c_str());
    std::fprintf(stderr, "\n");
    return 2;
}

} // namespace

int main(int argc, char **argv)
{
    QCoreApplication app(argc, argv);
    if (argc != 3)
        return usage();
    const QByteArray backend(argv[1]);
    const auto task = tasks().find(argv[2]);
    if ((backend != "sqlite" && backend != "pg") || task == tasks().end())
        return usage();
    try {
        registerBackends();
        task->second(targetOf(backend));
    } catch (const std::exception &e) {
        std::fprintf(stderr, "error: %s\n", e.what());
        return 1;
    }
    return 0;
}
