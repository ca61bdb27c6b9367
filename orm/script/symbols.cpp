#include "orm/script/symbols.h"

#include "orm/notation/walk.h"
#include "orm/values/errors.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;
using notation::Node;
using notation::NodeKind;
using notation::NodePtr;

Scope *Scope::owner()
{
    Scope *scope = this;
    while (scope->kind == Comprehension)
        scope = scope->parent;
    return scope;
}

Scope *Scope::definition(const QString &name)
{
    for (Scope *scope = this; scope; scope = scope->parent) {
        if (scope->globals.contains(name))
            return nullptr;
        const bool isOwn = scope->bound.contains(name) && !scope->nonlocals.contains(name);
        if (isOwn)
            return scope->kind == Module ? nullptr : scope;
    }
    return nullptr;
}

SymbolTable::SymbolTable(const Node &root)
{
    Scope *module = open(root, Scope::Module, nullptr);
    if (root.kind == NodeKind::Module)
        visitAll(root.body, module);
    else
        visit(NodePtr(NodePtr(), &root), module);
    resolveCaptures();
}

Scope *SymbolTable::scope(const Node &node) const
{
    const auto found = m_scopes.find(&node);
    return found == m_scopes.end() ? nullptr : found->second.get();
}

Scope *SymbolTable::open(const Node &node, Scope::Kind kind, Scope *parent)
{
    auto made = std::make_unique<Scope>();
    made->kind = kind;
    made->parent = parent;
    Scope *scope = made.get();
    m_scopes[&node] = std::move(made);
    return scope;
}

void SymbolTable::visitAll(const notation::Nodes &nodes, Scope *scope)
{
    for (const NodePtr &node : nodes)
        visit(node, scope);
}

void SymbolTable::visit(const NodePtr &node, Scope *scope)
{
    if (!node)
        return;
    if (node->kind == NodeKind::Name) {
        scope->used.insert(node->name);
        return;
    } else if (node->kind == NodeKind::FunctionDef || node->kind == NodeKind::AsyncFunctionDef) {
        visitFunction(*node, scope);
        return;
    } else if (node->kind == NodeKind::GeneratorExp || node->kind == NodeKind::ListComp ||
               node->kind == NodeKind::SetComp || node->kind == NodeKind::DictComp) {
        visitComprehension(*node, scope);
        return;
    } else if (node->kind == NodeKind::Global) {
        for (const QString &name : node->names)
            scope->globals.insert(name);
        return;
    } else if (node->kind == NodeKind::Nonlocal) {
        for (const QString &name : node->names)
            scope->nonlocals.insert(name);
        return;
    } else if (node->kind == NodeKind::Import || node->kind == NodeKind::ImportFrom) {
        for (qsizetype i = 0; i < node->names.size(); ++i) {
            const QString as = node->asNames.value(i);
            scope->bound.insert(as.isEmpty() ? node->names[i].section(u'.', 0, 0) : as);
        }
        return;
    } else if (node->kind == NodeKind::ExceptHandler) {
        if (!node->name.isEmpty())
            scope->bound.insert(node->name);
    } else if (node->kind == NodeKind::Assign) {
        for (std::size_t i = 0; i + 1 < node->items.size(); ++i)
            bindTarget(node->items[i], scope);
    } else if (node->kind == NodeKind::AugAssign || node->kind == NodeKind::AnnAssign ||
               node->kind == NodeKind::For || node->kind == NodeKind::AsyncFor) {
        bindTarget(node->items[0], scope);
    } else if (node->kind == NodeKind::With || node->kind == NodeKind::AsyncWith) {
        for (std::size_t i = 1; i < node->items.size(); i += 2)
            bindTarget(node->items[i], scope);
    } else if (node->kind == NodeKind::Delete) {
        for (const NodePtr &target : node->items)
            bindTarget(target, scope);
    }
    notation::forEachChild(*node, [&](const NodePtr &child) { visit(child, scope); });
}

void SymbolTable::visitFunction(const Node &node, Scope *scope)
{
    scope->bound.insert(node.name);
    visitAll(node.decorators, scope);
    Scope *inner = open(node, Scope::Function, scope);
    for (const notation::Parameter &parameter : node.parameters) {
        visit(parameter.defaultValue, scope);
        inner->bound.insert(parameter.name);
    }
    visitAll(node.body, inner);
}

void SymbolTable::visitComprehension(const Node &node, Scope *scope)
{
    const bool isGenerator = node.kind == NodeKind::GeneratorExp;
    Scope *inner = open(node, isGenerator ? Scope::Generator : Scope::Comprehension, scope);
    for (const notation::Comprehension &part : node.generators)
        bindTarget(part.target, inner);
    bool first = true;
    for (const notation::Comprehension &part : node.generators) {
        visit(part.iterable, std::exchange(first, false) ? scope : inner);
        visit(part.target, inner);
        visitAll(part.conditions, inner);
    }
    visitAll(node.items, inner);
}

void SymbolTable::bindTarget(const NodePtr &target, Scope *scope)
{
    if (!target)
        return;
    if (target->kind == NodeKind::Name)
        scope->bound.insert(target->name);
    else if (target->kind == NodeKind::Tuple || target->kind == NodeKind::List ||
             target->kind == NodeKind::Starred)
        for (const NodePtr &item : target->items)
            bindTarget(item, scope);
}

void SymbolTable::resolveCaptures()
{
    for (const auto &[node, scope] : m_scopes) {
        for (const QString &name : scope->nonlocals) {
            Scope *where = scope->parent ? scope->parent->definition(name) : nullptr;
            if (!where) {
                SyntaxError error(u"no binding for nonlocal '%1' found"_s.arg(name));
                error.line = node->span.line;
                error.column = node->span.column;
                throw error;
            }
        }
        for (const QSet<QString> *names : {&scope->used, &scope->bound, &scope->nonlocals}) {
            for (const QString &name : *names) {
                Scope *where = scope->definition(name);
                if (where && where->owner() != scope->owner())
                    where->captured.insert(name);
            }
        }
    }
}

} // namespace heddle::script
