#pragma once

#include "orm/execution/task.h"
#include "orm/objects/typedaggregates.h"
#include "orm/objects/typedraw.h"
#include "orm/objects/typedrefinements.h"
#include "orm/objects/typedstream.h"
#include "orm/objects/typedwrites.h"

namespace heddle {

namespace detail {

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
        return aggregateFuture<Ts...>(self(), namedAggregates({terms.data()...}),
                                      callOfTerms(terms...));
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
    QFuture<QString> aexplain(const QString &format = {}, const ExplainOptions &options = {},
                              const Here &at = Here::current()) const
    {
        return self().records().aexplain(format, options, callFrom(at));
    }
    QFuture<QList<Row>> araw(const QString &sql, const RawParameters &parameters = {},
                             const Here &at = Here::current()) const
    {
        return startTaken(self().database(), &takeList<Row>,
                          [&] { return rawOperation(self(), sql, parameters, callFrom(at)); });
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
            return updateOperation(self(), assignmentsOf<Row>(values...), callOfValues(values...));
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

} // namespace heddle
