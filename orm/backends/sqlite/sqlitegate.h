#pragma once

#include <QString>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <vector>

namespace heddle {

/// Lets the connections of this process to one SQLite file take turns, so that they do not run into
/// each other's locks.
///
/// Writers go one at a time, in the order in which they came. Without a write-ahead log a writer
/// cannot commit while anybody reads, so there it also waits for the readers that there are, and
/// new ones wait for it.
class SqliteGate {
public:
    using Clock = std::chrono::steady_clock;
    enum class Wait { Entered, TimedOut, Cancelled };

    /// The gate of a database; the same object for everybody who names the same `key` (canonical
    /// path).
    static std::shared_ptr<SqliteGate> of(const QString &key);

    // All functions: any thread. `cancelled` ends the wait; whoever sets it calls wake().
    Wait enterWriter(const std::atomic<bool> &cancelled, std::chrono::milliseconds limit,
                     std::uint32_t connection);
    void leaveWriter();
    /// The connection whose turn it is to write; 0: none.
    std::uint32_t writer() const { return m_writer.load(std::memory_order_relaxed); }
    Wait enterReader(const std::atomic<bool> &cancelled, std::chrono::milliseconds limit);
    void leaveReader();
    /// For the writer, before what needs the file for itself: waits until nobody but its own
    /// `ownReads` reads. Must be followed by leaveExclusive() if it entered.
    Wait enterExclusive(int ownReads, const std::atomic<bool> &cancelled,
                        std::chrono::milliseconds limit);
    void leaveExclusive();
    void wake();

private:
    template <typename Condition>
    Wait waitFor(std::unique_lock<std::mutex> &lock, const std::atomic<bool> &cancelled,
                 std::chrono::milliseconds limit, Condition ready);

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::uint64_t m_nextTicket = 0;    // of the next writer that comes
    std::uint64_t m_turn = 0;          // the ticket that may write
    std::vector<std::uint64_t> m_gone; // tickets whose writer gave up before its turn
    std::atomic<std::uint32_t> m_writer{0};
    int m_readers = 0;
    bool m_exclusive = false;
};

} // namespace heddle
