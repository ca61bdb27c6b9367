#include "orm/script/convert.h"

#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/format.h"
#include "orm/script/natives.h"
#include "orm/script/valuetypes.h"
#include "orm/script/vm.h"
#include "orm/values/integer.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

Val::Val(Value value) : HeapObject(kKind), m_value(std::move(value))
{
    if (m_value.type() == Value::Type::Bytes)
        setBytes(std::size_t(m_value.asBytes().size()));
    else if (m_value.type() == Value::Type::BigInt)
        setBytes(m_value.asBigInt().digits.size());
}

QString Val::typeName() const
{
    switch (m_value.type()) {
    case Value::Type::BigInt:
        return u"int"_s;
    case Value::Type::Decimal:
        return u"decimal.Decimal"_s;
    case Value::Type::Bytes:
        return u"bytes"_s;
    case Value::Type::Date:
        return u"datetime.date"_s;
    case Value::Type::Time:
        return u"datetime.time"_s;
    case Value::Type::DateTime:
        return u"datetime.datetime"_s;
    case Value::Type::Duration:
        return u"datetime.timedelta"_s;
    case Value::Type::Uuid:
        return u"UUID"_s;
    case Value::Type::Null:
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::Double:
    case Value::Type::Text:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    return QString::fromLatin1(Value::typeName(m_value.type()));
}

namespace {

void refuseLongDigits(const Value &value)
{
    constexpr std::size_t kMost =
        4300; // CPython's limit: printing longer ones takes quadratic time
    if (value.type() == Value::Type::BigInt && value.asBigInt().digits.size() > kMost + 1)
        throw ValueError(u"Exceeds the limit (4300 digits) for integer string conversion"_s);
}

} // namespace

QString Val::repr(Machine &)
{
    refuseLongDigits(m_value);
    return m_value.toRepr();
}

QString Val::str(Machine &vm)
{
    switch (m_value.type()) {
    case Value::Type::Bytes:
        return repr(vm);
    case Value::Type::DateTime:
        return m_value.asDateTime().toString(u' ');
    case Value::Type::Null:
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::BigInt:
    case Value::Type::Double:
    case Value::Type::Decimal:
    case Value::Type::Text:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    refuseLongDigits(m_value);
    return m_value.toDisplay();
}

bool Val::truth(Machine &)
{
    switch (m_value.type()) {
    case Value::Type::Decimal:
        return !m_value.asDecimal().isZero();
    case Value::Type::Duration:
        return m_value.asDuration().us != 0;
    case Value::Type::Bytes:
        return !m_value.asBytes().isEmpty();
    case Value::Type::Null:
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::BigInt:
    case Value::Type::Double:
    case Value::Type::Text:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    return true;
}

std::size_t Val::hash(Machine &)
{
    return m_value.hash();
}

Object Val::attribute(Machine &vm, const QString &name)
{
    return valueAttribute(vm, Object::share(this), m_value, name);
}

QStringList Val::attributeNames(Machine &)
{
    return valueAttributeNames(m_value.type());
}

std::optional<std::int64_t> Val::length(Machine &)
{
    if (m_value.type() == Value::Type::Bytes)
        return m_value.asBytes().size();
    return std::nullopt;
}

Object Val::item(Machine &vm, const Object &key)
{
    if (m_value.type() != Value::Type::Bytes)
        return HeapObject::item(vm, key);
    const QByteArray &bytes = m_value.asBytes();
    if (const Slice *slice = key.as<Slice>()) {
        const auto r = slice->indexes(bytes.size());
        QByteArray part;
        for (std::int64_t i = 0; i < r.count; ++i)
            part += bytes[qsizetype(r.start + i * r.step)];
        return Object::fromValue(Value::bytes(part));
    }
    const std::size_t at = checkedIndex(indexFrom(key, "byte"), bytes.size(), "index");
    return Object::integer(std::uint8_t(bytes[qsizetype(at)]));
}

Object Val::iterate(Machine &vm)
{
    if (m_value.type() != Value::Type::Bytes)
        return HeapObject::iterate(vm);
    return Iterator::of("bytes_iterator", [bytes = m_value.asBytes(),
                                           i = qsizetype(0)](Machine &, Object &value) mutable {
        if (i >= bytes.size())
            return false;
        value = Object::integer(std::uint8_t(bytes[i++]));
        return true;
    });
}

std::optional<bool> Val::contains(Machine &, const Object &value)
{
    if (m_value.type() != Value::Type::Bytes)
        return std::nullopt;
    if (const Value *part = valueIn(value, Value::Type::Bytes))
        return m_value.asBytes().contains(part->asBytes());
    return m_value.asBytes().contains(char(integerFrom(value)));
}

QString Val::format(Machine &vm, const QString &spec)
{
    switch (m_value.type()) {
    case Value::Type::BigInt:
        return spec.isEmpty() ? str(vm) : formatInteger(Object::share(this), spec);
    case Value::Type::Decimal:
        return spec.isEmpty() ? str(vm) : formatDecimal(m_value.asDecimal(), spec);
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
        return spec.isEmpty() ? str(vm) : formatTemporal(m_value, spec);
    case Value::Type::Null:
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::Double:
    case Value::Type::Text:
    case Value::Type::Bytes:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    return HeapObject::format(vm, spec);
}

// --- Between values and objects ---

Object objectFromValue(const Value &value)
{
    switch (value.type()) {
    case Value::Type::Null:
        return Object::none();
    case Value::Type::Bool:
        return Object::boolean(value.asBool());
    case Value::Type::Int:
        return Object::integer(value.asInt());
    case Value::Type::Double:
        return Object::real(value.asDouble());
    case Value::Type::Text:
        return Object::str(value.asString());
    case Value::Type::Json:
        return objectFromJson(value.asJson().text);
    case Value::Type::Array: {
        Objects items;
        for (const Value &item : value.asArray())
            items.push_back(objectFromValue(item));
        return List::of(std::move(items));
    }
    case Value::Type::BigInt:
    case Value::Type::Decimal:
    case Value::Type::Bytes:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
        break;
    }
    return Object::make<Val>(value);
}

namespace {

/// Nothing that a database takes is a list of lists of lists; a list that holds itself has no end.
constexpr int kDeepestArray = 8;

std::optional<Value> valueWithin(const Object &object, int depth)
{
    switch (object.tag()) {
    case Object::Tag::Empty:
    case Object::Tag::None:
        return Value();
    case Object::Tag::Bool:
        return Value(object.asBool());
    case Object::Tag::Int:
        return Value(static_cast<long long>(object.asInt()));
    case Object::Tag::Float:
        return Value(object.asFloat());
    case Object::Tag::Heap:
        break;
    }
    if (object.isStr())
        return Value(object.text());
    if (const Val *v = object.as<Val>())
        return v->value();
    if (object.isKind(Kind::List) || object.isKind(Kind::Tuple)) {
        if (depth >= kDeepestArray)
            return std::nullopt;
        ValueList items;
        for (const Object &item : static_cast<const Sequence *>(object.heap())->items()) {
            std::optional<Value> value = valueWithin(item, depth + 1);
            if (!value)
                return std::nullopt;
            items.push_back(std::move(*value));
        }
        return Value::array(std::move(items));
    }
    if (object.isKind(Kind::Dict))
        return Value(Json{jsonFromObject(object)});
    return std::nullopt;
}

} // namespace

std::optional<Value> valueFromObject(const Object &object)
{
    return valueWithin(object, 0);
}

const Value *valueIn(const Object &object, Value::Type type)
{
    const Val *v = object.as<Val>();
    return v && v->value().type() == type ? &v->value() : nullptr;
}

bool isInteger(const Object &object)
{
    return object.isInt() || object.isBool() || valueIn(object, Value::Type::BigInt);
}

bool isNumber(const Object &object)
{
    return object.isInt() || object.isFloat() || object.isBool() ||
           valueIn(object, Value::Type::BigInt) || valueIn(object, Value::Type::Decimal);
}

Value integerValue(const Object &object)
{
    return object.isHeap() ? object.as<Val>()->value()
                           : Value(static_cast<long long>(object.asInt()));
}

double doubleOf(const Object &object)
{
    if (object.isFloat())
        return object.asFloat();
    if (!object.isHeap())
        return double(object.asInt());
    const Value &value = object.as<Val>()->value();
    return value.type() == Value::Type::Decimal ? value.asDecimal().toDouble()
                                                : integer::toDouble(value);
}

} // namespace heddle::script
