#include "app/mainwindow.h"
#include "orm/heddle.h"
#include "tests/support/eventlooptick.h"
#include "ui/builder/livesqlpanel.h"
#include "ui/results/resultsview.h"
#include "ui/results/resulttable.h"
#include "ui/timeline/timelineview.h"

#include <QApplication>
#include <QDockWidget>
#include <QMenuBar>
#include <QProcess>
#include <QPushButton>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;
using namespace heddle;
using namespace heddle::app;
using namespace std::chrono_literals;

class tst_MainWindow : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init();
    void cleanup();

    void aBadFileIsASentenceInTheWindow_data();
    void aBadFileIsASentenceInTheWindow();
    void aLockedFileIsNoEndlessWait();
    void aReadOnlyFileOpens();
    void aGoodFileStaysOpenWhenAnotherFails();
    void controlEnterRunsTheCell();
    void theSelectionRunsAlone();
    void shiftEnterMovesOn();
    void runAllRunsEveryCellInOrder();
    void independentCellsRunInParallel();
    void escapeStopsARun();
    void anErrorStandsBelowItsLine();
    void anImplicitLoadInALoopIsABadge();
    void theLoadModeReachesTheRun();
    void aBadgeLeadsToTheTimelineAndBack();
    void liveSqlFollowsTheCaretAndSendsNothing();
    void everyMenuEntryWorks();
    void namesAreCheckedWhileTyping();
    void closedUnsavedTextCanBeBroughtBack();
    void aMillionRowsStreamWithoutAStall();

private:
    /// Runs a piece of Python with sqlite3; the file is argument 1.
    void python(const QString &code, const QString &file);
    void open(const QString &file);
    void type(const QString &text);
    ui::CodeEditor &editor() { return *window->tabs().current()->editor(); }
    QStringList printed();
    void finishRun();

    std::unique_ptr<QTemporaryDir> folder;
    std::unique_ptr<Settings> settings;
    std::unique_ptr<ui::Appearance> appearance;
    std::unique_ptr<MainWindow> window;
    QString shop;
};

void tst_MainWindow::python(const QString &code, const QString &file)
{
    QProcess process;
    process.setProcessChannelMode(QProcess::MergedChannels);
    process.start(u"python3"_s, {u"-c"_s,
                                 u"import sys, sqlite3\ndb = sqlite3.connect(sys.argv[1])\n"_s +
                                     code + u"\ndb.commit()\n"_s,
                                 file});
    QVERIFY2(process.waitForFinished(60'000) && process.exitCode() == 0,
             process.readAll().constData());
}

void tst_MainWindow::initTestCase()
{
    QProcess probe;
    probe.start(u"python3"_s, {u"-c"_s, u"import sqlite3"_s});
    if (!probe.waitForFinished(20'000) || probe.exitCode() != 0)
        QSKIP("python3 with sqlite3 makes the test's databases");
    registerBackends();
    appearance = std::make_unique<ui::Appearance>(*qApp);
}

void tst_MainWindow::init()
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
    shop = folder->filePath(u"shop.sqlite"_s);
    python(
        u"db.executescript('''CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT NOT NULL);"
        "CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT NOT NULL, author_id INTEGER "
        "REFERENCES author(id));''')\n"
        "db.executemany('INSERT INTO author VALUES (?, ?)', [(i, 'author %d' % i) for i in "
        "range(1, 11)])\n"
        "db.executemany('INSERT INTO book VALUES (?, ?, ?)', [(i, 'book %d' % i, i % 10 + 1) for i in range(1, 101)])\n"_s,
        shop);
}

void tst_MainWindow::cleanup()
{
    window.reset();
    settings.reset();
    folder.reset();
}

void tst_MainWindow::open(const QString &file)
{
    QSignalSpy ready(window.get(), &MainWindow::databaseReady);
    window->openPath(file);
    QTRY_COMPARE_WITH_TIMEOUT(ready.count(), 1, 20'000);
}

void tst_MainWindow::type(const QString &text)
{
    editor().setFocus();
    editor().setWorkbook(ui::Workbook(text));
}

QStringList tst_MainWindow::printed()
{
    window->log().flush();
    return window->log().toPlainText().split(u'\n');
}

void tst_MainWindow::finishRun()
{
    QSignalSpy settled(&window->runs(), &RunController::settled);
    QTRY_VERIFY_WITH_TIMEOUT(!settled.isEmpty(), 30'000);
}

void tst_MainWindow::aBadFileIsASentenceInTheWindow_data()
{
    QTest::addColumn<QString>("kind");
    for (const char *kind :
         {"missing", "text", "encrypted", "truncated", "folder", "binary workbook"})
        QTest::newRow(kind) << QString::fromLatin1(kind);
}

void tst_MainWindow::aBadFileIsASentenceInTheWindow()
{
    QFETCH(QString, kind);
    const QString path =
        folder->filePath(kind == u"binary workbook" ? u"bad.py"_s : u"bad.sqlite"_s);
    QByteArray content;
    if (kind == u"text") {
        content = "Dear database,\nI am a letter.\n" + QByteArray(5000, 'x');
    } else if (kind == u"encrypted") {
        std::uint32_t state = 1;
        for (int i = 0; i < 8192; ++i)
            content += char((state = state * 1664525 + 1013904223) >> 24);
    } else if (kind == u"truncated") {
        QFile whole(shop);
        QVERIFY(whole.open(QIODevice::ReadOnly));
        content = whole.readAll();
        content.truncate(1500); // the schema's own page ends in the middle
    } else if (kind == u"binary workbook") {
        content = QByteArray("print(1)\0\n", 10);
    }
    if (kind == u"folder") {
        QVERIFY(QDir().mkdir(path));
    } else if (kind != u"missing") {
        QFile file(path);
        QVERIFY(file.open(QIODevice::WriteOnly));
        file.write(content);
    }
    testing::EventLoopTicker ticker;
    window->openPath(path);
    QTRY_VERIFY_WITH_TIMEOUT(!window->messages().texts().isEmpty(), 15'000);
    ticker.stop();
    const QString sentence = window->messages().texts().first();
    qInfo() << sentence;
    QVERIFY2(sentence.endsWith(u'.') && sentence.size() > 20, qPrintable(sentence));
    QVERIFY(window->messages().isVisible());
    QVERIFY(!window->session().isOpen());
    QVERIFY(!QApplication::activeModalWidget());
    QVERIFY2(ticker.longestBusy() < 50ms,
             qPrintable(QString::number(ticker.longestBusy().count())));
}

void tst_MainWindow::aLockedFileIsNoEndlessWait()
{
    QProcess holder;
    holder.start(
        u"python3"_s,
        {u"-c"_s,
         u"import sys, sqlite3, time\ndb = sqlite3.connect(sys.argv[1], isolation_level=None)\n"
         "db.execute('BEGIN EXCLUSIVE')\nprint('held', flush=True)\ntime.sleep(100)\n"_s,
         shop});
    QVERIFY(holder.waitForReadyRead(20'000));
    testing::EventLoopTicker ticker;
    window->openPath(shop);
    QTRY_VERIFY_WITH_TIMEOUT(!window->messages().texts().isEmpty() || window->session().isOpen(),
                             30'000);
    ticker.stop();
    QVERIFY2(ticker.longestBusy() < 50ms,
             qPrintable(QString::number(ticker.longestBusy().count())));
    if (!window->messages().texts().isEmpty())
        QVERIFY2(window->messages().texts().first().contains(u"locked"_s),
                 qPrintable(window->messages().texts().first()));
    holder.kill();
    QVERIFY(holder.waitForFinished());
    open(shop);
    QVERIFY(window->messages().texts().isEmpty());
}

void tst_MainWindow::aReadOnlyFileOpens()
{
    QVERIFY(QFile::setPermissions(shop, QFile::ReadOwner));
    open(shop);
    window->runs().showModel(window->session().models()->model(u"Book"_s));
    finishRun();
    QCOMPARE(window->results().rows().rowCount(), 100);
}

void tst_MainWindow::aGoodFileStaysOpenWhenAnotherFails()
{
    open(shop);
    window->openPath(folder->filePath(u"missing.sqlite"_s));
    QTRY_VERIFY(!window->messages().texts().isEmpty());
    QVERIFY(window->session().isOpen());
    QCOMPARE(window->session().displayName(), u"shop.sqlite"_s);
}

void tst_MainWindow::controlEnterRunsTheCell()
{
    open(shop);
    type(
        u"# %% one\nprint('first')\n# %% two\nprint(Book.objects.count())\nBook.objects.filter(id__lte=7)\n"_s);
    editor().goTo(4);
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier);
    finishRun();
    QVERIFY(printed().contains(u"100"_s));
    QVERIFY(!printed().contains(u"first"_s));
    QCOMPARE(window->results().rows().rowCount(), 7);
    QCOMPARE(window->results().rows().columns(),
             (QStringList{u"id"_s, u"title"_s, u"author_id"_s}));
    QVERIFY(editor().overlay().badges().contains(4));
    QVERIFY(editor().overlay().badges().contains(5));
    QVERIFY(editor().overlay().badges().value(4).text.startsWith(u"1q"_s));
}

void tst_MainWindow::theSelectionRunsAlone()
{
    open(shop);
    type(u"for i in range(2):\n    print('inside')\nprint('outside')\n"_s);
    editor().setSelection(1, 0, 2, 0);
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier);
    finishRun();
    QCOMPARE(printed().count(u"inside"_s), 1);
    QVERIFY(!printed().contains(u"outside"_s));
}

void tst_MainWindow::shiftEnterMovesOn()
{
    open(shop);
    type(u"# %% one\nprint('first')\n# %% two\nprint('second')\n"_s);
    editor().goTo(2);
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ShiftModifier);
    QCOMPARE(editor().caret().line, 4);
    finishRun();
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ShiftModifier);
    finishRun();
    QVERIFY(printed().contains(u"first"_s) && printed().contains(u"second"_s));
}

void tst_MainWindow::runAllRunsEveryCellInOrder()
{
    open(shop);
    type(
        u"# %% one\nx = Book.objects.count()\n# %% [markdown]\n# text\n# %% two\nprint('x is', x)\n"_s);
    QTest::keyClick(&editor(), Qt::Key_F5);
    finishRun();
    QVERIFY(printed().contains(u"x is 100"_s));
}

void tst_MainWindow::independentCellsRunInParallel()
{
    open(shop);
    type(
        u"# %% a\na = Book.objects.count()\n# %% b\nb = Author.objects.count()\n# %% sum\nprint('sum', a + b)\n"_s);
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier | Qt::ShiftModifier);
    finishRun();
    QVERIFY(printed().contains(u"sum 110"_s));
}

void tst_MainWindow::escapeStopsARun()
{
    open(shop);
    type(u"while True:\n    x = 1\n"_s);
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier);
    QTRY_VERIFY(window->runs().isRunning());
    testing::EventLoopTicker ticker;
    QTest::qWait(200);
    QTest::keyClick(&editor(), Qt::Key_Escape);
    QTRY_VERIFY_WITH_TIMEOUT(!window->runs().isRunning(), 10'000);
    ticker.stop();
    QVERIFY2(ticker.longestBusy() < 50ms,
             qPrintable(QString::number(ticker.longestBusy().count())));
    QVERIFY(window->log().toPlainText().isEmpty() || !printed().isEmpty());
}

void tst_MainWindow::anErrorStandsBelowItsLine()
{
    open(shop);
    type(u"# %% broken\nprint(1)\nBook.objects.filter(titel='x')\n"_s);
    editor().goTo(2);
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier);
    finishRun();
    QTRY_VERIFY(editor().annotation(2).contains(u"FieldError"_s));
    QVERIFY2(editor().annotation(2).contains(u"title"_s), qPrintable(editor().annotation(2)));
}

void tst_MainWindow::anImplicitLoadInALoopIsABadge()
{
    open(shop);
    type(
        u"# %% slow\nfor book in Book.objects.order_by('id')[:40]:\n    print(book.author.name)\n"_s);
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier);
    finishRun();
    const ui::LineBadge badge = editor().overlay().badges().value(3);
    QCOMPARE(badge.kind, ui::BadgeKind::Bad);
    QVERIFY2(badge.text.startsWith(u"N+1 \u00b7 40q"_s), qPrintable(badge.text));
    QVERIFY(editor().overlay().badges().value(2).text.startsWith(u"1q"_s));
    QVERIFY(window->timeline().summaryText().startsWith(u"41 queries"_s));
}

void tst_MainWindow::theLoadModeReachesTheRun()
{
    open(shop);
    type(u"for book in Book.objects.order_by('id')[:40]:\n    print(book.author.name)\n"_s);
    for (QToolButton *button : window->findChildren<QToolButton *>()) {
        if (button->text() == u"Peers")
            button->click();
    }
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier);
    finishRun();
    QVERIFY2(window->timeline().summaryText().startsWith(u"2 queries"_s),
             qPrintable(window->timeline().summaryText()));
    for (QToolButton *button : window->findChildren<QToolButton *>()) {
        if (button->text() == u"Raise")
            button->click();
    }
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier);
    finishRun();
    QTRY_VERIFY(!editor().annotation(1).isEmpty());
}

void tst_MainWindow::aBadgeLeadsToTheTimelineAndBack()
{
    open(shop);
    type(u"a = Book.objects.count()\nb = Author.objects.count()\n"_s);
    QTest::keyClick(&editor(), Qt::Key_Return, Qt::ControlModifier);
    finishRun();
    Q_EMIT editor().badgeActivated(2);
    const ui::RecordIndex chosen = window->timeline().current();
    QVERIFY(chosen.isValid());
    QCOMPARE(window->trace().record(chosen).site.line, 2);
    const auto first = window->trace().recordsAtLine(1);
    QVERIFY(!first.empty());
    window->timeline().fitAll();
    QTest::mouseClick(window->timeline().viewport(), Qt::LeftButton, {},
                      window->timeline().rectOf(first.front()).center().toPoint());
    QTRY_COMPARE(editor().caret().line, 1);
}

void tst_MainWindow::liveSqlFollowsTheCaretAndSendsNothing()
{
    open(shop);
    type(u"q = Book.objects.filter(author__name__startswith='author 1')\nn = q.count()\n"_s);
    editor().goTo(1, 10);
    QTRY_VERIFY_WITH_TIMEOUT(window->liveSql().text().contains(u"SELECT"_s), 10'000);
    QVERIFY(window->liveSql().text().contains(u"JOIN"_s));
    QVERIFY(window->liveSql().lazinessText().startsWith(u"Lazy: nothing has run."_s));
    editor().goTo(2, 6);
    QTRY_VERIFY_WITH_TIMEOUT(window->liveSql().text().contains(u"COUNT"_s), 10'000);
    QVERIFY(window->liveSql().lazinessText().contains(u"count()"_s));
    QVERIFY(window->session().recorder()->snapshot().empty());
}

void tst_MainWindow::everyMenuEntryWorks()
{
    // Each entry that needs no file dialog is triggered; none may be disabled for ever or without
    // effect on stability.
    open(shop);
    type(u"# %% a\nx = Book.objects.all()\nx\n"_s);
    QList<QAction *> entries;
    std::function<void(QMenu *)> collect = [&](QMenu *menu) {
        Q_EMIT menu->aboutToShow();
        for (QAction *entry : menu->actions()) {
            if (entry->menu())
                collect(entry->menu());
            else if (!entry->isSeparator())
                entries.append(entry);
        }
    };
    for (QAction *top : window->menuBar()->actions())
        collect(top->menu());
    QVERIFY(entries.size() > 45);
    for (const QPointer<QAction> &entry :
         QList<QPointer<QAction>>(entries.begin(), entries.end())) {
        if (!entry || entry->text().contains(u"Quit"_s) || entry->text() == u"&Save" ||
            entry->text().contains(u'\u2026') || entry->text().contains(u"Bookshop"_s))
            continue;
        entry->trigger();
        QTest::qWait(5);
        QVERIFY2(!QApplication::activeModalWidget(), qPrintable(entry ? entry->text() : QString()));
    }
    window->runs().stop();
    QTRY_VERIFY_WITH_TIMEOUT(!window->runs().isBusy() && !window->session().isOpening(), 10'000);
}

void tst_MainWindow::namesAreCheckedWhileTyping()
{
    open(shop);
    type(u"x = Bok.objects.all()\n"_s);
    QTRY_VERIFY_WITH_TIMEOUT(editor().problemAt(1), 10'000);
    QVERIFY2(editor().problemAt(1)->suggestion.contains(u"Book"_s),
             qPrintable(editor().problemAt(1)->suggestion));
    type(u"x = Book.objects.all()\nprint(len(x))\n"_s);
    QTRY_VERIFY_WITH_TIMEOUT(!editor().problemAt(1), 10'000);
    QVERIFY(!editor().problemAt(2));
}

void tst_MainWindow::closedUnsavedTextCanBeBroughtBack()
{
    QTest::keyClicks(&editor(), u"precious"_s);
    window->tabs().closeDocument(window->tabs().current());
    QCOMPARE(editor().workbook().text(), QString());
    QTRY_VERIFY(!window->messages().texts().isEmpty());
    for (QPushButton *button : window->messages().findChildren<QPushButton *>())
        button->click();
    QCOMPARE(editor().workbook().text(), u"precious"_s);
    QVERIFY(editor().isModified());
}

void tst_MainWindow::aMillionRowsStreamWithoutAStall()
{
    const QString big = folder->filePath(u"big.sqlite"_s);
    python(u"db.execute('CREATE TABLE book (id INTEGER PRIMARY KEY, title TEXT, pages INTEGER, "
           u"price NUMERIC(8,2))')\n"
           "db.executemany('INSERT INTO book VALUES (?, ?, ?, ?)', ((i, 'The long way number %d' % "
           "i, i % 900, i % 5000 / 100) for i "
           "in range(1000000)))\n"_s,
           big);
    open(big);
    QElapsedTimer clock;
    qint64 firstRowsMs = -1;
    connect(&window->results(), &QAbstractItemModel::rowsInserted, this, [&] {
        if (firstRowsMs < 0)
            firstRowsMs = clock.elapsed();
    });
    testing::EventLoopTicker ticker;
    QSignalSpy settled(&window->runs(), &RunController::settled);
    clock.start();
    window->runs().showModel(window->session().models()->model(u"Book"_s));
    QTRY_VERIFY_WITH_TIMEOUT(firstRowsMs >= 0, 20'000);
    QTRY_VERIFY_WITH_TIMEOUT(!settled.isEmpty(), 120'000);
    QTRY_COMPARE(window->results().rowCount(), 1'000'000);
    auto *view = window->findChild<ui::ResultsView *>();
    view->table().scrollToBottom();
    QTest::qWait(100);
    QCOMPARE(view->table().verticalScrollBar()->value(),
             view->table().verticalScrollBar()->maximum());
    view->table().scrollToTop();
    QTest::qWait(50);
    ticker.stop();
    qInfo() << "first rows after" << firstRowsMs << "ms, all after" << clock.elapsed()
            << "ms; longest gap" << ticker.longestGap().count() / 1000000 << "ms, longest busy"
            << ticker.longestBusy().count() / 1000000 << "ms";
    QVERIFY2(firstRowsMs < 150, qPrintable(QString::number(firstRowsMs)));
    QVERIFY2(ticker.longestBusy() < 50ms,
             qPrintable(QString::number(ticker.longestBusy().count())));
}

QTEST_MAIN(tst_MainWindow)
#include "tst_mainwindow.moc"
