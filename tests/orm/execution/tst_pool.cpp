#include "tests/support/fakeconnection.h"

#include <QElapsedTimer>
#include <QTest>
#include <QTimer>

using namespace heddle;
using namespace heddle::test;

class TestPool : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void syncAndAsyncCallsGiveTheSame();
    void aSyncCallStaysOnItsOwnThreadAndConnection();
    void slowPlansRunSideBySideOnNamedThreads();
    void aPlanBehindASlowOneIsTakenByAnIdleWorker();
    void interactivePlansGoBeforeBackgroundOnes();
    void aFullQueueRefusesWithTheOldestLease();
    void waitingTooLongIsAnError();
    void aCancelledQueuedPlanNeverGetsAConnection();
    void cancellingARunningPlanStopsItsStatement();
    void aConnectionThatIsNotProvenIdleIsDiscarded();
    void aSyncCallIsCancelledFromAnotherThread();
    void aCommitIsNotCancelled();
    void syncCallsAreRefusedOnAThreadWithARunningLoop();
    void syncCallsAreRefusedInAnAsyncSectionUnlessAllowed();
    void syncConnectionsAreClosedWhenTheirThreadEnds();
    void aTwentyFirstSyncThreadIsRefused();
    void askingForMoreWhileReadingIsADeadlockUnlessConnectionsNest();
    void aConnectionRefusesForeignThreads();
    void shutdownEndsRunningAndQueuedPlansInTime();
    void aClosedPoolRefusesNewPlans();
    void aPoolMayBeDestroyedByAContinuationOnItsOwnWorker();
    void everyCallMayFail();
    void slowConnectionsGiveTheSameResults();
    void aRecordHasThePhasesOfItsPlan();
    void nothingIsRecordedWithoutASink();
};

namespace {

PoolOptions sized(int connections, int queued = 1000)
{
    PoolOptions options;
    options.maxConnections = connections;
    options.maxQueued = queued;
    return options;
}

PlanContext at(int line, const char *method = "get")
{
    PlanContext context;
    context.site = {line, 5, nullptr};
    context.method = method;
    return context;
}

template <typename F>
void waitUntil(F condition)
{
    QElapsedTimer timer;
    timer.start();
    while (!condition() && timer.elapsed() < 5000)
        QThread::msleep(1);
    QVERIFY(condition());
}

Plan<qint64> sum(int count)
{
    qint64 total = 0;
    for (int i = 1; i <= count; ++i)
        total += co_await fakePlan(fakeStatement("part", i));
    co_return total;
}

} // namespace

void TestPool::syncAndAsyncCallsGiveTheSame()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    QCOMPARE(pool->run(sum(4), at(1)), 10);
    QCOMPARE(pool->start(sum(4), at(1)).result(), 10);
    QCOMPARE(database->opened.load(), 2);
}

void TestPool::aSyncCallStaysOnItsOwnThreadAndConnection()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    TraceRecorder recorder;
    pool->setTraceSink(&recorder);
    pool->run(sum(2), at(1));
    pool->run(sum(1), at(1));
    QCOMPARE(database->opened.load(), 1);
    for (const TraceRecord &r : recorder.take())
        QCOMPARE(r.thread, currentTraceThread());
}

void TestPool::slowPlansRunSideBySideOnNamedThreads()
{
    const auto database = std::make_shared<FakeDatabase>();
    database->delay = std::chrono::milliseconds(150);
    const auto pool = fakePool(database);
    TraceRecorder recorder;
    pool->setTraceSink(&recorder);
    QElapsedTimer timer;
    timer.start();
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 4; ++i)
        futures << pool->start(fakePlan(fakeStatement("slow", i)), at(i + 1));
    for (int i = 0; i < 4; ++i)
        QCOMPARE(futures[i].result(), i);
    QVERIFY(timer.elapsed() < 4 * 150);
    QCOMPARE(database->mostRunning.load(), 4);
    pool->setTraceSink(nullptr);
    QStringList names;
    for (const TraceRecord &r : recorder.take())
        names << traceThreadName(r.thread);
    names.sort();
    QCOMPARE(names, QStringList({QStringLiteral("heddle-db-1"), QStringLiteral("heddle-db-2"),
                                 QStringLiteral("heddle-db-3"), QStringLiteral("heddle-db-4")}));
}

void TestPool::aPlanBehindASlowOneIsTakenByAnIdleWorker()
{
    const auto database = std::make_shared<FakeDatabase>();
    database->delay = std::chrono::milliseconds(1);
    const auto pool = fakePool(database, sized(2));
    QList<QFuture<qint64>> slow, quick;
    quick << pool->start(fakePlan(fakeStatement("first", 0)), at(1));
    slow << pool->start(fakePlan(fakeStatement("WAIT")), at(2));
    for (int i = 0; i < 100; ++i)
        quick << pool->start(fakePlan(fakeStatement("quick", i)), at(3));
    waitUntil([&] {
        return std::all_of(quick.begin(), quick.end(),
                           [](const auto &f) { return f.isFinished(); });
    });
    QVERIFY(!slow[0].isFinished());
    slow[0].cancel();
}

void TestPool::interactivePlansGoBeforeBackgroundOnes()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database, sized(1));
    auto blocker = pool->start(fakePlan(fakeStatement("WAIT")), at(1));
    waitUntil([&] { return database->running == 1; });
    PlanContext background = at(2);
    background.background = true;
    auto later = pool->start(fakePlan(fakeStatement("background")), background);
    auto sooner = pool->start(fakePlan(fakeStatement("interactive")), at(3));
    blocker.cancel();
    later.waitForFinished();
    sooner.waitForFinished();
    QCOMPARE(database->seen(), QByteArrayList({"WAIT", "interactive", "background"}));
}

void TestPool::aFullQueueRefusesWithTheOldestLease()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database, sized(1, 3));
    auto running = pool->start(fakePlan(fakeStatement("WAIT")), at(42));
    waitUntil([&] { return database->running == 1; });
    QList<QFuture<qint64>> waiting;
    for (int i = 0; i < 3; ++i)
        waiting << pool->start(fakePlan(fakeStatement("next")), at(1));
    auto refused = pool->start(fakePlan(fakeStatement("too many")), at(1));
    QVERIFY(refused.isFinished());
    try {
        refused.waitForFinished();
        QFAIL("the queue has no bound");
    } catch (const PoolExhausted &e) {
        QVERIFY2(e.message().contains(QStringLiteral("line 42, column 5")),
                 qPrintable(e.message()));
        QVERIFY(e.message().contains(QStringLiteral("WAIT")));
        QVERIFY(e.message().contains(QStringLiteral("3 plans wait")));
    }
    running.cancel();
    for (auto &f : waiting)
        QCOMPARE(f.result(), 1);
}

void TestPool::waitingTooLongIsAnError()
{
    const auto database = std::make_shared<FakeDatabase>();
    PoolOptions options = sized(1);
    options.acquireTimeout = std::chrono::milliseconds(100);
    const auto pool = fakePool(database, options);
    auto running = pool->start(fakePlan(fakeStatement("WAIT")), at(1));
    waitUntil([&] { return database->running == 1; });
    auto waiting = pool->start(fakePlan(fakeStatement("next")), at(2));
    QVERIFY_THROWS_EXCEPTION(PoolExhausted, waiting.waitForFinished());
    running.cancel();
}

void TestPool::aCancelledQueuedPlanNeverGetsAConnection()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database, sized(1));
    auto running = pool->start(fakePlan(fakeStatement("WAIT")), at(1));
    waitUntil([&] { return database->running == 1; });
    auto cancelled = pool->start(fakePlan(fakeStatement("cancelled")), at(2));
    auto after = pool->start(fakePlan(fakeStatement("after")), at(3));
    cancelled.cancel();
    running.cancel();
    QCOMPARE(after.result(), 1);
    QVERIFY(cancelled.isCanceled());
    QCOMPARE(database->seen(), QByteArrayList({"WAIT", "after"}));
}

void TestPool::cancellingARunningPlanStopsItsStatement()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database, sized(1));
    auto running = pool->start(fakePlan(fakeStatement("WAIT")), at(1));
    waitUntil([&] { return database->running == 1; });
    running.cancel();
    QVERIFY(running.isCanceled());
    QCOMPARE(pool->start(fakePlan(fakeStatement("next", 5)), at(2)).result(), 5);
    QVERIFY(database->cancels > 0);
    QCOMPARE(database->opened.load(), 1); // proven idle: the same connection goes on
}

void TestPool::aConnectionThatIsNotProvenIdleIsDiscarded()
{
    const auto database = std::make_shared<FakeDatabase>();
    database->provesIdle = false;
    const auto pool = fakePool(database, sized(1));
    auto running = pool->start(fakePlan(fakeStatement("WAIT")), at(1));
    waitUntil([&] { return database->running == 1; });
    running.cancel();
    QCOMPARE(pool->start(fakePlan(fakeStatement("next", 5)), at(2)).result(), 5);
    QCOMPARE(database->opened.load(), 2);
    QCOMPARE(database->closed.load(), 1);
}

void TestPool::aSyncCallIsCancelledFromAnotherThread()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    const std::uint16_t me = currentTraceThread();
    std::thread canceller([&] {
        while (database->running == 0)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        pool->cancelSync(me);
    });
    QVERIFY_THROWS_EXCEPTION(QueryCancelled, pool->run(fakePlan(fakeStatement("WAIT")), at(1)));
    canceller.join();
    QCOMPARE(pool->run(fakePlan(fakeStatement("next", 3)), at(2)), 3);
}

void TestPool::aCommitIsNotCancelled()
{
    const auto database = std::make_shared<FakeDatabase>();
    database->delay = std::chrono::milliseconds(100);
    const auto pool = fakePool(database);
    auto commit = pool->start(fakePlan(fakeStatement("COMMIT", 1, TraceKind::Commit)), at(1));
    waitUntil([&] { return database->running == 1; });
    commit.cancel();
    waitUntil([&] { return database->running == 0; });
    QCOMPARE(database->cancels.load(), 0);
}

void TestPool::syncCallsAreRefusedOnAThreadWithARunningLoop()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    QString message;
    QEventLoop loop;
    QTimer::singleShot(0, &loop, [&] {
        try {
            pool->run(fakePlan(fakeStatement("never")), at(12, "get"));
        } catch (const SynchronousOnlyOperation &e) {
            message = e.message();
        }
        loop.quit();
    });
    loop.exec();
    QVERIFY2(message.startsWith(QStringLiteral(
                 "You cannot call this from an async context - use a thread or sync_to_async.")),
             qPrintable(message));
    QVERIFY(message.contains(QStringLiteral("get()")));
    QVERIFY(message.contains(QStringLiteral("aget()")));
    QVERIFY(message.contains(QStringLiteral("line 12, column 5")));
    QCOMPARE(database->calls.load(), 0);
}

void TestPool::syncCallsAreRefusedInAnAsyncSectionUnlessAllowed()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    {
        const AsyncSection section;
        QVERIFY(syncRefusedHere());
        QVERIFY_THROWS_EXCEPTION(SynchronousOnlyOperation,
                                 pool->run(fakePlan(fakeStatement("never")), at(1)));
        const AllowSync guard("a test");
        QVERIFY(!syncRefusedHere());
        QCOMPARE(pool->run(fakePlan(fakeStatement("now", 9)), at(1)), 9);
    }
    QVERIFY(!syncRefusedHere());
}

void TestPool::syncConnectionsAreClosedWhenTheirThreadEnds()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    std::thread([&] { pool->run(fakePlan(fakeStatement("there")), at(1)); }).join();
    QCOMPARE(database->opened.load(), 1);
    QCOMPARE(database->closed.load(), 1);
    pool->run(fakePlan(fakeStatement("here")), at(1));
    QCOMPARE(pool->stats().open, 1);
    pool->shutdown();
    QCOMPARE(database->closed.load(), 2);
}

void TestPool::aTwentyFirstSyncThreadIsRefused()
{
    const auto database = std::make_shared<FakeDatabase>();
    PoolOptions options;
    options.acquireTimeout = std::chrono::milliseconds(50);
    const auto pool = fakePool(database, options);
    std::atomic<bool> leave{false};
    std::atomic<int> ready{0};
    std::vector<std::thread> threads;
    for (int i = 0; i < PinnedPool::maxSyncConnections; ++i)
        threads.emplace_back([&] {
            pool->run(fakePlan(fakeStatement("there")), at(1));
            ++ready;
            while (!leave)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        });
    waitUntil([&] { return ready == PinnedPool::maxSyncConnections; });
    QVERIFY_THROWS_EXCEPTION(PoolExhausted, pool->run(fakePlan(fakeStatement("one more")), at(1)));
    leave = true;
    for (std::thread &t : threads)
        t.join();
    QCOMPARE(pool->run(fakePlan(fakeStatement("one more")), at(1)), 1);
}

void TestPool::askingForMoreWhileReadingIsADeadlockUnlessConnectionsNest()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    const auto reading = [&]() -> Plan<qint64> {
        qint64 inner = 0;
        co_await send(fakeStatement("outer"), [&](RowBatchPtr) {
            inner = pool->run(fakePlan(fakeStatement("inner", 8)), at(2));
            return true;
        });
        co_return inner;
    };
    QVERIFY_THROWS_EXCEPTION(WouldDeadlock, pool->run(reading(), at(1)));
    QVERIFY_THROWS_EXCEPTION(WouldDeadlock, pool->start(reading(), at(1)).waitForFinished());
    database->nests = true;
    QCOMPARE(pool->run(reading(), at(1)), 8);
    QCOMPARE(pool->start(reading(), at(1)).result(), 8);
}

void TestPool::aConnectionRefusesForeignThreads()
{
    FakeConnection connection(std::make_shared<FakeDatabase>());
    std::thread([&] {
        setTraceThreadName(QStringLiteral("the owner"));
        connection.open();
    }).join();
    setTraceThreadName(QStringLiteral("the test"));
    try {
        connection.isAlive();
        QFAIL("a foreign thread got through");
    } catch (const InterfaceError &e) {
        QVERIFY2(e.message().contains(QStringLiteral("the owner")), qPrintable(e.message()));
        QVERIFY(e.message().contains(QStringLiteral("the test")));
    }
}

void TestPool::shutdownEndsRunningAndQueuedPlansInTime()
{
    const auto database = std::make_shared<FakeDatabase>();
    auto pool = fakePool(database, sized(3));
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 20; ++i)
        futures << pool->start(fakePlan(fakeStatement("WAIT")), at(1));
    waitUntil([&] { return database->running == 3; });
    QElapsedTimer timer;
    timer.start();
    pool.reset();
    QVERIFY(timer.elapsed() < 2000);
    for (auto &f : futures)
        QVERIFY(f.isFinished());
    QVERIFY_THROWS_EXCEPTION(OperationalError, futures.back().waitForFinished());
    QCOMPARE(database->opened.load(), database->closed.load());
}

void TestPool::aClosedPoolRefusesNewPlans()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    pool->run(fakePlan(fakeStatement("a")), at(1));
    pool->shutdown();
    QVERIFY_THROWS_EXCEPTION(OperationalError,
                             pool->start(fakePlan(fakeStatement("b")), at(1)).waitForFinished());
    QVERIFY_THROWS_EXCEPTION(OperationalError, pool->run(fakePlan(fakeStatement("c")), at(1)));
    QCOMPARE(database->seen(), QByteArrayList({"a"}));
}

void TestPool::aPoolMayBeDestroyedByAContinuationOnItsOwnWorker()
{
    const auto database = std::make_shared<FakeDatabase>();
    database->delay = std::chrono::milliseconds(30);
    auto pool = fakePool(database);
    std::atomic<bool> destroyed{false};
    auto ended =
        pool->start(fakePlan(fakeStatement("a")), at(1)).then(QtFuture::Launch::Sync, [&](qint64) {
            pool.reset();
            destroyed = true;
        });
    ended.waitForFinished();
    QVERIFY(destroyed);
    waitUntil([&] { return database->opened == database->closed; });
}

void TestPool::everyCallMayFail()
{
    for (int failing = 0; failing < 12; ++failing) {
        const auto database = std::make_shared<FakeDatabase>();
        database->failAtCall = failing;
        const auto pool = fakePool(database, sized(2));
        int failures = 0;
        const auto attempt = [&](auto &&call) {
            try {
                QCOMPARE(call(), qint64(6));
            } catch (const OperationalError &e) {
                QVERIFY(e.message().contains(QStringLiteral("fails")));
                ++failures;
            }
        };
        for (int round = 0; round < 2; ++round) {
            attempt([&] { return pool->run(sum(3), at(1)); });
            attempt([&] { return pool->start(sum(3), at(1)).result(); });
        }
        QVERIFY2(failures <= 1,
                 qPrintable(QStringLiteral("%1 failures from one failing call").arg(failures)));
        attempt([&] { return pool->run(sum(3), at(1)); });
        QCOMPARE(pool->stats().busy, 0);
    }
}

void TestPool::slowConnectionsGiveTheSameResults()
{
    const auto database = std::make_shared<FakeDatabase>();
    database->delay = std::chrono::milliseconds(2);
    const auto pool = fakePool(database, sized(5));
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 200; ++i)
        futures << pool->start(sum(1 + i % 3), at(1));
    for (int i = 0; i < 200; ++i)
        QCOMPARE(futures[i].result(), qint64((1 + i % 3) * (2 + i % 3) / 2));
    QVERIFY(database->opened <= 5);
}

void TestPool::aRecordHasThePhasesOfItsPlan()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    TraceRecorder recorder(true);
    pool->setTraceSink(&recorder);
    PlanContext context = at(7);
    context.label = "Book";
    context.run = 3;
    pool->start(sum(2), context).waitForFinished();
    pool->run(fakePlan(fakeStatement("sync", 5)), context);
    waitUntil([&] { return recorder.size() == 3; });
    const std::vector<TraceRecord> records = recorder.take();
    const TraceRecord &first = records[0], &second = records[1], &sync = records[2];
    QVERIFY(first.async && second.async && !sync.async);
    QCOMPARE(first.label, QByteArray("Book"));
    QCOMPARE(first.sql, QByteArray("part"));
    QCOMPARE(first.parameters, QByteArray("[1]"));
    QCOMPARE(first.run, 3u);
    QCOMPARE(first.site.line, 7);
    QCOMPARE(first.rows, 1);
    QVERIFY(first.connection != 0 && first.connection == second.connection &&
            first.connection != sync.connection);
    QVERIFY(first.createdNs > 0 && first.queuedNs >= first.createdNs &&
            first.leasedNs >= first.queuedNs);
    QVERIFY(first.sentNs >= first.leasedNs && first.firstRowNs >= first.sentNs &&
            first.lastRowNs >= first.firstRowNs);
    QVERIFY(first.decodedNs >= first.lastRowNs);
    QCOMPARE(first.releasedNs, 0); // the lease goes on with the second statement
    QVERIFY(second.releasedNs >= second.decodedNs);
    QCOMPARE(sync.queuedNs, 0);
    QVERIFY(sync.releasedNs > 0);
}

void TestPool::nothingIsRecordedWithoutASink()
{
    const auto database = std::make_shared<FakeDatabase>();
    const auto pool = fakePool(database);
    TraceRecorder recorder;
    pool->run(sum(1), at(1));
    PlanContext own = at(2);
    own.sink = &recorder;
    pool->run(sum(1), own);
    QCOMPARE(recorder.size(), std::size_t(1));
}

QTEST_GUILESS_MAIN(TestPool)
#include "tst_pool.moc"
