#pragma once

#include "orm/execution/gather.h"
#include "orm/objects/operations.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/ormobjects.h"

namespace heddle::script {

/// Whether a script wrote the sync method or its `a` twin.
enum class Way { Sync, Async };

template <typename T>
using MakeOperation = std::function<Operation<T>(const CallInfo &)>;
template <typename T>
using Decode = std::function<Object(Machine &, T &)>;

/// Instead of running it: keeps the first statement for the preview, and ends the script.
template <typename T>
[[noreturn]] void refuseToRun(Machine &vm, Operation<T> operation, const char *method)
{
    if (PlanBase::Request *request = operation.plan.resume())
        vm.wouldRun(method, request->statement->sql, request->statement->parameters);
    operation.plan.take(); // nothing to send: it failed, or knows its answer without asking
    vm.wouldRun(method, {}, {});
}

template <typename T>
Object performHere(Machine &vm, const Database &database, const char *method,
                   const MakeOperation<T> &make, const Decode<T> &decode)
{
    const CallInfo call = callInfo(vm, method);
    requireSyncAllowed(method, call.site);
    if (vm.isDry())
        refuseToRun(vm, make(call), method);
    Runner &runner = database.runner();
    vm.checkLimits();
    vm.countQuery();
    Operation<T> operation = make(call);
    T result = runner.run(std::move(operation.plan), operation.context);
    return decode(vm, result);
}

/// Starts an operation on the pool; the Future of its decoded result.
template <typename T>
Object startOperation(Machine &vm, const Database &database, const CallInfo &call,
                      const MakeOperation<T> &make, const Decode<T> &decode)
{
    if (vm.isDry())
        refuseToRun(vm, make(call), call.method);
    vm.countQuery();
    auto begin = [database, call, make,
                  decode](EventLoop::Resolve resolve) -> std::function<void()> {
        Operation<T> operation = make(call);
        QFuture<T> future = database.runner().start(std::move(operation.plan), operation.context);
        heddle::detail::whenFinished(future, [resolve, decode](QFuture<T> finished) {
            resolve([finished, decode](Machine &m, Future &out) mutable {
                finished.waitForFinished(); // throws what the operation threw
                if (finished.resultCount() == 0)
                    return out.setCancelled();
                T result = finished.result();
                out.finish(decode(m, result));
            });
        });
        return [future]() mutable { future.cancel(); };
    };
    return vm.loop().startWork(std::move(begin));
}

/// A terminal method, either way: at once, or as a cold coroutine that starts when somebody awaits
/// it.
template <typename T>
Object perform(Machine &vm, Way way, const Database &database, const char *method,
               MakeOperation<T> make, Decode<T> decode)
{
    if (way == Way::Sync)
        return performHere<T>(vm, database, method, make, decode);
    CallInfo call = callInfo(vm, method);
    return Object::make<Coroutine>(
        vm, u'a' + QString::fromLatin1(method),
        [database, call, make = std::move(make), decode = std::move(decode)](Machine &m) mutable {
            const CallInfo here = callInfo(m);
            call.lane = here.lane; // of whoever awaits it
            call.traceParent = here.traceParent;
            return startOperation<T>(m, database, call, make, decode);
        });
}

} // namespace heddle::script
