#include "orm/objects/typedcases.h"

#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

TermData caseOf(const std::vector<std::pair<ConditionData, TermData>> &branches)
{
    std::vector<Operand> operands;
    for (const auto &[condition, value] : branches) {
        if (!condition.aliases.empty())
            throw TypeError(u"A branch of a case asks for a computed value: give it a name with "
                            "alias() and ask for ref<T>(name)."_s);
        operands.emplace_back(expr::construct(u"When"_s, {Operand(condition.q)},
                                              {{u"then"_s, Operand(value.toExpression())}}));
    }
    return {{}, expr::construct(u"Case"_s, operands)};
}

TermData withDefault(const TermData &branches, const TermData &value)
{
    auto copy = std::make_shared<Expression>(*branches.expression);
    copy->args = {value.toExpression()};
    return {{}, expr::measured(std::move(copy))};
}

} // namespace heddle::detail
