#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;

/// ORDER BY.
class TestOrderBy : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void orderings_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("up", books.orderBy(texts({"title"})),
             R"(SELECT * FROM "book" ORDER BY "book"."title" ASC)");
        rows("down", books.orderBy(texts({"-title"})),
             R"(SELECT * FROM "book" ORDER BY "book"."title" DESC)");
        rows("several", books.orderBy(texts({"-price", "title"})),
             R"(SELECT * FROM "book" ORDER BY "book"."price" DESC, "book"."title" ASC)");
        rows("the last order_by counts", books.orderBy(texts({"title"})).orderBy(texts({"pages"})),
             R"(SELECT * FROM "book" ORDER BY "book"."pages" ASC)");
        rows("order_by() without names clears",
             books.orderBy(texts({"title"})).orderBy(QStringList()), R"(SELECT * FROM "book")");
        rows("pk", books.orderBy(texts({"-pk"})),
             R"(SELECT * FROM "book" ORDER BY "book"."id" DESC)");
        rows(
            "a composite pk", shop("Edition").orderBy(texts({"-pk"})),
            R"(SELECT * FROM "edition" ORDER BY "edition"."book_id" DESC, "edition"."number" DESC)");
        rows("reverse", books.orderBy(texts({"title", "-pages"})).reverse(),
             R"(SELECT * FROM "book" ORDER BY "book"."title" DESC, "book"."pages" ASC)");
        rows("reverse twice", books.orderBy(texts({"title"})).reverse().reverse(),
             R"(SELECT * FROM "book" ORDER BY "book"."title" ASC)");
        rows("reverse of no order", books.reverse(), R"(SELECT * FROM "book")");
        rows("a relation orders by its key", books.orderBy(texts({"publisher"})),
             R"(SELECT * FROM "book" ORDER BY "book"."publisher_id" ASC)");
        rows(
            "a column behind a nullable key: outer join", books.orderBy(texts({"publisher__name"})),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( ORDER BY "publisher"."name" ASC)");
        rows("a column behind a key that is never NULL: inner join",
             shop("Review").orderBy(texts({"book__title"})),
             R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
             R"( ORDER BY "book"."title" ASC)");
        rows("nulls first", books.orderBy({asc("pages", NullsOrder::First)}),
             R"(SELECT * FROM "book" ORDER BY "book"."pages" ASC NULLS FIRST)");
        rows("nulls last", books.orderBy({desc("pages", NullsOrder::Last)}),
             R"(SELECT * FROM "book" ORDER BY "book"."pages" DESC NULLS LAST)");
        rows("reverse turns nulls round too",
             books.orderBy({asc("pages", NullsOrder::First)}).reverse(),
             R"(SELECT * FROM "book" ORDER BY "book"."pages" DESC NULLS LAST)");
        rows(
            "random", books.orderBy(texts({"?"})),
            R"x(SELECT * FROM "book" ORDER BY ((RANDOM() & 9007199254740991) / 9007199254740992.0) ASC)x",
            "", R"(SELECT * FROM "book" ORDER BY RANDOM() ASC)");
        rows("an expression", books.orderBy({expr::orderBy(call("Lower", {"title"}), true)}),
             R"(SELECT * FROM "book" ORDER BY LOWER("book"."title") DESC)");
        rows(
            "an annotation by its place",
            shop("Cover").annotate({named("c", call("Upper", {"colour"}))}).orderBy(texts({"-c"})),
            R"(SELECT "cover"."book_id", "cover"."colour", "cover"."image", UPPER("cover"."colour") AS "c")"
            R"( FROM "cover" ORDER BY 4 DESC)");
        rows("an alias() is written out",
             shop("Cover").alias({named("c", call("Upper", {"colour"}))}).orderBy(texts({"c"})),
             R"(SELECT * FROM "cover" ORDER BY UPPER("cover"."colour") ASC)");
        rows("one column twice is once", books.orderBy(texts({"title", "-title"})),
             R"(SELECT * FROM "book" ORDER BY "book"."title" ASC)");
        rows(
            "shares a filter's join",
            books.filter(q("publisher__name", "x")).orderBy(texts({"publisher__city"})),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE "publisher"."name" = ? ORDER BY "publisher"."city" ASC)",
            "'x'");
        rows("of a slice", books.orderBy(texts({"title"})).slice(0, 5),
             R"(SELECT * FROM "book" ORDER BY "book"."title" ASC LIMIT 5)");
        rows(
            "distinct selects what it orders by",
            books.values(names({"title"})).distinct().orderBy(texts({"pages"})),
            R"(SELECT DISTINCT "book"."title", "book"."pages" FROM "book" ORDER BY "book"."pages" ASC)");
        rows("distinct ordered by what it selects",
             books.values(names({"title"})).distinct().orderBy(texts({"title"})),
             R"(SELECT DISTINCT "book"."title" FROM "book" ORDER BY "book"."title" ASC)");
        rows("a date part", books.orderBy({expr::orderBy(f("published__year"), false)}),
             R"(SELECT * FROM "book" ORDER BY heddle_date_extract('year', "book"."published") ASC)",
             "", R"(SELECT * FROM "book" ORDER BY EXTRACT(YEAR FROM "book"."published") ASC)");
        asked("count needs no order", books.orderBy(texts({"publisher__name"})), Ask::Count,
              R"(SELECT COUNT(*) AS "__count" FROM "book")");
        asked("count of a slice", books.orderBy(texts({"title"})).slice(2, 5), Ask::Count,
              R"(SELECT COUNT(*) AS "__count" FROM (SELECT "book"."id" AS "col1" FROM "book")"
              R"( ORDER BY "book"."title" ASC LIMIT 3 OFFSET 2) subquery)");
    }
    void orderings() { GOLDEN_TEST; }
};

QTEST_GUILESS_MAIN(TestOrderBy)
#include "tst_orderby.moc"
