#include "orm/backends/postgres/postgresintrospection.h"

#include <QHash>

namespace heddle {

namespace {

using namespace Qt::Literals::StringLiterals;

// What the search path finds, for all four questions. Temporary tables belong to one session only.
#define HEDDLE_VISIBLE_TABLES                                                                      \
    "c.relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT c.relispartition "                             \
    "AND c.relpersistence <> 't' AND n.nspname NOT IN ('pg_catalog', 'information_schema') "       \
    "AND n.nspname NOT LIKE 'pg\\_toast%' AND pg_catalog.pg_table_is_visible(c.oid) "

constexpr char tablesSql[] =
    "SELECT c.oid, c.relname::text, c.relkind::text, c.reltuples::bigint, "
    "pg_catalog.obj_description(c.oid, 'pg_class'), "
    "EXISTS (SELECT FROM pg_catalog.pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal) "
    "FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE " HEDDLE_VISIBLE_TABLES "ORDER BY c.relname COLLATE \"C\"";

// `base` leads each domain to what it is made of in the end; the modifier stands at the outermost
// domain that gives one.
constexpr char columnsSql[] =
    "WITH RECURSIVE base (domain, type, modifier) AS ("
    "SELECT t.oid, t.typbasetype, t.typtypmod FROM pg_catalog.pg_type t WHERE t.typtype = 'd' "
    "UNION ALL SELECT b.domain, t.typbasetype, "
    "CASE WHEN b.modifier >= 0 THEN b.modifier ELSE t.typtypmod END "
    "FROM base b JOIN pg_catalog.pg_type t ON t.oid = b.type AND t.typtype = 'd') "
    "SELECT a.attrelid, a.attname::text, pg_catalog.format_type(a.atttypid, a.atttypmod), "
    "a.attnotnull OR d.typnotnull, pg_catalog.pg_get_expr(x.adbin, x.adrelid), "
    "a.attidentity::text, a.attgenerated::text, "
    "pg_catalog.col_description(a.attrelid, a.attnum), t.typname::text, "
    "CASE WHEN b.domain IS NULL THEN a.atttypmod ELSE b.modifier END, t.typtype = 'e', "
    "ARRAY(SELECT e.enumlabel::text FROM pg_catalog.pg_enum e WHERE e.enumtypid = t.oid "
    "ORDER BY e.enumsortorder) "
    "FROM pg_catalog.pg_attribute a JOIN pg_catalog.pg_class c ON c.oid = a.attrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "JOIN pg_catalog.pg_type d ON d.oid = a.atttypid "
    "LEFT JOIN base b ON b.domain = d.oid AND NOT EXISTS (SELECT FROM pg_catalog.pg_type i "
    "WHERE i.oid = b.type AND i.typtype = 'd') "
    "JOIN pg_catalog.pg_type t ON t.oid = COALESCE(b.type, d.oid) "
    "LEFT JOIN pg_catalog.pg_attrdef x ON x.adrelid = a.attrelid AND x.adnum = a.attnum "
    "WHERE a.attnum > 0 AND NOT a.attisdropped AND " HEDDLE_VISIBLE_TABLES
    "ORDER BY a.attrelid, a.attnum";

// Keys that a partitioned table's partitions inherit have a parent, and are no keys of their own.
constexpr char constraintsSql[] =
    "SELECT k.conrelid, k.conname::text, k.contype::text, "
    "ARRAY(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY AS u(num, place) "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num "
    "ORDER BY u.place), "
    "CASE WHEN pg_catalog.pg_table_is_visible(r.oid) THEN r.relname::text "
    "ELSE m.nspname || '.' || r.relname END, "
    "ARRAY(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY AS u(num, place) "
    "JOIN pg_catalog.pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num "
    "ORDER BY u.place), k.confdeltype::text, k.confupdtype::text "
    "FROM pg_catalog.pg_constraint k JOIN pg_catalog.pg_class c ON c.oid = k.conrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "LEFT JOIN pg_catalog.pg_class r ON r.oid = k.confrelid "
    "LEFT JOIN pg_catalog.pg_namespace m ON m.oid = r.relnamespace "
    "WHERE k.contype IN ('p', 'f') AND k.conparentid = 0 AND " HEDDLE_VISIBLE_TABLES
    "ORDER BY k.conrelid, k.conkey, k.conname";

constexpr char indexesSql[] =
    "SELECT i.indrelid, o.relname::text, i.indisunique, i.indpred IS NOT NULL, "
    "EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid "
    "AND k.conrelid = i.indrelid AND k.contype IN ('p', 'u', 'x')), "
    "ARRAY(SELECT COALESCE(a.attname::text, "
    "pg_catalog.pg_get_indexdef(i.indexrelid, u.place::int, true)) "
    "FROM unnest(i.indkey::int2[]) WITH ORDINALITY AS u(num, place) "
    "LEFT JOIN pg_catalog.pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = u.num "
    "AND u.num <> 0 WHERE u.place <= i.indnkeyatts ORDER BY u.place) "
    "FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indrelid "
    "JOIN pg_catalog.pg_class o ON o.oid = i.indexrelid "
    "JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace "
    "WHERE i.indisvalid AND " HEDDLE_VISIBLE_TABLES "ORDER BY i.indrelid, o.relname COLLATE \"C\"";

#undef HEDDLE_VISIBLE_TABLES

/// A question about the schema: the connection's own housekeeping, so it does not count as a query
/// of the user's.
Statement question(const char *sql)
{
    static const auto asTheyCome = std::make_shared<const std::vector<ColumnType>>();
    Statement s;
    s.sql = sql;
    s.columns = asTheyCome;
    s.kind = TraceKind::Pragma;
    return s;
}

/// One row of an answer.
class Row {
public:
    Row(const RowBatch &batch, int row) : m_batch(batch), m_row(row) {}
    QString text(int column) const
    {
        const Value v = m_batch.value(m_row, column);
        return v.type() == Value::Type::Text ? v.asString() : QString();
    }
    qint64 number(int column) const
    {
        const Value v = m_batch.value(m_row, column);
        return v.type() == Value::Type::Int ? v.asInt() : 0;
    }
    bool flag(int column) const
    {
        const Value v = m_batch.value(m_row, column);
        return v.type() == Value::Type::Bool && v.asBool();
    }
    QStringList texts(int column) const
    {
        QStringList out;
        const Value v = m_batch.value(m_row, column);
        if (v.type() == Value::Type::Array) {
            for (const Value &item : v.asArray())
                out << item.toDisplay();
        }
        return out;
    }
    bool isNull(int column) const { return m_batch.column(column).isNull(m_row); }

private:
    const RowBatch &m_batch;
    int m_row;
};

template <typename Function>
void forEachRow(const StatementResult &result, const Function &function)
{
    for (const RowBatchPtr &batch : result.batches) {
        for (int row = 0; row < batch->rowCount(); ++row)
            function(Row(*batch, row));
    }
}

/// The tables of a schema by their number in the catalogue.
using TablesByOid = QHash<qint64, std::size_t>;

TablesByOid readTables(const StatementResult &result, DatabaseSchema &schema)
{
    TablesByOid places;
    forEachRow(result, [&](const Row &row) {
        TableInfo table;
        table.name = row.text(1);
        const QString kind = row.text(2);
        table.isMaterialized = kind == "m"_L1;
        table.isView = kind == "v"_L1 || table.isMaterialized;
        table.isPartitioned = kind == "p"_L1;
        if (row.number(3) >= 0 && kind != "v"_L1) // -1: never analysed
            table.rowEstimate = row.number(3);
        table.comment = row.text(4);
        table.hasTriggers = row.flag(5);
        places.insert(row.number(0), schema.tables.size());
        schema.tables.push_back(std::move(table));
    });
    return places;
}

TableColumn readColumn(const Row &row)
{
    TableColumn column;
    column.name = row.text(1);
    column.declaredType = row.text(2);
    column.notNull = row.flag(3);
    column.generated = !row.text(6).isEmpty();
    column.identity = !row.text(5).isEmpty();
    if (!row.isNull(4) && !column.generated)
        column.defaultSql = row.text(4);
    column.automatic =
        column.identity || (column.defaultSql && column.defaultSql->startsWith("nextval("_L1));
    column.comment = row.text(7);
    column.type = postgresFieldType(row.text(8), int(row.number(9)), row.flag(10));
    column.enumValues = row.texts(11);
    return column;
}

/// naming.md, 4: a single key that the database counts up is an AutoField.
void markAutomaticKey(TableInfo &table)
{
    for (TableColumn &column : table.columns) {
        if (!column.automatic || table.primaryKey != QStringList{column.name})
            continue;
        if (column.type.kind == FieldKind::SmallInteger)
            column.type.kind = FieldKind::SmallAuto;
        else if (column.type.kind == FieldKind::Integer)
            column.type.kind = FieldKind::Auto;
        else if (column.type.kind == FieldKind::BigInteger)
            column.type.kind = FieldKind::BigAuto;
    }
}

QString actionText(const QString &code)
{
    return code == "c"_L1   ? u"CASCADE"_s
           : code == "n"_L1 ? u"SET NULL"_s
           : code == "d"_L1 ? u"SET DEFAULT"_s
           : code == "r"_L1 ? u"RESTRICT"_s
                            : u"NO ACTION"_s;
}

void readConstraint(const Row &row, TableInfo &table)
{
    if (row.text(2) == "p"_L1) {
        table.primaryKey = row.texts(3);
        return;
    }
    TableForeignKey key;
    key.name = row.text(1);
    key.columns = row.texts(3);
    key.targetTable = row.text(4);
    key.targetColumns = row.texts(5);
    key.onDelete = actionText(row.text(6));
    key.onUpdate = actionText(row.text(7));
    table.foreignKeys.push_back(std::move(key));
}

TableIndex readIndex(const Row &row)
{
    TableIndex index;
    index.name = row.text(1);
    index.unique = row.flag(2);
    index.partial = row.flag(3);
    index.constraint = row.flag(4);
    index.columns = row.texts(5);
    return index;
}

struct TypeName {
    const char *name;
    FieldKind kind;
};

constexpr TypeName typeNames[] = {
    {"int2", FieldKind::SmallInteger},
    {"int4", FieldKind::Integer},
    {"int8", FieldKind::BigInteger},
    {"bool", FieldKind::Boolean},
    {"varchar", FieldKind::Char},
    {"bpchar", FieldKind::Char},
    {"char", FieldKind::Char},
    {"name", FieldKind::Char},
    {"text", FieldKind::Text},
    {"citext", FieldKind::Text},
    {"xml", FieldKind::Text},
    {"bytea", FieldKind::Binary},
    {"float4", FieldKind::Float},
    {"float8", FieldKind::Float},
    {"numeric", FieldKind::Decimal},
    {"date", FieldKind::Date},
    {"time", FieldKind::Time},
    {"timestamp", FieldKind::DateTime},
    {"timestamptz", FieldKind::DateTime},
    {"interval", FieldKind::Duration},
    {"uuid", FieldKind::Uuid},
    {"json", FieldKind::Json},
    {"jsonb", FieldKind::Json},
};

// A modifier counts the four bytes of the length that varlena types have in front.
constexpr int modifierOffset = 4;

} // namespace

FieldType postgresFieldType(const QString &name, int modifier, bool isEnum)
{
    FieldType type;
    if (isEnum) {
        type.kind = FieldKind::Char;
        return type;
    }
    if (name.startsWith(u'_')) {
        type.kind = FieldKind::Array;
        type.element = postgresFieldType(name.mid(1), -1, false).kind;
        return type;
    }
    for (const TypeName &known : typeNames) {
        if (name == QLatin1String(known.name))
            type.kind = known.kind;
    }
    if (type.kind == FieldKind::Char && modifier > modifierOffset)
        type.maxLength = modifier - modifierOffset;
    if (type.kind == FieldKind::Decimal && modifier >= modifierOffset) {
        const int packed = modifier - modifierOffset;
        type.maxDigits = packed >> 16 & 0xffff;
        type.decimalPlaces = ((packed & 0x7ff) ^ 1024) - 1024; // eleven bits with a sign
    }
    type.withZone = name == "timestamptz"_L1;
    return type;
}

Plan<DatabaseSchema> introspectPostgres()
{
    DatabaseSchema schema;
    schema.backend = u"postgresql"_s;
    const StatementResult tables = co_await send(question(tablesSql));
    const TablesByOid places = readTables(tables, schema);
    const auto forEachTable = [&](const StatementResult &result, const auto &function) {
        forEachRow(result, [&](const Row &row) {
            // A table that was made after the first question is not there yet.
            if (const auto place = places.constFind(row.number(0)); place != places.constEnd())
                function(row, schema.tables[*place]);
        });
    };
    const StatementResult columns = co_await send(question(columnsSql));
    forEachTable(columns, [](const Row &row, TableInfo &table) {
        table.columns.push_back(readColumn(row));
    });
    const StatementResult constraints = co_await send(question(constraintsSql));
    forEachTable(constraints, readConstraint);
    const StatementResult indexes = co_await send(question(indexesSql));
    forEachTable(indexes,
                 [](const Row &row, TableInfo &table) { table.indexes.push_back(readIndex(row)); });
    for (TableInfo &table : schema.tables)
        markAutomaticKey(table);
    co_return schema;
}

} // namespace heddle
