#pragma once

#include "orm/execution/task.h"
#include "orm/objects/transaction.h"

namespace heddle {

namespace detail {
class SessionRunner;
}

/// An asynchronous transaction, as the closure of Database::aatomic() is given it: one connection
/// of the pool until its end.
///
/// Typed querysets join it with `inside(tx)`, everything else by database(): a handle of the same
/// database whose `a` methods run inside the transaction, one after another, and whose sync methods
/// are refused. After the end that handle is like any other.
class AsyncTransaction {
public:
    AsyncTransaction(const AsyncTransaction &) = delete;
    AsyncTransaction &operator=(const AsyncTransaction &) = delete;

    const Database &database() const { return m_database; }
    const Database *operator->() const { return &m_database; }

    /// Called after the outermost COMMIT by whoever awaits the block, in order; never if this block
    /// or one around it is rolled back.
    void onCommit(std::function<void()> callback, bool robust = false) const;
    /// True: the block ends with a ROLLBACK, without an error.
    void setRollback(bool rollback) const;
    QFuture<bool> aneedsRollback() const;

private:
    friend class AsyncBlock;
    AsyncTransaction(const Database &database, std::shared_ptr<Runner::Session> session);
    Database m_database;
};

/// What aatomic() and `async with atomic()` are made of. Its end, if it was not left, is a
/// rollback.
class AsyncBlock {
public:
    /// Never blocks; throws NotSupportedError where there are no async transactions.
    AsyncBlock(const Database &database, AtomicOptions options, PlanContext context);
    ~AsyncBlock();
    AsyncBlock(const AsyncBlock &) = delete;
    AsyncBlock &operator=(const AsyncBlock &) = delete;

    AsyncTransaction &transaction() { return m_transaction; }
    /// What the coroutine that is to run inside the block is given, so that a query of it that
    /// forgets to join is refused; null inside another block, which has one.
    std::shared_ptr<detail::TaskTransaction> taskTransaction() const;
    const Database &database() const { return m_transaction.database(); }
    const PlanContext &context() const { return m_context; }

    Plan<TransactionState::BlockId> enterPlan() const { return enterBlock(m_options); }
    void setEntered(TransactionState::BlockId block) { m_block = block; }
    /// After the plans that are still queued; nothing joins from here on.
    Plan<std::vector<CommitCallback>> leavePlan(bool succeeded) const
    {
        return leaveBlock(m_block, succeeded);
    }
    /// Starts it, and lets go of the connection after it.
    QFuture<TransactionState::BlockId> enter();
    QFuture<std::vector<CommitCallback>> leave(bool succeeded);
    /// Lets go of the connection after what is queued.
    void end();

    /// As AtomicBlock's, without the waiting: how long to wait, or nothing.
    std::optional<std::chrono::milliseconds> retryDelay(const std::exception_ptr &error,
                                                        int attempt) const;

private:
    detail::SessionRunner &runner() const;
    const AtomicOptions m_options;
    const PlanContext m_context;
    const bool m_nested;
    AsyncTransaction m_transaction;
    TransactionState::BlockId m_block = 0;
};

/// Finished after so long; for Tasks.
QFuture<void> sleepFor(std::chrono::milliseconds time);

namespace detail {

template <typename F>
using AtomicTask = std::invoke_result_t<F &, AsyncTransaction &>;
template <typename T>
struct TaskResult;
template <typename T>
struct TaskResult<Task<T>> {
    using Type = T;
};

bool isCancellation(const std::exception_ptr &error);

/// The coroutine behind aatomic(): `body` lives in its frame until its end.
template <typename F>
AtomicTask<F> runAtomic(Database database, F body, AtomicOptions options, PlanContext context)
{
    using Result = typename TaskResult<AtomicTask<F>>::Type;
    for (int attempt = 0;; ++attempt) {
        AsyncBlock block(database, options, context);
        block.setEntered(co_await block.enter());
        std::exception_ptr error;
        const std::shared_ptr<TaskTransaction> own = block.taskTransaction();
        [[maybe_unused]] std::conditional_t<std::is_void_v<Result>, char, std::optional<Result>>
            value{};
        try {
            AtomicTask<F> task = [&] {
                const TaskTransactionScope scope(own ? own : currentTaskTransaction());
                return body(block.transaction());
            }();
            if constexpr (std::is_void_v<Result>)
                co_await task;
            else
                value.emplace(co_await task);
        } catch (...) {
            error = std::current_exception();
        }
        const bool succeeded = !error;
        if (own)
            own->ended = true;
        QFuture<std::vector<CommitCallback>> leaving = block.leave(succeeded);
        if (!succeeded && isCancellation(error))
            std::rethrow_exception(error); // who was cancelled cannot wait for the rollback
        std::vector<CommitCallback> callbacks;
        try {
            callbacks = co_await leaving;
        } catch (...) {
            if (!error)
                error = std::current_exception();
        }
        if (error) {
            const auto delay = block.retryDelay(error, attempt);
            if (!delay)
                std::rethrow_exception(error);
            co_await sleepFor(*delay);
            continue;
        }
        runCommitCallbacks(std::move(callbacks));
        if constexpr (std::is_void_v<Result>)
            co_return;
        else
            co_return std::move(*value);
    }
}

} // namespace detail

template <typename F>
auto Database::aatomic(F body, AtomicOptions options, std::source_location at) const
{
    PlanContext context = AtomicBlock::blockContext(at);
    return detail::runAtomic(*this, std::move(body), options, std::move(context));
}

} // namespace heddle
