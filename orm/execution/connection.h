#pragma once

#include "orm/execution/statement.h"
#include "orm/execution/transactionstate.h"

#include <QString>
#include <atomic>
#include <thread>

namespace heddle {

/// A wait for a lock that a connection knows of itself; the names live as long as the process.
struct LockTimes {
    std::int64_t sinceNs = 0, untilNs = 0;
    std::uint32_t holder = 0; // the connection that held it, where that is known
    const char *holderName = "", *mode = "", *on = "";
};

/// When a statement did what, in monotonicNs(). Filled in only if somebody listens to the trace.
struct StatementTimes {
    std::int64_t sentNs = 0, firstRowNs = 0, lastRowNs = 0;
    LockTimes lock; // the longest wait of the statement
};

/// One connection to a database, as every backend implements it: blocking, and for one thread.
///
/// The public functions check in every build that they run on the thread that opened the
/// connection, and throw InterfaceError that names both threads if not.
class Connection {
public:
    Connection();
    virtual ~Connection();
    Connection(const Connection &) = delete;
    Connection &operator=(const Connection &) = delete;

    // --- Owner thread only ---
    /// Connects; the calling thread becomes the owner. Throws OperationalError in one sentence for
    /// people.
    void open();
    /// Runs one statement to its end. Rows go to `sink` batch by batch as they arrive, or into the
    /// result if it is null; a sink that returns false ends the statement early and without an
    /// error. `times` is null when nobody listens. Throws DatabaseError or what derives from it,
    /// QueryCancelled after requestCancel(), and whatever the sink throws.
    StatementResult execute(const Statement &statement, BatchSink *sink, StatementTimes *times);
    /// Whether it can still be used. Asked after an error and after a long time of doing nothing;
    /// may cost a round trip.
    bool isAlive();
    /// Makes sure, at the end of a lease that was cancelled or failed, that nothing of it is left:
    /// no running statement, no open transaction, no cancel request on its way. False: the
    /// connection must be discarded.
    bool proveIdle();
    void close();
    /// False if the database has ended the transaction that was open, by itself. Asked after a
    /// failed statement inside one; costs no round trip.
    virtual bool isInTransaction() const { return true; }

    // --- Any thread ---
    /// Asks the running statement to stop. The pool repeats it every 10 ms until the statement
    /// ends, never between two leases.
    virtual void requestCancel() noexcept = 0;
    /// True if a statement may run while rows of another one are being read on the same connection.
    virtual bool canNest() const noexcept { return false; }
    /// How a transaction begins in this kind of database.
    virtual BeginSql beginSql() const noexcept { return &standardBegin; }
    /// Unique in the process.
    std::uint32_t id() const { return m_id; }
    /// The number of the next connection, of this class or of another kind.
    static std::uint32_t nextId() noexcept;
    /// "conn 3 on heddle-db-1".
    QString description() const;
    /// Makes the calling thread the owner. Only at shutdown, while the pool's lock keeps everything
    /// else away from it.
    void adopt();

protected:
    virtual void doOpen() = 0;
    virtual StatementResult doExecute(const Statement &statement, BatchSink *sink,
                                      StatementTimes *times) = 0;
    virtual bool doIsAlive() = 0;
    virtual bool doProveIdle() = 0;
    virtual void doClose() = 0;

private:
    void requireOwner(const char *what) const
    {
        if (std::this_thread::get_id() != m_owner) [[unlikely]]
            throwForeignThread(what);
    }
    [[noreturn]] void throwForeignThread(const char *what) const;

    const std::uint32_t m_id;
    std::thread::id m_owner;
    std::uint16_t m_ownerTraceThread = 0;
};

} // namespace heddle
