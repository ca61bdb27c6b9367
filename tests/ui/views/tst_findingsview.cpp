#include "ui/findings/findingsview.h"

#include "tests/ui/views/shots.h"
#include "ui/findings/findingcard.h"
#include "ui/style/appearance.h"

#include <QAccessible>
#include <QPushButton>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;
using namespace Qt::Literals::StringLiterals;
using analysis::Rule;
using analysis::Severity;

namespace {

FindingRow row(Rule rule, Severity severity, int line, int queries, const QString &message)
{
    static std::uint64_t record = 100;
    FindingRow made;
    made.finding.rule = rule;
    made.finding.severity = severity;
    made.finding.message = message;
    made.finding.site = {line, 5, nullptr};
    made.finding.queries = queries;
    made.finding.totalNs = 46'000'000;
    made.finding.records = {record, record + 1};
    record += 10;
    return made;
}

std::vector<FindingRow> sampleRows()
{
    FindingRow good = row(Rule::RanInParallel, Severity::Good, 7, 3,
                          u"Ran in parallel: 313 ms of query time in 121 ms."_s);
    FindingRow severe = row(Rule::NPlusOneRelation, Severity::Severe, 4, 40,
                            u"N+1: book.author was loaded 40 times, one query for each row."_s);
    severe.canApply = true;
    severe.fix = u".select_related('author')"_s;
    FindingRow info = row(Rule::IdleInTransaction, Severity::Info, 13, 2,
                          u"The transaction was idle for 64 of its 129 ms."_s);
    info.finding.fix = u"do the waiting outside of it"_s;
    return {good, info, severe};
}

QPushButton *buttonOf(FindingCard *card, const QString &text)
{
    for (QPushButton *button : card->findChildren<QPushButton *>())
        if (button->text() == text)
            return button;
    return nullptr;
}

} // namespace

class TestFindingsView : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void theWorstStandsOnTop();
    void buttonsSayWhatTheyDo();
    void keysWalkAndShow();
    void whatIsChosenElsewhereIsShownAndNotToldAgain();
    void aScreenReaderHearsWholeSentences();
    void anAppliedFixCannotBeAppliedAgain();
    void aComparisonIsSaid();
    void whatIsPainted();
};

void TestFindingsView::theWorstStandsOnTop()
{
    FindingsModel model;
    FindingsView view(model);
    QVERIFY(view.cards().isEmpty());
    model.setRows(sampleRows(), 2);
    QCOMPARE(model.complaints(), 2);
    QCOMPARE(view.cards().size(), 3);
    QCOMPARE(model.severityWord(0), u"severe"_s);
    QCOMPARE(model.severityWord(2), u"good"_s);
    QCOMPARE(model.figures(0), u"line 4 \u00b7 40 queries \u00b7 46 ms"_s);
    std::vector<FindingRow> refused{sampleRows().front()};
    refused[0].finding.queries = 0;
    refused[0].finding.totalNs = 0;
    FindingsModel unsent;
    unsent.setRows(refused);
    QCOMPARE(unsent.figures(0), u"line 7"_s); // nothing was sent, so there is nothing to count
    QCOMPARE(model.advice(1), u"Instead: do the waiting outside of it"_s);
    model.clear();
    QVERIFY(view.cards().isEmpty());
}

void TestFindingsView::buttonsSayWhatTheyDo()
{
    FindingsModel model;
    model.setRows(sampleRows());
    FindingsView view(model);
    QSignalSpy applied(&view, &FindingsView::applyRequested);
    QSignalSpy compared(&view, &FindingsView::compareRequested);
    QSignalSpy shown(&view, &FindingsView::showRequested);
    buttonOf(view.cards()[0], u"Apply fix"_s)->click();
    buttonOf(view.cards()[0], u"Apply and compare"_s)->click();
    buttonOf(view.cards()[2], u"Show"_s)->click();
    QCOMPARE(applied.size(), 1);
    QCOMPARE(compared.size(), 1);
    QCOMPARE(shown.at(0).at(0).toInt(), 2);
    QVERIFY(!buttonOf(view.cards()[1], u"Apply fix"_s));
}

void TestFindingsView::keysWalkAndShow()
{
    FindingsModel model;
    model.setRows(sampleRows());
    FindingsView view(model);
    view.show();
    QVERIFY(QTest::qWaitForWindowActive(&view));
    QSignalSpy chosen(&view, &FindingsView::chosen), shown(&view, &FindingsView::showRequested);
    view.cards()[0]->setFocus();
    QTest::keyClick(view.cards()[0], Qt::Key_Down);
    QCOMPARE(view.chosenRow(), 1);
    QTest::keyClick(view.cards()[1], Qt::Key_Down);
    QTest::keyClick(view.cards()[2], Qt::Key_Down); // there is none below
    QCOMPARE(view.chosenRow(), 2);
    QTest::keyClick(view.cards()[2], Qt::Key_Up);
    QCOMPARE(view.chosenRow(), 1);
    QTest::keyClick(view.cards()[1], Qt::Key_Return);
    QCOMPARE(shown.last().at(0).toInt(), 1);
    QTest::mouseDClick(view.cards()[2], Qt::LeftButton, {}, {4, 4});
    QCOMPARE(shown.last().at(0).toInt(), 2);
    QCOMPARE(chosen.last().at(0).toInt(), 2);
}

void TestFindingsView::whatIsChosenElsewhereIsShownAndNotToldAgain()
{
    FindingsModel model;
    model.setRows(sampleRows());
    FindingsView view(model);
    QSignalSpy chosen(&view, &FindingsView::chosen);
    view.selectLine(13);
    QCOMPARE(view.chosenRow(), 1);
    view.selectRecord(model.rows()[0].finding.records[1]);
    QCOMPARE(view.chosenRow(), 0);
    view.selectLine(99);
    QCOMPARE(view.chosenRow(), -1);
    QVERIFY(chosen.isEmpty());
}

void TestFindingsView::aScreenReaderHearsWholeSentences()
{
    FindingsModel model;
    model.setRows(sampleRows());
    FindingsView view(model);
    QAccessibleInterface *card = QAccessible::queryAccessibleInterface(view.cards()[0]);
    QVERIFY(card);
    const QString heard = card->text(QAccessible::Name);
    QVERIFY2(heard.startsWith(u"severe: N+1: book.author was loaded 40 times"_s),
             qPrintable(heard));
    QVERIFY2(heard.contains(u"line 4"_s) && heard.contains(u"select_related"_s), qPrintable(heard));
    for (FindingCard *each : view.cards())
        for (QPushButton *button : each->findChildren<QPushButton *>())
            QVERIFY(!button->accessibleName().isEmpty());
}

void TestFindingsView::anAppliedFixCannotBeAppliedAgain()
{
    FindingsModel model;
    std::vector<FindingRow> rows = sampleRows();
    rows[2].applied = true;
    rows[1].stale = true;
    model.setRows(rows);
    FindingsView view(model);
    QVERIFY(!buttonOf(view.cards()[0], u"Apply fix"_s));
    QVERIFY(model.figures(0).contains(u"applied"_s));
    QVERIFY(model.figures(1).contains(u"edited since the run"_s));
}

void TestFindingsView::aComparisonIsSaid()
{
    FindingsModel model;
    FindingsView view(model);
    QVERIFY(view.comparisonText().isEmpty());
    FixComparison comparison;
    comparison.queriesBefore = 41;
    comparison.queriesAfter = 1;
    comparison.rowsBefore = 80;
    comparison.rowsAfter = 40;
    comparison.nsBefore = 46'000'000;
    comparison.nsAfter = 4'600'000;
    view.setComparison(comparison);
    QVERIFY2(view.comparisonText().contains(u"41 \u2192 1 queries"_s) &&
                 view.comparisonText().contains(u"10.0 times as fast"_s) &&
                 view.comparisonText().contains(u"equal"_s),
             qPrintable(view.comparisonText()));
    comparison.sameOutput = false;
    comparison.difference = u"line 1 is gone."_s;
    view.setComparison(comparison);
    QVERIFY(view.comparisonText().contains(u"DIFFER"_s));
    comparison.refusal = u"it writes."_s;
    view.setComparison(comparison);
    QVERIFY(view.comparisonText().contains(u"it writes."_s));
    view.clearComparison();
    QVERIFY(view.comparisonText().isEmpty());
}

void TestFindingsView::whatIsPainted()
{
    Appearance appearance(*qApp);
    for (const bool dark : {false, true}) {
        appearance.setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        FindingsModel model;
        model.setRows(sampleRows(), 1);
        FindingsView view(model);
        view.resize(1100, 260);
        FixComparison comparison;
        comparison.queriesBefore = 41;
        comparison.queriesAfter = 1;
        comparison.rowsBefore = comparison.rowsAfter = 40;
        comparison.nsBefore = 46'000'000;
        comparison.nsAfter = 3'400'000;
        view.setComparison(comparison);
        view.selectLine(4);
        testing::saveShot(view, dark ? u"findings-dark"_s : u"findings-light"_s);
    }
}

QTEST_MAIN(TestFindingsView)
#include "tst_findingsview.moc"
