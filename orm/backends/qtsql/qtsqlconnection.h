#pragma once

#include "orm/backends/qtsql/qtsqlcancel.h"
#include "orm/backends/qtsql/qtsqlstatements.h"
#include "orm/execution/connection.h"

class QSqlError;

namespace heddle {

class QtSqlLink;
class QtSqlExecution;

/// One connection to a MariaDB server through Qt's driver.
class QtSqlConnection final : public Connection {
public:
    explicit QtSqlConnection(std::shared_ptr<const QtSqlLocation> location);
    ~QtSqlConnection() override;

    // --- Any thread ---
    void requestCancel() noexcept override;
    BeginSql beginSql() const noexcept override;

protected:
    void doOpen() override;
    StatementResult doExecute(const Statement &statement, BatchSink *sink,
                              StatementTimes *times) override;
    bool doIsAlive() override;
    bool doProveIdle() override;
    void doClose() override;

private:
    friend class QtSqlExecution;
    [[noreturn]] void fail(const QSqlError &error, const QByteArray &sql);
    void begin(const QByteArray &sql);
    void configure();
    bool settleCancel();

    const std::shared_ptr<const QtSqlLocation> m_location;
    std::unique_ptr<QtSqlLink> m_link; // null: closed
    QtSqlStatements m_statements;
    QtSqlCancel m_cancel;
    bool m_lost = false;
};

} // namespace heddle
