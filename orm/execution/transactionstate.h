#pragma once

#include "orm/trace/trace.h"

#include <QByteArray>
#include <exception>
#include <functional>
#include <optional>
#include <vector>

namespace heddle {

enum class Isolation { ReadUncommitted, ReadCommitted, RepeatableRead, Serializable };

/// How a block of a transaction is entered. `savepoint` and `durable` are Django's.
struct AtomicOptions {
    /// False: a block inside another one sets no savepoint; an error in it undoes the outer one.
    bool savepoint = true;
    /// Refuses to be inside another block: at its end the data are saved, whatever comes after.
    bool durable = false;
    // Of the outermost block only:
    bool readOnly = false;
    /// SQLite: takes the lock for writing at the first write and not at the beginning. A read
    /// before it can then make the write fail at once.
    bool deferred = false;
    std::optional<Isolation> isolation; // SQLite is always serializable
    /// How often the closure form of the outermost block is run again after a serialization
    /// failure, a deadlock or SQLITE_BUSY.
    int retries = 0;
    /// Refuses plans of its thread that do not say that they join (PlanContext::joins): in C++ a
    /// query that forgets to is a mistake, in scripts standing in the block is enough.
    bool mustJoin = false;
};

/// What on_commit() was given.
struct CommitCallback {
    std::function<void()> function;
    bool robust = false; // an exception is logged, and the next callback runs
};

/// The text that begins a transaction in one kind of database.
using BeginSql = QByteArray (*)(const AtomicOptions &options);
/// The standard's (and PostgreSQL's): BEGIN ISOLATION LEVEL SERIALIZABLE READ ONLY.
QByteArray standardBegin(const AtomicOptions &options);

/// Which blocks are open on one connection, and whether what they did can still be saved: what
/// Django keeps in `in_atomic_block`, `savepoint_ids`, `needs_rollback` and `run_on_commit`.
///
/// Belongs to whoever drives plans on a connection and is used on its thread only. It sends
/// nothing: the plans of transaction.h ask for it, send, and write down what came of it.
class TransactionState {
public:
    using BlockId = std::uint64_t;
    struct Block {
        BlockId id = 0;
        QByteArray savepoint; // empty: none was set
    };

    bool isOpen() const { return !m_blocks.empty(); }
    std::size_t depth() const { return m_blocks.size(); }
    const AtomicOptions &options() const { return m_options; } // of the outermost block
    /// When the outermost block was entered, and where.
    std::int64_t sinceNs() const { return m_sinceNs; }

    // --- Blocks ---
    /// BEGIN has been answered.
    BlockId enterOutermost(const AtomicOptions &options);
    /// `savepoint` empty: none was set.
    BlockId enterInner(QByteArray savepoint);
    /// Takes the innermost block away. Throws TransactionManagementError if it is another one.
    Block leave(BlockId id);
    /// "s1", "s2", ...: never used before in this transaction.
    QByteArray nextSavepoint();
    /// Nothing is open any more.
    void reset();

    // --- The mark ---
    bool needsRollback() const { return m_needsRollback; }
    /// `cause`: the error after which nothing more can be done; null: somebody asked for it.
    void markForRollback(std::exception_ptr cause);
    void clearMark();
    /// Throws Django's TransactionManagementError if the mark is set.
    void requireUsable() const;
    /// The same error as an answer; null if the mark is not set.
    std::exception_ptr refusal() const;
    /// The refusal of the next statement: the same, but for a loss that nobody has heard of the
    /// loss itself, once.
    std::exception_ptr takeRefusal();
    /// The connection is gone and with it the transaction. Blocks are left without a word to the
    /// database. `Unheard`: while no statement was running, so that the next one is to report it.
    enum class Loss { Reported, Unheard };
    void connectionLost(std::exception_ptr cause, Loss loss = Loss::Reported);
    bool isLost() const { return m_lost; }
    const std::exception_ptr &cause() const { return m_cause; }
    /// Ending the transaction failed: nobody can say what is on the connection. Its driver
    /// discards it.
    void poison() { m_poisoned = true; }
    bool takePoison() { return std::exchange(m_poisoned, false); }

    // --- on_commit ---
    /// Kept until the outermost COMMIT, or dropped with the savepoints that are open now.
    void addCallback(CommitCallback callback);
    void dropCallbacksOf(const QByteArray &savepoint);
    std::vector<CommitCallback> takeCallbacks();

    // --- For drivers ---
    /// Whether a statement of this kind is refused while the mark is set.
    static bool isRefusedWhenMarked(TraceKind kind);
    /// An error of COMMIT after which the connection was gone: CommitOutcomeUnknown.
    static std::exception_ptr commitOutcomeUnknown(const std::exception_ptr &error);
    /// Throws TransactionManagementError if the open transaction is one that plans join explicitly.
    void requireJoined(const char *method, const QString &site) const;
    /// For the driver to fill in once, and for enterBlock().
    BeginSql beginSql = &standardBegin;

private:
    struct Callback {
        std::vector<QByteArray> savepoints;
        CommitCallback callback;
    };

    std::vector<Block> m_blocks;
    std::vector<Callback> m_callbacks;
    AtomicOptions m_options;
    std::exception_ptr m_cause;
    std::int64_t m_sinceNs = 0;
    int m_savepoints = 0;
    bool m_needsRollback = false, m_lost = false, m_unheard = false, m_poisoned = false;
};

} // namespace heddle
