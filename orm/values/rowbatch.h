#pragma once

#include "orm/values/value.h"

#include <memory>
#include <span>
#include <string_view>

namespace heddle {

/// How a column's cells are stored. One kind a column and batch; a cell that does not fit (SQLite types each cell by
/// itself) turns that batch's column into Variant.
enum class ColumnKind { Int64, Double, Bool, Text, Bytes, Date, Time, DateTime, Duration, Decimal, Uuid, Json, Variant };

/// What the reader of a column should make of a cell: the model's type, not the database's.
struct ColumnType {
    ColumnKind kind = ColumnKind::Variant;
    int decimalPlaces = -1; // Decimal: quantized to so many places on the way in; -1: as it comes
    bool withZone = false;  // DateTime
    bool operator==(const ColumnType &) const = default;
};

/// One column of one batch. Immutable once built.
class Column
{
public:
    ColumnKind kind() const { return m_kind; }
    int size() const { return m_size; }
    bool isNull(int row) const
    {
        return !m_nulls.empty() && (m_nulls[std::size_t(row) >> 6] >> (row & 63) & 1);
    }
    bool hasNulls() const { return !m_nulls.empty(); }

    // Typed access; kind() says which one is meant. A NULL cell reads as zero or empty.
    std::int64_t int64(int row) const { return m_int64[std::size_t(row)]; } // Int64, Time, DateTime, Duration (microseconds)
    double number(int row) const { return m_double[std::size_t(row)]; }
    bool boolean(int row) const { return m_bool[std::size_t(row)] != 0; }
    Date date(int row) const { return Date{m_date[std::size_t(row)]}; }
    /// Text, Json: UTF-8. Bytes: raw. Valid as long as the batch lives.
    std::string_view view(int row) const
    {
        return {m_buffer.data() + m_offsets[std::size_t(row)], m_offsets[std::size_t(row) + 1] - m_offsets[std::size_t(row)]};
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
    std::vector<Value> m_variant; // Variant, Decimal, Uuid
    std::vector<std::uint32_t> m_offsets; // size + 1 entries into m_buffer
    std::vector<char> m_buffer;
};

/// Some rows of a result, stored by column. Immutable once it leaves the connection; shared between threads by pointer.
class RowBatch
{
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
/// The setters are inline and check nothing but capacity: they are the inner loop of reading a table.
class RowBatchBuilder
{
public:
    explicit RowBatchBuilder(std::vector<ColumnType> types);
    void reserve(int rows);
    int rowCount() const { return m_rows; }
    const std::vector<ColumnType> &types() const { return m_types; }
    std::size_t byteSize() const; // rough, for the limit of a batch

    void addNull(int column);
    void addInt64(int column, std::int64_t v); // also Time, DateTime, Duration
    void addDouble(int column, double v);
    void addBool(int column, bool v);
    void addDate(int column, Date v);
    void addText(int column, std::string_view utf8); // also Json, Bytes
    /// A cell of another type than the column's: turns the column of this batch into Variant.
    void addValue(int column, Value v);
    void finishRow() { ++m_rows; }

    /// The rows so far as a batch; the builder starts again, empty. `shrink`: give back spare capacity.
    RowBatchPtr take();

private:
    std::vector<ColumnType> m_types;
    std::unique_ptr<RowBatch> m_batch;
    int m_rows = 0;
    int m_reserved = 0;
};

} // namespace heddle
