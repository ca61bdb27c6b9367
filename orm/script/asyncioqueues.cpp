#include "orm/script/asyncioparts.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/operators.h"

#include <algorithm>
#include <deque>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

/// asyncio.Queue and its two sisters.
///
/// Whoever waits is woken one after another and then looks again, as in Python: somebody else may
/// have been quicker.
class Queue final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    enum class Order { First, Last, Least };
    Queue(Order order, std::int64_t most) : HeapObject(kKind), m_order(order), m_most(most) {}

    QString typeName() const override
    {
        switch (m_order) {
        case Order::First:
            return u"Queue"_s;
        case Order::Last:
            return u"LifoQueue"_s;
        case Order::Least:
            break;
        }
        return u"PriorityQueue"_s;
    }
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override
    {
        for (std::deque<Object> *held : {&m_items, &m_getters, &m_putters, &m_joiners}) {
            for (Object &object : *held)
                visit(object);
        }
    }

    std::int64_t size() const { return std::int64_t(m_items.size()); }
    std::int64_t most() const { return m_most; }
    bool isFull() const { return m_most > 0 && size() >= m_most; }

    void put(Machine &vm, const Object &item)
    {
        if (m_order == Order::Least) {
            const auto at = std::upper_bound(
                m_items.begin(), m_items.end(), item, [&](const Object &a, const Object &b) {
                    return truthOf(vm, compareObjects(vm, CompareOp::Less, a, b));
                });
            m_items.insert(at, item);
        } else {
            m_items.push_back(item);
        }
        setBytes(m_items.size() * sizeof(Object));
        ++m_unfinished;
        wakeOne(m_getters);
    }
    Object take()
    {
        const bool last = m_order == Order::Last;
        const Object item = last ? m_items.back() : m_items.front();
        last ? m_items.pop_back() : m_items.pop_front();
        wakeOne(m_putters);
        return item;
    }
    /// The Future of an item, or of the place for one.
    Object get(Machine &vm)
    {
        const Object out = vm.loop().newFuture();
        tryGet(vm, out);
        return out;
    }
    Object putWhenFree(Machine &vm, const Object &item)
    {
        const Object out = vm.loop().newFuture();
        tryPut(vm, item, out);
        return out;
    }
    Object join(Machine &vm)
    {
        if (m_unfinished == 0)
            return doneFuture(vm, Object::none());
        return waiter(vm, m_joiners);
    }
    void taskDone()
    {
        if (m_unfinished <= 0)
            throw ValueError(u"task_done() called too many times"_s);
        if (--m_unfinished > 0)
            return;
        while (wakeOne(m_joiners)) {
        }
    }

private:
    static Object waiter(Machine &vm, std::deque<Object> &line)
    {
        const Object future = vm.loop().newFuture();
        future.as<Future>()->onCancel([future](Machine &) { future.as<Future>()->setCancelled(); });
        line.push_back(future);
        return future;
    }
    static bool wakeOne(std::deque<Object> &line)
    {
        while (!line.empty()) {
            const Object first = line.front();
            line.pop_front();
            if (first.as<Future>()->isDone())
                continue;
            first.as<Future>()->finish(Object::none());
            return true;
        }
        return false;
    }

    /// Waits in a line, and then tries again; whoever is cancelled after it was woken wakes the
    /// next one.
    void waitFor(Machine &vm, std::deque<Object> &line, const Object &out,
                 std::function<void()> again)
    {
        const Object turn = waiter(vm, line);
        out.as<Future>()->onCancel(
            [this, self = Object::share(this), &line, turn, out](Machine &m) {
                if (turn.as<Future>()->state() == Future::State::Done)
                    wakeOne(line);
                else
                    turn.as<Future>()->cancel(m);
                out.as<Future>()->setCancelled();
            });
        turn.as<Future>()->whenDone(vm.loop(), [out, again = std::move(again)] {
            if (!out.as<Future>()->isDone())
                again();
        });
    }
    void tryGet(Machine &vm, const Object &out)
    {
        if (!m_items.empty())
            return out.as<Future>()->finish(take());
        waitFor(vm, m_getters, out,
                [this, self = Object::share(this), out, &vm] { tryGet(vm, out); });
    }
    void tryPut(Machine &vm, const Object &item, const Object &out)
    {
        if (isFull())
            return waitFor(vm, m_putters, out, [this, self = Object::share(this), item, out, &vm] {
                tryPut(vm, item, out);
            });
        try {
            put(vm, item);
            out.as<Future>()->finish(Object::none());
        } catch (const ScriptRaise &raise) {
            out.as<Future>()->fail(raise.exception);
        } catch (const OrmError &error) {
            out.as<Future>()->fail(Exception::fromError(error));
        }
    }

    const Order m_order;
    const std::int64_t m_most; // 0 or less: any number
    std::deque<Object> m_items, m_getters, m_putters, m_joiners;
    std::int64_t m_unfinished = 0;
};

Queue &queueOf(const Object &self)
{
    return *static_cast<Queue *>(self.heap());
}

Object emptyError(const char *type)
{
    return Object::make<Exception>(exceptionType(QString::fromLatin1(type)), Objects());
}

Object queuePut(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("put", a);
    const Object item = in.required("item");
    in.end();
    return Object::make<Coroutine>(
        vm, u"put"_s, [self, item](Machine &m) { return queueOf(self).putWhenFree(m, item); });
}

Object queuePutNowait(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("put_nowait", a);
    const Object item = in.required("item");
    in.end();
    if (queueOf(self).isFull())
        throw ScriptRaise{emptyError("QueueFull")};
    queueOf(self).put(vm, item);
    return Object::none();
}

Object queueGet(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("get", a).end();
    return Object::make<Coroutine>(vm, u"get"_s,
                                   [self](Machine &m) { return queueOf(self).get(m); });
}

Object queueGetNowait(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("get_nowait", a).end();
    if (queueOf(self).size() == 0)
        throw ScriptRaise{emptyError("QueueEmpty")};
    return queueOf(self).take();
}

Object queueJoin(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("join", a).end();
    return Object::make<Coroutine>(vm, u"join"_s,
                                   [self](Machine &m) { return queueOf(self).join(m); });
}

Object queueTaskDone(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("task_done", a).end();
    queueOf(self).taskDone();
    return Object::none();
}

Object queueSize(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("qsize", a).end();
    return Object::integer(queueOf(self).size());
}

Object queueEmpty(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("empty", a).end();
    return Object::boolean(queueOf(self).size() == 0);
}

Object queueFull(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("full", a).end();
    return Object::boolean(queueOf(self).isFull());
}

constexpr NativeEntry kMethods[] = {
    {"empty", queueEmpty},          {"full", queueFull},  {"get", queueGet},
    {"get_nowait", queueGetNowait}, {"join", queueJoin},  {"put", queuePut},
    {"put_nowait", queuePutNowait}, {"qsize", queueSize}, {"task_done", queueTaskDone},
};

Object Queue::attribute(Machine &, const QString &name)
{
    if (name == u"maxsize")
        return Object::integer(m_most);
    return methodFrom(kMethods, Object::share(this), name);
}

QStringList Queue::attributeNames(Machine &)
{
    return namesOf(kMethods) + QStringList{u"maxsize"_s};
}

template <Queue::Order order>
Object makeQueue(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("Queue", a);
    const std::int64_t most = in.integer("maxsize", 0);
    in.end();
    return Object::make<Queue>(order, most);
}

constexpr NativeEntry kFunctions[] = {
    {"LifoQueue", makeQueue<Queue::Order::Last>},
    {"PriorityQueue", makeQueue<Queue::Order::Least>},
    {"Queue", makeQueue<Queue::Order::First>},
};

} // namespace

std::span<const NativeEntry> queueFunctions()
{
    return kFunctions;
}

} // namespace heddle::script
