#include "orm/execution/runner.h"
#include "orm/script/border.h"
#include "orm/script/callables.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/natives.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

enum class Crossed { ToAsync, ToSync };

/// What sync_to_async(f) and async_to_sync(f) give: a function of the other kind.
class CrossingFunction final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    CrossingFunction(Crossed way, Object function, bool threadSensitive)
        : HeapObject(kKind), m_way(way), m_function(std::move(function)),
          m_threadSensitive(threadSensitive)
    {
    }

    QString typeName() const override
    {
        return m_way == Crossed::ToAsync ? u"SyncToAsync"_s : u"AsyncToSync"_s;
    }
    QString repr(Machine &vm) override
    {
        return u"<%1 of %2>"_s.arg(typeName(), reprOf(vm, m_function));
    }
    Object call(Machine &vm, Arguments &arguments) override
    {
        return m_way == Crossed::ToAsync ? callLater(vm, arguments) : callNow(vm, arguments);
    }
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override { visit(m_function); }
    Object copyFor(Copier &copier) const override
    {
        return Object::make<CrossingFunction>(m_way, copier.copy(m_function), m_threadSensitive);
    }

private:
    Object callLater(Machine &vm, Arguments &arguments)
    {
        const Function *function = m_function.as<Function>();
        return Object::make<Coroutine>(
            vm, function ? function->code()->name : u"sync_to_async"_s,
            [self = Object::share(this), this, arguments, site = vm.site()](Machine &m) {
                if (m.isDry())
                    return doneWith(m, arguments);
                return m.border().callSync(m_function, arguments, m_threadSensitive, site);
            });
    }

    /// A preview has no other thread: what the function would ask is asked here.
    Object doneWith(Machine &vm, const Arguments &arguments)
    {
        const bool before = std::exchange(vm.side().besideLoop, true);
        const AllowSync allowed("a preview of sync_to_async()");
        Object result;
        try {
            result = vm.call(m_function, arguments);
        } catch (...) {
            vm.side().besideLoop = before;
            throw;
        }
        vm.side().besideLoop = before;
        const Object done = vm.loop().newFuture();
        done.as<Future>()->finish(result);
        return done;
    }

    Object callNow(Machine &vm, Arguments &arguments)
    {
        if (vm.isAsync())
            throw RuntimeError(
                u"You cannot use AsyncToSync in the same thread as an async event loop - just await the async function directly."_s,
                u"await it"_s);
        const Object coroutine = vm.call(m_function, std::move(arguments));
        if (!coroutine.isKind(Kind::Coroutine))
            throw TypeError(
                u"async_to_sync was passed a non-async-marked callable: it gave %1, not a coroutine"_s
                    .arg(coroutine.typeName()),
                u"call it without async_to_sync()"_s);
        if (vm.isDry())
            return vm.loop().runUntilDone(coroutine);
        return vm.border().callAsync(coroutine);
    }

    const Crossed m_way;
    Object m_function;
    const bool m_threadSensitive;
};

bool isAsyncFunction(const Object &object)
{
    const Function *function = object.as<Function>();
    return function && function->code()->async;
}

Object crossed(Crossed way, const Object &function, bool threadSensitive)
{
    if (way == Crossed::ToAsync && (!function.isHeap() || isAsyncFunction(function)))
        throw TypeError(u"sync_to_async can only be applied to sync functions."_s);
    if (way == Crossed::ToSync && !function.isHeap())
        throw TypeError(u"async_to_sync can only be applied to async functions."_s);
    return Object::make<CrossingFunction>(way, function, threadSensitive);
}

/// sync_to_async(thread_sensitive=False) without a function: a decorator.
template <bool sensitive>
Object sensitiveDecorator(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("sync_to_async", a);
    const Object function = in.required("func");
    in.end();
    return crossed(Crossed::ToAsync, function, sensitive);
}

Object asyncDecorator(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("async_to_sync", a);
    const Object function = in.required("awaitable");
    in.end();
    return crossed(Crossed::ToSync, function, true);
}

Object syncToAsync(Machine &vm, const Object &, Arguments &a)
{
    ArgumentReader in("sync_to_async", a);
    const Object function = in.optional("func", Object::none());
    const bool sensitive = truthOf(vm, in.keyword("thread_sensitive", Object::boolean(true)));
    in.end();
    if (!function.isNone())
        return crossed(Crossed::ToAsync, function, sensitive);
    return Object::make<Native>("sync_to_async",
                                sensitive ? sensitiveDecorator<true> : sensitiveDecorator<false>);
}

Object asyncToSync(Machine &, const Object &, Arguments &a)
{
    ArgumentReader in("async_to_sync", a);
    const Object function = in.optional("awaitable", Object::none());
    in.keyword("force_new_loop");
    in.end();
    if (!function.isNone())
        return crossed(Crossed::ToSync, function, true);
    return Object::make<Native>("async_to_sync", asyncDecorator);
}

constexpr NativeEntry kFunctions[] = {
    {"async_to_sync", asyncToSync},
    {"sync_to_async", syncToAsync},
};

} // namespace

Object borderFunction(const QString &name)
{
    return methodFrom(kFunctions, {}, name);
}

} // namespace heddle::script
