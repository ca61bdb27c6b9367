#include "orm/objects/foreignkey.h"

#include "orm/objects/operations.h"
#include "orm/objects/relatedset.h"
#include "orm/objects/typedexpression.h"
#include "orm/objects/typedrows.h"
#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

namespace {

QString nameOf(const RelationSource &source)
{
    const TypedMember &member = *source.member;
    return member.field ? member.field->name : member.relation->accessor;
}

/// Throws where an implicit load is not allowed, before anything is sent: as loader.cpp does for
/// records.
void requireAllowed(const RelationSource &source, const QString &method)
{
    const QString what = source.owner->info()->name + u'.' + nameOf(source);
    const QString place = source.origin.line > 0
                              ? u" (the queryset of %1)"_s.arg(callSiteText(source.origin))
                              : QString();
    const QString member = QString::fromUtf8(source.member->memberName.data(),
                                             qsizetype(source.member->memberName.size()));
    const QString cure = u"add .%1<&%2::%3>() to it, or await db.aload() of it"_s.arg(
        method,
        QString::fromUtf8(source.owner->type().name.data(),
                          qsizetype(source.owner->type().name.size())),
        member);
    if (syncRefusedHere())
        throw SynchronousOnlyOperation(
            u"You cannot call this from an async context: '%1' was not loaded with its row%2, and loading it now would block."_s
                .arg(what, place),
            cure);
    if (source.mode == LoadMode::Raise)
        throw FieldFetchBlocked(u"Fetching of %1 blocked."_s.arg(what), cure);
}

ResultSetPtr runLoad(const RelationSource &source, qint32 row, Operation<ResultSetPtr> operation)
{
    PlanContext &context = operation.context;
    context.origin = source.origin;
    context.link = TraceLink::Relation;
    context.parentSet = source.setId;
    context.parentRow = row;
    context.relation = nameOf(source).toUtf8();
    return source.database.runner().run(std::move(operation.plan), context);
}

QString textOf(const Value &key)
{
    return key.toRepr();
}

/// All objects that the rows of one evaluation point to, by key, in one query for each part of the
/// keys that a statement can take.
std::shared_ptr<void> loadPeer(const RelationSource &source, qint32 row, TypedModel &target,
                               const Value &key)
{
    RelationSource::Peers &peers = *source.peers;
    std::lock_guard lock(peers.mutex);
    if (!peers.found) {
        const Field *far = source.member->field->targetField;
        QHash<QString, Value> keys;
        for (const auto &[batch, column] : peers.keys)
            for (int row = 0; row < batch->rowCount(); ++row)
                if (const Value value = batch->value(row, column); !value.isNull())
                    keys.insert(textOf(value), value);
        QHash<QString, std::shared_ptr<void>> found;
        const QList<Value> all = keys.values();
        const qsizetype most = source.database.dialect().features().maxParameters;
        const RowType &type = objectsOf(target);
        const TypedMember *farMember = target.memberOf(far);
        for (qsizetype from = 0; from < all.size(); from += most) {
            const QList<Value> part = all.mid(from, most);
            const Query query =
                Query(target.registry(), target.info())
                    .loadMode(source.mode)
                    .filter(makeQ({{far->attname + "__in"_L1,
                                    Operand(Operand::List(part.begin(), part.end())),
                                    {},
                                    {}}}));
            const ResultSetPtr result =
                runLoad(source, row, operations::fetch(source.database, query, {}, "get"));
            const std::unique_ptr<TypedRows> rows = rowsOf(result, type);
            const std::shared_ptr<void> shared = rows->share();
            for (qsizetype i = 0; i < rows->size(); ++i) {
                char *object = rows->data() + std::size_t(i) * type.size;
                found.insert(textOf(memberValue(*farMember, object)),
                             std::shared_ptr<void>(shared, object));
            }
        }
        peers.found = std::move(found);
    }
    return peers.found->value(textOf(key));
}

} // namespace

// --- Keys ---

KeyBase::KeyBase(const KeyBase &) = default;
KeyBase::KeyBase(KeyBase &&) noexcept = default;
KeyBase &KeyBase::operator=(const KeyBase &) = default;
KeyBase &KeyBase::operator=(KeyBase &&) noexcept = default;
KeyBase::~KeyBase() = default;

Value KeyBase::value() const
{
    switch (m_held) {
    case Held::Nothing:
        return {};
    case Held::Whole:
        return Value(static_cast<long long>(m_whole));
    case Held::Other:
        return *m_other;
    }
    Q_UNREACHABLE();
}

qint64 KeyBase::id() const
{
    if (m_held == Held::Whole)
        return m_whole;
    throw ValueError(isNull() ? u"This key is null."_s
                              : u"This key is no whole number: %1."_s.arg(value().toRepr()));
}

void KeyBase::setKey(const Value &key)
{
    m_object.reset();
    m_other.reset();
    if (key.isNull()) {
        m_held = Held::Nothing;
    } else if (key.type() == Value::Type::Int) {
        setWholeKey(key.asInt());
    } else {
        m_other = std::make_shared<const Value>(key);
        m_held = Held::Other;
    }
}

void KeyBase::assignObject(TypedModel &target, std::shared_ptr<void> object)
{
    setKey(object ? keyOf(target, object.get()) : Value());
    m_object = std::move(object);
}

void *KeyBase::loaded(TypedModel &target) const
{
    if (m_object)
        return m_object.get();
    const QString model = target.info()->name;
    if (isNull())
        throw DoesNotExist(model, u"This key is null: there is no %1 behind it."_s.arg(model));
    if (!m_source)
        throw ValueError(
            u"This key to %1 was set by hand: read its object with db.load()."_s.arg(model));
    requireAllowed(*m_source, u"selectRelated"_s);
    const Value key = value();
    if (m_source->peers) {
        m_object = loadPeer(*m_source, m_row, target, key);
    } else {
        const Field *far = m_source->member->field->targetField;
        const Query query = Query(target.registry(), target.info()).loadMode(m_source->mode);
        const QPtr q = makeQ({{far->attname, Operand(key), {}, {}}});
        const ResultSetPtr result =
            runLoad(*m_source, m_row, operations::get(m_source->database, query, q, {}));
        const std::unique_ptr<TypedRows> rows = rowsOf(result, objectsOf(target));
        m_object = std::shared_ptr<void>(rows->share(), rows->data());
    }
    if (!m_object)
        throw DoesNotExist(model, u"%1 matching query does not exist."_s.arg(model));
    return m_object.get();
}

// --- Sets ---

SetBase::SetBase(const SetBase &) = default;
SetBase::SetBase(SetBase &&) noexcept = default;
SetBase &SetBase::operator=(const SetBase &) = default;
SetBase &SetBase::operator=(SetBase &&) noexcept = default;
SetBase::~SetBase() = default;

void SetBase::setOwner(std::shared_ptr<const RelationSource> source, Value key, qint32 row)
{
    m_source = std::move(source);
    m_row = row;
    m_key = std::move(key);
}

void throwNoObject(TypedModel &target)
{
    throw DoesNotExist(target.info()->name, u"there is no such object"_s);
}

const Database &SetBase::database() const
{
    if (!m_source)
        throw ValueError(u"This object was made by hand: it has related rows once it is saved."_s);
    return m_source->database;
}

Query SetBase::query(TypedModel &target) const
{
    database();
    const Relation &relation = *m_source->member->relation;
    const Query all = Query(target.registry(), target.info()).loadMode(m_source->mode);
    QString path;
    if (relation.kind != RelationKind::ManyToMany) {
        path = relation.field->attname;
    } else {
        for (const auto &back : relation.target->relations())
            if (back->kind == RelationKind::ManyToMany && back->through == relation.through &&
                back->farField == relation.sourceField && back->sourceField == relation.farField)
                path = back->queryName;
    }
    return all.filter(makeQ({{path, Operand(m_key), {}, {}}}));
}

void SetBase::load(TypedModel &target) const
{
    const Query query = this->query(target);
    requireAllowed(*m_source, u"prefetchRelated"_s);
    const ResultSetPtr result =
        runLoad(*m_source, m_row, operations::fetch(m_source->database, query, {}));
    m_rows = rowsOf(result, objectsOf(target))->share();
}

} // namespace heddle::detail
