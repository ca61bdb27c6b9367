#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;

/// SELECT: models, only() and defer(), select_related(), values(), annotations, slices, DISTINCT,
/// locks.
class TestSelect : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void columnsOfAModel_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("all, in column order", shop("Publisher"), R"(SELECT * FROM "publisher")");
        rows("only keeps the key", books.only(texts({"title"})),
             R"(SELECT "book"."id", "book"."title" FROM "book")");
        rows("only of the key alone", books.only(texts({"pk"})),
             R"(SELECT "book"."id" FROM "book")");
        rows("a second only replaces the first",
             books.only(texts({"title"})).only(texts({"pages"})),
             R"(SELECT "book"."id", "book"."pages" FROM "book")");
        rows(
            "defer", shop("Publisher").defer(texts({"city", "opens"})),
            R"(SELECT "publisher"."id", "publisher"."name", "publisher"."founded" FROM "publisher")");
        rows(
            "defer twice adds up", shop("Publisher").defer(texts({"city"})).defer(texts({"opens"})),
            R"(SELECT "publisher"."id", "publisher"."name", "publisher"."founded" FROM "publisher")");
        rows(
            "defer never leaves the key out", shop("Publisher").defer(texts({"id", "city"})),
            R"(SELECT "publisher"."id", "publisher"."name", "publisher"."founded", "publisher"."opens")"
            R"( FROM "publisher")");
        rows("defer(None) takes it back", shop("Publisher").defer(texts({"city"})).deferNone(),
             R"(SELECT * FROM "publisher")");
        rows("defer after only takes away",
             books.only(texts({"title", "pages"})).defer(texts({"pages"})),
             R"(SELECT "book"."id", "book"."title" FROM "book")");
        rows("only after defer", books.defer(texts({"title"})).only(texts({"title", "pages"})),
             R"(SELECT "book"."id", "book"."pages" FROM "book")");
        rows("only of a foreign key", books.only(texts({"publisher"})),
             R"(SELECT "book"."id", "book"."publisher_id" FROM "book")");
        rows("a composite key is kept whole", shop("Edition").only(texts({"year"})),
             R"(SELECT * FROM "edition")");
    }
    void columnsOfAModel() { GOLDEN_TEST; }

    void selectRelatedJoins_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows(
            "a nullable key: outer", shop("Author").selectRelated(texts({"mentor"})),
            R"(SELECT "author"."id", "author"."name", "author"."born", "author"."mentor_id", "T2"."id",)"
            R"( "T2"."name", "T2"."born", "T2"."mentor_id" FROM "author")"
            R"( LEFT OUTER JOIN "author" "T2" ON ("author"."mentor_id" = "T2"."id"))");
        rows(
            "a key that is never NULL: inner", shop("Review").selectRelated(texts({"book"})),
            R"(SELECT "review"."id", "review"."book_id", "review"."reviewer", "review"."rating",)"
            R"( "review"."written", "book"."id", "book"."title", "book"."isbn", "book"."pages", "book"."price",)"
            R"( "book"."in_print", "book"."published", "book"."added", "book"."publisher_id" FROM "review")"
            R"( INNER JOIN "book" ON ("review"."book_id" = "book"."id"))");
        rows(
            "two deep: what hangs on an outer join is outer",
            shop("Award").selectRelated(texts({"book_isbn__publisher"})),
            R"(SELECT "award"."id", "award"."name", "award"."book_isbn", "book"."id", "book"."title",)"
            R"( "book"."isbn", "book"."pages", "book"."price", "book"."in_print", "book"."published",)"
            R"( "book"."added", "book"."publisher_id", "publisher"."id", "publisher"."name", "publisher"."city",)"
            R"( "publisher"."founded", "publisher"."opens" FROM "award")"
            R"( LEFT OUTER JOIN "book" ON ("award"."book_isbn" = "book"."isbn"))"
            R"( LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))");
        rows(
            "without names: all that are not nullable", shop("Review").selectRelated({}),
            R"(SELECT "review"."id", "review"."book_id", "review"."reviewer", "review"."rating",)"
            R"( "review"."written", "book"."id", "book"."title", "book"."isbn", "book"."pages", "book"."price",)"
            R"( "book"."in_print", "book"."published", "book"."added", "book"."publisher_id" FROM "review")"
            R"( INNER JOIN "book" ON ("review"."book_id" = "book"."id"))");
        rows("cleared", books.selectRelated(texts({"publisher"})).selectRelatedNone(),
             R"(SELECT * FROM "book")");
        rows(
            "calls add up",
            shop("BookAuthor").selectRelated(texts({"book"})).selectRelated(texts({"author"})),
            R"(SELECT "book_author"."book_id", "book_author"."author_id", "book"."id", "book"."title",)"
            R"( "book"."isbn", "book"."pages", "book"."price", "book"."in_print", "book"."published",)"
            R"( "book"."added", "book"."publisher_id", "author"."id", "author"."name", "author"."born",)"
            R"( "author"."mentor_id" FROM "book_author" INNER JOIN "book" ON ("book_author"."book_id" =)"
            R"( "book"."id") INNER JOIN "author" ON ("book_author"."author_id" = "author"."id"))");
        rows(
            "reverse one-to-one", books.only(texts({"title"})).selectRelated(texts({"cover"})),
            R"(SELECT "book"."id", "book"."title", "cover"."book_id", "cover"."colour", "cover"."image" FROM "book")"
            R"( LEFT OUTER JOIN "cover" ON ("book"."id" = "cover"."book_id"))");
        rows(
            "shares the join that a filter made",
            shop("Review").selectRelated(texts({"book"})).filter(q("book__title", "x")),
            R"(SELECT "review"."id", "review"."book_id", "review"."reviewer", "review"."rating",)"
            R"( "review"."written", "book"."id", "book"."title", "book"."isbn", "book"."pages", "book"."price",)"
            R"( "book"."in_print", "book"."published", "book"."added", "book"."publisher_id" FROM "review")"
            R"( INNER JOIN "book" ON ("review"."book_id" = "book"."id") WHERE "book"."title" = ?)",
            "'x'");
        rows(
            "a filter makes an outer join inner",
            books.only(texts({"title", "publisher"}))
                .selectRelated(texts({"publisher"}))
                .filter(q("publisher__name", "x")),
            R"(SELECT "book"."id", "book"."title", "book"."publisher_id", "publisher"."id", "publisher"."name",)"
            R"( "publisher"."city", "publisher"."founded", "publisher"."opens" FROM "book")"
            R"( INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id") WHERE "publisher"."name" = ?)",
            "'x'");
        rows(
            "only() reaches behind the relation",
            shop("Review").selectRelated(texts({"book"})).only(texts({"rating", "book__title"})),
            R"(SELECT "review"."id", "review"."book_id", "review"."rating", "book"."id", "book"."title")"
            R"( FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))");
        rows(
            "defer() too",
            shop("Cover")
                .selectRelated(texts({"book"}))
                .defer(texts({"image", "book__isbn", "book__added", "book__in_print"})),
            R"(SELECT "cover"."book_id", "cover"."colour", "book"."id", "book"."title", "book"."pages",)"
            R"( "book"."price", "book"."published", "book"."publisher_id" FROM "cover")"
            R"( INNER JOIN "book" ON ("cover"."book_id" = "book"."id"))");
        asked("count does without", books.selectRelated(texts({"publisher"})), Ask::Count,
              R"(SELECT COUNT(*) AS "__count" FROM "book")");
    }
    void selectRelatedJoins() { GOLDEN_TEST; }

    void valuesSelectWhatIsNamed_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("named columns in the order of the names", books.values(names({"pages", "title"})),
             R"(SELECT "book"."pages", "book"."title" FROM "book")");
        rows("no names: all", shop("Cover").values({}), R"(SELECT * FROM "cover")");
        rows("a relation is its key", books.values(names({"publisher"})),
             R"(SELECT "book"."publisher_id" FROM "book")");
        rows("so is its attname", books.values(names({"publisher_id"})),
             R"(SELECT "book"."publisher_id" FROM "book")");
        rows("a column behind a nullable key: outer join",
             books.values(names({"title", "publisher__name"})),
             R"(SELECT "book"."title", "publisher"."name" FROM "book")"
             R"( LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))");
        rows("the key behind the relation", books.values(names({"publisher__id"})),
             R"(SELECT "book"."publisher_id" FROM "book")");
        rows("a reverse relation multiplies rows", books.values(names({"title", "review__rating"})),
             R"(SELECT "book"."title", "review"."rating" FROM "book")"
             R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))");
        rows("a many-to-many by key", books.valuesList(names({"author"}), true),
             R"(SELECT "book_author"."author_id" FROM "book")"
             R"( LEFT OUTER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))");
        rows("pk", books.valuesList(names({"pk"}), true), R"(SELECT "book"."id" FROM "book")");
        rows("a date part", books.values(names({"published__year"})),
             R"(SELECT heddle_date_extract('year', "book"."published") FROM "book")", "",
             R"(SELECT EXTRACT(YEAR FROM "book"."published") FROM "book")");
        rows("an expression", books.values({named("up", call("Upper", {"title"}))}),
             R"(SELECT UPPER("book"."title") AS "up" FROM "book")");
        rows("names and expressions mixed",
             books.values(
                 {{{}, f("pages")}, named("up", call("Upper", {"title"})), {{}, f("price")}}),
             R"(SELECT "book"."pages", UPPER("book"."title") AS "up", "book"."price" FROM "book")");
        rows("an annotation among the names",
             books.annotate({named("up", call("Upper", {"title"}))}).values(names({"pages", "up"})),
             R"(SELECT "book"."pages", UPPER("book"."title") AS "up" FROM "book")");
        rows("an annotation not named is left out",
             books.annotate({named("up", call("Upper", {"title"}))}).values(names({"pages"})),
             R"(SELECT "book"."pages" FROM "book")");
        rows("a filter on an alias() is written out",
             books.alias({named("up", call("Upper", {"title"}))})
                 .filter(q("up", "X"))
                 .values(names({"pages"})),
             R"(SELECT "book"."pages" FROM "book" WHERE UPPER("book"."title") = ?)", "'X'");
        rows("flat", books.valuesList(names({"title"}), true),
             R"(SELECT "book"."title" FROM "book")");
        rows("annotated after values()",
             books.values(names({"title"})).annotate({named("up", call("Upper", {"title"}))}),
             R"(SELECT "book"."title", UPPER("book"."title") AS "up" FROM "book")");
        rows(
            "behind two tables with a filter on the first",
            shop("Review").filter(q("book__title", "x")).values(names({"book__publisher__city"})),
            R"(SELECT "publisher"."city" FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
            R"( LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id") WHERE "book"."title" = ?)",
            "'x'");
    }
    void valuesSelectWhatIsNamed() { GOLDEN_TEST; }

    void annotationsAreComputedColumns_data()
    {
        GOLDEN_COLUMN;
        const Query covers = shop("Cover");
        const Query books = shop("Book").only(texts({"id"}));
        rows(
            "a function", covers.annotate({named("up", call("Upper", {"colour"}))}),
            R"(SELECT "cover"."book_id", "cover"."colour", "cover"."image", UPPER("cover"."colour") AS "up")"
            R"( FROM "cover")");
        rows(
            "a column behind a relation", covers.annotate({named("t", f("book__title"))}),
            R"(SELECT "cover"."book_id", "cover"."colour", "cover"."image", "book"."title" AS "t" FROM "cover")"
            R"( INNER JOIN "book" ON ("cover"."book_id" = "book"."id"))");
        rows("arithmetic of integer columns",
             books.annotate({named("n", plus(f("id"), f("pages")))}),
             R"(SELECT "book"."id", ("book"."id" + "book"."pages") AS "n" FROM "book")");
        rows("a literal", books.annotate({named("n", value(5))}),
             R"(SELECT "book"."id", ? AS "n" FROM "book")", "5",
             R"(SELECT "book"."id", ?::integer AS "n" FROM "book")");
        rows("a text literal", books.annotate({named("n", value("x"))}),
             R"(SELECT "book"."id", ? AS "n" FROM "book")", "'x'",
             R"(SELECT "book"."id", ?::varchar AS "n" FROM "book")");
        rows(
            "one on top of another",
            books.annotate({named("n", plus(f("pages"), value(1)))})
                .annotate({named("m", times(f("n"), value(2)))}),
            R"(SELECT "book"."id", ("book"."pages" + ?) AS "n", (("book"."pages" + ?) * ?) AS "m" FROM "book")",
            "1, 1, 2",
            R"(SELECT "book"."id", ("book"."pages" + ?::integer) AS)"
            R"( "n", (("book"."pages" + ?::integer) * ?::integer) AS "m" FROM "book")");
        rows(
            "concat takes NULL for empty",
            books.annotate(
                {named("n", call("Concat", {"title", expr::literal(Value::text("-")), "isbn"}))}),
            R"(SELECT "book"."id", (COALESCE("book"."title", '') || (COALESCE(?, '') || COALESCE("book"."isbn", ''))) AS "n" FROM "book")",
            "'-'",
            R"(SELECT "book"."id", (COALESCE("book"."title"::text, '') || (COALESCE(?::varchar::text, '') || COALESCE("book"."isbn"::text, ''))) AS "n" FROM "book")");
        rows("coalesce", books.annotate({named("n", call("Coalesce", {"pages", 0}))}),
             R"(SELECT "book"."id", COALESCE("book"."pages", ?) AS "n" FROM "book")", "0",
             R"(SELECT "book"."id", COALESCE("book"."pages", ?::integer) AS "n" FROM "book")");
        rows("greatest", books.annotate({named("n", call("Greatest", {"id", "pages"}))}),
             R"(SELECT "book"."id", MAX("book"."id", "book"."pages") AS "n" FROM "book")", "",
             R"(SELECT "book"."id", GREATEST("book"."id", "book"."pages") AS "n" FROM "book")");
        rows("cast",
             books.annotate({named(
                 "n", call("Cast", {"pages"}, {{"output_field", fieldType(FieldKind::Text)}}))}),
             R"(SELECT "book"."id", CAST("book"."pages" AS text) AS "n" FROM "book")");
        rows(
            "case",
            books.annotate({named(
                "size",
                call("Case",
                     {call("When", {},
                           {{"pages__gt", 300}, {"then", expr::literal(Value::text("big"))}}),
                      call("When", {},
                           {{"pages__isnull", true}, {"then", expr::literal(Value::text("?"))}})},
                     {{"default", expr::literal(Value::text("small"))}}))}),
            R"(SELECT "book"."id", CASE WHEN "book"."pages" > ? THEN ? WHEN)"
            R"( "book"."pages" IS NULL THEN ? ELSE ? END AS "size" FROM "book")",
            "300, 'big', '?', 'small'",
            R"(SELECT "book"."id", CASE WHEN "book"."pages" > ? THEN ?::varchar WHEN)"
            R"( "book"."pages" IS NULL THEN ?::varchar ELSE ?::varchar END AS "size" FROM "book")");
        rows("a case that cannot be is left out",
             books.annotate({named(
                 "size", call("Case", {call("When", {}, {{"pages__in", listOf({})}, {"then", 1}})},
                              {{"default", 0}}))}),
             R"(SELECT "book"."id", ? AS "size" FROM "book")", "0",
             R"(SELECT "book"."id", ?::integer AS "size" FROM "book")");
        rows(
            "truncated to a month", books.annotate({named("m", call("TruncMonth", {"added"}))}),
            R"(SELECT "book"."id", heddle_datetime_trunc('month', "book"."added") AS "m" FROM "book")",
            "", R"(SELECT "book"."id", DATE_TRUNC('month', "book"."added") AS "m" FROM "book")");
        rows(
            "extracted year", books.annotate({named("y", call("ExtractYear", {"published"}))}),
            R"(SELECT "book"."id", heddle_date_extract('year', "book"."published") AS "y" FROM "book")",
            "", R"(SELECT "book"."id", EXTRACT(YEAR FROM "book"."published") AS "y" FROM "book")");
        rows(
            "difference of two datetimes",
            books.annotate({named("d", minus(f("added"), f("added")))}),
            R"(SELECT "book"."id", heddle_timestamp_diff("book"."added", "book"."added") AS "d" FROM "book")",
            "", R"(SELECT "book"."id", ("book"."added" - "book"."added") AS "d" FROM "book")");
        rows("a window",
             books.annotate({named(
                 "r", call("Window", {call("Rank", {})},
                           {{"partition_by", listOf({"publisher"})}, {"order_by", "-price"}}))}),
             R"(SELECT "book"."id", RANK() OVER (PARTITION BY "book"."publisher_id")"
             R"( ORDER BY "book"."price" DESC) AS "r" FROM "book")");
        rows("a condition as a column",
             books.annotate({named("cheap", expr::condition(q("price__lt", 10)))}),
             R"(SELECT "book"."id", "book"."price" < ? AS "cheap" FROM "book")", "Decimal('10')");
        rows("a function by name",
             books.annotate({named(
                 "n", call("Func", {"title"},
                           {{"function", "HEX"}, {"output_field", fieldType(FieldKind::Text)}}))}),
             R"(SELECT "book"."id", HEX("book"."title") AS "n" FROM "book")");
    }
    void annotationsAreComputedColumns() { GOLDEN_TEST; }

    void subqueriesSeeTheOuterRow_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book"), reviews = shop("Review");
        rows("exists", books.filter(q(call("Exists", {reviews.filter(q("book", outer("pk")))}))),
             R"(SELECT * FROM "book" WHERE EXISTS(SELECT 1 AS "a" FROM "review" "U0")"
             R"( WHERE "U0"."book_id" = "book"."id" LIMIT 1))");
        rows("not exists",
             books.filter(
                 q(expr::negated(call("Exists", {reviews.filter(q("book", outer("pk")))})))),
             R"(SELECT * FROM "book" WHERE NOT EXISTS(SELECT 1 AS "a" FROM "review" "U0")"
             R"( WHERE "U0"."book_id" = "book"."id" LIMIT 1))");
        rows(
            "exists as a column",
            shop("Cover").annotate(
                {named("seen", call("Exists", {reviews.filter(q("book", outer("book")))}))}),
            R"(SELECT "cover"."book_id", "cover"."colour", "cover"."image", EXISTS(SELECT 1 AS "a")"
            R"( FROM "review" "U0" WHERE "U0"."book_id" = "cover"."book_id" LIMIT 1) AS "seen" FROM "cover")");
        rows("a subquery as a column",
             shop("Cover").annotate(
                 {named("best", call("Subquery", {reviews.filter(q("book", outer("pk")))
                                                      .orderBy(texts({"-rating"}))
                                                      .values(names({"rating"}))
                                                      .slice(0, 1)}))}),
             R"(SELECT "cover"."book_id", "cover"."colour", "cover"."image", (SELECT "U0"."rating")"
             R"( FROM "review" "U0" WHERE "U0"."book_id" = "cover"."book_id")"
             R"( ORDER BY "U0"."rating" DESC LIMIT 1) AS "best" FROM "cover")");
        rows(
            "a subquery compared",
            books.filter(q("pages__gt", call("Subquery", {shop("Edition")
                                                              .filter(q("book", outer("pk")))
                                                              .values(names({"year"}))
                                                              .slice(0, 1)}))),
            R"(SELECT * FROM "book" WHERE "book"."pages" > (SELECT "U0"."year" FROM "edition" "U0")"
            R"( WHERE "U0"."book_id" = "book"."id" LIMIT 1))");
        rows(
            "in a queryset: by key",
            books.filter(q("publisher__in", shop("Publisher").filter(q("city", "x")))),
            R"(SELECT * FROM "book" WHERE "book"."publisher_id" IN (SELECT "U0"."id" FROM "publisher" "U0")"
            R"( WHERE "U0"."city" = ?))",
            "'x'");
        rows(
            "in values of a queryset", books.filter(q("pk__in", reviews.values(names({"book"})))),
            R"(SELECT * FROM "book" WHERE "book"."id" IN (SELECT "U0"."book_id" FROM "review" "U0"))");
        rows(
            "in a queryset loses its ordering",
            books.filter(q("publisher__in", shop("Publisher").orderBy(texts({"name"})))),
            R"(SELECT * FROM "book" WHERE "book"."publisher_id" IN (SELECT "U0"."id" FROM "publisher" "U0"))");
        rows(
            "in a sliced queryset keeps it",
            books.filter(
                q("publisher__in", shop("Publisher").orderBy(texts({"name"})).slice(0, 3))),
            R"(SELECT * FROM "book" WHERE "book"."publisher_id" IN (SELECT "U0"."id" FROM "publisher" "U0")"
            R"( ORDER BY "U0"."name" ASC LIMIT 3))");
        rows(
            "exactly the one of a sliced queryset",
            books.filter(q("publisher", shop("Publisher").slice(0, 1))),
            R"(SELECT * FROM "book" WHERE "book"."publisher_id" = (SELECT "U0"."id" FROM "publisher" "U0" LIMIT 1))");
        rows(
            "two levels deep",
            shop("Publisher")
                .filter(q(call(
                    "Exists",
                    {books.filter(q("publisher", outer("pk")))
                         .filter(q(call("Exists", {reviews.filter(q("book", outer("pk")))})))}))),
            R"(SELECT * FROM "publisher" WHERE EXISTS(SELECT 1 AS "a" FROM "book" "U0")"
            R"( WHERE ("U0"."publisher_id" = "publisher"."id" AND EXISTS(SELECT 1 AS "a" FROM "review" "V0")"
            R"( WHERE "V0"."book_id" = "U0"."id" LIMIT 1)) LIMIT 1))");
        rows(
            "an outer column over a relation",
            reviews.filter(
                q(call("Exists", {shop("Award").filter(q("name", outer("book__title")))}))),
            R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
            R"( WHERE EXISTS(SELECT 1 AS "a" FROM "award" "U0" WHERE "U0"."name" = "book"."title" LIMIT 1))");
        rows("an exists that nothing can satisfy",
             books.filter(q(call("Exists", {reviews.none()}))), "");
        rows("a not exists that everything satisfies",
             books.filter(q(expr::negated(call("Exists", {reviews.none()})))),
             R"(SELECT * FROM "book")");
    }
    void subqueriesSeeTheOuterRow() { GOLDEN_TEST; }

    void slicesDistinctAndLocks_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("first ten", books.slice(0, 10), R"(SELECT * FROM "book" LIMIT 10)");
        rows("from ten on", books.slice(10, {}), R"(SELECT * FROM "book" LIMIT -1 OFFSET 10)", "",
             R"(SELECT * FROM "book" OFFSET 10)");
        rows("ten to twenty", books.slice(10, 20), R"(SELECT * FROM "book" LIMIT 10 OFFSET 10)");
        rows("a slice of a slice", books.slice(10, 30).slice(5, 10),
             R"(SELECT * FROM "book" LIMIT 5 OFFSET 15)");
        rows("a slice cannot grow", books.slice(0, 5).slice(2, 100),
             R"(SELECT * FROM "book" LIMIT 3 OFFSET 2)");
        rows(
            "distinct", books.distinct(),
            R"(SELECT DISTINCT "book"."id", "book"."title", "book"."isbn", "book"."pages", "book"."price",)"
            R"( "book"."in_print", "book"."published", "book"."added", "book"."publisher_id" FROM "book")");
        rows("distinct values", books.values(names({"publisher"})).distinct(),
             R"(SELECT DISTINCT "book"."publisher_id" FROM "book")");
        rows("distinct values over a join", books.values(names({"publisher__city"})).distinct(),
             R"(SELECT DISTINCT "publisher"."city" FROM "book")"
             R"( LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))");
        rows("locked", books.selectForUpdate(false, false, {}, false), R"(SELECT * FROM "book")",
             "", R"(SELECT * FROM "book" FOR UPDATE)");
        rows("locked, not waiting, keys free", books.selectForUpdate(true, false, {}, true),
             R"(SELECT * FROM "book")", "", R"(SELECT * FROM "book" FOR NO KEY UPDATE NOWAIT)");
        rows(
            "locked, skipping, of one table",
            shop("Review")
                .selectRelated(texts({"book"}))
                .selectForUpdate(false, true, texts({"self"}), false),
            R"(SELECT "review"."id", "review"."book_id", "review"."reviewer", "review"."rating",)"
            R"( "review"."written", "book"."id", "book"."title", "book"."isbn", "book"."pages", "book"."price",)"
            R"( "book"."in_print", "book"."published", "book"."added", "book"."publisher_id" FROM "review")"
            R"( INNER JOIN "book" ON ("review"."book_id" = "book"."id"))",
            "",
            R"(SELECT "review"."id", "review"."book_id", "review"."reviewer", "review"."rating",)"
            R"( "review"."written", "book"."id", "book"."title", "book"."isbn", "book"."pages", "book"."price",)"
            R"( "book"."in_print", "book"."published", "book"."added", "book"."publisher_id" FROM "review")"
            R"( INNER JOIN "book" ON ("review"."book_id" = "book"."id") FOR UPDATE OF "review" SKIP LOCKED)");
        asked("exists", books.filter(q("pages", 1)).orderBy(texts({"title"})), Ask::Exists,
              R"(SELECT 1 AS "a" FROM "book" WHERE "book"."pages" = ? LIMIT 1)", "1");
        asked("exists of a slice", books.slice(3, 10), Ask::Exists,
              R"(SELECT 1 AS "a" FROM "book" LIMIT 1 OFFSET 3)");
        asked("exists of an open slice", books.slice(3, {}), Ask::Exists,
              R"(SELECT 1 AS "a" FROM "book" LIMIT 1 OFFSET 3)");
        asked("exists of something distinct", books.values(names({"pages"})).distinct(),
              Ask::Exists, R"(SELECT DISTINCT 1 AS "a" FROM "book" LIMIT 1)");
    }
    void slicesDistinctAndLocks() { GOLDEN_TEST; }

    void distinctOnFieldsIsPostgresOnly()
    {
        const Query query =
            shop("Book").orderBy(texts({"publisher", "-price"})).distinct(texts({"publisher"}));
        QCOMPARE(
            compile(query, Ask::Rows, *dialectByName(QStringLiteral("postgresql"))).sql,
            expandedGolden(
                R"(SELECT DISTINCT ON ("book"."publisher_id") "book"."id", "book"."title", "book"."isbn", "book"."pages", )"
                R"("book"."price", "book"."in_print", "book"."published", "book"."added", "book"."publisher_id" FROM "book" )"
                R"(ORDER BY "book"."publisher_id" ASC, "book"."price" DESC)",
                query, *dialectByName(QStringLiteral("postgresql"))));
        QVERIFY_THROWS_EXCEPTION(
            NotSupportedError, compile(query, Ask::Rows, *dialectByName(QStringLiteral("sqlite"))));
    }

    void datesAreDistinctAndOrdered_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows(
            "months", books.dates(QStringLiteral("published"), QStringLiteral("month"), false),
            R"(SELECT DISTINCT heddle_date_trunc('month', "book"."published") AS "datefield" FROM "book")"
            R"( WHERE "book"."published" IS NOT NULL ORDER BY heddle_date_trunc('month', "book"."published") ASC)",
            "",
            R"(SELECT DISTINCT DATE_TRUNC('month', "book"."published")::date AS "datefield" FROM "book")"
            R"( WHERE "book"."published" IS NOT NULL ORDER BY DATE_TRUNC('month', "book"."published")::date ASC)");
        rows(
            "years of a datetime, last first",
            books.dates(QStringLiteral("added"), QStringLiteral("year"), true),
            R"(SELECT DISTINCT heddle_date_trunc('year', heddle_datetime_cast_date("book"."added")) AS "datefield")"
            R"( FROM "book" WHERE "book"."added" IS NOT NULL)"
            R"( ORDER BY heddle_date_trunc('year', heddle_datetime_cast_date("book"."added")) DESC)",
            "",
            R"(SELECT DISTINCT DATE_TRUNC('year', ("book"."added")::date)::date AS "datefield" FROM "book")"
            R"( WHERE "book"."added" IS NOT NULL ORDER BY DATE_TRUNC('year', ("book"."added")::date)::date DESC)");
        rows(
            "hours",
            books.filter(q("pages__gt", 1))
                .datetimes(QStringLiteral("added"), QStringLiteral("hour"), false),
            R"(SELECT DISTINCT heddle_datetime_trunc('hour', "book"."added") AS "datetimefield" FROM "book")"
            R"( WHERE ("book"."pages" > ? AND "book"."added" IS NOT NULL))"
            R"( ORDER BY heddle_datetime_trunc('hour', "book"."added") ASC)",
            "1",
            R"(SELECT DISTINCT DATE_TRUNC('hour', "book"."added") AS "datetimefield" FROM "book")"
            R"( WHERE ("book"."pages" > ? AND "book"."added" IS NOT NULL))"
            R"( ORDER BY DATE_TRUNC('hour', "book"."added") ASC)");
    }
    void datesAreDistinctAndOrdered() { GOLDEN_TEST; }
};

QTEST_GUILESS_MAIN(TestSelect)
#include "tst_select.moc"
