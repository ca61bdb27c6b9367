#pragma once

#include "orm/execution/plan.h"

#include <chrono>
#include <memory>

struct pg_conn;
struct pg_result;

namespace heddle {

class PostgresCancel;

struct PostgresResultDeleter {
    void operator()(pg_result *result) const noexcept;
};
using PostgresResult = std::unique_ptr<pg_result, PostgresResultDeleter>;

/// What a piece of work on a connection waits for.
///
/// The work is a coroutine (a Plan whose requests are these). On a blocking connection it never
/// suspends: libpq waits. On one that must not block it suspends, and the thread that looks after
/// the socket resumes it once isReady(). So there is one implementation of preparing, reading and
/// copying for both.
class PostgresWait : public PlanBase::Request {
public:
    PostgresWait() = default;
    PostgresWait(const PostgresWait &) = delete;
    PostgresWait &operator=(const PostgresWait &) = delete;
    virtual ~PostgresWait();

    /// Reads and writes what the socket gives and takes at once. True: the work can go on.
    virtual bool isReady() = 0;
    /// What is waited for at the socket, as poll() has it; 0: something else, that wakes the
    /// thread by itself or is looked at every now and then.
    virtual short events() const = 0;

    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept
    {
        PlanBase::PromiseBase &root = *handle.promise().root;
        root.active = handle;
        root.pending = this;
    }
};

/// `co_await PostgresNext(connection)`: the next result, null at the end of a statement's.
class PostgresNext final : public PostgresWait {
public:
    explicit PostgresNext(pg_conn *connection) : m_connection(connection) {}
    bool isReady() override;
    short events() const override;

    bool await_ready();
    PostgresResult await_resume();

private:
    pg_conn *const m_connection;
    bool m_unsent = false;
};

/// `co_await PostgresFlushed(connection)`: what was written has gone out. Reads meanwhile, since a
/// server that cannot get rid of its answers takes nothing either. Suspends in any case, so that
/// whoever writes much does not keep the thread from its other connections.
class PostgresFlushed final : public PostgresWait {
public:
    explicit PostgresFlushed(pg_conn *connection) : m_connection(connection) {}
    bool isReady() override;
    short events() const override;

    bool await_ready();
    void await_resume() const noexcept {}

private:
    pg_conn *const m_connection;
};

/// `co_await PostgresReadable(connection)`: something more has come.
class PostgresReadable final : public PostgresWait {
public:
    explicit PostgresReadable(pg_conn *connection) : m_connection(connection) {}
    bool isReady() override;
    short events() const override;

    bool await_ready() const;
    void await_resume() const noexcept {}

private:
    pg_conn *const m_connection;
};

/// `co_await PostgresCancelSettled(...)`: no cancel request is on its way any more. False if one
/// still is after `patience`.
class PostgresCancelSettled final : public PostgresWait {
public:
    PostgresCancelSettled(pg_conn *connection, PostgresCancel &cancel,
                          std::chrono::milliseconds patience);
    bool isReady() override;
    short events() const override { return 0; }

    bool await_ready();
    bool await_resume() const;

private:
    pg_conn *const m_connection;
    PostgresCancel &m_cancel;
    const std::chrono::steady_clock::time_point m_until;
};

/// Where the rows of a stream go when the thread that reads them must not wait for whoever takes
/// them: `co_await outlet.room()` before more is read, `co_await outlet.drained()` at the end.
class PostgresOutlet : public PostgresWait {
public:
    PostgresOutlet &room()
    {
        m_wantsDrained = false;
        return *this;
    }
    PostgresOutlet &drained()
    {
        m_wantsDrained = true;
        return *this;
    }
    /// Throws what the taker has thrown, once drained.
    virtual void rethrow() = 0;
    short events() const override { return 0; }

    bool await_ready() { return isReady(); }
    void await_resume() const noexcept {}

protected:
    bool m_wantsDrained = false;
};

/// Runs work on a blocking connection, where it never suspends.
template <typename T>
T runBlocking(Plan<T> work)
{
    work.resume();
    return work.take();
}

} // namespace heddle
