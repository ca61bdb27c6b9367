#include "orm/advice/makeasync.h"
#include "orm/notation/linediff.h"
#include "tests/orm/advice/corpus.h"

#include <QRandomGenerator>
#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int rows = 6;

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

    void whatCannotBeRewrittenIsNamed_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QStringList>("notes"); // line, kind, the start of the sentence
        QTest::newRow("a key function")
            << u"def size(author):\n"
               "    return author.book_set.count()\n"
               "print(sorted(Author.objects.all(), key=size))\n"_s
            << QStringList{u"3 2 'size' reaches the database, and what it is handed to"_s};
        QTest::newRow("a key function that only reads what can come along")
            << u"def name(book):\n"
               "    return book.author.name\n"
               "print([b.pk for b in sorted(Book.objects.all(), key=name)])\n"_s
            << QStringList{};
        QTest::newRow("a parameter of a function that nobody calls")
            << u"def show(book):\n"
               "    book.save()\n"
               "    print(book.author.name)\n"_s
            << QStringList{u"3 1 where 'book' comes from does not show: 'book.author'"_s};
        QTest::newRow("a queryset printed in a transaction")
            << u"with transaction.atomic():\n"
               "    print(Book.objects.all())\n"_s
            << QStringList{u"2 2 printing a queryset fetches it"_s};
        QTest::newRow("a list where a queryset was")
            << u"rows = Book.objects.filter(pk=1) or Book.objects.all()\n"
               "print(rows.filter(pk=2).exists())\n"_s
            << QStringList{u"2 2 'rows' is a list in async code, and has no filter()"_s};
        QTest::newRow("a generator that would wait")
            << u"sizes = (a.book_set.count() for a in Author.objects.all())\n"
               "print(max(sizes))\n"_s
            << QStringList{u"1 0 this generator became a list"_s};
    }
    void whatCannotBeRewrittenIsNamed()
    {
        QFETCH(QString, text);
        QFETCH(QStringList, notes);
        const QStringList found = notesOf(text);
        QCOMPARE(found.size(), notes.size());
        for (qsizetype i = 0; i < notes.size(); ++i)
            QVERIFY2(found[i].startsWith(notes[i]), qPrintable(found[i]));
    }

    void whereThereIsNothingToDoItSaysSo_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("why");
        const QString nothing = u"nothing here asks the database synchronously"_s;
        QTest::newRow("no query") << u"print(1 + 1)\n"_s << nothing;
        QTest::newRow("asynchronous already")
            << u"async for book in Book.objects.all():\n    print(book.title)\n"_s << nothing;
        QTest::newRow("only built") << u"rows = Book.objects.filter(pk=1)\n"_s << nothing;
        QTest::newRow("errors") << u"for book in :\n    pass\n"_s << u"line 1: invalid syntax"_s;
        QTest::newRow("empty") << QString() << nothing;
    }
    void whereThereIsNothingToDoItSaysSo()
    {
        QFETCH(QString, text);
        QFETCH(QString, why);
        QString said;
        QCOMPARE(asyncForm(text, &said), QString());
        QCOMPARE(said, why);
    }

    void whatNeedsNoChangeStaysAsItIs()
    {
        const QString text = u"# Titles\n"
                             "n  =  1   # odd blanks\n"
                             "\n"
                             "total = Book . objects . count( )  # all\n"
                             "print( n,\n"
                             "       total )\n"_s;
        QString expected = text;
        expected.replace(u"Book . objects . count"_s, u"await Book . objects . acount"_s);
        QCOMPARE(asyncForm(text), expected);
    }

    void lineEndsStayAsTheyAre()
    {
        const QString made =
            asyncForm(u"a = Book.objects.count()\r\nb = Tag.objects.count()\r\n"_s);
        QCOMPARE(made.count(u'\n'), made.count(u"\r\n"_s));
        QVERIFY(made.startsWith(u"import asyncio\r\na, b = await asyncio.gather("_s));
    }

    void onlyTheGivenCellIsRewritten()
    {
        const QString first = u"# %% one\n"
                              "books = Book.objects.order_by('pk')\n"
                              "def count(rows):\n"
                              "    return rows.count()\n"_s;
        const QString second = u"# %% two\n"
                               "for book in books:\n"
                               "    print(book.author.name)\n"
                               "print(count(books))\n"_s;
        const notation::ParseResult parsed = notation::parseModule(first + second);
        const int begin = int(first.size());
        const auto rewrite = advice::makeAsync(parsed, models(), {begin, -1});
        QVERIFY(rewrite);
        QCOMPARE(*notation::apply(first + second, rewrite->edits),
                 first + u"# %% two\n"
                         "from asgiref.sync import sync_to_async\n"
                         "async for book in books:\n"
                         "    book.author = await Author.objects.aget(pk=book.author_id)\n"
                         "    print(book.author.name)\n"
                         "print(await sync_to_async(count)(books))\n"_s);
        QVERIFY(rewrite->isComplete());
    }

    void theSummaryTellsWhatWasDone()
    {
        const notation::ParseResult parsed = notation::parseModule(
            u"def first():\n    return Book.objects.first()\n"
            "for book in Book.objects.all():\n    print(book.author.name, first())\n"_s);
        QCOMPARE(advice::makeAsync(parsed, models())->summary,
                 u"2 calls awaited, 1 iteration made async, 1 function made a coroutine, "
                 "select_related added to 1 queryset"_s);
    }

    void anEditedLineIsOneHunkOfTheDiff()
    {
        const QString before = u"1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n"_s;
        QString after = before;
        after.replace(u"5\n"_s, u"five\nand a half\n"_s);
        QCOMPARE(notation::unifiedDiff(before, after, u"a"_s, u"b"_s),
                 u"--- a\n+++ b\n@@ -2,7 +2,8 @@\n 2\n 3\n 4\n-5\n+five\n+and a half\n"
                 " 6\n 7\n 8\n"_s);
        QCOMPARE(notation::unifiedDiff(before, before, u"a"_s, u"b"_s), QString());
        QCOMPARE(notation::unifiedDiff(QString(), u"x"_s, u"a"_s, u"b"_s),
                 u"--- a\n+++ b\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n"_s);
    }

    void theDiffLeadsFromOneTextToTheOther()
    {
        QRandomGenerator random(7);
        for (int round = 0; round < 300; ++round) {
            QString before, after;
            for (int i = random.bounded(12); i > 0; --i)
                before += QString::number(random.bounded(4)) + u'\n';
            for (int i = random.bounded(12); i > 0; --i)
                after += QString::number(random.bounded(4)) + u'\n';
            QString old, made;
            for (const notation::DiffLine &line : notation::lineDiff(before, after)) {
                if (line.kind != notation::DiffLine::Added)
                    old += line.text + u'\n';
                if (line.kind != notation::DiffLine::Removed)
                    made += line.text + u'\n';
            }
            QCOMPARE(old, before);
            QCOMPARE(made, after);
        }
    }
};

QTEST_GUILESS_MAIN(TestMakeAsync)
#include "tst_makeasync.moc"
