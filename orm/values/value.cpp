#include "orm/values/value.h"

#include "orm/values/json.h"
#include "orm/values/numberhash.h"
#include "orm/values/pythontext.h"

#include <QHashFunctions>
#include <QJsonDocument>
#include <cmath>

namespace heddle {
namespace {

using Type = Value::Type;
using Ordering = std::optional<std::weak_ordering>;

template <typename T>
std::weak_ordering order(const T &a, const T &b)
{
    return a < b   ? std::weak_ordering::less
           : b < a ? std::weak_ordering::greater
                   : std::weak_ordering::equivalent;
}

std::weak_ordering orderOfSign(int sign)
{
    return order(sign, 0);
}

bool isWhole(const Value &v)
{
    return v.type() == Type::Bool || v.type() == Type::Int;
}

std::int64_t wholeOf(const Value &v)
{
    return v.type() == Type::Bool ? std::int64_t(v.asBool()) : v.asInt();
}

/// Any number exactly. Doubles are binary fractions and thus always finite decimals.
Decimal exactly(const Value &v)
{
    switch (v.type()) {
    case Type::Double:
        return Decimal::fromDouble(v.asDouble());
    case Type::Decimal:
        return v.asDecimal();
    case Type::BigInt:
        return Decimal::parse(v.asBigInt().digits).value_or(Decimal());
    case Type::Bool:
    case Type::Int:
        return Decimal(wholeOf(v), 0);
    case Type::Null:
    case Type::Text:
    case Type::Bytes:
    case Type::Date:
    case Type::Time:
    case Type::DateTime:
    case Type::Duration:
    case Type::Uuid:
    case Type::Json:
    case Type::Array:
        break;
    }
    return Decimal();
}

/// Whole numbers and doubles meet often; below 2^53 a double says it exactly, so no decimal is
/// needed.
Ordering compareNumbers(const Value &a, const Value &b)
{
    if (a.isNan() || b.isNan())
        return std::nullopt;
    if (isWhole(a) && isWhole(b))
        return order(wholeOf(a), wholeOf(b));
    if (a.type() == Type::Double && b.type() == Type::Double)
        return order(a.asDouble(), b.asDouble());
    constexpr std::int64_t ExactlyDouble = std::int64_t(1) << 53;
    const auto small = [](const Value &v) {
        return isWhole(v) && wholeOf(v) <= ExactlyDouble && wholeOf(v) >= -ExactlyDouble;
    };
    if (a.type() == Type::Double && small(b))
        return order(a.asDouble(), double(wholeOf(b)));
    if (b.type() == Type::Double && small(a))
        return order(double(wholeOf(a)), b.asDouble());
    return orderOfSign(Decimal::compare(exactly(a), exactly(b)));
}

std::int64_t utcOf(const DateTime &v)
{
    return v.us - std::int64_t(v.offsetSeconds.value_or(0)) * 1'000'000;
}

/// A naive and an aware datetime have no order, and are never equal.
Ordering compareDateTimes(const DateTime &a, const DateTime &b)
{
    if (a.offsetSeconds.has_value() != b.offsetSeconds.has_value())
        return std::nullopt;
    return order(utcOf(a), utcOf(b));
}

Ordering compareArrays(const ValueList &a, const ValueList &b)
{
    for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
        if (!(a[i] == b[i]))
            return Value::compare(a[i], b[i]);
    }
    return order(a.size(), b.size());
}

/// The document with its keys sorted, or the text itself if it is no JSON: equal objects give equal
/// texts.
QByteArray canonicalJson(const QByteArray &text)
{
    // QJsonDocument takes only arrays and objects at the top.
    const QJsonDocument document = QJsonDocument::fromJson('[' + text + ']');
    return document.isNull() ? text : document.toJson(QJsonDocument::Compact);
}

std::size_t hashOfBytes(const QByteArray &bytes, std::size_t seed)
{
    return qHash(bytes, seed);
}

QString reprOfDate(const Date::Civil &c)
{
    return QStringLiteral("%1, %2, %3").arg(c.year).arg(c.month).arg(c.day);
}

QString reprOfClock(const Time &t)
{
    QString text = QStringLiteral("%1, %2").arg(t.hour()).arg(t.minute());
    if (t.second() != 0 || t.microsecond() != 0)
        text += QStringLiteral(", %1").arg(t.second());
    if (t.microsecond() != 0)
        text += QStringLiteral(", %1").arg(t.microsecond());
    return text;
}

QString reprOfDuration(const Duration &d)
{
    constexpr std::int64_t Day = 86'400'000'000;
    std::int64_t days = d.us / Day, rest = d.us % Day;
    if (rest < 0) {
        --days;
        rest += Day;
    }
    QStringList parts;
    if (days != 0)
        parts += QStringLiteral("days=%1").arg(days);
    if (rest / 1'000'000 != 0)
        parts += QStringLiteral("seconds=%1").arg(rest / 1'000'000);
    if (rest % 1'000'000 != 0)
        parts += QStringLiteral("microseconds=%1").arg(rest % 1'000'000);
    if (parts.isEmpty())
        parts += QStringLiteral("0");
    return QStringLiteral("datetime.timedelta(") + parts.join(QLatin1String(", ")) +
           QLatin1Char(')');
}

QString reprOfDateTime(const DateTime &v)
{
    QString text = QStringLiteral("datetime.datetime(") + reprOfDate(v.date().civil()) +
                   QLatin1String(", ") + reprOfClock(v.time());
    if (v.offsetSeconds) {
        const QString zone =
            *v.offsetSeconds == 0
                ? QStringLiteral("datetime.timezone.utc")
                : QStringLiteral("datetime.timezone(") +
                      reprOfDuration(Duration{std::int64_t(*v.offsetSeconds) * 1'000'000}) +
                      QLatin1Char(')');
        text += QLatin1String(", tzinfo=") + zone;
    }
    return text + QLatin1Char(')');
}

QString reprOfJson(const QByteArray &text)
{
    if (const auto python = rewriteJson(text, JsonStyle::Python))
        return QString::fromUtf8(*python);
    return pythonQuoted(QString::fromUtf8(text));
}

QString reprOfArray(const ValueList &items)
{
    QStringList parts;
    for (const Value &item : items)
        parts += item.toRepr();
    return QLatin1Char('[') + parts.join(QLatin1String(", ")) + QLatin1Char(']');
}

QString uuidText(const QUuid &id)
{
    return id.toString(QUuid::WithoutBraces);
}

} // namespace

bool Value::isNan() const
{
    if (type() == Type::Double)
        return std::isnan(asDouble());
    return type() == Type::Decimal && asDecimal().isNan();
}

bool operator==(const Value &a, const Value &b)
{
    if (a.isNumber() && b.isNumber())
        return compareNumbers(a, b) == std::weak_ordering::equivalent;
    if (a.type() != b.type())
        return false;
    switch (a.type()) {
    case Type::Null:
        return true;
    case Type::Json:
        return a.asJson() == b.asJson() ||
               canonicalJson(a.asJson().text) == canonicalJson(b.asJson().text);
    case Type::Array:
        return a.asArray() == b.asArray();
    case Type::Bool:
    case Type::Int:
    case Type::BigInt:
    case Type::Double:
    case Type::Decimal:
    case Type::Text:
    case Type::Bytes:
    case Type::Date:
    case Type::Time:
    case Type::DateTime:
    case Type::Duration:
    case Type::Uuid:
        break;
    }
    return Value::compare(a, b) == std::weak_ordering::equivalent;
}

std::optional<std::weak_ordering> Value::compare(const Value &a, const Value &b)
{
    if (a.isNumber() && b.isNumber())
        return compareNumbers(a, b);
    if (a.type() != b.type())
        return std::nullopt;
    switch (a.type()) {
    // UTF-8 sorts bytewise as its code points do, which is Python's order of str.
    case Type::Text:
        return orderOfSign(a.asUtf8().compare(b.asUtf8()));
    case Type::Bytes:
        return orderOfSign(a.asBytes().compare(b.asBytes()));
    case Type::Date:
        return order(a.asDate(), b.asDate());
    case Type::Time:
        return order(a.asTime(), b.asTime());
    case Type::DateTime:
        return compareDateTimes(a.asDateTime(), b.asDateTime());
    case Type::Duration:
        return order(a.asDuration(), b.asDuration());
    // Python orders UUIDs as 128-bit numbers; Qt looks at the variant first.
    case Type::Uuid:
        return orderOfSign(a.asUuid().toRfc4122().compare(b.asUuid().toRfc4122()));
    case Type::Array:
        return compareArrays(a.asArray(), b.asArray());
    case Type::Null:
    case Type::Bool:
    case Type::Int:
    case Type::BigInt:
    case Type::Double:
    case Type::Decimal:
    case Type::Json:
        break;
    }
    return std::nullopt;
}

std::size_t Value::hash() const
{
    // The seed keeps types apart that are never equal; all numbers share one.
    const std::size_t seed = m.index();
    switch (type()) {
    case Type::Null:
        return 0x9e3779b9;
    case Type::Bool:
    case Type::Int:
        return detail::hashOfInt(wholeOf(*this));
    case Type::BigInt: {
        const std::string_view digits = asBigInt().digits;
        const bool negative = digits.starts_with('-');
        return detail::hashOfDigits(digits.substr(negative ? 1 : 0), negative, 0);
    }
    case Type::Double:
        return detail::hashOfDouble(asDouble());
    case Type::Decimal:
        return asDecimal().hash();
    case Type::Text:
        return hashOfBytes(asUtf8(), seed);
    case Type::Bytes:
        return hashOfBytes(asBytes(), seed);
    case Type::Date:
        return qHash(asDate().days, seed);
    case Type::Time:
        return qHash(qint64(asTime().us), seed);
    case Type::DateTime:
        return qHash(qint64(utcOf(asDateTime())), seed);
    case Type::Duration:
        return qHash(qint64(asDuration().us), seed);
    case Type::Uuid:
        return qHash(asUuid(), seed);
    case Type::Json:
        return hashOfBytes(canonicalJson(asJson().text), seed);
    case Type::Array: {
        std::size_t result = seed;
        for (const Value &item : asArray())
            result = qHashMulti(result, quint64(item.hash()));
        return result;
    }
    }
    return 0;
}

QString Value::toDisplay() const
{
    switch (type()) {
    case Type::Text:
        return asString();
    case Type::Decimal:
        return asDecimal().toString();
    case Type::Date:
        return asDate().toString();
    case Type::Time:
        return asTime().toString();
    case Type::DateTime:
        return asDateTime().toString(QLatin1Char(' '));
    case Type::Duration:
        return asDuration().toString();
    case Type::Uuid:
        return uuidText(asUuid());
    case Type::Null:
    case Type::Bool:
    case Type::Int:
    case Type::BigInt:
    case Type::Double:
    case Type::Bytes:
    case Type::Json:
    case Type::Array:
        break;
    }
    return toRepr();
}

QString Value::toRepr() const
{
    switch (type()) {
    case Type::Null:
        return QStringLiteral("None");
    case Type::Bool:
        return asBool() ? QStringLiteral("True") : QStringLiteral("False");
    case Type::Int:
        return QString::number(qint64(asInt()));
    case Type::BigInt:
        return QString::fromStdString(asBigInt().digits);
    case Type::Double:
        return QString::fromStdString(pythonFloat(asDouble()));
    case Type::Decimal:
        return QStringLiteral("Decimal('%1')").arg(asDecimal().toString());
    case Type::Text:
        return pythonQuoted(asString());
    case Type::Bytes:
        return pythonQuotedBytes(asBytes());
    case Type::Date:
        return QStringLiteral("datetime.date(%1)").arg(reprOfDate(asDate().civil()));
    case Type::Time:
        return QStringLiteral("datetime.time(%1)").arg(reprOfClock(asTime()));
    case Type::DateTime:
        return reprOfDateTime(asDateTime());
    case Type::Duration:
        return reprOfDuration(asDuration());
    case Type::Uuid:
        return QStringLiteral("UUID('%1')").arg(uuidText(asUuid()));
    case Type::Json:
        return reprOfJson(asJson().text);
    case Type::Array:
        return reprOfArray(asArray());
    }
    return {};
}

const char *Value::typeName(Type type)
{
    switch (type) {
    case Type::Null:
        return "null";
    case Type::Bool:
        return "bool";
    case Type::Int:
    case Type::BigInt:
        return "int";
    case Type::Double:
        return "float";
    case Type::Decimal:
        return "decimal";
    case Type::Text:
        return "text";
    case Type::Bytes:
        return "bytes";
    case Type::Date:
        return "date";
    case Type::Time:
        return "time";
    case Type::DateTime:
        return "datetime";
    case Type::Duration:
        return "duration";
    case Type::Uuid:
        return "uuid";
    case Type::Json:
        return "json";
    case Type::Array:
        return "array";
    }
    return "";
}

} // namespace heddle
