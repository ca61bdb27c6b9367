#pragma once

#include "orm/execution/connectionthread.h"
#include "orm/execution/lease.h"

#include "orm/values/errors.h"

#include <condition_variable>
#include <deque>
#include <thread>
#include <vector>

namespace heddle::detail {

class PoolSession;

/// What PinnedPool is made of: the queue, the workers, the sync connections and the canceller
/// thread.
///
/// Shared by the pool, its threads and every thread that has a sync connection, so that none of
/// them can outlive it.
class PoolCore final : public std::enable_shared_from_this<PoolCore> {
public:
    PoolCore(ConnectionFactory factory, PoolOptions options);
    ~PoolCore();

    // --- Any thread ---
    void enqueue(std::unique_ptr<Runner::JobBase> job, const PlanContext &context);
    void runHere(Runner::JobBase &job, const PlanContext &context);
    std::shared_ptr<Runner::Session> openSession(const PlanContext &context);
    const PoolOptions &options() const { return m_options; }
    Runner::Stats stats() const;
    void cancelSync(std::uint16_t traceThread);
    bool inTransactionHere() const;
    void shutdown(std::chrono::milliseconds within);
    void setTraceSink(TraceSink *sink) { m_sink.store(sink, std::memory_order_release); }
    TraceSink *sinkFor(const PlanContext &context) const
    {
        return context.sink ? context.sink : m_sink.load(std::memory_order_acquire);
    }
    /// For the thread that ends: its connection is gone.
    void forgetSync(const std::shared_ptr<Lease> &lease);

    // --- Workers only ---
    /// Fills `batch` with what this worker is to do next; waits for it. False: the pool shuts down.
    /// `spare`: the worker could not get a connection the last time. It is only given what nobody
    /// with a connection is free for.
    bool takeWork(PlanQueue &batch, bool spare);
    /// Runs one plan and hands its result over.
    void execute(QueuedPlan plan, ConnectionThread &worker);
    void workerEnded();
    /// The connection of the worker that this is.
    static Lease &workerLease();
    /// Runs a plan on it and hands its result over.
    void driveOn(Lease &lease, QueuedPlan &plan, std::int64_t nowNs);

private:
    using Lock = std::unique_lock<std::mutex>;
    void wakeOne(Lock &lock);
    bool mayGrow() const;
    std::shared_ptr<Lease> syncLease();
    std::shared_ptr<Lease> newSyncLease();
    OperationalError closedError() const;
    PoolExhausted exhausted(const QString &what, Lock &lock) const;
    void cancellerLoop();
    bool hasWorkToWatch() const;
    void takeBackStuckBatches(std::int64_t nowNs);
    std::vector<QueuedPlan> takeExpired(std::int64_t nowNs);
    void wakeCanceller();

    const std::shared_ptr<const ConnectionFactory> m_factory;
    const PoolOptions m_options;
    const std::uint64_t m_id; // of this pool, never used again in this process
    const int m_cores;
    std::atomic<TraceSink *> m_sink{nullptr};

    mutable std::mutex m_mutex;
    std::condition_variable m_work, m_spareWork, m_syncFree, m_ended, m_watch;
    // All under m_mutex:
    std::deque<QueuedPlan> m_interactive, m_background;
    std::vector<std::shared_ptr<ConnectionThread>> m_workers;
    std::vector<std::shared_ptr<Lease>> m_sync;
    std::vector<std::weak_ptr<PoolSession>> m_sessions;
    std::thread m_canceller;
    int m_idle = 0;        // workers that wait
    int m_idleSpare = 0;   // those among the others that wait without hope of a connection
    int m_waking = 0;      // workers that were woken or started and have not come yet
    int m_liveWorkers = 0; // threads that have not ended
    bool m_stopping = false, m_cancelAll = false, m_joined = false, m_cancellerSleeps = false;

    std::atomic<std::int64_t> m_usualPlanNs{
        1'000'000}; // a running mean: short plans are not worth another worker
};

} // namespace heddle::detail
