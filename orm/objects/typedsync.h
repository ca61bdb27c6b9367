#pragma once

#include "orm/objects/typedaggregates.h"
#include "orm/objects/typedraw.h"
#include "orm/objects/typedrefinements.h"
#include "orm/objects/typedstream.h"
#include "orm/objects/typedwrites.h"

namespace heddle {

namespace detail {

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
            self().aggregate(namedAggregates({terms.data()...}), callOfTerms(terms...)));
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
    /// How the database would carry it out, as text. `format` may be empty; `options` are the
    /// database's own: {{"analyze", true}}.
    QString explain(const QString &format = {}, const ExplainOptions &options = {},
                    const Here &at = Here::current()) const
    {
        return self().records().explain(format, options, callFrom(at));
    }
    /// The rows of a text of one's own as objects: columns are matched with fields by name. `%s`
    /// stands for the parameters, which never go into the text.
    QList<Row> raw(const QString &sql, const RawParameters &parameters = {},
                   const Here &at = Here::current()) const
    {
        return takeList<Row>(
            runWrite(self().database(), rawOperation(self(), sql, parameters, callFrom(at))));
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
        return runWrite(self().database(), updateOperation(self(), assignmentsOf<Row>(values...),
                                                           callOfValues(values...)));
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
    RowIterator<Row> begin(const Here &at = Here::current()) const
    {
        return RowIterator<Row>(self(), callFrom(at));
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

} // namespace detail

} // namespace heddle
