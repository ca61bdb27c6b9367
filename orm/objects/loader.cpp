#include "orm/objects/loader.h"

#include "orm/objects/operations.h"
#include "orm/objects/resultstorage.h"

#include <unordered_set>

namespace heddle::loader {

using namespace Qt::Literals::StringLiterals;

namespace {

QString placeOf(const CallSite &site)
{
    return site.line > 0 ? u" (the queryset of line %1)"_s.arg(site.line) : QString();
}

/// Throws where an implicit load is not allowed, before anything is sent.
void requireAllowed(const Record &record, const QString &name, const QString &cure,
                    const CallInfo &call)
{
    const QString what = record.model()->name + u'.' + name;
    if (syncRefusedHere())
        throw SynchronousOnlyOperation(
            u"You cannot call this from an async context: '%1' was not loaded with its row%2, and loading it now would block."_s
                .arg(what, placeOf(record.data()->storage->origin)),
            cure);
    if (record.data()->storage->query.state().loadMode == LoadMode::Raise)
        throw FieldFetchBlocked(u"Fetching of %1 blocked."_s.arg(what), cure);
    Q_UNUSED(call);
}

ResultSetPtr runLoad(const Record &record, Operation<ResultSetPtr> operation, TraceLink link,
                     const QString &name)
{
    PlanContext &context = operation.context;
    context.method = "get";
    context.origin = record.data()->storage->origin;
    context.link = link;
    context.parentSet = record.resultSetId();
    context.parentRow = record.row();
    context.relation = record.pathTo(name).toUtf8();
    return record.database().runner().run(std::move(operation.plan), context);
}

bool peersWanted(const Record &record)
{
    return record.data()->storage->query.state().loadMode == LoadMode::Peers;
}

Operand::List distinctKeys(const ResultStorage &storage, int column)
{
    struct Hash {
        std::size_t operator()(const Value &v) const { return v.hash(); }
    };
    Operand::List out;
    std::unordered_set<Value, Hash> seen;
    for (qint64 row = 0; row < storage.rows; ++row) {
        const Value key = storage.value(row, column);
        if (!key.isNull() && seen.insert(key).second)
            out.push_back(Operand(key));
    }
    return out;
}

/// All objects that the rows of one evaluation point to, in one query for all of them (in parts,
/// where there are more keys than parameters).
std::shared_ptr<const std::vector<std::pair<Value, Record>>>
loadPeers(const Record &record, const Query &target, const QString &lookup, const Field *keyField,
          int column, const QString &name, const CallInfo &call)
{
    ResultStorage &storage = *record.data()->storage;
    const QString id = record.model()->name + u'.' + name;
    {
        std::lock_guard lock(storage.mutex);
        if (const auto it = storage.peers.constFind(id); it != storage.peers.constEnd())
            return *it;
    }
    const Operand::List keys = distinctKeys(storage, column);
    auto found = std::make_shared<std::vector<std::pair<Value, Record>>>();
    const std::size_t most = std::size_t(record.database().dialect().features().maxParameters);
    for (std::size_t from = 0; from < keys.size(); from += most) {
        Operand::List part(keys.begin() + std::ptrdiff_t(from),
                           keys.begin() + std::ptrdiff_t(std::min(from + most, keys.size())));
        const Query query =
            target.filter(makeQ({{lookup + "__in"_L1, Operand(std::move(part)), {}, {}}}));
        const ResultSetPtr rows = runLoad(record, operations::fetch(record.database(), query, call),
                                          TraceLink::Peers, name);
        for (qint64 i = 0; i < rows->rowCount(); ++i) {
            Record r = rows->record(i);
            found->emplace_back(r.value(keyField), r);
        }
    }
    std::lock_guard lock(storage.mutex);
    storage.peers.insert(id, found);
    return found;
}

Record peerWithKey(const std::vector<std::pair<Value, Record>> &peers, const Value &key)
{
    for (const auto &[value, record] : peers)
        if (value == key)
            return record;
    return {};
}

[[noreturn]] void throwMissing(const ModelInfo *model)
{
    throw DoesNotExist(model->name, u"%1 matching query does not exist."_s.arg(model->name));
}

} // namespace

Value deferredValue(const Record &record, const Field *field, const CallInfo &call)
{
    requireAllowed(record, field->attname, u"name it in only(), or leave it out of defer()"_s,
                   call);
    const ModelInfo *model = record.model();
    const ValueList keys = record.primaryKey();
    if (keys.empty())
        throw FieldError(
            u"%1.%2 was deferred and cannot be loaded: the model has no primary key"_s.arg(
                model->name, field->attname));
    Query query(record.database().registry(), model);
    Value value;
    const Field *key = model->primaryKey();
    const int keyColumn = key ? record.data()->layout->columnOfField[std::size_t(key->index)] : -1;
    if (peersWanted(record) && keyColumn >= 0) {
        const auto peers = loadPeers(record, query.only({field->attname}), u"pk"_s, key, keyColumn,
                                     field->attname, call);
        const Record peer = peerWithKey(*peers, keys.front());
        if (peer.isNull())
            throwMissing(model);
        value = peer.value(field);
    } else {
        Operand operand(keys.front());
        if (keys.size() > 1)
            operand = Operand(Operand::List(keys.begin(), keys.end()));
        const ResultSetPtr row =
            runLoad(record,
                    operations::get(record.database(), query.only({field->attname}),
                                    makeQ({{u"pk"_s, operand, {}, {}}}), call),
                    TraceLink::Deferred, field->attname);
        value = row->record(0).value(field);
    }
    std::lock_guard lock(record.data()->mutex);
    record.data()->values.insert(field->index, value);
    return value;
}

Record forward(const Record &record, const Field *field, const CallInfo &call)
{
    const Value key = record.value(field, call);
    if (key.isNull())
        return {};
    requireAllowed(record, field->name,
                   u"add .select_related('%1') to it, or await it explicitly"_s.arg(field->name),
                   call);
    Query target = Query(record.database().registry(), field->target)
                       .loadMode(record.data()->storage->query.state().loadMode);
    const int column = record.data()->layout->columnOfField[std::size_t(field->index)];
    if (peersWanted(record) && column >= 0) {
        const auto peers = loadPeers(record, target, field->targetField->attname,
                                     field->targetField, column, field->name, call);
        const Record peer = peerWithKey(*peers, key);
        if (peer.isNull())
            throwMissing(field->target);
        return peer;
    }
    const ResultSetPtr row =
        runLoad(record,
                operations::get(record.database(), target,
                                makeQ({{field->targetField->attname, Operand(key), {}, {}}}), call),
                TraceLink::Relation, field->name);
    return row->record(0);
}

Record reverseOne(const Record &record, const Relation *relation, const CallInfo &call)
{
    requireAllowed(
        record, relation->accessor,
        u"add .select_related('%1') to it, or await it explicitly"_s.arg(relation->accessor), call);
    const Query target(record.database().registry(), relation->target);
    const Value key = record.value(relation->field->targetField, call);
    const Query query =
        target.filter(makeQ({{relation->field->attname, Operand(key), {}, {}}})).slice(0, 1);
    const ResultSetPtr row =
        runLoad(record, operations::fetch(record.database(), query, call, "get"),
                TraceLink::Relation, relation->accessor);
    return row->rowCount() ? row->record(0) : Record();
}

} // namespace heddle::loader
