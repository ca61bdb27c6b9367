#include "orm/backends/postgres/postgresparameters.h"

#include "orm/backends/postgres/postgresencode.h"

#include <cmath>
#include <limits>

namespace heddle {

using namespace PostgresOids;

namespace {

using W = PostgresWire;

/// An array's type by its first element that is not NULL; texts and what is nested are left to the
/// server.
PostgresOid arrayOid(const ValueList &items)
{
    bool wide = false;
    for (const Value &item : items)
        wide = wide || (item.type() == Value::Type::Int &&
                        (item.asInt() < std::numeric_limits<std::int32_t>::min() ||
                         item.asInt() > std::numeric_limits<std::int32_t>::max()));
    for (const Value &item : items) {
        switch (item.type()) {
        case Value::Type::Null:
            continue;
        case Value::Type::Bool:
            return booleans;
        case Value::Type::Int:
            return wide ? int8s : int4s;
        case Value::Type::BigInt:
        case Value::Type::Double:
        case Value::Type::Decimal:
            return numerics;
        case Value::Type::Date:
            return dates;
        case Value::Type::Time:
            return times;
        case Value::Type::DateTime:
            return item.asDateTime().offsetSeconds ? timestampTzs : timestamps;
        case Value::Type::Duration:
            return intervals;
        case Value::Type::Uuid:
            return uuids;
        case Value::Type::Text:
        case Value::Type::Bytes:
        case Value::Type::Json:
        case Value::Type::Array:
            return unknown;
        }
    }
    return unknown;
}

} // namespace

void PostgresParameters::begin(std::size_t count)
{
    m_declared.clear();
    m_bytes.clear();
    m_starts.clear();
    m_lengths.assign(count, 0);
    m_formats.assign(count, 0);
}

/// Only now that nothing is added any more do the bytes stay where they are.
void PostgresParameters::finish()
{
    m_values.resize(m_starts.size());
    // With nothing in it the buffer may have no address, and that would mean NULL.
    const char *const bytes = m_bytes.empty() ? "" : m_bytes.data();
    for (std::size_t i = 0; i < m_starts.size(); ++i)
        m_values[i] = m_starts[i] < 0 ? nullptr : bytes + m_starts[i];
}

void PostgresParameters::addText(const Value &value)
{
    appendPostgresText(m_bytes, value);
    m_bytes.push_back('\0'); // libpq looks for the end of what is text
}

/// Encodes one constant and gives the type that it is declared as.
PostgresOid PostgresParameters::addConstant(const Value &value)
{
    const std::size_t index = m_starts.size() - 1;
    const auto binary = [&](PostgresOid oid, W wire) {
        appendPostgresBinary(m_bytes, PostgresType{wire}, value);
        m_formats[index] = 1;
        return oid;
    };
    const auto text = [&](PostgresOid oid) {
        addText(value);
        return oid;
    };
    switch (value.type()) {
    case Value::Type::Null:
        return unknown;
    case Value::Type::Bool:
        return binary(boolean, W::Bool);
    case Value::Type::Int:
        if (value.asInt() < std::numeric_limits<std::int32_t>::min() ||
            value.asInt() > std::numeric_limits<std::int32_t>::max())
            return binary(int8, W::Int8);
        return binary(int4, W::Int4);
    case Value::Type::Double:
        // A constant with a point is a numeric in SQL.
        return text(std::isfinite(value.asDouble()) ? numeric : float8);
    case Value::Type::BigInt:
    case Value::Type::Decimal:
        return text(numeric);
    case Value::Type::Text:
    case Value::Type::Json:
        return text(unknown);
    case Value::Type::Bytes:
        return binary(bytea, W::Bytea);
    case Value::Type::Date:
        return binary(date, W::Date);
    case Value::Type::Time:
        return binary(PostgresOids::time, W::Time);
    case Value::Type::DateTime:
        return value.asDateTime().offsetSeconds ? binary(timestampTz, W::TimestampTz)
                                                : binary(timestamp, W::Timestamp);
    case Value::Type::Duration:
        return binary(interval, W::Interval);
    case Value::Type::Uuid:
        return binary(uuid, W::Uuid);
    case Value::Type::Array:
        return text(arrayOid(value.asArray()));
    }
    return unknown;
}

void PostgresParameters::setConstants(const ValueList &values)
{
    begin(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto start = std::ptrdiff_t(m_bytes.size());
        m_starts.push_back(values[i].isNull() ? -1 : start);
        m_declared.push_back(addConstant(values[i]));
        m_lengths[i] = int(std::ptrdiff_t(m_bytes.size()) - start);
    }
    finish();
}

void PostgresParameters::declareNothing(std::size_t count)
{
    begin(count);
    m_declared.assign(count, unknown);
}

void PostgresParameters::setInferred(const ValueList &values,
                                     const std::vector<PostgresType> &types)
{
    begin(values.size());
    m_declared.assign(values.size(), unknown);
    for (std::size_t i = 0; i < values.size(); ++i) {
        const auto start = std::ptrdiff_t(m_bytes.size());
        m_starts.push_back(values[i].isNull() ? -1 : start);
        if (!values[i].isNull()) {
            if (i < types.size() && appendPostgresBinary(m_bytes, types[i], values[i]))
                m_formats[i] = 1;
            else
                addText(values[i]);
        }
        m_lengths[i] = int(std::ptrdiff_t(m_bytes.size()) - start);
    }
    finish();
}

} // namespace heddle
