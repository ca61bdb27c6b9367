#include "ui/plan/plangraph.h"

#include "tests/ui/views/sampleplan.h"
#include "tests/ui/views/shots.h"
#include "ui/plan/plangraphpainter.h"
#include "ui/style/appearance.h"
#include "ui/style/theme.h"

#include <QAccessible>
#include <QClipboard>
#include <QItemSelectionModel>
#include <QMenu>
#include <QScrollBar>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;
using namespace Qt::Literals::StringLiterals;
using testing::samplePlan;

namespace {

/// `width` steps below each of `depth` levels.
QueryPlanNode grown(int depth, int width)
{
    QueryPlanNode node;
    node.operation = depth == 0 ? u"Seq Scan"_s : u"Append"_s;
    node.target = depth == 0 ? u"part"_s : QString();
    node.expectedRows = depth == 0 ? 10 : 1000;
    for (int i = 0; depth > 0 && i < width; ++i)
        node.children.push_back(grown(depth - 1, width));
    return node;
}

QueryPlan planOf(std::vector<QueryPlanNode> nodes)
{
    QueryPlan plan;
    plan.nodes = std::move(nodes);
    return plan;
}

/// A graph of a plan with its selection, shown.
struct Shown {
    explicit Shown(QueryPlan plan, const QSize &size = {900, 260})
    {
        model.setPlan(std::move(plan));
        graph.setAccessibleName(u"Plan"_s);
        graph.resize(size);
        graph.show();
    }

    QModelIndex join() { return model.index(0, 0); }
    QModelIndex scan() { return model.index(0, 0, join()); }
    QModelIndex lookup() { return model.index(1, 0, join()); }
    void press(Qt::Key key) { QTest::keyClick(&graph, key); }
    void turnWheel(int notches, Qt::KeyboardModifiers modifiers, const QPointF &at)
    {
        QWheelEvent event(at, graph.viewport()->mapToGlobal(at), {}, {0, 120 * notches},
                          Qt::NoButton, modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(graph.viewport(), &event);
    }

    PlanModel model;
    QItemSelectionModel selection{&model};
    PlanGraph graph{model, selection};
};

} // namespace

class TestPlanGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { QLocale::setDefault(QLocale(QLocale::English)); }

    void noTwoBoxesTouch_data();
    void noTwoBoxesTouch();
    void aStepStandsBetweenItsSources();
    void linesGrowWithTheirRows();
    void linesCanBeSeen();
    void anEmptyPlanHasNoBoxes();
    void arrowsWalkFromStepToStep();
    void keysZoomAndFit();
    void theWheelZoomsAtThePointer();
    void theWheelScrolls();
    void draggingMovesThePicture();
    void aClickChoosesAStep();
    void whatIsChosenElsewhereIsBroughtIntoSight();
    void theWorstStepHasAKey();
    void theMenuHasWhatTheKeysDo();
    void aNewPlanIsFitted();
    void toolTipsSayEverything();
    void aScreenReaderFindsTheSteps();
    void whatIsPainted();
};

void TestPlanGraph::noTwoBoxesTouch_data()
{
    QTest::addColumn<QueryPlan>("plan");
    QTest::newRow("a join") << samplePlan(10);
    QTest::newRow("wide") << planOf({grown(1, 40)});
    QTest::newRow("deep") << planOf({grown(12, 1)});
    QTest::newRow("bushy") << planOf({grown(4, 3)});
    QTest::newRow("several outermost steps") << planOf({grown(1, 2), grown(0, 0), grown(2, 2)});
}

void TestPlanGraph::noTwoBoxesTouch()
{
    QFETCH(QueryPlan, plan);
    PlanModel model;
    model.setPlan(plan);
    const PlanGraphLayout layout = PlanGraphLayout::of(model);
    QVERIFY(!layout.boxes.empty());
    for (std::size_t i = 0; i < layout.boxes.size(); ++i) {
        const PlanGraphLayout::Box &box = layout.boxes[i];
        QVERIFY(layout.bounds.contains(box.rect));
        QVERIFY(!box.rect.intersects(layout.answer));
        QVERIFY(box.parent < int(i)); // parents come first
        if (box.parent >= 0)
            QVERIFY(layout.boxes[std::size_t(box.parent)].rect.right() < box.rect.left());
        for (std::size_t j = 0; j < i; ++j)
            QVERIFY(!box.rect.intersects(layout.boxes[j].rect));
        QCOMPARE(layout.boxOf(box.index), int(i));
        QCOMPARE(layout.boxAt(box.rect.center()), int(i));
    }
    QVERIFY(layout.bounds.contains(layout.answer));
}

void TestPlanGraph::aStepStandsBetweenItsSources()
{
    PlanModel model;
    model.setPlan(samplePlan(10));
    const PlanGraphLayout layout = PlanGraphLayout::of(model);
    const double top = layout.boxes[1].rect.center().y(),
                 bottom = layout.boxes[2].rect.center().y();
    QVERIFY(top < bottom); // in the order of the plan
    QCOMPARE(layout.boxes[0].rect.center().y(), (top + bottom) / 2);
    QCOMPARE(layout.answer.center().y(), (top + bottom) / 2);
    QCOMPARE(layout.beside(1, 1), 2);
    QCOMPARE(layout.beside(2, -1), 1);
    QCOMPARE(layout.beside(2, 1), -1);
    QCOMPARE(layout.beside(0, 1), -1);
}

void TestPlanGraph::linesGrowWithTheirRows()
{
    QVERIFY(planEdgeWidth(0) > 0);
    QVERIFY(planEdgeWidth(-1) > 0);
    double before = 0;
    for (const double rows : {0.0, 1.0, 10.0, 1e3, 1e5, 1e7}) {
        QVERIFY(planEdgeWidth(rows) > before);
        before = planEdgeWidth(rows);
    }
    QVERIFY(planEdgeWidth(1e15) <= 12);
    // Rows of all loops run along the line.
    QueryPlan plan = samplePlan(10);
    plan.nodes[0].children[1].loops = 1000;
    PlanModel model;
    model.setPlan(plan);
    const QModelIndex join = model.index(0, 0);
    QCOMPARE(model.index(1, 0, join).data(PlanModel::RowsGivenRole).toDouble(), 1000.0);
    QCOMPARE(model.index(0, 0, join).data(PlanModel::RowsGivenRole).toDouble(), 1000.0);
}

void TestPlanGraph::linesCanBeSeen()
{
    for (const Theme *theme : {&Theme::day(), &Theme::night()})
        QVERIFY(contrastRatio(planEdgeColor(*theme), theme->panel) >= 3);
}

void TestPlanGraph::anEmptyPlanHasNoBoxes()
{
    Shown shown{{}};
    QVERIFY(shown.graph.graphLayout().boxes.empty());
    QVERIFY(shown.graph.graphLayout().answer.isNull());
    for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Down, Qt::Key_Plus, Qt::Key_F, Qt::Key_W})
        shown.press(key);
    QVERIFY(!shown.graph.current().isValid());
    QVERIFY(!shown.graph.grab().isNull());
}

void TestPlanGraph::arrowsWalkFromStepToStep()
{
    Shown shown(samplePlan(10));
    shown.press(Qt::Key_Right);
    QCOMPARE(shown.graph.current(), shown.join());
    shown.press(Qt::Key_Right);
    QCOMPARE(shown.graph.current(), shown.scan());
    shown.press(Qt::Key_Down);
    QCOMPARE(shown.graph.current(), shown.lookup());
    shown.press(Qt::Key_Down); // there is nothing below
    QCOMPARE(shown.graph.current(), shown.lookup());
    shown.press(Qt::Key_Up);
    QCOMPARE(shown.graph.current(), shown.scan());
    shown.press(Qt::Key_Right); // nor inside
    QCOMPARE(shown.graph.current(), shown.scan());
    shown.press(Qt::Key_Left);
    QCOMPARE(shown.graph.current(), shown.join());
    shown.press(Qt::Key_Left);
    QCOMPARE(shown.graph.current(), shown.join());
    QVERIFY(shown.selection.isSelected(shown.join()));
}

void TestPlanGraph::keysZoomAndFit()
{
    Shown shown(planOf({grown(3, 3)}));
    shown.press(Qt::Key_0);
    QCOMPARE(shown.graph.zoom(), 1.0);
    shown.press(Qt::Key_Plus);
    QVERIFY(shown.graph.zoom() > 1);
    shown.press(Qt::Key_Minus);
    shown.press(Qt::Key_Minus);
    QVERIFY(shown.graph.zoom() < 1);
    for (int i = 0; i < 40; ++i)
        shown.press(Qt::Key_Minus);
    QCOMPARE(shown.graph.zoom(), PlanGraph::minimumZoom);
    for (int i = 0; i < 40; ++i)
        shown.press(Qt::Key_Plus);
    QCOMPARE(shown.graph.zoom(), PlanGraph::maximumZoom);
    for (const Qt::Key key : {Qt::Key_F, Qt::Key_Home}) {
        shown.press(Qt::Key_0);
        shown.graph.resize(900, 600);
        shown.press(key);
        QVERIFY(shown.graph.zoom() < 1);
        QCOMPARE(shown.graph.verticalScrollBar()->maximum(), 0);
        QCOMPARE(shown.graph.horizontalScrollBar()->maximum(), 0);
    }
}

void TestPlanGraph::theWheelZoomsAtThePointer()
{
    Shown shown(planOf({grown(3, 3)}), {500, 260});
    shown.graph.setZoom(1);
    const QModelIndex deep = shown.model.index(1, 0, shown.model.index(1, 0, shown.join()));
    shown.graph.select(deep);
    const QPointF at = shown.graph.rectOf(deep).center();
    shown.turnWheel(2, Qt::ControlModifier, at);
    QVERIFY(shown.graph.zoom() > 1.5);
    const QPointF moved = shown.graph.rectOf(deep).center() - at;
    QVERIFY2(moved.manhattanLength() < 3, "what is under the pointer stays there");
    shown.turnWheel(-2, Qt::ControlModifier, at);
    QCOMPARE(shown.graph.zoom(), 1.0);
}

void TestPlanGraph::theWheelScrolls()
{
    Shown shown(planOf({grown(3, 3)}), {400, 200});
    shown.graph.setZoom(1);
    shown.graph.verticalScrollBar()->setValue(0);
    shown.graph.horizontalScrollBar()->setValue(0);
    shown.turnWheel(-1, Qt::NoModifier, {100, 100});
    QVERIFY(shown.graph.verticalScrollBar()->value() > 0);
    QCOMPARE(shown.graph.horizontalScrollBar()->value(), 0);
    shown.turnWheel(-1, Qt::ShiftModifier, {100, 100});
    QVERIFY(shown.graph.horizontalScrollBar()->value() > 0);
    QCOMPARE(shown.graph.zoom(), 1.0);
}

void TestPlanGraph::draggingMovesThePicture()
{
    Shown shown(planOf({grown(3, 3)}), {400, 200});
    shown.graph.setZoom(1);
    QWidget *port = shown.graph.viewport();
    shown.graph.verticalScrollBar()->setValue(100);
    QTest::mousePress(port, Qt::LeftButton, {}, {200, 100});
    QTest::mouseMove(port, {200, 60});
    QTest::mouseMove(port, {200, 50});
    QTest::mouseRelease(port, Qt::LeftButton, {}, {200, 50});
    QCOMPARE(shown.graph.verticalScrollBar()->value(), 150);
    QTest::mouseMove(port, {200, 10});
    QCOMPARE(shown.graph.verticalScrollBar()->value(), 150);
}

void TestPlanGraph::aClickChoosesAStep()
{
    Shown shown(samplePlan(10));
    const QPoint at = shown.graph.rectOf(shown.lookup()).center().toPoint();
    QCOMPARE(shown.graph.indexAt(at), shown.lookup());
    QTest::mouseClick(shown.graph.viewport(), Qt::LeftButton, {}, at);
    QCOMPARE(shown.selection.currentIndex(), shown.lookup());
    QTest::mouseClick(shown.graph.viewport(), Qt::LeftButton, {}, {880, 5});
    QCOMPARE(shown.selection.currentIndex(), shown.lookup());
}

void TestPlanGraph::whatIsChosenElsewhereIsBroughtIntoSight()
{
    Shown shown(planOf({grown(3, 3)}), {400, 200});
    const QModelIndex last =
        shown.model.index(2, 0, shown.model.index(2, 0, shown.model.index(2, 0, shown.join())));
    QVERIFY(last.isValid());
    QVERIFY(!shown.graph.viewport()->rect().contains(shown.graph.rectOf(last).toRect()));
    // As the tree does it, with another column.
    shown.selection.setCurrentIndex(last.siblingAtColumn(PlanModel::ShareColumn),
                                    QItemSelectionModel::ClearAndSelect);
    QCOMPARE(shown.graph.current(), last);
    QVERIFY(shown.graph.viewport()->rect().contains(shown.graph.rectOf(last).toRect()));
}

void TestPlanGraph::theWorstStepHasAKey()
{
    Shown shown(samplePlan(10));
    shown.press(Qt::Key_W);
    QCOMPARE(shown.graph.current(), shown.scan());
}

void TestPlanGraph::theMenuHasWhatTheKeysDo()
{
    Shown shown(samplePlan(10));
    const QPoint at = shown.graph.rectOf(shown.lookup()).center().toPoint();
    QContextMenuEvent event(QContextMenuEvent::Mouse, at, shown.graph.mapToGlobal(at));
    QApplication::sendEvent(shown.graph.viewport(), &event);
    QCOMPARE(shown.graph.current(), shown.lookup());
    auto *menu = shown.graph.findChild<QMenu *>();
    QVERIFY(menu && menu->isVisible());
    const auto run = [menu](const QString &text) {
        for (QAction *action : menu->actions()) {
            if (action->text().startsWith(text))
                action->trigger();
        }
    };
    run(u"Copy step"_s);
    QVERIFY(QApplication::clipboard()->text().startsWith(u"Index Scan author"_s));
    run(u"Worst step"_s);
    QCOMPARE(shown.graph.current(), shown.scan());
    run(u"Zoom in"_s);
    QVERIFY(shown.graph.zoom() > 1);
    run(u"100 %"_s);
    QCOMPARE(shown.graph.zoom(), 1.0);
    menu->close();
    QTest::keyClick(&shown.graph, Qt::Key_C, Qt::ControlModifier);
    QVERIFY(QApplication::clipboard()->text().startsWith(u"Seq Scan book"_s));
}

void TestPlanGraph::aNewPlanIsFitted()
{
    Shown shown(samplePlan(10));
    shown.graph.setZoom(3);
    shown.model.setPlan(samplePlan(20));
    QCOMPARE(shown.graph.zoom(), 1.0); // it has room, and is not blown up
    shown.graph.resize(300, 120);
    QVERIFY(shown.graph.zoom() < 1);
    QVERIFY2(shown.graph.zoom() > 0.5, "what is shown unasked stays readable");
    QVERIFY(shown.graph.horizontalScrollBar()->isVisible());
    shown.graph.resize(900, 260);
    QVERIFY(!shown.graph.horizontalScrollBar()->isVisible());
    QVERIFY(!shown.graph.verticalScrollBar()->isVisible());
}

void TestPlanGraph::toolTipsSayEverything()
{
    Shown shown(samplePlan(100));
    const QString tip = PlanGraph::toolTipOf(shown.scan());
    for (const QString &part :
         {u"Seq Scan book"_s, u"Rows: real of expected: 1,000 of 100"_s, u"Own time: 90.0 ms"_s,
          u"Share: 90 %"_s, u"Filter: (title ~~ '%AB%')"_s, u"reads the whole table"_s})
        QVERIFY2(tip.contains(part), qPrintable(tip));
}

void TestPlanGraph::aScreenReaderFindsTheSteps()
{
    Shown shown(samplePlan(100));
    QAccessibleInterface *tree = QAccessible::queryAccessibleInterface(&shown.graph);
    QVERIFY(tree);
    QCOMPARE(tree->role(), QAccessible::Tree);
    QCOMPARE(tree->text(QAccessible::Name), u"Plan"_s);
    QCOMPARE(tree->childCount(), 1);
    QAccessibleInterface *join = tree->child(0);
    QCOMPARE(join->role(), QAccessible::TreeItem);
    QCOMPARE(join->text(QAccessible::Name), u"Nested Loop"_s);
    QCOMPARE(join->childCount(), 2);
    QCOMPARE(join->parent(), tree);
    QAccessibleInterface *scan = join->child(0);
    QCOMPARE(scan->text(QAccessible::Name),
             u"Seq Scan book: reads the whole table, took the longest"_s);
    QVERIFY(scan->text(QAccessible::Description).contains(u"1,000 of 100"_s));
    QCOMPARE(scan->parent(), join);
    QCOMPARE(join->indexOfChild(scan), 0);
    QVERIFY(!scan->state().selected);
    scan->actionInterface()->doAction(QAccessibleActionInterface::setFocusAction());
    QCOMPARE(shown.graph.current(), shown.scan());
    QVERIFY(scan->state().selected);
    QCOMPARE(tree->focusChild(), scan);
    const QPoint middle = scan->rect().center();
    QCOMPARE(tree->childAt(middle.x(), middle.y()), scan);
    shown.model.setPlan(planOf({grown(0, 0)}));
    QCOMPARE(tree->childCount(), 1);
    QVERIFY(tree->child(0)->text(QAccessible::Name).startsWith(u"Seq Scan part"_s));
}

void TestPlanGraph::whatIsPainted()
{
    Appearance appearance(*qApp);
    for (const bool dark : {false, true}) {
        appearance.setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        QueryPlan sorted = samplePlan(167);
        QueryPlanNode sort;
        sort.operation = u"Sort"_s;
        sort.details = {u"Sort Key: book.title"_s};
        sort.ownMs = 3;
        sort.actualRows = sort.expectedRows = 1000;
        sort.remarks = {QueryPlanNode::Remark::Sorts};
        sort.children = std::move(sorted.nodes);
        sorted.nodes = {sort};
        Shown shown(sorted, {1100, 240});
        shown.graph.select(shown.scan());
        testing::saveShot(shown.graph, dark ? u"graph-dark"_s : u"graph-light"_s);
        Shown large(planOf({grown(3, 3)}), {1100, 320});
        testing::saveShot(large.graph, dark ? u"graph-large-dark"_s : u"graph-large-light"_s);
        QVERIFY(!shown.graph.grab().isNull());
    }
}

QTEST_MAIN(TestPlanGraph)
#include "tst_plangraph.moc"
