#include "orm/backends/postgres/postgrescancel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <fcntl.h>
#include <libpq-fe.h>
#include <mutex>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace heddle {

namespace {

using Clock = std::chrono::steady_clock;

// A request is a whole connection to the server, so that they are repeated ever more seldom.
constexpr std::chrono::milliseconds firstPause{20}, longestPause{1000};
// A server that has not heard of it by then is not to be reached: the connection is given up.
constexpr std::chrono::seconds longestWait{5};

} // namespace

struct PostgresCancel::State {
    ~State()
    {
        PQfreeCancel(target);
        letGo();
    }

    /// Under the mutex, or by the last owner.
    void letGo()
    {
        if (socket >= 0)
            ::close(std::exchange(socket, -1));
    }

    void send()
    {
        char problem[256];
        // What it cannot do shows in the statement, which goes on; there is nobody to tell.
        PQcancel(target, problem, sizeof problem);
        const std::lock_guard lock(mutex);
        running = false;
        next = Clock::now() + pause;
        pause = std::min(pause * 2, longestPause);
        done.notify_all();
        if (wake)
            wake();
    }

    PGcancel *target = nullptr; // set before any request can be made
    std::function<void()> wake; // set before any request can be made
    std::atomic<bool> requested{false};
    std::mutex mutex;
    std::condition_variable done;
    bool running = false;
    Clock::time_point next, since; // since: of the first request for what runs now
    int socket = -1;               // the connection's own, duplicated: libpq may close its own
    std::chrono::milliseconds pause = firstPause;
};

PostgresCancel::PostgresCancel() : m_state(std::make_shared<State>())
{
}

PostgresCancel::~PostgresCancel() = default;

void PostgresCancel::setTarget(pg_conn *connection)
{
    auto state = std::make_shared<State>();
    state->target = PQgetCancel(connection);
    state->socket = ::fcntl(PQsocket(connection), F_DUPFD_CLOEXEC, 0);
    state->wake = m_state->wake;
    m_state = std::move(state);
}

void PostgresCancel::clearTarget() noexcept
{
    const std::lock_guard lock(m_state->mutex);
    m_state->letGo();
}

void PostgresCancel::setWaker(std::function<void()> wake)
{
    m_state->wake = std::move(wake);
}

bool PostgresCancel::isOnItsWay() const
{
    const std::lock_guard lock(m_state->mutex);
    return m_state->running;
}

bool PostgresCancel::settle(std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_state->mutex);
    return m_state->done.wait_for(lock, patience, [this] { return !m_state->running; });
}

void PostgresCancel::requestNow()
{
    m_state->requested.store(true);
    {
        std::unique_lock lock(m_state->mutex);
        m_state->done.wait(lock, [this] { return !m_state->running; });
        m_state->running = true;
    }
    m_state->send();
}

void PostgresCancel::forget()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->requested.store(false);
    m_state->pause = firstPause;
    m_state->next = m_state->since = {};
}

bool PostgresCancel::wasRequested() const noexcept
{
    return m_state->requested.load();
}

void PostgresCancel::request() noexcept
{
    try {
        const std::lock_guard lock(m_state->mutex);
        m_state->requested.store(true);
        const Clock::time_point now = Clock::now();
        if (m_state->since == Clock::time_point())
            m_state->since = now;
        if (now - m_state->since > longestWait && m_state->socket >= 0) {
            ::shutdown(m_state->socket, SHUT_RDWR); // whoever reads from it hears of its end
            m_state->letGo();
        }
        if (m_state->running || !m_state->target || Clock::now() < m_state->next)
            return;
        m_state->running = true;
        try {
            std::thread([state = m_state] { state->send(); }).detach();
        } catch (...) {
            m_state->running = false;
        }
    } catch (...) { // no thread to be had now: the canceller asks again
    }
}

} // namespace heddle
