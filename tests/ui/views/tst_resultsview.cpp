#include "tests/support/eventlooptick.h"
#include "tests/ui/views/samplerows.h"
#include "tests/ui/views/shots.h"
#include "ui/results/cellviewer.h"
#include "ui/results/resultsview.h"
#include "ui/results/resulttable.h"
#include "ui/style/appearance.h"

#include <QClipboard>
#include <QElapsedTimer>
#include <QHeaderView>
#include <QLabel>
#include <QScrollBar>
#include <QSignalSpy>
#include <QtTest>

using namespace heddle;
using namespace heddle::ui;
using heddle::testing::bookBatch;
using heddle::testing::bookColumns;

class ResultsViewTest final : public QObject {
    Q_OBJECT
private:
    std::unique_ptr<Appearance> appearance;
    std::unique_ptr<ResultModel> model;
    std::unique_ptr<ResultsView> view;

    void showBooks(int count)
    {
        model->begin(bookColumns(), {QStringLiteral("Book"), QStringLiteral("book")});
        model->appendBatch(bookBatch(1, count));
        model->finish(ResultState::Complete, {}, std::chrono::microseconds(3120));
    }
    bool hasLabel(const QString &text) const
    {
        const auto labels = view->findChildren<QLabel *>();
        return std::any_of(labels.begin(), labels.end(),
                           [&](QLabel *l) { return l->isVisible() && l->text() == text; });
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
        model = std::make_unique<ResultModel>();
        view = std::make_unique<ResultsView>(*model);
        view->resize(1000, 300);
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
        showBooks(40);
        view->setShownOrder(QStringLiteral("title"), false);
        for (const bool dark : {false, true}) {
            appearance->setChoice(dark ? ThemeChoice::Dark : ThemeChoice::Light);
            const QString name =
                dark ? QStringLiteral("results-dark") : QStringLiteral("results-light");
            view->table().setCurrentIndex(model->index(2, 5));
            QTest::qWait(20);
            heddle::testing::saveShot(*view, name);
            view->setViewerShown(true);
            QTest::qWait(20);
            heddle::testing::saveShot(*view, name + QStringLiteral("-viewer"));
            view->setViewerShown(false);
        }
        model->begin({});
        model->finish(
            ResultState::Failed,
            QStringLiteral(
                "FieldError: Cannot resolve keyword 'autor' into field. Did you mean 'author'?"),
            std::chrono::milliseconds(2));
        heddle::testing::saveShot(*view, QStringLiteral("results-failed"));
        appearance->setChoice(ThemeChoice::Light);
        QVERIFY(!view->grab().isNull());
    }

    void anEmptyResultSaysWhatToDo()
    {
        const auto labels = view->findChildren<QLabel *>();
        QVERIFY(std::any_of(labels.begin(), labels.end(), [](QLabel *l) {
            return l->isVisible() && l->text().contains(QStringLiteral("Run a cell"));
        }));
    }

    void theStatusLineFollowsTheResult()
    {
        showBooks(40);
        QVERIFY(hasLabel(QStringLiteral("40 rows in 3.1 ms")));
        model->begin(bookColumns());
        model->appendBatch(bookBatch(1, 5));
        model->finish(ResultState::Cancelled, QStringLiteral("You stopped this run."),
                      std::chrono::milliseconds(8));
        QVERIFY(hasLabel(QStringLiteral("Stopped after 5 rows, 8 ms")));
        QVERIFY(hasLabel(QStringLiteral("You stopped this run.")));
        showBooks(1);
        QVERIFY(hasLabel(QStringLiteral("1 row in 3.1 ms")));
        QVERIFY(!hasLabel(QStringLiteral("You stopped this run.")));
    }

    void aHeaderClickAsksForAnOrderAndASecondOneTurnsIt()
    {
        showBooks(40);
        QSignalSpy orders(view.get(), &ResultsView::orderRequested);
        QHeaderView *header = view->table().horizontalHeader();
        const QPoint at(header->sectionViewportPosition(1) + 20, header->height() / 2);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
        QTest::mouseClick(header->viewport(), Qt::LeftButton, {}, at);
        QCOMPARE(orders.size(), 2);
        QCOMPARE(orders[0][0].toString(), QStringLiteral("title"));
        QCOMPARE(orders[0][1].toBool(), false);
        QCOMPARE(orders[1][1].toBool(), true);
        QVERIFY(header->isSortIndicatorShown());
    }

    void ctrlCCopiesTheSelectionAsTsv()
    {
        showBooks(40);
        view->table().setFocus();
        view->table().selectionModel()->select(
            QItemSelection(model->index(0, 0), model->index(1, 1)), QItemSelectionModel::Select);
        QTest::keyClick(&view->table(), Qt::Key_C, Qt::ControlModifier);
        QCOMPARE(QApplication::clipboard()->text(),
                 QStringLiteral("1\tPersuasion 1\n2\tDie Verwandlung 2"));
        view->copy(CopyFormat::Insert);
        QVERIFY(
            QApplication::clipboard()->text().startsWith(QStringLiteral("INSERT INTO \"book\"")));
    }

    void aLargeCopyLeavesTheWindowAlive()
    {
        model->begin(bookColumns());
        for (int i = 0; i < 30; ++i)
            model->appendBatch(bookBatch(1 + i * 1000, 1000));
        model->finish(ResultState::Complete);
        view->table().selectAll();
        QApplication::clipboard()->clear();
        QSignalSpy copied(view.get(), &ResultsView::copied);
        view->copy(CopyFormat::Csv);
        QVERIFY(QApplication::clipboard()->text().isEmpty());
        QTRY_COMPARE_WITH_TIMEOUT(copied.size(), 2, 20'000);
        QCOMPARE(QApplication::clipboard()->text().count(u'\n'), 30'001);
    }

    void shiftEnterOpensTheCellViewerOnTheFittingPage()
    {
        showBooks(40);
        view->table().setFocus();
        view->table().setCurrentIndex(model->index(0, 5));
        QTest::keyClick(&view->table(), Qt::Key_Return, Qt::ShiftModifier);
        QVERIFY(view->viewer().isVisible());
        QCOMPARE(view->viewer().page(), CellViewer::Page::Json);
        view->table().setCurrentIndex(model->index(0, 1));
        QCOMPARE(view->viewer().page(), CellViewer::Page::Text);
        QTest::keyClick(&view->viewer(), Qt::Key_Escape);
        QVERIFY(view->viewer().isHidden());
    }

    void theViewerKnowsPicturesAndBytes()
    {
        QImage image(20, 10, QImage::Format_RGB32);
        image.fill(Qt::red);
        QByteArray png;
        QBuffer buffer(&png);
        buffer.open(QIODevice::WriteOnly);
        image.save(&buffer, "PNG");
        CellViewer viewer;
        viewer.showValue(QStringLiteral("cover, row 1"), Value::bytes(png));
        QCOMPARE(viewer.page(), CellViewer::Page::Image);
        viewer.showValue(QStringLiteral("raw, row 1"), Value::bytes(QByteArray("\x00\x01\xff", 3)));
        QCOMPARE(viewer.page(), CellViewer::Page::Hex);
        viewer.showValue(QStringLiteral("broken, row 1"), Value::text("{not json"));
        QCOMPARE(viewer.page(), CellViewer::Page::Text);
        viewer.showValue(QStringLiteral("null, row 1"), Value());
        QCOMPARE(viewer.page(), CellViewer::Page::Text);
    }

    void aMillionRowsStreamInWithoutStallingTheEventLoop()
    {
        constexpr int batches = 1000;
        std::vector<RowBatchPtr> ready;
        for (int i = 0; i < 4; ++i)
            ready.push_back(bookBatch(1 + i * 1000, 1000));
        model->begin(bookColumns());
        heddle::testing::EventLoopTicker ticker;
        int sent = 0;
        QTimer source; // as a connection would: batches arrive between the loop's other work
        connect(&source, &QTimer::timeout, this, [&] {
            for (int i = 0; i < 4 && sent < batches; ++i, ++sent)
                model->appendBatch(ready[std::size_t(sent) % ready.size()]);
        });
        source.start(0);
        QTRY_COMPARE_WITH_TIMEOUT(sent, batches, 60'000);
        QTRY_COMPARE_WITH_TIMEOUT(model->rowCount(), 1'000'000, 60'000);
        source.stop();
        model->finish(ResultState::Complete);
        view->table().scrollToBottom();
        QTest::qWait(50);
        ticker.stop();
        qInfo("longest gap %.1f ms, busy %.1f ms, %d ticks",
              double(ticker.longestGap().count()) / 1e6, double(ticker.longestBusy().count()) / 1e6,
              ticker.ticks());
        QVERIFY(view->table().rowAt(view->table().viewport()->height() - 5) > 999'000);
#ifndef __SANITIZE_ADDRESS__
        QVERIFY2(ticker.longestBusy() < std::chrono::milliseconds(50),
                 "the GUI thread was busy for too long");
#endif
    }
};

QTEST_MAIN(ResultsViewTest)
#include "tst_resultsview.moc"
