#include "orm/sql/compilecache.h"

#include <algorithm>

namespace heddle {

void KeyBytes::grow(std::size_t by)
{
    m_capacity = std::max(m_capacity * 2, m_size + by);
    char *const larger = new char[m_capacity];
    std::memcpy(larger, m_data, m_size);
    if (m_data != m_short)
        delete[] m_data;
    m_data = larger;
}

std::shared_ptr<const CompiledShape> CompileCache::find(QByteArrayView key)
{
    std::lock_guard lock(m_mutex);
    const auto it = m_index.find(key);
    if (it == m_index.end()) {
        ++m_misses;
        return {};
    }
    ++m_hits;
    m_recent.splice(m_recent.begin(), m_recent, it->second);
    return it->second->second;
}

void CompileCache::insert(QByteArrayView key, std::shared_ptr<const CompiledShape> shape)
{
    std::lock_guard lock(m_mutex);
    if (m_index.contains(key))
        return;
    m_recent.emplace_front(key.toByteArray(), std::move(shape));
    m_index.emplace(m_recent.front().first, m_recent.begin());
    while (m_recent.size() > m_limit) {
        m_index.erase(m_recent.back().first);
        m_recent.pop_back();
    }
}

CompileCache::Stats CompileCache::stats() const
{
    std::lock_guard lock(m_mutex);
    return {m_recent.size(), m_hits, m_misses};
}

} // namespace heddle
