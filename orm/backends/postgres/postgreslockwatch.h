#pragma once

#include "orm/execution/adapter.h"

struct pg_conn;

namespace heddle {

/// What somebody who looks at a server's list of backends must know of a connection of ours.
struct PostgresBackend {
    int pid = 0;
    QByteArray server; // host, port and database
    std::uint32_t connection = 0;
    std::uint16_t thread = 0; // whose connection it is, for the timeline
};

/// The backends that serve this process. Any thread.
class PostgresBackends {
public:
    /// Known as long as the result lives. Called on the thread that the connection belongs to.
    static std::shared_ptr<PostgresBackend> enter(pg_conn *connection, std::uint32_t id);
    static std::vector<PostgresBackend> on(const QByteArray &server);
};

/// Who waits for whom, asked from pg_locks and pg_blocking_pids() 25 times a second. A wait shorter
/// than that may be missed; its begin is the server's own (from version 14 on), its end is when it
/// was no longer seen.
std::unique_ptr<LockWatch> watchPostgresLocks(const QByteArray &connectionInfo, TraceSink *sink,
                                              std::uint32_t run);

} // namespace heddle
