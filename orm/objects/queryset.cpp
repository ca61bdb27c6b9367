#include "orm/objects/queryset.h"

#include "orm/objects/operations.h"
#include "orm/sql/compilecache.h"

namespace heddle {

namespace {

template <typename T>
T here(const Database &database, Operation<T> operation)
{
    return database.runner().run(std::move(operation.plan), operation.context);
}

template <typename T>
QFuture<T> started(const Database &database, Operation<T> operation)
{
    return database.runner().start(std::move(operation.plan), operation.context);
}

/// An `a` method throws nothing: what is wrong with its arguments ends its future as what is wrong
/// with its query does.
template <typename T, typename Make>
QFuture<T> startedFrom(const Database &database, Make make)
{
    try {
        return started<T>(database, make());
    } catch (...) {
        QPromise<T> promise;
        promise.start();
        promise.setException(std::current_exception());
        promise.finish();
        return promise.future();
    }
}

} // namespace

using QS = QuerySet<Record>;

ResultSetPtr QS::fetch(const CallInfo &call) const
{
    requireSyncAllowed(call.method ? call.method : "list", call.site);
    return here(m_database, operations::fetch(m_database, m_query, call));
}
QFuture<ResultSetPtr> QS::afetch(const CallInfo &call) const
{
    return startedFrom<ResultSetPtr>(m_database,
                                     [&] { return operations::fetch(m_database, m_query, call); });
}

qint64 QS::stream(BatchSink sink, const CallInfo &call) const
{
    return here(m_database, operations::stream(m_database, m_query, std::move(sink), call));
}
QFuture<qint64> QS::astream(BatchSink sink, const CallInfo &call) const
{
    return startedFrom<qint64>(
        m_database, [&] { return operations::stream(m_database, m_query, std::move(sink), call); });
}

std::shared_ptr<const ResultShape> QS::shape() const
{
    return compile(m_query, Ask::Rows, m_database.dialect(), {}, m_database.compileCache()).shape;
}

ResultSetPtr QS::get(QPtr q, const CallInfo &call) const
{
    requireSyncAllowed("get", call.site);
    return here(m_database, operations::get(m_database, m_query, q, call));
}
QFuture<ResultSetPtr> QS::aget(QPtr q, const CallInfo &call) const
{
    return startedFrom<ResultSetPtr>(m_database,
                                     [&] { return operations::get(m_database, m_query, q, call); });
}

ResultSetPtr QS::first(const CallInfo &call) const
{
    requireSyncAllowed("first", call.site);
    return here(m_database, operations::firstOrLast(m_database, m_query, false, call));
}
QFuture<ResultSetPtr> QS::afirst(const CallInfo &call) const
{
    return startedFrom<ResultSetPtr>(
        m_database, [&] { return operations::firstOrLast(m_database, m_query, false, call); });
}

ResultSetPtr QS::last(const CallInfo &call) const
{
    requireSyncAllowed("last", call.site);
    return here(m_database, operations::firstOrLast(m_database, m_query, true, call));
}
QFuture<ResultSetPtr> QS::alast(const CallInfo &call) const
{
    return startedFrom<ResultSetPtr>(
        m_database, [&] { return operations::firstOrLast(m_database, m_query, true, call); });
}

ResultSetPtr QS::earliest(const QStringList &fields, const CallInfo &call) const
{
    requireSyncAllowed("earliest", call.site);
    return here(m_database, operations::earliestOrLatest(m_database, m_query, fields, false, call));
}
QFuture<ResultSetPtr> QS::aearliest(const QStringList &fields, const CallInfo &call) const
{
    return startedFrom<ResultSetPtr>(m_database, [&] {
        return operations::earliestOrLatest(m_database, m_query, fields, false, call);
    });
}

ResultSetPtr QS::latest(const QStringList &fields, const CallInfo &call) const
{
    requireSyncAllowed("latest", call.site);
    return here(m_database, operations::earliestOrLatest(m_database, m_query, fields, true, call));
}
QFuture<ResultSetPtr> QS::alatest(const QStringList &fields, const CallInfo &call) const
{
    return startedFrom<ResultSetPtr>(m_database, [&] {
        return operations::earliestOrLatest(m_database, m_query, fields, true, call);
    });
}

qint64 QS::count(const CallInfo &call) const
{
    requireSyncAllowed("count", call.site);
    return here(m_database, operations::count(m_database, m_query, call));
}
QFuture<qint64> QS::acount(const CallInfo &call) const
{
    return startedFrom<qint64>(m_database,
                               [&] { return operations::count(m_database, m_query, call); });
}

bool QS::exists(const CallInfo &call) const
{
    requireSyncAllowed("exists", call.site);
    return here(m_database, operations::exists(m_database, m_query, call));
}
QFuture<bool> QS::aexists(const CallInfo &call) const
{
    return startedFrom<bool>(m_database,
                             [&] { return operations::exists(m_database, m_query, call); });
}

bool QS::contains(const Record &record, const CallInfo &call) const
{
    requireSyncAllowed("contains", call.site);
    return here(m_database, operations::contains(m_database, m_query, record, call));
}
QFuture<bool> QS::acontains(const Record &record, const CallInfo &call) const
{
    return startedFrom<bool>(
        m_database, [&] { return operations::contains(m_database, m_query, record, call); });
}

AggregateResult QS::aggregate(const std::vector<NamedExpression> &aggregates,
                              const CallInfo &call) const
{
    requireSyncAllowed("aggregate", call.site);
    return here(m_database, operations::aggregate(m_database, m_query, aggregates, call));
}
QFuture<AggregateResult> QS::aaggregate(const std::vector<NamedExpression> &aggregates,
                                        const CallInfo &call) const
{
    return startedFrom<AggregateResult>(
        m_database, [&] { return operations::aggregate(m_database, m_query, aggregates, call); });
}

RecordMap QS::inBulk(const std::optional<ValueList> &ids, const QString &field,
                     const CallInfo &call) const
{
    requireSyncAllowed("in_bulk", call.site);
    return here(m_database, operations::inBulk(m_database, m_query, ids, field, call));
}
QFuture<RecordMap> QS::ainBulk(const std::optional<ValueList> &ids, const QString &field,
                               const CallInfo &call) const
{
    return startedFrom<RecordMap>(
        m_database, [&] { return operations::inBulk(m_database, m_query, ids, field, call); });
}

} // namespace heddle
