#include "orm/backends/postgres/postgresintrospection.h"
#include "tests/support/postgresdatabase.h"
#include "tests/support/postgresserver.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

/// The schema of a database that has one of everything.
class TestPostgresIntrospection : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void tablesAreThoseOfTheSearchPath();
    void kindsOfTablesAreTold();
    void columnsHaveTheirTypes_data();
    void columnsHaveTheirTypes();
    void automaticAndGeneratedColumnsAreMarked();
    void enumsListTheirValues();
    void keysKeepTheirOrder();
    void foreignKeysAreComplete();
    void indexesAreToldApart();
    void commentsTriggersAndEstimatesAreThere();
    void theSchemaMakesModels();
    void itIsQuick();

private:
    const TableInfo &table(const char *name) const;
    const TableColumn &column(const char *tableName, const char *name) const;
    static Plan<DatabaseSchema> plan();

    PostgresServer m_server;
    std::unique_ptr<Runner> m_runner;
    DatabaseSchema m_schema;
};

namespace {

constexpr char everything[] = R"sql(
CREATE SCHEMA shop;
CREATE SCHEMA hidden;
CREATE TYPE mood AS ENUM ('sad', 'so-so', 'glad');
ALTER TYPE mood ADD VALUE 'cross' BEFORE 'so-so';
CREATE DOMAIN age AS integer CHECK (VALUE >= 0);
CREATE DOMAIN old_age AS age NOT NULL;
CREATE DOMAIN code AS varchar(5);
CREATE TABLE author (
    id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name varchar(80) NOT NULL,
    email text UNIQUE);
CREATE TABLE book (
    id bigserial PRIMARY KEY,
    title varchar(200) NOT NULL DEFAULT 'untitled',
    author_id integer NOT NULL CONSTRAINT book_author REFERENCES author ON DELETE CASCADE ON UPDATE RESTRICT,
    editor_id integer REFERENCES author ON DELETE SET NULL,
    price numeric(8,2),
    any_number numeric,
    i2 smallint, f4 real, f8 double precision, b boolean, c char(3), plain varchar, t text,
    bin bytea, d date, ti time, ts timestamp(3), tz timestamptz, iv interval, u uuid, j json, jb jsonb,
    tags text[], grid int[][], m mood, moods mood[], a old_age, co code, ip inet, x xml,
    counted serial,
    total numeric GENERATED ALWAYS AS (price * 2) STORED,
    dropped integer,
    CONSTRAINT price_positive CHECK (price > 0));
ALTER TABLE book DROP COLUMN dropped;
COMMENT ON TABLE book IS 'What one reads';
COMMENT ON COLUMN book.price IS 'in euros';
CREATE INDEX book_title ON book (title);
CREATE INDEX book_lower ON book (lower(title), price DESC) INCLUDE (t);
CREATE UNIQUE INDEX book_unread ON book (editor_id) WHERE price IS NULL;
CREATE TABLE edition (book_id bigint REFERENCES book, number integer, PRIMARY KEY (number, book_id));
CREATE TABLE print_run (
    id integer PRIMARY KEY, edition_number integer, edition_book bigint,
    FOREIGN KEY (edition_number, edition_book) REFERENCES edition (number, book_id));
CREATE TABLE by_mail (email text REFERENCES author (email));
CREATE TABLE sale (id integer, day date, author_id integer REFERENCES author, PRIMARY KEY (id, day))
    PARTITION BY RANGE (day);
CREATE TABLE sale_2021 PARTITION OF sale FOR VALUES FROM ('2021-01-01') TO ('2022-01-01');
CREATE TABLE refund (id integer PRIMARY KEY, sale_id integer, sale_day date,
    FOREIGN KEY (sale_id, sale_day) REFERENCES sale);
CREATE VIEW cheap AS SELECT id, title, price FROM book WHERE price < 5;
CREATE MATERIALIZED VIEW dear AS SELECT id, title FROM book WHERE price > 50;
CREATE TABLE "Order Details" ("Order ID" integer PRIMARY KEY, "a""b" text);
CREATE TABLE shop.till (id integer PRIMARY KEY);
CREATE TABLE hidden.secret (id integer PRIMARY KEY);
CREATE TABLE hidden.author (id integer PRIMARY KEY);
CREATE TABLE spy (id integer PRIMARY KEY, secret_id integer REFERENCES hidden.secret);
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER watch BEFORE UPDATE ON book FOR EACH ROW EXECUTE FUNCTION nothing();
INSERT INTO author (name) SELECT 'author ' || i FROM generate_series(1, 300) AS s(i);
ALTER DATABASE postgres SET search_path = public, shop;
ANALYZE author;
)sql";

} // namespace

Plan<DatabaseSchema> TestPostgresIntrospection::plan()
{
    return introspectPostgres();
}

void TestPostgresIntrospection::initTestCase()
{
    if (!m_server.start())
        QSKIP(qPrintable(m_server.problem()));
    QVERIFY2(m_server.run(QString::fromUtf8(everything)), qPrintable(m_server.problem()));
    m_runner = openPostgres(m_server.url());
    write(*m_runner, "CREATE TEMPORARY TABLE passing (id int)");
    m_schema = m_runner->run(plan(), {});
}

const TableInfo &TestPostgresIntrospection::table(const char *name) const
{
    for (const TableInfo &t : m_schema.tables) {
        if (t.name == QString::fromUtf8(name))
            return t;
    }
    qFatal("no table %s", name);
}

const TableColumn &TestPostgresIntrospection::column(const char *tableName, const char *name) const
{
    for (const TableColumn &c : table(tableName).columns) {
        if (c.name == QString::fromUtf8(name))
            return c;
    }
    qFatal("no column %s", name);
}

void TestPostgresIntrospection::tablesAreThoseOfTheSearchPath()
{
    QStringList names;
    for (const TableInfo &t : m_schema.tables)
        names << t.name;
    QCOMPARE(names, (QStringList{u"Order Details"_s, u"author"_s, u"book"_s, u"by_mail"_s,
                                 u"cheap"_s, u"dear"_s, u"edition"_s, u"print_run"_s, u"refund"_s,
                                 u"sale"_s, u"spy"_s, u"till"_s}));
    QCOMPARE(m_schema.backend, u"postgresql"_s);
}

void TestPostgresIntrospection::kindsOfTablesAreTold()
{
    QVERIFY(table("cheap").isView && !table("cheap").isMaterialized);
    QVERIFY(table("dear").isView && table("dear").isMaterialized);
    QVERIFY(table("sale").isPartitioned && !table("sale").isView);
    QVERIFY(!table("book").isView && !table("book").isPartitioned);
    QVERIFY(table("cheap").primaryKey.isEmpty());
}

void TestPostgresIntrospection::columnsHaveTheirTypes_data()
{
    QTest::addColumn<QString>("type");
    QTest::addColumn<QString>("declared");
    const auto row = [](const char *name, const char *type, const char *declared) {
        QTest::newRow(name) << QString::fromUtf8(type) << QString::fromUtf8(declared);
    };
    row("id", "BigAutoField", "bigint");
    row("title", "CharField(200)", "character varying(200)");
    row("author_id", "IntegerField", "integer");
    row("price", "DecimalField(8,2)", "numeric(8,2)");
    row("any_number", "DecimalField", "numeric");
    row("i2", "SmallIntegerField", "smallint");
    row("f4", "FloatField", "real");
    row("f8", "FloatField", "double precision");
    row("b", "BooleanField", "boolean");
    row("c", "CharField(3)", "character(3)");
    row("plain", "CharField", "character varying");
    row("t", "TextField", "text");
    row("bin", "BinaryField", "bytea");
    row("d", "DateField", "date");
    row("ti", "TimeField", "time without time zone");
    row("ts", "DateTimeField", "timestamp(3) without time zone");
    row("iv", "DurationField", "interval");
    row("u", "UUIDField", "uuid");
    row("j", "JSONField", "json");
    row("jb", "JSONField", "jsonb");
    row("m", "CharField", "mood");
    row("a", "IntegerField", "old_age");
    row("co", "CharField(5)", "code");
    row("x", "TextField", "xml");
}

void TestPostgresIntrospection::columnsHaveTheirTypes()
{
    QFETCH(QString, type);
    QFETCH(QString, declared);
    const TableColumn &c = column("book", QTest::currentDataTag());
    QCOMPARE(c.type.toString(), type);
    QCOMPARE(c.declaredType, declared);
}

void TestPostgresIntrospection::automaticAndGeneratedColumnsAreMarked()
{
    QVERIFY(column("author", "id").automatic && column("author", "id").identity);
    QCOMPARE(column("author", "id").type.kind, FieldKind::Auto);
    QVERIFY(column("book", "id").automatic && !column("book", "id").identity);
    QVERIFY(column("book", "counted").automatic);
    QCOMPARE(column("book", "counted").type.kind, FieldKind::Integer);
    QVERIFY(column("book", "total").generated && !column("book", "total").defaultSql);
    QVERIFY(!column("book", "title").automatic);
    QCOMPARE(*column("book", "title").defaultSql, u"'untitled'::character varying"_s);
    QVERIFY(column("book", "title").notNull && !column("book", "price").notNull);
    QVERIFY(column("book", "a").notNull); // its domain says so
    QVERIFY(column("book", "tz").type.withZone && !column("book", "ts").type.withZone);
    QCOMPARE(column("book", "tags").type.kind, FieldKind::Array);
    QCOMPARE(column("book", "tags").type.element, FieldKind::Text);
    QCOMPARE(column("book", "grid").type.element, FieldKind::Integer);
    QCOMPARE(column("book", "ip").type.kind, FieldKind::Other);
    QCOMPARE(column("Order Details", "a\"b").type.kind, FieldKind::Text);
}

void TestPostgresIntrospection::enumsListTheirValues()
{
    QCOMPARE(column("book", "m").enumValues,
             (QStringList{u"sad"_s, u"cross"_s, u"so-so"_s, u"glad"_s}));
    QVERIFY(column("book", "title").enumValues.isEmpty());
}

void TestPostgresIntrospection::keysKeepTheirOrder()
{
    QCOMPARE(table("edition").primaryKey, (QStringList{u"number"_s, u"book_id"_s}));
    QCOMPARE(table("sale").primaryKey, (QStringList{u"id"_s, u"day"_s}));
    QVERIFY(table("by_mail").primaryKey.isEmpty());
}

void TestPostgresIntrospection::foreignKeysAreComplete()
{
    const auto &keys = table("book").foreignKeys;
    QCOMPARE(keys.size(), 2U);
    QCOMPARE(keys[0].name, u"book_author"_s);
    QCOMPARE(keys[0].columns, QStringList{u"author_id"_s});
    QCOMPARE(keys[0].targetTable, u"author"_s);
    QCOMPARE(keys[0].targetColumns, QStringList{u"id"_s});
    QCOMPARE(keys[0].onDelete, u"CASCADE"_s);
    QCOMPARE(keys[0].onUpdate, u"RESTRICT"_s);
    QCOMPARE(keys[1].onDelete, u"SET NULL"_s);
    const TableForeignKey &composite = table("print_run").foreignKeys.at(0);
    QCOMPARE(composite.columns, (QStringList{u"edition_number"_s, u"edition_book"_s}));
    QCOMPARE(composite.targetColumns, (QStringList{u"number"_s, u"book_id"_s}));
    QCOMPARE(table("by_mail").foreignKeys.at(0).targetColumns, QStringList{u"email"_s});
    QCOMPARE(table("by_mail").foreignKeys.at(0).onDelete, u"NO ACTION"_s);
    // Not once more for each partition, and nothing that could be taken for a table of the path.
    QCOMPARE(table("refund").foreignKeys.size(), 1U);
    QCOMPARE(table("sale").foreignKeys.size(), 1U);
    QCOMPARE(table("spy").foreignKeys.at(0).targetTable, u"hidden.secret"_s);
}

void TestPostgresIntrospection::indexesAreToldApart()
{
    const auto index = [this](const char *tableName, const char *name) {
        for (const TableIndex &i : table(tableName).indexes) {
            if (i.name == QString::fromUtf8(name))
                return i;
        }
        return TableIndex();
    };
    QVERIFY(index("book", "book_pkey").unique && index("book", "book_pkey").constraint);
    QCOMPARE(index("book", "book_title").columns, QStringList{u"title"_s});
    QVERIFY(!index("book", "book_title").unique && !index("book", "book_title").constraint);
    QCOMPARE(index("book", "book_lower").columns,
             (QStringList{u"lower(title::text)"_s, u"price"_s}));
    QVERIFY(index("book", "book_unread").unique && index("book", "book_unread").partial);
    QVERIFY(index("author", "author_email_key").unique &&
            index("author", "author_email_key").constraint);
    QCOMPARE(index("edition", "edition_pkey").columns, (QStringList{u"number"_s, u"book_id"_s}));
}

void TestPostgresIntrospection::commentsTriggersAndEstimatesAreThere()
{
    QCOMPARE(table("book").comment, u"What one reads"_s);
    QCOMPARE(column("book", "price").comment, u"in euros"_s);
    QVERIFY(table("book").hasTriggers);
    QVERIFY(!table("edition").hasTriggers); // foreign keys have triggers of the server's own
    QCOMPARE(table("author").rowEstimate.value_or(-1), 300);
    QVERIFY(!table("cheap").rowEstimate);
    QVERIFY(!table("spy").rowEstimate); // never analysed
}

void TestPostgresIntrospection::theSchemaMakesModels()
{
    const ModelRegistryPtr registry = registryFromSchema(m_schema);
    const ModelInfo *book = registry->model(u"Book"_s);
    QVERIFY(book);
    QCOMPARE(book->field(u"author"_s)->target, registry->model(u"Author"_s));
    QCOMPARE(book->field(u"author"_s)->onDelete, OnDelete::Cascade);
    QVERIFY(book->primaryKey()->automatic);
    QCOMPARE(registry->model(u"Edition"_s)->primaryKeys().size(), 2U);
    QVERIFY(!registry->model(u"Spy"_s)->field(u"secret_id"_s)->isRelation());
    QVERIFY(registry->model(u"OrderDetails"_s));
}

void TestPostgresIntrospection::itIsQuick()
{
    QString many;
    for (int i = 0; i < 300; ++i)
        many +=
            u"CREATE TABLE m%1 (id serial PRIMARY KEY, a int REFERENCES author, b text);"_s.arg(i);
    QVERIFY2(m_server.createDatabase(u"large"_s), qPrintable(m_server.problem()));
    QVERIFY2(m_server.run(u"CREATE TABLE author (id int PRIMARY KEY);"_s + many, u"large"_s),
             qPrintable(m_server.problem()));
    const auto runner = openPostgres(m_server.url(u"large"_s));
    QElapsedTimer clock;
    clock.start();
    const DatabaseSchema schema = runner->run(plan(), {});
    QCOMPARE(schema.tables.size(), 301U);
    QVERIFY2(clock.elapsed() < 3000, qPrintable(QString::number(clock.elapsed())));
}

QTEST_GUILESS_MAIN(TestPostgresIntrospection)
#include "tst_postgresintrospection.moc"
