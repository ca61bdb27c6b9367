#include "orm/backends/sqlite/sqliteintrospection.h"

#include "orm/values/errors.h"

#include <QHash>
#include <QRegularExpression>
#include <QSet>
#include <algorithm>
#include <map>

namespace heddle {

namespace {

using namespace Qt::Literals::StringLiterals;

/// A question about the schema: the connection's own housekeeping, so it does not count as a query
/// of the user's.
Statement question(const char *sql, ValueList parameters = {})
{
    static const auto asTheyCome = std::make_shared<const std::vector<ColumnType>>();
    Statement s;
    s.sql = sql;
    s.parameters = std::move(parameters);
    s.columns = asTheyCome;
    s.kind = TraceKind::Pragma;
    return s;
}

/// The cells of an answer, row by row.
class Rows {
public:
    explicit Rows(const StatementResult &result)
    {
        for (const RowBatchPtr &batch : result.batches) {
            for (int row = 0; row < batch->rowCount(); ++row) {
                ValueList &cells = m_rows.emplace_back();
                for (int column = 0; column < batch->columnCount(); ++column)
                    cells.push_back(batch->value(row, column));
            }
        }
    }
    std::size_t size() const { return m_rows.size(); }
    QString text(std::size_t row, std::size_t column) const
    {
        const Value &v = m_rows[row][column];
        return v.type() == Value::Type::Text ? v.asString() : QString();
    }
    qint64 number(std::size_t row, std::size_t column) const
    {
        const Value &v = m_rows[row][column];
        return v.type() == Value::Type::Int ? v.asInt() : 0;
    }
    bool isNull(std::size_t row, std::size_t column) const { return m_rows[row][column].isNull(); }

private:
    std::vector<ValueList> m_rows;
};

void readColumns(const Rows &rows, TableInfo &table)
{
    std::map<qint64, QString> key; // by position in the primary key
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const qint64 hidden = rows.number(i, 5);
        if (hidden == 1) // of a virtual table: not a column that a query sees
            continue;
        TableColumn column;
        column.name = rows.text(i, 0);
        column.declaredType = rows.text(i, 1);
        column.type = sqliteFieldType(column.declaredType);
        column.notNull = rows.number(i, 2) != 0;
        if (!rows.isNull(i, 3))
            column.defaultSql = rows.text(i, 3);
        column.generated = hidden == 2 || hidden == 3;
        if (rows.number(i, 4) > 0)
            key[rows.number(i, 4)] = column.name;
        table.columns.push_back(std::move(column));
    }
    for (const auto &[position, name] : key)
        table.primaryKey << name;
}

/// A single INTEGER key that needs no index of its own is another name of the rowid, which SQLite
/// counts up.
void markAutomaticKey(TableInfo &table, bool keyHasIndex)
{
    if (table.withoutRowId || table.isView)
        return;
    for (TableColumn &column : table.columns) {
        if (!table.primaryKey.contains(column.name))
            continue;
        const bool alias = table.primaryKey.size() == 1 && !keyHasIndex &&
                           column.declaredType.compare("INTEGER"_L1, Qt::CaseInsensitive) == 0;
        if (alias) {
            column.automatic = true;
            column.notNull = true; // NULL there means: the next number
            column.type.kind = FieldKind::Auto;
        }
    }
}

void readForeignKeys(const Rows &rows, TableInfo &table)
{
    qint64 last = -1;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        if (i == 0 || rows.number(i, 0) != last) {
            last = rows.number(i, 0);
            TableForeignKey key;
            key.targetTable = rows.text(i, 1);
            key.onUpdate = rows.text(i, 4);
            key.onDelete = rows.text(i, 5);
            table.foreignKeys.push_back(std::move(key));
        }
        TableForeignKey &key = table.foreignKeys.back();
        key.columns << rows.text(i, 2);
        if (!rows.isNull(i, 3))
            key.targetColumns << rows.text(i, 3);
    }
}

QStringList indexColumns(const Rows &rows)
{
    QStringList columns;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        const qint64 number = rows.number(i, 0);
        columns << (number >= 0 ? rows.text(i, 1) : number == -1 ? u"rowid"_s : u"(expression)"_s);
    }
    return columns;
}

/// Django's JSONField is a text column with a CHECK here.
void markJsonColumns(TableInfo &table, const QString &sql)
{
    if (!sql.contains("JSON_VALID"_L1, Qt::CaseInsensitive))
        return;
    for (TableColumn &column : table.columns) {
        const QString check = u"JSON_VALID(\"%1\")"_s.arg(column.name);
        if (column.type.kind == FieldKind::Text && sql.contains(check, Qt::CaseInsensitive))
            column.type.kind = FieldKind::Json;
    }
}

Plan<void> readTable(TableInfo &table)
{
    const ValueList name{Value(table.name)};
    readColumns(
        Rows(co_await send(question(
            "SELECT name, type, \"notnull\", dflt_value, pk, hidden FROM pragma_table_xinfo(?)",
            name))),
        table);
    // SQLite numbers foreign keys backwards.
    readForeignKeys(
        Rows(co_await send(question("SELECT id, \"table\", \"from\", \"to\", on_update, on_delete "
                                    "FROM pragma_foreign_key_list(?) ORDER BY id DESC, seq",
                                    name))),
        table);
    const Rows indexes(co_await send(question(
        "SELECT name, \"unique\", origin, partial FROM pragma_index_list(?) ORDER BY seq DESC",
        name)));
    bool keyHasIndex = false;
    for (std::size_t i = 0; i < indexes.size(); ++i) {
        TableIndex index;
        index.name = indexes.text(i, 0);
        index.unique = indexes.number(i, 1) != 0;
        index.constraint = indexes.text(i, 2) != "c"_L1;
        index.partial = indexes.number(i, 3) != 0;
        keyHasIndex = keyHasIndex || indexes.text(i, 2) == "pk"_L1;
        const ValueList indexName{Value(index.name)};
        index.columns = indexColumns(Rows(co_await send(question(
            "SELECT cid, name FROM pragma_index_xinfo(?) WHERE key ORDER BY seqno", indexName))));
        table.indexes.push_back(std::move(index));
    }
    markAutomaticKey(table, keyHasIndex);
    const Rows text(co_await send(
        question("SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", name)));
    if (text.size() > 0)
        markJsonColumns(table, text.text(0, 0));
}

struct TypeWord {
    const char *word;
    FieldKind kind;
};

constexpr TypeWord typeWords[] = {
    {"bool", FieldKind::Boolean},
    {"boolean", FieldKind::Boolean},
    {"date", FieldKind::Date},
    {"time", FieldKind::Time},
    {"datetime", FieldKind::DateTime},
    {"timestamp", FieldKind::DateTime},
    {"decimal", FieldKind::Decimal},
    {"numeric", FieldKind::Decimal},
    {"dec", FieldKind::Decimal},
    {"money", FieldKind::Decimal},
    {"varchar", FieldKind::Char},
    {"nvarchar", FieldKind::Char},
    {"char", FieldKind::Char},
    {"nchar", FieldKind::Char},
    {"character", FieldKind::Char},
    {"varying character", FieldKind::Char},
    {"character varying", FieldKind::Char},
    {"native character", FieldKind::Char},
    {"varchar2", FieldKind::Char},
    {"bpchar", FieldKind::Char},
    {"text", FieldKind::Text},
    {"clob", FieldKind::Text},
    {"ntext", FieldKind::Text},
    {"blob", FieldKind::Binary},
    {"binary", FieldKind::Binary},
    {"varbinary", FieldKind::Binary},
    {"bytea", FieldKind::Binary},
    {"real", FieldKind::Float},
    {"double", FieldKind::Float},
    {"double precision", FieldKind::Float},
    {"float", FieldKind::Float},
    {"smallint", FieldKind::SmallInteger},
    {"tinyint", FieldKind::SmallInteger},
    {"int2", FieldKind::SmallInteger},
    {"bigint", FieldKind::BigInteger},
    {"int8", FieldKind::BigInteger},
    {"unsigned big int", FieldKind::BigInteger},
    {"integer", FieldKind::Integer},
    {"int", FieldKind::Integer},
    {"mediumint", FieldKind::Integer},
    {"int4", FieldKind::Integer},
    {"uuid", FieldKind::Uuid},
    {"guid", FieldKind::Uuid},
    {"uniqueidentifier", FieldKind::Uuid},
    {"json", FieldKind::Json},
    {"jsonb", FieldKind::Json},
};

/// For words that nobody has listed: SQLite's own rule, in its own order.
FieldKind kindByAffinity(const QString &word)
{
    const auto has = [&word](const char *piece) { return word.contains(QLatin1String(piece)); };
    if (has("int"))
        return FieldKind::Integer;
    if (has("char") || has("clob") || has("text"))
        return FieldKind::Text;
    if (has("blob"))
        return FieldKind::Binary;
    if (has("real") || has("floa") || has("doub"))
        return FieldKind::Float;
    return FieldKind::Other;
}

} // namespace

FieldType sqliteFieldType(const QString &declaredType)
{
    FieldType type;
    static const QRegularExpression shape(
        u"^([^(]*)(?:\\(\\s*(\\d+)\\s*(?:,\\s*(\\d+)\\s*)?\\))?(.*)$"_s,
        QRegularExpression::DotMatchesEverythingOption);
    const QRegularExpressionMatch match = shape.match(declaredType.toLower());
    QString word = match.captured(1).simplified();
    const QString rest = match.captured(4).simplified();
    if (word.isEmpty())
        return type;
    // "timestamp with time zone", "int unsigned": the first word says it.
    const bool withZone =
        (word + u' ' + rest).contains("with time zone"_L1) || word == "timestamptz"_L1;
    for (const char *ending : {" unsigned", " with time zone", " without time zone"}) {
        if (word.endsWith(QLatin1String(ending)))
            word.chop(qsizetype(qstrlen(ending)));
    }
    if (word == "timestamptz"_L1)
        word = u"timestamp"_s;
    const auto *known =
        std::find_if(std::begin(typeWords), std::end(typeWords),
                     [&word](const TypeWord &t) { return word == QLatin1String(t.word); });
    type.kind = known != std::end(typeWords) ? known->kind : kindByAffinity(word);
    bool hasSize = false;
    const int size = match.captured(2).toInt(&hasSize);
    if (type.kind == FieldKind::Char && hasSize)
        type.maxLength = size;
    if (type.kind == FieldKind::Decimal && hasSize) {
        type.maxDigits = size;
        type.decimalPlaces = match.captured(3).toInt(); // DECIMAL(10) has none
    }
    type.withZone = type.kind == FieldKind::DateTime && withZone;
    return type;
}

Plan<DatabaseSchema> introspectSqlite()
{
    DatabaseSchema schema;
    schema.backend = u"sqlite"_s;
    const Rows tables(co_await send(question(
        "SELECT name, type, wr FROM pragma_table_list WHERE schema = 'main' "
        "AND type IN ('table', 'view', 'virtual') AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' "
        "ORDER BY name")));
    QSet<QString> withTriggers;
    bool analyzed = false;
    const Rows marks(co_await send(
        question("SELECT tbl_name, type FROM sqlite_master "
                 "WHERE type = 'trigger' OR (type = 'table' AND name = 'sqlite_stat1')")));
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (marks.text(i, 1) == "trigger"_L1)
            withTriggers.insert(marks.text(i, 0));
        else
            analyzed = true;
    }
    QHash<QString, qint64> estimates;
    if (analyzed) {
        const Rows statistics(co_await send(
            question("SELECT tbl, max(CAST(stat AS INTEGER)) FROM sqlite_stat1 GROUP BY tbl")));
        for (std::size_t i = 0; i < statistics.size(); ++i)
            estimates.insert(statistics.text(i, 0), statistics.number(i, 1));
    }
    for (std::size_t i = 0; i < tables.size(); ++i) {
        TableInfo table;
        table.name = tables.text(i, 0);
        table.isView = tables.text(i, 1) == "view"_L1;
        table.withoutRowId = tables.number(i, 2) != 0;
        table.hasTriggers = withTriggers.contains(table.name);
        if (const auto estimate = estimates.constFind(table.name); estimate != estimates.constEnd())
            table.rowEstimate = *estimate;
        try {
            co_await readTable(table);
        } catch (const DatabaseError &) {
            continue; // a view of something that is gone
        }
        schema.tables.push_back(std::move(table));
    }
    co_return schema;
}

} // namespace heddle
