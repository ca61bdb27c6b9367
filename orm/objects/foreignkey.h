#pragma once

#include "orm/objects/typedstruct.h"

namespace heddle {

namespace detail {

struct RelationSource;

/// What all keys have in common: the key's value, where the row came from, the object once it is
/// there.
class KeyBase {
public:
    KeyBase() = default;
    // Not inline: every struct with keys would repeat them.
    KeyBase(const KeyBase &);
    KeyBase(KeyBase &&) noexcept;
    KeyBase &operator=(const KeyBase &);
    KeyBase &operator=(KeyBase &&) noexcept;
    ~KeyBase();

    bool isNull() const { return m_held == Held::Nothing; }
    explicit operator bool() const { return !isNull(); }
    /// The key's value; null without one.
    Value value() const;
    /// A whole-number key. Throws ValueError for one that is null or something else.
    qint64 id() const;
    /// True if reading the object asks no database: it came with its row, was read before, or there
    /// is none.
    bool isLoaded() const { return isNull() || m_object; }

    friend bool operator==(const KeyBase &a, const KeyBase &b) { return a.value() == b.value(); }

    // --- For the engine ---
    void setKey(const Value &key);
    void setWholeKey(qint64 key)
    {
        m_whole = key;
        m_held = Held::Whole;
    }
    /// `row`: which one of its evaluation, for traces.
    void setSource(std::shared_ptr<const RelationSource> source, qint32 row = -1)
    {
        m_source = std::move(source);
        m_row = row;
    }
    void setObject(std::shared_ptr<void> object) const { m_object = std::move(object); }
    const std::shared_ptr<void> &object() const { return m_object; }
    const std::shared_ptr<const RelationSource> &source() const { return m_source; }

protected:
    /// The object; loads it if it must. Throws DoesNotExist for a key that is null.
    void *loaded(TypedModel &target) const;
    void assignObject(TypedModel &target, std::shared_ptr<void> object);

private:
    enum class Held : quint8 { Nothing, Whole, Other };
    std::shared_ptr<const Value> m_other;
    mutable std::shared_ptr<void> m_object;
    std::shared_ptr<const RelationSource> m_source;
    qint64 m_whole = 0;
    qint32 m_row = -1;
    Held m_held = Held::Nothing;
};

} // namespace detail

/// A key that points to a row of another struct, and, once it was loaded, that row.
///
/// A ForeignKey can always be null in C++ (isNull()); whether its column may be is said in
/// describe() with null(). `book.author->name` reads the object; if it did not come with its row
/// (selectRelated), that is an implicit load: a query in sync code, by the queryset's load mode,
/// and SynchronousOnlyOperation in async code. There it is `co_await db.aload(book.author)`.
///
/// A struct belongs to one thread at a time, like any value; copies share the loaded object.
template <typename T>
class ForeignKey : public detail::KeyBase {
public:
    using Target = T;
    ForeignKey() = default;
    ForeignKey(std::nullptr_t) {}
    template <typename K>
    requires(std::integral<K> && !std::same_as<K, bool>) ForeignKey(K key)
    {
        setWholeKey(qint64(key));
    }
    ForeignKey(const QString &key) { setKey(Value(key)); }
    ForeignKey(const QUuid &key) { setKey(Value(key)); }
    /// Points to a saved object and keeps a copy of it.
    ForeignKey(const T &object)
    {
        assignObject(detail::TypedModelOf<T>::get(), std::make_shared<T>(object));
    }
    ForeignKey(std::shared_ptr<T> object)
    {
        assignObject(detail::TypedModelOf<T>::get(), std::move(object));
    }

    const T *operator->() const
    {
        return static_cast<const T *>(loaded(detail::TypedModelOf<T>::get()));
    }
    const T &operator*() const { return *operator->(); }
    const T &get() const { return *operator->(); }
    /// For changing it: all copies of this key see the change.
    T &edit() { return *static_cast<T *>(loaded(detail::TypedModelOf<T>::get())); }
};

/// A ForeignKey that no two rows share.
template <typename T>
class OneToOne : public ForeignKey<T> {
public:
    using ForeignKey<T>::ForeignKey;
};

} // namespace heddle
