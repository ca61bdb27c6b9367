// What somebody does with findings in the whole window: run, look, apply, compare, undo.

#include "app/rewritedialog.h"
#include "app/sample/bookshop.h"
#include "orm/heddle.h"
#include "tests/ui/samplewindow.h"
#include "tests/ui/views/shots.h"
#include "ui/findings/findingcard.h"
#include "ui/timeline/runbands.h"
#include "ui/timeline/timelineview.h"

#include <QDockWidget>
#include <QPushButton>
#include <QTreeWidget>

using namespace Qt::Literals::StringLiterals;
using namespace heddle;
using namespace heddle::app;

class tst_Findings : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void anNPlusOneIsFoundAndItsFixBringsOneQuery();
    void undoTakesTheFixBack();
    void applyAndCompareRunsBoth();
    void aCellThatWritesIsNotRunTwice();
    void findingsFollowTheirLines();
    void aFindingLeadsToItsLineAndBars();
    void aCellBecomesAsync();
    void twoRunsAreCompared();

private:
    void run(const QString &text);
    ui::CodeEditor &editor() { return *window->tabs().current()->editor(); }
    QString text() { return editor().workbook().text(); }
    ui::FindingsModel &model()
    {
        return const_cast<ui::FindingsModel &>(window->findings().model());
    }
    bool click(int row, const QString &name);

    std::unique_ptr<ui::Appearance> appearance;
    std::unique_ptr<testing::SampleWindow> sample;
    MainWindow *window = nullptr; // the sample's
};

namespace {

const QString slowPage =
    u"# %% slow\nbooks = Book.objects.order_by('id')[:12]\nfor book in books:\n"
    "    print(book.author.name)\n"_s;

} // namespace

void tst_Findings::initTestCase()
{
    registerBackends();
    appearance = std::make_unique<ui::Appearance>(*qApp);
}

void tst_Findings::init()
{
    sample = std::make_unique<testing::SampleWindow>(*appearance);
    QVERIFY(sample->start());
    window = sample->window();
}

void tst_Findings::cleanup()
{
    sample.reset();
}

void tst_Findings::run(const QString &text)
{
    if (!text.isNull())
        editor().setWorkbook(ui::Workbook(text));
    editor().setFocus();
    QSignalSpy analysed(&window->fixes(), &FindingsController::analysed);
    window->runAll();
    QTRY_VERIFY_WITH_TIMEOUT(!analysed.isEmpty(), 30'000);
}

bool tst_Findings::click(int row, const QString &name)
{
    for (QPushButton *button : window->findings().cards()[row]->findChildren<QPushButton *>()) {
        if (button->text() == name) {
            button->click();
            return true;
        }
    }
    return false;
}

void tst_Findings::anNPlusOneIsFoundAndItsFixBringsOneQuery()
{
    run(slowPage);
    QCOMPARE(model().complaints(), 1);
    QCOMPARE(model().rows()[0].finding.rule, analysis::Rule::NPlusOneRelation);
    QCOMPARE(model().rows()[0].finding.site.line, 4);
    bool titled = false;
    for (const QDockWidget *dock : window->findChildren<QDockWidget *>())
        titled = titled || dock->windowTitle() == u"Findings (1)"_s;
    QVERIFY(titled);
    QVERIFY(click(0, u"Apply fix"_s));
    QVERIFY2(text().contains(u"select_related('author')"_s), qPrintable(text()));
    QVERIFY(model().rows()[0].applied);
    run(QString());
    QCOMPARE(model().complaints(), 0);
    QVERIFY2(window->timeline().summaryText().startsWith(u"1 quer"_s),
             qPrintable(window->timeline().summaryText()));
}

void tst_Findings::undoTakesTheFixBack()
{
    run(slowPage);
    QVERIFY(click(0, u"Apply fix"_s));
    editor().undo();
    QCOMPARE(text(), slowPage);
    QTRY_VERIFY(!model().rows()[0].applied);
    QVERIFY(click(0, u"Apply fix"_s));
    QVERIFY(text() != slowPage);
}

void tst_Findings::applyAndCompareRunsBoth()
{
    run(u"# %% first\nnumber = 12\n\n# %% slow\nfor book in Book.objects.order_by('id')[:number]:\n"
        "    print(book.author.name)\n"_s);
    QCOMPARE(model().complaints(), 1);
    QVERIFY(click(0, u"Apply and compare"_s));
    QTRY_VERIFY_WITH_TIMEOUT(window->findings().comparisonText().contains(u"equal"_s), 30'000);
    QVERIFY2(window->findings().comparisonText().contains(u"13 \u2192 1 queries"_s),
             qPrintable(window->findings().comparisonText()));
    const QString fixedText = text();
    Q_EMIT window->findings().undoRequested();
    QVERIFY(text() != fixedText);
    QVERIFY(window->findings().comparisonText().isEmpty());
}

void tst_Findings::aCellThatWritesIsNotRunTwice()
{
    run(u"# %% slow\nfor book in Book.objects.order_by('id')[:12]:\n    print(book.author.name)\n"
        "Author.objects.create(name='once')\nprint(Author.objects.filter(name='once').count())\n"_s);
    QVERIFY(model().complaints() >= 1);
    QVERIFY(click(0, u"Apply and compare"_s));
    QVERIFY2(window->findings().comparisonText().contains(u"twice"_s),
             qPrintable(window->findings().comparisonText()));
    QVERIFY(text().contains(u"select_related"_s));
}

void tst_Findings::findingsFollowTheirLines()
{
    run(slowPage);
    editor().replaceRange(0, 0, u"# a line above\n"_s);
    QTRY_COMPARE(model().rows()[0].finding.site.line, 5);
    QVERIFY(!model().rows()[0].stale);
    QVERIFY(click(0, u"Apply fix"_s));
    QVERIFY2(text().contains(u"select_related('author')"_s), qPrintable(text()));
    editor().undo();
    QTRY_VERIFY(!model().rows()[0].applied);
    const int at = int(text().indexOf(u"book.author.name"_s));
    editor().replaceRange(at, at + 16, u"row"_s);
    QTRY_VERIFY(model().rows()[0].stale);
}

void tst_Findings::aFindingLeadsToItsLineAndBars()
{
    run(slowPage);
    editor().goTo(1);
    QVERIFY(click(0, u"Show"_s));
    QCOMPARE(editor().caret().line, 4);
    const ui::TimelineView &timeline = window->timeline();
    QVERIFY(timeline.current().isValid());
    QCOMPARE(timeline.model().record(timeline.current()).site.line, 4);
    // And the other way round.
    editor().setFocus();
    editor().goTo(1);
    editor().goTo(4);
    QTRY_COMPARE(window->findings().chosenRow(), 0);
}

void tst_Findings::aCellBecomesAsync()
{
    editor().setWorkbook(ui::Workbook(slowPage));
    editor().setFocus();
    editor().goTo(3);
    QTest::keyClick(&editor(), Qt::Key_A, Qt::ControlModifier | Qt::AltModifier);
    RewriteDialog *dialog = nullptr;
    QTRY_VERIFY((dialog = window->findChild<RewriteDialog *>()));
    QVERIFY2(dialog->diffText().contains(u"+ async for book in "_s),
             qPrintable(dialog->diffText()));
    QVERIFY(dialog->diffText().contains(u"- for book in books:"_s));
    dialog->accept();
    QVERIFY2(text().contains(u"async for"_s) && text().contains(u"select_related('author')"_s),
             qPrintable(text()));
    run(QString());
    QCOMPARE(model().complaints(), 0);
    editor().undo();
    QCOMPARE(text(), slowPage);
}

void tst_Findings::twoRunsAreCompared()
{
    QTest::keyClick(window, Qt::Key_D, Qt::ControlModifier | Qt::ShiftModifier);
    ui::RunComparisonView &view = window->comparison();
    QTRY_VERIFY(view.isVisible());
    QVERIFY(view.summaryText().startsWith(u"Run something twice"_s));
    run(slowPage);
    QVERIFY(view.summaryText().startsWith(u"Run something twice"_s));
    // The fix, and a line more above it.
    editor().replaceContent(u"# %% slow\n# better\nbooks = Book.objects.order_by('id')"
                            ".select_related('author')[:12]\nfor book in books:\n"
                            "    print(book.author.name)\n"_s);
    run(QString());
    QVERIFY2(view.summaryText().contains(u"Queries: 13 \u2192 1 (\u25bc 12 fewer)"_s),
             qPrintable(view.summaryText()));
    QVERIFY(view.isVisible() && !view.visibleRegion().isEmpty()); // a run leaves it in front
    QTreeWidget &tree = view.tree();
    QCOMPARE(tree.topLevelItemCount(), 2);
    QCOMPARE(tree.topLevelItem(1)->text(1), u"12 \u2192 0"_s);
    QVERIFY2(tree.topLevelItem(1)->text(0).startsWith(u"line 5: print(book.author.name)"_s),
             qPrintable(tree.topLevelItem(1)->text(0)));
    tree.setCurrentItem(tree.topLevelItem(1));
    QCOMPARE(view.bands().highlighted(), 12);
    QCOMPARE(editor().caret().line, 5);
    tree.setCurrentItem(tree.topLevelItem(0)->child(1));
    QCOMPARE(view.bands().highlighted(), 1);
    heddle::testing::saveShot(*window, u"comparison"_s);
    appearance->setChoice(ui::ThemeChoice::Dark);
    heddle::testing::saveShot(*window, u"comparison-dark"_s);
    appearance->setChoice(ui::ThemeChoice::Light);
}

QTEST_MAIN(tst_Findings)
#include "tst_findings.moc"
