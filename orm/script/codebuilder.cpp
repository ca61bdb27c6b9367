#include "orm/script/codebuilder.h"

namespace heddle::script {

CodeBuilder::CodeBuilder(QString name, Scope *scope, CodeBuilder *outer)
    : scope(scope), outer(outer), m_code(std::make_shared<Code>())
{
    m_code->name = std::move(name);
}

int CodeBuilder::emit(Op op, notation::Span at, int a, int b)
{
    m_code->instructions.push_back({op, a, b});
    m_code->positions.push_back({at.line + lineOffset, at.column});
    return here() - 1;
}

int CodeBuilder::constant(Object value)
{
    m_code->constants.push_back(std::move(value));
    return int(m_code->constants.size()) - 1;
}

int CodeBuilder::name(const QString &name)
{
    const auto found = m_names.constFind(name);
    if (found != m_names.constEnd())
        return *found;
    m_code->names.push_back(name);
    return m_names[name] = int(m_code->names.size()) - 1;
}

int CodeBuilder::keywords(const QStringList &names)
{
    m_code->keywordNames.push_back(names);
    return int(m_code->keywordNames.size()) - 1;
}

int CodeBuilder::code(CodePtr code)
{
    m_code->codes.push_back(std::move(code));
    return int(m_code->codes.size()) - 1;
}

int CodeBuilder::newSlot(const QString &name)
{
    m_code->slotNames.append(name);
    return int(m_code->slotNames.size()) - 1;
}

int CodeBuilder::slot(Scope *where, const QString &name)
{
    if (where->owner() == scope->owner()) {
        const auto found = where->slotOf.constFind(name);
        if (found != where->slotOf.constEnd())
            return *found;
        return where->slotOf[name] = newSlot(name);
    }
    for (std::size_t i = 0; i < m_closure.size(); ++i) {
        if (m_closure[i].first == where && m_closure[i].second == name)
            return kClosureBase + int(i);
    }
    m_closure.emplace_back(where, name);
    return kClosureBase + int(m_closure.size()) - 1;
}

CodePtr CodeBuilder::finish()
{
    // The slots of the closure follow those of the frame's own variables, whose number is known
    // only now.
    Code &code = *m_code;
    code.firstClosureSlot = int(code.slotNames.size());
    code.closureSlots = int(m_closure.size());
    for (const auto &[where, name] : m_closure)
        code.slotNames.append(name);
    for (Instruction &in : code.instructions) {
        const bool usesSlot = in.op == Op::LoadCell || in.op == Op::StoreCell ||
                              in.op == Op::DeleteCell || in.op == Op::LoadClosure;
        if (usesSlot && in.a >= kClosureBase)
            in.a = in.a - kClosureBase + code.firstClosureSlot;
    }
    code.async = isAsync;
    return m_code;
}

} // namespace heddle::script
