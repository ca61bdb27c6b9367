#pragma once

#include <chrono>
#include <functional>
#include <memory>

struct pg_cancel;
struct pg_conn;

namespace heddle {

/// Asks the server to stop what runs on one connection.
///
/// libpq 15 can only do that blocking, over a connection of its own, so that each request runs on a
/// thread of its own; the pool's canceller never waits for a server. At most one is on its way at a
/// time. A request may reach the server after the statement has ended: whoever uses the connection
/// next calls settle() first, or the late cancel would hit the wrong query.
class PostgresCancel {
public:
    PostgresCancel();
    ~PostgresCancel();
    PostgresCancel(const PostgresCancel &) = delete;
    PostgresCancel &operator=(const PostgresCancel &) = delete;

    // --- Owner thread only ---
    /// Takes the server's address from an open connection.
    void setTarget(pg_conn *connection);
    /// The connection is closed: nothing of it is kept open.
    void clearTarget() noexcept;
    /// Called on the thread of each request when it is done; set before any can be made.
    void setWaker(std::function<void()> wake);
    /// Waits until no request is on its way. False if one still is after `patience`: then the
    /// connection must go.
    bool settle(std::chrono::milliseconds patience);
    /// Asks here and now, and waits for it.
    void requestNow();
    /// After settle(), once the server has been seen idle.
    void forget();

    // --- Any thread ---
    /// Whether a request was made since the last forget().
    bool wasRequested() const noexcept;
    /// Whether one has not come back yet.
    bool isOnItsWay() const;
    /// Makes a request unless one is on its way or has just been made; to be repeated, since the
    /// first may come before the statement has begun.
    void request() noexcept;

private:
    struct State;
    std::shared_ptr<State> m_state; // shared with a request that outlives the connection
};

} // namespace heddle
