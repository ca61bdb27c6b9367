// What QFuture of Qt 6.4 does that nobody would expect, and that the engine and its examples
// therefore stay away from. When one of these fails, Qt has changed: then look at who still avoids
// what need not be avoided.

#include "orm/execution/gather.h"
#include "orm/execution/runner.h"
#include "orm/execution/whenfinished.h"
#include "orm/values/errors.h"

#include <QPromise>
#include <QtTest>
#include <atomic>
#include <thread>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

class TestFutureTraps : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aSecondThenTakesThePlaceOfTheFirst();
    void aContextThatHasDiedTakesItsContinuationWithIt();
    void aReadyFutureRunsItsContinuationInsideThen();
    void withAContextThatRunsInTheContextsThread();
    void aContinuationAddedWhileItFinishesRunsTwice();
    void whenFinishedRunsOnce();
    void cancellingAChainedFutureDoesNotReachItsSource();
    void cancellingAGatheredOneDoes();
    void failureAndCancellationReadTheSame();
    void whoWaitsIsToldThemApart();
    void resultsAreValuesThatCanBeCopied();
};

void TestFutureTraps::aSecondThenTakesThePlaceOfTheFirst()
{
    QPromise<int> promise;
    promise.start();
    QFuture<int> source = promise.future();
    int first = 0, second = 0;
    QFuture<void> one = source.then([&](int value) { first = value; });
    QFuture<void> two = source.then([&](int value) { second = value; });
    promise.addResult(7);
    promise.finish();
    two.waitForFinished();
    QCOMPARE(second, 7);
    QCOMPARE(first, 0);
    QVERIFY(!one.isFinished() || one.isCanceled());
}

void TestFutureTraps::aContextThatHasDiedTakesItsContinuationWithIt()
{
#ifndef QT_NO_DEBUG
    QSKIP("In a debug build an assertion of Qt's own ends the program here.");
#endif
    QPromise<int> promise;
    promise.start();
    auto context = std::make_unique<QObject>();
    bool called = false;
    QFuture<void> chained = promise.future().then(context.get(), [&](int) { called = true; });
    context.reset();
    promise.addResult(1);
    promise.finish();
    QTest::qWait(20);
    QVERIFY(!called);
    QVERIFY(promise.future().isFinished());
    QVERIFY(!chained.isFinished() || chained.isCanceled());
}

void TestFutureTraps::aReadyFutureRunsItsContinuationInsideThen()
{
    bool called = false;
    QFuture<void> chained = QtFuture::makeReadyFuture(1).then([&](int) { called = true; });
    QVERIFY(called); // before then() had returned
    QVERIFY(chained.isFinished());
}

void TestFutureTraps::withAContextThatRunsInTheContextsThread()
{
    QObject context;
    QThread *ran = nullptr;
    QPromise<int> promise;
    promise.start();
    QFuture<void> chained =
        promise.future().then(&context, [&](int) { ran = QThread::currentThread(); });
    std::thread worker([&] {
        promise.addResult(1);
        promise.finish();
    });
    worker.join();
    QCOMPARE(ran, nullptr); // not on the thread that finished it
    QTRY_VERIFY(chained.isFinished());
    QCOMPARE(ran, context.thread());
}

/// The second run of one that then() gave follows a null pointer; onCanceled()'s lives to be
/// counted.
void TestFutureTraps::aContinuationAddedWhileItFinishesRunsTwice()
{
    QFutureInterface<int> state;
    state.reportStarted();
    QFuture<int> source = state.future();
    source.cancel();
    state.QFutureInterfaceBase::reportFinished(); // the thread that finishes it has come so far
    int runs = 0;
    QFuture<int> chained = source.onCanceled([&runs] { return ++runs; });
    QCOMPARE(runs, 1);
    state.reportFinished(); // and goes on
    QCOMPARE(runs, 2);

    QFutureInterface<int> other;
    other.reportStarted();
    other.QFutureInterfaceBase::reportFinished();
    runs = 0;
    whenFinished(other.future(), [&runs](const QFuture<int> &) { ++runs; });
    other.reportFinished();
    QCOMPARE(runs, 1);
}

void TestFutureTraps::whenFinishedRunsOnce()
{
    constexpr int rounds = 20'000;
    std::vector<QPromise<int>> promises(rounds);
    for (QPromise<int> &promise : promises)
        promise.start();
    std::vector<std::atomic<int>> runs(rounds);
    std::atomic<int> round = -1;
    std::thread other([&] {
        for (int i = 0; i < rounds; ++i) {
            while (round < i) {
            }
            promises[std::size_t(i)].addResult(i);
            promises[std::size_t(i)].finish();
        }
    });
    int wrong = 0;
    for (int i = 0; i < rounds; ++i) {
        QFuture<int> future = promises[std::size_t(i)].future();
        round = i;
        whenFinished(future, [&, i](const QFuture<int> &finished) {
            runs[std::size_t(i)] += finished.result() == i ? 1 : 100;
        });
    }
    other.join();
    for (int i = 0; i < rounds; ++i)
        wrong += runs[std::size_t(i)] != 1;
    QCOMPARE(wrong, 0);
}

void TestFutureTraps::cancellingAChainedFutureDoesNotReachItsSource()
{
    QPromise<int> promise;
    promise.start();
    QFuture<int> chained = promise.future().then([](int value) { return value + 1; });
    chained.cancel();
    QVERIFY(!promise.isCanceled());
    promise.addResult(1);
    promise.finish();
}

void TestFutureTraps::cancellingAGatheredOneDoes()
{
    QPromise<int> promise;
    promise.start();
    QFuture<QList<int>> gathered = gather(QList<QFuture<int>>{promise.future()});
    gathered.cancel();
    QTRY_VERIFY(promise.isCanceled());
    promise.finish();
}

void TestFutureTraps::failureAndCancellationReadTheSame()
{
    QPromise<int> failing, cancelled;
    failing.start();
    failing.setException(std::make_exception_ptr(ValueError(u"no"_s)));
    failing.finish();
    cancelled.start();
    cancelled.future().cancel();
    cancelled.finish();
    QVERIFY(failing.future().isCanceled());
    QVERIFY(cancelled.future().isCanceled());
}

void TestFutureTraps::whoWaitsIsToldThemApart()
{
    QPromise<int> failing;
    failing.start();
    failing.setException(std::make_exception_ptr(ValueError(u"no"_s)));
    failing.finish();
    QVERIFY_THROWS_EXCEPTION(ValueError, failing.future().waitForFinished());
    QPromise<int> cancelled;
    cancelled.start();
    cancelled.future().cancel();
    cancelled.finish();
    cancelled.future().waitForFinished(); // throws nothing
    QCOMPARE(cancelled.future().resultCount(), 0);
}

/// A move-only result crashes then(): nothing that a plan gives may be one.
void TestFutureTraps::resultsAreValuesThatCanBeCopied()
{
    static_assert(std::is_copy_constructible_v<StatementResult>);
    static_assert(std::is_copy_constructible_v<RowBatchPtr>);
    QFuture<RowBatchPtr> ready = QtFuture::makeReadyFuture(RowBatchPtr());
    QFuture<bool> chained = ready.then([](const RowBatchPtr &batch) { return batch == nullptr; });
    QVERIFY(chained.result());
    QVERIFY(ready.isResultReadyAt(0));
}

QTEST_GUILESS_MAIN(TestFutureTraps)
#include "tst_futuretraps.moc"
