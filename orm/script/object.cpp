#include "orm/script/object.h"

#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/strings.h"

#include <unordered_map>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

thread_local Heap *t_heap = nullptr;

Heap *boundlessHeap()
{
    static Heap *heap =
        Heap::create(0); // never released: objects without a script may outlive every other static
    return heap;
}

/// NotImplemented and Ellipsis: one of each.
class Singleton final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::NotImplemented;
    Singleton(Kind kind, QString name, QString type)
        : HeapObject(kind), m_name(std::move(name)), m_type(std::move(type))
    {
    }
    QString typeName() const override { return m_type; }
    QString repr(Machine &) override { return m_name; }

private:
    QString m_name, m_type;
};

Object makeSingleton(Kind kind, QString name, QString type)
{
    const Heap::Scope scope(boundlessHeap());
    return Object::make<Singleton>(kind, std::move(name), std::move(type));
}

} // namespace

// --- Object ---

void Object::drop(HeapObject *object) noexcept
{
    if (object->m_references.fetch_sub(1, std::memory_order_acq_rel) != 1)
        return;
    // A list in a list in a list ... must not take one stack frame a level: beyond some depth the
    // rest waits its turn.
    static thread_local int depth = 0;
    static thread_local std::vector<HeapObject *> *waiting = nullptr;
    constexpr int kDeep = 40;
    if (depth >= kDeep) {
        waiting->push_back(object);
        return;
    }
    std::vector<HeapObject *> own;
    if (depth == 0)
        waiting = &own;
    ++depth;
    delete object;
    if (depth == 1) {
        while (!own.empty()) {
            HeapObject *next = own.back();
            own.pop_back();
            delete next;
        }
        waiting = nullptr;
    }
    --depth;
}

Object Object::share(HeapObject *object) noexcept
{
    Object o;
    o.m_tag = Tag::Heap;
    o.m.p = object;
    o.retain();
    return o;
}

Object Object::str(const QString &text)
{
    return Object::make<Str>(text);
}

Object Object::notImplemented()
{
    static const Object object =
        makeSingleton(Kind::NotImplemented, u"NotImplemented"_s, u"NotImplementedType"_s);
    return object;
}

Object Object::ellipsis()
{
    static const Object object = makeSingleton(Kind::Ellipsis, u"Ellipsis"_s, u"ellipsis"_s);
    return object;
}

const QString &Object::text() const
{
    return static_cast<const Str *>(m.p)->text();
}

QString Object::typeName() const
{
    switch (m_tag) {
    case Tag::Empty:
    case Tag::None:
        return u"NoneType"_s;
    case Tag::Bool:
        return u"bool"_s;
    case Tag::Int:
        return u"int"_s;
    case Tag::Float:
        return u"float"_s;
    case Tag::Heap:
        return m.p->typeName();
    }
    return {};
}

Object Object::fromValue(const Value &value)
{
    return objectFromValue(value);
}

std::optional<Value> Object::toValue() const
{
    return valueFromObject(*this);
}

Object Arguments::takeKeyword(const char *name)
{
    for (auto it = keywords.begin(); it != keywords.end(); ++it) {
        if (it->first == QLatin1String(name)) {
            Object value = std::move(it->second);
            keywords.erase(it);
            return value;
        }
    }
    return {};
}

// --- Copier ---

struct Copier::Private {
    std::unordered_map<const HeapObject *, Object> made;
};

Copier::Copier() : d(std::make_unique<Private>())
{
}
Copier::~Copier() = default;

Object Copier::copy(const Object &object)
{
    if (!object.isHeap())
        return object;
    const auto found = d->made.find(object.heap());
    if (found != d->made.end())
        return found->second;
    Object made = object.heap()->copyFor(*this);
    if (made.isEmpty())
        made = object;
    d->made[object.heap()] = made;
    return made;
}

void Copier::remember(const HeapObject *original, const Object &made)
{
    d->made[original] = made;
}

// --- HeapObject ---

HeapObject::HeapObject(Kind kind) noexcept : m_kind(kind), m_heap(Heap::current())
{
    m_heap->add(this);
}

HeapObject::~HeapObject()
{
    m_heap->remove(this);
}

void HeapObject::setBytes(std::size_t bytes)
{
    if (bytes > m_bytes)
        m_heap->require(bytes - m_bytes);
    m_heap->m_bytes.fetch_add(std::int64_t(bytes) - std::int64_t(m_bytes),
                              std::memory_order_relaxed);
    m_bytes = bytes;
}

QString HeapObject::repr(Machine &)
{
    return u'<' + typeName() + u" object>"_s;
}

bool HeapObject::truth(Machine &vm)
{
    const auto size = length(vm);
    return !size || *size != 0;
}

std::size_t HeapObject::hash(Machine &)
{
    return std::hash<const void *>()(this);
}

Object HeapObject::attribute(Machine &, const QString &)
{
    return {};
}

void HeapObject::setAttribute(Machine &vm, const QString &name, const Object &)
{
    if (attribute(vm, name).isEmpty())
        throw noAttribute(vm, Object::share(this), name);
    throw AttributeError(u"'%1' object attribute '%2' is read-only"_s.arg(typeName(), name));
}

QStringList HeapObject::attributeNames(Machine &)
{
    return {};
}

Object HeapObject::call(Machine &, Arguments &)
{
    throw TypeError(u"'%1' object is not callable"_s.arg(typeName()));
}

std::optional<std::int64_t> HeapObject::length(Machine &)
{
    return std::nullopt;
}

Object HeapObject::item(Machine &, const Object &)
{
    throw TypeError(u"'%1' object is not subscriptable"_s.arg(typeName()));
}

void HeapObject::setItem(Machine &, const Object &, const Object &)
{
    throw TypeError(u"'%1' object does not support item assignment"_s.arg(typeName()));
}

void HeapObject::deleteItem(Machine &, const Object &)
{
    throw TypeError(u"'%1' object doesn't support item deletion"_s.arg(typeName()));
}

Object HeapObject::iterate(Machine &)
{
    throw TypeError(u"'%1' object is not iterable"_s.arg(typeName()));
}

bool HeapObject::next(Machine &, Object &)
{
    throw TypeError(u"'%1' object is not an iterator"_s.arg(typeName()));
}

Object HeapObject::binary(Machine &, BinaryOp, const Object &, bool)
{
    return {};
}

Object HeapObject::unary(Machine &, QChar)
{
    return {};
}

Object HeapObject::compare(Machine &, CompareOp, const Object &)
{
    return {};
}

std::optional<bool> HeapObject::contains(Machine &, const Object &)
{
    return std::nullopt;
}

QString HeapObject::format(Machine &vm, const QString &spec)
{
    if (!spec.isEmpty())
        throw TypeError(u"unsupported format string passed to %1.__format__"_s.arg(typeName()));
    return str(vm);
}

// --- Heap ---

Heap *Heap::create(std::int64_t limitBytes)
{
    return new Heap(limitBytes);
}

void Heap::release()
{
    if (m_holders.fetch_sub(1, std::memory_order_acq_rel) == 1)
        delete this;
}

void Heap::require(std::uint64_t bytes) const
{
    const std::int64_t limit = m_limit.load(std::memory_order_relaxed);
    if (limit <= 0)
        return;
    if (bytes > std::uint64_t(limit) ||
        m_bytes.load(std::memory_order_relaxed) + std::int64_t(bytes) > limit) {
        throw LimitExceeded(u"The script needs more than the %1 MB of memory that it may use"_s.arg(
            limit / (1 << 20)));
    }
}

namespace {
constexpr std::int64_t kObjectBytes =
    96; // a typical small heap object with its allocator's overhead
} // namespace

void Heap::add(HeapObject *)
{
    m_holders.fetch_add(1, std::memory_order_relaxed);
    m_bytes.fetch_add(kObjectBytes, std::memory_order_relaxed);
}

void Heap::track(HeapObject *object)
{
    const std::lock_guard lock(m_mutex);
    object->m_tracked = true;
    object->m_next = m_first;
    if (m_first)
        m_first->m_previous = object;
    m_first = object;
}

void Heap::remove(HeapObject *object)
{
    if (object->m_tracked) {
        const std::lock_guard lock(m_mutex);
        if (object->m_previous)
            object->m_previous->m_next = object->m_next;
        else
            m_first = object->m_next;
        if (object->m_next)
            object->m_next->m_previous = object->m_previous;
    }
    m_bytes.fetch_sub(kObjectBytes + std::int64_t(object->m_bytes), std::memory_order_relaxed);
    release();
}

void Heap::collect()
{
    // What is held from outside is found by counting: references that do not come from a tracked
    // container.
    std::vector<Object> all;
    {
        const std::lock_guard lock(m_mutex);
        for (HeapObject *o = m_first; o; o = o->m_next)
            all.push_back(Object::share(o));
    }
    for (const Object &o : all)
        o.heap()->m_scratch = o.heap()->m_references.load(std::memory_order_relaxed) - 1;
    for (const Object &o : all) {
        o.heap()->traverse([](Object &held) {
            if (held.isHeap())
                --held.heap()->m_scratch;
        });
    }
    std::vector<HeapObject *> pending;
    constexpr std::int64_t kReached = -1;
    const auto reach = [&](HeapObject *object) {
        if (object->m_tracked && object->m_scratch != kReached) {
            object->m_scratch = kReached;
            pending.push_back(object);
        }
    };
    for (const Object &o : all) {
        if (o.heap()->m_scratch > 0)
            reach(o.heap());
    }
    while (!pending.empty()) {
        HeapObject *object = pending.back();
        pending.pop_back();
        object->traverse([&](Object &held) {
            if (held.isHeap())
                reach(held.heap());
        });
    }
    std::vector<Object> garbage; // dropped at the end, so that nothing dies while it is walked
    for (const Object &o : all) {
        if (o.heap()->m_scratch != kReached) {
            o.heap()->traverse(
                [&](Object &held) { garbage.push_back(std::exchange(held, Object())); });
        }
    }
}

Heap *Heap::current() noexcept
{
    return t_heap ? t_heap : boundlessHeap();
}

Heap::Scope::Scope(Heap *heap) noexcept : m_before(std::exchange(t_heap, heap))
{
}

Heap::Scope::~Scope()
{
    t_heap = m_before;
}

} // namespace heddle::script
