#include "orm/backends/sqlite/sqlitegate.h"

#include <QHash>
#include <algorithm>

namespace heddle {

std::shared_ptr<SqliteGate> SqliteGate::of(const QString &key)
{
    static std::mutex mutex;
    static QHash<QString, std::weak_ptr<SqliteGate>> gates;
    std::lock_guard lock(mutex);
    std::weak_ptr<SqliteGate> &known = gates[key];
    std::shared_ptr<SqliteGate> gate = known.lock();
    if (!gate) {
        gate = std::make_shared<SqliteGate>();
        known = gate;
    }
    return gate;
}

template <typename Condition>
SqliteGate::Wait SqliteGate::waitFor(std::unique_lock<std::mutex> &lock,
                                     const std::atomic<bool> &cancelled,
                                     std::chrono::milliseconds limit, Condition ready)
{
    if (ready())
        return Wait::Entered;
    const bool ended = m_changed.wait_until(lock, Clock::now() + limit,
                                            [&] { return ready() || cancelled.load(); });
    if (ready())
        return Wait::Entered;
    return ended ? Wait::Cancelled : Wait::TimedOut;
}

SqliteGate::Wait SqliteGate::enterWriter(const std::atomic<bool> &cancelled,
                                         std::chrono::milliseconds limit, std::uint32_t connection)
{
    std::unique_lock lock(m_mutex);
    const std::uint64_t ticket = m_nextTicket++;
    const Wait result = waitFor(lock, cancelled, limit, [&] { return m_turn == ticket; });
    if (result == Wait::Entered)
        m_writer.store(connection, std::memory_order_relaxed);
    else
        m_gone.push_back(ticket);
    return result;
}

void SqliteGate::leaveWriter()
{
    std::lock_guard lock(m_mutex);
    m_writer.store(0, std::memory_order_relaxed);
    ++m_turn;
    for (auto gone = std::find(m_gone.begin(), m_gone.end(), m_turn); gone != m_gone.end();
         gone = std::find(m_gone.begin(), m_gone.end(), m_turn)) {
        m_gone.erase(gone);
        ++m_turn;
    }
    m_changed.notify_all();
}

SqliteGate::Wait SqliteGate::enterReader(const std::atomic<bool> &cancelled,
                                         std::chrono::milliseconds limit)
{
    std::unique_lock lock(m_mutex);
    const Wait result = waitFor(lock, cancelled, limit, [&] { return !m_exclusive; });
    if (result == Wait::Entered)
        ++m_readers;
    return result;
}

void SqliteGate::leaveReader()
{
    std::lock_guard lock(m_mutex);
    --m_readers;
    m_changed.notify_all();
}

SqliteGate::Wait SqliteGate::enterExclusive(int ownReads, const std::atomic<bool> &cancelled,
                                            std::chrono::milliseconds limit)
{
    std::unique_lock lock(m_mutex);
    m_exclusive = true; // new readers wait from here on, so that the writer's turn comes
    const Wait result = waitFor(lock, cancelled, limit, [&] { return m_readers <= ownReads; });
    if (result != Wait::Entered) {
        m_exclusive = false;
        m_changed.notify_all();
    }
    return result;
}

void SqliteGate::leaveExclusive()
{
    std::lock_guard lock(m_mutex);
    m_exclusive = false;
    m_changed.notify_all();
}

void SqliteGate::wake()
{
    std::lock_guard lock(m_mutex);
    m_changed.notify_all();
}

} // namespace heddle
