#pragma once

#include "orm/objects/operations.h"
#include "orm/objects/typedcore.h"
#include "orm/objects/typedstream.h"
#include "orm/objects/writeoptions.h"

namespace heddle {

class FieldInput;

/// A member and what it is set to: set<&Book::price>(f<&Book::price> * 2).
template <typename Model>
struct Assigned {
    QString name;
    Operand value;   // a Value or an expression
    detail::Here at; // where it was written: the call site of update()
};

/// For update(), getOrCreate() and updateOrCreate(). A relation is set to an object, a key or
/// nullptr.
template <auto Member, typename R>
auto set(const R &right, const detail::Here &at = detail::Here::current())
{
    using M = detail::TypeOf<Member>;
    using Model = detail::ClassOf<Member>;
    const QString &path = Path<Member>::text();
    if constexpr (detail::RelationTraits<M>::known) {
        static_assert(detail::RelationTraits<M>::key,
                      "Heddle: only a ForeignKey or OneToOne can be set; sets have add() and "
                      "remove()");
        using Target = typename detail::RelationTraits<M>::Target;
        const QString attname =
            detail::typedModel<Model>().member(&detail::memberTag<Member>)->field->attname;
        if constexpr (std::is_same_v<R, std::nullptr_t>)
            return Assigned<Model>{attname, Operand(Value()), at};
        else if constexpr (std::is_base_of_v<detail::KeyBase, R> || std::is_base_of_v<Target, R>)
            return Assigned<Model>{attname,
                                   detail::relationOperand<detail::RelationTo<Target>>(right), at};
        else
            return Assigned<Model>{attname, detail::operandOf(right), at};
    } else if constexpr (std::is_same_v<R, std::nullopt_t> || std::is_same_v<R, std::nullptr_t>) {
        static_assert(detail::isOptional<M>,
                      "Heddle: only a member that is a std::optional can be set to NULL");
        return Assigned<Model>{path, Operand(Value()), at};
    } else {
        constexpr bool fits = detail::comparable<M, R>();
        static_assert(fits, "Heddle: this member cannot be set to a value of that type");
        if constexpr (fits)
            return Assigned<Model>{path, detail::operandOf(right), at};
        else
            return Assigned<Model>{path, Operand(), at};
    }
}

namespace detail {

using Assignments = std::vector<std::pair<QString, Operand>>;

/// The operations of writes.h for structs: objects become Records on the way in, and take back what
/// the database gave on the way out.
class ObjectWriter {
public:
    ObjectWriter(Database database, TypedModel &model)
        : m_database(std::move(database)), m_model(model)
    {
    }
    Operation<bool> save(const Record &record, const SaveOptions &options, const CallInfo &call,
                         const char *method) const;
    Operation<DeleteResult> remove(const void *object, const CallInfo &call) const;
    Operation<std::vector<Record>> bulkCreate(const std::vector<Record> &records,
                                              const BulkCreateOptions &options,
                                              const CallInfo &call) const;
    /// `first`: the first of `count` objects, which `keep` keeps alive.
    Operation<qint64> bulkInsert(std::shared_ptr<const void> keep, const char *first,
                                 qsizetype count, const CallInfo &call) const;
    Operation<qint64> bulkUpdate(const Query &query, const std::vector<Record> &records,
                                 const QStringList &fields, const CallInfo &call) const;
    Operation<Record> getOrCreate(const Query &query, const Assignments &lookups,
                                  const Assignments &defaults, std::shared_ptr<bool> created,
                                  const CallInfo &call) const;
    Operation<Record> updateOrCreate(const Query &query, const Assignments &lookups,
                                     const Assignments &defaults, std::shared_ptr<bool> created,
                                     const CallInfo &call) const;
    /// The queryset of the one row of an object.
    Query rowOf(const void *object) const;

    /// A record with the object's values. An automatic key of 0 is left to the database, as is what
    /// has a default there and is not set.
    Record recordOf(const void *object) const;
    std::vector<Record> recordsOf(const char *first, qsizetype count) const;
    /// What the database gave: keys, defaults, generated columns.
    void takeBack(void *object, const Record &record) const;
    void takeAll(void *object, const Record &record) const;

    const Database &database() const { return m_database; }
    /// save() of an object that takes back at once what the database gave.
    template <typename T>
    void insertOrUpdate(T &object, const SaveOptions &options, const CallInfo &call) const;

private:
    Database m_database;
    TypedModel &m_model;
};

Operation<qint64> updateOperation(const QueryCore &core, const Assignments &values,
                                  const CallInfo &call);
Operation<DeleteResult> deleteOperation(const QueryCore &core, const CallInfo &call);

template <typename T>
ObjectWriter writerFor(const Database &database)
{
    return {database, typedModel<T>()};
}

template <typename R>
R runWrite(const Database &database, Operation<R> operation)
{
    return database.runner().run(std::move(operation.plan), operation.context);
}

template <typename T>
void ObjectWriter::insertOrUpdate(T &object, const SaveOptions &options, const CallInfo &call) const
{
    requireSyncAllowed(call.method, call.site);
    const Record record = recordOf(&object);
    runWrite(m_database, save(record, options, call, call.method));
    takeBack(&object, record);
}

/// Starts what `make` gives; what it throws ends the future.
template <typename R, typename Make>
QFuture<R> startWrite(const Database &database, Make make)
{
    try {
        Operation<R> operation = make();
        return database.runner().start(std::move(operation.plan), operation.context);
    } catch (...) {
        return failedFuture<R>(std::current_exception());
    }
}

template <typename T>
Plan<T> savedPlan(Plan<bool> inner, ObjectWriter writer, Record record, T object)
{
    co_await std::move(inner);
    writer.takeBack(&object, record);
    co_return object;
}

template <typename T>
Plan<QList<T>> createdPlan(Plan<std::vector<Record>> inner, ObjectWriter writer, QList<T> objects)
{
    const std::vector<Record> records = co_await std::move(inner);
    for (std::size_t i = 0; i < records.size(); ++i)
        writer.takeBack(&objects[qsizetype(i)], records[i]);
    co_return objects;
}

template <typename T>
Plan<std::pair<T, bool>> foundPlan(Plan<Record> inner, ObjectWriter writer,
                                   std::shared_ptr<bool> created)
{
    const Record record = co_await std::move(inner);
    std::pair<T, bool> out{T(), *created};
    writer.takeAll(&out.first, record);
    co_return out;
}

template <typename T>
Operation<T> saveOperation(const Database &database, const T &object, const SaveOptions &options,
                           const CallInfo &call, const char *method)
{
    const ObjectWriter writer = writerFor<T>(database);
    const Record record = writer.recordOf(&object);
    Operation<bool> inner = writer.save(record, options, call, method);
    return {savedPlan<T>(std::move(inner.plan), writer, record, object), inner.context};
}

template <typename T>
Operation<QList<T>> bulkCreateOperation(const Database &database, const QList<T> &objects,
                                        const BulkCreateOptions &options, const CallInfo &call)
{
    const ObjectWriter writer = writerFor<T>(database);
    Operation<std::vector<Record>> inner = writer.bulkCreate(
        writer.recordsOf(reinterpret_cast<const char *>(objects.constData()), objects.size()),
        options, call);
    return {createdPlan<T>(std::move(inner.plan), writer, objects), inner.context};
}

template <typename T>
Operation<qint64> bulkInsertOperation(const Database &database, const QList<T> &objects,
                                      const CallInfo &call)
{
    auto keep = std::make_shared<const QList<T>>(objects);
    const char *first = reinterpret_cast<const char *>(keep->constData());
    return writerFor<T>(database).bulkInsert(keep, first, objects.size(), call);
}

template <auto... Members, typename T>
Operation<qint64> bulkUpdateOperation(const QueryCore &core, const QList<T> &objects,
                                      const CallInfo &call)
{
    static_assert((std::is_base_of_v<ClassOf<Members>, T> && ...),
                  "Heddle: this member belongs to another struct than the queryset's rows");
    const ObjectWriter writer = writerFor<T>(core.database());
    return writer.bulkUpdate(
        core.query(),
        writer.recordsOf(reinterpret_cast<const char *>(objects.constData()), objects.size()),
        {Path<Members>::text()...}, call);
}

template <typename T>
Operation<std::pair<T, bool>> findOperation(const QueryCore &core, const Assignments &lookups,
                                            const Assignments &defaults, bool update,
                                            const CallInfo &call)
{
    const ObjectWriter writer = writerFor<T>(core.database());
    auto created = std::make_shared<bool>(false);
    Operation<Record> inner =
        update ? writer.updateOrCreate(core.query(), lookups, defaults, created, call)
               : writer.getOrCreate(core.query(), lookups, defaults, created, call);
    return {foundPlan<T>(std::move(inner.plan), writer, created), inner.context};
}

template <typename T, typename... Models>
Assignments assignmentsOf(const Assigned<Models> &...values)
{
    static_assert(((std::is_same_v<T, Models> || std::is_base_of_v<Models, T>)&&...),
                  "Heddle: this member belongs to another struct than the queryset's rows");
    return {{values.name, values.value}...};
}

template <typename First, typename... Rest>
CallInfo callOfValues(const First &first, const Rest &...)
{
    return callFrom(first.at);
}

template <typename T>
Assignments assignmentsOf(std::initializer_list<Assigned<T>> values)
{
    Assignments out;
    for (const Assigned<T> &value : values)
        out.emplace_back(value.name, value.value);
    return out;
}

} // namespace detail
} // namespace heddle
