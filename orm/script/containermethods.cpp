#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/natives.h"
#include "orm/script/operators.h"
#include "orm/script/sorting.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

// --- list ---

Object listAppend(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("append", a);
    const Object value = in.required("object");
    in.end();
    self.as<List>()->append(value);
    return Object::none();
}

Object listExtend(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("extend", a);
    const Object iterable = in.required("iterable");
    in.end();
    self.as<List>()->extend(vm, iterable);
    return Object::none();
}

Object listInsert(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("insert", a);
    std::int64_t at = in.integer("index");
    const Object value = in.required("object");
    in.end();
    List *list = self.as<List>();
    const std::int64_t size = std::int64_t(list->items().size());
    at = std::clamp<std::int64_t>(at < 0 ? at + size : at, 0, size);
    list->mutableItems().insert(list->mutableItems().begin() + at, value);
    list->changed();
    return Object::none();
}

Object listPop(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader in("pop", a);
    const std::int64_t at = in.integer("index", -1);
    in.end();
    Objects &items = self.as<List>()->mutableItems();
    if (items.empty())
        throw IndexError(u"pop from empty list"_s);
    const std::size_t i = checkedIndex(at, std::int64_t(items.size()), "pop");
    const Object value = items[i];
    items.erase(items.begin() + std::ptrdiff_t(i));
    self.as<List>()->changed();
    return value;
}

std::size_t positionIn(Machine &vm, const Object &self, const Object &value, const char *message)
{
    const Sequence *sequence = static_cast<const Sequence *>(self.heap());
    for (std::size_t i = 0; i < sequence->items().size(); ++i) {
        vm.tick();
        if (equalObjects(vm, Object(sequence->items()[i]), value))
            return i;
    }
    throw ValueError(message ? QString::fromLatin1(message)
                             : reprOf(vm, value) + u" is not in list"_s);
}

Object listRemove(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("remove", a);
    const Object value = in.required("value");
    in.end();
    const std::size_t at = positionIn(vm, self, value, "list.remove(x): x not in list");
    Objects &items = self.as<List>()->mutableItems();
    items.erase(items.begin() + std::ptrdiff_t(at));
    self.as<List>()->changed();
    return Object::none();
}

Object listClear(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("clear", a).end();
    Objects dropped;
    dropped.swap(self.as<List>()->mutableItems());
    self.as<List>()->changed();
    return Object::none();
}

Object listReverse(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("reverse", a).end();
    Objects &items = self.as<List>()->mutableItems();
    std::reverse(items.begin(), items.end());
    self.as<List>()->changed();
    return Object::none();
}

Object listSort(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("sort", a);
    const Object key = in.keyword("key", Object::none());
    const bool reverse = in.flag(vm, "reverse", false);
    in.end();
    Objects items = self.as<List>()->items();
    sortObjects(vm, items, key, reverse);
    self.as<List>()->mutableItems() = std::move(items);
    self.as<List>()->changed();
    return Object::none();
}

Object listCopy(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("copy", a).end();
    return List::of(self.as<List>()->items());
}

Object sequenceIndex(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("index", a);
    const Object value = in.required("value");
    in.end();
    const char *message = self.isKind(Kind::Tuple) ? "tuple.index(x): x not in tuple" : nullptr;
    return Object::integer(std::int64_t(positionIn(vm, self, value, message)));
}

Object sequenceCount(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("count", a);
    const Object value = in.required("value");
    in.end();
    std::int64_t n = 0;
    forEach(vm, self, [&](const Object &item) {
        n += equalObjects(vm, item, value);
        return true;
    });
    return Object::integer(n);
}

constexpr NativeEntry kListMethods[] = {
    {"append", listAppend},   {"clear", listClear},   {"copy", listCopy},
    {"count", sequenceCount}, {"extend", listExtend}, {"index", sequenceIndex},
    {"insert", listInsert},   {"pop", listPop},       {"remove", listRemove},
    {"reverse", listReverse}, {"sort", listSort},
};

constexpr NativeEntry kTupleMethods[] = {{"count", sequenceCount}, {"index", sequenceIndex}};

// --- dict ---

Object dictGet(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("get", a);
    const Object key = in.required("key"), fallback = in.optional("default", Object::none());
    in.end();
    const Object value = self.as<Dict>()->get(vm, key);
    return value ? value : fallback;
}

Object dictSetDefault(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("setdefault", a);
    const Object key = in.required("key"), fallback = in.optional("default", Object::none());
    in.end();
    if (Object value = self.as<Dict>()->get(vm, key))
        return value;
    self.as<Dict>()->set(vm, key, fallback);
    return fallback;
}

Object dictPop(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("pop", a);
    const Object key = in.required("key"), fallback = in.optional("default");
    in.end();
    const Object value = self.as<Dict>()->get(vm, key);
    if (value) {
        self.as<Dict>()->remove(vm, key);
        return value;
    }
    if (fallback.isEmpty())
        throw keyError(key);
    return fallback;
}

Object dictPopItem(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("popitem", a).end();
    const auto &entries = self.as<Dict>()->table().entries();
    for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry) {
        if (entry->key.isEmpty())
            continue;
        const Object pair = Tuple::of({entry->key, entry->value});
        self.as<Dict>()->remove(vm, pair.as<Tuple>()->items()[0]);
        return pair;
    }
    throw keyError(Object::str("popitem(): dictionary is empty"));
}

template <DictView::Part part>
Object dictView(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("view", a).end();
    return Object::make<DictView>(self, part);
}

Object dictUpdate(Machine &vm, const Object &self, Arguments &a)
{
    const auto named = std::exchange(a.keywords, {});
    ArgumentReader in("update", a);
    const Object other = in.optional("other");
    in.end();
    if (other)
        self.as<Dict>()->update(vm, other);
    for (const auto &[name, value] : named)
        self.as<Dict>()->set(vm, Object::str(name), value);
    return Object::none();
}

Object dictClear(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("clear", a).end();
    self.as<Dict>()->clear();
    return Object::none();
}

Object dictCopy(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("copy", a).end();
    Object made = Object::make<Dict>();
    made.as<Dict>()->update(vm, self);
    return made;
}

constexpr NativeEntry kDictMethods[] = {
    {"clear", dictClear},
    {"copy", dictCopy},
    {"get", dictGet},
    {"items", dictView<DictView::Items>},
    {"keys", dictView<DictView::Keys>},
    {"pop", dictPop},
    {"popitem", dictPopItem},
    {"setdefault", dictSetDefault},
    {"update", dictUpdate},
    {"values", dictView<DictView::Values>},
};

// --- set ---

Object setAdd(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("add", a);
    const Object value = in.required("object");
    in.end();
    self.as<Set>()->add(vm, value);
    return Object::none();
}

Object setDiscard(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("discard", a);
    const Object value = in.required("object");
    in.end();
    self.as<Set>()->remove(vm, value);
    return Object::none();
}

Object setRemove(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("remove", a);
    const Object value = in.required("object");
    in.end();
    if (!self.as<Set>()->remove(vm, value))
        throw keyError(value);
    return Object::none();
}

Object setPop(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("pop", a).end();
    for (const HashTable::Entry &entry : self.as<Set>()->table().entries()) {
        if (entry.key.isEmpty())
            continue;
        const Object value = entry.key;
        self.as<Set>()->remove(vm, value);
        return value;
    }
    throw keyError(Object::str("pop from an empty set"));
}

Object setClear(Machine &, const Object &self, Arguments &a)
{
    ArgumentReader("clear", a).end();
    self.as<Set>()->clear();
    return Object::none();
}

Object setCopy(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("copy", a).end();
    return Set::of(vm, self);
}

Object setUpdate(Machine &vm, const Object &self, Arguments &a)
{
    for (const Object &iterable : ArgumentReader("update", a).rest()) {
        forEach(vm, iterable, [&](const Object &item) {
            self.as<Set>()->add(vm, item);
            return true;
        });
    }
    return Object::none();
}

template <BinaryOp op>
Object setCombine(Machine &vm, const Object &self, Arguments &a)
{
    Object result = Set::of(vm, self);
    for (const Object &other : ArgumentReader("union", a).rest())
        result = binaryObjects(vm, op, result, Set::of(vm, other));
    return result;
}

template <CompareOp op>
Object setRelation(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("issubset", a);
    const Object other = in.required("other");
    in.end();
    return compareObjects(vm, op, self, Set::of(vm, other));
}

Object setIsDisjoint(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("isdisjoint", a);
    const Object other = in.required("other");
    in.end();
    bool disjoint = true;
    forEach(vm, other,
            [&](const Object &item) { return disjoint = !*self.as<Set>()->contains(vm, item); });
    return Object::boolean(disjoint);
}

constexpr NativeEntry kSetMethods[] = {
    {"add", setAdd},
    {"clear", setClear},
    {"copy", setCopy},
    {"difference", setCombine<BinaryOp::Sub>},
    {"discard", setDiscard},
    {"intersection", setCombine<BinaryOp::And>},
    {"isdisjoint", setIsDisjoint},
    {"issubset", setRelation<CompareOp::LessEqual>},
    {"issuperset", setRelation<CompareOp::GreaterEqual>},
    {"pop", setPop},
    {"remove", setRemove},
    {"symmetric_difference", setCombine<BinaryOp::Xor>},
    {"union", setCombine<BinaryOp::Or>},
    {"update", setUpdate},
};

} // namespace

Object List::attribute(Machine &, const QString &name)
{
    return methodFrom(kListMethods, Object::share(this), name);
}

QStringList List::attributeNames(Machine &)
{
    return namesOf(kListMethods);
}

Object Tuple::attribute(Machine &, const QString &name)
{
    if (m_names) {
        if (const qsizetype i = m_names->indexOf(name); i >= 0)
            return items()[std::size_t(i)];
        if (name == u"_fields") {
            Objects fields;
            for (const QString &field : *m_names)
                fields.push_back(Object::str(field));
            return Tuple::of(std::move(fields));
        }
    }
    return methodFrom(kTupleMethods, Object::share(this), name);
}

QStringList Tuple::attributeNames(Machine &)
{
    return namesOf(kTupleMethods);
}

Object Dict::attribute(Machine &, const QString &name)
{
    return methodFrom(kDictMethods, Object::share(this), name);
}

QStringList Dict::attributeNames(Machine &)
{
    return namesOf(kDictMethods);
}

Object Set::attribute(Machine &, const QString &name)
{
    return methodFrom(kSetMethods, Object::share(this), name);
}

QStringList Set::attributeNames(Machine &)
{
    return namesOf(kSetMethods);
}

// --- Sorting ---

void sortObjects(Machine &vm, Objects &items, const Object &key, bool reverse)
{
    struct Keyed {
        Object key, item;
    };
    std::vector<Keyed> keyed;
    keyed.reserve(items.size());
    for (Object &item : items) {
        vm.tick();
        Object k = item;
        if (!key.isNone()) {
            Arguments one;
            one.positional.push_back(item);
            k = vm.call(key, std::move(one));
        }
        keyed.push_back({std::move(k), std::move(item)});
    }
    // Merging by hand: std::stable_sort may do anything at all when a comparison throws or
    // contradicts itself.
    std::vector<Keyed> other(keyed.size());
    const auto less = [&](const Keyed &a, const Keyed &b) {
        vm.tick();
        return truthOf(vm, compareObjects(vm, CompareOp::Less, a.key, b.key));
    };
    if (reverse)
        std::reverse(keyed.begin(), keyed.end());
    for (std::size_t width = 1; width < keyed.size(); width *= 2) {
        for (std::size_t low = 0; low < keyed.size(); low += 2 * width) {
            const std::size_t middle = std::min(low + width, keyed.size()),
                              high = std::min(low + 2 * width, keyed.size());
            std::size_t left = low, right = middle, out = low;
            while (left < middle && right < high)
                other[out++] =
                    std::move(less(keyed[right], keyed[left]) ? keyed[right++] : keyed[left++]);
            while (left < middle)
                other[out++] = std::move(keyed[left++]);
            while (right < high)
                other[out++] = std::move(keyed[right++]);
        }
        keyed.swap(other);
    }
    if (reverse)
        std::reverse(keyed.begin(), keyed.end());
    for (std::size_t i = 0; i < items.size(); ++i)
        items[i] = std::move(keyed[i].item);
}

} // namespace heddle::script
