#include "orm/script/rowpipe.h"

#include <utility>

namespace heddle::script {

void RowPipe::tell(std::unique_lock<std::mutex> &lock)
{
    const std::function<void()> callback = std::exchange(m_callback, nullptr);
    lock.unlock();
    m_changed.notify_all();
    if (callback)
        callback();
}

bool RowPipe::put(RowBatchPtr batch)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_abandoned || m_letIn || m_ready.size() < kMost; });
    if (m_abandoned)
        return false;
    m_ready.push_back(std::move(batch));
    tell(lock);
    return true;
}

void RowPipe::finish(std::exception_ptr error)
{
    std::unique_lock lock(m_mutex);
    if (std::exchange(m_ended, true))
        return;
    m_error = std::move(error);
    tell(lock);
}

std::optional<RowPipe::Taken> RowPipe::take()
{
    std::unique_lock lock(m_mutex);
    if (!isReady())
        return std::nullopt;
    Taken taken;
    if (m_ready.empty()) {
        taken.error = m_error;
        return taken;
    }
    taken.batch = std::move(m_ready.front());
    m_ready.pop_front();
    lock.unlock();
    m_changed.notify_all();
    return taken;
}

void RowPipe::wait(std::chrono::milliseconds atMost)
{
    std::unique_lock lock(m_mutex);
    m_changed.wait_for(lock, atMost, [this] { return isReady(); });
}

void RowPipe::whenReady(std::function<void()> callback)
{
    {
        const std::lock_guard lock(m_mutex);
        if (!isReady()) {
            m_callback = std::move(callback);
            return;
        }
    }
    callback();
}

void RowPipe::letIn()
{
    {
        const std::lock_guard lock(m_mutex);
        m_letIn = true;
    }
    m_changed.notify_all();
}

bool RowPipe::isOver()
{
    const std::lock_guard lock(m_mutex);
    return m_ended || m_abandoned;
}

void RowPipe::abandon()
{
    {
        const std::lock_guard lock(m_mutex);
        m_abandoned = true;
        m_callback = nullptr;
    }
    m_changed.notify_all();
}

} // namespace heddle::script
