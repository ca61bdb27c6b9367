#include "orm/backends/qtsql/qtsqlcancel.h"

#include "orm/backends/qtsql/qtsqllink.h"

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace heddle {

namespace {

using Clock = std::chrono::steady_clock;

// A request is a whole connection to the server, so that they are repeated ever more seldom.
constexpr std::chrono::milliseconds firstPause{20}, longestPause{1000};

} // namespace

struct QtSqlCancel::State {
    void send() noexcept
    {
        try {
            QtSqlLink link(*location);
            if (link.open())
                link.run("KILL QUERY " + QByteArray::number(target.load()));
        } catch (...) { // it shows in the statement, which goes on; there is nobody to tell
        }
        const std::lock_guard lock(mutex);
        running = false;
        next = Clock::now() + pause;
        pause = std::min(pause * 2, longestPause);
        done.notify_all();
    }

    std::shared_ptr<const QtSqlLocation> location;
    std::atomic<qint64> target{0};
    std::atomic<bool> requested{false};
    std::mutex mutex;
    std::condition_variable done;
    bool running = false;
    Clock::time_point next;
    std::chrono::milliseconds pause = firstPause;
};

QtSqlCancel::QtSqlCancel(std::shared_ptr<const QtSqlLocation> location)
    : m_state(std::make_shared<State>())
{
    m_state->location = std::move(location);
}

void QtSqlCancel::setTarget(qint64 connectionId)
{
    m_state->target = connectionId;
}

bool QtSqlCancel::settle(std::chrono::milliseconds patience)
{
    std::unique_lock lock(m_state->mutex);
    return m_state->done.wait_for(lock, patience, [this] { return !m_state->running; });
}

void QtSqlCancel::forget()
{
    const std::lock_guard lock(m_state->mutex);
    m_state->requested = false;
    m_state->pause = firstPause;
    m_state->next = {};
}

bool QtSqlCancel::wasRequested() const noexcept
{
    return m_state->requested;
}

void QtSqlCancel::request() noexcept
{
    try {
        const std::lock_guard lock(m_state->mutex);
        m_state->requested = true;
        if (m_state->running || m_state->target == 0 || Clock::now() < m_state->next)
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
