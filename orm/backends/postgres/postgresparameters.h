#pragma once

#include "orm/backends/postgres/postgrestypes.h"
#include "orm/values/value.h"

#include <vector>

namespace heddle {

/// The parameters of one execution as libpq takes them. One object a connection, so that its memory
/// is used again. Owner thread only.
class PostgresParameters {
public:
    /// Declares and encodes each value as the constant that Python's drivers would write into the
    /// statement: numbers, dates and times have their own types, texts, JSON and NULL are left to
    /// the server, which takes their type from where they stand.
    void setConstants(const ValueList &values);
    /// Declares nothing: the server infers every type.
    void declareNothing(std::size_t count);
    /// Encodes each value as the type that the server has inferred.
    void setInferred(const ValueList &values, const std::vector<PostgresType> &types);

    /// What the statement is prepared with; 0: for the server to infer.
    const std::vector<PostgresOid> &declared() const { return m_declared; }
    int count() const { return int(m_values.size()); }
    const char *const *values() const { return m_values.data(); }
    const int *lengths() const { return m_lengths.data(); }
    const int *formats() const { return m_formats.data(); }

private:
    void begin(std::size_t count);
    void finish();
    void addText(const Value &value);
    PostgresOid addConstant(const Value &value);

    std::vector<PostgresOid> m_declared;
    std::vector<char> m_bytes;
    std::vector<std::ptrdiff_t> m_starts; // in m_bytes; -1: NULL
    std::vector<const char *> m_values;
    std::vector<int> m_lengths;
    std::vector<int> m_formats; // 1: binary
};

} // namespace heddle
