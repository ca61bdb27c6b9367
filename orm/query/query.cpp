#include "orm/query/query.h"

#include "orm/query/check.h"
#include "orm/query/node.h"
#include "orm/query/refusals.h"

#include <QSet>
#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace detail;

Query::Query(ModelRegistryPtr registry, const ModelInfo *model)
    : m_registry(std::move(registry)), m_model(model)
{
}

const QueryState &Query::state() const
{
    static const QueryState fresh;
    return m_last ? m_last->state : fresh;
}

std::vector<const Step *> Query::steps() const
{
    std::vector<const Step *> out(static_cast<std::size_t>(stepCount()));
    std::size_t i = out.size();
    for (const Node *n = m_last.get(); n; n = n->previous.get())
        out[--i] = &n->step;
    return out;
}

Query Query::prefix(int count) const
{
    Query out = *this;
    while (out.m_last && out.m_last->count > count)
        out.m_last = out.m_last->previous;
    return out;
}

int Query::stepCount() const
{
    return m_last ? m_last->count : 0;
}

const std::vector<Annotation> &Query::annotations() const
{
    static const std::vector<Annotation> none;
    return m_last && m_last->annotations ? *m_last->annotations : none;
}

const Annotation *Query::annotation(const QString &name) const
{
    for (const Annotation &a : annotations())
        if (a.name == name && a.expression->kind != ExprKind::FilteredRelation)
            return &a;
    return nullptr;
}

const Annotation *Query::filteredRelation(const QString &name) const
{
    for (const Annotation &a : annotations())
        if (a.name == name && a.expression->kind == ExprKind::FilteredRelation)
            return &a;
    return nullptr;
}

const QStringList &Query::valueNames() const
{
    static const QStringList none;
    return m_last && m_last->valueNames ? *m_last->valueNames : none;
}

Query Query::with(Step step, QueryState state) const
{
    auto node = std::make_shared<Node>();
    node->step = std::move(step);
    node->state = state;
    int depth = node->step.condition ? node->step.condition->depth : 0;
    for (const NamedExpression &item : node->step.expressions)
        depth = std::max(depth, item.expression->depth);
    for (const Query &other : node->step.others)
        depth = std::max(depth, other.state().depth + 1);
    if (depth > kMaximumDepth)
        throw RecursionError(u"A queryset is nested more than %1 levels deep"_s.arg(kMaximumDepth));
    node->state.depth = std::max(state.depth, depth);
    if (m_last) {
        node->annotations = m_last->annotations;
        node->valueNames = m_last->valueNames;
        node->count = m_last->count + 1;
        node->previous = m_last;
    }
    Query next;
    next.m_registry = m_registry;
    next.m_model = m_model;
    next.m_last = std::move(node);
    next.m_row = m_row;
    return next;
}

static Step conditionStep(StepKind kind, QPtr condition)
{
    Step step;
    step.kind = kind;
    step.condition = std::move(condition);
    return step;
}

Query Query::filter(QPtr condition) const
{
    refuseCombined(*this, "filter");
    if (condition->isEmpty())
        return *this;
    refuseSliced(*this, "Cannot filter a query once a slice has been taken.");
    checkCondition(*this, *condition);
    return with(conditionStep(StepKind::Filter, std::move(condition)), state());
}

Query Query::exclude(QPtr condition) const
{
    refuseCombined(*this, "exclude");
    if (condition->isEmpty())
        return *this;
    refuseSliced(*this, "Cannot filter a query once a slice has been taken.");
    checkCondition(*this, *condition);
    return with(conditionStep(StepKind::Exclude, std::move(condition)), state());
}

ExprPtr orderingFromText(const QString &text)
{
    if (text == "?"_L1)
        return expr::construct(u"Random"_s, {});
    const bool descending = text.startsWith(u'-');
    return expr::orderBy(
        expr::ref(text.startsWith(u'-') || text.startsWith(u'+') ? text.mid(1) : text), descending);
}

Query Query::orderBy(const QStringList &names) const
{
    std::vector<ExprPtr> expressions;
    for (const QString &name : names)
        expressions.push_back(orderingFromText(name));
    return orderBy(std::move(expressions));
}

static void checkOrdering(const Query &query, const Expression &e)
{
    const Expression *inner = &e;
    if (e.kind == ExprKind::OrderBy)
        inner = e.args[0].get();
    if (inner->kind != ExprKind::Ref) {
        if (expr::containsAggregate(*inner))
            throw FieldError(
                u"Using an aggregate in order_by() without also including it in annotate() is not allowed: %1"_s
                    .arg(expr::toRepr(e)));
        checkExpression(query, *inner);
        return;
    }
    if (query.annotation(inner->name) || query.state().combined)
        return;
    resolvePath(&query, query.model(), splitPath(inner->name));
}

Query Query::orderBy(std::vector<ExprPtr> expressions) const
{
    refuseSliced(*this, "Cannot reorder a query once a slice has been taken.");
    for (const ExprPtr &e : expressions)
        checkOrdering(*this, *e);
    Step step;
    step.kind = StepKind::OrderBy;
    QueryState next = state();
    next.ordered = !expressions.empty();
    for (ExprPtr &e : expressions)
        step.expressions.push_back({{}, std::move(e)});
    return with(std::move(step), next);
}

Query Query::reverse() const
{
    refuseSliced(*this, "Cannot reverse a query once a slice has been taken.");
    Step step;
    step.kind = StepKind::Reverse;
    return with(std::move(step), state());
}

Query Query::distinct(const QStringList &fields) const
{
    refuseCombined(*this, "distinct");
    refuseSliced(*this, "Cannot create distinct fields once a slice has been taken.");
    for (const QString &name : fields)
        if (!annotation(name))
            resolvePath(this, m_model, splitPath(name));
    Step step;
    step.kind = StepKind::Distinct;
    step.names = fields;
    QueryState next = state();
    next.distinct = true;
    next.distinctFields = !fields.isEmpty();
    return with(std::move(step), next);
}

Query Query::slice(qint64 low, std::optional<qint64> high) const
{
    if (low < 0 || (high && *high < 0))
        throw ValueError(u"Negative indexing is not supported."_s);
    QueryState next = state();
    if (high)
        next.high = next.high ? std::min(*next.high, next.low + *high) : next.low + *high;
    next.low = next.high ? std::min(*next.high, next.low + low) : next.low + low;
    if (next.high && next.low == *next.high)
        next.empty = true;
    Step step;
    step.kind = StepKind::Slice;
    step.low = low;
    step.high = high;
    return with(std::move(step), next);
}

Query Query::withoutSlice() const
{
    QueryState next = state();
    next.low = 0;
    next.high.reset();
    Step step;
    step.kind = StepKind::Slice;
    step.flag = true;
    return with(std::move(step), next);
}

std::vector<ExprPtr> Query::ordering() const
{
    std::vector<ExprPtr> order;
    bool standard = true;
    for (const Step *step : steps()) {
        if (step->kind == StepKind::Reverse)
            standard = !standard;
        if (step->kind != StepKind::OrderBy)
            continue;
        order.clear();
        for (const NamedExpression &item : step->expressions)
            order.push_back(item.expression);
    }
    if (standard)
        return order;
    for (ExprPtr &e : order) {
        const bool isOrder = e->kind == ExprKind::OrderBy;
        const NullsOrder nulls = isOrder ? e->nulls : NullsOrder::Default;
        e = expr::orderBy(isOrder ? e->args[0] : e, !(isOrder && e->descending),
                          nulls == NullsOrder::First  ? NullsOrder::Last
                          : nulls == NullsOrder::Last ? NullsOrder::First
                                                      : nulls);
    }
    return order;
}

/// only() and defer() take field paths over forward relations.
static void checkDeferNames(const Query &query, const QStringList &names)
{
    for (const QString &name : names) {
        const ModelInfo *model = query.model();
        if (query.annotation(name))
            continue;
        const QStringList parts = splitPath(name);
        for (int i = 0; i < parts.size(); ++i) {
            const Field *field = parts[i] == "pk"_L1 ? model->primaryKey() : model->field(parts[i]);
            const Relation *relation = field ? nullptr : model->relationByQueryName(parts[i]);
            if (!field && !(relation && relation->kind == RelationKind::ReverseOneToOne))
                throw FieldDoesNotExist(u"%1 has no field named '%2'"_s.arg(model->name, parts[i]));
            if (i + 1 < parts.size()) {
                const ModelInfo *next = field ? field->target : relation->target;
                if (!next)
                    throw FieldDoesNotExist(u"%1 has no field named '%2'"_s.arg(
                        model->name, parts.mid(i).join("__"_L1)));
                model = next;
            }
        }
    }
}

Query Query::only(const QStringList &fields) const
{
    refuseCombined(*this, "only");
    refuseValues(*this, "only");
    checkDeferNames(*this, fields);
    Step step;
    step.kind = StepKind::Only;
    step.names = fields;
    return with(std::move(step), state());
}

Query Query::defer(const QStringList &fields) const
{
    refuseCombined(*this, "defer");
    refuseValues(*this, "defer");
    checkDeferNames(*this, fields);
    Step step;
    step.kind = StepKind::Defer;
    step.names = fields;
    return with(std::move(step), state());
}

Query Query::deferNone() const
{
    refuseCombined(*this, "defer");
    refuseValues(*this, "defer");
    Step step;
    step.kind = StepKind::Defer;
    step.flag = true;
    return with(std::move(step), state());
}

Query Query::selectRelated(const QStringList &relations) const
{
    refuseCombined(*this, "select_related");
    refuseValues(*this, "select_related");
    Step step;
    step.kind = StepKind::SelectRelated;
    step.names = relations;
    QueryState next = state();
    next.selectRelated = true;
    return with(std::move(step), next);
}

Query Query::selectRelatedNone() const
{
    refuseCombined(*this, "select_related");
    refuseValues(*this, "select_related");
    Step step;
    step.kind = StepKind::SelectRelated;
    step.flag = true;
    QueryState next = state();
    next.selectRelated = false;
    return with(std::move(step), next);
}

Query Query::prefetchRelated(std::vector<PrefetchSpec> prefetches) const
{
    refuseCombined(*this, "prefetch_related");
    Step step;
    step.kind = StepKind::PrefetchRelated;
    step.prefetches = std::move(prefetches);
    return with(std::move(step), state());
}

Query Query::prefetchRelatedNone() const
{
    Step step;
    step.kind = StepKind::PrefetchRelated;
    step.flag = true;
    return with(std::move(step), state());
}

Query Query::none() const
{
    Step step;
    step.kind = StepKind::None;
    QueryState next = state();
    next.empty = true;
    return with(std::move(step), next);
}

Query Query::combine(Combinator combinator, const std::vector<Query> &others) const
{
    Step step;
    step.kind = StepKind::Combine;
    step.combinator = combinator;
    step.others = others;
    QueryState next = state();
    next.combined = true;
    next.ordered = false;
    next.low = 0;
    next.high.reset();
    next.empty = false;
    return with(std::move(step), next);
}

Query Query::selectForUpdate(bool nowait, bool skipLocked, const QStringList &of, bool noKey) const
{
    refuseCombined(*this, "select_for_update");
    if (nowait && skipLocked)
        throw ValueError(u"The nowait option cannot be used with skip_locked."_s);
    Step step;
    step.kind = StepKind::SelectForUpdate;
    step.nowait = nowait;
    step.skipLocked = skipLocked;
    step.lockOf = of;
    step.noKey = noKey;
    return with(std::move(step), state());
}

Query Query::loadMode(heddle::LoadMode mode) const
{
    Step step;
    step.kind = StepKind::LoadMode;
    step.loadMode = mode;
    QueryState next = state();
    next.loadMode = mode;
    return with(std::move(step), next);
}

/// What may be filtered: a sliced query as the rows whose keys it has.
static Query filterable(const Query &query)
{
    if (!query.state().sliced())
        return query;
    const Query keys = query.values({{{}, expr::ref(u"pk"_s)}});
    return Query(query.registry(), query.model())
        .filter(makeQ({{u"pk__in"_s, Operand(keys), {}, {}}}));
}

Query Query::merged(const Query &other, Connector connector) const
{
    const QLatin1String sign = connector == Connector::And  ? "&"_L1
                               : connector == Connector::Or ? "|"_L1
                                                            : "^"_L1;
    if (state().combined || other.state().combined)
        throw TypeError(u"Cannot use %1 operator with combined queryset."_s.arg(sign));
    if (isValues(state().result) &&
        QSet<QString>(valueNames().begin(), valueNames().end()) !=
            QSet<QString>(other.valueNames().begin(), other.valueNames().end()))
        throw TypeError(u"Merging 'QuerySet' classes must involve the same values in each case."_s);
    if (other.state().empty)
        return connector == Connector::And ? other : *this;
    if (state().empty)
        return connector == Connector::And ? *this : other;
    const bool conjunction = connector == Connector::And;
    const Query left = conjunction ? *this : filterable(*this);
    const Query right = conjunction ? other : filterable(other);
    if (right.m_model != m_model)
        throw TypeError(u"Cannot combine queries on two different base models."_s);
    if (left.state().sliced() || right.state().sliced())
        throw TypeError(u"Cannot combine queries once a slice has been taken."_s);
    if (left.state().distinct != right.state().distinct)
        throw TypeError(u"Cannot combine a unique query with a non-unique query."_s);
    Step step;
    step.kind = StepKind::Merge;
    step.connector = connector;
    QueryState next = left.state();
    next.ordered = next.ordered || right.state().ordered;
    step.others = {right};
    return left.with(std::move(step), next);
}

} // namespace heddle
