#include "orm/objects/joinedrunner.h"

#include "orm/execution/tasktransaction.h"
#include "orm/values/errors.h"

#include <condition_variable>
#include <mutex>

namespace heddle::detail {

namespace {

QString methodName(const PlanContext &context)
{
    return QString::fromUtf8(context.method && *context.method ? context.method : "run");
}

/// A plan of the calling thread that another one drives. The caller waits, so that it may be a
/// reference.
class LentJob final : public Runner::JobBase {
public:
    struct Outcome {
        std::mutex mutex;
        std::condition_variable changed;
        bool done = false;
        std::exception_ptr refusal;
    };

    LentJob(Runner::JobBase &job, std::shared_ptr<Outcome> outcome)
        : m_job(job), m_outcome(std::move(outcome))
    {
    }
    PlanBase::Request *resume() override { return m_job.resume(); }
    void finish() override { end({}); }
    void fail(std::exception_ptr error) override { end(error); }

private:
    void end(std::exception_ptr refusal)
    {
        const std::shared_ptr<Outcome> outcome = m_outcome;
        std::lock_guard lock(outcome->mutex);
        outcome->refusal = refusal;
        outcome->done = true;
        outcome->changed.notify_all();
    }
    Runner::JobBase &m_job;
    const std::shared_ptr<Outcome> m_outcome;
};

} // namespace

void JoiningRunner::runHere(JobBase &job, const PlanContext &context)
{
    PlanContext joined = context;
    joined.joins = context.joins || !m_ended.load(std::memory_order_relaxed);
    behind().runJob(job, joined);
}

void JoiningRunner::enqueue(std::unique_ptr<JobBase> job, const PlanContext &context)
{
    if (m_ended.load(std::memory_order_relaxed)) {
        behind().enqueueJob(std::move(job), context);
        return;
    }
    job->fail(std::make_exception_ptr(TransactionManagementError(
        QStringLiteral("a%1() cannot be part of a thread's transaction, since it runs on another "
                       "connection.")
            .arg(methodName(context)),
        QStringLiteral("call %1(), or begin the transaction with aatomic()")
            .arg(methodName(context)))));
}

void OutsideRunner::runHere(JobBase &job, const PlanContext &context)
{
    if (const std::exception_ptr refusal = noConnectionLeft(&behind(), context))
        std::rethrow_exception(refusal);
    auto outcome = std::make_shared<LentJob::Outcome>();
    const TaskTransactionScope none(nullptr);
    behind().enqueueJob(std::make_unique<LentJob>(job, outcome), context);
    std::unique_lock lock(outcome->mutex);
    outcome->changed.wait(lock, [&] { return outcome->done; });
    if (outcome->refusal)
        std::rethrow_exception(outcome->refusal);
}

void OutsideRunner::enqueue(std::unique_ptr<JobBase> job, const PlanContext &context)
{
    if (const std::exception_ptr refusal = noConnectionLeft(&behind(), context)) {
        job->fail(refusal);
        return;
    }
    const TaskTransactionScope none(nullptr);
    behind().enqueueJob(std::move(job), context);
}

std::shared_ptr<Runner::Session> OutsideRunner::openSession(const PlanContext &context)
{
    if (const std::exception_ptr refusal = noConnectionLeft(&behind(), context))
        std::rethrow_exception(refusal);
    const TaskTransactionScope none(nullptr);
    return behind().openSession(context);
}

void SessionRunner::end()
{
    if (!m_ended.exchange(true))
        m_session->end();
}

namespace {

/// A session inside another one: its end is not the other one's.
class NestedSession final : public Runner::Session {
public:
    explicit NestedSession(std::shared_ptr<Runner::Session> outer) : m_outer(std::move(outer)) {}
    void enqueue(std::unique_ptr<Runner::JobBase> job, const PlanContext &context) override
    {
        m_outer->enqueue(std::move(job), context);
    }
    void end() override {}

private:
    const std::shared_ptr<Runner::Session> m_outer;
};

} // namespace

std::shared_ptr<Runner::Session> SessionRunner::openSession(const PlanContext &context)
{
    if (m_ended.load(std::memory_order_relaxed))
        return behind().openSession(context);
    return std::make_shared<NestedSession>(m_session);
}

void SessionRunner::runHere(JobBase &job, const PlanContext &context)
{
    if (!m_ended.load(std::memory_order_relaxed))
        throw TransactionManagementError(
            QStringLiteral("%1() cannot be part of an async transaction: its connection belongs to "
                           "another thread.")
                .arg(methodName(context)),
            QStringLiteral("await a%1()").arg(methodName(context)));
    behind().runJob(job, context);
}

void SessionRunner::enqueue(std::unique_ptr<JobBase> job, const PlanContext &context)
{
    if (m_ended.load(std::memory_order_relaxed))
        behind().enqueueJob(std::move(job), context);
    else
        m_session->enqueue(std::move(job), context);
}

} // namespace heddle::detail
