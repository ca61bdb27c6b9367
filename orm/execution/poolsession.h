#pragma once

#include "orm/execution/connectionthread.h"

#include <condition_variable>

namespace heddle::detail {

class PoolCore;

/// A worker that is kept for several plans, one after another: an async transaction's connection.
///
/// It is itself a plan in the pool's queue; once a worker takes that up, the worker runs what the
/// session is given until its end. A transaction that does nothing for too long is rolled back,
/// since it keeps locks from everybody else.
class PoolSession final : public Runner::Session, public std::enable_shared_from_this<PoolSession> {
public:
    PoolSession(std::shared_ptr<PoolCore> core, PlanContext context);
    ~PoolSession() override;

    // --- Any thread ---
    void enqueue(std::unique_ptr<Runner::JobBase> job, const PlanContext &context) override;
    void end() override;
    /// Ends it at once: what is queued fails with `why`.
    void abort(std::exception_ptr why);
    /// What a worker runs: until the end of the session.
    std::unique_ptr<Runner::JobBase> workerJob();

private:
    class Job;
    enum class Next { Plan, Idle, Ended };
    void work();
    Next waitForPlan(QueuedPlan &plan, std::chrono::steady_clock::time_point until);
    bool takeOrIdle(Lease &lease, QueuedPlan &plan);
    void rollBackIdle(Lease &lease);

    const std::shared_ptr<PoolCore> m_core;
    const PlanContext m_context;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<QueuedPlan> m_queue; // under m_mutex
    std::exception_ptr m_refusal;   // under m_mutex; set: it takes no more plans
    bool m_ended = false;           // under m_mutex
};

} // namespace heddle::detail
