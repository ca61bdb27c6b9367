#include "orm/objects/writeplans.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/ormobjects.h"
#include "orm/script/perform.h"
#include "orm/script/querymethods.h"
#include "orm/script/writearguments.h"

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

Object Model::call(Machine &vm, Arguments &arguments)
{
    FieldInputs inputs;
    const auto &fields = m_info->fields();
    if (arguments.positional.size() > fields.size())
        throw IndexError(u"Number of args exceeds number of fields"_s);
    for (std::size_t i = 0; i < arguments.positional.size(); ++i) {
        const QString &name = fields[i]->name;
        if (!arguments.takeKeyword(name.toUtf8().constData()).isEmpty())
            throw TypeError(u"%1() got both positional and keyword arguments for field '%2'."_s.arg(
                m_info->name, name));
        FieldInput input = inputFrom(vm, arguments.positional[i]);
        // In order a key stands as it is stored; by name it is an object.
        inputs.emplace_back(input.record() ? name : fields[i]->attname, std::move(input));
    }
    for (auto &item : inputsFrom(vm, arguments.keywords))
        inputs.push_back(std::move(item));
    return RecordObject::of(writeplans::newRecord(m_database, m_info, inputs));
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
    const ValueList keys = m_record.primaryKey();
    if (keys.empty() || keys.front().isNull())
        throw TypeError(u"Model instances without primary key value are unhashable"_s);
    for (const Value &key : keys)
        seed = seed * 1000003u ^ key.hash();
    return seed;
}

Object RecordObject::relation(Machine &vm, const QString &name)
{
    if (!m_record.isRelatedLoaded(name)) {
        if (vm.isDry())
            vm.wouldRun("get", {}, {});
        if (!vm.isAsync()) {
            vm.refuseLeavingTransaction(u"Loading '%1'"_s.arg(name),
                                        u"name it in select_related()"_s);
            vm.countQuery();
            vm.countRows(1);
        }
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
        if (const ExprPtr expression = m_record.expression(field))
            return Object::make<ExpressionObject>(expression);
        if (!m_record.isLoaded(field) && !m_record.isAdding() && vm.isDry())
            vm.wouldRun("get", {}, {});
        return Object::fromValue(m_record.value(field, callInfo(vm)));
    }
    if (const auto annotation = m_record.annotation(name))
        return Object::fromValue(*annotation);
    const Relation *way = model.relationByAccessor(name);
    const ResultSetPtr prefetched = m_record.prefetched(name);
    if (way && way->kind == RelationKind::ReverseOneToOne)
        return relation(vm, name);
    if (way)
        return Object::make<Manager>(RelatedRecords(m_record, way), vm.options.loadMode,
                                     prefetched);
    if (!prefetched) // Prefetch(..., to_attr=name)
        return boundMethod(recordMethods(), Object::share(this), name);
    Objects rows;
    for (qint64 i = 0; i < prefetched->rowCount(); ++i)
        rows.push_back(rowObject(*prefetched, i));
    return List::of(std::move(rows));
}

void RecordObject::setAttribute(Machine &vm, const QString &name, const Object &value)
{
    const ModelInfo &model = *m_record.model();
    if (!model.field(name) && !model.relationByAccessor(name) &&
        !(name == u"pk" && !model.primaryKeys().empty()))
        throw noAttribute(vm, Object::share(this), name);
    m_record.assign(name, inputFrom(vm, value));
}

QStringList RecordObject::attributeNames(Machine &)
{
    QStringList names = {u"pk"_s};
    for (const QueryMethod &method : recordMethods())
        names << QString::fromLatin1(method.name) << QString::fromLatin1(method.asyncName);
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
