#pragma once

#include "orm/backends/qtsql/qtsqlplaceholders.h"

#include <QSqlQuery>
#include <list>
#include <memory>

namespace heddle {

/// The statements that one connection has prepared, the last used first. Owner thread only.
class QtSqlStatements {
public:
    struct Entry {
        QByteArray sql; // as the compiler wrote it
        QtSqlText text;
        QSqlQuery query;
        bool ready = false;
    };
    static constexpr std::size_t kept = 64;

    explicit QtSqlStatements(SqlSpelling spelling = SqlSpelling::Mariadb) : m_spelling(spelling) {}

    /// The entry of that text, prepared or not. Valid until the next call.
    Entry &entry(const QByteArray &sql, const QSqlDatabase &database);
    /// After a failure: the next use prepares it again.
    void drop(const QByteArray &sql);
    void clear() { m_entries.clear(); }

private:
    const SqlSpelling m_spelling;
    std::list<std::unique_ptr<Entry>> m_entries;
};

} // namespace heddle
