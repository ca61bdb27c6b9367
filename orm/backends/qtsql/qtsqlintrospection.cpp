#include "orm/backends/qtsql/qtsqlintrospection.h"

#include <QHash>
#include <QRegularExpression>
#include <algorithm>

namespace heddle {

namespace {

using namespace Qt::Literals::StringLiterals;

// Names are compared as bytes everywhere: the information schema's own collation folds case.
constexpr char tablesSql[] =
    "SELECT TABLE_NAME, TABLE_TYPE, TABLE_ROWS, TABLE_COMMENT, EXISTS (SELECT 1 FROM "
    "information_schema.TRIGGERS g WHERE g.EVENT_OBJECT_SCHEMA = t.TABLE_SCHEMA AND "
    "g.EVENT_OBJECT_TABLE = t.TABLE_NAME) FROM information_schema.TABLES t WHERE TABLE_SCHEMA = "
    "DATABASE() AND TABLE_TYPE IN ('BASE TABLE', 'VIEW', 'SYSTEM VERSIONED') ORDER BY BINARY "
    "TABLE_NAME";
constexpr char columnsSql[] =
    "SELECT TABLE_NAME, COLUMN_NAME, COLUMN_TYPE, IS_NULLABLE, COLUMN_DEFAULT, EXTRA, "
    "COLUMN_COMMENT FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE() ORDER BY "
    "BINARY TABLE_NAME, ORDINAL_POSITION";
constexpr char keysSql[] =
    "SELECT k.TABLE_NAME, k.CONSTRAINT_NAME, k.COLUMN_NAME, IF(k.REFERENCED_TABLE_SCHEMA = "
    "DATABASE(), k.REFERENCED_TABLE_NAME, CONCAT(k.REFERENCED_TABLE_SCHEMA, '.', "
    "k.REFERENCED_TABLE_NAME)), k.REFERENCED_COLUMN_NAME, r.DELETE_RULE, r.UPDATE_RULE FROM "
    "information_schema.KEY_COLUMN_USAGE k JOIN information_schema.REFERENTIAL_CONSTRAINTS r ON "
    "r.CONSTRAINT_SCHEMA = k.CONSTRAINT_SCHEMA AND r.CONSTRAINT_NAME = k.CONSTRAINT_NAME AND "
    "r.TABLE_NAME = k.TABLE_NAME WHERE k.TABLE_SCHEMA = DATABASE() AND k.REFERENCED_TABLE_NAME IS "
    "NOT NULL ORDER BY BINARY k.TABLE_NAME, k.CONSTRAINT_NAME, k.ORDINAL_POSITION";
constexpr char indexesSql[] =
    "SELECT TABLE_NAME, INDEX_NAME, COLUMN_NAME, NON_UNIQUE FROM information_schema.STATISTICS "
    "WHERE TABLE_SCHEMA = DATABASE() ORDER BY BINARY TABLE_NAME, BINARY INDEX_NAME, SEQ_IN_INDEX";
constexpr char checksSql[] =
    "SELECT TABLE_NAME, CHECK_CLAUSE FROM information_schema.CHECK_CONSTRAINTS WHERE "
    "CONSTRAINT_SCHEMA = DATABASE() AND CHECK_CLAUSE LIKE 'json\\_valid(%'";

/// The connection's own housekeeping, so it does not count as a query of the user's.
Statement question(const char *sql)
{
    static const auto asTheyCome = std::make_shared<const std::vector<ColumnType>>();
    Statement s;
    s.sql = sql;
    s.columns = asTheyCome;
    s.kind = TraceKind::Pragma;
    return s;
}

/// One row of an answer, every cell as text.
using Row = std::vector<std::optional<QString>>;

std::vector<Row> rowsOf(const StatementResult &result)
{
    std::vector<Row> rows;
    for (const RowBatchPtr &batch : result.batches) {
        for (int row = 0; row < batch->rowCount(); ++row) {
            Row cells;
            for (int column = 0; column < batch->columnCount(); ++column) {
                const Value v = batch->value(row, column);
                if (v.isNull())
                    cells.push_back({});
                else if (v.type() == Value::Type::Bytes)
                    cells.push_back(QString::fromUtf8(v.asBytes()));
                else
                    cells.push_back(v.toDisplay());
            }
            rows.push_back(std::move(cells));
        }
    }
    return rows;
}

QString textAt(const Row &row, std::size_t column)
{
    return row[column].value_or(QString());
}

/// The values of enum('a','b') and set('a','b').
QStringList valuesOf(const QString &declared)
{
    static const QRegularExpression word(u"'((?:[^']|'')*)'"_s);
    QStringList values;
    if (declared.startsWith("enum("_L1)) {
        for (auto found = word.globalMatch(declared); found.hasNext();)
            values << found.next().captured(1).replace("''"_L1, "'"_L1);
    }
    return values;
}

TableColumn readColumn(const Row &row)
{
    TableColumn column;
    column.name = textAt(row, 1);
    column.declaredType = textAt(row, 2);
    column.type = mariadbFieldType(column.declaredType);
    column.notNull = textAt(row, 3) == "NO"_L1;
    const QString extra = textAt(row, 5);
    column.automatic = extra.contains("auto_increment"_L1);
    column.generated = extra.contains("GENERATED"_L1);
    if (row[4] && *row[4] != "NULL"_L1)
        column.defaultSql = *row[4];
    column.enumValues = valuesOf(column.declaredType);
    column.comment = textAt(row, 6);
    return column;
}

void readForeignKey(const Row &row, TableInfo &table)
{
    const QString name = textAt(row, 1);
    if (table.foreignKeys.empty() || table.foreignKeys.back().name != name) {
        TableForeignKey key;
        key.name = name;
        key.targetTable = textAt(row, 3);
        key.onDelete = textAt(row, 5);
        key.onUpdate = textAt(row, 6);
        table.foreignKeys.push_back(std::move(key));
    }
    table.foreignKeys.back().columns << textAt(row, 2);
    table.foreignKeys.back().targetColumns << textAt(row, 4);
}

void readIndex(const Row &row, TableInfo &table)
{
    const QString name = textAt(row, 1);
    if (name == "PRIMARY"_L1)
        table.primaryKey << textAt(row, 2);
    if (table.indexes.empty() || table.indexes.back().name != name) {
        TableIndex index;
        index.name = name;
        index.unique = textAt(row, 3) == "0"_L1;
        index.constraint = index.unique; // MariaDB makes no difference
        table.indexes.push_back(std::move(index));
    }
    table.indexes.back().columns << textAt(row, 2);
}

/// JSON is a LONGTEXT with a check: json_valid(`data`).
void readCheck(const Row &row, TableInfo &table)
{
    const QString clause = textAt(row, 1);
    for (TableColumn &column : table.columns) {
        if (clause == u"json_valid(`%1`)"_s.arg(column.name))
            column.type.kind = FieldKind::Json;
    }
}

template <typename Function>
void forEachTable(const std::vector<Row> &rows, DatabaseSchema &schema, const Function &function)
{
    QHash<QString, std::size_t> places;
    for (std::size_t i = 0; i < schema.tables.size(); ++i)
        places.insert(schema.tables[i].name, i);
    for (const Row &row : rows) {
        // A table that was made after the first question is not there yet.
        if (const auto at = places.constFind(textAt(row, 0)); at != places.constEnd())
            function(row, schema.tables[*at]);
    }
}

struct TypeWord {
    const char *word;
    FieldKind kind;
};

constexpr TypeWord typeWords[] = {{"tinyint", FieldKind::SmallInteger},
                                  {"smallint", FieldKind::SmallInteger},
                                  {"mediumint", FieldKind::Integer},
                                  {"int", FieldKind::Integer},
                                  {"year", FieldKind::Integer},
                                  {"bigint", FieldKind::BigInteger},
                                  {"decimal", FieldKind::Decimal},
                                  {"float", FieldKind::Float},
                                  {"double", FieldKind::Float},
                                  {"char", FieldKind::Char},
                                  {"varchar", FieldKind::Char},
                                  {"enum", FieldKind::Char},
                                  {"set", FieldKind::Char},
                                  {"tinytext", FieldKind::Text},
                                  {"text", FieldKind::Text},
                                  {"mediumtext", FieldKind::Text},
                                  {"longtext", FieldKind::Text},
                                  {"inet4", FieldKind::Text},
                                  {"inet6", FieldKind::Text},
                                  {"binary", FieldKind::Binary},
                                  {"varbinary", FieldKind::Binary},
                                  {"tinyblob", FieldKind::Binary},
                                  {"blob", FieldKind::Binary},
                                  {"mediumblob", FieldKind::Binary},
                                  {"longblob", FieldKind::Binary},
                                  {"date", FieldKind::Date},
                                  {"time", FieldKind::Time},
                                  {"datetime", FieldKind::DateTime},
                                  {"timestamp", FieldKind::DateTime},
                                  {"uuid", FieldKind::Uuid},
                                  {"json", FieldKind::Json}};

} // namespace

FieldType mariadbFieldType(const QString &declared)
{
    static const QRegularExpression parts(u"^([a-z0-9]+)(?:\\((\\d+)(?:,(\\d+))?\\))?(.*)$"_s,
                                          QRegularExpression::CaseInsensitiveOption);
    FieldType type;
    const QRegularExpressionMatch match = parts.match(declared);
    const QString word = match.captured(1).toLower();
    if (word == "tinyint"_L1 && match.captured(2) == "1"_L1) {
        type.kind = FieldKind::Boolean;
        return type;
    }
    const auto known =
        std::find_if(std::begin(typeWords), std::end(typeWords),
                     [&word](const TypeWord &t) { return word == QLatin1String(t.word); });
    if (known != std::end(typeWords))
        type.kind = known->kind;
    const bool isUnsigned = match.captured(4).contains("unsigned"_L1);
    // An unsigned integer needs one size more; INT UNSIGNED is Django's PositiveIntegerField.
    if (isUnsigned && type.kind == FieldKind::Integer)
        type.kind = FieldKind::PositiveInteger;
    else if (isUnsigned && type.kind == FieldKind::SmallInteger)
        type.kind = FieldKind::Integer;
    bool hasSize = false;
    const int size = match.captured(2).toInt(&hasSize);
    if (type.kind == FieldKind::Char && hasSize)
        type.maxLength = size;
    if (type.kind == FieldKind::Decimal && hasSize) {
        type.maxDigits = size;
        type.decimalPlaces = match.captured(3).toInt();
    }
    return type;
}

Plan<DatabaseSchema> introspectMariadb()
{
    DatabaseSchema schema;
    schema.backend = u"mariadb"_s;
    Statement next = question(tablesSql);
    const StatementResult tables = co_await send(std::move(next));
    for (const Row &row : rowsOf(tables)) {
        TableInfo table;
        table.name = textAt(row, 0);
        table.isView = textAt(row, 1) == "VIEW"_L1;
        if (row[2])
            table.rowEstimate = row[2]->toLongLong();
        if (!table.isView) // of a view it says "VIEW"
            table.comment = textAt(row, 3);
        table.hasTriggers = textAt(row, 4) == "1"_L1;
        schema.tables.push_back(std::move(table));
    }
    next = question(columnsSql);
    const StatementResult columns = co_await send(std::move(next));
    forEachTable(rowsOf(columns), schema, [](const Row &row, TableInfo &table) {
        table.columns.push_back(readColumn(row));
    });
    next = question(keysSql);
    const StatementResult keys = co_await send(std::move(next));
    forEachTable(rowsOf(keys), schema, readForeignKey);
    next = question(indexesSql);
    const StatementResult indexes = co_await send(std::move(next));
    forEachTable(rowsOf(indexes), schema, readIndex);
    next = question(checksSql);
    const StatementResult checks = co_await send(std::move(next));
    forEachTable(rowsOf(checks), schema, readCheck);
    co_return schema;
}

} // namespace heddle
