#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;

/// aggregate(), GROUP BY and HAVING.
class TestAggregates : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aggregateOverAll_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        asked("count", books, Ask::Count, R"(SELECT COUNT(*) AS "__count" FROM "book")");
        asked(
            "count of filtered rows", books.filter(q("publisher__name", "x")), Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" =)"
            R"( "publisher"."id") WHERE "publisher"."name" = ?)",
            "'x'");
        asked(
            "count of distinct rows is of a subquery", books.values(names({"pages"})).distinct(),
            Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM (SELECT DISTINCT "book"."pages" AS "col1" FROM "book") subquery)");
        asked(
            "count of a slice is of a subquery", books.slice(0, 5), Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM (SELECT "book"."id" AS "col1" FROM "book" LIMIT 5) subquery)");
        aggregated("sum", books, {named("s", call("Sum", {"pages"}))},
                   R"(SELECT SUM("book"."pages") AS "s" FROM "book")");
        aggregated("sum of a decimal", books, {named("s", call("Sum", {"price"}))},
                   R"(SELECT CAST(SUM("book"."price") AS NUMERIC) AS "s" FROM "book")", "",
                   R"(SELECT SUM("book"."price") AS "s" FROM "book")");
        aggregated("average of an integer", books, {named("a", call("Avg", {"pages"}))},
                   R"(SELECT AVG("book"."pages") AS "a" FROM "book")");
        aggregated(
            "several", books,
            {named("lo", call("Min", {"pages"})), named("hi", call("Max", {"pages"}))},
            R"(SELECT MIN("book"."pages") AS "lo", MAX("book"."pages") AS "hi" FROM "book")");
        aggregated("count of a relation", books, {named("n", call("Count", {"review"}))},
                   R"(SELECT COUNT("review"."id") AS "n" FROM "book")"
                   R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))");
        aggregated("distinct", books,
                   {named("n", call("Count", {"publisher"}, {{"distinct", true}}))},
                   R"(SELECT COUNT(DISTINCT "book"."publisher_id") AS "n" FROM "book")");
        aggregated("star", books, {named("n", call("Count", {"*"}))},
                   R"(SELECT COUNT(*) AS "n" FROM "book")");
        aggregated(
            "filtered aggregate", books,
            {named("n", call("Count", {"pk"}, {{"filter", expr::condition(q("pages__gt", 100))}}))},
            R"(SELECT COUNT("book"."id") FILTER (WHERE "book"."pages" > ?) AS "n" FROM "book")",
            "100");
        aggregated("filtered by nothing", books,
                   {named("n", call("Count", {"pk"},
                                    {{"filter", expr::condition(q("pages__in", listOf({})))}}))},
                   R"(SELECT COUNT("book"."id") FILTER (WHERE 1 = 0) AS "n" FROM "book")");
        aggregated("with a default", books, {named("s", call("Sum", {"pages"}, {{"default", 0}}))},
                   R"(SELECT COALESCE(SUM("book"."pages"), ?) AS "s" FROM "book")", "0",
                   R"(SELECT COALESCE(SUM("book"."pages"), ?::integer) AS "s" FROM "book")");
        aggregated("over a join", books, {named("m", call("Max", {"publisher__founded"}))},
                   R"(SELECT MAX("publisher"."founded") AS "m" FROM "book")"
                   R"( LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))");
        aggregated("of an expression", books,
                   {named("s", call("Sum", {times(f("pages"), f("id"))}))},
                   R"(SELECT SUM(("book"."pages" * "book"."id")) AS "s" FROM "book")");
        aggregated(
            "of a slice", books.orderBy(texts({"title"})).slice(0, 3),
            {named("s", call("Sum", {"pages"}))},
            R"(SELECT SUM("__col1") AS "s" FROM (SELECT "book"."pages" AS "__col1" FROM "book")"
            R"( ORDER BY "book"."title" ASC LIMIT 3) subquery)");
        aggregated(
            "of distinct values", books.values(names({"pages"})).distinct(),
            {named("s", call("Sum", {"pages"}))},
            R"(SELECT SUM("__col1") AS "s" FROM (SELECT DISTINCT "book"."pages" AS "col1", "book"."pages" AS)"
            R"( "__col1" FROM "book") subquery)");
        aggregated(
            "of a grouped annotation", books.annotate({named("n", call("Count", {"review"}))}),
            {named("m", call("Max", {"n"}))},
            R"(SELECT MAX("n") AS "m" FROM (SELECT COUNT("review"."id") AS "n" FROM "book")"
            R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id") GROUP BY "book"."id") subquery)");
        aggregated("of a plain annotation",
                   books.annotate({named("d", times(f("pages"), value(2)))}),
                   {named("m", call("Max", {"d"}))},
                   R"(SELECT MAX(("book"."pages" * ?)) AS "m" FROM "book")", "2",
                   R"(SELECT MAX(("book"."pages" * ?::integer)) AS "m" FROM "book")");
        aggregated(
            "standard deviation", books,
            {named("d", call("StdDev", {"pages"})),
             named("v", call("Variance", {"pages"}, {{"sample", true}}))},
            R"(SELECT STDDEV_POP("book"."pages") AS "d", VAR_SAMP("book"."pages") AS "v" FROM "book")");
    }
    void aggregateOverAll() { GOLDEN_TEST; }

    void annotationsGroup_data()
    {
        GOLDEN_COLUMN;
        const Query covers = shop("Cover"), books = shop("Book");
        rows(
            "by the model's columns; PostgreSQL needs the key only",
            shop("Publisher").annotate({named("n", call("Count", {"book"}))}),
            R"(SELECT "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens", COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens")",
            "",
            R"(SELECT "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens", COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") GROUP BY "publisher"."id")");
        rows(
            "values() before: by those",
            books.values(names({"publisher"})).annotate({named("n", call("Count", {"id"}))}),
            R"(SELECT "book"."publisher_id", COUNT("book"."id") AS "n" FROM "book" GROUP BY "book"."publisher_id")");
        rows("values() before, by a column behind a relation",
             books.values(names({"publisher__city"})).annotate({named("n", call("Count", {"id"}))}),
             R"(SELECT "publisher"."city", COUNT("book"."id") AS "n" FROM "book")"
             R"( LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
             R"( GROUP BY "publisher"."city")");
        rows(
            "values() before, by an expression",
            books.values({named("y", call("ExtractYear", {"published"}))})
                .annotate({named("n", call("Count", {"id"}))}),
            R"(SELECT heddle_date_extract('year', "book"."published") AS "y", COUNT("book"."id") AS "n" FROM "book")"
            " GROUP BY 1",
            "",
            R"(SELECT EXTRACT(YEAR FROM "book"."published") AS "y", COUNT("book"."id") AS "n" FROM "book")"
            " GROUP BY 1");
        rows(
            "values() after: still by the model",
            shop("Publisher")
                .annotate({named("n", call("Count", {"book"}))})
                .values(names({"name", "n"})),
            R"(SELECT "publisher"."name", COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens")",
            "",
            R"(SELECT "publisher"."name", COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") GROUP BY "publisher"."id")");
        rows(
            "filter before is WHERE",
            shop("Publisher")
                .filter(q("name", "x"))
                .annotate({named("n", call("Count", {"book"}))})
                .values(names({"n"})),
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") WHERE "publisher"."name" = ?)"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens")",
            "'x'",
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") WHERE "publisher"."name" = ?)"
            R"( GROUP BY "publisher"."id")");
        rows(
            "filter after is HAVING",
            shop("Publisher")
                .annotate({named("n", call("Count", {"book"}))})
                .filter(q("n__gt", 2))
                .values(names({"n"})),
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens" HAVING COUNT("book"."id") > ?)",
            "2",
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") GROUP BY "publisher"."id")"
            R"( HAVING COUNT("book"."id") > ?)");
        rows(
            "both",
            shop("Publisher")
                .annotate({named("n", call("Count", {"book"}))})
                .filter(q({{"n__gt", 2}, {"name", "x"}}))
                .values(names({"n"})),
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") WHERE "publisher"."name" = ?)"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens" HAVING COUNT("book"."id") > ?)",
            "'x', 2",
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") WHERE "publisher"."name" = ?)"
            R"( GROUP BY "publisher"."id" HAVING COUNT("book"."id") > ?)");
        rows(
            "an or of both goes to HAVING whole",
            shop("Publisher")
                .annotate({named("n", call("Count", {"book"}))})
                .filter(q("n__gt", 2) | q("name", "x"))
                .values(names({"n"})),
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens" HAVING (COUNT("book"."id") > ? OR "publisher"."name" = ?))",
            "2, 'x'",
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") GROUP BY "publisher"."id")"
            R"( HAVING (COUNT("book"."id") > ? OR "publisher"."name" = ?))");
        rows("and groups by the columns it reads",
             shop("Publisher")
                 .values(names({"city"}))
                 .annotate({named("n", call("Count", {"book"}))})
                 .filter(q("n__gt", 2) | q("name", "x")),
             R"(SELECT "publisher"."city", COUNT("book"."id") AS "n" FROM "publisher")"
             R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
             R"( GROUP BY "publisher"."city", "publisher"."name")"
             R"( HAVING (COUNT("book"."id") > ? OR "publisher"."name" = ?))",
             "2, 'x'");
        rows(
            "excluded by an aggregate",
            shop("Publisher")
                .annotate({named("n", call("Count", {"book"}))})
                .exclude(q("n", 0))
                .values(names({"n"})),
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens" HAVING NOT (COUNT("book"."id") = ?))",
            "0",
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") GROUP BY "publisher"."id")"
            R"( HAVING NOT (COUNT("book"."id") = ?))");
        rows(
            "a filter on the relation before joins it once",
            shop("Publisher")
                .filter(q("book__pages__gt", 5))
                .annotate({named("n", call("Count", {"book"}))})
                .values(names({"n"})),
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( INNER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") WHERE "book"."pages" > ?)"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens")",
            "5",
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( INNER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") WHERE "book"."pages" > ?)"
            R"( GROUP BY "publisher"."id")");
        rows(
            "a filter on the relation after joins it again",
            shop("Publisher")
                .annotate({named("n", call("Count", {"book"}))})
                .filter(q("book__pages__gt", 5))
                .values(names({"n"})),
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( INNER JOIN "book" "T3" ON ("publisher"."id" = "T3"."publisher_id") WHERE "T3"."pages" > ?)"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens")",
            "5",
            R"(SELECT COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( INNER JOIN "book" "T3" ON ("publisher"."id" = "T3"."publisher_id") WHERE "T3"."pages" > ?)"
            R"( GROUP BY "publisher"."id")");
        rows(
            "two aggregates over two relations multiply, as in Django",
            books
                .annotate(
                    {named("a", call("Count", {"author"})), named("r", call("Count", {"review"}))})
                .values(names({"a", "r"})),
            R"(SELECT COUNT("book_author"."author_id") AS "a", COUNT("review"."id") AS "r" FROM "book")"
            R"( LEFT OUTER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
            R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( GROUP BY "book"."id", "book"."title", "book"."isbn", "book"."pages", "book"."price",)"
            R"( "book"."in_print", "book"."published", "book"."added", "book"."publisher_id")",
            "",
            R"(SELECT COUNT("book_author"."author_id") AS "a", COUNT("review"."id") AS "r" FROM "book")"
            R"( LEFT OUTER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
            R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id") GROUP BY "book"."id")");
        rows(
            "ordered by it",
            shop("Publisher")
                .annotate({named("n", call("Count", {"book"}))})
                .values(names({"name", "n"}))
                .orderBy(texts({"-n"})),
            R"(SELECT "publisher"."name", COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( GROUP BY "publisher"."id", "publisher"."name", "publisher"."city", "publisher"."founded",)"
            R"( "publisher"."opens" ORDER BY 2 DESC)",
            "",
            R"(SELECT "publisher"."name", COUNT("book"."id") AS "n" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") GROUP BY "publisher"."id")"
            " ORDER BY 2 DESC");
        rows("ordered by another column groups by that too",
             books.values(names({"publisher"}))
                 .annotate({named("n", call("Count", {"id"}))})
                 .orderBy(texts({"price"})),
             R"(SELECT "book"."publisher_id", COUNT("book"."id") AS "n" FROM "book")"
             R"( GROUP BY "book"."publisher_id", "book"."price" ORDER BY "book"."price" ASC)");
        rows(
            "a literal does not group",
            books.values(names({"publisher"}))
                .annotate({named("one", value(1)), named("n", call("Count", {"id"}))}),
            R"(SELECT "book"."publisher_id", ? AS "one", COUNT("book"."id") AS "n" FROM "book")"
            R"( GROUP BY "book"."publisher_id")",
            "1",
            R"(SELECT "book"."publisher_id", ?::integer AS "one", COUNT("book"."id") AS "n" FROM "book")"
            R"( GROUP BY "book"."publisher_id")");
        rows("an expression of an aggregate",
             books.values(names({"publisher"}))
                 .annotate({named("n", plus(call("Count", {"id"}), value(1)))}),
             R"(SELECT "book"."publisher_id", (COUNT("book"."id") + ?) AS "n" FROM "book")"
             R"( GROUP BY "book"."publisher_id")",
             "1",
             R"(SELECT "book"."publisher_id", (COUNT("book"."id") + ?::integer) AS "n" FROM "book")"
             R"( GROUP BY "book"."publisher_id")");
        rows(
            "select_related groups by the other table's key too",
            covers.selectRelated(texts({"book"}))
                .only(texts({"book", "book__title"}))
                .annotate({named("n", call("Count", {"book__review"}))}),
            R"(SELECT "cover"."book_id", "book"."id", "book"."title", COUNT("review"."id") AS "n" FROM "cover")"
            R"( INNER JOIN "book" ON ("cover"."book_id" = "book"."id"))"
            R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( GROUP BY "cover"."book_id", "book"."id", "book"."title")");
        asked(
            "count of groups",
            books.values(names({"publisher"})).annotate({named("n", call("Count", {"id"}))}),
            Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM (SELECT "book"."publisher_id" AS "col1" FROM "book")"
            R"( GROUP BY "book"."publisher_id") subquery)");
        asked(
            "count of annotated rows",
            shop("Publisher").annotate({named("n", call("Count", {"book"}))}), Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM (SELECT "publisher"."id" AS "col1" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( GROUP BY "publisher"."id") subquery)");
        asked(
            "count with HAVING",
            shop("Publisher").annotate({named("n", call("Count", {"book"}))}).filter(q("n__gt", 2)),
            Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM (SELECT "publisher"."id" AS "col1" FROM "publisher")"
            R"( LEFT OUTER JOIN "book" ON ("publisher"."id" = "book"."publisher_id") GROUP BY "publisher"."id")"
            R"( HAVING COUNT("book"."id") > ?) subquery)",
            "2");
        asked(
            "exists with HAVING",
            shop("Publisher").annotate({named("n", call("Count", {"book"}))}).filter(q("n__gt", 2)),
            Ask::Exists,
            R"(SELECT 1 AS "a" FROM "publisher" LEFT OUTER JOIN "book" ON ("publisher"."id" =)"
            R"( "book"."publisher_id") GROUP BY "publisher"."id", "publisher"."name", "publisher"."city",)"
            R"( "publisher"."founded", "publisher"."opens" HAVING COUNT("book"."id") > ? LIMIT 1)",
            "2",
            R"(SELECT 1 AS "a" FROM "publisher" LEFT OUTER JOIN "book" ON ("publisher"."id" =)"
            R"( "book"."publisher_id") GROUP BY "publisher"."id" HAVING COUNT("book"."id") > ? LIMIT 1)");
    }
    void annotationsGroup() { GOLDEN_TEST; }
};

QTEST_GUILESS_MAIN(TestAggregates)
#include "tst_aggregates.moc"
