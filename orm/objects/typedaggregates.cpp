#include "orm/objects/typedaggregates.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

namespace {

TermData changed(const TermData &term, void (*change)(Expression &, const void *),
                 const void *with = nullptr)
{
    auto copy = std::make_shared<Expression>(*term.expression);
    change(*copy, with);
    return {{}, expr::measured(std::move(copy))};
}

} // namespace

TermData aggregateOf(const char *name, const TermData &argument)
{
    return {{}, expr::construct(QLatin1String(name), {Operand(argument.toExpression())})};
}

TermData countOfAll()
{
    return {{}, expr::construct(u"Count"_s, {Operand(Value(u"*"_s))})};
}

TermData distinctly(const TermData &aggregate)
{
    return changed(aggregate, [](Expression &e, const void *) { e.distinct = true; });
}

TermData filtered(const TermData &aggregate, const ConditionData &condition)
{
    return changed(
        aggregate,
        [](Expression &e, const void *with) { e.condition = *static_cast<const QPtr *>(with); },
        &condition.q);
}

TermData otherwise(const TermData &aggregate, Value value)
{
    return changed(
        aggregate,
        [](Expression &e, const void *with) {
            e.defaultValue = expr::literal(*static_cast<const Value *>(with));
        },
        &value);
}

std::vector<NamedExpression> namedAggregates(std::initializer_list<TermData> terms)
{
    std::vector<NamedExpression> out;
    for (const TermData &term : terms)
        out.push_back({u"aggregate_%1"_s.arg(out.size()), term.toExpression()});
    return out;
}

} // namespace heddle::detail
