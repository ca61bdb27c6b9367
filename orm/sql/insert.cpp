#include "orm/sql/writewriter.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace sql;

namespace {

Value jsonValue(const Value &value)
{
    return value.type() == Value::Type::Json ? value : Value(Json{toJson(value)});
}

QByteArray columnNames(const std::vector<const Field *> &fields, const Dialect &dialect)
{
    QByteArray text;
    for (const Field *field : fields)
        text += (text.isEmpty() ? "" : ", ") + dialect.quoted(field->column);
    return text;
}

QByteArray insertHead(const InsertRequest &request, const Dialect &dialect)
{
    const bool ignore = request.onConflict == OnConflict::Ignore;
    const Features &features = dialect.features();
    QByteArray text = ignore && features.insertOrIgnore  ? "INSERT OR IGNORE INTO "
                      : ignore && features.ignoreKeyword ? "INSERT IGNORE INTO "
                                                         : "INSERT INTO ";
    text += tableName(*request.model, dialect);
    if (!request.fields.empty())
        return text + " (" + columnNames(request.fields, dialect) + ") VALUES ";
    // A row of nothing but defaults names its first column, since several such rows are one
    // statement.
    const Field *first = request.model->primaryKeys().empty()
                             ? request.model->fields().front().get()
                             : request.model->primaryKeys().front();
    return text + " (" + dialect.quoted(first->column) + ") VALUES ";
}

QByteArray insertTail(const InsertRequest &request, const Dialect &dialect)
{
    QByteArray text;
    const Features &features = dialect.features();
    if (request.onConflict == OnConflict::Ignore && !features.insertOrIgnore &&
        !features.ignoreKeyword)
        text += " ON CONFLICT DO NOTHING";
    if (request.onConflict == OnConflict::Update) {
        const bool duplicate = features.duplicateKeyUpdate;
        text += duplicate ? QByteArray(" ON DUPLICATE KEY UPDATE ")
                          : " ON CONFLICT(" + columnNames(request.uniqueFields, dialect) +
                                ") DO UPDATE SET ";
        bool first = true;
        for (const Field *field : request.updateFields) {
            const QByteArray column = dialect.quoted(field->column);
            text += (first ? "" : ", ") + column + " = " +
                    (duplicate ? "VALUE(" + column + ')' : "EXCLUDED." + column);
            first = false;
        }
    }
    if (!request.returning.empty()) {
        text += " RETURNING ";
        bool first = true;
        for (const Field *field : request.returning) {
            const QByteArray column =
                dialect.quoted(request.model->table) + '.' + dialect.quoted(field->column);
            text += (first ? "" : ", ") + dialect.readable(field->valueType(), column);
            first = false;
        }
    }
    return text;
}

QByteArray defaultRow(const Dialect &dialect)
{
    return dialect.features().defaultKeyword ? "(DEFAULT)" : "(NULL)";
}

/// An expression whose value is computed while the row is made: it has no row to read from yet.
QByteArray insertedExpression(const Assignment &cell, Select &scope, Writer &writer)
{
    const Expression &e = *cell.expression;
    const BoundPtr bound = scope.bind(cell.expression);
    std::vector<BoundPtr> columns;
    columnsIn(bound, columns);
    for (const BoundPtr &column : columns)
        if (column->kind == BoundKind::Column)
            throw ValueError(
                u"Failed to insert expression \"%1\" on %2. F() expressions can only be used to update, not to insert."_s
                    .arg(expr::className(e), cell.field->model->name + u'.' + cell.field->name));
    if (bound->aggregate)
        throw FieldError(u"Aggregate functions are not allowed in this query (%1=%2)."_s.arg(
            cell.field->name, expr::className(e)));
    if (bound->window)
        throw FieldError(u"Window expressions are not allowed in this query (%1=%2)."_s.arg(
            cell.field->name, expr::className(e)));
    return writer.value(bound);
}

} // namespace

Value columnValue(const Field &field, const Value &value)
{
    if (value.isNull())
        return value;
    const FieldType type = field.valueType();
    if (type.kind == FieldKind::Json)
        return jsonValue(value);
    Value prepared = prepareValue(type, field.name, value);
    if (prepared.type() == Value::Type::Decimal && type.decimalPlaces >= 0)
        return Value(prepared.asDecimal().quantized(type.decimalPlaces));
    return prepared;
}

QByteArray insertText(const InsertRequest &shape, int rows, const Dialect &dialect)
{
    QByteArray text = insertHead(shape, dialect);
    int number = 0;
    for (int row = 0; row < rows; ++row) {
        text += row ? ", " : "";
        if (shape.fields.empty()) {
            text += defaultRow(dialect);
            continue;
        }
        for (std::size_t i = 0; i < shape.fields.size(); ++i)
            text += (i ? ", " : "(") + dialect.placeholder(++number);
        text += ')';
    }
    return text + insertTail(shape, dialect);
}

QByteArray bulkInsertText(const ModelInfo &model, const std::vector<const Field *> &fields,
                          const Dialect &dialect)
{
    if (dialect.features().copyFrom && !fields.empty())
        return "COPY " + tableName(model, dialect) + " (" + columnNames(fields, dialect) +
               ") FROM STDIN";
    InsertRequest request;
    request.model = &model;
    request.fields = fields;
    return insertText(request, 1, dialect);
}

CompiledQuery compileInsert(const InsertRequest &request, const Dialect &dialect)
{
    CompiledQuery out;
    Writer writer(dialect);
    std::optional<Select> scope; // only for expressions
    out.sql = insertHead(request, dialect);
    std::size_t cell = 0;
    for (int row = 0; row < request.rows; ++row) {
        out.sql += row ? ", " : "";
        if (request.fields.empty()) {
            out.sql += defaultRow(dialect);
            continue;
        }
        for (std::size_t i = 0; i < request.fields.size(); ++i, ++cell) {
            const Assignment &given = request.cells[cell];
            out.sql += i ? ", " : "(";
            if (given.expression) {
                if (!scope)
                    scope.emplace(request.model, nullptr);
                out.sql += insertedExpression(given, *scope, writer);
            } else {
                out.sql += writer.value(boundFixed(columnValue(*given.field, given.value)));
            }
        }
        out.sql += ')';
    }
    out.sql += insertTail(request, dialect);
    out.parameters = parametersOf(writer.binds);
    if (!request.returning.empty()) {
        auto types = std::make_shared<std::vector<ColumnType>>();
        for (const Field *field : request.returning)
            types->push_back(dialect.columnType(field->valueType(), true));
        out.columnTypes = std::move(types);
    }
    out.label = "INSERT " + request.model->name.toUtf8();
    return out;
}

} // namespace heddle
