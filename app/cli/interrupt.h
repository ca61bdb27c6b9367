#pragma once

#include <functional>
#include <mutex>

namespace heddle::app {

/// SIGINT as a polite request: what runs is asked to stop, and the program ends with status 130. A
/// second SIGINT, or one while nothing runs that could be asked, ends it at once.
class Interrupt {
public:
    /// Before any other thread is started: blocks the signal everywhere and waits for it on a
    /// thread of its own, so that `stop` may do more than a signal handler may.
    static void install();
    static bool wasRequested();

    /// While it lives, SIGINT calls `stop` (on another thread, and again every 50 ms) instead of
    /// ending the program.
    class Scope {
    public:
        explicit Scope(std::function<void()> stop);
        ~Scope();
        Scope(const Scope &) = delete;
        Scope &operator=(const Scope &) = delete;

    private:
        std::function<void()> m_before;
    };
};

} // namespace heddle::app
