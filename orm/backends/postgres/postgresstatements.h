#pragma once

#include "orm/backends/postgres/postgrescodec.h"

#include <QHash>
#include <list>
#include <memory>
#include <optional>

namespace heddle {

/// What is known of a prepared statement, and what its last execution can leave to the next.
struct PostgresStatement {
    QByteArray sql;
    std::vector<PostgresOid> declared; // parameter types it was asked for with
    QByteArray name;                   // on the server
    std::vector<PostgresType> parameterTypes;
    std::vector<PostgresOid> columnOids;
    std::vector<PostgresType> columnTypes;
    bool binary = false; // all columns can be read in binary format
    bool large = false;  // it has given more than one batch: not to be sent among others
    // For the columns that were asked for last: a point get makes neither anew.
    std::shared_ptr<const std::vector<ColumnType>> wanted;
    std::unique_ptr<RowBatchBuilder> builder;
    std::optional<PostgresDecoder> decoder;
};

/// Prepared statements of one connection by text and declared parameter types, the least recently
/// used thrown away first. Owner thread only.
class PostgresStatements {
public:
    /// Null if it is not there.
    PostgresStatement *find(const QByteArray &sql, const std::vector<PostgresOid> &declared);
    PostgresStatement *add(PostgresStatement statement);
    /// Drops one that the server no longer runs.
    void forget(PostgresStatement *statement);
    /// If there are too many: drops some and gives their names, for DEALLOCATE.
    QList<QByteArray> takeSurplus();
    void clear();
    std::size_t size() const { return m_entries.size(); }

    static constexpr std::size_t limit = 200;

private:
    using List = std::list<PostgresStatement>;
    static std::size_t keyOf(const QByteArray &sql, const std::vector<PostgresOid> &declared);
    void drop(List::iterator entry);

    List m_entries; // most recently used first
    QMultiHash<std::size_t, List::iterator> m_byKey;
};

} // namespace heddle
