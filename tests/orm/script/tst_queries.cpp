#include "orm/script/natives.h"
#include "orm/script/querymethods.h"
#include "orm/script/resultview.h"
#include "tests/orm/script/scripting.h"
#include "tests/support/bookshopdatabase.h"
#include "tests/support/querycounter.h"

#include <QTest>
#include <thread>

using namespace heddle;
using namespace heddle::script;
using namespace Qt::Literals::StringLiterals;
using heddle::test::BookshopDatabase;
using heddle::test::QueryCounter;

/// Scripts that ask the database: what they print, and how many statements that took.
class TestQueries : public QObject {
    Q_OBJECT

private:
    BookshopDatabase m_shop;

    InterpreterOptions options() const
    {
        InterpreterOptions o;
        o.database = m_shop.database();
        return o;
    }

private Q_SLOTS:
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
        row("nothing runs before it is asked",
            "q = Book.objects.filter(pk__gt=1).order_by('title')[:3]\nprint('made')", "made", 0);
        row("objects",
            "for b in Book.objects.order_by('pk')[:2]:\n    print(b, b.title, b.pk, repr(b))",
            "Book object (1) Tides 1 <Book: Book object (1)>\nBook object (2) Winter 2 <Book: Book "
            "object (2)>",
            1);
        row("one query a row",
            "for b in Book.objects.filter(publisher__isnull=False).order_by('pk'):\n    "
            "b.publisher.name",
            "", 4);
        row("select_related is one",
            "for b in Book.objects.filter(publisher__isnull=False).select_related('publisher'):\n  "
            "  b.publisher.name",
            "", 1);
        row("rows with names",
            "for r in Book.objects.order_by('pk').values_list('pk', 'title', named=True)[:2]:\n"
            "    print(r.title, r[0], r)",
            "Tides 1 Row(pk=1, title='Tides')\nWinter 2 Row(pk=2, title='Winter')", 1);
        row("a relation with a condition",
            "good = Book.objects.annotate(good=FilteredRelation('review', "
            "condition=Q(review__rating__gte=4)))\n"
            "print(list(good.filter(good__isnull=False).order_by('pk')"
            ".values_list('title', 'good__reviewer')))\n"
            "print(list(good.annotate(n=Count('good')).order_by('pk').values_list('n', "
            "flat=True)))",
            "[('Tides', 'Kim'), ('Winter', 'Kim')]\n[1, 1, 0, 0, 0]", 2);
        row("querysets joined by operators",
            "a = Book.objects.filter(review__rating__lte=2)\n"
            "b = Book.objects.annotate(n=Count('author')).filter(n__gt=1)\n"
            "print(sorted({x.pk for x in Book.objects.filter(pk=4) | a}))\n"
            "print([x.pk for x in b | Book.objects.filter(title='Tides').order_by('pk')])\n"
            "print([x.pk for x in Book.objects.order_by('pk')[:2] | Book.objects.filter(pk=5)])",
            "[3, 4]\n[1, 2]\n[1, 2, 5]", 3);
        row("a filter on a window",
            "best = Review.objects.annotate(r=Window(RowNumber(), partition_by='book', "
            "order_by='-rating')).filter(r=1)\n"
            "print(list(best.order_by('book').values_list('book', 'rating')), best.count())",
            "[(1, 5), (2, 4), (3, 2)] 3", 2);
        row("a slice of each parent's rows",
            "q = Book.objects.order_by('pk').prefetch_related(Prefetch('review_set', "
            "queryset=Review.objects.order_by('-rating')[:1], to_attr='best'))\n"
            "print([[r.rating for r in b.best] for b in q])\n"
            "a = Author.objects.order_by('pk').prefetch_related(Prefetch('book_set', "
            "queryset=Book.objects.order_by('-pk')[:1]))\n"
            "print([[b.pk for b in x.book_set.all()] for x in a])",
            "[[5], [4], [2], [], []]\n[[2], [4], [3], []]", 4);
        row("a queryset remembers its rows",
            "q = Book.objects.all()\nprint(len(q), len(q), bool(q), q.count(), q.exists(), "
            "len(list(q)))\n"
            "len(q.all())",
            "5 5 True 5 True 5", 2);
        row("the same row is the same object",
            "q = Book.objects.order_by('pk')\nlen(q)\nprint(q[0] is q[0], q[0] == "
            "Book.objects.get(pk=1))",
            "True True", 2);
        row("indexing",
            "q = Book.objects.order_by('pk')\nprint(q[0].title, q[1].title)\ntry:\n    "
            "q[99]\nexcept IndexError as e:\n    print(e)\n"
            "try:\n    q[-1]\nexcept ValueError as e:\n    print(e)",
            "Tides Winter\nlist index out of range\nNegative indexing is not supported.", 3);
        row("slices are lazy, with a step they are not",
            "q = Book.objects.order_by('pk')\na = q[1:3]\nprint([b.pk for b in q[::2]])",
            "[1, 3, 5]", 1);
        row("values",
            "print(list(Book.objects.order_by('pk').values('pk', 'title')[:1]), "
            "list(Book.objects.order_by('pk').values_list('title', flat=True)[:2]))",
            "[{'pk': 1, 'title': 'Tides'}] ['Tides', 'Winter']", 2);
        row("get",
            "print(Book.objects.get(pk=2).title)\ntry:\n    Book.objects.get(pk=99)\nexcept "
            "Book.DoesNotExist as e:\n    print(e)\n"
            "try:\n    Book.objects.get()\nexcept Book.MultipleObjectsReturned as e:\n    print(e)",
            "Winter\nBook matching query does not exist.\nget() returned more than one Book -- it "
            "returned 5!",
            3);
        row("exceptions by their bases",
            "for E in (ObjectDoesNotExist, Book.DoesNotExist, Exception):\n    try:\n        "
            "Book.objects.get(pk=0)\n"
            "    except Author.DoesNotExist:\n        print('wrong')\n    except E:\n        "
            "print('right')",
            "right\nright\nright", 3);
        row("first, last, count, exists, aggregate, in_bulk",
            "q = Book.objects\nprint(q.order_by('pk').first().pk, q.order_by('pk').last().pk, "
            "q.count(), q.filter(pk=0).exists(), "
            "q.filter(pk=0).first(), q.aggregate(Count('pk'), m=Max('pk')), sorted(q.in_bulk([1, "
            "2])))",
            "1 5 5 False None {'pk__count': 5, 'm': 5} [1, 2]", 7);
        row("Q, F and expressions",
            "print(Book.objects.filter(Q(pk=1) | ~Q(pk__lt=5)).count(), "
            "Book.objects.filter(pk__lte=F('pk') + 1).count(), "
            "Book.objects.annotate(n=Length('title') * 2).get(pk=1).n)",
            "2 5 10", 3);
        row("querysets as arguments",
            "a = Book.objects.filter(pk__lt=3)\nprint(Book.objects.filter(pk__in=a).count(), "
            "Book.objects.filter(pk__in=[1, 2]).count())",
            "2 2", 2);
        row("relations",
            "b = Book.objects.get(pk=1)\nprint(b.publisher_id, b.publisher.pk == b.publisher_id, "
            "b.publisher.book_set.count() > 0)",
            "1 True True", 3);
        row("prefetched sets ask nothing more",
            "for p in Publisher.objects.prefetch_related('book_set'):\n    len(p.book_set.all())\n "
            "   p.book_set.count()",
            "", 2);
        row("an unknown attribute", "Book.objects.get(pk=1).titel",
            "AttributeError: 'Book' object has no attribute 'titel'", 1);
        row("managers are not iterable", "for b in Book.objects: pass",
            "TypeError: 'Manager' object is not iterable", 0);
        row("isinstance", "print(isinstance(Book.objects.get(pk=1), Book), isinstance(1, Book))",
            "True False", 1);
        row("as keys", "b = Book.objects.get(pk=1)\nprint({b: 1}[Book.objects.get(pk=1)])", "1", 2);
        row("async",
            "print(await Book.objects.acount())\nasync for b in Book.objects.order_by('pk')[:2]:\n "
            "   print(b.title)\n"
            "print([b.pk async for b in Book.objects.order_by('pk')])",
            "5\nTides\nWinter\n[1, 2, 3, 4, 5]", 3);
        row("gather",
            "async def title(n):\n    return (await Book.objects.aget(pk=n)).title\nprint(await "
            "gather(*[title(n) for n in (3, 1)]))",
            "['Embers', 'Tides']", 2);
        row("cold and never awaited", "x = Book.objects.acount()\nx = None",
            "RuntimeWarning (line 1): coroutine 'acount' was never awaited", 0);
        row("async errors come at the await",
            "x = Book.objects.aget(nme=1)\nprint('made')\nawait x",
            "made\nFieldError: Cannot resolve keyword 'nme' into field. Choices are: added, "
            "author, award, book_isbn",
            0);
    }

    void scriptsPrint()
    {
        QFETCH(QString, source);
        QFETCH(QString, printed);
        QFETCH(int, queries);
        const QueryCounter counter(m_shop.database());
        const QString actual = printedBy(source, options());
        if (actual.contains(u"Choices are"_s)) // which ones is the query room's matter
            QCOMPARE(actual.section(u" Choices"_s, 0, 0), printed.section(u" Choices"_s, 0, 0));
        else
            QCOMPARE(actual, printed);
        QTRY_COMPARE(counter.count(), queries);
    }

    void syncCallsInAsyncCodeAreRefusedAtTheirLine_data()
    {
        QTest::addColumn<QString>("statement");
        QTest::addColumn<QString>("cure");
        const auto row = [](const char *statement, const char *cure) {
            QTest::newRow(statement) << QString::fromUtf8(statement) << QString::fromUtf8(cure);
        };
        row("Book.objects.count()", "acount()");
        row("Book.objects.get(pk=1)", "aget()");
        row("len(Book.objects.all())", "acount()");
        row("bool(Book.objects.all())", "aexists()");
        row("for b in Book.objects.all(): pass", "async for");
        row("list(Book.objects.all())", "async for");
        row("Book.objects.all()[0]", "afirst()");
        row("b.publisher.name", "select_related('publisher')");
    }

    void syncCallsInAsyncCodeAreRefusedAtTheirLine()
    {
        QFETCH(QString, statement);
        QFETCH(QString, cure);
        const QueryCounter counter(m_shop.database());
        Interpreter interpreter(options());
        const RunOutcome outcome =
            interpreter.run(u"b = await Book.objects.aget(pk=1)\n\n"_s + statement);
        QVERIFY(outcome.error);
        QCOMPARE(outcome.error->type, u"SynchronousOnlyOperation"_s);
        QCOMPARE(outcome.error->line, 3);
        QVERIFY2((outcome.error->message + outcome.error->suggestion).contains(cure),
                 qPrintable(outcome.error->message + u'|' + outcome.error->suggestion));
        QTRY_COMPARE(counter.count(), 1);
    }

    void everyQueryKnowsItsLine()
    {
        const QueryCounter counter(m_shop.database());
        printedBy(
            u"q = (Book.objects\n     .filter(pk=1)\n     .order_by('pk'))\nfor b in q:\n    b.publisher.name\nawait_free = q.count()"_s,
            options());
        QList<int> lines;
        for (const TraceRecord &r : counter.records())
            lines.append(r.site.line);
        QCOMPARE(lines, (QList<int>{4, 5}));
    }

    void loadModesAreKept()
    {
        InterpreterOptions raising = options();
        raising.loadMode = LoadMode::Raise;
        const QString text = printedBy(u"Book.objects.get(pk=1).publisher"_s, raising);
        QVERIFY2(text.contains(u"publisher blocked"_s), qPrintable(text));
        InterpreterOptions peers = options();
        peers.loadMode = LoadMode::Peers;
        const QueryCounter counter(m_shop.database());
        printedBy(u"for b in Book.objects.filter(publisher__isnull=False):\n    b.publisher.name"_s,
                  peers);
        QCOMPARE(counter.count(), 2);
    }

    void resultsHaveTheirKindAndJson_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QByteArray>("kind");
        QTest::addColumn<QByteArray>("json");
        const auto row = [](const char *expression, const char *kind, const char *json) {
            QTest::newRow(expression)
                << QString::fromUtf8(expression) << QByteArray(kind) << QByteArray(json);
        };
        row("Publisher.objects.only('name').filter(pk=1)", "rows",
            R"([{"id": 1, "name": "Harbour"}])");
        row("Publisher.objects.only('name').filter(pk=1)[:1:1]", "rows",
            R"([{"id": 1, "name": "Harbour"}])");
        row("Publisher.objects.values('name').filter(pk=1)", "values", R"([{"name": "Harbour"}])");
        row("Publisher.objects.values_list('pk', 'name').filter(pk=1)", "values_list",
            R"([[1, "Harbour"]])");
        row("Publisher.objects.values_list('name', flat=True).filter(pk=1)", "values_list",
            R"(["Harbour"])");
        row("Publisher.objects.none()", "rows", "[]");
        row("Publisher.objects.filter(pk=0).first()", "object", "null");
        row("Publisher.objects.aggregate(n=Count('pk'))", "object", R"({"n": 3})");
        row("Publisher.objects.count()", "scalar", "3");
        row("await Publisher.objects.acount()", "scalar", "3");
        row("Decimal('1.10')", "scalar", R"("1.10")");
        row("'text'", "scalar", R"("text")");
    }

    void resultsHaveTheirKindAndJson()
    {
        QFETCH(QString, expression);
        Interpreter interpreter(options());
        const RunOutcome outcome = interpreter.evaluate(expression);
        QVERIFY2(outcome.ok(), outcome.error ? qPrintable(outcome.error->toString()) : "");
        const ResultView view = resultOf(interpreter, outcome.value);
        QTEST(resultKindName(view.kind()), "kind");
        QTEST(view.toJson(), "json");
    }

    void previewsSendNothing_data()
    {
        QTest::addColumn<QString>("expression");
        QTest::addColumn<QString>("before");
        QTest::addColumn<QString>("sql");
        QTest::addColumn<QString>("terminal");
        const auto row = [](const char *expression, const char *before, const char *sql,
                            const char *terminal) {
            QTest::newRow(expression) << QString::fromUtf8(expression) << QString::fromUtf8(before)
                                      << QString::fromUtf8(sql) << QString::fromUtf8(terminal);
        };
        row("Book.objects.values('pk')", "", "SELECT", "");
        row("Book.objects", "", "SELECT", "");
        row("Book.objects.count()", "", "COUNT(*)", "count");
        row("Book.objects.acount()", "", "COUNT(*)", "count");
        row("await Book.objects.acount()", "", "COUNT(*)", "count");
        row("q.filter(pk=1)", "n = 3\nq = Book.objects.filter(pk__gt=n)\nprint(q[0])", "> ", "");
        row("len(Book.objects.all())", "", "SELECT", "list");
        row("dear()", "def dear():\n    return Book.objects.filter(pk=limit)\nlimit = 9", "SELECT",
            "");
        row("1 + 1", "", "", "");
    }

    void previewsSendNothing()
    {
        QFETCH(QString, expression);
        QFETCH(QString, before);
        QFETCH(QString, sql);
        const QueryCounter counter(m_shop.database());
        Interpreter interpreter(options());
        const SqlPreview preview = interpreter.preview(expression, before);
        QVERIFY2(preview.ok(), preview.error ? qPrintable(preview.error->toString()) : "");
        QTEST(preview.terminal, "terminal");
        QCOMPARE(preview.items.empty(), sql.isEmpty());
        if (!preview.items.empty())
            QVERIFY2(preview.items[0].sql.contains(sql.toUtf8()), preview.items[0].sql.constData());
        QCOMPARE(counter.count(), 0);
        QVERIFY(interpreter.globalNames().isEmpty());
    }

    void everyTerminalMethodHasItsTwin()
    {
        for (const QueryMethod &method : queryMethods()) {
            QVERIFY2(method.function, method.name);
            QCOMPARE(method.kind == QueryMethod::Terminal, method.asyncName != nullptr);
            QCOMPARE(method.asyncName != nullptr, method.asyncFunction != nullptr);
            if (method.asyncName)
                QCOMPARE(QByteArray(method.asyncName), 'a' + QByteArray(method.name));
            QVERIFY2(QByteArray(method.help).endsWith('.'), method.name);
        }
        QVERIFY(queryMethod(u"acount"_s) == queryMethod(u"count"_s));
    }

    void manyAreGatheredWithoutExhaustingThePool()
    {
        QCOMPARE(
            printedBy(
                u"r = await gather(*[Book.objects.aget(pk=n % 5 + 1) for n in range(3000)])\nprint(len(r), r[7].pk)"_s,
                options()),
            u"3000 3"_s);
    }

    void stopReachesTheRunningStatement()
    {
        Interpreter interpreter(options());
        std::atomic<bool> ended{false};
        std::thread stopper([&] {
            while (!ended) {
                std::this_thread::sleep_for(std::chrono::milliseconds(30));
                interpreter.stop();
            }
        });
        const QString source = u"q = Book.objects\nfor i in range(1):\n    while True: q.count()"_s;
        const RunOutcome outcome = interpreter.run(source);
        ended = true;
        stopper.join();
        QVERIFY(outcome.stopped);
    }
};

QTEST_GUILESS_MAIN(TestQueries)
#include "tst_queries.moc"
