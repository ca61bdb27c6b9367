#pragma once

#include "orm/execution/connection.h"
#include "orm/execution/runner.h"

#include <memory>
#include <mutex>

namespace heddle::detail {

class StatementTrace;

using ConnectionFactory = std::function<std::unique_ptr<Connection>()>;

/// One pinned connection and the plan that holds it now, if any.
///
/// The owner thread drives plans on it; other threads look at the lease, and may ask its statement
/// to stop, only under `mutex` and only while `running`. That is what keeps a late cancel from
/// hitting somebody else's query.
class Lease {
public:
    /// `caller`: the trace number of the thread whose own connection this is; nothing for a
    /// worker's.
    explicit Lease(std::shared_ptr<const ConnectionFactory> factory,
                   std::optional<std::uint16_t> caller = {})
        : caller(caller), m_factory(std::move(factory))
    {
    }

    // --- Owner thread only ---
    /// Runs the plan from `request` on, which its first resume() gave, to its end. Fills in and
    /// sends trace records if `sink` is set. `nowNs`: the time at which the lease begins.
    void drive(Runner::JobBase &job, PlanBase::Request *request, const PlanContext &context,
               TraceSink *sink, std::int64_t queuedNs, std::int64_t nowNs, bool async);
    /// Keeps the connection for the plans that come until endHold(): what one leaves open is the
    /// next one's.
    void beginHold(const CallSite &site, std::int64_t nowNs);
    void endHold();
    TransactionState &transactions() { return m_transactions; }
    /// True while a plan is being driven on this connection: a call from inside that plan or its
    /// sink.
    bool isBusyHere() const { return m_depth > 0; }
    /// Whether the last attempt to open the connection has failed.
    bool lacksConnection() const { return m_lacksConnection; }
    /// Closes the connection if it is open. Also for the thread that shuts down, which has adopted
    /// it first.
    void closeConnection() noexcept;

    // --- Any thread ---
    /// Sends the cancel request if what runs has been cancelled. `everything`: whatever runs is to
    /// stop.
    void cancelIfAsked(bool everything);
    /// Asks for the end of what runs now; the canceller repeats it. Nothing if nothing runs.
    bool askCancel();
    struct Holder {
        CallSite site;
        QByteArray sql;
        std::int64_t sinceNs = 0; // 0: nobody holds it
    };
    Holder holder() const;
    /// Closes it from another thread; false if a plan is still running on it.
    bool closeFromOutside() noexcept;
    bool isOpen() const { return m_open.load(std::memory_order_relaxed); }
    /// Of a thread's own connection: on that thread.
    bool inTransaction() const { return m_transactions.isOpen(); }
    bool isLeased() const { return m_sinceNs.load(std::memory_order_relaxed) != 0; }

    const std::optional<std::uint16_t> caller;

private:
    void runStatement(Runner::JobBase &job, PlanBase::Request &request, StatementTrace &trace);
    Connection &connection(std::int64_t nowNs);
    /// Marks the statement as running and cancellable on behalf of `job`; gives whom the outer one
    /// runs for.
    Runner::JobBase *beginStatement(Runner::JobBase &job, const Statement &statement);
    void endStatement(Runner::JobBase *outer);
    void requireNotClosed() const;
    bool answerWithState(PlanBase::Request &request, std::int64_t nowNs);
    void noteFailure(const Statement &statement, PlanBase::Request &request);
    void begin(const PlanContext &context, std::int64_t nowNs);
    void end(const CallSite &site, bool failed, std::int64_t nowNs);
    void settle(bool failed);

    const std::shared_ptr<const ConnectionFactory> m_factory;
    mutable std::mutex m_mutex;
    // Under m_mutex; the connection itself is used by its owner without it.
    std::unique_ptr<Connection> m_connection;
    Runner::JobBase *m_job = nullptr; // whose statement runs and may be cancelled now
    QByteArray m_sql;
    CallSite m_site;
    bool m_cancelAsked = false; // of a sync plan, or at shutdown
    bool m_closed = false;      // for good
    std::atomic<std::int64_t> m_sinceNs{0};
    std::atomic<bool> m_open{false};
    // Owner thread only.
    TransactionState m_transactions; // outlives a plan only on a sync caller's own connection
    int m_depth = 0;
    bool m_executing = false; // inside a statement: a call from its sink
    bool m_held = false, m_heldFailed = false;
    bool m_lacksConnection = false;
    std::int64_t m_openedNs = 0, m_lifetimeNs = 0, m_usedNs = 0;
};

} // namespace heddle::detail
