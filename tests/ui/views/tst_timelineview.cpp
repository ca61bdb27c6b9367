#include "tests/ui/views/sampletrace.h"
#include "tests/ui/views/shots.h"
#include "ui/style/appearance.h"
#include "ui/style/metrics.h"
#include "ui/timeline/overviewstrip.h"
#include "ui/timeline/timelinesearch.h"
#include "ui/timeline/timelineview.h"

#include <QAccessible>
#include <QApplication>
#include <QClipboard>
#include <QHelpEvent>
#include <QImage>
#include <QLabel>
#include <QLineEdit>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QToolTip>
#include <QWheelEvent>
#include <QtTest>
#include <ctime>

using namespace heddle;
using namespace heddle::ui;
using heddle::testing::SampleTrace;

class TimelineViewTest final : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<Appearance> appearance;
    std::unique_ptr<TraceModel> model;
    std::unique_ptr<TimelineView> view;

    RecordIndex named(const char *label) const
    {
        for (std::size_t i = 0; i < model->records().size(); ++i) {
            if (model->records()[i].label == label)
                return RecordIndex(int(i));
        }
        return {};
    }
    QPoint middleOf(RecordIndex record) const { return view->rectOf(record).center().toPoint(); }
    void wheel(const QPointF &at, int delta, Qt::KeyboardModifiers modifiers)
    {
        QWheelEvent event(at, view->viewport()->mapToGlobal(at), {}, {0, delta}, Qt::NoButton,
                          modifiers, Qt::NoScrollPhase, false);
        QApplication::sendEvent(view->viewport(), &event);
    }

private Q_SLOTS:
    void initTestCase()
    {
        appearance = std::make_unique<Appearance>(*qApp);
        appearance->setChoice(ThemeChoice::Light);
    }
    void cleanupTestCase() { appearance.reset(); }
    void init()
    {
        model = std::make_unique<TraceModel>();
        view = std::make_unique<TimelineView>(*model);
        view->resize(1170, 220);
        model->append(SampleTrace::workbook().records);
        view->show();
        QVERIFY(QTest::qWaitForWindowExposed(view.get()));
    }
    void cleanup()
    {
        view.reset();
        model.reset();
    }

    void picturesCanBeLookedAt()
    {
        for (const bool dark : {false, true}) {
            appearance->setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
            const QString name =
                dark ? QStringLiteral("timeline-dark") : QStringLiteral("timeline-light");
            view->fitAll();
            view->selectRecord(0);
            heddle::testing::saveShot(*view, name);
            view->selectLine(13);
            view->setKeysShown(true);
            heddle::testing::saveShot(*view, name + QStringLiteral("-keys"));
            view->setKeysShown(false);
            view->selectLine(4);
            view->fitSelection();
            view->toggleGroup();
            heddle::testing::saveShot(*view, name + QStringLiteral("-unfolded"));
            view->toggleGroup();
        }
        appearance->setChoice(ThemeChoice::Light);
        view->fitAll();
        QVERIFY(!view->grab().isNull());
    }

    void clickingABarSaysWhichRecordAndLineItIs()
    {
        QSignalSpy records(view.get(), &TimelineView::recordSelected);
        QSignalSpy sites(view.get(), &TimelineView::callSiteActivated);
        const RecordIndex review = named("Review · COUNT(*)");
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, middleOf(review));
        QCOMPARE(records.size(), 1);
        QCOMPARE(records[0][0].toULongLong(), model->record(review).id);
        QCOMPARE(sites.size(), 1);
        QCOMPARE(sites[0][0].toInt(), 9);
        QCOMPARE(view->current(), review);
    }

    void whatIsSelectedElsewhereIsShownAndNotSaidAgain()
    {
        QSignalSpy records(view.get(), &TimelineView::recordSelected);
        view->selectRecord(model->record(named("Sale · SUM(price)")).id);
        QCOMPARE(view->current(), named("Sale · SUM(price)"));
        view->selectLine(9);
        QCOMPARE(view->current(), named("Review · COUNT(*)"));
        view->selectLine(9999);
        QVERIFY(!view->current().isValid());
        QCOMPARE(records.size(), 0);
    }

    void selectingARecordOutOfSightBringsItIntoView()
    {
        view->selectRecord(model->record(named("Book")).id);
        view->fitSelection();
        const RecordIndex sale = named("Sale · SUM(price)");
        QVERIFY(!view->viewport()->rect().intersects(view->rectOf(sale).toRect()));
        view->selectRecord(model->record(sale).id);
        QVERIFY(view->viewport()->rect().intersects(view->rectOf(sale).toRect()));
    }

    void keysZoomPanAndFit()
    {
        view->setFocus();
        const double all = view->visibleTime().lengthNs();
        QTest::keyClick(view.get(), Qt::Key_W);
        QVERIFY(view->visibleTime().lengthNs() < all);
        const auto start = view->visibleTime().startNs();
        QTest::keyClick(view.get(), Qt::Key_D);
        QVERIFY(view->visibleTime().startNs() > start);
        QTest::keyClick(view.get(), Qt::Key_A);
        QVERIFY(std::abs(view->visibleTime().startNs() - start) < 10);
        QTest::keyClick(view.get(), Qt::Key_S);
        QVERIFY(std::abs(view->visibleTime().lengthNs() - all) < 10);
        QTest::keyClick(view.get(), Qt::Key_W);
        QTest::keyClick(view.get(), Qt::Key_Home);
        QVERIFY(view->visibleTime().showsAll());
    }

    void ctrlWheelZoomsAtThePointer()
    {
        const QPointF at = view->rectOf(named("Review · COUNT(*)")).center();
        wheel(at, 240, Qt::ControlModifier);
        QVERIFY(!view->visibleTime().showsAll());
        const QRectF after = view->rectOf(named("Review · COUNT(*)"));
        QVERIFY(std::abs(after.center().x() - at.x()) < 2);
    }

    void theWheelScrollsLanes()
    {
        view->resize(1170, 120);
        QVERIFY(view->verticalScrollBar()->maximum() > 0);
        wheel({500, 60}, -120, Qt::NoModifier);
        QVERIFY(view->verticalScrollBar()->value() > 0);
        QVERIFY(view->visibleTime().showsAll());
    }

    void draggingSelectsARangeAndEscapeDropsIt()
    {
        QSignalSpy ranges(view.get(), &TimelineView::rangeSelected);
        QTest::mousePress(view->viewport(), Qt::LeftButton, {}, {400, 100});
        QTest::mouseMove(view->viewport(), {500, 100});
        QTest::mouseMove(view->viewport(), {700, 100});
        QTest::mouseRelease(view->viewport(), Qt::LeftButton, {}, {700, 100});
        QCOMPARE(ranges.size(), 1);
        QVERIFY(view->choice().range.has_value());
        heddle::testing::saveShot(*view, QStringLiteral("timeline-range"));
        view->setFocus();
        QTest::keyClick(view.get(), Qt::Key_F);
        QVERIFY(!view->visibleTime().showsAll());
        QTest::keyClick(view.get(), Qt::Key_Escape);
        QVERIFY(!view->choice().range.has_value());
    }

    void dotAndCommaWalkAndAFoldedGroupIsOneStep()
    {
        view->setFocus();
        QSignalSpy records(view.get(), &TimelineView::recordSelected);
        QTest::keyClick(view.get(), Qt::Key_Period);
        QCOMPARE(view->current(), named("Book"));
        QTest::keyClick(view.get(), Qt::Key_Period);
        QCOMPARE(view->current(), named("Author"));
        QTest::keyClick(view.get(), Qt::Key_Period);
        QCOMPARE(view->current(), named("Author")); // the group is the lane's last
        QTest::keyClick(view.get(), Qt::Key_Space);
        QTest::keyClick(view.get(), Qt::Key_Period);
        QCOMPARE(view->current().value, named("Author").value + 1);
        QTest::keyClick(view.get(), Qt::Key_Comma);
        QTest::keyClick(view.get(), Qt::Key_Comma);
        QCOMPARE(view->current(), named("Book"));
        QTest::keyClick(view.get(), Qt::Key_Down);
        QCOMPARE(view->current(), named("await gather(3)"));
        QTest::keyClick(view.get(), Qt::Key_Down);
        QCOMPARE(view->current(), named("Author · COUNT(*)"));
        QVERIFY(records.size() >= 7);
    }

    void shiftAndTheWheelPanAndATouchpadToo()
    {
        view->zoomBy(0.25);
        const auto before = view->visibleTime().startNs();
        wheel({600, 60}, -120, Qt::ShiftModifier);
        const auto panned = view->visibleTime().startNs();
        QVERIFY(panned > before);
        QWheelEvent sideways(QPointF(600, 60), view->viewport()->mapToGlobal(QPointF(600, 60)), {},
                             {60, 4}, Qt::NoButton, {}, Qt::ScrollUpdate, false);
        QApplication::sendEvent(view->viewport(), &sideways);
        QVERIFY(view->visibleTime().startNs() < panned);
    }

    void enterUnfoldsAnNPlusOneAndFoldsItAgain()
    {
        view->setFocus();
        view->selectRecord(model->record(named("Author")).id);
        QTest::keyClick(view.get(), Qt::Key_Return);
        QCOMPARE(view->choice().unfolded.size(), 1);
        QTest::keyClick(view.get(), Qt::Key_Return);
        QVERIFY(view->choice().unfolded.isEmpty());
    }

    void aDoubleClickFitsABar()
    {
        const RecordIndex review = named("Review · COUNT(*)");
        const double width = view->rectOf(review).width();
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, middleOf(review));
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, middleOf(review));
        QVERIFY(view->rectOf(review).width() > 3 * width);
    }

    void searchFindsOutlinesCountsAndWalks()
    {
        view->setFocus();
        QTest::keyClick(view.get(), Qt::Key_Slash);
        auto *search = view->findChild<TimelineSearch *>();
        auto *line = search->findChild<QLineEdit *>();
        QVERIFY(search->isVisible());
        QTest::keyClicks(line, QStringLiteral("UPDATE st"));
        QCOMPARE(search->countText(), QStringLiteral("2 found"));
        QCOMPARE(std::count(view->choice().found.begin(), view->choice().found.end(), true), 2);
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(view->current(), named("UPDATE stock"));
        QCOMPARE(search->countText(), QStringLiteral("1 of 2"));
        heddle::testing::saveShot(*view, QStringLiteral("timeline-search"));
        QTest::keyClick(line, Qt::Key_Return, Qt::ShiftModifier);
        QCOMPARE(search->countText(), QStringLiteral("2 of 2"));
        QTest::keyClick(line, Qt::Key_Return);
        QCOMPARE(search->countText(), QStringLiteral("1 of 2"));
        line->setText(QStringLiteral("no such thing"));
        QCOMPARE(search->countText(), QStringLiteral("none"));
        line->setText(QStringLiteral("sync cell"));
        QVERIFY(search->found().size() >= 41); // lanes by their names
        QTest::keyClick(line, Qt::Key_Escape);
        QVERIFY(!search->isVisible());
        QVERIFY(view->choice().found.empty());
        QTest::keyClick(view.get(), Qt::Key_F, Qt::ControlModifier);
        QVERIFY(search->isVisible());
    }

    void aQuestionMarkListsTheKeys()
    {
        view->setFocus();
        QTest::keyClick(view.get(), Qt::Key_Question, Qt::ShiftModifier);
        auto *keys = view->findChild<QLabel *>(QStringLiteral("timelineKeys"));
        QVERIFY(keys && keys->isVisible());
        QVERIFY2(view->rect().contains(keys->geometry()), "nothing of it is cut off");
        QTest::keyClick(view.get(), Qt::Key_Escape);
        QVERIFY(!keys->isVisible());
    }

    void theSummaryFollowsTheModel()
    {
        QSignalSpy summaries(view.get(), &TimelineView::summaryChanged);
        model->clear();
        QCOMPARE(summaries.last()[0].toString(), QString());
        QVERIFY(!view->grab().isNull());
        SampleTrace trace;
        trace.statement(TraceKind::Read, 0, 1, 1, 1, 1, "Book");
        model->append(trace.records);
        QCOMPARE(view->summaryText(), QStringLiteral("1 query · 1 connection"));
    }

    void screenReadersSeeLanesWithBars()
    {
        QAccessibleInterface *root = QAccessible::queryAccessibleInterface(view.get());
        QVERIFY(root);
        QCOMPARE(root->text(QAccessible::Name), QStringLiteral("Timeline"));
        QCOMPARE(root->childCount(), 7); // five lanes, the overview, the button that filters
        QAccessibleInterface *lane = root->child(0);
        QCOMPARE(lane->text(QAccessible::Name), QStringLiteral("sync cell · conn 1"));
        QCOMPARE(lane->childCount(), 42); // an N+1 and 41 bars
        QAccessibleInterface *bar = lane->child(1);
        QVERIFY(bar->text(QAccessible::Name)
                    .startsWith(QStringLiteral("Book, line 2: 12 ms, 40 rows")));
        QCOMPARE(bar->parent(), lane);
        QCOMPARE(lane->parent(), root);
        QCOMPARE(lane->indexOfChild(bar), 1);
        view->selectRecord(model->record(named("Book")).id);
        QCOMPARE(root->focusChild(), bar);
        QVERIFY(view->accessibleDescription().startsWith(QStringLiteral("Book")));
    }

    void screenReadersFoldGroupsAndKnowTransactions()
    {
        QAccessibleInterface *root = QAccessible::queryAccessibleInterface(view.get());
        QAccessibleInterface *group = root->child(0)->child(0);
        QCOMPARE(group->text(QAccessible::Name),
                 QStringLiteral("N+1: 40 × author, one a row, folded"));
        QVERIFY(group->text(QAccessible::Description).startsWith(QStringLiteral("line ")));
        QVERIFY(group->state().collapsed);
        QVERIFY(group->rect().width() > 10);
        QAccessibleActionInterface *actions = group->actionInterface();
        QVERIFY(actions);
        actions->doAction(QAccessibleActionInterface::pressAction());
        QVERIFY(group->state().expanded);
        actions->doAction(QAccessibleActionInterface::pressAction());
        QVERIFY(group->state().collapsed);

        int brackets = 0;
        for (int l = 0; l < 5; ++l) {
            QAccessibleInterface *lane = root->child(l);
            for (int i = 0; i < lane->childCount(); ++i) {
                QAccessibleInterface *child = lane->child(i);
                QCOMPARE(child->parent(), lane);
                if (child->role() != QAccessible::Grouping)
                    continue;
                ++brackets;
                const QString name = child->text(QAccessible::Name);
                QVERIFY2(name.startsWith(QStringLiteral("Transaction, committed: ")) ||
                             name.startsWith(QStringLiteral("Savepoint, ")),
                         qPrintable(name));
                QVERIFY(child->rect().isValid());
                QSignalSpy chosen(view.get(), &TimelineView::recordSelected);
                child->actionInterface()->doAction(QAccessibleActionInterface::pressAction());
                QCOMPARE(chosen.count(), 1);
            }
        }
        QVERIFY(brackets > 0);

        QAccessibleInterface *overview = root->child(5);
        QCOMPARE(overview->text(QAccessible::Name),
                 QStringLiteral("Overview of the whole timeline"));
        QVERIFY2(overview->text(QAccessible::Description).startsWith(QStringLiteral("0 ns to ")),
                 qPrintable(overview->text(QAccessible::Description)));
    }

    void theOverviewIsMovedByPointerWheelAndKeys()
    {
        auto *strip = view->findChild<OverviewStrip *>();
        QVERIFY(strip);
        const auto zoomedIn = [&] {
            view->fitAll();
            view->zoomBy(0.25);
            return view->visibleTime();
        };
        const QPoint middle = strip->rect().center();
        const TimeScale whole(
            [&] {
                TimeWindow all = view->visibleTime();
                all.showAll();
                return all;
            }(),
            metrics::laneNameWidth, strip->width() - metrics::laneNameWidth);

        // The window itself.
        TimeWindow before = zoomedIn();
        const QPoint inside(int(whole.x(before.startNs() + std::int64_t(before.lengthNs() / 2))),
                            middle.y());
        QTest::mousePress(strip, Qt::LeftButton, {}, inside);
        QTest::mouseMove(strip, inside + QPoint(60, 0));
        QTest::mouseRelease(strip, Qt::LeftButton, {}, inside + QPoint(60, 0));
        QVERIFY(view->visibleTime().startNs() > before.startNs());
        QCOMPARE(view->visibleTime().lengthNs(), before.lengthNs());

        // Its right edge.
        before = zoomedIn();
        const QPoint edge(int(whole.x(std::int64_t(before.endNs()))), middle.y());
        QTest::mousePress(strip, Qt::LeftButton, {}, edge);
        QTest::mouseMove(strip, edge + QPoint(50, 0));
        QTest::mouseRelease(strip, Qt::LeftButton, {}, edge + QPoint(50, 0));
        QCOMPARE(view->visibleTime().startNs(), before.startNs());
        QVERIFY(view->visibleTime().lengthNs() > before.lengthNs());

        // Beside it, twice, and the wheel.
        before = zoomedIn();
        QTest::mouseClick(strip, Qt::LeftButton, {}, QPoint(strip->width() - 4, middle.y()));
        QVERIFY(view->visibleTime().startNs() > before.startNs());
        QTest::mouseDClick(strip, Qt::LeftButton, {}, middle);
        QVERIFY(view->visibleTime().showsAll());
        before = view->visibleTime();
        QWheelEvent turned(middle, strip->mapToGlobal(middle), {}, {0, 240}, Qt::NoButton, {},
                           Qt::NoScrollPhase, false);
        QApplication::sendEvent(strip, &turned);
        QVERIFY(view->visibleTime().lengthNs() < before.lengthNs());

        // Keys.
        strip->setFocus();
        before = zoomedIn();
        QTest::keyClick(strip, Qt::Key_Right);
        QVERIFY(view->visibleTime().startNs() > before.startNs());
        QTest::keyClick(strip, Qt::Key_Left);
        QVERIFY(std::abs(double(view->visibleTime().startNs() - before.startNs())) < 1000);
        QTest::keyClick(strip, Qt::Key_End);
        QVERIFY(std::abs(view->visibleTime().endNs() - double(before.lastNs())) < 1000);
        QTest::keyClick(strip, Qt::Key_Home);
        QCOMPARE(view->visibleTime().startNs(), before.firstNs());
        QTest::keyClick(strip, Qt::Key_Plus);
        QVERIFY(view->visibleTime().lengthNs() < before.lengthNs());
        QTest::keyClick(strip, Qt::Key_Minus);
        QTest::keyClick(strip, Qt::Key_Minus);
        QVERIFY(view->visibleTime().lengthNs() > before.lengthNs());
        QTest::keyClick(strip, Qt::Key_PageDown);
        QVERIFY(view->visibleTime().startNs() > before.firstNs());
        QTest::keyClick(strip, Qt::Key_0);
        QVERIFY(view->visibleTime().showsAll());
    }

    /// Each line of the help, and what the mouse does, does it.
    void everyGestureOfTheHelpDoesIt()
    {
        const auto press = [&](Qt::Key key, Qt::KeyboardModifiers with = {}) {
            QTest::keyClick(view.get(), key, with);
        };
        const auto length = [&] { return view->visibleTime().lengthNs(); };
        const auto start = [&] { return view->visibleTime().startNs(); };
        const RecordIndex book = named("Book");
        view->selectRecord(model->record(book).id);
        view->fitAll();
        const double all = length();
        press(Qt::Key_W);
        QVERIFY(length() < all);
        press(Qt::Key_Plus);
        const double zoomed = length();
        press(Qt::Key_S);
        QVERIFY(length() > zoomed);
        press(Qt::Key_Minus);
        QVERIFY(qFuzzyCompare(length(), all));
        press(Qt::Key_W);
        const auto at = start();
        press(Qt::Key_D);
        QVERIFY(start() > at);
        press(Qt::Key_A);
        QVERIFY(std::abs(double(start() - at)) < 1000);
        press(Qt::Key_F);
        QVERIFY(view->rectOf(book).width() > view->viewport()->width() / 2);
        press(Qt::Key_Home);
        QVERIFY(view->visibleTime().showsAll());
        press(Qt::Key_W);
        press(Qt::Key_0);
        QVERIFY(view->visibleTime().showsAll());

        const RecordIndex first = view->current();
        press(Qt::Key_Period);
        const RecordIndex second = view->current();
        QVERIFY(second != first);
        press(Qt::Key_Comma);
        QCOMPARE(view->current(), first);
        press(Qt::Key_Right);
        QCOMPARE(view->current(), second);
        press(Qt::Key_Left);
        QCOMPARE(view->current(), first);
        press(Qt::Key_Down);
        QVERIFY(model->placeOf(view->current()).lane != model->placeOf(first).lane);
        press(Qt::Key_Up);
        QCOMPARE(model->placeOf(view->current()).lane, model->placeOf(first).lane);

        view->selectRecord(model->record(second).id); // in the N+1
        QVERIFY(view->isFolded(GroupIndex(0)));
        press(Qt::Key_Space);
        QVERIFY(!view->isFolded(GroupIndex(0)));
        press(Qt::Key_Return);
        QVERIFY(view->isFolded(GroupIndex(0)));
        press(Qt::Key_Enter);
        QVERIFY(!view->isFolded(GroupIndex(0)));
        press(Qt::Key_Space);

        press(Qt::Key_Question);
        auto *help = view->findChild<QLabel *>(QStringLiteral("timelineKeys"));
        QVERIFY(help && help->isVisible());
        press(Qt::Key_Escape);
        QVERIFY(!help->isVisible());
        for (const Qt::Key key : {Qt::Key_Slash, Qt::Key_F}) {
            press(key, key == Qt::Key_F ? Qt::ControlModifier : Qt::NoModifier);
            auto *search = view->findChild<QLineEdit *>();
            QVERIFY(search && search->isVisible());
            QTest::keyClick(search, Qt::Key_Escape);
            QVERIFY(!search->isVisible());
            view->setFocus();
        }
        press(Qt::Key_C, Qt::ControlModifier);
        QVERIFY(QApplication::clipboard()->text().contains(QStringLiteral("SELECT")));

        // The pointer: a click, a double click, the middle button, a tool tip.
        const QPoint bar = middleOf(book);
        QSignalSpy selected(view.get(), &TimelineView::recordSelected);
        QTest::mouseClick(view->viewport(), Qt::LeftButton, {}, bar);
        QCOMPARE(selected.count(), 1);
        QTest::mouseDClick(view->viewport(), Qt::LeftButton, {}, bar);
        QVERIFY(view->rectOf(book).width() > view->viewport()->width() / 2);
        const auto before = start();
        const QPoint center = view->viewport()->rect().center();
        QTest::mousePress(view->viewport(), Qt::MiddleButton, {}, center);
        QTest::mouseMove(view->viewport(), center - QPoint(40, 0));
        QTest::mouseRelease(view->viewport(), Qt::MiddleButton, {}, center - QPoint(40, 0));
        QVERIFY(start() > before);
        view->fitAll();
        QHelpEvent tip(QEvent::ToolTip, middleOf(book),
                       view->viewport()->mapToGlobal(middleOf(book)));
        QApplication::sendEvent(view->viewport(), &tip);
        QTRY_VERIFY(QToolTip::isVisible());
        QVERIFY(QToolTip::text().contains(QStringLiteral("Book")));
        QToolTip::hideText();
    }

    void theTimelineCanBeSavedAsAPicture()
    {
        QTemporaryDir folder;
        const QString png = folder.filePath(QStringLiteral("t.png"));
        const QString svg = folder.filePath(QStringLiteral("t.svg"));
        QVERIFY(view->exportPng(png));
        QVERIFY(view->exportSvg(svg));
        QVERIFY(QImage(png).width() > 1000);
        QVERIFY(QFileInfo(svg).size() > 1000);
        QVERIFY(!view->exportPng(folder.filePath(QStringLiteral("no/such/folder.png"))));
    }

    void aHundredThousandBarsAreDrawnWithinAFrame()
    {
        model->clear();
        model->append(SampleTrace::manyBars(100'000, 4).records);
        view->resize(1600, 400);
        QImage image(view->viewport()->size(), QImage::Format_ARGB32_Premultiplied);
        view->viewport()->render(&image); // lays out
        // Processor time: a loaded machine must not fail this.
        double worstMs = 0;
        for (int i = 0; i < 20; ++i) {
            view->zoomBy(i < 10 ? 0.7 : 1.3);
            const std::clock_t before = std::clock();
            view->viewport()->render(&image);
            worstMs = std::max(worstMs, double(std::clock() - before) * 1000 / CLOCKS_PER_SEC);
        }
        heddle::testing::saveShot(*view, QStringLiteral("timeline-many"));
        qInfo("worst frame %.1f ms", worstMs);
#ifndef __SANITIZE_ADDRESS__
        QVERIFY2(worstMs < 16, "a frame took too long");
#endif
    }
};

QTEST_MAIN(TimelineViewTest)
#include "tst_timelineview.moc"
