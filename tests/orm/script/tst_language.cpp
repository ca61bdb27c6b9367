#include "tests/orm/script/scripting.h"

#include <QDir>
#include <QProcess>
#include <QStandardPaths>
#include <QTest>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;

/// The language by itself: what scripts print, and what they are told when they go wrong.
class TestLanguage : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void scriptsPrintWhatPythonPrints_data()
    {
        QTest::addColumn<QString>("file");
        const QDir folder(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u"/tests/orm/script/data"_s);
        const QStringList files = folder.entryList({u"*.py"_s});
        QVERIFY(!files.isEmpty());
        for (const QString &file : files)
            QTest::newRow(qPrintable(file)) << folder.filePath(file);
    }

    void scriptsPrintWhatPythonPrints()
    {
        QFETCH(QString, file);
        const QString python = QStandardPaths::findExecutable(u"python3"_s);
        if (python.isEmpty())
            QSKIP("There is no python3 to compare with");
        QFile source(file);
        QVERIFY(source.open(QIODevice::ReadOnly));
        QProcess process;
        process.start(python, {u"-c"_s, u"import sys; print('%d.%d' % sys.version_info[:2])"_s});
        QVERIFY(process.waitForFinished(60'000));
        if (process.readAllStandardOutput().trimmed() != "3.11") // messages change with each one
            QSKIP("The notation is Python 3.11's, and python3 is another one");
        QProcessEnvironment environment = QProcessEnvironment::systemEnvironment();
        environment.insert(u"PYTHONIOENCODING"_s, u"utf-8"_s);
        process.setProcessEnvironment(environment);
        process.start(python, {u"-W"_s, u"ignore"_s, file});
        QVERIFY(process.waitForFinished(60'000));
        if (process.exitCode() != 0) // an older Python than 3.11 lacks TaskGroup
            QSKIP(process.readAllStandardError().right(200).constData());
        const QStringList expected =
            QString::fromUtf8(process.readAllStandardOutput()).trimmed().split(u'\n');
        const QStringList actual =
            printedBy(QString::fromUtf8(source.readAll())).trimmed().split(u'\n');
        for (qsizetype i = 0; i < std::min(expected.size(), actual.size()); ++i)
            QCOMPARE(u"%1: %2"_s.arg(i + 1).arg(actual[i]),
                     u"%1: %2"_s.arg(i + 1).arg(expected[i]));
        QCOMPARE(actual.size(), expected.size());
    }

    void scriptsPrint_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("printed");
        const auto row = [](const char *name, const char *source, const char *printed) {
            QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(printed);
        };
        row("assignment", "a = b = 2\na += 3\nprint(a, b)", "5 2");
        row("unpacking", "(a, b), *c = (1, 2), 3, 4\nprint(a, b, c)", "1 2 [3, 4]");
        row("comparison chain", "print(1 < 2 < 3, 1 < 3 < 2, 1 in [1] in [[1]])",
            "True False True");
        row("conditional", "print('a' if 1 else b, 'c' if [] else 'd')", "a d");
        row("boolean operators", "print(0 or 'x', 1 and 2, not [], None or 0)", "x 2 True 0");
        row("f-strings", "x = 3.14159\nprint(f'{x:.2f} {x!r:>10} {\"a\"}{{}}')",
            "3.14    3.14159 a{}");
        row("print without an end", "print('a', end='')\nprint('b')\nprint('c', end='')", "ab\nc");
        row("comprehension scopes", "x = 'kept'\ny = [x for x in range(2)]\nprint(x, y)",
            "kept [0, 1]");
        row("generators are lazy",
            "def say(x):\n    print('saw', x)\n    return x\ng = (say(x) for x in [1, "
            "2])\nprint('made')\nprint(sum(g))",
            "made\nsaw 1\nsaw 2\n3");
        row("closures share",
            "def f():\n    n = [x for x in (lambda_free(y) for y in range(2))]\n    return n\n"
            "def lambda_free(y):\n    return y + 1\nprint(f())",
            "[1, 2]");
        row("finally on every way out",
            "def f(x):\n    for i in [1]:\n        try:\n            if x: return 'r'\n            "
            "break\n        finally:\n"
            "            print('f')\n    return 'b'\nprint(f(0), f(1))",
            "f\nf\nb r");
        row("try, except, else",
            "try:\n    {}['k']\nexcept KeyError as e:\n    print(repr(e), e)\nelse:\n    "
            "print('no')",
            "KeyError('k') 'k'");
        row("imports that are there",
            "from django.db.models import F, Q\nfrom datetime import date as d\nimport "
            "asyncio\nprint(d(2020, 1, 2))",
            "2020-01-02");
        row("annotations are ignored", "x: int = 3\ny: str\nprint(x)", "3");
        row("del", "x = [1, 2, 3]\ndel x[0], x[-1]\nprint(x)", "[2]");
        row("JSON order and big numbers", "print({'b': 1, 'a': 2 ** 70})",
            "{'b': 1, 'a': 1180591620717411303424}");
        row("string subclasses of code points", "s = 'a😀b'\nprint(len(s), s[1], s[::-1])",
            "3 😀 b😀a");
    }

    void scriptsPrint()
    {
        QFETCH(QString, source);
        QTEST(printedBy(source), "printed");
    }

    void errorsSayWhatPythonSays_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("error");
        QTest::addColumn<int>("line");
        QTest::addColumn<int>("column");
        QTest::addColumn<QString>("suggestion");
        const auto row = [](const char *source, const char *error, int line, int column,
                            const char *suggestion = "") {
            QTest::newRow(source) << QString::fromUtf8(source) << QString::fromUtf8(error) << line
                                  << column << QString::fromUtf8(suggestion);
        };
        row("x = 1\ny = z", "NameError: name 'z' is not defined", 2, 5);
        row("total = 1\nprint(totl)", "NameError: name 'totl' is not defined", 2, 7,
            "did you mean 'total'?");
        row("1 + 'a'", "TypeError: unsupported operand type(s) for +: 'int' and 'str'", 1, 1);
        row("x = [1]\nx[3]", "IndexError: list index out of range", 2, 1);
        row("é = 1\né / 0", "ZeroDivisionError: division by zero", 2, 1);
        row("'a'.uper()", "AttributeError: 'str' object has no attribute 'uper'", 1, 5,
            "did you mean 'upper'?");
        row("def f(x):\n    return x.y\nf(1)", "AttributeError: 'int' object has no attribute 'y'",
            2, 14);
        row("raise ValueError('no')", "ValueError: no", 1, 1);
        row("import os",
            "ModuleNotFoundError: No module named 'os'; a workbook can import from: asyncio, "
            "datetime, decimal, uuid, "
            "django.db, django.db.models, django.db.models.functions, django.core.exceptions, "
            "asgiref.sync, <app>.models",
            1, 1);
        row("def f():\n    await g()", "SyntaxError: 'await' outside async function", 2, 5);
        row("map(str, [1])", "NameError: name 'map' is not part of Heddle's notation", 1, 1,
            "write a list comprehension");
    }

    void errorsSayWhatPythonSays()
    {
        QFETCH(QString, source);
        QFETCH(QString, error);
        QFETCH(int, line);
        QFETCH(int, column);
        QFETCH(QString, suggestion);
        Interpreter interpreter{InterpreterOptions()};
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->qualifiedType + u": "_s + outcome.error->message, error);
        QCOMPARE(outcome.error->line, line);
        QCOMPARE(outcome.error->column, column);
        if (!suggestion.isEmpty())
            QCOMPARE(outcome.error->suggestion, suggestion);
    }

    void anErrorTellsTheWayToIt()
    {
        Interpreter interpreter{InterpreterOptions()};
        const RunOutcome outcome =
            interpreter.run(u"def f():\n    1 / 0\ndef g():\n    f()\ng()"_s, 10);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->line, 12);
        QStringList way;
        for (const TracebackLine &step : outcome.error->traceback)
            way.append(u"%1:%2"_s.arg(step.function).arg(step.line));
        QCOMPARE(way.join(u' '), u"<module>:15 g:14 f:12"_s);
    }

    void namesLastFromRunToRun()
    {
        Interpreter interpreter{InterpreterOptions()};
        QVERIFY(interpreter.run(u"x = [1]\ndef f(): return x"_s).ok());
        QVERIFY(interpreter.run(u"x.append(2)"_s).ok());
        const RunOutcome outcome = interpreter.evaluate(u"f()"_s);
        QVERIFY(outcome.ok());
        QCOMPARE(outcome.value.typeName(), u"list"_s);
        QCOMPARE(interpreter.globalNames(), (QStringList{u"f"_s, u"x"_s}));
    }

    void aModulesLastExpressionIsItsValue()
    {
        Interpreter interpreter{InterpreterOptions()};
        QCOMPARE(interpreter.run(u"1\n2\n40 + 2"_s).value.asInt(), 42);
        QVERIFY(interpreter.run(u"x = 3"_s).value.isEmpty());
        QCOMPARE(interpreter.run(u"\n\n7"_s, 5).valueSite.line, 8);
    }

    void copiesOfTheNamesShareNothing()
    {
        Interpreter main{InterpreterOptions()};
        QVERIFY(main.run(u"shared = [1]\nd = {'l': shared}\nuntouched = [0]"_s).ok());
        const auto copy = main.copyGlobals(nullptr);
        QVERIFY(copy->run(u"shared.append(2)\nfresh = 1\ndel d"_s).ok());
        QCOMPARE(main.evaluate(u"len(shared)"_s).value.asInt(), 1);
        const Object before = main.global(u"untouched"_s);
        main.mergeGlobals(*copy);
        QCOMPARE(main.evaluate(u"len(shared) + fresh"_s).value.asInt(), 3);
        QVERIFY(main.global(u"d"_s).isEmpty());
        QVERIFY(main.global(u"untouched"_s).isSame(before));
    }
};

QTEST_GUILESS_MAIN(TestLanguage)
#include "tst_language.moc"
