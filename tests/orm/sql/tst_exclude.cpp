#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;

/// exclude() and ~Q: NULL stays, many-valued relations become NOT EXISTS.
class TestExclude : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void ownColumns_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("a column that is never NULL", books.exclude(q("title", "x")),
             R"(SELECT * FROM "book" WHERE NOT ("book"."title" = ?))", "'x'");
        rows(
            "a nullable column", books.exclude(q("pages", 5)),
            R"(SELECT * FROM "book" WHERE NOT (("book"."pages" = ? AND "book"."pages" IS NOT NULL)))",
            "5");
        rows(
            "in", books.exclude(q("pages__in", listOf({1, 2}))),
            R"(SELECT * FROM "book" WHERE NOT (("book"."pages" IN (?, ?) AND "book"."pages" IS NOT NULL)))",
            "1, 2");
        rows("isnull", books.exclude(q("pages__isnull", true)),
             R"(SELECT * FROM "book" WHERE NOT ("book"."pages" IS NULL))");
        rows("not isnull", books.exclude(q("pages__isnull", false)),
             R"(SELECT * FROM "book" WHERE NOT ("book"."pages" IS NOT NULL))");
        rows("two lookups are excluded together", books.exclude(q({{"title", "x"}, {"pages", 5}})),
             R"(SELECT * FROM "book" WHERE NOT (("book"."title" = ? AND ("book"."pages" = ? AND)"
             R"( "book"."pages" IS NOT NULL))))",
             "'x', 5");
        rows(
            "two calls exclude each", books.exclude(q("title", "x")).exclude(q("pages", 5)),
            R"(SELECT * FROM "book" WHERE (NOT ("book"."title" = ?) AND NOT (("book"."pages" = ? AND)"
            R"( "book"."pages" IS NOT NULL))))",
            "'x', 5");
        rows("or", books.exclude(q("title", "x") | q("pages", 5)),
             R"(SELECT * FROM "book" WHERE NOT (("book"."title" = ? OR ("book"."pages" = ? AND)"
             R"( "book"."pages" IS NOT NULL))))",
             "'x', 5");
        rows("a negation in an exclude", books.exclude(~q("pages", 5)),
             R"(SELECT * FROM "book" WHERE NOT (NOT ("book"."pages" = ?)))", "5");
        rows("boolean", books.exclude(q("in_print", true)),
             R"(SELECT * FROM "book" WHERE NOT ("book"."in_print"))");
        rows("boolean false", books.exclude(q("in_print", false)),
             R"(SELECT * FROM "book" WHERE NOT (NOT "book"."in_print"))");
        rows("nothing excluded", books.exclude(q("pk__in", listOf({}))), R"(SELECT * FROM "book")");
        rows("after a filter", books.filter(q("price__lt", 1)).exclude(q("price", decimal("0.99"))),
             R"(SELECT * FROM "book" WHERE ("book"."price" < ? AND NOT ("book"."price" = ?)))",
             "Decimal('1'), Decimal('0.99')");
    }
    void ownColumns() { GOLDEN_TEST; }

    void singleValuedRelations_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows(
            "the key", books.exclude(q("publisher", 1)),
            R"(SELECT * FROM "book" WHERE NOT (("book"."publisher_id" = ? AND "book"."publisher_id" IS NOT NULL)))",
            "1");
        rows(
            "a column behind a nullable key", books.exclude(q("publisher__name", "x")),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE NOT (("publisher"."name" = ? AND "publisher"."name" IS NOT NULL)))",
            "'x'");
        rows(
            "a nullable column behind it", books.exclude(q("publisher__city", "x")),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE NOT (("publisher"."city" = ? AND "publisher"."city" IS NOT NULL)))",
            "'x'");
        rows("a column behind a key that is never NULL",
             shop("Review").exclude(q("book__title", "x")),
             R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
             R"( WHERE NOT ("book"."title" = ?))",
             "'x'");
        rows(
            "isnull behind a nullable key", books.exclude(q("publisher__city__isnull", true)),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE NOT ("publisher"."city" IS NULL))");
        rows("one-to-one", books.exclude(q("cover__colour", "x")),
             R"(SELECT * FROM "book" LEFT OUTER JOIN "cover" ON ("book"."id" = "cover"."book_id"))"
             R"( WHERE NOT (("cover"."colour" = ? AND "cover"."colour" IS NOT NULL)))",
             "'x'");
        rows(
            "a filter made it inner",
            books.filter(q("publisher__city", "y")).exclude(q("publisher__name", "x")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("publisher"."city" = ? AND NOT ("publisher"."name" = ?)))",
            "'y', 'x'");
        rows(
            "excluded first, filtered then",
            books.exclude(q("publisher__name", "x")).filter(q("publisher__city", "y")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE (NOT (("publisher"."name" = ? AND "publisher"."name" IS NOT NULL)) AND)"
            R"( "publisher"."city" = ?))",
            "'x', 'y'");
        rows(
            "self reference", shop("Author").exclude(q("mentor__name", "x")),
            R"(SELECT * FROM "author" LEFT OUTER JOIN "author" "T2" ON ("author"."mentor_id" = "T2"."id"))"
            R"( WHERE NOT (("T2"."name" = ? AND "T2"."name" IS NOT NULL)))",
            "'x'");
    }
    void singleValuedRelations() { GOLDEN_TEST; }

    void manyValuedRelations_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("reverse key", books.exclude(q("review__rating", 5)),
             R"(SELECT * FROM "book" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
             R"( WHERE ("U1"."rating" = ? AND "U1"."book_id" = "book"."id") LIMIT 1)))",
             "5");
        rows("reverse key by primary key", books.exclude(q("review", 5)),
             R"(SELECT * FROM "book" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
             R"( WHERE ("U1"."id" = ? AND "U1"."book_id" = "book"."id") LIMIT 1)))",
             "5");
        rows("many-to-many by key", books.exclude(q("author", 1)),
             R"(SELECT * FROM "book" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "book_author" "U1")"
             R"( WHERE ("U1"."author_id" = ? AND "U1"."book_id" = "book"."id") LIMIT 1)))",
             "1");
        rows("many-to-many", books.exclude(q("author__name", "x")),
             R"(SELECT * FROM "book" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "book_author" "U1")"
             R"( INNER JOIN "author" "U2" ON ("U1"."author_id" = "U2"."id"))"
             R"( WHERE ("U2"."name" = ? AND "U1"."book_id" = "book"."id") LIMIT 1)))",
             "'x'");
        rows(
            "each lookup is its own subquery, as in Django",
            books.exclude(q({{"review__rating", 5}, {"review__reviewer", "Kim"}})),
            R"(SELECT * FROM "book" WHERE NOT ((EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
            R"( WHERE ("U1"."rating" = ? AND "U1"."book_id" = "book"."id") LIMIT 1) AND EXISTS(SELECT 1 AS "a")"
            R"( FROM "review" "U1" WHERE ("U1"."reviewer" = ? AND "U1"."book_id" = "book"."id") LIMIT 1))))",
            "5, 'Kim'");
        rows("~Q is the same", books.filter(~q("review__rating", 5)),
             R"(SELECT * FROM "book" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
             R"( WHERE ("U1"."rating" = ? AND "U1"."book_id" = "book"."id") LIMIT 1)))",
             "5");
        rows(
            "~Q beside a condition on the same relation",
            books.filter(q("review__rating", 5) & ~q("review__reviewer", "Kim")),
            R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( WHERE ("review"."rating" = ? AND NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
            R"( WHERE ("U1"."reviewer" = ? AND "U1"."book_id" = "book"."id" AND "U1"."id" = "review"."id"))"
            " LIMIT 1)))",
            "5, 'Kim'");
        rows(
            "isnull true", books.exclude(q("review__isnull", true)),
            R"(SELECT * FROM "book" WHERE NOT ((EXISTS(SELECT 1 AS "a" FROM "book" "U0")"
            R"( LEFT OUTER JOIN "review" "U1" ON ("U0"."id" = "U1"."book_id"))"
            R"( WHERE ("U1"."id" IS NULL AND "U0"."id" = "book"."id") LIMIT 1) OR "book"."id" IS NULL)))");
        rows("isnull false", books.exclude(q("review__isnull", false)),
             R"(SELECT * FROM "book" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
             R"( WHERE ("U1"."id" IS NOT NULL AND "U1"."book_id" = "book"."id") LIMIT 1)))");
        rows(
            "a nullable column at the far end", books.exclude(q("review__written__year", 2020)),
            R"(SELECT * FROM "book" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
            R"( WHERE ("U1"."written" BETWEEN ? AND ? AND "U1"."book_id" = "book"."id") LIMIT 1)))",
            "datetime.datetime(2020, 1, 1, 0, 0), datetime.datetime(2020, 12, 31, 23, 59, 59, "
            "999999)");
        rows("behind a key that is never NULL", shop("Review").exclude(q("book__author", 1)),
             R"(SELECT * FROM "review" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "book_author" "U2")"
             R"( WHERE ("U2"."author_id" = ? AND "U2"."book_id" = "review"."book_id") LIMIT 1)))",
             "1");
        rows(
            "behind a nullable key", shop("Award").exclude(q("book_isbn__review__rating", 5)),
            R"(SELECT * FROM "award" LEFT OUTER JOIN "book" ON ("award"."book_isbn" = "book"."isbn"))"
            R"( WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U2")"
            R"( WHERE ("U2"."rating" = ? AND "U2"."book_id" = "book"."id") LIMIT 1)))",
            "5");
        rows("two many-valued steps", shop("Publisher").exclude(q("book__review__rating", 5)),
             R"(SELECT * FROM "publisher" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "book" "U1")"
             R"( INNER JOIN "review" "U2" ON ("U1"."id" = "U2"."book_id"))"
             R"( WHERE ("U2"."rating" = ? AND "U1"."publisher_id" = "publisher"."id") LIMIT 1)))",
             "5");
        rows(
            "a column of the outer query on the right",
            books.exclude(q("review__rating", f("pages"))),
            R"(SELECT * FROM "book" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
            R"( WHERE ("U1"."rating" = "book"."pages" AND "U1"."book_id" = "book"."id") LIMIT 1)))");
        rows("self reference backwards", shop("Author").exclude(q("author__name", "x")),
             R"(SELECT * FROM "author" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "author" "U1")"
             R"( WHERE ("U1"."name" = ? AND "U1"."mentor_id" = "author"."id") LIMIT 1)))",
             "'x'");
        rows(
            "excluded with an or", books.exclude(q("review__rating", 5) | q("title", "x")),
            R"(SELECT * FROM "book" WHERE NOT ((EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
            R"( WHERE ("U1"."rating" = ? AND "U1"."book_id" = "book"."id") LIMIT 1) OR "book"."title" = ?)))",
            "5, 'x'");
        rows("after filtering the same relation",
             books.filter(q("review__rating", 5)).exclude(q("review__reviewer", "Kim")),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( WHERE ("review"."rating" = ? AND NOT (EXISTS(SELECT 1 AS "a" FROM "review" "U1")"
             R"( WHERE ("U1"."reviewer" = ? AND "U1"."book_id" = "book"."id") LIMIT 1))))",
             "5, 'Kim'");
        rows(
            "beside a second join of the relation: the first one's alias decides, as in Django",
            books.filter(q("review__rating", 5))
                .filter(q("review__rating", 4) & ~q("review__reviewer", "Kim")),
            R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( INNER JOIN "review" "T3" ON ("book"."id" = "T3"."book_id"))"
            R"( WHERE ("review"."rating" = ? AND "T3"."rating" = ? AND NOT (EXISTS(SELECT 1 AS "a")"
            R"( FROM "review" "U1" WHERE ("U1"."reviewer" = ? AND "U1"."book_id" = "book"."id") LIMIT 1))))",
            "5, 4, 'Kim'");
        rows("nothing in the subquery", books.exclude(q("review__rating__in", listOf({}))),
             R"(SELECT * FROM "book")");
    }
    void manyValuedRelations() { GOLDEN_TEST; }

    void chinookExcludesAsDjangoDoes_data()
    {
        GOLDEN_COLUMN;
        asked(
            "reverse key", chinook("Artist").exclude(q("album__title__contains", "Live")),
            Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM "Artist" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "Album" "U1")"
            R"( WHERE ("U1"."Title" LIKE ? ESCAPE '\' AND "U1"."ArtistId" = "Artist"."ArtistId") LIMIT 1)))",
            "'%Live%'",
            R"(SELECT COUNT(*) AS "__count" FROM "Artist" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "Album" "U1")"
            R"( WHERE ("U1"."Title"::text LIKE ? AND "U1"."ArtistId" = "Artist"."ArtistId") LIMIT 1)))");
        asked(
            "reverse path over three tables, distinct",
            chinook("Artist")
                .filter(q("album__isnull", false))
                .exclude(q("album__track__genre__name", "Rock"))
                .distinct(),
            Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM (SELECT DISTINCT "Artist"."ArtistId" AS "col1", "Artist"."Name" AS)"
            R"( "col2" FROM "Artist" INNER JOIN "Album" ON ("Artist"."ArtistId" = "Album"."ArtistId"))"
            R"( WHERE ("Album"."AlbumId" IS NOT NULL AND NOT (EXISTS(SELECT 1 AS "a" FROM "Album" "U1")"
            R"( INNER JOIN "Track" "U2" ON ("U1"."AlbumId" = "U2"."AlbumId"))"
            R"( INNER JOIN "Genre" "U3" ON ("U2"."GenreId" = "U3"."GenreId"))"
            R"( WHERE ("U3"."Name" = ? AND "U1"."ArtistId" = "Artist"."ArtistId") LIMIT 1)))) subquery)",
            "'Rock'");
        rows(
            "many-to-many path",
            chinook("Playlist")
                .exclude(q("track__genre__name", "Rock"))
                .orderBy(texts({"pk"}))
                .valuesList(names({"pk", "name"})),
            R"(SELECT * FROM "Playlist" WHERE NOT (EXISTS(SELECT 1 AS "a" FROM "PlaylistTrack" "U1")"
            R"( INNER JOIN "Track" "U2" ON ("U1"."TrackId" = "U2"."TrackId"))"
            R"( INNER JOIN "Genre" "U3" ON ("U2"."GenreId" = "U3"."GenreId"))"
            R"( WHERE ("U3"."Name" = ? AND "U1"."PlaylistId" = "Playlist"."PlaylistId") LIMIT 1)))"
            R"( ORDER BY "Playlist"."PlaylistId" ASC)",
            "'Rock'");
        asked(
            "twice by key", chinook("Track").exclude(q("playlist", 1)).exclude(q("playlist", 8)),
            Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM "Track" WHERE (NOT (EXISTS(SELECT 1 AS "a")"
            R"( FROM "PlaylistTrack" "U1" WHERE ("U1"."PlaylistId" = ? AND "U1"."TrackId" = "Track"."TrackId"))"
            R"( LIMIT 1)) AND NOT (EXISTS(SELECT 1 AS "a" FROM "PlaylistTrack" "U1")"
            R"( WHERE ("U1"."PlaylistId" = ? AND "U1"."TrackId" = "Track"."TrackId") LIMIT 1))))",
            "1, 8");
        asked(
            "a key in a subquery of the same table",
            chinook("Employee")
                .exclude(q("pk__in", chinook("Employee").values(names({"reports_to"})))),
            Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM "Employee")"
            R"( WHERE NOT ("Employee"."EmployeeId" IN (SELECT "U0"."ReportsTo" FROM "Employee" "U0")))");
    }
    void chinookExcludesAsDjangoDoes() { GOLDEN_TEST; }
};

QTEST_GUILESS_MAIN(TestExclude)
#include "tst_exclude.moc"
