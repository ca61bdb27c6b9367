#include "orm/notation/names.h"

#include "orm/notation/walk.h"

namespace heddle::notation {

namespace {

void targetNames(const Node &target, QSet<QString> *out)
{
    if (target.kind == NodeKind::Name)
        out->insert(target.name);
    else if (target.kind == NodeKind::Tuple || target.kind == NodeKind::List ||
             target.kind == NodeKind::Starred)
        for (const NodePtr &item : target.items)
            targetNames(*item, out);
}

/// The name that an import binds: the first part of a dotted name, or what follows `as`.
QString importedName(const Node &node, qsizetype index)
{
    const QString as = index < node.asNames.size() ? node.asNames[index] : QString();
    return as.isEmpty() ? node.names[index].section(u'.', 0, 0) : as;
}

struct Bindings {
    QSet<QString> bound, global, outer;
};

void collect(const Nodes &body, Bindings *out)
{
    for (const NodePtr &node : body) {
        switch (node->kind) {
        case NodeKind::Assign:
            for (std::size_t i = 0; i + 1 < node->items.size(); ++i)
                targetNames(*node->items[i], &out->bound);
            break;
        case NodeKind::AugAssign:
        case NodeKind::AnnAssign:
        case NodeKind::For:
        case NodeKind::AsyncFor:
            targetNames(*node->items[0], &out->bound);
            break;
        case NodeKind::With:
        case NodeKind::AsyncWith:
            for (std::size_t i = 1; i < node->items.size(); i += 2)
                if (node->items[i])
                    targetNames(*node->items[i], &out->bound);
            break;
        case NodeKind::Delete:
            for (const NodePtr &item : node->items)
                targetNames(*item, &out->bound);
            break;
        case NodeKind::FunctionDef:
        case NodeKind::AsyncFunctionDef:
            out->bound.insert(node->name);
            continue; // its body is another scope
        case NodeKind::ExceptHandler:
            if (!node->name.isEmpty())
                out->bound.insert(node->name);
            break;
        case NodeKind::Import:
        case NodeKind::ImportFrom:
            for (qsizetype i = 0; i < node->names.size(); ++i)
                out->bound.insert(importedName(*node, i));
            break;
        case NodeKind::Global:
            out->global += QSet<QString>(node->names.begin(), node->names.end());
            break;
        case NodeKind::Nonlocal:
            out->outer += QSet<QString>(node->names.begin(), node->names.end());
            break;
        default: // binds nothing by itself
            break;
        }
        collect(node->body, out);
        collect(node->orelse, out);
        collect(node->handlers, out);
        collect(node->finalbody, out);
    }
}

} // namespace

QSet<QString> boundNames(const Nodes &body)
{
    Bindings bindings;
    collect(body, &bindings);
    return bindings.bound;
}

void NameWalker::walk(const Node &module)
{
    if (module.kind == NodeKind::Module)
        statements(module.body);
    else
        evaluate(std::make_shared<Node>(module));
}

bool NameWalker::isLocal(const QString &name) const
{
    for (auto scope = m_scopes.rbegin(); scope != m_scopes.rend(); ++scope) {
        if (scope->global.contains(name))
            return false;
        if (scope->local.contains(name))
            return true;
    }
    return false;
}

void NameWalker::statements(const Nodes &body)
{
    for (const NodePtr &node : body)
        statement(*node);
}

void NameWalker::branch(const Nodes &body)
{
    if (body.empty())
        return;
    enterBranch();
    statements(body);
    leaveBranch();
}

void NameWalker::bindName(const QString &name, const Span &span)
{
    if (!isLocal(name))
        bind(name, span);
}

void NameWalker::assign(const Node &target)
{
    switch (target.kind) {
    case NodeKind::Name:
        bindName(target.name, target.span);
        return;
    case NodeKind::Tuple:
    case NodeKind::List:
    case NodeKind::Starred:
        for (const NodePtr &item : target.items)
            assign(*item);
        return;
    default: // an attribute or a subscript: its parts are read
        visit(target);
        for (const NodePtr &item : target.items)
            evaluate(item);
        return;
    }
}

void NameWalker::statement(const Node &node)
{
    visit(node);
    switch (node.kind) {
    case NodeKind::Assign:
        evaluate(node.items.back());
        for (std::size_t i = 0; i + 1 < node.items.size(); ++i)
            assign(*node.items[i]);
        return;
    case NodeKind::AugAssign:
        evaluate(node.items[0]);
        evaluate(node.items[1]);
        assign(*node.items[0]);
        return;
    case NodeKind::AnnAssign: // the annotation is not looked at
        evaluate(node.items[2]);
        if (node.items[2])
            assign(*node.items[0]);
        return;
    case NodeKind::For:
    case NodeKind::AsyncFor:
        evaluate(node.items[1]);
        enterBranch();
        assign(*node.items[0]);
        statements(node.body);
        leaveBranch();
        branch(node.orelse);
        return;
    case NodeKind::With:
    case NodeKind::AsyncWith:
        for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
            evaluate(node.items[i]);
            if (node.items[i + 1])
                assign(*node.items[i + 1]);
        }
        statements(node.body);
        return;
    case NodeKind::Try:
        branch(node.body);
        for (const NodePtr &handler : node.handlers) {
            enterBranch();
            evaluate(handler->items[0]);
            if (!handler->name.isEmpty())
                bindName(handler->name, handler->nameSpan);
            statements(handler->body);
            leaveBranch();
        }
        branch(node.orelse);
        statements(node.finalbody);
        return;
    case NodeKind::FunctionDef:
    case NodeKind::AsyncFunctionDef:
        function(node);
        return;
    case NodeKind::Delete:
        for (const NodePtr &item : node.items) {
            evaluate(item);
            assign(*item);
        }
        return;
    case NodeKind::Import:
    case NodeKind::ImportFrom:
        for (qsizetype i = 0; i < node.names.size(); ++i)
            bindName(importedName(node, i), node.span);
        return;
    default: // expressions first, then what depends on them
        break;
    }
    for (const NodePtr &item : node.items)
        evaluate(item);
    branch(node.body);
    branch(node.orelse);
}

void NameWalker::function(const Node &node)
{
    for (const NodePtr &decorator : node.decorators)
        evaluate(decorator);
    for (const Parameter &parameter : node.parameters)
        evaluate(parameter.defaultValue);
    bindName(node.name, node.nameSpan); // before the body: it may call itself
    Bindings bindings;
    collect(node.body, &bindings);
    Scope scope{bindings.bound - bindings.global - bindings.outer, bindings.global};
    for (const Parameter &parameter : node.parameters)
        scope.local.insert(parameter.name);
    m_scopes.push_back(std::move(scope));
    ++m_functions;
    branch(node.body);
    --m_functions;
    m_scopes.pop_back();
}

/// A comprehension has a scope of its own, but for its first iterable.
void NameWalker::comprehension(const Node &node)
{
    Scope scope;
    for (const Comprehension &generator : node.generators)
        targetNames(*generator.target, &scope.local);
    evaluate(node.generators.front().iterable);
    m_scopes.push_back(std::move(scope));
    for (std::size_t i = 0; i < node.generators.size(); ++i) {
        if (i > 0)
            evaluate(node.generators[i].iterable);
        assign(*node.generators[i].target);
        for (const NodePtr &condition : node.generators[i].conditions)
            evaluate(condition);
    }
    for (const NodePtr &item : node.items)
        evaluate(item);
    m_scopes.pop_back();
}

void NameWalker::evaluate(const NodePtr &node)
{
    if (!node)
        return;
    visit(*node);
    switch (node->kind) {
    case NodeKind::Name:
        if (!isLocal(node->name))
            read(*node);
        return;
    case NodeKind::ListComp:
    case NodeKind::SetComp:
    case NodeKind::DictComp:
    case NodeKind::GeneratorExp:
        comprehension(*node);
        return;
    case NodeKind::Lambda: { // refused, but its names are not unknown for that
        Scope scope;
        for (const Parameter &parameter : node->parameters)
            scope.local.insert(parameter.name);
        m_scopes.push_back(std::move(scope));
        evaluate(node->items[0]);
        m_scopes.pop_back();
        return;
    }
    default: // children in order
        forEachChild(*node, [this](const NodePtr &child) { evaluate(child); });
        return;
    }
}

} // namespace heddle::notation
