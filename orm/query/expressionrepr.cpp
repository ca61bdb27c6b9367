#include "orm/query/expression.h"

// Expressions as Django's repr() and str() show them in messages: Count(F(track), distinct=True).

namespace heddle::expr {

using namespace Qt::Literals::StringLiterals;

static QString toText(const Expression &e);

static QString call(const QString &name, const QStringList &args)
{
    return name + u'(' + args.join(", "_L1) + u')';
}

static QStringList texts(const std::vector<ExprPtr> &items)
{
    QStringList out;
    for (const ExprPtr &item : items)
        if (item)
            out << toText(*item);
    return out;
}

static QString conditionText(const QNode &q)
{
    QStringList parts;
    for (const QChild &child : q.children)
        parts << (child.node         ? conditionText(*child.node)
                  : child.expression ? toText(*child.expression)
                                     : u"('%1', %2)"_s.arg(child.path, child.operand.toRepr()));
    static const char *const connectors[] = {"AND", "OR", "XOR"};
    const QString text =
        u"(%1: %2)"_s.arg(QLatin1String(connectors[int(q.connector)]), parts.join(", "_L1));
    return q.negated ? u"(NOT %1)"_s.arg(text) : text;
}

static QString caseText(const Expression &e)
{
    QStringList parts;
    for (const CaseWhen &when : e.whens)
        parts << u"WHEN %1 THEN %2"_s.arg(conditionText(*when.condition), toText(*when.then));
    return u"CASE %1, ELSE %2"_s.arg(parts.join(", "_L1),
                                     e.args[0] ? toText(*e.args[0]) : u"Value(None)"_s);
}

QString toRepr(const Expression &e)
{
    switch (e.kind) {
    case ExprKind::Combined:
        return u"<CombinedExpression: %1>"_s.arg(toText(e));
    case ExprKind::Case:
        return u"<Case: %1>"_s.arg(toText(e));
    case ExprKind::Condition:
        return u"<Q: %1>"_s.arg(conditionText(*e.condition));
    case ExprKind::Literal:
    case ExprKind::Ref:
    case ExprKind::OuterRef:
    case ExprKind::Star:
    case ExprKind::Negated:
    case ExprKind::Function:
    case ExprKind::Aggregate:
    case ExprKind::Window:
    case ExprKind::When:
    case ExprKind::Frame:
    case ExprKind::Subquery:
    case ExprKind::Exists:
    case ExprKind::Wrapper:
    case ExprKind::OrderBy:
    case ExprKind::FilteredRelation:
        break;
    }
    return toText(e);
}

static QString toText(const Expression &e)
{
    switch (e.kind) {
    case ExprKind::Literal:
        return u"Value(%1)"_s.arg(e.value.toRepr());
    case ExprKind::Ref:
    case ExprKind::OuterRef:
        return call(className(e), {e.name});
    case ExprKind::Star:
        return u"'*'"_s;
    case ExprKind::Combined:
        return u"%1 %2 %3"_s.arg(toText(*e.args[0]), e.name == "%"_L1 ? u"%%"_s : e.name,
                                 toText(*e.args[1]));
    case ExprKind::Aggregate: {
        QStringList args = texts(e.args);
        if (e.distinct)
            args << u"distinct=True"_s;
        if (e.condition)
            args << u"filter="_s + conditionText(*e.condition);
        return call(e.name, args);
    }
    case ExprKind::OrderBy:
        return call(u"OrderBy"_s, {toText(*e.args[0]),
                                   e.descending ? u"descending=True"_s : u"descending=False"_s});
    case ExprKind::Case:
        return caseText(e);
    case ExprKind::Condition:
        return conditionText(*e.condition);
    case ExprKind::Function:
    case ExprKind::Negated:
    case ExprKind::Window:
    case ExprKind::When:
    case ExprKind::Frame:
    case ExprKind::Subquery:
    case ExprKind::Exists:
    case ExprKind::Wrapper:
    case ExprKind::FilteredRelation:
        break;
    }
    return call(className(e), texts(e.args));
}

} // namespace heddle::expr
