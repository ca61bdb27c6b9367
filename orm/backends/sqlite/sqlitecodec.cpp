#include "orm/backends/sqlite/sqlitecodec.h"

#include "orm/values/errors.h"

#include <array>
#include <cmath>
#include <sqlite3.h>

namespace heddle {

namespace {

int bindText(sqlite3_stmt *stmt, int index, const QByteArray &utf8)
{
    // An empty QByteArray's pointer is never null, so that it is bound as '' and not as NULL.
    return sqlite3_bind_text64(stmt, index, utf8.constData(), sqlite3_uint64(utf8.size()),
                               SQLITE_STATIC, SQLITE_UTF8);
}

int bindMadeText(sqlite3_stmt *stmt, int index, const QByteArray &utf8)
{
    return sqlite3_bind_text64(stmt, index, utf8.constData(), sqlite3_uint64(utf8.size()),
                               SQLITE_TRANSIENT, SQLITE_UTF8);
}

/// "2021-03-04", written here: a text of its own for each would be a tenth of an insert's time.
int bindDate(sqlite3_stmt *stmt, int index, Date date)
{
    const Date::Civil c = date.civil();
    if (c.year < 0 || c.year > 9999)
        return bindMadeText(stmt, index, date.toString().toUtf8());
    std::array<char, 10> text{'0', '0', '0', '0', '-', '0', '0', '-', '0', '0'};
    const auto put = [&text](std::size_t end, int number) {
        for (; number > 0; number /= 10)
            text[--end] = char('0' + number % 10);
    };
    put(4, c.year);
    put(7, c.month);
    put(10, c.day);
    return sqlite3_bind_text64(stmt, index, text.data(), text.size(), SQLITE_TRANSIENT,
                               SQLITE_UTF8);
}

int bindOne(sqlite3_stmt *stmt, int index, const Value &v)
{
    switch (v.type()) {
    case Value::Type::Null:
        return sqlite3_bind_null(stmt, index);
    case Value::Type::Bool:
        return sqlite3_bind_int(stmt, index, v.asBool() ? 1 : 0);
    case Value::Type::Int:
        return sqlite3_bind_int64(stmt, index, v.asInt());
    case Value::Type::BigInt:
        throw OverflowError(QStringLiteral("Python int too large to convert to SQLite INTEGER"));
    case Value::Type::Double:
        return sqlite3_bind_double(stmt, index, v.asDouble());
    case Value::Type::Decimal:
        return bindMadeText(stmt, index, QByteArray::fromStdString(v.asDecimal().toStdString()));
    case Value::Type::Text:
        return bindText(stmt, index, v.asUtf8());
    case Value::Type::Json:
        return bindText(stmt, index, v.asJson().text);
    case Value::Type::Bytes:
        return sqlite3_bind_blob64(stmt, index, v.asBytes().constData(),
                                   sqlite3_uint64(v.asBytes().size()), SQLITE_STATIC);
    case Value::Type::Date:
        return bindDate(stmt, index, v.asDate());
    case Value::Type::Time:
        return bindMadeText(stmt, index, v.asTime().toString().toUtf8());
    case Value::Type::DateTime:
        // With a space and not a 'T': SQLite compares these as text, and what Django and SQLite
        // itself store has a space.
        return bindMadeText(stmt, index, v.asDateTime().toString(u' ').toUtf8());
    case Value::Type::Duration:
        return sqlite3_bind_int64(stmt, index, v.asDuration().us);
    case Value::Type::Uuid:
        return bindMadeText(stmt, index, v.asUuid().toString(QUuid::Id128).toUtf8());
    case Value::Type::Array:
        throw NotSupportedError(
            QStringLiteral("SQLite has no arrays: a list cannot be a parameter."));
    }
    return SQLITE_MISUSE;
}

std::string_view textOf(sqlite3_value *cell)
{
    const auto *text = reinterpret_cast<const char *>(
        sqlite3_value_text(cell)); // before the length, which it may change
    return text ? std::string_view(text, std::size_t(sqlite3_value_bytes(cell)))
                : std::string_view();
}

std::string_view blobOf(sqlite3_value *cell)
{
    const auto *data = static_cast<const char *>(sqlite3_value_blob(cell));
    return data ? std::string_view(data, std::size_t(sqlite3_value_bytes(cell)))
                : std::string_view();
}

QByteArray copied(std::string_view text)
{
    return QByteArray(text.data(), qsizetype(text.size()));
}

/// The cell as what it is by itself: SQLite types each cell.
Value ownValue(sqlite3_value *cell, int type)
{
    switch (type) {
    case SQLITE_INTEGER:
        return Value(static_cast<long long>(sqlite3_value_int64(cell)));
    case SQLITE_FLOAT:
        return Value(sqlite3_value_double(cell));
    case SQLITE_TEXT:
        return Value::text(copied(textOf(cell)));
    case SQLITE_BLOB:
        return Value::bytes(copied(blobOf(cell)));
    default: // SQLITE_NULL
        return {};
    }
}

int digitAt(std::string_view text, std::size_t at)
{
    return text[at] - '0';
}

/// "2021-03-04" without going through the general parser: dates are read by the million.
std::optional<Date> quickDate(std::string_view text)
{
    if (text.size() != 10 || text[4] != '-' || text[7] != '-')
        return {};
    for (const std::size_t at : {0, 1, 2, 3, 5, 6, 8, 9}) {
        if (unsigned(digitAt(text, at)) > 9)
            return {};
    }
    const int year =
        digitAt(text, 0) * 1000 + digitAt(text, 1) * 100 + digitAt(text, 2) * 10 + digitAt(text, 3);
    const int month = digitAt(text, 5) * 10 + digitAt(text, 6),
              day = digitAt(text, 8) * 10 + digitAt(text, 9);
    if (year < 1 || month < 1 || month > 12 || day < 1 ||
        (day > 28 && !Date::isValidCivil(year, month, day)))
        return {};
    // Days since 1970 of a year that begins in March, so that the leap day comes last.
    const int y = month <= 2 ? year - 1 : year;
    const int era = y / 400, yearOfEra = y - era * 400;
    const int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return Date{era * 146097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear -
                719468};
}

std::optional<DateTime> dateTimeOf(std::string_view text)
{
    if (text.size() == 19 && (text[10] == ' ' || text[10] == 'T') && text[13] == ':' &&
        text[16] == ':') {
        const std::optional<Date> day = quickDate(text.substr(0, 10));
        bool digits = day.has_value();
        for (const std::size_t at : {11, 12, 14, 15, 17, 18})
            digits = digits && unsigned(digitAt(text, at)) <= 9;
        const int hour = digitAt(text, 11) * 10 + digitAt(text, 12),
                  minute = digitAt(text, 14) * 10 + digitAt(text, 15);
        const int second = digitAt(text, 17) * 10 + digitAt(text, 18);
        if (digits && hour < 24 && minute < 60 && second < 60)
            return DateTime::fromParts(*day, Time::fromHms(hour, minute, second));
    }
    return DateTime::parse(text);
}

std::optional<QUuid> uuidOf(std::string_view text)
{
    QByteArray hex = copied(text);
    if (hex.size() == 32)
        hex = hex.left(8) + '-' + hex.mid(8, 4) + '-' + hex.mid(12, 4) + '-' + hex.mid(16, 4) +
              '-' + hex.mid(20);
    const QUuid uuid = QUuid::fromString(QString::fromLatin1(hex));
    if (uuid.isNull() && hex != "00000000-0000-0000-0000-000000000000")
        return {};
    return uuid;
}

/// One row: the typed way where a cell is what its column says, as a value of its own otherwise.
class RowDecoder {
public:
    RowDecoder(sqlite3_stmt *stmt, RowBatchBuilder &builder) : m_stmt(stmt), m_builder(builder) {}

    void cell(int column, const ColumnType &type)
    {
        sqlite3_value *const v = sqlite3_column_value(m_stmt, column);
        const int stored = sqlite3_value_type(v);
        if (stored == SQLITE_NULL)
            return m_builder.addNull(column);
        switch (type.kind) {
        case ColumnKind::Int64:
            return integer(column, v, stored);
        case ColumnKind::Double:
            if (stored == SQLITE_FLOAT || stored == SQLITE_INTEGER)
                return m_builder.addDouble(column, sqlite3_value_double(v));
            break;
        case ColumnKind::Bool:
            if ((stored == SQLITE_INTEGER || stored == SQLITE_FLOAT) &&
                (sqlite3_value_double(v) == 0 || sqlite3_value_double(v) == 1))
                return m_builder.addBool(column, sqlite3_value_int(v) != 0);
            break;
        case ColumnKind::Text:
        case ColumnKind::Json:
            if (stored == SQLITE_TEXT)
                return text(column, textOf(v));
            break;
        case ColumnKind::Bytes:
            if (stored == SQLITE_BLOB)
                return text(column, blobOf(v));
            break;
        case ColumnKind::Date:
            if (stored == SQLITE_TEXT) {
                if (const auto day = quickDate(textOf(v)))
                    return m_builder.addDate(column, *day);
            }
            break;
        case ColumnKind::DateTime:
            if (stored == SQLITE_TEXT)
                return dateTime(column, v, type);
            break;
        case ColumnKind::Time:
            if (stored == SQLITE_TEXT) {
                if (const auto time = Time::parse(textOf(v)))
                    return m_builder.addInt64(column, time->us);
            }
            break;
        case ColumnKind::Duration:
            if (stored == SQLITE_INTEGER)
                return m_builder.addInt64(column, sqlite3_value_int64(v));
            if (stored == SQLITE_FLOAT && std::isfinite(sqlite3_value_double(v))) // an average
                return m_builder.addInt64(column,
                                          std::int64_t(std::nearbyint(sqlite3_value_double(v))));
            break;
        case ColumnKind::Decimal:
            return decimal(column, v, stored, type.decimalPlaces);
        case ColumnKind::Uuid:
            return uuid(column, v, stored);
        case ColumnKind::Variant:
            break;
        }
        own(column, v, stored);
    }

    std::size_t bytes() const { return m_bytes; }

private:
    void own(int column, sqlite3_value *v, int stored)
    {
        if (stored == SQLITE_TEXT || stored == SQLITE_BLOB)
            m_bytes += std::size_t(sqlite3_value_bytes(v));
        m_builder.addValue(column, ownValue(v, stored));
    }
    void text(int column, std::string_view text)
    {
        m_bytes += text.size();
        m_builder.addText(column, text);
    }
    void integer(int column, sqlite3_value *v, int stored)
    {
        if (stored == SQLITE_INTEGER)
            return m_builder.addInt64(column, sqlite3_value_int64(v));
        if (stored == SQLITE_FLOAT) { // round() and its like give whole numbers as REAL
            const double d = sqlite3_value_double(v);
            if (d == std::trunc(d) && std::abs(d) < 9e18)
                return m_builder.addInt64(column, std::int64_t(d));
        }
        own(column, v, stored);
    }
    void dateTime(int column, sqlite3_value *v, const ColumnType &type)
    {
        const std::optional<DateTime> moment = dateTimeOf(textOf(v));
        if (!moment)
            return own(column, v, SQLITE_TEXT);
        if (!moment->offsetSeconds)
            return m_builder.addInt64(column, moment->us);
        if (type.withZone) // a column with zone counts in UTC
            return m_builder.addInt64(column, moment->us - *moment->offsetSeconds * 1'000'000LL);
        m_builder.addValue(column, Value(*moment));
    }
    void decimal(int column, sqlite3_value *v, int stored, int places)
    {
        if (stored == SQLITE_FLOAT) {
            const double d = sqlite3_value_double(v);
            if (std::isfinite(d))
                return m_builder.addValue(column, Value(sqliteDecimal(d, places)));
        } else if (stored == SQLITE_INTEGER) {
            const Decimal whole(sqlite3_value_int64(v), 0);
            return m_builder.addValue(column, Value(places < 0 ? whole : whole.quantized(places)));
        } else if (stored == SQLITE_TEXT) {
            if (const auto parsed = Decimal::parse(textOf(v)); parsed && parsed->isFinite())
                return m_builder.addValue(column,
                                          Value(places < 0 ? *parsed : parsed->quantized(places)));
        }
        own(column, v, stored);
    }
    void uuid(int column, sqlite3_value *v, int stored)
    {
        if (stored == SQLITE_TEXT) {
            if (const auto parsed = uuidOf(textOf(v)))
                return m_builder.addValue(column, Value(*parsed));
        } else if (stored == SQLITE_BLOB && sqlite3_value_bytes(v) == 16) {
            return m_builder.addValue(column, Value(QUuid::fromRfc4122(copied(blobOf(v)))));
        }
        own(column, v, stored);
    }

    sqlite3_stmt *const m_stmt;
    RowBatchBuilder &m_builder;
    std::size_t m_bytes = 0;
};

} // namespace

int bindSqliteParameters(sqlite3_stmt *stmt, const ValueList &parameters)
{
    int index = 0;
    for (const Value &v : parameters) {
        if (const int rc = bindOne(stmt, ++index, v); rc != SQLITE_OK)
            return rc;
    }
    return SQLITE_OK;
}

std::size_t decodeSqliteRow(sqlite3_stmt *stmt, RowBatchBuilder &builder,
                            const std::vector<ColumnType> &types)
{
    RowDecoder row(stmt, builder);
    const int columns = int(types.size());
    for (int i = 0; i < columns; ++i)
        row.cell(i, types[std::size_t(i)]);
    builder.finishRow();
    return row.bytes();
}

Decimal sqliteDecimal(double value, int places)
{
    static constexpr std::array<double, 5> powers{1, 10, 100, 1000, 10000};
    if (places >= 0 && places < int(powers.size())) {
        // Prices are almost always a hair's breadth from a whole number of cents: no text is needed
        // to round those.
        const double scaled = value * powers[std::size_t(places)], whole = std::nearbyint(scaled);
        if (std::abs(scaled) < 1e9 && std::abs(scaled - whole) < 1e-5)
            return Decimal(std::int64_t(whole), -places);
    }
    if (places < 0) {
        const Decimal exact = Decimal::fromDouble(value);
        if (exact.digits().size() <= 15)
            return exact;
    }
    char digits[40];
    std::snprintf(digits, sizeof digits, "%.14e",
                  value); // 15 significant digits, correctly rounded
    const Decimal rounded = Decimal::parse(digits).value_or(Decimal());
    return places < 0 ? rounded : rounded.quantized(places);
}

} // namespace heddle
