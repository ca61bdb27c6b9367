#pragma once

#include "orm/objects/operations.h"
#include "orm/objects/typedcore.h"
#include "orm/objects/typedstream.h"

#include <tuple>

namespace heddle {

namespace detail {

TermData aggregateOf(const char *name, const TermData &argument);
TermData countOfAll();
TermData distinctly(const TermData &aggregate);
TermData filtered(const TermData &aggregate, const ConditionData &condition);
TermData otherwise(const TermData &aggregate, Value value);

template <typename V>
struct SumType {
    using Type = qint64;
};
template <>
struct SumType<Decimal> {
    using Type = Decimal;
};
template <typename V>
requires(std::is_floating_point_v<V>) struct SumType<V> {
    using Type = double;
};
template <typename V>
requires(ValueTraits<V>::family == Family::Length) struct SumType<V> {
    using Type = V;
};
template <typename V>
using AverageType =
    std::conditional_t<std::is_same_v<V, Decimal> || ValueTraits<V>::family == Family::Length, V,
                       double>;

template <typename T>
using PlainOf = typename ValueTraits<typename IsTerm<T>::Type>::Plain;

template <typename T>
constexpr void requireNumbers()
{
    constexpr Family family = ValueTraits<PlainOf<T>>::family;
    static_assert(family == Family::Number || family == Family::Length || family == Family::Own,
                  "Heddle: this aggregate is for numbers");
}

} // namespace detail

/// An aggregate: sum<&Book::price>().distinct(), .filter(condition), .orElse(0).
template <typename V, typename Root>
class Aggregate : public Term<V, Root> {
public:
    explicit Aggregate(detail::TermData data, detail::Here at = {})
        : Term<V, Root>(std::move(data)), m_at(at)
    {
    }
    /// Where it was written: the call site of aggregate().
    const detail::Here &at() const { return m_at; }
    Aggregate distinct() const { return Aggregate(detail::distinctly(this->data()), m_at); }
    template <typename Other>
    Aggregate filter(const Condition<Other> &condition) const
    {
        detail::requireRoot<Root, Other>();
        return Aggregate(detail::filtered(this->data(), condition), m_at);
    }
    /// Instead of NULL, where there are no rows.
    template <typename R>
    auto orElse(const R &value) const
    {
        using Plain = typename detail::ValueTraits<V>::Plain;
        return Aggregate<Plain, Root>(
            detail::otherwise(this->data(), detail::LiteralTraits<R>::encode(value)), m_at);
    }

private:
    detail::Here m_at;
};

namespace detail {
template <typename V, typename R>
struct IsTerm<Aggregate<V, R>> : IsTerm<Term<V, R>> {
};
} // namespace detail

// Counting is always a number; every other aggregate of no rows is NULL, hence an optional.

template <detail::AnyTerm T>
auto count(const T &term, const detail::Here &at = detail::Here::current())
{
    return Aggregate<qint64, typename detail::IsTerm<T>::Root>(
        detail::aggregateOf("Count", term.data()), at);
}
/// count<&Author::books>(); without a path it counts rows.
template <auto... Steps>
auto count(const detail::Here &at = detail::Here::current())
{
    if constexpr (sizeof...(Steps) == 0)
        return Aggregate<qint64, void>(detail::countOfAll(), at);
    else
        return count(Path<Steps...>(), at);
}
template <detail::AnyTerm T>
auto sum(const T &term, const detail::Here &at = detail::Here::current())
{
    detail::requireNumbers<T>();
    using V = typename detail::SumType<detail::PlainOf<T>>::Type;
    return Aggregate<std::optional<V>, typename detail::IsTerm<T>::Root>(
        detail::aggregateOf("Sum", term.data()), at);
}
template <auto... Steps>
auto sum(const detail::Here &at = detail::Here::current())
{
    return sum(Path<Steps...>(), at);
}
template <detail::AnyTerm T>
auto avg(const T &term, const detail::Here &at = detail::Here::current())
{
    detail::requireNumbers<T>();
    using V = detail::AverageType<detail::PlainOf<T>>;
    return Aggregate<std::optional<V>, typename detail::IsTerm<T>::Root>(
        detail::aggregateOf("Avg", term.data()), at);
}
template <auto... Steps>
auto avg(const detail::Here &at = detail::Here::current())
{
    return avg(Path<Steps...>(), at);
}
template <detail::AnyTerm T>
auto min(const T &term, const detail::Here &at = detail::Here::current())
{
    return Aggregate<std::optional<detail::PlainOf<T>>, typename detail::IsTerm<T>::Root>(
        detail::aggregateOf("Min", term.data()), at);
}
template <auto... Steps>
auto min(const detail::Here &at = detail::Here::current())
{
    return min(Path<Steps...>(), at);
}
template <detail::AnyTerm T>
auto max(const T &term, const detail::Here &at = detail::Here::current())
{
    return Aggregate<std::optional<detail::PlainOf<T>>, typename detail::IsTerm<T>::Root>(
        detail::aggregateOf("Max", term.data()), at);
}
template <auto... Steps>
auto max(const detail::Here &at = detail::Here::current())
{
    return max(Path<Steps...>(), at);
}
template <auto... Steps>
auto stdDev(const detail::Here &at = detail::Here::current())
{
    detail::requireNumbers<Path<Steps...>>();
    return Aggregate<std::optional<double>, typename Path<Steps...>::Root>(
        detail::aggregateOf("StdDev", Path<Steps...>().data()), at);
}
template <auto... Steps>
auto variance(const detail::Here &at = detail::Here::current())
{
    detail::requireNumbers<Path<Steps...>>();
    return Aggregate<std::optional<double>, typename Path<Steps...>::Root>(
        detail::aggregateOf("Variance", Path<Steps...>().data()), at);
}

// --- Other expressions ---

/// The value of an annotation or alias, by its name: ref<qint64>("n") > 3.
template <typename V>
Term<V> ref(QAnyStringView name)
{
    return Term<V>({name.toString(), {}});
}
/// A value as an expression.
template <typename V>
auto value(const V &v)
{
    return Term<typename detail::LiteralTraits<V>::Own>(
        detail::literal(detail::LiteralTraits<V>::encode(v)));
}
/// A member of the queryset that a subquery stands in.
template <auto... Steps>
Term<typename Path<Steps...>::Type> outer()
{
    return Term<typename Path<Steps...>::Type>({{}, expr::outerRef(Path<Steps...>::text())});
}
/// Any expression that the engine knows, with the type that its value is to have here:
/// expression<QString>(expr::construct("Lower", ...)).
template <typename V, typename Root = void>
Term<V, Root> expression(ExprPtr expression)
{
    return Term<V, Root>({{}, std::move(expression)});
}
/// One of Django's database functions by name: function<QString>("Lower", f<&Book::title>).
template <typename V, detail::AnyTerm First, detail::AnyTerm... Rest>
auto function(const char *name, const First &first, const Rest &...rest)
{
    return Term<V, typename detail::IsTerm<First>::Root>(
        detail::called(name, {first.data(), rest.data()...}));
}
template <detail::AnyTerm T>
auto lower(const T &term)
{
    return function<QString>("Lower", term);
}
template <detail::AnyTerm T>
auto upper(const T &term)
{
    return function<QString>("Upper", term);
}
template <detail::AnyTerm T>
auto length(const T &term)
{
    return function<qint64>("Length", term);
}
/// The first that is not NULL.
template <detail::AnyTerm First, typename... Rest>
auto coalesce(const First &first, const Rest &...rest)
{
    using V = typename detail::ValueTraits<typename detail::IsTerm<First>::Type>::Plain;
    return Term<V, typename detail::IsTerm<First>::Root>(
        detail::called("Coalesce", {first.data(), detail::SideOf<Rest>::data(rest)...}));
}
template <typename Row>
auto exists(const QuerySet<Row> &rows)
{
    return Condition<>(detail::holds(expr::exists(rows.query())));
}
/// The one value of a queryset of one column.
template <typename V>
Term<std::optional<V>> subquery(const QuerySet<V> &rows)
{
    return Term<std::optional<V>>({{}, expr::subquery(rows.query())});
}

namespace detail {

template <typename T>
concept KnowsItsPlace = requires(const T &term)
{
    term.at();
};
/// The call of an aggregate() by what it was given: C++ has no default argument behind a pack.
template <typename First, typename... Rest>
CallInfo callOfTerms(const First &first, const Rest &...rest)
{
    if constexpr (KnowsItsPlace<First>)
        return callFrom(first.at());
    else if constexpr (sizeof...(Rest) > 0)
        return callOfTerms(rest...);
    else
        return {};
}

/// Names that no query has of its own: the order tells which is which.
std::vector<NamedExpression> namedAggregates(std::initializer_list<TermData> terms);

template <typename V>
V aggregateValue(const Value &value)
{
    return value.isNull() ? V() : ValueTraits<V>::decode(value);
}

template <typename... Ts>
struct AggregatesOf {
    using Type = std::tuple<typename IsTerm<Ts>::Type...>;
};
template <typename T>
struct AggregatesOf<T> {
    using Type = typename IsTerm<T>::Type;
};

template <typename... Ts, std::size_t... I>
std::tuple<Ts...> aggregateTuple(const AggregateResult &result, std::index_sequence<I...>)
{
    return std::tuple<Ts...>(aggregateValue<Ts>(result[I].second)...);
}

template <typename... Ts>
typename AggregatesOf<Ts...>::Type aggregateValues(const AggregateResult &result)
{
    if constexpr (sizeof...(Ts) == 1)
        return aggregateValue<typename AggregatesOf<Ts...>::Type>(result.front().second);
    else
        return aggregateTuple<typename IsTerm<Ts>::Type...>(result,
                                                            std::index_sequence_for<Ts...>());
}

template <typename... Ts>
Plan<typename AggregatesOf<Ts...>::Type> aggregatesPlan(Plan<AggregateResult> inner)
{
    const AggregateResult result = co_await std::move(inner);
    co_return aggregateValues<Ts...>(result);
}

template <typename... Ts>
QFuture<typename AggregatesOf<Ts...>::Type>
aggregateFuture(const QueryCore &core, std::vector<NamedExpression> terms, const CallInfo &call)
{
    using Result = typename AggregatesOf<Ts...>::Type;
    try {
        Operation<AggregateResult> operation =
            operations::aggregate(core.database(), core.query(), terms, call);
        return core.database().runner().start(aggregatesPlan<Ts...>(std::move(operation.plan)),
                                              operation.context);
    } catch (...) {
        return failedFuture<Result>(std::current_exception());
    }
}

template <typename K>
ValueList keyValues(const QList<K> &keys)
{
    ValueList out;
    for (const K &key : keys)
        out.push_back(ValueTraits<K>::encode(key));
    return out;
}

template <auto Key, typename Row>
QHash<TypeOf<Key>, Row> byKey(const RowsPtr &rows)
{
    QHash<TypeOf<Key>, Row> out;
    for (const Row &row : *static_cast<const QList<Row> *>(rows.get()))
        out.insert(row.*Key, row);
    return out;
}

} // namespace detail
} // namespace heddle
