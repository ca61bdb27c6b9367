#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>

namespace heddle {

/// Where a suspended coroutine goes on: a place that runs functions one after another on one
/// thread.
class Executor {
public:
    virtual ~Executor() = default;
    /// Any thread. `work` is called later on the executor's thread, or destroyed without a call if
    /// that has ended.
    virtual void post(std::function<void()> work) = 0;

    /// The one of the calling thread: that of the innermost ExecutorScope, or the thread's Qt event
    /// loop.
    static std::shared_ptr<Executor> current();
};

/// Makes an executor the current one of this thread for a scope.
class ExecutorScope {
public:
    explicit ExecutorScope(std::shared_ptr<Executor> executor);
    ~ExecutorScope();
    ExecutorScope(const ExecutorScope &) = delete;

private:
    std::shared_ptr<Executor> m_before;
};

/// An executor without Qt's event loop, for a thread that has nothing else to do.
class LocalLoop final : public Executor {
public:
    void post(std::function<void()> work) override;
    /// Runs what is posted on the calling thread until `done()` is true; it is asked after each
    /// piece of work.
    void runUntil(const std::function<bool()> &done);

private:
    std::mutex m_mutex;
    std::condition_variable m_posted;
    std::deque<std::function<void()>> m_work; // under m_mutex
};

} // namespace heddle
