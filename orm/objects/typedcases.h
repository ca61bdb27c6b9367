#pragma once

#include "orm/objects/typedexpression.h"

namespace heddle {

/// A branch of caseWhen(): when(f<&Book::price> > 20, "dear").
template <typename V, typename Root>
struct When {
    detail::ConditionData condition;
    detail::TermData value;
};

template <typename Root, typename R>
auto when(const Condition<Root> &condition, const R &value)
{
    using V = detail::PlainSide<R>;
    return When<V, detail::RootWith<Root, R>>{condition, detail::SideOf<R>::data(value)};
}

namespace detail {

/// Throws TypeError for a condition on a computed value that has no name yet.
TermData caseOf(const std::vector<std::pair<ConditionData, TermData>> &branches);
TermData withDefault(const TermData &branches, const TermData &value);

template <typename First, typename... Rest>
struct JoinedRoots {
    using Type = First;
};
template <typename First, typename Second, typename... Rest>
struct JoinedRoots<First, Second, Rest...> {
    using Type = typename JoinedRoots<typename JoinedRoot<First, Second>::Type, Rest...>::Type;
};

} // namespace detail

/// The value of the first branch whose condition holds; NULL, hence an optional, where none does.
template <typename V, typename Root>
class Case : public Term<std::optional<V>, Root> {
public:
    using Term<std::optional<V>, Root>::Term;
    /// What it is where no condition holds.
    template <typename R>
    auto otherwise(const R &value) const
    {
        static_assert(detail::ValueTraits<detail::PlainSide<R>>::family ==
                          detail::ValueTraits<V>::family,
                      "Heddle: the branches of a case have values of one kind");
        return Term<V, detail::RootWith<Root, R>>(
            detail::withDefault(this->data(), detail::SideOf<R>::data(value)));
    }
};

/// Django's Case: caseWhen(when(f<&Book::price> > 20, "dear")).otherwise("cheap").
template <typename V, typename Root, typename... Vs, typename... Roots>
auto caseWhen(const When<V, Root> &first, const When<Vs, Roots> &...rest)
{
    static_assert(
        ((detail::ValueTraits<V>::family == detail::ValueTraits<Vs>::family) && ... && true),
        "Heddle: the branches of a case have values of one kind");
    using Joined = typename detail::JoinedRoots<Root, Roots...>::Type;
    return Case<V, Joined>(
        detail::caseOf({{first.condition, first.value}, {rest.condition, rest.value}...}));
}

namespace detail {
template <typename V, typename R>
struct IsTerm<Case<V, R>> : IsTerm<Term<std::optional<V>, R>> {
};
} // namespace detail

} // namespace heddle
