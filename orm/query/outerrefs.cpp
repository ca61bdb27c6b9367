#include "orm/query/check.h"

// OuterRef() names fields of the query around: they are known as soon as the subquery stands in it.

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

class OuterRefs {
public:
    explicit OuterRefs(const Query &outer) : m_outer(outer) {}

    void check(const Query &inner)
    {
        for (const Step *step : inner.steps()) {
            if (step->condition)
                check(*step->condition);
            for (const NamedExpression &item : step->expressions)
                check(*item.expression);
            for (const Query &other : step->others)
                check(other);
        }
    }

private:
    void check(const QNode &q)
    {
        for (const QChild &child : q.children) {
            if (child.node)
                check(*child.node);
            if (child.expression)
                check(*child.expression);
            check(child.operand);
        }
    }
    void check(const Operand &operand)
    {
        if (const ExprPtr *e = operand.expression())
            check(**e);
        if (const Operand::List *items = operand.list())
            for (const Operand &item : *items)
                check(item);
    }
    void check(const Expression &e)
    {
        if (e.kind == ExprKind::OuterRef) {
            // One more level out is the next query's affair.
            if (e.args.empty())
                checkExpression(m_outer, *expr::ref(e.name));
            return;
        }
        if (e.kind == ExprKind::Subquery || e.kind == ExprKind::Exists)
            return; // its references mean the subquery; that was checked when it was built
        for (const auto *list : {&e.args, &e.partitionBy, &e.orderBy})
            for (const ExprPtr &item : *list)
                if (item)
                    check(*item);
        for (const CaseWhen &when : e.whens) {
            check(*when.condition);
            check(*when.then);
        }
        if (e.condition)
            check(*e.condition);
    }

    const Query &m_outer;
};

} // namespace

void checkOuterRefs(const Query &outer, const Query &inner)
{
    OuterRefs(outer).check(inner);
}

} // namespace heddle
