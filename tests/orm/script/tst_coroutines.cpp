#include "tests/orm/script/scripting.h"

#include <QTest>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;

/// Coroutines, tasks and the event loop, as far as Python alone does not show them.
class TestCoroutines : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scriptsPrint_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("printed");
        const auto row = [](const char *name, const char *source, const char *printed) {
            QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(printed);
        };
        row("a cell awaits", "async def f():\n    return 3\nprint(await f())", "3");
        row("a coroutine is cold",
            "async def f():\n    print('ran')\nx = f()\nprint('made')\nawait x", "made\nran");
        row("awaited twice", "async def f(): return 1\nx = f()\nawait x\nawait x",
            "RuntimeError: cannot reuse already awaited coroutine");
        row("never awaited", "async def f(): return 1\nprint(1)\nf()",
            "1\nRuntimeWarning (line 3): coroutine 'f' was never awaited");
        row("sleep is cold too", "asyncio.sleep(1)",
            "RuntimeWarning (line 1): coroutine 'sleep' was never awaited");
        row("gather keeps order",
            "async def f(n):\n    await asyncio.sleep(0.03 - n / 100)\n    print(n)\n    return "
            "n\nprint(await gather(f(0), f(1), f(2)))",
            "2\n1\n0\n[0, 1, 2]");
        row("the first error of gather is its error",
            "async def bad(n):\n    await asyncio.sleep(n)\n    raise ValueError(n)\ntry:\n    "
            "await gather(bad(0.02), bad(0.01))\n"
            "except ValueError as e:\n    print(e)\nawait asyncio.sleep(0.03)",
            "0.01");
        row("nothing to gather", "print(await gather())", "[]");
        row("an error that nobody asked for",
            "async def bad(): raise ValueError('x')\nt = asyncio.create_task(bad())\nawait "
            "asyncio.sleep(0)\nt = None\nprint('on')",
            "on\nRuntimeWarning (line 1): Task exception was never retrieved: ValueError: x");
        row("a task that outlives the script",
            "async def f(): await asyncio.sleep(100)\nt = asyncio.create_task(f())\nawait "
            "asyncio.sleep(0)",
            "RuntimeWarning (line 2): Task 'f' was still pending at the end and was cancelled");
        row("a def is not async", "def f():\n    return asyncio.sleep(0)\nawait f()\nprint('ok')",
            "ok");
        row("create_task needs a loop", "async def f(): pass\nx = f()\nasyncio.create_task(x)",
            "RuntimeError: no running event loop\nRuntimeWarning (line 2): coroutine 'f' was never "
            "awaited");
        row("run inside a loop", "async def f(): pass\nawait f()\nx = f()\nasyncio.run(x)",
            "RuntimeError: asyncio.run() cannot be called from a running event loop\n"
            "RuntimeWarning (line 3): coroutine 'f' was never awaited");
        row("async comprehension and for need something async", "async for x in [1]:\n    pass",
            "TypeError: 'async for' requires an object with __aiter__ method, got list");
        row("a plain with on a task group", "with asyncio.TaskGroup() as t: pass",
            "TypeError: 'TaskGroup' object does not support the context manager protocol");
    }

    void scriptsPrint()
    {
        QFETCH(QString, source);
        QTEST(printedBy(source), "printed");
    }

    void aTaskGoesOnInTheNextRun()
    {
        OutputBuffer buffer;
        InterpreterOptions options;
        options.output = &buffer;
        Interpreter interpreter(options);
        QVERIFY(interpreter
                    .run(u"async def f():\n    await asyncio.sleep(0.01)\n    return 7\n"
                         "t = asyncio.create_task(f())\nawait asyncio.sleep(0)"_s)
                    .ok());
        QVERIFY(interpreter.run(u"print(await t)"_s).ok());
        QCOMPARE(buffer.lines, QStringList{u"7"_s});
    }

    void everyTaskHasALaneOnTheTimeline()
    {
        TraceRecorder recorder;
        InterpreterOptions options;
        options.sink = &recorder;
        options.run = 3;
        Interpreter interpreter(options);
        QVERIFY(
            interpreter
                .run(
                    u"async def f(n):\n    await asyncio.sleep(n)\nawait gather(f(0.02), f(0.01))"_s)
                .ok());
        int coroutines = 0, sleeps = 0;
        QSet<int> lanes;
        for (const TraceRecord &r : recorder.snapshot()) {
            QCOMPARE(r.run, 3u);
            QVERIFY(r.releasedNs >= r.createdNs && r.createdNs > 0);
            if (r.kind == TraceKind::Coroutine) {
                ++coroutines;
                lanes.insert(r.lane);
                QCOMPARE(r.label, QByteArray("f"));
                QCOMPARE(r.site.line, 3);
            }
            if (r.kind == TraceKind::Sleep) {
                ++sleeps;
                QCOMPARE(r.site.line, 2);
                QVERIFY(r.lane != 0 && r.parent != 0);
            }
        }
        QCOMPARE(coroutines, 2);
        QCOMPARE(lanes.size(), 2);
        QCOMPARE(sleeps, 2);
    }
};

QTEST_GUILESS_MAIN(TestCoroutines)
#include "tst_coroutines.moc"
