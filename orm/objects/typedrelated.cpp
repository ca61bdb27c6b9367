#include "orm/objects/relatedfutures.h"
#include "orm/objects/relatedrecords.h"
#include "orm/objects/resultstorage.h"
#include "orm/objects/typedwrites.h"

namespace heddle::detail {

namespace {

/// A record that stands for a saved object, or for no more of it than its key.
Record saved(Record record)
{
    std::lock_guard lock(record.data()->mutex);
    record.data()->adding = false;
    return record;
}

RelatedRecords managerOf(const SetBase &set)
{
    const RelationSource &source = *set.source();
    const Relation &relation = *source.member->relation;
    const Field *own = relation.kind == RelationKind::ManyToMany ? relation.sourceField->targetField
                                                                 : relation.field->targetField;
    Record owner = Record::unsaved(source.database, source.owner->info());
    owner.setValue(own, set.ownerKey());
    return {saved(std::move(owner)), &relation};
}

Operation<bool> changeOperation(const SetBase &set, SetChange change, TypedModel &target,
                                const void *objects, qsizetype count)
{
    set.query(target); // throws for an object that was made by hand
    const RelatedRecords manager = managerOf(set);
    const ObjectWriter writer(manager.database(), target);
    RelatedInputs inputs;
    for (Record &record : writer.recordsOf(static_cast<const char *>(objects), count))
        inputs.emplace_back(saved(std::move(record)));
    switch (change) {
    case SetChange::Add:
        return operations::relatedAdd(manager, inputs, {}, {});
    case SetChange::Remove:
        return operations::relatedRemove(manager, inputs, {}, {});
    case SetChange::Replace:
        return operations::relatedSet(manager, inputs, {}, {});
    case SetChange::Clear:
        return operations::relatedClear(manager, {}, {});
    }
    Q_UNREACHABLE();
}

} // namespace

void changeSet(const SetBase &set, SetChange change, TypedModel &target, const void *objects,
               qsizetype count)
{
    requireSyncAllowed(change == SetChange::Add       ? "add"
                       : change == SetChange::Remove  ? "remove"
                       : change == SetChange::Replace ? "set"
                                                      : "clear",
                       {});
    Operation<bool> operation = changeOperation(set, change, target, objects, count);
    runWrite(set.source()->database, std::move(operation));
}

QFuture<bool> achangeSet(const SetBase &set, SetChange change, TypedModel &target,
                         const void *objects, qsizetype count)
{
    try {
        Operation<bool> operation = changeOperation(set, change, target, objects, count);
        return set.source()->database.runner().start(std::move(operation.plan), operation.context);
    } catch (...) {
        return failedFuture<bool>(std::current_exception());
    }
}

} // namespace heddle::detail
