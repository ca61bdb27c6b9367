// What somebody does with plans in the whole window: ask, look, keep, compare.

#include "orm/heddle.h"
#include "tests/support/postgresserver.h"
#include "tests/ui/samplewindow.h"
#include "tests/ui/views/shots.h"
#include "ui/plan/plangraph.h"
#include "ui/plan/planview.h"

#include <QTreeView>

using namespace Qt::Literals::StringLiterals;
using namespace heddle;
using namespace heddle::app;

class tst_Plan : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void f7ShowsThePlanOfTheQuerysetAtTheCaret();
    void treeOrGraphIsRemembered();
    void aBetterQueryIsComparedWithTheOneBefore();
    void aServersStepsHaveRowsAndTimes();
    void theWholeWindowCanBeLookedAt();

private:
    void start();
    /// Puts the text into the editor, the caret to its end, and presses the key.
    void ask(const QString &text, Qt::KeyboardModifiers modifiers = Qt::NoModifier);
    ui::CodeEditor &editor() { return *window->tabs().current()->editor(); }

    std::unique_ptr<ui::Appearance> appearance;
    std::unique_ptr<testing::SampleWindow> sample;
    MainWindow *window = nullptr; // the sample's
};

void tst_Plan::initTestCase()
{
    registerBackends();
    appearance = std::make_unique<ui::Appearance>(*qApp);
}

void tst_Plan::init()
{
    sample = std::make_unique<testing::SampleWindow>(*appearance);
    start();
}

void tst_Plan::start()
{
    QVERIFY(sample->start());
    window = sample->window();
}

void tst_Plan::cleanup()
{
    sample.reset();
}

void tst_Plan::ask(const QString &text, Qt::KeyboardModifiers modifiers)
{
    editor().setFocus();
    editor().setWorkbook(ui::Workbook(text));
    editor().goTo(1, int(text.size()));
    const auto &previewed = window->tabs().current()->runs();
    QTRY_VERIFY(previewed.previewedStatement() &&
                previewed.previewedStatement()->expression == text.trimmed());
    QTest::keyClick(&editor(), Qt::Key_F7, modifiers);
    QTRY_VERIFY(!window->plan().plan().isEmpty() &&
                window->plan().summaryText() == window->plan().plan().summary() &&
                window->plan().plan().plan().wasRun == bool(modifiers & Qt::ShiftModifier));
}

void tst_Plan::f7ShowsThePlanOfTheQuerysetAtTheCaret()
{
    ask(u"Book.objects.filter(title__contains='a')"_s);
    QVERIFY(window->plan().isVisible());
    QCOMPARE(window->plan().shape(), ui::PlanShape::Tree);
    QVERIFY(window->plan().plan().worstIndex().isValid());
    QVERIFY2(window->plan().summaryText().contains(u"SCAN book"_s),
             qPrintable(window->plan().summaryText()));
    ask(u"Book.objects.filter(title__contains='a')"_s, Qt::ShiftModifier);
    QVERIFY(window->plan().plan().plan().executionMs);
    QVERIFY(window->plan().plan().plan().rows);
}

void tst_Plan::treeOrGraphIsRemembered()
{
    ask(u"Book.objects.select_related('author').order_by('pages')"_s);
    QTest::keyClick(&editor(), Qt::Key_F7, Qt::ControlModifier);
    QCOMPARE(window->plan().shape(), ui::PlanShape::Graph);
    const ui::PlanGraph &graph = *window->plan().steps()->graph();
    QVERIFY(graph.isVisible());
    QCOMPARE(int(graph.graphLayout().boxes.size()), 3); // two tables and an order
    QCOMPARE(graph.current(), window->plan().plan().worstIndex());
    QCOMPARE(sample->settings().planShape(), ui::PlanShape::Graph);
    start();
    QCOMPARE(window->plan().shape(), ui::PlanShape::Graph);
    QTest::keyClick(&editor(), Qt::Key_F7, Qt::ControlModifier);
    QCOMPARE(window->plan().shape(), ui::PlanShape::Tree);
    QCOMPARE(sample->settings().planShape(), ui::PlanShape::Tree);
}

void tst_Plan::aBetterQueryIsComparedWithTheOneBefore()
{
    ask(u"Book.objects.filter(title__contains='a')"_s, Qt::ShiftModifier);
    window->plan().keep(true);
    ask(u"Book.objects.filter(pk=3)"_s, Qt::ShiftModifier);
    const QString said = window->plan().comparisonText();
    QVERIFY2(said.contains(u"Gone: SCAN book"_s), qPrintable(said));
    QVERIFY2(said.contains(u"New: SEARCH book"_s), qPrintable(said));
    QVERIFY2(said.contains(u" times as "_s), qPrintable(said));
    QVERIFY(window->plan().keptSteps()->isVisible());
}

void tst_Plan::aServersStepsHaveRowsAndTimes()
{
    PostgresServer server;
    if (!server.start())
        QSKIP(qPrintable(server.problem()));
    QVERIFY2(
        server.run(u"CREATE TABLE author (id int PRIMARY KEY, name text NOT NULL);"
                   "CREATE TABLE book (id int PRIMARY KEY, title text NOT NULL, pages int,"
                   " author_id int NOT NULL REFERENCES author);"
                   "INSERT INTO author SELECT i, 'author ' || i FROM generate_series(1, 500) i;"
                   "INSERT INTO book SELECT i, 'book ' || i, i % 900, i % 500 + 1"
                   " FROM generate_series(1, 60000) i; ANALYZE"_s),
        qPrintable(server.problem()));
    QSignalSpy ready(window, &MainWindow::databaseReady);
    window->openDatabase(server.url());
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 30'000);
    window->plan().setShape(ui::PlanShape::Graph);
    const QString text = u"Book.objects.select_related('author').filter(title__contains='77')"
                         ".order_by('pages')"_s;
    ask(text, Qt::ShiftModifier);
    const ui::PlanGraphLayout &layout = window->plan().steps()->graph()->graphLayout();
    QVERIFY(layout.boxes.size() >= 4); // two tables, a join, an order
    for (const ui::PlanGraphLayout::Box &box : layout.boxes) {
        const QModelIndex rows = QModelIndex(box.index).siblingAtColumn(ui::PlanModel::RowsColumn);
        QVERIFY2(rows.data().toString().contains(u" of "_s),
                 qPrintable(box.index.data().toString()));
        QVERIFY(box.index.data(ui::PlanModel::ShareRole).isValid());
        QVERIFY(box.index.data(ui::PlanModel::RowsGivenRole).isValid());
    }
    QVERIFY(window->plan().plan().worstIndex().isValid());
    testing::saveShot(*window, u"window-plan-server"_s);
    window->plan().keep(true);
    ask(text + u"[:10]"_s, Qt::ShiftModifier);
    testing::saveShot(*window, u"window-plan-server-compared"_s);
    QVERIFY(!window->plan().comparisonText().isEmpty());
    sample->close(); // before its server
}

void tst_Plan::theWholeWindowCanBeLookedAt()
{
    for (const bool dark : {false, true}) {
        appearance->setChoice(dark ? ui::ThemeChoice::Dark : ui::ThemeChoice::Light);
        window->plan().keep(false);
        ask(u"Book.objects.select_related('author').filter(title__contains='a')"
            ".order_by('title')[:40]"_s,
            dark ? Qt::NoModifier : Qt::ShiftModifier);
        window->plan().setShape(ui::PlanShape::Graph);
        testing::saveShot(*window, dark ? u"window-plan-dark"_s : u"window-plan-light"_s);
        window->plan().keep(true);
        ask(u"Book.objects.select_related('author').filter(pk__lt=99)"_s, Qt::ShiftModifier);
        testing::saveShot(*window, dark ? u"window-compared-dark"_s : u"window-compared-light"_s);
    }
    QVERIFY(!window->grab().isNull());
}

QTEST_MAIN(tst_Plan)
#include "tst_plan.moc"
