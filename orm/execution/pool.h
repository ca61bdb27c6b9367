#pragma once

#include "orm/execution/connection.h"
#include "orm/execution/runner.h"

namespace heddle {

namespace detail {
class PoolCore;
}

/// A pool for blocking connections, whatever the database: each connection lives on one named
/// thread for its whole life.
///
/// Async plans wait in one bounded queue (first come, first served, interactive before background)
/// for workers "heddle-db-1", "heddle-db-2", ... that are started when they are needed. A plan
/// stays on the worker that took it. Sync plans run on the caller's thread and that thread's own
/// connection, opened on first use and closed when the thread ends or the pool shuts down.
class PinnedPool final : public Runner {
public:
    /// Makes a connection that is not open yet. Any thread.
    using Factory = std::function<std::unique_ptr<Connection>()>;

    PinnedPool(Factory factory, PoolOptions options);
    ~PinnedPool() override;

    Stats stats() const override;
    void setTraceSink(TraceSink *sink) override;
    void cancelSync(std::uint16_t traceThread) override;
    std::shared_ptr<Session> openSession(const PlanContext &context) override;
    bool inTransactionHere() const override;
    void shutdown(std::chrono::milliseconds within = std::chrono::milliseconds(2000)) override;

    /// At most so many threads have a connection of their own for sync calls.
    static constexpr int maxSyncConnections = 20;
    /// No pool of blocking connections has more workers than this, whatever its options say.
    static constexpr int maxWorkers = 20;

protected:
    void runHere(JobBase &job, const PlanContext &context) override;
    void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) override;

private:
    std::shared_ptr<detail::PoolCore> m_core; // outlives the pool while a thread still ends
};

} // namespace heddle
