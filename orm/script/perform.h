#pragma once

#include "orm/execution/transaction.h"
#include "orm/objects/operations.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/ormobjects.h"
#include "orm/script/ormtransaction.h"

#include <QFuture>

namespace heddle::script {

/// Whether a script wrote the sync method or its `a` twin.
enum class Way { Sync, Async };

template <typename T>
using MakeOperation = std::function<Operation<T>(const CallInfo &)>;
template <typename T>
using Decode = std::function<Object(Machine &, T &)>;

/// What a plan asks for before its first real statement: the state of the transaction, and BEGIN.
inline bool isHousekeeping(const PlanBase::Request *request)
{
    if (!request->statement)
        return true;
    const TraceKind kind = request->statement->kind;
    return kind == TraceKind::Begin || kind == TraceKind::Savepoint;
}

/// Instead of running it: keeps the first statement for the preview, and ends the script.
template <typename T>
[[noreturn]] void refuseToRun(Machine &vm, Operation<T> operation, const char *method)
{
    // What opens and closes transactions is answered here: the statement itself is wanted.
    TransactionState transactions;
    while (PlanBase::Request *request = operation.plan.resume()) {
        if (!request->statement)
            request->transactions = &transactions;
        else if (request->statement->kind == TraceKind::Read ||
                 request->statement->kind == TraceKind::Write)
            vm.wouldRun(method, request->statement->sql, request->statement->parameters);
    }
    operation.plan.take(); // nothing to send: it failed, or knows its answer without asking
    vm.wouldRun(method, {}, {});
}

/// How many rows an operation's result holds, as the script's limits count them.
template <typename T>
std::int64_t rowsOf(const T &result)
{
    if constexpr (std::is_same_v<T, ResultSetPtr>)
        return result ? result->rowCount() : 0;
    else if constexpr (std::is_same_v<T, RecordMap>)
        return std::int64_t(result.size());
    else
        return 0;
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
    vm.countRows(rowsOf(result));
    return decode(vm, result);
}

/// Hands a request of an inner plan on to whoever drives the outer one.
class Forwarded {
public:
    explicit Forwarded(PlanBase::Request *request) : m_request(request) {}
    bool await_ready() const noexcept { return false; }
    template <typename Promise>
    void await_suspend(std::coroutine_handle<Promise> handle) noexcept
    {
        handle.promise().pending = m_request;
    }
    void await_resume() const noexcept {}

private:
    PlanBase::Request *m_request;
};

/// What the loop's thread keeps of an operation that runs elsewhere.
struct Ticket {
    QFuture<bool> future; // only to cancel it, and for why it never ran
    std::exception_ptr refused;
};

/// What a worker found out, on its way to the loop. It is delivered when the job dies, whatever
/// became of it: the worker has then let go of the QFuture, and all is handed over by the mailbox's
/// mutex, which ThreadSanitizer can see, and not by Qt's.
template <typename T>
struct Delivery {
    Delivery(EventLoop::Resolve resolve, Decode<T> decode, std::shared_ptr<Ticket> ticket)
        : resolve(std::move(resolve)), decode(std::move(decode)), ticket(std::move(ticket))
    {
    }
    ~Delivery()
    {
        resolve([result = std::move(result), error = error, decode = std::move(decode),
                 ticket = std::move(ticket)](Machine &vm, Future &out) mutable {
            if (error)
                std::rethrow_exception(error);
            if (result) {
                vm.countRows(rowsOf(*result));
                return out.finish(decode(vm, *result));
            }
            if (ticket->refused)
                std::rethrow_exception(ticket->refused);
            ticket->future.waitForFinished(); // it never ran: this throws why
            out.setCancelled();
        });
    }
    Delivery(const Delivery &) = delete;

    EventLoop::Resolve resolve;
    Decode<T> decode;
    std::shared_ptr<Ticket> ticket;
    std::optional<T> result;
    std::exception_ptr error;
};

/// Runs a plan and leaves its outcome in the delivery.
template <typename T>
Plan<bool> relayed(Plan<T> plan, std::shared_ptr<Delivery<T>> delivery)
{
    while (PlanBase::Request *request = plan.resume()) {
        Forwarded forwarded(request);
        co_await forwarded;
    }
    try {
        delivery->result = plan.take();
    } catch (...) {
        delivery->error = std::current_exception();
    }
    co_return true;
}

/// Starts what `make` gives by the database's handle; the Future of its decoded result. No query of
/// the script's, as far as limits count.
template <typename T>
Object startUncounted(Machine &vm, const Database &database, std::function<Operation<T>()> make,
                      Decode<T> decode)
{
    auto begin = [database, make = std::move(make),
                  decode = std::move(decode)](EventLoop::Resolve resolve) -> std::function<void()> {
        Runner &runner = database.runner();
        Operation<T> operation = make();
        auto ticket = std::make_shared<Ticket>();
        auto delivery = std::make_shared<Delivery<T>>(std::move(resolve), decode, ticket);
        Plan<bool> plan = relayed<T>(std::move(operation.plan), std::move(delivery));
        try {
            ticket->future = runner.start(std::move(plan), operation.context);
        } catch (...) {
            ticket->refused = std::current_exception();
        }
        return [ticket] { ticket->future.cancel(); };
    };
    return vm.loop().startWork(std::move(begin));
}

/// Starts an operation on the pool; the Future of its decoded result.
template <typename T>
Object startOperation(Machine &vm, const Database &database, const CallInfo &call,
                      const MakeOperation<T> &make, const Decode<T> &decode)
{
    if (vm.isDry())
        refuseToRun(vm, make(call), call.method);
    vm.countQuery();
    return startUncounted<T>(
        vm, joinedDatabase(vm, database), [call, make] { return make(call); }, decode);
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
