#include "orm/execution/gather.h"

namespace heddle::detail {

std::exception_ptr GatherCore::cancelledError()
{
    return std::make_exception_ptr(QueryCancelled(QStringLiteral("The query was cancelled.")));
}

void GatherCore::begin(int count, int window)
{
    {
        std::lock_guard lock(m_mutex);
        m_count = count;
        m_window = std::max(window, 1);
        if (count > 0) {
            m_watch = CancelWatch::shared();
            m_watch->add([weak = weak_from_this()] {
                const std::shared_ptr<GatherCore> self = weak.lock();
                if (!self)
                    return false;
                if (!self->isCanceled()) {
                    std::lock_guard lock(self->m_mutex);
                    return !self->m_completed;
                }
                self->cancelChildren();
                return false;
            });
        }
    }
    feed();
}

/// Starts children while there is room. A child that is ready at once ends inside startChild();
/// this loop, and not the stack, then goes on to the next.
void GatherCore::feed()
{
    std::unique_lock lock(m_mutex);
    if (m_feeding)
        return;
    m_feeding = true;
    while (m_next < m_count && m_running < m_window && !m_stopped) {
        const int index = m_next++;
        ++m_running;
        lock.unlock();
        std::function<void()> cancel;
        std::exception_ptr failure;
        try {
            cancel = startChild(index);
        } catch (...) {
            failure = std::current_exception();
        }
        if (failure)
            childEnded(failure);
        lock.lock();
        if (cancel && m_stopped) { // an error came while this one was being started
            lock.unlock();
            cancel();
            lock.lock();
        } else if (cancel) {
            m_cancels.push_back(std::move(cancel));
        }
    }
    m_feeding = false;
    if (!allEnded() || m_completed)
        return;
    m_completed = true;
    m_cancels.clear();
    const std::exception_ptr error = m_error;
    lock.unlock();
    complete(error);
}

void GatherCore::childEnded(std::exception_ptr error)
{
    bool first = false;
    {
        std::lock_guard lock(m_mutex);
        --m_running;
        first = error && !m_error;
        if (first)
            m_error = error;
    }
    if (first)
        cancelChildren();
    feed();
}

void GatherCore::cancelChildren()
{
    std::vector<std::function<void()>> cancels;
    {
        std::lock_guard lock(m_mutex);
        if (m_completed)
            return;
        m_stopped = true;
        if (!m_error)
            m_error = cancelledError();
        cancels.swap(m_cancels);
    }
    for (const std::function<void()> &cancel : cancels)
        cancel();
    feed();
}

} // namespace heddle::detail
