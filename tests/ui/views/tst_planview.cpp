#include "ui/plan/planview.h"

#include "tests/ui/views/sampleplan.h"
#include "tests/ui/views/shots.h"
#include "ui/plan/plangraph.h"
#include "ui/style/appearance.h"
#include "ui/style/elidedlabel.h"

#include <QAbstractItemModelTester>
#include <QLabel>
#include <QToolButton>
#include <QTreeView>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;
using namespace Qt::Literals::StringLiterals;

using testing::samplePlan;

class TestPlanView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English)); }

    void theModelIsATreeWithShares();
    void theWorstStepIsChosenAndSaid();
    void aKeptPlanIsComparedWithTheNext();
    void stepsThatCameAndWentAreNamedAndMarked();
    void aStepChosenInOnePlanIsChosenInTheOther();
    void treeAndGraphAreTwoShapesOfOneChoice();
    void longExpressionsLoseTheirMiddle();
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
    const QTreeView *tree = view.steps()->tree();
    QCOMPARE(view.focusProxy(), view.steps());
    QCOMPARE(view.steps()->focusProxy(), tree);
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
    QStringList captions;
    for (const QLabel *label : view.findChildren<QLabel *>()) {
        if (label->isVisible())
            captions << label->text();
    }
    QVERIFY(captions.contains(u"Before: a"_s));
    QVERIFY(captions.contains(u"Now: b"_s));
    view.keep(false);
    QVERIFY(view.kept().isEmpty());
}

void TestPlanView::stepsThatCameAndWentAreNamedAndMarked()
{
    QueryPlan better = samplePlan(10);
    QueryPlanNode &scan = better.nodes[0].children[0];
    scan.operation = u"Index Scan"_s;
    scan.target = u"book using book_title"_s;
    scan.remarks.clear();
    PlanView view;
    view.setPlan(u"a"_s, samplePlan(100));
    QVERIFY(view.comparisonText().isEmpty());
    view.keep(true);
    QVERIFY(view.comparisonText().contains(u"The same steps."_s));
    view.setPlan(u"a"_s, better);
    QVERIFY2(view.comparisonText().contains(u"Gone: Seq Scan book. New: Index Scan book using"_s),
             qPrintable(view.comparisonText()));
    QCOMPARE(view.kept().markedSteps(), {u"Seq Scan book"_s});
    const QModelIndex added = view.plan().index(0, 0, view.plan().index(0, 0));
    QCOMPARE(added.data(PlanModel::ChangeRole).toString(), u"new"_s);
    QVERIFY(added.data(Qt::AccessibleTextRole).toString().contains(u": new"_s));
    QVERIFY(view.plan().index(0, 0).data(PlanModel::ChangeRole).toString().isEmpty());
    view.setPlan(u"a"_s, samplePlan(200));
    QVERIFY(view.comparisonText().contains(u"2.0 times as slow"_s));
    view.setPlan(u"a"_s, better);
    view.keep(false);
    QVERIFY(view.comparisonText().isEmpty());
    QVERIFY(view.plan().markedSteps().isEmpty());
}

void TestPlanView::aStepChosenInOnePlanIsChosenInTheOther()
{
    PlanView view;
    view.setPlan(u"a"_s, samplePlan(100));
    view.keep(true);
    view.setPlan(u"a"_s, samplePlan(10));
    const QModelIndex was = view.kept().index(1, 0, view.kept().index(0, 0));
    view.keptSteps()->tree()->setCurrentIndex(was);
    QCOMPARE(view.steps()->tree()->currentIndex(),
             view.plan().index(1, 0, view.plan().index(0, 0)));
    view.steps()->graph()->select(view.plan().index(0, 0));
    QCOMPARE(view.keptSteps()->graph()->current(), view.kept().index(0, 0));
}

void TestPlanView::treeAndGraphAreTwoShapesOfOneChoice()
{
    PlanView view;
    view.show();
    view.setPlan(u"a"_s, samplePlan(100));
    QSignalSpy changed(&view, &PlanView::shapeChanged);
    QVERIFY(view.steps()->tree()->isVisible());
    for (QToolButton *button : view.findChildren<QToolButton *>()) {
        if (button->text() == u"Graph"_s)
            button->click();
    }
    QCOMPARE(changed.size(), 1);
    QCOMPARE(view.shape(), PlanShape::Graph);
    QVERIFY(view.steps()->graph()->isVisible());
    QCOMPARE(view.steps()->graph()->current(), view.plan().worstIndex());
    view.steps()->graph()->select(view.plan().index(0, 0));
    view.setShape(PlanShape::Tree);
    QCOMPARE(view.steps()->tree()->currentIndex(), view.plan().index(0, 0));
    QCOMPARE(changed.size(), 2);
}

void TestPlanView::longExpressionsLoseTheirMiddle()
{
    const QString expression =
        u"Book.objects.select_related('author').filter(title__contains='a').order_by('id')[:10]"_s;
    PlanView view;
    view.resize(700, 240);
    view.show();
    view.setPlan(expression, samplePlan(100));
    view.keep(true);
    QCoreApplication::processEvents();
    const auto captions = view.findChildren<ElidedLabel *>();
    QCOMPARE(captions.size(), 2);
    for (const ElidedLabel *caption : captions) {
        QVERIFY(caption->text().endsWith(expression)); // a screen reader hears all of it
        QVERIFY2(caption->shownText().endsWith(u"[:10]"_s), qPrintable(caption->shownText()));
        QVERIFY(caption->shownText().contains(u'…'));
    }
}

void TestPlanView::buttonsAskForAPlan()
{
    PlanView view;
    QSignalSpy asked(&view, &PlanView::planRequested);
    const auto buttons = view.findChildren<QToolButton *>();
    QCOMPARE(buttons.size(), 5);
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
        view.setShape(PlanShape::Graph);
        testing::saveShot(view,
                          dark ? u"plan-graph-compared-dark"_s : u"plan-graph-compared-light"_s);
        view.keep(false);
        view.resize(1100, 300);
        testing::saveShot(view, dark ? u"plan-graph-dark"_s : u"plan-graph-light"_s);
    }
}

QTEST_MAIN(TestPlanView)
#include "tst_planview.moc"
