#pragma once

#include <QElapsedTimer>
#include <QObject>
#include <QTimer>
#include <algorithm>
#include <chrono>
#include <ctime>

namespace heddle::testing {

/// Shows whether the event loop of the thread that made it stayed alive: a timer ticks every
/// millisecond, and what lies between two ticks is how long the loop did not come round.
///
/// Two measures, because a loaded machine takes the processor away from everybody: longestGap() is
/// wall-clock time and includes that noise, longestBusy() is the thread's own processor time. A
/// call that blocks shows in the first only, a call that computes in both.
class EventLoopTicker final : public QObject {
public:
    explicit EventLoopTicker(QObject *parent = nullptr) : QObject(parent)
    {
        m_timer.setTimerType(Qt::PreciseTimer);
        m_timer.setInterval(1);
        connect(&m_timer, &QTimer::timeout, this, &EventLoopTicker::tick);
        restart();
    }

    /// Forgets what was measured so far.
    void restart()
    {
        m_longestGap = m_longestBusy = {};
        m_ticks = 0;
        m_wall.start();
        m_lastBusy = threadTime();
        m_timer.start();
    }

    /// Takes the time since the last tick into account as well: call it where the measured part
    /// ends.
    void stop()
    {
        tick();
        m_timer.stop();
    }

    std::chrono::nanoseconds longestGap() const { return m_longestGap; }
    std::chrono::nanoseconds longestBusy() const { return m_longestBusy; }
    int ticks() const { return m_ticks; }

private:
    static std::chrono::nanoseconds threadTime()
    {
        timespec now{};
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    }

    void tick()
    {
        const std::chrono::nanoseconds busy = threadTime();
        m_longestGap = std::max(m_longestGap, std::chrono::nanoseconds(m_wall.nsecsElapsed()));
        m_longestBusy = std::max(m_longestBusy, busy - m_lastBusy);
        m_wall.restart();
        m_lastBusy = busy;
        ++m_ticks;
    }

    QTimer m_timer;
    QElapsedTimer m_wall;
    std::chrono::nanoseconds m_lastBusy{};
    std::chrono::nanoseconds m_longestGap{};
    std::chrono::nanoseconds m_longestBusy{};
    int m_ticks = 0;
};

} // namespace heddle::testing
