#include "orm/backends/postgres/postgrescodec.h"

#include "orm/backends/postgres/postgreswire.h"

#include <cmath>
#include <libpq-fe.h>

namespace heddle {

namespace {

using W = PostgresWire;

/// A number as the integer that Python's int() makes of it, where it is one.
std::optional<std::int64_t> wholeNumber(const Value &v)
{
    switch (v.type()) {
    case Value::Type::Int:
        return v.asInt();
    case Value::Type::Decimal:
        return v.asDecimal().isFinite() ? v.asDecimal().toInt64() : std::nullopt;
    case Value::Type::Double:
        if (std::abs(v.asDouble()) < 9.2e18)
            return std::int64_t(v.asDouble());
        return {};
    case Value::Type::Null:
    case Value::Type::Bool:
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
        return {};
    }
    return {};
}

std::optional<Decimal> decimalOf(const Value &v, int places)
{
    std::optional<Decimal> out;
    if (v.type() == Value::Type::Decimal)
        out = v.asDecimal();
    else if (v.type() == Value::Type::Int)
        out = Decimal(v.asInt(), 0);
    else if (v.type() == Value::Type::Double)
        out = Decimal::fromRepr(v.asDouble());
    if (out && places >= 0 && out->isFinite() && out->exponent() != -places)
        out = out->quantized(places);
    return out;
}

/// Puts a value into a column that wants another kind, converted where Django's converters do;
/// false: as it is.
bool addConverted(int column, const ColumnType &wanted, const Value &v, RowBatchBuilder &builder)
{
    switch (wanted.kind) {
    case ColumnKind::Int64:
        if (const auto number = wholeNumber(v))
            return builder.addInt64(column, *number), true;
        return false;
    case ColumnKind::Double:
        if (v.type() == Value::Type::Double)
            return builder.addDouble(column, v.asDouble()), true;
        if (v.type() == Value::Type::Int)
            return builder.addDouble(column, double(v.asInt())), true;
        if (v.type() == Value::Type::Decimal)
            return builder.addDouble(column, v.asDecimal().toDouble()), true;
        return false;
    case ColumnKind::Bool:
        return v.type() == Value::Type::Bool && (builder.addBool(column, v.asBool()), true);
    case ColumnKind::Text:
        return v.type() == Value::Type::Text &&
               (builder.addText(column, {v.asUtf8().constData(), std::size_t(v.asUtf8().size())}),
                true);
    case ColumnKind::Json:
        return v.type() == Value::Type::Json &&
               (builder.addText(column,
                                {v.asJson().text.constData(), std::size_t(v.asJson().text.size())}),
                true);
    case ColumnKind::Bytes:
        return v.type() == Value::Type::Bytes &&
               (builder.addText(column, {v.asBytes().constData(), std::size_t(v.asBytes().size())}),
                true);
    case ColumnKind::Date:
        if (v.type() == Value::Type::DateTime) // DATE_TRUNC gives a moment
            return builder.addDate(column, v.asDateTime().date()), true;
        return v.type() == Value::Type::Date && (builder.addDate(column, v.asDate()), true);
    case ColumnKind::Time:
        if (v.type() == Value::Type::DateTime)
            return builder.addInt64(column, v.asDateTime().time().us), true;
        return v.type() == Value::Type::Time && (builder.addInt64(column, v.asTime().us), true);
    case ColumnKind::DateTime:
        return v.type() == Value::Type::DateTime &&
               (builder.addInt64(column, v.asDateTime().us), true);
    case ColumnKind::Duration:
        return v.type() == Value::Type::Duration &&
               (builder.addInt64(column, v.asDuration().us), true);
    case ColumnKind::Decimal:
        if (auto decimal = decimalOf(v, wanted.decimalPlaces))
            return builder.addValue(column, Value(std::move(*decimal))), true;
        return false;
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        return false;
    }
    return false;
}

bool isMoment(std::int64_t us)
{
    return us >= PostgresWireFormat::firstMoment && us <= PostgresWireFormat::lastMoment;
}

} // namespace

PostgresDecoder::Path PostgresDecoder::pathOf(const PostgresType &type, const ColumnType &wanted)
{
    const auto reads = [&](W wire, ColumnKind kind) {
        return type.wire == wire && wanted.kind == kind;
    };
    if (wanted.kind == ColumnKind::Int64) {
        if (type.wire == W::Int2)
            return Path::Int2;
        if (type.wire == W::Int4)
            return Path::Int4;
        if (type.wire == W::Int8)
            return Path::Int8;
    }
    if (reads(W::Float8, ColumnKind::Double))
        return Path::Float8;
    if (reads(W::Bool, ColumnKind::Bool))
        return Path::Bool;
    if (reads(W::Text, ColumnKind::Text) || reads(W::Bytea, ColumnKind::Bytes) ||
        reads(W::Json, ColumnKind::Json))
        return Path::Bytes;
    if (reads(W::Jsonb, ColumnKind::Json))
        return Path::Jsonb;
    if (reads(W::Date, ColumnKind::Date))
        return Path::Date;
    if (reads(W::Time, ColumnKind::Time))
        return Path::Int64s;
    if (reads(W::Timestamp, ColumnKind::DateTime) || reads(W::TimestampTz, ColumnKind::DateTime))
        return Path::Moment;
    return Path::Any;
}

PostgresDecoder::PostgresDecoder(std::vector<PostgresType> types,
                                 const std::vector<ColumnType> &wanted, bool binary)
    : m_binary(binary)
{
    m_readers.reserve(types.size());
    for (std::size_t i = 0; i < types.size(); ++i)
        m_readers.push_back(
            {types[i], wanted[i], binary ? pathOf(types[i], wanted[i]) : Path::Any});
}

void PostgresDecoder::addValue(const Reader &reader, int column, std::string_view cell,
                               RowBatchBuilder &builder) const
{
    Value v =
        m_binary ? postgresBinaryValue(reader.type, cell) : postgresTextValue(reader.type, cell);
    if (!addConverted(column, reader.wanted, v, builder))
        builder.addValue(column, std::move(v));
}

std::size_t PostgresDecoder::addRow(const pg_result *result, int row,
                                    RowBatchBuilder &builder) const
{
    using namespace PostgresWireFormat;
    std::size_t bytes = 0;
    for (int column = 0; column < int(m_readers.size()); ++column) {
        const Reader &reader = m_readers[std::size_t(column)];
        const int size = PQgetlength(result, row, column);
        if (size == 0 && PQgetisnull(result, row, column)) {
            builder.addNull(column);
            continue;
        }
        const char *cell = PQgetvalue(result, row, column);
        switch (reader.path) {
        case Path::Int2:
            builder.addInt64(column, read<std::int16_t>(cell));
            break;
        case Path::Int4:
            builder.addInt64(column, read<std::int32_t>(cell));
            break;
        case Path::Int8:
        case Path::Int64s:
            if (const auto number = read<std::int64_t>(cell);
                reader.path == Path::Int8 || number < usPerDay)
                builder.addInt64(column, number);
            else
                addValue(reader, column, {cell, std::size_t(size)}, builder); // 24:00
            break;
        case Path::Float8:
            builder.addDouble(column, readDouble(cell));
            break;
        case Path::Bool:
            builder.addBool(column, *cell != 0);
            break;
        case Path::Jsonb:
            ++cell;
            bytes += std::size_t(size - 1);
            builder.addText(column, {cell, std::size_t(size - 1)});
            break;
        case Path::Bytes:
            bytes += std::size_t(size);
            builder.addText(column, {cell, std::size_t(size)});
            break;
        case Path::Date:
            if (const std::int64_t days = std::int64_t(read<std::int32_t>(cell)) + epochDays;
                days >= firstDay && days <= lastDay)
                builder.addDate(column, Date{std::int32_t(days)});
            else
                addValue(reader, column, {cell, std::size_t(size)}, builder);
            break;
        case Path::Moment:
            if (const auto us = read<std::int64_t>(cell); isMoment(us))
                builder.addInt64(column, us + epochUs);
            else
                addValue(reader, column, {cell, std::size_t(size)}, builder);
            break;
        case Path::Any:
            bytes += std::size_t(size);
            addValue(reader, column, {cell, std::size_t(size)}, builder);
            break;
        }
    }
    builder.finishRow();
    return bytes;
}

} // namespace heddle
