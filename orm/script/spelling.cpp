#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/format.h"
#include "orm/script/natives.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

Object ascii(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("ascii", a);
    const Object object = in.required("obj");
    in.end();
    return Object::str(asciiOf(reprOf(vm, object)));
}

Object inBase(Machine &vm, Arguments &a, const char *name, const QString &code)
{
    ArgumentReader in(name, a);
    const Object number = in.required("number");
    in.end();
    if (!isInteger(number))
        throw TypeError(
            u"'%1' object cannot be interpreted as an integer"_s.arg(number.typeName()));
    return Object::str(
        formatObject(vm, number.isBool() ? Object::integer(number.asInt()) : number, code));
}

Object bin(Machine &vm, const Object &, Arguments &a)
{
    return inBase(vm, a, "bin", u"#b"_s);
}

Object hex(Machine &vm, const Object &, Arguments &a)
{
    return inBase(vm, a, "hex", u"#x"_s);
}

Object oct(Machine &vm, const Object &, Arguments &a)
{
    return inBase(vm, a, "oct", u"#o"_s);
}

Object hash(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("hash", a);
    const Object object = in.required("obj");
    in.end();
    return Object::integer(std::int64_t(hashOf(vm, object)));
}

Object callable(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("callable", a);
    const Object object = in.required("obj");
    in.end();
    return Object::boolean(isCallable(object));
}

constexpr NativeEntry kFunctions[] = {
    {"ascii", ascii}, {"bin", bin}, {"callable", callable},
    {"hash", hash},   {"hex", hex}, {"oct", oct},
};

} // namespace

QString asciiOf(const QString &text)
{
    QString out;
    for (const uint c : text.toUcs4()) {
        if (c < 128)
            out += QChar(c);
        else if (c < 256)
            out += u"\\x%1"_s.arg(c, 2, 16, QLatin1Char('0'));
        else if (c < 0x10000)
            out += u"\\u%1"_s.arg(c, 4, 16, QLatin1Char('0'));
        else
            out += u"\\U%1"_s.arg(c, 8, 16, QLatin1Char('0'));
    }
    return out;
}

bool isCallable(const Object &object)
{
    switch (object.isHeap() ? object.heap()->kind() : Kind::Value) {
    case Kind::Function:
    case Kind::Native:
    case Kind::BoundMethod:
    case Kind::Type:
    case Kind::ExceptionType:
    case Kind::Model:
    case Kind::OrmClass:
        return true;
    case Kind::Other: // functions of the border, decorated ones, and views of a dict
        return !object.heap()->typeName().startsWith(u"dict_");
    case Kind::Str:
    case Kind::Value:
    case Kind::List:
    case Kind::Tuple:
    case Kind::Dict:
    case Kind::Set:
    case Kind::Range:
    case Kind::Slice:
    case Kind::Iterator:
    case Kind::Cell:
    case Kind::Module:
    case Kind::Exception:
    case Kind::Generator:
    case Kind::Coroutine:
    case Kind::Future:
    case Kind::Context:
    case Kind::NotImplemented:
    case Kind::Ellipsis:
    case Kind::Manager:
    case Kind::QuerySet:
    case Kind::Record:
    case Kind::Expression:
    case Kind::Query:
    case Kind::FieldType:
    case Kind::Prefetch:
        break;
    }
    return false;
}

std::span<const NativeEntry> spellingFunctions()
{
    return kFunctions;
}

} // namespace heddle::script
