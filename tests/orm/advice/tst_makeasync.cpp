#include "orm/advice/makeasync.h"
#include "orm/notation/linediff.h"
#include "tests/orm/advice/library.h"

#include <QDir>
#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int rows = 6;

QString textOf(const QString &path)
{
    QFile file(path);
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

void addFiles(const char *folder)
{
    const QDir dir(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u"/tests/data/"_s +
                   QLatin1String(folder));
    for (const QString &name : dir.entryList({u"*.py"_s}, QDir::Files, QDir::Name))
        QTest::newRow((QLatin1String(folder) + u'/' + name).toUtf8().constData())
            << dir.filePath(name);
}

const ModelRegistry &models()
{
    static const Library library(rows);
    return *library.database().registry();
}

/// The async form; empty where there is none.
QString asyncForm(const QString &text, QString *why = nullptr)
{
    const notation::ParseResult parsed = notation::parseModule(text);
    const auto rewrite = advice::makeAsync(parsed, models(), {}, why);
    return rewrite ? notation::apply(text, rewrite->edits).value_or(u"contradiction"_s) : QString();
}

QStringList notesOf(const QString &text)
{
    QStringList notes;
    const notation::ParseResult parsed = notation::parseModule(text);
    if (const auto rewrite = advice::makeAsync(parsed, models()))
        for (const advice::AsyncNote &note : rewrite->notes)
            notes << u"%1 %2 %3"_s.arg(note.span.line).arg(int(note.kind)).arg(note.text);
    return notes;
}

bool isSync(const QString &text)
{
    const notation::ParseResult parsed = notation::parseModule(text);
    return parsed.ok() && !notation::isAsyncModule(*parsed.tree);
}

} // namespace

class TestMakeAsync : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { registerBackends(); }

    void thereIsAScriptForEachFeature()
    {
        const QDir dir(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u"/tests/data/async"_s);
        QVERIFY(dir.entryList({u"*.py"_s}).size() >= 40);
    }

    void theAsyncTextPrintsWhatTheSyncTextPrints_data()
    {
        QTest::addColumn<QString>("path");
        addFiles("async");
        addFiles("findings/has");
        addFiles("findings/hasnot");
    }
    void theAsyncTextPrintsWhatTheSyncTextPrints()
    {
        QFETCH(QString, path);
        const QString text = textOf(path);
        if (!isSync(text))
            QSKIP("asynchronous already");
        QString why;
        const QString async = asyncForm(text, &why);
        if (async.isEmpty())
            QSKIP(qPrintable(why));
        const Library before(rows), after(rows);
        const Ran sync = ran(text, before.database());
        const Ran made = ran(async, after.database());
        if (made.lines != sync.lines)
            qWarning().noquote() << async;
        QCOMPARE(made.lines, sync.lines);
        QVERIFY(made.queries() <= sync.queries());
        QCOMPARE(asyncForm(async), QString()); // there is nothing left to do
    }

    void whatCannotWaitIsNamed()
    {
        const QStringList notes = notesOf(u"def size(author):\n"
                                          "    return author.book_set.count()\n"
                                          "print(sorted(Author.objects.all(), key=size))\n"_s);
        QCOMPARE(notes.size(), 1);
        QVERIFY(notes[0].startsWith(u"3 2 'size' reaches the database"_s));
    }
};

QTEST_GUILESS_MAIN(TestMakeAsync)
#include "tst_makeasync.moc"
