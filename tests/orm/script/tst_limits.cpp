#include "tests/orm/script/scripting.h"

#include <QElapsedTimer>
#include <QTest>
#include <thread>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;

/// A stranger's workbook reaches nothing but the database, and ends when it is told to.
class TestLimits : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void nothingOutsideIsReached_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("type");
        const auto row = [](const char *source, const char *type) {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(type);
        };
        row("open('/etc/passwd')", "NameError");
        row("__import__('os')", "NameError");
        row("import os", "ModuleNotFoundError");
        row("from subprocess import run", "ModuleNotFoundError");
        row("import socket", "ModuleNotFoundError");
        row("from datetime import sys", "ImportError");
        row("from django.db.models import __builtins__", "ImportError");
        row("eval('1')", "NameError");
        row("exec('1')", "NameError");
        row("getattr(1, 'real')", "NameError");
        row("().__class__", "AttributeError");
        row("''.__class__.__mro__[1].__subclasses__()", "AttributeError");
        row("print.__self__", "AttributeError");
        row("def f(): pass\nf.__globals__", "AttributeError");
        row("def f(): pass\nf.__code__ = 1", "AttributeError");
        row("'{0.__class__}'.format(1)", "AttributeError");
        row("'{0.__init__.__globals__}'.format(print)", "AttributeError");
        row("f'{(1).__class__}'", "AttributeError");
        row("try:\n    1/0\nexcept Exception as e:\n    e.__traceback__", "AttributeError");
        row("(x for x in [1]).gi_frame", "AttributeError");
        row("async def f(): pass\nf().cr_frame", "AttributeError");
        row("import asyncio\nasyncio.create_subprocess_shell('ls')", "AttributeError");
        row("import asyncio\nasyncio.open_connection('a', 1)", "AttributeError");
        row("import asyncio\nasyncio.__dict__", "AttributeError");
        row("ValueError.__subclasses__", "AttributeError");
        row("globals()", "NameError");
        row("asyncio.sleep = 1", "AttributeError");
        row("int.x = 1", "AttributeError");
    }

    void nothingOutsideIsReached()
    {
        QFETCH(QString, source);
        Interpreter interpreter{InterpreterOptions()};
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY(outcome.error);
        QTEST(outcome.error->type, "type");
    }

    void muchIsRefusedBeforeItIsMade_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("type");
        const auto row = [](const char *source, const char *type = "LimitExceeded") {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(type);
        };
        row("'a' * 10**12");
        row("[0] * 10**10");
        row("list(range(10**12))");
        row("b'x' * 10**12");
        row("bytes(10**12)");
        row("'a'.ljust(10**12)");
        row("f'{1.5:.999999999f}'");
        row("('a' * 1000).replace('a', 'b' * 10**7)");
        row("x = 'a'\nwhile True:\n    x += x");
        row("x = [1]\nwhile True:\n    x = x + x");
        row("d = {}\nwhile True:\n    d[len(d)] = 'text'");
        row("{i for i in range(10**12)}");
        row("[[0] * 10**5 for i in range(10**5)]");
        row("x = [1]\nfor i in range(100):\n    x = [x, x]\nrepr(x)");
        row("10**10**10", "OverflowError");
        row("1 << 10**12", "OverflowError");
        row("str(10**30000)", "ValueError");
        row("int('9' * 5000)", "ValueError");
        row("range(10**20)", "OverflowError");
        row("f'{1:99999999999}'", "ValueError");
    }

    void muchIsRefusedBeforeItIsMade()
    {
        QFETCH(QString, source);
        InterpreterOptions options;
        options.limits.memoryBytes = 64 << 20;
        Interpreter interpreter(options);
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY(outcome.error);
        QTEST(outcome.error->type, "type");
        QVERIFY2(interpreter.run(u"x = d = None\n1"_s).ok(), "goes on after a limit");
    }

    void deepRecursionIsAnErrorAndNoCrash_data()
    {
        QTest::addColumn<QString>("source");
        const auto row = [](const char *source) {
            QTest::newRow(source) << QString::fromUtf8(source);
        };
        row("def f(): f()\nf()");
        row("def f(x): return sorted([x], key=f)\nf(1)");
        row("def f(n): return sum(f(n) for i in [1])\nf(1)");
        row("a = []\nfor i in range(100000): a = [a]\nrepr(a)");
        row("a = []\nfor i in range(100000): a = [a]\nb = []\nfor i in range(100000): b = [b]\na "
            "== b");
        row("a = ()\nfor i in range(100000): a = (a,)\n{a: 1}");
        row("async def f(): await f()\nawait f()");
    }

    void deepRecursionIsAnErrorAndNoCrash()
    {
        QFETCH(QString, source);
        Interpreter interpreter{InterpreterOptions()};
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"RecursionError"_s);
        QCOMPARE(
            printedBy(u"def f(): f()\ntry:\n    f()\nexcept RecursionError as e:\n    print(e)"_s),
            u"maximum recursion depth exceeded"_s);
    }

    void endlessScriptsEndByTheirLimits_data()
    {
        QTest::addColumn<QString>("source");
        const auto row = [](const char *source) {
            QTest::newRow(source) << QString::fromUtf8(source);
        };
        row("while True: pass");
        row("while True:\n    try:\n        while True: pass\n    except BaseException: pass\n    "
            "finally:\n        while True: pass");
        row("sum(range(10**15))");
        row("[1 for i in range(10**15) if 0]");
        row("any(0 for i in range(10**15))");
        row("x = ()\nfor i in range(100):\n    x = (x, x)\n{x: 1}");
        row("async def f():\n    while True: await asyncio.sleep(0)\nawait f()");
        row("await asyncio.sleep(1000)");
        row("async def f(): await gather(f(), f())\nawait f()");
    }

    void endlessScriptsEndByTheirLimits()
    {
        QFETCH(QString, source);
        InterpreterOptions options;
        options.limits.time = std::chrono::milliseconds(200);
        Interpreter interpreter(options);
        QElapsedTimer timer;
        timer.start();
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"LimitExceeded"_s);
        QVERIFY(!outcome.stopped);
        QVERIFY2(timer.elapsed() < 5000, qPrintable(QString::number(timer.elapsed())));
    }

    void statementsAreCounted()
    {
        InterpreterOptions options;
        options.limits.statements = 5000;
        Interpreter interpreter(options);
        QCOMPARE(interpreter.run(u"x = 1\nx = 2"_s).statements, 2);
        const RunOutcome outcome = interpreter.run(u"while True:\n    x = 1"_s);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"LimitExceeded"_s);
    }

    void anotherThreadStopsIt_data() { endlessScriptsEndByTheirLimits_data(); }

    void anotherThreadStopsIt()
    {
        QFETCH(QString, source);
        Interpreter interpreter{InterpreterOptions()};
        std::atomic<bool> ended{false};
        std::thread stopper([&] {
            while (!ended) { // a stop before the run began does not count
                std::this_thread::sleep_for(std::chrono::milliseconds(20));
                interpreter.stop();
            }
        });
        const RunOutcome outcome = interpreter.run(source);
        ended = true;
        stopper.join();
        QVERIFY(outcome.stopped);
        QCOMPARE(outcome.error->type, u"KeyboardInterrupt"_s);
        QVERIFY(interpreter.run(u"1"_s).ok());
    }

    void circlesAreFreed()
    {
        // LeakSanitizer is the judge; here they only must not crash.
        Interpreter interpreter{InterpreterOptions()};
        QVERIFY(interpreter
                    .run(u"a = []\na.append(a)\nd = {}\nd['d'] = d\ndef f():\n    def g(): return "
                         u"g\n    return g\nh = f()\n"
                         "t = ([],)\nt[0].append(t)"_s)
                    .ok());
        const Object held = interpreter.global(u"t"_s);
        QVERIFY(!held.isEmpty());
    }
};

QTEST_GUILESS_MAIN(TestLimits)
#include "tst_limits.moc"
