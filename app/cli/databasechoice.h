#pragma once

#include "app/cli/cli.h"
#include "orm/objects/database.h"

namespace heddle::app {

/// The options that name a database and its replicas, the same for every command that runs
/// something.
class DatabaseChoice {
public:
    /// Adds them to the parser.
    explicit DatabaseChoice(CommandParser &parser);
    /// After the parser has read the arguments: nothing, or the exit status for a wrong usage.
    std::optional<int> read(const CommandParser &parser);

    const QString &url() const { return m_url; }
    const ReplicaOptions &replicas() const { return m_replicas; }
    /// Throws OrmError.
    Database open() const { return Database::open(m_url, m_replicas); }

private:
    const QCommandLineOption m_db, m_replica, m_maxLag;
    QString m_url;
    ReplicaOptions m_replicas;
};

} // namespace heddle::app
