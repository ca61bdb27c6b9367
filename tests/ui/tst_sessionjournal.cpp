#include "app/journal.h"

#include <QDirIterator>
#include <QElapsedTimer>
#include <QFile>
#include <QProcess>
#include <QSignalSpy>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using heddle::app::Journal;
using heddle::app::JournalEntry;

class tst_SessionJournal : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void anEntryKeepsEveryByte();
    void garbageIsNoEntry();
    void textIsOnDiskWithinASecond();
    void somebodyWhoNeverPausesIsSavedToo();
    void savedTextLeavesNothing();
    void aCleanEndKeepsUnsavedText();
    void aLivingProcessIsLeftAlone();
    void orphansStayUntilTheyAreForgotten();
    void aFolderThatCannotBeWrittenIsSaid();
    void textSurvivesKillNine();
};

void tst_SessionJournal::anEntryKeepsEveryByte()
{
    const JournalEntry entry{u"id"_s, u"/a/b \u00e9\n.py"_s,
                             QByteArray("\xEF\xBB\xBF# %%\r\n\xFF\n\n"), 7};
    JournalEntry back;
    QVERIFY(heddle::app::fromFile(heddle::app::toFile(entry), &back));
    back.id = entry.id;
    QVERIFY(back == entry);
}

void tst_SessionJournal::garbageIsNoEntry()
{
    JournalEntry entry;
    for (const QByteArray &file : {QByteArray(), QByteArray("\n"), QByteArray("{}"),
                                   QByteArray("{}\ntext"), QByteArray("\x00\x01\n", 3)})
        QVERIFY(!heddle::app::fromFile(file, &entry));
}

void tst_SessionJournal::textIsOnDiskWithinASecond()
{
    QTemporaryDir folder;
    Journal mine(folder.path());
    QElapsedTimer clock;
    clock.start();
    mine.changed(u"a"_s, [] { return JournalEntry{u"a"_s, u"x.py"_s, "text", 3}; });
    const auto written = [&folder] {
        QDirIterator files(folder.path(), {u"*.swap"_s}, QDir::Files, QDirIterator::Subdirectories);
        return files.hasNext();
    };
    while (!written() && clock.elapsed() < 5000)
        QTest::qWait(5);
    QVERIFY2(clock.elapsed() < 1000, qPrintable(QString::number(clock.elapsed())));
}

void tst_SessionJournal::somebodyWhoNeverPausesIsSavedToo()
{
    QTemporaryDir folder;
    Journal mine(folder.path());
    int asked = 0;
    QElapsedTimer clock;
    clock.start();
    while (clock.elapsed() < 1500) {
        mine.changed(u"a"_s, [&asked] {
            ++asked;
            return JournalEntry{u"a"_s, {}, "text", 1};
        });
        QTest::qWait(20);
    }
    QVERIFY2(asked >= 2, qPrintable(QString::number(asked)));
}

void tst_SessionJournal::savedTextLeavesNothing()
{
    QTemporaryDir folder;
    {
        Journal mine(folder.path());
        mine.changed(u"a"_s, [] { return JournalEntry{u"a"_s, {}, "text", 1}; });
        mine.flush();
        mine.remove(u"a"_s);
    }
    QVERIFY(QDir(folder.path()).isEmpty());
}

void tst_SessionJournal::aCleanEndKeepsUnsavedText()
{
    QTemporaryDir folder;
    {
        Journal mine(folder.path());
        mine.changed(u"a"_s, [] { return JournalEntry{u"a"_s, u"x.py"_s, "text", 3}; });
    }
    Journal next(folder.path());
    const auto found = next.orphans();
    QCOMPARE(found.size(), 1U);
    QCOMPARE(found[0].bytes, QByteArray("text"));
    QCOMPARE(found[0].path, u"x.py"_s);
    QCOMPARE(found[0].line, 3);
}

void tst_SessionJournal::aLivingProcessIsLeftAlone()
{
    QTemporaryDir folder;
    Journal first(folder.path());
    first.changed(u"a"_s, [] { return JournalEntry{u"a"_s, {}, "text", 1}; });
    first.flush();
    first.waitForWritten();
    Journal second(folder.path());
    QVERIFY(second.orphans().empty());
}

void tst_SessionJournal::orphansStayUntilTheyAreForgotten()
{
    QTemporaryDir folder;
    {
        Journal mine(folder.path());
        mine.changed(u"a"_s, [] { return JournalEntry{u"a"_s, {}, "text", 1}; });
    }
    {
        Journal crashes(folder.path());
        QCOMPARE(crashes.orphans().size(), 1U);
    }
    Journal next(folder.path());
    QCOMPARE(next.orphans().size(), 1U);
    next.forgetOrphans();
    QCOMPARE(Journal(folder.path()).orphans().size(), 0U);
}

void tst_SessionJournal::aFolderThatCannotBeWrittenIsSaid()
{
    QTemporaryDir folder;
    QFile file(folder.filePath(u"file"_s));
    QVERIFY(file.open(QIODevice::WriteOnly));
    Journal mine(folder.filePath(u"file/journal"_s));
    QSignalSpy failed(&mine, &Journal::failed);
    mine.changed(u"a"_s, [] { return JournalEntry{u"a"_s, {}, "text", 1}; });
    mine.flush();
    QTRY_COMPARE(failed.count(), 1);
    QVERIFY(failed.first().first().toString().startsWith(u"Unsaved text cannot be kept safe"_s));
}

void tst_SessionJournal::textSurvivesKillNine()
{
    const QString program = qEnvironmentVariable("HEDDLE_BINARY_DIR") + u"/bin/heddle"_s;
    if (!QFile::exists(program))
        QSKIP("the program is not built");
    QTemporaryDir home;
    QFile workbook(home.filePath(u"book.py"_s));
    QVERIFY(workbook.open(QIODevice::WriteOnly));
    workbook.write("# %% kept\n");
    workbook.close();
    QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
    environment.insert(u"QT_QPA_PLATFORM"_s, u"offscreen"_s);
    environment.insert(u"HOME"_s, home.path());
    environment.insert(u"XDG_DATA_HOME"_s, home.filePath(u"data"_s));
    environment.insert(u"XDG_CONFIG_HOME"_s, home.filePath(u"config"_s));
    // The program types this into the workbook, as if from the keyboard, once it is up (see
    // application.cpp).
    environment.insert(u"HEDDLE_TEST_TYPE"_s, u"typed = 1"_s);
    QProcess heddle;
    heddle.setProcessEnvironment(environment);
    heddle.setStandardOutputFile(QProcess::nullDevice());
    heddle.start(program, {workbook.fileName(), u"--db"_s, u":memory:"_s});
    QVERIFY(heddle.waitForStarted());
    const QString journals = home.filePath(u"data/heddle/heddle/journal"_s);
    const auto typed = [&journals] {
        QDirIterator files(journals, {u"*.swap"_s}, QDir::Files, QDirIterator::Subdirectories);
        while (files.hasNext()) {
            QFile file(files.next());
            if (file.open(QIODevice::ReadOnly) && file.readAll().contains("typed = 1"))
                return true;
        }
        return false;
    };
    QTRY_VERIFY_WITH_TIMEOUT(typed(), 30'000);
    heddle.kill(); // SIGKILL
    QVERIFY(heddle.waitForFinished());

    Journal next(journals);
    const auto found = next.orphans();
    QCOMPARE(found.size(), 1U);
    QCOMPARE(found[0].path, workbook.fileName());
    QCOMPARE(found[0].bytes, QByteArray("typed = 1# %% kept\n"));
}

QTEST_GUILESS_MAIN(tst_SessionJournal)
#include "tst_sessionjournal.moc"
