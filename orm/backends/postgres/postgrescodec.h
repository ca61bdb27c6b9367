#pragma once

#include "orm/backends/postgres/postgrestypes.h"
#include "orm/values/rowbatch.h"

struct pg_result;

namespace heddle {

/// A cell in binary format as what it is by itself.
///
/// What Heddle's values cannot hold comes as PostgreSQL's text of it: dates before year 1 or after
/// 9999, infinity, times of day with a zone. Months of an interval count as 30 days, years as 365,
/// as in Python's drivers. Throws DataError for bytes that are not of that type.
Value postgresBinaryValue(const PostgresType &type, std::string_view bytes);
/// The same of a cell in text format (DateStyle ISO, IntervalStyle postgres).
Value postgresTextValue(const PostgresType &type, std::string_view text);

/// Reads the cells of a result into a RowBatchBuilder: straight where the column is read as what it
/// is, by way of a Value where the model asks for something else.
class PostgresDecoder {
public:
    /// `types`: of the result's columns; `wanted`: what the reader makes of them; as many.
    PostgresDecoder(std::vector<PostgresType> types, const std::vector<ColumnType> &wanted,
                    bool binary);
    /// Adds row `row` of `result`. Gives roughly how many bytes of text it added.
    std::size_t addRow(const pg_result *result, int row, RowBatchBuilder &builder) const;

private:
    enum class Path { Int2, Int4, Int8, Float8, Bool, Bytes, Jsonb, Date, Int64s, Moment, Any };
    struct Reader {
        PostgresType type;
        ColumnType wanted;
        Path path;
    };
    static Path pathOf(const PostgresType &type, const ColumnType &wanted);
    void addValue(const Reader &reader, int column, std::string_view cell,
                  RowBatchBuilder &builder) const;

    std::vector<Reader> m_readers;
    bool m_binary;
};

} // namespace heddle
