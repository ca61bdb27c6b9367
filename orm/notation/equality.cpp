#include "orm/notation/equality.h"

#include <algorithm>

namespace heddle::notation {

namespace {

/// Of the types that constants have; other values (made by hand) never stand in a tree.
bool sameConstant(const Value &a, const Value &b)
{
    if (a.type() != b.type())
        return false;
    switch (a.type()) {
    case Value::Type::Null:
        return true;
    case Value::Type::Bool:
        return a.asBool() == b.asBool();
    case Value::Type::Int:
        return a.asInt() == b.asInt();
    case Value::Type::BigInt:
        return a.asBigInt() == b.asBigInt();
    case Value::Type::Double:
        return a.asDouble() == b.asDouble();
    case Value::Type::Text:
        return a.asUtf8() == b.asUtf8();
    case Value::Type::Bytes:
        return a.asBytes() == b.asBytes();
    case Value::Type::Decimal:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    return false;
}

bool same(const Nodes &a, const Nodes &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const NodePtr &x, const NodePtr &y) { return sameTree(x, y); });
}

bool same(const Argument &a, const Argument &b)
{
    return a.kind == b.kind && a.name == b.name && sameTree(a.value, b.value);
}

bool same(const Parameter &a, const Parameter &b)
{
    return a.kind == b.kind && a.name == b.name && sameTree(a.defaultValue, b.defaultValue);
}

bool same(const Comprehension &a, const Comprehension &b)
{
    return a.async == b.async && sameTree(a.target, b.target) && sameTree(a.iterable, b.iterable) &&
           same(a.conditions, b.conditions);
}

template <typename Part>
bool same(const std::vector<Part> &a, const std::vector<Part> &b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const Part &x, const Part &y) { return same(x, y); });
}

} // namespace

bool sameTree(const NodePtr &a, const NodePtr &b)
{
    return a && b ? a == b || sameTree(*a, *b) : a == b;
}

bool sameTree(const Node &a, const Node &b)
{
    return a.kind == b.kind && a.constant == b.constant && sameConstant(a.value, b.value) &&
           a.name == b.name && a.op == b.op && a.ops == b.ops && a.names == b.names &&
           a.asNames == b.asNames && same(a.items, b.items) && same(a.arguments, b.arguments) &&
           same(a.parameters, b.parameters) && same(a.generators, b.generators) &&
           same(a.body, b.body) && same(a.orelse, b.orelse) && same(a.handlers, b.handlers) &&
           same(a.finalbody, b.finalbody) && same(a.decorators, b.decorators);
}

} // namespace heddle::notation
