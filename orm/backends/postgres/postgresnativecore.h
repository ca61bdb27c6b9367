#pragma once

#include "orm/backends/postgres/postgresnativeconnection.h"
#include "orm/execution/pool.h"

#include <condition_variable>
#include <list>
#include <thread>

namespace heddle {

/// What PostgresNativeRunner is made of: one thread, "heddle-io", that looks after all connections
/// of a pool with poll(), and the queue of plans that wait for one.
///
/// Plans, their statements and their decoding run on that thread, one step at a time; what would
/// wait runs elsewhere: connecting and cancelling on threads of their own, the takers of streams on
/// PostgresRowThreads. Shared by the runner, the thread, and whatever may outlast them.
class PostgresNativeCore final : public std::enable_shared_from_this<PostgresNativeCore> {
public:
    PostgresNativeCore(std::shared_ptr<const PostgresLocation> location, PoolOptions options);
    ~PostgresNativeCore();

    // --- Any thread ---
    void enqueue(std::unique_ptr<Runner::JobBase> job, const PlanContext &context);
    std::shared_ptr<Runner::Session> openSession(const PlanContext &context);
    /// Something has changed for that session.
    void touch(std::shared_ptr<PostgresNativeSession> session);
    PostgresPlanPtr makePlan(std::unique_ptr<Runner::JobBase> job, const PlanContext &context);
    Runner::Stats stats() const;
    void setTraceSink(TraceSink *sink) { m_sink.store(sink, std::memory_order_release); }
    /// Wakes the thread. Cheap if it is awake.
    void wake() noexcept;
    void beginShutdown(std::chrono::steady_clock::time_point deadline);
    void joinUntil(std::chrono::steady_clock::time_point deadline);

private:
    using Clock = std::chrono::steady_clock;
    using Lock = std::unique_lock<std::mutex>;
    using ConnectionPtr = std::unique_ptr<PostgresNativeConnection>;
    enum class Way { Shared, Held };

    /// A plan or session on its way to the thread, which makes a PostgresPlan of it: what that
    /// thread throws away again is better of its own making.
    struct Incoming {
        detail::QueuedPlan queued;
        TraceSink *sink = nullptr;
        std::shared_ptr<PostgresNativeSession> session;

        PostgresPlanPtr plan() &&;
        void fail(std::exception_ptr error);
    };

    /// A connection that has been made, or why not.
    struct Opened {
        std::unique_ptr<PostgresSession> session;
        std::uint32_t id = 0;
        std::exception_ptr error;
    };

    // The thread (postgresnativecore.cpp).
    void startThread(Lock &lock);
    void loop();
    void pollOnce();
    void rest();
    void serve(PostgresNativeConnection &connection, short happened);
    void takeIncoming();
    void admit(PostgresPlanPtr plan);
    void publish();
    void post(Incoming incoming);
    Incoming incoming(std::unique_ptr<Runner::JobBase> job, const PlanContext &context) const;

    // Who gets which connection (postgresnativequeue.cpp).
    void assign();
    bool assignFront(std::deque<PostgresPlanPtr> &queue);
    PostgresNativeConnection *idleConnection();
    PostgresNativeConnection *sharedConnection();
    void openMore();
    void open();
    void takeOpened(Opened opened);
    void displace(PostgresPlanPtr plan);
    void settle(PostgresPlanPtr plan, std::exception_ptr error);
    static Way wayOf(const PostgresPlan &plan);
    std::size_t queued() const { return m_interactive.size() + m_background.size(); }
    PoolExhausted exhausted(const QString &what) const;

    // Running them (postgresnativerun.cpp).
    void lease(PostgresNativeConnection &connection, const PlanContext &context, std::int64_t now);
    void share(PostgresNativeConnection &connection, PostgresPlanPtr plan);
    void shareOn(PostgresNativeConnection &connection, PostgresPlanPtr plan, std::int64_t now);
    void serveShared(PostgresNativeConnection &connection);
    void endOne(PostgresNativeConnection &connection, PostgresInFlight ended);
    void endPrepared(PostgresNativeConnection &connection, PostgresPreparing ended);
    void sharedIsLost(PostgresNativeConnection &connection);
    void goOnShared(PostgresNativeConnection &connection, PostgresPlanPtr plan);
    void hold(PostgresNativeConnection &connection, PostgresPlanPtr plan);
    void runHeld(PostgresNativeConnection &connection);
    bool beginStatement(PostgresNativeConnection &connection);
    void resumeWork(PostgresNativeConnection &connection);
    void endStatement(PostgresNativeConnection &connection);
    void endHeld(PostgresNativeConnection &connection);
    void idleSessionIsLost(PostgresNativeConnection &connection);
    void serveSession(PostgresNativeSession &session);
    void release(PostgresNativeConnection &connection);
    void check(PostgresNativeConnection &connection, Plan<bool> asking);
    void resumeCheck(PostgresNativeConnection &connection);
    void becomeIdle(PostgresNativeConnection &connection);
    void finish(PostgresPlanPtr plan) { m_finished.push_back(std::move(plan)); }
    void finishAll();

    // What is looked at from time to time (postgresnativewatch.cpp).
    void watch(std::int64_t now);
    void cancelWhatWasCancelled(PostgresNativeConnection &connection, std::int64_t now);
    void watchSession(PostgresNativeSession &session, std::int64_t now);
    void dropExpired(std::int64_t now);
    void stop();
    bool endedForShutdown();
    void abandon();
    bool isWatching() const;

    const std::shared_ptr<const PostgresLocation> m_location;
    const PoolOptions m_options;
    const int m_wakeUp; // an eventfd
    std::atomic<bool> m_woken{false};
    std::atomic<TraceSink *> m_sink{nullptr};
    std::atomic<int> m_openNow{0}, m_busyNow{0}, m_queuedNow{0}, m_incomingNow{0};

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    // All under m_mutex:
    std::vector<Incoming> m_incoming;
    std::vector<std::shared_ptr<PostgresNativeSession>> m_touched;
    std::vector<Opened> m_opened;
    std::thread m_thread;
    Clock::time_point m_deadline;
    bool m_stopping = false, m_ended = false, m_closed = false;

    // I/O thread only:
    std::list<ConnectionPtr> m_connections;
    std::deque<PostgresPlanPtr> m_interactive, m_background;
    std::vector<PostgresPlanPtr> m_finished;
    std::vector<Incoming> m_arriving;
    std::vector<std::shared_ptr<PostgresNativeSession>> m_touching;
    std::vector<std::weak_ptr<PostgresNativeSession>> m_sessions;
    PostgresRowThreads m_rowThreads;
    int m_opening = 0;
    std::int64_t m_openingSinceNs = 0; // the last of them
    bool m_stopped = false;            // has begun to shut down
    std::int64_t m_watchedNs = 0;
    double m_usualNs = 10'000'000; // a running mean of one read's time on its connection
};

} // namespace heddle
