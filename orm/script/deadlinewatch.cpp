#include "orm/script/deadlinewatch.h"

#include "orm/execution/runner.h"
#include "orm/script/vm.h"

namespace heddle::script {

DeadlineWatch::DeadlineWatch(Machine &vm, std::chrono::steady_clock::time_point deadline)
    : m_vm(vm), m_deadline(deadline), m_thread([this] { run(); })
{
}

DeadlineWatch::~DeadlineWatch()
{
    {
        const std::lock_guard lock(m_mutex);
        m_quit = true;
    }
    m_ended.notify_all();
    m_thread.join();
}

void DeadlineWatch::run()
{
    const Database database = m_vm.database();
    std::unique_lock lock(m_mutex);
    m_ended.wait_until(lock, m_deadline, [this] { return m_quit; });
    while (!m_quit) {
        // A statement that was sent just after it was said has missed it; so it is said again.
        constexpr std::chrono::milliseconds kSayAgain{20};
        try {
            for (const std::uint16_t thread : m_vm.runningThreads())
                database.runner().cancelSync(thread);
        } catch (const OrmError &) {
            // The database was closed meanwhile: then nothing runs on it.
        }
        m_ended.wait_for(lock, kSayAgain, [this] { return m_quit; });
    }
}

} // namespace heddle::script
