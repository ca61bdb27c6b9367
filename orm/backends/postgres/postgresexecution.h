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
                      StatementTimes *times, PostgresOutlet *outlet = nullptr);
    PostgresExecution(const PostgresExecution &) = delete;

    Plan<StatementResult> run();

    // --- One of several statements on their way (PostgresPipeline) ---
    /// Encodes its parameters, with which it is to be prepared.
    const std::vector<PostgresOid> &declare();
    /// Sends one execution behind what is on its way; after declare().
    void sendPipelined(PostgresStatement &prepared);
    /// One result of it.
    void take(PostgresResult result, PostgresStatement *prepared);
    /// After its last result. Throws what ended it.
    StatementResult end(PostgresStatement *prepared);
    const pg_result *failure() const { return m_failure.get(); }
    /// Whether the statement has to be prepared again: the tables have changed, or somebody has
    /// thrown it away. It never began.
    bool isStale() const { return m_failure && planIsStale(m_failure.get()); }
    /// What its sink has taken; counted only if somebody listens.
    std::int64_t sunkRows() const { return m_sunkRows; }
    std::int64_t sunkBytes() const { return m_sunkBytes; }

private:
    // One statement with its own parameters.
    Plan<void> runPlain();
    Plan<void> runPrepared();
    Plan<void> runWithText();
    Plan<PostgresStatement *> obtain(QByteArray sql, std::vector<PostgresOid> declared);
    bool sendTo(PostgresStatement &prepared);
    [[noreturn]] void failToSend();
    bool planIsStale(const pg_result *failure) const;
    // Rows of parameters (postgresbulk.cpp).
    Plan<void> runMany();
    Plan<void> sendPipeline(PostgresStatement &prepared, std::int64_t count);
    std::int64_t sendSome(PostgresStatement &prepared, std::int64_t from, std::int64_t to);
    Plan<void> runCopy();
    Plan<bool> sendCopyRows(const std::vector<PostgresType> &types, bool binary);
    void encodeCopyRow(std::int64_t row, const std::vector<PostgresType> &types, bool binary,
                       std::vector<char> &piece);
    Plan<bool> sendCopyPiece(const std::vector<char> &piece);

    Plan<void> read(PostgresStatement *prepared);
    void prepareReader(PostgresStatement &prepared, const pg_result *result);
    void chooseColumns(const pg_result *result);
    void addRows(const pg_result *result, PostgresStatement &prepared);
    void handOver(RowBatchPtr batch);
    void flush(PostgresStatement *prepared);
    Plan<void> refuseCopy(bool in);
    void stop();
    void raise();
    std::int64_t affected(pg_result *result) const;
    /// How rows are read; null: not at all, or not yet known.
    const std::shared_ptr<const std::vector<ColumnType>> &columns() const
    {
        return m_chosen ? m_chosen : m_statement.columns;
    }

    PostgresSession &m_session;
    const Statement &m_statement;
    BatchSink *const m_sink;
    StatementTimes *const m_times;
    PostgresOutlet *const m_outlet; // null: the sink may be waited for
    StatementResult m_result;
    std::shared_ptr<const std::vector<ColumnType>> m_chosen; // by the statement's chooser
    PostgresResult m_failure;                                // what the server said
    std::exception_ptr m_interrupted;                        // what the sink or a decoder threw
    bool m_autocommit = false;                               // no transaction around it
    bool m_answered = false;                                 // something came back
    bool m_stopped = false;                                  // nobody wants the rest
    bool m_delivered = false;                                // rows have been seen
    std::int64_t m_sunkRows = 0, m_sunkBytes = 0;
    int m_limit = 0; // rows of the batch that is being filled
    std::size_t m_bytes = 0;
    int m_largest = 0;
    std::unique_ptr<PostgresStatement> m_own; // where the session keeps none
    ValueList m_row;                          // of parameters: its memory is used again
};

} // namespace heddle
