#include "orm/script/asyncioparts.h"
#include "orm/script/border.h"
#include "orm/script/callables.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"

#include <deque>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;
using Clock = std::chrono::steady_clock;

namespace {

Clock::time_point inSeconds(double seconds)
{
    return Clock::now() + std::chrono::duration_cast<Clock::duration>(
                              std::chrono::duration<double>(std::clamp(seconds, 0.0, 1e9)));
}

Object timeoutError()
{
    return Object::make<Exception>(exceptionType(u"TimeoutError"_s), Objects());
}

bool isCancellation(const Object &exception)
{
    return !exception.isEmpty() && exception.as<Exception>()->type().name() == u"CancelledError";
}

// --- timeout() ---

/// async with asyncio.timeout(s): the task that stands in the block is cancelled when the time is
/// up, and the block makes a TimeoutError of that.
class Timeout final : public Context {
public:
    explicit Timeout(std::optional<double> seconds) : m_seconds(seconds) {}
    QString typeName() const override { return u"Timeout"_s; }

    Object asyncEnter(Machine &vm) override
    {
        if (!m_task.isEmpty())
            throw RuntimeError(u"Timeout has already been entered"_s);
        m_task = Object::share(vm.loop().currentTask());
        m_cancelling = m_task.as<Future>()->cancelling();
        if (m_seconds)
            arm(vm);
        return doneFuture(vm, Object::share(this));
    }

    Object asyncExit(Machine &vm, const Object &exception) override
    {
        if (m_timer)
            vm.loop().cancelTimer(*std::exchange(m_timer, std::nullopt));
        Future &task = *m_task.as<Future>();
        if (m_expiring) {
            m_expired = true;
            if (task.uncancel() <= m_cancelling && isCancellation(exception)) {
                const Object failed = vm.loop().newFuture();
                failed.as<Future>()->fail(timeoutError());
                failed.as<Future>()->markRetrieved();
                return failed;
            }
        }
        return doneFuture(vm, Object::boolean(false));
    }

    void reschedule(Machine &vm, std::optional<double> seconds)
    {
        if (m_timer)
            vm.loop().cancelTimer(*std::exchange(m_timer, std::nullopt));
        m_seconds = seconds;
        if (!m_task.isEmpty() && seconds)
            arm(vm);
    }
    bool hasExpired() const { return m_expiring || m_expired; }
    Object attribute(Machine &vm, const QString &name) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override { visit(m_task); }

private:
    void arm(Machine &vm)
    {
        m_timer = vm.loop().at(inSeconds(*m_seconds), [this, self = Object::share(this), &vm] {
            m_timer.reset();
            m_expiring = true;
            m_task.as<Future>()->cancel(vm);
        });
    }

    std::optional<double> m_seconds;
    Object m_task;
    int m_cancelling = 0;
    std::optional<std::uint64_t> m_timer;
    bool m_expiring = false, m_expired = false;
};

Object timeoutExpired(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("expired", a).end();
    return Object::boolean(static_cast<Timeout *>(self.heap())->hasExpired());
}

double loopTime()
{
    return std::chrono::duration<double>(Clock::now().time_since_epoch()).count();
}

std::optional<double> delayFrom(const Object &object)
{
    return object.isNone() ? std::nullopt : std::optional<double>(secondsFrom(object));
}

Object timeoutReschedule(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("reschedule", a);
    std::optional<double> when = delayFrom(in.required("when"));
    in.end();
    if (when)
        when = *when - loopTime();
    static_cast<Timeout *>(self.heap())->reschedule(vm, when);
    return Object::none();
}

constexpr NativeEntry kTimeoutMethods[] = {{"expired", timeoutExpired},
                                           {"reschedule", timeoutReschedule}};

Object Timeout::attribute(Machine &, const QString &name)
{
    return methodFrom(kTimeoutMethods, Object::share(this), name);
}

Object timeout(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("timeout", a);
    const Object delay = in.required("delay");
    in.end();
    return Object::make<Timeout>(delayFrom(delay));
}

Object timeoutAt(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("timeout_at", a);
    std::optional<double> when = delayFrom(in.required("when"));
    in.end();
    if (when)
        when = *when - loopTime();
    return Object::make<Timeout>(when);
}

// --- wait() and as_completed() ---

enum class Until { All, FirstCompleted, FirstException };

Until untilFrom(const Object &object)
{
    const QString text = object.isStr() ? object.text() : QString();
    if (text == u"ALL_COMPLETED")
        return Until::All;
    if (text == u"FIRST_COMPLETED")
        return Until::FirstCompleted;
    if (text == u"FIRST_EXCEPTION")
        return Until::FirstException;
    throw ValueError(u"Invalid return_when value: %1"_s.arg(text));
}

Object setOf(Machine &vm, const Objects &objects)
{
    Object made = Object::make<Set>();
    for (const Object &object : objects)
        made.as<Set>()->add(vm, object);
    return made;
}

/// The two sets of wait(): who is done, and who is not.
Object sorted(Machine &vm, const Objects &tasks)
{
    Objects done, pending;
    for (const Object &task : tasks)
        (task.as<Future>()->isDone() ? done : pending).push_back(task);
    return Tuple::of({setOf(vm, done), setOf(vm, pending)});
}

bool isEnough(const Objects &tasks, Until until)
{
    bool all = true, any = false, failed = false;
    for (const Object &task : tasks) {
        const Future &future = *task.as<Future>();
        all = all && future.isDone();
        any = any || future.isDone();
        failed = failed || future.state() == Future::State::Failed;
    }
    return all || (until == Until::FirstCompleted && any) ||
           (until == Until::FirstException && failed);
}

Object startWaiting(Machine &vm, const Objects &tasks, std::optional<double> seconds, Until until)
{
    const Object outer = vm.loop().newFuture();
    const auto end = [tasks, outer, &vm] {
        if (!outer.as<Future>()->isDone())
            outer.as<Future>()->finish(sorted(vm, tasks));
    };
    if (isEnough(tasks, until)) {
        end();
        return outer;
    }
    std::optional<std::uint64_t> timer;
    if (seconds)
        timer = vm.loop().at(inSeconds(*seconds), end);
    outer.as<Future>()->onCancel([outer, timer, &vm](Machine &) {
        if (timer)
            vm.loop().cancelTimer(*timer);
        outer.as<Future>()->setCancelled();
    });
    for (const Object &task : tasks) {
        if (task.as<Future>()->isDone())
            continue;
        task.as<Future>()->whenDone(vm.loop(), [tasks, until, end, outer, timer, &vm] {
            if (outer.as<Future>()->isDone() || !isEnough(tasks, until))
                return;
            if (timer)
                vm.loop().cancelTimer(*timer);
            end();
        });
    }
    return outer;
}

Object wait(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("wait", a);
    const Object given = in.required("fs");
    const std::optional<double> seconds = delayFrom(in.keyword("timeout", Object::none()));
    const Until until = untilFrom(in.keyword("return_when", Object::str("ALL_COMPLETED")));
    in.end();
    if (given.isKind(Kind::Future) || given.isKind(Kind::Coroutine))
        throw TypeError(u"expect a list of futures, not %1"_s.arg(given.typeName()));
    const Objects tasks = listOf(vm, given);
    if (tasks.empty())
        throw ValueError(u"Set of Tasks/Futures is empty."_s);
    for (const Object &task : tasks) {
        if (task.isKind(Kind::Coroutine))
            throw TypeError(u"Passing coroutines is forbidden, use tasks explicitly."_s);
        if (!task.isKind(Kind::Future))
            throw TypeError(u"An asyncio.Future, a coroutine or an awaitable is required"_s);
    }
    return Object::make<Coroutine>(vm, u"wait"_s, [tasks, seconds, until](Machine &m) {
        return startWaiting(m, tasks, seconds, until);
    });
}

/// What as_completed() shares between its coroutines: results in the order in which they come.
struct Completed {
    std::deque<Object> done, waiting; // tasks; Futures of those who came before one was done
    std::optional<std::uint64_t> timer;
    bool timedOut = false;

    void arrived(const Object &task)
    {
        while (!waiting.empty()) {
            const Object first = waiting.front();
            waiting.pop_front();
            if (first.as<Future>()->isDone())
                continue;
            return first.as<Future>()->follow(*task.as<Future>());
        }
        done.push_back(task);
    }
};

Object asCompleted(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("as_completed", a);
    const Objects given = listOf(vm, in.required("fs"));
    const std::optional<double> seconds = delayFrom(in.keyword("timeout", Object::none()));
    in.end();
    requireLoop(vm);
    auto state = std::make_shared<Completed>();
    Objects coming;
    for (const Object &awaitable : given) {
        const Object task = vm.loop().taskFor(awaitable);
        task.as<Future>()->whenDone(vm.loop(), [state, task] { state->arrived(task); });
    }
    if (seconds) {
        state->timer = vm.loop().at(inSeconds(*seconds), [state] {
            state->timedOut = true;
            for (const Object &waiting : std::exchange(state->waiting, {}))
                waiting.as<Future>()->fail(timeoutError());
        });
    }
    for (std::size_t i = 0; i < given.size(); ++i) {
        coming.push_back(Object::make<Coroutine>(vm, u"as_completed"_s, [state](Machine &m) {
            const Object next = m.loop().newFuture();
            if (!state->done.empty()) {
                next.as<Future>()->follow(*state->done.front().as<Future>());
                state->done.pop_front();
            } else if (state->timedOut) {
                next.as<Future>()->fail(timeoutError());
            } else {
                state->waiting.push_back(next);
            }
            return next;
        }));
    }
    return iterateObject(vm, List::of(std::move(coming)));
}

// --- shield() and the rest ---

Object shield(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("shield", a);
    const Object awaitable = in.required("arg");
    in.end();
    requireLoop(vm);
    const Object inner = vm.loop().taskFor(awaitable);
    if (inner.as<Future>()->isDone())
        return inner;
    const Object outer = vm.loop().newFuture();
    outer.as<Future>()->onCancel([outer](Machine &) { outer.as<Future>()->setCancelled(); });
    inner.as<Future>()->whenDone(vm.loop(), [inner, outer] {
        if (!outer.as<Future>()->isDone())
            outer.as<Future>()->follow(*inner.as<Future>());
    });
    return outer;
}

Object currentTask(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader("current_task", a).end();
    requireLoop(vm);
    return vm.loop().currentTask() ? Object::share(vm.loop().currentTask()) : Object::none();
}

Object allTasks(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader("all_tasks", a).end();
    requireLoop(vm);
    return setOf(vm, vm.loop().tasks());
}

Object ensureFuture(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("ensure_future", a);
    const Object awaitable = in.required("coro_or_future");
    in.end();
    requireLoop(vm);
    return vm.loop().taskFor(awaitable);
}

Object makeFuture(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader("Future", a).end();
    requireLoop(vm);
    const Object future = vm.loop().newFuture();
    return future;
}

Object isCoroutineFunction(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("iscoroutinefunction", a);
    const Object function = in.required("func");
    in.end();
    const Function *script = function.as<Function>();
    return Object::boolean(script && script->code()->async);
}

Object isCoroutine(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("iscoroutine", a);
    const Object object = in.required("obj");
    in.end();
    return Object::boolean(object.isKind(Kind::Coroutine));
}

Object isFuture(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("isfuture", a);
    const Object object = in.required("obj");
    in.end();
    return Object::boolean(object.isKind(Kind::Future));
}

/// A thread of the script's own for a function, as sync_to_async(thread_sensitive=False) takes one.
Object toThread(Machine &vm, const Object &, Arguments &a)
{
    if (a.positional.empty())
        throw TypeError(u"to_thread() missing 1 required positional argument: 'func'"_s);
    const Object function = a.positional.front();
    Arguments rest = a;
    rest.positional.erase(rest.positional.begin());
    return Object::make<Coroutine>(vm, u"to_thread"_s,
                                   [function, rest, site = vm.site()](Machine &m) {
                                       return m.border().callSync(function, rest, false, site);
                                   });
}

/// asyncio.get_running_loop(): as much of it as there is.
class RunningLoop final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    RunningLoop() : HeapObject(kKind) {}
    QString typeName() const override { return u"EventLoop"_s; }
    Object attribute(Machine &, const QString &name) override;
};

Object time(Machine &, const Object &, Arguments &a)
{
    ArgumentReader("time", a).end();
    return Object::real(loopTime());
}

Object loopCreateTask(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("create_task", a);
    const Object awaitable = in.required("coro");
    const Object name = in.keyword("name", Object::none());
    in.end();
    return vm.loop().taskFor(awaitable, name.isStr() ? name.text() : QString());
}

constexpr NativeEntry kLoopMethods[] = {
    {"create_future", makeFuture}, {"create_task", loopCreateTask}, {"time", time}};

Object RunningLoop::attribute(Machine &, const QString &name)
{
    return methodFrom(kLoopMethods, Object::share(this), name);
}

Object getRunningLoop(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader("get_running_loop", a).end();
    requireLoop(vm);
    return Object::make<RunningLoop>();
}

constexpr NativeEntry kFunctions[] = {
    {"Future", makeFuture},
    {"all_tasks", allTasks},
    {"as_completed", asCompleted},
    {"current_task", currentTask},
    {"ensure_future", ensureFuture},
    {"get_running_loop", getRunningLoop},
    {"iscoroutine", isCoroutine},
    {"iscoroutinefunction", isCoroutineFunction},
    {"isfuture", isFuture},
    {"shield", shield},
    {"timeout", timeout},
    {"timeout_at", timeoutAt},
    {"to_thread", toThread},
    {"wait", wait},
};

} // namespace

std::span<const NativeEntry> waitingFunctions()
{
    return kFunctions;
}

} // namespace heddle::script
