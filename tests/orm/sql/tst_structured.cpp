#include "orm/models/schema.h"
#include "tests/support/golden.h"
#include "tests/support/querybuilder.h"
#include "tests/support/raises.h"

using namespace heddle;
using namespace heddle::test;

namespace {

/// A model with a JSON document and an array.
Query notes()
{
    static const ModelRegistryPtr registry = [] {
        const auto column = [](const char *name, const char *type, bool notNull) {
            return QByteArray(R"({"name": ")") + name + R"(", "declaredType": "x", "type": ")" +
                   type + R"(", "notNull": )" + (notNull ? "true" : "false") + '}';
        };
        QString error;
        const std::optional<DatabaseSchema> schema = schemaFromJson(
            R"({"heddleSchema": 1, "backend": "postgresql", "tables": [{"name": "note", "columns": [)" +
                column("id", "IntegerField", true) + ", " + column("data", "JSONField", false) +
                ", " + column("tags", "ArrayField(TextField)", false) +
                R"(], "primaryKey": ["id"], "foreignKeys": [], "indexes": []}]})",
            &error);
        if (!schema)
            qFatal("%s", qPrintable(error));
        return registryFromSchema(*schema);
    }();
    return Query(registry, registry->model(QStringLiteral("Note")));
}

} // namespace

/// Lookups that look inside a value: JSON on both databases, arrays where there are some.
class TestStructured : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void jsonPaths_data()
    {
        // Not compared as golden rows: the placeholders are numbered, and one is used several
        // times.
        QTest::addColumn<Golden>("row");
        const Query all = notes().only(texts({"pk"}));
        rows("a key", all.filter(q("data__owner", "Ann")),
             R"x(SELECT "note"."id" FROM "note" WHERE (CASE WHEN JSON_TYPE("note"."data", ?1) IN)x"
             R"x( ('false', 'true', 'null') THEN JSON_TYPE("note"."data", ?1) ELSE)x"
             R"x( JSON_EXTRACT("note"."data", ?1) END) = JSON_EXTRACT(?2, '$'))x",
             R"('$."owner"', '"Ann"')",
             R"x(SELECT "note"."id" FROM "note" WHERE ("note"."data" -> $1::text) = $2::jsonb)x",
             R"('owner', '"Ann"')");
        rows("keys and a place", all.filter(q("data__a__0__b__gt", 3)),
             R"x(SELECT "note"."id" FROM "note" WHERE (CASE WHEN JSON_TYPE("note"."data", ?1) IN)x"
             R"x( ('false', 'true', 'null') THEN JSON_TYPE("note"."data", ?1) ELSE)x"
             R"x( JSON_EXTRACT("note"."data", ?1) END) > JSON_EXTRACT(?2, '$'))x",
             R"('$."a"[0]."b"', '3')",
             R"x(SELECT "note"."id" FROM "note" WHERE)x"
             R"x( ("note"."data" #> ARRAY[$1::text, $2::text, $3::text]) > $4::jsonb)x",
             R"('a', '0', 'b', '3')");
        rows("a missing key", all.filter(q("data__owner__isnull", true)),
             R"x(SELECT "note"."id" FROM "note" WHERE JSON_TYPE("note"."data", ?1) IS NULL)x",
             R"('$."owner"')",
             R"x(SELECT "note"."id" FROM "note" WHERE ("note"."data" -> $1::text) IS NULL)x",
             "'owner'");
        rows("text of a key", all.filter(q("data__owner__icontains", "n_")),
             R"x(SELECT "note"."id" FROM "note" WHERE (CASE WHEN JSON_TYPE("note"."data", ?1) IN)x"
             R"x( ('false', 'true', 'null') THEN JSON_TYPE("note"."data", ?1) ELSE)x"
             R"x( JSON_EXTRACT("note"."data", ?1) END) LIKE ?2 ESCAPE '\')x",
             R"('$."owner"', '%n\\_%')",
             R"x(SELECT "note"."id" FROM "note" WHERE)x"
             R"x( UPPER(("note"."data" ->> $1::text)::text) LIKE UPPER($2))x",
             R"('owner', '%n\\_%')");
    }
    void jsonPaths()
    {
        QFETCH(Golden, row);
        const auto compare = [&](const char *name, const QByteArray &sql,
                                 const QByteArray &parameters) {
            const CompiledQuery compiled =
                compile(row.query, Ask::Rows, *dialectByName(QString::fromLatin1(name)));
            QCOMPARE(compiled.sql, sql);
            QCOMPARE(parametersText(compiled.parameters), parameters);
        };
        compare("sqlite", row.sqlite, row.parameters);
        compare("postgresql", row.postgresql, row.postgresqlParameters);
    }

    void whatADatabaseLacksIsRefused()
    {
        const Dialect &sqlite = *dialectByName(QStringLiteral("sqlite"));
        const Query query = notes().filter(q("data__contains", Value(Json{R"({"a": 1})"})));
        QCOMPARE(
            errorOf([&] { compile(query, Ask::Rows, sqlite); }).toUtf8(),
            QByteArray(
                "NotSupportedError: contains lookup is not supported on this database backend."));
    }

    void arrays_data()
    {
        QTest::addColumn<QString>("lookup");
        QTest::addColumn<QByteArray>("condition");
        QTest::newRow("contains") << QStringLiteral("tags__contains")
                                  << QByteArray(R"("note"."tags" @> $1::text[])");
        QTest::newRow("contained_by")
            << QStringLiteral("tags__contained_by") << QByteArray(R"("note"."tags" <@ $1::text[])");
        QTest::newRow("overlap") << QStringLiteral("tags__overlap")
                                 << QByteArray(R"("note"."tags" && $1::text[])");
        QTest::newRow("exact") << QStringLiteral("tags")
                               << QByteArray(R"("note"."tags" = $1::text[])");
        QTest::newRow("a slice") << QStringLiteral("tags__0_2")
                                 << QByteArray(R"("note"."tags"[1:2] = $1::text[])");
    }
    void arrays()
    {
        QFETCH(QString, lookup);
        QFETCH(QByteArray, condition);
        const Query query = notes().filter(q(lookup.toUtf8().constData(), listOf({"a", "b"})));
        const CompiledQuery compiled =
            compile(query, Ask::Rows, *dialectByName(QStringLiteral("postgresql")));
        QCOMPARE(compiled.sql.mid(compiled.sql.indexOf(" WHERE ") + 7), condition);
        QCOMPARE(parametersText(compiled.parameters), QByteArray("['a', 'b']"));
    }

    void elementsOfArrays()
    {
        const Dialect &postgres = *dialectByName(QStringLiteral("postgresql"));
        const auto where = [&](const char *lookup, const Arg &value) {
            const QByteArray sql =
                compile(notes().filter(q(lookup, value)), Ask::Rows, postgres).sql;
            return sql.mid(sql.indexOf(" WHERE ") + 7);
        };
        QCOMPARE(where("tags__0", "a"), QByteArray(R"("note"."tags"[1] = $1)"));
        QCOMPARE(where("tags__1__istartswith", "a"),
                 QByteArray(R"(UPPER("note"."tags"[2]::text) LIKE UPPER($1))"));
        QCOMPARE(where("tags__len__gt", 2),
                 QByteArray(R"(CASE WHEN "note"."tags" IS NULL THEN NULL ELSE)"
                            R"( coalesce(array_length("note"."tags", 1), 0) END > $1)"));
    }
};

QTEST_GUILESS_MAIN(TestStructured)
#include "tst_structured.moc"
