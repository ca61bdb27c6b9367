#pragma once

#include "orm/objects/typedterm.h"

namespace heddle {

namespace detail {

template <AnyTerm L, typename R>
auto comparison(const L &left, const R &right, const char *name, bool negate)
{
    using V = typename IsTerm<L>::Type;
    using Root = RootWith<typename IsTerm<L>::Root, R>;
    if constexpr (std::is_same_v<R, std::nullptr_t> || std::is_same_v<R, std::nullopt_t>) {
        return Condition<Root>(lookup(left.data(), "isnull", Operand(Value(!negate))));
    } else if constexpr (isRelationTo<V>) {
        return Condition<Root>(compared(left.data(), name, negate, relationOperand<V>(right)));
    } else {
        constexpr bool fits = comparable<V, R>();
        static_assert(fits, "Heddle: this field cannot be compared with a value of that type");
        if constexpr (fits)
            return Condition<Root>(compared(left.data(), name, negate, operandOf(right)));
        else
            return Condition<Root>();
    }
}

} // namespace detail

// --- Comparisons ---

template <detail::AnyTerm L, typename R>
requires(!std::is_same_v<L, R> || !std::is_empty_v<L>) auto operator==(const L &left,
                                                                       const R &right)
{
    return detail::comparison(left, right, "exact", false);
}
template <detail::AnyTerm L, typename R>
auto operator!=(const L &left, const R &right)
{
    return detail::comparison(left, right, "exact", true);
}
template <detail::AnyTerm L, typename R>
auto operator<(const L &left, const R &right)
{
    return detail::comparison(left, right, "lt", false);
}
template <detail::AnyTerm L, typename R>
auto operator<=(const L &left, const R &right)
{
    return detail::comparison(left, right, "lte", false);
}
template <detail::AnyTerm L, typename R>
auto operator>(const L &left, const R &right)
{
    return detail::comparison(left, right, "gt", false);
}
template <detail::AnyTerm L, typename R>
auto operator>=(const L &left, const R &right)
{
    return detail::comparison(left, right, "gte", false);
}

// --- Arithmetic ---

namespace detail {

template <typename T>
struct SideOf {
    using Type = typename LiteralTraits<T>::Own;
    static TermData data(const T &v) { return literal(LiteralTraits<T>::encode(v)); }
};
template <AnyTerm T>
struct SideOf<T> {
    using Type = typename IsTerm<T>::Type;
    static TermData data(const T &v) { return v.data(); }
};
template <typename T>
using PlainSide = typename ValueTraits<typename SideOf<T>::Type>::Plain;

/// The type of `a op b`: decimals before doubles before whole numbers; dates and lengths of time as
/// one expects.
template <typename A, typename B, char Op>
consteval auto arithmeticType()
{
    constexpr Family a = ValueTraits<A>::family, b = ValueTraits<B>::family;
    if constexpr (a == Family::Number && b == Family::Number) {
        if constexpr (std::is_same_v<A, Decimal> || std::is_same_v<B, Decimal>)
            return std::type_identity<Decimal>();
        else if constexpr (std::is_floating_point_v<A> || std::is_floating_point_v<B>)
            return std::type_identity<double>();
        else
            return std::type_identity<qint64>();
    } else if constexpr ((a == Family::Day || a == Family::Moment || a == Family::Clock) &&
                         a == b && Op == '-') {
        return std::type_identity<Duration>();
    } else if constexpr ((a == Family::Day || a == Family::Moment) && b == Family::Length &&
                         (Op == '-' || Op == '+')) {
        return std::type_identity<QDateTime>();
    } else if constexpr (a == Family::Length && b == Family::Length && (Op == '-' || Op == '+')) {
        return std::type_identity<Duration>();
    } else if constexpr (std::is_same_v<A, Value> || std::is_same_v<B, Value>) {
        return std::type_identity<Value>();
    } else {
        return std::type_identity<void>();
    }
}

template <char Op, typename L, typename R>
auto arithmetic(const L &left, const R &right)
{
    using V = typename decltype(arithmeticType<PlainSide<L>, PlainSide<R>, Op>())::type;
    using Root = typename JoinedRoot<typename RootOf<L>::Type, typename RootOf<R>::Type>::Type;
    static_assert(!std::is_void_v<V>,
                  "Heddle: there is no such arithmetic between these two types");
    const char op[] = {Op, 0};
    return Term<V, Root>(combined(SideOf<L>::data(left), op, SideOf<R>::data(right)));
}

template <typename L, typename R>
concept OneIsTerm = AnyTerm<L> || AnyTerm<R>;

} // namespace detail

template <typename L, typename R>
requires detail::OneIsTerm<L, R>
auto operator+(const L &left, const R &right)
{
    return detail::arithmetic<'+'>(left, right);
}
template <typename L, typename R>
requires detail::OneIsTerm<L, R>
auto operator-(const L &left, const R &right)
{
    return detail::arithmetic<'-'>(left, right);
}
template <typename L, typename R>
requires detail::OneIsTerm<L, R>
auto operator*(const L &left, const R &right)
{
    return detail::arithmetic<'*'>(left, right);
}
template <typename L, typename R>
requires detail::OneIsTerm<L, R>
auto operator/(const L &left, const R &right)
{
    return detail::arithmetic<'/'>(left, right);
}
template <typename L, typename R>
requires detail::OneIsTerm<L, R>
auto operator%(const L &left, const R &right)
{
    return detail::arithmetic<'%'>(left, right);
}

} // namespace heddle
