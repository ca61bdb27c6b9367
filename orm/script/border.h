#pragma once

#include "orm/script/object.h"
#include "orm/script/vm.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <thread>

namespace heddle::script {

/// Work for one thread, which may come to it from any other; it also takes it up while it waits for
/// something else.
class SyncQueue {
public:
    // --- Any thread ---
    void post(std::function<void()> work);
    /// Makes the thread look at what it waits for.
    void wake();

    // --- Owner thread only ---
    /// Does what comes, until `done`, which is asked each time that there is nothing to do. `done`
    /// is called with the queue locked.
    void serve(const std::function<bool()> &done);

private:
    std::mutex m_mutex;
    std::condition_variable m_posted;
    std::deque<std::function<void()>> m_work;
};

/// A named thread behind a SyncQueue. Its sync connection is pinned to it.
class BorderThread {
public:
    explicit BorderThread(const QString &name);
    /// Waits for what is still to do.
    ~BorderThread();
    BorderThread(const BorderThread &) = delete;
    const std::shared_ptr<SyncQueue> &queue() const { return m_queue; }

private:
    std::shared_ptr<SyncQueue> m_queue = std::make_shared<SyncQueue>();
    std::atomic<bool> m_quit{false};
    std::thread m_thread; // last: it uses the others
};

/// The crossings between the sync and the async code of one script, with asgiref's meaning.
///
/// sync_to_async() runs a function on a thread without an event loop: on one and the same for
/// everything that is thread sensitive, which is the thread that called async_to_sync() where there
/// is one. async_to_sync() runs a coroutine on the event loop that the caller came from, or on one
/// of its own. Only one of all these threads works at a time (Turn); the others wait, for their
/// turn or for the database.
class Border {
public:
    explicit Border(Machine &vm);
    ~Border();
    Border(const Border &) = delete;

    /// Turn needed. A Future of the function's result; on the event loop's thread.
    Object callSync(const Object &function, Arguments arguments, bool threadSensitive,
                    const CallSite &site);
    /// Turn needed. Runs the coroutine to its end and gives its result; not on the event loop's
    /// thread.
    Object callAsync(const Object &coroutine);
    /// Turn needed, which is given up meanwhile. Returns when no function is under way on another
    /// thread; the event loop runs until then.
    void waitForAll();
    /// What a task inherits that this thread's sync code makes.
    TaskContext contextHere();

private:
    struct Crossing;
    std::shared_ptr<SyncQueue> queueOf(Side &side);
    std::shared_ptr<SyncQueue> queueFor(bool threadSensitive, std::size_t *freeThread);
    Object onRunningLoop(const Object &coroutine, const TaskContext &context);
    Object onOwnLoop(const Object &coroutine, const TaskContext &context);
    bool isBusy();
    void began();
    void ended(std::size_t freeThread);

    Machine &m_vm;
    std::mutex m_mutex;
    std::condition_variable m_changed;
    int m_underWay = 0;              // under m_mutex
    std::vector<std::size_t> m_idle; // under m_mutex: numbers of free threads
    std::unique_ptr<BorderThread> m_sensitive, m_loopThread;
    std::vector<std::unique_ptr<BorderThread>> m_free;
};

} // namespace heddle::script
