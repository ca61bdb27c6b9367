#include "orm/objects/prefetch.h"

#include "orm/objects/operations.h"
#include "orm/objects/prefetchway.h"
#include "orm/objects/resultstorage.h"

#include <QSet>
#include <unordered_map>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

struct ValueHash {
    std::size_t operator()(const Value &v) const { return v.hash(); }
};
using KeyMap = std::unordered_map<Value, std::vector<qint64>, ValueHash>;

/// The related rows by the key of the object that they belong to.
KeyMap byOwner(const PrefetchWay &way, const ResultSet &rows)
{
    KeyMap map;
    for (qint64 i = 0; i < rows.rowCount(); ++i) {
        const Record r = rows.record(i);
        Value key;
        if (way.forward)
            key = r.value(way.forward->targetField);
        else if (way.relation->kind == RelationKind::ManyToMany)
            key = *r.annotation(prefetchOwnerName());
        else
            key = r.value(way.relation->field);
        map[key].push_back(i);
    }
    return map;
}

/// The way back is known: asking for it must cost nothing. Weakly, since the owner holds the rows.
void knowOwner(const PrefetchWay &way, const Record &related, const Record &owner)
{
    std::lock_guard lock(related.data()->mutex);
    related.data()->owners.insert(way.relation->field->name, owner.data());
}

std::vector<Record> handOut(const PrefetchWay &way, const std::vector<Record> &owners,
                            const ResultSetPtr &rows, const QString &name)
{
    const KeyMap map = byOwner(way, *rows);
    std::vector<Record> next;
    for (const Record &constOwner : owners) {
        Record owner = constOwner;
        const auto found = map.find(owner.value(way.ownKey));
        if (way.single()) {
            Record related = found == map.end() ? Record() : rows->record(found->second.front());
            if (!related.isNull()) {
                if (!way.forward)
                    knowOwner(way, related, owner);
                next.push_back(related);
            }
            owner.setRelated(name, related);
            continue;
        }
        std::vector<qint64> mine = found == map.end() ? std::vector<qint64>{} : found->second;
        for (qint64 row : mine) {
            Record related = rows->record(row);
            if (way.relation->kind == RelationKind::ReverseForeignKey)
                knowOwner(way, related, owner);
            next.push_back(related);
        }
        std::lock_guard lock(owner.data()->mutex);
        owner.data()->prefetched.insert(name,
                                        std::make_shared<const ResultSet>(rows, std::move(mine)));
    }
    return next;
}

/// What an earlier path already brought for these objects.
std::vector<Record> already(const PrefetchWay &way, const std::vector<Record> &owners,
                            const QString &name)
{
    std::vector<Record> next;
    for (const Record &owner : owners) {
        if (way.single()) {
            if (const Record related = owner.related(name); !related.isNull())
                next.push_back(related);
        } else if (const ResultSetPtr set = owner.prefetched(name)) {
            for (qint64 i = 0; i < set->rowCount(); ++i)
                next.push_back(set->record(i));
        }
    }
    return next;
}

Operand::List keysOf(const PrefetchWay &way, const std::vector<Record> &owners)
{
    Operand::List keys;
    std::unordered_map<Value, bool, ValueHash> seen;
    for (const Record &owner : owners) {
        const Value key = owner.value(way.ownKey);
        if (!key.isNull() && seen.emplace(key, true).second)
            keys.push_back(Operand(key));
    }
    return keys;
}

bool loadedAlready(const PrefetchWay &way, const std::vector<Record> &owners, const QString &name)
{
    if (!way.single())
        return false;
    for (const Record &owner : owners)
        if (!owner.isRelatedLoaded(name))
            return false;
    return true;
}

} // namespace

Plan<bool> prefetchPlan(ResultSetPtr rows, std::vector<PrefetchSpec> specs)
{
    const Database &database = rows->storage()->database;
    QSet<QString> done;
    for (const PrefetchSpec &spec : specs) {
        std::vector<Record> owners;
        for (qint64 i = 0; i < rows->rowCount(); ++i)
            owners.push_back(rows->record(i));
        const QStringList accessors = spec.path.split("__"_L1);
        QString walked;
        for (qsizetype level = 0; level < accessors.size() && !owners.empty(); ++level) {
            const bool last = level + 1 == accessors.size();
            const QString &accessor = accessors[level];
            const QString name = last && !spec.toAttr.isEmpty() ? spec.toAttr : accessor;
            walked += (walked.isEmpty() ? QString() : u"__"_s) + name;
            const PrefetchWay way = wayOf(owners.front().model(), accessor, spec.path);
            if (done.contains(walked) ||
                (!(last && spec.query) && loadedAlready(way, owners, name))) {
                if (last && spec.query && done.contains(walked))
                    throwSeenAlready(walked);
                owners = already(way, owners, name);
                continue;
            }
            const Query base =
                last && spec.query ? *spec.query : Query(database.registry(), way.target);
            Query wanted = relatedTo(way, base, keysOf(way, owners));
            Plan<ResultSetPtr> plan = operations::prefetchedRowsPlan(
                database, std::move(wanted), rows, owners.front().resultSetId(), accessor.toUtf8());
            ResultSetPtr related = co_await std::move(plan);
            owners = handOut(way, owners, related, name);
            done.insert(walked);
        }
    }
    co_return true;
}

} // namespace heddle
