// Manual commit in the whole window: a transaction that stays open, what ends it, what asks first.

#include "app/mainwindow.h"
#include "orm/heddle.h"
#include "tests/support/querybuilder.h"
#include "tests/ui/views/shots.h"

#include <QCheckBox>
#include <QDockWidget>
#include <QPushButton>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace heddle;
using namespace heddle::app;

class tst_ManualCommit : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void cellsShareATransactionUntilItIsRolledBack();
    void commitSavesByKeyAndButton();
    void closingAsksFirst();
    void anotherDatabaseAsksFirst();
    void switchingItOffAsksFirst();
    void anAsyncCellIsRefused();

private:
    void run(const QString &text);
    void manual(bool on);
    QString printed() { return window->log().toPlainText(); }
    ui::TransactionsView &view() { return window->transactions(); }
    const script::ManualState &state() { return window->tabs().current()->runs().transaction(); }
    bool press(const QString &text);
    bool answer(const QString &text);
    qint64 named(const QString &name);

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<ui::Appearance> appearance;
    std::unique_ptr<MainWindow> window;
};

void tst_ManualCommit::initTestCase()
{
    registerBackends();
    appearance = std::make_unique<ui::Appearance>(*qApp);
}

void tst_ManualCommit::init()
{
    folder = std::make_unique<QTemporaryDir>();
    settings = std::make_unique<Settings>(folder->filePath(u"settings.ini"_s));
    window = std::make_unique<MainWindow>(
        *settings, *appearance,
        MainWindow::Folders{folder->filePath(u"journal"_s), folder->filePath(u"sample"_s)});
    window->resize(1400, 900);
    window->show();
    window->activateWindow();
    QVERIFY(QTest::qWaitForWindowActive(window.get()));
    QSignalSpy ready(window.get(), &MainWindow::databaseReady);
    window->openSample();
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 60'000);
    window->tabs().addUntitled();
}

void tst_ManualCommit::cleanup()
{
    window.reset();
    settings.reset();
    folder.reset();
}

void tst_ManualCommit::run(const QString &text)
{
    window->tabs().current()->editor()->replaceContent(text);
    QSignalSpy settled(&window->runs(), &RunController::settled);
    window->runAll();
    QTRY_COMPARE_WITH_TIMEOUT(settled.count(), 1, 30'000);
}

void tst_ManualCommit::manual(bool on)
{
    QTest::keyClick(window.get(), Qt::Key_M, Qt::ControlModifier | Qt::AltModifier);
    QCOMPARE(state().enabled, on);
}

bool tst_ManualCommit::press(const QString &text)
{
    for (QPushButton *button : view().findChildren<QPushButton *>()) {
        if (QString(button->text()).remove(u'&') == text && button->isEnabled()) {
            button->click();
            return true;
        }
    }
    return false;
}

bool tst_ManualCommit::answer(const QString &text)
{
    QCoreApplication::sendPostedEvents(nullptr, QEvent::DeferredDelete); // earlier questions
    for (QAbstractButton *button : window->messages().findChildren<QAbstractButton *>()) {
        if (button->text() == text) {
            button->click();
            return true;
        }
    }
    return false;
}

/// By another connection: what is saved.
qint64 tst_ManualCommit::named(const QString &name)
{
    const Database other = Database::open(window->session().url());
    return other.objects(u"Genre"_s)
        .filter(heddle::test::q("name", name.toUtf8().constData()))
        .count();
}

void tst_ManualCommit::cellsShareATransactionUntilItIsRolledBack()
{
    manual(true);
    QVERIFY2(view().manualText().startsWith(u"The next sync cell"_s),
             qPrintable(view().manualText()));
    run(u"Genre.objects.filter(pk=1).update(name='manual')\n"_s);
    QVERIFY(state().open);
    QTRY_VERIFY2(view().manualText().startsWith(u"Open for 0:0"_s),
                 qPrintable(view().manualText()));
    QCOMPARE(named(u"manual"_s), 0);
    run(u"print(Genre.objects.get(pk=1).name)\n"_s);
    QTRY_VERIFY(printed().contains(u"\nmanual"_s));
    qobject_cast<QDockWidget *>(view().parentWidget())->raise();
    heddle::testing::saveShot(*window, u"manual"_s);
    appearance->setChoice(ui::ThemeChoice::Dark);
    heddle::testing::saveShot(*window, u"manual-dark"_s);
    appearance->setChoice(ui::ThemeChoice::Light);
    QVERIFY(press(u"Roll Back"_s));
    QTRY_VERIFY(!state().open);
    QTRY_VERIFY(window->messages().texts().join(u' ').contains(u"rolled back"_s));
    QCOMPARE(named(u"manual"_s), 0);
}

void tst_ManualCommit::commitSavesByKeyAndButton()
{
    manual(true);
    run(u"Genre.objects.filter(pk=1).update(name='saved')\n"_s);
    QTest::keyClick(window.get(), Qt::Key_C, Qt::ControlModifier | Qt::AltModifier);
    QTRY_VERIFY(!state().open);
    QCOMPARE(named(u"saved"_s), 1);
    run(u"Genre.objects.filter(pk=1).update(name='again')\n"_s);
    QVERIFY(press(u"Commit"_s));
    QTRY_VERIFY(!state().open);
    QCOMPARE(named(u"again"_s), 1);
}

void tst_ManualCommit::closingAsksFirst()
{
    manual(true);
    run(u"Genre.objects.filter(pk=1).update(name='closing')\n"_s);
    Document *document = window->tabs().current();
    const auto count = window->tabs().documents().size();
    window->tabs().closeDocument(document);
    QCOMPARE(window->tabs().documents().size(), count); // it asks
    QVERIFY(!window->close());
    QVERIFY(window->isVisible());
    QVERIFY2(window->messages().texts().front().contains(u"transaction open"_s),
             qPrintable(window->messages().texts().front()));
    QVERIFY(answer(u"Commit"_s));
    QTRY_VERIFY(!window->isVisible());
    QCOMPARE(named(u"closing"_s), 1);
}

void tst_ManualCommit::anotherDatabaseAsksFirst()
{
    manual(true);
    run(u"Genre.objects.filter(pk=1).update(name='elsewhere')\n"_s);
    const QString url = window->session().url();
    QSignalSpy ready(window.get(), &MainWindow::databaseReady);
    window->openDatabase(url);
    QVERIFY(state().open);
    QCOMPARE(ready.count(), 0);
    QVERIFY(answer(u"Roll Back"_s));
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 30'000);
    QVERIFY(!state().open);
    QCOMPARE(named(u"elsewhere"_s), 0);
}

void tst_ManualCommit::switchingItOffAsksFirst()
{
    manual(true);
    run(u"Genre.objects.filter(pk=1).update(name='off')\n"_s);
    auto *box = view().findChild<QCheckBox *>();
    QVERIFY(box && box->isChecked());
    box->click();
    QVERIFY(box->isChecked()); // still on
    QVERIFY(state().open);
    QVERIFY(answer(u"Commit"_s));
    QTRY_VERIFY(!state().enabled);
    QVERIFY(!box->isChecked());
    QCOMPARE(named(u"off"_s), 1);
}

void tst_ManualCommit::anAsyncCellIsRefused()
{
    manual(true);
    run(u"await Genre.objects.acount()\n"_s);
    QTRY_VERIFY2(printed().contains(u"Manual commit is on"_s), qPrintable(printed()));
    QVERIFY(!state().open);
}

QTEST_MAIN(tst_ManualCommit)
#include "tst_manualcommit.moc"
