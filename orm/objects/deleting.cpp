#include "orm/objects/deletecollector.h"
#include "orm/objects/writeplans.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace writeplans;

namespace {

Plan<DeleteResult> deleteQueryPlan(Database database, Query query)
{
    DeleteCollector collector(database);
    Plan<bool> collected = collector.collectQuery(std::move(query));
    co_await std::move(collected);
    Plan<DeleteResult> run = collector.run();
    co_return co_await std::move(run);
}

Plan<DeleteResult> deleteRecordPlan(Record record)
{
    DeleteCollector collector(record.database());
    Plan<bool> collected = collector.collectObjects({record});
    co_await std::move(collected);
    Plan<DeleteResult> run = collector.run();
    co_return co_await std::move(run);
}

/// What is deleted is read plainly: no order, no locks, no related objects.
Query plainRows(const Query &query)
{
    Query plain = query.state().ordered ? query.orderBy(QStringList()) : query;
    if (plain.state().selectRelated)
        plain = plain.selectRelatedNone();
    return plain.prefetchRelatedNone();
}

} // namespace

namespace operations {

Operation<DeleteResult> deleteRows(const Database &database, const Query &query,
                                   const CallInfo &call)
{
    if (query.state().combined)
        throw NotSupportedError(u"Calling QuerySet.delete() after union() is not supported."_s);
    if (query.state().sliced())
        throw TypeError(u"Cannot use 'limit' or 'offset' with delete()."_s);
    if (query.state().distinctFields)
        throw TypeError(u"Cannot call delete() after .distinct(*fields)."_s);
    if (query.state().result != ResultKind::Rows)
        throw TypeError(u"Cannot call delete() after .values() or .values_list()"_s);
    return {deleteQueryPlan(database, plainRows(query)),
            writeContext(call, "delete", "DELETE " + query.model()->name.toUtf8())};
}

Operation<DeleteResult> deleteRecord(const Record &record, const CallInfo &call)
{
    const ModelInfo *model = record.model();
    if (!isKeySet(record.primaryKey()))
        throw ValueError(
            u"%1 object can't be deleted because its %2 attribute is set to None."_s.arg(
                model->name, model->primaryKey() ? model->primaryKey()->attname : u"pk"_s));
    return {deleteRecordPlan(record),
            writeContext(call, "delete", "DELETE " + model->name.toUtf8())};
}

} // namespace operations

DeleteResult Record::deleteRow(const CallInfo &call) const
{
    Operation<DeleteResult> operation = operations::deleteRecord(*this, call);
    return database().runner().run(std::move(operation.plan), operation.context);
}

QFuture<DeleteResult> Record::adeleteRow(const CallInfo &call) const
{
    Operation<DeleteResult> operation = operations::deleteRecord(*this, call);
    return database().runner().start(std::move(operation.plan), operation.context);
}

} // namespace heddle
