#include "orm/trace/trace.h"

#include <QElapsedTimer>
#include <QSet>
#include <QTest>
#include <algorithm>
#include <latch>
#include <thread>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

class TestRecorder : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void recordsOfManyThreadsComeOrderedById();
    void takingWhileOthersRecordLosesNothing();
    void whatIsBeyondTheLimitIsCounted();
    void everyThreadHasANumberAndAName();
    void recordingIsCheap();
};

static TraceRecord recordWithId(std::uint64_t id)
{
    TraceRecord record;
    record.id = id;
    record.sql = "SELECT 1";
    return record;
}

static bool isOrdered(const std::vector<TraceRecord> &records)
{
    return std::is_sorted(records.begin(), records.end(),
                          [](const TraceRecord &a, const TraceRecord &b) { return a.id < b.id; });
}

void TestRecorder::recordsOfManyThreadsComeOrderedById()
{
    constexpr int Threads = 8, Each = 1000;
    TraceRecorder recorder;
    {
        std::vector<std::jthread> threads;
        for (int t = 0; t < Threads; ++t) {
            threads.emplace_back([&recorder] {
                for (int i = 0; i < Each; ++i)
                    recorder.record(recordWithId(nextTraceId()));
            });
        }
    }
    QCOMPARE(recorder.size(), std::size_t(Threads * Each));
    const auto seen = recorder.snapshot();
    QCOMPARE(seen.size(), std::size_t(Threads * Each));
    QVERIFY(isOrdered(seen));
    QCOMPARE(recorder.take().size(), seen.size());
    QCOMPARE(recorder.size(), std::size_t(0));
    QVERIFY(recorder.snapshot().empty());
}

void TestRecorder::takingWhileOthersRecordLosesNothing()
{
    constexpr int Threads = 4, Each = 5000;
    TraceRecorder recorder;
    std::atomic<int> running = Threads;
    std::vector<std::jthread> threads;
    for (int t = 0; t < Threads; ++t) {
        threads.emplace_back([&] {
            for (int i = 0; i < Each; ++i)
                recorder.record(recordWithId(nextTraceId()));
            --running;
        });
    }
    QSet<quint64> ids;
    std::size_t total = 0;
    const auto collect = [&](const std::vector<TraceRecord> &records) {
        total += records.size();
        for (const TraceRecord &record : records)
            ids.insert(record.id);
        return isOrdered(records);
    };
    while (running > 0) {
        QVERIFY(isOrdered(recorder.snapshot()));
        QVERIFY(collect(recorder.take()));
    }
    threads.clear();
    QVERIFY(collect(recorder.take()));
    QCOMPARE(total, std::size_t(Threads * Each));
    QCOMPARE(std::size_t(ids.size()), total);
    QCOMPARE(recorder.dropped(), std::size_t(0));
}

void TestRecorder::whatIsBeyondTheLimitIsCounted()
{
    TraceRecorder recorder(true, 10);
    QVERIFY(recorder.wantsParameters());
    for (std::uint64_t i = 1; i <= 25; ++i)
        recorder.record(recordWithId(i));
    QCOMPARE(recorder.size(), std::size_t(10));
    QCOMPARE(recorder.dropped(), std::size_t(15));
    QCOMPARE(recorder.take().back().id, std::uint64_t(10));
    recorder.record(recordWithId(26));
    QCOMPARE(recorder.size(), std::size_t(1));
}

void TestRecorder::everyThreadHasANumberAndAName()
{
    const std::uint16_t own = currentTraceThread();
    QVERIFY(own != 0);
    QCOMPARE(currentTraceThread(), own);
    std::uint16_t other = 0;
    std::jthread([&other] {
        setTraceThreadName(u"heddle-db-7"_s);
        other = currentTraceThread();
    }).join();
    QVERIFY(other != own);
    QCOMPARE(traceThreadName(other), u"heddle-db-7"_s);
    QCOMPARE(traceThreadName(0), QString());
}

void TestRecorder::recordingIsCheap()
{
    // The number that counts is in the benchmarks; this only notices if somebody makes it ten times
    // slower.
    constexpr int Count = 200'000;
    TraceRecorder recorder;
    const QByteArray sql("SELECT 1");
    const std::int64_t start = monotonicNs();
    for (int i = 0; i < Count; ++i) {
        TraceRecord record;
        record.id = std::uint64_t(i + 1);
        record.sql = sql;
        recorder.record(std::move(record));
    }
    const double each = double(monotonicNs() - start) / Count;
    qInfo("%.0f ns a record", each);
    QVERIFY(each < 5000);
}

QTEST_GUILESS_MAIN(TestRecorder)
#include "tst_recorder.moc"
