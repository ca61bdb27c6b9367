#include "orm/advice/asyncwriter.h"

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

/// Functions of the language that walk through what they are given.
bool walksThrough(const QString &name)
{
    static const QSet<QString> names = {u"tuple"_s,    u"set"_s,       u"frozenset"_s, u"sorted"_s,
                                        u"reversed"_s, u"enumerate"_s, u"zip"_s,       u"sum"_s,
                                        u"any"_s,      u"all"_s,       u"dict"_s,      u"list"_s,
                                        u"iter"_s,     u"map"_s,       u"filter"_s,    u"next"_s};
    return names.contains(name);
}

/// Lists have count() and some others, too.
bool isOfQuerySets(const QString &name)
{
    static const QSet<QString> both = {u"count"_s,  u"get"_s,          u"update"_s,
                                       u"union"_s,  u"reverse"_s,      u"none"_s,
                                       u"values"_s, u"intersection"_s, u"difference"_s};
    return (isRefinement(name) || isTerminal(name)) && !both.contains(name);
}

bool hasOnlyKeywords(const Node &call)
{
    for (const Argument &argument : call.arguments)
        if (argument.kind != Argument::Keyword && argument.kind != Argument::DoubleStar)
            return false;
    return true;
}

} // namespace

void AsyncWriter::call(const NodePtr &node, Use use)
{
    const NodePtr &callee = node->items[0];
    if (const Node *function = m_flow.calledFunction(*node))
        functionCall(node, *function, use);
    else if (callee->kind == NodeKind::Attribute)
        methodCall(node, use);
    else if (callee->kind == NodeKind::Name && m_flow.type(*callee).is(RowType::Plain))
        languageCall(node, use);
    else if (!unwrapped(node)) {
        expression(callee, Use::Primary);
        arguments(*node, Use::Value);
    }
}

void AsyncWriter::arguments(const Node &node, Use positional, const Node *called)
{
    const bool crosses = node.items[0]->kind == NodeKind::Name &&
                         node.items[0]->name == "sync_to_async"_L1; // made for it
    for (std::size_t i = 0; i < node.arguments.size(); ++i) {
        const Argument &argument = node.arguments[i];
        const Node &value = *argument.value;
        const Node *function = m_flow.type(value).function;
        if (function && m_awaiting.contains(function) && !crosses)
            note(AsyncNote::Left, value,
                 u"'%1' reaches the database, and what it is handed to cannot wait for it: fetch "
                 "what it needs before"_s.arg(textOf(value)));
        if (called && argument.kind != Argument::Star &&
            becomesList(value, m_flow.parameterType(*called, node, i))) {
            expression(argument.value, Use::Elements);
            continue;
        }
        expression(argument.value, argument.kind == Argument::Star         ? Use::Elements
                                   : argument.kind == Argument::Positional ? positional
                                                                           : Use::Value);
    }
}

/// async_to_sync(f)(x) and asyncio.run(f(x)) take an async function to sync code: `await f(x)`.
bool AsyncWriter::unwrapped(const NodePtr &call)
{
    const Node &callee = *call->items[0];
    const bool crosses = callee.kind == NodeKind::Call && callee.items[0]->kind == NodeKind::Name &&
                         callee.items[0]->name == "async_to_sync"_L1 &&
                         callee.arguments.size() == 1;
    const bool runs = callee.kind == NodeKind::Attribute && callee.name == "run"_L1 &&
                      callee.items[0]->kind == NodeKind::Name &&
                      callee.items[0]->name == "asyncio"_L1 && call->arguments.size() == 1;
    if (!crosses && !runs)
        return false;
    const Span inner = crosses ? callee.arguments[0].value->span : call->arguments[0].value->span;
    replace(call->span.begin, inner.begin, u"await "_s);
    if (crosses)
        replace(inner.end, callee.span.end, QString());
    else
        replace(inner.end, call->span.end, QString());
    ++m_calls;
    awaited();
    return true;
}

void AsyncWriter::languageCall(const NodePtr &node, Use use)
{
    const QString &name = node->items[0]->name;
    const bool single =
        node->arguments.size() == 1 && node->arguments[0].kind == Argument::Positional;
    const RowType first = single ? m_flow.type(*node->arguments[0].value) : RowType();
    const bool isQuery =
        (first.is(RowType::Rows) && first.evaluated != RowType::Yes) || first.is(RowType::Stream);
    if (isQuery && (name == "list"_L1 || name == "len"_L1 || name == "bool"_L1)) {
        // list(rows) is what fetching gives; the other two ask without fetching where they may.
        const NodePtr &rows = node->arguments[0].value;
        const bool isHeld = rows->kind == NodeKind::Name && m_flow.reads(rows->name) > 1;
        if (name == "list"_L1 || !isHeld) {
            const Use inner = name == "list"_L1  ? Use::Elements
                              : name == "len"_L1 ? Use::Length
                                                 : Use::Truth;
            const bool parentheses = use == Use::Primary && inner != Use::Elements;
            replace(node->span.begin, rows->span.begin, parentheses ? u"("_s : QString());
            expression(rows, inner);
            replace(rows->span.end, node->span.end, parentheses ? u")"_s : QString());
            return;
        }
        expression(rows, Use::Elements);
        return;
    }
    if (isQuery && name == "repr"_L1 && m_transactions == 0) {
        const NodePtr &rows = node->arguments[0].value;
        replace(node->span.begin, rows->span.begin, QString());
        print(rows, use);
        replace(rows->span.end, node->span.end, QString());
        return;
    }
    const bool writes =
        name == "print"_L1 || name == "str"_L1 || name == "repr"_L1 || name == "format"_L1;
    const bool most = (name == "min"_L1 || name == "max"_L1) && !node->arguments.empty() &&
                      (single || node->arguments[1].kind == Argument::Keyword);
    arguments(*node, writes                       ? Use::Text
                     : name == "len"_L1           ? Use::Length
                     : name == "bool"_L1          ? Use::Truth
                     : walksThrough(name) || most ? Use::Elements
                                                  : Use::Value);
}

/// Whether a method call is one of the database's, as far as its receiver and its name tell.
bool AsyncWriter::asksDatabase(const Node &call) const
{
    const Node &callee = *call.items[0];
    const QString &name = callee.name;
    switch (m_flow.type(*callee.items[0]).kind) {
    case RowType::Manager:
        return isTerminal(name) || isRelatedTerminal(name);
    case RowType::Rows:
        return isTerminal(name);
    case RowType::Row:
        return isRecordMethod(name);
    case RowType::Unknown:
        if (name == "get"_L1)
            return hasOnlyKeywords(call) && !call.arguments.empty();
        if (name == "count"_L1)
            return call.arguments.empty();
        return name != "update"_L1 && name != "contains"_L1 &&
               (isTerminal(name) || isRecordMethod(name));
    case RowType::Nothing:
    case RowType::Plain:
    case RowType::Class:
    case RowType::Stream:
    case RowType::Sequence:
    case RowType::Mapping:
    case RowType::Function:
        return false;
    }
    return false;
}

void AsyncWriter::methodCall(const NodePtr &node, Use use)
{
    if (unwrapped(node))
        return;
    if (asksDatabase(*node)) {
        terminalCall(node, use);
        return;
    }
    const NodePtr &callee = node->items[0];
    const RowType receiver = m_flow.type(*callee->items[0]);
    if (receiver.is(RowType::Unknown) && callee->name == "update"_L1)
        note(AsyncNote::Unseen, *node,
             u"what '%1' is does not show: if it is a queryset, write 'await ... .aupdate()'"_s.arg(
                 textOf(*callee->items[0])));
    if (receiver.is(RowType::Sequence) && isOfQuerySets(callee->name))
        note(AsyncNote::Left, *node,
             u"'%1' is a list in async code, and has no %2()"_s.arg(textOf(*callee->items[0]),
                                                                    callee->name));
    expression(callee, Use::Primary);
    const bool walks = receiver.is(RowType::Plain)
                           ? callee->name == "join"_L1
                           : (receiver.is(RowType::Sequence) || receiver.is(RowType::Mapping)) &&
                                 (callee->name == "extend"_L1 || callee->name == "update"_L1);
    const bool formats = receiver.is(RowType::Plain) && callee->name == "format"_L1;
    arguments(*node, walks ? Use::Elements : formats ? Use::Text : Use::Value);
}

void AsyncWriter::terminalCall(const NodePtr &node, Use use)
{
    const NodePtr &callee = node->items[0];
    const QString &name = callee->name;
    const bool isStream = name == "iterator"_L1;
    const bool isGathered = m_gathered == node.get();
    if (!isStream && !isGathered)
        open(node, use, u"await "_s);
    expression(callee->items[0], Use::Primary);
    insert(callee->nameSpan.begin, u"a"_s);
    const bool takesRows = name == "in_bulk"_L1 || name.startsWith("bulk_"_L1) || name == "set"_L1;
    arguments(*node, takesRows ? Use::Elements : Use::Value);
    if (isStream)
        return;
    if (!isGathered)
        close(node, use);
    if (name == "refresh_from_db"_L1 && callee->items[0]->kind == NodeKind::Name)
        forget(callee->items[0]->name);
    ++m_calls;
    awaited();
}

/// A function that is not to be rewritten: of another cell, or handed on to who knows whom.
bool AsyncWriter::staysSync(const Node &function) const
{
    return !isInside(function.span) || m_flow.functions().at(&function).passed;
}

void AsyncWriter::functionCall(const NodePtr &node, const Node &function, Use use)
{
    const NodePtr &callee = node->items[0];
    const bool awaitsIt = m_awaiting.contains(&function);
    if (awaitsIt)
        open(node, use, u"await "_s);
    if (awaitsIt && staysSync(function)) { // it runs beside the event loop
        m_imports.insert(u"from asgiref.sync import sync_to_async"_s);
        insert(callee->span.begin, u"sync_to_async("_s);
        insert(callee->span.end, u")"_s);
        if (m_transactions > 0)
            note(AsyncNote::Left, *node,
                 u"'%1' stays a sync function: its queries do not join this transaction"_s.arg(
                     function.name));
    }
    if (callee->kind != NodeKind::Name)
        expression(callee, Use::Primary);
    arguments(*node, Use::Value, &function);
    if (!awaitsIt)
        return;
    close(node, use);
    ++m_calls;
    awaited();
}

} // namespace heddle::advice
