#include "orm/backends/postgres/postgresnativerunner.h"

#include "orm/backends/postgres/postgresconnection.h"
#include "orm/backends/postgres/postgresnativecore.h"
#include "orm/execution/tasktransaction.h"

namespace heddle {

PostgresNativeRunner::PostgresNativeRunner(std::shared_ptr<const PostgresLocation> location,
                                           PoolOptions options)
    : m_sync([location] { return std::make_unique<PostgresConnection>(location); }, options),
      m_core(std::make_shared<PostgresNativeCore>(location, options))
{
}

PostgresNativeRunner::~PostgresNativeRunner()
{
    shutdown();
}

Runner::Stats PostgresNativeRunner::stats() const
{
    Stats all = m_core->stats();
    const Stats sync = m_sync.stats();
    all.open += sync.open;
    all.busy += sync.busy;
    all.idle += sync.idle;
    all.leases += sync.leases;
    return all;
}

void PostgresNativeRunner::setTraceSink(TraceSink *sink)
{
    m_sync.setTraceSink(sink);
    m_core->setTraceSink(sink);
}

void PostgresNativeRunner::cancelSync(std::uint16_t traceThread)
{
    m_sync.cancelSync(traceThread);
}

std::shared_ptr<Runner::Session> PostgresNativeRunner::openSession(const PlanContext &context)
{
    if (const std::exception_ptr refusal = detail::forgottenTransaction(this, context))
        std::rethrow_exception(refusal);
    return m_core->openSession(context);
}

void PostgresNativeRunner::shutdown(std::chrono::milliseconds within)
{
    const auto deadline = std::chrono::steady_clock::now() + within;
    m_core->beginShutdown(deadline);
    m_sync.shutdown(within);
    m_core->joinUntil(deadline);
}

bool PostgresNativeRunner::inTransactionHere() const
{
    return m_sync.inTransactionHere();
}

void PostgresNativeRunner::runHere(JobBase &job, const PlanContext &context)
{
    m_sync.runJob(job, context);
}

void PostgresNativeRunner::enqueue(std::unique_ptr<JobBase> job, const PlanContext &context)
{
    const std::exception_ptr refusal =
        context.joins ? nullptr : detail::forgottenTransaction(this, context);
    if (refusal)
        job->fail(refusal);
    else
        m_core->enqueue(std::move(job), context);
}

} // namespace heddle
