#pragma once

#include "orm/objects/typedpath.h"
#include "orm/query/query.h"

namespace heddle {

template <typename V, typename Root = void>
class Term;
template <auto... Steps>
class Path;
template <typename Row>
class QuerySet;

namespace detail {

/// A condition or the left side of one, without its type: what the typed classes are made of.
struct TermData {
    QString path; // set: a plain path, and `expression` may be missing
    ExprPtr expression;
    ExprPtr toExpression() const { return expression ? expression : expr::ref(path); }
};

struct ConditionData {
    QPtr q;
    /// Left sides that are no paths: aliases that have to be there before `q` can be asked.
    std::vector<NamedExpression> aliases;
};

ConditionData lookup(const TermData &term, const char *name, Operand operand);
ConditionData compared(const TermData &left, const char *lookup, bool negated, Operand right);
ConditionData joined(const ConditionData &a, const ConditionData &b, Connector connector);
ConditionData negated(const ConditionData &a);
ConditionData holds(ExprPtr booleanExpression);
TermData transformed(const TermData &term, const char *transform);
TermData combined(const TermData &a, const char *op, const TermData &b);
TermData called(const char *function, std::vector<TermData> arguments);
TermData literal(Value value);
ExprPtr ordering(const TermData &term, bool descending, NullsOrder nulls);
/// Of an object with one key: its value. Throws ValueError for one that is not saved.
Value keyOf(TypedModel &model, const void *object);

template <typename T>
struct IsTerm {
    static constexpr bool value = false;
};
template <typename V, typename R>
struct IsTerm<Term<V, R>> {
    static constexpr bool value = true;
    using Type = V;
    using Root = R;
};
template <auto... Steps>
struct IsTerm<Path<Steps...>> {
    static constexpr bool value = true;
    using Type = typename CheckedPath<Steps...>::Type;
    using Root = typename CheckedPath<Steps...>::Root;
};
template <typename T>
concept AnyTerm = IsTerm<T>::value;

template <typename T>
inline constexpr bool isRelationTo = false;
template <typename T>
inline constexpr bool isRelationTo<RelationTo<T>> = true;

/// Values that may be written beside a term: their family and how they become a Value.
template <typename T>
struct LiteralTraits {
    static constexpr Family family = ValueTraits<T>::family;
    static Value encode(const T &v) { return ValueTraits<T>::encode(v); }
    using Own = typename ValueTraits<T>::Plain;
};
template <typename T>
requires(std::is_convertible_v<const T &, QAnyStringView> && !std::is_same_v<T, QByteArray> &&
         !ValueTraits<T>::known) struct LiteralTraits<T> {
    static constexpr Family family = Family::Text;
    static Value encode(const T &v) { return Value(QAnyStringView(v).toString()); }
    using Own = QString;
};
template <typename T>
requires(std::is_arithmetic_v<T> && !ValueTraits<T>::known) struct LiteralTraits<T> {
    static constexpr Family family = Family::Number;
    static Value encode(const T &v) { return Value(static_cast<long long>(v)); }
    using Own = T;
};
template <>
struct LiteralTraits<std::nullptr_t> {
    static constexpr Family family = Family::None;
    using Own = void;
};

template <typename V, typename R>
consteval bool comparable()
{
    using A = typename ValueTraits<V>::Plain;
    if constexpr (AnyTerm<R>) {
        using B = typename ValueTraits<typename IsTerm<R>::Type>::Plain;
        constexpr Family family = ValueTraits<A>::family;
        return family == ValueTraits<B>::family && family != Family::None &&
               (family != Family::Own || std::is_same_v<A, B>);
    } else {
        constexpr Family family = ValueTraits<A>::family;
        if constexpr (std::is_same_v<A, Value>)
            return true; // an annotation of any type
        else
            return family != Family::None && family == LiteralTraits<R>::family &&
                   (family != Family::Own || std::is_same_v<A, typename LiteralTraits<R>::Own>);
    }
}

template <typename T>
TermData termOf(const T &term)
{
    return term.data();
}

template <typename R>
Operand operandOf(const R &right)
{
    if constexpr (AnyTerm<R>)
        return Operand(right.data().toExpression());
    else
        return Operand(LiteralTraits<R>::encode(right));
}

template <typename A, typename B>
struct JoinedRoot {
    static_assert(std::is_void_v<A> || std::is_void_v<B> || std::is_same_v<A, B> ||
                      std::is_base_of_v<A, B> || std::is_base_of_v<B, A>,
                  "Heddle: the two sides of this expression start from different structs; write "
                  "the path from the queryset's own struct");
    using Type = std::conditional_t<std::is_void_v<A>, B, A>;
};
template <typename R>
struct RootOf {
    using Type = void;
};
template <AnyTerm R>
struct RootOf<R> {
    using Type = typename IsTerm<R>::Root;
};
template <typename A, typename R>
using RootWith = typename JoinedRoot<A, typename RootOf<R>::Type>::Type;

} // namespace detail

} // namespace heddle
