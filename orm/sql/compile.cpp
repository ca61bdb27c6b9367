#include "orm/sql/compiledquery.h"
#include "orm/sql/writer.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace sql;

namespace {

QByteArray labelOf(const Query &query, Ask ask, const std::vector<NamedExpression> &aggregates)
{
    const QByteArray model = query.model()->name.toUtf8();
    switch (ask) {
    case Ask::Rows: return model;
    case Ask::Count: return model + " \xC2\xB7 COUNT(*)";
    case Ask::Exists: return model + " \xC2\xB7 EXISTS";
    case Ask::Aggregate: {
        QByteArray text = model + " \xC2\xB7 ";
        for (std::size_t i = 0; i < aggregates.size(); ++i) {
            const Expression &e = *aggregates[i].expression;
            text += (i ? ", " : "") + expr::className(e).toUpper().toUtf8();
            if (!e.args.empty() && e.args[0] && e.args[0]->kind == ExprKind::Ref)
                text += '(' + e.args[0]->name.toUtf8() + ')';
        }
        return text;
    }
    }
    return model;
}

NamedExpression countAll()
{
    return {u"__count"_s, expr::construct(u"Count"_s, {Operand(Value::text("*"))})};
}

} // namespace

CompiledQuery compile(const Query &query, Ask ask, const Dialect &dialect, const std::vector<NamedExpression> &aggregates)
{
    CompiledQuery out;
    auto shape = std::make_shared<ResultShape>();
    Select select(query);
    Writer writer(dialect);
    std::shared_ptr<Select> outer;
    Select *top = &select;
    const std::vector<NamedExpression> asked = ask == Ask::Count ? std::vector{countAll()} : aggregates;
    switch (ask) {
    case Ask::Rows: break;
    case Ask::Exists: select.prepareExists(); break;
    case Ask::Count:
    case Ask::Aggregate:
        outer = select.aggregation(asked);
        if (outer) {
            outer->inner = std::shared_ptr<Select>(std::shared_ptr<Select>(), &select); // lives as long as this function
            top = outer.get();
        }
        break;
    }
    Condition text;
    try {
        text = writer.select(*top, shape.get());
    } catch (const EmptyResultSet &) {
        text.outcome = Outcome::Empty;
    }
    if (ask != Ask::Rows)
        shape->kind = ResultKind::Values;
    out.empty = text.outcome == Outcome::Empty;
    out.sql = text.text;
    for (const Bind &bind : writer.binds)
        out.parameters.push_back(out.empty ? Value() : bindValue(bind, bind.literal ? *bind.literal : bind.fixed));
    auto types = std::make_shared<std::vector<ColumnType>>();
    const auto plain = [&](int column) {
        // A decimal column is quantized to its places; a computed decimal is as precise as it comes.
        return shape->types[std::size_t(column)].decimalPlaces >= 0;
    };
    for (std::size_t i = 0; i < shape->types.size(); ++i)
        types->push_back(dialect.columnType(shape->types[i], plain(int(i))));
    out.columnTypes = std::move(types);
    out.shape = std::move(shape);
    out.label = labelOf(query, ask, asked);
    return out;
}

} // namespace heddle
