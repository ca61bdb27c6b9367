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

/// Throws if this method would silently run outside of a transaction that the code around it stands
/// in.
void refuseLeaving(Machine &vm, const char *method, Way way);

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

/// Counts the rows of one operation towards the script's limit as they come, so that a result which
/// is too large is never there as a whole.
struct RowCount {
    /// Null: there is no limit.
    static std::shared_ptr<RowCount> of(Machine &vm);
    /// On the connection's thread. Throws LimitExceeded.
    void add(std::int64_t rows);
    std::int64_t total = 0, allowed = 0, limit = 0;
};

template <typename T>
Plan<T> counted(Plan<T> plan, std::shared_ptr<RowCount> count);
/// See rowstream.h.
void takeInStreams(Machine &vm);
/// A statement was cancelled: throws what that was for, if it was the script's limit or a stop.
void waitedTooLong(Machine &vm);

template <typename T>
Object performHere(Machine &vm, const Database &database, const char *method,
                   const MakeOperation<T> &make, const Decode<T> &decode)
{
    const CallInfo call = callInfo(vm, method);
    requireSyncAllowed(method, call.site);
    if (vm.isDry())
        refuseToRun(vm, make(call), method);
    refuseLeaving(vm, method, Way::Sync);
    Runner &runner = database.runner();
    vm.checkLimits();
    vm.countQuery();
    Operation<T> operation = make(call);
    if (operation.context.write)
        takeInStreams(vm);
    const std::shared_ptr<RowCount> rows = RowCount::of(vm);
    T result = [&] {
        try {
            const Machine::Away waiting(vm);
            return runner.run(rows ? counted(std::move(operation.plan), rows)
                                   : std::move(operation.plan),
                              operation.context);
        } catch (const QueryCancelled &) {
            waitedTooLong(vm);
            throw;
        }
    }();
    if (rows)
        vm.countRows(rows->total);
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
        resolve([result = std::move(result), error = error, rows = rows, decode = std::move(decode),
                 ticket = std::move(ticket)](Machine &vm, Future &out) mutable {
            if (error)
                std::rethrow_exception(error);
            if (result) {
                if (rows)
                    vm.countRows(rows->total);
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
    std::shared_ptr<RowCount> rows;
};

/// Runs a plan, and keeps count of the rows that its statements bring.
template <typename T>
Plan<T> counted(Plan<T> plan, std::shared_ptr<RowCount> count)
{
    while (PlanBase::Request *request = plan.resume()) {
        std::vector<RowBatchPtr> taken;
        BatchSink take = [&taken, &count](RowBatchPtr batch) {
            count->add(batch->rowCount());
            taken.push_back(std::move(batch));
            return true;
        };
        const bool gathers = request->statement &&
                             (request->statement->columns || request->statement->chooser) &&
                             !request->statement->rows && !request->sink;
        if (gathers) {
            request->sink = &take;
            request->statement->gathers = true;
        }
        Forwarded forwarded(request);
        co_await forwarded;
        if (gathers) {
            request->sink = nullptr;
            request->result.batches = std::move(taken);
        }
    }
    co_return plan.take();
}

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
    auto begin = [database, rows = RowCount::of(vm), machine = &vm, make = std::move(make),
                  decode = std::move(decode)](EventLoop::Resolve resolve) -> std::function<void()> {
        Runner &runner = database.runner();
        Operation<T> operation = make();
        if (operation.context.write)
            takeInStreams(*machine);
        auto ticket = std::make_shared<Ticket>();
        auto delivery = std::make_shared<Delivery<T>>(std::move(resolve), decode, ticket);
        delivery->rows = rows;
        Plan<T> inner = rows ? counted(std::move(operation.plan), rows) : std::move(operation.plan);
        Plan<bool> plan = relayed<T>(std::move(inner), std::move(delivery));
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
    refuseLeaving(vm, call.method, Way::Async);
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
