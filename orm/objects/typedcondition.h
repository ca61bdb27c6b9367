#pragma once

#include "orm/objects/typedoperand.h"

namespace heddle {

/// What filter() and exclude() take: lookups joined by && || ! (or & | ~). `Root` is the struct
/// that its paths start from.
template <typename Root = void>
class Condition : public detail::ConditionData {
public:
    Condition() = default;
    explicit Condition(detail::ConditionData data) : detail::ConditionData(std::move(data)) {}
    /// Nothing but the lookups: for Query::filter(). Conditions on computed values need their
    /// aliases too.
    operator QPtr() const { return q; }

    template <typename Other>
    auto operator&&(const Condition<Other> &other) const
    {
        return with(other, Connector::And);
    }
    template <typename Other>
    auto operator||(const Condition<Other> &other) const
    {
        return with(other, Connector::Or);
    }
    template <typename Other>
    auto operator&(const Condition<Other> &other) const
    {
        return with(other, Connector::And);
    }
    template <typename Other>
    auto operator|(const Condition<Other> &other) const
    {
        return with(other, Connector::Or);
    }
    template <typename Other>
    auto operator^(const Condition<Other> &other) const
    {
        return with(other, Connector::Xor);
    }
    Condition operator!() const { return Condition(detail::negated(*this)); }
    Condition operator~() const { return Condition(detail::negated(*this)); }

private:
    template <typename Other>
    auto with(const Condition<Other> &other, Connector connector) const
    {
        using Joined = typename detail::JoinedRoot<Root, Other>::Type;
        return Condition<Joined>(detail::joined(*this, other, connector));
    }
};

/// An order: f<&Book::price>.desc().nullsLast().
template <typename Root = void>
struct Ordering {
    detail::TermData term;
    bool descending = false;
    NullsOrder nulls = NullsOrder::Default;
    Ordering nullsFirst() const { return {term, descending, NullsOrder::First}; }
    Ordering nullsLast() const { return {term, descending, NullsOrder::Last}; }
    ExprPtr expression() const { return detail::ordering(term, descending, nulls); }
};

} // namespace heddle
