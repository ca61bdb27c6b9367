#include "orm/backends/postgres/postgresnativesession.h"

#include "orm/values/errors.h"

namespace heddle {

PostgresNativeSession::PostgresNativeSession(std::shared_ptr<PostgresNativeCore> core,
                                             PlanContext context)
    : context(std::move(context)), m_core(std::move(core))
{
}

PostgresNativeSession::~PostgresNativeSession() = default;

void PostgresNativeSession::enqueue(std::unique_ptr<Runner::JobBase> job,
                                    const PlanContext &planContext)
{
    PostgresPlanPtr plan = m_core->makePlan(std::move(job), planContext);
    std::exception_ptr refusal;
    {
        const std::lock_guard lock(m_mutex);
        refusal = m_refusal;
        if (!refusal && m_ended)
            refusal = std::make_exception_ptr(TransactionManagementError(
                QStringLiteral("This transaction has ended: nothing can join it any more.")));
        if (!refusal)
            m_queue.push_back(std::move(plan));
    }
    if (refusal)
        plan->fail(refusal);
    else
        m_core->touch(shared_from_this());
}

void PostgresNativeSession::end()
{
    {
        const std::lock_guard lock(m_mutex);
        m_ended = true;
    }
    m_core->touch(shared_from_this());
}

void PostgresNativeSession::abort(std::exception_ptr why)
{
    std::deque<PostgresPlanPtr> refused;
    {
        const std::lock_guard lock(m_mutex);
        m_ended = true;
        m_refusal = why;
        refused.swap(m_queue);
    }
    for (PostgresPlanPtr &plan : refused)
        plan->fail(why);
}

PostgresPlanPtr PostgresNativeSession::takePlan()
{
    const std::lock_guard lock(m_mutex);
    if (m_queue.empty())
        return nullptr;
    PostgresPlanPtr plan = std::move(m_queue.front());
    m_queue.pop_front();
    return plan;
}

bool PostgresNativeSession::isOver() const
{
    const std::lock_guard lock(m_mutex);
    return m_ended && m_queue.empty();
}

} // namespace heddle
