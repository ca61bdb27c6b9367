#pragma once

#include "orm/execution/aliasrunner.h"
#include "orm/execution/routing.h"

#include <deque>

namespace heddle::detail {

/// A copy of a database, and what is known of it. Any thread.
class Replica {
public:
    Replica(QString alias, std::unique_ptr<Runner> runner)
        : m_runner(std::move(alias), std::move(runner))
    {
    }
    const QString &alias() const { return m_runner.alias(); }
    AliasRunner &runner() { return m_runner; }
    bool isHealthy() const { return m_healthy.load(std::memory_order_relaxed); }
    RoutingRunner::ReplicaState state() const;

    /// Takes no more reads until the watch has found it well twice.
    void setDown(const QString &problem);
    void seen(bool well, std::chrono::milliseconds lag, const QString &problem);
    /// Nobody could ask it: all its connections were at work. Down if that goes on.
    void seenBusy();

private:
    AliasRunner m_runner;
    std::atomic<bool> m_healthy{true};
    mutable std::mutex m_mutex;
    RoutingRunner::ReplicaState m_state; // under m_mutex
    int m_wellInARow = 0;                // under m_mutex
    int m_busyInARow = 0;                // under m_mutex
};

/// Looks at the replicas from time to time, on a thread of its own.
class ReplicaWatch {
public:
    /// Until stop(); all must live so long.
    void run(Runner &primary, const std::vector<std::unique_ptr<Replica>> &replicas,
             const RoutingRunner::Options &options);
    void stop();

private:
    struct Sample {
        std::chrono::steady_clock::time_point at;
        qint64 written;
    };

    void look(Runner &primary, const std::vector<std::unique_ptr<Replica>> &replicas,
              const RoutingRunner::Options &options);
    void lookAt(Replica &replica, const RoutingRunner::Options &options);
    std::chrono::milliseconds lagOf(qint64 replayed) const;

    std::mutex m_mutex;
    std::condition_variable m_changed;
    bool m_stopping = false;
    std::deque<Sample> m_samples; // of the primary, the oldest first; the watch's thread only
};

} // namespace heddle::detail
