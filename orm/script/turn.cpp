#include "orm/script/turn.h"

namespace heddle::script {

void Turn::take()
{
    std::unique_lock lock(m_mutex);
    const std::uint64_t mine = m_next++;
    m_waiting.fetch_add(1, std::memory_order_relaxed);
    m_passed.wait(lock, [&] { return m_served == mine; });
    m_waiting.fetch_sub(1, std::memory_order_relaxed);
    m_owner.store(std::this_thread::get_id(), std::memory_order_relaxed);
}

void Turn::pass()
{
    m_owner.store(std::thread::id(), std::memory_order_relaxed);
    {
        const std::lock_guard lock(m_mutex);
        ++m_served;
    }
    m_passed.notify_all();
}

} // namespace heddle::script
