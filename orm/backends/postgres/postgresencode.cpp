#include "orm/backends/postgres/postgresencode.h"

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

std::string_view viewOf(const QByteArray &bytes)
{
    return {bytes.constData(), std::size_t(bytes.size())};
}

template <typename T>
bool appendInteger(std::vector<char> &out, const Value &v, const char *typeName)
{
    std::int64_t n = 0;
    if (v.type() == Value::Type::Int)
        n = v.asInt();
    else if (v.type() == Value::Type::Bool)
        n = v.asBool() ? 1 : 0;
    else
        return false;
    if (n < std::int64_t(std::numeric_limits<T>::min()) ||
        n > std::int64_t(std::numeric_limits<T>::max()))
        throw DataError(QStringLiteral("%1 out of range").arg(QString::fromLatin1(typeName)));
    append(out, T(n));
    return true;
}

bool appendFloat(std::vector<char> &out, const Value &v, bool isDouble)
{
    double d = 0;
    if (v.type() == Value::Type::Double)
        d = v.asDouble();
    else if (v.type() == Value::Type::Int)
        d = double(v.asInt());
    else if (v.type() == Value::Type::Decimal)
        d = v.asDecimal().toDouble();
    else
        return false;
    if (isDouble) {
        append(out, d);
        return true;
    }
    if (std::isfinite(d) && std::abs(d) > double(std::numeric_limits<float>::max()))
        return false; // the server knows how to say it
    const auto f = float(d);
    std::uint32_t bits = 0;
    std::memcpy(&bits, &f, sizeof bits);
    append(out, bits);
    return true;
}

bool appendDecimal(std::vector<char> &out, const Value &v)
{
    switch (v.type()) {
    case Value::Type::Decimal:
        return appendNumeric(out, v.asDecimal());
    case Value::Type::Int:
        return appendNumeric(out, Decimal(v.asInt(), 0));
    case Value::Type::Double:
        return appendNumeric(out, Decimal::fromRepr(v.asDouble()));
    case Value::Type::BigInt:
        return appendNumeric(out, *Decimal::parse(v.asBigInt().digits));
    case Value::Type::Null:
    case Value::Type::Bool:
    case Value::Type::Text:
    case Value::Type::Bytes:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        return false;
    }
    return false;
}

void requireNoZero(std::string_view text)
{
    if (text.find('\0') != std::string_view::npos)
        throw DataError(QStringLiteral("PostgreSQL text fields cannot contain NUL (0x00) bytes."));
}

/// Texts and JSON, where `type` takes one of them.
bool appendCharacters(std::vector<char> &out, const PostgresType &type, const Value &v)
{
    std::string_view text;
    if (v.type() == Value::Type::Text)
        text = viewOf(v.asUtf8());
    else if (v.type() == Value::Type::Json)
        text = viewOf(v.asJson().text);
    else
        return false;
    requireNoZero(text);
    if (type.wire == W::Jsonb)
        out.push_back(1);
    append(out, text);
    return true;
}

/// Moments with an offset count in UTC, which is also what the session's zone is.
bool appendMoment(std::vector<char> &out, const Value &v)
{
    if (v.type() == Value::Type::Date) {
        append(out, (std::int64_t(v.asDate().days) - epochDays) * usPerDay);
        return true;
    }
    if (v.type() != Value::Type::DateTime)
        return false;
    const DateTime &moment = v.asDateTime();
    append(out, moment.us - std::int64_t(moment.offsetSeconds.value_or(0)) * 1'000'000 - epochUs);
    return true;
}

void appendInterval(std::vector<char> &out, Duration duration)
{
    // As timedelta is sent: whole days, and what is left of the last one.
    std::int64_t days = duration.us / usPerDay, rest = duration.us % usPerDay;
    if (rest < 0) {
        rest += usPerDay;
        --days;
    }
    append(out, rest);
    append(out, std::int32_t(days));
    append(out, std::int32_t(0));
}

/// The lengths of an array's dimensions; false if it is ragged, which PostgreSQL does not have.
bool measure(const Value &v, std::size_t depth, std::vector<std::int32_t> &lengths)
{
    const ValueList &items = v.asArray();
    if (lengths.size() <= depth)
        lengths.push_back(std::int32_t(items.size()));
    if (lengths[depth] != std::int32_t(items.size()))
        return false;
    const bool deeper = !items.empty() && items[0].type() == Value::Type::Array;
    for (const Value &item : items) {
        if ((item.type() == Value::Type::Array) != deeper)
            return false;
        if (deeper && !measure(item, depth + 1, lengths))
            return false;
    }
    return deeper || lengths.size() == depth + 1;
}

bool appendItems(std::vector<char> &out, const PostgresType &element, const ValueList &items)
{
    for (const Value &item : items) {
        if (item.type() == Value::Type::Array) {
            if (!appendItems(out, element, item.asArray()))
                return false;
            continue;
        }
        if (item.isNull()) {
            append(out, std::int32_t(-1));
            continue;
        }
        const std::size_t place = out.size();
        append(out, std::int32_t(0));
        if (!appendPostgresBinary(out, element, item))
            return false;
        const std::int32_t size = qToBigEndian(std::int32_t(out.size() - place - 4));
        std::memcpy(out.data() + place, &size, sizeof size);
    }
    return true;
}

bool appendArray(std::vector<char> &out, const PostgresType &type, const Value &v)
{
    if (v.type() != Value::Type::Array || type.element == W::Other || type.element == W::Array)
        return false;
    std::vector<std::int32_t> lengths;
    if (!measure(v, 0, lengths))
        return false;
    const std::size_t begin = out.size();
    const bool empty = v.asArray().empty();
    append(out, std::int32_t(empty ? 0 : lengths.size()));
    append(out, std::int32_t(1)); // NULLs may come
    append(out, type.elementOid);
    for (const std::int32_t length : empty ? std::vector<std::int32_t>() : lengths) {
        append(out, length);
        append(out, std::int32_t(1));
    }
    if (appendItems(out, PostgresType{type.element, W::Other, 0}, v.asArray()))
        return true;
    out.resize(begin);
    return false;
}

void appendDouble(std::vector<char> &out, double d)
{
    if (!std::isfinite(d))
        return append(out, std::isnan(d) ? std::string_view("NaN")
                                         : std::string_view(d < 0 ? "-Infinity" : "Infinity"));
    char text[64];
    append(out, std::string_view(
                    text, std::size_t(std::to_chars(text, text + sizeof text, d).ptr - text)));
}

void appendQuoted(std::vector<char> &out, std::string_view text)
{
    out.push_back('"');
    for (const char c : text) {
        if (c == '"' || c == '\\')
            out.push_back('\\');
        out.push_back(c);
    }
    out.push_back('"');
}

void appendArrayText(std::vector<char> &out, const ValueList &items)
{
    out.push_back('{');
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            out.push_back(',');
        if (items[i].isNull()) {
            append(out, std::string_view("NULL"));
        } else if (items[i].type() == Value::Type::Array) {
            appendArrayText(out, items[i].asArray());
        } else {
            std::vector<char> item;
            appendPostgresText(item, items[i]);
            appendQuoted(out, {item.data(), item.size()});
        }
    }
    out.push_back('}');
}

} // namespace

bool appendPostgresBinary(std::vector<char> &out, const PostgresType &type, const Value &v)
{
    switch (type.wire) {
    case W::Bool:
        if (v.type() != Value::Type::Bool)
            return false;
        out.push_back(v.asBool() ? 1 : 0);
        return true;
    case W::Int2:
        return appendInteger<std::int16_t>(out, v, "smallint");
    case W::Int4:
        return appendInteger<std::int32_t>(out, v, "integer");
    case W::Int8:
        return appendInteger<std::int64_t>(out, v, "bigint");
    case W::Oid:
        return appendInteger<std::uint32_t>(out, v, "oid");
    case W::Float4:
    case W::Float8:
        return appendFloat(out, v, type.wire == W::Float8);
    case W::Numeric:
        return appendDecimal(out, v);
    case W::Text:
    case W::Json:
    case W::Jsonb:
        return appendCharacters(out, type, v);
    case W::Bytea:
        if (v.type() != Value::Type::Bytes)
            return false;
        append(out, viewOf(v.asBytes()));
        return true;
    case W::Date:
        if (v.type() != Value::Type::Date)
            return false;
        append(out, std::int32_t(v.asDate().days - epochDays));
        return true;
    case W::Time:
        if (v.type() != Value::Type::Time)
            return false;
        append(out, v.asTime().us);
        return true;
    case W::Timestamp:
    case W::TimestampTz:
        return appendMoment(out, v);
    case W::Interval:
        if (v.type() != Value::Type::Duration)
            return false;
        appendInterval(out, v.asDuration());
        return true;
    case W::Uuid:
        if (v.type() != Value::Type::Uuid)
            return false;
        append(out, viewOf(v.asUuid().toRfc4122()));
        return true;
    case W::Array:
        return appendArray(out, type, v);
    case W::Char:
    case W::TimeTz:
    case W::Other:
        return false;
    }
    return false;
}

void appendPostgresText(std::vector<char> &out, const Value &v)
{
    const auto put = [&out](const QString &text) { append(out, viewOf(text.toLatin1())); };
    switch (v.type()) {
    case Value::Type::Null:
        break;
    case Value::Type::Bool:
        return append(out, std::string_view(v.asBool() ? "true" : "false"));
    case Value::Type::Int:
        return append(out, std::string_view(std::to_string(v.asInt())));
    case Value::Type::BigInt:
        return append(out, std::string_view(v.asBigInt().digits));
    case Value::Type::Double:
        return appendDouble(out, v.asDouble());
    case Value::Type::Decimal:
        return append(out, std::string_view(v.asDecimal().toStdString()));
    case Value::Type::Text:
        requireNoZero(viewOf(v.asUtf8()));
        return append(out, viewOf(v.asUtf8()));
    case Value::Type::Json:
        requireNoZero(viewOf(v.asJson().text));
        return append(out, viewOf(v.asJson().text));
    case Value::Type::Bytes:
        append(out, std::string_view("\\x"));
        return append(out, viewOf(v.asBytes().toHex()));
    case Value::Type::Date:
        return put(v.asDate().toString());
    case Value::Type::Time:
        return put(v.asTime().toString());
    case Value::Type::DateTime:
        return put(v.asDateTime().toString(u' '));
    case Value::Type::Duration:
        return append(out, std::string_view(std::to_string(v.asDuration().us) + " microseconds"));
    case Value::Type::Uuid:
        return put(v.asUuid().toString(QUuid::WithoutBraces));
    case Value::Type::Array:
        return appendArrayText(out, v.asArray());
    }
}

} // namespace heddle
