#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;

/// union(), intersection(), difference(), and & and | of querysets.
class TestCombine : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void setOperations_data()
    {
        GOLDEN_COLUMN;
        const Query a = shop("Cover").filter(q("colour", "a")),
                    b = shop("Cover").filter(q("colour", "b")),
                    c = shop("Cover").filter(q("colour", "c")), nothing = shop("Cover").none();
        rows(
            "union", a.combine(Combinator::Union, {b}),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)"
            R"( UNION SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?)",
            "'a', 'b'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) UNION (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?))");
        rows(
            "union all", a.combine(Combinator::UnionAll, {b}),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)"
            R"( UNION ALL SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?)",
            "'a', 'b'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) UNION ALL (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?))");
        rows(
            "intersection", a.combine(Combinator::Intersection, {b}),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ? INTERSECT SELECT "cover"."book_id",)"
            R"( "cover"."colour", "cover"."image" FROM "cover" WHERE "cover"."colour" = ?)",
            "'a', 'b'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) INTERSECT (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?))");
        rows(
            "difference", a.combine(Combinator::Difference, {b}),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ? EXCEPT SELECT "cover"."book_id", "cover"."colour",)"
            R"( "cover"."image" FROM "cover" WHERE "cover"."colour" = ?)",
            "'a', 'b'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) EXCEPT (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?))");
        rows(
            "of three", a.combine(Combinator::Union, {b, c}),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)"
            R"( UNION SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ? UNION SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?)",
            "'a', 'b', 'c'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) UNION (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?))"
            R"( UNION (SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?))");
        rows(
            "nested", a.combine(Combinator::Union, {b.combine(Combinator::Intersection, {c})}),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ? UNION SELECT *)"
            R"( FROM (SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ? INTERSECT SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?))",
            "'a', 'b', 'c'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) UNION ((SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?) INTERSECT (SELECT "cover"."book_id", "cover"."colour",)"
            R"( "cover"."image" FROM "cover" WHERE "cover"."colour" = ?)))");
        rows(
            "ordered by place and sliced",
            a.combine(Combinator::Union, {b}).orderBy(texts({"-colour"})).slice(0, 5),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)"
            R"( UNION SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ? ORDER BY 2 DESC LIMIT 5)",
            "'a', 'b'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) UNION (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?) ORDER BY 2 DESC LIMIT 5)");
        rows(
            "reversed",
            a.combine(Combinator::Union, {b}).orderBy({asc("colour", NullsOrder::First)}).reverse(),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)"
            R"( UNION SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ? ORDER BY 2 DESC NULLS LAST)",
            "'a', 'b'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) UNION (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?) ORDER BY 2 DESC NULLS LAST)");
        rows(
            "ordered by pk", a.combine(Combinator::Union, {b}).orderBy(texts({"pk"})),
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)"
            R"( UNION SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ? ORDER BY 1 ASC)",
            "'a', 'b'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) UNION (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?) ORDER BY 1 ASC)");
        rows(
            "of values",
            a.values(names({"colour"}))
                .combine(Combinator::Union, {shop("Publisher").values(names({"city"}))}),
            R"(SELECT "cover"."colour" FROM "cover" WHERE "cover"."colour" = ? UNION SELECT "publisher"."city")"
            R"( FROM "publisher")",
            "'a'",
            R"((SELECT "cover"."colour" FROM "cover" WHERE "cover"."colour" = ?) UNION (SELECT "publisher"."city")"
            R"( FROM "publisher"))");
        rows(
            "of values, ordered",
            a.valuesList(names({"colour"}))
                .combine(Combinator::Union, {shop("Publisher").valuesList(names({"city"}))})
                .orderBy(texts({"colour"})),
            R"(SELECT "cover"."colour" FROM "cover" WHERE "cover"."colour" = ? UNION SELECT "publisher"."city")"
            R"( FROM "publisher" ORDER BY 1 ASC)",
            "'a'",
            R"((SELECT "cover"."colour" FROM "cover" WHERE "cover"."colour" = ?) UNION (SELECT "publisher"."city")"
            R"( FROM "publisher") ORDER BY 1 ASC)");
        rows("an empty part is left out of a union", a.combine(Combinator::Union, {nothing}),
             R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)", "'a'",
             R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
             R"( WHERE "cover"."colour" = ?))");
        rows("an empty first part too", nothing.combine(Combinator::Union, {b}),
             R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)", "'b'",
             R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
             R"( WHERE "cover"."colour" = ?))");
        rows("all parts empty", nothing.combine(Combinator::Union, {nothing}), "");
        rows("an intersection with nothing", a.combine(Combinator::Intersection, {nothing}), "");
        rows("a difference from nothing", nothing.combine(Combinator::Difference, {a}), "");
        rows("a difference of nothing", a.combine(Combinator::Difference, {nothing}),
             R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)", "'a'",
             R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
             R"( WHERE "cover"."colour" = ?))");
        asked(
            "count", a.combine(Combinator::Union, {b}), Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ? UNION SELECT "cover"."book_id", "cover"."colour",)"
            R"( "cover"."image" FROM "cover" WHERE "cover"."colour" = ?) subquery)",
            "'a', 'b'",
            R"(SELECT COUNT(*) AS "__count" FROM ((SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?))"
            R"( UNION (SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?)) subquery)");
        asked(
            "exists", a.combine(Combinator::Union, {b}), Ask::Exists,
            R"(SELECT * FROM "cover" WHERE "cover"."colour" = ?)"
            R"( UNION SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ? LIMIT 1)",
            "'a', 'b'",
            R"((SELECT "cover"."book_id", "cover"."colour", "cover"."image" FROM "cover")"
            R"( WHERE "cover"."colour" = ?) UNION (SELECT "cover"."book_id", "cover"."colour", "cover"."image")"
            R"( FROM "cover" WHERE "cover"."colour" = ?) LIMIT 1)");
    }
    void setOperations() { GOLDEN_TEST; }

    void querysetsMerge_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("and",
             books.filter(q("title", "x")).merged(books.filter(q("pages", 1)), Connector::And),
             R"(SELECT * FROM "book" WHERE ("book"."title" = ? AND "book"."pages" = ?))", "'x', 1");
        rows("or", books.filter(q("title", "x")).merged(books.filter(q("pages", 1)), Connector::Or),
             R"(SELECT * FROM "book" WHERE ("book"."title" = ? OR "book"."pages" = ?))", "'x', 1");
        rows("or with an exclude",
             books.filter(q("title", "x")).merged(books.exclude(q("pages", 1)), Connector::Or),
             R"(SELECT * FROM "book" WHERE ("book"."title" = ? OR NOT (("book"."pages" = ? AND)"
             R"( "book"."pages" IS NOT NULL))))",
             "'x', 1");
        rows("or with everything", books.filter(q("title", "x")).merged(books, Connector::Or),
             R"(SELECT * FROM "book")");
        rows("and with everything", books.filter(q("title", "x")).merged(books, Connector::And),
             R"(SELECT * FROM "book" WHERE "book"."title" = ?)", "'x'");
        rows("or with nothing", books.filter(q("title", "x")).merged(books.none(), Connector::Or),
             R"(SELECT * FROM "book" WHERE "book"."title" = ?)", "'x'");
        rows("and with nothing", books.filter(q("title", "x")).merged(books.none(), Connector::And),
             "");
        rows(
            "the second one's order counts, if it has one",
            books.orderBy(texts({"title"}))
                .filter(q("title", "x"))
                .merged(books.filter(q("pages", 1)).orderBy(texts({"pages"})), Connector::Or),
            R"(SELECT * FROM "book" WHERE ("book"."title" = ? OR "book"."pages" = ?) ORDER BY "book"."pages" ASC)",
            "'x', 1");
        rows(
            "or over a relation is outer",
            books.filter(q("title", "x"))
                .merged(books.filter(q("publisher__name", "y")), Connector::Or),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("book"."title" = ? OR "publisher"."name" = ?))",
            "'x', 'y'");
        rows("and keeps each one's joins over many values",
             books.filter(q("review", 1))
                 .merged(books.filter(q("review", 2)).filter(q("review", 3)), Connector::And),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( INNER JOIN "review" "T3" ON ("book"."id" = "T3"."book_id"))"
             R"( INNER JOIN "review" "T4" ON ("book"."id" = "T4"."book_id"))"
             R"( WHERE ("review"."id" = ? AND "T3"."id" = ? AND "T4"."id" = ?))",
             "1, 2, 3");
        rows("or shares the join, as in Django",
             books.filter(q("review", 1)).merged(books.filter(q("review", 2)), Connector::Or),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( WHERE ("review"."id" = ? OR "review"."id" = ?))",
             "1, 2");
    }
    void querysetsMerge() { GOLDEN_TEST; }
};

QTEST_GUILESS_MAIN(TestCombine)
#include "tst_combine.moc"
