#include "orm/advice/rowflow.h"

#include "orm/notation/names.h"
#include "orm/notation/walk.h"

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

// Each pass can only add to what is known, and containers of containers could grow for ever.
constexpr int mostPasses = 12;
constexpr int mostTurns = 4; // of a loop, inside one pass

} // namespace

RowFlow::RowFlow(const ParseResult &text, const ModelRegistry &registry) : m_registry(registry)
{
    countReads(text.tree);
    for (int i = 0; i < mostPasses; ++i) {
        if (pass(*text.tree))
            continue;
        // Whoever is never called here may be given anything.
        bool opened = false;
        for (auto &[node, function] : m_functions) {
            for (const Parameter &parameter : node->parameters) {
                RowType &type = function.parameters[parameter.name];
                if ((!function.called || function.open) && !type.is(RowType::Unknown)) {
                    type = typeOf(RowType::Unknown);
                    opened = true;
                }
            }
        }
        if (!opened)
            return;
    }
}

void RowFlow::countReads(const NodePtr &node)
{
    if (node->kind == NodeKind::Name)
        ++m_reads[node->name];
    if (node->kind == NodeKind::Assign) // what it binds is no read
        for (std::size_t i = 0; i + 1 < node->items.size(); ++i)
            if (node->items[i]->kind == NodeKind::Name)
                --m_reads[node->items[i]->name];
    forEachChild(*node, [this](const NodePtr &child) { countReads(child); });
}

/// Runs the text and each function once. True if something turned up that calls for another pass.
bool RowFlow::pass(const Node &module)
{
    m_changed = false;
    m_types.clear();
    m_writes.clear();
    m_function = nullptr;
    m_env.clear();
    run(module.body);
    QSet<const Node *> done;
    for (bool more = true; more;) { // functions found while running others are run, too
        more = false;
        std::vector<const Node *> open;
        for (const auto &[node, function] : m_functions)
            if (!done.contains(node))
                open.push_back(node);
        for (const Node *node : open) {
            m_function = node;
            m_env = m_functions[node].parameters;
            run(node->body);
            done.insert(node);
            more = true;
        }
    }
    return m_changed;
}

const Node *RowFlow::calledFunction(const Node &call) const
{
    return call.kind == NodeKind::Call ? type(*call.items[0]).function : nullptr;
}

RowFlow::Env RowFlow::joinedEnv(const Env &a, const Env &b)
{
    Env out = a;
    for (auto it = b.begin(); it != b.end(); ++it) {
        RowType &here = out[it.key()];
        QSet<QString> &mixed = m_mixed[scopeOf(it.key())];
        if (isMixed(here, it.value()) && !mixed.contains(it.key())) {
            mixed.insert(it.key());
            m_changed = true;
        }
        here = joined(here, it.value());
    }
    return out;
}

/// The function whose name it is; null: the text's.
const Node *RowFlow::scopeOf(const QString &name) const
{
    for (const Node *function = m_function; function; function = m_functions.at(function).outer)
        if (m_locals.at(function).contains(name))
            return function;
    return nullptr;
}

void RowFlow::remember(const QString &name, const RowType &value)
{
    const Node *scope = scopeOf(name);
    RowType &all = m_bindings[scope][name];
    if (scope != m_function)
        m_fromInside.insert(name);
    const RowType more = joined(all, value);
    if (!(more == all)) {
        all = more;
        m_changed = true;
    }
}

void RowFlow::bindName(const QString &name, const RowType &value)
{
    m_env[name] = value;
    if (m_comprehensions == 0)
        remember(name, value);
}

void RowFlow::bind(const NodePtr &target, const RowType &value)
{
    switch (target->kind) {
    case NodeKind::Name: {
        const bool becomesList = m_comprehensions == 0 && value.is(RowType::Rows) &&
                                 m_mixed[scopeOf(target->name)].contains(target->name);
        const RowType held = becomesList ? sequenceOf(value.each()) : value;
        m_types[target.get()] = held;
        bindName(target->name, held);
        return;
    }
    case NodeKind::Starred:
        bind(target->items[0], sequenceOf(value.each()));
        return;
    case NodeKind::Tuple:
    case NodeKind::List:
        for (std::size_t i = 0; i < target->items.size(); ++i)
            bind(target->items[i],
                 value.items.size() == target->items.size() ? value.items[i] : value.each());
        return;
    case NodeKind::Subscript:
        evaluate(target->items[0]);
        evaluate(target->items[1]);
        pour(target->items[0], value);
        return;
    case NodeKind::Attribute: {
        const RowType row = evaluate(target->items[0]);
        const Field *field = row.model ? row.model->field(target->name) : nullptr;
        RowType *held = row.is(RowType::Row) ? place(target->items[0]) : nullptr;
        if (held && field && field->isRelation()) {
            if (target->name == field->name) {
                held->given.insert(field->name);
            } else { // another key: what was loaded for the old one is gone
                held->given.remove(field->name);
                held->fresh = true;
            }
        }
        return;
    }
    default: // no target of an assignment
        evaluate(target);
        return;
    }
}

void RowFlow::assign(const Node &statement)
{
    const NodePtr &value = statement.items.back();
    const RowType type = evaluate(value);
    for (std::size_t i = 0; i + 1 < statement.items.size(); ++i) {
        const NodePtr &target = statement.items[i];
        if (type.is(RowType::Rows) && target->kind != NodeKind::Name)
            fetched(value); // unpacked
        bind(target, type);
        shared(value);
        if (value->kind == NodeKind::Name || i > 0)
            shared(target);
    }
}

void RowFlow::run(const Nodes &body)
{
    for (const NodePtr &statement : body)
        run(*statement);
}

void RowFlow::run(const Node &statement)
{
    switch (statement.kind) {
    case NodeKind::Assign:
        assign(statement);
        return;
    case NodeKind::AugAssign: {
        const RowType old = evaluate(statement.items[0]), more = evaluate(statement.items[1]);
        if (old.is(RowType::Sequence))
            pour(statement.items[0], more.each());
        else if (!(old == more))
            bind(statement.items[0],
                 old.is(RowType::Plain) || more.is(RowType::Plain) ? old : joined(old, more));
        return;
    }
    case NodeKind::AnnAssign:
        if (statement.items[2])
            bind(statement.items[0], evaluate(statement.items[2]));
        return;
    case NodeKind::For:
    case NodeKind::AsyncFor:
    case NodeKind::While:
        loop(statement);
        return;
    case NodeKind::If:
        branch(statement);
        return;
    case NodeKind::Try:
        attempt(statement);
        return;
    case NodeKind::With:
    case NodeKind::AsyncWith:
        for (std::size_t i = 0; i < statement.items.size(); ++i)
            if (statement.items[i])
                i % 2 == 0 ? void(evaluate(statement.items[i]))
                           : bind(statement.items[i], typeOf(RowType::Unknown));
        run(statement.body);
        return;
    case NodeKind::FunctionDef:
    case NodeKind::AsyncFunctionDef:
        define(statement);
        return;
    case NodeKind::Return:
        if (m_function && statement.items[0]) {
            RowType &result = m_functions[m_function].result;
            const RowType more = joined(result, evaluate(statement.items[0]));
            m_changed = m_changed || !(more == result);
            result = more;
        }
        return;
    case NodeKind::Import:
    case NodeKind::ImportFrom:
        import(statement);
        return;
    case NodeKind::Delete:
        for (const NodePtr &item : statement.items)
            if (item->kind == NodeKind::Name)
                m_env.remove(item->name);
        return;
    default: // Expr, Raise, Assert, ...: only their expressions count
        for (const NodePtr &item : statement.items)
            if (item)
                evaluate(item);
        return;
    }
}

void RowFlow::loop(const Node &statement)
{
    const bool walks = statement.kind != NodeKind::While;
    RowType rows;
    if (walks) {
        rows = evaluate(statement.items[1]);
        fetched(statement.items[1]);
    }
    for (int turn = 0; turn < mostTurns; ++turn) {
        const Env before = m_env;
        if (walks)
            bind(statement.items[0], rows.each());
        else
            evaluate(statement.items[0]);
        run(statement.body);
        m_env = joinedEnv(before, m_env);
        if (m_env == before)
            break;
    }
    run(statement.orelse);
}

void RowFlow::branch(const Node &statement)
{
    evaluate(statement.items[0]);
    if (type(*statement.items[0]).is(RowType::Rows))
        fetched(statement.items[0]);
    Env other = m_env;
    run(statement.body);
    std::swap(m_env, other);
    run(statement.orelse);
    m_env = joinedEnv(m_env, other);
}

void RowFlow::attempt(const Node &statement)
{
    const Env before = m_env;
    run(statement.body);
    const Env after = m_env, anywhere = joinedEnv(before, after);
    run(statement.orelse);
    Env end = m_env;
    for (const NodePtr &handler : statement.handlers) {
        m_env = anywhere;
        if (!handler->name.isEmpty())
            m_env[handler->name] = typeOf(RowType::Plain);
        run(handler->body);
        end = joinedEnv(end, m_env);
    }
    m_env = end;
    run(statement.finalbody);
}

void RowFlow::define(const Node &node)
{
    for (const NodePtr &decorator : node.decorators)
        evaluate(decorator);
    Function &function = m_functions[&node];
    if (!function.node) {
        function.node = &node;
        function.outer = m_function;
        QSet<QString> &locals = m_locals[&node];
        locals = boundNames(node.body);
        for (const Parameter &parameter : node.parameters)
            locals.insert(parameter.name);
        for (const NodePtr &statement : node.body)
            if (statement->kind == NodeKind::Global || statement->kind == NodeKind::Nonlocal)
                locals -= QSet<QString>(statement->names.begin(), statement->names.end());
        m_changed = true;
    }
    for (const Parameter &parameter : node.parameters)
        if (parameter.defaultValue) {
            const RowType given = evaluate(parameter.defaultValue);
            RowType &type = m_functions[&node].parameters[parameter.name];
            type = joined(type, given);
        }
    RowType type = typeOf(RowType::Function);
    type.function = &node;
    for (const NodePtr &decorator : node.decorators) {
        const Node &made = decorator->kind == NodeKind::Call ? *decorator->items[0] : *decorator;
        if (made.name != "atomic"_L1) { // what it makes of the function does not show
            m_functions[&node].passed = m_functions[&node].open = true;
            type = typeOf(RowType::Unknown);
        }
    }
    bindName(node.name, type);
}

void RowFlow::import(const Node &statement)
{
    for (qsizetype i = 0; i < statement.names.size(); ++i) {
        const QString as = statement.asNames.value(i);
        const QString name = as.isEmpty() ? statement.names[i].section(u'.', 0, 0) : as;
        const ModelInfo *model = m_registry.model(statement.names[i]);
        RowType type = typeOf(model ? RowType::Class : RowType::Plain);
        type.model = model;
        bindName(name, type);
    }
}

} // namespace heddle::advice
