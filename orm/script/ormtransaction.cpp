#include "orm/script/ormtransaction.h"

#include "orm/script/natives.h"
#include "orm/script/perform.h"
#include "orm/script/rowstream.h"

#include <algorithm>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

PlanContext blockContext(Machine &vm)
{
    PlanContext context = operations::contextFor(callInfo(vm, "atomic"), "atomic");
    context.joins = true;
    return context;
}

[[noreturn]] void refuseSync(Machine &vm, const QString &what, const QString &instead)
{
    SynchronousOnlyOperation error(
        u"You cannot call this from an async context - use a thread or sync_to_async. %1 would "
        "block its thread here; write %2."_s.arg(what, instead),
        instead);
    error.line = vm.site().line;
    error.column = vm.site().column;
    throw error;
}

/// `using`: there is one database, which Django's default alias names.
void requireDefault(const Object &alias)
{
    if (alias.isNone() || (alias.isStr() && alias.text() == u"default"))
        return;
    throw raised("ConnectionDoesNotExist", u"The connection '%1' doesn't exist."_s.arg(
                                               alias.isStr() ? alias.text() : alias.typeName()));
}

/// What `atomic(...)` gives: a context, and a decorator of functions. Each use is a block of its
/// own.
class Atomic final : public Context {
public:
    explicit Atomic(AtomicOptions options) : m_options(options) {}
    ~Atomic() override
    {
        while (!m_blocks.empty()) { // a stopped run does not come by the end of its blocks
            m_blocks.back()->rollback();
            m_blocks.pop_back();
        }
    }

    QString typeName() const override { return u"Atomic"_s; }

    Object enter(Machine &vm) override
    {
        if (vm.isAsync())
            refuseSync(vm, u"'with atomic()'"_s, u"'async with atomic()'"_s);
        vm.refuseLeavingTransaction(u"'with atomic()'"_s,
                                    u"write 'async with atomic()' in the coroutine"_s);
        if (!vm.isDry())
            begin(vm);
        return Object::none();
    }
    bool exit(Machine &vm, const Object &exception) override
    {
        if (!m_blocks.empty())
            finish(vm, exception.isEmpty());
        return false;
    }
    Object asyncEnter(Machine &vm) override;
    Object asyncExit(Machine &vm, const Object &exception) override;

    /// As a decorator.
    Object call(Machine &vm, Arguments &arguments) override;

    void begin(Machine &vm)
    {
        vm.checkLimits();
        takeInStreams(vm);
        auto scope = std::make_shared<SyncScope>();
        scope->thread = vm.side().thread;
        scope->line = vm.site().line;
        const PlanContext context = blockContext(vm);
        std::shared_ptr<AtomicBlock> block;
        {
            const Machine::Away waiting(vm); // for whoever writes now
            block = std::make_shared<AtomicBlock>(vm.database(), m_options, context);
        }
        m_blocks.push_back(block);
        vm.side().openBlocks.push_back({std::move(block), std::move(scope)});
    }
    void finish(Machine &vm, bool succeeded)
    {
        const std::shared_ptr<AtomicBlock> block = takeInnermost(vm);
        if (!block || !block->isOpen()) // the run that began it has ended
            return;
        const Machine::Away waiting(vm);
        succeeded ? block->commit() : block->rollback();
    }
    /// Another thread may stand in blocks of the same object.
    std::shared_ptr<AtomicBlock> takeInnermost(Machine &vm)
    {
        std::vector<OpenBlock> &open = vm.side().openBlocks;
        for (auto mine = m_blocks.rbegin(); mine != m_blocks.rend(); ++mine) {
            const auto found = std::find_if(open.begin(), open.end(),
                                            [&](const OpenBlock &o) { return o.block == *mine; });
            if (found == open.end())
                continue;
            const std::shared_ptr<AtomicBlock> block = *mine;
            found->scope->open = false;
            open.erase(found);
            m_blocks.erase(std::next(mine).base());
            return block;
        }
        return nullptr;
    }

private:
    const AtomicOptions m_options;
    std::vector<std::shared_ptr<AtomicBlock>> m_blocks; // open ones, innermost last
};

Object Atomic::asyncEnter(Machine &vm)
{
    const Object task = Object::share(vm.loop().currentTask());
    vm.refuseLeavingTransaction(u"'async with atomic()'"_s,
                                u"write 'with atomic()' in the sync code that calls this"_s);
    if (vm.isDry()) {
        const Object ready = vm.loop().newFuture();
        ready.as<Future>()->finish(Object::none());
        return ready;
    }
    takeInStreams(vm);
    auto scope = std::make_shared<AsyncScope>(joinedDatabase(vm, vm.database()), m_options,
                                              blockContext(vm));
    scope->outer = task.as<Future>()->context.transaction;
    using BlockId = TransactionState::BlockId;
    return startUncounted<BlockId>(
        vm, scope->block.database(),
        [scope] {
            return Operation<BlockId>{scope->block.enterPlan(), scope->block.context()};
        },
        [scope, task](Machine &, BlockId &block) {
            scope->block.setEntered(block);
            scope->isOpen = true;
            task.as<Future>()->context.transaction = scope;
            return Object::none();
        });
}

Object Atomic::asyncExit(Machine &vm, const Object &exception)
{
    const std::shared_ptr<AsyncScope> scope = vm.loop().currentTask()->context.transaction;
    if (!scope) { // a preview
        const Object ready = vm.loop().newFuture();
        ready.as<Future>()->finish(Object::boolean(false));
        return ready;
    }
    vm.loop().currentTask()->context.transaction = scope->outer;
    scope->isOpen = false;
    using Callbacks = std::vector<CommitCallback>;
    const bool succeeded = exception.isEmpty();
    const Object left = startUncounted<Callbacks>(
        vm, scope->block.database(),
        [scope, succeeded] {
            return Operation<Callbacks>{scope->block.leavePlan(succeeded), scope->block.context()};
        },
        [scope](Machine &, Callbacks &callbacks) {
            runCommitCallbacks(std::move(callbacks));
            return Object::boolean(false);
        });
    scope->block.end();
    // Whoever is cancelled while COMMIT is on its way hears of that after its outcome.
    left.as<Future>()->onCancel([](Machine &) {});
    return left;
}

/// A function in a transaction: what `@atomic` makes of it.
class AtomicFunction final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    AtomicFunction(Object atomic, Object function)
        : HeapObject(kKind), m_atomic(std::move(atomic)), m_function(std::move(function))
    {
    }
    QString typeName() const override { return u"function"_s; }
    QString repr(Machine &vm) override { return reprOf(vm, m_function); }
    Object attribute(Machine &vm, const QString &name) override
    {
        return m_function.isHeap() ? m_function.heap()->attribute(vm, name) : Object();
    }
    Object call(Machine &vm, Arguments &arguments) override
    {
        Context &atomic = *m_atomic.as<Context>();
        atomic.enter(vm);
        Object result;
        try {
            result = vm.call(m_function, std::move(arguments));
        } catch (...) {
            atomic.exit(vm, Object::none()); // whatever it is, it is not the normal end
            throw;
        }
        if (result.isKind(Kind::Coroutine)) {
            atomic.exit(vm, Object::none());
            throw TypeError(u"atomic cannot decorate an async def"_s,
                            u"write 'async with atomic():' inside it"_s);
        }
        atomic.exit(vm, {});
        return result;
    }
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override
    {
        visit(m_atomic);
        visit(m_function);
    }

private:
    Object m_atomic, m_function;
};

bool isFunction(const Object &object)
{
    return object.isKind(Kind::Function) || object.isKind(Kind::Native) ||
           object.isKind(Kind::BoundMethod);
}

Object Atomic::call(Machine &, Arguments &arguments)
{
    ArgumentReader in("__call__", arguments);
    const Object function = in.required("func");
    in.end();
    if (!isFunction(function))
        throw TypeError(u"'%1' object is not callable"_s.arg(function.typeName()));
    return Object::make<AtomicFunction>(Object::share(this), function);
}

std::optional<Isolation> isolationFrom(const Object &object)
{
    if (object.isEmpty() || object.isNone())
        return std::nullopt;
    const QString name = object.isStr() ? object.text().toLower().replace(u'_', u' ') : QString();
    if (name == u"read uncommitted")
        return Isolation::ReadUncommitted;
    if (name == u"read committed")
        return Isolation::ReadCommitted;
    if (name == u"repeatable read")
        return Isolation::RepeatableRead;
    if (name == u"serializable")
        return Isolation::Serializable;
    throw ValueError(u"isolation must be 'read uncommitted', 'read committed', 'repeatable read' "
                     u"or 'serializable'"_s);
}

Object makeAtomic(Machine &vm, const Object &, Arguments &arguments)
{
    ArgumentReader in("atomic", arguments);
    const Object usingAlias = in.optional("using", Object::none());
    AtomicOptions options;
    options.savepoint = in.flag(vm, "savepoint", true);
    options.durable = in.flag(vm, "durable", false);
    options.isolation = isolationFrom(in.keyword("isolation"));
    options.readOnly = truthOf(vm, in.keyword("read_only", Object::boolean(false)));
    options.deferred = truthOf(vm, in.keyword("deferred", Object::boolean(false)));
    in.end();
    const Object atomic = Object::make<Atomic>(options);
    if (isFunction(usingAlias)) // @atomic without parentheses
        return Object::make<AtomicFunction>(atomic, usingAlias);
    requireDefault(usingAlias);
    return atomic;
}

/// on_commit()'s function, called later by C++ that knows nothing of scripts.
std::function<void()> callbackOf(Machine &vm, const Object &function, bool robust)
{
    return [&vm, function, robust] {
        const Machine::Back back(vm);
        try {
            vm.call(function, {});
        } catch (const ScriptRaise &raise) {
            const Exception &exception = *raise.exception.as<Exception>();
            if (!robust || exception.isFatal())
                throw;
            vm.warn(u"RuntimeWarning"_s,
                    u"Error calling %1 in on_commit() (%2)."_s.arg(reprOf(vm, function),
                                                                   exception.message(&vm)),
                    vm.site());
        }
    };
}

Object onCommit(Machine &vm, const Object &, Arguments &arguments)
{
    ArgumentReader in("on_commit", arguments);
    const Object function = in.required("func");
    requireDefault(in.optional("using", Object::none()));
    const bool robust = in.flag(vm, "robust", false);
    in.end();
    if (!isFunction(function) && !function.isKind(Kind::Type))
        throw TypeError(u"on_commit()'s callback must be a callable."_s);
    std::function<void()> callback = callbackOf(vm, function, robust);
    if (vm.isDry())
        return Object::none();
    if (!vm.isAsync()) {
        transactions::onCommit(vm.database(), std::move(callback));
    } else if (const auto scope = vm.loop().currentTask()->context.transaction) {
        scope->block.transaction().onCommit(std::move(callback));
    } else {
        callback();
    }
    return Object::none();
}

Object setRollback(Machine &vm, const Object &, Arguments &arguments)
{
    ArgumentReader in("set_rollback", arguments);
    const bool rollback = truthOf(vm, in.required("rollback"));
    requireDefault(in.optional("using", Object::none()));
    in.end();
    if (vm.isDry())
        return Object::none();
    if (!vm.isAsync()) {
        transactions::setRollback(vm.database(), rollback);
    } else if (const auto scope = vm.loop().currentTask()->context.transaction) {
        scope->block.transaction().setRollback(rollback);
    } else {
        throw TransactionManagementError(
            u"The rollback flag doesn't work outside of an 'atomic' block."_s);
    }
    return Object::none();
}

void requireSyncHere(Machine &vm, const char *function)
{
    if (vm.isAsync())
        refuseSync(vm, u"transaction.%1()"_s.arg(QLatin1String(function)),
                   u"an 'async with atomic()' block inside the other one"_s);
}

Object getRollback(Machine &vm, const Object &, Arguments &arguments)
{
    ArgumentReader in("get_rollback", arguments);
    requireDefault(in.optional("using", Object::none()));
    in.end();
    requireSyncHere(vm, "get_rollback");
    return Object::boolean(!vm.isDry() && transactions::getRollback(vm.database()));
}

Object savepoint(Machine &vm, const Object &, Arguments &arguments)
{
    ArgumentReader in("savepoint", arguments);
    requireDefault(in.optional("using", Object::none()));
    in.end();
    requireSyncHere(vm, "savepoint");
    if (vm.isDry())
        return Object::none();
    const QByteArray name = transactions::savepoint(vm.database(), blockContext(vm));
    return name.isEmpty() ? Object::none() : Object::str(QString::fromUtf8(name));
}

Object savepointEnd(Machine &vm, Arguments &arguments, const char *function,
                    void (*end)(const Database &, const QByteArray &, const PlanContext &))
{
    ArgumentReader in(function, arguments);
    const Object name = in.required("sid");
    requireDefault(in.optional("using", Object::none()));
    in.end();
    requireSyncHere(vm, function);
    if (!vm.isDry() && name.isStr())
        end(vm.database(), name.text().toUtf8(), blockContext(vm));
    return Object::none();
}

Object savepointCommit(Machine &vm, const Object &, Arguments &arguments)
{
    return savepointEnd(vm, arguments, "savepoint_commit", &transactions::releaseSavepoint);
}

Object savepointRollback(Machine &vm, const Object &, Arguments &arguments)
{
    return savepointEnd(vm, arguments, "savepoint_rollback", &transactions::rollBackTo);
}

/// commit() and rollback() outside of atomic() have nothing to end: every statement is saved by
/// itself.
Object endByHand(Machine &vm, Arguments &arguments, const char *function)
{
    ArgumentReader in(function, arguments);
    requireDefault(in.optional("using", Object::none()));
    in.end();
    requireSyncHere(vm, function);
    if (!vm.isDry() && transactions::isOpen(vm.database()))
        throw TransactionManagementError(u"This is forbidden when an 'atomic' block is active."_s);
    return Object::none();
}

Object commit(Machine &vm, const Object &, Arguments &arguments)
{
    return endByHand(vm, arguments, "commit");
}

Object rollback(Machine &vm, const Object &, Arguments &arguments)
{
    return endByHand(vm, arguments, "rollback");
}

Object getAutocommit(Machine &vm, const Object &, Arguments &arguments)
{
    ArgumentReader in("get_autocommit", arguments);
    requireDefault(in.optional("using", Object::none()));
    in.end();
    requireSyncHere(vm, "get_autocommit");
    return Object::boolean(vm.isDry() || !transactions::isOpen(vm.database()));
}

constexpr NativeEntry kFunctions[] = {
    {"on_commit", onCommit},
    {"set_rollback", setRollback},
    {"get_rollback", getRollback},
    {"savepoint", savepoint},
    {"savepoint_commit", savepointCommit},
    {"savepoint_rollback", savepointRollback},
    {"commit", commit},
    {"rollback", rollback},
    {"get_autocommit", getAutocommit},
};

} // namespace

Object atomicType()
{
    return Object::make<Native>("atomic", makeAtomic);
}

Object transactionMember(Machine &, const QString &name)
{
    if (name == u"atomic")
        return atomicType();
    if (name == u"TransactionManagementError")
        return exceptionType(name);
    return methodFrom(kFunctions, {}, name);
}

QStringList transactionNames()
{
    return namesOf(kFunctions) + QStringList{u"atomic"_s};
}

void refuseLeaving(Machine &vm, const char *method, Way way)
{
    const Future *task = way == Way::Async ? vm.loop().currentTask() : nullptr;
    const TaskContext &context = task ? task->context : vm.side().context;
    if (!context.left && !(way == Way::Sync && context.transaction))
        return;
    const QString name = QString::fromUtf8(method);
    if (way == Way::Sync)
        vm.refuseLeavingTransaction(name + u"()"_s,
                                    u"await a%1() in the coroutine with the block"_s.arg(name));
    else if (name == u"list" || name == u"iterator")
        vm.refuseLeavingTransaction(u"'async for'"_s, u"write 'for' in the code with the block"_s);
    else
        vm.refuseLeavingTransaction(u"a%1()"_s.arg(name),
                                    u"call %1() in the code with the block"_s.arg(name));
}

Database joinedDatabase(Machine &vm, const Database &database)
{
    const Future *task = vm.loop().currentTask();
    for (const AsyncScope *scope = task ? task->context.transaction.get() : nullptr; scope;
         scope = scope->outer.get()) {
        if (scope->block.database() == database)
            return scope->block.database();
    }
    return database;
}

} // namespace heddle::script
