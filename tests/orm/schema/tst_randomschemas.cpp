#include "orm/schema/migrations.h"
#include "tests/orm/schema/databases.h"
#include "tests/orm/schema/specs.h"

#include <QRandomGenerator>

using namespace heddle;
using namespace heddle::test;
using namespace Qt::Literals::StringLiterals;

namespace {

/// Makes schemas of a few tables, and others out of them. The same seed gives the same schemas.
class RandomSchemas {
public:
    RandomSchemas(quint32 seed, bool arrays) : m_random(seed), m_arrays(arrays) {}

    SchemaSpec schema()
    {
        SchemaSpec out;
        const int tables = 1 + below(4);
        for (int i = 0; i < tables; ++i)
            out.tables.push_back(randomTable(u"t%1"_s.arg(below(6)), out));
        addKeys(out);
        return out;
    }

    /// Keeps most of it, changes the rest.
    SchemaSpec changed(const SchemaSpec &from)
    {
        SchemaSpec out;
        for (const TableSpec &table : from.tables) {
            if (below(6) == 0)
                continue; // dropped
            TableSpec next;
            next.name = table.name;
            next.primaryKey = table.primaryKey;
            for (const ColumnSpec &column : table.columns) {
                if (column.name != "id"_L1 && below(5) == 0)
                    continue; // removed
                next.columns.push_back(column);
                ColumnSpec &kept = next.columns.back();
                if (column.name != "id"_L1 && below(5) == 0)
                    kept.null = !kept.null;
                if (kept.type.kind == FieldKind::Char && below(3) == 0)
                    kept.type.maxLength += 10;
                if (kept.type.kind == FieldKind::Integer && below(4) == 0)
                    kept.type.kind = FieldKind::BigInteger;
            }
            addColumns(next, below(3));
            out.tables.push_back(std::move(next));
        }
        if (below(2) == 0)
            out.tables.push_back(randomTable(u"n%1"_s.arg(below(4)), out));
        for (TableSpec &table : out.tables)
            addIndexes(table);
        addKeys(out);
        return out;
    }

private:
    int below(int limit) { return int(m_random.bounded(limit)); }

    TableSpec randomTable(QString name, const SchemaSpec &others)
    {
        while (others.table(name))
            name += u'x';
        TableSpec out = table(qPrintable(name), {});
        if (below(3) == 0)
            out.columns[0].type = typeOf("AutoField");
        addColumns(out, 1 + below(5));
        addIndexes(out);
        return out;
    }

    void addColumns(TableSpec &table, int count)
    {
        static const char *const types[] = {"IntegerField",
                                            "BigIntegerField",
                                            "SmallIntegerField",
                                            "PositiveIntegerField",
                                            "BooleanField",
                                            "CharField(40)",
                                            "TextField",
                                            "BinaryField",
                                            "FloatField",
                                            "DecimalField(10,2)",
                                            "DateField",
                                            "TimeField",
                                            "DateTimeField",
                                            "DurationField",
                                            "UUIDField",
                                            "JSONField",
                                            "ArrayField(IntegerField)"};
        for (int i = 0; i < count; ++i) {
            const char *type = types[below(m_arrays ? 17 : 16)];
            ColumnSpec added = column(qPrintable(u"c%1"_s.arg(below(40))), type, below(2) == 0);
            if (table.column(added.name))
                continue;
            if (added.type.kind == FieldKind::Integer && below(3) == 0)
                added.defaultSql = QString::number(below(100));
            if (added.type.kind == FieldKind::Char && below(3) == 0)
                added.defaultSql = u"'some ''text'"_s;
            table.columns.push_back(added);
        }
    }

    void addIndexes(TableSpec &table)
    {
        table.indexes.clear();
        for (const ColumnSpec &c : table.columns) {
            const bool sortable =
                !c.name.startsWith("fk"_L1) && // those are chosen anew
                (c.type.kind == FieldKind::Integer || c.type.kind == FieldKind::Char ||
                 c.type.kind == FieldKind::Date);
            if (sortable && below(3) == 0)
                table.indexes.push_back(index(table, {c.name}));
            if (sortable && below(4) == 0)
                table.indexes.push_back(index(table, {c.name, u"id"_s}, below(2) == 0));
        }
    }

    /// Keys to tables, in circles too. Nullable, so that rows without one can be.
    void addKeys(SchemaSpec &schema)
    {
        for (TableSpec &table : schema.tables) {
            table.foreignKeys.clear();
            std::erase_if(table.columns,
                          [](const ColumnSpec &c) { return c.name.startsWith("fk"_L1); });
            for (int i = 0; i < below(3); ++i) {
                const TableSpec &target =
                    schema.tables[std::size_t(below(int(schema.tables.size())))];
                const QString name = u"fk%1"_s.arg(i);
                const bool wide = target.columns[0].type.kind == FieldKind::BigAuto;
                table.columns.push_back(
                    column(qPrintable(name), wide ? "BigIntegerField" : "IntegerField", true));
                const OnDelete actions[] = {OnDelete::Cascade, OnDelete::SetNull,
                                            OnDelete::DoNothing};
                table.foreignKeys.push_back(
                    key(table, qPrintable(name), qPrintable(target.name), actions[below(3)]));
            }
        }
    }

    QRandomGenerator m_random;
    const bool m_arrays;
};

SchemaOperations filled(SchemaOperations operations)
{
    for (SchemaOperation &operation : operations) {
        if (!needsFill(operation))
            continue;
        if (const auto *add = std::get_if<ddl::AddField>(&operation))
            setFill(operation, neutralFill(add->column.type));
        else if (const auto *alter = std::get_if<ddl::AlterField>(&operation))
            setFill(operation, neutralFill(alter->after.type));
    }
    return operations;
}

SchemaOperations backwards(const SchemaOperations &operations)
{
    SchemaOperations out;
    for (const SchemaOperation &operation : operations)
        out.insert(out.begin(), reversed(operation));
    return out;
}

/// A literal that any column of a type takes.
QByteArray literal(const FieldType &type, int row, bool sqlite)
{
    const QByteArray n = QByteArray::number(row);
    if (type.kind == FieldKind::Boolean)
        return row % 2 ? "true" : "false";
    if (type.kind == FieldKind::Char || type.kind == FieldKind::Text)
        return "'text " + n + '\'';
    if (type.kind == FieldKind::Binary)
        return sqlite ? "x'0102'" : "'\\x0102'";
    if (type.kind == FieldKind::Date)
        return "'2020-01-0" + n + '\'';
    if (type.kind == FieldKind::Time)
        return "'10:00:0" + n + '\'';
    if (type.kind == FieldKind::DateTime)
        return "'2020-01-01 10:00:0" + n + '\'';
    if (type.kind == FieldKind::Duration)
        return sqlite ? n : "interval '" + n + " s'";
    if (type.kind == FieldKind::Uuid)
        return sqlite ? "'0000000000000000000000000000000" + n + '\''
                      : "'00000000-0000-0000-0000-00000000000" + n + '\'';
    if (type.kind == FieldKind::Json)
        return "'{\"a\": " + n + "}'";
    if (type.kind == FieldKind::Array)
        return "'{" + n + "}'";
    return n; // all kinds of numbers
}

void fillTables(const Database &db, const SchemaSpec &schema, bool sqlite)
{
    for (const TableSpec &table : schema.tables) {
        for (int row = 1; row <= 3; ++row) {
            QStringList names;
            QByteArray values;
            for (const ColumnSpec &c : table.columns) {
                if (c.name == "id"_L1 || c.name.startsWith("fk"_L1))
                    continue;
                names << c.name;
                values += (values.isEmpty() ? "" : ", ") + literal(c.type, row, sqlite);
            }
            execute(db, "INSERT INTO \"" + table.name.toUtf8() +
                            (names.isEmpty() ? QByteArray("\" DEFAULT VALUES")
                                             : "\" (\"" + names.join("\", \""_L1).toUtf8() +
                                                   "\") VALUES (" + values + ')'));
        }
    }
}

/// What the columns hold that both schemas have with the same meaning.
QStringList keptData(const Database &db, const SchemaSpec &a, const SchemaSpec &b)
{
    QStringList out;
    for (const TableSpec &table : a.tables) {
        const TableSpec *other = b.table(table.name);
        if (!other)
            continue;
        QByteArray columns = "\"id\"";
        for (const ColumnSpec &c : table.columns) {
            const ColumnSpec *now = other->column(c.name);
            if (now && now->type.kind == c.type.kind)
                columns += ", \"" + c.name.toUtf8() + '"';
        }
        out << table.name + u": "_s +
                   rows(db, "SELECT " + columns + " FROM \"" + table.name.toUtf8() +
                                "\" ORDER BY \"id\"");
    }
    return out;
}

} // namespace

class TestRandomSchemas : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDiffLeadsFromOneToTheOtherAndBack_data();
    void aDiffLeadsFromOneToTheOtherAndBack();

private:
    EmptyDatabases m_databases;
};

void TestRandomSchemas::aDiffLeadsFromOneToTheOtherAndBack_data()
{
    QTest::addColumn<QString>("backend");
    QTest::addColumn<int>("seed");
    // HEDDLE_RANDOM_SCHEMAS: how many of each; more on demand.
    const int count = std::max(1, qEnvironmentVariableIntValue("HEDDLE_RANDOM_SCHEMAS"));
    for (const char *backend : {"sqlite", "postgresql"}) {
        for (int seed = 1; seed <= (count > 1 ? count : 25); ++seed)
            QTest::addRow("%s, seed %d", backend, seed) << QString::fromLatin1(backend) << seed;
    }
}

void TestRandomSchemas::aDiffLeadsFromOneToTheOtherAndBack()
{
    QFETCH(int, seed);
    HEDDLE_OPEN_EMPTY(m_databases, db);
    const bool sqlite = backend == "sqlite"_L1;
    const DdlWriter &writer = ddlFor(db.dialect());
    RandomSchemas random(quint32(seed), !sqlite);
    const SchemaSpec a = random.schema(), b = random.changed(a);
    try {
        applyOperations(db, diffSchemas({}, a), {});
        QCOMPARE(driftReport(inspectTables(db), a, writer, false).join(u'\n'), QString());
        fillTables(db, a, sqlite);
        const QStringList before = keptData(db, a, b);

        const SchemaOperations there = filled(diffSchemas(a, b));
        applyOperations(db, there, a);
        QCOMPARE(driftReport(inspectTables(db), b, writer, false).join(u'\n'), QString());
        QCOMPARE(keptData(db, a, b), before);

        applyOperations(db, backwards(there), b);
        QCOMPARE(driftReport(inspectTables(db), a, writer, false).join(u'\n'), QString());
        QCOMPARE(keptData(db, a, b), before);

        // From what introspection says, too, without knowing what it was made from.
        const SchemaSpec found = inspectTables(db);
        DiffOptions options;
        options.readBackAs = &writer;
        applyOperations(db, filled(diffSchemas(found, b, options)), found);
        QCOMPARE(driftReport(inspectTables(db), b, writer, false).join(u'\n'), QString());
    } catch (const OrmError &error) {
        QStringList said;
        for (const SchemaOperation &operation : diffSchemas(a, b))
            said << describe(operation);
        const QByteArray sql = error.database ? error.database->sql : QByteArray();
        QFAIL(qPrintable(error.qualifiedName() + u": "_s + error.message() + u"\n"_s +
                         QString::fromUtf8(sql) + u"\n"_s + said.join(u'\n')));
    }
}

QTEST_GUILESS_MAIN(TestRandomSchemas)
#include "tst_randomschemas.moc"
