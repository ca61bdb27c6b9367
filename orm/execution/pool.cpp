#include "orm/execution/pool.h"

#include "orm/execution/poolcore.h"
#include "orm/execution/tasktransaction.h"

namespace heddle {

PinnedPool::PinnedPool(Factory factory, PoolOptions options)
    : m_core(std::make_shared<detail::PoolCore>(std::move(factory), std::move(options)))
{
}

PinnedPool::~PinnedPool()
{
    m_core->shutdown(std::chrono::milliseconds(2000));
}

Runner::Stats PinnedPool::stats() const
{
    return m_core->stats();
}

void PinnedPool::setTraceSink(TraceSink *sink)
{
    m_core->setTraceSink(sink);
}

void PinnedPool::cancelSync(std::uint16_t traceThread)
{
    m_core->cancelSync(traceThread);
}

std::shared_ptr<Runner::Session> PinnedPool::openSession(const PlanContext &context)
{
    if (const std::exception_ptr refusal = detail::forgottenTransaction(this, context))
        std::rethrow_exception(refusal);
    return m_core->openSession(context);
}

bool PinnedPool::inTransactionHere() const
{
    return m_core->inTransactionHere();
}

void PinnedPool::shutdown(std::chrono::milliseconds within)
{
    m_core->shutdown(within);
}

void PinnedPool::runHere(JobBase &job, const PlanContext &context)
{
    m_core->runHere(job, context);
}

void PinnedPool::enqueue(std::unique_ptr<JobBase> job, const PlanContext &context)
{
    const std::exception_ptr refusal =
        context.joins ? nullptr : detail::forgottenTransaction(this, context);
    if (refusal)
        job->fail(refusal);
    else
        m_core->enqueue(std::move(job), context);
}

} // namespace heddle
