// The canceller thread and the end of the pool: what looks at the leases from outside.

#include "orm/execution/poolcore.h"
#include "orm/execution/poolmessages.h"
#include "orm/execution/poolsession.h"

#include "orm/values/errors.h"

#include <algorithm>
#include <limits>

namespace heddle::detail {

namespace {

constexpr auto watchEvery = std::chrono::milliseconds(10);
constexpr std::int64_t watchEveryNs = 10'000'000;

} // namespace

/// Starts the canceller, or wakes it. Under m_mutex.
void PoolCore::wakeCanceller()
{
    if (!m_canceller.joinable() && !m_joined) {
        m_canceller = std::thread([core = shared_from_this()] {
            nameThisThread(QStringLiteral("heddle-cancel"));
            core->cancellerLoop();
        });
    } else if (m_cancellerSleeps) {
        m_watch.notify_one();
    }
}

bool PoolCore::hasWorkToWatch() const
{
    if (m_cancelAll || !m_interactive.empty() || !m_background.empty() || m_waking > 0)
        return true;
    // A worker that does not wait has plans, even while it has not yet begun to hold its connection
    // for one.
    if (m_liveWorkers > m_idle + m_idleSpare)
        return true;
    for (const auto &lease : m_sync) {
        if (lease->isLeased())
            return true;
    }
    return false;
}

/// Every 10 ms while there is anything to watch: stops what was cancelled, takes plans away from
/// behind a slow one, gives up on plans that have waited too long.
void PoolCore::cancellerLoop()
{
    Lock lock(m_mutex);
    while (!m_joined) {
        if (!hasWorkToWatch()) {
            m_cancellerSleeps = true;
            m_watch.wait(lock);
            m_cancellerSleeps = false;
            continue;
        }
        const std::int64_t now = monotonicNs();
        for (const auto &worker : m_workers)
            worker->lease().cancelIfAsked(m_cancelAll);
        for (const auto &lease : m_sync)
            lease->cancelIfAsked(m_cancelAll);
        std::vector<QueuedPlan> expired;
        std::exception_ptr refusal;
        if (!m_stopping) {
            takeBackStuckBatches(now);
            const auto oldest =
                m_interactive.empty() ? m_background.begin() : m_interactive.begin();
            const bool waits = !m_interactive.empty() || !m_background.empty();
            if (waits && m_waking == 0 && now - oldest->queuedNs > watchEveryNs) {
                try {
                    wakeOne(lock);
                } catch (const std::system_error
                             &) { // no more threads: then those that there are must do
                }
            }
            expired = takeExpired(now);
            if (!expired.empty())
                refusal = std::make_exception_ptr(exhausted(waitedTooLong(m_options), lock));
        }
        if (!expired.empty()) { // continuations may run in there: not under the lock
            lock.unlock();
            for (QueuedPlan &plan : expired)
                plan.job->fail(refusal);
            expired.clear();
            lock.lock();
        }
        m_watch.wait_for(lock, watchEvery);
    }
}

void PoolCore::takeBackStuckBatches(std::int64_t nowNs)
{
    for (const auto &worker : m_workers) {
        PlanQueue back = worker->takeBackIfStuck(nowNs - watchEveryNs);
        while (!back.empty()) {
            QueuedPlan &last = back.back();
            auto &queue = last.context.background ? m_background : m_interactive;
            queue.push_front(std::move(last));
            back.pop_back();
        }
    }
}

std::vector<QueuedPlan> PoolCore::takeExpired(std::int64_t nowNs)
{
    const std::int64_t limit = std::chrono::nanoseconds(m_options.acquireTimeout).count();
    std::vector<QueuedPlan> expired;
    for (std::deque<QueuedPlan> *queue : {&m_interactive, &m_background}) {
        while (!queue->empty() && nowNs - queue->front().queuedNs > limit) {
            expired.push_back(std::move(queue->front()));
            queue->pop_front();
        }
    }
    return expired;
}

/// Refuse, fail what is queued, cancel what runs, join; what does not end in time is left behind
/// with its thread.
void PoolCore::shutdown(std::chrono::milliseconds within)
{
    const auto deadline = std::chrono::steady_clock::now() + within;
    std::vector<QueuedPlan> queued;
    std::vector<std::shared_ptr<ConnectionThread>> workers;
    std::vector<std::shared_ptr<Lease>> sync;
    std::vector<std::weak_ptr<PoolSession>> sessions;
    {
        Lock lock(m_mutex);
        if (m_stopping)
            return;
        m_stopping = m_cancelAll = true;
        for (std::deque<QueuedPlan> *queue : {&m_interactive, &m_background}) {
            for (QueuedPlan &plan : *queue)
                queued.push_back(std::move(plan));
            queue->clear();
        }
        for (const auto &worker : m_workers) {
            for (QueuedPlan &plan :
                 worker->takeBackIfStuck(std::numeric_limits<std::int64_t>::max()))
                queued.push_back(std::move(plan));
        }
        sync = m_sync;
        sessions = m_sessions;
        workers = m_workers;
        m_work.notify_all();
        m_spareWork.notify_all();
        m_syncFree.notify_all();
        if (!sync.empty() || !workers.empty())
            wakeCanceller();
        m_watch.notify_all();
    }
    for (QueuedPlan &plan : queued)
        plan.job->fail(std::make_exception_ptr(closedError()));
    for (const std::weak_ptr<PoolSession> &known : sessions) {
        if (const std::shared_ptr<PoolSession> session = known.lock())
            session->abort(std::make_exception_ptr(closedError()));
    }
    for (const auto &lease : sync) {
        // A plan on another thread is cancelled by the canceller; this thread's own could only be
        // further up this very stack.
        while (!lease->closeFromOutside() && lease->caller != currentTraceThread() &&
               std::chrono::steady_clock::now() < deadline)
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    Lock lock(m_mutex);
    const bool onWorker = std::any_of(workers.begin(), workers.end(),
                                      [](const auto &w) { return w->isThisThread(); });
    const auto allEnded = [&] { return m_liveWorkers <= (onWorker ? 1 : 0); };
    const bool ended = m_ended.wait_until(lock, deadline, allEnded);
    m_joined = true;
    std::thread canceller = std::move(m_canceller);
    m_watch.notify_all();
    lock.unlock();
    for (const auto &worker : workers)
        ended ? worker->join() : worker->detach();
    if (canceller.joinable())
        canceller.get_id() == std::this_thread::get_id() ? canceller.detach() : canceller.join();
}

} // namespace heddle::detail
