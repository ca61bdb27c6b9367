#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/natives.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

Object coroutine(Machine &vm, const char *name, Coroutine::Start start)
{
    return Object::make<Coroutine>(vm, QString::fromLatin1(name), std::move(start));
}

void requireLoop(Machine &vm)
{
    if (!vm.loop().isRunning())
        throw RuntimeError(u"no running event loop"_s);
}

Object gather(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("gather", a);
    const Object returnExceptions = in.keyword("return_exceptions", Object::boolean(false));
    const Objects awaitables = in.rest();
    in.end();
    requireLoop(vm);
    return vm.loop().gather(awaitables, truthOf(vm, returnExceptions));
}

Object createTask(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("create_task", a);
    const Object awaitable = in.required("coro");
    const Object name = in.keyword("name", Object::none());
    in.end();
    requireLoop(vm);
    if (!awaitable.isKind(Kind::Coroutine))
        throw TypeError(u"a coroutine was expected, got "_s + reprOf(vm, awaitable));
    return vm.loop().taskFor(awaitable, name.isStr() ? name.text() : QString());
}

double secondsFrom(const Object &object)
{
    if (!isNumber(object))
        throw TypeError(
            u"'%1' object cannot be interpreted as a number of seconds"_s.arg(object.typeName()));
    return doubleOf(object);
}

Object sleep(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("sleep", a);
    const double seconds = secondsFrom(in.required("delay"));
    const Object result = in.optional("result", Object::none());
    in.end();
    return coroutine(vm, "sleep",
                     [seconds, result](Machine &m) { return m.loop().sleep(seconds, result); });
}

Object waitFor(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("wait_for", a);
    const Object awaitable = in.required("fut"), timeout = in.required("timeout");
    in.end();
    if (timeout.isNone())
        return coroutine(vm, "wait_for",
                         [awaitable](Machine &m) { return m.loop().taskFor(awaitable); });
    const double seconds = secondsFrom(timeout);
    return coroutine(vm, "wait_for", [awaitable, seconds](Machine &m) {
        return m.loop().waitFor(awaitable, seconds);
    });
}

Object run(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("run", a);
    const Object main = in.required("main");
    in.optional("debug");
    in.end();
    if (vm.loop().isRunning())
        throw RuntimeError(u"asyncio.run() cannot be called from a running event loop"_s,
                           u"await it instead"_s);
    if (!main.isKind(Kind::Coroutine))
        throw ValueError(u"a coroutine was expected, got "_s + reprOf(vm, main));
    const Object result = vm.loop().runUntilDone(main);
    vm.loop().cancelAll(false);
    return result;
}

// --- TaskGroup ---

/// async with asyncio.TaskGroup() as tg: every task of it is done when the block is left; the first
/// error cancels the others.
class TaskGroup final : public Context {
public:
    QString typeName() const override { return u"TaskGroup"_s; }

    Object asyncEnter(Machine &vm) override
    {
        m_parent = vm.loop().currentTask() ? Object::share(vm.loop().currentTask()) : Object();
        m_entered = true;
        const Object ready = vm.loop().newFuture();
        ready.as<Future>()->finish(Object::share(this));
        return ready;
    }

    Object asyncExit(Machine &vm, const Object &exception) override
    {
        m_exiting = true;
        m_bodyException = exception;
        m_done = vm.loop().newFuture();
        m_done.as<Future>()->onCancel([self = Object::share(this), this](Machine &m) {
            abort(m);
            m_cancelled = true;
        });
        if (!exception.isEmpty())
            abort(vm);
        finishIfDone();
        return m_done;
    }

    Object attribute(Machine &, const QString &name) override;

    Object createTask(Machine &vm, const Object &coroutine, const QString &name)
    {
        if (!m_entered)
            throw RuntimeError(u"TaskGroup has not been entered"_s);
        if (m_exiting && m_left == 0)
            throw RuntimeError(u"TaskGroup is finished"_s);
        const Object task = vm.loop().taskFor(coroutine, name);
        m_tasks.push_back(task);
        ++m_left;
        task.as<Future>()->whenDone(vm.loop(), [self = Object::share(this), this, task, &vm] {
            taskDone(vm, *task.as<Future>());
        });
        return task;
    }

    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override
    {
        for (Objects *held : {&m_tasks, &m_errors}) {
            for (Object &object : *held)
                visit(object);
        }
        for (Object *held : {&m_parent, &m_done, &m_bodyException})
            visit(*held);
    }

private:
    void taskDone(Machine &vm, Future &task)
    {
        --m_left;
        task.markRetrieved();
        if (task.state() == Future::State::Failed) {
            m_errors.push_back(task.exception());
            if (!m_aborted) {
                abort(vm);
                // The block itself hears of it where it waits.
                if (!m_exiting && !m_parent.isEmpty()) {
                    m_cancelledParent = true;
                    m_parent.as<Future>()->cancel(vm);
                }
            }
        }
        finishIfDone();
    }

    void abort(Machine &vm)
    {
        m_aborted = true;
        for (const Object &task : m_tasks)
            task.as<Future>()->cancel(vm);
    }

    void finishIfDone()
    {
        if (!m_exiting || m_left > 0 || m_done.as<Future>()->isDone())
            return;
        Future &done = *m_done.as<Future>();
        const bool bodyCancelled =
            !m_bodyException.isEmpty() &&
            m_bodyException.as<Exception>()->type().name() == u"CancelledError";
        if (!m_bodyException.isEmpty() && !bodyCancelled)
            m_errors.push_back(m_bodyException);
        if (!m_errors.empty()) {
            done.fail(
                Object::make<Exception>(exceptionType(u"ExceptionGroup"_s),
                                        Objects{Object::str(u"unhandled errors in a TaskGroup"_s),
                                                List::of(std::move(m_errors))}));
        } else if (m_cancelled) {
            done.setCancelled();
        } else {
            done.finish(Object::boolean(bodyCancelled && m_cancelledParent));
        }
        m_tasks.clear();
    }

    Objects m_tasks, m_errors;
    Object m_parent, m_done, m_bodyException;
    int m_left = 0;
    bool m_entered = false, m_exiting = false, m_aborted = false, m_cancelledParent = false,
         m_cancelled = false;
};

Object groupCreateTask(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("create_task", a);
    const Object awaitable = in.required("coro");
    const Object name = in.keyword("name", Object::none());
    in.end();
    return static_cast<TaskGroup *>(self.heap())
        ->createTask(vm, awaitable, name.isStr() ? name.text() : QString());
}

constexpr NativeEntry kGroupMethods[] = {{"create_task", groupCreateTask}};

Object TaskGroup::attribute(Machine &, const QString &name)
{
    return methodFrom(kGroupMethods, Object::share(this), name);
}

Object makeTaskGroup(Machine &, const Object &, Arguments &a)
{
    ArgumentReader("TaskGroup", a).end();
    return Object::make<TaskGroup>();
}

constexpr NativeEntry kFunctions[] = {
    {"TaskGroup", makeTaskGroup},
    {"create_task", createTask},
    {"gather", gather},
    {"run", run},
    {"sleep", sleep},
    {"wait_for", waitFor},
};

Object member(Machine &, const QString &name)
{
    if (name == u"CancelledError" || name == u"TimeoutError")
        return exceptionType(name);
    return methodFrom(kFunctions, {}, name);
}

} // namespace

Object asyncioModule()
{
    return Object::make<Module>(u"asyncio"_s, member, namesOf(kFunctions));
}

Object gatherFunction()
{
    return methodFrom(kFunctions, {}, u"gather"_s);
}

} // namespace heddle::script
