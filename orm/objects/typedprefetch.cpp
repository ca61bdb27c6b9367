#include "orm/objects/typedprefetch.h"

#include "orm/objects/operations.h"
#include "orm/objects/prefetchway.h"
#include "orm/objects/relatedset.h"
#include "orm/sql/compilecache.h"

#include <QSet>
#include <unordered_map>
#include <unordered_set>

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

namespace {

struct ValueHash {
    std::size_t operator()(const Value &v) const { return v.hash(); }
};

/// The related rows of one step, and the key of the object that each belongs to.
struct RelatedRows {
    std::unique_ptr<TypedRows> rows;
    std::vector<Value> keys;
};

/// Where a related row's key stands in its result.
int keyColumn(const PrefetchWay &way, const ResultShape &shape, const QString &path)
{
    if (way.relation && way.relation->kind == RelationKind::ManyToMany) {
        for (const auto &[name, column] : shape.annotations)
            if (name == prefetchOwnerName())
                return column;
        Q_UNREACHABLE();
    }
    const Field *field = way.forward ? way.forward->targetField : way.relation->field;
    const int column = shape.layout.columnOfField[std::size_t(field->index)];
    if (column < 0)
        throw FieldError(
            u"The rows of '%1' are handed out by their '%2': a queryset that only() or defer() leaves without it cannot be prefetched."_s
                .arg(path, field->name));
    return column;
}

Plan<RelatedRows> relatedPlan(Database database, Query query, const RowType *type, PrefetchWay way,
                              QString path, CallSite origin)
{
    RelatedRows related;
    related.rows = type->makeRows();
    CompiledQuery compiled =
        compile(query, Ask::Rows, database.dialect(), {}, database.compileCache());
    if (!compiled.empty) {
        const int column = keyColumn(way, *compiled.shape, path);
        RowReader reader(*type, database, query, compiled.shape, nextTraceId(), origin);
        Statement statement = operations::statementOf(std::move(compiled));
        statement.gathers = true;
        BatchSink sink = [&related, &reader, column](RowBatchPtr batch) {
            reader.read(batch, *related.rows);
            for (int row = 0; row < batch->rowCount(); ++row)
                related.keys.push_back(batch->value(row, column));
            return true;
        };
        co_await send(std::move(statement), std::move(sink));
    }
    if (related.rows->size() > 0)
        if (std::vector<PrefetchSpec> specs = prefetchesOf(query); !specs.empty()) {
            Plan<bool> inner = prefetchPlan(std::move(database), objectsIn(*related.rows, *type),
                                            std::move(specs), origin);
            co_await std::move(inner);
        }
    co_return related;
}

/// One step of a path: from objects of one struct over one of its members.
class PrefetchStep {
public:
    PrefetchStep(const TypedObjects &owners, const QString &accessor, const QString &path)
        : m_owners(owners), m_way(wayOf(owners.model->info(), accessor, path))
    {
        for (const TypedMember &member : owners.model->members())
            if (m_way.forward ? member.field == m_way.forward : member.relation == m_way.relation)
                m_member = &member;
        m_ownKey = owners.model->memberOf(m_way.ownKey);
        if (!m_member || !m_ownKey)
            throw AttributeError(
                u"%1 has no member for '%2', so '%3' cannot be prefetched into it."_s.arg(
                    owners.model->info()->name, accessor, path));
    }

    const PrefetchWay &way() const { return m_way; }
    TypedModel &target() const { return m_member->target(); }

    /// True if all of them have their object: what select_related or an earlier path brought.
    bool isLoaded() const
    {
        return std::all_of(m_owners.at.begin(), m_owners.at.end(), [this](char *owner) {
            return m_way.forward ? key(owner).isLoaded() : m_way.single() && set(owner).isLoaded();
        });
    }

    /// What is loaded already, each object once.
    TypedObjects already() const
    {
        TypedObjects next{&target(), {}};
        std::unordered_set<const void *> seen;
        for (char *owner : m_owners.at) {
            if (m_way.forward) {
                auto *object = static_cast<char *>(key(owner).object().get());
                if (object && seen.insert(object).second)
                    next.at.push_back(object);
            } else if (const std::shared_ptr<void> &rows = set(owner).rows();
                       rows && seen.insert(rows.get()).second) {
                addAll(next, rows.get());
            }
        }
        return next;
    }

    Operand::List keys() const
    {
        Operand::List keys;
        std::unordered_set<Value, ValueHash> seen;
        for (char *owner : m_owners.at) {
            Value value = memberValue(*m_ownKey, owner);
            if (!value.isNull() && seen.insert(value).second)
                keys.push_back(Operand(std::move(value)));
        }
        return keys;
    }

    /// Lets the owners have their rows; gives these in the owners' order.
    TypedObjects handOut(RelatedRows related) const
    {
        return m_way.forward ? handOutObjects(related) : handOutSets(related);
    }

private:
    static constexpr std::size_t kNobody = std::size_t(-1);

    KeyBase &key(char *owner) const { return *static_cast<KeyBase *>(m_member->address(owner)); }
    SetBase &set(char *owner) const { return *static_cast<SetBase *>(m_member->address(owner)); }

    void addAll(TypedObjects &out, void *list) const
    {
        const TypedModel::TypeTraits &type = target().type();
        char *object = static_cast<char *>(type.first(list));
        for (qsizetype left = type.count(list); left > 0; --left, object += type.size)
            out.at.push_back(object);
    }

    /// Objects that several owners share.
    TypedObjects handOutObjects(const RelatedRows &related) const
    {
        std::unordered_map<Value, std::size_t, ValueHash> place;
        for (std::size_t row = 0; row < related.keys.size(); ++row)
            place.emplace(related.keys[row], row);
        TypedObjects next{&target(), {}};
        std::vector<bool> taken(related.keys.size());
        const std::shared_ptr<void> block = related.rows->share();
        for (char *owner : m_owners.at) {
            const auto found = place.find(memberValue(*m_ownKey, owner));
            if (found == place.end())
                continue;
            char *object = related.rows->data() + found->second * target().type().size;
            key(owner).setObject(std::shared_ptr<void>(block, object));
            if (!taken[found->second])
                next.at.push_back(object);
            taken[found->second] = true;
        }
        return next;
    }

    TypedObjects handOutSets(RelatedRows &related) const
    {
        // Owners with one key share one list.
        std::unordered_map<Value, std::size_t, ValueHash> place;
        std::vector<std::size_t> groupOf, counts;
        std::vector<char *> firstOwner;
        for (char *owner : m_owners.at) {
            const auto [found, isNew] =
                place.emplace(memberValue(*m_ownKey, owner), firstOwner.size());
            groupOf.push_back(found->second);
            if (isNew)
                firstOwner.push_back(owner);
        }
        counts.resize(firstOwner.size());
        std::vector<std::size_t> groupOfRow;
        groupOfRow.reserve(related.keys.size());
        for (const Value &value : related.keys) {
            // A database may hold more to be equal than we do: texts without regard to case.
            const auto found = place.find(value);
            groupOfRow.push_back(found == place.end() ? kNobody : found->second);
            if (found != place.end())
                ++counts[found->second];
        }
        linkBack(related, groupOfRow, firstOwner);

        std::vector<std::unique_ptr<TypedRows>> lists;
        for (const std::size_t count : counts) {
            lists.push_back(target().type().makeRows());
            lists.back()->reserve(qsizetype(count));
        }
        char *row = related.rows->data();
        for (const std::size_t group : groupOfRow) {
            if (group != kNobody && (!m_way.single() || lists[group]->size() == 0))
                lists[group]->take(row);
            row += target().type().size;
        }
        TypedObjects next{&target(), {}};
        std::vector<std::shared_ptr<void>> shared;
        for (const std::unique_ptr<TypedRows> &list : lists) {
            shared.push_back(list->share());
            addAll(next, shared.back().get());
        }
        for (std::size_t i = 0; i < m_owners.at.size(); ++i)
            set(m_owners.at[i]).setRows(shared[groupOf[i]]);
        return next;
    }

    /// The way back from a row leads to its owner without asking: to a copy made before the owner
    /// has the rows, since the two would else hold each other for ever.
    void linkBack(RelatedRows &related, const std::vector<std::size_t> &groupOfRow,
                  const std::vector<char *> &owners) const
    {
        if (m_way.relation->kind == RelationKind::ManyToMany)
            return;
        const TypedMember *back = target().memberOf(m_way.relation->field);
        if (!back)
            return;
        const std::unique_ptr<TypedRows> copies = m_owners.model->type().makeRows();
        copies->reserve(qsizetype(owners.size()));
        for (char *owner : owners)
            copies->append(owner);
        const std::shared_ptr<void> block = copies->share();
        char *row = related.rows->data();
        for (const std::size_t group : groupOfRow) {
            if (group != kNobody) {
                char *copy = copies->data() + group * m_owners.model->type().size;
                static_cast<KeyBase *>(back->address(row))
                    ->setObject(std::shared_ptr<void>(block, copy));
            }
            row += target().type().size;
        }
    }

    const TypedObjects &m_owners;
    PrefetchWay m_way;
    const TypedMember *m_member = nullptr, *m_ownKey = nullptr;
};

} // namespace

TypedObjects objectsIn(TypedRows &rows, const RowType &type)
{
    TypedObjects objects{type.model, {}};
    objects.at.reserve(std::size_t(rows.size()));
    char *row = rows.data();
    for (qsizetype left = rows.size(); left > 0; --left, row += type.size)
        objects.at.push_back(static_cast<char *>(type.object(row)));
    return objects;
}

Plan<bool> prefetchPlan(Database database, TypedObjects objects, std::vector<PrefetchSpec> specs,
                        CallSite origin)
{
    QSet<QString> done;
    for (const PrefetchSpec &spec : specs) {
        TypedObjects owners = objects;
        const QStringList accessors = spec.path.split("__"_L1);
        QString walked;
        for (qsizetype level = 0; level < accessors.size() && !owners.at.empty(); ++level) {
            const bool last = level + 1 == accessors.size();
            walked += (walked.isEmpty() ? QString() : u"__"_s) + accessors[level];
            const PrefetchStep step(owners, accessors[level], spec.path);
            const bool seen = done.contains(walked);
            if (seen && last && spec.query)
                throwSeenAlready(walked);
            if (seen || (!(last && spec.query) && step.isLoaded())) {
                TypedObjects next = step.already();
                owners = std::move(next);
                continue;
            }
            const Query base =
                last && spec.query ? *spec.query : Query(database.registry(), step.way().target);
            Query wanted = relatedTo(step.way(), base, step.keys());
            Plan<RelatedRows> plan =
                relatedPlan(database, std::move(wanted), &objectsOf(step.target()), step.way(),
                            spec.path, origin);
            RelatedRows related = co_await std::move(plan);
            TypedObjects next = step.handOut(std::move(related));
            owners = std::move(next);
            done.insert(walked);
        }
    }
    co_return true;
}

} // namespace heddle::detail
