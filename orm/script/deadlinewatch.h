#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>

namespace heddle::script {

class Machine;

/// Ends the sync statements of a script whose time is up: the script itself looks at the clock only
/// between its instructions.
class DeadlineWatch {
public:
    DeadlineWatch(Machine &vm, std::chrono::steady_clock::time_point deadline);
    ~DeadlineWatch();
    DeadlineWatch(const DeadlineWatch &) = delete;

private:
    void run();
    Machine &m_vm;
    const std::chrono::steady_clock::time_point m_deadline;
    std::mutex m_mutex;
    std::condition_variable m_ended;
    bool m_quit = false;
    std::thread m_thread; // last: it uses the others
};

} // namespace heddle::script
