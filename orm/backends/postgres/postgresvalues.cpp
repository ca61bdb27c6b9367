#include "orm/backends/postgres/postgrescodec.h"
#include "orm/backends/postgres/postgreswire.h"
#include "orm/values/errors.h"

#include <charconv>
#include <cmath>
#include <limits>

namespace heddle {

using namespace PostgresWireFormat;
using W = PostgresWire;

namespace {

QByteArray copied(std::string_view text)
{
    return QByteArray(text.data(), qsizetype(text.size()));
}

[[noreturn]] void damaged(const char *what)
{
    throw DataError(
        QStringLiteral("The server sent %1 that cannot be read.").arg(QString::fromLatin1(what)));
}

void requireSize(std::string_view bytes, std::size_t size, const char *what)
{
    if (bytes.size() != size)
        damaged(what);
}

/// A float's shortest text read as a double: 0.1 and not 0.10000000149011612.
double widened(float f)
{
    if (!std::isfinite(f))
        return double(f);
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, f).ptr;
    double d = 0;
    std::from_chars(text, end, d);
    return d;
}

struct Civil {
    std::int64_t year;
    int month, day;
};

/// The day `days` after 1970-01-01 in the proleptic Gregorian calendar, whatever the year; year 0
/// is 1 BC.
Civil civilOf(std::int64_t days)
{
    days += 719468; // since the first of March of year 0
    const std::int64_t era = (days >= 0 ? days : days - 146096) / 146097;
    const auto dayOfEra = int(days - era * 146097);
    const int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36524 - dayOfEra / 146096) / 365;
    const int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    const int shifted = (5 * dayOfYear + 2) / 153;
    const int month = shifted < 10 ? shifted + 3 : shifted - 9;
    return {yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month,
            dayOfYear - (153 * shifted + 2) / 5 + 1};
}

QString dayText(const Civil &c)
{
    const std::int64_t year = c.year > 0 ? c.year : 1 - c.year;
    return QStringLiteral("%1-%2-%3")
        .arg(year, 4, 10, QLatin1Char('0'))
        .arg(c.month, 2, 10, QLatin1Char('0'))
        .arg(c.day, 2, 10, QLatin1Char('0'));
}

QString eraText(const Civil &c)
{
    return c.year > 0 ? QString() : QStringLiteral(" BC");
}

Value dateValue(std::string_view bytes)
{
    requireSize(bytes, 4, "a date");
    const auto stored = read<std::int32_t>(bytes.data());
    if (stored == std::numeric_limits<std::int32_t>::max())
        return Value::text("infinity");
    if (stored == std::numeric_limits<std::int32_t>::min())
        return Value::text("-infinity");
    const std::int64_t days = std::int64_t(stored) + epochDays;
    if (days >= firstDay && days <= lastDay)
        return Value(Date{std::int32_t(days)});
    const Civil civil = civilOf(days);
    return Value(dayText(civil) + eraText(civil));
}

Value momentValue(std::string_view bytes, bool withZone)
{
    requireSize(bytes, 8, "a timestamp");
    const auto us = read<std::int64_t>(bytes.data());
    if (us == std::numeric_limits<std::int64_t>::max())
        return Value::text("infinity");
    if (us == std::numeric_limits<std::int64_t>::min())
        return Value::text("-infinity");
    if (us >= firstMoment && us <= lastMoment) {
        DateTime moment{us + epochUs, std::nullopt};
        if (withZone)
            moment.offsetSeconds = 0;
        return Value(moment);
    }
    // Floored, so that the time of day counts from midnight.
    const std::int64_t day = us >= 0 ? us / usPerDay : (us - usPerDay + 1) / usPerDay;
    const Civil civil = civilOf(day + epochDays);
    return Value(dayText(civil) + u' ' + Time{us - day * usPerDay}.toString() +
                 (withZone ? QStringLiteral("+00") : QString()) + eraText(civil));
}

QString clockText(std::int64_t us)
{
    return us == usPerDay ? QStringLiteral("24:00:00") : Time{us}.toString();
}

Value timeValue(std::string_view bytes)
{
    requireSize(bytes, 8, "a time");
    const auto us = read<std::int64_t>(bytes.data());
    return us < usPerDay ? Value(Time{us}) : Value(clockText(us));
}

/// "12:00:00+02", "12:00:00-03:30": the server counts the zone westwards.
Value zonedTimeValue(std::string_view bytes)
{
    requireSize(bytes, 12, "a time with a zone");
    const int east = -read<std::int32_t>(bytes.data() + 8);
    const int seconds = std::abs(east);
    QString text = clockText(read<std::int64_t>(bytes.data())) + QLatin1Char(east < 0 ? '-' : '+') +
                   QStringLiteral("%1").arg(seconds / 3600, 2, 10, QLatin1Char('0'));
    if (seconds % 3600 != 0)
        text += QStringLiteral(":%1").arg(seconds / 60 % 60, 2, 10, QLatin1Char('0'));
    return Value(text);
}

Value intervalOf(std::int64_t us, std::int64_t days, std::int64_t months)
{
    return Value(Duration{us + (days + months / 12 * 365 + months % 12 * 30) * usPerDay});
}

Value intervalValue(std::string_view bytes)
{
    requireSize(bytes, 16, "an interval");
    const auto us = read<std::int64_t>(bytes.data());
    const auto days = read<std::int32_t>(bytes.data() + 8);
    const auto months = read<std::int32_t>(bytes.data() + 12);
    return intervalOf(us, days, months);
}

/// Reads a binary array: dimensions, then the elements in row-major order.
class ArrayReader {
public:
    ArrayReader(const PostgresType &type, std::string_view bytes)
        : m_element{type.element, W::Other, 0}, m_bytes(bytes)
    {
    }
    Value read()
    {
        const int dimensions = number();
        number(); // whether there are NULLs
        number(); // the elements' type
        if (dimensions < 0 || dimensions > 6)
            damaged("an array");
        for (int i = 0; i < dimensions; ++i) {
            m_lengths.push_back(number());
            number(); // the first index
        }
        return dimensions == 0 ? Value::array({}) : level(0);
    }

private:
    std::string_view take(std::size_t size)
    {
        if (m_at + size > m_bytes.size())
            damaged("an array");
        const std::string_view part = m_bytes.substr(m_at, size);
        m_at += size;
        return part;
    }
    std::int32_t number() { return PostgresWireFormat::read<std::int32_t>(take(4).data()); }
    Value level(std::size_t depth)
    {
        ValueList items;
        for (int i = 0; i < m_lengths[depth]; ++i) {
            if (depth + 1 < m_lengths.size()) {
                items.push_back(level(depth + 1));
            } else {
                const std::int32_t size = number();
                items.push_back(size < 0 ? Value()
                                         : postgresBinaryValue(m_element, take(std::size_t(size))));
            }
        }
        return Value::array(std::move(items));
    }

    const PostgresType m_element;
    const std::string_view m_bytes;
    std::size_t m_at = 0;
    std::vector<int> m_lengths;
};

} // namespace

Value postgresBinaryValue(const PostgresType &type, std::string_view bytes)
{
    const char *p = bytes.data();
    switch (type.wire) {
    case W::Bool:
        requireSize(bytes, 1, "a boolean");
        return Value(*p != 0);
    case W::Int2:
        requireSize(bytes, 2, "an integer");
        return Value(int(read<std::int16_t>(p)));
    case W::Int4:
        requireSize(bytes, 4, "an integer");
        return Value(int(read<std::int32_t>(p)));
    case W::Int8:
        requireSize(bytes, 8, "an integer");
        return Value(static_cast<long long>(read<std::int64_t>(p)));
    case W::Oid:
        requireSize(bytes, 4, "an object's number");
        return Value(static_cast<long long>(read<std::uint32_t>(p)));
    case W::Float4: {
        requireSize(bytes, 4, "a float");
        const auto bits = read<std::uint32_t>(p);
        float f = 0;
        std::memcpy(&f, &bits, sizeof f);
        return Value(widened(f));
    }
    case W::Float8:
        requireSize(bytes, 8, "a float");
        return Value(readDouble(p));
    case W::Numeric:
        return Value(readNumeric(bytes));
    case W::Text:
    case W::Char:
    case W::Other:
        return Value::text(copied(bytes));
    case W::Json:
        return Value(Json{copied(bytes)});
    case W::Jsonb:
        if (bytes.empty() || *p != 1)
            damaged("a jsonb");
        return Value(Json{copied(bytes.substr(1))});
    case W::Bytea:
        return Value::bytes(copied(bytes));
    case W::Date:
        return dateValue(bytes);
    case W::Time:
        return timeValue(bytes);
    case W::TimeTz:
        return zonedTimeValue(bytes);
    case W::Timestamp:
        return momentValue(bytes, false);
    case W::TimestampTz:
        return momentValue(bytes, true);
    case W::Interval:
        return intervalValue(bytes);
    case W::Uuid:
        requireSize(bytes, 16, "a uuid");
        return Value(QUuid::fromRfc4122(QByteArrayView(p, 16)));
    case W::Array:
        return ArrayReader(type, bytes).read();
    }
    return {};
}

} // namespace heddle
