#include "orm/sql/compilecache.h"
#include "orm/sql/compiledquery.h"
#include "orm/sql/writer.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace sql;

namespace {

QByteArray labelOf(const Query &query, Ask ask, const std::vector<NamedExpression> &aggregates)
{
    const QByteArray model = query.model()->name.toUtf8();
    switch (ask) {
    case Ask::Rows:
    case Ask::One:
        return model;
    case Ask::Count:
        return model + " \xC2\xB7 COUNT(*)";
    case Ask::Exists:
        return model + " \xC2\xB7 EXISTS";
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

/// One more than Django counts up to in its message.
constexpr qint64 kMostOfOne = 21;

Query asOne(const Query &query)
{
    const QueryState &state = query.state();
    const bool orderCounts = !state.ordered || state.sliced() || state.distinctFields;
    const Query wanted = orderCounts ? query : query.orderBy(QStringList());
    return !state.high || *state.high - state.low > kMostOfOne ? wanted.slice(0, kMostOfOne)
                                                               : wanted;
}

NamedExpression countAll()
{
    return {u"__count"_s, expr::construct(u"Count"_s, {Operand(Value::text("*"))})};
}

/// The text and the binds as the writer left them; `cacheable`: other literals of the same types
/// give the same text.
struct Written {
    CompiledQuery query;
    std::vector<Bind> binds;
    bool cacheable = true;
};

Written write(const Query &query, Ask ask, const Dialect &dialect,
              const std::vector<NamedExpression> &aggregates)
{
    Written out;
    auto shape = std::make_shared<ResultShape>();
    const Query wanted = ask == Ask::One ? asOne(query) : query;
    Select select(wanted);
    Writer writer(dialect);
    std::shared_ptr<Select> outer;
    Select *top = &select;
    const std::vector<NamedExpression> asked =
        ask == Ask::Count ? std::vector{countAll()} : aggregates;
    switch (ask) {
    case Ask::Rows:
    case Ask::One:
        break;
    case Ask::Exists:
        select.prepareExists();
        break;
    case Ask::Count:
    case Ask::Aggregate:
        outer = select.aggregation(asked);
        if (outer) {
            outer->inner = std::shared_ptr<Select>(std::shared_ptr<Select>(),
                                                   &select); // lives as long as this function
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
    if (ask != Ask::Rows && ask != Ask::One)
        shape->kind = ResultKind::Values;
    out.query.empty = text.outcome == Outcome::Empty;
    out.query.sql = text.text;
    auto types = std::make_shared<std::vector<ColumnType>>();
    for (const FieldType &type : shape->types) {
        // A decimal column is quantized to its places; a computed decimal is as precise as it
        // comes.
        types->push_back(dialect.columnType(type, type.decimalPlaces >= 0));
    }
    out.query.columnTypes = std::move(types);
    out.query.shape = std::move(shape);
    out.query.label = labelOf(query, ask, asked);
    if (!out.query.empty)
        out.binds = std::move(writer.binds);
    out.cacheable = writer.cacheable;
    return out;
}

} // namespace

CompiledQuery compile(const Query &query, Ask ask, const Dialect &dialect,
                      const std::vector<NamedExpression> &aggregates)
{
    Written written = write(query, ask, dialect, aggregates);
    written.query.parameters.reserve(written.binds.size());
    for (const Bind &bind : written.binds)
        written.query.parameters.push_back(
            bindValue(bind, bind.literal ? *bind.literal : bind.fixed));
    return std::move(written.query);
}

CompiledQuery compile(const Query &query, Ask ask, const Dialect &dialect,
                      const std::vector<NamedExpression> &aggregates, CompileCache &cache)
{
    ShapeKey key;
    shapeOf(query, ask, aggregates, key);
    std::shared_ptr<const CompiledShape> shape = key.cacheable ? cache.find(key.key()) : nullptr;
    if (!shape) {
        Written written = write(query, ask, dialect, aggregates);
        auto made = std::make_shared<CompiledShape>();
        made->query = std::move(written.query);
        // An expression used twice has one address for two places; another query of this shape may
        // have two literals there.
        std::vector<const Value *> places(key.literals.begin(), key.literals.end());
        std::sort(places.begin(), places.end());
        const bool unique = std::adjacent_find(places.begin(), places.end()) == places.end();
        bool complete = key.cacheable && written.cacheable && unique;
        for (Bind &bind : written.binds) {
            CompiledShape::Slot slot;
            if (bind.literal) {
                for (qsizetype i = 0; i < key.literals.size() && slot.literal < 0; ++i)
                    if (key.literals[i] == bind.literal)
                        slot.literal = int(i);
                complete = complete && slot.literal >= 0;
                if (slot.literal < 0)
                    bind.fixed =
                        *bind.literal; // a literal that the key does not see: used once, never kept
                bind.literal = nullptr;
            }
            slot.bind = std::move(bind);
            made->slots.push_back(std::move(slot));
        }
        if (complete)
            cache.insert(key.key(), made);
        shape = std::move(made);
    }
    CompiledQuery out = shape->query;
    out.parameters.reserve(shape->slots.size());
    for (const CompiledShape::Slot &slot : shape->slots)
        out.parameters.push_back(bindValue(
            slot.bind, slot.literal >= 0 ? *key.literals[slot.literal] : slot.bind.fixed));
    return out;
}

} // namespace heddle
