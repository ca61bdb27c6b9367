#pragma once

#include "orm/backends/postgres/postgresexecution.h"
#include "orm/execution/connectionthread.h"
#include "orm/execution/statementtrace.h"

namespace heddle {

class PostgresNativeSession;

/// A plan on the thread that looks after all connections: between its statements it is moved from
/// owner to owner (queue, connection, pipeline), and only one of them has it.
class PostgresPlan {
public:
    PostgresPlan(detail::QueuedPlan queued, TraceSink *sink)
        : m_queued(std::move(queued)), waitingSinceNs(m_queued.queuedNs),
          trace(sink, m_queued.context, m_queued.queuedNs, m_queued.queuedNs, true)
    {
    }
    PostgresPlan(const PostgresPlan &) = delete;
    PostgresPlan &operator=(const PostgresPlan &) = delete;

    Runner::JobBase &job() { return *m_queued.job; }
    const PlanContext &context() const { return m_queued.context; }

    /// Runs on to its next statement.
    void resume()
    {
        started = true;
        try {
            request = job().resume();
        } catch (...) {
            request = nullptr;
            broken = std::current_exception();
        }
    }
    /// Hands over what became of it: after its end.
    void finish()
    {
        trace.release();
        if (broken)
            job().fail(broken);
        else
            job().finish();
    }
    /// Ends it without its having had a connection, or after one that did not work out.
    void fail(std::exception_ptr error)
    {
        trace.release();
        job().fail(error);
    }
    bool isCanceled() const { return m_queued.job->isCanceled(); }

private:
    detail::QueuedPlan m_queued; // the trace looks at its context

public:
    PlanBase::Request *request = nullptr; // what it waits for; null: nothing more
    std::exception_ptr broken;            // set: the plan itself could not go on
    bool started = false;
    bool sharable = true;  // false: its next statement wants a connection for itself
    bool failed = false;   // one of its statements has failed
    bool wasStale = false; // what was prepared for it was gone; a second time that is its error
    std::int64_t waitingSinceNs;
    /// Set: not a plan, but a session that waits for a connection.
    std::shared_ptr<PostgresNativeSession> session;
    detail::StatementTrace trace;
    /// While its statement is among others on a connection. Looks at the request's statement.
    std::optional<PostgresExecution> execution;
};
using PostgresPlanPtr = std::unique_ptr<PostgresPlan>;

} // namespace heddle
