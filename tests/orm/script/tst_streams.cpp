#include "tests/orm/script/scripting.h"
#include "tests/support/bookshopdatabase.h"

#include "orm/trace/trace.h"

#include <QElapsedTimer>
#include <QTest>
#include <thread>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;
using heddle::test::BookshopDatabase;

/// Rows that come by the batch: iterator(), aiterator() and `async for`.
class TestStreams : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<BookshopDatabase> m_shop;

    InterpreterOptions options() const
    {
        InterpreterOptions o;
        o.database = m_shop->database();
        return o;
    }

private Q_SLOTS:
    void init()
    {
        m_shop = std::make_unique<BookshopDatabase>();
        QCOMPARE(printedBy(u"x = Author.objects.bulk_create([Author(name=f'A{i}') for i in "
                           u"range(20000)])\nprint(len(x))"_s,
                           options()),
                 u"20000"_s);
    }
    void cleanup() { m_shop.reset(); }

    void scriptsPrint_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("printed");
        QTest::addColumn<int>("queries");
        const auto row = [](const char *name, const char *source, const char *printed,
                            int queries) {
            QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(printed)
                                << queries;
        };
        row("all rows",
            "n = 0\nfor a in Author.objects.filter(name__startswith='A').iterator():\n"
            "    n += 1\nprint(n >= 20000)",
            "True", 1);
        row("nothing is asked before the first row", "it = Author.objects.iterator()\nprint(1)",
            "1", 0);
        row("not kept",
            "q = Author.objects.order_by('pk')[:2]\nprint(len(list(q.iterator())), len(list(q)))",
            "2 2", 2);
        row("values",
            "print(list(Author.objects.order_by('pk').values_list('pk', flat=True)[:3]"
            ".iterator(chunk_size=2)))",
            "[1, 2, 3]", 1);
        row("writing while it streams",
            "n = 0\nfor a in Author.objects.filter(name__startswith='A1').iterator():\n"
            "    if n < 3:\n        a.name = 'Z'\n        a.save()\n    n += 1\n"
            "print(n > 5000, Author.objects.filter(name='Z').count())",
            "True 3", 5);
        row("inside a transaction",
            "with atomic():\n    Author.objects.create(name='mine')\n"
            "    print(len(list(Author.objects.filter(name='mine').iterator())))",
            "1", 2);
        row("async",
            "n = 0\nasync for a in Author.objects.filter(name__startswith='A'):\n    n += 1\n"
            "print(n >= 20000)",
            "True", 1);
        row("async, by aiterator",
            "n = 0\nasync for a in Author.objects.aiterator(chunk_size=100):\n    n += 1\n"
            "    if n == 3: break\nprint(n, await Author.objects.filter(pk=1).acount())",
            "3 1", 2);
        row("async, kept by whoever holds it",
            "q = Author.objects.filter(pk__lte=2)\nprint([a.pk async for a in q], "
            "[a.pk async for a in q])",
            "[1, 2] [1, 2]", 1);
        row("async, writing while it streams",
            "n = 0\nasync for a in Author.objects.filter(name__startswith='A1'):\n"
            "    if n < 3:\n        a.name = 'Z'\n        await a.asave()\n    n += 1\n"
            "print(n > 5000, await Author.objects.filter(name='Z').acount())",
            "True 3", 5);
        row("async, inside a transaction",
            "async with atomic():\n    await Author.objects.acreate(name='mine')\n"
            "    print([a.name async for a in Author.objects.filter(name='mine')])",
            "['mine']", 2);
        row("several at once",
            "async def f(n):\n    return len([a async for a in Author.objects.all()[:n]])\n"
            "print(await gather(f(10), f(5000), f(1)))",
            "[10, 5000, 1]", 3);
        row("a task cancelled during COMMIT hears of it after the outcome",
            "async def f():\n    async with atomic():\n        await "
            "Author.objects.acreate(name='C')\n        asyncio.current_task().cancel()\n"
            "t = asyncio.create_task(f())\ntry:\n    await t\n"
            "except asyncio.CancelledError:\n    print('cancelled')\n"
            "print(await Author.objects.filter(name='C').acount())",
            "cancelled\n1", 2);
    }

    void scriptsPrint()
    {
        QFETCH(QString, source);
        OutputBuffer buffer;
        InterpreterOptions o = options();
        o.output = &buffer;
        Interpreter interpreter(o);
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY2(outcome.ok(), outcome.error ? qPrintable(outcome.error->toString()) : "");
        QCOMPARE(buffer.lines.join(u'\n'), [&] {
            QFETCH(QString, printed);
            return printed;
        }());
        QTEST(int(outcome.queries), "queries");
    }

    void aLimitCountsTheRowsThatCame_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<int>("line");
        QTest::newRow("iterator") << u"n = 0\nfor a in Author.objects.iterator():\n    n += 1"_s
                                  << 2;
        QTest::newRow("async for")
            << u"n = 0\nasync for a in Author.objects.all():\n    n += 1"_s << 2;
        QTest::newRow("for") << u"\nfor a in Author.objects.all():\n    pass"_s << 2;
        QTest::newRow("list") << u"1\n2\nx = list(Author.objects.values())"_s << 3;
        QTest::newRow("await") << u"1\nx = await Author.objects.ain_bulk()"_s << 2;
        QTest::newRow("raw") << u"x = list(Author.objects.raw('SELECT * FROM author'))"_s << 1;
    }

    void aLimitCountsTheRowsThatCame()
    {
        QFETCH(QString, source);
        InterpreterOptions limited = options();
        limited.limits.rows = 15000;
        Interpreter interpreter(limited);
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"LimitExceeded"_s);
        QCOMPARE(outcome.error->message,
                 u"The script fetched more than the 15000 rows that it may"_s);
        QTEST(outcome.error->line, "line");
        QVERIFY(interpreter.run(u"Author.objects.filter(pk=1).count()"_s).ok());
    }

    void whatIsNotTakenIsNotCounted()
    {
        InterpreterOptions limited = options();
        limited.limits.rows = 15000;
        Interpreter interpreter(limited);
        const RunOutcome outcome = interpreter.run(
            u"for a in Author.objects.iterator():\n    break\n"
            "async def f():\n    async for a in Author.objects.all():\n        break\n"
            "asyncio.run(f())"_s);
        QVERIFY2(outcome.ok(), outcome.error ? qPrintable(outcome.error->toString()) : "");
    }

    void aStopEndsIt_data()
    {
        QTest::addColumn<QString>("source");
        QTest::newRow("in the loop")
            << u"for a in Author.objects.iterator():\n    while True: pass"_s;
        QTest::newRow("in the statement")
            << u"for a in Author.objects.raw('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT "
               "x + 1 FROM c) SELECT max(x) AS id FROM c'):\n    pass"_s;
        QTest::newRow("async") << u"async for a in Author.objects.all():\n"
                                  "    await asyncio.sleep(1)"_s;
    }

    void aStopEndsIt()
    {
        QFETCH(QString, source);
        Interpreter interpreter(options());
        std::atomic<bool> ended{false};
        std::thread stopper([&] {
            while (!ended) { // a stop before the run began does not count
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                interpreter.stop();
            }
        });
        QElapsedTimer timer;
        timer.start();
        const RunOutcome outcome = interpreter.run(source);
        ended = true;
        stopper.join();
        QVERIFY(outcome.stopped);
        QVERIFY(timer.elapsed() < 5000);
        QVERIFY(interpreter.run(u"Author.objects.filter(pk=1).count()"_s).ok());
    }

    void aTimeLimitEndsAStatement()
    {
        InterpreterOptions limited = options();
        limited.limits.time = std::chrono::milliseconds(200);
        Interpreter interpreter(limited);
        QElapsedTimer timer;
        timer.start();
        const RunOutcome outcome = interpreter.run(
            u"x = 1\nlist(Author.objects.raw('WITH RECURSIVE c(x) AS (SELECT 1 UNION ALL SELECT "
            "x + 1 FROM c) SELECT max(x) AS id FROM c'))"_s);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"LimitExceeded"_s);
        QCOMPARE(outcome.error->line, 2);
        QVERIFY(timer.elapsed() < 5000);
    }
};

QTEST_GUILESS_MAIN(TestStreams)
#include "tst_streams.moc"
