#pragma once

#include "orm/execution/runner.h"
#include "orm/objects/database.h"

namespace heddle::detail {

/// Stands before a database's own runner in a handle of that database: what is run through it is
/// run in a certain way. Keeps the database open.
class RunnerInFront : public Runner {
public:
    explicit RunnerInFront(Database database) : m_database(std::move(database)) {}

    Stats stats() const override { return behind().stats(); }
    void setTraceSink(TraceSink *sink) override { behind().setTraceSink(sink); }
    void cancelSync(std::uint16_t traceThread) override { behind().cancelSync(traceThread); }
    bool inTransactionHere() const override { return behind().inTransactionHere(); }
    void shutdown(std::chrono::milliseconds within) override { behind().shutdown(within); }
    std::shared_ptr<Session> openSession(const PlanContext &context) override
    {
        return behind().openSession(context);
    }

protected:
    Runner &behind() const { return m_database.runner(); }

private:
    const Database m_database;
};

/// Sync plans are part of their thread's transaction; async ones cannot be, while it is open.
class JoiningRunner final : public RunnerInFront {
public:
    using RunnerInFront::RunnerInFront;
    /// The transaction is over: from now on everything runs as usual.
    void end() { m_ended.store(true, std::memory_order_relaxed); }

protected:
    void runHere(JobBase &job, const PlanContext &context) override;
    void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) override;

private:
    std::atomic<bool> m_ended{false};
};

/// Plans run on a connection of the pool, beside whatever transaction their thread or coroutine has
/// open.
class OutsideRunner final : public RunnerInFront {
public:
    using RunnerInFront::RunnerInFront;
    std::shared_ptr<Session> openSession(const PlanContext &context) override;

protected:
    void runHere(JobBase &job, const PlanContext &context) override;
    void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) override;
};

/// Async plans run in a session: the connection of an async transaction.
class SessionRunner final : public RunnerInFront {
public:
    SessionRunner(Database database, std::shared_ptr<Session> session)
        : RunnerInFront(std::move(database)), m_session(std::move(session))
    {
    }
    void end();
    std::shared_ptr<Session> openSession(const PlanContext &context) override;

protected:
    void runHere(JobBase &job, const PlanContext &context) override;
    void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) override;

private:
    const std::shared_ptr<Session> m_session;
    std::atomic<bool> m_ended{false};
};

} // namespace heddle::detail
