#include "orm/backends/postgres/postgrescancel.h"

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <libpq-fe.h>
#include <mutex>
#include <thread>

namespace heddle {

namespace {

using Clock = std::chrono::steady_clock;

// A request is a whole connection to the server, so that they are repeated ever more seldom.
constexpr std::chrono::milliseconds firstPause{20}, longestPause{1000};

} // namespace

struct PostgresCancel::State {
    ~State() { PQfreeCancel(target); }

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
    Clock::time_point next;
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
    state->wake = m_state->wake;
    m_state = std::move(state);
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
    m_state->next = {};
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
