#pragma once

#include "orm/values/decimal.h"
#include "orm/values/temporal.h"

#include <QByteArray>
#include <QString>
#include <QUuid>
#include <cstdint>
#include <memory>
#include <variant>
#include <vector>

namespace heddle {

class Value;
using ValueList = std::vector<Value>;

/// Text of JSON, as the database gave it. Held as UTF-8 and parsed by whoever looks inside.
struct Json {
    QByteArray text;
    bool operator==(const Json &) const = default;
};

/// One cell or one parameter: any value that a database can hold, at its own precision.
///
/// Text is UTF-8. Copies are cheap (text, bytes, JSON and arrays are shared).
class Value {
public:
    enum class Type {
        Null,
        Bool,
        Int,
        BigInt,
        Double,
        Decimal,
        Text,
        Bytes,
        Date,
        Time,
        DateTime,
        Duration,
        Uuid,
        Json,
        Array,
    };
    struct TextData {
        QByteArray utf8;
        bool operator==(const TextData &) const = default;
    };
    struct BytesData {
        QByteArray data;
        bool operator==(const BytesData &) const = default;
    };
    using ArrayData = std::shared_ptr<const ValueList>;

    Value() = default;
    Value(std::nullptr_t) {}
    Value(bool v) : m(v) {}
    Value(int v) : m(std::int64_t(v)) {}
    Value(long v) : m(std::int64_t(v)) {}
    Value(long long v) : m(std::int64_t(v)) {}
    Value(double v) : m(v) {}
    Value(heddle::BigInt v) : m(std::move(v)) {}
    Value(heddle::Decimal v) : m(std::move(v)) {}
    Value(const QString &v) : m(TextData{v.toUtf8()}) {}
    Value(const char *) = delete; // would be a bool; say Value::text("...")
    Value(heddle::Date v) : m(v) {}
    Value(heddle::Time v) : m(v) {}
    Value(heddle::DateTime v) : m(v) {}
    Value(heddle::Duration v) : m(v) {}
    Value(const QUuid &v) : m(v) {}
    Value(heddle::Json v) : m(std::move(v)) {}
    static Value text(QByteArray utf8)
    {
        Value v;
        v.m = TextData{std::move(utf8)};
        return v;
    }
    static Value bytes(QByteArray data)
    {
        Value v;
        v.m = BytesData{std::move(data)};
        return v;
    }
    static Value array(ValueList items)
    {
        Value v;
        v.m = std::make_shared<const ValueList>(std::move(items));
        return v;
    }

    Type type() const { return Type(m.index()); }
    bool isNull() const { return m.index() == 0; }
    bool isNumber() const { return type() >= Type::Bool && type() <= Type::Decimal; }
    /// A double or decimal that is not a number: equal to nothing and ordered with nothing, without
    /// being an error.
    bool isNan() const;

    // Exact accessors: the value must be of that type.
    bool asBool() const { return std::get<bool>(m); }
    std::int64_t asInt() const { return std::get<std::int64_t>(m); }
    double asDouble() const { return std::get<double>(m); }
    const heddle::BigInt &asBigInt() const { return std::get<heddle::BigInt>(m); }
    const heddle::Decimal &asDecimal() const { return std::get<heddle::Decimal>(m); }
    const QByteArray &asUtf8() const { return std::get<TextData>(m).utf8; }
    QString asString() const { return QString::fromUtf8(asUtf8()); }
    const QByteArray &asBytes() const { return std::get<BytesData>(m).data; }
    heddle::Date asDate() const { return std::get<heddle::Date>(m); }
    heddle::Time asTime() const { return std::get<heddle::Time>(m); }
    const heddle::DateTime &asDateTime() const { return std::get<heddle::DateTime>(m); }
    heddle::Duration asDuration() const { return std::get<heddle::Duration>(m); }
    QUuid asUuid() const { return std::get<QUuid>(m); }
    const heddle::Json &asJson() const { return std::get<heddle::Json>(m); }
    const ValueList &asArray() const { return *std::get<ArrayData>(m); }

    /// For people: text as it is, NULL as "None", numbers and dates as Python's str() shows them.
    QString toDisplay() const;
    /// As Python's repr(): 'text', Decimal('1.10'), datetime.datetime(2021, 1, 1, 0, 0).
    QString toRepr() const;

    /// Python's ==: 1 == 1.0 == True == Decimal(1); text never equals a number; arrays by element.
    friend bool operator==(const Value &a, const Value &b);
    /// Python's ordering where it has one; otherwise nothing: for types that Python does not order
    /// (a TypeError there) and for NaN (every comparison false there; isNan() tells the two apart).
    static std::optional<std::weak_ordering> compare(const Value &a, const Value &b);
    /// Equal values hash alike.
    std::size_t hash() const;

    static const char *typeName(Type type); // "int", "text", ...

private:
    std::variant<std::monostate, bool, std::int64_t, heddle::BigInt, double, heddle::Decimal,
                 TextData, BytesData, heddle::Date, heddle::Time, heddle::DateTime,
                 heddle::Duration, QUuid, heddle::Json, ArrayData>
        m;
};

/// The text that Python's json.dumps gives for a value in the command line's JSON: decimals and
/// dates as strings, durations as seconds, bytes as base64, everything UTF-8.
QByteArray toJson(const Value &value);

} // namespace heddle
