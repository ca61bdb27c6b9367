#include "orm/script/interpreter.h"

#include "orm/script/compiler.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/rowstream.h"
#include "orm/script/vm.h"

#include <QSet>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

OutputSink::~OutputSink() = default;

struct Interpreter::Private {
    explicit Private(InterpreterOptions options)
        : heap(Heap::create(options.limits.memoryBytes)), vm(std::move(options), heap)
    {
    }

    ~Private()
    {
        const Heap::Scope scope(heap);
        vm.loop().cancelAll(false);
        vm.globals.clear();
        waitForStreams(vm, Streams::All);
    }

    enum class Coroutines { Keep, Drop };
    RunOutcome run(const CodePtr &code, Coroutines coroutines);

    Heap *heap;
    Machine vm;
};

RunOutcome Interpreter::Private::run(const CodePtr &code, Coroutines coroutines)
{
    RunOutcome outcome;
    const Machine::Use use(vm);
    vm.beginRun();
    try {
        auto fiber = std::make_unique<Fiber>();
        fiber->frames.push_back(std::make_unique<Frame>(code));
        if (code->async) {
            vm.loop().runUntilDone(std::move(fiber), code->name);
        } else {
            fiber->span = vm.parentSpan;
            vm.resume(*fiber);
        }
    } catch (const ScriptRaise &raise) {
        outcome.error = raise.exception.as<Exception>()->toScriptError(vm);
        outcome.stopped = vm.stopRequested();
    } catch (const OrmError &error) {
        outcome.error = toScriptError(error);
        outcome.stopped = vm.stopRequested();
    }
    if (outcome.stopped) {
        outcome.error->type = outcome.error->qualifiedType = u"KeyboardInterrupt"_s;
        outcome.error->message = u"Stopped"_s;
    }
    Position where;
    outcome.value = vm.takeResult(&where);
    // A statement that only makes a coroutine has forgotten to await it, and hears of it now.
    if (coroutines == Coroutines::Drop && outcome.value.isKind(Kind::Coroutine))
        outcome.value = Object();
    outcome.valueSite = {where.line, where.column, nullptr};
    outcome.statements = vm.statements();
    outcome.queries = vm.queries();
    vm.endRun();
    return outcome;
}

Interpreter::Interpreter(InterpreterOptions options)
    : d(std::make_unique<Private>(std::move(options)))
{
}

Interpreter::~Interpreter()
{
    Heap *heap = d->heap;
    d.reset();
    heap->collect(); // a def that calls itself holds itself
    heap->release();
}

namespace {

RunOutcome refused(const ScriptError &error)
{
    RunOutcome outcome;
    outcome.error = error;
    return outcome;
}

/// The first error of a text that does not parse.
std::optional<ScriptError> syntaxError(const notation::ParseResult &parsed, int lineOffset)
{
    for (const notation::Diagnostic &diagnostic : parsed.diagnostics) {
        if (diagnostic.severity != notation::Severity::Error)
            continue;
        ScriptError error;
        error.type = error.qualifiedType = u"SyntaxError"_s;
        error.message = diagnostic.message;
        error.suggestion = diagnostic.suggestion;
        error.line = diagnostic.span.line + lineOffset;
        error.column = diagnostic.span.column;
        return error;
    }
    return std::nullopt;
}

} // namespace

RunOutcome Interpreter::evaluate(const QString &expression)
{
    const Heap::Scope scope(d->heap);
    const notation::ParseResult parsed = notation::parseExpression(expression);
    if (const auto error = syntaxError(parsed, 0))
        return refused(*error);
    try {
        return d->run(compileExpression(parsed.tree, 0), Private::Coroutines::Keep);
    } catch (const OrmError &error) {
        return refused(toScriptError(error));
    }
}

RunOutcome Interpreter::run(const QString &source, int lineOffset)
{
    const notation::ParseResult parsed = notation::parseModule(source);
    if (const auto error = syntaxError(parsed, lineOffset))
        return refused(*error);
    return run(parsed.tree, lineOffset);
}

RunOutcome Interpreter::run(const notation::NodePtr &module, int lineOffset)
{
    const Heap::Scope scope(d->heap);
    try {
        return d->run(compileModule(module, lineOffset), Private::Coroutines::Drop);
    } catch (const OrmError &error) {
        return refused(toScriptError(error));
    }
}

void Interpreter::endTasks()
{
    const Machine::Use use(d->vm);
    d->vm.loop().cancelAll(true);
    d->vm.drainWarnings();
}

void Interpreter::finish()
{
    const Heap::Scope scope(d->heap);
    // A name that holds a coroutine which nobody awaited would die with it, and warn; nobody will
    // await it any more.
    for (auto it = d->vm.globals.begin(); it != d->vm.globals.end();)
        it = it->second.isKind(Kind::Coroutine) ? d->vm.globals.erase(it) : std::next(it);
    endTasks();
}

Object Interpreter::global(const QString &name) const
{
    const auto found = d->vm.globals.find(name);
    return found == d->vm.globals.end() ? Object() : found->second;
}

void Interpreter::setGlobal(const QString &name, const Object &value)
{
    d->vm.globals[name] = value;
}

QStringList Interpreter::globalNames() const
{
    QStringList names;
    for (const auto &[name, value] : d->vm.globals)
        names.append(name);
    names.sort();
    return names;
}

namespace {

/// Every container that an object leads to, itself included, is as it was copied.
bool changedWithin(const Object &root)
{
    std::vector<HeapObject *> pending;
    QSet<HeapObject *> seen;
    const auto look = [&](const Object &object) {
        if (object.isHeap() && !seen.contains(object.heap())) {
            seen.insert(object.heap());
            pending.push_back(object.heap());
        }
    };
    look(root);
    while (!pending.empty()) {
        HeapObject *object = pending.back();
        pending.pop_back();
        if (object->wasMutated())
            return true;
        object->traverse([&](Object &held) { look(held); });
    }
    return false;
}

void markUnchanged(const Object &root)
{
    std::vector<HeapObject *> pending;
    QSet<HeapObject *> seen;
    const auto look = [&](const Object &object) {
        if (object.isHeap() && object.heap()->isContainer() && !seen.contains(object.heap())) {
            seen.insert(object.heap());
            pending.push_back(object.heap());
        }
    };
    look(root);
    while (!pending.empty()) {
        HeapObject *object = pending.back();
        pending.pop_back();
        object->setMutated(false);
        object->traverse([&](Object &held) { look(held); });
    }
}

} // namespace

std::unique_ptr<Interpreter> Interpreter::copyGlobals(OutputSink *output) const
{
    InterpreterOptions options = d->vm.options;
    options.output = output;
    auto copy = std::make_unique<Interpreter>(options);
    copy->d->vm.parentSpan = d->vm.parentSpan;
    copy->d->vm.laneCounter = d->vm.laneCounter;
    const Heap::Scope scope(copy->d->heap);
    Copier copier;
    for (const auto &[name, value] : d->vm.globals) {
        const Object made = copier.copy(value);
        if (!made.isSame(value))
            markUnchanged(made);
        copy->d->vm.globals[name] = made;
    }
    return copy;
}

void Interpreter::mergeGlobals(Interpreter &copy)
{
    Machine &theirs = copy.d->vm;
    for (const auto &[name, exists] : theirs.touched) {
        if (exists)
            d->vm.globals[name] = theirs.globals[name];
        else
            d->vm.globals.erase(name);
        d->vm.touched[name] = exists;
    }
    for (const auto &[name, value] : theirs.globals) {
        const auto mine = d->vm.globals.find(name);
        if (mine != d->vm.globals.end() && !mine->second.isSame(value) &&
            !theirs.touched.contains(name) && changedWithin(value))
            mine->second = value;
    }
}

void Interpreter::setOutput(OutputSink *output)
{
    d->vm.options.output = output;
}

void Interpreter::setTrace(TraceSink *sink, std::uint32_t run, std::uint64_t parentSpan)
{
    d->vm.options.sink = sink;
    if (run != d->vm.options.run)
        d->vm.laneCounter->store(0);
    d->vm.options.run = run;
    d->vm.parentSpan = parentSpan;
}

void Interpreter::setLimits(const Limits &limits)
{
    d->vm.options.limits = limits;
}

void Interpreter::setLoadMode(LoadMode mode)
{
    d->vm.options.loadMode = mode;
}

const InterpreterOptions &Interpreter::options() const
{
    return d->vm.options;
}

Machine &Interpreter::machine()
{
    return d->vm;
}

void Interpreter::stop() noexcept
{
    d->vm.requestStop();
    const Database &database = d->vm.database();
    if (database.isNull() || database.isOffline())
        return;
    try {
        for (const std::uint16_t thread : d->vm.runningThreads())
            database.runner().cancelSync(thread);
    } catch (const OrmError &) {
        // The database was closed meanwhile: then nothing runs on it.
    }
}

} // namespace heddle::script
