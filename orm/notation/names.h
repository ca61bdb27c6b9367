#pragma once

#include "orm/notation/syntax.h"

#include <QSet>
#include <functional>

namespace heddle::notation {

/// Walks a module in the order in which it would run and tells what happens to its global names, by
/// Python's rules of scope: names of comprehensions, parameters and names bound in a function stay
/// inside unless they are declared global.
class NameWalker {
public:
    /// A global (or built-in) name is read, here or in a function defined here.
    std::function<void(const Node &name)> read;
    /// A global name is bound: assigned, imported, defined, deleted.
    std::function<void(const QString &name, const Span &span)> bind;
    /// What lies between may not run at all, or not at once: a branch, a loop's body, a function's
    /// body.
    std::function<void()> enterBranch, leaveBranch;
    /// Every node that is evaluated, before its children: calls, attributes, ...
    std::function<void(const Node &node)> visit;

    void walk(const Node &module);
    /// True inside a function or a comprehension of one.
    bool inFunction() const { return m_functions > 0; }
    /// True if a name, read at this moment of the walk, is a local one.
    bool isLocal(const QString &name) const;

private:
    struct Scope {
        QSet<QString> local;
        QSet<QString> global;
    };
    void statements(const Nodes &body);
    void branch(const Nodes &body);
    void statement(const Node &node);
    void evaluate(const NodePtr &node);
    void assign(const Node &target);
    void bindName(const QString &name, const Span &span);
    void function(const Node &node);
    void comprehension(const Node &node);

    std::vector<Scope> m_scopes; // functions and comprehensions around, innermost last
    int m_functions = 0;
};

/// The names that statements bind in their own scope: not those of functions and comprehensions
/// inside.
QSet<QString> boundNames(const Nodes &body);

} // namespace heddle::notation
