#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/natives.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

// --- Mailbox ---

void Mailbox::post(std::function<void()> note)
{
    {
        const std::lock_guard lock(m_mutex);
        m_notes.push_back(std::move(note));
    }
    m_arrived.notify_one();
}

void Mailbox::wake()
{
    {
        const std::lock_guard lock(m_mutex);
        m_woken = true;
    }
    m_arrived.notify_one();
}

std::vector<std::function<void()>>
Mailbox::take(std::optional<std::chrono::steady_clock::time_point> until, bool wait)
{
    std::unique_lock lock(m_mutex);
    const auto something = [this] { return m_woken || !m_notes.empty(); };
    if (wait && until)
        m_arrived.wait_until(lock, *until, something);
    else if (wait)
        m_arrived.wait(lock, something);
    m_woken = false;
    return std::exchange(m_notes, {});
}

void WarningQueue::add(ScriptWarning warning)
{
    const std::lock_guard lock(mutex);
    warnings.push_back(std::move(warning));
}

// --- Future ---

Future::~Future()
{
    if (m_state == State::Failed && m_task && !m_retrieved && m_warnings &&
        !m_exception.as<Exception>()->isFatal()) {
        const Exception &exception = *m_exception.as<Exception>();
        m_warnings->add({u"RuntimeWarning"_s,
                         u"Task exception was never retrieved: %1: %2"_s.arg(
                             exception.type().qualifiedName(), exception.message(nullptr)),
                         exception.line, exception.column});
    }
}

void Future::settle(State state)
{
    if (isDone())
        return;
    m_state = state;
    m_canceller = nullptr;
    const auto waiters = std::exchange(m_waiters, {});
    for (const auto &[loop, waiter] : waiters)
        loop->soon(waiter);
    const Object self = Object::share(this); // the loop's own handle goes now
    if (EventLoop *loop = std::exchange(m_loop, nullptr))
        loop->settled(*this);
    m_fiber.reset();
}

void Future::finish(Object result)
{
    if (!isDone())
        m_result = std::move(result);
    settle(State::Done);
}

void Future::fail(Object exception)
{
    if (isDone())
        return;
    if (exception.as<Exception>()->type().name() == u"CancelledError")
        return settle(State::Cancelled);
    m_exception = std::move(exception);
    settle(State::Failed);
}

void Future::setCancelled()
{
    settle(State::Cancelled);
}

void Future::follow(Future &other)
{
    other.m_retrieved = true;
    if (other.m_state == State::Done)
        finish(other.m_result);
    else if (other.m_state == State::Failed)
        fail(other.m_exception);
    else
        setCancelled();
}

bool Future::cancel(Machine &vm)
{
    if (isDone())
        return false;
    if (m_task)
        ++m_cancelling;
    if (m_fiber) {
        // The coroutine hears of it where it waits, and may still tidy up.
        m_cancelRequested = true;
        const Object awaited = m_fiber->awaiting;
        if (!awaited.isEmpty() && awaited.as<Future>()->cancel(vm))
            return true;
        return true;
    }
    const Object self = Object::share(this);
    if (const auto canceller = std::exchange(m_canceller, nullptr))
        canceller(vm);
    else
        setCancelled();
    return true;
}

Object Future::take()
{
    m_retrieved = true;
    switch (m_state) {
    case State::Done:
        return m_result;
    case State::Failed:
        throw ScriptRaise{m_exception};
    case State::Cancelled:
        throw ScriptRaise{Object::make<Exception>(exceptionType(u"CancelledError"_s), Objects())};
    case State::Pending:
        break;
    }
    throw raised("InvalidStateError", u"Result is not set."_s);
}

void Future::whenDone(EventLoop &loop, std::function<void()> then)
{
    if (isDone())
        loop.soon(std::move(then));
    else
        m_waiters.emplace_back(&loop, std::move(then));
}

QString Future::repr(Machine &)
{
    static const char *const states[] = {"pending", "finished", "finished", "cancelled"};
    return m_task ? u"<Task %1 name='%2'>"_s.arg(QLatin1String(states[int(m_state)]), m_name)
                  : u"<Future %1>"_s.arg(QLatin1String(states[int(m_state)]));
}

namespace {

Object futureDone(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("done", a).end();
    return Object::boolean(self.as<Future>()->isDone());
}

Object futureCancelled(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("cancelled", a).end();
    return Object::boolean(self.as<Future>()->state() == Future::State::Cancelled);
}

Object futureCancel(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("cancel", a);
    in.optional("msg");
    in.end();
    return Object::boolean(self.as<Future>()->cancel(vm));
}

Object futureResult(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("result", a).end();
    return self.as<Future>()->take();
}

Object futureException(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("exception", a).end();
    Future &future = *self.as<Future>();
    if (future.state() != Future::State::Failed) {
        future.take();
        return Object::none();
    }
    future.markRetrieved();
    return future.exception();
}

void callBack(Machine &vm, const Object &function, const Object &future)
{
    try {
        vm.call(function, Arguments{{future}, {}});
    } catch (const ScriptRaise &raise) {
        const Exception &exception = *raise.exception.as<Exception>();
        if (exception.isFatal())
            throw;
        vm.warn(u"RuntimeWarning"_s,
                u"Exception in callback %1: %2: %3"_s.arg(
                    reprOf(vm, function), exception.type().qualifiedName(), exception.message(&vm)),
                {exception.line, exception.column, nullptr});
    }
}

Object futureAddDoneCallback(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("add_done_callback", a);
    const Object function = in.required("fn");
    in.keyword("context");
    in.end();
    self.as<Future>()->addCallback(vm, function);
    return Object::none();
}

Object futureRemoveDoneCallback(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("remove_done_callback", a);
    const Object function = in.required("fn");
    in.end();
    return Object::integer(self.as<Future>()->removeCallbacks(vm, function));
}

Object futureSetName(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("set_name", a);
    self.as<Future>()->setName(strOf(vm, in.required("value")));
    in.end();
    return Object::none();
}

Object futureCancelling(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("cancelling", a).end();
    return Object::integer(self.as<Future>()->cancelling());
}

Object futureUncancel(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("uncancel", a).end();
    return Object::integer(self.as<Future>()->uncancel());
}

void requirePending(const Object &self)
{
    if (self.as<Future>()->isDone())
        throw raised("InvalidStateError", u"invalid state"_s);
}

Object futureSetResult(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("set_result", a);
    const Object result = in.required("result");
    in.end();
    if (self.as<Future>()->isTask())
        throw RuntimeError(u"Task does not support set_result operation"_s);
    requirePending(self);
    self.as<Future>()->finish(result);
    return Object::none();
}

Object futureSetException(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("set_exception", a);
    Object exception = in.required("exception");
    in.end();
    if (self.as<Future>()->isTask())
        throw RuntimeError(u"Task does not support set_exception operation"_s);
    requirePending(self);
    if (exception.isKind(Kind::ExceptionType))
        exception = vm.call(exception, {});
    if (!exception.isKind(Kind::Exception))
        throw TypeError(u"exceptions must derive from BaseException"_s);
    self.as<Future>()->fail(exception);
    return Object::none();
}

Object futureName(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("get_name", a).end();
    return Object::str(self.as<Future>()->name());
}

constexpr NativeEntry kMethods[] = {
    {"add_done_callback", futureAddDoneCallback},
    {"cancel", futureCancel},
    {"cancelled", futureCancelled},
    {"cancelling", futureCancelling},
    {"done", futureDone},
    {"exception", futureException},
    {"get_name", futureName},
    {"remove_done_callback", futureRemoveDoneCallback},
    {"result", futureResult},
    {"set_exception", futureSetException},
    {"set_name", futureSetName},
    {"set_result", futureSetResult},
    {"uncancel", futureUncancel},
};

} // namespace

void Future::addCallback(Machine &vm, const Object &function)
{
    m_callbacks.push_back(function);
    whenDone(vm.loop(), [self = Object::share(this), function, &vm] {
        // Whoever took it back meanwhile does not want to hear of it.
        Objects &wanted = self.as<Future>()->m_callbacks;
        const auto found = std::find_if(wanted.begin(), wanted.end(),
                                        [&](const Object &o) { return o.isSame(function); });
        if (found == wanted.end())
            return;
        wanted.erase(found);
        callBack(vm, function, self);
    });
}

int Future::removeCallbacks(Machine &vm, const Object &function)
{
    return int(std::erase_if(m_callbacks,
                             [&](const Object &held) { return equalObjects(vm, held, function); }));
}

Object Future::attribute(Machine &, const QString &name)
{
    return methodFrom(kMethods, Object::share(this), name);
}

QStringList Future::attributeNames(Machine &)
{
    return namesOf(kMethods);
}

void Future::traverse(const Visitor &visit)
{
    visit(m_result);
    visit(m_exception);
    for (Object &function : m_callbacks)
        visit(function);
    if (!m_fiber)
        return;
    for (const FramePtr &frame : m_fiber->frames)
        frame->traverse(visit);
    visit(m_fiber->awaiting);
    visit(m_fiber->result);
}

Object Future::copyFor(Copier &copier) const
{
    Object made = Object::make<Future>(nullptr);
    copier.remember(this, made);
    Future *future = made.as<Future>();
    if (m_state == State::Done)
        future->finish(copier.copy(m_result));
    else if (m_state == State::Failed)
        future->fail(copier.copy(m_exception));
    else
        future->fail(Exception::fromError(
            RuntimeError(u"this task belongs to another cell's event loop"_s)));
    return made;
}

// --- Coroutine ---

Coroutine::Coroutine(Machine &vm, QString name, Start start)
    : HeapObject(kKind), m_name(std::move(name)), m_start(std::move(start)), m_native(true),
      m_warnings(vm.warningQueue()), m_site(vm.site())
{
}

Coroutine::Coroutine(Machine &vm, QString name, FramePtr frame)
    : HeapObject(kKind), m_name(std::move(name)), m_frame(std::move(frame)),
      m_warnings(vm.warningQueue()), m_site(vm.site())
{
    setBytes(sizeof(Frame) + m_frame->slots.size() * 2 * sizeof(Object));
}

Coroutine::~Coroutine()
{
    if (!m_used && m_warnings)
        m_warnings->add({u"RuntimeWarning"_s, u"coroutine '%1' was never awaited"_s.arg(m_name),
                         m_site.line, m_site.column});
}

void Coroutine::use()
{
    if (m_used)
        throw RuntimeError(u"cannot reuse already awaited coroutine"_s);
    m_used = true;
}

FramePtr Coroutine::takeFrame()
{
    use();
    return std::move(m_frame);
}

Coroutine::Start Coroutine::takeStart()
{
    use();
    return std::exchange(m_start, nullptr);
}

QString Coroutine::repr(Machine &)
{
    return u"<coroutine object %1>"_s.arg(m_name);
}

namespace {

Object coroutineClose(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("close", a).end();
    self.as<Coroutine>()->close();
    return Object::none();
}

constexpr NativeEntry kCoroutineMethods[] = {{"close", coroutineClose}};

} // namespace

void Coroutine::close()
{
    m_used = true;
    m_frame.reset();
    m_start = nullptr;
}

Object Coroutine::attribute(Machine &, const QString &name)
{
    return methodFrom(kCoroutineMethods, Object::share(this), name);
}

void Coroutine::traverse(const Visitor &visit)
{
    if (m_frame)
        m_frame->traverse(visit);
}

Object Coroutine::copyFor(Copier &) const
{
    Object made = Object::make<Coroutine>(m_name, m_native);
    return made;
}

Coroutine::Coroutine(QString name, bool native)
    : HeapObject(kKind), m_name(std::move(name)), m_native(native), m_used(true)
{
}

// --- Context ---

Object Context::enter(Machine &)
{
    throw TypeError(u"'%1' object does not support the context manager protocol"_s.arg(typeName()));
}

bool Context::exit(Machine &, const Object &)
{
    return false;
}

Object Context::asyncEnter(Machine &)
{
    throw TypeError(u"'%1' object does not support the asynchronous context manager protocol"_s.arg(
        typeName()));
}

Object Context::asyncExit(Machine &, const Object &)
{
    return {};
}

} // namespace heddle::script
