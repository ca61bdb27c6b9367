#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/format.h"
#include "orm/script/natives.h"
#include "orm/script/operators.h"
#include "orm/script/sorting.h"
#include "orm/script/strings.h"
#include "orm/script/vm.h"
#include "orm/values/integer.h"

#include <cmath>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

Object print(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("print", a);
    const auto text = [&](const char *name, const QString &standard) {
        const Object given = in.keyword(name, Object::none());
        if (given.isNone())
            return standard;
        if (!given.isStr())
            throw TypeError(u"%1 must be None or a string, not %2"_s.arg(QLatin1String(name),
                                                                         given.typeName()));
        return given.text();
    };
    const QString separator = text("sep", u" "_s), end = text("end", u"\n"_s);
    in.keyword("flush");
    QString line;
    bool first = true;
    for (const Object &object : in.rest()) {
        if (!std::exchange(first, false))
            line += separator;
        line += strOf(vm, object);
    }
    in.end();
    vm.write(line + end);
    return Object::none();
}

Object len(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("len", a);
    const Object object = in.required("obj");
    in.end();
    return Object::integer(lengthOf(vm, object));
}

Object repr(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("repr", a);
    const Object object = in.required("obj");
    in.end();
    return Object::str(reprOf(vm, object));
}

Object format(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("format", a);
    const Object object = in.required("value");
    const QString spec = in.text("format_spec", QString());
    in.end();
    return Object::str(formatObject(vm, object, spec));
}

// --- Numbers ---

Object absolute(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("abs", a);
    const Object x = in.required("x");
    in.end();
    if (isInteger(x))
        return Object::fromValue(integer::absolute(integerValue(x)));
    if (x.isFloat())
        return Object::real(std::abs(x.asFloat()));
    if (const Value *decimal = valueIn(x, Value::Type::Decimal))
        return Object::fromValue(decimal->asDecimal().abs());
    if (const Value *duration = valueIn(x, Value::Type::Duration))
        return Object::fromValue(Duration{std::abs(duration->asDuration().us)});
    throw TypeError(u"bad operand type for abs(): '%1'"_s.arg(x.typeName()));
}

/// Half to even, on the digits that the number really has: through its exact decimal text.
double roundedDouble(double x, std::int64_t digits)
{
    if (!std::isfinite(x) || digits > 330)
        return x;
    if (digits < -330)
        return std::copysign(0.0, x);
    const Decimal exact = Decimal::fromDouble(x).quantized(int(digits));
    const double r = exact.toDouble();
    return r == 0 ? std::copysign(0.0, x) : r;
}

Object roundInteger(const Object &x, std::int64_t digits)
{
    if (digits >= 0)
        return x.isBool() ? Object::integer(x.asInt()) : x;
    if (digits < -20'000)
        return Object::integer(0);
    const Value value = integerValue(x),
                unit = integer::power(Value(10), Value(static_cast<long long>(-digits)));
    const Value half = integer::floorDivide(unit, Value(2));
    Value quotient = integer::floorDivide(value, unit);
    const int order = integer::compare(integer::modulo(value, unit), half);
    const bool odd = integer::modulo(quotient, Value(2)) == Value(1);
    if (order > 0 || (order == 0 && odd))
        quotient = integer::add(quotient, Value(1));
    return Object::fromValue(integer::multiply(quotient, unit));
}

Object round(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("round", a);
    const Object x = in.required("number"), digits = in.optional("ndigits", Object::none());
    in.end();
    const std::int64_t places = digits.isNone() ? 0 : integerFrom(digits);
    if (isInteger(x))
        return roundInteger(x, places);
    if (x.isFloat())
        return digits.isNone() ? Object::fromValue(integer::fromDouble(std::nearbyint(x.asFloat())))
                               : Object::real(roundedDouble(x.asFloat(), places));
    if (const Value *decimal = valueIn(x, Value::Type::Decimal)) {
        const Decimal rounded = decimal->asDecimal().quantized(
            int(std::clamp<std::int64_t>(places, -100'000, 100'000)));
        return digits.isNone() ? Object::fromValue(integer::fromDecimal(rounded))
                               : Object::fromValue(rounded);
    }
    throw TypeError(u"type %1 doesn't define __round__ method"_s.arg(x.typeName()));
}

Object power(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("pow", a);
    const Object base = in.required("base"), exponent = in.required("exp");
    in.end();
    return binaryObjects(vm, BinaryOp::Pow, base, exponent);
}

Object divmod(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("divmod", a);
    const Object x = in.required("x"), y = in.required("y");
    in.end();
    return Tuple::of(
        {binaryObjects(vm, BinaryOp::FloorDiv, x, y), binaryObjects(vm, BinaryOp::Mod, x, y)});
}

Object ord(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("ord", a);
    const QString text = in.text("c");
    in.end();
    const auto points = text.toUcs4();
    if (points.size() != 1)
        throw TypeError(
            u"ord() expected a character, but string of length %1 found"_s.arg(points.size()));
    return Object::integer(points[0]);
}

Object chr(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("chr", a);
    const std::int64_t code = in.integer("i");
    in.end();
    if (code < 0 || code > 0x10ffff)
        throw ValueError(u"chr() arg not in range(0x110000)"_s);
    const char32_t c = char32_t(code);
    return Object::str(QString::fromUcs4(&c, 1));
}

// --- Iterables ---

Object sum(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("sum", a);
    const Object iterable = in.required("iterable");
    Object total = in.optional("start", Object::integer(0));
    in.end();
    if (total.isStr())
        throw TypeError(u"sum() can't sum strings [use ''.join(seq) instead]"_s);
    forEach(vm, iterable, [&](const Object &item) {
        total = binaryObjects(vm, BinaryOp::Add, total, item);
        return true;
    });
    return total;
}

template <bool isMax>
Object extreme(Machine &vm, const Object &, Arguments &a)
{
    const char *name = isMax ? "max" : "min";
    ArgumentReader in(name, a);
    const Object key = in.keyword("key", Object::none()), fallback = in.keyword("default");
    Objects items = in.rest();
    in.end();
    if (items.empty())
        throw TypeError(u"%1 expected at least 1 argument, got 0"_s.arg(QLatin1String(name)));
    if (items.size() == 1)
        items = listOf(vm, Object(items[0]));
    if (items.empty()) {
        if (!fallback.isEmpty())
            return fallback;
        throw ValueError(u"%1() arg is an empty sequence"_s.arg(QLatin1String(name)));
    }
    const auto keyOf = [&](const Object &item) {
        if (key.isNone())
            return item;
        Arguments one;
        one.positional.push_back(item);
        return vm.call(key, std::move(one));
    };
    Object best = items[0], bestKey = keyOf(best);
    for (std::size_t i = 1; i < items.size(); ++i) {
        vm.tick();
        const Object itsKey = keyOf(items[i]);
        if (truthOf(vm, compareObjects(vm, isMax ? CompareOp::Greater : CompareOp::Less, itsKey,
                                       bestKey))) {
            best = items[i];
            bestKey = itsKey;
        }
    }
    return best;
}

template <bool wanted>
Object anyOrAll(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in(wanted ? "any" : "all", a);
    const Object iterable = in.required("iterable");
    in.end();
    bool result = !wanted;
    forEach(vm, iterable, [&](const Object &item) {
        if (truthOf(vm, item) == wanted)
            result = wanted;
        return result != wanted;
    });
    return Object::boolean(result);
}

Object sorted(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("sorted", a);
    const Object iterable = in.required("iterable"), key = in.keyword("key", Object::none());
    const Object reverse = in.keyword("reverse", Object::boolean(false));
    in.end();
    Objects items = listOf(vm, iterable);
    sortObjects(vm, items, key, truthOf(vm, reverse));
    return List::of(std::move(items));
}

Object reversed(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("reversed", a);
    const Object sequence = in.required("sequence");
    in.end();
    if (sequence.isKind(Kind::Set) || sequence.isKind(Kind::Generator) ||
        sequence.isKind(Kind::Iterator))
        throw TypeError(u"'%1' object is not reversible"_s.arg(sequence.typeName()));
    Objects items = listOf(vm, sequence);
    return Iterator::of("reversed", [items = std::move(items)](Machine &, Object &value) mutable {
        if (items.empty())
            return false;
        value = std::move(items.back());
        items.pop_back();
        return true;
    });
}

Object enumerate(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("enumerate", a);
    const Object iterable = in.required("iterable");
    const std::int64_t start = in.integer("start", 0);
    in.end();
    return Iterator::of("enumerate", [iterator = iterateObject(vm, iterable),
                                      i = start](Machine &m, Object &value) mutable {
        Object item;
        if (!nextOf(m, iterator, item))
            return false;
        value = Tuple::of({Object::integer(i++), item});
        return true;
    });
}

Object zip(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("zip", a);
    const bool strict = truthOf(vm, in.keyword("strict", Object::boolean(false)));
    Objects iterators;
    for (const Object &iterable : in.rest())
        iterators.push_back(iterateObject(vm, iterable));
    in.end();
    return Iterator::of("zip", [iterators, strict](Machine &m, Object &value) {
        Objects row;
        for (const Object &iterator : iterators) {
            Object item;
            if (!nextOf(m, iterator, item)) {
                if (strict && !row.empty())
                    throw ValueError(
                        u"zip() argument %1 is shorter than argument 1"_s.arg(row.size() + 1));
                for (std::size_t i = 1; strict && i < iterators.size(); ++i) {
                    if (nextOf(m, iterators[i], item))
                        throw ValueError(
                            u"zip() argument %1 is longer than argument 1"_s.arg(i + 1));
                }
                return false;
            }
            row.push_back(std::move(item));
        }
        value = Tuple::of(std::move(row));
        return !iterators.empty();
    });
}

Object iter(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("iter", a);
    const Object iterable = in.required("iterable");
    in.end();
    return iterateObject(vm, iterable);
}

Object next(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("next", a);
    const Object iterator = in.required("iterator"), fallback = in.optional("default");
    in.end();
    Object value;
    if (nextOf(vm, iterator, value))
        return value;
    if (fallback.isEmpty())
        throw ScriptRaise{Object::make<Exception>(exceptionType(u"StopIteration"_s), Objects())};
    return fallback;
}

Object isinstance(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("isinstance", a);
    const Object object = in.required("obj"), types = in.required("class_or_tuple");
    in.end();
    if (const NativeType *type = types.as<NativeType>())
        return Object::boolean(type->isInstance(object));
    if (const ExceptionType *type = types.as<ExceptionType>())
        return Object::boolean(object.isKind(Kind::Exception) &&
                               object.as<Exception>()->matches(*type));
    if (const Tuple *tuple = types.as<Tuple>()) {
        for (const Object &one : tuple->items()) {
            Arguments again;
            again.positional = {object, one};
            if (isinstance(vm, self, again).asBool())
                return Object::boolean(true);
        }
        return Object::boolean(false);
    }
    if (types.isHeap()) {
        if (const auto is = types.heap()->hasInstance(object))
            return Object::boolean(*is);
    }
    throw TypeError(u"isinstance() arg 2 must be a type, a tuple of types, or a union"_s);
}

constexpr NativeEntry kFunctions[] = {
    {"abs", absolute},
    {"all", anyOrAll<false>},
    {"any", anyOrAll<true>},
    {"chr", chr},
    {"divmod", divmod},
    {"enumerate", enumerate},
    {"format", format},
    {"isinstance", isinstance},
    {"iter", iter},
    {"len", len},
    {"max", extreme<true>},
    {"min", extreme<false>},
    {"next", next},
    {"ord", ord},
    {"pow", power},
    {"print", print},
    {"repr", repr},
    {"reversed", reversed},
    {"round", round},
    {"sorted", sorted},
    {"sum", sum},
    {"zip", zip},
};

/// What Python has and the notation does not; said rather than left at "not defined".
constexpr struct {
    const char *name, *instead;
} kRefused[] = {
    {"map", "write a list comprehension"},
    {"filter", "write a list comprehension with if"},
    {"type", "use isinstance()"},
    {"getattr", "write the attribute's name"},
    {"setattr", "write the assignment"},
    {"open", "a workbook has no files"},
    {"eval", "a workbook runs only what it shows"},
    {"exec", "a workbook runs only what it shows"},
    {"input", "a workbook has no input"},
    {"globals", "write the name"},
    {"locals", "write the name"},
};

} // namespace

Object builtinFunction(const QString &name)
{
    for (const auto &refused : kRefused) {
        if (name == QLatin1String(refused.name))
            throw NameError(u"name '%1' is not part of Heddle's notation"_s.arg(name),
                            QString::fromLatin1(refused.instead));
    }
    if (Object function = methodFrom(kFunctions, {}, name))
        return function;
    return methodFrom(spellingFunctions(), {}, name);
}

QStringList builtinFunctionNames()
{
    return namesOf(kFunctions) + namesOf(spellingFunctions());
}

} // namespace heddle::script
