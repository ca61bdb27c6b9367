#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;

/// Which tables a path joins, how, and which of them it shares with other paths.
class TestJoins : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void forwardPaths_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("the key itself needs no join", books.filter(q("publisher", 1)),
             R"(SELECT * FROM "book" WHERE "book"."publisher_id" = ?)", "1");
        rows("by attname", books.filter(q("publisher_id", 1)),
             R"(SELECT * FROM "book" WHERE "book"."publisher_id" = ?)", "1");
        rows("the key behind the relation needs none either", books.filter(q("publisher__id", 1)),
             R"(SELECT * FROM "book" WHERE "book"."publisher_id" = ?)", "1");
        rows("nor does its pk", books.filter(q("publisher__pk__in", listOf({1, 2}))),
             R"(SELECT * FROM "book" WHERE "book"."publisher_id" IN (?, ?))", "1, 2");
        rows(
            "a column behind a nullable key: inner, since NULL cannot match",
            books.filter(q("publisher__name", "x")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE "publisher"."name" = ?)",
            "'x'");
        rows(
            "two columns behind one key share the join",
            books.filter(q("publisher__name", "x")).filter(q("publisher__city", "y")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("publisher"."name" = ? AND "publisher"."city" = ?))",
            "'x', 'y'");
        rows(
            "a self reference gets an alias", shop("Author").filter(q("mentor__name", "x")),
            R"(SELECT * FROM "author" INNER JOIN "author" "T2" ON ("author"."mentor_id" = "T2"."id"))"
            R"( WHERE "T2"."name" = ?)",
            "'x'");
        rows(
            "twice over", shop("Author").filter(q("mentor__mentor__name", "x")),
            R"(SELECT * FROM "author" INNER JOIN "author" "T2" ON ("author"."mentor_id" = "T2"."id"))"
            R"( INNER JOIN "author" "T3" ON ("T2"."mentor_id" = "T3"."id") WHERE "T3"."name" = ?)",
            "'x'");
        rows(
            "trimmed at the far end", shop("Author").filter(q("mentor__mentor", 1)),
            R"(SELECT * FROM "author" INNER JOIN "author" "T2" ON ("author"."mentor_id" = "T2"."id"))"
            R"( WHERE "T2"."mentor_id" = ?)",
            "1");
        rows("a key to a column that is not the primary key",
             shop("Award").filter(q("book_isbn__title", "x")),
             R"(SELECT * FROM "award" INNER JOIN "book" ON ("award"."book_isbn" = "book"."isbn"))"
             R"( WHERE "book"."title" = ?)",
             "'x'");
        rows("its value needs no join", shop("Award").filter(q("book_isbn", "111")),
             R"(SELECT * FROM "award" WHERE "award"."book_isbn" = ?)", "'111'");
        rows("but the other table's primary key does", shop("Award").filter(q("book_isbn__id", 1)),
             R"(SELECT * FROM "award" INNER JOIN "book" ON ("award"."book_isbn" = "book"."isbn"))"
             R"( WHERE "book"."id" = ?)",
             "1");
        rows("isnull of the key needs no join", books.filter(q("publisher__isnull", true)),
             R"(SELECT * FROM "book" WHERE "book"."publisher_id" IS NULL)");
        rows("isnull of the key behind needs none", books.filter(q("publisher__id__isnull", true)),
             R"(SELECT * FROM "book" WHERE "book"."publisher_id" IS NULL)");
        rows(
            "isnull of a column behind needs an outer join",
            books.filter(q("publisher__name__isnull", true)),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE "publisher"."name" IS NULL)");
        rows(
            "not isnull of a column behind is inner",
            books.filter(q("publisher__name__isnull", false)),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE "publisher"."name" IS NOT NULL)");
        rows(
            "one table deeper", shop("Review").filter(q("book__publisher__city", "x")),
            R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
            R"( INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id") WHERE "publisher"."city" = ?)",
            "'x'");
        rows("trimmed after one join", shop("Review").filter(q("book__publisher", 1)),
             R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
             R"( WHERE "book"."publisher_id" = ?)",
             "1");
    }
    void forwardPaths() { GOLDEN_TEST; }

    void backwardPaths_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("reverse key", books.filter(q("review__rating", 5)),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( WHERE "review"."rating" = ?)",
             "5");
        rows("reverse key by its primary key", books.filter(q("review", 5)),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( WHERE "review"."id" = ?)",
             "5");
        rows(
            "no such row", books.filter(q("review__isnull", true)),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( WHERE "review"."id" IS NULL)");
        rows("some such row", books.filter(q("review__isnull", false)),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( WHERE "review"."id" IS NOT NULL)");
        rows(
            "equal to None", books.filter(q("review", nullptr)),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( WHERE "review"."id" IS NULL)");
        rows(
            "self reference backwards", shop("Author").filter(q("author__name", "x")),
            R"(SELECT * FROM "author" INNER JOIN "author" "T2" ON ("author"."id" = "T2"."mentor_id"))"
            R"( WHERE "T2"."name" = ?)",
            "'x'");
        rows("one-to-one backwards", books.filter(q("cover__colour", "blue")),
             R"(SELECT * FROM "book" INNER JOIN "cover" ON ("book"."id" = "cover"."book_id"))"
             R"( WHERE "cover"."colour" = ?)",
             "'blue'");
        rows("no one-to-one", books.filter(q("cover__isnull", true)),
             R"(SELECT * FROM "book" LEFT OUTER JOIN "cover" ON ("book"."id" = "cover"."book_id"))"
             R"( WHERE "cover"."book_id" IS NULL)");
        rows(
            "many-to-many", books.filter(q("author__name", "x")),
            R"(SELECT * FROM "book" INNER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
            R"( INNER JOIN "author" ON ("book_author"."author_id" = "author"."id") WHERE "author"."name" = ?)",
            "'x'");
        rows(
            "many-to-many by key: the far table is not needed", books.filter(q("author", 1)),
            R"(SELECT * FROM "book" INNER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
            R"( WHERE "book_author"."author_id" = ?)",
            "1");
        rows(
            "many-to-many without any", books.filter(q("author__isnull", true)),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
            R"( WHERE "book_author"."author_id" IS NULL)");
        rows(
            "the other way round", shop("Author").filter(q("book__title", "x")),
            R"(SELECT * FROM "author" INNER JOIN "book_author" ON ("author"."id" = "book_author"."author_id"))"
            R"( INNER JOIN "book" ON ("book_author"."book_id" = "book"."id") WHERE "book"."title" = ?)",
            "'x'");
        rows(
            "the link itself", books.filter(q("bookauthor__author", 1)),
            R"(SELECT * FROM "book" INNER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
            R"( WHERE "book_author"."author_id" = ?)",
            "1");
        rows(
            "many deep", shop("Publisher").filter(q("book__review__rating__gte", 4)),
            R"(SELECT * FROM "publisher" INNER JOIN "book" ON ("publisher"."id" = "book"."publisher_id"))"
            R"( INNER JOIN "review" ON ("book"."id" = "review"."book_id") WHERE "review"."rating" >= ?)",
            "4");
        rows(
            "there and back", shop("Review").filter(q("book__review__rating", 5)),
            R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
            R"( INNER JOIN "review" "T3" ON ("book"."id" = "T3"."book_id") WHERE "T3"."rating" = ?)",
            "5");
        rows("by a key to another column", books.filter(q("award__name", "x")),
             R"(SELECT * FROM "book" INNER JOIN "award" ON ("book"."isbn" = "award"."book_isbn"))"
             R"( WHERE "award"."name" = ?)",
             "'x'");
    }
    void backwardPaths() { GOLDEN_TEST; }

    // Django: conditions of one filter() are about the same related row, those of two are not.
    void oneFilterOrTwoOnManyValues_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("one call shares the join",
             books.filter(q({{"review__rating", 5}, {"review__reviewer", "Kim"}})),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( WHERE ("review"."rating" = ? AND "review"."reviewer" = ?))",
             "5, 'Kim'");
        rows("two calls join twice",
             books.filter(q("review__rating", 5)).filter(q("review__reviewer", "Kim")),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( INNER JOIN "review" "T3" ON ("book"."id" = "T3"."book_id"))"
             R"( WHERE ("review"."rating" = ? AND "T3"."reviewer" = ?))",
             "5, 'Kim'");
        rows("three calls",
             books.filter(q("review", 1)).filter(q("review", 2)).filter(q("review", 3)),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( INNER JOIN "review" "T3" ON ("book"."id" = "T3"."book_id"))"
             R"( INNER JOIN "review" "T4" ON ("book"."id" = "T4"."book_id"))"
             R"( WHERE ("review"."id" = ? AND "T3"."id" = ? AND "T4"."id" = ?))",
             "1, 2, 3");
        rows("an & is one call",
             books.filter(q("review__rating", 5) & q("review__reviewer", "Kim")),
             R"(SELECT * FROM "book" INNER JOIN "review" ON ("book"."id" = "review"."book_id"))"
             R"( WHERE ("review"."rating" = ? AND "review"."reviewer" = ?))",
             "5, 'Kim'");
        rows(
            "many-to-many, one call",
            books.filter(q({{"author__name", "x"}, {"author__born__year", 1950}})),
            R"(SELECT * FROM "book" INNER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
            R"( INNER JOIN "author" ON ("book_author"."author_id" = "author"."id"))"
            R"( WHERE ("author"."name" = ? AND "author"."born" BETWEEN ? AND ?))",
            "'x', datetime.date(1950, 1, 1), datetime.date(1950, 12, 31)");
        rows(
            "many-to-many, two calls",
            books.filter(q("author__name", "x")).filter(q("author__name", "y")),
            R"(SELECT * FROM "book" INNER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
            R"( INNER JOIN "author" ON ("book_author"."author_id" = "author"."id"))"
            R"( INNER JOIN "book_author" "T4" ON ("book"."id" = "T4"."book_id"))"
            R"( INNER JOIN "author" "T5" ON ("T4"."author_id" = "T5"."id"))"
            R"( WHERE ("author"."name" = ? AND "T5"."name" = ?))",
            "'x', 'y'");
        rows("forward joins before it are shared",
             shop("Review").filter(q("book__author", 1)).filter(q("book__author", 2)),
             R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
             R"( INNER JOIN "book_author" ON ("book"."id" = "book_author"."book_id"))"
             R"( INNER JOIN "book_author" "T5" ON ("book"."id" = "T5"."book_id"))"
             R"( WHERE ("book_author"."author_id" = ? AND "T5"."author_id" = ?))",
             "1, 2");
        rows("single-valued ones are always shared",
             shop("Review").filter(q("book__title", "x")).filter(q("book__pages", 1)),
             R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
             R"( WHERE ("book"."title" = ? AND "book"."pages" = ?))",
             "'x', 1");
        rows("a one-to-one is single-valued",
             books.filter(q("cover__colour", "x")).filter(q("cover__image__isnull", true)),
             R"(SELECT * FROM "book" INNER JOIN "cover" ON ("book"."id" = "cover"."book_id"))"
             R"( WHERE ("cover"."colour" = ? AND "cover"."image" IS NULL))",
             "'x'");
    }
    void oneFilterOrTwoOnManyValues() { GOLDEN_TEST; }

    void orPromotesWhatOnlySomeNeed_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows(
            "or with the own table: outer",
            books.filter(q("publisher__name", "x") | q("title", "y")),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("publisher"."name" = ? OR "book"."title" = ?))",
            "'x', 'y'");
        rows(
            "or over the same relation on both sides: inner",
            books.filter(q("publisher__name", "x") | q("publisher__city", "y")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("publisher"."name" = ? OR "publisher"."city" = ?))",
            "'x', 'y'");
        rows(
            "or over two relations: both outer",
            books.filter(q("publisher__name", "x") | q("review__rating", 5)),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( WHERE ("publisher"."name" = ? OR "review"."rating" = ?))",
            "'x', 5");
        rows(
            "or, then a filter that needs it: inner again",
            books.filter(q("publisher__name", "x") | q("title", "y"))
                .filter(q("publisher__city", "z")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE (("publisher"."name" = ? OR "book"."title" = ?) AND "publisher"."city" = ?))",
            "'x', 'y', 'z'");
        rows(
            "a filter, then an or: stays inner",
            books.filter(q("publisher__city", "z"))
                .filter(q("publisher__name", "x") | q("title", "y")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("publisher"."city" = ? AND ("publisher"."name" = ? OR "book"."title" = ?)))",
            "'z', 'x', 'y'");
        rows(
            "and inside or",
            books.filter((q("publisher__name", "x") & q("review__rating", 5)) |
                         q("publisher__city", "y")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( WHERE (("publisher"."name" = ? AND "review"."rating" = ?) OR "publisher"."city" = ?))",
            "'x', 5, 'y'");
        rows(
            "or inside and",
            books.filter((q("publisher__name", "x") | q("review__rating", 5)) &
                         q("publisher__city", "y")),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( LEFT OUTER JOIN "review" ON ("book"."id" = "review"."book_id"))"
            R"( WHERE (("publisher"."name" = ? OR "review"."rating" = ?) AND "publisher"."city" = ?))",
            "'x', 5, 'y'");
        rows(
            "isnull in an or keeps it outer",
            books.filter(q("publisher__name__isnull", true) | q("publisher__name", "x")),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("publisher"."name" IS NULL OR "publisher"."name" = ?))",
            "'x'");
        rows("not null keys need no outer join for the own rows",
             shop("Review").filter(q("book__title", "x") | q("rating", 5)),
             R"(SELECT * FROM "review" INNER JOIN "book" ON ("review"."book_id" = "book"."id"))"
             R"( WHERE ("book"."title" = ? OR "review"."rating" = ?))",
             "'x', 5");
        rows(
            "behind an outer join all is outer",
            shop("Award").filter(q("book_isbn__publisher__name", "x") | q("name", "y")),
            R"(SELECT * FROM "award" LEFT OUTER JOIN "book" ON ("award"."book_isbn" = "book"."isbn"))"
            R"( LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("publisher"."name" = ? OR "award"."name" = ?))",
            "'x', 'y'");
        rows(
            "xor is outer", books.filter(q("publisher__name", "x") ^ q("title", "y")),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ((CASE WHEN "publisher"."name" = ? THEN 1 ELSE 0 END + CASE WHEN)"
            R"( "book"."title" = ? THEN 1 ELSE 0 END + 0) % 2) = 1)",
            "'x', 'y'");
        rows(
            "a negated and is an or", books.filter(~(q("publisher__name", "x") & q("title", "y"))),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE NOT ((("publisher"."name" = ? AND "publisher"."name" IS NOT NULL) AND "book"."title" = ?)))",
            "'x', 'y'");
        rows(
            "a column of another table on the right",
            books.filter(q("title", f("publisher__name"))),
            R"(SELECT * FROM "book" INNER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE "book"."title" = "publisher"."name")");
        rows(
            "or with a column of another table on the right",
            books.filter(q("title", f("publisher__name")) | q("pages", 1)),
            R"(SELECT * FROM "book" LEFT OUTER JOIN "publisher" ON ("book"."publisher_id" = "publisher"."id"))"
            R"( WHERE ("book"."title" = "publisher"."name" OR "book"."pages" = ?))",
            "1");
    }
    void orPromotesWhatOnlySomeNeed() { GOLDEN_TEST; }

    void chinookJoinsAsDjangoDoes_data()
    {
        GOLDEN_COLUMN;
        // Taken from what Django wrote for these querysets.
        asked(
            "genre or own columns",
            chinook("Track").filter(
                (q("name__contains", "Love") | q("composer__contains", "Love")) &
                q("genre__name__in", listOf({"Rock", "Pop"}))),
            Ask::Count,
            R"(SELECT COUNT(*) AS "__count" FROM "Track")"
            R"( INNER JOIN "Genre" ON ("Track"."GenreId" = "Genre"."GenreId"))"
            R"( WHERE (("Track"."Name" LIKE ? ESCAPE '\' OR "Track"."Composer" LIKE ? ESCAPE '\') AND)"
            R"( "Genre"."Name" IN (?, ?)))",
            "'%Love%', '%Love%', 'Rock', 'Pop'",
            R"(SELECT COUNT(*) AS "__count" FROM "Track")"
            R"( INNER JOIN "Genre" ON ("Track"."GenreId" = "Genre"."GenreId"))"
            R"( WHERE (("Track"."Name"::text LIKE ? OR "Track"."Composer"::text LIKE ?) AND)"
            R"( "Genre"."Name" IN (?, ?)))");
        asked("reverse relation is None", chinook("Artist").filter(q("album", nullptr)), Ask::Count,
              R"(SELECT COUNT(*) AS "__count" FROM "Artist")"
              R"( LEFT OUTER JOIN "Album" ON ("Artist"."ArtistId" = "Album"."ArtistId"))"
              R"( WHERE "Album"."AlbumId" IS NULL)");
        rows(
            "many-to-many isnull, ordered by pk",
            chinook("Playlist").filter(q("track__isnull", true)).orderBy(texts({"pk"})),
            R"(SELECT * FROM "Playlist" LEFT OUTER JOIN "PlaylistTrack" ON ("Playlist"."PlaylistId" =)"
            R"( "PlaylistTrack"."PlaylistId") WHERE "PlaylistTrack"."TrackId" IS NULL)"
            R"( ORDER BY "Playlist"."PlaylistId" ASC)");
        rows("self reference over two keys",
             chinook("Employee")
                 .filter(q("reports_to__reports_to__isnull", true))
                 .valuesList(names({"pk"}), true),
             R"(SELECT "Employee"."EmployeeId" FROM "Employee")"
             R"( LEFT OUTER JOIN "Employee" "T2" ON ("Employee"."ReportsTo" = "T2"."EmployeeId"))"
             R"( WHERE "T2"."ReportsTo" IS NULL)");
    }
    void chinookJoinsAsDjangoDoes() { GOLDEN_TEST; }
};

QTEST_GUILESS_MAIN(TestJoins)
#include "tst_joins.moc"
