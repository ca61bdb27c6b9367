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

/// One column of one batch. Immutable once built.
class Column {
public:
    ColumnKind kind() const { return m_kind; }
    int size() const { return m_size; }
    bool isNull(int row) const
    {
        return !m_nulls.empty() && (m_nulls[std::size_t(row) >> 6] >> (row & 63) & 1);
    }
    bool hasNulls() const { return !m_nulls.empty(); }

    // Typed access; kind() says which one is meant. A NULL cell reads as zero or empty.
    std::int64_t int64(int row) const
    {
        return m_int64[std::size_t(row)];
    } // Int64, Time, DateTime, Duration (microseconds)
    double number(int row) const { return m_double[std::size_t(row)]; }
    bool boolean(int row) const { return m_bool[std::size_t(row)] != 0; }
    Date date(int row) const { return Date{m_date[std::size_t(row)]}; }
    /// Text, Json: UTF-8. Bytes: raw. Valid as long as the batch lives.
    std::string_view view(int row) const
    {
        return {m_buffer.data() + m_offsets[std::size_t(row)],
                m_offsets[std::size_t(row) + 1] - m_offsets[std::size_t(row)]};
    }
    /// Any cell as a Value.
    Value value(int row) const;
    /// Bytes of memory that this column holds.
    std::size_t byteSize() const;

private:
    friend class RowBatchBuilder;
    ColumnKind m_kind = ColumnKind::Variant;
    bool m_withZone = false;
    int m_size = 0;
    std::vector<std::uint64_t> m_nulls; // one bit a row, set = NULL; empty if there are none
    std::vector<std::int64_t> m_int64;
    std::vector<double> m_double;
    std::vector<std::uint8_t> m_bool;
    std::vector<std::int32_t> m_date;
    std::vector<Value> m_variant;         // Variant, Decimal, Uuid
    std::vector<std::uint32_t> m_offsets; // size + 1 entries into m_buffer
    std::vector<char> m_buffer;
};

/// Some rows of a result, stored by column. Immutable once it leaves the connection; shared between
/// threads by pointer.
class RowBatch {
public:
    int rowCount() const { return m_rows; }
    int columnCount() const { return int(m_columns.size()); }
    const Column &column(int index) const { return m_columns[std::size_t(index)]; }
    Value value(int row, int col) const { return column(col).value(row); }
    std::size_t byteSize() const;

private:
    friend class RowBatchBuilder;
    int m_rows = 0;
    std::vector<Column> m_columns;
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
        Column &c = m_columns[std::size_t(column)];
        c.m_nulls[std::size_t(m_rows) >> 6] |= std::uint64_t(1) << (m_rows & 63);
        ++c.m_size;
        clearCell(c);
    }
    void addInt64(int column, std::int64_t v) // also Time, DateTime, Duration
    {
        room();
        Column &c = m_columns[std::size_t(column)];
        if (c.m_kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, typedValue(column, v));
        c.m_int64[std::size_t(m_rows)] = v;
    }
    void addDouble(int column, double v)
    {
        room();
        Column &c = m_columns[std::size_t(column)];
        if (c.m_kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, Value(v));
        c.m_double[std::size_t(m_rows)] = v;
    }
    void addBool(int column, bool v)
    {
        room();
        Column &c = m_columns[std::size_t(column)];
        if (c.m_kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, Value(v));
        c.m_bool[std::size_t(m_rows)] = v;
    }
    void addDate(int column, Date v)
    {
        room();
        Column &c = m_columns[std::size_t(column)];
        if (c.m_kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, Value(v));
        c.m_date[std::size_t(m_rows)] = v.days;
    }
    void addText(int column, std::string_view utf8) // also Json, Bytes
    {
        room();
        Column &c = m_columns[std::size_t(column)];
        if (c.m_kind == ColumnKind::Variant) [[unlikely]]
            return addValue(column, textValue(column, utf8));
        const std::size_t begin = c.m_offsets[std::size_t(m_rows)], end = begin + utf8.size();
        if (end > c.m_buffer.size()) [[unlikely]]
            growText(c, end);
        if (!utf8.empty())
            std::memcpy(c.m_buffer.data() + begin, utf8.data(), utf8.size());
        c.m_offsets[std::size_t(m_rows) + 1] = std::uint32_t(end);
    }
    /// A cell of another type than the column's: turns the column of this batch into Variant. Also
    /// how Decimal, Uuid and Variant columns are filled.
    void addValue(int column, Value v);
    void finishRow() { ++m_rows; }

    /// The rows so far as a batch without spare capacity; the builder starts again, empty.
    RowBatchPtr take();

private:
    void room()
    {
        if (m_rows == m_capacity) [[unlikely]]
            reserve(m_capacity < 8 ? 16 : m_capacity * 2);
    }
    void clearCell(Column &c)
    {
        const auto row = std::size_t(m_rows);
        switch (c.m_kind) {
        case ColumnKind::Int64:
        case ColumnKind::Time:
        case ColumnKind::DateTime:
        case ColumnKind::Duration:
            c.m_int64[row] = 0;
            break;
        case ColumnKind::Double:
            c.m_double[row] = 0;
            break;
        case ColumnKind::Bool:
            c.m_bool[row] = 0;
            break;
        case ColumnKind::Date:
            c.m_date[row] = 0;
            break;
        case ColumnKind::Text:
        case ColumnKind::Bytes:
        case ColumnKind::Json:
            c.m_offsets[row + 1] = c.m_offsets[row];
            break;
        case ColumnKind::Decimal:
        case ColumnKind::Uuid:
        case ColumnKind::Variant:
            c.m_variant[row] = Value();
            break;
        }
    }
    void prepare(Column &column, const ColumnType &type);
    static void growText(Column &column, std::size_t needed);
    Value typedValue(int column, std::int64_t v) const;
    Value textValue(int column, std::string_view v) const;
    void turnIntoValues(Column &column);
    void moveRows(Column &from, Column &to);

    std::vector<ColumnType> m_types;
    std::vector<Column> m_columns; // scratch: sized to m_capacity, reused from batch to batch
    int m_rows = 0;
    int m_capacity = 0;
    std::size_t m_valueBytes = 0; // outside of the Values added so far
};

} // namespace heddle
