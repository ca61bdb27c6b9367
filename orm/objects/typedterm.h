#pragma once

#include "orm/objects/typedcondition.h"

namespace heddle {

namespace detail {

template <typename V>
struct TargetOf;
template <typename T>
struct TargetOf<RelationTo<T>> {
    using Type = T;
};

/// The right side of a relation: an object, a key, or nothing.
template <typename V, typename R>
Operand relationOperand(const R &right)
{
    using Target = typename TargetOf<V>::Type;
    if constexpr (std::is_base_of_v<KeyBase, R>) {
        static_assert(std::is_base_of_v<ForeignKey<Target>, R>,
                      "Heddle: this key points to another struct than the relation");
        return Operand(right.value());
    } else {
        static_assert(std::is_base_of_v<Target, R>,
                      "Heddle: a relation is compared with an object of the struct that it points "
                      "to; for a value go on to a member, as in f<&Book::author, &Author::id>");
        if constexpr (std::is_base_of_v<Target, R>)
            return Operand(keyOf(typedModel<Target>(), static_cast<const Target *>(&right)));
    }
}

/// The methods that a path and an expression share. `Self` has data().
template <typename Self, typename V, typename Root>
class TermMethods {
    using Plain = typename ValueTraits<V>::Plain;
    static constexpr Family family = ValueTraits<V>::family;

public:
    // --- Text ---
    template <typename R>
    Condition<RootWith<Root, R>> contains(const R &text) const
    {
        return textLookup("contains", text);
    }
    template <typename R>
    Condition<RootWith<Root, R>> icontains(const R &text) const
    {
        return textLookup("icontains", text);
    }
    template <typename R>
    Condition<RootWith<Root, R>> startsWith(const R &text) const
    {
        return textLookup("startswith", text);
    }
    template <typename R>
    Condition<RootWith<Root, R>> istartsWith(const R &text) const
    {
        return textLookup("istartswith", text);
    }
    template <typename R>
    Condition<RootWith<Root, R>> endsWith(const R &text) const
    {
        return textLookup("endswith", text);
    }
    template <typename R>
    Condition<RootWith<Root, R>> iendsWith(const R &text) const
    {
        return textLookup("iendswith", text);
    }
    template <typename R>
    Condition<RootWith<Root, R>> iexact(const R &text) const
    {
        return textLookup("iexact", text);
    }
    template <typename R>
    Condition<RootWith<Root, R>> regex(const R &pattern) const
    {
        return textLookup("regex", pattern);
    }
    template <typename R>
    Condition<RootWith<Root, R>> iregex(const R &pattern) const
    {
        return textLookup("iregex", pattern);
    }

    // --- Any value ---
    template <typename R = Plain>
    Condition<Root> in(std::initializer_list<R> values) const
    {
        return inRange(values);
    }
    template <typename R>
    Condition<Root> in(const QList<R> &values) const
    {
        return inRange(values);
    }
    template <typename R>
    Condition<Root> in(const std::vector<R> &values) const
    {
        return inRange(values);
    }
    /// A subquery of one column: in(db.objects<Author>().valuesList<&Author::id>()).
    template <typename R>
    Condition<Root> in(const QuerySet<R> &rows) const
    {
        return Condition<Root>(lookup(self(), "in", Operand(rows.query())));
    }
    /// Both ends belong to it.
    template <typename A, typename B>
    Condition<RootWith<RootWith<Root, A>, B>> between(const A &low, const B &high) const
    {
        requireComparable<A>();
        requireComparable<B>();
        return Condition<RootWith<RootWith<Root, A>, B>>(
            lookup(self(), "range", Operand(Operand::List{operandOf(low), operandOf(high)})));
    }
    template <typename A, typename B>
    auto range(const A &low, const B &high) const
    {
        return between(low, high);
    }
    Condition<Root> isNull(bool yes = true) const
    {
        return Condition<Root>(lookup(self(), "isnull", Operand(Value(yes))));
    }

    // --- Parts of dates and times ---
    Term<qint64, Root> year() const { return dayPart("year"); }
    Term<qint64, Root> isoYear() const { return dayPart("iso_year"); }
    Term<qint64, Root> month() const { return dayPart("month"); }
    Term<qint64, Root> day() const { return dayPart("day"); }
    Term<qint64, Root> week() const { return dayPart("week"); }
    Term<qint64, Root> weekDay() const { return dayPart("week_day"); }
    Term<qint64, Root> isoWeekDay() const { return dayPart("iso_week_day"); }
    Term<qint64, Root> quarter() const { return dayPart("quarter"); }
    Term<qint64, Root> hour() const { return clockPart("hour"); }
    Term<qint64, Root> minute() const { return clockPart("minute"); }
    Term<qint64, Root> second() const { return clockPart("second"); }
    Term<QDate, Root> date() const
    {
        static_assert(family == Family::Moment, "Heddle: only a date with a time has date()");
        return Term<QDate, Root>(transformed(self(), "date"));
    }
    Term<QTime, Root> time() const
    {
        static_assert(family == Family::Moment, "Heddle: only a date with a time has time()");
        return Term<QTime, Root>(transformed(self(), "time"));
    }

    // --- Order ---
    Ordering<Root> asc() const { return {self()}; }
    Ordering<Root> desc() const { return {self(), true}; }

    /// Any other lookup by its name: f<&Book::data>.lookup("has_key", "isbn").
    template <typename R>
    Condition<RootWith<Root, R>> has(const char *lookupName, const R &right) const
    {
        return Condition<RootWith<Root, R>>(lookup(self(), lookupName, operandOf(right)));
    }

private:
    TermData self() const { return static_cast<const Self *>(this)->data(); }

    template <typename R>
    static constexpr void requireComparable()
    {
        static_assert(!isRelationTo<V>,
                      "Heddle: this path ends in a relation, which is no value: go on to one of "
                      "its members, as in f<&Book::author, &Author::name>, or compare it with an "
                      "object by == or in()");
        static_assert(isRelationTo<V> || comparable<V, R>(),
                      "Heddle: this field cannot be compared with a value of that type");
    }
    template <typename R>
    Condition<RootWith<Root, R>> textLookup(const char *name, const R &text) const
    {
        static_assert(!isRelationTo<V>,
                      "Heddle: this path ends in a relation, which is no value: go on to one of "
                      "its members, as in f<&Book::author, &Author::name>");
        static_assert(isRelationTo<V> || family == Family::Text || family == Family::Json ||
                          family == Family::Own || family == Family::Array,
                      "Heddle: this lookup is for text, and the field holds none");
        return Condition<RootWith<Root, R>>(lookup(self(), name, operandOf(text)));
    }
    template <typename List>
    Condition<Root> inRange(const List &values) const
    {
        Operand::List list;
        for (const auto &value : values) {
            using R = std::remove_cvref_t<decltype(value)>;
            if constexpr (isRelationTo<V>) {
                list.push_back(relationOperand<V>(value));
            } else {
                requireComparable<R>();
                list.push_back(operandOf(value));
            }
        }
        return Condition<Root>(lookup(self(), "in", Operand(std::move(list))));
    }
    Term<qint64, Root> dayPart(const char *name) const
    {
        static_assert(family == Family::Day || family == Family::Moment,
                      "Heddle: only dates have this part");
        return Term<qint64, Root>(transformed(self(), name));
    }
    Term<qint64, Root> clockPart(const char *name) const
    {
        static_assert(family == Family::Clock || family == Family::Moment,
                      "Heddle: only times have this part");
        return Term<qint64, Root>(transformed(self(), name));
    }
};

} // namespace detail

/// A typed expression: what arithmetic, aggregates and functions give. V is the type of its value.
template <typename V, typename Root>
class Term : public detail::TermMethods<Term<V, Root>, V, Root> {
public:
    explicit Term(detail::TermData data) : m_data(std::move(data)) {}
    const detail::TermData &data() const { return m_data; }
    operator ExprPtr() const { return m_data.toExpression(); }

private:
    detail::TermData m_data;
};

#if defined(__GNUC__) && !defined(__clang__)
// A struct of an anonymous namespace may be a model, too; GCC takes its paths, which are made in
// the file that has the struct, for a mistake of this header.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wsubobject-linkage"
#endif

/// A path from a struct over relations to a member, as f<&Book::author, &Author::name> writes it.
template <auto... Steps>
class Path
    : public detail::TermMethods<Path<Steps...>, typename detail::CheckedPath<Steps...>::Type,
                                 typename detail::CheckedPath<Steps...>::Root> {
public:
    using Root = typename detail::CheckedPath<Steps...>::Root;
    using Type = typename detail::CheckedPath<Steps...>::Type;
    constexpr Path() = default;
    /// "author__name", as the notation writes it.
    static const QString &text()
    {
        static const QString path = detail::pathText({detail::StepInfo<Steps>::get()...});
        return path;
    }
    detail::TermData data() const { return {text(), {}}; }
    operator ExprPtr() const { return expr::ref(text()); }
    constexpr bool operator==(const Path &) const = default;
};

#if defined(__GNUC__) && !defined(__clang__)
#pragma GCC diagnostic pop
#endif

namespace detail {

// With its type deduced from a call, compilers say in which line a wrong path stands.
template <auto... Steps>
constexpr Path<Steps...> makePath()
{
    return {};
}

} // namespace detail

/// A path: f<&Book::title>, f<&Book::author, &Author::name>, f<back<&Book::author>, &Book::title>.
template <auto... Steps>
inline constexpr auto f = detail::makePath<Steps...>();

} // namespace heddle
