#include "app/cli/interrupt.h"

#include "app/cli/cli.h"

#include <atomic>
#include <csignal>
#include <pthread.h>
#include <thread>
#include <unistd.h>
#include <utility>

namespace heddle::app {
namespace {

std::mutex mutex;
std::function<void()> stopNow; // guarded by mutex
std::atomic<bool> requested{false};

void waitForSignals()
{
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    for (;;) {
        // A request that came just before a statement was sent has missed it: it is repeated.
        constexpr timespec again{0, 50'000'000};
        const int signal =
            requested.load() ? sigtimedwait(&set, nullptr, &again) : sigwaitinfo(&set, nullptr);
        if (signal == SIGINT && requested.exchange(true))
            ::_exit(ExitInterrupted);
        const std::lock_guard lock(mutex);
        if (requested.load() && stopNow)
            stopNow();
        else if (signal == SIGINT)
            ::_exit(ExitInterrupted);
    }
}

} // namespace

void Interrupt::install()
{
    std::signal(SIGPIPE, SIG_IGN); // a closed pipe shows as an error of write()
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    std::thread(waitForSignals).detach();
}

bool Interrupt::wasRequested()
{
    return requested.load();
}

Interrupt::Scope::Scope(std::function<void()> stop)
{
    const std::lock_guard lock(mutex);
    m_before = std::exchange(stopNow, std::move(stop));
}

Interrupt::Scope::~Scope()
{
    const std::lock_guard lock(mutex);
    stopNow = std::move(m_before);
}

} // namespace heddle::app
