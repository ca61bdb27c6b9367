#include "orm/script/containers.h"

#include "orm/script/errors.h"
#include "orm/script/operators.h"
#include "orm/script/setorder.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

// --- HashTable ---

std::int64_t HashTable::locate(Machine &vm, const Object &key, std::size_t hash) const
{
    if (m_buckets.empty())
        return -1;
    const std::size_t mask = m_buckets.size() - 1;
    for (std::size_t at = hash & mask;; at = (at + 1) & mask) {
        const std::int32_t slot = m_buckets[at];
        if (slot == 0)
            return -1;
        if (slot > 0) {
            const Entry &entry = m_entries[std::size_t(slot - 1)];
            if (entry.hash == hash && equalObjects(vm, entry.key, key))
                return std::int64_t(at);
        }
    }
}

void HashTable::place(std::size_t entry)
{
    const std::size_t mask = m_buckets.size() - 1;
    std::size_t at = m_entries[entry].hash & mask;
    while (m_buckets[at] > 0)
        at = (at + 1) & mask;
    m_buckets[at] = std::int32_t(entry + 1);
}

void HashTable::rebuild(std::size_t buckets)
{
    std::vector<Entry> kept;
    kept.reserve(m_entries.size());
    for (Entry &entry : m_entries) {
        if (!entry.key.isEmpty())
            kept.push_back(std::move(entry));
    }
    m_entries = std::move(kept);
    m_buckets.assign(buckets, 0);
    for (std::size_t i = 0; i < m_entries.size(); ++i)
        place(i);
}

void HashTable::grow()
{
    if ((m_entries.size() + 1) * 3 < m_buckets.size() * 2)
        return;
    std::size_t buckets = 8;
    while (std::size_t(m_live + 1) * 2 >= buckets)
        buckets *= 2;
    rebuild(buckets);
}

Object *HashTable::findText(const QString &key)
{
    if (m_buckets.empty())
        return nullptr;
    const std::size_t hash = qHash(key), mask = m_buckets.size() - 1;
    for (std::size_t at = hash & mask; m_buckets[at] != 0; at = (at + 1) & mask) {
        if (m_buckets[at] < 0)
            continue;
        Entry &entry = m_entries[std::size_t(m_buckets[at] - 1)];
        if (entry.hash == hash && entry.key.isStr() && entry.key.text() == key)
            return &entry.value;
    }
    return nullptr;
}

void HashTable::insertText(const QString &key, Object value)
{
    if (Object *present = findText(key)) {
        *present = std::move(value);
        return;
    }
    grow();
    m_entries.push_back({Object::str(key), std::move(value), qHash(key)});
    ++m_live;
    place(m_entries.size() - 1);
}

Object *HashTable::find(Machine &vm, const Object &key)
{
    const std::int64_t at = locate(vm, key, hashOf(vm, key));
    return at < 0 ? nullptr : &m_entries[std::size_t(m_buckets[std::size_t(at)] - 1)].value;
}

bool HashTable::insert(Machine &vm, const Object &key, Object value)
{
    const std::size_t hash = hashOf(vm, key);
    const std::int64_t at = locate(vm, key, hash);
    if (at >= 0) {
        m_entries[std::size_t(m_buckets[std::size_t(at)] - 1)].value = std::move(value);
        return false;
    }
    grow();
    m_entries.push_back({key, std::move(value), hash});
    ++m_live;
    place(m_entries.size() - 1);
    return true;
}

bool HashTable::remove(Machine &vm, const Object &key)
{
    const std::int64_t at = locate(vm, key, hashOf(vm, key));
    if (at < 0)
        return false;
    std::int32_t &slot = m_buckets[std::size_t(at)];
    Entry &entry = m_entries[std::size_t(slot - 1)];
    slot = -1;
    const Entry dropped = std::exchange(entry, Entry{}); // dies after the table is in order
    --m_live;
    return true;
}

void HashTable::clear()
{
    std::vector<Entry> dropped;
    dropped.swap(m_entries);
    m_buckets.clear();
    m_live = 0;
}

std::size_t HashTable::byteSize() const
{
    return m_entries.capacity() * sizeof(Entry) + m_buckets.capacity() * sizeof(std::int32_t);
}

namespace {

/// Walks a table's entries, and notices a table that changes its size under the walk, as Python
/// does.
Object iterateTable(const Object &holder, HashTable &table, const char *type, const char *what,
                    std::function<Object(const HashTable::Entry &)> give)
{
    return Iterator::of(type, [holder, &table, what, give = std::move(give), i = std::size_t(0),
                               size = table.size()](Machine &, Object &value) mutable {
        if (table.size() != size)
            throw RuntimeError(QLatin1String(what) + u" changed size during iteration"_s);
        const auto &entries = table.entries();
        while (i < entries.size() && entries[i].key.isEmpty())
            ++i;
        if (i >= entries.size())
            return false;
        value = give(entries[i++]);
        return true;
    });
}

} // namespace

// --- Dict ---

Object Dict::get(Machine &vm, const Object &key)
{
    const Object *value = m_table.find(vm, key);
    return value ? *value : Object();
}

void Dict::set(Machine &vm, const Object &key, Object value)
{
    m_table.insert(vm, key, std::move(value));
    setMutated(true);
    setBytes(m_table.byteSize());
}

bool Dict::remove(Machine &vm, const Object &key)
{
    setMutated(true);
    return m_table.remove(vm, key);
}

void Dict::clear()
{
    m_table.clear();
    setMutated(true);
    setBytes(0);
}

void Dict::setText(const QString &key, Object value)
{
    m_table.insertText(key, std::move(value));
    setMutated(true);
    setBytes(m_table.byteSize());
}

Object Dict::getText(const QString &key)
{
    const Object *value = m_table.findText(key);
    return value ? *value : Object();
}

void Dict::update(Machine &vm, const Object &other)
{
    if (Dict *dict = other.as<Dict>()) {
        const std::vector<HashTable::Entry> entries = dict->m_table.entries();
        for (const HashTable::Entry &entry : entries) {
            if (!entry.key.isEmpty())
                set(vm, entry.key, entry.value);
        }
        return;
    }
    int index = 0;
    forEach(vm, other, [&](const Object &pair) {
        const Objects both = listOf(vm, pair);
        if (both.size() != 2)
            throw ValueError(
                u"dictionary update sequence element #%1 has length %2; 2 is required"_s.arg(index)
                    .arg(both.size()));
        set(vm, both[0], both[1]);
        ++index;
        return true;
    });
}

QString Dict::repr(Machine &vm)
{
    const BeingShown shown(this);
    if (shown.isInsideItself())
        return u"{...}"_s;
    const Machine::Depth depth(vm, "while getting the repr of an object");
    QString text = u"{"_s;
    for (std::size_t i = 0; i < m_table.entries().size(); ++i) {
        const HashTable::Entry entry = m_table.entries()[i];
        if (entry.key.isEmpty())
            continue;
        vm.tick();
        if (text.size() > 1)
            text += u", "_s;
        text += reprOf(vm, entry.key) + u": "_s + reprOf(vm, entry.value);
        owner()->require(std::uint64_t(text.size()) * 2);
    }
    return text + u'}';
}

std::size_t Dict::hash(Machine &)
{
    throw TypeError(u"unhashable type: 'dict'"_s);
}

Object Dict::item(Machine &vm, const Object &key)
{
    const Object *value = m_table.find(vm, key);
    if (!value)
        throw keyError(key);
    return *value;
}

void Dict::deleteItem(Machine &vm, const Object &key)
{
    if (!remove(vm, key))
        throw keyError(key);
}

Object Dict::iterate(Machine &)
{
    return iterateTable(Object::share(this), m_table, "dict_keyiterator", "dictionary",
                        [](const HashTable::Entry &e) { return e.key; });
}

Object Dict::binary(Machine &vm, BinaryOp op, const Object &other, bool reflected)
{
    if (op != BinaryOp::Or || reflected || !other.isKind(Kind::Dict))
        return {};
    Object merged = Object::make<Dict>();
    merged.as<Dict>()->update(vm, Object::share(this));
    merged.as<Dict>()->update(vm, other);
    return merged;
}

Object Dict::compare(Machine &vm, CompareOp op, const Object &other)
{
    Dict *theirs = other.as<Dict>();
    if (!theirs || (op != CompareOp::Equal && op != CompareOp::NotEqual))
        return {};
    const Machine::Depth depth(vm, "in comparison");
    bool equal = m_table.size() == theirs->m_table.size();
    for (std::size_t i = 0; equal && i < m_table.entries().size(); ++i) {
        const HashTable::Entry entry = m_table.entries()[i];
        if (entry.key.isEmpty())
            continue;
        const Object value = theirs->get(vm, entry.key);
        equal = !value.isEmpty() && equalObjects(vm, entry.value, value);
    }
    return Object::boolean(equal == (op == CompareOp::Equal));
}

std::optional<bool> Dict::contains(Machine &vm, const Object &value)
{
    return m_table.find(vm, value) != nullptr;
}

void Dict::traverse(const Visitor &visit)
{
    for (HashTable::Entry &entry : m_table.entries()) {
        visit(entry.key);
        visit(entry.value);
    }
}

Object Dict::copyFor(Copier &copier) const
{
    Object made = Object::make<Dict>();
    copier.remember(this, made);
    Dict *dict = made.as<Dict>();
    dict->m_table = m_table; // hashes and places stay, only what is held is copied
    for (HashTable::Entry &entry : dict->m_table.entries()) {
        entry.key = copier.copy(entry.key);
        entry.value = copier.copy(entry.value);
    }
    dict->setBytes(dict->m_table.byteSize());
    return made;
}

// --- DictView ---

QString DictView::typeName() const
{
    switch (m_part) {
    case Keys:
        return u"dict_keys"_s;
    case Values:
        return u"dict_values"_s;
    case Items:
        return u"dict_items"_s;
    }
    return {};
}

QString DictView::repr(Machine &vm)
{
    return typeName() + u'(' + reprOf(vm, List::of(listOf(vm, Object::share(this)))) + u')';
}

std::optional<std::int64_t> DictView::length(Machine &)
{
    return m_dict.as<Dict>()->table().size();
}

Object DictView::iterate(Machine &)
{
    const Part part = m_part;
    return iterateTable(
        m_dict, m_dict.as<Dict>()->table(), "dict_iterator", "dictionary",
        [part](const HashTable::Entry &e) {
            return part == Keys ? e.key : part == Values ? e.value : Tuple::of({e.key, e.value});
        });
}

std::optional<bool> DictView::contains(Machine &vm, const Object &value)
{
    if (m_part == Keys)
        return m_dict.as<Dict>()->contains(vm, value);
    bool found = false;
    forEach(vm, Object::share(this), [&](const Object &one) {
        found = equalObjects(vm, one, value);
        return !found;
    });
    return found;
}

Object DictView::binary(Machine &vm, BinaryOp op, const Object &other, bool reflected)
{
    const bool isSetOperation =
        op == BinaryOp::And || op == BinaryOp::Or || op == BinaryOp::Sub || op == BinaryOp::Xor;
    if (m_part == Values || !isSetOperation || !other.isHeap())
        return {};
    const Object mine = Set::of(vm, Object::share(this)), theirs = Set::of(vm, other);
    return reflected ? binaryObjects(vm, op, theirs, mine) : binaryObjects(vm, op, mine, theirs);
}

Object DictView::compare(Machine &vm, CompareOp op, const Object &other)
{
    if (m_part == Values || (op != CompareOp::Equal && op != CompareOp::NotEqual))
        return {};
    const bool isView = other.isKind(Kind::Other) && dynamic_cast<DictView *>(other.heap());
    if (!isView && !other.isKind(Kind::Set))
        return {};
    return compareObjects(vm, op, Set::of(vm, Object::share(this)), Set::of(vm, other));
}

Object DictView::copyFor(Copier &copier) const
{
    return Object::make<DictView>(copier.copy(m_dict), m_part);
}

// --- Set ---

Object Set::of(Machine &vm, const Object &iterable)
{
    Object made = Object::make<Set>();
    forEach(vm, iterable, [&](const Object &item) {
        made.as<Set>()->add(vm, item);
        return true;
    });
    return made;
}

void Set::add(Machine &vm, const Object &value)
{
    if (!m_table.find(vm, value))
        m_table.insert(vm, value, Object::none());
    setMutated(true);
    setBytes(m_table.byteSize());
}

bool Set::remove(Machine &vm, const Object &value)
{
    setMutated(true);
    return m_table.remove(vm, value);
}

void Set::clear()
{
    m_table.clear();
    setMutated(true);
    setBytes(0);
}

QString Set::repr(Machine &vm)
{
    if (m_table.size() == 0)
        return u"set()"_s;
    const Machine::Depth depth(vm, "while getting the repr of an object");
    QString text = u"{"_s;
    for (const std::size_t i : setOrder(m_table.entries())) {
        if (i >= m_table.entries().size()) // a repr() has changed it
            break;
        const Object key = m_table.entries()[i].key;
        if (key.isEmpty())
            continue;
        vm.tick();
        if (text.size() > 1)
            text += u", "_s;
        text += reprOf(vm, key);
        owner()->require(std::uint64_t(text.size()) * 2);
    }
    return text + u'}';
}

std::size_t Set::hash(Machine &)
{
    throw TypeError(u"unhashable type: 'set'"_s);
}

Object Set::iterate(Machine &)
{
    return Iterator::of("set_iterator", [self = Object::share(this), this,
                                         order = setOrder(m_table.entries()), i = std::size_t(0),
                                         size = m_table.size()](Machine &, Object &value) mutable {
        if (m_table.size() != size)
            throw RuntimeError(u"Set changed size during iteration"_s);
        if (i >= order.size() || order[i] >= m_table.entries().size())
            return false;
        value = m_table.entries()[order[i++]].key;
        return true;
    });
}

Object Set::binary(Machine &vm, BinaryOp op, const Object &other, bool reflected)
{
    Set *theirs = other.as<Set>();
    if (!theirs || reflected)
        return {};
    Object made = Object::make<Set>();
    const auto take = [&](Set &from, auto &&wanted) {
        forEach(vm, Object::share(&from), [&](const Object &item) {
            if (wanted(item))
                made.as<Set>()->add(vm, item);
            return true;
        });
    };
    const auto inTheirs = [&](const Object &o) { return theirs->m_table.find(vm, o) != nullptr; };
    const auto inMine = [&](const Object &o) { return m_table.find(vm, o) != nullptr; };
    if (op == BinaryOp::Or) {
        take(*this, [](const Object &) { return true; });
        take(*theirs, [](const Object &) { return true; });
    } else if (op == BinaryOp::And) {
        take(*this, inTheirs);
    } else if (op == BinaryOp::Sub) {
        take(*this, [&](const Object &o) { return !inTheirs(o); });
    } else if (op == BinaryOp::Xor) {
        take(*this, [&](const Object &o) { return !inTheirs(o); });
        take(*theirs, [&](const Object &o) { return !inMine(o); });
    } else {
        return {};
    }
    return made;
}

Object Set::compare(Machine &vm, CompareOp op, const Object &other)
{
    Set *theirs = other.as<Set>();
    if (!theirs)
        return {};
    const auto within = [&vm](Set &small, Set &big) {
        bool all = true;
        forEach(vm, Object::share(&small), [&](const Object &item) {
            all = big.m_table.find(vm, item) != nullptr;
            return all;
        });
        return all;
    };
    const std::int64_t mine = m_table.size(), his = theirs->m_table.size();
    switch (op) {
    case CompareOp::Equal:
        return Object::boolean(mine == his && within(*this, *theirs));
    case CompareOp::NotEqual:
        return Object::boolean(mine != his || !within(*this, *theirs));
    case CompareOp::LessEqual:
        return Object::boolean(mine <= his && within(*this, *theirs));
    case CompareOp::Less:
        return Object::boolean(mine < his && within(*this, *theirs));
    case CompareOp::GreaterEqual:
        return Object::boolean(mine >= his && within(*theirs, *this));
    case CompareOp::Greater:
        return Object::boolean(mine > his && within(*theirs, *this));
    case CompareOp::In:
    case CompareOp::NotIn:
    case CompareOp::Is:
    case CompareOp::IsNot:
        break;
    }
    return {};
}

std::optional<bool> Set::contains(Machine &vm, const Object &value)
{
    return m_table.find(vm, value) != nullptr;
}

void Set::traverse(const Visitor &visit)
{
    for (HashTable::Entry &entry : m_table.entries())
        visit(entry.key);
}

Object Set::copyFor(Copier &copier) const
{
    Object made = Object::make<Set>();
    copier.remember(this, made);
    Set *set = made.as<Set>();
    set->m_table = m_table;
    for (HashTable::Entry &entry : set->m_table.entries())
        entry.key = copier.copy(entry.key);
    set->setBytes(set->m_table.byteSize());
    return made;
}

} // namespace heddle::script
