#include "orm/sql/writewriter.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace sql {

QByteArray tableName(const ModelInfo &model, const Dialect &dialect)
{
    return (model.schema.isEmpty() ? QByteArray() : dialect.quoted(model.schema) + '.') +
           dialect.quoted(model.table);
}

ValueList parametersOf(const std::vector<Bind> &binds)
{
    ValueList out;
    out.reserve(binds.size());
    for (const Bind &bind : binds)
        out.push_back(bindValue(bind, bind.literal ? *bind.literal : bind.fixed));
    return out;
}

namespace {

/// The primary keys of a queryset as the right-hand side of pk__in, whatever it selects.
Query keysOf(const Query &query)
{
    const Query plain = query.state().ordered ? query.orderBy(QStringList()) : query;
    if (plain.state().result == ResultKind::Rows)
        return plain;
    return plain.values({NamedExpression{{}, expr::ref(u"pk"_s)}});
}

} // namespace

std::shared_ptr<Select> targetRows(const Query &query)
{
    auto rows = std::make_shared<Select>(query);
    const bool alone = rows->usedAliases().size() <= 1 && rows->combined.empty() &&
                       !(rows->where && (rows->where->aggregate || rows->where->window));
    if (alone || rows->empty)
        return rows;
    const Query outer = Query(query.registry(), query.model())
                            .filter(makeQ({{u"pk__in"_s, Operand(keysOf(query)), {}, {}}}));
    return std::make_shared<Select>(outer);
}

std::optional<QByteArray> whereClause(Writer &writer, Select &rows)
{
    if (rows.empty)
        return {};
    if (!rows.where)
        return QByteArray();
    try {
        const Condition where = writer.condition(rows.where);
        switch (where.outcome) {
        case Outcome::Empty:
            return {};
        case Outcome::Full:
            return QByteArray();
        case Outcome::Text:
            return " WHERE " + where.text;
        }
    } catch (const EmptyResultSet &) {
    }
    return {};
}

} // namespace sql

using namespace sql;

namespace {

/// The right-hand side of one SET: bound in the queryset's own table, since an UPDATE reads no
/// other.
BoundPtr assignedExpression(const Assignment &assignment, Select &rows)
{
    const Expression &e = *assignment.expression;
    const BoundPtr bound = rows.bind(assignment.expression);
    std::vector<BoundPtr> columns;
    columnsIn(bound, columns);
    for (const BoundPtr &column : columns)
        if (column->kind == BoundKind::Column && column->select == &rows && column->alias != 0)
            throw FieldError(u"Joined field references are not permitted in this query"_s);
    if (bound->aggregate)
        throw FieldError(u"Aggregate functions are not allowed in this query (%1=%2)."_s.arg(
            assignment.field->name, expr::className(e)));
    if (bound->window)
        throw FieldError(u"Window expressions are not allowed in this query (%1=%2)."_s.arg(
            assignment.field->name, expr::className(e)));
    return bound;
}

/// F("total") may name an annotation: in an UPDATE it stands for the expression behind it.
Query withAnnotations(const Query &query)
{
    Query out(query.registry(), query.model());
    for (const Annotation &annotation : query.annotations())
        out = out.alias({NamedExpression{annotation.name, annotation.expression}});
    return out;
}

} // namespace

CompiledQuery compileUpdate(const Query &query, const std::vector<Assignment> &assignments,
                            const Dialect &dialect)
{
    CompiledQuery out;
    out.label = "UPDATE " + query.model()->name.toUtf8();
    const std::shared_ptr<Select> rows = targetRows(query);
    // The values are bound first: what is wrong with them is said even if no row matches.
    Select values(withAnnotations(query));
    std::vector<BoundPtr> bound;
    for (const Assignment &assignment : assignments)
        bound.push_back(assignment.expression ? assignedExpression(assignment, values) : nullptr);
    values.nameTables();
    rows->nameTables();

    Writer writer(dialect);
    QByteArray set;
    for (std::size_t i = 0; i < assignments.size(); ++i) {
        const Assignment &assignment = assignments[i];
        set += (set.isEmpty() ? " SET " : ", ") + dialect.quoted(assignment.field->column) + " = ";
        if (bound[i]) {
            set += writer.value(bound[i]);
            continue;
        }
        const Value value = columnValue(*assignment.field, assignment.value);
        set += value.isNull() ? QByteArray("NULL") : writer.value(boundFixed(value));
    }
    const std::optional<QByteArray> where = whereClause(writer, *rows);
    if (!where || assignments.empty()) {
        out.empty = true;
        return out;
    }
    out.sql = "UPDATE " + tableName(*query.model(), dialect) + set + *where;
    out.parameters = parametersOf(writer.binds);
    return out;
}

CompiledQuery compileDelete(const Query &query, const Dialect &dialect)
{
    CompiledQuery out;
    out.label = "DELETE " + query.model()->name.toUtf8();
    const std::shared_ptr<Select> rows = targetRows(query);
    rows->nameTables();
    Writer writer(dialect);
    const std::optional<QByteArray> where = whereClause(writer, *rows);
    if (!where) {
        out.empty = true;
        return out;
    }
    out.sql = "DELETE FROM " + tableName(*query.model(), dialect) + *where;
    out.parameters = parametersOf(writer.binds);
    return out;
}

} // namespace heddle
