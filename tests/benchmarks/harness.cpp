#include "tests/benchmarks/harness.h"

#include <QByteArray>
#include <QFile>
#include <cstdio>
#include <stdexcept>

namespace heddle::bench {

double since(Clock::time_point begin)
{
    return std::chrono::duration<double>(Clock::now() - begin).count();
}

long memoryKb(const char *name)
{
    QFile status(QStringLiteral("/proc/self/status"));
    if (!status.open(QIODevice::ReadOnly))
        return 0;
    const QByteArray wanted = QByteArray(name) + ':';
    for (const QByteArray &line : status.readAll().split('\n')) {
        if (line.startsWith(wanted))
            return line.mid(wanted.size()).trimmed().split(' ').first().toLong();
    }
    return 0;
}

void print(const Target &target, const char *system, const char *task, const Measured &m)
{
    std::printf("{\"system\":\"%s\",\"backend\":\"%s\",\"task\":\"%s\",\"seconds\":%.6f,"
                "\"rows\":%lld,\"peak_rss_kb\":%ld,"
                "\"check\":%lld}\n",
                system, target.name, task, m.seconds, static_cast<long long>(m.rows),
                memoryKb("VmHWM"), static_cast<long long>(m.check));
    std::fflush(stdout);
}

namespace {

std::string fromEnvironment(const char *name)
{
    const QByteArray path = qgetenv(name);
    if (path.isEmpty())
        throw std::runtime_error(std::string(name) + " does not name the benchmark's database");
    return path.toStdString();
}

} // namespace

std::string databasePath()
{
    return fromEnvironment("BENCH_SQLITE");
}

std::string insertPath()
{
    return fromEnvironment("BENCH_SQLITE_P3");
}

std::int64_t checkOfBatches(const std::vector<RowBatchPtr> &batches)
{
    std::int64_t sum = 0;
    for (const RowBatchPtr &b : batches) {
        for (int row = 0; row < b->rowCount(); ++row) {
            std::optional<int> rating;
            if (!b->column(4).isNull(row))
                rating = int(b->column(4).int64(row));
            sum += checkOf(b->column(0).int64(row), b->column(3).date(row).days, rating,
                           b->column(5).int64(row));
        }
    }
    return sum;
}

void reportMemory(const std::vector<RowBatchPtr> &batches, long grownKb)
{
    std::size_t bytes = 0;
    for (const RowBatchPtr &b : batches)
        bytes += b->byteSize();
    std::fprintf(stderr, "batches %.1f MB, resident memory grew by %.1f MB: %.3f\n",
                 double(bytes) / 1e6, double(grownKb) * 1024 / 1e6,
                 double(grownKb) * 1024 / double(bytes));
}

} // namespace heddle::bench
