#pragma once

#include "orm/objects/dateparts.h"
#include "orm/objects/typedrowtype.h"

namespace heddle {

namespace detail {

template <auto Cell>
constexpr auto asPath()
{
    if constexpr (std::is_member_object_pointer_v<decltype(Cell)>)
        return Path<Cell>();
    else
        return Cell;
}

template <typename Term>
constexpr void requireValueTerm()
{
    static_assert(
        !isRelationTo<typename IsTerm<Term>::Type>,
        "Heddle: a relation is no value: go on to one of its members, as in f<&Book::author, "
        "&Author::id>");
}

/// Everything that only refines. `Set<Row>` is what comes out; nothing here asks a database.
template <template <typename> class Set, typename Row>
class Refinements {
    using Traits = RowTraits<Row>;
    using Model = typename Traits::Model;

public:
    const Query &query() const { return m_core.query(); }
    const Database &database() const { return m_core.database(); }
    const QueryCore &core() const { return m_core; }

    /// Conditions given together hold for the same related row, as filter(a, b) does in Django.
    template <typename... Roots>
    Set<Row> filter(const Condition<Roots> &...conditions) const
    {
        (requireRoot<Model, Roots>(), ...);
        return Set<Row>(m_core.filter(all({conditions...})));
    }
    template <typename... Roots>
    Set<Row> exclude(const Condition<Roots> &...conditions) const
    {
        (requireRoot<Model, Roots>(), ...);
        return Set<Row>(m_core.exclude(all({conditions...})));
    }
    /// In the notation's words: filter("title__startswith", "Le").
    template <typename V>
    Set<Row> filter(QAnyStringView lookup, const V &value) const
    {
        return Set<Row>(m_core.filter(lookup, operandOf(value)));
    }
    template <typename V>
    Set<Row> exclude(QAnyStringView lookup, const V &value) const
    {
        return Set<Row>(m_core.exclude(lookup, operandOf(value)));
    }

    template <typename... Roots>
    Set<Row> orderBy(const Ordering<Roots> &...orderings) const
    {
        (requireRoot<Model, Roots>(), ...);
        return Set<Row>(m_core.with(query().orderBy({orderings.expression()...})));
    }
    template <auto... Members>
    Set<Row> orderBy() const
    {
        static_assert(sizeof...(Members) > 0,
                      "Heddle: orderBy<&Book::title>(); unordered() clears");
        return Set<Row>(m_core.with(query().orderBy(QStringList{asPath<Members>().text()...})));
    }
    /// By names, "-title" descending, "?" in any order.
    Set<Row> orderBy(const QStringList &names) const
    {
        return Set<Row>(m_core.with(query().orderBy(names)));
    }
    template <typename... Names>
    requires(sizeof...(Names) > 0 && (std::is_convertible_v<Names, QAnyStringView> &&
                                      ...)) Set<Row> orderBy(const Names &...names)
    const { return orderBy(QStringList{QAnyStringView(names).toString()...}); }
    Set<Row> unordered() const { return orderBy(QStringList()); }
    Set<Row> reverse() const { return Set<Row>(m_core.with(query().reverse())); }
    Set<Row> distinct() const { return Set<Row>(m_core.with(query().distinct())); }
    template <auto... Members>
    Set<Row> distinctOn() const
    {
        return Set<Row>(m_core.with(query().distinct({asPath<Members>().text()...})));
    }
    /// [low:high]; high absent: to the end.
    Set<Row> slice(qint64 low, std::optional<qint64> high = {}) const
    {
        return Set<Row>(m_core.slice(low, high));
    }
    Set<Row> limit(qint64 rows) const { return slice(0, rows); }
    Set<Row> all() const { return Set<Row>(m_core); }
    Set<Row> none() const { return Set<Row>(m_core.with(query().none())); }

    /// A computed value for each row; rows become Annotated<T>, tuples grow by one.
    template <AnyTerm T>
    auto annotate(QAnyStringView name, const T &term) const
    {
        requireRoot<Model, typename IsTerm<T>::Root>();
        requireValueTerm<T>();
        using Next = typename Traits::template With<typename IsTerm<T>::Type>;
        return Set<Next>(m_core.annotate(name, term.data(), &rowType<Next>()));
    }
    /// A computed value for later steps only.
    template <AnyTerm T>
    Set<Row> alias(QAnyStringView name, const T &term) const
    {
        requireRoot<Model, typename IsTerm<T>::Root>();
        return Set<Row>(m_core.alias(name, term.data()));
    }
    /// Rows of values: one value is itself, several are a std::tuple.
    template <AnyTerm First, AnyTerm... Rest>
    auto valuesList(const First &first, const Rest &...rest) const
    {
        requireRoot<Model, typename IsTerm<First>::Root>();
        (requireRoot<Model, typename IsTerm<Rest>::Root>(), ...);
        requireValueTerm<First>();
        (requireValueTerm<Rest>(), ...);
        if constexpr (sizeof...(Rest) == 0) {
            using Next = typename IsTerm<First>::Type;
            return Set<Next>(m_core.values({first.data()}, &rowType<Next>()));
        } else {
            using Next = std::tuple<typename IsTerm<First>::Type, typename IsTerm<Rest>::Type...>;
            return Set<Next>(m_core.values({first.data(), rest.data()...}, &rowType<Next>()));
        }
    }
    /// valuesList<&Book::title, f<&Book::author, &Author::name>>().
    template <auto... Members>
    auto valuesList() const
    {
        return valuesList(asPath<Members>()...);
    }
    /// As valuesList(): C++ has no dict whose values have types of their own. What follows is
    /// grouped by these values as after Django's values().
    template <auto... Members>
    auto values() const
    {
        return valuesList(asPath<Members>()...);
    }

    /// The different years, months, ... of a date, each as its first day; what is NULL is left out.
    template <auto... Steps>
    auto dates(DatePart part, Direction direction = Direction::Ascending) const
    {
        requireRoot<Model, typename CheckedPath<Steps...>::Root>();
        static_assert(familyOf<Steps...>() == Family::Day || familyOf<Steps...>() == Family::Moment,
                      "Heddle: dates() is for dates");
        return Set<QDate>(m_core.with(datesQuery(query(), Path<Steps...>::text(), part, direction),
                                      &rowType<QDate>()));
    }
    /// The same of a date with a time, cut off at the part.
    template <auto... Steps>
    auto datetimes(DatePart part, Direction direction = Direction::Ascending) const
    {
        requireRoot<Model, typename CheckedPath<Steps...>::Root>();
        static_assert(familyOf<Steps...>() == Family::Moment,
                      "Heddle: datetimes() is for dates with a time");
        return Set<QDateTime>(
            m_core.with(datetimesQuery(query(), Path<Steps...>::text(), part, direction),
                        &rowType<QDateTime>()));
    }

    /// Loads the object of a forward key (or of a one-to-one) in the same query.
    template <auto... Steps>
    Set<Row> selectRelated() const
    {
        requireRoot<Model, typename CheckedPath<Steps...>::Root>();
        static_assert((isToOne<Steps>() && ...),
                      "Heddle: selectRelated follows ForeignKey, OneToOne and RelatedOne only; "
                      "what leads to many rows is for prefetchRelated");
        return Set<Row>(m_core.selectRelated({Path<Steps...>::text()}));
    }
    Set<Row> selectRelated(const QStringList &paths) const
    {
        return Set<Row>(m_core.selectRelated(paths));
    }
    /// Loads related rows in one more query for all rows.
    template <auto... Steps>
    Set<Row> prefetchRelated() const
    {
        requireRoot<Model, typename CheckedPath<Steps...>::Root>();
        static_assert(CheckedPath<Steps...>::Traits::relation,
                      "Heddle: prefetchRelated needs a relation");
        return Set<Row>(m_core.prefetchRelated({StepInfo<Steps>::get()...}, nullptr));
    }
    /// The same, narrowed and ordered by a queryset of its own.
    template <auto... Steps, typename Inner>
    Set<Row> prefetchRelated(const QuerySet<Inner> &inner) const
    {
        requireRoot<Model, typename CheckedPath<Steps...>::Root>();
        static_assert(std::is_same_v<typename CheckedPath<Steps...>::Traits::End, Inner>,
                      "Heddle: the inner queryset must be about the struct that the relation "
                      "points to");
        return Set<Row>(m_core.prefetchRelated({StepInfo<Steps>::get()...}, &inner.core()));
    }
    /// Members that are not named keep the values that the struct gives them; such an object is for
    /// reading, not for save().
    template <auto... Members>
    Set<Row> only() const
    {
        return Set<Row>(m_core.with(query().only({asPath<Members>().text()...})));
    }
    template <auto... Members>
    Set<Row> defer() const
    {
        return Set<Row>(m_core.with(query().defer({asPath<Members>().text()...})));
    }
    Set<Row> loadMode(LoadMode mode) const { return Set<Row>(m_core.with(query().loadMode(mode))); }
    Set<Row> selectForUpdate(bool nowait = false, bool skipLocked = false) const
    {
        return Set<Row>(m_core.with(query().selectForUpdate(nowait, skipLocked, {}, false)));
    }
    Set<Row> unionWith(const QuerySet<Row> &other) const
    {
        return Set<Row>(m_core.combined(Combinator::Union, other.core()));
    }
    Set<Row> unionAll(const QuerySet<Row> &other) const
    {
        return Set<Row>(m_core.combined(Combinator::UnionAll, other.core()));
    }
    Set<Row> intersection(const QuerySet<Row> &other) const
    {
        return Set<Row>(m_core.combined(Combinator::Intersection, other.core()));
    }
    Set<Row> difference(const QuerySet<Row> &other) const
    {
        return Set<Row>(m_core.combined(Combinator::Difference, other.core()));
    }

protected:
    explicit Refinements(QueryCore core) : m_core(std::move(core)) {}
    QueryCore m_core;

private:
    static ConditionData all(std::initializer_list<ConditionData> conditions)
    {
        ConditionData out;
        for (const ConditionData &condition : conditions)
            out = joined(out, condition, Connector::And);
        return out;
    }
    template <auto... Steps>
    static constexpr Family familyOf()
    {
        return ValueTraits<typename CheckedPath<Steps...>::Type>::family;
    }
    template <auto Step>
    static constexpr bool isToOne()
    {
        if constexpr (std::is_member_object_pointer_v<decltype(Step)>)
            return RelationTraits<TypeOf<Step>>::known && !RelationTraits<TypeOf<Step>>::many;
        else
            return true; // back<>: the engine refuses what leads to many
    }
};

} // namespace detail

} // namespace heddle
