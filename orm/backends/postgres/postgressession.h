#pragma once

#include "orm/backends/postgres/postgrescancel.h"
#include "orm/backends/postgres/postgreserrors.h"
#include "orm/backends/postgres/postgresparameters.h"
#include "orm/backends/postgres/postgresstatements.h"

#include <QString>
#include <functional>
#include <memory>

struct pg_conn;
struct pg_result;

namespace heddle {

struct PostgresResultDeleter {
    void operator()(pg_result *result) const noexcept;
};
using PostgresResult = std::unique_ptr<pg_result, PostgresResultDeleter>;

/// Where the connections of one pool go.
struct PostgresLocation {
    QByteArray connectionInfo; // a URI or keywords, as libpq takes them
    QString displayName;       // for people, without a password
    QString alias;
    bool readOnly = false;
    mutable PostgresTypes types;
};

/// One libpq connection and what Heddle keeps beside it: prepared statements, their parameters, the
/// cancel request. What runs on it is PostgresExecution's business. Owner thread only, but for
/// cancel.request().
class PostgresSession {
public:
    explicit PostgresSession(std::shared_ptr<const PostgresLocation> location);
    ~PostgresSession();
    PostgresSession(const PostgresSession &) = delete;
    PostgresSession &operator=(const PostgresSession &) = delete;

    /// Connects and sets up the session. Throws OperationalError in one sentence for people.
    void open(const QString &description);
    void close() noexcept;
    bool isOpen() const { return m_connection != nullptr; }
    pg_conn *handle() const { return m_connection; }
    const PostgresLocation &location() const { return *m_location; }

    bool isLost() const;
    bool isIdle() const;          // connected, no transaction
    bool isInTransaction() const; // of any state
    bool isBusy() const;          // a statement's results have not all been read

    /// Runs one text without parameters, whatever it gives; the last result, or null if the
    /// connection is lost.
    PostgresResult command(const char *sql);
    /// Waits out a cancel request that came too late for its statement, so that it cannot hit the
    /// next one. False if the connection must go.
    bool settleCancel();
    /// The statement, prepared if it is new. In a failed transaction, or for a wrong text, throws
    /// what the server says.
    PostgresStatement *prepared(const QByteArray &sql, const std::vector<PostgresOid> &declared);

    /// Throws what `result` says; null: what libpq says of the connection.
    [[noreturn]] void fail(const pg_result *result, const QByteArray &sql, bool committing = false);
    PostgresErrorContext context(const QByteArray &sql) const;

    PostgresStatements statements;
    PostgresParameters parameters;
    PostgresCancel cancel;

private:
    void connect();
    void configure();
    [[noreturn]] void failToOpen(const QString &problem);
    PostgresStatement prepare(const QByteArray &sql, std::vector<PostgresOid> declared);
    void describe(const pg_result *description, PostgresStatement &statement);
    void lookUpTypes(const std::vector<PostgresOid> &oids);
    void makeRoom();

    const std::shared_ptr<const PostgresLocation> m_location;
    QString m_description;
    pg_conn *m_connection = nullptr;
    std::uint64_t m_lastName = 0;
};

} // namespace heddle
