#pragma once

#include "orm/execution/transaction.h"
#include "orm/objects/database.h"

#include <source_location>
#include <type_traits>

namespace heddle {

class AtomicBlock;

/// A transaction of the calling thread, as the closure of Database::atomic() is given it.
///
/// Typed querysets join it with `inside(tx)`, all else by its database(): a handle of the same
/// database whose sync methods run inside the transaction and whose `a` methods are refused. After
/// the end of the transaction that handle is like any other.
class Transaction {
public:
    Transaction(const Transaction &) = delete;
    Transaction &operator=(const Transaction &) = delete;

    const Database &database() const { return m_database; }
    /// `tx->objects<Book>()`.
    const Database *operator->() const { return &m_database; }

    /// Called after the outermost COMMIT, in order, on this thread; never if this block or one
    /// around it is rolled back. `robust`: an exception of it is logged and the next one is called.
    void onCommit(std::function<void()> callback, bool robust = false) const;
    /// True: the block ends with a ROLLBACK, without an error. False takes back what an error has
    /// marked: only right after a rollback to a savepoint from before it.
    void setRollback(bool rollback) const;
    bool needsRollback() const;

    QByteArray savepoint() const;
    void releaseSavepoint(const QByteArray &name) const;
    void rollBackTo(const QByteArray &savepoint) const;

    /// A block inside this one: Database::atomic() of its database.
    template <typename F>
    auto atomic(F &&body, AtomicOptions options = {},
                std::source_location at = std::source_location::current()) const;

private:
    friend class AtomicBlock;
    explicit Transaction(const Database &database);
    Database m_database;
};

/// A block of a transaction with a beginning and an end of its own, where a closure does not fit.
///
///     AtomicBlock block(db);
///     block.transaction()->objects(u"Book"_s)...
///     block.commit();
///
/// Sync: belongs to the thread that made it. Destroyed without commit() or rollback() it rolls back
/// and warns.
class AtomicBlock {
public:
    /// Throws RuntimeError for a `durable` block inside another one, SynchronousOnlyOperation, and
    /// what BEGIN or SAVEPOINT throws.
    explicit AtomicBlock(const Database &database, AtomicOptions options = {},
                         PlanContext context = blockContext(std::source_location::current()));
    ~AtomicBlock();
    AtomicBlock(const AtomicBlock &) = delete;
    AtomicBlock &operator=(const AtomicBlock &) = delete;

    Transaction &transaction() { return m_transaction; }
    bool isOpen() const { return m_open; }

    /// Ends the block well; throws what COMMIT throws, after a ROLLBACK, and then what callbacks
    /// throw that are not robust.
    void commit();
    /// Ends the block. Nothing if it has ended.
    void rollback();

    /// Whether the closure form is to run the block again after `error`; waits a little if so.
    bool shouldRetry(const std::exception_ptr &error, int attempt) const;
    static PlanContext blockContext(const std::source_location &at);

private:
    std::vector<CommitCallback> leave(bool succeeded);

    Database m_outer; // the handle that was given
    const AtomicOptions m_options;
    const PlanContext m_context;
    Transaction m_transaction;
    TransactionState::BlockId m_block = 0;
    bool m_outermost = false, m_open = false, m_committing = false;
};

/// How long to wait before a transaction is run again: longer each time, with jitter, so that those
/// who collided do not collide again.
std::chrono::milliseconds retryPause(int attempt);
/// Calls what on_commit() was given, as Django does.
void runCommitCallbacks(std::vector<CommitCallback> callbacks);

/// The functions of django.db.transaction, for the calling thread's transaction of a database, if
/// there is one. The errors are Django's.
namespace transactions {
bool isOpen(const Database &database);
void onCommit(const Database &database, std::function<void()> callback, bool robust = false);
void setRollback(const Database &database, bool rollback);
bool getRollback(const Database &database);
QByteArray savepoint(const Database &database, const PlanContext &context);
void releaseSavepoint(const Database &database, const QByteArray &name, const PlanContext &context);
void rollBackTo(const Database &database, const QByteArray &name, const PlanContext &context);
} // namespace transactions

template <typename F>
auto Database::atomic(F &&body, AtomicOptions options, std::source_location at) const
{
    using Result = std::invoke_result_t<F &, Transaction &>;
    options.mustJoin = true;
    for (int attempt = 0;; ++attempt) {
        AtomicBlock block(*this, options, AtomicBlock::blockContext(at));
        try {
            if constexpr (std::is_void_v<Result>) {
                body(block.transaction());
                block.commit();
                return;
            } else {
                Result result = body(block.transaction());
                block.commit();
                return result;
            }
        } catch (...) {
            block.rollback();
            if (!block.shouldRetry(std::current_exception(), attempt))
                throw;
        }
    }
}

template <typename F>
auto Transaction::atomic(F &&body, AtomicOptions options, std::source_location at) const
{
    return m_database.atomic(std::forward<F>(body), options, at);
}

} // namespace heddle
