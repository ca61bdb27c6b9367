// What somebody does in the isolation lab: step, run, edit, fill the matrix, stop, close.

#include "app/mainwindow.h"
#include "orm/heddle.h"
#include "tests/ui/views/shots.h"

#include <QPlainTextEdit>
#include <QSignalSpy>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace heddle;
using namespace heddle::app;
using State = ui::IsolationStep::State;

class tst_Isolation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void stepsAreTakenByKey();
    void anAnomalyIsARowOfItsOwn();
    void aStepIsEditedAndMoved();
    void stepsAreAddedAndRemoved();
    void theMatrixIsFilled();
    void whatWaitsCanBeStopped();
    void closingDropsThePlaceAndOpeningMakesAnother();
    void everyControlHasAName();

private:
    ui::IsolationView &view() { return *window->isolation().view(); }
    const QList<ui::IsolationStep> &steps() { return view().model().steps(); }
    void choose(const char *scenario, LabLevel level);
    bool idle();

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<ui::Appearance> appearance;
    std::unique_ptr<MainWindow> window;
};

void tst_Isolation::initTestCase()
{
    registerBackends();
    appearance = std::make_unique<ui::Appearance>(*qApp);
}

void tst_Isolation::init()
{
    folder = std::make_unique<QTemporaryDir>();
    settings = std::make_unique<Settings>(folder->filePath(u"settings.ini"_s));
    window = std::make_unique<MainWindow>(
        *settings, *appearance,
        MainWindow::Folders{folder->filePath(u"journal"_s), folder->filePath(u"sample"_s)});
    window->isolation().show();
    QVERIFY(QTest::qWaitForWindowActive(&view()));
    QVERIFY(idle());
}

void tst_Isolation::cleanup()
{
    window.reset();
    settings.reset();
    folder.reset();
}

bool tst_Isolation::idle()
{
    return QTest::qWaitFor([this] { return !window->isolation().isBusy(); }, 30'000);
}

void tst_Isolation::choose(const char *scenario, LabLevel level)
{
    const LabScenario *found = findLabScenario(QString::fromLatin1(scenario));
    view().choose(int(found - labScenarios().constData()), 0,
                  int(labLevels(LabDatabase::Kind::Sqlite).indexOf(level)));
    Q_EMIT view().chosen();
    QVERIFY(idle());
}

void tst_Isolation::stepsAreTakenByKey()
{
    choose("non-repeatable-read", LabLevel::Deferred);
    QCOMPARE(steps().size(), 7);
    QCOMPARE(steps()[0].state, State::Next);
    QTest::keyClick(&view(), Qt::Key_F10);
    QVERIFY(idle());
    QCOMPARE(steps()[0].state, State::Done);
    QCOMPARE(steps()[1].state, State::Next);
    QCOMPARE(view().currentStep(), 1);
    QTest::keyClick(&view(), Qt::Key_F10);
    QVERIFY(idle());
    QCOMPARE(steps()[1].result, u"100"_s);
    QTest::keyClick(&view(), Qt::Key_F5);
    QVERIFY(idle());
    QCOMPARE(steps()[6].state, State::Done);
    QVERIFY2(steps()[5].result.contains(u"snapshot"_s), qPrintable(steps()[5].result));
    QVERIFY2(view().statusText().contains(u"Prevented: snapshot"_s),
             qPrintable(view().statusText()));
    heddle::testing::saveShot(view(), u"isolation-snapshot"_s);
    QTest::keyClick(&view(), Qt::Key_R, Qt::ControlModifier);
    QVERIFY(idle());
    QCOMPARE(steps()[0].state, State::Next);
    QVERIFY(steps()[5].result.isEmpty());
}

void tst_Isolation::anAnomalyIsARowOfItsOwn()
{
    choose("lost-update", LabLevel::Autocommit);
    QTest::keyClick(&view(), Qt::Key_F5);
    QVERIFY(idle());
    int rows = 0;
    for (int row = 0; row < view().model().rowCount(); ++row) {
        if (!view().model().isAnomaly(row))
            continue;
        ++rows;
        const QString text = view().model().index(row, 0).data().toString();
        QVERIFY2(text.startsWith(u"Lost update: "_s), qPrintable(text));
        QCOMPARE(view().stepsTable().columnSpan(row, 0), 3);
    }
    QCOMPARE(rows, 1);
    heddle::testing::saveShot(view(), u"isolation-lostupdate"_s);
    appearance->setChoice(ui::ThemeChoice::Dark);
    heddle::testing::saveShot(view(), u"isolation-lostupdate-dark"_s);
    appearance->setChoice(ui::ThemeChoice::Light);
}

void tst_Isolation::aStepIsEditedAndMoved()
{
    choose("non-repeatable-read", LabLevel::Autocommit);
    view().setCurrentStep(3);
    QTest::keyClick(&view().stepsTable(), Qt::Key_F2);
    auto *editor = view().stepsTable().findChild<QPlainTextEdit *>();
    QVERIFY(editor);
    editor->setPlainText(u"Account.objects.filter(pk=1).update(balance=5)"_s);
    QTest::keyClick(editor, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(idle());
    QVERIFY(steps()[3].text.contains(u"balance=5"_s));
    QTest::keyClick(&view(), Qt::Key_F5);
    QVERIFY(idle());
    QCOMPARE(steps()[5].result, u"5"_s);
    // Before A's first answer it is no anomaly any more.
    for (int i = 0; i < 3; ++i) {
        view().setCurrentStep(3 - i);
        QTest::keyClick(&view().stepsTable(), Qt::Key_Up, Qt::AltModifier);
        QVERIFY(idle());
    }
    QVERIFY(steps()[0].text.contains(u"balance=5"_s));
    QTest::keyClick(&view(), Qt::Key_F5);
    QVERIFY(idle());
    for (const ui::IsolationStep &step : steps())
        QVERIFY(step.anomalies.isEmpty());
}

void tst_Isolation::stepsAreAddedAndRemoved()
{
    choose("phantom-read", LabLevel::Deferred);
    const auto before = steps().size();
    view().setCurrentStep(0);
    QTest::keyClick(&view().stepsTable(), Qt::Key_B, Qt::AltModifier);
    QVERIFY(idle());
    QCOMPARE(steps().size(), before + 1);
    QCOMPARE(steps()[1].session, 1);
    auto *editor = view().stepsTable().findChild<QPlainTextEdit *>(); // it is written at once
    QVERIFY(editor);
    editor->setPlainText(u"Booking.objects.count()"_s);
    QTest::keyClick(editor, Qt::Key_Return, Qt::ControlModifier);
    QVERIFY(idle());
    QCOMPARE(steps()[1].text, u"Booking.objects.count()"_s);
    view().setCurrentStep(1);
    QTest::keyClick(&view().stepsTable(), Qt::Key_S, Qt::AltModifier);
    QVERIFY(idle());
    QCOMPARE(steps()[1].session, 0);
    view().setCurrentStep(1);
    QTest::keyClick(&view().stepsTable(), Qt::Key_Delete);
    QVERIFY(idle());
    QCOMPARE(steps().size(), before);
}

void tst_Isolation::theMatrixIsFilled()
{
    QTest::keyClick(&view(), Qt::Key_M, Qt::ControlModifier);
    QVERIFY(idle());
    QTableWidget &matrix = view().matrix();
    QCOMPARE(matrix.rowCount(), int(labScenarios().size()));
    QCOMPARE(matrix.columnCount(), 3);
    for (int row = 0; row < matrix.rowCount(); ++row) {
        for (int column = 0; column < matrix.columnCount(); ++column)
            QVERIFY(matrix.item(row, column) && !matrix.item(row, column)->text().isEmpty());
    }
    QCOMPARE(matrix.item(4, 0)->text(), u"Lost update"_s);
    heddle::testing::saveShot(view(), u"isolation-matrix"_s);
}

void tst_Isolation::whatWaitsCanBeStopped()
{
    choose("lost-update", LabLevel::Deferred);
    view().setCurrentStep(6); // A's COMMIT
    QTest::keyClick(&view().stepsTable(), Qt::Key_Delete);
    QVERIFY(idle());
    for (int i = 0; i < 6; ++i) {
        QTest::keyClick(&view(), Qt::Key_F10);
        QVERIFY(idle());
    }
    QCOMPARE(steps()[5].state, State::Waiting);
    heddle::testing::saveShot(view(), u"isolation-waiting"_s);
    QTest::keyClick(&view(), Qt::Key_F10); // waits for what can never come
    QVERIFY(window->isolation().isBusy());
    QTest::qWait(200);
    QTest::keyClick(&view(), Qt::Key_Escape);
    QVERIFY(idle());
    QCOMPARE(steps()[5].state, State::Refused);
}

void tst_Isolation::closingDropsThePlaceAndOpeningMakesAnother()
{
    choose("phantom-read", LabLevel::Deferred);
    QTest::keyClick(&view(), Qt::Key_F10);
    QVERIFY(idle());
    view().close();
    window->isolation().show();
    QVERIFY(idle());
    QCOMPARE(steps()[0].state, State::Next);
    QTest::keyClick(&view(), Qt::Key_F5);
    QVERIFY(idle());
    QVERIFY(view().statusText().contains(u"Prevented"_s));
}

void tst_Isolation::everyControlHasAName()
{
    for (const QWidget *widget : view().findChildren<QWidget *>()) {
        if (widget->focusPolicy() == Qt::NoFocus || !widget->isVisible() ||
            widget->objectName().startsWith(u"qt_"_s) || widget->inherits("QTabBar"))
            continue;
        QVERIFY2(!widget->accessibleName().isEmpty(), widget->metaObject()->className());
    }
}

QTEST_MAIN(tst_Isolation)
#include "tst_isolation.moc"
