#pragma once

#include "orm/execution/task.h"
#include "orm/objects/operations.h"
#include "orm/objects/typedaggregates.h"
#include "orm/objects/typedcore.h"
#include "orm/objects/typedload.h"
#include "orm/objects/typedstream.h"
#include "orm/objects/typedwrites.h"

#include <tuple>

namespace heddle {

namespace detail {

/// What a row's type is: the struct that it is (or void), and how it is read.
template <typename Row>
struct RowTraits {
    static_assert(ValueTraits<Row>::known || Describes<Row>,
                  "Heddle: a queryset's rows are structs with `static void "
                  "describe(Model<Self> &m)`, Records, or values that a column can hold");
    static constexpr bool isObject = !ValueTraits<Row>::known;
    using Model = std::conditional_t<isObject, Row, void>;
    template <typename V>
    using With = std::conditional_t<isObject, Annotated<Row>, std::tuple<Row, V>>;
    static RowType make()
    {
        RowType type;
        if constexpr (isObject) {
            type.model = &typedModel<Row>();
            type.object = [](void *row) { return row; };
        } else {
            type.cells = {{&valueOps<Row>(), [](void *row) { return row; }}};
        }
        return type;
    }
};

template <typename T>
struct RowTraits<Annotated<T>> {
    static constexpr bool isObject = true;
    using Model = T;
    template <typename V>
    using With = Annotated<T>;
    static RowType make()
    {
        RowType type;
        type.model = &typedModel<T>();
        type.object = [](void *row) -> void * {
            return static_cast<T *>(static_cast<Annotated<T> *>(row));
        };
        type.annotations = [](void *row) { return static_cast<Annotated<T> *>(row)->cells(); };
        return type;
    }
};

template <typename... Vs>
struct RowTraits<std::tuple<Vs...>> {
    static constexpr bool isObject = false;
    using Model = void;
    template <typename V>
    using With = std::tuple<Vs..., V>;
    template <std::size_t... I>
    static RowType makeFrom(std::index_sequence<I...>)
    {
        RowType type;
        type.cells = {{&valueOps<Vs>(), [](void *row) -> void * {
                           return &std::get<I>(*static_cast<std::tuple<Vs...> *>(row));
                       }}...};
        return type;
    }
    static RowType make() { return makeFrom(std::index_sequence_for<Vs...>()); }
};

template <typename Row>
const RowType &rowType()
{
    static const RowType type = [] {
        RowType made = RowTraits<Row>::make();
        made.size = sizeof(Row);
        made.makeRows = []() -> std::unique_ptr<TypedRows> {
            return std::make_unique<TypedRowsOf<Row>>();
        };
        return made;
    }();
    return type;
}

template <typename Row>
QList<Row> takeList(const RowsPtr &rows)
{
    return std::move(*static_cast<QList<Row> *>(rows.get()));
}
template <typename Row>
Row takeOne(const RowsPtr &rows)
{
    return std::move(static_cast<QList<Row> *>(rows.get())->front());
}
template <typename Row>
std::optional<Row> takeOptional(const RowsPtr &rows)
{
    auto &list = *static_cast<QList<Row> *>(rows.get());
    return list.isEmpty() ? std::optional<Row>() : std::optional<Row>(std::move(list.front()));
}

/// A plan's rows as a result of their own type: the only coroutine that each type of row has.
template <typename R>
Plan<R> takenPlan(Plan<RowsPtr> inner, R (*take)(const RowsPtr &))
{
    const RowsPtr rows = co_await std::move(inner);
    co_return take(rows);
}

/// An `a` method throws nothing: what is wrong with its arguments ends its future.
template <typename R, typename Make>
QFuture<R> startTaken(const Database &database, R (*take)(const RowsPtr &), Make make)
{
    try {
        Operation<RowsPtr> operation = make();
        return database.runner().start(takenPlan<R>(std::move(operation.plan), take),
                                       operation.context);
    } catch (...) {
        return failedFuture<R>(std::current_exception());
    }
}

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
    template <auto Step>
    static constexpr bool isToOne()
    {
        if constexpr (std::is_member_object_pointer_v<decltype(Step)>)
            return RelationTraits<TypeOf<Step>>::known && !RelationTraits<TypeOf<Step>>::many;
        else
            return true; // back<>: the engine refuses what leads to many
    }
};

/// The terminal methods that ask at once, on the calling thread. All of them throw
/// SynchronousOnlyOperation where that would block an event loop.
template <typename Self, typename Row>
class SyncTerminals {
public:
    QList<Row> list(const Here &at = Here::current()) const
    {
        return takeList<Row>(self().list(callFrom(at)));
    }
    /// Throws DoesNotExist, MultipleObjectsReturned.
    Row get(const Here &at = Here::current()) const
    {
        return takeOne<Row>(self().get({}, callFrom(at)));
    }
    template <typename Root>
    Row get(const Condition<Root> &condition, const Here &at = Here::current()) const
    {
        requireRoot<typename RowTraits<Row>::Model, Root>();
        return takeOne<Row>(self().get(condition, callFrom(at)));
    }
    std::optional<Row> first(const Here &at = Here::current()) const
    {
        return takeOptional<Row>(self().first(callFrom(at)));
    }
    std::optional<Row> last(const Here &at = Here::current()) const
    {
        return takeOptional<Row>(self().last(callFrom(at)));
    }
    template <auto... Members>
    Row earliest(const Here &at = Here::current()) const
    {
        return takeOne<Row>(self().extreme({asPath<Members>().text()...}, false, callFrom(at)));
    }
    template <auto... Members>
    Row latest(const Here &at = Here::current()) const
    {
        return takeOne<Row>(self().extreme({asPath<Members>().text()...}, true, callFrom(at)));
    }
    qint64 count(const Here &at = Here::current()) const { return self().count(callFrom(at)); }
    bool exists(const Here &at = Here::current()) const { return self().exists(callFrom(at)); }
    bool contains(const Row &row, const Here &at = Here::current()) const
    {
        return self().contains(objectOf(row), callFrom(at));
    }
    /// One aggregate is its value, several are a std::tuple.
    template <AnyTerm... Ts>
    auto aggregate(const Ts &...terms) const
    {
        return aggregateValues<Ts...>(
            self().aggregate(namedAggregates({terms.data()...}), CallInfo()));
    }
    /// Objects by the value of a unique member; `keys` that no row has are missing in the result.
    template <auto Key>
    QHash<TypeOf<Key>, Row> inBulk(const QList<TypeOf<Key>> &keys,
                                   const Here &at = Here::current()) const
    {
        return byKey<Key, Row>(self().inBulk(Path<Key>::text(), keyValues(keys), callFrom(at)));
    }
    /// Rows as they arrive: memory stays flat however many there are. `take` is called with each
    /// and may return false to stop. It must not write to the same database.
    template <typename Take>
    qint64 each(Take take, const Here &at = Here::current()) const
    {
        return self().stream(eachOf<Row>(std::move(take)), callFrom(at, "each"));
    }

    // --- Writing; rows must be structs ---
    /// Always an INSERT; gives the object with what the database added (keys, defaults).
    Row create(Row object, const Here &at = Here::current()) const
    {
        writer().insertOrUpdate(object, SaveOptions{true, false, {}}, callFrom(at, "create"));
        return object;
    }
    /// UPDATE, and INSERT if there is no such row, as Django decides.
    void save(Row &object, const SaveOptions &options = {}, const Here &at = Here::current()) const
    {
        writer().insertOrUpdate(object, options, callFrom(at, "save"));
    }
    /// Deletes the object's row, and what cascades.
    DeleteResult remove(const Row &object, const Here &at = Here::current()) const
    {
        return runWrite(self().database(), writer().remove(&object, callFrom(at, "delete")));
    }
    /// Reads all members again.
    void refresh(Row &object, const Here &at = Here::current()) const
    {
        object = QuerySet<Row>(self().with(writer().rowOf(&object))).get(at);
    }
    QList<Row> bulkCreate(const QList<Row> &objects, const BulkCreateOptions &options = {},
                          const Here &at = Here::current()) const
    {
        return runWrite(self().database(), bulkCreateOperation(self().database(), objects, options,
                                                               callFrom(at, "bulk_create")));
    }
    /// The fastest way in: nothing comes back but the number of rows.
    qint64 bulkInsert(const QList<Row> &objects, const Here &at = Here::current()) const
    {
        return runWrite(self().database(),
                        bulkInsertOperation(self().database(), objects, callFrom(at)));
    }
    template <auto... Members>
    qint64 bulkUpdate(const QList<Row> &objects, const Here &at = Here::current()) const
    {
        return runWrite(self().database(),
                        bulkUpdateOperation<Members...>(self(), objects, callFrom(at)));
    }
    /// The number of rows changed.
    template <typename... Models>
    qint64 update(const Assigned<Models> &...values) const
    {
        return runWrite(self().database(),
                        updateOperation(self(), assignmentsOf<Row>(values...), CallInfo()));
    }
    DeleteResult deleteRows(const Here &at = Here::current()) const
    {
        return runWrite(self().database(), deleteOperation(self(), callFrom(at)));
    }
    /// The object, and whether it was made: getOrCreate({set<&Tag::name>("sea")}).
    std::pair<Row, bool> getOrCreate(std::initializer_list<Assigned<Row>> lookups,
                                     std::initializer_list<Assigned<Row>> defaults = {},
                                     const Here &at = Here::current()) const
    {
        return runWrite(self().database(),
                        findOperation<Row>(self(), assignmentsOf<Row>(lookups),
                                           assignmentsOf<Row>(defaults), false, callFrom(at)));
    }
    std::pair<Row, bool> updateOrCreate(std::initializer_list<Assigned<Row>> lookups,
                                        std::initializer_list<Assigned<Row>> defaults = {},
                                        const Here &at = Here::current()) const
    {
        return runWrite(self().database(),
                        findOperation<Row>(self(), assignmentsOf<Row>(lookups),
                                           assignmentsOf<Row>(defaults), true, callFrom(at)));
    }

    /// for (const Book &book : books): asks once, and makes the objects as it goes.
    RowIterator<Row> begin() const
    {
        return RowIterator<Row>(self().fetch(CallInfo()), rowType<Row>());
    }
    RowIterator<Row> end() const { return {}; }

private:
    const QueryCore &self() const { return static_cast<const Self *>(this)->core(); }
    ObjectWriter writer() const { return writerFor<Row>(self().database()); }
    static const void *objectOf(const Row &row)
    {
        return rowType<Row>().object(const_cast<Row *>(&row));
    }
};

/// The same methods as futures: they start at once and never block. What is wrong with their
/// arguments ends the future, too.
template <typename Self, typename Row>
class AsyncTerminals {
public:
    QFuture<QList<Row>> alist(const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &takeList<Row>,
                          [&] { return self().listOperation(callFrom(at)); });
    }
    QFuture<Row> aget(const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &takeOne<Row>,
                          [&] { return self().getOperation({}, callFrom(at)); });
    }
    template <typename Root>
    QFuture<Row> aget(const Condition<Root> &condition, const Here &at = Here::current()) const
    {
        requireRoot<typename RowTraits<Row>::Model, Root>();
        return startTaken(self().database(), &takeOne<Row>,
                          [&] { return self().getOperation(condition, callFrom(at)); });
    }
    QFuture<std::optional<Row>> afirst(const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &takeOptional<Row>,
                          [&] { return self().endOperation(false, callFrom(at)); });
    }
    QFuture<std::optional<Row>> alast(const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &takeOptional<Row>,
                          [&] { return self().endOperation(true, callFrom(at)); });
    }
    template <auto... Members>
    QFuture<Row> aearliest(const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &takeOne<Row>, [&] {
            return self().extremeOperation({asPath<Members>().text()...}, false, callFrom(at));
        });
    }
    template <auto... Members>
    QFuture<Row> alatest(const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &takeOne<Row>, [&] {
            return self().extremeOperation({asPath<Members>().text()...}, true, callFrom(at));
        });
    }
    QFuture<qint64> acount(const Here &at = Here::current()) const
    {
        return self().acount(callFrom(at));
    }
    QFuture<bool> aexists(const Here &at = Here::current()) const
    {
        return self().aexists(callFrom(at));
    }
    QFuture<bool> acontains(const Row &row, const Here &at = Here::current()) const
    {
        return self().acontains(rowType<Row>().object(const_cast<Row *>(&row)), callFrom(at));
    }
    template <AnyTerm... Ts>
    auto aaggregate(const Ts &...terms) const
    {
        return aggregateFuture<Ts...>(self(), namedAggregates({terms.data()...}));
    }
    template <auto Key>
    QFuture<QHash<TypeOf<Key>, Row>> ainBulk(const QList<TypeOf<Key>> &keys,
                                             const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &byKey<Key, Row>, [&] {
            return self().inBulkOperation(Path<Key>::text(), keyValues(keys), callFrom(at));
        });
    }
    /// As each(), on a worker's thread: `take` is called there.
    template <typename Take>
    QFuture<qint64> aeach(Take take, const Here &at = Here::current()) const
    {
        return self().astream(eachOf<Row>(std::move(take)), callFrom(at, "aeach"));
    }

    // --- Writing; objects are values: what the database added is in the one that comes back ---
    QFuture<Row> acreate(const Row &object, const Here &at = Here::current()) const
    {
        return startWrite<Row>(self().database(), [&] {
            return saveOperation(self().database(), object, SaveOptions{true, false, {}},
                                 callFrom(at, "create"), "create");
        });
    }
    QFuture<Row> asave(const Row &object, const SaveOptions &options = {},
                       const Here &at = Here::current()) const
    {
        return startWrite<Row>(self().database(), [&] {
            return saveOperation(self().database(), object, options, callFrom(at, "save"), "save");
        });
    }
    QFuture<DeleteResult> aremove(const Row &object, const Here &at = Here::current()) const
    {
        return startWrite<DeleteResult>(
            self().database(), [&] { return writer().remove(&object, callFrom(at, "delete")); });
    }
    QFuture<Row> arefresh(const Row &object, const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &takeOne<Row>, [&] {
            return self().with(writer().rowOf(&object)).getOperation({}, callFrom(at));
        });
    }
    QFuture<QList<Row>> abulkCreate(const QList<Row> &objects,
                                    const BulkCreateOptions &options = {},
                                    const Here &at = Here::current()) const
    {
        return startWrite<QList<Row>>(self().database(), [&] {
            return bulkCreateOperation(self().database(), objects, options,
                                       callFrom(at, "bulk_create"));
        });
    }
    QFuture<qint64> abulkInsert(const QList<Row> &objects, const Here &at = Here::current()) const
    {
        return startWrite<qint64>(self().database(), [&] {
            return bulkInsertOperation(self().database(), objects, callFrom(at));
        });
    }
    template <auto... Members>
    QFuture<qint64> abulkUpdate(const QList<Row> &objects, const Here &at = Here::current()) const
    {
        return startWrite<qint64>(self().database(), [&] {
            return bulkUpdateOperation<Members...>(self(), objects, callFrom(at));
        });
    }
    template <typename... Models>
    QFuture<qint64> aupdate(const Assigned<Models> &...values) const
    {
        return startWrite<qint64>(self().database(), [&] {
            return updateOperation(self(), assignmentsOf<Row>(values...), CallInfo());
        });
    }
    QFuture<DeleteResult> adeleteRows(const Here &at = Here::current()) const
    {
        return startWrite<DeleteResult>(self().database(),
                                        [&] { return deleteOperation(self(), callFrom(at)); });
    }
    QFuture<std::pair<Row, bool>> agetOrCreate(std::initializer_list<Assigned<Row>> lookups,
                                               std::initializer_list<Assigned<Row>> defaults = {},
                                               const Here &at = Here::current()) const
    {
        return startWrite<std::pair<Row, bool>>(self().database(), [&] {
            return findOperation<Row>(self(), assignmentsOf<Row>(lookups),
                                      assignmentsOf<Row>(defaults), false, callFrom(at));
        });
    }
    QFuture<std::pair<Row, bool>>
    aupdateOrCreate(std::initializer_list<Assigned<Row>> lookups,
                    std::initializer_list<Assigned<Row>> defaults = {},
                    const Here &at = Here::current()) const
    {
        return startWrite<std::pair<Row, bool>>(self().database(), [&] {
            return findOperation<Row>(self(), assignmentsOf<Row>(lookups),
                                      assignmentsOf<Row>(defaults), true, callFrom(at));
        });
    }

    /// auto rows = books.aiterator(); while (auto book = co_await rows.next()) ...
    AsyncRows<Row> aiterator(const Here &at = Here::current()) const
    {
        return AsyncRows<Row>(self(), callFrom(at, "aiterator"));
    }

private:
    ObjectWriter writer() const { return writerFor<Row>(self().database()); }
    const QueryCore &self() const { return static_cast<const Self *>(this)->core(); }
};

} // namespace detail

class Transaction;
class AsyncTransaction;

/// A QuerySet that has joined a transaction of its thread: it has the sync half of the terminal
/// methods only.
template <typename T>
class SyncQuerySet : public detail::Refinements<SyncQuerySet, T>,
                     public detail::SyncTerminals<SyncQuerySet<T>, T> {
public:
    explicit SyncQuerySet(detail::QueryCore core)
        : detail::Refinements<heddle::SyncQuerySet, T>(std::move(core))
    {
    }
};

/// A QuerySet that has joined an async transaction: it has the `a` half of the terminal methods
/// only.
template <typename T>
class AsyncQuerySet : public detail::Refinements<AsyncQuerySet, T>,
                      public detail::AsyncTerminals<AsyncQuerySet<T>, T> {
public:
    explicit AsyncQuerySet(detail::QueryCore core)
        : detail::Refinements<heddle::AsyncQuerySet, T>(std::move(core))
    {
    }
};

/// A question not yet asked, on rows of a struct (or on tuples and values made of them).
///
/// Each refinement returns a new QuerySet and leaves this one untouched; copies share their Query.
/// No database is involved before a terminal method (list, get, count, ...) or its `a` twin is
/// called. Wrong paths and types that do not fit do not compile.
template <typename T>
class QuerySet : public detail::Refinements<QuerySet, T>,
                 public detail::SyncTerminals<QuerySet<T>, T>,
                 public detail::AsyncTerminals<QuerySet<T>, T> {
public:
    explicit QuerySet(detail::QueryCore core)
        : detail::Refinements<heddle::QuerySet, T>(std::move(core))
    {
    }
    QuerySet(Database database, Query query)
        : QuerySet(detail::QueryCore(std::move(database), std::move(query), &detail::rowType<T>()))
    {
    }

    /// The same question as part of a transaction (`using` is a word of C++'s own). What comes back
    /// has only the methods that the transaction can carry out: a transaction does not cross
    /// between sync and async code.
    template <typename Tx>
    auto inside(Tx &transaction) const
    {
        constexpr bool sync = std::is_same_v<std::remove_const_t<Tx>, Transaction>;
        constexpr bool async = std::is_same_v<std::remove_const_t<Tx>, AsyncTransaction>;
        static_assert(sync || async, "Heddle: inside() takes a Transaction or an AsyncTransaction");
        if constexpr (sync)
            return SyncQuerySet<T>(this->core().withDatabase(transaction.database()));
        else if constexpr (async)
            return AsyncQuerySet<T>(this->core().withDatabase(transaction.database()));
    }
};

template <typename Relation>
void Database::load(const Relation &relation) const
{
    detail::loadRelation(*this, relation, detail::typedModel<typename Relation::Target>());
}

template <typename Relation>
Task<> Database::aload(const Relation &relation) const
{
    return detail::aloadRelation(*this, relation, detail::typedModel<typename Relation::Target>());
}

template <typename T>
void Database::check() const
{
    detail::checkModel(*this, detail::typedModel<T>());
}

template <typename T>
QFuture<bool> Database::acheck() const
{
    return detail::acheckModel(*this, detail::typedModel<T>());
}

template <typename T>
QuerySet<T> Database::objects() const
{
    detail::TypedModel &model = detail::typedModel<T>();
    return QuerySet<T>(*this, Query(model.registry(), model.info()));
}

} // namespace heddle
