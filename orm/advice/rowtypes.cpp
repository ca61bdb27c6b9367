#include "orm/advice/rowtypes.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;

namespace {

template <typename T>
bool same(const std::shared_ptr<const T> &a, const std::shared_ptr<const T> &b)
{
    return a == b || (a && b && *a == *b);
}

ShapePtr joinedShapes(const ShapePtr &a, const ShapePtr &b)
{
    if (same(a, b))
        return a;
    if (!a || !b)
        return nullptr;
    auto out = std::make_shared<QueryShape>(*a);
    out->managers.insert(b->managers.begin(), b->managers.end());
    out->together &= b->together;
    out->onlyCalls.insert(b->onlyCalls.begin(), b->onlyCalls.end());
    out->deferCalls.insert(b->deferCalls.begin(), b->deferCalls.end());
    if (a->onlyCalls.empty() || b->onlyCalls.empty())
        out->only |= b->only; // one of them has all fields
    else
        out->only &= b->only;
    out->deferred |= b->deferred;
    out->lists.insert(b->lists.begin(), b->lists.end());
    out->plainRows = a->plainRows && b->plainRows;
    out->closed = a->closed || b->closed;
    out->locked = a->locked || b->locked;
    if (!same(a->parents, b->parents) || a->way != b->way)
        out->parents = nullptr;
    return out;
}

std::shared_ptr<const RowType> joinedElements(const std::shared_ptr<const RowType> &a,
                                              const std::shared_ptr<const RowType> &b)
{
    if (!a || !b)
        return a ? a : b;
    return std::make_shared<RowType>(joined(*a, *b));
}

} // namespace

bool QueryShape::operator==(const QueryShape &o) const
{
    const auto lesser = [](const auto &x, const auto &y) {
        return x.first == y.first && same(x.second, y.second);
    };
    return managers == o.managers && together == o.together && onlyCalls == o.onlyCalls &&
           deferCalls == o.deferCalls && only == o.only && deferred == o.deferred &&
           std::equal(lists.begin(), lists.end(), o.lists.begin(), o.lists.end(), lesser) &&
           plainRows == o.plainRows && closed == o.closed && locked == o.locked &&
           same(parents, o.parents) && way == o.way;
}

bool RowType::operator==(const RowType &o) const
{
    return kind == o.kind && model == o.model && same(shape, o.shape) && path == o.path &&
           evaluated == o.evaluated && optional == o.optional && fresh == o.fresh &&
           given == o.given && same(element, o.element) && items == o.items &&
           function == o.function;
}

RowType RowType::each() const
{
    switch (kind) {
    case Nothing:
    case Plain:
        return typeOf(kind);
    case Rows:
    case Stream: {
        if (!shape || !shape->plainRows) {
            RowType row = typeOf(Row);
            row.model = model;
            row.shape = shape;
            return row;
        }
        return typeOf(Plain);
    }
    case Sequence:
        return element ? *element : typeOf(Nothing);
    case Mapping:
        return typeOf(Plain); // its keys
    case Class:
    case Manager:
    case Row:
    case Function:
    case Unknown:
        break;
    }
    return typeOf(Unknown);
}

RowType typeOf(RowType::Kind kind)
{
    RowType type;
    type.kind = kind;
    return type;
}

RowType held(RowType value)
{
    if (value.is(RowType::Rows) && value.evaluated == RowType::No)
        value.evaluated = RowType::Perhaps;
    return value;
}

RowType noneType()
{
    RowType type;
    type.optional = true;
    return type;
}

RowType sequenceOf(RowType element)
{
    RowType type = typeOf(RowType::Sequence);
    type.element = std::make_shared<RowType>(held(std::move(element)));
    return type;
}

RowType mappingOf(RowType element)
{
    RowType type = typeOf(RowType::Mapping);
    type.element = std::make_shared<RowType>(held(std::move(element)));
    return type;
}

bool isMixed(const RowType &a, const RowType &b)
{
    const auto asks = [](const RowType &t) { return t.is(RowType::Rows) || t.is(RowType::Stream); };
    return (asks(a) && b.is(RowType::Sequence)) || (a.is(RowType::Sequence) && asks(b));
}

RowType joined(const RowType &a, const RowType &b)
{
    if (a.is(RowType::Nothing) || b.is(RowType::Nothing) || a == b) {
        RowType out = a.is(RowType::Nothing) ? b : a;
        out.optional = a.optional || b.optional;
        return out;
    }
    if (isMixed(a, b)) { // whoever uses it must not care which: as a list it can be both
        RowType out = sequenceOf(joined(a.each(), b.each()));
        out.optional = a.optional || b.optional;
        return out;
    }
    if (a.kind != b.kind || a.model != b.model || a.function != b.function)
        return typeOf(RowType::Unknown);
    RowType out = a;
    out.shape = joinedShapes(a.shape, b.shape);
    if (a.path != b.path)
        out.shape = nullptr;
    out.evaluated = a.evaluated == b.evaluated ? a.evaluated : RowType::Perhaps;
    out.optional = a.optional || b.optional;
    out.fresh = a.fresh || b.fresh;
    out.given &= b.given;
    out.element = joinedElements(a.element, b.element);
    if (a.items.size() != b.items.size())
        out.items.clear();
    for (std::size_t i = 0; i < out.items.size(); ++i)
        out.items[i] = joined(a.items[i], b.items[i]);
    return out;
}

QString pathTo(const QString &path, const QString &name)
{
    return path.isEmpty() ? name : path + u"__"_s + name;
}

QSet<QString> withPrefixes(const QString &path)
{
    QSet<QString> out;
    QString way;
    for (const QString &step : path.split(u"__"_s)) {
        way = pathTo(way, step);
        out.insert(way);
    }
    return out;
}

} // namespace heddle::advice
