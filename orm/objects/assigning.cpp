#include "orm/objects/fieldinput.h"
#include "orm/objects/resultstorage.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

QString FieldInput::toRepr() const
{
    if (const Value *v = value())
        return v->toRepr();
    if (const ExprPtr *e = expression())
        return Operand(*e).toRepr();
    const Record &r = *record();
    return r.isNull() ? u"None"_s : u"<%1: %2>"_s.arg(r.model()->name, r.display());
}

Operand FieldInput::operand() const
{
    if (const Value *v = value())
        return Operand(*v);
    if (const ExprPtr *e = expression())
        return Operand(*e);
    return record()->isNull() ? Operand(Value()) : Operand(record()->instanceRef());
}

Record Record::unsaved(const Database &database, const ModelInfo *model)
{
    auto shape = std::make_shared<ResultShape>();
    shape->layout.model = model;
    shape->layout.columnOfField.assign(model->fields().size(), -1);
    auto storage = std::make_shared<ResultStorage>();
    storage->database = database;
    storage->query = Query(database.registry(), model);
    storage->shape = shape;
    auto data = std::make_shared<Data>();
    data->layout = &storage->shape->layout;
    data->storage = std::move(storage);
    data->adding = true;
    for (const auto &field : model->fields()) {
        if (field->generated || (field->defaultSql && !field->automatic))
            continue; // the database knows better
        Value value;
        if (!field->null && !field->isRelation() && !field->primaryKey) {
            if (field->type.kind == FieldKind::Char || field->type.kind == FieldKind::Text)
                value = Value::text({});
            else if (field->type.kind == FieldKind::Binary)
                value = Value::bytes({});
        }
        data->values.insert(field->index, std::move(value));
    }
    return Record(std::move(data));
}

ExprPtr Record::expression(const Field *field) const
{
    std::lock_guard lock(d->mutex);
    return d->expressions.value(field->index);
}

namespace {

[[noreturn]] void cannotAssign(const FieldInput &input, const ModelInfo *model, const QString &name,
                               const ModelInfo *target)
{
    throw ValueError(u"Cannot assign \"%1\": \"%2.%3\" must be a \"%4\" instance."_s.arg(
        input.toRepr(), model->name, name, target->name));
}

void assignForeignKey(Record &record, const Field *field, const FieldInput &input)
{
    const Record *other = input.record();
    if (!other && !(input.value() && input.value()->isNull()))
        cannotAssign(input, record.model(), field->name, field->target);
    if (!other || other->isNull()) {
        record.setValue(field, Value());
        return;
    }
    if (other->model() != field->target)
        cannotAssign(input, record.model(), field->name, field->target);
    record.setValue(field, other->value(field->targetField));
    record.setRelated(field->name, *other);
}

/// place.restaurant = r: the key is the other object's.
void assignReverseOne(Record &record, const Relation *relation, const FieldInput &input)
{
    const Record *other = input.record();
    if (!other && !(input.value() && input.value()->isNull()))
        cannotAssign(input, record.model(), relation->accessor, relation->target);
    if (!other || other->isNull()) {
        if (record.isRelatedLoaded(relation->accessor))
            record.related(relation->accessor).setValue(relation->field, Value());
        return;
    }
    if (other->model() != relation->target)
        cannotAssign(input, record.model(), relation->accessor, relation->target);
    Record owner = *other;
    owner.assign(relation->field->name, FieldInput(record));
    std::lock_guard lock(record.data()->mutex);
    record.data()->owners.insert(relation->accessor, owner.data());
}

void assignKey(Record &record, const FieldInput &input)
{
    const std::vector<const Field *> &keys = record.model()->primaryKeys();
    if (keys.size() == 1)
        return record.assign(keys.front()->attname, input);
    const Value *value = input.value();
    if (!value || value->type() != Value::Type::Array || value->asArray().size() != keys.size())
        throw ValueError(u"'pk' must be a list or a tuple of %1 values."_s.arg(keys.size()));
    for (std::size_t i = 0; i < keys.size(); ++i)
        record.setValue(keys[i], value->asArray()[i]);
}

} // namespace

void Record::assign(const QString &name, const FieldInput &input)
{
    if (name == "pk"_L1 && !model()->primaryKeys().empty())
        return assignKey(*this, input);
    const Field *field = model()->field(name);
    if (!field) {
        const Relation *relation = model()->relationByAccessor(name);
        if (relation && relation->kind == RelationKind::ReverseOneToOne)
            return assignReverseOne(*this, relation, input);
        if (relation)
            throw TypeError(
                u"Direct assignment to the reverse side of a %1 is prohibited. Use %2.set() instead."_s
                    .arg(relation->kind == RelationKind::ManyToMany ? u"many-to-many set"_s
                                                                    : u"related set"_s,
                         name));
        throw AttributeError(u"'%1' object has no attribute '%2'"_s.arg(model()->name, name));
    }
    if (const ExprPtr *expression = input.expression()) {
        std::lock_guard lock(d->mutex);
        d->values.remove(field->index);
        d->expressions.insert(field->index, *expression);
        d->related.remove(field->name);
        return;
    }
    if (field->isRelation() && name == field->name)
        return assignForeignKey(*this, field, input);
    if (const Record *other = input.record()) {
        if (other->isNull())
            return setValue(field, Value());
        throw TypeError(u"Field '%1' expected a value but got %2."_s.arg(name, input.toRepr()));
    }
    setValue(field, *input.value());
}

} // namespace heddle
