#include "orm/notation/serialawaits.h"
#include "orm/script/compilerimpl.h"

#include "orm/script/containers.h"
#include "orm/script/errors.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;
using notation::Argument;
using notation::ConstantKind;
using notation::NodeKind;
using notation::Span;

BinaryOp binaryOpOf(const QString &op)
{
    static const QStringList ops = {u"+"_s, u"-"_s, u"*"_s, u"/"_s,  u"//"_s, u"%"_s, u"**"_s,
                                    u"&"_s, u"|"_s, u"^"_s, u"<<"_s, u">>"_s, u"@"_s};
    return BinaryOp(ops.indexOf(op));
}

CompareOp compareOpOf(const QString &op)
{
    static const QStringList ops = {u"=="_s, u"!="_s, u"<"_s,      u"<="_s, u">"_s,
                                    u">="_s, u"in"_s, u"not in"_s, u"is"_s, u"is not"_s};
    return CompareOp(ops.indexOf(op));
}

Compiler::Compiler(const Node &root, int lineOffset) : m_symbols(root), m_lineOffset(lineOffset)
{
    if (root.kind != NodeKind::Module)
        return;
    for (const notation::AwaitSeries &series : notation::awaitSeries(root)) {
        const Span first = series.statements.front()->items[1]->items[0]->span;
        for (std::size_t i = 0; i < series.statements.size(); ++i)
            m_series.insert(series.statements[i]->items[1].get(), {first, int(i) + 1});
    }
}

void Compiler::refuse(const Node &node, const QString &message, const QString &suggestion) const
{
    SyntaxError error(message, suggestion);
    error.line = node.span.line + m_lineOffset;
    error.column = node.span.column;
    throw error;
}

// --- Names ---

void Compiler::loadName(const QString &name, Span at)
{
    Scope *where = m_code->scope->definition(name);
    if (!where)
        m_code->emit(Op::LoadGlobal, at, m_code->name(name));
    else
        m_code->emit(where->captured.contains(name) ? Op::LoadCell : Op::LoadSlot, at,
                     m_code->slot(where, name));
}

void Compiler::storeName(const QString &name, Span at)
{
    Scope *where = m_code->scope->definition(name);
    if (!where)
        m_code->emit(Op::StoreGlobal, at, m_code->name(name));
    else
        m_code->emit(where->captured.contains(name) ? Op::StoreCell : Op::StoreSlot, at,
                     m_code->slot(where, name));
}

void Compiler::deleteName(const QString &name, Span at)
{
    Scope *where = m_code->scope->definition(name);
    if (!where)
        m_code->emit(Op::DeleteGlobal, at, m_code->name(name));
    else
        m_code->emit(where->captured.contains(name) ? Op::DeleteCell : Op::DeleteSlot, at,
                     m_code->slot(where, name));
}

void Compiler::store(const NodePtr &target)
{
    const Span at = target->span;
    if (target->kind == NodeKind::Name) {
        storeName(target->name, at);
        return;
    }
    if (target->kind == NodeKind::Attribute) {
        expr(target->items[0]);
        m_code->emit(Op::StoreAttribute, target->nameSpan, m_code->name(target->name));
        return;
    }
    if (target->kind == NodeKind::Subscript) {
        expr(target->items[0]);
        expr(target->items[1]);
        m_code->emit(Op::StoreItem, at);
        return;
    }
    if (target->kind == NodeKind::Tuple || target->kind == NodeKind::List) {
        unpack(*target);
        return;
    }
    // No other kind can be assigned to.
    refuse(*target, u"cannot assign to expression here"_s);
}

void Compiler::unpack(const Node &target)
{
    int starred = -1;
    for (std::size_t i = 0; i < target.items.size(); ++i) {
        if (target.items[i]->kind != NodeKind::Starred)
            continue;
        if (starred >= 0)
            refuse(*target.items[i], u"multiple starred expressions in assignment"_s);
        starred = int(i);
    }
    const int count = int(target.items.size());
    if (starred >= 0)
        m_code->emit(Op::UnpackStarred, target.span, starred, count - starred - 1);
    else
        m_code->emit(Op::UnpackSequence, target.span, count);
    for (const NodePtr &item : target.items)
        store(item->kind == NodeKind::Starred ? item->items[0] : item);
}

// --- Expressions ---

void Compiler::expr(const NodePtr &node)
{
    const Span at = node->span;
    if (node->kind == NodeKind::Constant) {
        return constant(*node);
    }
    if (node->kind == NodeKind::JoinedStr) {
        return joinedString(*node);
    }
    if (node->kind == NodeKind::FormattedValue) {
        return formattedValue(*node);
    }
    if (node->kind == NodeKind::Name) {
        return loadName(node->name, at);
    }
    if (node->kind == NodeKind::Attribute) {
        expr(node->items[0]);
        m_code->emit(Op::LoadAttribute, node->nameSpan, m_code->name(node->name));
        return;
    }
    if (node->kind == NodeKind::Call) {
        return call(*node);
    }
    if (node->kind == NodeKind::Subscript) {
        expr(node->items[0]);
        expr(node->items[1]);
        m_code->emit(Op::LoadItem, at);
        return;
    }
    if (node->kind == NodeKind::Slice) {
        return slice(*node);
    }
    if (node->kind == NodeKind::BinOp) {
        expr(node->items[0]);
        expr(node->items[1]);
        m_code->emit(Op::Binary, at, int(binaryOpOf(node->op)));
        return;
    }
    if (node->kind == NodeKind::UnaryOp) {
        expr(node->items[0]);
        m_code->emit(Op::Unary, at, node->op == u"not" ? 'n' : node->op[0].unicode());
        return;
    }
    if (node->kind == NodeKind::BoolOp) {
        return boolean(*node);
    }
    if (node->kind == NodeKind::Compare) {
        return compare(*node);
    }
    if (node->kind == NodeKind::IfExp) {
        return conditional(*node);
    }
    if (node->kind == NodeKind::List) {
        return display(*node, Op::BuildList, Op::ListAppend, Op::ListExtend);
    }
    if (node->kind == NodeKind::Tuple) {
        return display(*node, Op::BuildTuple, Op::ListAppend, Op::ListExtend);
    }
    if (node->kind == NodeKind::Set) {
        return display(*node, Op::BuildSet, Op::SetAdd, Op::SetUpdate);
    }
    if (node->kind == NodeKind::Dict) {
        return dict(*node);
    }
    if (node->kind == NodeKind::ListComp || node->kind == NodeKind::SetComp ||
        node->kind == NodeKind::DictComp) {
        return comprehension(*node);
    }
    if (node->kind == NodeKind::GeneratorExp) {
        return generator(*node);
    }
    if (node->kind == NodeKind::Await) {
        return await(*node, node->items[0]);
    }
    if (node->kind == NodeKind::Starred) {
        refuse(*node, u"can't use starred expression here"_s);
    }
    if (node->kind == NodeKind::Lambda) {
        refuse(*node, u"lambda is not part of Heddle's notation"_s,
               u"write a def and pass its name"_s);
    }
    // Statements and errors: the parser lets none of them in here.
    refuse(*node, u"invalid syntax"_s);
}

void Compiler::constant(const Node &node)
{
    switch (node.constant) {
    case ConstantKind::None:
        m_code->emit(Op::LoadNone, node.span);
        return;
    case ConstantKind::True:
    case ConstantKind::False:
        m_code->emit(Op::LoadConst, node.span,
                     m_code->constant(Object::boolean(node.constant == ConstantKind::True)));
        return;
    case ConstantKind::Ellipsis:
        m_code->emit(Op::LoadConst, node.span, m_code->constant(Object::ellipsis()));
        return;
    case ConstantKind::Int:
    case ConstantKind::Float:
    case ConstantKind::Str:
    case ConstantKind::Bytes:
        m_code->emit(Op::LoadConst, node.span, m_code->constant(Object::fromValue(node.value)));
        return;
    }
}

void Compiler::joinedString(const Node &node)
{
    for (const NodePtr &part : node.items)
        expr(part);
    m_code->emit(Op::JoinStrings, node.span, int(node.items.size()));
}

void Compiler::formattedValue(const Node &node)
{
    expr(node.items[0]);
    const bool hasSpec = node.items.size() > 1 && node.items[1];
    if (hasSpec)
        expr(node.items[1]);
    m_code->emit(Op::FormatValue, node.span, node.op.isEmpty() ? 0 : node.op[0].unicode(), hasSpec);
}

void Compiler::call(const Node &node)
{
    QStringList keywords;
    for (const Argument &argument : node.arguments) {
        if (argument.kind == Argument::Star || argument.kind == Argument::DoubleStar)
            return unpackedCall(node);
        if (argument.kind != Argument::Keyword)
            continue;
        if (keywords.contains(argument.name)) {
            SyntaxError error(u"keyword argument repeated: "_s + argument.name);
            error.line = argument.nameSpan.line + m_lineOffset;
            error.column = argument.nameSpan.column;
            throw error;
        }
        keywords.append(argument.name);
    }
    const NodePtr &callee = node.items[0];
    expr(callee);
    for (const Argument &argument : node.arguments) {
        if (argument.kind == Argument::Positional)
            expr(argument.value);
    }
    for (const Argument &argument : node.arguments) {
        if (argument.kind == Argument::Keyword)
            expr(argument.value);
    }
    // A call is at its method's name: in a chain over several lines that is the line that a reader
    // means.
    const Span at = callee->kind == NodeKind::Attribute ? callee->nameSpan : node.span;
    m_code->emit(Op::Call, at, int(node.arguments.size() - std::size_t(keywords.size())),
                 keywords.isEmpty() ? -1 : m_code->keywords(keywords));
}

void Compiler::unpackedCall(const Node &node)
{
    const NodePtr &callee = node.items[0];
    expr(callee);
    m_code->emit(Op::BuildList, node.span, 0);
    for (const Argument &argument : node.arguments) {
        if (argument.kind != Argument::Positional && argument.kind != Argument::Star)
            continue;
        expr(argument.value);
        if (argument.kind == Argument::Star)
            m_code->emit(Op::ListExtend, argument.value->span);
        else
            m_code->emit(Op::ListAppend, argument.value->span, 0);
    }
    m_code->emit(Op::BuildDict, node.span, 0);
    for (const Argument &argument : node.arguments) {
        if (argument.kind == Argument::Keyword) {
            m_code->emit(Op::LoadConst, argument.nameSpan,
                         m_code->constant(Object::str(argument.name)));
            expr(argument.value);
            m_code->emit(Op::BuildDict, argument.nameSpan, 1);
            m_code->emit(Op::DictUpdate, argument.nameSpan, 0, 1);
        } else if (argument.kind == Argument::DoubleStar) {
            expr(argument.value);
            m_code->emit(Op::DictUpdate, argument.value->span, 0, 1);
        }
    }
    m_code->emit(Op::CallUnpacked,
                 callee->kind == NodeKind::Attribute ? callee->nameSpan : node.span);
}

void Compiler::display(const Node &node, Op build, Op append, Op extend)
{
    bool starred = false;
    for (const NodePtr &item : node.items)
        starred = starred || item->kind == NodeKind::Starred;
    if (!starred) {
        for (const NodePtr &item : node.items)
            expr(item);
        m_code->emit(build, node.span, int(node.items.size()));
        return;
    }
    const bool isTuple = build == Op::BuildTuple;
    m_code->emit(isTuple ? Op::BuildList : build, node.span, 0);
    for (const NodePtr &item : node.items) {
        expr(item->kind == NodeKind::Starred ? item->items[0] : item);
        m_code->emit(item->kind == NodeKind::Starred ? extend : append, item->span, 0);
    }
    if (isTuple)
        m_code->emit(Op::ListToTuple, node.span);
}

void Compiler::dict(const Node &node)
{
    m_code->emit(Op::BuildDict, node.span, 0);
    for (std::size_t i = 0; i + 1 < node.items.size(); i += 2) {
        const NodePtr &key = node.items[i], &value = node.items[i + 1];
        if (!key) {
            expr(value);
            m_code->emit(Op::DictUpdate, value->span);
            continue;
        }
        expr(key);
        expr(value);
        m_code->emit(Op::DictAdd, key->span, 0);
    }
}

void Compiler::boolean(const Node &node)
{
    std::vector<int> ends;
    for (std::size_t i = 0; i < node.items.size(); ++i) {
        expr(node.items[i]);
        if (i + 1 < node.items.size())
            ends.push_back(m_code->emit(
                node.op == u"and" ? Op::JumpIfFalseOrPop : Op::JumpIfTrueOrPop, node.span));
    }
    for (const int end : ends)
        m_code->patch(end);
}

void Compiler::compare(const Node &node)
{
    expr(node.items[0]);
    std::vector<int> fails;
    for (qsizetype i = 0; i < node.ops.size(); ++i) {
        expr(node.items[std::size_t(i) + 1]);
        const bool last = i + 1 == node.ops.size();
        if (!last) { // a < b < c: b is looked at once
            m_code->emit(Op::Dup, node.span);
            m_code->emit(Op::RotateThree, node.span);
        }
        m_code->emit(Op::Compare, node.span, int(compareOpOf(node.ops[i])));
        if (!last)
            fails.push_back(m_code->emit(Op::JumpIfFalseOrPop, node.span));
    }
    if (fails.empty())
        return;
    const int end = m_code->emit(Op::Jump, node.span);
    for (const int fail : fails)
        m_code->patch(fail);
    m_code->emit(Op::Swap, node.span); // the operand that waited for its turn goes
    m_code->emit(Op::Pop, node.span);
    m_code->patch(end);
}

void Compiler::conditional(const Node &node)
{
    expr(node.items[0]); // the parser puts the test first, as Python's ast module does
    const int otherwise = m_code->emit(Op::JumpIfFalse, node.span);
    expr(node.items[1]);
    const int end = m_code->emit(Op::Jump, node.span);
    m_code->patch(otherwise);
    expr(node.items[2]);
    m_code->patch(end);
}

void Compiler::slice(const Node &node)
{
    for (std::size_t i = 0; i < 3; ++i) {
        if (i < node.items.size() && node.items[i])
            expr(node.items[i]);
        else
            m_code->emit(Op::LoadNone, node.span);
    }
    m_code->emit(Op::BuildSlice, node.span);
}

void Compiler::requireAsync(const Node &node, const QString &what)
{
    if (!m_code->isAsync)
        refuse(node, what + u" outside async function"_s, u"make it an async def"_s);
}

void Compiler::await(const Node &node, const NodePtr &value)
{
    requireAsync(node, u"'await'"_s);
    expr(value);
    const auto member = m_series.constFind(&node);
    if (member == m_series.constEnd()) {
        m_code->emit(Op::Await, value->span);
        return;
    }
    std::vector<Position> &series = m_code->made().series;
    if (member->which == 1)
        series.push_back({member->first.line + m_lineOffset, member->first.column});
    m_code->emit(Op::Await, value->span, member->which, int(series.size()) - 1);
}

// --- Comprehensions and generators ---

void Compiler::openScope(Scope &scope, Span at)
{
    for (const QString &name : scope.bound) {
        if (scope.definition(name) != &scope)
            continue;
        const int slot = m_code->slot(&scope, name);
        if (scope.captured.contains(name))
            m_code->emit(Op::NewCell, at, slot);
        else if (scope.kind == Scope::Comprehension)
            m_code->emit(Op::ClearSlot, at, slot);
    }
}

void Compiler::comprehension(const Node &node)
{
    Scope *inner = m_symbols.scope(node);
    expr(node.generators[0].iterable);
    Scope *before = std::exchange(m_code->scope, inner);
    openScope(*inner, node.span);
    const Op build = node.kind == NodeKind::ListComp  ? Op::BuildList
                     : node.kind == NodeKind::SetComp ? Op::BuildSet
                                                      : Op::BuildDict;
    m_code->emit(build, node.span, 0);
    m_code->emit(Op::Swap, node.span);
    comprehensionPart(node, 0, 0);
    m_code->scope = before;
}

void Compiler::comprehensionPart(const Node &node, std::size_t part, int depth)
{
    if (part == node.generators.size()) {
        expr(node.items[0]);
        if (node.kind == NodeKind::DictComp)
            expr(node.items[1]);
        const Op add = node.kind == NodeKind::ListComp  ? Op::ListAppend
                       : node.kind == NodeKind::SetComp ? Op::SetAdd
                                                        : Op::DictAdd;
        if (node.kind == NodeKind::GeneratorExp)
            m_code->emit(Op::Yield, node.span);
        else
            m_code->emit(add, node.span, depth);
        return;
    }
    const notation::Comprehension &generator = node.generators[part];
    const Span at = generator.iterable->span;
    if (part > 0)
        expr(generator.iterable);
    if (generator.async) {
        requireAsync(node, u"asynchronous comprehension"_s);
        m_code->emit(Op::AsyncIterate, at);
        m_code->emit(Op::Await, at);
    } else {
        m_code->emit(Op::Iterate, at);
    }
    int next = 0;
    const int begin = loopBegin(generator.async, at, &next);
    store(generator.target);
    for (const NodePtr &condition : generator.conditions) {
        expr(condition);
        m_code->emit(Op::JumpIfFalse, condition->span, begin);
    }
    comprehensionPart(node, part + 1, depth + 1);
    m_code->emit(Op::JumpBack, at, begin);
    m_code->patch(next);
}

void Compiler::generator(const Node &node)
{
    for (const notation::Comprehension &part : node.generators) {
        if (part.async)
            refuse(node, u"Heddle has no asynchronous generators"_s,
                   u"use a list comprehension: [... async for ...]"_s);
    }
    Scope *inner = m_symbols.scope(node);
    CodeBuilder builder(u"<genexpr>"_s, inner, m_code);
    builder.lineOffset = m_lineOffset;
    builder.newSlot(u".0"_s); // the first iterable, evaluated outside
    CodeBuilder *outer = std::exchange(m_code, &builder);
    openScope(*inner, node.span);
    builder.emit(Op::LoadSlot, node.span, 0);
    comprehensionPart(node, 0, 0);
    builder.emit(Op::LoadNone, node.span);
    builder.emit(Op::Return, node.span);
    m_code = outer;
    CodePtr code = builder.finish();
    loadClosure(builder, node.span);
    expr(node.generators[0]
             .iterable); // as in Python, an error in it comes before there is a generator
    m_code->emit(Op::MakeGenerator, node.span, m_code->code(std::move(code)));
}

void Compiler::loadClosure(const CodeBuilder &inner, Span at)
{
    for (const auto &[where, name] : inner.closure())
        m_code->emit(Op::LoadClosure, at, m_code->slot(where, name));
}

// --- The face ---

namespace {

void refuseErrors(const notation::NodePtr &node)
{
    if (!node || node->kind == NodeKind::Error) {
        SyntaxError error(u"invalid syntax"_s);
        if (node) {
            error.line = node->span.line;
            error.column = node->span.column;
        }
        throw error;
    }
}

} // namespace

CodePtr compileModule(const notation::NodePtr &module, int lineOffset)
{
    refuseErrors(module);
    return Compiler(*module, lineOffset).module(*module);
}

CodePtr compileExpression(const notation::NodePtr &expression, int lineOffset)
{
    refuseErrors(expression);
    // The root has a scope of its own even if it is a comprehension; a module of one expression
    // keeps the two apart.
    auto statement = std::make_shared<notation::Node>();
    statement->kind = NodeKind::Expr;
    statement->span = expression->span;
    statement->items = {expression};
    auto module = std::make_shared<notation::Node>();
    module->kind = NodeKind::Module;
    module->span = expression->span;
    module->body = {statement};
    return Compiler(*module, lineOffset).module(*module);
}

} // namespace heddle::script
