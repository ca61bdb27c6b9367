#include "orm/backends/postgres/postgresstatements.h"

namespace heddle {

namespace {

bool isThatOne(const PostgresStatement &entry, const QByteArray &sql,
               const std::vector<PostgresOid> &declared)
{
    return entry.declared == declared &&
           (entry.sql.constData() == sql.constData() || entry.sql == sql);
}

} // namespace

std::size_t PostgresStatements::keyOf(const QByteArray &sql,
                                      const std::vector<PostgresOid> &declared)
{
    return qHashRange(declared.begin(), declared.end(), qHash(sql));
}

PostgresStatement *PostgresStatements::find(const QByteArray &sql,
                                            const std::vector<PostgresOid> &declared)
{
    // The same query again, with the text shared from the compile cache: no hashing.
    if (!m_entries.empty() && m_entries.front().sql.constData() == sql.constData() &&
        m_entries.front().declared == declared)
        return &m_entries.front();
    const auto [begin, end] = m_byKey.equal_range(keyOf(sql, declared));
    for (auto it = begin; it != end; ++it) {
        if (isThatOne(**it, sql, declared)) {
            m_entries.splice(m_entries.begin(), m_entries, *it);
            return &m_entries.front();
        }
    }
    return nullptr;
}

PostgresStatement *PostgresStatements::add(PostgresStatement statement)
{
    m_entries.push_front(std::move(statement));
    PostgresStatement &entry = m_entries.front();
    m_byKey.insert(keyOf(entry.sql, entry.declared), m_entries.begin());
    return &entry;
}

void PostgresStatements::drop(List::iterator entry)
{
    m_byKey.remove(keyOf(entry->sql, entry->declared), entry);
    m_entries.erase(entry);
}

void PostgresStatements::forget(PostgresStatement *statement)
{
    for (auto it = m_entries.begin(); it != m_entries.end(); ++it) {
        if (&*it == statement)
            return drop(it);
    }
}

QList<QByteArray> PostgresStatements::takeSurplus()
{
    QList<QByteArray> names;
    if (m_entries.size() < limit)
        return names;
    // Some at a time, so that telling the server about it stays rare.
    while (m_entries.size() > limit - limit / 8) {
        names << m_entries.back().name;
        drop(std::prev(m_entries.end()));
    }
    return names;
}

void PostgresStatements::clear()
{
    m_byKey.clear();
    m_entries.clear();
}

} // namespace heddle
