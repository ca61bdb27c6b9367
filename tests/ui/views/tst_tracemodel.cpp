#include "tests/ui/views/sampletrace.h"
#include "ui/models/tracemodel.h"

#include <QElapsedTimer>
#include <QSignalSpy>
#include <QtTest>
#include <thread>

using namespace heddle;
using namespace heddle::ui;
using heddle::testing::SampleTrace;

class TraceModelTest final : public QObject {
    Q_OBJECT
private:
    static QStringList laneNames(const TraceModel &model)
    {
        QStringList names;
        for (const TraceLane &lane : model.lanes())
            names.append(lane.name);
        return names;
    }

private Q_SLOTS:
    void lanesAreThreadsThenCoroutinesThenWorkers()
    {
        TraceModel model;
        model.append(SampleTrace::workbook().records);
        const QStringList names = laneNames(model);
        QCOMPARE(names.size(), 5);
        QCOMPARE(names[0], QStringLiteral("sync cell · conn 1"));
        QCOMPARE(names[1], QStringLiteral("async cell"));
        QVERIFY(names[2].endsWith(QStringLiteral("conn 3")));
        QVERIFY(names[4].endsWith(QStringLiteral("conn 5")));
    }

    void thePoolsThreadsAreCalledWorkers()
    {
        std::uint16_t thread = 0;
        std::thread([&thread] {
            setTraceThreadName(QStringLiteral("heddle-db-3"));
            thread = currentTraceThread();
        }).join();
        SampleTrace trace;
        trace.statement(TraceKind::Read, 0, 1, thread, 7, 1, "Book", true);
        TraceModel model;
        model.append(trace.records);
        QCOMPARE(laneNames(model), QStringList{QStringLiteral("worker 3 · conn 7")});
    }

    void threeImplicitLoadsOfOneRelationAreAGroupAndTwoAreNot()
    {
        SampleTrace trace;
        for (int i = 0; i < 3; ++i)
            trace.implicitLoad(i, i + 0.5, 1, 4, 9, i, "author");
        for (int i = 0; i < 2; ++i)
            trace.implicitLoad(10 + i, 10.5 + i, 1, 5, 9, i, "publisher");
        TraceModel model;
        model.append(trace.records);
        QCOMPARE(model.groups().size(), std::size_t(1));
        QCOMPARE(model.groups()[0].records.size(), std::size_t(3));
        QCOMPARE(model.describe(GroupIndex(0)), QStringLiteral("3 × author, one a row"));
    }

    void loadsForDifferentEvaluationsAreDifferentGroups()
    {
        SampleTrace trace;
        for (int i = 0; i < 6; ++i)
            trace.implicitLoad(i, i + 0.5, 1, 4, std::uint64_t(i < 3 ? 1 : 2), i, "author");
        TraceModel model;
        model.append(trace.records);
        QCOMPARE(model.groups().size(), std::size_t(2));
    }

    void bracketsNestAndSayHowTheyEnded()
    {
        SampleTrace trace;
        trace.statement(TraceKind::Begin, 0, 1, 1, 1, 1, "BEGIN");
        trace.statement(TraceKind::Savepoint, 2, 3, 1, 1, 2, "SAVEPOINT");
        trace.statement(TraceKind::RollbackToSavepoint, 4, 5, 1, 1, 2, "ROLLBACK TO");
        trace.statement(TraceKind::Commit, 6, 7, 1, 1, 1, "COMMIT");
        trace.statement(TraceKind::Begin, 10, 11, 1, 1, 5, "BEGIN");
        trace.statement(TraceKind::Rollback, 12, 13, 1, 1, 5, "ROLLBACK");
        trace.statement(TraceKind::Begin, 20, 21, 1, 1, 8, "BEGIN");
        TraceModel model;
        model.append(trace.records);
        const auto &brackets = model.lanes()[0].brackets;
        QCOMPARE(brackets.size(), std::size_t(4));
        QCOMPARE(brackets[0].outcome, BracketOutcome::Committed);
        QCOMPARE(brackets[0].depth, 0);
        QCOMPARE(brackets[0].endNs, SampleTrace::at(7));
        QCOMPARE(brackets[1].outcome, BracketOutcome::RolledBack);
        QCOMPARE(brackets[1].depth, 1);
        QCOMPARE(brackets[2].outcome, BracketOutcome::RolledBack);
        QCOMPARE(brackets[3].outcome, BracketOutcome::Open);
    }

    void aReleaseAfterARollbackToItsSavepointClosesNothingElse()
    {
        SampleTrace trace;
        trace.statement(TraceKind::Begin, 0, 1, 1, 1, 1, "BEGIN");
        trace.statement(TraceKind::Savepoint, 2, 3, 1, 1, 2, "SAVEPOINT");
        trace.statement(TraceKind::RollbackToSavepoint, 4, 5, 1, 1, 2, "ROLLBACK TO");
        trace.statement(TraceKind::ReleaseSavepoint, 5, 6, 1, 1, 2, "RELEASE");
        TraceModel model;
        model.append(trace.records);
        QCOMPARE(model.lanes()[0].brackets[0].outcome, BracketOutcome::Open);
    }

    void overlappingAwaitsTakeRowsBelowEachOther()
    {
        SampleTrace trace;
        trace.add(TraceKind::Await, 0, 10, 1, 1, "outer").lane = 1;
        trace.add(TraceKind::Await, 2, 5, 1, 2, "inner").lane = 1;
        trace.add(TraceKind::Sleep, 6, 8, 1, 3, "sleep").lane = 1;
        TraceModel model;
        model.append(trace.records);
        QCOMPARE(model.lanes().size(), std::size_t(1));
        QCOMPARE(model.lanes()[0].rows.size(), std::size_t(2));
        QCOMPARE(model.lanes()[0].rows[1].bars.size(), std::size_t(2));
    }

    void whatWaitsForAConnectionMakesTheWaitingLane()
    {
        SampleTrace trace;
        for (int i = 0; i < 4; ++i) {
            TraceRecord &r =
                trace.statement(TraceKind::Read, i * 10, i * 10 + 9, 11, 3, 1, "Book", true);
            r.createdNs = r.queuedNs = SampleTrace::at(0);
        }
        TraceModel model;
        model.append(trace.records);
        QCOMPARE(model.lanes().size(), std::size_t(2));
        QCOMPARE(model.lanes()[0].kind, LaneKind::Waiting);
        QCOMPARE(model.lanes()[0].mostWaiters, 3);
        QCOMPARE(model.lanes()[0].waiters.back().count, 0);
        // The worker's bars begin with the lease, so that they do not overlap.
        QCOMPARE(model.lanes()[1].rows.size(), std::size_t(1));
        QCOMPARE(model.placeOf(RecordIndex(0)).lane, LaneIndex(1));
    }

    void anAsyncCellStandsBehindItsFirstCoroutine()
    {
        SampleTrace trace;
        TraceRecord &cell = trace.add(TraceKind::Cell, 0, 10, 2, 1, "cell");
        cell.async = true;
        const std::uint64_t id = cell.id;
        for (const int lane : {5, 4}) {
            TraceRecord &coroutine = trace.add(TraceKind::Coroutine, lane, 10, 2, 1, "fetch");
            coroutine.lane = std::uint16_t(lane);
            coroutine.parent = id;
        }
        TraceModel model;
        model.append(trace.records);
        QCOMPARE(laneNames(model),
                 (QStringList{QStringLiteral("async cell"), QStringLiteral("fetch")}));
    }

    void theSummaryCountsQueriesConnectionsAndWhatParallelRunsSaved()
    {
        TraceModel model;
        QCOMPARE(model.summary(), QString());
        SampleTrace trace;
        trace.statement(TraceKind::Read, 0, 100, 11, 1, 1, "A", true).leasedNs = SampleTrace::at(0);
        trace.statement(TraceKind::Read, 0, 80, 12, 2, 2, "B", true).leasedNs = SampleTrace::at(0);
        trace.statement(TraceKind::Begin, 100, 101, 11, 1, 3, "BEGIN", true);
        model.append(trace.records);
        QCOMPARE(model.summary(),
                 QStringLiteral("2 queries · 2 connections · saved by parallel: 80 ms"));
    }

    void totalsOfARangeAreCutAtItsEnds()
    {
        SampleTrace trace;
        trace.statement(TraceKind::Read, 0, 10, 1, 1, 1, "A").rows = 5;
        trace.statement(TraceKind::Read, 20, 30, 1, 1, 1, "A").rows = 7;
        TraceModel model;
        model.append(trace.records);
        const TraceTotals totals = model.totals(SampleTrace::at(25), SampleTrace::at(40));
        QCOMPARE(totals.queries, 1);
        QCOMPARE(totals.rows, 7);
        QCOMPARE(totals.busyNs, 5 * SampleTrace::ms);
    }

    void aRecordThatComesAgainReplacesTheOlderOne()
    {
        SampleTrace trace;
        trace.add(TraceKind::Await, 0, 5, 1, 1, "await").outcome = TraceOutcome::Running;
        TraceModel model;
        model.append(trace.records);
        trace.records[0].releasedNs = SampleTrace::at(50);
        QSignalSpy changes(&model, &TraceModel::changed);
        model.append(trace.records);
        QCOMPARE(changes.size(), 1);
        QCOMPARE(model.records().size(), std::size_t(1));
        QCOMPARE(model.lastNs(), SampleTrace::at(50));
    }

    void recordsOfALineComeWithTheirStatementsFirst()
    {
        TraceModel model;
        model.append(SampleTrace::workbook().records);
        const auto at13 = model.recordsAtLine(13);
        QCOMPARE(at13.size(), std::size_t(3));
        QCOMPARE(model.record(at13.front()).kind, TraceKind::Begin);
        QCOMPARE(model.record(at13.back()).kind, TraceKind::Await);
        QVERIFY(model.recordsAtLine(99).empty());
    }

    void aRecordWithoutAnyMomentIsNotDrawn()
    {
        TraceModel model;
        model.append({TraceRecord{}});
        QVERIFY(model.lanes().empty());
        QVERIFY(!model.placeOf(RecordIndex(0)).isValid());
    }

    void aWaitForALockPointsAtWhoHeldIt()
    {
        SampleTrace trace;
        const auto async = [&](TraceKind kind, double from, double to, int connection) {
            return trace.statement(kind, from, to, 10 + connection, connection, 3, "Tag", true).id;
        };
        async(TraceKind::Begin, 0, 1, 1);
        async(TraceKind::Write, 1, 2, 1);
        async(TraceKind::Begin, 10, 11, 2);
        const std::uint64_t waiter = async(TraceKind::Write, 11, 49, 2);
        async(TraceKind::Commit, 48, 49, 1);
        async(TraceKind::Commit, 50, 51, 2);
        TraceRecord &wait = trace.add(TraceKind::LockWait, 12, 48, 12, 0, "");
        wait.connection = 2;
        wait.lock = std::make_shared<const LockWait>(
            LockWait{1, "pid 7 (heddle)", "ShareLock", "a row of transaction 9"});
        const std::uint64_t id = wait.id;
        TraceModel model;
        model.append(trace.records);
        QCOMPARE(model.lockArrows().size(), std::size_t(1));
        const TraceLockArrow &arrow = model.lockArrows().front();
        QCOMPARE(model.record(arrow.wait).id, id);
        // Under its statement, and not on it.
        const BarPlace place = model.placeOf(arrow.wait);
        const BarPlace statement = model.placeOf(model.recordById(waiter));
        QCOMPARE(place.lane, statement.lane);
        QVERIFY(place.row != statement.row);
        const TraceLane &holder = model.lanes()[std::size_t(arrow.holder.value)];
        QCOMPARE(holder.brackets.size(), std::size_t(1));
        QCOMPARE(model.record(holder.brackets[0].begin).connection, 1U);
        QVERIFY(model.details(arrow.wait).contains(QLatin1String("connection 1, pid 7 (heddle)")));
        QCOMPARE(model.title(arrow.wait), QStringLiteral("waits for a lock"));
    }

    void aHundredThousandRecordsAreLaidOutWithinAFewFrames()
    {
        TraceModel model;
        model.append(SampleTrace::manyBars(100'000, 4).records);
        QElapsedTimer timer;
        timer.start();
        QCOMPARE(model.lanes().size(), std::size_t(4));
        const qint64 elapsed = timer.elapsed();
        qInfo("laid out in %lld ms", static_cast<long long>(elapsed));
        QVERIFY2(elapsed < 1000, "layout must not be quadratic");
    }
};

QTEST_GUILESS_MAIN(TraceModelTest)
#include "tst_tracemodel.moc"
