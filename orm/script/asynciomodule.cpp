#include "orm/script/asyncioparts.h"
#include "orm/script/border.h"
#include "orm/script/containers.h"
#include "orm/script/convert.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/natives.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

void requireLoop(Machine &vm)
{
    if (!vm.isAsync())
        throw RuntimeError(u"no running event loop"_s);
}

double secondsFrom(const Object &object)
{
    if (!isNumber(object))
        throw TypeError(
            u"'%1' object cannot be interpreted as a number of seconds"_s.arg(object.typeName()));
    return doubleOf(object);
}

Object doneFuture(Machine &vm, const Object &result)
{
    const Object done = vm.loop().newFuture();
    done.as<Future>()->finish(result);
    return done;
}

namespace {

Object coroutine(Machine &vm, const char *name, Coroutine::Start start)
{
    return Object::make<Coroutine>(vm, QString::fromLatin1(name), std::move(start));
}

Object gather(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("gather", a);
    const Object returnExceptions = in.keyword("return_exceptions", Object::boolean(false));
    const Objects awaitables = in.rest();
    in.end();
    requireLoop(vm);
    return vm.loop().gather(awaitables, truthOf(vm, returnExceptions));
}

Object createTask(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("create_task", a);
    const Object awaitable = in.required("coro");
    const Object name = in.keyword("name", Object::none());
    in.end();
    requireLoop(vm);
    if (!awaitable.isKind(Kind::Coroutine))
        throw TypeError(u"a coroutine was expected, got "_s + reprOf(vm, awaitable));
    return vm.loop().taskFor(awaitable, name.isStr() ? name.text() : QString());
}

Object sleep(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("sleep", a);
    const double seconds = secondsFrom(in.required("delay"));
    const Object result = in.optional("result", Object::none());
    in.end();
    return coroutine(vm, "sleep",
                     [seconds, result](Machine &m) { return m.loop().sleep(seconds, result); });
}

Object waitFor(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("wait_for", a);
    const Object awaitable = in.required("fut"), timeout = in.required("timeout");
    in.end();
    if (timeout.isNone())
        return coroutine(vm, "wait_for",
                         [awaitable](Machine &m) { return m.loop().taskFor(awaitable); });
    const double seconds = secondsFrom(timeout);
    return coroutine(vm, "wait_for", [awaitable, seconds](Machine &m) {
        return m.loop().waitFor(awaitable, seconds);
    });
}

Object run(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("run", a);
    const Object main = in.required("main");
    in.optional("debug");
    in.end();
    if (vm.isAsync())
        throw RuntimeError(u"asyncio.run() cannot be called from a running event loop"_s,
                           u"await it instead"_s);
    if (!main.isKind(Kind::Coroutine))
        throw ValueError(u"a coroutine was expected, got "_s + reprOf(vm, main));
    if (vm.loop().isRunning()) // Python would have a second loop here; the work is the same
        return vm.border().callAsync(main);
    const Object result = vm.loop().runUntilDone(main, vm.border().contextHere());
    vm.loop().cancelAll(false);
    return result;
}

constexpr NativeEntry kFunctions[] = {
    {"create_task", createTask}, {"gather", gather}, {"run", run}, {"sleep", sleep},
    {"wait_for", waitFor},
};

std::span<const NativeEntry> functionsOf(int part)
{
    switch (part) {
    case 0:
        return kFunctions;
    case 1:
        return taskGroupFunctions();
    case 2:
        return waitingFunctions();
    case 3:
        return lockFunctions();
    }
    return queueFunctions();
}
constexpr int kParts = 5;

constexpr const char *kExceptions[] = {"CancelledError", "InvalidStateError", "QueueEmpty",
                                       "QueueFull", "TimeoutError"};
constexpr const char *kConstants[] = {"ALL_COMPLETED", "FIRST_COMPLETED", "FIRST_EXCEPTION"};

Object member(Machine &, const QString &name)
{
    for (const char *exception : kExceptions) {
        if (name == QLatin1String(exception))
            return exceptionType(name);
    }
    for (const char *constant : kConstants) {
        if (name == QLatin1String(constant))
            return Object::str(name);
    }
    for (int part = 0; part < kParts; ++part) {
        if (Object function = methodFrom(functionsOf(part), {}, name))
            return function;
    }
    return {};
}

QStringList memberNames()
{
    QStringList names;
    for (int part = 0; part < kParts; ++part)
        names += namesOf(functionsOf(part));
    for (const char *exception : kExceptions)
        names += QString::fromLatin1(exception);
    for (const char *constant : kConstants)
        names += QString::fromLatin1(constant);
    return names;
}

} // namespace

Object asyncioModule()
{
    return Object::make<Module>(u"asyncio"_s, member, memberNames());
}

Object gatherFunction()
{
    return methodFrom(kFunctions, {}, u"gather"_s);
}

} // namespace heddle::script
