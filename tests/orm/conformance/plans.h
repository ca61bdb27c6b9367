#pragma once

#include "orm/execution/runner.h"
#include "orm/execution/transaction.h"
#include "orm/values/errors.h"

#include <functional>

namespace heddle::test {

// What the contract's tests run on an adapter, whatever it is.

inline PoolOptions sized(int connections, int queued = 1000)
{
    PoolOptions options;
    options.maxConnections = connections;
    options.maxQueued = queued;
    return options;
}

inline Plan<qint64> number(Statement statement)
{
    const StatementResult result = co_await send(std::move(statement));
    co_return result.batches.at(0)->column(0).int64(0);
}

inline Plan<qint64> sum(std::vector<Statement> statements)
{
    qint64 total = 0;
    for (Statement &statement : statements) {
        Plan<qint64> one = number(std::move(statement));
        total += co_await std::move(one);
    }
    co_return total;
}

inline Plan<qint64> stream(Statement statement, BatchSink sink)
{
    co_await send(std::move(statement), std::move(sink));
    co_return 1;
}

inline Plan<bool> addThen(Statement add, bool fail)
{
    co_await send(std::move(add));
    if (fail)
        throw ValueError(QStringLiteral("no"));
    co_return true;
}

inline Plan<bool> addAndUndoPart(Statement kept, Statement undone)
{
    co_await send(std::move(kept));
    try {
        Plan<bool> part = atomically(addThen(std::move(undone), true));
        co_await std::move(part);
    } catch (const ValueError &) { // as it should be
    }
    co_return true;
}

inline Plan<bool> addWithCallback(Statement add, std::function<void()> callback)
{
    Plan<TransactionState::BlockId> entering = enterBlock({});
    const TransactionState::BlockId block = co_await std::move(entering);
    transactionState asking;
    TransactionState &state = co_await asking;
    state.addCallback({std::move(callback), false});
    co_await send(std::move(add));
    Plan<std::vector<CommitCallback>> leaving = leaveBlock(block, true);
    const std::vector<CommitCallback> callbacks = co_await std::move(leaving);
    for (const CommitCallback &known : callbacks)
        known.function();
    co_return true;
}

inline Plan<quint64> enter()
{
    Plan<TransactionState::BlockId> entering = enterBlock({});
    co_return co_await std::move(entering);
}

inline Plan<bool> leave(quint64 block, bool succeeded)
{
    Plan<std::vector<CommitCallback>> leaving = leaveBlock(block, succeeded);
    co_await std::move(leaving);
    co_return true;
}

/// Plans on one connection that is kept: what an async transaction does.
class OnSession final : public Runner {
public:
    explicit OnSession(Runner &runner) : m_session(runner.openSession({})) {}
    ~OnSession() override { m_session->end(); }
    Stats stats() const override { return {}; }
    void setTraceSink(TraceSink *) override {}
    void cancelSync(std::uint16_t) override {}
    void shutdown(std::chrono::milliseconds) override {}

    template <typename T>
    QFuture<T> join(Plan<T> plan)
    {
        PlanContext context;
        context.joins = true;
        return start(std::move(plan), context);
    }

protected:
    void runHere(JobBase &, const PlanContext &) override {}
    void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) override
    {
        m_session->enqueue(std::move(job), context);
    }

private:
    const std::shared_ptr<Session> m_session;
};

inline QString errorOf(const std::function<void()> &call)
{
    try {
        call();
    } catch (const OrmError &e) {
        return e.className();
    }
    return {};
}

inline QString errorOf(QFuture<qint64> future)
{
    return errorOf([&] { future.result(); });
}

} // namespace heddle::test
