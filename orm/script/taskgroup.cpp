#include "orm/script/asyncioparts.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/exceptiongroups.h"
#include "orm/script/natives.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

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
            done.fail(makeExceptionGroup(Object::str(u"unhandled errors in a TaskGroup"_s),
                                         std::move(m_errors)));
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

} // namespace

std::span<const NativeEntry> taskGroupFunctions()
{
    static constexpr NativeEntry functions[] = {{"TaskGroup", makeTaskGroup}};
    return functions;
}

} // namespace heddle::script
