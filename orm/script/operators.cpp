#include "orm/script/operators.h"

#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/vm.h"
#include "orm/values/integer.h"

#include <cmath>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

QString symbolOf(BinaryOp op)
{
    static const char *const symbols[] = {"+", "-", "*", "/",  "//", "%", "** or pow()",
                                          "&", "|", "^", "<<", ">>", "@"};
    return QString::fromLatin1(symbols[int(op)]);
}

QString symbolOf(CompareOp op)
{
    static const char *const symbols[] = {"==", "!=", "<",      "<=", ">",
                                          ">=", "in", "not in", "is", "is not"};
    return QString::fromLatin1(symbols[int(op)]);
}

bool isNegativeInteger(const Object &object)
{
    if (const Value *big = valueIn(object, Value::Type::BigInt))
        return big->asBigInt().digits.starts_with('-');
    return !object.isHeap() && object.asInt() < 0;
}

std::uint64_t repeatCount(const Object &times)
{
    if (isNegativeInteger(times))
        return 0;
    return times.isHeap() ? std::numeric_limits<std::uint64_t>::max()
                          : std::uint64_t(times.asInt());
}

std::uint64_t saturatingMultiply(std::uint64_t a, std::uint64_t b)
{
    std::uint64_t r = 0;
    return __builtin_mul_overflow(a, b, &r) ? std::numeric_limits<std::uint64_t>::max() : r;
}

// --- Binary ---

namespace {

[[noreturn]] void refuseBinary(BinaryOp op, const Object &a, const Object &b, bool inPlace)
{
    const bool concatenates = a.isStr() || a.isKind(Kind::List) || a.isKind(Kind::Tuple);
    if (op == BinaryOp::Add && concatenates)
        throw TypeError(
            u"can only concatenate %1 (not \"%2\") to %1"_s.arg(a.typeName(), b.typeName()));
    if (op == BinaryOp::Mul) {
        const auto isSequence = [](const Object &o) {
            return o.isStr() || o.isKind(Kind::List) || o.isKind(Kind::Tuple) ||
                   valueIn(o, Value::Type::Bytes);
        };
        if (isSequence(a) || isSequence(b))
            throw TypeError(u"can't multiply sequence by non-int of type '%1'"_s.arg(
                isSequence(a) ? b.typeName() : a.typeName()));
    }
    QString symbol = symbolOf(op);
    if (inPlace)
        symbol = op == BinaryOp::Pow ? u"**="_s : symbol + u'=';
    throw TypeError(u"unsupported operand type(s) for %1: '%2' and '%3'"_s.arg(symbol, a.typeName(),
                                                                               b.typeName()));
}

Object bytesArithmetic(BinaryOp op, const Object &a, const Object &b)
{
    const Value *x = valueIn(a, Value::Type::Bytes), *y = valueIn(b, Value::Type::Bytes);
    if (op == BinaryOp::Add && x && y) {
        Heap::current()->require(std::uint64_t(x->asBytes().size() + y->asBytes().size()));
        return Object::fromValue(Value::bytes(x->asBytes() + y->asBytes()));
    }
    const Value *bytes = x ? x : y;
    const Object &times = x ? b : a;
    if (op != BinaryOp::Mul || !bytes || !isInteger(times))
        return {};
    const std::uint64_t size =
        saturatingMultiply(repeatCount(times), std::uint64_t(bytes->asBytes().size()));
    Heap::current()->require(size);
    return Object::fromValue(Value::bytes(
        size == 0 ? QByteArray() : bytes->asBytes().repeated(qsizetype(repeatCount(times)))));
}

bool changeInPlace(Machine &vm, BinaryOp op, const Object &a, const Object &b)
{
    if (List *list = a.as<List>()) {
        if (op == BinaryOp::Add) {
            list->extend(vm, b);
            return true;
        }
        if (op == BinaryOp::Mul && isInteger(b)) {
            const Object product = binaryObjects(vm, op, a, b);
            list->mutableItems() = product.as<List>()->items();
            list->changed();
            return true;
        }
    }
    if (Dict *dict = a.as<Dict>(); dict && op == BinaryOp::Or && b.isKind(Kind::Dict)) {
        dict->update(vm, b);
        return true;
    }
    if (Set *set = a.as<Set>(); set && b.isKind(Kind::Set)) {
        const Object made = set->binary(vm, op, b, false);
        if (made.isEmpty())
            return false;
        set->clear();
        forEach(vm, made, [&](const Object &item) {
            set->add(vm, item);
            return true;
        });
        return true;
    }
    return false;
}

} // namespace

Object binaryObjects(Machine &vm, BinaryOp op, const Object &a, const Object &b, bool inPlace)
{
    if (inPlace && a.isHeap() && changeInPlace(vm, op, a, b))
        return a;
    if (Object r = numberArithmetic(op, a, b))
        return r;
    if (Object r = temporalArithmetic(op, a, b))
        return r;
    if (Object r = bytesArithmetic(op, a, b))
        return r;
    if (a.isHeap()) {
        if (Object r = a.heap()->binary(vm, op, b, false))
            return r;
    }
    if (b.isHeap()) {
        if (Object r = b.heap()->binary(vm, op, a, true))
            return r;
    }
    refuseBinary(op, a, b, inPlace);
}

Object unaryObject(Machine &vm, QChar op, const Object &a)
{
    if (isInteger(a)) {
        if (op == u'+')
            return a.isBool() ? Object::integer(a.asInt()) : a;
        return Object::fromValue(op == u'-' ? integer::negate(integerValue(a))
                                            : integer::invert(integerValue(a)));
    }
    if (a.isFloat() && op != u'~')
        return Object::real(op == u'-' ? -a.asFloat() : a.asFloat());
    if (const Val *v = a.as<Val>(); v && op != u'~') {
        if (v->value().type() == Value::Type::Decimal)
            return op == u'-' ? Object::fromValue(-v->value().asDecimal()) : a;
        if (v->value().type() == Value::Type::Duration)
            return op == u'-' ? Object::fromValue(Duration{-v->value().asDuration().us}) : a;
    }
    if (a.isHeap()) {
        if (Object r = a.heap()->unary(vm, op))
            return r;
    }
    throw TypeError(u"bad operand type for unary %1: '%2'"_s.arg(op).arg(a.typeName()));
}

// --- Comparing ---

namespace {

CompareOp mirrored(CompareOp op)
{
    switch (op) {
    case CompareOp::Less:
        return CompareOp::Greater;
    case CompareOp::LessEqual:
        return CompareOp::GreaterEqual;
    case CompareOp::Greater:
        return CompareOp::Less;
    case CompareOp::GreaterEqual:
        return CompareOp::LessEqual;
    case CompareOp::Equal:
    case CompareOp::NotEqual:
    case CompareOp::In:
    case CompareOp::NotIn:
    case CompareOp::Is:
    case CompareOp::IsNot:
        break;
    }
    return op;
}

bool holds(CompareOp op, std::partial_ordering order)
{
    switch (op) {
    case CompareOp::Equal:
        return order == 0;
    case CompareOp::NotEqual:
        return order != 0;
    case CompareOp::Less:
        return order < 0;
    case CompareOp::LessEqual:
        return order <= 0;
    case CompareOp::Greater:
        return order > 0;
    case CompareOp::GreaterEqual:
        return order >= 0;
    case CompareOp::In:
    case CompareOp::NotIn:
    case CompareOp::Is:
    case CompareOp::IsNot:
        break;
    }
    return false;
}

bool isScalar(const Object &o)
{
    return !o.isHeap() || o.isKind(Kind::Value);
}

bool mixesAwareAndNaive(const Value &a, const Value &b)
{
    return a.type() == Value::Type::DateTime && b.type() == Value::Type::DateTime &&
           a.asDateTime().offsetSeconds.has_value() != b.asDateTime().offsetSeconds.has_value();
}

/// Numbers and database values. Empty: no order between them.
Object compareScalars(CompareOp op, const Object &a, const Object &b)
{
    const bool plainA = a.isInt() || a.isBool(), plainB = b.isInt() || b.isBool();
    if (plainA && plainB)
        return Object::boolean(holds(op, std::partial_ordering(a.asInt() <=> b.asInt())));
    if (a.isFloat() && b.isFloat())
        return Object::boolean(holds(op, a.asFloat() <=> b.asFloat()));
    const Value x = *a.toValue(), y = *b.toValue();
    if (op == CompareOp::Equal || op == CompareOp::NotEqual)
        return Object::boolean((x == y) == (op == CompareOp::Equal));
    if (mixesAwareAndNaive(x, y))
        throw TypeError(u"can't compare offset-naive and offset-aware datetimes"_s);
    const auto isNan = [](const Object &o) { return o.isFloat() && std::isnan(o.asFloat()); };
    if ((isNan(a) && isNumber(b)) || (isNan(b) && isNumber(a)))
        return Object::boolean(false);
    if (const auto order = Value::compare(x, y); order && !x.isNull() && !y.isNull())
        return Object::boolean(holds(op, *order));
    return {};
}

} // namespace

Object compareObjects(Machine &vm, CompareOp op, const Object &a, const Object &b)
{
    if (op == CompareOp::Is || op == CompareOp::IsNot)
        return Object::boolean(a.isSame(b) == (op == CompareOp::Is));
    if (op == CompareOp::In || op == CompareOp::NotIn)
        return Object::boolean(containsObject(vm, b, a) == (op == CompareOp::In));
    if (isScalar(a) && isScalar(b)) {
        if (Object r = compareScalars(op, a, b))
            return r;
    } else {
        if (a.isHeap()) {
            if (Object r = a.heap()->compare(vm, op, b))
                return r;
        }
        if (b.isHeap()) {
            if (Object r = b.heap()->compare(vm, mirrored(op), a))
                return r;
        }
    }
    if (op == CompareOp::Equal || op == CompareOp::NotEqual)
        return Object::boolean(a.isSame(b) == (op == CompareOp::Equal));
    throw TypeError(u"'%1' not supported between instances of '%2' and '%3'"_s.arg(
        symbolOf(op), a.typeName(), b.typeName()));
}

bool containsObject(Machine &vm, const Object &container, const Object &value)
{
    if (container.isHeap()) {
        if (const auto found = container.heap()->contains(vm, value))
            return *found;
    }
    Object iterator;
    try {
        iterator = iterateObject(vm, container);
    } catch (const TypeError &) {
        throw TypeError(u"argument of type '%1' is not iterable"_s.arg(container.typeName()));
    }
    bool found = false;
    forEach(vm, iterator, [&](const Object &item) {
        found = equalObjects(vm, item, value);
        return !found;
    });
    return found;
}

// --- What any object can be asked ---

QString reprOf(Machine &vm, const Object &object)
{
    switch (object.tag()) {
    case Object::Tag::Heap:
        return object.heap()->repr(vm);
    case Object::Tag::Int:
        return QString::number(object.asInt());
    case Object::Tag::Float:
        return Value(object.asFloat()).toRepr();
    case Object::Tag::Bool:
        return object.asBool() ? u"True"_s : u"False"_s;
    case Object::Tag::Empty:
    case Object::Tag::None:
        break;
    }
    return u"None"_s;
}

QString strOf(Machine &vm, const Object &object)
{
    return object.isHeap() ? object.heap()->str(vm) : reprOf(vm, object);
}

bool truthOf(Machine &vm, const Object &object)
{
    switch (object.tag()) {
    case Object::Tag::Heap:
        return object.heap()->truth(vm);
    case Object::Tag::Float:
        return object.asFloat() != 0;
    case Object::Tag::Int:
    case Object::Tag::Bool:
        return object.asInt() != 0;
    case Object::Tag::Empty:
    case Object::Tag::None:
        break;
    }
    return false;
}

bool equalObjects(Machine &vm, const Object &a, const Object &b)
{
    // Containers find an object by identity before they ask it, as in Python.
    if (a.isSame(b) && !(a.isFloat() && std::isnan(a.asFloat())))
        return true;
    return truthOf(vm, compareObjects(vm, CompareOp::Equal, a, b));
}

std::size_t hashOf(Machine &vm, const Object &object)
{
    return object.isHeap() ? object.heap()->hash(vm) : object.toValue()->hash();
}

Object iterateObject(Machine &vm, const Object &object)
{
    if (!object.isHeap())
        throw TypeError(u"'%1' object is not iterable"_s.arg(object.typeName()));
    return object.heap()->iterate(vm);
}

bool nextOf(Machine &vm, const Object &iterator, Object &value)
{
    if (!iterator.isHeap())
        throw TypeError(u"'%1' object is not an iterator"_s.arg(iterator.typeName()));
    return iterator.heap()->next(vm, value);
}

Object itemOf(Machine &vm, const Object &object, const Object &key)
{
    if (!object.isHeap())
        throw TypeError(u"'%1' object is not subscriptable"_s.arg(object.typeName()));
    return object.heap()->item(vm, key);
}

std::int64_t lengthOf(Machine &vm, const Object &object)
{
    if (object.isHeap()) {
        if (const auto size = object.heap()->length(vm))
            return *size;
    }
    throw TypeError(u"object of type '%1' has no len()"_s.arg(object.typeName()));
}

} // namespace heddle::script
