#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;

/// WHERE on the query's own table: lookups, NULL, Q, what matches nothing or everything.
class TestWhere : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void lookupsBecomeOperators_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("exact", books.filter(q("title", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" = ?)", "'x'");
        rows("exact spelt out", books.filter(q("title__exact", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" = ?)", "'x'");
        rows("iexact is LIKE in SQLite, UPPER in PostgreSQL",
             books.filter(q("title__iexact", "50%")),
             R"(SELECT * FROM "book" WHERE "book"."title" LIKE ? ESCAPE '\')", R"('50\\%')",
             R"(SELECT * FROM "book" WHERE UPPER("book"."title"::text) = UPPER(?))", "'50%'");
        rows("contains escapes the literal's wildcards",
             books.filter(q("title__contains", "50%_\\")),
             R"(SELECT * FROM "book" WHERE "book"."title" LIKE ? ESCAPE '\')",
             R"('%50\\%\\_\\\\%')", R"(SELECT * FROM "book" WHERE "book"."title"::text LIKE ?)");
        rows("icontains", books.filter(q("title__icontains", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" LIKE ? ESCAPE '\')", "'%x%'",
             R"(SELECT * FROM "book" WHERE UPPER("book"."title"::text) LIKE UPPER(?))");
        rows("startswith", books.filter(q("title__startswith", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" LIKE ? ESCAPE '\')", "'x%'",
             R"(SELECT * FROM "book" WHERE "book"."title"::text LIKE ?)");
        rows("istartswith", books.filter(q("title__istartswith", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" LIKE ? ESCAPE '\')", "'x%'",
             R"(SELECT * FROM "book" WHERE UPPER("book"."title"::text) LIKE UPPER(?))");
        rows("endswith", books.filter(q("title__endswith", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" LIKE ? ESCAPE '\')", "'%x'",
             R"(SELECT * FROM "book" WHERE "book"."title"::text LIKE ?)");
        rows("iendswith", books.filter(q("title__iendswith", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" LIKE ? ESCAPE '\')", "'%x'",
             R"(SELECT * FROM "book" WHERE UPPER("book"."title"::text) LIKE UPPER(?))");
        rows("a text lookup on a number searches its text", books.filter(q("pages__contains", 1)),
             R"(SELECT * FROM "book" WHERE "book"."pages" LIKE ? ESCAPE '\')", "'%1%'",
             R"(SELECT * FROM "book" WHERE "book"."pages"::text LIKE ?)");
        rows("gt", books.filter(q("pages__gt", 5)),
             R"(SELECT * FROM "book" WHERE "book"."pages" > ?)", "5");
        rows("gte of a float rounds up for integers", books.filter(q("pages__gte", 5.2)),
             R"(SELECT * FROM "book" WHERE "book"."pages" >= ?)", "6");
        rows("lt of a float rounds up for integers", books.filter(q("pages__lt", 5.2)),
             R"(SELECT * FROM "book" WHERE "book"."pages" < ?)", "6");
        rows("gt of a float rounds down", books.filter(q("pages__gt", 5.8)),
             R"(SELECT * FROM "book" WHERE "book"."pages" > ?)", "5");
        rows("lte", books.filter(q("price__lte", decimal("9.99"))),
             R"(SELECT * FROM "book" WHERE "book"."price" <= ?)", "Decimal('9.99')");
        rows("regex", books.filter(q("title__regex", "^x")),
             R"(SELECT * FROM "book" WHERE heddle_regexp(?, "book"."title", 0))", "'^x'",
             R"(SELECT * FROM "book" WHERE "book"."title"::text ~ ?)");
        rows("iregex", books.filter(q("title__iregex", "^x")),
             R"(SELECT * FROM "book" WHERE heddle_regexp(?, "book"."title", 1))", "'^x'",
             R"(SELECT * FROM "book" WHERE "book"."title"::text ~* ?)");
        rows("range", books.filter(q("pages__range", listOf({1, 5}))),
             R"(SELECT * FROM "book" WHERE "book"."pages" BETWEEN ? AND ?)", "1, 5");
        rows("in", books.filter(q("pages__in", listOf({1, 2, 3}))),
             R"(SELECT * FROM "book" WHERE "book"."pages" IN (?, ?, ?))", "1, 2, 3");
        rows("in leaves NULL out", books.filter(q("pages__in", listOf({1, nullptr}))),
             R"(SELECT * FROM "book" WHERE "book"."pages" IN (?))", "1");
        rows("isnull", books.filter(q("pages__isnull", true)),
             R"(SELECT * FROM "book" WHERE "book"."pages" IS NULL)");
        rows("not isnull", books.filter(q("pages__isnull", false)),
             R"(SELECT * FROM "book" WHERE "book"."pages" IS NOT NULL)");
        rows("a comparison with None is isnull", books.filter(q("pages", nullptr)),
             R"(SELECT * FROM "book" WHERE "book"."pages" IS NULL)");
        rows("iexact with None is isnull too", books.filter(q("title__iexact", nullptr)),
             R"(SELECT * FROM "book" WHERE "book"."title" IS NULL)");
        rows("true is the column itself", books.filter(q("in_print", true)),
             R"(SELECT * FROM "book" WHERE "book"."in_print")");
        rows("false is NOT the column", books.filter(q("in_print", false)),
             R"(SELECT * FROM "book" WHERE NOT "book"."in_print")");
        rows("1 means true for a boolean column", books.filter(q("in_print", 1)),
             R"(SELECT * FROM "book" WHERE "book"."in_print")");
    }
    void lookupsBecomeOperators() { GOLDEN_TEST; }

    void valuesAreWhatTheFieldHolds_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("a text for an integer", books.filter(q("pages", "12")),
             R"(SELECT * FROM "book" WHERE "book"."pages" = ?)", "12");
        rows("an integer for a text", books.filter(q("title", 12)),
             R"(SELECT * FROM "book" WHERE "book"."title" = ?)", "'12'");
        rows("a text for a decimal", books.filter(q("price", "1.50")),
             R"(SELECT * FROM "book" WHERE "book"."price" = ?)", "Decimal('1.50')");
        rows("a text for a date", books.filter(q("published", "2020-01-02")),
             R"(SELECT * FROM "book" WHERE "book"."published" = ?)", "datetime.date(2020, 1, 2)");
        rows("a date for a datetime", books.filter(q("added", date("2020-01-02"))),
             R"(SELECT * FROM "book" WHERE "book"."added" = ?)",
             "datetime.datetime(2020, 1, 2, 0, 0)");
        rows("a text for a datetime", books.filter(q("added__gte", "2020-01-02 10:00")),
             R"(SELECT * FROM "book" WHERE "book"."added" >= ?)",
             "datetime.datetime(2020, 1, 2, 10, 0)");
        rows("pk is the key", books.filter(q("pk", "7")),
             R"(SELECT * FROM "book" WHERE "book"."id" = ?)", "7");
    }
    void valuesAreWhatTheFieldHolds() { GOLDEN_TEST; }

    void integersBeyondTheColumnNeedNoQuestion_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("equal to a number no column holds",
             books.filter(q("pages", bigInt("99999999999999999999"))), "");
        rows("greater than it", books.filter(q("pages__gt", bigInt("99999999999999999999"))), "");
        rows("less than it", books.filter(q("pages__lt", bigInt("99999999999999999999"))),
             R"(SELECT * FROM "book")");
        rows("less than its negative",
             books.filter(q("pages__lte", bigInt("-99999999999999999999"))), "");
        rows("not equal to it", books.exclude(q("pages", bigInt("99999999999999999999"))),
             R"(SELECT * FROM "book")");
        // A key of 32 bits in PostgreSQL; SQLite has 64 everywhere.
        rows("a number of 33 bits", books.filter(q("pages", 1LL << 33)),
             R"(SELECT * FROM "book" WHERE "book"."pages" = ?)", "8589934592", "", "");
    }
    void integersBeyondTheColumnNeedNoQuestion() { GOLDEN_TEST; }

    void datePartsCompare_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("a year of a date is a range", books.filter(q("published__year", 2020)),
             R"(SELECT * FROM "book" WHERE "book"."published" BETWEEN ? AND ?)",
             "datetime.date(2020, 1, 1), datetime.date(2020, 12, 31)");
        rows("a year of a datetime is a range", books.filter(q("added__year", 2020)),
             R"(SELECT * FROM "book" WHERE "book"."added" BETWEEN ? AND ?)",
             "datetime.datetime(2020, 1, 1, 0, 0), datetime.datetime(2020, 12, 31, 23, 59, 59, "
             "999999)");
        rows("year gt", books.filter(q("published__year__gt", 2020)),
             R"(SELECT * FROM "book" WHERE "book"."published" > ?)", "datetime.date(2020, 12, 31)");
        rows("year gte", books.filter(q("added__year__gte", 2020)),
             R"(SELECT * FROM "book" WHERE "book"."added" >= ?)",
             "datetime.datetime(2020, 1, 1, 0, 0)");
        rows("year lt", books.filter(q("added__year__lt", 2020)),
             R"(SELECT * FROM "book" WHERE "book"."added" < ?)",
             "datetime.datetime(2020, 1, 1, 0, 0)");
        rows("year lte", books.filter(q("published__year__lte", 2020)),
             R"(SELECT * FROM "book" WHERE "book"."published" <= ?)",
             "datetime.date(2020, 12, 31)");
        rows(
            "year in a list is computed",
            books.filter(q("published__year__in", listOf({2020, 2021}))),
            R"(SELECT * FROM "book" WHERE heddle_date_extract('year', "book"."published") IN (?, ?))",
            "2020, 2021",
            R"(SELECT * FROM "book" WHERE EXTRACT(YEAR FROM "book"."published") IN (?, ?))");
        rows("month", books.filter(q("published__month", 5)),
             R"(SELECT * FROM "book" WHERE heddle_date_extract('month', "book"."published") = ?)",
             "5", R"(SELECT * FROM "book" WHERE EXTRACT(MONTH FROM "book"."published") = ?)");
        rows("day gte", books.filter(q("published__day__gte", 5)),
             R"(SELECT * FROM "book" WHERE heddle_date_extract('day', "book"."published") >= ?)",
             "5", R"(SELECT * FROM "book" WHERE EXTRACT(DAY FROM "book"."published") >= ?)");
        rows(
            "week_day: Sunday is 1", books.filter(q("published__week_day", 1)),
            R"(SELECT * FROM "book" WHERE heddle_date_extract('week_day', "book"."published") = ?)",
            "1", R"(SELECT * FROM "book" WHERE EXTRACT(DOW FROM "book"."published") + 1 = ?)");
        rows(
            "iso_week_day: Monday is 1", books.filter(q("published__iso_week_day", 1)),
            R"(SELECT * FROM "book" WHERE heddle_date_extract('iso_week_day', "book"."published") = ?)",
            "1", R"(SELECT * FROM "book" WHERE EXTRACT(ISODOW FROM "book"."published") = ?)");
        rows("quarter", books.filter(q("published__quarter", 2)),
             R"(SELECT * FROM "book" WHERE heddle_date_extract('quarter', "book"."published") = ?)",
             "2", R"(SELECT * FROM "book" WHERE EXTRACT(QUARTER FROM "book"."published") = ?)");
        rows("week", books.filter(q("published__week", 2)),
             R"(SELECT * FROM "book" WHERE heddle_date_extract('week', "book"."published") = ?)",
             "2", R"(SELECT * FROM "book" WHERE EXTRACT(WEEK FROM "book"."published") = ?)");
        rows(
            "iso_year", books.filter(q("published__iso_year__in", listOf({2020}))),
            R"(SELECT * FROM "book" WHERE heddle_date_extract('iso_year', "book"."published") IN (?))",
            "2020",
            R"(SELECT * FROM "book" WHERE EXTRACT(ISOYEAR FROM "book"."published") IN (?))");
        rows("hour", books.filter(q("added__hour", 10)),
             R"(SELECT * FROM "book" WHERE heddle_datetime_extract('hour', "book"."added") = ?)",
             "10", R"(SELECT * FROM "book" WHERE EXTRACT(HOUR FROM "book"."added") = ?)");
        rows(
            "second", books.filter(q("added__second", 10)),
            R"(SELECT * FROM "book" WHERE heddle_datetime_extract('second', "book"."added") = ?)",
            "10",
            R"(SELECT * FROM "book" WHERE EXTRACT(SECOND FROM DATE_TRUNC('second', "book"."added")) = ?)");
        rows("the date of a datetime", books.filter(q("added__date", date("2020-01-01"))),
             R"(SELECT * FROM "book" WHERE heddle_datetime_cast_date("book"."added") = ?)",
             "datetime.date(2020, 1, 1)",
             R"(SELECT * FROM "book" WHERE ("book"."added")::date = ?)");
        rows("the year of the date of a datetime", books.filter(q("added__date__year__gt", 2020)),
             R"(SELECT * FROM "book" WHERE heddle_datetime_cast_date("book"."added") > ?)",
             "datetime.date(2020, 12, 31)",
             R"(SELECT * FROM "book" WHERE ("book"."added")::date > ?)");
        rows(
            "the hour of a time", shop("Publisher").filter(q("opens__hour__lt", 9)),
            R"(SELECT * FROM "publisher" WHERE heddle_time_extract('hour', "publisher"."opens") < ?)",
            "9", R"(SELECT * FROM "publisher" WHERE EXTRACT(HOUR FROM "publisher"."opens") < ?)");
    }
    void datePartsCompare() { GOLDEN_TEST; }

    void conditionsCombine_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("two lookups of one filter", books.filter(q({{"title", "x"}, {"pages", 5}})),
             R"(SELECT * FROM "book" WHERE ("book"."title" = ? AND "book"."pages" = ?))", "'x', 5");
        rows("two filters", books.filter(q("title", "x")).filter(q("pages", 5)),
             R"(SELECT * FROM "book" WHERE ("book"."title" = ? AND "book"."pages" = ?))", "'x', 5");
        rows(
            "three filters do not nest",
            books.filter(q("title", "x")).filter(q("pages", 5)).filter(q("price", 1)),
            R"(SELECT * FROM "book" WHERE ("book"."title" = ? AND "book"."pages" = ? AND "book"."price" = ?))",
            "'x', 5, Decimal('1')");
        rows("or", books.filter(q("title", "x") | q("pages", 5)),
             R"(SELECT * FROM "book" WHERE ("book"."title" = ? OR "book"."pages" = ?))", "'x', 5");
        rows(
            "or inside and", books.filter((q("title", "x") | q("pages", 5)) & q("price", 1)),
            R"(SELECT * FROM "book" WHERE (("book"."title" = ? OR "book"."pages" = ?) AND "book"."price" = ?))",
            "'x', 5, Decimal('1')");
        rows(
            "and inside or", books.filter((q("title", "x") & q("pages", 5)) | q("price", 1)),
            R"(SELECT * FROM "book" WHERE (("book"."title" = ? AND "book"."pages" = ?) OR "book"."price" = ?))",
            "'x', 5, Decimal('1')");
        rows(
            "xor", books.filter(q("title", "x") ^ q("pages", 5)),
            R"(SELECT * FROM "book" WHERE ((CASE WHEN "book"."title" = ? THEN 1 ELSE 0 END + CASE WHEN)"
            R"( "book"."pages" = ? THEN 1 ELSE 0 END + 0) % 2) = 1)",
            "'x', 5");
        rows(
            "xor of three", books.filter(q("title", "x") ^ q("pages", 5) ^ q("price", 1)),
            R"(SELECT * FROM "book" WHERE ((CASE WHEN "book"."title" = ? THEN 1 ELSE 0 END + CASE WHEN)"
            R"( "book"."pages" = ? THEN 1 ELSE 0 END + CASE WHEN "book"."price" = ? THEN 1 ELSE 0 END + 0) % 2) = 1)",
            "'x', 5, Decimal('1')");
        rows("not", books.filter(~q("title", "x")),
             R"(SELECT * FROM "book" WHERE NOT ("book"."title" = ?))", "'x'");
        rows(
            "not of a nullable column keeps NULL", books.filter(~q("pages", 5)),
            R"(SELECT * FROM "book" WHERE NOT (("book"."pages" = ? AND "book"."pages" IS NOT NULL)))",
            "5");
        rows(
            "not gt of a nullable column keeps NULL", books.filter(~q("pages__gt", 5)),
            R"(SELECT * FROM "book" WHERE NOT (("book"."pages" > ? AND "book"."pages" IS NOT NULL)))",
            "5");
        rows("not isnull", books.filter(~q("pages__isnull", true)),
             R"(SELECT * FROM "book" WHERE NOT ("book"."pages" IS NULL))");
        rows("not not", books.filter(~~q("pages", 5)),
             R"(SELECT * FROM "book" WHERE NOT (NOT ("book"."pages" = ?)))", "5");
        rows("not of an or", books.filter(~(q("title", "x") | q("pages", 5))),
             R"(SELECT * FROM "book" WHERE NOT (("book"."title" = ? OR ("book"."pages" = ? AND)"
             R"( "book"."pages" IS NOT NULL))))",
             "'x', 5");
        rows("an empty Q says nothing", books.filter(q({})), R"(SELECT * FROM "book")");
        rows("an empty Q is neutral in an or", books.filter(q({}) | q("title", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" = ?)", "'x'");
    }
    void conditionsCombine() { GOLDEN_TEST; }

    void whatMatchesNothingIsNotAsked_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("none()", books.none(), "");
        rows("an empty list", books.filter(q("pages__in", listOf({}))), "");
        rows("a list of NULL alone", books.filter(q("pages__in", listOf({nullptr}))), "");
        rows("an empty list and something",
             books.filter(q({{"pages__in", listOf({})}, {"title", "x"}})), "");
        rows("an empty list or something",
             books.filter(q("pages__in", listOf({})) | q("title", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" = ?)", "'x'");
        rows("not in an empty list", books.filter(~q("pages__in", listOf({}))),
             R"(SELECT * FROM "book")");
        rows("not in an empty list, and something",
             books.filter(~q("pages__in", listOf({})) & q("title", "x")),
             R"(SELECT * FROM "book" WHERE "book"."title" = ?)", "'x'");
        rows("not in an empty list, or something",
             books.filter(~q("pages__in", listOf({})) | q("title", "x")),
             R"(SELECT * FROM "book")");
        rows("in an empty queryset", books.filter(q("publisher__in", shop("Publisher").none())),
             "");
        rows("an empty slice", books.slice(5, 5), "");
        asked("the count of nothing", books.none(), Ask::Count, "");
        asked("the existence of nothing", books.filter(q("pk__in", listOf({}))), Ask::Exists, "");
    }
    void whatMatchesNothingIsNotAsked() { GOLDEN_TEST; }

    void otherColumnsMayStandOnTheRight_data()
    {
        GOLDEN_COLUMN;
        const Query books = shop("Book");
        rows("a column", books.filter(q("pages__gt", f("price"))),
             R"(SELECT * FROM "book" WHERE "book"."pages" > "book"."price")");
        rows("arithmetic", books.filter(q("pages__gt", plus(f("price"), value(10)))),
             R"(SELECT * FROM "book" WHERE "book"."pages" > CAST(("book"."price" + ?) AS NUMERIC))",
             "10", R"(SELECT * FROM "book" WHERE "book"."pages" > ("book"."price" + ?::integer))");
        rows(
            "a column searched for in another has its wildcards escaped",
            books.filter(q("title__contains", f("isbn"))),
            R"(SELECT * FROM "book" WHERE)"
            R"( "book"."title" LIKE '%' || REPLACE(REPLACE(REPLACE("book"."isbn", '\', '\\'), '%', '\%'), '_', '\_') || '%' ESCAPE '\')",
            "",
            R"(SELECT * FROM "book" WHERE)"
            R"( "book"."title"::text LIKE '%' || REPLACE(REPLACE(REPLACE("book"."isbn", E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_') || '%')");
        rows(
            "istartswith a column", books.filter(q("title__istartswith", f("isbn"))),
            R"(SELECT * FROM "book" WHERE)"
            R"( "book"."title" LIKE UPPER(REPLACE(REPLACE(REPLACE("book"."isbn", '\', '\\'), '%', '\%'), '_', '\_')) || '%' ESCAPE '\')",
            "",
            R"(SELECT * FROM "book" WHERE UPPER("book"."title"::text) LIKE UPPER(REPLACE(REPLACE(REPLACE("book"."isbn", E'\\', E'\\\\'), E'%', E'\\%'), E'_', E'\\_')) || '%')");
        rows("a range between columns",
             books.filter(q("pages__range", listOf({f("id"), f("price")}))),
             R"(SELECT * FROM "book" WHERE "book"."pages" BETWEEN "book"."id" AND "book"."price")");
        rows(
            "not equal to a nullable column", books.exclude(q("id", f("pages"))),
            R"(SELECT * FROM "book" WHERE NOT (("book"."id" = "book"."pages" AND "book"."pages" IS NOT NULL)))");
        rows("a function", books.filter(q("title", call("Upper", {"isbn"}))),
             R"(SELECT * FROM "book" WHERE "book"."title" = UPPER("book"."isbn"))");
    }
    void otherColumnsMayStandOnTheRight() { GOLDEN_TEST; }

    void compositeKeysCompareColumnByColumn_data()
    {
        GOLDEN_COLUMN;
        const Query editions = shop("Edition");
        rows(
            "pk", editions.filter(q("pk", listOf({1, 2}))),
            R"(SELECT * FROM "edition" WHERE ("edition"."book_id" = ? AND "edition"."number" = ?))",
            "1, 2");
        rows(
            "pk in", editions.filter(q("pk__in", listOf({listOf({1, 2}), listOf({3, 1})}))),
            R"(SELECT * FROM "edition" WHERE (("edition"."book_id" = ? AND "edition"."number" = ?))"
            R"( OR ("edition"."book_id" = ? AND "edition"."number" = ?)))",
            "1, 2, 3, 1");
        rows("pk in nothing", editions.filter(q("pk__in", listOf({}))), "");
    }
    void compositeKeysCompareColumnByColumn() { GOLDEN_TEST; }

    void aChainOfAnyLengthCompiles()
    {
        Query query = shop("Book");
        for (int i = 0; i < 100'000; ++i)
            query = query.filter(q("pages", i));
        const CompiledQuery compiled =
            compile(query, Ask::Rows, *dialectByName(QStringLiteral("sqlite")));
        QCOMPARE(compiled.parameters.size(), std::size_t(100'000));
        QVERIFY(compiled.sql.endsWith(" AND \"book\".\"pages\" = ?100000)"));
    }
};

QTEST_GUILESS_MAIN(TestWhere)
#include "tst_where.moc"
