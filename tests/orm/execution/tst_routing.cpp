#include "orm/execution/routing.h"

#include "tests/support/fakeconnection.h"
#include "tests/support/raises.h"

#include <QtTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;
using std::chrono::milliseconds;
using test::errorOf;
using test::FakeDatabase;

namespace {

Plan<qint64> one(Statement statement)
{
    const StatementResult result = co_await send(std::move(statement));
    co_return result.batches.empty() ? -1 : result.batches.at(0)->column(0).int64(0);
}

Plan<qint64> readThenWrite(Statement reading, Statement writing)
{
    const StatementResult first = co_await send(std::move(reading));
    const StatementResult second = co_await send(std::move(writing));
    co_return first.rowCount() + second.rowCount();
}

Plan<int> streamed(Statement statement, BatchSink sink)
{
    const StatementResult done = co_await send(std::move(statement), std::move(sink));
    co_return int(done.rowsAffected);
}

Statement reading(const char *sql = "SELECT 1")
{
    return test::fakeStatement(sql);
}

} // namespace

class TestRouting : public QObject {
    Q_OBJECT

    std::shared_ptr<FakeDatabase> m_primary, m_first, m_second;
    QString m_problem; // of the first
    milliseconds m_patience{1000};

    std::unique_ptr<RoutingRunner> open(milliseconds probeEvery = milliseconds(60'000))
    {
        m_primary = std::make_shared<FakeDatabase>();
        m_first = std::make_shared<FakeDatabase>();
        m_second = std::make_shared<FakeDatabase>();
        std::vector<RoutingRunner::Member> replicas;
        replicas.push_back({u"first"_s, test::fakePool(m_first), m_problem});
        replicas.push_back({u"second"_s, test::fakePool(m_second), {}});
        RoutingRunner::Options options;
        options.probeEvery = probeEvery;
        options.patience = m_patience;
        return std::make_unique<RoutingRunner>(
            RoutingRunner::Member{u"default"_s, test::fakePool(m_primary), {}}, std::move(replicas),
            options);
    }
    static int reads(const std::shared_ptr<FakeDatabase> &database)
    {
        return int(database->seen().count("SELECT 1"));
    }

private Q_SLOTS:
    void readsAreSpreadAndThePrimaryHasNone_data()
    {
        QTest::addColumn<bool>("async");
        QTest::newRow("sync") << false;
        QTest::newRow("async") << true;
    }
    void readsAreSpreadAndThePrimaryHasNone()
    {
        QFETCH(bool, async);
        const auto runner = open();
        for (int i = 0; i < 20; ++i) {
            if (async)
                QCOMPARE(runner->start(one(reading()), {}).result(), 1);
            else
                QCOMPARE(runner->run(one(reading()), {}), 1);
        }
        QCOMPARE(reads(m_primary), 0);
        QCOMPARE(reads(m_first), 10);
        QCOMPARE(reads(m_second), 10);
    }

    void whatWritesOrJoinsGoesToThePrimary()
    {
        const auto runner = open();
        PlanContext writes, joins;
        writes.write = true;
        joins.joins = true;
        runner->run(one(reading()), writes);
        runner->start(one(reading()), joins).waitForFinished();
        QCOMPARE(reads(m_primary), 2);
        // It did not say so, but it does.
        runner->run(one(test::fakeStatement("UPDATE", 1, TraceKind::Write)), {});
        runner->start(one(test::fakeStatement("UPDATE", 1, TraceKind::Write)), {})
            .waitForFinished();
        QCOMPARE(int(m_primary->seen().count("UPDATE")), 2);
        QCOMPARE(int(m_first->seen().count("UPDATE") + m_second->seen().count("UPDATE")), 0);
    }

    void aPlanThatReadsAndThenWritesMovesOver()
    {
        const auto runner = open();
        const auto writing = test::fakeStatement("UPDATE", 1, TraceKind::Write);
        QCOMPARE(runner->run(readThenWrite(reading(), writing), {}), 2);
        QCOMPARE(runner->start(readThenWrite(reading(), writing), {}).result(), 2);
        QCOMPARE(int(m_primary->seen().count("UPDATE")), 2);
        QCOMPARE(reads(m_primary), 0);
        QCOMPARE(reads(m_first) + reads(m_second), 2);
    }

    void aLostReplicaIsLeftOutAndItsReadAskedAgain_data()
    {
        readsAreSpreadAndThePrimaryHasNone_data();
    }
    void aLostReplicaIsLeftOutAndItsReadAskedAgain()
    {
        QFETCH(bool, async);
        const auto runner = open();
        m_first->failAtCall = 0; // it cannot even be reached
        for (int i = 0; i < 4; ++i) {
            if (async)
                QCOMPARE(runner->start(one(reading()), {}).result(), 1);
            else
                QCOMPARE(runner->run(one(reading()), {}), 1);
        }
        QCOMPARE(reads(m_second), 4);
        QCOMPARE(reads(m_primary), 0);
        const auto states = runner->replicas();
        QVERIFY(!states[0].healthy);
        QVERIFY(!states[0].problem.isEmpty());
        QVERIFY(states[1].healthy);
    }

    void withoutReplicasThePrimaryAnswers()
    {
        const auto runner = open();
        m_first->failAtCall = 0;
        m_second->failAtCall = 0;
        QCOMPARE(runner->start(one(reading()), {}).result(), 1);
        QCOMPARE(runner->run(one(reading()), {}), 1);
        QCOMPARE(reads(m_primary), 2);
    }

    void anAnswerThatIsAnErrorIsNotAskedAgain()
    {
        const auto runner = open();
        for (const auto &database : {m_primary, m_first, m_second})
            database->failing = "SELECT wrong";
        QCOMPARE(errorOf([&] { runner->run(one(reading("SELECT wrong")), {}); }),
                 u"IntegrityError: SELECT wrong fails"_s);
        QFuture<qint64> failing = runner->start(one(reading("SELECT wrong")), {});
        QCOMPARE(errorOf([&] { failing.waitForFinished(); }),
                 u"IntegrityError: SELECT wrong fails"_s);
        QCOMPARE(int(m_primary->executed), 0);
        QVERIFY(runner->replicas()[0].healthy);
        QVERIFY(runner->replicas()[1].healthy);
    }

    void rowsThatWereSeenAreNotAskedForAgain()
    {
        const auto runner = open();
        int batches = 0;
        const auto sink = [&batches](RowBatchPtr) -> bool {
            ++batches;
            throw OperationalError(u"as if the connection had been lost"_s);
        };
        QCOMPARE(errorOf([&] { runner->run(streamed(reading(), sink), {}); }),
                 u"OperationalError: as if the connection had been lost"_s);
        QCOMPARE(batches, 1);
        QCOMPARE(int(m_primary->executed), 0);
    }

    void aReplicaComesBack()
    {
        const auto runner = open(milliseconds(10));
        m_first->failAtCall = m_first->calls.load();
        QTRY_VERIFY((runner->run(one(reading()), {}), !runner->replicas()[0].healthy));
        QTRY_VERIFY(runner->replicas()[0].healthy); // later calls do not fail
    }

    void aReplicaThatIsDownFromTheStartComesToo()
    {
        m_problem = u"nobody answers"_s;
        const auto runner = open(milliseconds(10));
        m_problem.clear();
        QVERIFY(!runner->replicas()[0].healthy);
        QCOMPARE(runner->replicas()[0].problem, u"nobody answers"_s);
        runner->run(one(reading()), {});
        QCOMPARE(reads(m_first), 0);
        QTRY_VERIFY(runner->replicas()[0].healthy);
    }

    /// To be busy is not to be down, but nobody can be asked what a stalled network holds up.
    void aReplicaThatIsBusyIsLeftAloneForAWhile()
    {
        m_patience = milliseconds(50);
        const auto runner = open(milliseconds(10));
        m_patience = milliseconds(1000);
        QElapsedTimer clock;
        clock.start();
        QList<QFuture<qint64>> waiting;
        const int limit = runner->member(u"first"_s)->stats().limit;
        for (int i = 0; i < limit; ++i)
            waiting << runner->member(u"first"_s)->start(one(reading("WAIT")), {});
        QTRY_VERIFY(!runner->replicas()[0].healthy);
        QVERIFY(clock.elapsed() >= 5 * 50);
        QVERIFY2(runner->replicas()[0].problem.contains(u"at work"_s),
                 qPrintable(runner->replicas()[0].problem));
        for (QFuture<qint64> &one : waiting)
            one.cancel();
        QTRY_VERIFY(runner->replicas()[0].healthy);
    }

    void aNamedOneIsAsked()
    {
        const auto runner = open();
        for (int i = 0; i < 3; ++i)
            runner->member(u"second"_s)->run(one(reading()), {});
        QCOMPARE(reads(m_second), 3);
        runner->member(u"primary"_s)->start(one(reading()), {}).waitForFinished();
        runner->member(u"default"_s)->run(one(reading()), {});
        QCOMPARE(reads(m_primary), 2);
        QVERIFY(!runner->member(u"third"_s));
        QCOMPARE(runner->aliases(), (QStringList{u"default"_s, u"first"_s, u"second"_s}));
    }

    void recordsSayWhichDatabaseItWas()
    {
        const auto runner = open();
        TraceRecorder recorder;
        runner->setTraceSink(&recorder);
        runner->run(one(reading()), {});
        runner->start(one(test::fakeStatement("UPDATE", 1, TraceKind::Write)), {})
            .waitForFinished();
        QTRY_COMPARE(recorder.size(), std::size_t(2));
        QByteArrayList names;
        for (const TraceRecord &record : recorder.take())
            names << record.database;
        QCOMPARE(names, (QByteArrayList{"first", "default"}));
        runner->setTraceSink(nullptr);
    }

    void aCancelledPlanGoesNowhereElse()
    {
        const auto runner = open();
        QFuture<qint64> waiting = runner->start(one(reading("WAIT")), {});
        QTRY_COMPARE(m_first->running.load(), 1);
        waiting.cancel();
        QTRY_COMPARE(m_first->running.load(), 0);
        QTRY_VERIFY(waiting.isFinished());
        QCOMPARE(int(m_second->executed) + int(m_primary->executed), 0);
        QVERIFY(runner->replicas()[0].healthy);
    }

    void afterTheEndEverythingIsRefused()
    {
        const auto runner = open();
        runner->run(one(reading()), {});
        runner->shutdown();
        QFuture<qint64> late = runner->start(one(reading()), {});
        QVERIFY(errorOf([&] { late.waitForFinished(); }).startsWith(u"OperationalError"_s));
    }
};

QTEST_GUILESS_MAIN(TestRouting)
#include "tst_routing.moc"
