#pragma once

#include "orm/execution/runner.h"

#include <atomic>

namespace heddle::detail {

/// A transaction that a coroutine has begun: whatever that coroutine asks of the same pool until
/// its end must say whether it belongs to it.
struct TaskTransaction {
    const Runner *runner = nullptr;
    std::shared_ptr<const TaskTransaction> outer; // around it; of another pool, perhaps
    std::atomic<bool> ended{false};
};
using TaskTransactionPtr = std::shared_ptr<const TaskTransaction>;

/// The innermost transaction of the coroutine that runs on this thread now; null: none. A coroutine
/// has that of whoever called it, and keeps it from one `co_await` to the next.
const TaskTransactionPtr &currentTaskTransaction();

/// Makes a transaction that of this thread's coroutine for a scope; null: none, for what is meant
/// to stand outside.
class TaskTransactionScope {
public:
    explicit TaskTransactionScope(TaskTransactionPtr transaction);
    ~TaskTransactionScope();
    TaskTransactionScope(const TaskTransactionScope &) = delete;

private:
    TaskTransactionPtr m_before;
};

/// Null, or the error for a plan or a session that comes to `runner` from a coroutine with a
/// transaction open there, past that transaction.
std::exception_ptr forgottenTransaction(const Runner *runner, const PlanContext &context);

/// Null, or WouldDeadlock for a plan or a session that is meant to stand outside the transactions
/// of its coroutine, if these hold every connection that `runner` may have: while the coroutine
/// waits for one more, none is given back.
std::exception_ptr noConnectionLeft(const Runner *runner, const PlanContext &context);

} // namespace heddle::detail
