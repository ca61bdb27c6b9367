#include "orm/advice/asyncwriter.h"

#include "orm/advice/series.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

AsyncWriter::AsyncWriter(const ParseResult &text, const RowFlow &flow, AsyncExtent extent)
    : m_text(text), m_flow(flow), m_begin(extent.begin),
      m_end(extent.end < 0 ? int(text.source.size()) : extent.end)
{
}

AsyncRewrite AsyncWriter::write(QSet<QString> *imports)
{
    do {
        m_awaiting = m_found;
        pass();
    } while (m_found != m_awaiting);
    writeRequired();
    std::stable_sort(
        m_out.notes.begin(), m_out.notes.end(),
        [](const AsyncNote &a, const AsyncNote &b) { return a.span.begin < b.span.begin; });
    m_out.summary = summary();
    *imports = m_imports;
    return std::move(m_out);
}

void AsyncWriter::pass()
{
    m_out = {};
    m_found.clear();
    m_joins.clear();
    m_prefetches.clear();
    m_only.clear();
    m_defer.clear();
    m_loaded.clear();
    m_imports.clear();
    m_awaits = m_calls = m_iterations = m_gathers = m_blocks = 0;
    for (const NodePtr &node : m_text.tree->body) {
        if (node->span.begin >= m_begin && node->span.end <= m_end)
            continue;
        m_muted = true; // only to learn which functions await
        statement(node);
        m_muted = false;
    }
    Nodes inside;
    for (const NodePtr &node : m_text.tree->body)
        if (isInside(node->span))
            inside.push_back(node);
    m_loaded.clear();
    body(inside);
}

void AsyncWriter::replace(int begin, int end, const QString &text)
{
    if (m_muted)
        return;
    Span span;
    span.begin = begin;
    span.end = end;
    m_out.edits.push_back({span, text});
}

void AsyncWriter::note(AsyncNote::Kind kind, const Node &node, const QString &text)
{
    if (!m_muted)
        m_out.notes.push_back({kind, node.span, text});
}

void AsyncWriter::awaited()
{
    ++m_awaits;
    if (m_function)
        m_found.insert(m_function);
}

QString AsyncWriter::textOf(const Node &node) const
{
    return m_text.source.mid(node.span.begin, node.span.end - node.span.begin);
}

QString AsyncWriter::margin(const Node &statement) const
{
    return marginOf(m_text.source, statement);
}

bool AsyncWriter::startsLine(const Node &statement) const
{
    return margin(statement).trimmed().isEmpty();
}

void AsyncWriter::body(const Nodes &statements)
{
    for (std::size_t i = 0; i < statements.size();) {
        const std::size_t gathered = gather(statements, i);
        if (gathered == 0)
            statement(statements[i]);
        i += std::max<std::size_t>(1, gathered);
    }
}

void AsyncWriter::statement(const NodePtr &node)
{
    const Node *outer = m_statement;
    const int conditional = std::exchange(m_conditional, 0);
    m_statement = node.get();
    switch (node->kind) {
    case NodeKind::Assign:
    case NodeKind::AugAssign:
    case NodeKind::AnnAssign:
        assignment(*node);
        break;
    case NodeKind::For:
    case NodeKind::While:
        loop(*node);
        break;
    case NodeKind::If:
        branch(node);
        break;
    case NodeKind::With:
        block(*node);
        break;
    case NodeKind::Try:
        attempt(*node);
        break;
    case NodeKind::FunctionDef:
        function(node);
        break;
    case NodeKind::AsyncFunctionDef: // asynchronous as it is
        break;
    case NodeKind::AsyncFor:
        target(node->items[0]);
        body(node->body);
        body(node->orelse);
        break;
    case NodeKind::AsyncWith:
        ++m_transactions;
        body(node->body);
        --m_transactions;
        break;
    case NodeKind::Return:
        if (node->items[0])
            expression(
                node->items[0],
                m_function && becomesList(*node->items[0], m_flow.functions().at(m_function).result)
                    ? Use::Elements
                    : Use::Value);
        break;
    case NodeKind::Assert:
        expression(node->items[0], Use::Truth);
        if (node->items[1])
            expression(node->items[1]);
        break;
    default: // what consists of expressions
        for (const NodePtr &item : node->items)
            if (item)
                expression(item);
        break;
    }
    m_statement = outer;
    m_conditional = conditional;
}

void AsyncWriter::assignment(const Node &node)
{
    const NodePtr &value = node.items.back();
    if (value) {
        const bool unpacks =
            node.kind == NodeKind::Assign &&
            (node.items[0]->kind == NodeKind::Tuple || node.items[0]->kind == NodeKind::List);
        const bool extends =
            node.kind == NodeKind::AugAssign && m_flow.type(*node.items[0]).is(RowType::Sequence);
        const bool mixes =
            node.kind == NodeKind::Assign && becomesList(*value, m_flow.type(*node.items[0]));
        expression(value, unpacks || extends || mixes ? Use::Elements : Use::Value);
    }
    const std::size_t targets = node.kind == NodeKind::Assign ? node.items.size() - 1 : 1;
    for (std::size_t i = 0; i < targets; ++i)
        target(node.items[i]);
}

/// A queryset that goes where lists come from elsewhere: it becomes one, too.
bool AsyncWriter::becomesList(const Node &value, const RowType &place)
{
    if (!m_flow.type(value).is(RowType::Rows) || !place.is(RowType::Sequence))
        return false;
    note(AsyncNote::Advice, value,
         u"this is fetched here, since what takes it gets lists from elsewhere"_s);
    return true;
}

/// What is assigned to. The object of `track.album = x` may have to be loaded, the attribute not.
void AsyncWriter::target(const NodePtr &node)
{
    switch (node->kind) {
    case NodeKind::Name:
        forget(node->name);
        return;
    case NodeKind::Attribute:
        expression(node->items[0], Use::Primary);
        m_loaded.remove(textOf(*node)); // its own value counts now
        return;
    case NodeKind::Subscript:
        expression(node->items[0], Use::Primary);
        expression(node->items[1]);
        return;
    default: // a tuple, a list, a starred one
        for (const NodePtr &item : node->items)
            target(item);
        return;
    }
}

void AsyncWriter::loop(const Node &node)
{
    if (node.kind == NodeKind::While) {
        ++m_conditional;
        expression(node.items[0], Use::Truth);
        --m_conditional;
    } else {
        const RowType rows = m_flow.type(*node.items[1]);
        if (isAwaited(rows)) {
            insert(node.span.begin, u"async "_s);
            ++m_iterations;
            awaited();
        } else if (rows.is(RowType::Unknown) && node.items[1]->kind == NodeKind::Name) {
            note(AsyncNote::Unseen, *node.items[1],
                 u"what '%1' holds does not show: if it is a queryset, write 'async for'"_s.arg(
                     node.items[1]->name));
        }
        expression(node.items[1]);
        target(node.items[0]);
    }
    const QSet<QString> loaded = m_loaded;
    Span inside = node.body.front()->span;
    inside.end = node.body.back()->span.end;
    m_loops.push_back(inside);
    body(node.body);
    m_loops.pop_back();
    m_loaded &= loaded;
    body(node.orelse);
    m_loaded &= loaded;
}

void AsyncWriter::branch(const NodePtr &node)
{
    expression(node->items[0], Use::Truth);
    const QSet<QString> loaded = m_loaded;
    body(node->body);
    const QSet<QString> after = m_loaded;
    m_loaded = loaded;
    const bool isElif = node->orelse.size() == 1 && node->orelse[0]->kind == NodeKind::If &&
                        m_text.source.mid(node->orelse[0]->span.begin, 4) == "elif"_L1;
    if (isElif) { // nothing can be put before it
        const Node *outer = m_statement;
        ++m_conditional;
        branch(node->orelse[0]);
        --m_conditional;
        m_statement = outer;
    } else {
        body(node->orelse);
    }
    m_loaded &= after;
}

/// `with atomic()`. Nothing else has a sync block.
void AsyncWriter::block(const Node &node)
{
    insert(node.span.begin, u"async "_s);
    ++m_blocks;
    awaited();
    for (std::size_t i = 0; i < node.items.size(); i += 2)
        expression(node.items[i]);
    ++m_transactions;
    body(node.body);
    --m_transactions;
}

void AsyncWriter::attempt(const Node &node)
{
    const QSet<QString> loaded = m_loaded;
    ++m_attempts;
    body(node.body);
    body(node.orelse);
    --m_attempts;
    m_loaded &= loaded;
    for (const NodePtr &handler : node.handlers) {
        body(handler->body);
        m_loaded &= loaded;
    }
    body(node.finalbody);
}

void AsyncWriter::function(const NodePtr &node)
{
    for (const Parameter &parameter : node->parameters)
        if (parameter.defaultValue)
            expression(parameter.defaultValue);
    const bool stays = staysSync(*node);
    const bool becomes = m_awaiting.contains(node.get()) && !stays;
    const NodePtr *atomic = nullptr;
    for (const NodePtr &decorator : node->decorators) {
        const Node &name = decorator->kind == NodeKind::Call ? *decorator->items[0] : *decorator;
        if (name.name == "atomic"_L1)
            atomic = &decorator;
        else
            expression(decorator);
    }
    if (becomes) {
        const int def = int(m_text.source.lastIndexOf("def"_L1, node->nameSpan.begin - 1));
        insert(def, u"async "_s);
    }
    const auto state = std::tuple(m_function, m_transactions, m_attempts, m_loaded, m_conditional);
    const std::vector<Span> loops = std::exchange(m_loops, {});
    m_function = node.get();
    m_attempts = 0;
    m_conditional = 0;
    m_transactions = atomic ? 1 : 0;
    const QString shift = m_shift;
    const bool muted = std::exchange(m_muted, m_muted || stays);
    if (atomic && becomes)
        atomicFunction(*node, *atomic);
    body(node->body);
    m_shift = shift;
    m_muted = muted;
    m_loops = loops;
    std::tie(m_function, m_transactions, m_attempts, m_loaded, m_conditional) = state;
}

/// @atomic would close its block before the coroutine starts: the block moves into the body.
void AsyncWriter::atomicFunction(const Node &node, const NodePtr &decorator)
{
    const NodePtr &first = node.body.front();
    int end = node.body.back()->span.end;
    while (m_text.source[end - 1].isSpace())
        --end;
    const QString inside = m_text.source.mid(first->span.begin, end - first->span.begin);
    if (!startsLine(*first) || inside.contains("\"\"\""_L1) || inside.contains("'''"_L1)) {
        note(AsyncNote::Left, *decorator,
             u"@atomic does not hold for a coroutine: put 'async with atomic()' into its body"_s);
        return;
    }
    const int at = int(m_text.source.lastIndexOf(u'@', decorator->span.begin));
    const int next = int(m_text.source.indexOf(u'\n', decorator->span.end)) + 1;
    replace(at, next + int(margin(node).size()), QString());
    const QString block =
        decorator->kind == NodeKind::Call ? textOf(*decorator) : textOf(*decorator) + u"()"_s;
    insert(first->span.begin, u"async with "_s + block + u":\n"_s + margin(*first) + u"    "_s);
    for (int line = int(m_text.source.indexOf(u'\n', first->span.begin)); line >= 0 && line < end;
         line = int(m_text.source.indexOf(u'\n', line + 1)))
        if (line + 1 < m_text.source.size() && m_text.source[line + 1] != u'\n')
            insert(line + 1, u"    "_s);
    m_shift += u"    "_s;
    ++m_blocks;
    awaited();
}

} // namespace heddle::advice
