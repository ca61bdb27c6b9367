#include "orm/sql/compilecache.h"
#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

Q_DECLARE_METATYPE(heddle::Query)

/// The compile cache: what it gives is what compile() without it gives, and one shape is compiled
/// once.
class TestCache : public QObject {
    Q_OBJECT

private:
    /// Both queries through one cache; each must come out as without it. Gives the cache's counts.
    static CompileCache::Stats through(const Query &first, const Query &second,
                                       const char *dialectName = "sqlite", Ask ask = Ask::Rows,
                                       const std::vector<NamedExpression> &aggregates = {})
    {
        const Dialect &dialect = *dialectByName(QString::fromLatin1(dialectName));
        CompileCache cache;
        for (const Query &query : {first, second}) {
            const CompiledQuery cached = compile(query, ask, dialect, aggregates, cache);
            const CompiledQuery fresh = compile(query, ask, dialect, aggregates);
            if (cached.sql != fresh.sql || cached.empty != fresh.empty ||
                parametersText(cached.parameters) != parametersText(fresh.parameters))
                QTest::qFail("the cache changes the query: " + cached.sql + " [" +
                                 parametersText(cached.parameters) + "] is not " + fresh.sql +
                                 " [" + parametersText(fresh.parameters) + ']',
                             __FILE__, __LINE__);
        }
        return cache.stats();
    }

private Q_SLOTS:
    void otherLiteralsAreTheSameShape_data()
    {
        QTest::addColumn<Query>("first");
        QTest::addColumn<Query>("second");
        const Query books = shop("Book");
        QTest::newRow("exact") << books.filter(q("title", "x")) << books.filter(q("title", "y"));
        QTest::newRow("patterns") << books.filter(q("title__contains", "a%"))
                                  << books.filter(q("title__contains", "b_"));
        QTest::newRow("a float rounded up")
            << books.filter(q("pages__gte", 1.5)) << books.filter(q("pages__gte", 7.25));
        QTest::newRow("years") << books.filter(q("published__year", 2020))
                               << books.filter(q("published__year", 1999));
        QTest::newRow("lists of one length") << books.filter(q("pages__in", listOf({1, 2})))
                                             << books.filter(q("pages__in", listOf({3, 4})));
        QTest::newRow("in an annotation")
            << books.annotate({named("n", plus(f("pages"), value(1)))})
            << books.annotate({named("n", plus(f("pages"), value(2)))});
        QTest::newRow("in a subquery")
            << books.filter(
                   q("pk__in", shop("Review").filter(q("rating", 1)).values(names({"book"}))))
            << books.filter(
                   q("pk__in", shop("Review").filter(q("rating", 2)).values(names({"book"}))));
        QTest::newRow("in an exclude over many")
            << books.exclude(q("review__rating", 1)) << books.exclude(q("review__rating", 2));
    }
    void otherLiteralsAreTheSameShape()
    {
        QFETCH(Query, first);
        QFETCH(Query, second);
        for (const char *dialect : {"sqlite", "postgresql"})
            QCOMPARE(through(first, second, dialect).hits, std::size_t(1));
    }

    void whatChangesTheTextIsAnotherShape_data()
    {
        QTest::addColumn<Query>("first");
        QTest::addColumn<Query>("second");
        const Query books = shop("Book");
        QTest::newRow("true and false")
            << books.filter(q("in_print", true)) << books.filter(q("in_print", false));
        QTest::newRow("None") << books.filter(q("pages", 1)) << books.filter(q("pages", nullptr));
        QTest::newRow("isnull") << books.filter(q("pages__isnull", true))
                                << books.filter(q("pages__isnull", false));
        QTest::newRow("lists of two lengths") << books.filter(q("pages__in", listOf({1})))
                                              << books.filter(q("pages__in", listOf({1, 2})));
        QTest::newRow("an empty list") << books.filter(q("pages__in", listOf({})))
                                       << books.filter(q("pages__in", listOf({1})));
        QTest::newRow("another lookup")
            << books.filter(q("pages__gt", 1)) << books.filter(q("pages__lt", 1));
        QTest::newRow("filter and exclude")
            << books.filter(q("title", "x")) << books.exclude(q("title", "x"));
        QTest::newRow("one filter and two")
            << books.filter(q({{"review", 1}, {"review__rating", 2}}))
            << books.filter(q("review", 1)).filter(q("review__rating", 2));
        QTest::newRow("and and or") << books.filter(q("title", "x") & q("pages", 1))
                                    << books.filter(q("title", "x") | q("pages", 1));
        QTest::newRow("a bigger integer than the column holds")
            << books.filter(q("pages", 1))
            << books.filter(q("pages", bigInt("99999999999999999999")));
        QTest::newRow("up and down")
            << books.orderBy(texts({"title"})) << books.orderBy(texts({"-title"}));
        QTest::newRow("slices") << books.slice(0, 5) << books.slice(0, 6);
        QTest::newRow("another model")
            << shop("Author").values(names({"name"})) << shop("Publisher").values(names({"name"}));
        QTest::newRow("the order of values")
            << books.values(names({"title", "pages"})) << books.values(names({"pages", "title"}));
        QTest::newRow("defer and only")
            << books.defer(texts({"title"})) << books.only(texts({"title"}));
        QTest::newRow("a number and a text")
            << books.annotate({named("v", value(1))}) << books.annotate({named("v", value("1"))});
        QTest::newRow("nulls first")
            << books.orderBy({asc("pages", NullsOrder::First)}) << books.orderBy({asc("pages")});
        QTest::newRow("union and intersection") << books.combine(Combinator::Union, {books})
                                                << books.combine(Combinator::Intersection, {books});
    }
    void whatChangesTheTextIsAnotherShape()
    {
        QFETCH(Query, first);
        QFETCH(Query, second);
        for (const char *dialect : {"sqlite", "postgresql"})
            through(first, second, dialect);
    }

    void anIntegerTooBigForTheColumnIsSeenOnAHit()
    {
        const Query books = shop("Book");
        through(books.filter(q("pages", 1)), books.filter(q("pages", 1LL << 40)), "postgresql");
        through(books.filter(q("pages__lt", 1)), books.filter(q("pages__lt", 1LL << 40)),
                "postgresql");
    }

    void booleansAsTextsAreNotMixedUp()
    {
        const Query books = shop("Book");
        through(books.filter(q("in_print", "True")), books.filter(q("in_print", "False")));
        through(books.filter(q("in_print", 1)), books.filter(q("in_print", 0)));
    }

    void oneExpressionUsedTwiceIsTwoLiteralsElsewhere()
    {
        const Query books = shop("Book");
        const ExprPtr one = value(1);
        const Query shared =
            books.annotate({named("a", plus(f("pages"), one)), named("b", plus(f("id"), one))});
        const Query apart = books.annotate({named("a", plus(f("pages"), value(5)))})
                                .annotate({named("b", plus(f("id"), value(6)))});
        through(shared, apart);
        through(apart, shared);
    }

    void aggregatesArePartOfTheShape()
    {
        const Query books = shop("Book");
        const Dialect &dialect = *dialectByName(u"sqlite"_s);
        CompileCache cache;
        const CompiledQuery sum =
            compile(books, Ask::Aggregate, dialect, {named("v", call("Sum", {"pages"}))}, cache);
        const CompiledQuery avg =
            compile(books, Ask::Aggregate, dialect, {named("v", call("Avg", {"pages"}))}, cache);
        const CompiledQuery count = compile(books, Ask::Count, dialect, {}, cache);
        const CompiledQuery rows = compile(books, Ask::Rows, dialect, {}, cache);
        QVERIFY(sum.sql != avg.sql && avg.sql != count.sql && count.sql != rows.sql);
        QCOMPARE(cache.stats().hits, std::size_t(0));
    }

    void theOldestShapeLeavesAFullCache()
    {
        const Dialect &dialect = *dialectByName(u"sqlite"_s);
        CompileCache cache(2);
        const Query books = shop("Book");
        compile(books.slice(0, 1), Ask::Rows, dialect, {}, cache);
        compile(books.slice(0, 2), Ask::Rows, dialect, {}, cache);
        compile(books.slice(0, 1), Ask::Rows, dialect, {}, cache);
        compile(books.slice(0, 3), Ask::Rows, dialect, {}, cache); // 2 goes: 1 was used since
        QCOMPARE(cache.stats().entries, std::size_t(2));
        const std::size_t hits = cache.stats().hits;
        compile(books.slice(0, 1), Ask::Rows, dialect, {}, cache);
        QCOMPARE(cache.stats().hits, hits + 1);
        compile(books.slice(0, 2), Ask::Rows, dialect, {}, cache);
        QCOMPARE(cache.stats().hits, hits + 1);
    }
};

QTEST_GUILESS_MAIN(TestCache)
#include "tst_cache.moc"
