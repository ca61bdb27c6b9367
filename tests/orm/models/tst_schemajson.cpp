#include "orm/models/schema.h"

#include <QFile>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTest>

using namespace heddle;
using namespace Qt::Literals::StringLiterals;

namespace {

QByteArray contentsOf(const QString &path)
{
    QFile file(qEnvironmentVariable("HEDDLE_SOURCE_DIR") + u'/' + path);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// The part of JSON Schema that ours uses: type, enum, const, required, properties,
/// additionalProperties, items, $ref. Gives the place of the first mismatch.
QString mismatch(const QJsonValue &value, QJsonObject schema, const QJsonObject &root,
                 const QString &place)
{
    if (const QString ref = schema.value("$ref"_L1).toString(); !ref.isEmpty())
        schema = root.value("$defs"_L1).toObject().value(ref.section(u'/', -1)).toObject();
    const QString type = schema.value("type"_L1).toString();
    const bool fits = type == u"object"_s    ? value.isObject()
                      : type == u"array"_s   ? value.isArray()
                      : type == u"string"_s  ? value.isString()
                      : type == u"boolean"_s ? value.isBool()
                      : type == u"integer"_s ? value.isDouble()
                                             : type.isEmpty();
    if (!fits)
        return place + u" is no "_s + type;
    if (schema.contains("const"_L1) && schema.value("const"_L1) != value)
        return place + u" is not the constant"_s;
    if (schema.contains("enum"_L1) && !schema.value("enum"_L1).toArray().contains(value))
        return place + u" is none of the enum"_s;
    const QJsonObject properties = schema.value("properties"_L1).toObject(),
                      object = value.toObject();
    for (const QJsonValue &key : schema.value("required"_L1).toArray()) {
        if (!object.contains(key.toString()))
            return place + u" lacks "_s + key.toString();
    }
    for (auto it = object.begin(); it != object.end(); ++it) {
        if (!properties.contains(it.key()))
            return place + u'.' + it.key() + u" is unknown"_s;
        const QString inner = mismatch(it.value(), properties.value(it.key()).toObject(), root,
                                       place + u'.' + it.key());
        if (!inner.isEmpty())
            return inner;
    }
    for (const QJsonValue &item : value.toArray()) {
        const QString inner =
            mismatch(item, schema.value("items"_L1).toObject(), root, place + u"[]"_s);
        if (!inner.isEmpty())
            return inner;
    }
    return {};
}

/// Every fact that a schema can hold, at a value that is not its default.
DatabaseSchema fullSchema()
{
    DatabaseSchema schema;
    schema.backend = u"sqlite"_s;
    TableInfo parent;
    parent.name = u"parent"_s;
    parent.schema = u"main"_s;
    parent.withoutRowId = true;
    parent.hasTriggers = true;
    parent.isMaterialized = parent.isPartitioned = true; // not at once in life
    parent.rowEstimate = 12;
    parent.comment = u"a \"comment\" – with\nmore"_s;
    TableColumn id;
    id.name = u"id"_s;
    id.declaredType = u"INTEGER"_s;
    id.type.kind = FieldKind::Integer;
    id.notNull = id.automatic = true;
    TableColumn price;
    price.name = u"price"_s;
    price.type.kind = FieldKind::Decimal;
    price.type.maxDigits = 10;
    price.type.decimalPlaces = 2;
    price.defaultSql = QString();
    price.generated = price.identity = true;
    price.enumValues = {u"cheap"_s, u"dear"_s};
    price.comment = u"€"_s;
    TableColumn moment;
    moment.name = u"moment"_s;
    moment.type.kind = FieldKind::DateTime;
    moment.type.withZone = true;
    moment.defaultSql = u"now()"_s;
    parent.columns = {id, price, moment};
    parent.primaryKey = {u"id"_s};
    parent.indexes = {{u"by_price"_s, {u"price"_s, u"moment"_s}, true, true, true}};
    TableInfo child;
    child.name = u"child"_s;
    child.columns = {id};
    child.primaryKey = {u"id"_s};
    child.foreignKeys = {{u"fk"_s, {u"id"_s}, u"parent"_s, {u"id"_s}, u"CASCADE"_s, u"SET NULL"_s}};
    TableInfo view;
    view.name = u"view"_s;
    view.isView = true;
    view.columns = {price};
    schema.tables = {parent, child, view};
    return schema;
}

} // namespace

class TestSchemaJson : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void aSchemaReadsBackAsItWas();
    void theOutputFollowsItsJsonSchema_data();
    void theOutputFollowsItsJsonSchema();
    void errorsNameThePlace_data();
    void errorsNameThePlace();
};

void TestSchemaJson::aSchemaReadsBackAsItWas()
{
    const DatabaseSchema schema = fullSchema();
    const QByteArray json = schemaToJson(schema, *registryFromSchema(schema));
    QString error;
    const auto again = schemaFromJson(json, &error);
    QVERIFY2(again, qPrintable(error));
    QCOMPARE(schemaToJson(*again, *registryFromSchema(*again)), json);
    const TableInfo &parent = again->tables[0];
    QCOMPARE(parent.comment, schema.tables[0].comment);
    QCOMPARE(parent.rowEstimate, std::optional<qint64>(12));
    QVERIFY(parent.withoutRowId && parent.hasTriggers && again->tables[2].isView);
    QVERIFY(parent.columns[0].automatic && parent.columns[1].generated);
    QVERIFY(parent.isMaterialized && parent.isPartitioned && parent.columns[1].identity);
    QCOMPARE(parent.columns[1].enumValues, schema.tables[0].columns[1].enumValues);
    QVERIFY(parent.columns[2].type == schema.tables[0].columns[2].type);
    QVERIFY(parent.columns[1].defaultSql && parent.columns[1].defaultSql->isEmpty());
    QVERIFY(!parent.columns[0].defaultSql);
    QVERIFY(parent.indexes[0].partial && parent.indexes[0].constraint);
    QCOMPARE(again->tables[1].foreignKeys[0].onUpdate, u"SET NULL"_s);
}

void TestSchemaJson::theOutputFollowsItsJsonSchema_data()
{
    QTest::addColumn<QByteArray>("json");
    const DatabaseSchema full = fullSchema();
    QTest::newRow("every fact") << schemaToJson(full, *registryFromSchema(full));
    const auto sakila =
        schemaFromJson(contentsOf(u"tests/data/schemas/sakila-sqlite.json"_s), nullptr);
    QVERIFY(sakila);
    QTest::newRow("sakila") << schemaToJson(*sakila, *registryFromSchema(*sakila));
    QTest::newRow("written by hand") << contentsOf(u"tests/data/schemas/chinook-postgresql.json"_s);
}

void TestSchemaJson::theOutputFollowsItsJsonSchema()
{
    QFETCH(QByteArray, json);
    const QJsonObject schema =
        QJsonDocument::fromJson(contentsOf(u"resources/inspect.schema.json"_s)).object();
    QVERIFY(!schema.isEmpty());
    const QJsonDocument document = QJsonDocument::fromJson(json);
    QVERIFY(document.isObject());
    QCOMPARE(mismatch(document.object(), schema, schema, u"$"_s), QString());
}

void TestSchemaJson::errorsNameThePlace_data()
{
    QTest::addColumn<QByteArray>("json");
    QTest::addColumn<QString>("start");
    QTest::newRow("no JSON") << QByteArray("{\n \"a\": }") << u"line 2, column "_s;
    QTest::newRow("something else") << QByteArray("[]") << u"heddleSchema: "_s;
    QTest::newRow("type of a value")
        << QByteArray(R"({"heddleSchema":1,"tables":[{"name":"a","columns":3}]})")
        << u"tables[0].columns: expected a list"_s;
    QTest::newRow("unknown field type")
        << QByteArray(
               R"({"heddleSchema":1,"tables":[{"name":"a","columns":[{"name":"x","type":"int"}]}]})")
        << u"tables[0].columns[0].type: 'int'"_s;
    QTest::newRow("missing name") << QByteArray(R"({"heddleSchema":1,"tables":[{"columns":[]}]})")
                                  << u"tables[0].name: missing"_s;
    QTest::newRow("key without its column")
        << QByteArray(R"({"heddleSchema":1,"tables":[{"name":"a","primaryKey":["x"]}]})")
        << u"tables[0].primaryKey: no column 'x'"_s;
}

void TestSchemaJson::errorsNameThePlace()
{
    QFETCH(QByteArray, json);
    QFETCH(QString, start);
    QString error;
    QVERIFY(!schemaFromJson(json, &error));
    QVERIFY2(error.startsWith(start), qPrintable(error));
}

QTEST_GUILESS_MAIN(TestSchemaJson)
#include "tst_schemajson.moc"
