#include "orm/execution/cancelwatch.h"

#include "orm/execution/connectionthread.h"

#include <condition_variable>
#include <mutex>
#include <thread>
#include <vector>

namespace heddle::detail {

struct CancelWatch::State {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<std::function<bool()>> added;
    bool stop = false;
    std::thread thread;

    void loop()
    {
        std::vector<std::function<bool()>> watched; // this thread's own: looked at without the lock
        std::unique_lock lock(mutex);
        while (!stop) {
            if (watched.empty() && added.empty()) {
                changed.wait(lock);
                continue;
            }
            changed.wait_for(lock, std::chrono::milliseconds(10));
            watched.insert(watched.end(), std::make_move_iterator(added.begin()),
                           std::make_move_iterator(added.end()));
            added.clear();
            lock.unlock();
            std::erase_if(watched, [](const std::function<bool()> &look) { return !look(); });
            lock.lock();
        }
    }
};

std::shared_ptr<CancelWatch> CancelWatch::shared()
{
    static std::mutex mutex;
    static std::weak_ptr<CancelWatch> known;
    std::lock_guard lock(mutex);
    std::shared_ptr<CancelWatch> watch = known.lock();
    if (!watch) {
        watch = std::make_shared<CancelWatch>();
        known = watch;
    }
    return watch;
}

CancelWatch::CancelWatch() : m_state(std::make_shared<State>())
{
    m_state->thread = std::thread([state = m_state] {
        nameThisThread(QStringLiteral("heddle-watch"));
        state->loop();
    });
}

CancelWatch::~CancelWatch()
{
    std::thread thread;
    {
        std::lock_guard lock(m_state->mutex);
        m_state->stop = true;
        thread = std::move(m_state->thread);
    }
    m_state->changed.notify_all();
    // The last user may have gone inside a look.
    if (thread.get_id() == std::this_thread::get_id())
        thread.detach();
    else
        thread.join();
}

void CancelWatch::add(std::function<bool()> look)
{
    std::lock_guard lock(m_state->mutex);
    m_state->added.push_back(std::move(look));
    m_state->changed.notify_one();
}

} // namespace heddle::detail
