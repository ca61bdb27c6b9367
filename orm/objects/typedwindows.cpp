#include "orm/objects/typedwindows.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

TermData windowFunction(const char *name, const TermData *argument, std::optional<qint64> number)
{
    std::vector<Operand> operands;
    if (argument)
        operands.emplace_back(argument->toExpression());
    if (number)
        operands.emplace_back(Value(static_cast<long long>(*number)));
    return {{}, expr::construct(QLatin1String(name), operands)};
}

TermData windowOf(const TermData &function)
{
    return {{}, expr::construct(u"Window"_s, {Operand(function.toExpression())})};
}

TermData partitioned(const TermData &window, std::initializer_list<TermData> by)
{
    auto copy = std::make_shared<Expression>(*window.expression);
    copy->partitionBy.clear();
    for (const TermData &term : by)
        copy->partitionBy.push_back(term.toExpression());
    return {{}, expr::measured(std::move(copy))};
}

TermData ordered(const TermData &window, std::initializer_list<ExprPtr> by)
{
    auto copy = std::make_shared<Expression>(*window.expression);
    copy->orderBy = by;
    return {{}, expr::measured(std::move(copy))};
}

TermData framed(const TermData &window, WindowFrame::Kind kind, std::optional<qint64> start,
                std::optional<qint64> end)
{
    auto copy = std::make_shared<Expression>(*window.expression);
    copy->frame.kind = kind;
    copy->frame.start = start;
    copy->frame.end = end;
    return {{}, expr::measured(std::move(copy))};
}

} // namespace heddle::detail
