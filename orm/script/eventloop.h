#pragma once

#include "orm/script/vm.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <map>

namespace heddle::script {

class Future;
struct AsyncScope;

/// Where other threads leave word for an event loop. Any thread; outlives the loop by whoever still
/// holds it.
class Mailbox {
public:
    void post(std::function<void()> note);
    void wake();
    /// Takes what is there; waits for something until the time, if nothing is.
    std::vector<std::function<void()>>
    take(std::optional<std::chrono::steady_clock::time_point> until, bool wait);

private:
    std::mutex m_mutex;
    std::condition_variable m_arrived;
    std::vector<std::function<void()>> m_notes;
    bool m_woken = false;
};

/// Of awaits that need nothing of each other (notation::awaitSeries()): where the first one stands,
/// and which this is, from 1. 0: of none.
struct AwaitMember {
    CallSite first;
    int which = 0;
};

/// A result to come: of a task, of gather(), of a query on its way. Belongs to its loop's thread.
class Future final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Future;
    enum class State { Pending, Done, Failed, Cancelled };
    explicit Future(EventLoop *loop) : HeapObject(kKind), m_loop(loop) {}
    ~Future() override;

    State state() const { return m_state; }
    bool isDone() const { return m_state != State::Pending; }
    /// sleep(0): done, but whoever awaits it lets the others have their turn first.
    bool isPause() const { return m_pause; }
    void setPause(bool pause) { m_pause = pause; }
    void finish(Object result);
    void fail(Object exception);
    /// Asks for the end: a task gets CancelledError where it waits, a query is stopped. False if it
    /// is done already.
    bool cancel(Machine &vm);
    /// Ends as cancelled.
    void setCancelled();
    /// The result, or throws what it failed with.
    Object take();
    const Object &exception() const { return m_exception; }
    /// Ends as the other one, which is done, did.
    void follow(Future &other);
    /// Somebody knows of its error.
    void markRetrieved() { m_retrieved = true; }
    const QString &name() const { return m_name; }
    void setName(const QString &name) { m_name = name; }
    bool isTask() const { return m_task; }
    /// How often cancel() was called and not taken back.
    int cancelling() const { return m_cancelling; }
    int uncancel()
    {
        m_cancelling = std::max(0, m_cancelling - 1);
        return m_cancelling;
    }
    /// Forgets callbacks that were added for that function; how many there were.
    int removeCallbacks(Machine &vm, const Object &function);
    void addCallback(Machine &vm, const Object &function);
    /// Of a task: what the tasks and calls that it makes inherit.
    TaskContext context;
    /// Calls it in one of that loop's next rounds; at the latest when this is done.
    void whenDone(EventLoop &loop, std::function<void()> then);
    void onCancel(std::function<void(Machine &)> canceller) { m_canceller = std::move(canceller); }

    QString typeName() const override
    {
        return m_task ? QStringLiteral("Task") : QStringLiteral("Future");
    }
    QString repr(Machine &vm) override;
    bool truth(Machine &) override { return true; }
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;
    Object copyFor(Copier &copier) const override;

private:
    friend class EventLoop;
    void settle(State state);
    State m_state = State::Pending;
    Object m_result, m_exception;
    std::vector<std::pair<EventLoop *, std::function<void()>>> m_waiters;
    std::function<void(Machine &)> m_canceller;
    EventLoop *m_loop;                        // null in a copy for another thread
    std::shared_ptr<WarningQueue> m_warnings; // of a task: an error that nobody asks for is told
    CallSite m_site;
    bool m_task = false, m_retrieved = false, m_pause = false;
    // A task's own:
    std::unique_ptr<Fiber> m_fiber;
    bool m_cancelRequested = false;
    int m_cancelling = 0;
    Objects m_callbacks; // functions of the script that hear of the end
    std::int64_t m_startNs = 0, m_awaitNs = 0;
    CallSite m_awaitSite;
    AwaitMember m_series;
    std::size_t m_pendingIndex = 0; // among the loop's
    std::uint16_t m_lane = 0;
    std::uint64_t m_span = 0;
    QString m_name;
};

/// What calling an `async def` or an `a` method gives: cold until somebody awaits, gathers or makes
/// a task of it.
class Coroutine final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Coroutine;
    /// Starts the work and gives the Future of its result.
    using Start = std::function<Object(Machine &)>;
    Coroutine(Machine &vm, QString name, Start start);
    Coroutine(Machine &vm, QString name, FramePtr frame);
    ~Coroutine() override;

    const QString &name() const { return m_name; }
    /// A copy for another thread: used up, since its work belongs to the loop of this one.
    Coroutine(QString name, bool native);
    bool isNative() const { return m_native; }
    /// Both throw RuntimeError "cannot reuse already awaited coroutine" the second time.
    FramePtr takeFrame();
    Start takeStart();
    void close();

    QString typeName() const override { return QStringLiteral("coroutine"); }
    QString repr(Machine &) override;
    Object attribute(Machine &vm, const QString &name) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;
    Object copyFor(Copier &copier) const override;

private:
    void use();
    QString m_name;
    FramePtr m_frame;
    Start m_start;
    bool m_native = false, m_used = false;
    std::shared_ptr<WarningQueue> m_warnings;
    CallSite m_site;
};

/// What `async for` walks along, where its rows do not lie there all at once.
class AsyncIterator : public HeapObject {
public:
    AsyncIterator() : HeapObject(Kind::Other) {}
    /// An awaitable after which next() need not wait; empty: it need not now.
    virtual Object ready(Machine &vm) = 0;
};

/// What `with` and `async with` work on.
class Context : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Context;
    Context() : HeapObject(kKind) {}
    virtual Object enter(Machine &vm);
    /// `exception` is empty after a normal end. True: the exception goes no further.
    virtual bool exit(Machine &vm, const Object &exception);
    /// The asynchronous twins give an awaitable of the same.
    virtual Object asyncEnter(Machine &vm);
    virtual Object asyncExit(Machine &vm, const Object &exception);
};

/// Warnings of objects that die unawaited, on whatever thread that is.
struct WarningQueue {
    std::mutex mutex;
    std::vector<ScriptWarning> warnings;
    void add(ScriptWarning warning);
};

/// asyncio's loop, as far as the notation goes: tasks, timers, and queries that run elsewhere.
/// Owner thread only, but for the mailbox.
class EventLoop {
public:
    explicit EventLoop(Machine &vm);
    ~EventLoop();
    EventLoop(const EventLoop &) = delete;

    bool isRunning() const { return m_depth > 0; }
    /// Runs a fiber as a task, and everything else that is ready, until it ends; gives its result
    /// or throws what ended it.
    Object runUntilDone(std::unique_ptr<Fiber> fiber, const QString &name);
    Object runUntilDone(const Object &awaitable, const TaskContext &context = {});
    /// Runs what is ready as long as `busy` says so. A limit ends every task, and it, without an
    /// error.
    void runWhile(const std::function<bool()> &busy);

    /// A task of a coroutine; a Future is handed back as it is. Throws TypeError for anything else.
    Object taskFor(const Object &awaitable, const QString &name = {});
    /// What `await x` waits for, started: of a native coroutine or a Future. Throws TypeError for
    /// what cannot be awaited.
    Object futureFor(const Object &awaitable);
    /// A Future that some other thread will finish. `start` is called now, or, where too many are
    /// on their way, later; it gets the function that finishes it: from any thread, with what to do
    /// on the loop's thread.
    using Resolve = std::function<void(std::function<void(Machine &, Future &)>)>;
    using StartWork = std::function<std::function<void()>(Resolve)>; // gives the canceller
    Object startWork(StartWork start);

    Object gather(const Objects &awaitables, bool returnExceptions);
    Object waitFor(const Object &awaitable, double seconds);
    Object sleep(double seconds, const Object &result);
    Object newFuture();
    /// A Future of this loop has ended.
    void settled(Future &future);
    static AwaitMember seriesOf(const Fiber &fiber);
    void recordAwait(Future &task);
    TraceRecord spanRecord(TraceKind kind, std::int64_t startNs, const CallSite &site,
                           const QByteArray &label, std::uint16_t lane) const;
    /// A span that a script's coroutine spent waiting.
    void record(TraceKind kind, std::int64_t startNs, const CallSite &site, const QByteArray &label,
                std::uint16_t lane, std::uint64_t parent, std::uint64_t id, TraceOutcome outcome);
    void soon(std::function<void()> callback);
    std::uint64_t at(std::chrono::steady_clock::time_point when, std::function<void()> callback);
    void cancelTimer(std::uint64_t timer);

    /// Those that are not done.
    Objects tasks() const;
    std::uint16_t lane() const;
    /// The task that runs, of whoever asks on the loop's thread; null for sync code beside it.
    Future *currentTask() const { return m_vm.side().besideLoop ? nullptr : m_current; }
    /// The thread that runs it, as traces number it; 0: none.
    std::uint16_t thread() const { return m_thread; }
    const std::shared_ptr<Mailbox> &mailbox() const { return m_mailbox; }
    /// Cancels what is pending and lets it end. `warn`: say so.
    void cancelAll(bool warn);

private:
    void runOnce(bool wait);
    std::vector<std::function<void()>>
    nextNotes(std::optional<std::chrono::steady_clock::time_point> until, bool wait);
    void step(const Object &task);
    void resumeLater(const Object &task);
    Object makeTask(std::unique_ptr<Fiber> fiber, const QString &name);
    Object runUntilDoneTask(const Object &task);
    void startNext();
    void begin(const Object &future, const StartWork &start);

    Machine &m_vm;
    std::shared_ptr<Mailbox> m_mailbox = std::make_shared<Mailbox>();
    std::deque<std::function<void()>> m_ready;
    struct Timer {
        std::uint64_t id;
        std::function<void()> callback;
    };
    std::multimap<std::chrono::steady_clock::time_point, Timer> m_timers;
    std::uint64_t m_nextTimer = 1;
    std::vector<Object> m_pending; // every Future that is not done
    Future *m_current = nullptr;
    int m_depth = 0;
    std::uint16_t m_thread = 0;
    struct Work {
        Object future;
        StartWork start;
    };
    std::deque<Work> m_waitingWork;
    int m_workUnderWay = 0;
};

} // namespace heddle::script
