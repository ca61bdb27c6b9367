#include "orm/script/compilerimpl.h"

#include "orm/script/errors.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;
using notation::NodeKind;
using notation::Span;
using Block = CodeBuilder::Block;

CodePtr Compiler::module(const Node &module)
{
    CodeBuilder builder(u"<module>"_s, m_symbols.scope(module), nullptr);
    builder.lineOffset = m_lineOffset;
    builder.isAsync = notation::isAsyncModule(module);
    m_code = &builder;
    if (!module.body.empty() && module.body.back()->kind == NodeKind::Expr)
        m_resultStatement = module.body.back().get();
    statements(module.body);
    builder.emit(Op::LoadNone, module.span);
    builder.emit(Op::Return, module.span);
    return builder.finish();
}

void Compiler::statements(const Nodes &nodes)
{
    for (const NodePtr &node : nodes)
        statement(*node);
}

void Compiler::statement(const Node &node)
{
    const Span at = node.span;
    if (node.kind != NodeKind::Pass && node.kind != NodeKind::Global &&
        node.kind != NodeKind::Nonlocal)
        m_code->emit(Op::Line, at);
    if (node.kind == NodeKind::Expr) {
        expr(node.items[0]);
        m_code->emit(&node == m_resultStatement ? Op::StoreResult : Op::Pop, node.items[0]->span);
        return;
    }
    if (node.kind == NodeKind::Assign) {
        return assign(node);
    }
    if (node.kind == NodeKind::AugAssign) {
        return augmentedAssign(node);
    }
    if (node.kind == NodeKind::AnnAssign) {
        if (node.items.size() > 2 && node.items[2]) {
            expr(node.items[2]);
            store(node.items[0]);
        }
        return;
    }
    if (node.kind == NodeKind::For || node.kind == NodeKind::AsyncFor) {
        return forLoop(node);
    }
    if (node.kind == NodeKind::While) {
        return whileLoop(node);
    }
    if (node.kind == NodeKind::If) {
        return ifStatement(node);
    }
    if (node.kind == NodeKind::With || node.kind == NodeKind::AsyncWith) {
        if (node.kind == NodeKind::AsyncWith)
            requireAsync(node, u"'async with'"_s);
        return withStatement(node, 0);
    }
    if (node.kind == NodeKind::Try) {
        return tryStatement(node);
    }
    if (node.kind == NodeKind::Raise) {
        return raise(node);
    }
    if (node.kind == NodeKind::FunctionDef || node.kind == NodeKind::AsyncFunctionDef) {
        return function(node);
    }
    if (node.kind == NodeKind::Return) {
        return returnStatement(node);
    }
    if (node.kind == NodeKind::Delete) {
        for (const NodePtr &target : node.items)
            deleteTarget(target);
        return;
    }
    if (node.kind == NodeKind::Break || node.kind == NodeKind::Continue) {
        return breakOrContinue(node);
    }
    if (node.kind == NodeKind::Pass || node.kind == NodeKind::Global ||
        node.kind == NodeKind::Nonlocal) {
        return;
    }
    if (node.kind == NodeKind::Import || node.kind == NodeKind::ImportFrom) {
        return import(node);
    }
    if (node.kind == NodeKind::Assert) {
        return assertStatement(node);
    }
    // Expressions and errors: the parser lets none of them stand as a statement.
    refuse(node, u"invalid syntax"_s);
}

// --- Assignment ---

void Compiler::assign(const Node &node)
{
    expr(node.items.back());
    for (std::size_t i = 0; i + 1 < node.items.size(); ++i) {
        if (i + 2 < node.items.size())
            m_code->emit(Op::Dup, node.span);
        store(node.items[i]);
    }
}

void Compiler::augmentedAssign(const Node &node)
{
    const Node &target = *node.items[0];
    const int op = int(binaryOpOf(node.op.endsWith(u'=') ? node.op.chopped(1) : node.op));
    if (target.kind == NodeKind::Name) {
        loadName(target.name, target.span);
        expr(node.items[1]);
        m_code->emit(Op::InPlace, node.span, op);
        storeName(target.name, target.span);
        return;
    }
    if (target.kind == NodeKind::Attribute) {
        expr(target.items[0]);
        m_code->emit(Op::Dup, node.span);
        m_code->emit(Op::LoadAttribute, target.nameSpan, m_code->name(target.name));
        expr(node.items[1]);
        m_code->emit(Op::InPlace, node.span, op);
        m_code->emit(Op::Swap, node.span);
        m_code->emit(Op::StoreAttribute, target.nameSpan, m_code->name(target.name));
        return;
    }
    if (target.kind == NodeKind::Subscript) {
        expr(target.items[0]);
        expr(target.items[1]);
        m_code->emit(Op::DupTwo, node.span);
        m_code->emit(Op::LoadItem, target.span);
        expr(node.items[1]);
        m_code->emit(Op::InPlace, node.span, op);
        m_code->emit(Op::RotateThree, node.span);
        m_code->emit(Op::StoreItem, target.span);
        return;
    }
    // Nothing else can be changed in place.
    refuse(target, u"illegal expression for augmented assignment"_s);
}

void Compiler::deleteTarget(const NodePtr &target)
{
    if (target->kind == NodeKind::Name) {
        deleteName(target->name, target->span);
        return;
    }
    if (target->kind == NodeKind::Attribute) {
        expr(target->items[0]);
        m_code->emit(Op::DeleteAttribute, target->nameSpan, m_code->name(target->name));
        return;
    }
    if (target->kind == NodeKind::Subscript) {
        expr(target->items[0]);
        expr(target->items[1]);
        m_code->emit(Op::DeleteItem, target->span);
        return;
    }
    if (target->kind == NodeKind::Tuple || target->kind == NodeKind::List) {
        for (const NodePtr &item : target->items)
            deleteTarget(item);
        return;
    }
    // Nothing else can be deleted.
    refuse(*target, u"cannot delete expression"_s);
}

// --- Branches and loops ---

void Compiler::ifStatement(const Node &node)
{
    expr(node.items[0]);
    const int otherwise = m_code->emit(Op::JumpIfFalse, node.items[0]->span);
    statements(node.body);
    if (node.orelse.empty()) {
        m_code->patch(otherwise);
        return;
    }
    const int end = m_code->emit(Op::Jump, node.span);
    m_code->patch(otherwise);
    statements(node.orelse);
    m_code->patch(end);
}

void Compiler::whileLoop(const Node &node)
{
    const int begin = m_code->here();
    expr(node.items[0]);
    const int exit = m_code->emit(Op::JumpIfFalse, node.items[0]->span);
    loopBody(node, {Block::Loop, &node, begin, nullptr, false}, exit);
}

void Compiler::forLoop(const Node &node)
{
    const Span at = node.items[1]->span;
    expr(node.items[1]);
    if (node.kind == NodeKind::AsyncFor) {
        requireAsync(node, u"'async for'"_s);
        m_code->emit(Op::AsyncIterate, at);
        m_code->emit(Op::Await, at);
    } else {
        m_code->emit(Op::Iterate, at);
    }
    int next = 0;
    const int begin = loopBegin(node.kind == NodeKind::AsyncFor, at, &next);
    store(node.items[0]);
    loopBody(node, {Block::Loop, &node, begin, nullptr, true}, next);
}

int Compiler::loopBegin(bool async, Span at, int *next)
{
    const int begin = m_code->here();
    if (async) {
        const int ready = m_code->emit(Op::AsyncReady, at);
        m_code->emit(Op::Await, at);
        m_code->emit(Op::Pop, at);
        m_code->patch(ready);
    }
    *next = m_code->emit(Op::ForNext, at);
    return begin;
}

void Compiler::loopBody(const Node &node, Block loop, int exitJump)
{
    std::vector<int> breaks;
    loop.breaks = &breaks;
    m_code->blocks.push_back(loop);
    statements(node.body);
    m_code->blocks.pop_back();
    m_code->emit(Op::JumpBack, node.span, loop.continueAt);
    m_code->patch(exitJump);
    statements(node.orelse);
    for (const int jump : breaks)
        m_code->patch(jump);
}

void Compiler::breakOrContinue(const Node &node)
{
    const bool isBreak = node.kind == NodeKind::Break;
    std::size_t depth = m_code->blocks.size();
    while (depth > 0 && m_code->blocks[depth - 1].kind != Block::Loop)
        --depth;
    if (depth == 0)
        refuse(node, isBreak ? u"'break' outside loop"_s : u"'continue' not properly in loop"_s);
    leaveBlocks(depth, node.span);
    const Block loop = m_code->blocks[depth - 1];
    if (!isBreak) {
        m_code->emit(Op::JumpBack, node.span, loop.continueAt);
        return;
    }
    if (loop.iterator)
        m_code->emit(Op::Pop, node.span);
    loop.breaks->push_back(m_code->emit(Op::Jump, node.span));
}

void Compiler::leaveBlocks(std::size_t depth, Span at)
{
    const std::vector<Block> before = m_code->blocks;
    while (m_code->blocks.size() > depth) {
        const Block block = m_code->blocks.back();
        m_code->blocks.pop_back(); // what is compiled here stands outside of that block already
        switch (block.kind) {
        case Block::Loop:
            break;
        case Block::Handler:
            m_code->emit(Op::PopHandler, at);
            break;
        case Block::Handling:
            m_code->emit(Op::EndHandler, at);
            break;
        case Block::Group:
            refuse(*block.node,
                   u"'break', 'continue' and 'return' cannot appear in an except* block"_s);
        case Block::Finally:
            m_code->emit(Op::PopHandler, at);
            statements(block.node->finalbody);
            break;
        case Block::With:
            m_code->emit(Op::PopHandler, at);
            m_code->emit(Op::WithExit, at, 0, 1);
            m_code->emit(Op::Pop, at);
            break;
        case Block::AsyncWith:
            m_code->emit(Op::PopHandler, at);
            m_code->emit(Op::AsyncWithExit, at, 0, 1);
            m_code->emit(Op::Await, at);
            m_code->emit(Op::Pop, at);
            break;
        }
    }
    m_code->blocks = before;
}

void Compiler::returnStatement(const Node &node)
{
    if (m_code->scope->owner()->kind != Scope::Function)
        refuse(node, u"'return' outside function"_s);
    if (node.items.empty() || !node.items[0])
        m_code->emit(Op::LoadNone, node.span);
    else
        expr(node.items[0]);
    if (!m_code->blocks.empty()) {
        // The value waits in a variable: the blocks being left find the stack as they know it.
        const int value = m_code->newSlot(u".return"_s);
        m_code->emit(Op::StoreSlot, node.span, value);
        leaveForReturn(node.span);
        m_code->emit(Op::LoadSlot, node.span, value);
    }
    m_code->emit(Op::Return, node.span);
}

void Compiler::leaveForReturn(Span at)
{
    // As leaveBlocks(0), but the loops' iterators must go too, so that a `with` finds its context
    // on top.
    const std::vector<Block> before = m_code->blocks;
    while (!m_code->blocks.empty()) {
        const Block block = m_code->blocks.back();
        if (block.kind == Block::Loop && block.iterator)
            m_code->emit(Op::Pop, at);
        leaveBlocks(m_code->blocks.size() - 1, at);
        m_code->blocks.pop_back();
    }
    m_code->blocks = before;
}

// --- with, try, raise ---

void Compiler::withStatement(const Node &node, std::size_t item)
{
    if (item >= node.items.size()) {
        statements(node.body);
        return;
    }
    const bool async = node.kind == NodeKind::AsyncWith;
    const Span at = node.items[item]->span;
    expr(node.items[item]);
    m_code->emit(async ? Op::AsyncWithEnter : Op::WithEnter, at);
    if (async)
        m_code->emit(Op::Await, at);
    const int handler = m_code->emit(Op::PushHandler, at, 0, 1);
    const NodePtr &target = item + 1 < node.items.size() ? node.items[item + 1] : NodePtr();
    if (target)
        store(target);
    else
        m_code->emit(Op::Pop, at);

    m_code->blocks.push_back({async ? Block::AsyncWith : Block::With, &node});
    withStatement(node, item + 2);
    m_code->blocks.pop_back();

    const auto leave = [&](bool exceptional) {
        m_code->emit(async ? Op::AsyncWithExit : Op::WithExit, at, exceptional, 1);
        if (async)
            m_code->emit(Op::Await, at);
    };
    m_code->emit(Op::PopHandler, at);
    leave(false);
    m_code->emit(Op::Pop, at);
    const int end = m_code->emit(Op::Jump, at);
    m_code->patch(handler);
    m_code->emit(Op::BeginHandler, at);
    leave(true);
    const int suppressed = m_code->emit(Op::JumpIfTrue, at);
    m_code->emit(Op::Reraise, at);
    m_code->patch(suppressed);
    m_code->emit(Op::EndHandler, at);
    m_code->patch(end);
}

void Compiler::tryStatement(const Node &node)
{
    if (node.finalbody.empty())
        return tryExcept(node);
    const int handler = m_code->emit(Op::PushHandler, node.span);
    m_code->blocks.push_back({Block::Finally, &node});
    if (node.handlers.empty()) {
        statements(node.body);
        statements(node.orelse);
    } else {
        tryExcept(node);
    }
    m_code->blocks.pop_back();
    m_code->emit(Op::PopHandler, node.span);
    statements(node.finalbody);
    const int end = m_code->emit(Op::Jump, node.span);

    m_code->patch(handler);
    m_code->emit(Op::BeginHandler, node.span);
    m_code->blocks.push_back({Block::Handling});
    statements(node.finalbody);
    m_code->blocks.pop_back();
    m_code->emit(Op::Reraise, node.span);
    m_code->patch(end);
}

void Compiler::tryExcept(const Node &node)
{
    if (!node.handlers.empty() && node.handlers[0]->op == u"*")
        return tryExceptGroup(node);
    const int handlers = m_code->emit(Op::PushHandler, node.span);
    m_code->blocks.push_back({Block::Handler});
    statements(node.body);
    m_code->blocks.pop_back();
    m_code->emit(Op::PopHandler, node.span);
    statements(node.orelse);
    std::vector<int> ends = {m_code->emit(Op::Jump, node.span)};

    m_code->patch(handlers);
    m_code->emit(Op::BeginHandler, node.span);
    m_code->blocks.push_back({Block::Handling});
    for (const NodePtr &one : node.handlers)
        handler(*one, ends);
    m_code->blocks.pop_back();
    m_code->emit(Op::Reraise, node.span);
    for (const int end : ends)
        m_code->patch(end);
}

void Compiler::tryExceptGroup(const Node &node)
{
    const int handlers = m_code->emit(Op::PushHandler, node.span);
    m_code->blocks.push_back({Block::Handler});
    statements(node.body);
    m_code->blocks.pop_back();
    m_code->emit(Op::PopHandler, node.span);
    statements(node.orelse);
    const int end = m_code->emit(Op::Jump, node.span);

    m_code->patch(handlers);
    m_code->emit(Op::BeginHandler, node.span);
    m_code->emit(Op::GroupBegin, node.span);
    for (const NodePtr &one : node.handlers)
        groupClause(*one);
    m_code->emit(Op::GroupEnd, node.span);
    m_code->patch(end);
}

/// One `except*`. The state of the sharing out lies on the stack; what the clause raises is kept in
/// it, so that the next clause has its turn.
void Compiler::groupClause(const Node &node)
{
    expr(node.items[0]);
    m_code->emit(Op::GroupMatch, node.items[0]->span);
    const int next = m_code->emit(Op::JumpIfFalse, node.span);
    const int raised = m_code->emit(Op::PushHandler, node.span);
    m_code->blocks.push_back({Block::Group, &node});
    if (!node.name.isEmpty()) {
        m_code->emit(Op::LoadException, node.span);
        storeName(node.name, node.span);
    }
    statements(node.body);
    m_code->blocks.pop_back();
    m_code->emit(Op::PopHandler, node.span);
    const int over = m_code->emit(Op::Jump, node.span);
    m_code->patch(raised);
    m_code->emit(Op::GroupRaised, node.span);
    m_code->patch(over);
    if (!node.name.isEmpty()) {
        m_code->emit(Op::LoadNone, node.span);
        storeName(node.name, node.span);
        deleteName(node.name, node.span);
    }
    m_code->emit(Op::EndHandler, node.span);
    m_code->patch(next);
}

void Compiler::handler(const Node &node, std::vector<int> &ends)
{
    int next = -1;
    if (!node.items.empty() && node.items[0]) {
        expr(node.items[0]);
        m_code->emit(Op::MatchException, node.items[0]->span);
        next = m_code->emit(Op::JumpIfFalse, node.span);
    }
    if (!node.name.isEmpty()) {
        m_code->emit(Op::LoadException, node.span);
        storeName(node.name, node.span);
    }
    statements(node.body);
    if (!node.name.isEmpty()) { // as in Python, the name ends with the clause
        m_code->emit(Op::LoadNone, node.span);
        storeName(node.name, node.span);
        deleteName(node.name, node.span);
    }
    m_code->emit(Op::EndHandler, node.span);
    ends.push_back(m_code->emit(Op::Jump, node.span));
    if (next >= 0)
        m_code->patch(next);
}

void Compiler::raise(const Node &node)
{
    int count = 0;
    for (const NodePtr &item : node.items) {
        if (item) {
            expr(item);
            ++count;
        }
    }
    m_code->emit(Op::Raise, node.span, count);
}

void Compiler::assertStatement(const Node &node)
{
    expr(node.items[0]);
    const int holds = m_code->emit(Op::JumpIfTrue, node.span);
    const bool hasMessage = node.items.size() > 1 && node.items[1];
    if (hasMessage)
        expr(node.items[1]);
    m_code->emit(Op::AssertFailed, node.span, hasMessage);
    m_code->patch(holds);
}

// --- Imports and functions ---

void Compiler::import(const Node &node)
{
    if (node.kind == NodeKind::ImportFrom)
        m_code->emit(Op::Import, node.span, m_code->name(node.name));
    for (qsizetype i = 0; i < node.names.size(); ++i) {
        const QString name = node.names[i], as = node.asNames.value(i);
        if (node.kind == NodeKind::ImportFrom) {
            if (name == u"*")
                continue; // everything that may be imported has its name already
            m_code->emit(Op::ImportName, node.span, m_code->name(name));
            storeName(as.isEmpty() ? name : as, node.span);
        } else {
            // `import a.b` binds a; `import a.b as c` binds a.b.
            m_code->emit(Op::Import, node.span, m_code->name(name));
            if (as.isEmpty() && name.contains(u'.')) {
                m_code->emit(Op::Pop, node.span);
                m_code->emit(Op::Import, node.span, m_code->name(name.section(u'.', 0, 0)));
            }
            storeName(as.isEmpty() ? name.section(u'.', 0, 0) : as, node.span);
        }
    }
    if (node.kind == NodeKind::ImportFrom)
        m_code->emit(Op::Pop, node.span);
}

void Compiler::function(const Node &node)
{
    for (const NodePtr &decorator : node.decorators)
        expr(decorator);
    Scope *inner = m_symbols.scope(node);
    CodeBuilder builder(node.name, inner, m_code);
    builder.lineOffset = m_lineOffset;
    builder.isAsync = node.kind == NodeKind::AsyncFunctionDef;
    builder.made().position = {node.span.line + m_lineOffset, node.span.column};
    int defaults = 0;
    for (const notation::Parameter &parameter : node.parameters) {
        builder.slot(inner, parameter.name);
        builder.made().parameters.push_back(
            {parameter.name, parameter.kind, bool(parameter.defaultValue)});
        if (parameter.defaultValue) {
            expr(parameter.defaultValue);
            ++defaults;
        }
    }
    CodeBuilder *outer = std::exchange(m_code, &builder);
    for (const notation::Parameter &parameter : node.parameters) {
        if (inner->captured.contains(parameter.name))
            builder.emit(Op::NewCell, node.span, builder.slot(inner, parameter.name), 1);
    }
    for (const QString &name : inner->bound) {
        const bool isParameter =
            std::any_of(node.parameters.begin(), node.parameters.end(),
                        [&](const notation::Parameter &p) { return p.name == name; });
        if (!isParameter && inner->captured.contains(name) && inner->definition(name) == inner)
            builder.emit(Op::NewCell, node.span, builder.slot(inner, name));
    }
    statements(node.body);
    builder.emit(Op::LoadNone, node.span);
    builder.emit(Op::Return, node.span);
    m_code = outer;
    CodePtr code = builder.finish();
    loadClosure(builder, node.span);
    m_code->emit(Op::MakeFunction, node.span, m_code->code(std::move(code)), defaults);
    for (std::size_t i = 0; i < node.decorators.size(); ++i)
        m_code->emit(Op::Call, node.decorators[node.decorators.size() - 1 - i]->span, 1, -1);
    storeName(node.name, node.span);
}

} // namespace heddle::script
