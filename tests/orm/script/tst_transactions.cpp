#include "tests/orm/script/scripting.h"
#include "tests/support/bookshopdatabase.h"

#include "orm/trace/trace.h"

#include <QTest>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;
using heddle::test::BookshopDatabase;

/// Scripts with atomic(): what they print, and what was sent between BEGIN and the end.
class TestScriptTransactions : public QObject {
    Q_OBJECT

private:
    std::unique_ptr<BookshopDatabase> m_shop;
    TraceRecorder m_recorder;

    InterpreterOptions options() const
    {
        InterpreterOptions o;
        o.database = m_shop->database();
        return o;
    }
    /// The kinds of the statements that ran, by their first letters: "BWC" is BEGIN, a write,
    /// COMMIT; "S", "L", "U" are savepoints that are set, released and undone.
    QString kinds()
    {
        QString out;
        for (const TraceRecord &record : m_recorder.take()) {
            const QHash<TraceKind, QChar> letters{
                {TraceKind::Begin, u'B'},    {TraceKind::Commit, u'C'},
                {TraceKind::Rollback, u'R'}, {TraceKind::Savepoint, u'S'},
                {TraceKind::Read, u'r'},     {TraceKind::ReleaseSavepoint, u'L'},
                {TraceKind::Write, u'W'},    {TraceKind::RollbackToSavepoint, u'U'},
            };
            if (letters.contains(record.kind))
                out += letters.value(record.kind);
        }
        return out;
    }

private Q_SLOTS:
    void init()
    {
        m_shop = std::make_unique<BookshopDatabase>();
        m_recorder.take();
        m_shop->database().setTraceSink(&m_recorder);
    }
    void cleanup() { m_shop.reset(); }

    void blocksEndAsDjangosDo_data()
    {
        QTest::addColumn<QString>("source");
        QTest::addColumn<QString>("printed");
        QTest::addColumn<QString>("kinds");
        const auto row = [](const char *name, const char *source, const char *printed,
                            const char *kinds) {
            QTest::newRow(name) << QString::fromUtf8(source) << QString::fromUtf8(printed)
                                << QString::fromUtf8(kinds);
        };
        row("commit", "with atomic():\n    Author.objects.create(name='A')", "", "BWC");
        row("rollback",
            "try:\n    with transaction.atomic():\n        Author.objects.create(name='A')\n"
            "        raise ValueError('no')\nexcept ValueError as e:\n    print(e)\n"
            "print(Author.objects.filter(name='A').exists())",
            "no\nFalse", "BWRr");
        row("savepoint",
            "with atomic():\n    try:\n        with atomic():\n"
            "            Author.objects.create(pk=1, name='A')\n"
            "    except IntegrityError:\n        print('caught')\n"
            "    Author.objects.create(name='B')",
            "caught", "BSWULWC");
        row("an error inside marks the block",
            "try:\n    with atomic():\n        try:\n"
            "            Author.objects.create(pk=1, name='A')\n"
            "        except IntegrityError:\n            pass\n        Author.objects.count()\n"
            "except TransactionManagementError as e:\n    print(e)",
            "An error occurred in the current transaction. You can't execute queries until the end "
            "of the 'atomic' block.",
            "BWR");
        row("durable",
            "try:\n    with atomic():\n        with transaction.atomic(durable=True):\n"
            "            pass\nexcept RuntimeError as e:\n    print(e)",
            "A durable atomic block cannot be nested within another atomic block.", "BR");
        row("on_commit",
            "def done():\n    print('done')\nwith atomic():\n    transaction.on_commit(done)\n"
            "    print('body')\ntransaction.on_commit(done)",
            "body\ndone\ndone", "BC");
        row("a robust callback",
            "def fails():\n    raise ValueError('no')\nwith atomic():\n"
            "    transaction.on_commit(fails, robust=True)\nprint('on')",
            "on", "BC");
        row("the flag",
            "with atomic():\n    transaction.set_rollback(True)\n"
            "    print(transaction.get_rollback())",
            "True", "BR");
        row("savepoints by hand",
            "with atomic():\n    s = transaction.savepoint()\n    Author.objects.create(name='A')\n"
            "    transaction.savepoint_rollback(s)\n    transaction.savepoint_commit(s)\n"
            "print(Author.objects.filter(name='A').count())",
            "0", "BSWULCr");
        row("leaving by return",
            "def f():\n    with atomic():\n        Author.objects.create(name='A')\n"
            "        return 'r'\nprint(f())",
            "r", "BWC");
        row("leaving by break", "for i in range(2):\n    with atomic():\n        break\nprint(i)",
            "0", "BC");
        row("imported", "from django.db import transaction\nwith transaction.atomic(): pass", "",
            "BC");
        row("without a savepoint",
            "with atomic():\n    with atomic(savepoint=False):\n"
            "        Author.objects.create(name='A')",
            "", "BWC");
        row("async",
            "async with atomic():\n    await Author.objects.acreate(name='A')\n"
            "    print(await Author.objects.filter(name='A').acount())",
            "1", "BWrC");
        row("async, rolled back",
            "try:\n    async with atomic():\n        await Author.objects.acreate(name='A')\n"
            "        raise ValueError('no')\nexcept ValueError:\n"
            "    print(await Author.objects.filter(name='A').acount())",
            "0", "BWRr");
        row("tasks of an async block join it",
            "import asyncio\nasync def add(n):\n    await Author.objects.acreate(name=n)\n"
            "async with atomic():\n    await asyncio.gather(add('A'), add('B'))\n"
            "    try:\n        async with atomic():\n            await add('C')\n"
            "            raise ValueError('no')\n    except ValueError:\n        pass\n"
            "print(await Author.objects.filter(name__in='ABC').acount())",
            "2", "BWWSWULCr");
        row("the sync one in an async cell",
            "import asyncio\nawait asyncio.sleep(0)\ntry:\n    with atomic():\n        pass\n"
            "except SynchronousOnlyOperation as e:\n    print(e)",
            "You cannot call this from an async context - use a thread or sync_to_async. 'with "
            "atomic()' would block its thread here; write 'async with atomic()'.",
            "");
    }

    void blocksEndAsDjangosDo()
    {
        QFETCH(QString, source);
        QTEST(printedBy(source, options(), false), "printed");
        QTEST(kinds(), "kinds");
    }

    void aStoppedRunLeavesNoTransactionOpen_data()
    {
        QTest::addColumn<QString>("source");
        QTest::newRow("in the block") << u"with atomic():\n    Author.objects.create(name='A')\n"
                                         "    while True:\n        pass"_s;
        QTest::newRow("held by a name")
            << u"a = atomic()\nwith a:\n    Author.objects.create(name='A')\n"
               "    while True:\n        pass"_s;
        QTest::newRow("async") << u"import asyncio\nasync with atomic():\n"
                                  "    await Author.objects.acreate(name='A')\n"
                                  "    await asyncio.sleep(60)"_s;
    }

    void aStoppedRunLeavesNoTransactionOpen()
    {
        QFETCH(QString, source);
        InterpreterOptions limited = options();
        limited.limits.time = std::chrono::milliseconds(200);
        OutputBuffer buffer;
        limited.output = &buffer;
        Interpreter interpreter(limited);
        const RunOutcome outcome = interpreter.run(source);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"LimitExceeded"_s);
        Interpreter after(options());
        const RunOutcome written = after.run(u"Author.objects.create(name='B')\n"
                                             "Author.objects.filter(name='A').count()"_s);
        QVERIFY2(written.ok(), written.error ? qPrintable(written.error->message) : "");
        QCOMPARE(written.value.asInt(), 0);
    }

    void limitsCountRows()
    {
        InterpreterOptions limited = options();
        limited.limits.rows = 3;
        QCOMPARE(
            printedBy(u"print(len(Author.objects.all()[:2]))\nlist(Author.objects.all()[:2])"_s,
                      limited),
            u"2\nLimitExceeded: The script fetched more than the 3 rows that it may"_s);
    }
};

QTEST_GUILESS_MAIN(TestScriptTransactions)

#include "tst_transactions.moc"
