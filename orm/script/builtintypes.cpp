#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/natives.h"
#include "orm/script/strings.h"
#include "orm/script/vm.h"
#include "orm/values/integer.h"

#include <cctype>
#include <cmath>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

Object makeInt(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("int", a);
    const Object x = in.optional("x", Object::integer(0)), base = in.optional("base");
    in.end();
    if (x.isStr()) {
        const std::int64_t radix = base.isEmpty() ? 10 : integerFrom(base);
        const QByteArray text = x.text().toUtf8();
        constexpr qsizetype kMost = 4300;
        if (text.size() > kMost && radix != 2 && radix != 8 && radix != 16)
            throw ValueError(
                u"Exceeds the limit (4300 digits) for integer string conversion: value has %1 digits"_s
                    .arg(text.size()));
        if (radix != 0 && (radix < 2 || radix > 36))
            throw ValueError(u"int() base must be >= 2 and <= 36, or 0"_s);
        if (const auto value = integer::fromText(
                std::string_view(text.constData(), std::size_t(text.size())), int(radix)))
            return Object::fromValue(*value);
        throw ValueError(
            u"invalid literal for int() with base %1: %2"_s.arg(radix).arg(reprOf(vm, x)));
    }
    if (!base.isEmpty())
        throw TypeError(u"int() can't convert non-string with explicit base"_s);
    if (isInteger(x))
        return x.isBool() ? Object::integer(x.asInt()) : x;
    if (x.isFloat())
        return Object::fromValue(integer::fromDouble(x.asFloat()));
    if (const Value *decimal = valueIn(x, Value::Type::Decimal))
        return Object::fromValue(integer::fromDecimal(decimal->asDecimal()));
    throw TypeError(
        u"int() argument must be a string, a bytes-like object or a real number, not '%1'"_s.arg(
            x.typeName()));
}

Object makeFloat(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("float", a);
    const Object x = in.optional("x", Object::real(0));
    in.end();
    if (isNumber(x))
        return Object::real(doubleOf(x));
    if (!x.isStr())
        throw TypeError(
            u"float() argument must be a string or a real number, not '%1'"_s.arg(x.typeName()));
    const QString text = x.text().trimmed().toLower();
    const QString name = text.startsWith(u'+') || text.startsWith(u'-') ? text.mid(1) : text;
    const double sign = text.startsWith(u'-') ? -1 : 1;
    if (name == u"inf" || name == u"infinity")
        return Object::real(sign * HUGE_VAL);
    if (name == u"nan")
        return Object::real(NAN);
    bool ok = false;
    const bool plain = !name.isEmpty() && (name[0].isDigit() || name[0] == u'.');
    const double value = QString(text).remove(u'_').toDouble(&ok);
    // A number beyond a double's range is an infinity in Python, and a failure with a value in Qt.
    if (!plain || (!ok && std::isfinite(value) && value != 0))
        throw ValueError(u"could not convert string to float: "_s + reprOf(vm, x));
    if (!ok && value == 0 && !name.contains(u'e'))
        throw ValueError(u"could not convert string to float: "_s + reprOf(vm, x));
    return Object::real(value);
}

Object makeBool(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("bool", a);
    const Object x = in.optional("x", Object::boolean(false));
    in.end();
    return Object::boolean(truthOf(vm, x));
}

Object makeStr(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("str", a);
    const Object x = in.optional("object"), encoding = in.optional("encoding");
    in.end();
    if (x.isEmpty())
        return Object::str(QString());
    if (const Value *bytes = valueIn(x, Value::Type::Bytes); bytes && !encoding.isEmpty())
        return Object::str(QString::fromUtf8(bytes->asBytes()));
    return x.isStr() ? x : Object::str(strOf(vm, x));
}

Object makeBytes(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("bytes", a);
    const Object x = in.optional("source");
    in.optional("encoding");
    in.end();
    if (x.isEmpty())
        return Object::fromValue(Value::bytes({}));
    if (x.isStr())
        return Object::fromValue(Value::bytes(x.text().toUtf8()));
    if (valueIn(x, Value::Type::Bytes))
        return x;
    QByteArray bytes;
    if (x.isInt()) {
        Heap::current()->require(std::uint64_t(std::max<std::int64_t>(x.asInt(), 0)));
        if (x.asInt() < 0)
            throw ValueError(u"negative count"_s);
        return Object::fromValue(Value::bytes(QByteArray(x.asInt(), '\0')));
    }
    forEach(vm, x, [&](const Object &item) {
        const std::int64_t byte = integerFrom(item);
        if (byte < 0 || byte > 255)
            throw ValueError(u"bytes must be in range(0, 256)"_s);
        bytes += char(byte);
        return true;
    });
    return Object::fromValue(Value::bytes(bytes));
}

Object oneIterable(const char *name, Arguments &a)
{
    ArgumentReader in(name, a);
    const Object iterable = in.optional("iterable");
    in.end();
    return iterable;
}

Object makeList(Machine &vm, const Object &, Arguments &a)
{
    const Object iterable = oneIterable("list", a);
    return List::of(iterable.isEmpty() ? Objects() : listOf(vm, iterable));
}

Object makeTuple(Machine &vm, const Object &, Arguments &a)
{
    const Object iterable = oneIterable("tuple", a);
    if (iterable.isKind(Kind::Tuple))
        return iterable;
    return Tuple::of(iterable.isEmpty() ? Objects() : listOf(vm, iterable));
}

Object makeSet(Machine &vm, const Object &, Arguments &a)
{
    const Object iterable = oneIterable("set", a);
    return iterable.isEmpty() ? Object::make<Set>() : Set::of(vm, iterable);
}

Object makeDict(Machine &vm, const Object &, Arguments &a)
{
    const auto named = std::exchange(a.keywords, {});
    const Object iterable = oneIterable("dict", a);
    Object made = Object::make<Dict>();
    if (!iterable.isEmpty())
        made.as<Dict>()->update(vm, iterable);
    for (const auto &[name, value] : named)
        made.as<Dict>()->setText(name, value);
    return made;
}

Object makeRange(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("range", a);
    std::int64_t start = 0, stop = in.integer("stop"), step = 1;
    const Object second = in.optional("end"), third = in.optional("step");
    in.end();
    if (!second.isEmpty()) {
        start = stop;
        stop = integerFrom(second);
    }
    if (!third.isEmpty())
        step = integerFrom(third);
    if (step == 0)
        throw ValueError(u"range() arg 3 must not be zero"_s);
    return Object::make<Range>(start, stop, step);
}

Object dictFromKeys(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("fromkeys", a);
    const Object keys = in.required("iterable"), value = in.optional("value", Object::none());
    in.end();
    Object made = Object::make<Dict>();
    forEach(vm, keys, [&](const Object &key) {
        made.as<Dict>()->set(vm, key, value);
        return true;
    });
    return made;
}

Object bytesFromHex(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("fromhex", a);
    const QByteArray text = in.text("string").toUtf8();
    in.end();
    QByteArray digits;
    for (qsizetype i = 0; i < text.size(); ++i) {
        if (digits.size() % 2 == 0 && QChar::isSpace(uint(uchar(text[i]))))
            continue;
        if (!std::isxdigit(uchar(text[i])))
            throw ValueError(
                u"non-hexadecimal number found in fromhex() arg at position %1"_s.arg(i));
        digits += text[i];
    }
    if (digits.size() % 2 != 0)
        throw ValueError(
            u"non-hexadecimal number found in fromhex() arg at position %1"_s.arg(text.size()));
    return Object::fromValue(Value::bytes(QByteArray::fromHex(digits)));
}

constexpr NativeEntry kBytesClass[] = {{"fromhex", bytesFromHex}};
constexpr NativeEntry kDictClass[] = {{"fromkeys", dictFromKeys}};

/// str.upper, str.lower, ...: what one gives as key=.
Object unboundText(Machine &, const QString &name)
{
    if (name == u"maketrans") // a static method
        return strMethod(Object::none(), name);
    if (!strMethodNames().contains(name))
        return {};
    return Object::make<UnboundMethod>(QStringLiteral("str"), name);
}

bool isAnInt(const Object &o)
{
    return isInteger(o);
}

struct TypeLine {
    const char *name;
    NativeFunction make;
    bool (*isInstance)(const Object &);
    std::span<const NativeEntry> classMethods = {};
    NativeType::Attribute attribute = nullptr;
};

const TypeLine kTypes[] = {
    {"int", makeInt, isAnInt},
    {"float", makeFloat, [](const Object &o) { return o.isFloat(); }},
    {"bool", makeBool, [](const Object &o) { return o.isBool(); }},
    {"str", makeStr, [](const Object &o) { return o.isStr(); }, {}, unboundText},
    {"bytes", makeBytes, [](const Object &o) { return valueIn(o, Value::Type::Bytes) != nullptr; },
     kBytesClass},
    {"list", makeList, [](const Object &o) { return o.isKind(Kind::List); }},
    {"tuple", makeTuple, [](const Object &o) { return o.isKind(Kind::Tuple); }},
    {"set", makeSet, [](const Object &o) { return o.isKind(Kind::Set); }},
    {"dict", makeDict, [](const Object &o) { return o.isKind(Kind::Dict); }, kDictClass},
    {"range", makeRange, [](const Object &o) { return o.isKind(Kind::Range); }},
};

} // namespace

QString UnboundMethod::repr(Machine &)
{
    return u"<method '%1' of '%2' objects>"_s.arg(m_name, m_type);
}

Object UnboundMethod::call(Machine &vm, Arguments &arguments)
{
    if (arguments.positional.empty() || arguments.positional.front().typeName() != m_type)
        throw TypeError(u"descriptor '%1' for '%2' objects doesn't apply to a '%3' object"_s.arg(
            m_name, m_type,
            arguments.positional.empty() ? u"missing"_s : arguments.positional.front().typeName()));
    const Object self = arguments.positional.front();
    arguments.positional.erase(arguments.positional.begin());
    return vm.call(attributeOf(vm, self, m_name), std::move(arguments));
}

Object builtinType(const QString &name)
{
    for (const TypeLine &line : kTypes) {
        if (name == QLatin1String(line.name))
            return Object::make<NativeType>(line.name, line.make, line.isInstance,
                                            line.classMethods, line.attribute);
    }
    return {};
}

QStringList builtinTypeNames()
{
    QStringList names;
    for (const TypeLine &line : kTypes)
        names.append(QString::fromLatin1(line.name));
    return names;
}

} // namespace heddle::script
