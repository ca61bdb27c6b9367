#include "orm/backends/qtsql/qtsqlcodec.h"

#include "orm/values/errors.h"

#include <QDateTime>
#include <QSqlQuery>
#include <cmath>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

std::string_view viewOf(const QByteArray &text)
{
    return {text.constData(), std::size_t(text.size())};
}

Date dateOf(const QDate &date)
{
    return Date{std::int32_t(date.toJulianDay() - QDate(1970, 1, 1).toJulianDay())};
}

DateTime momentOf(const QDateTime &moment)
{
    return DateTime::fromParts(dateOf(moment.date()),
                               Time{moment.time().msecsSinceStartOfDay() * 1000LL});
}

/// -838:59:59.999999 to 838:59:59.999999: MariaDB's TIME is a length of time, not one of a day.
std::optional<std::int64_t> microsecondsOf(QByteArray text)
{
    const bool negative = text.startsWith('-');
    const QList<QByteArray> parts = text.mid(negative).split(':');
    if (parts.size() != 3)
        return {};
    bool hourOk = false, minuteOk = false, secondOk = false;
    const qint64 hours = parts[0].toLongLong(&hourOk), minutes = parts[1].toLongLong(&minuteOk);
    const qint64 seconds = parts[2].left(2).toLongLong(&secondOk);
    const qint64 fraction = parts[2].mid(3).leftJustified(6, '0').toLongLong();
    if (!hourOk || !minuteOk || !secondOk)
        return {};
    const qint64 us = ((hours * 60 + minutes) * 60 + seconds) * 1'000'000 + fraction;
    return negative ? -us : us;
}

/// Whether a text is one of MariaDB's dates that are none, as "0000-00-00" and "2021-02-00": what
/// old tables hold where they mean NULL, and what the driver gives as NULL where it reads dates.
bool isZeroDate(const QByteArray &text)
{
    return text.size() >= 10 && text[4] == '-' && text[7] == '-' &&
           (text.mid(5, 2) == "00" || text.mid(8, 2) == "00");
}

/// What the driver says of a cell, without the column's opinion.
Value ownValue(const QVariant &cell)
{
    switch (cell.typeId()) {
    case QMetaType::Bool:
        return Value(cell.toBool());
    case QMetaType::Char:
    case QMetaType::SChar:
    case QMetaType::UChar:
    case QMetaType::Short:
    case QMetaType::UShort:
    case QMetaType::Int:
    case QMetaType::UInt:
    case QMetaType::LongLong:
        return Value(cell.toLongLong());
    case QMetaType::ULongLong: {
        const qulonglong number = cell.toULongLong();
        if (number > qulonglong(std::numeric_limits<qint64>::max()))
            return Value(BigInt{std::to_string(number)});
        return Value(static_cast<long long>(number));
    }
    case QMetaType::Float:
    case QMetaType::Double:
        return Value(cell.toDouble());
    case QMetaType::QByteArray:
        return Value::bytes(cell.toByteArray());
    case QMetaType::QDate:
        return Value(dateOf(cell.toDate()));
    case QMetaType::QTime:
        return Value(Time{cell.toTime().msecsSinceStartOfDay() * 1000LL});
    case QMetaType::QDateTime:
        return Value(momentOf(cell.toDateTime()));
    case QMetaType::QUuid:
        return Value(cell.toUuid());
    default: // Qt's types, not ours: everything else has a text
        return Value(cell.toString());
    }
}

/// The cell as its column's type wants it, if it can be that.
Value typedValue(const QVariant &cell, const ColumnType &type)
{
    Value own = ownValue(cell);
    if (own.type() == Value::Type::Bytes && type.kind != ColumnKind::Bytes &&
        type.kind != ColumnKind::Variant) // a text with a binary collation
        own = Value::text(own.asBytes());
    const bool isText = own.type() == Value::Type::Text;
    switch (type.kind) {
    case ColumnKind::Int64:
        if (own.type() == Value::Type::Bool)
            return Value(own.asBool() ? 1 : 0);
        if (own.type() == Value::Type::Double && own.asDouble() == std::trunc(own.asDouble()) &&
            std::abs(own.asDouble()) < 9e18)
            return Value(static_cast<long long>(own.asDouble()));
        if (isText) { // a sum of integers is a DECIMAL
            const auto number = Decimal::parse(viewOf(own.asUtf8()));
            if (number && number->isFinite() && *number == number->quantized(0))
                if (const auto whole = number->toInt64())
                    return Value(static_cast<long long>(*whole));
        }
        break;
    case ColumnKind::Double:
        if (own.isNumber() || isText)
            return Value(cell.toDouble());
        break;
    case ColumnKind::Bool:
        if (own == Value(0) || own == Value(1))
            return Value(own == Value(1));
        if (isText && (own.asUtf8() == "0" || own.asUtf8() == "1"))
            return Value(own.asUtf8() == "1");
        break;
    case ColumnKind::Decimal: {
        const auto number = own.type() == Value::Type::Double
                                ? std::optional(Decimal::fromRepr(own.asDouble()))
                                : Decimal::parse(cell.toString().toStdString());
        if (number && number->isFinite())
            return Value(type.decimalPlaces < 0 ? *number : number->quantized(type.decimalPlaces));
        break;
    }
    case ColumnKind::Text:
        if (own.type() == Value::Type::Bytes)
            return Value::text(own.asBytes());
        break;
    case ColumnKind::Json:
        return Value(Json{isText ? own.asUtf8() : cell.toString().toUtf8()});
    case ColumnKind::Bytes:
        if (isText)
            return Value::bytes(own.asUtf8());
        break;
    case ColumnKind::Date:
        if (own.type() == Value::Type::DateTime)
            return Value(own.asDateTime().date());
        if (isText) {
            if (const auto date = Date::parse(viewOf(own.asUtf8())))
                return Value(*date);
            if (isZeroDate(own.asUtf8()))
                return Value();
        }
        break;
    case ColumnKind::DateTime:
        if (own.type() == Value::Type::Date)
            return Value(DateTime::fromParts(own.asDate(), Time{}));
        if (isText) {
            if (const auto moment = DateTime::parse(viewOf(own.asUtf8())))
                return Value(*moment);
            if (isZeroDate(own.asUtf8()))
                return Value();
        }
        break;
    case ColumnKind::Time:
        if (isText) {
            const auto us = microsecondsOf(own.asUtf8());
            if (us && (*us < 0 || *us >= 86'400'000'000LL))
                return Value(Duration{*us});
            if (us)
                return Value(Time{*us});
        }
        break;
    case ColumnKind::Duration:
        if (own.type() == Value::Type::Int)
            return Value(Duration{own.asInt()});
        if (isText) {
            const auto number = Decimal::parse(viewOf(own.asUtf8())); // an average
            if (number && number->isFinite())
                return Value(Duration{number->quantized(0).toInt64().value_or(0)});
        }
        break;
    case ColumnKind::Uuid:
        if (isText) {
            const QUuid uuid = QUuid::fromString(cell.toString());
            if (!uuid.isNull())
                return Value(uuid);
        }
        break;
    case ColumnKind::Variant:
        break;
    }
    return own;
}

void addCell(RowBatchBuilder &builder, int column, const ColumnType &type, const Value &v)
{
    switch (v.type()) {
    case Value::Type::Int:
        if (type.kind == ColumnKind::Int64)
            return builder.addInt64(column, v.asInt());
        break;
    case Value::Type::Double:
        if (type.kind == ColumnKind::Double)
            return builder.addDouble(column, v.asDouble());
        break;
    case Value::Type::Bool:
        if (type.kind == ColumnKind::Bool)
            return builder.addBool(column, v.asBool());
        break;
    case Value::Type::Text:
        if (type.kind == ColumnKind::Text)
            return builder.addText(column, viewOf(v.asUtf8()));
        break;
    case Value::Type::Bytes:
        if (type.kind == ColumnKind::Bytes)
            return builder.addText(column, viewOf(v.asBytes()));
        break;
    case Value::Type::Json:
        if (type.kind == ColumnKind::Json)
            return builder.addText(column, viewOf(v.asJson().text));
        break;
    case Value::Type::Date:
        if (type.kind == ColumnKind::Date)
            return builder.addDate(column, v.asDate());
        break;
    case Value::Type::Time:
        if (type.kind == ColumnKind::Time)
            return builder.addInt64(column, v.asTime().us);
        break;
    case Value::Type::Duration:
        if (type.kind == ColumnKind::Duration)
            return builder.addInt64(column, v.asDuration().us);
        break;
    case Value::Type::DateTime:
        if (type.kind == ColumnKind::DateTime && !v.asDateTime().offsetSeconds)
            return builder.addInt64(column, v.asDateTime().us);
        break;
    case Value::Type::Null:
    case Value::Type::BigInt:
    case Value::Type::Decimal:
    case Value::Type::Uuid:
    case Value::Type::Array:
        break;
    }
    builder.addValue(column, v);
}

/// A moment in UTC: MariaDB keeps no offset, and the connection's time zone is UTC.
QString momentText(DateTime moment)
{
    if (moment.offsetSeconds) {
        moment.us -= *moment.offsetSeconds * 1'000'000LL;
        moment.offsetSeconds.reset();
    }
    return moment.toString(u' ');
}

} // namespace

QVariant qtSqlParameter(const Value &v)
{
    switch (v.type()) {
    case Value::Type::Null:
        return QVariant(QMetaType(QMetaType::QString));
    case Value::Type::Bool:
        return QVariant(v.asBool() ? 1 : 0);
    case Value::Type::Int:
        return QVariant(qlonglong(v.asInt()));
    case Value::Type::BigInt: {
        bool fits = false;
        const QByteArray digits = QByteArray::fromStdString(v.asBigInt().digits);
        const qulonglong number = digits.toULongLong(&fits);
        return fits ? QVariant(number) : QVariant(QString::fromLatin1(digits));
    }
    case Value::Type::Double:
        return QVariant(v.asDouble());
    case Value::Type::Decimal:
        return QVariant(QString::fromStdString(v.asDecimal().toPlain()));
    case Value::Type::Text:
        // A null QString would be bound as NULL.
        return QVariant(v.asUtf8().isEmpty() ? QString(u""_s) : v.asString());
    case Value::Type::Json:
        return QVariant(QString::fromUtf8(v.asJson().text));
    case Value::Type::Bytes:
        return QVariant(v.asBytes().isEmpty() ? QByteArray("") : v.asBytes());
    case Value::Type::Date:
        return QVariant(v.asDate().toString());
    case Value::Type::Time:
        return QVariant(v.asTime().toString());
    case Value::Type::DateTime:
        return QVariant(momentText(v.asDateTime()));
    case Value::Type::Duration:
        return QVariant(qlonglong(v.asDuration().us));
    case Value::Type::Uuid:
        return QVariant(v.asUuid().toString(QUuid::WithoutBraces));
    case Value::Type::Array:
        break;
    }
    throw NotSupportedError(u"MariaDB has no arrays: a list cannot be a parameter."_s);
}

std::size_t decodeQtSqlRow(const QSqlQuery &query, RowBatchBuilder &builder)
{
    std::size_t bytes = 0;
    const std::vector<ColumnType> &types = builder.types();
    for (std::size_t i = 0; i < types.size(); ++i) {
        const QVariant cell = query.value(int(i));
        if (query.isNull(int(i)) || cell.isNull()) { // also a zero date, which is no date
            builder.addNull(int(i));
            continue;
        }
        const Value value = typedValue(cell, types[i]);
        if (value.type() == Value::Type::Text)
            bytes += std::size_t(value.asUtf8().size());
        else if (value.type() == Value::Type::Bytes)
            bytes += std::size_t(value.asBytes().size());
        addCell(builder, int(i), types[i], value);
    }
    builder.finishRow();
    return bytes;
}

} // namespace heddle
