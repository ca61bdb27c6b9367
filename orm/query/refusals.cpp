#include "orm/query/refusals.h"

#include "orm/query/node.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

static const char *combinatorName(const Query &query)
{
    for (const Query::Node *n = query.last().get(); n; n = n->previous.get()) {
        if (n->step.kind == StepKind::Combine) {
            switch (n->step.combinator) {
            case Combinator::Union:
            case Combinator::UnionAll:
                return "union";
            case Combinator::Intersection:
                return "intersection";
            case Combinator::Difference:
                return "difference";
            }
        }
    }
    return "union";
}

void refuseCombined(const Query &query, const char *method)
{
    if (query.state().combined)
        throw NotSupportedError(u"Calling QuerySet.%1() after %2() is not supported."_s.arg(
            QLatin1String(method), QLatin1String(combinatorName(query))));
}

void refuseSliced(const Query &query, const char *message)
{
    if (query.state().sliced())
        throw TypeError(QLatin1String(message));
}

bool isValues(ResultKind kind)
{
    return kind != ResultKind::Rows;
}

void refuseValues(const Query &query, const char *method)
{
    if (isValues(query.state().result))
        throw TypeError(
            u"Cannot call %1() after .values() or .values_list()"_s.arg(QLatin1String(method)));
}

} // namespace heddle::detail
