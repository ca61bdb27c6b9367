#include "orm/execution/executor.h"

#include <QObject>

namespace heddle {

namespace {

/// The Qt event loop of one thread. The work itself waits in a queue of our own behind a
/// std::mutex; Qt is only asked to wake the thread, so that sanitizers see the hand-over.
class EventLoopExecutor final : public Executor {
public:
    void post(std::function<void()> work) override
    {
        std::lock_guard lock(m_mutex);
        if (!m_context)
            return; // the thread has ended
        m_work.push_back(std::move(work));
        if (m_work.size() == 1)
            QMetaObject::invokeMethod(
                m_context.get(), [this] { drain(); }, Qt::QueuedConnection);
    }

    /// By the thread itself, at its end.
    void end()
    {
        std::deque<std::function<void()>> dropped;
        std::unique_ptr<QObject> context;
        std::lock_guard lock(m_mutex);
        dropped.swap(m_work);
        context.swap(m_context);
    }

private:
    void drain()
    {
        std::deque<std::function<void()>> work;
        {
            std::lock_guard lock(m_mutex);
            work.swap(m_work);
        }
        for (std::function<void()> &next : work)
            std::exchange(next, {})();
    }

    std::mutex m_mutex;
    std::unique_ptr<QObject> m_context =
        std::make_unique<QObject>(); // lives on the thread; under m_mutex
    std::deque<std::function<void()>> m_work;
};

struct ThreadExecutor {
    std::shared_ptr<Executor> scoped;
    std::shared_ptr<EventLoopExecutor> eventLoop;
    ~ThreadExecutor()
    {
        if (eventLoop)
            eventLoop->end();
    }
};

thread_local ThreadExecutor t_executor;

} // namespace

std::shared_ptr<Executor> Executor::current()
{
    if (t_executor.scoped)
        return t_executor.scoped;
    if (!t_executor.eventLoop)
        t_executor.eventLoop = std::make_shared<EventLoopExecutor>();
    return t_executor.eventLoop;
}

ExecutorScope::ExecutorScope(std::shared_ptr<Executor> executor)
    : m_before(std::move(t_executor.scoped))
{
    t_executor.scoped = std::move(executor);
}

ExecutorScope::~ExecutorScope()
{
    t_executor.scoped = std::move(m_before);
}

void LocalLoop::post(std::function<void()> work)
{
    std::lock_guard lock(m_mutex);
    m_work.push_back(std::move(work));
    m_posted.notify_one();
}

void LocalLoop::runUntil(const std::function<bool()> &done)
{
    while (!done()) {
        std::function<void()> next;
        {
            std::unique_lock lock(m_mutex);
            // A little at a time: what ends the wait may be a future that nobody of ours awaits.
            if (!m_posted.wait_for(lock, std::chrono::milliseconds(10),
                                   [this] { return !m_work.empty(); }))
                continue;
            next = std::move(m_work.front());
            m_work.pop_front();
        }
        next();
    }
}

} // namespace heddle
