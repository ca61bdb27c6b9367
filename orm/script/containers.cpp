#include "orm/script/containers.h"

#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/operators.h"
#include "orm/script/vm.h"

#include <cmath>

#include <algorithm>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

// --- Slices and indexes ---

QString Slice::repr(Machine &vm)
{
    return u"slice(%1, %2, %3)"_s.arg(reprOf(vm, lower), reprOf(vm, upper), reprOf(vm, step));
}

namespace {

std::optional<std::int64_t> slicePart(const Object &part)
{
    if (part.isNone())
        return std::nullopt;
    if (part.isInt() || part.isBool())
        return part.asInt();
    if (isInteger(part))
        return isNegativeInteger(part) ? std::numeric_limits<std::int64_t>::min() / 2
                                       : std::numeric_limits<std::int64_t>::max() / 2;
    throw TypeError(u"slice indices must be integers or None or have an __index__ method"_s);
}

std::int64_t clampIndex(std::int64_t index, std::int64_t size, std::int64_t low, std::int64_t high)
{
    if (index < 0)
        index += size;
    return std::clamp(index, low, high);
}

} // namespace

Slice::Indexes Slice::indexes(std::int64_t size) const
{
    Indexes r;
    r.step = slicePart(step).value_or(1);
    if (r.step == 0)
        throw ValueError(u"slice step cannot be zero"_s);
    const std::int64_t low = r.step > 0 ? 0 : -1, high = r.step > 0 ? size : size - 1;
    const auto from = slicePart(lower), to = slicePart(upper);
    r.start = from ? clampIndex(*from, size, low, high) : (r.step > 0 ? low : high);
    const std::int64_t stop = to ? clampIndex(*to, size, low, high) : (r.step > 0 ? high : low);
    if (r.step > 0)
        r.count = r.start < stop ? (stop - r.start - 1) / r.step + 1 : 0;
    else
        r.count = stop < r.start ? (r.start - stop - 1) / -r.step + 1 : 0;
    return r;
}

std::int64_t indexFrom(const Object &key, const char *what)
{
    if (key.isInt() || key.isBool())
        return key.asInt();
    if (isInteger(key))
        throw IndexError(u"cannot fit 'int' into an index-sized integer"_s);
    throw TypeError(QLatin1String(what) + u" indices must be integers or slices, not "_s +
                    key.typeName());
}

std::size_t checkedIndex(std::int64_t index, std::int64_t size, const char *what)
{
    if (index < 0)
        index += size;
    if (index < 0 || index >= size)
        throw IndexError(QLatin1String(what) + u" index out of range"_s);
    return std::size_t(index);
}

// --- Sequences ---

Sequence::Sequence(Kind kind, Objects items) : HeapObject(kind), m_items(std::move(items))
{
    account();
}

void Sequence::account()
{
    setBytes(m_items.capacity() * sizeof(Object));
}

void Sequence::traverse(const Visitor &visit)
{
    for (Object &item : m_items)
        visit(item);
}

Object Sequence::item(Machine &, const Object &key)
{
    const QByteArray name = typeName().toLatin1();
    if (const Slice *slice = key.as<Slice>()) {
        const auto r = slice->indexes(std::int64_t(m_items.size()));
        owner()->require(std::uint64_t(r.count) * sizeof(Object));
        Objects part;
        part.reserve(std::size_t(r.count));
        for (std::int64_t i = 0; i < r.count; ++i)
            part.push_back(m_items[std::size_t(r.start + i * r.step)]);
        return sibling(std::move(part));
    }
    return m_items[checkedIndex(indexFrom(key, name.constData()), std::int64_t(m_items.size()),
                                name.constData())];
}

Object Sequence::iterate(Machine &)
{
    const char *type = kind() == Kind::List ? "list_iterator" : "tuple_iterator";
    return Iterator::of(type, [self = Object::share(this), this,
                               i = std::size_t(0)](Machine &, Object &value) mutable {
        if (self.isEmpty() || i >= m_items.size()) {
            self = Object(); // an exhausted iterator stays exhausted
            return false;
        }
        value = m_items[i++];
        return true;
    });
}

Object Sequence::binary(Machine &vm, BinaryOp op, const Object &other, bool reflected)
{
    if (op == BinaryOp::Add && !reflected) {
        if (!other.isKind(kind()))
            return {};
        const Objects &more = static_cast<const Sequence *>(other.heap())->m_items;
        owner()->require((m_items.size() + more.size()) * sizeof(Object));
        Objects sum = m_items;
        sum.insert(sum.end(), more.begin(), more.end());
        return sibling(std::move(sum));
    }
    if (op == BinaryOp::Mul && isInteger(other)) {
        const std::uint64_t times = repeatCount(other);
        if (!m_items.empty())
            owner()->require(saturatingMultiply(times, m_items.size() * sizeof(Object)));
        Objects product;
        product.reserve(m_items.empty() ? 0 : times * m_items.size());
        for (std::uint64_t i = 0; i < times && !m_items.empty(); ++i)
            product.insert(product.end(), m_items.begin(), m_items.end());
        vm.tick(std::int64_t(product.size() / 16));
        return sibling(std::move(product));
    }
    return {};
}

Object Sequence::compare(Machine &vm, CompareOp op, const Object &other)
{
    if (!other.isKind(kind()))
        return {};
    const Machine::Depth depth(vm, "in comparison");
    const Sequence &theirs = *static_cast<const Sequence *>(other.heap());
    vm.tick(std::int64_t(m_items.size()));
    if (op == CompareOp::Equal || op == CompareOp::NotEqual) {
        bool equal = m_items.size() == theirs.m_items.size();
        for (std::size_t i = 0; equal && i < m_items.size() && i < theirs.m_items.size(); ++i)
            equal = equalObjects(vm, Object(m_items[i]), Object(theirs.m_items[i]));
        return Object::boolean(equal == (op == CompareOp::Equal));
    }
    for (std::size_t i = 0; i < m_items.size() && i < theirs.m_items.size(); ++i) {
        if (!equalObjects(vm, m_items[i], theirs.m_items[i]))
            return compareObjects(vm, op, m_items[i], theirs.m_items[i]);
    }
    return compareObjects(vm, op, Object::integer(std::int64_t(m_items.size())),
                          Object::integer(std::int64_t(theirs.m_items.size())));
}

std::optional<bool> Sequence::contains(Machine &vm, const Object &value)
{
    for (std::size_t i = 0; i < m_items.size(); ++i) {
        vm.tick();
        if (equalObjects(vm, Object(m_items[i]), value))
            return true;
    }
    return false;
}

namespace {

QString joinReprs(Machine &vm, const Objects &items)
{
    QString text;
    for (std::size_t i = 0; i < items.size(); ++i) {
        if (i > 0)
            text += u", "_s;
        text += reprOf(vm, items[i]);
        vm.tick();
        if ((i & 0xff) == 0)
            Heap::current()->require(std::uint64_t(text.size()) * 2);
    }
    Heap::current()->require(std::uint64_t(text.size()) *
                             2); // [x, x] of [x, x] of ... doubles at every level
    return text;
}

} // namespace

namespace {

thread_local std::vector<const HeapObject *> t_shown;

} // namespace

BeingShown::BeingShown(const HeapObject *container)
    : m_again(std::find(t_shown.begin(), t_shown.end(), container) != t_shown.end())
{
    t_shown.push_back(container);
}

BeingShown::~BeingShown()
{
    t_shown.pop_back();
}

QString List::repr(Machine &vm)
{
    const BeingShown shown(this);
    if (shown.isInsideItself())
        return u"[...]"_s;
    const Machine::Depth depth(vm, "while getting the repr of an object");
    return u'[' + joinReprs(vm, m_items) + u']';
}

std::size_t List::hash(Machine &)
{
    throw TypeError(u"unhashable type: 'list'"_s);
}

void List::setItem(Machine &vm, const Object &key, const Object &value)
{
    if (const Slice *slice = key.as<Slice>()) {
        const auto r = slice->indexes(std::int64_t(m_items.size()));
        Objects news = listOf(vm, value);
        if (r.step == 1) {
            const auto at = m_items.begin() + r.start;
            Objects made(m_items.begin(), at);
            made.insert(made.end(), news.begin(), news.end());
            made.insert(made.end(), at + r.count, m_items.end());
            m_items = std::move(made);
        } else {
            if (std::int64_t(news.size()) != r.count)
                throw ValueError(
                    u"attempt to assign sequence of size %1 to extended slice of size %2"_s
                        .arg(news.size())
                        .arg(r.count));
            for (std::int64_t i = 0; i < r.count; ++i)
                m_items[std::size_t(r.start + i * r.step)] = std::move(news[std::size_t(i)]);
        }
        changed();
        return;
    }
    const std::int64_t index = indexFrom(key, "list");
    m_items[checkedIndex(index, std::int64_t(m_items.size()), "list assignment")] = value;
    setMutated(true);
}

void List::deleteItem(Machine &, const Object &key)
{
    if (const Slice *slice = key.as<Slice>()) {
        const auto r = slice->indexes(std::int64_t(m_items.size()));
        std::vector<bool> gone(m_items.size());
        for (std::int64_t i = 0; i < r.count; ++i)
            gone[std::size_t(r.start + i * r.step)] = true;
        Objects kept;
        for (std::size_t i = 0; i < m_items.size(); ++i) {
            if (!gone[i])
                kept.push_back(m_items[i]);
        }
        m_items = std::move(kept);
    } else {
        const std::int64_t index = indexFrom(key, "list");
        m_items.erase(
            m_items.begin() +
            std::ptrdiff_t(checkedIndex(index, std::int64_t(m_items.size()), "list assignment")));
    }
    changed();
}

Object List::copyFor(Copier &copier) const
{
    Object made = List::of({});
    copier.remember(this, made);
    List *list = made.as<List>();
    for (const Object &item : m_items)
        list->m_items.push_back(copier.copy(item));
    list->account();
    return made;
}

void List::append(Object value)
{
    m_items.push_back(std::move(value));
    changed();
}

void List::extend(Machine &vm, const Object &iterable)
{
    if (const Object self = Object::share(this); iterable.isSame(self)) {
        const Objects twice = m_items;
        m_items.insert(m_items.end(), twice.begin(), twice.end());
    } else {
        forEach(vm, iterable, [this](const Object &item) {
            append(item);
            return true;
        });
    }
    changed();
}

void List::changed()
{
    setMutated(true);
    account();
}

QString Tuple::repr(Machine &vm)
{
    if (m_names) {
        QStringList parts;
        for (std::size_t i = 0; i < items().size(); ++i)
            parts << m_names->value(qsizetype(i)) + u'=' + reprOf(vm, items()[i]);
        return m_type + u'(' + parts.join(u", "_s) + u')';
    }
    const Machine::Depth depth(vm, "while getting the repr of an object");
    return u'(' + joinReprs(vm, m_items) + (m_items.size() == 1 ? u",)"_s : u")"_s);
}

std::size_t Tuple::hash(Machine &vm)
{
    const Machine::Depth depth(vm, "while hashing an object");
    std::size_t seed = 0x345678;
    for (const Object &item : m_items) {
        vm.tick();
        seed = (seed ^ hashOf(vm, item)) * 1000003u + 97531u;
    }
    return seed;
}

Object Tuple::copyFor(Copier &copier) const
{
    Objects items;
    for (const Object &item : m_items)
        items.push_back(copier.copy(item));
    Object made = Tuple::named(std::move(items), m_names, m_type);
    copier.remember(this, made);
    return made;
}

// --- Range ---

Range::Range(std::int64_t start, std::int64_t stop, std::int64_t step)
    : HeapObject(kKind), start(start), stop(stop), step(step)
{
    const auto distance = [](std::int64_t low, std::int64_t high) {
        return std::uint64_t(high) - std::uint64_t(low);
    };
    std::uint64_t n = 0;
    if (step > 0 && start < stop)
        n = (distance(start, stop) - 1) / std::uint64_t(step) + 1;
    else if (step < 0 && stop < start)
        n = (distance(stop, start) - 1) / (std::uint64_t(0) - std::uint64_t(step)) + 1;
    if (n > std::uint64_t(std::numeric_limits<std::int64_t>::max()))
        throw OverflowError(u"Python int too large to convert to C ssize_t"_s);
    count = std::int64_t(n);
}

QString Range::repr(Machine &)
{
    return step == 1 ? u"range(%1, %2)"_s.arg(start).arg(stop)
                     : u"range(%1, %2, %3)"_s.arg(start).arg(stop).arg(step);
}

std::size_t Range::hash(Machine &)
{
    return qHashMulti(0, qint64(count), qint64(count ? start : 0), qint64(count > 1 ? step : 0));
}

Object Range::attribute(Machine &, const QString &name)
{
    if (name == u"start")
        return Object::integer(start);
    if (name == u"stop")
        return Object::integer(stop);
    if (name == u"step")
        return Object::integer(step);
    return {};
}

Object Range::item(Machine &, const Object &key)
{
    if (const Slice *slice = key.as<Slice>()) {
        const auto r = slice->indexes(count);
        const std::int64_t stride = step * r.step;
        return Object::make<Range>(at(r.start), at(r.start) + r.count * stride, stride);
    }
    return Object::integer(
        at(std::int64_t(checkedIndex(indexFrom(key, "range"), count, "range object"))));
}

Object Range::iterate(Machine &)
{
    return Iterator::of("range_iterator",
                        [from = start, by = step, left = count](Machine &, Object &value) mutable {
                            if (left == 0)
                                return false;
                            --left;
                            value = Object::integer(from);
                            if (left > 0)
                                from += by;
                            return true;
                        });
}

Object Range::compare(Machine &, CompareOp op, const Object &other)
{
    const Range *theirs = other.as<Range>();
    if (!theirs || (op != CompareOp::Equal && op != CompareOp::NotEqual))
        return {};
    const bool equal = count == theirs->count && (count == 0 || start == theirs->start) &&
                       (count <= 1 || step == theirs->step);
    return Object::boolean(equal == (op == CompareOp::Equal));
}

std::optional<bool> Range::contains(Machine &vm, const Object &value)
{
    if (!value.isInt() && !value.isBool()) {
        if (!value.isFloat() || value.asFloat() != std::floor(value.asFloat()) ||
            std::abs(value.asFloat()) > 9e15)
            return false;
        return contains(vm, Object::integer(std::int64_t(value.asFloat())));
    }
    const std::int64_t v = value.asInt();
    if (count == 0 || (step > 0 ? v < start || v >= stop : v > start || v <= stop))
        return false;
    return (v - start) % step == 0;
}

// --- Iterators ---

bool Iterator::next(Machine &vm, Object &value)
{
    return m_step(vm, value);
}

Object Iterator::copyFor(Copier &) const
{
    return Object::make<Iterator>(m_type, [](Machine &, Object &) -> bool {
        throw RuntimeError(
            u"an iterator that was begun in one cell cannot go on in a cell that runs in parallel"_s);
    });
}

Objects listOf(Machine &vm, const Object &iterable)
{
    if (iterable.isKind(Kind::List) || iterable.isKind(Kind::Tuple))
        return static_cast<const Sequence *>(iterable.heap())->items();
    if (const Range *range = iterable.as<Range>())
        Heap::current()->require(saturatingMultiply(std::uint64_t(range->count), sizeof(Object)));
    Objects items;
    forEach(vm, iterable, [&](const Object &item) {
        items.push_back(item);
        if ((items.size() & 0xfff) == 0)
            Heap::current()->require(items.capacity() * sizeof(Object) * 2);
        return true;
    });
    return items;
}

void forEach(Machine &vm, const Object &iterable, const std::function<bool(const Object &)> &use)
{
    const Object iterator = iterateObject(vm, iterable);
    Object value;
    while (nextOf(vm, iterator, value)) {
        vm.tick();
        if (!use(value))
            return;
    }
}

} // namespace heddle::script
