#include "orm/objects/prefetch.h"

#include "orm/objects/operations.h"
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

/// How one accessor of a model is fetched for many objects at once.
struct Way {
    const Field *forward = nullptr;     // a foreign key of the objects
    const Relation *relation = nullptr; // otherwise
    const Field *ownKey = nullptr;      // the objects' field whose values are asked for
    const ModelInfo *target = nullptr;
    bool single() const { return forward || relation->kind == RelationKind::ReverseOneToOne; }
};

Way wayOf(const ModelInfo *model, const QString &accessor, const QString &path)
{
    Way way;
    if (const Field *field = model->field(accessor)) {
        if (!field->isRelation() || field->name != accessor)
            throw ValueError(
                u"'%1' does not resolve to an item that supports prefetching - this is an invalid parameter to prefetch_related()."_s
                    .arg(path));
        way.forward = field;
        way.ownKey = field;
        way.target = field->target;
        return way;
    }
    way.relation = model->relationByAccessor(accessor);
    if (!way.relation)
        throw AttributeError(
            u"Cannot find '%1' on %2 object, '%3' is an invalid parameter to prefetch_related()"_s
                .arg(accessor, model->name, path));
    way.ownKey = way.relation->kind == RelationKind::ManyToMany
                     ? way.relation->sourceField->targetField
                     : way.relation->field->targetField;
    way.target = way.relation->target;
    return way;
}

constexpr auto kSourceName = "_prefetch_related_val"_L1;

constexpr auto kRowName = "_prefetch_related_row"_L1;

/// base.filter(keys), where a slice of `base` counts for each value of `partition` by itself.
Query ofEach(const Query &base, const QString &partition, const QPtr &keys)
{
    if (!base.state().sliced())
        return base.filter(keys);
    const qint64 low = base.state().low;
    const std::optional<qint64> high = base.state().high;
    auto window = std::make_shared<Expression>();
    window->kind = ExprKind::Window;
    window->args = {expr::construct(u"RowNumber"_s, {})};
    window->partitionBy = {expr::ref(partition)};
    window->orderBy = base.ordering();
    std::vector<QChild> within{
        {kRowName + "__gt"_L1, Operand(Value(static_cast<long long>(low))), {}, {}}};
    if (high)
        within.push_back(
            {kRowName + "__lte"_L1, Operand(Value(static_cast<long long>(*high))), {}, {}});
    // The keys first: the window's partition goes over the join that they made.
    return base.withoutSlice()
        .filter(keys)
        .alias({{kRowName, expr::measured(window)}})
        .filter(makeQ(std::move(within)));
}

/// The question for all related objects of the given keys, and (many-to-many) which of the keys
/// each row belongs to.
Query relatedTo(const Way &way, Query base, Operand::List keys)
{
    const auto in = [&](const QString &name) {
        return ofEach(base, name, makeQ({{name + "__in"_L1, Operand(std::move(keys)), {}, {}}}));
    };
    if (way.forward)
        return in(way.forward->targetField->attname);
    if (way.relation->kind != RelationKind::ManyToMany)
        return in(way.relation->field->name);
    QString link;
    for (const auto &r : way.target->relations())
        if (r->kind == RelationKind::ReverseForeignKey && r->field == way.relation->farField)
            link = r->queryName;
    const QString source = link + "__"_L1 + way.relation->sourceField->name;
    return in(source).annotate({{kSourceName, expr::ref(source)}});
}

/// The related rows by the key of the object that they belong to.
KeyMap byOwner(const Way &way, const ResultSet &rows)
{
    KeyMap map;
    for (qint64 i = 0; i < rows.rowCount(); ++i) {
        const Record r = rows.record(i);
        Value key;
        if (way.forward)
            key = r.value(way.forward->targetField);
        else if (way.relation->kind == RelationKind::ManyToMany)
            key = *r.annotation(kSourceName);
        else
            key = r.value(way.relation->field);
        map[key].push_back(i);
    }
    return map;
}

std::vector<Record> handOut(const Way &way, const std::vector<Record> &owners,
                            const ResultSetPtr &rows, const QString &name)
{
    const KeyMap map = byOwner(way, *rows);
    std::vector<Record> next;
    for (const Record &constOwner : owners) {
        Record owner = constOwner;
        const auto found = map.find(owner.value(way.ownKey));
        if (way.single()) {
            Record related = found == map.end() ? Record() : rows->record(found->second.front());
            if (!related.isNull())
                next.push_back(related);
            owner.setRelated(name, related);
            continue;
        }
        std::vector<qint64> mine = found == map.end() ? std::vector<qint64>{} : found->second;
        for (qint64 row : mine) {
            Record related = rows->record(row);
            // The way back is known: asking for it must cost nothing.
            // Weakly, since the owner holds the rows.
            if (way.relation->kind == RelationKind::ReverseForeignKey) {
                std::lock_guard lock(related.data()->mutex);
                related.data()->owners.insert(way.relation->field->name, owner.data());
            }
            next.push_back(related);
        }
        std::lock_guard lock(owner.data()->mutex);
        owner.data()->prefetched.insert(name,
                                        std::make_shared<const ResultSet>(rows, std::move(mine)));
    }
    return next;
}

/// What an earlier path already brought for these objects.
std::vector<Record> already(const Way &way, const std::vector<Record> &owners, const QString &name)
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

Operand::List keysOf(const Way &way, const std::vector<Record> &owners)
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

bool loadedAlready(const Way &way, const std::vector<Record> &owners, const QString &name)
{
    if (!way.single())
        return false;
    for (const Record &owner : owners)
        if (!owner.isRelatedLoaded(name))
            return false;
    return true;
}

} // namespace

std::vector<PrefetchSpec> prefetchesOf(const Query &query)
{
    std::vector<PrefetchSpec> out;
    for (const Step *step : query.steps()) {
        if (step->kind != StepKind::PrefetchRelated)
            continue;
        if (step->flag)
            out.clear();
        out.insert(out.end(), step->prefetches.begin(), step->prefetches.end());
    }
    return out;
}

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
            const Way way = wayOf(owners.front().model(), accessor, spec.path);
            if (done.contains(walked) ||
                (!(last && spec.query) && loadedAlready(way, owners, name))) {
                if (last && spec.query && done.contains(walked))
                    throw ValueError(
                        u"'%1' lookup was already seen with a different queryset. You may need to adjust the ordering of your lookups."_s
                            .arg(walked));
                owners = already(way, owners, name);
                continue;
            }
            const Query base =
                last && spec.query ? *spec.query : Query(database.registry(), way.target);
            Query wanted = relatedTo(way, base, keysOf(way, owners));
            Plan<ResultSetPtr> plan =
                operations::rowsPlan(database, std::move(wanted), rows->origin());
            ResultSetPtr related = co_await std::move(plan);
            owners = handOut(way, owners, related, name);
            done.insert(walked);
        }
    }
    co_return true;
}

} // namespace heddle
