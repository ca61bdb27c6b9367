#include "orm/backends/postgres/postgrescodec.h"

#include <charconv>

namespace heddle {

using W = PostgresWire;

namespace {

QByteArray copied(std::string_view text)
{
    return QByteArray(text.data(), qsizetype(text.size()));
}

Value asText(std::string_view text)
{
    return Value::text(copied(text));
}

Value integerOf(std::string_view text)
{
    long long n = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), n);
    return error == std::errc() && end == text.data() + text.size() ? Value(n) : asText(text);
}

Value floatOf(std::string_view text)
{
    if (text == "NaN")
        return Value(std::numeric_limits<double>::quiet_NaN());
    if (text == "Infinity" || text == "-Infinity")
        return Value(text[0] == '-' ? -std::numeric_limits<double>::infinity()
                                    : std::numeric_limits<double>::infinity());
    double d = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), d);
    return error == std::errc() && end == text.data() + text.size() ? Value(d) : asText(text);
}

/// Parsed if our type can hold it; otherwise the text as it is (infinity, BC, 24:00:00).
template <typename T>
Value parsedOr(std::string_view text)
{
    const std::optional<T> v = T::parse(text);
    return v ? Value(*v) : asText(text);
}

/// "\x00ff": bytea_output is hex.
Value bytesOf(std::string_view text)
{
    return text.starts_with("\\x") ? Value::bytes(QByteArray::fromHex(copied(text.substr(2))))
                                   : asText(text);
}

/// "1 year 2 mons -3 days 04:05:06.5": IntervalStyle is postgres.
Value intervalOf(std::string_view text)
{
    constexpr std::int64_t usPerDay = 86'400'000'000LL;
    std::int64_t days = 0, us = 0;
    const QList<QByteArray> words = copied(text).split(' ');
    for (qsizetype i = 0; i < words.size(); ++i) {
        const QByteArray &word = words[i];
        if (word.contains(':')) {
            const bool negative = word.startsWith('-');
            const QList<QByteArray> parts =
                (negative || word.startsWith('+') ? word.mid(1) : word).split(':');
            if (parts.size() != 3)
                return asText(text);
            const QList<QByteArray> seconds = parts[2].split('.');
            const QByteArray fraction =
                seconds.size() > 1 ? seconds[1].leftJustified(6, '0', true) : QByteArray("0");
            const std::int64_t clock = (parts[0].toLongLong() * 3600 + parts[1].toLongLong() * 60 +
                                        seconds[0].toLongLong()) *
                                           1'000'000 +
                                       fraction.toLongLong();
            us = negative ? -clock : clock;
            continue;
        }
        bool ok = i + 1 < words.size();
        const std::int64_t n = word.toLongLong(&ok);
        const QByteArray unit = ok && i + 1 < words.size() ? words[++i] : QByteArray();
        if (unit.startsWith("year"))
            days += n * 365;
        else if (unit.startsWith("mon"))
            days += n * 30;
        else if (unit.startsWith("day"))
            days += n;
        else
            return asText(text);
    }
    return Value(Duration{days * usPerDay + us});
}

/// "{1,NULL,\"a b\",{2}}".
class ArrayParser {
public:
    ArrayParser(const PostgresType &element, std::string_view text)
        : m_element(element), m_text(text)
    {
    }
    std::optional<Value> parse()
    {
        if (!m_text.empty() && m_text[0] == '[') // "[0:1]={...}": bounds that differ from 1
            m_at = m_text.find('=') + 1;
        std::optional<Value> array = list();
        return m_at == m_text.size() ? array : std::nullopt;
    }

private:
    bool at(char c) const { return m_at < m_text.size() && m_text[m_at] == c; }
    std::optional<Value> list()
    {
        if (!at('{'))
            return {};
        ++m_at;
        ValueList items;
        while (!at('}')) {
            if (m_at >= m_text.size())
                return {};
            if (at('{')) {
                std::optional<Value> inner = list();
                if (!inner)
                    return {};
                items.push_back(std::move(*inner));
            } else {
                items.push_back(item());
            }
            if (at(','))
                ++m_at;
        }
        ++m_at;
        return Value::array(std::move(items));
    }
    Value item()
    {
        std::string text;
        const bool quoted = at('"');
        m_at += quoted ? 1 : 0;
        while (m_at < m_text.size() && !(quoted ? at('"') : at(',') || at('}'))) {
            if (at('\\'))
                ++m_at;
            if (m_at < m_text.size())
                text += m_text[m_at++];
        }
        m_at += quoted ? 1 : 0;
        return !quoted && text == "NULL" ? Value() : postgresTextValue(m_element, text);
    }

    const PostgresType m_element;
    const std::string_view m_text;
    std::size_t m_at = 0;
};

} // namespace

Value postgresTextValue(const PostgresType &type, std::string_view text)
{
    switch (type.wire) {
    case W::Bool:
        return Value(text == "t");
    case W::Int2:
    case W::Int4:
    case W::Int8:
    case W::Oid:
        return integerOf(text);
    case W::Float4:
    case W::Float8:
        return floatOf(text);
    case W::Numeric:
        return parsedOr<Decimal>(text);
    case W::Text:
    case W::Char:
    case W::Other:
    case W::TimeTz:
        return asText(text);
    case W::Json:
    case W::Jsonb:
        return Value(Json{copied(text)});
    case W::Bytea:
        return bytesOf(text);
    case W::Date:
        return parsedOr<Date>(text);
    case W::Time:
        return parsedOr<Time>(text);
    case W::Timestamp:
    case W::TimestampTz:
        return parsedOr<DateTime>(text);
    case W::Interval:
        return intervalOf(text);
    case W::Uuid:
        return Value(QUuid::fromString(QString::fromLatin1(copied(text))));
    case W::Array:
        if (const auto array = ArrayParser({type.element, W::Other, 0}, text).parse())
            return *array;
        return asText(text);
    }
    return {};
}

} // namespace heddle
