#pragma once

#include "orm/notation/syntax.h"

#include <QHash>
#include <QSet>
#include <memory>
#include <unordered_map>
#include <vector>

namespace heddle::script {

/// One region of names: the module, a def, a generator expression, or another comprehension, which
/// lives in the frame around it but keeps its variables to itself.
struct Scope {
    enum Kind { Module, Function, Generator, Comprehension } kind = Module;
    Scope *parent = nullptr;
    QSet<QString> bound, used, globals, nonlocals;
    QSet<QString> captured;     // of its own variables: those that an inner frame uses
    QHash<QString, int> slotOf; // filled in by the compiler

    /// The scope whose frame this one runs in.
    Scope *owner();
    /// The scope that has the variable of that name, or null for a global.
    Scope *definition(const QString &name);
};

/// Which name is whose, for a whole module. Found before compiling, because a variable that is
/// captured further down lives in a cell from the start.
class SymbolTable {
public:
    explicit SymbolTable(const notation::Node &root);
    Scope *scope(const notation::Node &node) const;

private:
    Scope *open(const notation::Node &node, Scope::Kind kind, Scope *parent);
    void visit(const notation::NodePtr &node, Scope *scope);
    void visitAll(const notation::Nodes &nodes, Scope *scope);
    void visitFunction(const notation::Node &node, Scope *scope);
    void visitComprehension(const notation::Node &node, Scope *scope);
    void bindTarget(const notation::NodePtr &target, Scope *scope);
    void resolveCaptures();

    std::unordered_map<const notation::Node *, std::unique_ptr<Scope>> m_scopes;
};

} // namespace heddle::script
