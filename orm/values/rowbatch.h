#pragma once

#include "orm/values/value.h"

#include <cstring>
#include <memory>
#include <span>
#include <string_view>

namespace heddle {

/// How a column's cells are stored. One kind a column and batch; a cell that does not fit (SQLite
/// types each cell by itself) turns that batch's column into Variant.
enum class ColumnKind {
    Int64,
    Double,
    Bool,
    Text,
    Bytes,
    Date,
    Time,
    DateTime,
    Duration,
    Decimal,
    Uuid,
    Json,
    Variant
};

/// What the reader of a column should make of a cell: the model's type, not the database's.
struct ColumnType {
    ColumnKind kind = ColumnKind::Variant;
    int decimalPlaces = -1; // Decimal: quantized to so many places on the way in; -1: as it comes
    bool withZone = false;  // DateTime
    bool operator==(const ColumnType &) const = default;
};

/// One column of one batch. Immutable; its cells lie in the batch's own block of memory.
class Column {
public:
    ColumnKind kind() const { return m_kind; }
    int size() const { return m_size; }
    bool isNull(int row) const
    {
        return m_nulls && (m_nulls[std::size_t(row) >> 6] >> (row & 63) & 1);
    }
    bool hasNulls() const { return m_nulls != nullptr; }

    // Typed access; kind() says which one is meant. A NULL cell reads as zero or empty.
    std::int64_t int64(int row) const
    {
        return cells<std::int64_t>()[row];
    } // Int64, Time, DateTime, Duration (microseconds)
    double number(int row) const { return cells<double>()[row]; }
    bool boolean(int row) const { return cells<std::uint8_t>()[row] != 0; }
    Date date(int row) const { return Date{cells<std::int32_t>()[row]}; }
    /// Text, Json: UTF-8. Bytes: raw. Valid as long as the batch lives.
    std::string_view view(int row) const
    {
        const std::uint32_t *offsets = cells<std::uint32_t>();
        return {m_text + offsets[row], offsets[row + 1] - offsets[row]};
    }
    /// Any cell as a Value.
    Value value(int row) const;
    /// Bytes of memory that this column holds.
    std::size_t byteSize() const;

private:
    friend class RowBatch;
    friend class RowBatchBuilder;
    template <typename T>
    const T *cells() const
    {
        return static_cast<const T *>(m_cells);
    }

    ColumnKind m_kind = ColumnKind::Variant;
    bool m_withZone = false;
    int m_size = 0;
    const std::uint64_t *m_nulls = nullptr; // one bit a row, set = NULL; null if there are none
    const void *m_cells = nullptr; // by kind; Text, Bytes, Json: size + 1 offsets into m_text
    const char *m_text = nullptr;
};

/// Some rows of a result, stored by column. Immutable once it leaves the connection; shared between
/// threads by pointer.
///
/// A batch, its columns and their cells are one allocation in exact fit: a point get that makes a
/// batch of one row, on one thread, and drops it on another costs the allocator next to nothing.
class RowBatch {
public:
    /// Only for RowBatchBuilder: the columns stand in the memory behind the batch.
    RowBatch(int rows, int columns, Column *data) : m_rows(rows), m_count(columns), m_columns(data)
    {
    }
    ~RowBatch();
    RowBatch(const RowBatch &) = delete;
    RowBatch &operator=(const RowBatch &) = delete;

    int rowCount() const { return m_rows; }
    int columnCount() const { return m_count; }
    const Column &column(int index) const { return m_columns[index]; }
    Value value(int row, int col) const { return column(col).value(row); }
    std::size_t byteSize() const;

private:
    friend class RowBatchBuilder;
    int m_rows = 0, m_count = 0;
    Column *m_columns = nullptr;
};

using RowBatchPtr = std::shared_ptr<const RowBatch>;

/// Builds batches cell by cell, left to right, row by row. Used by connections; owner thread only.
///
/// The setters are inline and check nothing but capacity and whether the column still has its own
/// kind: they are the inner loop of reading a table. The buffers are scratch that is reused; take()
/// copies out of them in exact fit.
class RowBatchBuilder {
public:
    explicit RowBatchBuilder(std::vector<ColumnType> types);
    void reserve(int rows);
    int rowCount() const { return m_rows; }
    const std::vector<ColumnType> &types() const { return m_types; }
    std::size_t byteSize() const; // rough, for the limit of a batch

    void addNull(int column)
    {
        room();
        Scratch &c = m_columns[std::size_t(column)];
        c.nulls[std::size_t(m_rows) >> 6] |= std::uint64_t(1) << (m_rows & 63);
        ++c.nullCount;
        clearCell(c);
    }
    void addInt64(int column, std::int64_t v) // also Time, DateTime, Duration
    {
        room();
        Scratch &c = m_columns[std::size_t(column)];
        if (c.kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, typedValue(column, v));
        c.int64s[std::size_t(m_rows)] = v;
    }
    void addDouble(int column, double v)
    {
        room();
        Scratch &c = m_columns[std::size_t(column)];
        if (c.kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, Value(v));
        c.doubles[std::size_t(m_rows)] = v;
    }
    void addBool(int column, bool v)
    {
        room();
        Scratch &c = m_columns[std::size_t(column)];
        if (c.kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, Value(v));
        c.bools[std::size_t(m_rows)] = v;
    }
    void addDate(int column, Date v)
    {
        room();
        Scratch &c = m_columns[std::size_t(column)];
        if (c.kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, Value(v));
        c.dates[std::size_t(m_rows)] = v.days;
    }
    void addText(int column, std::string_view utf8) // also Json, Bytes
    {
        room();
        Scratch &c = m_columns[std::size_t(column)];
        if (c.kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, textValue(column, utf8));
        const std::size_t begin = c.offsets[std::size_t(m_rows)], end = begin + utf8.size();
        if (end > c.buffer.size()) [[unlikely]]
            growText(c, end);
        if (!utf8.empty())
            std::memcpy(c.buffer.data() + begin, utf8.data(), utf8.size());
        c.offsets[std::size_t(m_rows) + 1] = std::uint32_t(end);
    }
    /// A cell of another type than the column's: turns the column of this batch into Variant. Also
    /// how Decimal, Uuid and Variant columns are filled.
    void addValue(int column, Value v);
    void finishRow() { ++m_rows; }

    /// The rows so far as a batch without spare capacity; the builder starts again, empty.
    RowBatchPtr take();

private:
    /// A column while it is being filled: buffers of m_capacity rows that are reused from batch to
    /// batch.
    struct Scratch {
        ColumnKind kind = ColumnKind::Variant;
        bool withZone = false;
        int nullCount = 0;
        std::vector<std::uint64_t> nulls;
        std::vector<std::int64_t> int64s;
        std::vector<double> doubles;
        std::vector<std::uint8_t> bools;
        std::vector<std::int32_t> dates;
        std::vector<Value> values; // Variant, Decimal, Uuid
        std::vector<std::uint32_t> offsets;
        std::vector<char> buffer;
    };

    void room()
    {
        if (m_rows == m_capacity) [[unlikely]]
            reserve(m_capacity < 8 ? 16 : m_capacity * 2);
    }
    void clearCell(Scratch &c)
    {
        const auto row = std::size_t(m_rows);
        switch (c.kind) {
        case ColumnKind::Int64:
        case ColumnKind::Time:
        case ColumnKind::DateTime:
        case ColumnKind::Duration:
            c.int64s[row] = 0;
            break;
        case ColumnKind::Double:
            c.doubles[row] = 0;
            break;
        case ColumnKind::Bool:
            c.bools[row] = 0;
            break;
        case ColumnKind::Date:
            c.dates[row] = 0;
            break;
        case ColumnKind::Text:
        case ColumnKind::Bytes:
        case ColumnKind::Json:
            c.offsets[row + 1] = c.offsets[row];
            break;
        case ColumnKind::Decimal:
        case ColumnKind::Uuid:
        case ColumnKind::Variant:
            c.values[row] = Value();
            break;
        }
    }
    void prepare(Scratch &column, const ColumnType &type);
    static void growText(Scratch &column, std::size_t needed);
    Value typedValue(int column, std::int64_t v) const;
    Value textValue(int column, std::string_view v) const;
    void turnIntoValues(Scratch &column, const ColumnType &type);
    static const void *cellsOf(const Scratch &column);
    std::size_t bytesFor(const Scratch &from) const;
    char *moveRows(Scratch &from, Column &to, char *memory);

    std::vector<ColumnType> m_types;
    std::vector<Scratch> m_columns;
    int m_rows = 0;
    int m_capacity = 0;
    std::size_t m_valueBytes = 0; // outside of the Values added so far
};

} // namespace heddle
