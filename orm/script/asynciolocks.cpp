#include "orm/script/asyncioparts.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"

#include <algorithm>
#include <deque>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Tasks that wait for something, first come, first served. Whoever is cancelled while waiting is
/// left out.
class Waiters {
public:
    Object add(Machine &vm)
    {
        const Object future = vm.loop().newFuture();
        future.as<Future>()->onCancel([future](Machine &) { future.as<Future>()->setCancelled(); });
        m_waiting.push_back(future);
        return future;
    }
    /// Lets the first one go on; false if nobody waits.
    bool wakeOne()
    {
        while (!m_waiting.empty()) {
            const Object first = m_waiting.front();
            m_waiting.pop_front();
            if (first.as<Future>()->isDone())
                continue;
            first.as<Future>()->finish(Object::boolean(true));
            return true;
        }
        return false;
    }
    bool isEmpty() const
    {
        return std::all_of(m_waiting.begin(), m_waiting.end(),
                           [](const Object &o) { return o.as<Future>()->isDone(); });
    }
    int count() const
    {
        return int(std::count_if(m_waiting.begin(), m_waiting.end(),
                                 [](const Object &o) { return !o.as<Future>()->isDone(); }));
    }
    void traverse(const Visitor &visit)
    {
        for (Object &future : m_waiting)
            visit(future);
    }

private:
    std::deque<Object> m_waiting;
};

Object coroutine(Machine &vm, const char *name, Coroutine::Start start)
{
    return Object::make<Coroutine>(vm, QString::fromLatin1(name), std::move(start));
}

// --- Lock and semaphores ---

/// Lock, Semaphore and BoundedSemaphore: so many may hold it at the same time.
///
/// What is released while somebody waits goes straight to the first who does. A waiter that was
/// cancelled just after that hands it on.
class Semaphore final : public Context {
public:
    enum class Sort { Lock, Semaphore, Bounded };
    Semaphore(Sort sort, std::int64_t value) : m_sort(sort), m_value(value), m_most(value) {}

    QString typeName() const override
    {
        switch (m_sort) {
        case Sort::Lock:
            return u"Lock"_s;
        case Sort::Semaphore:
            return u"Semaphore"_s;
        case Sort::Bounded:
            break;
        }
        return u"BoundedSemaphore"_s;
    }
    QString repr(Machine &) override
    {
        const QString state = isLocked() ? u"locked"_s : u"unlocked"_s;
        return u"<asyncio.%1 [%2]>"_s.arg(typeName(), state);
    }
    bool isLocked() const { return m_value == 0; }

    /// A Future that is done when it is held.
    Object acquire(Machine &vm)
    {
        if (m_value > 0 && m_waiters.isEmpty()) {
            --m_value;
            return doneFuture(vm, Object::boolean(true));
        }
        return m_waiters.add(vm);
    }
    void release()
    {
        if (m_sort == Sort::Lock && m_value > 0)
            throw RuntimeError(u"Lock is not acquired."_s);
        if (m_sort == Sort::Bounded && m_value >= m_most)
            throw ValueError(u"BoundedSemaphore released too many times"_s);
        if (!m_waiters.wakeOne())
            ++m_value;
    }

    Object asyncEnter(Machine &vm) override
    {
        const Object held = acquire(vm);
        const Object entered = vm.loop().newFuture();
        if (held.as<Future>()->isDone()) {
            entered.as<Future>()->finish(Object::none());
            return entered;
        }
        entered.as<Future>()->onCancel(
            [this, self = Object::share(this), held, entered](Machine &vm) {
                // It may have been handed over in this very round.
                if (held.as<Future>()->state() == Future::State::Done)
                    release();
                else
                    held.as<Future>()->cancel(vm);
                entered.as<Future>()->setCancelled();
            });
        held.as<Future>()->whenDone(vm.loop(), [held, entered] {
            if (held.as<Future>()->state() == Future::State::Done)
                entered.as<Future>()->finish(Object::none());
        });
        return entered;
    }
    Object asyncExit(Machine &vm, const Object &) override
    {
        release();
        return doneFuture(vm, Object::boolean(false));
    }
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override { m_waiters.traverse(visit); }

private:
    const Sort m_sort;
    std::int64_t m_value;
    const std::int64_t m_most;
    Waiters m_waiters;
};

Semaphore &semaphoreOf(const Object &self)
{
    return *static_cast<Semaphore *>(self.heap());
}

Object semaphoreAcquire(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("acquire", a).end();
    return coroutine(vm, "acquire", [self](Machine &m) { return semaphoreOf(self).acquire(m); });
}

Object semaphoreRelease(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("release", a).end();
    semaphoreOf(self).release();
    return Object::none();
}

Object semaphoreLocked(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("locked", a).end();
    return Object::boolean(semaphoreOf(self).isLocked());
}

constexpr NativeEntry kSemaphoreMethods[] = {
    {"acquire", semaphoreAcquire}, {"locked", semaphoreLocked}, {"release", semaphoreRelease}};

Object Semaphore::attribute(Machine &, const QString &name)
{
    return methodFrom(kSemaphoreMethods, Object::share(this), name);
}

QStringList Semaphore::attributeNames(Machine &)
{
    return namesOf(kSemaphoreMethods);
}

Object makeLock(Machine &, const Object &, Arguments &a)
{
    ArgumentReader("Lock", a).end();
    return Object::make<Semaphore>(Semaphore::Sort::Lock, 1);
}

template <Semaphore::Sort sort>
Object makeSemaphore(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("Semaphore", a);
    const std::int64_t value = in.integer("value", 1);
    in.end();
    if (value < 0)
        throw ValueError(u"Semaphore initial value must be >= 0"_s);
    return Object::make<Semaphore>(sort, value);
}

// --- Event ---

class Event final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    Event() : HeapObject(kKind) {}
    QString typeName() const override { return u"Event"_s; }
    QString repr(Machine &) override
    {
        return u"<asyncio.Event [%1]>"_s.arg(isSet ? u"set"_s : u"unset"_s);
    }
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override { waiters.traverse(visit); }

    bool isSet = false;
    Waiters waiters;
};

Event &eventOf(const Object &self)
{
    return *static_cast<Event *>(self.heap());
}

Object eventWait(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("wait", a).end();
    return coroutine(vm, "wait", [self](Machine &m) {
        return eventOf(self).isSet ? doneFuture(m, Object::boolean(true))
                                   : eventOf(self).waiters.add(m);
    });
}

Object eventSet(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("set", a).end();
    eventOf(self).isSet = true;
    while (eventOf(self).waiters.wakeOne()) {
    }
    return Object::none();
}

Object eventClear(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("clear", a).end();
    eventOf(self).isSet = false;
    return Object::none();
}

Object eventIsSet(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("is_set", a).end();
    return Object::boolean(eventOf(self).isSet);
}

constexpr NativeEntry kEventMethods[] = {
    {"clear", eventClear}, {"is_set", eventIsSet}, {"set", eventSet}, {"wait", eventWait}};

Object Event::attribute(Machine &, const QString &name)
{
    return methodFrom(kEventMethods, Object::share(this), name);
}

QStringList Event::attributeNames(Machine &)
{
    return namesOf(kEventMethods);
}

Object makeEvent(Machine &, const Object &, Arguments &a)
{
    ArgumentReader("Event", a).end();
    return Object::make<Event>();
}

// --- Condition ---

/// A lock, and a way to wait until somebody who holds it says that something has changed.
class Condition final : public Context {
public:
    explicit Condition(Object lock) : m_lock(std::move(lock)) {}
    QString typeName() const override { return u"Condition"_s; }
    Object asyncEnter(Machine &vm) override { return lock().asyncEnter(vm); }
    Object asyncExit(Machine &vm, const Object &exception) override
    {
        return lock().asyncExit(vm, exception);
    }
    Object attribute(Machine &vm, const QString &name) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override
    {
        visit(m_lock);
        m_waiters.traverse(visit);
    }

    /// Gives the lock up, waits to be notified, and takes it again: then the Future is done, also
    /// after a cancellation.
    Object wait(Machine &vm)
    {
        requireHeld(u"cannot wait on un-acquired lock"_s);
        const Object told = m_waiters.add(vm), outer = vm.loop().newFuture();
        lock().release();
        outer.as<Future>()->onCancel([told](Machine &m) { told.as<Future>()->cancel(m); });
        told.as<Future>()->whenDone(vm.loop(),
                                    [this, self = Object::share(this), told, outer, &vm] {
                                        const Object held = lock().acquire(vm);
                                        held.as<Future>()->whenDone(vm.loop(), [told, outer] {
                                            if (told.as<Future>()->state() == Future::State::Done)
                                                outer.as<Future>()->finish(Object::boolean(true));
                                            else
                                                outer.as<Future>()->setCancelled();
                                        });
                                    });
        return outer;
    }

    /// As `while not predicate(): await wait()`.
    Object waitFor(Machine &vm, const Object &predicate)
    {
        const Object outer = vm.loop().newFuture();
        look(vm, predicate, outer);
        return outer;
    }

    void notify(std::int64_t count)
    {
        requireHeld(u"cannot notify on un-acquired lock"_s);
        while (count-- > 0 && m_waiters.wakeOne()) {
        }
    }
    int waiting() const { return m_waiters.count(); }

private:
    Semaphore &lock() { return semaphoreOf(m_lock); }
    void requireHeld(const QString &message)
    {
        if (!lock().isLocked())
            throw RuntimeError(message);
    }

    void look(Machine &vm, const Object &predicate, const Object &outer)
    {
        Object answer;
        try {
            answer = vm.call(predicate, {});
            if (truthOf(vm, answer))
                return outer.as<Future>()->finish(answer);
        } catch (const ScriptRaise &raise) {
            return outer.as<Future>()->fail(raise.exception);
        } catch (const OrmError &error) {
            return outer.as<Future>()->fail(Exception::fromError(error));
        }
        const Object told = wait(vm);
        outer.as<Future>()->onCancel([told](Machine &m) { told.as<Future>()->cancel(m); });
        told.as<Future>()->whenDone(
            vm.loop(), [this, self = Object::share(this), told, predicate, outer, &vm] {
                if (told.as<Future>()->state() == Future::State::Done)
                    look(vm, predicate, outer);
                else
                    outer.as<Future>()->setCancelled();
            });
    }

    Object m_lock;
    Waiters m_waiters;
};

Condition &conditionOf(const Object &self)
{
    return *static_cast<Condition *>(self.heap());
}

Object conditionWait(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("wait", a).end();
    return coroutine(vm, "wait", [self](Machine &m) { return conditionOf(self).wait(m); });
}

Object conditionWaitFor(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("wait_for", a);
    const Object predicate = in.required("predicate");
    in.end();
    return coroutine(vm, "wait_for", [self, predicate](Machine &m) {
        return conditionOf(self).waitFor(m, predicate);
    });
}

Object conditionNotify(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("notify", a);
    const std::int64_t count = in.integer("n", 1);
    in.end();
    conditionOf(self).notify(count);
    return Object::none();
}

Object conditionNotifyAll(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("notify_all", a).end();
    conditionOf(self).notify(std::max(1, conditionOf(self).waiting()));
    return Object::none();
}

constexpr NativeEntry kConditionMethods[] = {{"notify", conditionNotify},
                                             {"notify_all", conditionNotifyAll},
                                             {"wait", conditionWait},
                                             {"wait_for", conditionWaitFor}};

Object Condition::attribute(Machine &vm, const QString &name)
{
    if (Object method = methodFrom(kConditionMethods, Object::share(this), name))
        return method;
    return m_lock.heap()->attribute(vm, name);
}

Object makeCondition(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("Condition", a);
    const Object lock = in.optional("lock", Object::none());
    in.end();
    if (!lock.isNone() && !dynamic_cast<Semaphore *>(lock.heap()))
        throw TypeError(u"Condition() takes a Lock, not %1"_s.arg(lock.typeName()));
    return Object::make<Condition>(lock.isNone() ? Object::make<Semaphore>(Semaphore::Sort::Lock, 1)
                                                 : lock);
}

constexpr NativeEntry kFunctions[] = {
    {"BoundedSemaphore", makeSemaphore<Semaphore::Sort::Bounded>},
    {"Condition", makeCondition},
    {"Event", makeEvent},
    {"Lock", makeLock},
    {"Semaphore", makeSemaphore<Semaphore::Sort::Semaphore>},
};

} // namespace

std::span<const NativeEntry> lockFunctions()
{
    return kFunctions;
}

} // namespace heddle::script
