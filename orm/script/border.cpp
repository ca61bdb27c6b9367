#include "orm/script/border.h"

#include "orm/script/errors.h"
#include "orm/script/eventloop.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

// --- SyncQueue ---

void SyncQueue::post(std::function<void()> work)
{
    {
        const std::lock_guard lock(m_mutex);
        m_work.push_back(std::move(work));
    }
    m_posted.notify_all();
}

void SyncQueue::wake()
{
    {
        const std::lock_guard lock(m_mutex);
    }
    m_posted.notify_all();
}

void SyncQueue::serve(const std::function<bool()> &done)
{
    for (;;) {
        std::function<void()> work;
        {
            std::unique_lock lock(m_mutex);
            m_posted.wait(lock, [&] { return !m_work.empty() || done(); });
            if (m_work.empty())
                return;
            work = std::move(m_work.front());
            m_work.pop_front();
        }
        work();
    }
}

// --- BorderThread ---

BorderThread::BorderThread(const QString &name)
    : m_thread([this, name] {
          setTraceThreadName(name);
          m_queue->serve([this] { return m_quit.load(); });
      })
{
}

BorderThread::~BorderThread()
{
    m_quit = true;
    m_queue->wake();
    m_thread.join();
}

// --- Border ---

namespace {

constexpr std::size_t kNotFree = std::size_t(-1);

/// Says at its end that what waits may go on, whatever became of what held it.
struct Done {
    explicit Done(std::shared_ptr<SyncQueue> waiter) : queue(std::move(waiter)) {}
    std::atomic<bool> done{false};
    const std::shared_ptr<SyncQueue> queue;
    void say()
    {
        done = true;
        queue->wake();
    }
};

struct SaysDone {
    explicit SaysDone(std::shared_ptr<Done> to) : done(std::move(to)) {}
    ~SaysDone() { done->say(); }
    SaysDone(const SaysDone &) = delete;
    const std::shared_ptr<Done> done;
};

/// What came of a call on another thread.
struct Outcome {
    Object result, exception;

    template <typename F>
    void run(F &&work)
    {
        try {
            result = work();
        } catch (const ScriptRaise &raise) {
            exception = raise.exception;
        } catch (const OrmError &error) {
            exception = Exception::fromError(error);
        } catch (const std::exception &error) {
            exception = Exception::fromError(RuntimeError(QString::fromUtf8(error.what())));
        }
    }
    Object take() const
    {
        if (!exception.isEmpty())
            throw ScriptRaise{exception};
        return result;
    }
    TraceOutcome traced() const
    {
        return exception.isEmpty() ? TraceOutcome::Ok : TraceOutcome::Failed;
    }
};

QString nameOf(Machine &vm, const Object &function)
{
    const QString shown = reprOf(vm, function);
    const QString inner = shown.section(u' ', 1, 1); // "<function f>"
    return shown.startsWith(u'<') && !inner.isEmpty() ? inner.section(u'>', 0, 0) : shown;
}

/// The mark that the timeline shows; of the thread that is crossed to.
struct Mark {
    std::uint64_t id = nextTraceId(), parent = 0;
    CallSite site;
    QByteArray label;
    bool toAsync = false;
    std::int64_t askedNs = monotonicNs(), beganNs = 0;
    std::uint16_t thread = 0;

    void record(Machine &vm, TraceOutcome outcome) const
    {
        if (!vm.options.sink)
            return;
        TraceRecord r;
        r.id = id;
        r.parent = parent;
        r.run = vm.options.run;
        r.kind = TraceKind::Crossing;
        r.outcome = outcome;
        r.async = toAsync;
        r.thread = thread;
        r.site = site;
        r.label = label;
        r.createdNs = askedNs;
        r.leasedNs = beganNs;
        r.releasedNs = monotonicNs();
        vm.options.sink->record(std::move(r));
    }
};

} // namespace

/// A function on its way to a thread without an event loop.
struct Border::Crossing {
    Object function;
    Arguments arguments;
    TaskContext context;
    Mark mark;
    std::atomic<bool> cancelled{false};

    Outcome run(Machine &vm, const std::shared_ptr<SyncQueue> &queue)
    {
        Side side;
        side.besideLoop = true;
        side.span = mark.id;
        side.site = mark.site;
        side.context = context;
        side.queue = queue;
        const Machine::Use use(vm, std::move(side));
        Outcome outcome;
        if (cancelled)
            return outcome;
        mark.thread = vm.side().thread;
        mark.beganNs = monotonicNs();
        outcome.run([&] {
            vm.checkLimits();
            const Object result = vm.call(function, std::move(arguments));
            if (Coroutine *coroutine = result.as<Coroutine>()) {
                coroutine->close();
                throw TypeError(u"sync_to_async can only be applied to sync functions."_s,
                                u"await it instead"_s);
            }
            return result;
        });
        mark.record(vm, outcome.traced());
        function = Object();
        return outcome;
    }
};

Border::Border(Machine &vm) : m_vm(vm)
{
}

Border::~Border() = default;

void Border::began()
{
    const std::lock_guard lock(m_mutex);
    ++m_underWay;
}

bool Border::isBusy()
{
    const std::lock_guard lock(m_mutex);
    return m_underWay > 0;
}

void Border::ended(std::size_t freeThread)
{
    {
        const std::lock_guard lock(m_mutex);
        --m_underWay;
        if (freeThread != kNotFree)
            m_idle.push_back(freeThread);
    }
    m_changed.notify_all();
}

void Border::waitForAll()
{
    if (!isBusy())
        return;
    m_vm.loop().runWhile([this] { return isBusy(); });
    const Machine::Away away(m_vm);
    std::unique_lock lock(m_mutex);
    m_changed.wait(lock, [this] { return m_underWay == 0; });
}

std::shared_ptr<SyncQueue> Border::queueFor(bool threadSensitive, std::size_t *freeThread)
{
    *freeThread = kNotFree;
    if (threadSensitive) {
        if (!m_sensitive)
            m_sensitive = std::make_unique<BorderThread>(u"sync_to_async"_s);
        return m_sensitive->queue();
    }
    // Each of them has a connection of its own, of which a database allows twenty.
    constexpr std::size_t kMostFreeThreads = 8;
    const std::lock_guard lock(m_mutex);
    if (m_idle.empty() && m_free.size() < kMostFreeThreads) {
        m_idle.push_back(m_free.size());
        m_free.push_back(
            std::make_unique<BorderThread>(u"sync_to_async-%1"_s.arg(m_free.size() + 1)));
    }
    if (m_idle.empty()) { // all are busy: one of them does it later
        static std::atomic<std::size_t> next{0};
        return m_free[next++ % m_free.size()]->queue();
    }
    *freeThread = m_idle.back();
    m_idle.pop_back();
    return m_free[*freeThread]->queue();
}

Object Border::callSync(const Object &function, Arguments arguments, bool threadSensitive,
                        const CallSite &site)
{
    const Future *task = m_vm.loop().currentTask();
    auto crossing = std::make_shared<Crossing>();
    crossing->mark.site = site;
    crossing->mark.parent = m_vm.span();
    crossing->mark.label = "sync_to_async(" + nameOf(m_vm, function).toUtf8() + ')';
    crossing->function = function;
    crossing->arguments = std::move(arguments);
    if (task)
        crossing->context = task->context;
    return m_vm.loop().startWork([this, crossing, threadSensitive](EventLoop::Resolve resolve) {
        std::size_t freeThread = kNotFree;
        std::shared_ptr<SyncQueue> queue =
            threadSensitive ? crossing->context.syncSide : std::shared_ptr<SyncQueue>();
        if (!queue)
            queue = queueFor(threadSensitive, &freeThread);
        began();
        queue->post([this, crossing, queue, resolve = std::move(resolve), freeThread] {
            const Outcome outcome = crossing->run(m_vm, queue);
            ended(freeThread); // before the loop hears of it, which may wait for just that
            resolve([outcome](Machine &, Future &out) {
                if (!outcome.exception.isEmpty())
                    out.fail(outcome.exception);
                else
                    out.finish(outcome.result.isEmpty() ? Object::none() : outcome.result);
            });
        });
        return std::function<void()>([crossing] { crossing->cancelled = true; });
    });
}

// --- The other way ---

std::shared_ptr<SyncQueue> Border::queueOf(Side &side)
{
    if (!side.queue)
        side.queue = std::make_shared<SyncQueue>();
    return side.queue;
}

TaskContext Border::contextHere()
{
    Side &side = m_vm.side();
    TaskContext context = side.context;
    if (!side.openBlocks.empty())
        context.left = side.openBlocks.back().scope;
    context.syncSide = nullptr;
    return context;
}

Object Border::callAsync(const Object &coroutine)
{
    TaskContext context = contextHere();
    context.syncSide = queueOf(m_vm.side());
    return m_vm.loop().isRunning() ? onRunningLoop(coroutine, context)
                                   : onOwnLoop(coroutine, context);
}

Object Border::onRunningLoop(const Object &coroutine, const TaskContext &context)
{
    EventLoop &loop = m_vm.loop();
    Mark mark;
    mark.site = m_vm.site();
    mark.parent = m_vm.span();
    mark.toAsync = true;
    mark.thread = loop.thread();
    mark.beganNs = mark.askedNs;
    const Object task = loop.taskFor(coroutine);
    mark.label = "async_to_sync(" + task.as<Future>()->name().toUtf8() + ')';
    task.as<Future>()->context = context;
    auto done = std::make_shared<Done>(context.syncSide);
    // What the loop drops without calling it, because it ends, is said as well.
    task.as<Future>()->whenDone(loop, [says = std::make_shared<SaysDone>(done)] {});
    loop.mailbox()->wake();
    {
        const Machine::Away away(m_vm);
        context.syncSide->serve([done] { return done->done.load(); });
    }
    const bool ok = task.as<Future>()->state() == Future::State::Done;
    mark.record(m_vm, ok ? TraceOutcome::Ok : TraceOutcome::Failed);
    m_vm.checkLimits();
    return task.as<Future>()->take();
}

Object Border::onOwnLoop(const Object &coroutine, const TaskContext &context)
{
    if (!m_loopThread)
        m_loopThread = std::make_unique<BorderThread>(u"async_to_sync"_s);
    Mark mark;
    mark.site = m_vm.site();
    mark.parent = m_vm.span();
    mark.toAsync = true;
    mark.label = "async_to_sync(" + coroutine.as<Coroutine>()->name().toUtf8() + ')';
    auto done = std::make_shared<Done>(context.syncSide);
    Outcome outcome;
    {
        const Machine::Away away(m_vm);
        m_loopThread->queue()->post([&, says = std::make_shared<SaysDone>(done)] {
            Side side;
            side.span = mark.id;
            side.site = mark.site;
            const Machine::Use use(m_vm, std::move(side));
            mark.thread = m_vm.side().thread;
            mark.beganNs = monotonicNs();
            outcome.run([&] {
                const Object result = m_vm.loop().runUntilDone(coroutine, context);
                m_vm.loop().cancelAll(false);
                return result;
            });
        });
        context.syncSide->serve([done] { return done->done.load(); });
    }
    mark.record(m_vm, outcome.traced());
    return outcome.take();
}

} // namespace heddle::script
