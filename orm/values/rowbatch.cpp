#include "orm/values/rowbatch.h"

#include <algorithm>

namespace heddle {

namespace {

template <typename T>
std::size_t heldBytes(const std::vector<T> &v)
{
    return v.capacity() * sizeof(T);
}

/// What a Value holds outside itself. Only texts, bytes and JSON are counted: the rest is small or
/// shared.
std::size_t outsideBytes(const Value &v)
{
    switch (v.type()) {
    case Value::Type::Text:
        return std::size_t(v.asUtf8().size());
    case Value::Type::Bytes:
        return std::size_t(v.asBytes().size());
    case Value::Type::Json:
        return std::size_t(v.asJson().text.size());
    case Value::Type::Null:
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::BigInt:
    case Value::Type::Double:
    case Value::Type::Decimal:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Array:
        return 0;
    }
    return 0;
}

bool storedAsValues(ColumnKind kind)
{
    return kind == ColumnKind::Variant || kind == ColumnKind::Decimal || kind == ColumnKind::Uuid;
}

QByteArray copied(std::string_view text)
{
    return QByteArray(text.data(), qsizetype(text.size()));
}

} // namespace

Value Column::value(int row) const
{
    if (isNull(row))
        return {};
    const auto at = std::size_t(row);
    switch (m_kind) {
    case ColumnKind::Int64:
        return Value(static_cast<long long>(m_int64[at]));
    case ColumnKind::Double:
        return Value(m_double[at]);
    case ColumnKind::Bool:
        return Value(m_bool[at] != 0);
    case ColumnKind::Text:
        return Value::text(copied(view(row)));
    case ColumnKind::Bytes:
        return Value::bytes(copied(view(row)));
    case ColumnKind::Json:
        return Value(Json{copied(view(row))});
    case ColumnKind::Date:
        return Value(Date{m_date[at]});
    case ColumnKind::Time:
        return Value(Time{m_int64[at]});
    case ColumnKind::DateTime: {
        DateTime moment{m_int64[at], std::nullopt};
        if (m_withZone)
            moment.offsetSeconds = 0;
        return Value(moment);
    }
    case ColumnKind::Duration:
        return Value(Duration{m_int64[at]});
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        return m_variant[at];
    }
    return {};
}

std::size_t Column::byteSize() const
{
    std::size_t n = sizeof(Column) + heldBytes(m_nulls) + heldBytes(m_int64) + heldBytes(m_double) +
                    heldBytes(m_bool) + heldBytes(m_date) + heldBytes(m_variant) +
                    heldBytes(m_offsets) + heldBytes(m_buffer);
    for (const Value &v : m_variant)
        n += outsideBytes(v);
    return n;
}

std::size_t RowBatch::byteSize() const
{
    std::size_t n = sizeof(RowBatch);
    for (const Column &c : m_columns)
        n += c.byteSize();
    return n;
}

RowBatchBuilder::RowBatchBuilder(std::vector<ColumnType> types)
    : m_types(std::move(types)), m_columns(m_types.size())
{
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        prepare(m_columns[i], m_types[i]);
}

void RowBatchBuilder::prepare(Column &column, const ColumnType &type)
{
    column.m_kind = type.kind;
    column.m_withZone = type.withZone;
    const auto rows = std::size_t(m_capacity);
    column.m_nulls.resize((rows + 63) / 64);
    switch (type.kind) {
    case ColumnKind::Int64:
    case ColumnKind::Time:
    case ColumnKind::DateTime:
    case ColumnKind::Duration:
        column.m_int64.resize(rows);
        break;
    case ColumnKind::Double:
        column.m_double.resize(rows);
        break;
    case ColumnKind::Bool:
        column.m_bool.resize(rows);
        break;
    case ColumnKind::Date:
        column.m_date.resize(rows);
        break;
    case ColumnKind::Text:
    case ColumnKind::Bytes:
    case ColumnKind::Json:
        column.m_offsets.resize(rows + 1);
        break;
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        column.m_variant.resize(rows);
        break;
    }
}

void RowBatchBuilder::reserve(int rows)
{
    if (rows <= m_capacity)
        return;
    m_capacity = rows;
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        // A column that a stray cell has already turned into values stays so until the batch is
        // taken.
        const bool turned = m_rows > 0 && m_columns[i].m_kind != m_types[i].kind;
        prepare(m_columns[i], turned ? ColumnType{} : m_types[i]);
    }
}

void RowBatchBuilder::growText(Column &column, std::size_t needed)
{
    column.m_buffer.resize(std::max<std::size_t>({needed, column.m_buffer.size() * 2, 256}));
}

std::size_t RowBatchBuilder::byteSize() const
{
    std::size_t n = m_valueBytes;
    for (const Column &c : m_columns) {
        switch (c.m_kind) {
        case ColumnKind::Text:
        case ColumnKind::Bytes:
        case ColumnKind::Json:
            n += c.m_offsets.empty() ? 0
                                     : c.m_offsets[std::size_t(m_rows)] +
                                           sizeof(std::uint32_t) * std::size_t(m_rows);
            break;
        case ColumnKind::Decimal:
        case ColumnKind::Uuid:
        case ColumnKind::Variant:
            n += sizeof(Value) * std::size_t(m_rows);
            break;
        case ColumnKind::Int64:
        case ColumnKind::Double:
        case ColumnKind::Bool:
        case ColumnKind::Date:
        case ColumnKind::Time:
        case ColumnKind::DateTime:
        case ColumnKind::Duration:
            n += 8 * std::size_t(m_rows);
            break;
        }
    }
    return n;
}

/// The value that a typed setter means in this column, once the column holds values.
Value RowBatchBuilder::typedValue(int column, std::int64_t v) const
{
    const ColumnType &type = m_types[std::size_t(column)];
    switch (type.kind) {
    case ColumnKind::Time:
        return Value(Time{v});
    case ColumnKind::DateTime: {
        DateTime moment{v, std::nullopt};
        if (type.withZone)
            moment.offsetSeconds = 0;
        return Value(moment);
    }
    case ColumnKind::Duration:
        return Value(Duration{v});
    case ColumnKind::Int64:
    case ColumnKind::Double:
    case ColumnKind::Bool:
    case ColumnKind::Text:
    case ColumnKind::Bytes:
    case ColumnKind::Date:
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Json:
    case ColumnKind::Variant:
        return Value(static_cast<long long>(v));
    }
    return {};
}

Value RowBatchBuilder::textValue(int column, std::string_view v) const
{
    const ColumnKind kind = m_types[std::size_t(column)].kind;
    if (kind == ColumnKind::Bytes)
        return Value::bytes(copied(v));
    if (kind == ColumnKind::Json)
        return Value(Json{copied(v)});
    return Value::text(copied(v));
}

void RowBatchBuilder::turnIntoValues(Column &column)
{
    std::vector<Value> values(static_cast<std::size_t>(m_capacity));
    for (int row = 0; row < m_rows; ++row)
        values[std::size_t(row)] = column.value(row);
    column.m_variant = std::move(values);
    column.m_kind = ColumnKind::Variant;
}

void RowBatchBuilder::addValue(int column, Value v)
{
    room();
    Column &c = m_columns[std::size_t(column)];
    if (v.isNull())
        return addNull(column);
    const bool fits = c.m_kind == ColumnKind::Variant ||
                      (c.m_kind == ColumnKind::Decimal && v.type() == Value::Type::Decimal) ||
                      (c.m_kind == ColumnKind::Uuid && v.type() == Value::Type::Uuid);
    if (!fits)
        turnIntoValues(c);
    m_valueBytes += outsideBytes(v);
    c.m_variant[std::size_t(m_rows)] = std::move(v);
}

RowBatchPtr RowBatchBuilder::take()
{
    auto batch = std::make_shared<RowBatch>();
    batch->m_rows = m_rows;
    batch->m_columns.resize(m_columns.size());
    for (std::size_t i = 0; i < m_columns.size(); ++i) {
        moveRows(m_columns[i], batch->m_columns[i]);
        if (m_columns[i].m_kind != m_types[i].kind) { // a stray cell had turned it
            m_columns[i].m_variant.clear();
            prepare(m_columns[i], m_types[i]);
        }
    }
    m_rows = 0;
    m_valueBytes = 0;
    return batch;
}

/// Copies the rows out in exact fit; the scratch buffers are kept for the next batch. Copying costs
/// about a hundredth of reading the rows, and saves the batch from carrying spare capacity for as
/// long as a result lives.
void RowBatchBuilder::moveRows(Column &from, Column &to)
{
    to.m_kind = from.m_kind;
    to.m_withZone = from.m_withZone;
    to.m_size = m_rows;
    const auto rows = std::size_t(m_rows);
    if (from.m_size > 0) { // counts the NULLs while the column is being built
        to.m_nulls.assign(from.m_nulls.begin(),
                          from.m_nulls.begin() + std::ptrdiff_t((rows + 63) / 64));
        std::fill(from.m_nulls.begin(), from.m_nulls.end(), 0);
        from.m_size = 0;
    }
    if (storedAsValues(from.m_kind)) {
        to.m_variant.reserve(rows);
        for (std::size_t row = 0; row < rows; ++row)
            to.m_variant.push_back(std::exchange(from.m_variant[row], Value()));
        return;
    }
    switch (from.m_kind) {
    case ColumnKind::Int64:
    case ColumnKind::Time:
    case ColumnKind::DateTime:
    case ColumnKind::Duration:
        to.m_int64.assign(from.m_int64.begin(), from.m_int64.begin() + m_rows);
        break;
    case ColumnKind::Double:
        to.m_double.assign(from.m_double.begin(), from.m_double.begin() + m_rows);
        break;
    case ColumnKind::Bool:
        to.m_bool.assign(from.m_bool.begin(), from.m_bool.begin() + m_rows);
        break;
    case ColumnKind::Date:
        to.m_date.assign(from.m_date.begin(), from.m_date.begin() + m_rows);
        break;
    case ColumnKind::Text:
    case ColumnKind::Bytes:
    case ColumnKind::Json:
        if (from.m_offsets.empty()) {
            to.m_offsets.assign(1, 0);
        } else {
            to.m_offsets.assign(from.m_offsets.begin(), from.m_offsets.begin() + m_rows + 1);
            to.m_buffer.assign(from.m_buffer.begin(),
                               from.m_buffer.begin() + std::ptrdiff_t(from.m_offsets[rows]));
        }
        break;
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        break;
    }
}

} // namespace heddle
