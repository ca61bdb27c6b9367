#include "orm/backends/sqlite/sqliteintrospection.h"
#include "tests/support/sqlitedatabase.h"

#include <QTest>
#include <algorithm>

using namespace heddle;
using namespace heddle::test;

class TestSqliteIntrospection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void declaredTypesDecide_data();
    void declaredTypesDecide();
    void automaticKeysAreRowIds();
    void compositeKeysKeepTheirOrder();
    void foreignKeysOfEveryKind();
    void indexesAndConstraints();
    void generatedColumnsAndDefaults();
    void viewsAndTriggers();
    void brokenViewsAreLeftOut();
    void anyNameWorks();
    void estimatesComeFromAnalyze();
    void internalTablesAreLeftOut();

private:
    DatabaseSchema schemaOf(std::initializer_list<const char *> statements);
};

namespace {

const TableInfo &table(const DatabaseSchema &schema, const char *name)
{
    const auto it =
        std::find_if(schema.tables.begin(), schema.tables.end(),
                     [&](const TableInfo &t) { return t.name == QString::fromUtf8(name); });
    if (it == schema.tables.end())
        qFatal("there is no table %s", name);
    return *it;
}

QStringList strings(std::initializer_list<const char *> texts)
{
    QStringList list;
    for (const char *t : texts)
        list << QString::fromUtf8(t);
    return list;
}

} // namespace

DatabaseSchema TestSqliteIntrospection::schemaOf(std::initializer_list<const char *> statements)
{
    const auto db = openDatabase(QStringLiteral(":memory:"));
    for (const char *sql : statements)
        write(*db, sql);
    return db->run(introspectSqlite(), {});
}

void TestSqliteIntrospection::declaredTypesDecide_data()
{
    QTest::addColumn<QString>("declared");
    QTest::addColumn<int>("kind");
    QTest::addColumn<int>("first");
    QTest::addColumn<int>("second");
    const auto row = [](const char *declared, FieldKind kind, int first = -1, int second = -1) {
        QTest::newRow(declared) << QString::fromUtf8(declared) << int(kind) << first << second;
    };
    row("NVARCHAR(160)", FieldKind::Char, 160);
    row("character varying (20)", FieldKind::Char, 20);
    row("varchar", FieldKind::Char);
    row("TEXT", FieldKind::Text);
    row("NUMERIC(10,2)", FieldKind::Decimal, 10, 2);
    row("decimal( 5 , 3 )", FieldKind::Decimal, 5, 3);
    row("DECIMAL(8)", FieldKind::Decimal, 8, 0);
    row("numeric", FieldKind::Decimal);
    row("DATETIME", FieldKind::DateTime);
    row("timestamp", FieldKind::DateTime);
    row("date", FieldKind::Date);
    row("time", FieldKind::Time);
    row("bool", FieldKind::Boolean);
    row("BOOLEAN", FieldKind::Boolean);
    row("integer", FieldKind::Integer);
    row("integer unsigned", FieldKind::Integer);
    row("smallint", FieldKind::SmallInteger);
    row("bigint", FieldKind::BigInteger);
    row("MEDIUMINT", FieldKind::Integer);
    row("int(11)", FieldKind::Integer);
    row("double precision", FieldKind::Float);
    row("BLOB", FieldKind::Binary);
    row("uuid", FieldKind::Uuid);
    row("json", FieldKind::Json);
    row("", FieldKind::Other);
    row("geometry", FieldKind::Other);
}

void TestSqliteIntrospection::declaredTypesDecide()
{
    QFETCH(QString, declared);
    const FieldType type = sqliteFieldType(declared);
    QTEST(int(type.kind), "kind");
    QTEST(type.kind == FieldKind::Decimal ? type.maxDigits : type.maxLength, "first");
    QTEST(type.decimalPlaces, "second");
}

void TestSqliteIntrospection::automaticKeysAreRowIds()
{
    const DatabaseSchema schema = schemaOf({
        "CREATE TABLE a (id INTEGER PRIMARY KEY)",
        "CREATE TABLE b (id integer NOT NULL, v, PRIMARY KEY (id))",
        "CREATE TABLE c (id INT PRIMARY KEY)",
        "CREATE TABLE d (id INTEGER PRIMARY KEY DESC)",
        "CREATE TABLE e (id INTEGER PRIMARY KEY) WITHOUT ROWID",
        "CREATE TABLE f (id INTEGER PRIMARY KEY AUTOINCREMENT)",
    });
    const auto automatic = [&](const char *name) {
        return table(schema, name).columns[0].automatic;
    };
    QVERIFY(automatic("a"));
    QVERIFY(automatic("b"));
    QVERIFY(!automatic("c"));
    QVERIFY(!automatic("d"));
    QVERIFY(!automatic("e"));
    QVERIFY(automatic("f"));
    QCOMPARE(table(schema, "a").columns[0].type.kind, FieldKind::Auto);
    QCOMPARE(table(schema, "c").columns[0].type.kind, FieldKind::Integer);
    QVERIFY(table(schema, "e").withoutRowId);
}

void TestSqliteIntrospection::compositeKeysKeepTheirOrder()
{
    const DatabaseSchema schema =
        schemaOf({"CREATE TABLE t (a INTEGER, b TEXT, c, PRIMARY KEY (c, a))"});
    QCOMPARE(table(schema, "t").primaryKey, strings({"c", "a"}));
    QVERIFY(!table(schema, "t").columns[0].automatic);
}

void TestSqliteIntrospection::foreignKeysOfEveryKind()
{
    const DatabaseSchema schema = schemaOf({
        "CREATE TABLE p (a, b, PRIMARY KEY (a, b))",
        "CREATE TABLE c (x REFERENCES p ON DELETE CASCADE, y, z REFERENCES gone (id) ON UPDATE SET "
        "NULL,"
        " FOREIGN KEY (x, y) REFERENCES p (a, b) ON DELETE SET NULL)",
    });
    const std::vector<TableForeignKey> &keys = table(schema, "c").foreignKeys;
    QCOMPARE(keys.size(), std::size_t(3));
    QCOMPARE(keys[0].columns, strings({"x"}));
    QVERIFY(keys[0].targetColumns.isEmpty());
    QCOMPARE(keys[0].onDelete, QStringLiteral("CASCADE"));
    QCOMPARE(keys[1].targetTable, QStringLiteral("gone"));
    QCOMPARE(keys[1].onUpdate, QStringLiteral("SET NULL"));
    QCOMPARE(keys[1].onDelete, QStringLiteral("NO ACTION"));
    QCOMPARE(keys[2].columns, strings({"x", "y"}));
    QCOMPARE(keys[2].targetColumns, strings({"a", "b"}));
}

void TestSqliteIntrospection::indexesAndConstraints()
{
    const DatabaseSchema schema = schemaOf({
        "CREATE TABLE t (a PRIMARY KEY, b UNIQUE, c, UNIQUE (b, c))",
        "CREATE UNIQUE INDEX part ON t (c) WHERE c > 0",
        "CREATE INDEX expr ON t (lower(b), c)",
    });
    const std::vector<TableIndex> &indexes = table(schema, "t").indexes;
    QCOMPARE(indexes.size(), std::size_t(5));
    QCOMPARE(indexes[1].columns, strings({"b"}));
    QVERIFY(indexes[1].unique && indexes[1].constraint && !indexes[1].partial);
    QCOMPARE(indexes[2].columns, strings({"b", "c"}));
    QCOMPARE(indexes[3].name, QStringLiteral("part"));
    QVERIFY(indexes[3].unique && indexes[3].partial && !indexes[3].constraint);
    QCOMPARE(indexes[4].columns, strings({"(expression)", "c"}));
    QVERIFY(!indexes[4].unique);
}

void TestSqliteIntrospection::generatedColumnsAndDefaults()
{
    const DatabaseSchema schema =
        schemaOf({"CREATE TABLE t (a INTEGER DEFAULT 5 NOT NULL, b TEXT DEFAULT ('x' || 'y'),"
                  " v GENERATED ALWAYS AS (a * 2) VIRTUAL, s INT AS (a + 1) STORED)"});
    const std::vector<TableColumn> &columns = table(schema, "t").columns;
    QCOMPARE(columns.size(), std::size_t(4));
    QCOMPARE(columns[0].defaultSql, QStringLiteral("5"));
    QVERIFY(columns[0].notNull);
    QCOMPARE(columns[1].defaultSql, QStringLiteral("'x' || 'y'"));
    QVERIFY(!columns[1].generated);
    QVERIFY(columns[2].generated && columns[3].generated);
}

void TestSqliteIntrospection::viewsAndTriggers()
{
    const DatabaseSchema schema = schemaOf({
        "CREATE TABLE t (id INTEGER PRIMARY KEY, name VARCHAR(10))",
        "CREATE VIEW v AS SELECT id, name, 1 + 1 AS two FROM t",
        "CREATE TRIGGER g AFTER INSERT ON t BEGIN SELECT 1; END",
    });
    QVERIFY(table(schema, "v").isView);
    QVERIFY(table(schema, "v").primaryKey.isEmpty());
    QCOMPARE(table(schema, "v").columns[1].type.kind, FieldKind::Char);
    QVERIFY(!table(schema, "v").columns[0].automatic);
    QVERIFY(table(schema, "t").hasTriggers);
    QVERIFY(!table(schema, "v").hasTriggers);
}

void TestSqliteIntrospection::brokenViewsAreLeftOut()
{
    const DatabaseSchema schema =
        schemaOf({"CREATE TABLE t (a)", "CREATE VIEW v AS SELECT a FROM t", "CREATE TABLE u (a)",
                  "DROP TABLE t"});
    QCOMPARE(schema.tables.size(), std::size_t(1));
    QCOMPARE(schema.tables[0].name, QStringLiteral("u"));
}

void TestSqliteIntrospection::anyNameWorks()
{
    const DatabaseSchema schema = schemaOf({
        "CREATE TABLE \"a \"\"b\"\" 'c' ; DROP\" (\"x y\" INTEGER PRIMARY KEY, \"Größe "
        "\U0001F9F5\" REAL UNIQUE)",
    });
    QCOMPARE(schema.tables.size(), std::size_t(1));
    QCOMPARE(schema.tables[0].name, QStringLiteral("a \"b\" 'c' ; DROP"));
    QCOMPARE(schema.tables[0].columns[1].name, QStringLiteral("Größe \U0001F9F5"));
    QVERIFY(schema.tables[0].columns[0].automatic);
    QCOMPARE(schema.tables[0].indexes.size(), std::size_t(1));
}

void TestSqliteIntrospection::estimatesComeFromAnalyze()
{
    const DatabaseSchema schema = schemaOf({
        "CREATE TABLE t (a)",
        "CREATE TABLE u (a)",
        "CREATE INDEX i ON t (a)",
        "INSERT INTO t VALUES (1), (1), (2)",
        "ANALYZE",
    });
    QCOMPARE(table(schema, "t").rowEstimate, std::optional<qint64>(3));
    QVERIFY(!table(schema, "u").rowEstimate);
}

void TestSqliteIntrospection::internalTablesAreLeftOut()
{
    const DatabaseSchema schema =
        schemaOf({"CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT)", "ANALYZE",
                  "CREATE VIRTUAL TABLE words USING fts5(body)", "CREATE TABLE sqlitelike (a)"});
    QStringList names;
    for (const TableInfo &t : schema.tables)
        names << t.name;
    QCOMPARE(names, strings({"sqlitelike", "t", "words"}));
}

QTEST_GUILESS_MAIN(TestSqliteIntrospection)
#include "tst_sqliteintrospection.moc"
