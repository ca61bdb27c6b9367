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
