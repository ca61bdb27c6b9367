#include "orm/objects/writes.h"

namespace heddle {

namespace {

template <typename T>
T run(const Database &database, Operation<T> operation)
{
    return database.runner().run(std::move(operation.plan), operation.context);
}

template <typename T>
QFuture<T> start(const Database &database, Operation<T> operation)
{
    return database.runner().start(std::move(operation.plan), operation.context);
}

/// The lookups of get_or_create() as a condition; null without any.
QPtr lookupOf(const FieldInputs &lookups)
{
    std::vector<QChild> children;
    for (const auto &[name, input] : lookups)
        children.push_back({name, input.operand(), {}, {}});
    return children.empty() ? QPtr() : makeQ(std::move(children));
}

} // namespace

using Rows = QuerySet<Record>;

Record Rows::create(const FieldInputs &values, const CallInfo &call) const
{
    return run(m_database, operations::create(m_database, m_query.model(), values, call));
}
QFuture<Record> Rows::acreate(const FieldInputs &values, const CallInfo &call) const
{
    return start(m_database, operations::create(m_database, m_query.model(), values, call));
}

RecordAndCreated Rows::getOrCreate(const FieldInputs &lookups, const FieldInputs &defaults,
                                   const CallInfo &call) const
{
    return run(m_database, operations::getOrCreate(m_database, m_query, lookupOf(lookups), lookups,
                                                   defaults, call));
}
QFuture<RecordAndCreated> Rows::agetOrCreate(const FieldInputs &lookups,
                                             const FieldInputs &defaults,
                                             const CallInfo &call) const
{
    return start(m_database, operations::getOrCreate(m_database, m_query, lookupOf(lookups),
                                                     lookups, defaults, call));
}

RecordAndCreated Rows::updateOrCreate(const FieldInputs &lookups, const FieldInputs &defaults,
                                      const std::optional<FieldInputs> &createDefaults,
                                      const CallInfo &call) const
{
    return run(m_database, operations::updateOrCreate(m_database, m_query, lookupOf(lookups),
                                                      lookups, defaults, createDefaults, call));
}
QFuture<RecordAndCreated> Rows::aupdateOrCreate(const FieldInputs &lookups,
                                                const FieldInputs &defaults,
                                                const std::optional<FieldInputs> &createDefaults,
                                                const CallInfo &call) const
{
    return start(m_database, operations::updateOrCreate(m_database, m_query, lookupOf(lookups),
                                                        lookups, defaults, createDefaults, call));
}

std::vector<Record> Rows::bulkCreate(std::vector<Record> objects, const BulkCreateOptions &options,
                                     const CallInfo &call) const
{
    return run(m_database, operations::bulkCreate(m_database, m_query.model(), std::move(objects),
                                                  options, call));
}
QFuture<std::vector<Record>> Rows::abulkCreate(std::vector<Record> objects,
                                               const BulkCreateOptions &options,
                                               const CallInfo &call) const
{
    return start(m_database, operations::bulkCreate(m_database, m_query.model(), std::move(objects),
                                                    options, call));
}

qint64 Rows::bulkUpdate(std::vector<Record> objects, const QStringList &fields,
                        std::optional<qint64> batchSize, const CallInfo &call) const
{
    return run(m_database, operations::bulkUpdate(m_database, m_query, std::move(objects), fields,
                                                  batchSize, call));
}
QFuture<qint64> Rows::abulkUpdate(std::vector<Record> objects, const QStringList &fields,
                                  std::optional<qint64> batchSize, const CallInfo &call) const
{
    return start(m_database, operations::bulkUpdate(m_database, m_query, std::move(objects), fields,
                                                    batchSize, call));
}

qint64 Rows::update(const FieldInputs &values, const CallInfo &call) const
{
    return run(m_database, operations::update(m_database, m_query, values, call));
}
QFuture<qint64> Rows::aupdate(const FieldInputs &values, const CallInfo &call) const
{
    return start(m_database, operations::update(m_database, m_query, values, call));
}

DeleteResult Rows::deleteRows(const CallInfo &call) const
{
    return run(m_database, operations::deleteRows(m_database, m_query, call));
}
QFuture<DeleteResult> Rows::adeleteRows(const CallInfo &call) const
{
    return start(m_database, operations::deleteRows(m_database, m_query, call));
}

} // namespace heddle
