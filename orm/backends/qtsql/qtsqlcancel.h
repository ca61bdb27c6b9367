#pragma once

#include "orm/backends/qtsql/qtsqllocation.h"

namespace heddle {

/// Asks a MariaDB server to stop what runs on one connection, by KILL QUERY on another.
///
/// That blocks, so that each request runs on a thread of its own; the pool's canceller never waits
/// for a server. At most one is on its way at a time. A request may reach the server after the
/// statement has ended: whoever uses the connection next calls settle() first, or the late one
/// would hit the wrong query.
class QtSqlCancel {
public:
    explicit QtSqlCancel(std::shared_ptr<const QtSqlLocation> location);

    // --- Owner thread only ---
    /// The number that the server gave an open connection.
    void setTarget(qint64 connectionId);
    /// Waits until no request is on its way. False if one still is after `patience`: then the
    /// connection must go.
    bool settle(std::chrono::milliseconds patience);
    /// After settle(), once the server has been seen idle.
    void forget();

    // --- Any thread ---
    /// Whether a request was made since the last forget().
    bool wasRequested() const noexcept;
    /// Makes a request unless one is on its way or has just been made; to be repeated, since the
    /// first may come before the statement has begun.
    void request() noexcept;

private:
    struct State;
    std::shared_ptr<State> m_state; // shared with a request that outlives the connection
};

} // namespace heddle
