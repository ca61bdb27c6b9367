#include "orm/schema/schemadiff.h"
#include "orm/values/errors.h"
#include "tests/orm/schema/specs.h"
#include "tests/support/raises.h"
#include "tests/support/schemafile.h"

#include <QTest>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

namespace {

QStringList said(const SchemaOperations &operations)
{
    QStringList out;
    for (const SchemaOperation &operation : operations)
        out << describe(operation);
    return out;
}

QStringList kinds(const SchemaOperations &operations)
{
    QStringList out;
    for (const SchemaOperation &operation : operations)
        out << operationName(operation) + u' ' + tableOf(operation);
    return out;
}

/// What is left to do once the operations were applied.
SchemaOperations rest(SchemaSpec from, const SchemaOperations &operations, const SchemaSpec &to)
{
    for (const SchemaOperation &operation : operations)
        applyTo(from, operation);
    return diffSchemas(from, to);
}

} // namespace

class TestDiff : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalSchemasHaveNoDifference();
    void everyChangeIsOneSentence();
    void keysInACircleComeLast();
    void tablesGoInAnOrderThatKeysAllow();
    void renamesAreDoneWhenAskedOrDetected();
    void aRenameThatDoesNotFitIsRefused();
    void typesOfKeysChangeWithoutTheKeys();
    void namesOfIndexesAreNoDifference();
    void everyOperationKnowsItsWayBack();
    void missingValuesAreAskedFor();
    void modelsAndTheirSchemaAreTheSame_data();
    void modelsAndTheirSchemaAreTheSame();
    void driftIsNamed();
};

void TestDiff::equalSchemasHaveNoDifference()
{
    QVERIFY(diffSchemas(library(), library()).empty());
    QCOMPARE(rest({}, diffSchemas({}, library()), library()).size(), std::size_t(0));
    QCOMPARE(rest(library(), diffSchemas(library(), {}), {}).size(), std::size_t(0));
}

void TestDiff::everyChangeIsOneSentence()
{
    SchemaSpec wanted = library();
    TableSpec &book = *wanted.table(u"book"_s);
    book.columns.pop_back();
    book.columns.push_back(column("isbn", "CharField(13)", true));
    book.column(u"title"_s)->type = typeOf("CharField(250)");
    book.foreignKeys[0].onDelete = OnDelete::SetNull;
    book.column(u"author_id"_s)->null = true;
    book.indexes.clear();
    book.indexes.push_back(index(book, {u"title"_s}, true));
    const SchemaOperations operations = diffSchemas(library(), wanted);
    const QStringList expected{
        u"Remove foreign key author_id -> author(id), on delete cascade from book."_s,
        u"Remove index %1 from book(author_id)."_s.arg(library().tables[0].indexes[0].name),
        u"Alter field title of book: from CharField(200) to CharField(250)."_s,
        u"Alter field author_id of book: may be null."_s,
        u"Add field isbn (CharField(13), null) to book."_s,
        u"Remove field price from book."_s,
        u"Add unique constraint %1 on book(title)."_s.arg(book.indexes[0].name),
        u"Add foreign key author_id -> author(id), on delete set null to book."_s};
    QCOMPARE(said(operations), expected);
    QVERIFY(rest(library(), operations, wanted).empty());
}

void TestDiff::keysInACircleComeLast()
{
    TableSpec a = table("a", {column("b_id", "BigIntegerField", true)});
    TableSpec b = table(
        "b", {column("a_id", "BigIntegerField", true), column("b_id", "BigIntegerField", true)});
    a.foreignKeys.push_back(key(a, "b_id", "b"));
    b.foreignKeys.push_back(key(b, "a_id", "a"));
    b.foreignKeys.push_back(key(b, "b_id", "b")); // to itself: no circle
    const SchemaSpec wanted{{a, b}};
    const SchemaOperations operations = diffSchemas({}, wanted);
    QCOMPARE(kinds(operations),
             (QStringList{u"CreateTable b"_s, u"CreateTable a"_s, u"AddForeignKey b"_s}));
    QVERIFY(rest({}, operations, wanted).empty());
    const SchemaOperations back = diffSchemas(wanted, {});
    QVERIFY(rest(wanted, back, {}).empty());
}

void TestDiff::tablesGoInAnOrderThatKeysAllow()
{
    const SchemaOperations operations = diffSchemas(library(), {});
    QCOMPARE(kinds(operations),
             (QStringList{u"RemoveForeignKey book"_s, u"DropTable book"_s, u"DropTable author"_s}));
    DiffOptions options;
    options.keepUnknownTables = true;
    QVERIFY(diffSchemas(library(), {}, options).empty());
}

void TestDiff::renamesAreDoneWhenAskedOrDetected()
{
    SchemaSpec wanted = library();
    wanted.table(u"book"_s)->column(u"price"_s)->name = u"cost"_s;
    wanted.table(u"author"_s)->name = u"writer"_s;
    wanted.table(u"book"_s)->foreignKeys[0].targetTable = u"writer"_s;

    DiffOptions detect;
    detect.detectRenames = true;
    const QStringList expected{u"Rename table author to writer."_s,
                               u"Rename field price of book to cost."_s};
    QCOMPARE(said(diffSchemas(library(), wanted, detect)), expected);

    DiffOptions ask;
    ask.renames = {{u"book"_s, u"price"_s, u"cost"_s}, {{}, u"author"_s, u"writer"_s}};
    QCOMPARE(said(diffSchemas(library(), wanted, ask)), expected);

    // Nobody asked: what is new is new.
    const SchemaOperations plain = diffSchemas(library(), wanted);
    QVERIFY(kinds(plain).contains(u"CreateTable writer"_s));
    QVERIFY(rest(library(), plain, wanted).empty());
}

void TestDiff::aRenameThatDoesNotFitIsRefused()
{
    DiffOptions options;
    options.renames = {{u"book"_s, u"nothing"_s, u"cost"_s}};
    QCOMPARE(errorOf([&] { diffSchemas(library(), library(), options); }),
             u"ProgrammingError: Table book has no field nothing to rename."_s);
}

void TestDiff::typesOfKeysChangeWithoutTheKeys()
{
    SchemaSpec wanted = library();
    wanted.table(u"author"_s)->columns[0] = column("id", "UUIDField");
    wanted.table(u"book"_s)->column(u"author_id"_s)->type = typeOf("UUIDField");
    const QStringList order = kinds(diffSchemas(library(), wanted));
    QCOMPARE(order, (QStringList{u"RemoveForeignKey book"_s, u"AlterField author"_s,
                                 u"AlterField book"_s, u"AddForeignKey book"_s}));
}

void TestDiff::namesOfIndexesAreNoDifference()
{
    SchemaSpec other = library();
    other.tables[0].indexes[0].name = u"another"_s;
    other.tables[0].foreignKeys[0].name = u"yet_another"_s;
    QVERIFY(diffSchemas(library(), other).empty());
}

void TestDiff::everyOperationKnowsItsWayBack()
{
    SchemaSpec wanted = library();
    TableSpec &book = *wanted.table(u"book"_s);
    book.columns.pop_back();
    book.columns.push_back(column("isbn", "CharField(13)", true));
    book.primaryKey = {u"id"_s, u"title"_s};
    book.indexes.push_back(index(book, {u"title"_s}, true));
    wanted.tables.push_back(table("shelf", {}));
    const SchemaOperations operations = diffSchemas(library(), wanted);
    SchemaSpec now = library();
    for (const SchemaOperation &operation : operations) {
        applyTo(now, operation);
        QCOMPARE(whyIrreversible(operation), QString());
    }
    for (auto it = operations.rbegin(); it != operations.rend(); ++it)
        applyTo(now, reversed(*it));
    QVERIFY(diffSchemas(now, library()).empty());

    const SchemaOperation sql = ddl::RunSql{{u"SELECT 1"_s}, {}};
    QCOMPARE(whyIrreversible(sql), u"Its SQL says no way back."_s);
    QVERIFY(errorOf([&] { reversed(sql); }).startsWith(u"NotSupportedError"_s));
    const SchemaOperation remove = ddl::RemoveField{u"book"_s, column("title", "CharField(200)")};
    QCOMPARE(whatIsLost(remove), u"The values of book.title are lost."_s);
}

void TestDiff::missingValuesAreAskedFor()
{
    SchemaOperation add = ddl::AddField{u"book"_s, column("pages", "IntegerField"), {}};
    QVERIFY(needsFill(add));
    setFill(add, u"1"_s);
    QVERIFY(!needsFill(add));
    QVERIFY(!needsFill(ddl::AddField{u"book"_s, column("pages", "IntegerField", true), {}}));
    QVERIFY(needsFill(
        ddl::AlterField{u"book"_s, column("a", "TextField", true), column("a", "TextField"), {}}));
}

void TestDiff::modelsAndTheirSchemaAreTheSame_data()
{
    QTest::addColumn<QString>("file");
    for (const char *name :
         {"bookshop", "chinook-sqlite", "chinook-postgresql", "sakila-sqlite", "sakila-postgresql"})
        QTest::newRow(name) << QString::fromLatin1(name);
}

void TestDiff::modelsAndTheirSchemaAreTheSame()
{
    QFETCH(QString, file);
    QFile json(qEnvironmentVariable("HEDDLE_SOURCE_DIR") +
               u"/tests/data/schemas/%1.json"_s.arg(file));
    QVERIFY(json.open(QIODevice::ReadOnly));
    const DatabaseSchema schema = *schemaFromJson(json.readAll(), nullptr);
    const SchemaSpec found = specFromSchema(schema);
    const SchemaSpec wanted = specFromModels(*registryFromSchema(schema));
    const DdlWriter &writer = schema.backend == "sqlite"_L1 ? sqliteDdl() : postgresDdl();
    QCOMPARE(driftReport(found, wanted, writer, false), QStringList());
    // And all of it can be made on an empty database.
    const SchemaOperations operations = diffSchemas({}, wanted);
    QVERIFY(rest({}, operations, wanted).empty());
    QVERIFY(!sqliteDdl().script(operations, {}).statements.empty());
}

void TestDiff::driftIsNamed()
{
    SchemaSpec actual = library();
    TableSpec &book = *actual.table(u"book"_s);
    book.column(u"title"_s)->type.maxLength = 100;
    book.indexes.clear();
    book.columns.push_back(column("left_over", "TextField", true));
    QCOMPARE(driftReport(actual, library(), postgresDdl()),
             (QStringList{u"Field title of book is CharField(100), not null, but CharField(200), "
                          "not null is wanted."_s,
                          u"Field left_over of book is not wanted."_s,
                          u"An index over (author_id) is missing in book."_s}));
}

QTEST_GUILESS_MAIN(TestDiff)
#include "tst_diff.moc"
