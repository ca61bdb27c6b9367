#include "orm/objects/typedvalue.h"

#include "orm/values/errors.h"

#include <QDateTime>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <cmath>
#include <limits>

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

void throwUnreadable(const Value &value, const char *wanted)
{
    throw ValueError(u"The database holds %1, which cannot be read as %2."_s.arg(
        value.toRepr(), QLatin1String(wanted)));
}

const ValueList &arrayItems(const Value &value)
{
    if (value.type() != Value::Type::Array)
        throwUnreadable(value, "an array");
    return value.asArray();
}

namespace {

/// Cells of a column that is stored as the member's type wants it go through `read`; a column that
/// is not (SQLite types each cell by itself) goes through Values.
template <typename T, typename Read>
void fillCells(const Column &column, int from, int rows, char *first, std::size_t stride,
               bool stored, Read read)
{
    if (!stored) {
        for (int i = 0; i < rows; ++i, first += stride)
            if (!column.isNull(from + i))
                *reinterpret_cast<T *>(first) = BuiltIn<T>::decode(column.value(from + i));
        return;
    }
    if (!column.hasNulls()) {
        for (int i = 0; i < rows; ++i, first += stride)
            *reinterpret_cast<T *>(first) = read(from + i);
        return;
    }
    for (int i = 0; i < rows; ++i, first += stride)
        if (!column.isNull(from + i))
            *reinterpret_cast<T *>(first) = read(from + i);
}

qint64 wholeNumber(const Value &value)
{
    switch (value.type()) {
    case Value::Type::Bool:
        return value.asBool();
    case Value::Type::Int:
        return value.asInt();
    case Value::Type::Double:
        if (value.asDouble() == std::floor(value.asDouble()) && std::abs(value.asDouble()) < 9e18)
            return qint64(value.asDouble());
        break;
    case Value::Type::Decimal:
        if (value.asDecimal().isFinite() && value.asDecimal() == value.asDecimal().quantized(0))
            if (const auto whole = value.asDecimal().toInt64())
                return *whole;
        break;
    case Value::Type::Null:
    case Value::Type::BigInt:
    case Value::Type::Text:
    case Value::Type::Bytes:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    throwUnreadable(value, "a whole number");
}

template <typename T>
T narrowed(qint64 number)
{
    if (number < qint64(std::numeric_limits<T>::min()) ||
        number > qint64(std::numeric_limits<T>::max()))
        throwUnreadable(Value(static_cast<long long>(number)),
                        sizeof(T) == 2 ? "a short: it is too large" : "an int: it is too large");
    return T(number);
}

template <typename T>
void fillWhole(const Column &column, int from, int rows, char *first, std::size_t stride)
{
    fillCells<T>(column, from, rows, first, stride, column.kind() == ColumnKind::Int64,
                 [&](int row) {
                     if constexpr (sizeof(T) == sizeof(qint64))
                         return T(column.int64(row));
                     else
                         return narrowed<T>(column.int64(row));
                 });
}

double realNumber(const Value &value)
{
    if (value.type() == Value::Type::Double)
        return value.asDouble();
    if (value.type() == Value::Type::Decimal)
        return value.asDecimal().toDouble();
    return double(wholeNumber(value));
}

constexpr qint64 kUnixEpochJulianDay = 2440588;

QDate toQDate(Date date)
{
    return QDate::fromJulianDay(date.days + kUnixEpochJulianDay);
}
Date fromQDate(const QDate &date)
{
    return Date{std::int32_t(date.toJulianDay() - kUnixEpochJulianDay)};
}
QTime toQTime(qint64 us)
{
    return QTime::fromMSecsSinceStartOfDay(int(us / 1000));
}
/// A naive moment is what the clock on the wall shows; one with an offset is in UTC.
QDateTime toQDateTime(const DateTime &moment)
{
    if (moment.offsetSeconds)
        return QDateTime::fromMSecsSinceEpoch(
            (moment.us - qint64(*moment.offsetSeconds) * 1'000'000) / 1000, Qt::UTC);
    return QDateTime(toQDate(moment.date()), toQTime(moment.time().us));
}
DateTime fromQDateTime(const QDateTime &moment)
{
    if (moment.timeSpec() == Qt::LocalTime)
        return DateTime::fromParts(fromQDate(moment.date()),
                                   Time{moment.time().msecsSinceStartOfDay() * 1000LL});
    DateTime out;
    out.us = (moment.toMSecsSinceEpoch() + moment.offsetFromUtc() * 1000LL) * 1000;
    out.offsetSeconds = moment.offsetFromUtc();
    return out;
}

/// QJsonDocument reads arrays and objects only: a value alone is read as an array of one.
QJsonValue parseJson(const Value &value)
{
    if (value.type() != Value::Type::Json && value.type() != Value::Type::Text)
        throwUnreadable(value, "JSON");
    const QByteArray &text =
        value.type() == Value::Type::Json ? value.asJson().text : value.asUtf8();
    QJsonParseError error;
    const QJsonDocument document = QJsonDocument::fromJson('[' + text + ']', &error);
    if (error.error != QJsonParseError::NoError || document.array().size() != 1)
        throwUnreadable(value, "JSON");
    return document.array().first();
}

Json writeJson(const QJsonValue &value)
{
    const QByteArray text = QJsonDocument(QJsonArray{value}).toJson(QJsonDocument::Compact);
    return Json{text.mid(1, text.size() - 2)};
}

} // namespace

// --- Numbers ---

void BuiltIn<bool>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<bool>(c, from, rows, first, stride, c.kind() == ColumnKind::Bool,
                    [&](int row) { return c.boolean(row); });
}
Value BuiltIn<bool>::encode(const bool &v)
{
    return v;
}
bool BuiltIn<bool>::decode(const Value &v)
{
    return wholeNumber(v) != 0;
}

#define HEDDLE_WHOLE(Type)                                                                         \
    void BuiltIn<Type>::fill(const Column &c, int from, int rows, char *first, std::size_t stride) \
    {                                                                                              \
        fillWhole<Type>(c, from, rows, first, stride);                                             \
    }                                                                                              \
    Value BuiltIn<Type>::encode(const Type &v)                                                     \
    {                                                                                              \
        return Value(static_cast<long long>(v));                                                   \
    }                                                                                              \
    Type BuiltIn<Type>::decode(const Value &v)                                                     \
    {                                                                                              \
        return narrowed<Type>(wholeNumber(v));                                                     \
    }
HEDDLE_WHOLE(short)
HEDDLE_WHOLE(int)
HEDDLE_WHOLE(long)
HEDDLE_WHOLE(long long)
#undef HEDDLE_WHOLE

void BuiltIn<double>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<double>(c, from, rows, first, stride, c.kind() == ColumnKind::Double,
                      [&](int row) { return c.number(row); });
}
Value BuiltIn<double>::encode(const double &v)
{
    return v;
}
double BuiltIn<double>::decode(const Value &v)
{
    return realNumber(v);
}

void BuiltIn<float>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<float>(c, from, rows, first, stride, c.kind() == ColumnKind::Double,
                     [&](int row) { return float(c.number(row)); });
}
Value BuiltIn<float>::encode(const float &v)
{
    return double(v);
}
float BuiltIn<float>::decode(const Value &v)
{
    return float(realNumber(v));
}

void BuiltIn<Decimal>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<Decimal>(c, from, rows, first, stride, false, [](int) { return Decimal(); });
}
Value BuiltIn<Decimal>::encode(const Decimal &v)
{
    return v;
}
Decimal BuiltIn<Decimal>::decode(const Value &v)
{
    if (v.type() == Value::Type::Decimal)
        return v.asDecimal();
    if (v.type() == Value::Type::Double)
        return Decimal::fromRepr(v.asDouble());
    if (v.type() == Value::Type::Text)
        if (const auto parsed = Decimal::parse(v.asUtf8().toStdString()))
            return *parsed;
    return Decimal(wholeNumber(v), 0);
}

// --- Text and bytes ---

void BuiltIn<QString>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<QString>(c, from, rows, first, stride,
                       c.kind() == ColumnKind::Text || c.kind() == ColumnKind::Json, [&](int row) {
                           const std::string_view text = c.view(row);
                           return QString::fromUtf8(text.data(), qsizetype(text.size()));
                       });
}
Value BuiltIn<QString>::encode(const QString &v)
{
    return v;
}
QString BuiltIn<QString>::decode(const Value &v)
{
    return v.type() == Value::Type::Text ? v.asString() : v.toDisplay();
}

void BuiltIn<QByteArray>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<QByteArray>(c, from, rows, first, stride, c.kind() == ColumnKind::Bytes,
                          [&](int row) {
                              const std::string_view bytes = c.view(row);
                              return QByteArray(bytes.data(), qsizetype(bytes.size()));
                          });
}
Value BuiltIn<QByteArray>::encode(const QByteArray &v)
{
    return Value::bytes(v);
}
QByteArray BuiltIn<QByteArray>::decode(const Value &v)
{
    if (v.type() == Value::Type::Bytes)
        return v.asBytes();
    if (v.type() == Value::Type::Text)
        return v.asUtf8();
    throwUnreadable(v, "bytes");
}

// --- Dates and times ---

Date BuiltIn<Date>::decode(const Value &v)
{
    if (v.type() == Value::Type::Date)
        return v.asDate();
    if (v.type() == Value::Type::DateTime)
        return v.asDateTime().date();
    throwUnreadable(v, "a date");
}
Value BuiltIn<Date>::encode(const Date &v)
{
    return v;
}
void BuiltIn<Date>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<Date>(c, from, rows, first, stride, c.kind() == ColumnKind::Date,
                    [&](int row) { return c.date(row); });
}

void BuiltIn<QDate>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<QDate>(c, from, rows, first, stride, c.kind() == ColumnKind::Date,
                     [&](int row) { return toQDate(c.date(row)); });
}
Value BuiltIn<QDate>::encode(const QDate &v)
{
    return v.isValid() ? Value(fromQDate(v)) : Value();
}
QDate BuiltIn<QDate>::decode(const Value &v)
{
    return toQDate(BuiltIn<Date>::decode(v));
}

Time BuiltIn<Time>::decode(const Value &v)
{
    if (v.type() == Value::Type::Time)
        return v.asTime();
    if (v.type() == Value::Type::DateTime)
        return v.asDateTime().time();
    throwUnreadable(v, "a time of day");
}
Value BuiltIn<Time>::encode(const Time &v)
{
    return v;
}
void BuiltIn<Time>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<Time>(c, from, rows, first, stride, c.kind() == ColumnKind::Time,
                    [&](int row) { return Time{c.int64(row)}; });
}

void BuiltIn<QTime>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<QTime>(c, from, rows, first, stride, c.kind() == ColumnKind::Time,
                     [&](int row) { return toQTime(c.int64(row)); });
}
Value BuiltIn<QTime>::encode(const QTime &v)
{
    return v.isValid() ? Value(Time{v.msecsSinceStartOfDay() * 1000LL}) : Value();
}
QTime BuiltIn<QTime>::decode(const Value &v)
{
    return toQTime(BuiltIn<Time>::decode(v).us);
}

DateTime BuiltIn<DateTime>::decode(const Value &v)
{
    if (v.type() == Value::Type::DateTime)
        return v.asDateTime();
    if (v.type() == Value::Type::Date)
        return DateTime::fromParts(v.asDate(), Time{});
    throwUnreadable(v, "a date with a time");
}
Value BuiltIn<DateTime>::encode(const DateTime &v)
{
    return v;
}
void BuiltIn<DateTime>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<DateTime>(c, from, rows, first, stride, false, [](int) { return DateTime(); });
}

void BuiltIn<QDateTime>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<QDateTime>(c, from, rows, first, stride, false, [](int) { return QDateTime(); });
}
Value BuiltIn<QDateTime>::encode(const QDateTime &v)
{
    return v.isValid() ? Value(fromQDateTime(v)) : Value();
}
QDateTime BuiltIn<QDateTime>::decode(const Value &v)
{
    return toQDateTime(BuiltIn<DateTime>::decode(v));
}

void BuiltIn<Duration>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<Duration>(c, from, rows, first, stride, c.kind() == ColumnKind::Duration,
                        [&](int row) { return Duration{c.int64(row)}; });
}
Value BuiltIn<Duration>::encode(const Duration &v)
{
    return v;
}
Duration BuiltIn<Duration>::decode(const Value &v)
{
    if (v.type() == Value::Type::Duration)
        return v.asDuration();
    throwUnreadable(v, "a length of time");
}

// --- The rest ---

void BuiltIn<QUuid>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    fillCells<QUuid>(c, from, rows, first, stride, false, [](int) { return QUuid(); });
}
Value BuiltIn<QUuid>::encode(const QUuid &v)
{
    return v;
}
QUuid BuiltIn<QUuid>::decode(const Value &v)
{
    if (v.type() == Value::Type::Uuid)
        return v.asUuid();
    if (v.type() == Value::Type::Text)
        if (const QUuid id = QUuid::fromString(v.asString()); !id.isNull())
            return id;
    throwUnreadable(v, "a UUID");
}

#define HEDDLE_JSON(Type, Expression)                                                              \
    void BuiltIn<Type>::fill(const Column &c, int from, int rows, char *first, std::size_t stride) \
    {                                                                                              \
        fillCells<Type>(c, from, rows, first, stride, false, [](int) { return Type(); });          \
    }                                                                                              \
    Value BuiltIn<Type>::encode(const Type &v)                                                     \
    {                                                                                              \
        return writeJson(v);                                                                       \
    }                                                                                              \
    Type BuiltIn<Type>::decode(const Value &v)                                                     \
    {                                                                                              \
        return parseJson(v) Expression;                                                            \
    }
HEDDLE_JSON(QJsonValue, )
HEDDLE_JSON(QJsonObject, .toObject())
HEDDLE_JSON(QJsonArray, .toArray())
#undef HEDDLE_JSON

void BuiltIn<Value>::fill(const Column &c, int from, int rows, char *first, std::size_t stride)
{
    for (int i = 0; i < rows; ++i, first += stride)
        *reinterpret_cast<Value *>(first) = c.value(from + i);
}
Value BuiltIn<Value>::encode(const Value &v)
{
    return v;
}
Value BuiltIn<Value>::decode(const Value &v)
{
    return v;
}

// What the header declares `extern template`: every type of HEDDLE_BUILT_IN there.
#define HEDDLE_VALUE_OPS(Type)                                                                     \
    template const ValueOps &valueOps<Type>();                                                     \
    template const ValueOps &valueOps<std::optional<Type>>();
HEDDLE_VALUE_OPS(bool)
HEDDLE_VALUE_OPS(short)
HEDDLE_VALUE_OPS(int)
HEDDLE_VALUE_OPS(long)
HEDDLE_VALUE_OPS(long long)
HEDDLE_VALUE_OPS(double)
HEDDLE_VALUE_OPS(float)
HEDDLE_VALUE_OPS(Decimal)
HEDDLE_VALUE_OPS(QString)
HEDDLE_VALUE_OPS(QByteArray)
HEDDLE_VALUE_OPS(QDate)
HEDDLE_VALUE_OPS(QTime)
HEDDLE_VALUE_OPS(QDateTime)
HEDDLE_VALUE_OPS(Date)
HEDDLE_VALUE_OPS(Time)
HEDDLE_VALUE_OPS(DateTime)
HEDDLE_VALUE_OPS(Duration)
HEDDLE_VALUE_OPS(QUuid)
HEDDLE_VALUE_OPS(QJsonValue)
HEDDLE_VALUE_OPS(QJsonObject)
HEDDLE_VALUE_OPS(QJsonArray)
HEDDLE_VALUE_OPS(Value)
#undef HEDDLE_VALUE_OPS

} // namespace heddle::detail
