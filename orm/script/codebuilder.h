#pragma once

#include "orm/script/code.h"
#include "orm/script/symbols.h"

#include <QHash>

namespace heddle::script {

/// Writes the code of one frame: a module, a def or a generator expression. Used by the Compiler
/// only.
class CodeBuilder {
public:
    CodeBuilder(QString name, Scope *scope, CodeBuilder *outer);

    int emit(Op op, notation::Span at, int a = 0, int b = 0);
    int here() const { return int(m_code->instructions.size()); }
    /// Makes the jump at that index lead here, or to a place.
    void patch(int instruction) { m_code->instructions[std::size_t(instruction)].a = here(); }
    int constant(Object value);
    int name(const QString &name);
    int keywords(const QStringList &names);
    int code(CodePtr code);
    /// A new slot in this frame.
    int newSlot(const QString &name);
    /// The slot of a variable of `where` in this frame; a variable of an outer frame gets one that
    /// its Cell is handed over in.
    int slot(Scope *where, const QString &name);
    /// Variables of outer frames, in the order of their slots.
    const std::vector<std::pair<Scope *, QString>> &closure() const { return m_closure; }

    Code &made() { return *m_code; }
    CodePtr finish();

    /// What encloses the statement being compiled, for break, continue and return.
    struct Block {
        enum Kind { Loop, Handler, Handling, Finally, With, AsyncWith, Group } kind;
        const notation::Node *node = nullptr; // Finally: the try; With: the with
        int continueAt = 0;
        std::vector<int> *breaks = nullptr;
        bool iterator = false; // Loop: an iterator is on the stack
    };
    std::vector<Block> blocks;
    Scope *scope; // of the statement or comprehension being compiled
    CodeBuilder *const outer;
    int lineOffset = 0;
    bool isAsync = false;

private:
    std::shared_ptr<Code> m_code;
    QHash<QString, int> m_names;
    std::vector<std::pair<Scope *, QString>> m_closure;
    static constexpr int kClosureBase = 1 << 20;
};

} // namespace heddle::script
