#include "orm/values/rowbatch.h"

#include <algorithm>

namespace heddle {

namespace {

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

/// Every piece of a batch's block starts at a multiple of this.
constexpr std::size_t pieceAlignment = 8;
static_assert(alignof(Column) <= pieceAlignment && alignof(Value) <= pieceAlignment);

constexpr std::size_t piece(std::size_t bytes)
{
    return (bytes + pieceAlignment - 1) / pieceAlignment * pieceAlignment;
}

/// Bytes of a cell where it lies in a column; of texts, of their offset.
std::size_t cellBytes(ColumnKind kind)
{
    switch (kind) {
    case ColumnKind::Int64:
    case ColumnKind::Time:
    case ColumnKind::DateTime:
    case ColumnKind::Duration:
        return sizeof(std::int64_t);
    case ColumnKind::Double:
        return sizeof(double);
    case ColumnKind::Bool:
        return sizeof(std::uint8_t);
    case ColumnKind::Date:
        return sizeof(std::int32_t);
    case ColumnKind::Text:
    case ColumnKind::Bytes:
    case ColumnKind::Json:
        return sizeof(std::uint32_t);
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        return sizeof(Value);
    }
    return 0;
}

bool hasText(ColumnKind kind)
{
    return kind == ColumnKind::Text || kind == ColumnKind::Bytes || kind == ColumnKind::Json;
}

/// Allocates `extra` bytes behind the object and says where they begin: std::allocate_shared then
/// makes the reference count, the batch and everything in it one allocation.
template <typename T>
struct BlockAllocator {
    using value_type = T;
    std::size_t extra = 0;
    char **tail = nullptr;

    BlockAllocator(std::size_t bytes, char **where) : extra(bytes), tail(where) {}
    template <typename U>
    BlockAllocator(const BlockAllocator<U> &other) : extra(other.extra), tail(other.tail)
    {
    }
    T *allocate(std::size_t n)
    {
        const std::size_t front = piece(n * sizeof(T));
        char *memory = static_cast<char *>(::operator new(front + extra));
        *tail = memory + front;
        return reinterpret_cast<T *>(memory);
    }
    void deallocate(T *memory, std::size_t) noexcept { ::operator delete(memory); }
    template <typename U>
    bool operator==(const BlockAllocator<U> &) const
    {
        return true;
    }
};

} // namespace

Value Column::value(int row) const
{
    if (isNull(row))
        return {};
    switch (m_kind) {
    case ColumnKind::Int64:
        return Value(static_cast<long long>(int64(row)));
    case ColumnKind::Double:
        return Value(number(row));
    case ColumnKind::Bool:
        return Value(boolean(row));
    case ColumnKind::Text:
        return Value::text(copied(view(row)));
    case ColumnKind::Bytes:
        return Value::bytes(copied(view(row)));
    case ColumnKind::Json:
        return Value(Json{copied(view(row))});
    case ColumnKind::Date:
        return Value(date(row));
    case ColumnKind::Time:
        return Value(Time{int64(row)});
    case ColumnKind::DateTime: {
        DateTime moment{int64(row), std::nullopt};
        if (m_withZone)
            moment.offsetSeconds = 0;
        return Value(moment);
    }
    case ColumnKind::Duration:
        return Value(Duration{int64(row)});
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        return cells<Value>()[row];
    }
    return {};
}

std::size_t Column::byteSize() const
{
    const auto rows = std::size_t(m_size);
    std::size_t n = sizeof(Column) + (m_nulls ? (rows + 63) / 64 * sizeof(std::uint64_t) : 0);
    n += piece(cellBytes(m_kind) * (rows + (hasText(m_kind) ? 1 : 0)));
    if (hasText(m_kind))
        n += piece(cells<std::uint32_t>()[rows]);
    if (storedAsValues(m_kind))
        for (std::size_t row = 0; row < rows; ++row)
            n += outsideBytes(cells<Value>()[row]);
    return n;
}

RowBatch::~RowBatch()
{
    for (int i = 0; i < m_count; ++i) {
        const Column &c = m_columns[i];
        if (storedAsValues(c.m_kind))
            std::destroy_n(c.cells<Value>(), c.m_size);
    }
}

std::size_t RowBatch::byteSize() const
{
    std::size_t n = sizeof(RowBatch);
    for (int i = 0; i < m_count; ++i)
        n += m_columns[i].byteSize();
    return n;
}

RowBatchBuilder::RowBatchBuilder(std::vector<ColumnType> types)
    : m_types(std::move(types)), m_columns(m_types.size())
{
    for (std::size_t i = 0; i < m_columns.size(); ++i)
        prepare(m_columns[i], m_types[i]);
}

void RowBatchBuilder::prepare(Scratch &column, const ColumnType &type)
{
    column.kind = type.kind;
    column.withZone = type.withZone;
    const auto rows = std::size_t(m_capacity);
    column.nulls.resize((rows + 63) / 64);
    switch (type.kind) {
    case ColumnKind::Int64:
    case ColumnKind::Time:
    case ColumnKind::DateTime:
    case ColumnKind::Duration:
        column.int64s.resize(rows);
        break;
    case ColumnKind::Double:
        column.doubles.resize(rows);
        break;
    case ColumnKind::Bool:
        column.bools.resize(rows);
        break;
    case ColumnKind::Date:
        column.dates.resize(rows);
        break;
    case ColumnKind::Text:
    case ColumnKind::Bytes:
    case ColumnKind::Json:
        column.offsets.resize(rows + 1);
        break;
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        column.values.resize(rows);
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
        const bool turned = m_rows > 0 && m_columns[i].kind != m_types[i].kind;
        prepare(m_columns[i], turned ? ColumnType{} : m_types[i]);
    }
}

void RowBatchBuilder::growText(Scratch &column, std::size_t needed)
{
    column.buffer.resize(std::max<std::size_t>({needed, column.buffer.size() * 2, 256}));
}

std::size_t RowBatchBuilder::byteSize() const
{
    std::size_t n = m_valueBytes;
    for (const Scratch &c : m_columns) {
        switch (c.kind) {
        case ColumnKind::Text:
        case ColumnKind::Bytes:
        case ColumnKind::Json:
            n += c.offsets.empty()
                     ? 0
                     : c.offsets[std::size_t(m_rows)] + sizeof(std::uint32_t) * std::size_t(m_rows);
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

void RowBatchBuilder::turnIntoValues(Scratch &column, const ColumnType &type)
{
    std::vector<Value> values(static_cast<std::size_t>(m_capacity));
    Column view;
    view.m_kind = column.kind;
    view.m_withZone = type.withZone;
    view.m_size = m_rows;
    view.m_nulls = column.nulls.data();
    view.m_cells = cellsOf(column);
    view.m_text = column.buffer.data();
    for (int row = 0; row < m_rows; ++row)
        values[std::size_t(row)] = view.value(row);
    column.values = std::move(values);
    column.kind = ColumnKind::Variant;
}

void RowBatchBuilder::addValue(int column, Value v)
{
    room();
    Scratch &c = m_columns[std::size_t(column)];
    if (v.isNull())
        return addNull(column);
    const bool fits = c.kind == ColumnKind::Variant ||
                      (c.kind == ColumnKind::Decimal && v.type() == Value::Type::Decimal) ||
                      (c.kind == ColumnKind::Uuid && v.type() == Value::Type::Uuid);
    if (!fits)
        turnIntoValues(c, m_types[std::size_t(column)]);
    m_valueBytes += outsideBytes(v);
    c.values[std::size_t(m_rows)] = std::move(v);
}

/// The first cell of a column that is being filled; of texts, the first offset.
const void *RowBatchBuilder::cellsOf(const Scratch &column)
{
    switch (column.kind) {
    case ColumnKind::Int64:
    case ColumnKind::Time:
    case ColumnKind::DateTime:
    case ColumnKind::Duration:
        return column.int64s.data();
    case ColumnKind::Double:
        return column.doubles.data();
    case ColumnKind::Bool:
        return column.bools.data();
    case ColumnKind::Date:
        return column.dates.data();
    case ColumnKind::Text:
    case ColumnKind::Bytes:
    case ColumnKind::Json:
        return column.offsets.data();
    case ColumnKind::Decimal:
    case ColumnKind::Uuid:
    case ColumnKind::Variant:
        return column.values.data();
    }
    return nullptr;
}

RowBatchPtr RowBatchBuilder::take()
{
    const auto columns = m_columns.size();
    std::size_t bytes = piece(columns * sizeof(Column));
    for (const Scratch &c : m_columns)
        bytes += bytesFor(c);
    char *memory = nullptr;
    // The columns' place is only known once the block is there.
    auto batch = std::allocate_shared<RowBatch>(BlockAllocator<RowBatch>(bytes, &memory), m_rows, 0,
                                                nullptr);
    batch->m_columns = new (memory) Column[columns];
    memory += piece(columns * sizeof(Column));
    for (std::size_t i = 0; i < columns; ++i) {
        memory = moveRows(m_columns[i], batch->m_columns[i], memory);
        ++batch->m_count;
        if (m_columns[i].kind != m_types[i].kind) { // a stray cell had turned it
            m_columns[i].values.clear();
            prepare(m_columns[i], m_types[i]);
        }
    }
    m_rows = 0;
    m_valueBytes = 0;
    return batch;
}

/// What moveRows() will need of the block.
std::size_t RowBatchBuilder::bytesFor(const Scratch &from) const
{
    const auto rows = std::size_t(m_rows);
    std::size_t n = from.nullCount > 0 ? (rows + 63) / 64 * sizeof(std::uint64_t) : 0;
    n += piece(cellBytes(from.kind) * (rows + (hasText(from.kind) ? 1 : 0)));
    if (hasText(from.kind) && !from.offsets.empty())
        n += piece(from.offsets[rows]);
    return n;
}

/// Copies the rows into the batch's block and gives back where the next column begins; the scratch
/// buffers are kept for the next batch. Copying costs about a hundredth of reading the rows, and
/// saves the batch from carrying spare capacity for as long as a result lives.
char *RowBatchBuilder::moveRows(Scratch &from, Column &to, char *memory)
{
    const auto rows = std::size_t(m_rows);
    const auto put = [&memory](const void *data, std::size_t bytes) {
        char *const place = memory;
        if (bytes > 0)
            std::memcpy(place, data, bytes);
        memory += piece(bytes);
        return place;
    };
    to.m_withZone = from.withZone;
    if (from.nullCount > 0) {
        to.m_nulls = reinterpret_cast<const std::uint64_t *>(
            put(from.nulls.data(), (rows + 63) / 64 * sizeof(std::uint64_t)));
        std::fill(from.nulls.begin(), from.nulls.end(), 0);
        from.nullCount = 0;
    }
    if (storedAsValues(from.kind)) {
        auto *values = reinterpret_cast<Value *>(memory);
        std::uninitialized_move_n(from.values.begin(), rows, values);
        std::fill_n(from.values.begin(), rows, Value());
        to.m_cells = values;
        memory += piece(rows * sizeof(Value));
    } else if (hasText(from.kind)) {
        static const std::uint32_t noRows = 0;
        const bool none = from.offsets.empty();
        to.m_cells = put(none ? &noRows : from.offsets.data(), (rows + 1) * sizeof(std::uint32_t));
        to.m_text = put(from.buffer.data(), none ? 0 : from.offsets[rows]);
    } else {
        to.m_cells = put(cellsOf(from), rows * cellBytes(from.kind));
    }
    to.m_kind = from.kind;
    to.m_size = m_rows;
    return memory;
}

} // namespace heddle
