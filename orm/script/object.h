#pragma once

#include "orm/values/errors.h"
#include "orm/values/value.h"

#include <QString>
#include <atomic>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace heddle::script {

class HeapObject;
class Heap;
class Machine;
class Object;

/// What sort of thing a heap object is; as<T>() compares it. The engine's own objects are among
/// them so that no cast needs RTTI.
enum class Kind : std::uint8_t {
    Str,
    Value,
    List,
    Tuple,
    Dict,
    Set,
    Range,
    Slice,
    Iterator,
    Cell,
    Function,
    Native,
    BoundMethod,
    Type,
    Module,
    ExceptionType,
    Exception,
    Generator,
    Coroutine,
    Future,
    Context,
    NotImplemented,
    Ellipsis,
    Manager,
    QuerySet,
    Record,
    Model,
    Expression,
    Query,
    FieldType,
    Prefetch,
    OrmClass,
    Other,
};

enum class BinaryOp : std::uint8_t {
    Add,
    Sub,
    Mul,
    Div,
    FloorDiv,
    Mod,
    Pow,
    And,
    Or,
    Xor,
    LeftShift,
    RightShift,
    MatMul
};
enum class CompareOp : std::uint8_t {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    NotIn,
    Is,
    IsNot
};

/// One value of a script: None, a bool, a small integer or a float in place, anything else a
/// counted handle to the heap.
///
/// Copies share. A default-made Object is empty: it stands for an unbound name and is never seen by
/// a script. Handles may be copied and dropped on any thread; what a mutable object holds belongs
/// to the thread that runs its script.
class Object {
public:
    enum class Tag : std::uint8_t { Empty, None, Bool, Int, Float, Heap };

    Object() noexcept = default;
    Object(const Object &o) noexcept : m_tag(o.m_tag), m(o.m) { retain(); }
    Object(Object &&o) noexcept : m_tag(std::exchange(o.m_tag, Tag::Empty)), m(o.m) {}
    Object &operator=(Object o) noexcept
    {
        std::swap(m_tag, o.m_tag);
        std::swap(m, o.m);
        return *this;
    }
    ~Object() { release(); }

    static Object none()
    {
        Object o;
        o.m_tag = Tag::None;
        return o;
    }
    static Object boolean(bool v)
    {
        Object o;
        o.m_tag = Tag::Bool;
        o.m.i = v;
        return o;
    }
    static Object integer(std::int64_t v)
    {
        Object o;
        o.m_tag = Tag::Int;
        o.m.i = v;
        return o;
    }
    static Object real(double v)
    {
        Object o;
        o.m_tag = Tag::Float;
        o.m.d = v;
        return o;
    }
    static Object str(const QString &text);
    static Object str(const char *ascii) { return str(QString::fromLatin1(ascii)); }
    static Object notImplemented();
    static Object ellipsis();
    /// Any database value as the object that Django would give: text as str, arrays as lists, JSON
    /// as what it says.
    static Object fromValue(const Value &value);
    /// Takes over a fresh heap object.
    template <typename T, typename... A>
    static Object make(A &&...arguments);
    /// Another handle to an object that is alive.
    static Object share(HeapObject *object) noexcept;

    Tag tag() const { return m_tag; }
    bool isEmpty() const { return m_tag == Tag::Empty; }
    bool isNone() const { return m_tag == Tag::None; }
    bool isBool() const { return m_tag == Tag::Bool; }
    bool isInt() const { return m_tag == Tag::Int; } // a small one, not a bool
    bool isFloat() const { return m_tag == Tag::Float; }
    bool isHeap() const { return m_tag == Tag::Heap; }
    bool isKind(Kind kind) const;
    bool isStr() const { return isKind(Kind::Str); }

    bool asBool() const { return m.i != 0; }
    std::int64_t asInt() const { return m.i; } // Int or Bool
    double asFloat() const { return m.d; }
    HeapObject *heap() const { return m.p; }
    /// The heap object if it is of that class, else null.
    template <typename T>
    T *as() const
    {
        return isKind(T::kKind) ? static_cast<T *>(m.p) : nullptr;
    }
    /// The text of a str. The object must be one.
    const QString &text() const;

    /// `is`.
    bool isSame(const Object &o) const
    {
        return m_tag == o.m_tag &&
               (m_tag == Tag::Float ? m.d == o.m.d : m_tag <= Tag::None || m.i == o.m.i);
    }
    explicit operator bool() const { return m_tag != Tag::Empty; }

    /// A value that a database takes. Nothing for what is no value (a list is an array; a queryset
    /// is none).
    std::optional<Value> toValue() const;
    /// The class's name in messages: "int", "QuerySet".
    QString typeName() const;

private:
    void retain() const noexcept;
    void release() noexcept
    {
        if (m_tag == Tag::Heap)
            drop(m.p);
    }
    static void drop(HeapObject *object) noexcept;

    Tag m_tag = Tag::Empty;
    union Payload {
        std::int64_t i;
        double d;
        HeapObject *p;
    } m = {0};
};

using Objects = std::vector<Object>;

/// What a call brings: values in order, and named ones.
struct Arguments {
    Objects positional;
    std::vector<std::pair<QString, Object>> keywords;

    int count() const { return int(positional.size()); }
    bool empty() const { return positional.empty() && keywords.empty(); }
    /// Takes the keyword argument of that name out; empty if there is none.
    Object takeKeyword(const char *name);
};

/// Deep copies for another thread; see Interpreter::copyGlobals. Keeps shared and cyclic structure.
class Copier {
public:
    Copier();
    ~Copier();
    Object copy(const Object &object);
    void remember(const HeapObject *original, const Object &made);

private:
    struct Private;
    std::unique_ptr<Private> d;
};

using Visitor = std::function<void(Object &)>;

/// The protocol of everything that is not held in place. What a class does not override is refused
/// with Python's own message.
///
/// Attributes are only what a class lists: there is no way from an object to its class, its module
/// or anything with two underscores, which is what keeps a stranger's workbook inside.
class HeapObject {
public:
    explicit HeapObject(Kind kind) noexcept;
    virtual ~HeapObject();
    HeapObject(const HeapObject &) = delete;
    HeapObject &operator=(const HeapObject &) = delete;

    Kind kind() const { return m_kind; }
    virtual QString typeName() const = 0;

    // --- What a script sees ---
    virtual QString repr(Machine &vm);
    virtual QString str(Machine &vm) { return repr(vm); }
    virtual bool truth(Machine &vm);
    virtual std::size_t hash(Machine &vm); // by identity
    /// Empty: no such attribute.
    virtual Object attribute(Machine &vm, const QString &name);
    virtual void setAttribute(Machine &vm, const QString &name, const Object &value);
    /// Names for "did you mean" and completion.
    virtual QStringList attributeNames(Machine &vm);
    virtual Object call(Machine &vm, Arguments &arguments);
    virtual std::optional<std::int64_t> length(Machine &vm);
    virtual Object item(Machine &vm, const Object &key);
    virtual void setItem(Machine &vm, const Object &key, const Object &value);
    virtual void deleteItem(Machine &vm, const Object &key);
    virtual Object iterate(Machine &vm);           // iter(x); an iterator gives itself
    virtual bool next(Machine &vm, Object &value); // iterators only
    /// `async for`: an awaitable of an iterator; empty: not supported.
    virtual Object asyncIterate(Machine &) { return {}; }
    /// Empty: not supported, ask the other side. `reflected`: this object is the right operand.
    virtual Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected);
    virtual Object unary(Machine &vm, QChar op); // '-', '+', '~'; empty: not supported
    /// Empty: not supported. Equal falls back on identity.
    virtual Object compare(Machine &vm, CompareOp op, const Object &other);
    virtual std::optional<bool> contains(Machine &vm, const Object &value);
    /// isinstance(value, this); nothing: this is no class.
    virtual std::optional<bool> hasInstance(const Object &) { return std::nullopt; }
    virtual QString format(Machine &vm, const QString &spec);

    // --- What keeps the heap in order ---
    /// Calls the visitor on every Object held. Only classes that can close a circle need to.
    virtual void traverse(const Visitor &) {}
    /// True if traverse() is worth asking: such objects are known to the heap and found when only a
    /// circle holds them.
    virtual bool isContainer() const { return false; }
    /// A copy that shares nothing mutable; empty: immutable, the same object serves every thread.
    virtual Object copyFor(Copier &) const { return {}; }
    /// True once it was changed since it was made or copied.
    bool wasMutated() const { return m_mutated; }
    void setMutated(bool mutated) { m_mutated = mutated; }

    /// Tells the heap that this object's own memory is now so many bytes; throws LimitExceeded
    /// beyond the limit.
    void setBytes(std::size_t bytes);
    Heap *owner() const { return m_heap; }
    /// True if more than one handle leads here.
    bool isShared() const { return m_references.load(std::memory_order_relaxed) > 1; }

private:
    friend class Object;
    friend class Heap;
    std::atomic<std::int32_t> m_references{1};
    Kind m_kind;
    bool m_mutated = false;
    bool m_tracked = false;
    std::int64_t m_scratch = 0; // the collector's count
    std::size_t m_bytes = 0;
    Heap *m_heap;
    HeapObject *m_previous = nullptr, *m_next = nullptr;
};

/// Counts the memory of a script's objects, and finds circles that nobody holds any more. Any
/// thread.
///
/// Lives as long as its last object; `release()` gives up the maker's own share.
class Heap {
public:
    static Heap *create(std::int64_t limitBytes);
    void release();

    std::int64_t bytes() const { return m_bytes.load(std::memory_order_relaxed); }
    void setLimit(std::int64_t limitBytes) { m_limit.store(limitBytes, std::memory_order_relaxed); }
    /// Throws LimitExceeded if so many more bytes would be too many: asked before big results are
    /// made.
    void require(std::uint64_t bytes) const;
    /// Frees circles of containers. Only while no other thread works with objects of this heap.
    void collect();

    /// The heap of this thread's running script; a boundless one where none runs.
    static Heap *current() noexcept;
    class Scope {
    public:
        explicit Scope(Heap *heap) noexcept;
        ~Scope();
        Scope(const Scope &) = delete;

    private:
        Heap *m_before;
    };

private:
    friend class HeapObject;
    friend class Object;
    explicit Heap(std::int64_t limit) : m_limit(limit) {}
    void add(HeapObject *object);
    void track(HeapObject *object);
    void remove(HeapObject *object);

    std::atomic<std::int64_t> m_bytes{0};
    std::atomic<std::int64_t> m_limit;
    std::atomic<std::int64_t> m_holders{1};
    std::mutex m_mutex;
    HeapObject *m_first = nullptr;
};

inline bool Object::isKind(Kind kind) const
{
    return m_tag == Tag::Heap && m.p->kind() == kind;
}

inline void Object::retain() const noexcept
{
    if (m_tag == Tag::Heap)
        m.p->m_references.fetch_add(1, std::memory_order_relaxed);
}

template <typename T, typename... A>
Object Object::make(A &&...arguments)
{
    T *made = new T(std::forward<A>(arguments)...);
    Object o;
    o.m_tag = Tag::Heap;
    o.m.p = made;
    if (made->isContainer())
        made->m_heap->track(made);
    return o;
}

} // namespace heddle::script
