#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/ormobjects.h"
#include "orm/script/perform.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

// --- Model ---

QString Model::repr(Machine &)
{
    return u"<class '%1'>"_s.arg(m_info->name);
}

Object Model::attribute(Machine &vm, const QString &name)
{
    if (name == u"objects") {
        Query query(m_database.registry(), m_info);
        if (vm.options.loadMode != LoadMode::One)
            query = query.loadMode(vm.options.loadMode);
        return Object::make<Manager>(RecordSet(m_database, std::move(query)), u"Manager"_s);
    }
    if (name == u"DoesNotExist" || name == u"MultipleObjectsReturned")
        return modelExceptionType(m_info->name, name);
    return {};
}

QStringList Model::attributeNames(Machine &)
{
    return {u"objects"_s, u"DoesNotExist"_s, u"MultipleObjectsReturned"_s};
}

Object Model::call(Machine &, Arguments &)
{
    throw NotSupportedError(u"Making a %1 is not supported yet"_s.arg(m_info->name));
}

Object Model::compare(Machine &, CompareOp op, const Object &other)
{
    const Model *theirs = other.as<Model>();
    if (!theirs || (op != CompareOp::Equal && op != CompareOp::NotEqual))
        return {};
    return Object::boolean((m_info == theirs->m_info) == (op == CompareOp::Equal));
}

std::optional<bool> Model::hasInstance(const Object &object)
{
    const RecordObject *record = object.as<RecordObject>();
    return record && record->record().model() == m_info;
}

// --- RecordObject ---

Object RecordObject::of(const heddle::Record &record)
{
    return record.isNull() ? Object::none() : Object::make<RecordObject>(record);
}

QString RecordObject::repr(Machine &)
{
    return u"<%1: %2>"_s.arg(m_record.model()->name, m_record.display());
}

std::size_t RecordObject::hash(Machine &)
{
    std::size_t seed = std::hash<const void *>()(m_record.model());
    for (const Value &key : m_record.primaryKey())
        seed = seed * 1000003u ^ key.hash();
    return seed;
}

Object RecordObject::relation(Machine &vm, const QString &name)
{
    if (!m_record.isRelatedLoaded(name)) {
        if (vm.isDry())
            vm.wouldRun("get", {}, {});
        if (!vm.isAsync())
            vm.countQuery();
    }
    return of(m_record.related(name, callInfo(vm)));
}

Object RecordObject::attribute(Machine &vm, const QString &name)
{
    const ModelInfo &model = *m_record.model();
    if (name == u"pk") {
        const Object key = Object::fromValue(m_record.value(name, callInfo(vm)));
        return key.isKind(Kind::List) ? Tuple::of(key.as<List>()->items()) : key;
    }
    if (const Field *field = model.field(name)) {
        if (field->isRelation() && name == field->name)
            return relation(vm, name);
        if (!m_record.isLoaded(field) && vm.isDry())
            vm.wouldRun("get", {}, {});
        return Object::fromValue(m_record.value(field, callInfo(vm)));
    }
    if (const auto annotation = m_record.annotation(name))
        return Object::fromValue(*annotation);
    const Relation *way = model.relationByAccessor(name);
    const ResultSetPtr prefetched = m_record.prefetched(name);
    if (way && way->kind == RelationKind::ReverseOneToOne)
        return relation(vm, name);
    if (way) {
        Query query = m_record.relatedQuery(name);
        if (vm.options.loadMode != LoadMode::One)
            query = query.loadMode(vm.options.loadMode);
        return Object::make<Manager>(RecordSet(m_record.database(), std::move(query)),
                                     u"RelatedManager"_s, prefetched);
    }
    if (!prefetched) // Prefetch(..., to_attr=name)
        return {};
    Objects rows;
    for (qint64 i = 0; i < prefetched->rowCount(); ++i)
        rows.push_back(rowObject(*prefetched, i));
    return List::of(std::move(rows));
}

void RecordObject::setAttribute(Machine &vm, const QString &name, const Object &value)
{
    const Field *field = m_record.model()->field(name);
    if (!field)
        throw noAttribute(vm, Object::share(this), name);
    if (field->isRelation() && name == field->name) {
        const RecordObject *other = value.as<RecordObject>();
        if (!other && !value.isNone())
            throw ValueError(u"Cannot assign \"%1\": \"%2.%3\" must be a \"%4\" instance."_s.arg(
                reprOf(vm, value), m_record.model()->name, name, field->target->name));
        m_record.setValue(field, other ? other->record().value(field->targetField, callInfo(vm))
                                       : Value());
        if (other)
            m_record.setRelated(name, other->record());
        return;
    }
    auto plain = value.toValue();
    if (!plain)
        throw TypeError(u"a %1 cannot be the value of a field"_s.arg(value.typeName()));
    m_record.setValue(field, std::move(*plain));
}

QStringList RecordObject::attributeNames(Machine &)
{
    QStringList names = {u"pk"_s};
    for (const auto &field : m_record.model()->fields()) {
        names.append(field->name);
        if (field->isRelation())
            names.append(field->attname);
    }
    for (const auto &relation : m_record.model()->relations())
        names.append(relation->accessor);
    for (const auto &[name, value] : m_record.annotations())
        names.append(name);
    return names;
}

Object RecordObject::compare(Machine &, CompareOp op, const Object &other)
{
    const RecordObject *theirs = other.as<RecordObject>();
    if (!theirs || (op != CompareOp::Equal && op != CompareOp::NotEqual))
        return {};
    return Object::boolean((m_record == theirs->m_record) == (op == CompareOp::Equal));
}

} // namespace heddle::script
