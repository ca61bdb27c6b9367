#include "tests/orm/conformance/adapters.h"
#include "tests/orm/conformance/plans.h"

#include <QElapsedTimer>
#include <QRandomGenerator>
#include <QTest>
#include <map>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// The contract of the asynchronous side, on every adapter.
class TestConformance : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void cleanup();

    void syncAndAsyncCallsGiveTheSame_data() { adapters(); }
    void syncAndAsyncCallsGiveTheSame();
    void manyAtOnceGetTheirOwnRows_data() { adapters(); }
    void manyAtOnceGetTheirOwnRows();
    void plansOfSeveralStatementsGoOn_data() { adapters(); }
    void plansOfSeveralStatementsGoOn();
    void anErrorIsItsPlansAlone_data() { adapters(); }
    void anErrorIsItsPlansAlone();
    void aStreamComesInOrder_data() { adapters(); }
    void aStreamComesInOrder();
    void aStreamMayEndEarly_data() { adapters(); }
    void aStreamMayEndEarly();
    void whatASinkThrowsEndsThePlan_data() { adapters(); }
    void whatASinkThrowsEndsThePlan();
    void aSlowTakerHoldsUpNobody_data() { adapters(); }
    void aSlowTakerHoldsUpNobody();
    void aRunningPlanIsCancelled_data() { adapters(); }
    void aRunningPlanIsCancelled();
    void aCancelledQueuedPlanNeverRuns_data() { adapters(); }
    void aCancelledQueuedPlanNeverRuns();
    void lateCancelsHitNobodyElse_data() { adapters(); }
    void lateCancelsHitNobodyElse();
    void aFullQueueRefuses_data() { adapters(); }
    void aFullQueueRefuses();
    void waitingTooLongIsAnError_data() { adapters(); }
    void waitingTooLongIsAnError();
    void aTransactionIsKeptOrUndone_data() { adapters(); }
    void aTransactionIsKeptOrUndone();
    void aSavepointUndoesItsPartAlone_data() { adapters(); }
    void aSavepointUndoesItsPartAlone();
    void callbacksComeAfterTheCommit_data() { adapters(); }
    void callbacksComeAfterTheCommit();
    void aSessionIsOneTransaction_data() { adapters(); }
    void aSessionIsOneTransaction();
    void whatASessionLeavesOpenIsRolledBack_data() { adapters(); }
    void whatASessionLeavesOpenIsRolledBack();
    void anIdleTransactionIsRolledBack_data() { adapters(); }
    void anIdleTransactionIsRolledBack();
    void aLostConnectionIsReplaced_data() { adapters(); }
    void aLostConnectionIsReplaced();
    void recordsHaveTheirPhases_data() { adapters(); }
    void recordsHaveTheirPhases();
    void shutdownIsQuick_data() { adapters(); }
    void shutdownIsQuick();
    void aPoolMayBeDestroyedByAContinuation_data() { adapters(); }
    void aPoolMayBeDestroyedByAContinuation();
    void everyCallMayFail();

private:
    void adapters();
    /// The adapter of this row; null if it has been skipped.
    Conforming *chosen();
    std::map<QByteArray, std::unique_ptr<Conforming>> m_adapters;
};

void TestConformance::initTestCase()
{
    const auto server = std::make_shared<PostgresServer>();
    m_adapters["sqlite"] = std::make_unique<ConformingSqlite>();
    m_adapters["postgresql native"] =
        std::make_unique<ConformingPostgres>(server, ConnectionTarget::Waiting::Native);
    m_adapters["postgresql threads"] =
        std::make_unique<ConformingPostgres>(server, ConnectionTarget::Waiting::Threads);
    m_adapters["postgresql unprepared"] =
        std::make_unique<ConformingPostgres>(server, ConnectionTarget::Waiting::Native, false);
    m_adapters["mariadb"] = std::make_unique<ConformingMariadb>();
    m_adapters["fake that is slow"] = std::make_unique<ConformingFake>();
}

void TestConformance::cleanup()
{
    QThreadPool::globalInstance()->waitForDone();
}

void TestConformance::adapters()
{
    QTest::addColumn<QByteArray>("adapter");
    for (const auto &[name, adapter] : m_adapters)
        QTest::newRow(name.constData()) << name;
}

Conforming *TestConformance::chosen()
{
    QFETCH(QByteArray, adapter);
    Conforming *const found = m_adapters.at(adapter).get();
    QString why;
    if (found->start(&why))
        return found;
    QTest::qSkip(qPrintable(why), __FILE__, __LINE__);
    return nullptr;
}

#define CHOOSE(adapter)                                                                            \
    Conforming *const adapter = chosen();                                                          \
    if (!adapter)                                                                                  \
    return

#define NEEDS(what)                                                                                \
    if (!(what))                                                                                   \
    QSKIP("this adapter has no tables")

// --- Results and errors ---

void TestConformance::syncAndAsyncCallsGiveTheSame()
{
    CHOOSE(a);
    const auto runner = a->open(sized(3));
    QCOMPARE(runner->run(number(a->echo(42)), {}), 42);
    QCOMPARE(runner->start(number(a->echo(42)), {}).result(), 42);
}

void TestConformance::manyAtOnceGetTheirOwnRows()
{
    CHOOSE(a);
    const auto runner = a->open(sized(3));
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 900; ++i)
        futures << runner->start(number(a->echo(i)), {});
    for (int i = 0; i < 900; ++i)
        QCOMPARE(futures[i].result(), i);
    QTRY_COMPARE(runner->stats().busy, 0);
    QVERIFY(runner->stats().open <= 3);
}

void TestConformance::plansOfSeveralStatementsGoOn()
{
    CHOOSE(a);
    const auto runner = a->open(sized(2));
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 40; ++i) {
        std::vector<Statement> parts;
        for (int part = 0; part < 5; ++part)
            parts.push_back(a->echo(i * part));
        futures << runner->start(sum(std::move(parts)), {});
    }
    for (int i = 0; i < 40; ++i)
        QCOMPARE(futures[i].result(), i * 10);
}

void TestConformance::anErrorIsItsPlansAlone()
{
    CHOOSE(a);
    const auto runner = a->open(sized(2));
    const QString wanted = errorOf([&] { runner->run(number(a->failing()), {}); });
    QVERIFY(!wanted.isEmpty());
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 90; ++i)
        futures << runner->start(number(i % 3 == 1 ? a->failing() : a->echo(i)), {});
    for (int i = 0; i < 90; ++i) {
        if (i % 3 == 1)
            QCOMPARE(errorOf(futures[i]), wanted);
        else
            QCOMPARE(futures[i].result(), i);
    }
    QTRY_COMPARE(runner->stats().busy, 0);
}

// --- Streams ---

void TestConformance::aStreamComesInOrder()
{
    CHOOSE(a);
    NEEDS(a->numbers(1));
    const auto runner = a->open(sized(2));
    std::atomic<qint64> next{1};
    std::atomic<bool> ordered{true};
    QFuture<qint64> future =
        runner->start(stream(*a->numbers(100'000),
                             [&](RowBatchPtr batch) {
                                 for (int row = 0; row < batch->rowCount(); ++row) {
                                     if (batch->column(0).int64(row) != next++)
                                         ordered = false;
                                 }
                                 return true;
                             }),
                      {});
    QCOMPARE(future.result(), 1);
    QVERIFY(ordered);
    QCOMPARE(next.load(), 100'001);
}

void TestConformance::aStreamMayEndEarly()
{
    CHOOSE(a);
    NEEDS(a->numbers(1));
    const auto runner = a->open(sized(1));
    QElapsedTimer clock;
    clock.start();
    std::atomic<int> batches{0};
    const auto sink = [&batches](RowBatchPtr) { return ++batches < 2; };
    QCOMPARE(runner->start(stream(*a->numbers(a->tooMany()), sink), {}).result(), 1);
    QCOMPARE(batches.load(), 2);
    QVERIFY(clock.elapsed() < 5000);
    QCOMPARE(runner->start(number(a->echo(7)), {}).result(), 7);
}

void TestConformance::whatASinkThrowsEndsThePlan()
{
    CHOOSE(a);
    NEEDS(a->numbers(1));
    const auto runner = a->open(sized(1));
    const auto sink = [](RowBatchPtr) -> bool { throw ValueError(u"enough"_s); };
    QCOMPARE(errorOf(runner->start(stream(*a->numbers(1'000'000), sink), {})), u"ValueError"_s);
    QCOMPARE(runner->start(number(a->echo(7)), {}).result(), 7);
}

void TestConformance::aSlowTakerHoldsUpNobody()
{
    CHOOSE(a);
    NEEDS(a->numbers(1));
    const auto runner = a->open(sized(2));
    std::atomic<bool> go{false};
    std::atomic<int> batches{0};
    QFuture<qint64> slow =
        runner->start(stream(*a->numbers(200'000),
                             [&](RowBatchPtr) {
                                 ++batches;
                                 while (!go)
                                     std::this_thread::sleep_for(std::chrono::milliseconds(1));
                                 return true;
                             }),
                      {});
    for (int i = 0; i < 20; ++i)
        QCOMPARE(runner->start(number(a->echo(i)), {}).result(), i);
    QTRY_COMPARE(batches.load(), 1);
    go = true;
    QCOMPARE(slow.result(), 1);
}

// --- Cancel ---

void TestConformance::aRunningPlanIsCancelled()
{
    CHOOSE(a);
    const auto runner = a->open(sized(1));
    std::vector<qint64> took;
    for (int round = 0; round < 20; ++round) {
        QFuture<qint64> slow = runner->start(number(a->slow()), {});
        QTRY_COMPARE(runner->stats().busy, 1);
        QTest::qWait(20);
        QElapsedTimer clock;
        clock.start();
        slow.cancel();
        QVERIFY(slow.isCanceled());
        QCOMPARE(runner->start(number(a->echo(round)), {}).result(), round);
        took.push_back(clock.elapsed());
        QVERIFY2(took.back() < 2000, qPrintable(QString::number(took.back())));
    }
    std::sort(took.begin(), took.end());
    qInfo("from cancel() to the next answer: median %lld ms, p95 %lld ms",
          static_cast<long long>(took[took.size() / 2]),
          static_cast<long long>(took[took.size() * 95 / 100]));
}

void TestConformance::aCancelledQueuedPlanNeverRuns()
{
    CHOOSE(a);
    TraceRecorder recorder;
    const auto runner = a->open(sized(1));
    QFuture<qint64> slow = runner->start(number(a->slow()), {});
    QTRY_COMPARE(runner->stats().busy, 1);
    QTest::qWait(20);
    runner->setTraceSink(&recorder);
    QFuture<qint64> queued = runner->start(number(a->echo(1)), {});
    queued.cancel();
    slow.cancel();
    QCOMPARE(runner->start(number(a->echo(2)), {}).result(), 2);
    QCOMPARE(recorder.size(), std::size_t(1));
    runner->setTraceSink(nullptr);
}

void TestConformance::lateCancelsHitNobodyElse()
{
    CHOOSE(a);
    const auto runner = a->open(sized(3));
    QRandomGenerator random(20);
    std::vector<std::pair<int, QFuture<qint64>>> kept;
    for (int i = 0; i < 150; ++i) {
        QFuture<qint64> future = runner->start(number(a->echo(i)), {});
        if (random.bounded(3) == 0) {
            if (random.bounded(2) == 0)
                std::this_thread::sleep_for(std::chrono::microseconds(random.bounded(3000)));
            future.cancel();
        } else {
            kept.emplace_back(i, future);
        }
        if (i % 30 == 7)
            runner->start(number(a->slow()), {}).cancel();
    }
    for (auto &[wanted, future] : kept)
        QCOMPARE(future.result(), wanted);
    QTRY_COMPARE(runner->stats().busy, 0);
}

// --- The pool's bounds ---

void TestConformance::aFullQueueRefuses()
{
    CHOOSE(a);
    const auto runner = a->open(sized(1, 2));
    PlanContext context;
    context.site = {7, 3, nullptr};
    QFuture<qint64> slow = runner->start(number(a->slow()), context);
    QTRY_COMPARE(runner->stats().busy, 1);
    QTest::qWait(20);
    QFuture<qint64> first = runner->start(number(a->echo(1)), {});
    QFuture<qint64> second = runner->start(number(a->echo(2)), {});
    QFuture<qint64> third = runner->start(number(a->echo(3)), {});
    QString message;
    try {
        third.result();
    } catch (const PoolExhausted &e) {
        message = e.message();
    }
    QVERIFY2(message.contains(u"has 1 connections, and 2 plans wait"_s), qPrintable(message));
    QVERIFY2(message.contains(u"line 7, column 3"_s), qPrintable(message));
    slow.cancel();
    QCOMPARE(first.result(), 1);
    QCOMPARE(second.result(), 2);
}

void TestConformance::waitingTooLongIsAnError()
{
    CHOOSE(a);
    PoolOptions options = sized(1);
    options.acquireTimeout = std::chrono::milliseconds(200);
    const auto runner = a->open(options);
    QFuture<qint64> slow = runner->start(number(a->slow()), {});
    QTRY_COMPARE(runner->stats().busy, 1);
    QCOMPARE(errorOf(runner->start(number(a->echo(1)), {})), u"PoolExhausted"_s);
    slow.cancel();
    QTRY_COMPARE(runner->stats().busy, 0);
    QCOMPARE(runner->start(number(a->echo(2)), {}).result(), 2);
}

// --- Transactions ---

void TestConformance::aTransactionIsKeptOrUndone()
{
    CHOOSE(a);
    NEEDS(a->count());
    const auto runner = a->open(sized(2));
    a->clear(*runner);
    QVERIFY(runner->start(atomically(addThen(*a->add(1), false)), {}).result());
    QCOMPARE(errorOf([&] { runner->start(atomically(addThen(*a->add(2), true)), {}).result(); }),
             u"ValueError"_s);
    QCOMPARE(runner->run(number(*a->count()), {}), 1);
    QTRY_COMPARE(runner->stats().leases, 0);
}

void TestConformance::aSavepointUndoesItsPartAlone()
{
    CHOOSE(a);
    NEEDS(a->count());
    const auto runner = a->open(sized(2));
    a->clear(*runner);
    runner->start(atomically(addAndUndoPart(*a->add(1), *a->add(2))), {}).result();
    QCOMPARE(runner->start(number(*a->count()), {}).result(), 1);
}

void TestConformance::callbacksComeAfterTheCommit()
{
    CHOOSE(a);
    NEEDS(a->count());
    const auto runner = a->open(sized(2));
    a->clear(*runner);
    std::atomic<int> called{0};
    runner->start(addWithCallback(*a->add(1), [&] { ++called; }), {}).result();
    QCOMPARE(called.load(), 1);
    QCOMPARE(runner->run(number(*a->count()), {}), 1);
}

void TestConformance::aSessionIsOneTransaction()
{
    CHOOSE(a);
    NEEDS(a->count());
    const auto runner = a->open(sized(2));
    a->clear(*runner);
    {
        OnSession session(*runner);
        QFuture<quint64> block = session.join(enter());
        const quint64 id = block.result();
        QFuture<bool> first = session.join(addThen(*a->add(1), false));
        QFuture<qint64> seen = session.join(number(*a->count()));
        QCOMPARE(seen.result(), 1);
        QVERIFY(first.result());
        QCOMPARE(errorOf(session.start(number(*a->count()), {})), QString()); // need not join
        QVERIFY(session.join(leave(id, true)).result());
    }
    QTRY_COMPARE(runner->stats().busy, 0);
    QCOMPARE(runner->start(number(*a->count()), {}).result(), 1);
}

void TestConformance::whatASessionLeavesOpenIsRolledBack()
{
    CHOOSE(a);
    NEEDS(a->count());
    const auto runner = a->open(sized(1));
    a->clear(*runner);
    {
        OnSession session(*runner);
        session.join(enter()).result();
        session.join(addThen(*a->add(1), false)).result();
        QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"left.* open: it is rolled back"_s));
    }
    QCOMPARE(runner->start(number(*a->count()), {}).result(), 0);
}

void TestConformance::anIdleTransactionIsRolledBack()
{
    CHOOSE(a);
    NEEDS(a->count());
    PoolOptions options = sized(2);
    options.idleTransactionWarning = std::chrono::milliseconds(50);
    options.idleTransactionLimit = std::chrono::milliseconds(150);
    const auto runner = a->open(options);
    a->clear(*runner);
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"has done nothing for 0.05 s"_s));
    QTest::ignoreMessage(QtWarningMsg, QRegularExpression(u"was rolled back"_s));
    OnSession session(*runner);
    session.join(enter()).result();
    session.join(addThen(*a->add(1), false)).result();
    QTest::qWait(400);
    QVERIFY(!errorOf([&] { session.join(addThen(*a->add(2), false)).result(); }).isEmpty());
    QCOMPARE(runner->start(number(*a->count()), {}).result(), 0);
}

// --- Faults, records and the end ---

void TestConformance::aLostConnectionIsReplaced()
{
    CHOOSE(a);
    const auto runner = a->open(sized(2));
    QCOMPARE(runner->start(number(a->echo(1)), {}).result(), 1);
    QFuture<qint64> running = runner->start(number(a->slow()), {});
    QTRY_VERIFY(runner->stats().busy > 0);
    QTest::qWait(50);
    if (!a->breakConnections()) {
        running.cancel();
        QSKIP("nothing can break these connections");
    }
    QCOMPARE(errorOf(running), u"OperationalError"_s);
    QTest::qWait(100);
    const auto healed = [&] {
        try {
            return runner->start(number(a->echo(2)), {}).result() == 2;
        } catch (const OperationalError &) { // of a connection that nobody has looked at since
            return false;
        }
    };
    QTRY_VERIFY(healed());
    QCOMPARE(runner->start(number(a->echo(3)), {}).result(), 3);
    QTRY_COMPARE(runner->stats().busy, 0);
}

void TestConformance::recordsHaveTheirPhases()
{
    CHOOSE(a);
    TraceRecorder recorder;
    const auto runner = a->open(sized(1));
    runner->setTraceSink(&recorder);
    runner->start(sum({a->echo(1), a->echo(2)}), {}).result();
    runner->setTraceSink(nullptr);
    const std::vector<TraceRecord> records = recorder.take();
    QCOMPARE(records.size(), std::size_t(2));
    QVERIFY(records[1].releasedNs >= records[1].decodedNs);
    for (const TraceRecord &r : records) {
        QVERIFY(r.async);
        QCOMPARE(r.outcome, TraceOutcome::Ok);
        QVERIFY(r.connection > 0);
        QVERIFY(r.createdNs > 0 && r.leasedNs >= r.createdNs && r.sentNs >= r.leasedNs);
        QVERIFY(r.firstRowNs >= r.sentNs && r.lastRowNs >= r.firstRowNs);
        QVERIFY(r.decodedNs >= r.lastRowNs);
        QCOMPARE(r.rows, 1);
        QVERIFY(traceThreadName(r.thread).startsWith(u"heddle-"_s));
    }
}

void TestConformance::shutdownIsQuick()
{
    CHOOSE(a);
    const auto runner = a->open(sized(3));
    QList<QFuture<qint64>> futures;
    for (int i = 0; i < 20; ++i)
        futures << runner->start(number(a->slow()), {});
    QTRY_VERIFY(runner->stats().busy >= 1);
    QTest::qWait(30);
    QElapsedTimer clock;
    clock.start();
    runner->shutdown();
    QVERIFY2(clock.elapsed() < 2500, qPrintable(QString::number(clock.elapsed())));
    for (const QFuture<qint64> &future : futures)
        QVERIFY(!errorOf(future).isEmpty());
    QCOMPARE(errorOf(runner->start(number(a->echo(1)), {})), u"OperationalError"_s);
    QCOMPARE(runner->stats().limit, 0);
}

void TestConformance::aPoolMayBeDestroyedByAContinuation()
{
    CHOOSE(a);
    auto *const runner = a->open(sized(2)).release();
    std::atomic<bool> done{false};
    runner->start(number(a->echo(1)), {}).then(QtFuture::Launch::Sync, [&](qint64) {
        delete runner;
        done = true;
    });
    QTRY_VERIFY(done);
}

/// The other fake: whichever call to the database fails, the plan has its error, and the pool goes
/// on.
void TestConformance::everyCallMayFail()
{
    for (int call = 0; call < 40; ++call) {
        const auto database = std::make_shared<FakeDatabase>();
        database->failAtCall = call;
        const auto runner = fakePool(database, sized(2));
        int failed = 0;
        for (int i = 0; i < 10; ++i) {
            try {
                QCOMPARE(runner->start(number(fakeStatement("ECHO", i)), {}).result(), i);
            } catch (const OperationalError &) {
                ++failed;
            }
        }
        QVERIFY(failed <= 1);
    }
}

QTEST_GUILESS_MAIN(TestConformance)
#include "tst_conformance.moc"
