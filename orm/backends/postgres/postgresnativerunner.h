#pragma once

#include "orm/execution/pool.h"

namespace heddle {

struct PostgresLocation;
class PostgresNativeCore;

/// PostgreSQL without a thread a connection: async plans run on one I/O thread over non-blocking
/// connections; sync ones on the caller's thread and its own blocking connection, as in every pool.
///
/// Autocommit reads whose result fits one batch are sent one behind the other on connections that
/// other reads use, once all connections are in use and reads have been quick. Streams, writes,
/// transactions, COPY and background work have a connection for themselves.
class PostgresNativeRunner final : public Runner {
public:
    PostgresNativeRunner(std::shared_ptr<const PostgresLocation> location, PoolOptions options);
    ~PostgresNativeRunner() override;

    Stats stats() const override;
    void setTraceSink(TraceSink *sink) override;
    void cancelSync(std::uint16_t traceThread) override;
    bool inTransactionHere() const override;
    std::shared_ptr<Session> openSession(const PlanContext &context) override;
    void shutdown(std::chrono::milliseconds within = std::chrono::milliseconds(2000)) override;

protected:
    void runHere(JobBase &job, const PlanContext &context) override;
    void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) override;

private:
    PinnedPool m_sync; // for sync calls alone: it never has a worker
    const std::shared_ptr<PostgresNativeCore> m_core;
};

} // namespace heddle
