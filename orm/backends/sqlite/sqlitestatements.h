#pragma once

#include "orm/execution/statement.h"

#include <QHash>
#include <list>

struct sqlite3;
struct sqlite3_stmt;

namespace heddle {

/// Prepared statements of one connection by their text, the least recently used thrown away first.
/// Owner thread only.
class SqliteStatements {
public:
    struct Entry {
        QByteArray sql;
        sqlite3_stmt *stmt = nullptr; // null: the text holds no statement
        int parameterCount = 0;
        bool readOnly = true;
        bool busy = false; // being stepped; the same text again gets a statement of its own
        bool cached = true;
        // What the last execution read into, kept for the next: a point get costs no more
        // allocations than its rows need.
        std::shared_ptr<const std::vector<ColumnType>> types;
        std::unique_ptr<RowBatchBuilder> builder;
    };

    ~SqliteStatements() { clear(); }
    void setDatabase(sqlite3 *db) { m_db = db; }

    /// The entry for a text, prepared if it is new. Marks it busy. On failure null, with SQLite's
    /// code in *error; `*tail` is set if more than one statement was given.
    Entry *acquire(const QByteArray &sql, int *error, bool *tail);
    void release(Entry *entry);
    void clear();

private:
    Entry prepare(const QByteArray &sql, int *error, bool *tail) const;
    static void finalize(Entry &entry);

    static constexpr std::size_t limit = 200;
    sqlite3 *m_db = nullptr;
    std::list<Entry> m_entries; // most recently used first
    std::list<Entry> m_extra;   // second executions of a busy text
    QHash<QByteArray, std::list<Entry>::iterator> m_bySql;
};

} // namespace heddle
