#pragma once

#include "orm/sql/bound.h"
#include "orm/sql/compiledquery.h"

#include <QVarLengthArray>
#include <cstring>
#include <list>
#include <mutex>
#include <unordered_map>

namespace heddle {

/// What compiling gave for one shape of query, without its literals. Immutable, shared.
struct CompiledShape {
    CompiledQuery query; // parameters empty
    struct Slot {
        sql::Bind bind;
        int literal =
            -1; // which of the shape's literals, in the order of ShapeKey::literals; -1: bind.fixed
    };
    std::vector<Slot> slots;
};

/// Bytes of a key as they are written: most keys are short and never leave the stack.
class KeyBytes {
public:
    KeyBytes() = default;
    ~KeyBytes()
    {
        if (m_data != m_short)
            delete[] m_data;
    }
    KeyBytes(const KeyBytes &) = delete;
    KeyBytes &operator=(const KeyBytes &) = delete;

    void append(char c)
    {
        if (m_size == m_capacity) [[unlikely]]
            grow(1);
        m_data[m_size++] = c;
    }
    void append(const void *data, std::size_t bytes)
    {
        if (m_capacity - m_size < bytes) [[unlikely]]
            grow(bytes);
        std::memcpy(m_data + m_size, data, bytes);
        m_size += bytes;
    }
    QByteArrayView view() const { return {m_data, qsizetype(m_size)}; }

private:
    void grow(std::size_t by);
    char m_short[512];
    char *m_data = m_short;
    std::size_t m_size = 0, m_capacity = sizeof m_short;
};

/// A query's shape: all that its SQL depends on, its literals left out but for their types; and the
/// literals themselves in a fixed order.
struct ShapeKey {
    KeyBytes bytes;
    QVarLengthArray<const Value *, 8> literals;
    bool cacheable = true;
    QByteArrayView key() const { return bytes.view(); }
};

/// Fills an empty key.
void shapeOf(const Query &query, Ask ask, const std::vector<NamedExpression> &aggregates,
             ShapeKey &out);

/// Compiled queries by shape, the most recently used first. One for each database, so that models
/// of another can never be met. Any thread.
class CompileCache {
public:
    explicit CompileCache(std::size_t limit = 1024) : m_limit(limit) {}
    std::shared_ptr<const CompiledShape> find(QByteArrayView key);
    void insert(QByteArrayView key, std::shared_ptr<const CompiledShape> shape);
    struct Stats {
        std::size_t entries = 0, hits = 0, misses = 0;
    };
    Stats stats() const;

private:
    struct Hash {
        std::size_t operator()(QByteArrayView key) const
        {
            return qHashBits(key.data(), std::size_t(key.size()));
        }
    };
    using Entry = std::pair<QByteArray, std::shared_ptr<const CompiledShape>>;
    mutable std::mutex m_mutex;
    std::size_t m_limit;
    std::list<Entry> m_recent;
    std::unordered_map<QByteArrayView, std::list<Entry>::iterator, Hash> m_index; // of m_recent
    std::size_t m_hits = 0, m_misses = 0;
};

/// compile() through a cache: a hit costs building the key and preparing the parameters.
CompiledQuery compile(const Query &query, Ask ask, const Dialect &dialect,
                      const std::vector<NamedExpression> &aggregates, CompileCache &cache);

} // namespace heddle
