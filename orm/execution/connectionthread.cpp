#include "orm/execution/connectionthread.h"

#include "orm/execution/poolcore.h"

#include <pthread.h>

namespace heddle::detail {

void nameThisThread(const QString &name)
{
    setTraceThreadName(name);
#ifdef __linux__
    pthread_setname_np(pthread_self(),
                       name.left(15).toUtf8().constData()); // the kernel keeps 15 characters
#endif
}

ConnectionThread::ConnectionThread(int number, std::shared_ptr<const ConnectionFactory> factory)
    : m_number(number), m_lease(std::move(factory))
{
}

void ConnectionThread::start(std::shared_ptr<PoolCore> core)
{
    m_thread = std::thread([this, core = std::move(core)]() mutable {
        loop(core);
        m_lease.closeConnection();
        core->workerEnded();
    });
}

void ConnectionThread::join()
{
    if (!m_thread.joinable())
        return;
    if (isThisThread())
        m_thread.detach();
    else
        m_thread.join();
}

void ConnectionThread::detach()
{
    if (m_thread.joinable())
        m_thread.detach();
}

void ConnectionThread::loop(const std::shared_ptr<PoolCore> &core)
{
    nameThisThread(QStringLiteral("heddle-db-%1").arg(m_number));
    PlanQueue taken;
    while (core->takeWork(taken, m_lease.lacksConnection())) {
        {
            std::lock_guard lock(m_batchMutex);
            m_batch.swap(taken);
        }
        QueuedPlan plan;
        while (nextOfBatch(plan))
            core->execute(std::move(plan), *this);
    }
}

bool ConnectionThread::nextOfBatch(QueuedPlan &plan)
{
    std::lock_guard lock(m_batchMutex);
    if (m_batch.empty())
        return false;
    plan = std::move(m_batch.front());
    m_batch.pop_front();
    return true;
}

PlanQueue ConnectionThread::takeBackIfStuck(std::int64_t sinceNs)
{
    const std::int64_t heldSince = m_lease.holder().sinceNs;
    PlanQueue back;
    if (heldSince == 0 || heldSince > sinceNs)
        return back;
    std::lock_guard lock(m_batchMutex);
    back.swap(m_batch);
    return back;
}

} // namespace heddle::detail
