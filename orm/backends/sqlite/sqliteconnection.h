#pragma once

#include "orm/backends/sqlite/sqliteerrors.h"
#include "orm/backends/sqlite/sqlitegate.h"
#include "orm/backends/sqlite/sqlitestatements.h"
#include "orm/execution/adapter.h"
#include "orm/execution/connection.h"

struct sqlite3;

namespace heddle {

/// Where the connections of one pool go.
struct SqliteLocation {
    QString path; // for people and messages
    QString uri;  // what SQLite opens
    ConnectionTarget::Mode mode = ConnectionTarget::Mode::ReadWrite;
    QString alias;
    std::shared_ptr<SqliteGate> gate;
    std::chrono::milliseconds turnTimeout{10'000}; // for this process's own writers and readers
    std::chrono::milliseconds busyTimeout{5'000};  // for other processes' locks
    bool immutable = false; // a file in a place where SQLite cannot put its lock files
};

/// One connection to an SQLite file or memory database, through sqlite3's own interface.
class SqliteConnection final : public Connection {
public:
    explicit SqliteConnection(std::shared_ptr<const SqliteLocation> location);
    ~SqliteConnection() override;

    // --- Owner thread only ---
    bool isInTransaction() const override;

    // --- Any thread ---
    void requestCancel() noexcept override;
    bool canNest() const noexcept override { return true; }
    BeginSql beginSql() const noexcept override;

protected:
    void doOpen() override;
    StatementResult doExecute(const Statement &statement, BatchSink *sink,
                              StatementTimes *times) override;
    bool doIsAlive() override { return m_db && !hasMoved(); }
    bool doProveIdle() override;
    void doClose() override;

private:
    friend class SqliteExecution;
    void openDatabase();
    void configure();
    void probe();
    [[noreturn]] void fail(int code, const QByteArray &sql) const;
    [[noreturn]] void failToOpen(int code);
    void startTurn(const SqliteStatements::Entry &entry, TraceKind kind, StatementTimes *times);
    void endTurn() noexcept;
    bool endsNothing(const Statement &statement) const;
    [[noreturn]] void refuseWrite(const char *code, const char *why, const QByteArray &sql) const;
    bool hasMoved() const;
    void requireUnmoved(const SqliteStatements::Entry &entry, TraceKind kind) const;
    void require(SqliteGate::Wait wait, const char *whom, const QByteArray &sql);
    static int onBusy(void *self, int attempt);

    const std::shared_ptr<const SqliteLocation> m_location;
    sqlite3 *m_db =
        nullptr; // written by the owner; read by requestCancel() only while a statement runs
    SqliteStatements m_statements;
    std::atomic<bool> m_cancelRequested{false};
    bool m_wal = false;
    bool m_readOnlyTransaction = false;
    // What this connection holds of the gate.
    bool m_writes = false, m_reads = false, m_exclusive = false;
    int m_depth = 0; // statements on the stack
    std::int64_t m_busySinceNs = 0;
    StatementTimes *m_times = nullptr; // of the statement that runs; null: nobody listens
    std::chrono::milliseconds m_busyTimeout{0};
};

} // namespace heddle
