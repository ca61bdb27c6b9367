#include "orm/backends/qtsql/qtsqlstatements.h"

#include <QSqlDatabase>
#include <algorithm>

namespace heddle {

QtSqlStatements::Entry &QtSqlStatements::entry(const QByteArray &sql, const QSqlDatabase &database)
{
    const auto found = std::find_if(m_entries.begin(), m_entries.end(),
                                    [&sql](const auto &entry) { return entry->sql == sql; });
    if (found != m_entries.end()) {
        m_entries.splice(m_entries.begin(), m_entries, found);
        return *m_entries.front();
    }
    if (m_entries.size() >= kept)
        m_entries.pop_back();
    m_entries.push_front(std::make_unique<Entry>(
        Entry{sql, QtSqlText::of(sql, m_spelling), QSqlQuery(database), false}));
    Entry &made = *m_entries.front();
    made.query.setForwardOnly(true);
    return made;
}

void QtSqlStatements::drop(const QByteArray &sql)
{
    m_entries.remove_if([&sql](const auto &entry) { return entry->sql == sql; });
}

} // namespace heddle
