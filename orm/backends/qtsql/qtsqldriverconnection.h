#pragma once

#include "orm/backends/qtsql/qtsqlstatements.h"
#include "orm/execution/connection.h"

class QSqlError;

namespace heddle {

class QtSqlLink;
struct QtSqlLocation;

/// One connection through any driver of Qt's, which can do what the driver reports of itself: a
/// transaction, a savepoint or a key that it does not have is refused with NotSupportedError that
/// names it. No driver of Qt's can be stopped from another thread: a cancelled statement runs to
/// its end, and its rows are thrown away.
class QtSqlDriverConnection final : public Connection {
public:
    explicit QtSqlDriverConnection(std::shared_ptr<const QtSqlLocation> location);
    ~QtSqlDriverConnection() override;

    /// A statement that is answered by the driver and not by the database: one row a column of
    /// every table and view. See readDriverSchema().
    static constexpr char askTables[] = "-- tables, views and columns, as Qt's driver tells them";

    // --- Any thread ---
    void requestCancel() noexcept override { m_cancelled = true; }
    BeginSql beginSql() const noexcept override;

protected:
    void doOpen() override;
    StatementResult doExecute(const Statement &statement, BatchSink *sink,
                              StatementTimes *times) override;
    bool doIsAlive() override;
    bool doProveIdle() override;
    void doClose() override;

private:
    [[noreturn]] void fail(const QSqlError &error, const QByteArray &sql);
    [[noreturn]] void refuse(const QString &what) const;
    bool ownsTransaction(const Statement &statement);
    StatementResult query(const Statement &statement, BatchSink *sink, StatementTimes *times);
    void run(QtSqlStatements::Entry &entry, const ValueList &values, const QByteArray &sql);
    StatementResult tables();

    const std::shared_ptr<const QtSqlLocation> m_location;
    std::unique_ptr<QtSqlLink> m_link; // null: closed
    QtSqlStatements m_statements{SqlSpelling::Standard};
    std::atomic<bool> m_cancelled = false;
};

} // namespace heddle
