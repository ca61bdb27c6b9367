#include "orm/execution/tasktransaction.h"

#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

namespace {

TaskTransactionPtr &current()
{
    thread_local TaskTransactionPtr transaction;
    return transaction;
}

} // namespace

const TaskTransactionPtr &currentTaskTransaction()
{
    return current();
}

TaskTransactionScope::TaskTransactionScope(TaskTransactionPtr transaction)
    : m_before(std::exchange(current(), std::move(transaction)))
{
}

TaskTransactionScope::~TaskTransactionScope()
{
    current() = std::move(m_before);
}

std::exception_ptr forgottenTransaction(const Runner *runner, const PlanContext &context)
{
    for (const TaskTransaction *one = current().get(); one; one = one->outer.get()) {
        if (one->runner != runner || one->ended.load(std::memory_order_relaxed))
            continue;
        return std::make_exception_ptr(TransactionManagementError(
            u"a%1() at %2 runs while its coroutine has a transaction open, and does not say "
            "whether it belongs to it."_s.arg(
                QString::fromUtf8(context.method && *context.method ? context.method : "run"),
                callSiteText(context.site)),
            u"join it with .inside(tx), or say .outside()"_s));
    }
    return nullptr;
}

std::exception_ptr noConnectionLeft(const Runner *runner, const PlanContext &context)
{
    int held = 0;
    for (const TaskTransaction *one = current().get(); one; one = one->outer.get())
        held += one->runner == runner && !one->ended.load(std::memory_order_relaxed);
    if (held == 0)
        return nullptr;
    const int limit = runner->stats().limit;
    if (limit == 0 || held < limit)
        return nullptr;
    return std::make_exception_ptr(WouldDeadlock(
        u"a%1() at %2 asks for another connection, but the transactions of its coroutine hold all "
        "%3 that the pool may have: it would wait for itself."_s.arg(
            QString::fromUtf8(context.method && *context.method ? context.method : "run"),
            callSiteText(context.site), QString::number(limit)),
        u"join the transaction with .inside(tx), or open the database with more max_connections"_s));
}

} // namespace heddle::detail
