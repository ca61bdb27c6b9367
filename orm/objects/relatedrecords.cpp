#include "orm/objects/relatedrecords.h"

#include "orm/objects/relatedplans.h"
#include "orm/objects/resultstorage.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace writeplans;
using namespace relatedplans;

RelatedRecords::RelatedRecords(Record owner, const Relation *relation)
    : m_owner(std::move(owner)), m_relation(relation)
{
    if (!isKeySet(m_owner.primaryKey()))
        throw ValueError(
            isManyToMany()
                ? u"'%1' instance needs to have a primary key value before a many-to-many relationship can be used."_s
                      .arg(m_owner.model()->name)
                : u"'%1' instance needs to have a primary key value before this relationship can be used."_s
                      .arg(m_owner.model()->name));
}

Value RelatedRecords::ownerKey() const
{
    const Field *key = isManyToMany() ? m_relation->sourceField : m_relation->field;
    return m_owner.value(key->targetField);
}

Query RelatedRecords::query() const
{
    return m_owner.relatedQuery(m_relation->accessor);
}

Query RelatedRecords::linkRows() const
{
    if (!isManyToMany())
        return {};
    Query links =
        Query(database().registry(), m_relation->through)
            .filter(makeQ({{m_relation->sourceField->name, Operand(ownerKey()), {}, {}}}));
    if (m_relation->farField->null)
        links = links.filter(
            makeQ({{m_relation->farField->name + "__isnull"_L1, Operand(Value(false)), {}, {}}}));
    return links.askedFor(query().rowOrigin());
}

namespace {

/// What prefetch_related brought is no longer the truth.
void forgetPrefetched(const RelatedRecords &set)
{
    std::lock_guard lock(set.owner().data()->mutex);
    set.owner().data()->prefetched.remove(set.relation().accessor);
}

void requireOwnerKey(const RelatedRecords &set)
{
    if (!set.ownerKey().isNull())
        return;
    const Field *key = set.isManyToMany() ? set.relation().sourceField : set.relation().field;
    throw ValueError(
        u"\"%1\" needs to have a value for field \"%2\" before this %3relationship can be used."_s
            .arg(FieldInput(set.owner()).toRepr(), key->targetField->attname,
                 set.isManyToMany() ? u"many-to-many "_s : QString()));
}

void prepare(const RelatedRecords &set)
{
    requireOwnerKey(set);
    forgetPrefetched(set);
}

QString labelOf(const RelatedRecords &set)
{
    return set.owner().model()->name + u'.' + set.relation().accessor;
}

PlanContext contextOf(const RelatedRecords &set, const CallInfo &call, const char *method)
{
    return writeContext(call, method, labelOf(set).toUtf8());
}

/// The values of a new object, with the way back to the owner.
FieldInputs withOwner(const RelatedRecords &set, FieldInputs inputs)
{
    if (set.isManyToMany())
        return inputs;
    std::erase_if(inputs,
                  [&](const auto &item) { return item.first == set.relation().field->name; });
    inputs.emplace_back(set.relation().field->name, FieldInput(set.owner()));
    return inputs;
}

QPtr withOwner(const RelatedRecords &set, const QPtr &lookup)
{
    if (set.isManyToMany())
        return lookup;
    const QPtr own =
        makeQ({{set.relation().field->name, Operand(set.owner().instanceRef()), {}, {}}});
    return lookup ? combineQ(lookup, own, Connector::And) : own;
}

Plan<Record> createAndLink(RelatedRecords set, Plan<Record> creating, FieldInputs throughDefaults)
{
    Record made = co_await std::move(creating);
    if (set.isManyToMany()) {
        Plan<bool> link = linkPlan(set, {FieldInput(made)}, std::move(throughDefaults));
        co_await std::move(link);
    }
    co_return made;
}

Plan<RecordAndCreated> getAndLink(RelatedRecords set, Plan<RecordAndCreated> getting,
                                  FieldInputs throughDefaults)
{
    RecordAndCreated result = co_await std::move(getting);
    if (set.isManyToMany() && result.created) {
        Plan<bool> link = linkPlan(set, {FieldInput(result.record)}, std::move(throughDefaults));
        co_await std::move(link);
    }
    co_return result;
}

} // namespace

namespace operations {

Operation<bool> relatedAdd(const RelatedRecords &set, const RelatedInputs &objects,
                           const RelatedOptions &options, const CallInfo &call)
{
    prepare(set);
    PlanContext context = contextOf(set, call, "add");
    if (set.isManyToMany())
        return {inTransaction(linkPlan(set, objects, options.throughDefaults)), context};
    return {adoptPlan(set, objects, options.bulk), context};
}

Operation<bool> relatedRemove(const RelatedRecords &set, const RelatedInputs &objects,
                              const RelatedOptions &options, const CallInfo &call)
{
    prepare(set);
    PlanContext context = contextOf(set, call, "remove");
    if (set.isManyToMany())
        return {unlinkPlan(set, objects), context};
    return {releasePlan(set, objects, options.bulk), context};
}

Operation<bool> relatedClear(const RelatedRecords &set, const RelatedOptions &options,
                             const CallInfo &call)
{
    prepare(set);
    PlanContext context = contextOf(set, call, "clear");
    if (set.isManyToMany())
        return {unlinkAllPlan(set), context};
    return {releaseAllPlan(set, set.query(), options.bulk), context};
}

Operation<bool> relatedSet(const RelatedRecords &set, const RelatedInputs &objects,
                           const RelatedOptions &options, const CallInfo &call)
{
    prepare(set);
    return {replacePlan(set, objects, options), contextOf(set, call, "set")};
}

Operation<Record> relatedCreate(const RelatedRecords &set, const FieldInputs &inputs,
                                const RelatedOptions &options, const CallInfo &call)
{
    prepare(set);
    Operation<Record> inner = create(set.database(), set.model(), withOwner(set, inputs), call);
    return {createAndLink(set, std::move(inner.plan), options.throughDefaults), inner.context};
}

Operation<RecordAndCreated> relatedGetOrCreate(const RelatedRecords &set, const QPtr &lookup,
                                               const FieldInputs &values,
                                               const FieldInputs &defaults,
                                               const RelatedOptions &options, const CallInfo &call)
{
    prepare(set);
    Operation<RecordAndCreated> inner =
        getOrCreate(set.database(), set.query(), withOwner(set, lookup), withOwner(set, values),
                    defaults, call);
    return {getAndLink(set, std::move(inner.plan), options.throughDefaults), inner.context};
}

Operation<RecordAndCreated>
relatedUpdateOrCreate(const RelatedRecords &set, const QPtr &lookup, const FieldInputs &values,
                      const FieldInputs &defaults, const std::optional<FieldInputs> &createDefaults,
                      const RelatedOptions &options, const CallInfo &call)
{
    prepare(set);
    Operation<RecordAndCreated> inner =
        updateOrCreate(set.database(), set.query(), withOwner(set, lookup), withOwner(set, values),
                       defaults, createDefaults, call);
    return {getAndLink(set, std::move(inner.plan), options.throughDefaults), inner.context};
}

Operation<qint64> relatedCount(const RelatedRecords &set, const CallInfo &call)
{
    return count(set.database(), set.isManyToMany() ? set.linkRows() : set.query(), call);
}

Operation<bool> relatedExists(const RelatedRecords &set, const CallInfo &call)
{
    return exists(set.database(), set.isManyToMany() ? set.linkRows() : set.query(), call);
}

} // namespace operations

} // namespace heddle
