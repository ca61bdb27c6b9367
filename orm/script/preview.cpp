#include "orm/script/compiler.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/interpreter.h"
#include "orm/script/ormobjects.h"
#include "orm/script/vm.h"
#include "orm/sql/compiledquery.h"

#include <QHash>
#include <QSet>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;
using notation::Node;
using notation::NodeKind;
using notation::NodePtr;

namespace {

constexpr std::chrono::milliseconds kPreviewTime{300};
constexpr std::int64_t kPreviewStatements = 20'000;

/// Gives names their values by need, from the text before the caret: of each name the last plain
/// assignment is evaluated, without the database, and only if something asks for it.
class LazyNames {
public:
    LazyNames(Interpreter &interpreter, const QString &source)
        : m_interpreter(interpreter), m_parsed(notation::parseModule(source))
    {
        if (!m_parsed.tree)
            return;
        collect(m_parsed.tree->body);
        // The text is what counts; what an earlier run left serves where the text alone does not
        // say it.
        auto &globals = interpreter.machine().globals;
        for (auto it = m_assignments.constBegin(); it != m_assignments.constEnd(); ++it) {
            const auto known = globals.find(it.key());
            if (known == globals.end())
                continue;
            m_fromRun.insert(it.key(), known->second);
            globals.erase(known);
        }
    }

    Object value(const QString &name)
    {
        const NodePtr statement = m_assignments.value(name);
        if (!statement || m_underWay.contains(name))
            return m_fromRun.value(name);
        m_underWay.insert(name); // a = a.filter(...) finds the a before it, if any
        Interpreter &scratch = m_interpreter;
        Machine &vm = scratch.machine();
        Object found;
        try {
            auto module = std::make_shared<Node>();
            module->kind = NodeKind::Module;
            module->span = statement->span;
            module->body = {statement};
            Fiber fiber;
            fiber.frames.push_back(std::make_unique<Frame>(compileModule(module, 0)));
            if (!fiber.frames.back()->code->async)
                vm.resume(fiber);
            const auto bound = vm.globals.find(name);
            if (bound != vm.globals.end())
                found = bound->second;
        } catch (const ScriptRaise &raise) {
            if (raise.exception.as<Exception>()->isFatal() &&
                !(vm.refusedRun() && m_fromRun.contains(name)))
                throw;
            vm.forgetRefusedRun();
        } catch (const SyntaxError &) {
            // What does not compile gives no value; the diagnostics say so.
        }
        m_underWay.remove(name);
        return found.isEmpty() ? m_fromRun.value(name) : found;
    }

private:
    void collect(const notation::Nodes &body)
    {
        for (const NodePtr &node : body) {
            const bool isDef =
                node->kind == NodeKind::FunctionDef || node->kind == NodeKind::AsyncFunctionDef;
            if (isDef)
                m_assignments.insert(node->name, node);
            else if (node->kind == NodeKind::Assign && node->items.size() == 2 &&
                     node->items[0]->kind == NodeKind::Name)
                m_assignments.insert(node->items[0]->name, node);
            else if (node->kind == NodeKind::If || node->kind == NodeKind::With ||
                     node->kind == NodeKind::Try || node->kind == NodeKind::For ||
                     node->kind == NodeKind::AsyncFor)
                collect(node->body);
        }
    }

    Interpreter &m_interpreter;
    notation::ParseResult m_parsed;
    QHash<QString, NodePtr> m_assignments;
    QHash<QString, Object> m_fromRun;
    QSet<QString> m_underWay;
};

/// A coroutine that nobody awaited would still send something: the query behind it.
Object startIfCold(Machine &vm, const Object &value)
{
    const Coroutine *coroutine = value.as<Coroutine>();
    return coroutine && coroutine->isNative() ? vm.loop().futureFor(value) : value;
}

} // namespace

SqlPreview Interpreter::preview(const QString &expression, const QString &precedingSource)
{
    const std::unique_ptr<Interpreter> scratch = copyGlobals(nullptr);
    scratch->setTrace(nullptr, 0);
    Machine &vm = scratch->machine();
    Limits limits = vm.options.limits;
    limits.time = kPreviewTime;
    limits.statements = kPreviewStatements;
    scratch->setLimits(limits);
    vm.setDry(true);
    LazyNames names(*scratch, precedingSource);
    vm.lazyNames = [&names](const QString &name) { return names.value(name); };

    RunOutcome outcome = scratch->evaluate(expression);
    SqlPreview preview;
    const Machine::Use use(vm);
    try {
        if (!outcome.error && !outcome.value.isEmpty())
            outcome.value = startIfCold(vm, outcome.value);
    } catch (const LimitExceeded &) {
        // It would have run: refusedRun() knows what.
    } catch (const OrmError &error) {
        outcome.error = toScriptError(error);
    }
    if (vm.refusedRun())
        return *vm.refusedRun();
    preview.error = outcome.error;
    if (preview.error)
        return preview;
    const Manager *manager = outcome.value.as<Manager>();
    const Object shown = manager ? manager->querySet() : outcome.value;
    const QuerySet *rows = shown.as<QuerySet>();
    if (!rows)
        return preview;
    preview.value = Object::make<QuerySet>(rows->rows());
    try {
        const CompiledQuery compiled =
            compile(rows->query(), Ask::Rows, rows->rows().database().dialect());
        if (!compiled.empty)
            preview.items.push_back({compiled.sql, compiled.parameters});
    } catch (const OrmError &error) {
        preview.error = toScriptError(error);
    }
    return preview;
}

} // namespace heddle::script
