#pragma once

#include <QString>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <thread>

namespace heddle::script {

/// A named thread that runs one piece of work after another. Its sync connection is pinned to it,
/// so it lives as long as its workbook.
class ScriptThread {
public:
    explicit ScriptThread(const QString &name);
    /// Waits for the work under way.
    ~ScriptThread();
    ScriptThread(const ScriptThread &) = delete;
    void post(std::function<void()> work);

private:
    void run(const QString &name);
    std::mutex m_mutex;
    std::condition_variable m_posted;
    std::deque<std::function<void()>> m_work;
    bool m_quit = false;
    std::thread m_thread; // last: it uses the others
};

} // namespace heddle::script
