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

/// sync_to_async() and async_to_sync(): who runs where, and what does not follow.
class TestBorder : public QObject {
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
    void init() { m_shop = std::make_unique<BookshopDatabase>(); }
    void cleanup() { m_shop.reset(); }

    void scriptsPrint_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("printed");
        const auto row = [](const char *name, const char *source, const char *printed) {
            QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(printed);
        };
        row("a sync function in an async cell",
            "from asgiref.sync import sync_to_async\n"
            "def count(): return Author.objects.filter(pk__lte=2).count()\n"
            "print(await sync_to_async(count)())",
            "2");
        row("arguments and results",
            "def f(a, *, b): return [a, b]\nprint(await sync_to_async(f)(1, b=2))", "[1, 2]");
        row("a method of the ORM",
            "print(await sync_to_async(Author.objects.filter(pk=1).count)())", "1");
        row("its error comes back",
            "def f(): Author.objects.get(pk=-1)\ntry:\n    await sync_to_async(f)()\n"
            "except Author.DoesNotExist as e:\n    print(e)",
            "Author matching query does not exist.");
        row("a decorator",
            "@sync_to_async\ndef f(x):\n    return Author.objects.filter(pk=x).count()\n"
            "print(await f(1))",
            "1");
        row("a decorator with an argument",
            "@sync_to_async(thread_sensitive=False)\ndef f(x):\n"
            "    return Author.objects.filter(pk=x).count()\nprint(await gather(f(1), f(2)))",
            "[1, 1]");
        row("an implicit load on the sync side",
            "def f(): return Review.objects.order_by('pk').first().book.pk\n"
            "print(await sync_to_async(f)() > 0)",
            "True");
        row("a coroutine in a sync cell",
            "from asgiref.sync import async_to_sync\n"
            "async def f(n): return await Author.objects.filter(pk__lte=n).acount()\n"
            "print(async_to_sync(f)(2))",
            "2");
        row("async_to_sync as a decorator",
            "@async_to_sync\nasync def f(n):\n    await asyncio.sleep(0.001)\n    return n\n"
            "print(f(3))",
            "3");
        row("there and back",
            "async def a(n): return await Author.objects.filter(pk__lte=n).acount()\n"
            "def s(n): return async_to_sync(a)(n) + Author.objects.filter(pk=1).count()\n"
            "print(await sync_to_async(s)(2))",
            "3");
        row("there and back from a sync cell",
            "def s(n): return Author.objects.filter(pk__lte=n).count()\n"
            "async def a(n): return await sync_to_async(s)(n)\n"
            "print(async_to_sync(a)(2))",
            "2");
        row("deep",
            "def s(n): return n if n <= 0 else 1 + async_to_sync(a)(n - 1)\n"
            "async def a(n): return n if n <= 0 else 1 + await sync_to_async(s)(n - 1)\n"
            "print(async_to_sync(a)(9))",
            "9");
        row("other tasks go on meanwhile",
            "log = []\ndef slow():\n    for i in range(3000): pass\n    log.append('slow')\n"
            "    return list(Author.objects.all()[:1])\n"
            "async def quick():\n    log.append('quick')\n"
            "await gather(sync_to_async(slow)(), quick())\nprint(log)",
            "['quick', 'slow']");
        row("an async function is refused",
            "async def f(): pass\ntry:\n    sync_to_async(f)\nexcept TypeError as e:\n    print(e)",
            "sync_to_async can only be applied to sync functions.");
        row("async_to_sync inside a coroutine",
            "async def f(): pass\ntry:\n    await asyncio.sleep(0)\n    async_to_sync(f)()\n"
            "except RuntimeError as e:\n    print(e)",
            "You cannot use AsyncToSync in the same thread as an async event loop - just await the "
            "async function directly.");
        row("never awaited", "def f(): pass\nsync_to_async(f)()",
            "RuntimeWarning (line 2): coroutine 'f' was never awaited");
        row("a task that is cancelled does not wait for it",
            "def f():\n    return Author.objects.count()\nt = "
            "asyncio.create_task(sync_to_async(f)())\nawait asyncio.sleep(0)\nt.cancel()\n"
            "try:\n    await t\nexcept asyncio.CancelledError:\n    print('cancelled')",
            "cancelled");
        row("to_thread",
            "def f(): return Author.objects.filter(pk=1).count()\n"
            "print(await asyncio.to_thread(f))",
            "1");
        row("writing on both sides",
            "def s(): Author.objects.create(name='S')\n"
            "async def a(): await Author.objects.acreate(name='A')\n"
            "await gather(sync_to_async(s)(), a(), sync_to_async(s)())\n"
            "print(await Author.objects.filter(name__in='SA').acount())",
            "3");
        row("a transaction of the sync side itself",
            "def s():\n    with atomic():\n        Author.objects.create(name='S')\n"
            "        return Author.objects.filter(name='S').count()\n"
            "print(await sync_to_async(s)())",
            "1");
        row("a writer waits for the other side's transaction",
            "def s(): Author.objects.create(name='S')\nasync def a():\n"
            "    async with atomic():\n        await Author.objects.acreate(name='A')\n"
            "        await asyncio.sleep(0.02)\n"
            "await gather(a(), sync_to_async(s)())\n"
            "print(await Author.objects.filter(name__in='SA').acount())",
            "2");
        row("on_commit on the sync side",
            "def done(): print('done', Author.objects.filter(name='S').count())\n"
            "def s():\n    with atomic():\n        Author.objects.create(name='S')\n"
            "        transaction.on_commit(done)\n        print('body')\n"
            "await sync_to_async(s)()",
            "body\ndone 1");
    }

    void scriptsPrint()
    {
        QFETCH(QString, source);
        QTEST(printedBy(source, options()), "printed");
    }

    void noTransactionFollows_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("error");
        QTest::addColumn<int>("line");
        const auto row = [](const char *name, const char *source, const char *error, int line) {
            QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(error) << line;
        };
        row("a query to the sync side",
            "def f(): return Author.objects.count()\nasync with atomic():\n"
            "    await sync_to_async(f)()",
            "count() would run outside of the transaction that 'async with atomic()' began in line "
            "2: a transaction does not follow across sync_to_async().",
            1);
        row("a queryset",
            "def f(): return list(Author.objects.all())\nasync with atomic():\n"
            "    await sync_to_async(f)()",
            "list() would run outside of the transaction that 'async with atomic()' began in line "
            "2: a transaction does not follow across sync_to_async().",
            1);
        row("an implicit load",
            "b = await Review.objects.order_by('pk').afirst()\ndef f(): return b.book\n"
            "async with atomic():\n    await sync_to_async(f)()",
            "Loading 'book' would run outside of the transaction that 'async with atomic()' "
            "began in line 3: a transaction does not follow across sync_to_async().",
            2);
        row("the other with",
            "def f():\n    with atomic():\n        pass\nasync with atomic():\n"
            "    await sync_to_async(f)()",
            "'with atomic()' would run outside of the transaction that 'async with atomic()' began "
            "in line 4: a transaction does not follow across sync_to_async().",
            2);
        row("a query to the async side",
            "async def f(): return await Author.objects.acount()\nwith atomic():\n"
            "    async_to_sync(f)()",
            "acount() would run outside of the transaction that 'with atomic()' began in line 2: a "
            "transaction does not follow across async_to_sync().",
            1);
        row("async for",
            "async def f():\n    async for a in Author.objects.all(): pass\n"
            "with atomic():\n    async_to_sync(f)()",
            "'async for' would run outside of the transaction that 'with atomic()' began in line "
            "3: "
            "a transaction does not follow across async_to_sync().",
            2);
        row("the other async with",
            "async def f():\n    async with atomic():\n        pass\nwith atomic():\n"
            "    async_to_sync(f)()",
            "'async with atomic()' would run outside of the transaction that 'with atomic()' began "
            "in line 4: a transaction does not follow across async_to_sync().",
            2);
        row("asyncio.run",
            "async def f(): return await Author.objects.acount()\nwith atomic():\n"
            "    asyncio.run(f())",
            "acount() would run outside of the transaction that 'with atomic()' began in line 2: a "
            "transaction does not follow across async_to_sync().",
            1);
        row("to another sync thread",
            "def s(): return Author.objects.count()\n"
            "async def a(): return await sync_to_async(s, thread_sensitive=False)()\n"
            "with atomic():\n    async_to_sync(a)()",
            "count() would run outside of the transaction that 'with atomic()' began in line 3: a "
            "transaction does not follow across async_to_sync().",
            1);
    }

    void noTransactionFollows()
    {
        QFETCH(QString, source);
        OutputBuffer buffer;
        InterpreterOptions o = options();
        o.output = &buffer;
        Interpreter interpreter(o);
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"TransactionManagementError"_s);
        QTEST(outcome.error->message, "error");
        QTEST(outcome.error->line, "line");
        QVERIFY(!outcome.error->suggestion.isEmpty());
        QVERIFY(interpreter.run(u"Author.objects.create(name='after')"_s).ok());
    }

    void whatIsStillInsideIsAllowed_data()
    {
        QTest::addColumn<QString>("source");
        QTest::newRow("back on the thread of the transaction")
            << u"def s(): return Author.objects.filter(name='A').count()\n"
               "async def a(): return await sync_to_async(s)()\n"
               "with atomic():\n    Author.objects.create(name='A')\n"
               "    print(async_to_sync(a)())"_s;
        QTest::newRow("back on the loop of the transaction")
            << u"async def a(): return await Author.objects.filter(name='A').acount()\n"
               "def s(): return async_to_sync(a)()\n"
               "async with atomic():\n    await Author.objects.acreate(name='A')\n"
               "    print(await sync_to_async(s)())"_s;
        QTest::newRow("after the block")
            << u"def s(): return Author.objects.filter(name='A').count()\n"
               "async with atomic():\n    await Author.objects.acreate(name='A')\n"
               "print(await sync_to_async(s)())"_s;
        QTest::newRow("in a task from before the block")
            << u"def s(): return Author.objects.filter(pk=1).count()\n"
               "t = asyncio.create_task(sync_to_async(s)())\n"
               "async with atomic():\n    print(await t)"_s;
    }

    void whatIsStillInsideIsAllowed()
    {
        QFETCH(QString, source);
        QCOMPARE(printedBy(source, options()), u"1"_s);
    }

    void theWrongWithNamesTheRightOne()
    {
        Interpreter interpreter(options());
        const RunOutcome inAsync =
            interpreter.run(u"await asyncio.sleep(0)\nwith atomic():\n    pass"_s);
        QCOMPARE(inAsync.error->type, u"SynchronousOnlyOperation"_s);
        QVERIFY(inAsync.error->message.contains(u"'async with atomic()'"));
        const RunOutcome inSync =
            interpreter.run(u"def f():\n    async with atomic():\n        pass"_s);
        QCOMPARE(inSync.error->type, u"SyntaxError"_s);
        QCOMPARE(inSync.error->line, 2);
        QVERIFY2(inSync.error->suggestion.contains(u"'with "),
                 qPrintable(inSync.error->suggestion));
    }

    void everyCrossingIsOnTheTimeline()
    {
        TraceRecorder recorder;
        m_shop->database().setTraceSink(&recorder);
        InterpreterOptions o = options();
        o.sink = &recorder;
        o.run = 4;
        Interpreter interpreter(o);
        QVERIFY(interpreter
                    .run(u"def s(): return Author.objects.count()\nasync def a(): return await "
                         u"Author.objects.acount()\n"
                         "def t(): return async_to_sync(a)()\nawait sync_to_async(s)()\nawait "
                         u"sync_to_async(s)()\nawait sync_to_async(t)()"_s)
                    .ok());
        m_shop->database().setTraceSink(nullptr);
        QSet<std::uint16_t> syncThreads;
        QHash<std::uint64_t, TraceRecord> crossings;
        int toAsync = 0;
        for (const TraceRecord &r : recorder.snapshot()) {
            if (r.kind != TraceKind::Crossing)
                continue;
            crossings.insert(r.id, r);
            QCOMPARE(r.run, 4u);
            QVERIFY(r.createdNs > 0 && r.leasedNs >= r.createdNs && r.releasedNs >= r.leasedNs);
            if (r.async) {
                ++toAsync;
                QCOMPARE(r.label, QByteArray("async_to_sync(a)"));
                QCOMPARE(r.site.line, 3);
            } else {
                syncThreads.insert(r.thread);
                QVERIFY(r.site.line >= 4);
            }
        }
        QCOMPARE(crossings.size(), 4);
        QCOMPARE(toAsync, 1);
        QCOMPARE(syncThreads.size(), 1);
        QCOMPARE(traceThreadName(*syncThreads.begin()), u"sync_to_async"_s);
        int inside = 0;
        for (const TraceRecord &r : recorder.snapshot()) {
            if (r.kind == TraceKind::Read && crossings.contains(r.parent) && !r.async) {
                ++inside;
                QCOMPARE(r.thread, crossings[r.parent].thread);
            }
        }
        QCOMPARE(inside, 2);
    }

    void aStopReachesTheOtherSide_data()
    {
        QTest::addColumn<QString>("source");
        QTest::newRow("in code") << u"def f():\n    while True: pass\nawait sync_to_async(f)()"_s;
        QTest::newRow("not awaited")
            << u"def f():\n    while True: pass\n"
               "t = asyncio.create_task(sync_to_async(f)())\nawait asyncio.sleep(100)"_s;
        QTest::newRow("in a coroutine of a sync cell")
            << u"async def f(): await asyncio.sleep(100)\nasync_to_sync(f)()"_s;
        QTest::newRow("there and back")
            << u"async def a(): await asyncio.sleep(100)\ndef s(): async_to_sync(a)()\n"
               "await sync_to_async(s)()"_s;
        QTest::newRow("in a lock") << u"async def a():\n    l = asyncio.Lock()\n"
                                      "    async with l:\n        async with l: pass\n"
                                      "def s(): async_to_sync(a)()\nawait sync_to_async(s)()"_s;
    }

    void aStopReachesTheOtherSide()
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
        QVERIFY(interpreter.run(u"def g(): return 1\nawait sync_to_async(g)()"_s).ok());
    }

    void aTimeLimitReachesTheOtherSide()
    {
        InterpreterOptions limited = options();
        limited.limits.time = std::chrono::milliseconds(200);
        Interpreter interpreter(limited);
        const RunOutcome outcome =
            interpreter.run(u"def f():\n    while True: pass\nawait sync_to_async(f)()"_s);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"LimitExceeded"_s);
    }
};

QTEST_GUILESS_MAIN(TestBorder)
#include "tst_border.moc"
