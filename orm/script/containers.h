#pragma once

#include "orm/script/object.h"

namespace heddle::script {

/// A slice's three parts as written.
class Slice final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Slice;
    Slice(Object lower, Object upper, Object step)
        : HeapObject(kKind), lower(std::move(lower)), upper(std::move(upper)), step(std::move(step))
    {
    }
    /// Which indexes of a sequence of that size are meant, by Python's rules. Throws ValueError for
    /// a zero step.
    struct Indexes {
        std::int64_t start = 0, step = 1, count = 0;
    };
    Indexes indexes(std::int64_t size) const;
    QString typeName() const override { return QStringLiteral("slice"); }
    QString repr(Machine &vm) override;

    const Object lower, upper, step;
};

/// Whole-number index from an object: int or bool. Throws TypeError "<what> indices must be
/// integers ..., not str".
std::int64_t indexFrom(const Object &key, const char *what);
/// An index into `size` elements, counted from the end if negative; throws IndexError "<what> index
/// out of range".
std::size_t checkedIndex(std::int64_t index, std::int64_t size, const char *what);

/// list and tuple.
class Sequence : public HeapObject {
public:
    const Objects &items() const { return m_items; }
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;
    std::optional<std::int64_t> length(Machine &) override { return std::int64_t(m_items.size()); }
    Object item(Machine &vm, const Object &key) override;
    Object iterate(Machine &vm) override;
    Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;
    std::optional<bool> contains(Machine &vm, const Object &value) override;

protected:
    Sequence(Kind kind, Objects items);
    virtual Object sibling(Objects items) const = 0;
    void account();
    Objects m_items;
};

class List final : public Sequence {
public:
    static constexpr Kind kKind = Kind::List;
    explicit List(Objects items = {}) : Sequence(kKind, std::move(items)) {}
    static Object of(Objects items) { return Object::make<List>(std::move(items)); }

    QString typeName() const override { return QStringLiteral("list"); }
    QString repr(Machine &vm) override;
    std::size_t hash(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    void setItem(Machine &vm, const Object &key, const Object &value) override;
    void deleteItem(Machine &vm, const Object &key) override;
    Object copyFor(Copier &copier) const override;

    void append(Object value);
    void extend(Machine &vm, const Object &iterable);
    /// For natives that rearrange: call changed() afterwards.
    Objects &mutableItems() { return m_items; }
    void changed();

protected:
    Object sibling(Objects items) const override { return of(std::move(items)); }
};

class Tuple final : public Sequence {
public:
    static constexpr Kind kKind = Kind::Tuple;
    using Names = std::shared_ptr<const QStringList>;
    explicit Tuple(Objects items = {}, Names names = {}, QString type = QStringLiteral("tuple"))
        : Sequence(kKind, std::move(items)), m_names(std::move(names)), m_type(std::move(type))
    {
    }
    static Object of(Objects items) { return Object::make<Tuple>(std::move(items)); }
    /// A row of values_list(named=True): its members have names too. `type` is what repr() calls
    /// it.
    static Object named(Objects items, Names names, QString type = QStringLiteral("Row"))
    {
        return Object::make<Tuple>(std::move(items), std::move(names), std::move(type));
    }

    QString typeName() const override { return m_type; }
    QString repr(Machine &vm) override;
    std::size_t hash(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    Object copyFor(Copier &copier) const override;

protected:
    Object sibling(Objects items) const override { return of(std::move(items)); }

private:
    Names m_names; // null: a plain tuple
    QString m_type;
};

/// Keys in the order of their insertion, found by hash and ==. The table behind dict and set.
class HashTable {
public:
    struct Entry {
        Object key; // empty: removed
        Object value;
        std::size_t hash = 0;
    };
    Object *find(Machine &vm, const Object &key);
    Object *findText(const QString &key);
    void insertText(const QString &key, Object value);
    /// True if the key is new.
    bool insert(Machine &vm, const Object &key, Object value);
    bool remove(Machine &vm, const Object &key);
    void clear();
    std::int64_t size() const { return m_live; }
    const std::vector<Entry> &entries() const { return m_entries; }
    std::vector<Entry> &entries() { return m_entries; }
    std::size_t byteSize() const;

private:
    std::int64_t locate(Machine &vm, const Object &key, std::size_t hash) const; // -1: not there
    void grow();
    void place(std::size_t entry);
    void rebuild(std::size_t buckets);
    std::vector<Entry> m_entries;
    std::vector<std::int32_t> m_buckets; // entry + 1; 0: free; -1: removed
    std::int64_t m_live = 0;
};

class Dict final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Dict;
    Dict() : HeapObject(kKind) {}

    /// Empty: no such key.
    Object get(Machine &vm, const Object &key);
    void set(Machine &vm, const Object &key, Object value);
    bool remove(Machine &vm, const Object &key);
    void clear();
    /// By a text key; needs no machine, since texts compare by themselves.
    void setText(const QString &key, Object value);
    Object getText(const QString &key);
    HashTable &table() { return m_table; }
    void update(Machine &vm, const Object &other);

    QString typeName() const override { return QStringLiteral("dict"); }
    QString repr(Machine &vm) override;
    std::size_t hash(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    std::optional<std::int64_t> length(Machine &) override { return m_table.size(); }
    Object item(Machine &vm, const Object &key) override;
    void setItem(Machine &vm, const Object &key, const Object &value) override
    {
        set(vm, key, value);
    }
    void deleteItem(Machine &vm, const Object &key) override;
    Object iterate(Machine &vm) override;
    Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;
    std::optional<bool> contains(Machine &vm, const Object &value) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;
    Object copyFor(Copier &copier) const override;

private:
    HashTable m_table;
};

/// What keys(), values() and items() give: a live view of a dict.
class DictView final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    enum Part { Keys, Values, Items };
    DictView(Object dict, Part part) : HeapObject(kKind), m_dict(std::move(dict)), m_part(part) {}
    QString typeName() const override;
    QString repr(Machine &vm) override;
    std::optional<std::int64_t> length(Machine &) override;
    Object iterate(Machine &vm) override;
    std::optional<bool> contains(Machine &vm, const Object &value) override;
    Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override { visit(m_dict); }
    Object copyFor(Copier &copier) const override;

private:
    Object m_dict;
    Part m_part;
};

class Set final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Set;
    Set() : HeapObject(kKind) {}
    static Object of(Machine &vm, const Object &iterable);

    void add(Machine &vm, const Object &value);
    bool remove(Machine &vm, const Object &value);
    void clear();
    HashTable &table() { return m_table; }

    QString typeName() const override { return QStringLiteral("set"); }
    QString repr(Machine &vm) override;
    std::size_t hash(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    std::optional<std::int64_t> length(Machine &) override { return m_table.size(); }
    Object iterate(Machine &vm) override;
    Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;
    std::optional<bool> contains(Machine &vm, const Object &value) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;
    Object copyFor(Copier &copier) const override;

private:
    HashTable m_table;
};

class Range final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Range;
    Range(std::int64_t start, std::int64_t stop, std::int64_t step);
    std::int64_t at(std::int64_t index) const { return start + index * step; }
    QString typeName() const override { return QStringLiteral("range"); }
    QString repr(Machine &vm) override;
    std::size_t hash(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    std::optional<std::int64_t> length(Machine &) override { return count; }
    Object item(Machine &vm, const Object &key) override;
    Object iterate(Machine &vm) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;
    std::optional<bool> contains(Machine &vm, const Object &value) override;

    const std::int64_t start, stop, step;
    std::int64_t count = 0;
};

/// An iterator made of a function that gives the next value or says that there is none.
class Iterator final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Iterator;
    using Step = std::function<bool(Machine &, Object &)>;
    Iterator(QString type, Step step)
        : HeapObject(kKind), m_type(std::move(type)), m_step(std::move(step))
    {
    }
    static Object of(const char *type, Step step)
    {
        return Object::make<Iterator>(QString::fromLatin1(type), std::move(step));
    }
    QString typeName() const override { return m_type; }
    Object iterate(Machine &) override { return Object::share(this); }
    bool next(Machine &vm, Object &value) override;
    Object copyFor(Copier &copier) const override;

private:
    QString m_type;
    Step m_step;
};

/// A container whose repr() is being made on this thread, for a scope. Inside itself it is shown as
/// dots.
class BeingShown {
public:
    explicit BeingShown(const HeapObject *container);
    ~BeingShown();
    BeingShown(const BeingShown &) = delete;
    bool isInsideItself() const { return m_again; }

private:
    const bool m_again;
};

/// Every element of an iterable. Counts as work, and throws LimitExceeded where there is no end of
/// it.
Objects listOf(Machine &vm, const Object &iterable);
void forEach(Machine &vm, const Object &iterable,
             const std::function<bool(const Object &)> &use); // false ends it

} // namespace heddle::script
