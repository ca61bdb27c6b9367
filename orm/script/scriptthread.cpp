#include "orm/script/scriptthread.h"

#include "orm/trace/trace.h"

namespace heddle::script {

ScriptThread::ScriptThread(const QString &name) : m_thread([this, name] { run(name); })
{
}

ScriptThread::~ScriptThread()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_posted.notify_one();
    m_thread.join();
}

void ScriptThread::post(std::function<void()> work)
{
    {
        const std::lock_guard lock(m_mutex);
        m_work.push_back(std::move(work));
    }
    m_posted.notify_one();
}

void ScriptThread::run(const QString &name)
{
    setTraceThreadName(name);
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(m_mutex);
            m_posted.wait(lock, [this] { return m_quit || !m_work.empty(); });
            if (m_work.empty())
                return;
            work = std::move(m_work.front());
            m_work.pop_front();
        }
        work();
    }
}

} // namespace heddle::script
