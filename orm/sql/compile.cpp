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

/// Names for people: the relation behind a join, as the model that it starts at knows it.
QString nameOf(const Join &join)
{
    for (const auto &relation : join.hop.from->relations()) {
        const bool isLink = relation->kind == RelationKind::ManyToMany &&
                            relation->sourceField == join.hop.foreignKey;
        if (relation->field == join.hop.foreignKey || isLink)
            return relation->accessor;
    }
    return join.model->name;
}

bool isAbove(const std::vector<Join> &joins, int above, int alias)
{
    for (int i = alias; i >= 0; i = joins[std::size_t(i)].parent)
        if (i == above)
            return true;
    return false;
}

/// The fewest to-many steps of the paths that a sum or count takes its rows by; nothing if it has
/// none, or does not mind repeated rows as MIN, MAX and DISTINCT do not.
std::optional<int> stepsCounted(const Query &query, const Expression &e, bool counted = false)
{
    if (e.kind == ExprKind::Aggregate) {
        counted =
            !e.distinct && (e.name == "Count"_L1 || e.name == "Sum"_L1 || e.name == "Avg"_L1 ||
                            e.name == "StdDev"_L1 || e.name == "Variance"_L1);
    }
    if (e.kind == ExprKind::Ref && counted && !query.annotation(e.name)) {
        const FieldPath path = resolvePath(&query, query.model(), splitPath(e.name));
        return int(std::count_if(path.hops.begin(), path.hops.end(),
                                 [](const Hop &hop) { return hop.many; }));
    }
    std::optional<int> fewest;
    for (const ExprPtr &arg : e.args)
        if (const auto steps = arg ? stepsCounted(query, *arg, counted) : std::nullopt)
            fewest = fewest ? std::min(*fewest, *steps) : *steps;
    return fewest;
}

/// See ResultShape::multiplied.
void findMultiplied(const Select &select, const std::vector<NamedExpression> &aggregates,
                    ResultShape &shape)
{
    const std::vector<Join> &joins = select.joins();
    std::vector<int> many;
    for (const int alias : select.usedAliases())
        if (joins[std::size_t(alias)].type != JoinType::Base && joins[std::size_t(alias)].hop.many)
            many.push_back(alias);
    if (many.size() < 2)
        return;
    const auto look = [&](const QString &name, const ExprPtr &expression) {
        const auto steps = stepsCounted(select.query(), *expression);
        if (steps && std::size_t(*steps) < many.size())
            shape.multipliedAggregates << name;
    };
    for (const Annotation &annotation : select.query().annotations())
        look(annotation.name, annotation.expression);
    for (const NamedExpression &aggregate : aggregates)
        look(aggregate.name, aggregate.expression);
    for (const int alias : many) {
        const bool beside = std::any_of(many.begin(), many.end(), [&](int other) {
            return !isAbove(joins, other, alias) && !isAbove(joins, alias, other);
        });
        if (beside || !shape.multipliedAggregates.isEmpty())
            shape.multiplied << nameOf(joins[std::size_t(alias)]);
    }
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
    findMultiplied(select, ask == Ask::Aggregate ? asked : std::vector<NamedExpression>(), *shape);
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
