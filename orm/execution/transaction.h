#pragma once

#include "orm/execution/plan.h"
#include "orm/execution/transactionstate.h"

#include <type_traits>

namespace heddle {

/// `co_await transactionState()` inside a Plan: the state of the connection that the plan runs on,
/// from whoever drives it. Nothing is sent. Valid until the plan ends. Opens the connection if it
/// is not open yet.
class transactionState {
public:
    transactionState() {}
    transactionState(const transactionState &) = delete;
    transactionState &operator=(const transactionState &) = delete;

    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept
    {
        PlanBase::PromiseBase &root = *handle.promise().root;
        root.active = handle;
        root.pending = &m_request;
    }
    TransactionState &await_resume()
    {
        if (m_request.error)
            std::rethrow_exception(m_request.error);
        return *m_request.transactions;
    }

private:
    PlanBase::Request m_request;
};

/// Enters a block as Django's atomic() does: BEGIN, or a savepoint inside another block, or nothing
/// at all. Throws RuntimeError for `durable` inside another block.
Plan<TransactionState::BlockId> enterBlock(AtomicOptions options);

/// Leaves it as Django's atomic() does. `succeeded`: COMMIT or RELEASE, unless the block is marked
/// for rollback; otherwise ROLLBACK or ROLLBACK TO, which throw nothing. Throws what COMMIT threw,
/// after a ROLLBACK; CommitOutcomeUnknown if the connection was lost in it. The result is what
/// on_commit() was given, for the caller to run; empty but for the outermost block.
Plan<std::vector<CommitCallback>> leaveBlock(TransactionState::BlockId block, bool succeeded);

// Savepoints by hand, as transaction.savepoint() and its like. Without a transaction they do
// nothing, and the name is empty, as in Django.
Plan<QByteArray> setSavepoint();
Plan<bool> releaseSavepoint(QByteArray name);
Plan<bool> rollBackToSavepoint(QByteArray name);

/// Marks the block that a plan ran in, if any, as only to be rolled back.
Plan<bool> markBlock(std::exception_ptr cause);

/// Whether the transaction that failed may succeed if it is run again: a serialization failure, a
/// deadlock, a database that was busy.
bool isWorthRetrying(const std::exception_ptr &error);

/// A plan whose statements are one transaction: all of them, or none. Inside another one it is a
/// savepoint.
template <typename T>
Plan<T> atomically(Plan<T> inner, AtomicOptions options = {})
{
    Plan<TransactionState::BlockId> entering = enterBlock(options);
    const TransactionState::BlockId block = co_await std::move(entering);
    std::exception_ptr error;
    [[maybe_unused]] std::conditional_t<std::is_void_v<T>, char, std::optional<T>> value{};
    try {
        if constexpr (std::is_void_v<T>)
            co_await std::move(inner);
        else
            value.emplace(co_await std::move(inner));
    } catch (...) {
        error = std::current_exception();
    }
    Plan<std::vector<CommitCallback>> leaving = leaveBlock(block, !error);
    try {
        co_await std::move(leaving);
    } catch (...) {
        if (!error) // otherwise it is the plan's own error that people need to see
            error = std::current_exception();
    }
    if (error)
        std::rethrow_exception(error);
    if constexpr (!std::is_void_v<T>)
        co_return std::move(*value);
}

/// A plan of one statement that changes data: what Django runs in mark_for_rollback_on_error(). It
/// begins no transaction, but its error makes the block around it, if any, unusable.
template <typename T>
Plan<T> markingForRollback(Plan<T> inner)
{
    std::exception_ptr error;
    [[maybe_unused]] std::conditional_t<std::is_void_v<T>, char, std::optional<T>> value{};
    try {
        if constexpr (std::is_void_v<T>)
            co_await std::move(inner);
        else
            value.emplace(co_await std::move(inner));
    } catch (...) {
        error = std::current_exception();
    }
    if (error) {
        Plan<bool> marking = markBlock(error);
        co_await std::move(marking);
        std::rethrow_exception(error);
    }
    if constexpr (!std::is_void_v<T>)
        co_return std::move(*value);
}

} // namespace heddle
