#pragma once

#include "orm/backends/postgres/postgressession.h"
#include "orm/execution/connection.h"

#include <exception>

namespace heddle {

/// One execution of one statement on a session, from encoding its parameters to the last result.
/// Whatever happens, the session has no results left to read afterwards, or is lost.
class PostgresExecution {
public:
    PostgresExecution(PostgresSession &session, const Statement &statement, BatchSink *sink,
                      StatementTimes *times);
    PostgresExecution(const PostgresExecution &) = delete;

    StatementResult run();

private:
    // One statement with its own parameters.
    void runPlain();
    void runPrepared();
    [[noreturn]] void failToSend();
    bool planIsStale(const pg_result *failure) const;
    // Rows of parameters (postgresbulk.cpp).
    void runMany();
    void sendPipeline(PostgresStatement &prepared, std::int64_t count);
    std::int64_t sendSome(PostgresStatement &prepared, std::int64_t from, std::int64_t to);
    void runCopy();
    bool sendCopyRows(const std::vector<PostgresType> &types, bool binary);

    void read(PostgresStatement *prepared);
    /// One result of a statement; a failure is kept in m_failure.
    void take(PostgresResult result, PostgresStatement *prepared);
    void prepareReader(PostgresStatement &prepared, const pg_result *result);
    void chooseColumns(const pg_result *result);
    void addRows(const pg_result *result, PostgresStatement &prepared);
    void handOver(RowBatchPtr batch);
    void flush(PostgresStatement *prepared);
    void refuseCopy(const pg_result *result);
    void stop();
    void raise();
    std::int64_t affected(pg_result *result) const;

    PostgresSession &m_session;
    const Statement &m_statement;
    BatchSink *const m_sink;
    StatementTimes *const m_times;
    StatementResult m_result;
    std::shared_ptr<const std::vector<ColumnType>> m_columns; // how rows are read; null: not at all
    PostgresResult m_failure;                                 // what the server said
    std::exception_ptr m_interrupted;                         // what the sink or a decoder threw
    bool m_autocommit = false;                                // no transaction around it
    bool m_answered = false;                                  // something came back
    bool m_stopped = false;                                   // nobody wants the rest
    bool m_delivered = false;                                 // rows have been seen
    int m_limit = 0; // rows of the batch that is being filled
    std::size_t m_bytes = 0;
    int m_largest = 0;
    ValueList m_row; // of parameters: its memory is used again
};

} // namespace heddle
