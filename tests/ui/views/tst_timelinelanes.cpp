#include "tests/ui/views/sampletrace.h"
#include "tests/ui/views/shots.h"
#include "ui/style/appearance.h"
#include "ui/timeline/lanefilterpanel.h"
#include "ui/timeline/timelineview.h"

#include <QAccessible>
#include <QCheckBox>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QPushButton>
#include <QTemporaryDir>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;
using namespace Qt::Literals::StringLiterals;
using heddle::testing::SampleTrace;

class TestTimelineLanes final : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<TraceModel> model;
    std::unique_ptr<TimelineView> view;

    LaneFilterPanel *panel() const { return view->findChild<LaneFilterPanel *>(); }
    QPushButton *button() const { return view->findChild<QPushButton *>(u"timelineLanes"_s); }
    QStringList shownLanes() const
    {
        QStringList out;
        for (std::size_t i = 0; i < model->lanes().size(); ++i) {
            if (!view->isLaneHidden(LaneIndex(int(i))))
                out << model->lanes()[i].name;
        }
        return out;
    }
    QStringList lanesOf(LaneKind kind) const
    {
        QStringList out;
        for (const TraceLane &lane : model->lanes()) {
            if (lane.kind == kind)
                out << lane.name;
        }
        return out;
    }
    RecordIndex named(const char *label) const
    {
        for (std::size_t i = 0; i < model->records().size(); ++i) {
            if (model->records()[i].label == label)
                return RecordIndex(int(i));
        }
        return {};
    }

private Q_SLOTS:
    void init();
    void cleanup();

    void aFilterLeavesOutKindsNamesAndWhatHasNotTheText();
    void aHiddenLaneTakesNoRoom();
    void whatIsHiddenIsTold();
    void theKeysOpenThePanelAndShowAll();
    void thePanelHidesByTextKindAndName();
    void thePanelShowsWhatTheFilterSays();
    void theFilterHoldsForTheNextRun();
    void arrowsPassHiddenLanesBy();
    void aChosenBarOnAHiddenLaneIsTold();
    void aScreenReaderKnowsWhichLanesAreHidden();
    void picturesSayWhatIsMissing();
    void whenEveryLaneIsHiddenTheKeysAreSaid();
    void whatIsPainted();
};

void TestTimelineLanes::init()
{
    model = std::make_unique<TraceModel>();
    view = std::make_unique<TimelineView>(*model);
    view->resize(1170, 240);
    model->append(SampleTrace::workbook().records);
    view->show();
    QVERIFY(QTest::qWaitForWindowExposed(view.get()));
}

void TestTimelineLanes::cleanup()
{
    view.reset();
    model.reset();
}

void TestTimelineLanes::aFilterLeavesOutKindsNamesAndWhatHasNotTheText()
{
    const std::size_t count = model->lanes().size();
    QCOMPARE(LaneFilter().hidden(*model), std::vector<bool>(count));
    LaneFilter filter;
    filter.kinds = {LaneKind::Worker};
    std::vector<bool> hidden = filter.hidden(*model);
    for (std::size_t i = 0; i < count; ++i)
        QCOMPARE(hidden[i], model->lanes()[i].kind == LaneKind::Worker);
    filter = {};
    filter.names = {model->lanes()[0].name};
    hidden = filter.hidden(*model);
    QVERIFY(hidden[0]);
    QCOMPARE(std::count(hidden.begin(), hidden.end(), true), 1);
    // By what stands on the lane's bars, and by its name; whatever the case.
    filter = {};
    filter.text = u"  review "_s;
    hidden = filter.hidden(*model);
    QCOMPARE(std::count(hidden.begin(), hidden.end(), false), 1);
    QVERIFY(!hidden[std::size_t(model->placeOf(named("Review · COUNT(*)")).lane.value)]);
    filter.text = model->lanes()[0].name.toUpper();
    QVERIFY(!filter.hidden(*model)[0]);
    filter.text = u"nobody has this"_s;
    hidden = filter.hidden(*model);
    QCOMPARE(std::size_t(std::count(hidden.begin(), hidden.end(), true)), count);
}

void TestTimelineLanes::aHiddenLaneTakesNoRoom()
{
    const RecordIndex book = named("Book"), sale = named("Sale · SUM(price)");
    const double below = view->rectOf(sale).top();
    const QPointF at = view->rectOf(book).center();
    QCOMPARE(view->recordAt(at), book);
    LaneFilter filter;
    filter.names = {model->lanes()[std::size_t(model->placeOf(book).lane.value)].name};
    view->setLaneFilter(filter);
    QVERIFY(view->rectOf(book).isNull());
    QVERIFY(view->recordAt(at) != book);
    QVERIFY(view->rectOf(sale).top() < below);
    QCOMPARE(view->recordAt(view->rectOf(sale).center()), sale);
    view->showAllLanes();
    QCOMPARE(view->rectOf(sale).top(), below);
}

void TestTimelineLanes::whatIsHiddenIsTold()
{
    QSignalSpy changed(view.get(), &TimelineView::laneFilterChanged);
    QVERIFY(button()->isVisible());
    QCOMPARE(button()->accessibleName(), u"Lanes"_s);
    LaneFilter filter;
    filter.names = {model->lanes()[0].name};
    view->setLaneFilter(filter);
    QCOMPARE(button()->accessibleName(), u"1 lane hidden"_s);
    QVERIFY(button()->toolTip().contains(model->lanes()[0].name));
    filter.kinds = {LaneKind::Worker};
    view->setLaneFilter(filter);
    QCOMPARE(view->hiddenLanes(), 1 + int(lanesOf(LaneKind::Worker).size()));
    QCOMPARE(button()->accessibleName(), u"%1 lanes hidden"_s.arg(view->hiddenLanes()));
    view->setLaneFilter(filter); // the same
    QCOMPARE(changed.size(), 2);
    model->clear();
    QVERIFY(!button()->isVisible());
}

void TestTimelineLanes::theKeysOpenThePanelAndShowAll()
{
    view->setFocus();
    QTest::keyClick(view.get(), Qt::Key_L);
    QVERIFY(panel());
    QVERIFY(panel()->isVisible());
    QTRY_VERIFY(panel()->line()->hasFocus());
    QTest::keyClicks(panel()->line(), u"update"_s);
    QVERIFY(view->hiddenLanes() > 0);
    QTest::keyClick(panel(), Qt::Key_Escape);
    QVERIFY(!panel()->isVisible());
    QVERIFY(view->hiddenLanes() > 0);
    QTest::keyClick(view.get(), Qt::Key_L, Qt::ShiftModifier);
    QCOMPARE(view->hiddenLanes(), 0);
    QVERIFY(!panel()->isVisible());
    QTest::mouseClick(button(), Qt::LeftButton);
    QVERIFY(panel()->isVisible());
    QVERIFY(panel()->line()->text().isEmpty());
}

void TestTimelineLanes::thePanelHidesByTextKindAndName()
{
    const QStringList all = shownLanes();
    view->openLaneFilter();
    QCOMPARE(panel()->list()->count(), all.size());
    QCheckBox *workers = panel()->box(LaneKind::Worker);
    QVERIFY(workers->text().contains(QString::number(lanesOf(LaneKind::Worker).size())));
    QTest::keyClick(workers, Qt::Key_Space);
    for (const QString &name : lanesOf(LaneKind::Worker))
        QVERIFY(!shownLanes().contains(name));
    QTest::keyClick(workers, Qt::Key_Space);
    QCOMPARE(shownLanes(), all);

    panel()->list()->setFocus();
    panel()->list()->setCurrentRow(1);
    QTest::keyClick(panel()->list(), Qt::Key_Space);
    QVERIFY(!shownLanes().contains(all[1]));
    QCOMPARE(panel()->countText(), u"1 of %1 lanes are hidden"_s.arg(all.size()));

    panel()->line()->setText(u"Sale"_s);
    QCOMPARE(shownLanes().size(), 1);
    QVERIFY(panel()->showAllButton()->isEnabled());
    panel()->showAllButton()->click();
    QCOMPARE(shownLanes(), all);
    QVERIFY(panel()->line()->text().isEmpty());
    QVERIFY(!panel()->showAllButton()->isEnabled());
    QCOMPARE(panel()->list()->item(1)->checkState(), Qt::Checked);
    QVERIFY(panel()->countText().startsWith(u"All "_s));
}

void TestTimelineLanes::thePanelShowsWhatTheFilterSays()
{
    LaneFilter filter;
    filter.kinds = {LaneKind::Coroutine};
    filter.names = {model->lanes()[0].name};
    filter.text = u"stock"_s;
    view->setLaneFilter(filter);
    QSignalSpy changed(view.get(), &TimelineView::laneFilterChanged);
    view->openLaneFilter();
    QCOMPARE(panel()->line()->text(), u"stock"_s);
    QVERIFY(!panel()->box(LaneKind::Coroutine)->isChecked());
    QVERIFY(panel()->box(LaneKind::Worker)->isChecked());
    QCOMPARE(panel()->list()->item(0)->checkState(), Qt::Unchecked);
    QCOMPARE(changed.size(), 0); // looking changes nothing
    QCOMPARE(view->laneFilter(), filter);
}

void TestTimelineLanes::theFilterHoldsForTheNextRun()
{
    LaneFilter filter;
    filter.kinds = {LaneKind::Worker};
    view->setLaneFilter(filter);
    model->clear();
    QCOMPARE(view->hiddenLanes(), 0);
    model->append(SampleTrace::manyBars(60, 3).records);
    QCOMPARE(view->hiddenLanes(), int(lanesOf(LaneKind::Worker).size()));
    QVERIFY(view->hiddenLanes() > 0);
}

void TestTimelineLanes::arrowsPassHiddenLanesBy()
{
    view->setFocus();
    const RecordIndex book = named("Book");
    LaneFilter filter;
    for (const TraceLane &lane : model->lanes()) {
        const BarPlace place = model->placeOf(named("Sale · SUM(price)"));
        if (&lane != &model->lanes()[0] && &lane != &model->lanes()[std::size_t(place.lane.value)])
            filter.names.insert(lane.name);
    }
    view->setLaneFilter(filter);
    QTest::keyClick(view.get(), Qt::Key_Right);
    QCOMPARE(view->current(), book);
    QTest::keyClick(view.get(), Qt::Key_Down);
    QCOMPARE(view->current(), named("Sale · SUM(price)"));
    QTest::keyClick(view.get(), Qt::Key_Down);
    QCOMPARE(view->current(), named("Sale · SUM(price)"));
    QTest::keyClick(view.get(), Qt::Key_Up);
    QCOMPARE(model->placeOf(view->current()).lane, LaneIndex(0));
}

void TestTimelineLanes::aChosenBarOnAHiddenLaneIsTold()
{
    LaneFilter filter;
    filter.kinds = {LaneKind::Worker};
    view->setLaneFilter(filter);
    view->selectRecord(model->record(named("Review · COUNT(*)")).id);
    QCOMPARE(button()->accessibleName(), u"Chosen bar hidden"_s);
    QVERIFY(view->accessibleDescription().contains(u"its lane is hidden"_s));
    view->selectRecord(model->record(named("Book")).id);
    QVERIFY(button()->accessibleName().endsWith(u"lanes hidden"_s));
}

void TestTimelineLanes::aScreenReaderKnowsWhichLanesAreHidden()
{
    LaneFilter filter;
    filter.names = {model->lanes()[0].name};
    view->setLaneFilter(filter);
    QAccessibleInterface *tree = QAccessible::queryAccessibleInterface(view.get());
    QVERIFY(tree->child(0)->state().invisible);
    QVERIFY(tree->child(0)->child(0)->state().invisible);
    QVERIFY(!tree->child(1)->state().invisible);
    view->showAllLanes();
    QVERIFY(!tree->child(0)->state().invisible);
}

void TestTimelineLanes::picturesSayWhatIsMissing()
{
    QTemporaryDir folder;
    const auto drawing = [&](const QString &name) {
        const QString path = folder.filePath(name);
        const bool written = view->exportSvg(path);
        QFile file(path);
        return written && file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
    };
    const QByteArray all = drawing(u"all.svg"_s);
    QVERIFY(!all.contains("lanes hidden"));
    LaneFilter filter;
    filter.kinds = {LaneKind::Worker};
    view->setLaneFilter(filter);
    const QByteArray some = drawing(u"some.svg"_s);
    QVERIFY(some.contains("lanes hidden"));
    QVERIFY(some.size() < all.size());
}

void TestTimelineLanes::whenEveryLaneIsHiddenTheKeysAreSaid()
{
    const QImage all = view->grab().toImage();
    LaneFilter filter;
    filter.text = u"nobody has this"_s;
    view->setLaneFilter(filter);
    QCOMPARE(view->hiddenLanes(), int(model->lanes().size()));
    QVERIFY(view->grab().toImage() != all);
    view->setFocus();
    for (const Qt::Key key : {Qt::Key_Right, Qt::Key_Down, Qt::Key_Up, Qt::Key_Left, Qt::Key_F})
        QTest::keyClick(view.get(), key);
    QVERIFY(!view->current().isValid());
    QVERIFY(!view->recordAt({400, 40}).isValid());
}

void TestTimelineLanes::whatIsPainted()
{
    Appearance appearance(*qApp);
    for (const bool dark : {false, true}) {
        appearance.setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
        const QString name = dark ? u"dark"_s : u"light"_s;
        testing::saveShot(*view, u"lanes-all-"_s + name);
        LaneFilter filter;
        filter.kinds = {LaneKind::Worker};
        view->setLaneFilter(filter);
        testing::saveShot(*view, u"lanes-some-"_s + name);
        view->openLaneFilter();
        testing::saveShot(*panel(), u"lanes-panel-"_s + name);
        panel()->close();
        filter.text = u"nobody has this"_s;
        view->setLaneFilter(filter);
        testing::saveShot(*view, u"lanes-none-"_s + name);
        view->showAllLanes();
    }
}

QTEST_MAIN(TestTimelineLanes)
#include "tst_timelinelanes.moc"
