#include "orm/script/writearguments.h"

#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/ormarguments.h"
#include "orm/script/ormobjects.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

FieldInput inputFrom(Machine &vm, const Object &object)
{
    if (const RecordObject *record = object.as<RecordObject>())
        return FieldInput(record->record());
    if (object.isKind(Kind::Expression) || object.isKind(Kind::Query) ||
        object.isKind(Kind::QuerySet))
        return FieldInput(expressionFrom(vm, object, false));
    if (object.isKind(Kind::Function) || object.isKind(Kind::Native) ||
        object.isKind(Kind::BoundMethod))
        return inputFrom(vm, vm.call(object, {}));
    if (object.isKind(Kind::Dict))
        return FieldInput(Value(Json{jsonFromObject(object)}));
    if (auto value = object.toValue())
        return FieldInput(std::move(*value));
    throw TypeError(u"a %1 cannot be the value of a field"_s.arg(object.typeName()));
}

FieldInputs inputsFrom(Machine &vm, const std::vector<std::pair<QString, Object>> &keywords)
{
    FieldInputs inputs;
    for (const auto &[name, object] : keywords)
        inputs.emplace_back(name, inputFrom(vm, object));
    return inputs;
}

FieldInputs inputsFromDict(Machine &vm, const Object &object, const char *what)
{
    if (object.isEmpty() || object.isNone())
        return {};
    Dict *dict = object.as<Dict>();
    if (!dict)
        throw TypeError(u"%1 must be a dict, not %2"_s.arg(QLatin1String(what), object.typeName()));
    FieldInputs inputs;
    for (const HashTable::Entry &entry : dict->table().entries()) {
        if (entry.key.isEmpty())
            continue;
        if (!entry.key.isStr())
            throw TypeError(u"the keys of %1 must be names of fields, not %2"_s.arg(
                QLatin1String(what), entry.key.typeName()));
        inputs.emplace_back(entry.key.text(), inputFrom(vm, entry.value));
    }
    return inputs;
}

std::vector<Record> recordsFrom(Machine &vm, const Object &objects, const char *method)
{
    std::vector<Record> records;
    for (const Object &object : listOf(vm, objects)) {
        const RecordObject *record = object.as<RecordObject>();
        if (!record)
            throw TypeError(
                u"%1() takes objects, not %2"_s.arg(QLatin1String(method), object.typeName()));
        records.push_back(record->record());
    }
    return records;
}

std::optional<QStringList> namesFrom(Machine &vm, const Object &names, const char *what)
{
    if (names.isEmpty() || names.isNone())
        return {};
    QStringList out;
    for (const Object &name : listOf(vm, names)) {
        if (!name.isStr())
            throw TypeError(u"%1 must be a list of names of fields, not of %2"_s.arg(
                QLatin1String(what), name.typeName()));
        out << name.text();
    }
    return out;
}

Object deleteResultObject(const DeleteResult &result)
{
    Object counts = Object::make<Dict>();
    for (const auto &[model, number] : result.perModel)
        counts.as<Dict>()->setText(model, Object::integer(number));
    return Tuple::of({Object::integer(result.total), counts});
}

} // namespace heddle::script
