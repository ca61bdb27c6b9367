#include "orm/backends/sqlite/sqlitestatements.h"

#include <sqlite3.h>

namespace heddle {

namespace {

bool isBlank(const char *text)
{
    for (; *text; ++text) {
        if (*text != ';' && !QChar::isSpace(uchar(*text)))
            return false;
    }
    return true;
}

} // namespace

SqliteStatements::Entry *SqliteStatements::acquire(const QByteArray &sql, int *error, bool *tail)
{
    *error = SQLITE_OK;
    *tail = false;
    // The same query again, with the text shared from the compile cache: no hashing.
    if (!m_entries.empty() && m_entries.front().sql.constData() == sql.constData() &&
        !m_entries.front().busy) {
        m_entries.front().busy = true;
        return &m_entries.front();
    }
    const auto known = m_bySql.constFind(sql);
    if (known != m_bySql.constEnd()) {
        m_entries.splice(m_entries.begin(), m_entries, *known);
        if (!m_entries.front().busy) {
            m_entries.front().busy = true;
            return &m_entries.front();
        }
    }
    Entry fresh = prepare(sql, error, tail);
    if (*error != SQLITE_OK)
        return nullptr;
    fresh.busy = true;
    fresh.cached = known == m_bySql.constEnd() && !*tail;
    if (!fresh.cached) {
        m_extra.push_front(std::move(fresh));
        return &m_extra.front();
    }
    m_entries.push_front(std::move(fresh));
    m_bySql.insert(sql, m_entries.begin());
    if (m_entries.size() > limit && !m_entries.back().busy) {
        m_bySql.remove(m_entries.back().sql);
        finalize(m_entries.back());
        m_entries.pop_back();
    }
    return &m_entries.front();
}

SqliteStatements::Entry SqliteStatements::prepare(const QByteArray &sql, int *error,
                                                  bool *tail) const
{
    Entry entry;
    entry.sql = sql;
    const char *rest = nullptr;
    *error = sqlite3_prepare_v3(m_db, sql.constData(), int(sql.size()) + 1,
                                SQLITE_PREPARE_PERSISTENT, &entry.stmt, &rest);
    if (*error != SQLITE_OK)
        return entry;
    *tail = rest && !isBlank(rest);
    if (entry.stmt) {
        entry.parameterCount = sqlite3_bind_parameter_count(entry.stmt);
        entry.readOnly = sqlite3_stmt_readonly(entry.stmt) != 0;
    }
    return entry;
}

void SqliteStatements::release(Entry *entry)
{
    if (entry->stmt)
        sqlite3_reset(entry->stmt); // its code is that of the step, which has been dealt with
    entry->busy = false;
    if (entry->cached)
        return;
    finalize(*entry);
    m_extra.remove_if([entry](const Entry &e) { return &e == entry; });
}

void SqliteStatements::finalize(Entry &entry)
{
    sqlite3_finalize(entry.stmt);
    entry.stmt = nullptr;
}

void SqliteStatements::clear()
{
    for (std::list<Entry> *list : {&m_entries, &m_extra}) {
        for (Entry &e : *list)
            finalize(e);
        list->clear();
    }
    m_bySql.clear();
}

} // namespace heddle
