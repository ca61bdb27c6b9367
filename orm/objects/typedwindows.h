#pragma once

#include "orm/objects/typedaggregates.h"

namespace heddle {

namespace detail {

TermData windowFunction(const char *name, const TermData *argument = nullptr,
                        std::optional<qint64> number = {});
TermData windowOf(const TermData &function);
TermData partitioned(const TermData &window, std::initializer_list<TermData> by);
TermData ordered(const TermData &window, std::initializer_list<ExprPtr> by);
TermData framed(const TermData &window, WindowFrame::Kind kind, std::optional<qint64> start,
                std::optional<qint64> end);

} // namespace detail

/// A function that exists over a window only: over(rowNumber()).
template <typename V, typename Root = void>
struct WindowFunction {
    detail::TermData term;
};

inline WindowFunction<qint64> rowNumber()
{
    return {detail::windowFunction("RowNumber")};
}
inline WindowFunction<qint64> rank()
{
    return {detail::windowFunction("Rank")};
}
inline WindowFunction<qint64> denseRank()
{
    return {detail::windowFunction("DenseRank")};
}
inline WindowFunction<double> percentRank()
{
    return {detail::windowFunction("PercentRank")};
}
inline WindowFunction<double> cumeDist()
{
    return {detail::windowFunction("CumeDist")};
}
inline WindowFunction<qint64> ntile(qint64 buckets)
{
    return {detail::windowFunction("Ntile", nullptr, buckets)};
}

namespace detail {

/// The value of another row of the window: there may be none.
template <AnyTerm T>
auto ofOtherRow(const char *name, const T &term, std::optional<qint64> number = {})
{
    using V = typename ValueTraits<typename IsTerm<T>::Type>::Plain;
    const TermData argument = term.data();
    return WindowFunction<std::optional<V>, typename IsTerm<T>::Root>{
        windowFunction(name, &argument, number)};
}

} // namespace detail

/// The row so many rows before.
template <detail::AnyTerm T>
auto lag(const T &term, qint64 rows = 1)
{
    return detail::ofOtherRow("Lag", term, rows);
}
/// The row so many rows behind.
template <detail::AnyTerm T>
auto lead(const T &term, qint64 rows = 1)
{
    return detail::ofOtherRow("Lead", term, rows);
}
template <detail::AnyTerm T>
auto firstValue(const T &term)
{
    return detail::ofOtherRow("FirstValue", term);
}
template <detail::AnyTerm T>
auto lastValue(const T &term)
{
    return detail::ofOtherRow("LastValue", term);
}
template <detail::AnyTerm T>
auto nthValue(const T &term, qint64 n)
{
    return detail::ofOtherRow("NthValue", term, n);
}

/// A function or an aggregate over a window of rows:
/// over(sum<&Book::price>()).partitionBy(f<&Book::publisher, &Publisher::id>).orderBy(...).
template <typename V, typename Root>
class Window : public Term<V, Root> {
public:
    using Term<V, Root>::Term;
    template <detail::AnyTerm First, detail::AnyTerm... Rest>
    auto partitionBy(const First &first, const Rest &...rest) const
    {
        return Window<V, detail::RootWith<Root, First>>(
            detail::partitioned(this->data(), {first.data(), rest.data()...}));
    }
    template <typename Other, typename... Others>
    auto orderBy(const Ordering<Other> &first, const Ordering<Others> &...rest) const
    {
        using Joined = typename detail::JoinedRoot<Root, Other>::Type;
        return Window<V, Joined>(
            detail::ordered(this->data(), {first.expression(), rest.expression()...}));
    }
    /// The rows of the frame: so many before (negative), 0 for the row itself, so many behind;
    /// absent: to the partition's end.
    Window rows(std::optional<qint64> start, std::optional<qint64> end) const
    {
        return Window(detail::framed(this->data(), WindowFrame::Rows, start, end));
    }
    Window range(std::optional<qint64> start, std::optional<qint64> end) const
    {
        return Window(detail::framed(this->data(), WindowFrame::Range, start, end));
    }
};

template <typename V, typename Root>
auto over(const WindowFunction<V, Root> &function)
{
    return Window<V, Root>(detail::windowOf(function.term));
}
template <typename V, typename Root>
auto over(const Aggregate<V, Root> &aggregate)
{
    return Window<V, Root>(detail::windowOf(aggregate.data()));
}

namespace detail {
template <typename V, typename R>
struct IsTerm<Window<V, R>> : IsTerm<Term<V, R>> {
};
} // namespace detail

} // namespace heddle
