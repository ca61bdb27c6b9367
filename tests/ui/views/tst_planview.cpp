#include "ui/plan/planview.h"

#include "tests/ui/views/shots.h"
#include "ui/style/appearance.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QToolButton>
#include <QTreeView>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

QueryPlan samplePlan(double ms)
{
    QueryPlanNode scan;
    scan.operation = u"Seq Scan"_s;
    scan.target = u"book"_s;
    scan.details = {u"Filter: (title ~~ '%AB%')"_s, u"Rows Removed by Filter: 999000"_s};
    scan.expectedRows = 100;
    scan.actualRows = 1000;
    scan.ownMs = ms * 0.9;
    scan.remarks = {QueryPlanNode::Remark::FullScan, QueryPlanNode::Remark::TookLongest};
    QueryPlanNode index;
    index.operation = u"Index Scan"_s;
    index.target = u"author using author_pkey"_s;
    index.expectedRows = index.actualRows = 1;
    index.ownMs = ms * 0.05;
    QueryPlanNode join;
    join.operation = u"Nested Loop"_s;
    join.ownMs = ms * 0.05;
    join.expectedRows = 100;
    join.actualRows = 1000;
    join.children = {scan, index};
    QueryPlan plan;
    plan.sql = "SELECT 1";
    plan.nodes = {join};
    plan.wasRun = true;
    plan.executionMs = ms;
    plan.rows = 1000;
    return plan;
}

} // namespace

class TestPlanView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theModelIsATreeWithShares();
    void theWorstStepIsChosenAndSaid();
    void aKeptPlanIsComparedWithTheNext();
    void buttonsAskForAPlan();
    void aRefusalIsSaidAndThePlanStays();
    void whatIsPainted();
};

void TestPlanView::theModelIsATreeWithShares()
{
    PlanModel model;
    QAbstractItemModelTester tester(&model, QAbstractItemModelTester::FailureReportingMode::QtTest);
    QCOMPARE(model.rowCount(), 0);
    model.setPlan(samplePlan(100));
    const QModelIndex join = model.index(0, 0);
    QCOMPARE(join.data().toString(), u"Nested Loop"_s);
    QCOMPARE(model.rowCount(join), 2);
    const QModelIndex scan = model.index(0, PlanModel::StepColumn, join);
    QCOMPARE(scan.parent(), join);
    QCOMPARE(scan.data(PlanModel::ShareRole).toDouble(), 0.9);
    QCOMPARE(scan.siblingAtColumn(PlanModel::ShareColumn).data().toString(), u"90 %"_s);
    QVERIFY(scan.data(PlanModel::IsWorstRole).toBool());
    QVERIFY(scan.data(Qt::AccessibleTextRole).toString().contains(u"reads the whole table"_s));
    // Without times, by cost.
    QueryPlan costs = samplePlan(1);
    costs.wasRun = false;
    costs.executionMs.reset();
    costs.nodes[0].ownMs.reset();
    costs.nodes[0].cost = 100;
    costs.nodes[0].children[0].ownMs.reset();
    costs.nodes[0].children[0].cost = 25;
    costs.nodes[0].children.pop_back();
    model.setPlan(costs);
    QCOMPARE(model.index(0, 0).data(PlanModel::ShareRole).toDouble(), 0.75);
}

void TestPlanView::theWorstStepIsChosenAndSaid()
{
    PlanView view;
    view.setPlan(u"Book.objects"_s, samplePlan(100));
    auto *tree = qobject_cast<QTreeView *>(view.focusProxy());
    QVERIFY(tree);
    QCOMPARE(tree->currentIndex().data().toString(), u"Seq Scan book"_s);
    QVERIFY2(view.summaryText().contains(u"Seq Scan book"_s), qPrintable(view.summaryText()));
    QVERIFY(tree->isExpanded(view.plan().index(0, 0)));
}

void TestPlanView::aKeptPlanIsComparedWithTheNext()
{
    PlanView view;
    view.show();
    view.setPlan(u"a"_s, samplePlan(100));
    view.keep(true);
    view.setPlan(u"b"_s, samplePlan(10));
    QCOMPARE(view.kept().plan().executionMs.value(), 100.0);
    bool said = false;
    for (const QLabel *label : view.findChildren<QLabel *>())
        said = said || (label->isVisible() && label->text().contains(u"10 times as fast"_s));
    QVERIFY(said);
    view.keep(false);
    QVERIFY(view.kept().isEmpty());
}

void TestPlanView::buttonsAskForAPlan()
{
    PlanView view;
    QSignalSpy asked(&view, &PlanView::planRequested);
    const auto buttons = view.findChildren<QToolButton *>();
    QCOMPARE(buttons.size(), 3);
    buttons[0]->click();
    buttons[1]->click();
    QCOMPARE(asked.size(), 2);
    QCOMPARE(asked[0][0].toBool(), false);
    QCOMPARE(asked[1][0].toBool(), true);
    QVERIFY(!buttons[2]->isEnabled()); // nothing to keep yet
    for (const QToolButton *button : buttons)
        QVERIFY(!button->accessibleName().isEmpty());
}

void TestPlanView::aRefusalIsSaidAndThePlanStays()
{
    PlanView view;
    view.setPlan(u"a"_s, samplePlan(100));
    view.showMessage(u"This statement changes data."_s);
    QCOMPARE(view.summaryText(), u"This statement changes data."_s);
    QVERIFY(!view.plan().isEmpty());
}

void TestPlanView::whatIsPainted()
{
    Appearance appearance(*qApp);
    for (const bool dark : {false, true}) {
        appearance.setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        PlanView view;
        view.resize(1100, 240);
        view.setPlan(u"a"_s, samplePlan(167));
        view.keep(true);
        view.setPlan(u"a"_s, samplePlan(12));
        testing::saveShot(view, dark ? u"plan-dark"_s : u"plan-light"_s);
    }
}

QTEST_MAIN(TestPlanView)
#include "tst_planview.moc"
