#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/raises.h"
#include "tests/support/schemafile.h"

using namespace heddle;
using namespace heddle::test;

namespace {

NamedExpression relation(const char *name, const char *path, QPtr condition)
{
    return named(name, call("FilteredRelation", {path}, {{"condition", std::move(condition)}}));
}

} // namespace

/// FilteredRelation in joins; querysets joined by operators; filters on window functions.
class TestFilteredRelation : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void theConditionGoesIntoTheJoin_data()
    {
        GOLDEN_COLUMN;
        const Query good =
            shop("Book").annotate({relation("good", "review", q("review__rating__gt", 3))});
        rows("nothing is joined before it is used", good, R"(SELECT * FROM "book")");
        rows("in a filter", good.filter(q("good__reviewer", "Cy")).values(names({"pk"})),
             R"(SELECT "book"."id" FROM "book" INNER JOIN "review" "good" ON)"
             R"( ("book"."id" = "good"."book_id" AND ("good"."rating" > ?)))"
             R"( WHERE "good"."reviewer" = ?)",
             "3, 'Cy'");
        rows("in values", good.values(names({"good__reviewer"})),
             R"(SELECT "good"."reviewer" FROM "book" LEFT OUTER JOIN "review" "good" ON)"
             R"( ("book"."id" = "good"."book_id" AND ("good"."rating" > ?)))",
             "3");
        rows("beside the whole relation",
             good.filter(q("review__reviewer", "Ann")).values(names({"good__reviewer"})),
             R"(SELECT "good"."reviewer" FROM "book" INNER JOIN "review" ON)"
             R"( ("book"."id" = "review"."book_id") LEFT OUTER JOIN "review" "good" ON)"
             R"( ("book"."id" = "good"."book_id" AND ("good"."rating" > ?)))"
             R"( WHERE "review"."reviewer" = ?)",
             "3, 'Ann'");
        rows("over a forward key",
             shop("Book")
                 .annotate({relation("oslo", "publisher", q("publisher__city", "Oslo"))})
                 .values(names({"oslo__name"})),
             R"(SELECT "oslo"."name" FROM "book" LEFT OUTER JOIN "publisher" "oslo" ON)"
             R"( ("book"."publisher_id" = "oslo"."id" AND ("oslo"."city" = ?)))",
             "'Oslo'");
    }
    void theConditionGoesIntoTheJoin() { GOLDEN_TEST; }

    void conditionsElsewhereAreRefused()
    {
        const auto made = [](const char *path, const char *lookup) {
            return errorOf(
                [&] { shop("Publisher").annotate({relation("x", path, q(lookup, "a"))}); });
        };
        QCOMPARE(made("book", "book__title"), QString());
        QCOMPARE(
            made("book", "book__review__reviewer").toUtf8(),
            QByteArray(
                "ValueError: FilteredRelation's condition doesn't support nested relations deeper "
                "than the relation_name (got 'book__review__reviewer' for 'book')."));
        QCOMPARE(
            made("book", "nosuch__title").toUtf8(),
            QByteArray(
                "FieldError: Cannot resolve keyword 'nosuch' into field. Choices are: book, city, "
                "founded, id, name, opens"));
        QCOMPARE(
            made("book__title__year", "book__title").toUtf8(),
            QByteArray("ValueError: FilteredRelation's relation_name cannot contain lookups (got "
                       "'book__title__year')."));
    }

    void operatorsJoinQuerysets_data()
    {
        GOLDEN_COLUMN;
        const Query named1 = shop("Review").filter(q("reviewer", "Cy")),
                    rated = shop("Review").filter(q("book__title", "Tides"));
        rows(
            "or", named1.merged(rated, Connector::Or).values(names({"pk"})),
            R"(SELECT "review"."id" FROM "review" INNER JOIN "book" ON)"
            R"( ("review"."book_id" = "book"."id") WHERE ("review"."reviewer" = ? OR "book"."title" = ?))",
            "'Cy', 'Tides'");
        rows(
            "and", named1.merged(rated, Connector::And).values(names({"pk"})),
            R"(SELECT "review"."id" FROM "review" INNER JOIN "book" ON)"
            R"( ("review"."book_id" = "book"."id") WHERE ("review"."reviewer" = ? AND "book"."title" = ?))",
            "'Cy', 'Tides'");
        rows("or with everything", shop("Review").merged(named1, Connector::Or),
             R"(SELECT * FROM "review")");
        rows("or with nothing", named1.merged(shop("Review").none(), Connector::Or),
             R"(SELECT * FROM "review" WHERE "review"."reviewer" = ?)", "'Cy'");
        rows(
            "a slice is taken by its keys",
            named1.slice(0, 2).merged(rated, Connector::Or).values(names({"pk"})),
            R"(SELECT "review"."id" FROM "review" INNER JOIN "book" ON)"
            R"( ("review"."book_id" = "book"."id") WHERE ("review"."id" IN)"
            R"( (SELECT "U0"."id" FROM "review" "U0" WHERE "U0"."reviewer" = ? LIMIT 2) OR "book"."title" = ?))",
            "'Cy', 'Tides'");
    }
    void operatorsJoinQuerysets() { GOLDEN_TEST; }

    void windowsAreFilteredOutside_data()
    {
        GOLDEN_COLUMN;
        const Query ranked = shop("Review").annotate({named(
            "r", call("Window", {call("RowNumber", {})},
                      {{"partition_by", Arg(f("book"))}, {"order_by", Arg(desc("rating"))}}))});
        rows(
            "one that is not selected, ordered",
            ranked.filter(q({{"r", 1}, {"rating__gt", 2}}))
                .values(names({"pk"}))
                .orderBy(texts({"reviewer"})),
            R"x(SELECT "col1" FROM (SELECT * FROM (SELECT "review"."id" AS "col1",)x"
            R"x( ROW_NUMBER() OVER (PARTITION BY "review"."book_id" ORDER BY "review"."rating" DESC))x"
            R"x( AS "qual0", "review"."reviewer" AS "qual1" FROM "review" WHERE "review"."rating" > ?))x"
            R"x( "qualify" WHERE "qual0" = ?) "qualify_mask" ORDER BY "qual1" ASC)x",
            "2, 1");
    }
    void windowsAreFilteredOutside() { GOLDEN_TEST; }

    void aSelectedWindowNeedsNoMask()
    {
        const Query ranked = shop("Review").annotate(
            {named("r", call("Window", {call("Rank", {})}, {{"order_by", Arg(desc("rating"))}}))});
        const CompiledQuery compiled =
            compile(ranked.filter(q("r__lte", 2)).values(names({"pk", "r"})), Ask::Rows,
                    *dialectByName(QStringLiteral("sqlite")));
        QCOMPARE(
            compiled.sql,
            QByteArray(R"x(SELECT * FROM (SELECT "review"."id" AS "col1", RANK() OVER)x"
                       R"x( (ORDER BY "review"."rating" DESC) AS "r" FROM "review") "qualify")x"
                       R"x( WHERE "r" <= ?1)x"));
    }
};

QTEST_GUILESS_MAIN(TestFilteredRelation)
#include "tst_filteredrelation.moc"
