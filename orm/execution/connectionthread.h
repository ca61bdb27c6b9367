#pragma once

#include "orm/execution/lease.h"

#include <deque>
#include <thread>

namespace heddle::detail {

class PoolCore;

/// An async plan that waits for a connection.
struct QueuedPlan {
    std::unique_ptr<Runner::JobBase> job;
    PlanContext context;
    std::int64_t queuedNs = 0;
};
using PlanQueue = std::deque<QueuedPlan>;

/// One named operating system thread, "heddle-db-3", that owns one connection and runs the plans
/// that it takes from the pool.
class ConnectionThread {
public:
    ConnectionThread(int number, std::shared_ptr<const ConnectionFactory> factory);

    void start(std::shared_ptr<PoolCore> core);
    /// Waits for its end, or lets it go if it is the calling thread.
    void join();
    void detach();

    bool isThisThread() const { return m_thread.get_id() == std::this_thread::get_id(); }

    Lease &lease() { return m_lease; }
    /// Any thread. What this worker took and has not begun, if what it is doing now has been going
    /// on since before `sinceNs`: the rest must not wait behind a slow plan while other workers are
    /// idle.
    PlanQueue takeBackIfStuck(std::int64_t sinceNs);

private:
    void loop(const std::shared_ptr<PoolCore> &core);
    bool nextOfBatch(QueuedPlan &plan);

    const int m_number;
    Lease m_lease;
    std::thread m_thread;
    std::mutex m_batchMutex;
    PlanQueue m_batch; // under m_batchMutex
};

/// Names the calling thread for debuggers, `top` and the timeline.
void nameThisThread(const QString &name);

} // namespace heddle::detail
