#include "orm/execution/task.h"

#include <QCoreApplication>
#include <QElapsedTimer>
#include <QTest>
#include <QThread>
#include <thread>

using namespace heddle;

class TestFutures : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void gatherKeepsTheOrder();
    void gatherOfNothingIsReady();
    void gatherTakesDifferentTypes();
    void gatherWithoutResultsWaitsForAll();
    void theFirstErrorCancelsTheOthersAndIsReported();
    void aCancelledChildIsAnError();
    void cancellingAGatherCancelsItsChildren();
    void gatherFeedsAWindowAtATime();
    void gatherOfTenThousandReadyOnesNeedsNoStack();
    void aTaskResumesOnItsOwnThread();
    void aTaskThrowsTheCarriedErrorAsItsOwnType();
    void aCancelledFutureIsQueryCancelledInATask();
    void cancellingATaskCancelsWhatItAwaits();
    void tasksAwaitTasks();
    void startTaskKeepsItsClosure();
    void aTaskRunsWithoutAnEventLoop();
    void aTaskWhoseThreadEndsIsCancelled();
    void sourcesSurviveThousandsOfAwaitsInALoop();
    void aFutureMayBeCancelledLongAfterItsEnd();
};

namespace {

/// A future that another thread finishes after a while, or that waits to be cancelled.
QFuture<int> later(int value, int milliseconds, std::exception_ptr error = nullptr)
{
    auto promise = std::make_shared<QPromise<int>>();
    promise->start();
    QFuture<int> future = promise->future();
    std::thread([=] {
        QElapsedTimer timer;
        timer.start();
        while (!promise->isCanceled() && timer.elapsed() < milliseconds)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        if (error)
            promise->setException(error);
        else
            promise->addResult(value);
        promise->finish();
    }).detach();
    return future;
}

QFuture<int> ready(int value)
{
    QPromise<int> promise;
    promise.start();
    promise.addResult(value);
    promise.finish();
    return promise.future();
}

QFuture<int> failing(int milliseconds)
{
    return later(0, milliseconds, std::make_exception_ptr(IntegrityError(QStringLiteral("no"))));
}

Task<int> doubled(QFuture<int> future)
{
    co_return 2 * co_await future;
}

/// Runs the event loop until the future has finished.
template <typename T>
bool finishes(const QFuture<T> &future)
{
    return QTest::qWaitFor([&] { return future.isFinished(); }, 5000);
}

} // namespace

void TestFutures::gatherKeepsTheOrder()
{
    QList<QFuture<int>> futures{later(1, 30), later(2, 1), ready(3), later(4, 10)};
    QCOMPARE(gather(futures).result(), QList<int>({1, 2, 3, 4}));
}

void TestFutures::gatherOfNothingIsReady()
{
    QFuture<QList<int>> all = gather(QList<QFuture<int>>());
    QVERIFY(all.isFinished());
    QVERIFY(all.result().isEmpty());
}

void TestFutures::gatherTakesDifferentTypes()
{
    QFuture<QString> text = QtFuture::makeReadyFuture(QStringLiteral("x"));
    const auto [number, word] = gather(later(5, 5), text).result();
    QCOMPARE(number, 5);
    QCOMPARE(word, QStringLiteral("x"));
}

void TestFutures::gatherWithoutResultsWaitsForAll()
{
    std::atomic<int> ended{0};
    QList<QFuture<void>> futures;
    for (int i = 0; i < 3; ++i)
        futures << later(i, 10 * i).then(QtFuture::Launch::Sync, [&](int) { ++ended; });
    gather(futures).waitForFinished();
    QCOMPARE(ended.load(), 3);
}

void TestFutures::theFirstErrorCancelsTheOthersAndIsReported()
{
    QFuture<int> slow = later(1, 20'000);
    QElapsedTimer timer;
    timer.start();
    QFuture<QList<int>> all = gather(QList<QFuture<int>>{slow, failing(5)});
    QVERIFY_THROWS_EXCEPTION(IntegrityError, all.waitForFinished());
    QVERIFY(slow.isCanceled());
    QVERIFY(timer.elapsed() < 5000);
}

void TestFutures::aCancelledChildIsAnError()
{
    QFuture<int> child = later(1, 20'000);
    QFuture<QList<int>> all = gather(QList<QFuture<int>>{child, later(2, 1)});
    child.cancel();
    QVERIFY_THROWS_EXCEPTION(QueryCancelled, all.waitForFinished());
}

void TestFutures::cancellingAGatherCancelsItsChildren()
{
    QFuture<int> a = later(1, 20'000), b = later(2, 20'000);
    QFuture<QList<int>> all = gather(QList<QFuture<int>>{a, b});
    all.cancel();
    QTRY_VERIFY(a.isFinished() && b.isFinished());
    QVERIFY(a.isCanceled() && b.isCanceled());
}

void TestFutures::gatherFeedsAWindowAtATime()
{
    std::atomic<int> running{0}, most{0};
    QFuture<QList<int>> all = gather(
        60,
        [&](int i) {
            const int now = ++running;
            if (now > most)
                most = now;
            return later(i, 2).then(QtFuture::Launch::Sync, [&](int v) {
                --running;
                return v;
            });
        },
        10);
    const QList<int> values = all.result();
    QCOMPARE(values.size(), 60);
    QCOMPARE(values.last(), 59);
    QVERIFY(most <= 10);
}

void TestFutures::gatherOfTenThousandReadyOnesNeedsNoStack()
{
    QCOMPARE(gather(10'000, [](int i) { return ready(i); }).result().last(), 9'999);
}

void TestFutures::aTaskResumesOnItsOwnThread()
{
    const QThread *here = QThread::currentThread();
    const QThread *resumed = nullptr;
    const auto body = [](const QThread **where) -> Task<int> {
        const int v = co_await later(21, 5);
        *where = QThread::currentThread();
        co_return v;
    };
    const Task<int> task = body(&resumed);
    QVERIFY(!task.future().isFinished());
    QVERIFY(finishes(task.future()));
    QCOMPARE(task.future().result(), 21);
    QCOMPARE(resumed, here);
}

void TestFutures::aTaskThrowsTheCarriedErrorAsItsOwnType()
{
    const auto body = []() -> Task<int> {
        try {
            co_await failing(1);
        } catch (const IntegrityError &) {
            co_return 1;
        }
        co_return 0;
    };
    const Task<int> task = body();
    QVERIFY(finishes(task.future()));
    QCOMPARE(task.future().result(), 1);

    QFuture<int> through = doubled(failing(1)).future();
    QVERIFY(finishes(through));
    QVERIFY_THROWS_EXCEPTION(IntegrityError, through.waitForFinished());
}

void TestFutures::aCancelledFutureIsQueryCancelledInATask()
{
    QFuture<int> child = later(1, 20'000);
    QFuture<int> task = doubled(child).future();
    child.cancel();
    QVERIFY(finishes(task));
    QVERIFY_THROWS_EXCEPTION(QueryCancelled, task.waitForFinished());
}

void TestFutures::cancellingATaskCancelsWhatItAwaits()
{
    QFuture<int> child = later(1, 20'000);
    QFuture<int> task = doubled(child).future();
    task.cancel();
    QVERIFY(finishes(child));
    QVERIFY(child.isCanceled());
    QVERIFY(finishes(task));
}

void TestFutures::tasksAwaitTasks()
{
    const auto body = []() -> Task<int> {
        int sum = 0;
        for (int i = 0; i < 5; ++i)
            sum += co_await doubled(later(i, 1));
        co_return sum;
    };
    const Task<int> task = body();
    QVERIFY(finishes(task.future()));
    QCOMPARE(task.future().result(), 20);
}

void TestFutures::startTaskKeepsItsClosure()
{
    const auto held = std::make_shared<int>(5);
    QFuture<int> result;
    {
        const Task<int> task = startTask([held]() -> Task<int> {
            const int v = co_await later(1, 10);
            co_return v + *held; // would read freed memory if the closure were gone
        });
        result = task.future();
    }
    QVERIFY(held.use_count() > 1);
    QVERIFY(finishes(result));
    QCOMPARE(result.result(), 6);
    QCOMPARE(held.use_count(), 1);
}

void TestFutures::aTaskRunsWithoutAnEventLoop()
{
    int value = 0;
    std::thread([&] {
        const auto loop = std::make_shared<LocalLoop>();
        const ExecutorScope scope(loop);
        const QFuture<int> future = doubled(later(4, 5)).future();
        loop->runUntil([&] { return future.isFinished(); });
        value = future.result();
    }).join();
    QCOMPARE(value, 8);
}

void TestFutures::aTaskWhoseThreadEndsIsCancelled()
{
    QFuture<int> orphan;
    std::thread([&] { orphan = doubled(later(4, 50)).future(); }).join();
    QVERIFY(finishes(orphan));
    QVERIFY(orphan.isCanceled());
}

void TestFutures::sourcesSurviveThousandsOfAwaitsInALoop()
{
    const auto body = []() -> Task<int> {
        int sum = 0;
        for (int i = 0; i < 3000; ++i)
            sum += co_await ready(1);
        co_return sum;
    };
    QFuture<int> future = body().future();
    QVERIFY(finishes(future));
    QCOMPARE(future.result(), 3000);
}

// QFuture::cancel() of Qt 6.4 follows a pointer to the future that then() gave, which may be gone:
// what AddressSanitizer would see here.
void TestFutures::aFutureMayBeCancelledLongAfterItsEnd()
{
    QList<QFuture<int>> ended;
    QList<QFuture<void>> tasks;
    for (int i = 0; i < 100; ++i) {
        QPromise<int> promise;
        promise.start();
        QFuture<int> future = promise.future();
        if (i % 2 == 0)
            tasks << startTask([future]() -> Task<void> { co_await future; }).future();
        else
            tasks << startTask([future]() -> Task<void> {
                         QList<QFuture<int>> one(1, future);
                         QFuture<QList<int>> all = gather(one);
                         co_await all;
                     }).future();
        promise.addResult(i);
        promise.finish();
        ended << future;
    }
    for (QFuture<void> &task : tasks)
        QTRY_VERIFY(task.isFinished());
    for (QFuture<int> &future : ended) {
        future.cancel();
        QVERIFY(future.isFinished());
    }
    for (QFuture<void> &task : tasks)
        task.cancel();
}

QTEST_GUILESS_MAIN(TestFutures)
#include "tst_futures.moc"
