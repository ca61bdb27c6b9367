#pragma once

#include "orm/backends/postgres/postgresexecution.h"
#include "orm/backends/postgres/postgreslockwatch.h"
#include "orm/backends/postgres/postgresplan.h"
#include "orm/backends/postgres/postgresrows.h"

#include <deque>

namespace heddle {

/// A statement that is being prepared on a connection, and who waits for it.
struct PostgresPreparing {
    PostgresStatement statement;
    PostgresResult description, failure;
    std::vector<PostgresPlanPtr> waiting;
};

/// One statement among several that are on their way on one connection.
struct PostgresInFlight {
    PostgresPlanPtr plan; // null: something is being prepared
    std::unique_ptr<PostgresPreparing> preparing;
    PostgresStatement *prepared = nullptr;
    std::int64_t sentNs = 0;
    int nulls = 0; // ends of results in a row
};

/// A non-blocking connection and who uses it: nobody, one plan or session that holds it for itself,
/// or several plans that only read. I/O thread only.
class PostgresNativeConnection {
public:
    enum class Use {
        Idle,
        Shared,   // reads, in pipeline mode
        Held,     // by one plan or session
        Checking, // whether it still lives, or that nothing is left on it
        Closed,
    };

    PostgresNativeConnection(std::unique_ptr<PostgresSession> session, std::uint32_t id);
    ~PostgresNativeConnection();
    PostgresNativeConnection(const PostgresNativeConnection &) = delete;

    std::uint32_t id() const { return m_id; }
    int socket() const;
    /// What poll() is to look for; 0: not at the socket at all.
    short events() const;
    void close();
    /// Breaks the connection to the server: what runs on it ends with that error.
    void sever();

    // --- Shared ---
    void beginSharing();
    /// Sends the plan's read, or prepares it first. Gives the plan back if it cannot be sent here
    /// now, or with an error if it cannot be sent at all.
    PostgresPlanPtr share(PostgresPlanPtr plan, std::int64_t now);
    /// Reads what has come. The next statement that has ended, or nothing.
    std::optional<PostgresInFlight> nextEnded();
    /// After nextEnded() gave something that was prepared: sends what waited for it. Gives back
    /// what has to go elsewhere.
    std::vector<PostgresPlanPtr> sendPrepared(PostgresPreparing ended, std::int64_t now);
    /// What is still on its way, when the connection is lost.
    std::deque<PostgresInFlight> takeFlight() { return std::exchange(m_flight, {}); }
    /// The thread has sent all that it has for now.
    void endTurn();
    void endSharing();
    std::size_t inFlight() const { return m_flight.size(); }
    /// The read at the head, whose answer is awaited.
    const PostgresInFlight *head() const { return m_flight.empty() ? nullptr : &m_flight.front(); }

    PostgresSession &session() { return *m_session; }

    Use use = Use::Idle;
    // Since when nobody has left, and what it is used for; for "the oldest lease".
    std::int64_t leasedNs = 0, headSinceNs = 0, openedNs = 0, usedNs = 0, lifetimeNs = 0;
    CallSite site;
    QByteArray sql;
    std::int64_t cancelledNs = 0; // since when it is being asked to stop; 0: it is not
    bool draining = false;        // takes no new plans
    bool filling = false;         // takes the next shared reads, until it has the most
    bool failed = false;          // something on it has failed since it was leased
    bool stale = false;           // prepared statements are to be forgotten

    // --- Held ---
    PostgresPlanPtr plan; // which runs now
    std::shared_ptr<PostgresNativeSession> holder;
    TransactionState transactions;
    bool cancellable = false;     // what runs may be cancelled
    PostgresWait *wait = nullptr; // what runs or is checked waits for
    std::optional<Plan<StatementResult>> work;
    std::unique_ptr<PostgresExecution> execution;
    std::unique_ptr<PostgresRowQueue> rows;
    BatchSink sink; // of the statement that runs
    std::optional<Plan<bool>> check;

private:
    void send(PostgresPlanPtr plan, PostgresStatement *prepared, std::int64_t now);
    PostgresExecution &executionOf(PostgresPlan &plan) const;

    const std::unique_ptr<PostgresSession> m_session;
    const std::uint32_t m_id;
    const std::shared_ptr<PostgresBackend> m_known; // for whoever watches locks
    std::deque<PostgresInFlight> m_flight;
    void holdBack(bool on);

    bool m_unsent = false;
    bool m_heldBack = false; // the kernel waits for more before it sends
    int m_sentThisTurn = 0;
};

} // namespace heddle
