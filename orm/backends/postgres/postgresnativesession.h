#pragma once

#include "orm/backends/postgres/postgresnativecore.h"

namespace heddle {

/// A connection that is kept for several plans, one after another: an async transaction's. It waits
/// in the pool's queue like a plan.
class PostgresNativeSession final : public Runner::Session,
                                    public std::enable_shared_from_this<PostgresNativeSession> {
public:
    PostgresNativeSession(std::shared_ptr<PostgresNativeCore> core, PlanContext context);
    ~PostgresNativeSession() override;

    // --- Any thread ---
    void enqueue(std::unique_ptr<Runner::JobBase> job, const PlanContext &context) override;
    void end() override;
    /// Ends it at once: what is queued fails with `why`.
    void abort(std::exception_ptr why);

    // --- I/O thread ---
    PostgresPlanPtr takePlan();
    /// Nothing is left to run, and nothing will come.
    bool isOver() const;

    const PlanContext context;
    PostgresNativeConnection *connection = nullptr;
    std::int64_t idleSinceNs = 0;
    bool warned = false, rolledBack = false;

private:
    const std::shared_ptr<PostgresNativeCore> m_core;
    mutable std::mutex m_mutex;
    std::deque<PostgresPlanPtr> m_queue; // under m_mutex
    std::exception_ptr m_refusal;        // under m_mutex; set: it takes no more plans
    bool m_ended = false;                // under m_mutex
};

} // namespace heddle
