#pragma once

#include "orm/backends/postgres/postgrescancel.h"
#include "orm/backends/postgres/postgreserrors.h"
#include "orm/backends/postgres/postgresparameters.h"
#include "orm/backends/postgres/postgresstatements.h"
#include "orm/backends/postgres/postgreswait.h"

#include <QString>
#include <functional>
#include <memory>

struct pg_conn;
struct pg_result;

namespace heddle {

/// Where the connections of one pool go.
struct PostgresLocation {
    QByteArray connectionInfo; // a URI or keywords, as libpq takes them
    QString displayName;       // for people, without a password
    QString alias;
    bool readOnly = false;
    bool prepare = true; // false: every statement is sent with its text
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

    /// Connects and sets up the session, and waits for it. Throws OperationalError in one sentence
    /// for people.
    void open(const QString &description);
    /// From here on nothing waits for the server: what returns a Plan suspends instead.
    void stopBlocking();
    void setDescription(const QString &description) { m_description = description; }
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
    Plan<PostgresResult> command(QByteArray sql);
    /// Waits out a cancel request that came too late for its statement, so that it cannot hit the
    /// next one. False if the connection must go.
    Plan<bool> settleCancel();
    /// The statement, prepared if it is new. In a failed transaction, or for a wrong text, throws
    /// what the server says.
    Plan<PostgresStatement *> prepared(QByteArray sql, std::vector<PostgresOid> declared);
    /// Prepares without keeping it; without a name where the pool keeps no statements.
    Plan<PostgresStatement> prepare(QByteArray sql, std::vector<PostgresOid> declared);
    /// Whether it still answers. For one that is not busy.
    Plan<bool> isAlive();
    /// Whether nothing of what ran is left on it; ends a transaction that is open.
    Plan<bool> proveIdle();
    /// Tells the server to drop every prepared statement.
    Plan<void> forgetStatements();
    QByteArray nextName() { return "heddle_" + QByteArray::number(++m_lastName); }
    /// Fills in what the server says of a prepared statement. False if it has types that have not
    /// been looked up: then nothing is known yet.
    bool describe(const pg_result *description, PostgresStatement &statement) const;

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
    Plan<void> lookUpTypes(const pg_result *description);
    Plan<void> makeRoom();
    Plan<PostgresResult> lastResult();
    static void onNotice(void *session, const pg_result *result);

    const std::shared_ptr<const PostgresLocation> m_location;
    QString m_description;
    pg_conn *m_connection = nullptr;
    std::uint64_t m_lastName = 0;
    QByteArray m_farewellState, m_farewell; // see PostgresErrorContext
};

} // namespace heddle
