#include "tests/support/fakeconnection.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;

class TestPlan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSubPlansRequestsSurfaceInOrder();
    void anInnerErrorIsThrownWhereTheOuterPlanWaits();
    void aPlanMayCatchAFailedStatementAndGoOn();
    void manySubPlansWithoutStatementsDoNotGrowTheStack();
    void aPlanThatIsNeverRunDoesNothing();
    void aPlanDroppedHalfWayFreesWhatItHolds();
};

namespace {

Plan<void> write(const char *sql)
{
    co_await send(fakeStatement(sql));
}

Plan<qint64> two(const char *first, const char *second)
{
    const qint64 a = co_await fakePlan(fakeStatement(first, 1));
    const qint64 b = co_await fakePlan(fakeStatement(second, 2));
    co_return a + b;
}

Plan<qint64> nested()
{
    co_await write("begin");
    const qint64 sum = co_await two("a", "b");
    co_await write("end");
    co_return sum * 10;
}

/// Drives a plan without any connection; statements named "bad" fail.
template <typename T>
QByteArrayList drive(Plan<T> &plan)
{
    QByteArrayList seen;
    while (PlanBase::Request *request = plan.resume()) {
        seen << request->statement->sql;
        if (request->statement->sql == "bad") {
            request->error = std::make_exception_ptr(IntegrityError(QStringLiteral("no")));
            continue;
        }
        RowBatchBuilder builder({{ColumnKind::Int64}});
        builder.addInt64(0, request->statement->parameters[0].asInt());
        builder.finishRow();
        request->result.batches.push_back(builder.take());
    }
    return seen;
}

Plan<int> nothing(int v)
{
    co_return v;
}

Plan<qint64> manyNothings()
{
    qint64 sum = 0;
    for (int i = 0; i < 200'000; ++i)
        sum += co_await nothing(1);
    co_return sum;
}

Plan<qint64> repairing()
{
    qint64 result = 0;
    bool failed = false;
    try {
        result = co_await two("a", "bad");
    } catch (const IntegrityError &) {
        failed = true;
    }
    if (failed)
        result = co_await fakePlan(fakeStatement("repair", 7));
    co_return result;
}

Plan<qint64> holding(std::shared_ptr<int> held)
{
    co_await send(fakeStatement("a"));
    co_return *held;
}

} // namespace

void TestPlan::aSubPlansRequestsSurfaceInOrder()
{
    Plan<qint64> plan = nested();
    QCOMPARE(drive(plan), QByteArrayList({"begin", "a", "b", "end"}));
    QVERIFY(plan.done());
    QCOMPARE(plan.take(), 30);
}

void TestPlan::anInnerErrorIsThrownWhereTheOuterPlanWaits()
{
    Plan<qint64> plan = two("bad", "never");
    QCOMPARE(drive(plan), QByteArrayList({"bad"}));
    QVERIFY_THROWS_EXCEPTION(IntegrityError, plan.take());
}

void TestPlan::aPlanMayCatchAFailedStatementAndGoOn()
{
    Plan<qint64> plan = repairing();
    QCOMPARE(drive(plan), QByteArrayList({"a", "bad", "repair"}));
    QCOMPARE(plan.take(), 7);
}

void TestPlan::manySubPlansWithoutStatementsDoNotGrowTheStack()
{
    Plan<qint64> plan = manyNothings();
    QVERIFY(drive(plan).isEmpty());
    QCOMPARE(plan.take(), 200'000);
}

void TestPlan::aPlanThatIsNeverRunDoesNothing()
{
    const auto held = std::make_shared<int>(3);
    {
        const Plan<qint64> plan = holding(held);
        QVERIFY(held.use_count() > 1);
    }
    QCOMPARE(held.use_count(), 1);
}

void TestPlan::aPlanDroppedHalfWayFreesWhatItHolds()
{
    const auto held = std::make_shared<int>(3);
    {
        Plan<qint64> plan = holding(held);
        QVERIFY(plan.resume());
    }
    QCOMPARE(held.use_count(), 1);
}

QTEST_GUILESS_MAIN(TestPlan)
#include "tst_plan.moc"
