#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

namespace heddle::script {

/// Whose turn it is to work with a script's objects: one thread's at a time, in the order in which
/// they asked. Any thread.
///
/// Scripts have several threads only where they cross the border between sync and async code; all
/// others take it once a run and wait for nobody.
class Turn {
public:
    void take();
    void pass();
    bool isMine() const
    {
        return m_owner.load(std::memory_order_relaxed) == std::this_thread::get_id();
    }
    /// Somebody waits while this thread has it.
    bool isWanted() const { return m_waiting.load(std::memory_order_relaxed) > 0; }

private:
    std::mutex m_mutex;
    std::condition_variable m_passed;
    std::uint64_t m_next = 0, m_served = 0; // numbers that were drawn, and whose turn it is
    std::atomic<int> m_waiting{0};
    std::atomic<std::thread::id> m_owner{};
};

} // namespace heddle::script
