#include "orm/script/eventloop.h"

#include "orm/execution/runner.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"

#include <algorithm>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr int kMostWorkUnderWay = 500; // a pool's queue holds more, but not without end

ScriptRaise cancelledError()
{
    return {Object::make<Exception>(exceptionType(u"CancelledError"_s), Objects())};
}

bool isCancellation(const Object &exception)
{
    return exception.as<Exception>()->type().name() == u"CancelledError";
}

} // namespace

EventLoop::EventLoop(Machine &vm) : m_vm(vm)
{
}

EventLoop::~EventLoop()
{
    for (const Object &pending : m_pending) {
        Future *future = pending.as<Future>();
        if (future->m_canceller)
            std::exchange(future->m_canceller, nullptr)(m_vm);
        future->m_loop = nullptr;
        future->m_fiber.reset();
        future->m_waiters.clear();
    }
}

Object EventLoop::newFuture()
{
    const Object made = Object::make<Future>(this);
    made.as<Future>()->m_pendingIndex = m_pending.size();
    m_pending.push_back(made);
    return made;
}

std::uint16_t EventLoop::lane() const
{
    return currentTask() ? m_current->m_lane : 0;
}

// --- Tasks ---

Object EventLoop::makeTask(std::unique_ptr<Fiber> fiber, const QString &name)
{
    Object made = newFuture();
    Future &task = *made.as<Future>();
    task.m_task = true;
    task.m_name = name;
    if (const Future *maker = currentTask())
        task.context = maker->context;
    task.m_warnings = m_vm.warningQueue();
    task.m_site = m_vm.site();
    task.m_startNs = monotonicNs();
    task.m_lane = m_vm.newLane();
    task.m_span = nextTraceId();
    fiber->lane = task.m_lane;
    fiber->span = task.m_span;
    task.m_fiber = std::move(fiber);
    made.heap()->setBytes(sizeof(Fiber) +
                          4 * sizeof(Frame)); // roughly, with what the loop keeps of it
    return made;
}

Objects EventLoop::tasks() const
{
    Objects all;
    for (const Object &pending : m_pending) {
        if (pending.as<Future>()->m_task)
            all.push_back(pending);
    }
    return all;
}

Object EventLoop::taskFor(const Object &awaitable, const QString &name)
{
    if (awaitable.isKind(Kind::Future))
        return awaitable;
    Coroutine *coroutine = awaitable.as<Coroutine>();
    if (!coroutine)
        throw TypeError(u"An asyncio.Future, a coroutine or an awaitable is required"_s);
    const QString called = name.isEmpty() ? coroutine->name() : name;
    if (!coroutine->isNative()) {
        auto fiber = std::make_unique<Fiber>();
        fiber->frames.push_back(coroutine->takeFrame());
        const Object task = makeTask(std::move(fiber), called);
        soon([this, task] { step(task); });
        return task;
    }
    // A native one starts with the loop's next round, as every task does; its work needs no lane of
    // its own.
    const Object outer = newFuture();
    Future &task = *outer.as<Future>();
    task.m_task = true;
    task.m_name = called;
    if (const Future *maker = currentTask())
        task.context = maker->context;
    task.m_warnings = m_vm.warningQueue();
    task.m_site = m_vm.site();
    task.m_lane = lane();
    task.m_span = currentTask() ? m_current->m_span : m_vm.span();
    soon([this, outer, start = coroutine->takeStart()] {
        Future &waiting = *outer.as<Future>();
        if (waiting.isDone())
            return;
        Future *before =
            std::exchange(m_current, &waiting); // the work belongs to the lane that made the task
        try {
            const Object inner = start(m_vm);
            m_current = before;
            waiting.onCancel([inner](Machine &vm) { inner.as<Future>()->cancel(vm); });
            inner.as<Future>()->whenDone(
                *this, [outer, inner] { outer.as<Future>()->follow(*inner.as<Future>()); });
        } catch (const ScriptRaise &raise) {
            m_current = before;
            waiting.fail(raise.exception);
        } catch (const OrmError &error) {
            m_current = before;
            waiting.fail(Exception::fromError(error));
        }
    });
    return outer;
}

Object EventLoop::futureFor(const Object &awaitable)
{
    if (awaitable.isKind(Kind::Future))
        return awaitable;
    if (Coroutine *coroutine = awaitable.as<Coroutine>())
        return coroutine->isNative() ? coroutine->takeStart()(m_vm) : taskFor(awaitable);
    throw TypeError(u"object %1 can't be used in 'await' expression"_s.arg(awaitable.typeName()));
}

void EventLoop::step(const Object &object)
{
    Future &task = *object.as<Future>();
    if (task.isDone() || !task.m_fiber)
        return;
    Fiber &fiber = *task.m_fiber;
    recordAwait(task);
    if (std::exchange(task.m_cancelRequested, false))
        fiber.throwing = cancelledError().exception;
    Future *before = std::exchange(m_current, &task);
    try {
        const Progress progress = m_vm.resume(fiber);
        m_current = before;
        if (progress == Progress::Finished) {
            task.finish(std::exchange(fiber.result, Object()));
        } else if (fiber.awaiting.as<Future>()->isPause()) {
            soon([this, object] { step(object); });
        } else {
            task.m_awaitNs = monotonicNs();
            task.m_awaitSite = {fiber.frames.back()->position().line,
                                fiber.frames.back()->position().column, nullptr};
            task.m_series = seriesOf(fiber);
            fiber.awaiting.as<Future>()->whenDone(*this, [this, object] { step(object); });
        }
    } catch (const ScriptRaise &raise) {
        m_current = before;
        const bool fatal = raise.exception.as<Exception>()->isFatal();
        if (isCancellation(raise.exception))
            task.setCancelled();
        else
            task.fail(raise.exception);
        if (fatal)
            throw;
    }
}

void EventLoop::settled(Future &future)
{
    if (future.m_pendingIndex < m_pending.size() &&
        m_pending[future.m_pendingIndex].heap() == &future) {
        std::swap(m_pending[future.m_pendingIndex], m_pending.back());
        m_pending[future.m_pendingIndex].as<Future>()->m_pendingIndex = future.m_pendingIndex;
        m_pending.pop_back();
    }
    if (future.m_startNs == 0)
        return;
    const TraceOutcome outcome = future.m_state == Future::State::Done ? TraceOutcome::Ok
                                 : future.m_state == Future::State::Failed
                                     ? TraceOutcome::Failed
                                     : TraceOutcome::Cancelled;
    record(TraceKind::Coroutine, future.m_startNs, future.m_site, future.m_name.toUtf8(),
           future.m_lane, m_vm.parentSpan, future.m_span, outcome);
}

/// The outermost await under way that is one of a series: the others wait on its behalf.
AwaitMember EventLoop::seriesOf(const Fiber &fiber)
{
    for (const FramePtr &frame : fiber.frames) {
        if (frame->code->series.empty() || frame->ip >= frame->code->instructions.size())
            continue;
        const Instruction &in = frame->code->instructions[frame->ip];
        if (in.op != Op::Await || in.a == 0)
            continue;
        const Position first = frame->code->series[std::size_t(in.b)];
        return {{first.line, first.column, nullptr}, in.a};
    }
    return {};
}

void EventLoop::recordAwait(Future &task)
{
    const std::int64_t startNs = std::exchange(task.m_awaitNs, 0);
    if (startNs == 0 || !m_vm.options.sink)
        return;
    TraceRecord r = spanRecord(TraceKind::Await, startNs, task.m_awaitSite, "await", task.m_lane);
    r.id = nextTraceId();
    r.parent = task.m_span;
    r.origin = task.m_series.first;
    r.digest = std::uint64_t(task.m_series.which);
    m_vm.options.sink->record(std::move(r));
}

void EventLoop::record(TraceKind kind, std::int64_t startNs, const CallSite &site,
                       const QByteArray &label, std::uint16_t lane, std::uint64_t parent,
                       std::uint64_t id, TraceOutcome outcome)
{
    if (!m_vm.options.sink)
        return;
    TraceRecord r = spanRecord(kind, startNs, site, label, lane);
    r.id = id;
    r.parent = parent;
    r.outcome = outcome;
    m_vm.options.sink->record(std::move(r));
}

/// From startNs until now, on this thread.
TraceRecord EventLoop::spanRecord(TraceKind kind, std::int64_t startNs, const CallSite &site,
                                  const QByteArray &label, std::uint16_t lane) const
{
    TraceRecord r;
    r.run = m_vm.options.run;
    r.kind = kind;
    r.async = true;
    r.thread = currentTraceThread();
    r.lane = lane;
    r.site = site;
    r.label = label;
    r.createdNs = startNs;
    r.releasedNs = monotonicNs();
    return r;
}

// --- Running ---

Object EventLoop::runUntilDone(std::unique_ptr<Fiber> fiber, const QString &name)
{
    const Object made = makeTask(std::move(fiber), name);
    Future &task = *made.as<Future>();
    task.m_startNs = 0; // the cell's own span stands for it
    task.m_span = task.m_fiber->span = m_vm.parentSpan;
    m_vm.mainLane = task.m_lane;
    soon([this, made] { step(made); });
    return runUntilDoneTask(made);
}

Object EventLoop::runUntilDone(const Object &awaitable, const TaskContext &context)
{
    const Object task = taskFor(awaitable);
    task.as<Future>()->context = context;
    return runUntilDoneTask(task);
}

void EventLoop::runWhile(const std::function<bool()> &busy)
{
    const AsyncSection section;
    ++m_depth;
    Future *before = std::exchange(m_current, nullptr);
    m_thread = currentTraceThread();
    try {
        while (busy()) {
            m_vm.checkLimits();
            runOnce(true);
        }
    } catch (const ScriptRaise &) {
        cancelAll(false);
    } catch (const OrmError &) {
        cancelAll(false);
    }
    --m_depth;
    m_current = before;
}

void EventLoop::soon(std::function<void()> callback)
{
    m_ready.push_back(std::move(callback));
    if (m_vm.side().besideLoop)
        m_mailbox->wake();
}

Object EventLoop::runUntilDoneTask(const Object &task)
{
    const AsyncSection section;
    ++m_depth;
    Future *before = std::exchange(m_current, nullptr);
    m_thread = currentTraceThread();
    try {
        while (!task.as<Future>()->isDone()) {
            m_vm.checkLimits();
            runOnce(true);
        }
    } catch (...) {
        --m_depth;
        m_current = before;
        cancelAll(false);
        throw;
    }
    --m_depth;
    m_current = before;
    return task.as<Future>()->take();
}

std::vector<std::function<void()>> EventLoop::nextNotes(std::optional<Clock::time_point> until,
                                                        bool wait)
{
    if (!wait)
        return m_mailbox->take(until, false);
    const Machine::Away away(m_vm);
    return m_mailbox->take(until, true);
}

void EventLoop::runOnce(bool wait)
{
    std::optional<Clock::time_point> until = m_vm.deadline();
    if (!m_timers.empty() && (!until || m_timers.begin()->first < *until))
        until = m_timers.begin()->first;
    for (auto &note : nextNotes(until, wait && m_ready.empty()))
        note();
    const Clock::time_point now = Clock::now();
    while (!m_timers.empty() && m_timers.begin()->first <= now) {
        m_ready.push_back(std::move(m_timers.begin()->second.callback));
        m_timers.erase(m_timers.begin());
    }
    // Only what is ready now: what these make ready waits for the next round, as in asyncio.
    for (std::size_t n = m_ready.size(); n > 0 && !m_ready.empty(); --n) {
        const auto callback = std::move(m_ready.front());
        m_ready.pop_front();
        callback();
    }
}

void EventLoop::cancelAll(bool warn)
{
    m_ready.clear();
    m_timers.clear();
    m_waitingWork.clear();
    for (const Object &pending : std::exchange(m_pending, {})) {
        Future &future = *pending.as<Future>();
        if (future.isDone())
            continue;
        if (warn && future.m_task)
            m_vm.warn(
                u"RuntimeWarning"_s,
                u"Task '%1' was still pending at the end and was cancelled"_s.arg(future.m_name),
                future.m_site);
        if (future.m_canceller)
            std::exchange(future.m_canceller, nullptr)(m_vm);
        future.m_fiber.reset();
        future.m_waiters.clear();
        future.setCancelled();
    }
    m_ready.clear();
}

std::uint64_t EventLoop::at(Clock::time_point when, std::function<void()> callback)
{
    m_timers.emplace(when, Timer{m_nextTimer, std::move(callback)});
    return m_nextTimer++;
}

void EventLoop::cancelTimer(std::uint64_t timer)
{
    for (auto it = m_timers.begin(); it != m_timers.end(); ++it) {
        if (it->second.id == timer) {
            m_timers.erase(it);
            return;
        }
    }
}

// --- Work elsewhere ---

Object EventLoop::startWork(StartWork start)
{
    const Object future = newFuture();
    if (m_workUnderWay >= kMostWorkUnderWay)
        m_waitingWork.push_back({future, std::move(start)});
    else
        begin(future, start);
    return future;
}

void EventLoop::begin(const Object &object, const StartWork &start)
{
    ++m_workUnderWay;
    Future *future = object.as<Future>();
    const auto resolve = [this, object, mailbox = m_mailbox,
                          vm = &m_vm](std::function<void(Machine &, Future &)> settle) {
        mailbox->post([this, object, vm, settle = std::move(settle)] {
            --m_workUnderWay;
            if (!object.as<Future>()->isDone()) {
                try {
                    settle(*vm, *object.as<Future>());
                } catch (const ScriptRaise &raise) {
                    object.as<Future>()->fail(raise.exception);
                } catch (const OrmError &error) {
                    object.as<Future>()->fail(Exception::fromError(error));
                } catch (const std::exception &error) {
                    object.as<Future>()->fail(
                        Exception::fromError(RuntimeError(QString::fromUtf8(error.what()))));
                }
            }
            startNext();
        });
    };
    try {
        auto cancel = start(resolve);
        future->onCancel([object, cancel = std::move(cancel)](Machine &) {
            if (cancel)
                cancel();
            object.as<Future>()->setCancelled();
        });
    } catch (...) {
        --m_workUnderWay;
        future->setCancelled();
        throw;
    }
}

void EventLoop::startNext()
{
    while (m_workUnderWay < kMostWorkUnderWay && !m_waitingWork.empty()) {
        const Work work = std::move(m_waitingWork.front());
        m_waitingWork.pop_front();
        if (work.future.as<Future>()->isDone())
            continue;
        try {
            begin(work.future, work.start);
        } catch (const ScriptRaise &raise) {
            work.future.as<Future>()->fail(raise.exception);
        } catch (const OrmError &error) {
            work.future.as<Future>()->fail(Exception::fromError(error));
        }
    }
}

// --- gather, wait_for, sleep ---

Object EventLoop::gather(const Objects &awaitables, bool returnExceptions)
{
    const Object outer = newFuture();
    if (awaitables.empty()) {
        outer.as<Future>()->finish(List::of({}));
        return outer;
    }
    auto children = std::make_shared<Objects>();
    auto left = std::make_shared<std::size_t>(awaitables.size());
    for (const Object &awaitable : awaitables)
        children->push_back(taskFor(awaitable));
    outer.as<Future>()->onCancel([children](Machine &vm) {
        for (const Object &child : *children)
            child.as<Future>()->cancel(vm);
    });
    const auto childDone = [outer, children, left, returnExceptions](std::size_t index) {
        Future &result = *outer.as<Future>();
        Future &child = *(*children)[index].as<Future>();
        --*left;
        if (result.isDone())
            return child.markRetrieved();
        if (!returnExceptions && child.state() == Future::State::Failed) {
            child.markRetrieved();
            return result.fail(child.exception());
        }
        if (!returnExceptions && child.state() == Future::State::Cancelled)
            return result.fail(cancelledError().exception);
        if (*left > 0)
            return;
        Objects results;
        for (const Object &one : *children) {
            try {
                results.push_back(one.as<Future>()->take());
            } catch (const ScriptRaise &raise) {
                results.push_back(isCancellation(raise.exception)
                                      ? Object::make<Exception>(exceptionType(u"CancelledError"_s),
                                                                Objects{Object::str("")})
                                      : raise.exception);
            }
        }
        result.finish(List::of(std::move(results)));
    };
    for (std::size_t i = 0; i < children->size(); ++i)
        (*children)[i].as<Future>()->whenDone(*this, [childDone, i] { childDone(i); });
    return outer;
}

Object EventLoop::waitFor(const Object &awaitable, double seconds)
{
    const Object inner = taskFor(awaitable), outer = newFuture();
    auto timedOut = std::make_shared<bool>(false);
    const auto delay = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(std::clamp(seconds, 0.0, 1e9)));
    const std::uint64_t timer = at(Clock::now() + delay, [this, inner, timedOut] {
        *timedOut = true;
        inner.as<Future>()->cancel(m_vm);
    });
    outer.as<Future>()->onCancel([inner](Machine &vm) { inner.as<Future>()->cancel(vm); });
    inner.as<Future>()->whenDone(*this, [this, inner, outer, timer, timedOut] {
        cancelTimer(timer);
        if (*timedOut && inner.as<Future>()->state() == Future::State::Cancelled)
            outer.as<Future>()->fail(
                Object::make<Exception>(exceptionType(u"TimeoutError"_s), Objects()));
        else
            outer.as<Future>()->follow(*inner.as<Future>());
    });
    return outer;
}

Object EventLoop::sleep(double seconds, const Object &result)
{
    const Object future = newFuture();
    if (!(seconds > 0)) {
        future.as<Future>()->finish(result);
        future.as<Future>()->setPause(true);
        return future;
    }
    const auto delay = std::chrono::duration_cast<Clock::duration>(
        std::chrono::duration<double>(std::min(seconds, 1e9)));
    const std::uint64_t parent = currentTask() ? m_current->m_span : 0;
    const auto done = [this, future, result, start = monotonicNs(), lane = lane(), parent,
                       site = m_vm.site()](bool cancelled) {
        if (future.as<Future>()->isDone())
            return;
        record(TraceKind::Sleep, start, site, "sleep", lane, parent, nextTraceId(),
               cancelled ? TraceOutcome::Cancelled : TraceOutcome::Ok);
        if (cancelled)
            future.as<Future>()->setCancelled();
        else
            future.as<Future>()->finish(result);
    };
    const std::uint64_t timer = at(Clock::now() + delay, [done] { done(false); });
    future.as<Future>()->onCancel([this, timer, done](Machine &) {
        cancelTimer(timer);
        done(true);
    });
    return future;
}

} // namespace heddle::script
