#include "orm/execution/poolcore.h"

#include "orm/execution/pool.h"
#include "orm/execution/poolmessages.h"
#include "orm/execution/poolsession.h"
#include "orm/values/errors.h"

#include <algorithm>

namespace heddle::detail {

namespace {

constexpr std::int64_t millisecond = 1'000'000;
constexpr std::size_t largestBatch = 64;

std::uint64_t nextPoolId()
{
    static std::atomic<std::uint64_t> next{1};
    return next.fetch_add(1, std::memory_order_relaxed);
}

/// The sync connections of one thread, one a pool. Ends with the thread.
struct ThreadConnections {
    struct Entry {
        std::uint64_t pool;
        std::shared_ptr<PoolCore> core;
        std::shared_ptr<Lease> lease;
    };
    std::vector<Entry> entries;

    ~ThreadConnections()
    {
        for (Entry &e : entries) {
            e.lease->closeConnection();
            e.core->forgetSync(e.lease);
        }
    }
};

thread_local ThreadConnections t_connections;
thread_local std::uint64_t t_workerOfPool = 0;
thread_local Lease *t_workerLease = nullptr;

} // namespace

PoolCore::PoolCore(ConnectionFactory factory, PoolOptions options)
    : m_factory(std::make_shared<const ConnectionFactory>(std::move(factory))), m_options([&] {
          options.maxConnections = std::clamp(options.maxConnections, 1, PinnedPool::maxWorkers);
          return options;
      }()),
      m_id(nextPoolId()), m_cores(int(std::max(1u, std::thread::hardware_concurrency())))
{
}

PoolCore::~PoolCore() = default;

// --- The queue ---

void PoolCore::enqueue(std::unique_ptr<Runner::JobBase> job, const PlanContext &context)
{
    QueuedPlan plan{std::move(job), context, sinkFor(context) ? monotonicNs() : 0};
    if (plan.context.createdNs == 0)
        plan.context.createdNs = plan.queuedNs;
    if (plan.queuedNs == 0)
        plan.queuedNs = monotonicNs(); // the queue's time limit needs it in any case
    std::exception_ptr refusal;
    {
        Lock lock(m_mutex);
        if (m_stopping) {
            refusal = std::make_exception_ptr(closedError());
        } else if (int(m_interactive.size() + m_background.size()) >= m_options.maxQueued) {
            refusal = std::make_exception_ptr(exhausted(QStringLiteral("The queue is full"), lock));
        } else {
            (context.background ? m_background : m_interactive).push_back(std::move(plan));
            try {
                if (m_waking == 0)
                    wakeOne(lock);
                wakeCanceller();
            } catch (const std::system_error &) {
                // No new thread can be had. The workers that there are will come to it; without
                // any, the queue's time limit ends it.
            }
        }
    }
    if (refusal)
        plan.job->fail(refusal);
}

/// Gets one more worker to look at the queue: an idle one, or a new one while there may be more.
void PoolCore::wakeOne(Lock &)
{
    if (m_idle > m_waking) {
        ++m_waking;
        m_work.notify_one();
    } else if (m_idleSpare > 0) {
        ++m_waking;
        m_spareWork.notify_one();
    } else if (int(m_workers.size()) < m_options.maxConnections) {
        auto worker = std::make_shared<ConnectionThread>(int(m_workers.size()) + 1, m_factory);
        worker->start(shared_from_this());
        m_workers.push_back(std::move(worker));
        ++m_liveWorkers;
        ++m_waking;
    }
}

/// Whether one more worker makes the queue shorter. For plans of some microseconds more threads
/// than processors only get in each other's way; if that guess is wrong, the canceller's next round
/// corrects it.
bool PoolCore::mayGrow() const
{
    if (m_usualPlanNs.load(std::memory_order_relaxed) > millisecond / 5)
        return true;
    return int(m_workers.size()) - m_idle - m_idleSpare < m_cores;
}

bool PoolCore::takeWork(PlanQueue &batch, bool spare)
{
    t_workerOfPool = m_id;
    batch.clear();
    Lock lock(m_mutex);
    int &idle = spare ? m_idleSpare : m_idle;
    ++idle;
    bool waited = false;
    const auto nothingToDo = [&] {
        return (m_interactive.empty() && m_background.empty()) || (spare && m_idle > 0);
    };
    while (nothingToDo() && !m_stopping) {
        if (waited)
            m_waking = std::max(0, m_waking - 1); // came for nothing: another worker was quicker
        (spare ? m_spareWork : m_work).wait(lock);
        waited = true;
    }
    --idle;
    m_waking = std::max(0, m_waking - 1);
    if (m_stopping)
        return false;
    std::deque<QueuedPlan> &queue = m_interactive.empty() ? m_background : m_interactive;
    // As many as leave every worker its share, so that nobody sits on what an idle one could do.
    const std::size_t share = queue.size() / std::size_t(m_options.maxConnections);
    for (std::size_t n = std::clamp<std::size_t>(share, 1, largestBatch); n > 0; --n) {
        batch.push_back(std::move(queue.front()));
        queue.pop_front();
    }
    if (m_waking == 0 && !(m_interactive.empty() && m_background.empty()) && mayGrow()) {
        try {
            wakeOne(lock);
        } catch (const std::system_error &) { // no more threads: then these must do
        }
    }
    return true;
}

void PoolCore::execute(QueuedPlan plan, ConnectionThread &worker)
{
    t_workerLease = &worker.lease();
    const std::int64_t begin = monotonicNs();
    driveOn(worker.lease(), plan, begin);
    const std::int64_t usual = m_usualPlanNs.load(std::memory_order_relaxed);
    m_usualPlanNs.store(usual + (monotonicNs() - begin - usual) / 8, std::memory_order_relaxed);
}

void PoolCore::driveOn(Lease &lease, QueuedPlan &plan, std::int64_t nowNs)
{
    Runner::JobBase &job = *plan.job;
    if (job.isCanceled()) { // a cancelled plan never gets a connection
        job.fail(
            std::make_exception_ptr(QueryCancelled(QStringLiteral("The query was cancelled."))));
        return;
    }
    try {
        if (PlanBase::Request *request = job.resume())
            lease.drive(job, request, plan.context, sinkFor(plan.context), plan.queuedNs, nowNs,
                        true);
    } catch (...) {
        job.fail(std::current_exception());
        return;
    }
    job.finish();
}

Lease &PoolCore::workerLease()
{
    return *t_workerLease;
}

std::shared_ptr<Runner::Session> PoolCore::openSession(const PlanContext &context)
{
    auto session = std::make_shared<PoolSession>(shared_from_this(), context);
    {
        std::lock_guard lock(m_mutex);
        std::erase_if(m_sessions, [](const auto &known) { return known.expired(); });
        m_sessions.push_back(session);
    }
    enqueue(session->workerJob(), context);
    return session;
}

void PoolCore::workerEnded()
{
    std::lock_guard lock(m_mutex);
    --m_liveWorkers;
    m_ended.notify_all();
}

// --- Sync calls ---

void PoolCore::runHere(Runner::JobBase &job, const PlanContext &context)
{
    PlanBase::Request *request = job.resume();
    if (!request)
        return;
    const std::int64_t now = monotonicNs();
    if (t_workerOfPool == m_id) { // called from inside a plan on one of our workers: that plan's
                                  // connection is this thread's
        t_workerLease->drive(job, request, context, sinkFor(context), 0, now, false);
        return;
    }
    for (const ThreadConnections::Entry &e : t_connections.entries) {
        if (e.pool == m_id) {
            e.lease->drive(job, request, context, sinkFor(context), 0, now, false);
            return;
        }
    }
    syncLease()->drive(job, request, context, sinkFor(context), 0, now, false);
}

bool PoolCore::inTransactionHere() const
{
    if (t_workerOfPool == m_id)
        return t_workerLease->inTransaction();
    for (const ThreadConnections::Entry &e : t_connections.entries) {
        if (e.pool == m_id)
            return e.lease->inTransaction();
    }
    return false;
}

/// A connection of its own for the calling thread, the first time that it needs one.
std::shared_ptr<Lease> PoolCore::syncLease()
{
    std::erase_if(t_connections.entries, [](const auto &e) {
        return !e.lease->isLeased() &&
               e.core->stats().limit == 0; // of a pool that has been shut down
    });
    std::shared_ptr<Lease> lease = newSyncLease();
    t_connections.entries.push_back({m_id, shared_from_this(), lease});
    return lease;
}

std::shared_ptr<Lease> PoolCore::newSyncLease()
{
    Lock lock(m_mutex);
    const auto free = [&] {
        return m_stopping || int(m_sync.size()) < PinnedPool::maxSyncConnections;
    };
    if (!m_syncFree.wait_for(lock, m_options.acquireTimeout, free))
        throw exhausted(QStringLiteral("%1 threads have a connection of their own for sync calls, "
                                       "and none became free within %2 s")
                            .arg(PinnedPool::maxSyncConnections)
                            .arg(double(m_options.acquireTimeout.count()) / 1000),
                        lock);
    if (m_stopping)
        throw closedError();
    auto lease = std::make_shared<Lease>(m_factory, currentTraceThread());
    m_sync.push_back(lease);
    return lease;
}

void PoolCore::forgetSync(const std::shared_ptr<Lease> &lease)
{
    std::lock_guard lock(m_mutex);
    std::erase(m_sync, lease);
    m_syncFree.notify_one();
}

void PoolCore::cancelSync(std::uint16_t traceThread)
{
    Lock lock(m_mutex);
    for (const std::shared_ptr<Lease> &lease : m_sync) {
        if (lease->caller == traceThread && lease->askCancel())
            wakeCanceller(); // it repeats the request until the statement has ended
    }
}

// --- What the pool is doing ---

Runner::Stats PoolCore::stats() const
{
    Lock lock(m_mutex);
    Runner::Stats s;
    for (const auto &worker : m_workers) {
        s.open += worker->lease().isOpen();
        s.busy += worker->lease().isLeased();
    }
    for (const auto &lease : m_sync) {
        s.open += lease->isOpen();
        s.busy += lease->isLeased();
    }
    s.leases = s.busy;
    s.idle = std::max(0, s.open - s.busy);
    s.queued = int(m_interactive.size() + m_background.size());
    s.limit = m_stopping ? 0 : m_options.maxConnections;
    return s;
}

OperationalError PoolCore::closedError() const
{
    return poolClosed(m_options);
}

PoolExhausted PoolCore::exhausted(const QString &what, Lock &) const
{
    Lease::Holder oldest;
    const auto consider = [&oldest](const Lease &lease) {
        const Lease::Holder holder = lease.holder();
        if (holder.sinceNs != 0 && (oldest.sinceNs == 0 || holder.sinceNs < oldest.sinceNs))
            oldest = holder;
    };
    for (const auto &worker : m_workers)
        consider(worker->lease());
    for (const auto &lease : m_sync)
        consider(*lease);
    return poolExhausted(what, m_options, m_interactive.size() + m_background.size(), oldest);
}

} // namespace heddle::detail
