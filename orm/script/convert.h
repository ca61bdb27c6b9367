#pragma once

#include "orm/script/object.h"

namespace heddle::script {

/// A database value that is not held in place: a long integer, Decimal, bytes, date, time,
/// datetime, timedelta, UUID. Immutable.
class Val final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Value;
    explicit Val(Value value);
    const Value &value() const { return m_value; }

    QString typeName() const override;
    QString repr(Machine &vm) override;
    QString str(Machine &vm) override;
    bool truth(Machine &vm) override;
    std::size_t hash(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    std::optional<std::int64_t> length(Machine &vm) override;
    Object item(Machine &vm, const Object &key) override;
    Object iterate(Machine &vm) override;
    std::optional<bool> contains(Machine &vm, const Object &value) override;
    QString format(Machine &vm, const QString &spec) override;

private:
    Value m_value;
};

Object objectFromValue(const Value &value);
std::optional<Value> valueFromObject(const Object &object);
/// What json.loads gives; throws ValueError for a text that is no JSON.
Object objectFromJson(const QByteArray &json);
/// JSON text of what an object says, as json.dumps writes it; throws TypeError for what JSON does
/// not have.
QByteArray jsonFromObject(const Object &object);

/// The value if the object is one of that type (also a small one held in place), else null.
const Value *valueIn(const Object &object, Value::Type type);
/// True for int, bool and long integers.
bool isInteger(const Object &object);
bool isNumber(const Object &object);
/// As a Value for the arithmetic of whole numbers.
Value integerValue(const Object &object);
/// float(x) of a number.
double doubleOf(const Object &object);

} // namespace heddle::script
