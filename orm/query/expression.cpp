#include "orm/query/expression.h"

#include "orm/query/functions.h"
#include "orm/query/query.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

Operand::Operand(QPtr condition) : m(expr::condition(std::move(condition)))
{
}
Operand::Operand(const Query &query) : m(std::make_shared<const Query>(query))
{
}

QString Operand::toRepr() const
{
    if (isValue())
        return value().toRepr();
    if (const List *items = list()) {
        QStringList parts;
        for (const Operand &item : *items)
            parts << item.toRepr();
        return u'[' + parts.join(", "_L1) + u']';
    }
    if (const ExprPtr *e = expression())
        return (*e)->kind == ExprKind::Ref ? u"F(%1)"_s.arg((*e)->name)
                                           : expr::className(**e) + "(...)"_L1;
    if (const InstanceRef *row = instance())
        return u"<%1: %2>"_s.arg(row->model->name, row->display);
    if (query())
        return u"<QuerySet>"_s;
    return u"<field>"_s;
}

int Operand::depth() const
{
    if (const ExprPtr *e = expression())
        return (*e)->depth;
    if (const Query *q = query())
        return q->state().depth + 1;
    int deepest = 0;
    if (const List *items = list())
        for (const Operand &item : *items)
            deepest = std::max(deepest, item.depth());
    return deepest;
}

/// Fills in how deep a condition is nested. Throws RecursionError beyond what a database could
/// take.
static QPtr measured(std::shared_ptr<QNode> q)
{
    int deepest = 0;
    for (const QChild &child : q->children)
        deepest = std::max({deepest, child.node ? child.node->depth : 0,
                            child.expression ? child.expression->depth : 0, child.operand.depth()});
    q->depth = deepest + 1;
    if (q->depth > kMaximumDepth)
        throw RecursionError(
            u"A condition is nested more than %1 levels deep"_s.arg(kMaximumDepth));
    return q;
}

QPtr makeQ(std::vector<QChild> children, Connector connector, bool negated)
{
    auto q = std::make_shared<QNode>();
    q->connector = connector;
    q->negated = negated;
    q->children = std::move(children);
    return measured(std::move(q));
}

QPtr makeQ(QString path, Operand operand)
{
    auto q = std::make_shared<QNode>();
    q->children.reserve(1);
    q->children.push_back({std::move(path), std::move(operand), {}, {}});
    return measured(std::move(q));
}

QPtr combineQ(const QPtr &a, const QPtr &b, Connector connector)
{
    if (a->isEmpty())
        return b;
    if (b->isEmpty())
        return a;
    auto q = std::make_shared<QNode>();
    q->connector = connector;
    // A member with the same connector and no negation dissolves into its parent, as in Django: the
    // number of children decides which joins an OR promotes.
    for (const QPtr &side : {a, b}) {
        if (!side->negated && (side->connector == connector || side->children.size() == 1))
            q->children.insert(q->children.end(), side->children.begin(), side->children.end());
        else
            q->children.push_back({{}, {}, side, {}});
    }
    return measured(std::move(q));
}

QPtr negateQ(const QPtr &a)
{
    auto q = std::make_shared<QNode>();
    q->negated = true;
    if (a->children.size() == 1 && !a->negated) {
        q->children = a->children;
        q->connector = a->connector;
    } else {
        q->children.push_back({{}, {}, a, {}});
    }
    return measured(std::move(q));
}

namespace expr {

ExprPtr measured(std::shared_ptr<Expression> e)
{
    int deepest = e->condition ? e->condition->depth : 0;
    for (const auto *list : {&e->args, &e->partitionBy, &e->orderBy})
        for (const ExprPtr &item : *list)
            deepest = std::max(deepest, item ? item->depth : 0);
    for (const CaseWhen &when : e->whens)
        deepest = std::max({deepest, when.condition->depth, when.then->depth});
    if (e->query)
        deepest = std::max(deepest, e->query->state().depth);
    e->depth = deepest + 1;
    if (e->depth > kMaximumDepth)
        throw RecursionError(
            u"An expression is nested more than %1 levels deep"_s.arg(kMaximumDepth));
    return e;
}

static std::shared_ptr<Expression> make(ExprKind kind)
{
    auto e = std::make_shared<Expression>();
    e->kind = kind;
    return e;
}

ExprPtr literal(Value value, std::optional<FieldType> type)
{
    auto e = make(ExprKind::Literal);
    e->value = std::move(value);
    e->type = std::move(type);
    return measured(std::move(e));
}

ExprPtr ref(QString path)
{
    auto e = make(ExprKind::Ref);
    e->name = std::move(path);
    return measured(std::move(e));
}

ExprPtr outerRef(QString path)
{
    auto e = make(ExprKind::OuterRef);
    e->name = std::move(path);
    return measured(std::move(e));
}

ExprPtr combined(ExprPtr lhs, QString op, ExprPtr rhs)
{
    auto e = make(ExprKind::Combined);
    e->name = std::move(op);
    e->args = {std::move(lhs), std::move(rhs)};
    return measured(std::move(e));
}

ExprPtr orderBy(ExprPtr expression, bool descending, NullsOrder nulls)
{
    auto e = make(ExprKind::OrderBy);
    e->args = {std::move(expression)};
    e->descending = descending;
    e->nulls = nulls;
    return measured(std::move(e));
}

ExprPtr condition(QPtr q)
{
    auto e = make(ExprKind::Condition);
    e->condition = std::move(q);
    return measured(std::move(e));
}

ExprPtr subquery(const Query &query)
{
    auto e = make(ExprKind::Subquery);
    e->query = std::make_shared<const Query>(query);
    return measured(std::move(e));
}

ExprPtr exists(const Query &query, bool negated)
{
    auto e = make(ExprKind::Exists);
    e->query = std::make_shared<const Query>(query);
    e->negated = negated;
    return measured(std::move(e));
}

ExprPtr negated(const ExprPtr &expression)
{
    if (expression->kind == ExprKind::Exists) {
        auto e = std::make_shared<Expression>(*expression);
        e->negated = !e->negated;
        return measured(std::move(e));
    }
    auto e = make(ExprKind::Negated);
    e->args = {expression};
    return measured(std::move(e));
}

ExprPtr fromOperand(const Operand &operand, bool textIsPath)
{
    if (const ExprPtr *e = operand.expression())
        return *e;
    if (operand.query())
        return subquery(*operand.query());
    if (operand.isValue()) {
        if (textIsPath && operand.value().type() == Value::Type::Text)
            return ref(operand.value().asString());
        return literal(operand.value());
    }
    if (const InstanceRef *row = operand.instance())
        return literal(row->key.empty() ? Value() : row->key.front());
    throw TypeError(u"%1 cannot be used inside an expression"_s.arg(operand.toRepr()));
}

QString className(const Expression &e)
{
    switch (e.kind) {
    case ExprKind::Literal:
        return u"Value"_s;
    case ExprKind::Ref:
        return u"F"_s;
    case ExprKind::OuterRef:
        return u"OuterRef"_s;
    case ExprKind::Star:
        return u"Star"_s;
    case ExprKind::Combined:
        return u"CombinedExpression"_s;
    case ExprKind::Negated:
        return u"NegatedExpression"_s;
    case ExprKind::Function:
    case ExprKind::Aggregate:
        return e.name;
    case ExprKind::Window:
        return u"Window"_s;
    case ExprKind::When:
        return u"When"_s;
    case ExprKind::Case:
        return u"Case"_s;
    case ExprKind::Frame:
        return e.name;
    case ExprKind::Condition:
        return u"Q"_s;
    case ExprKind::Subquery:
        return u"Subquery"_s;
    case ExprKind::Exists:
        return u"Exists"_s;
    case ExprKind::Wrapper:
        return u"ExpressionWrapper"_s;
    case ExprKind::OrderBy:
        return u"OrderBy"_s;
    case ExprKind::FilteredRelation:
        return u"FilteredRelation"_s;
    }
    return {};
}

bool isConditional(const Expression &e)
{
    switch (e.kind) {
    case ExprKind::Exists:
    case ExprKind::Condition:
    case ExprKind::Negated:
        return true;
    case ExprKind::Literal:
        return (e.type && e.type->kind == FieldKind::Boolean) ||
               e.value.type() == Value::Type::Bool;
    case ExprKind::Ref:
        return true; // by its field: decided when it is resolved
    case ExprKind::Function:
    case ExprKind::Wrapper:
    case ExprKind::Case:
    case ExprKind::Subquery:
    case ExprKind::Aggregate:
    case ExprKind::Combined:
    case ExprKind::Window:
        return e.type && e.type->kind == FieldKind::Boolean;
    case ExprKind::OuterRef:
    case ExprKind::Star:
    case ExprKind::When:
    case ExprKind::Frame:
    case ExprKind::OrderBy:
    case ExprKind::FilteredRelation:
        return false;
    }
    return false;
}

static bool qContainsAggregate(const QNode &q)
{
    for (const QChild &c : q.children) {
        if (c.node && qContainsAggregate(*c.node))
            return true;
        if (c.expression && containsAggregate(*c.expression))
            return true;
        if (const ExprPtr *e = c.operand.expression(); e && containsAggregate(**e))
            return true;
    }
    return false;
}

bool containsAggregate(const Expression &e)
{
    if (e.kind == ExprKind::Aggregate)
        return true;
    if (e.kind == ExprKind::Window || e.kind == ExprKind::Subquery || e.kind == ExprKind::Exists)
        return false;
    for (const ExprPtr &a : e.args)
        if (a && containsAggregate(*a))
            return true;
    for (const CaseWhen &w : e.whens)
        if (containsAggregate(*w.then) || qContainsAggregate(*w.condition))
            return true;
    return e.condition && qContainsAggregate(*e.condition);
}

QString defaultAlias(const Expression &e)
{
    if (e.kind == ExprKind::Aggregate) {
        if (e.args.size() == 1 && e.args[0]->kind == ExprKind::Ref)
            return e.args[0]->name + "__"_L1 + e.name.toLower();
        throw TypeError(u"Complex annotations require an alias"_s);
    }
    throw AttributeError(u"'%1' object has no attribute 'default_alias'"_s.arg(className(e)),
                         u"give it a name: annotate(name=%1(...))"_s.arg(className(e)));
}

} // namespace expr
} // namespace heddle
