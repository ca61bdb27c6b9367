#pragma once

#include "orm/script/codebuilder.h"
#include "orm/script/compiler.h"
#include "orm/script/symbols.h"

namespace heddle::script {

/// Walks the syntax tree once and writes code. One object a module; expressions and statements have
/// a source each.
class Compiler {
public:
    Compiler(const notation::Node &root, int lineOffset);
    CodePtr module(const notation::Node &module);

private:
    using Node = notation::Node;
    using NodePtr = notation::NodePtr;
    using Nodes = notation::Nodes;

    // --- compilerstatements.cpp ---
    void statements(const Nodes &nodes);
    void statement(const Node &node);
    void assign(const Node &node);
    void augmentedAssign(const Node &node);
    void ifStatement(const Node &node);
    void whileLoop(const Node &node);
    void forLoop(const Node &node);
    void loopBody(const Node &node, CodeBuilder::Block loop, int exitJump);
    void withStatement(const Node &node, std::size_t item);
    void tryStatement(const Node &node);
    void tryExcept(const Node &node);
    void tryExceptGroup(const Node &node);
    void groupClause(const Node &node);
    void handler(const Node &node, std::vector<int> &ends);
    /// Where the loop over an iterator that lies on the stack begins; `async` ones are waited for.
    int loopBegin(bool async, notation::Span at, int *next);
    void raise(const Node &node);
    void returnStatement(const Node &node);
    void breakOrContinue(const Node &node);
    void deleteTarget(const NodePtr &target);
    void import(const Node &node);
    void assertStatement(const Node &node);
    void function(const Node &node);
    /// Leaves the enclosing blocks down to `depth`, as a jump out of them must.
    void leaveBlocks(std::size_t depth, notation::Span at);
    void leaveForReturn(notation::Span at);

    // --- compiler.cpp ---
    void expr(const NodePtr &node);
    void constant(const Node &node);
    void joinedString(const Node &node);
    void formattedValue(const Node &node);
    void call(const Node &node);
    void unpackedCall(const Node &node);
    void display(const Node &node, Op build, Op append, Op extend);
    void dict(const Node &node);
    void boolean(const Node &node);
    void compare(const Node &node);
    void conditional(const Node &node);
    void slice(const Node &node);
    void comprehension(const Node &node);
    void comprehensionPart(const Node &node, std::size_t part, int depth);
    void generator(const Node &node);
    void await(const Node &node, const NodePtr &value);
    void requireAsync(const Node &node, const QString &what);
    void loadName(const QString &name, notation::Span at);
    void storeName(const QString &name, notation::Span at);
    void deleteName(const QString &name, notation::Span at);
    void store(const NodePtr &target);
    void unpack(const Node &target);
    /// Makes the variables of a scope that begins: cells for captured ones.
    void openScope(Scope &scope, notation::Span at);
    /// Puts the Cells that an inner frame needs onto the stack.
    void loadClosure(const CodeBuilder &inner, notation::Span at);
    [[noreturn]] void refuse(const Node &node, const QString &message,
                             const QString &suggestion = {}) const;

    /// Of awaits that need nothing of each other: where the first one stands, and which it is.
    struct Member {
        notation::Span first;
        int which = 0;
    };
    QHash<const Node *, Member> m_series; // by the awaiting node
    SymbolTable m_symbols;
    CodeBuilder *m_code = nullptr;
    int m_lineOffset;
    const Node *m_resultStatement = nullptr;
};

BinaryOp binaryOpOf(const QString &op);
CompareOp compareOpOf(const QString &op);

} // namespace heddle::script
