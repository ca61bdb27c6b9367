#pragma once

#include "orm/backends/postgres/postgreslockwatch.h"
#include "orm/backends/postgres/postgressession.h"
#include "orm/execution/connection.h"

namespace heddle {

/// One blocking connection to a PostgreSQL server, through libpq.
///
/// What it adds to a statement: preparing it (once a connection and text), binary results decoded
/// straight into batches, COPY and pipelined rows of parameters. Autocommit: a statement outside of
/// BEGIN stands by itself. A lost connection is an error of the statement that met it; nothing is
/// ever sent a second time.
class PostgresConnection final : public Connection {
public:
    explicit PostgresConnection(std::shared_ptr<const PostgresLocation> location);
    ~PostgresConnection() override;

    // --- Any thread ---
    void requestCancel() noexcept override { m_session.cancel.request(); }

protected:
    void doOpen() override;
    StatementResult doExecute(const Statement &statement, BatchSink *sink,
                              StatementTimes *times) override;
    bool doIsAlive() override;
    bool doProveIdle() override;
    void doClose() override;

private:
    PostgresSession m_session;
    std::shared_ptr<PostgresBackend> m_known; // for whoever watches locks
};

} // namespace heddle
