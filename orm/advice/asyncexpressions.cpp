#include "orm/advice/asyncwriter.h"
#include "orm/notation/walk.h"

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

bool isChain(const Node &node)
{
    return node.kind == NodeKind::Name || node.kind == NodeKind::Attribute ||
           node.kind == NodeKind::Call || node.kind == NodeKind::Subscript;
}

} // namespace

/// What is written before and behind an expression; in parentheses where something is done with
/// the result at once.
void AsyncWriter::open(const NodePtr &node, Use use, const QString &words)
{
    const bool parentheses = use == Use::Primary && !node->parenthesized;
    insert(node->span.begin, (parentheses ? u"("_s : QString()) + words);
}

void AsyncWriter::close(const NodePtr &node, Use use, const QString &words)
{
    const bool parentheses = use == Use::Primary && !node->parenthesized;
    if (parentheses || !words.isEmpty())
        insert(node->span.end, words + (parentheses ? u")"_s : QString()));
}

/// Runs a walk and takes back what it wrote.
bool AsyncWriter::awaitsIn(const std::function<void()> &walk)
{
    const AsyncWriter before = *this;
    walk();
    const bool any = m_awaits != before.m_awaits;
    m_out = before.m_out;
    m_found = before.m_found;
    m_joins = before.m_joins;
    m_prefetches = before.m_prefetches;
    m_only = before.m_only;
    m_defer = before.m_defer;
    m_loaded = before.m_loaded;
    m_imports = before.m_imports;
    m_awaits = before.m_awaits;
    m_calls = before.m_calls;
    m_iterations = before.m_iterations;
    m_gathers = before.m_gathers;
    m_blocks = before.m_blocks;
    return any;
}

void AsyncWriter::expression(const NodePtr &node, Use use)
{
    if (!node)
        return;
    const RowType type = m_flow.type(*node);
    const bool isQuery = type.is(RowType::Rows) && type.evaluated != RowType::Yes;
    const bool isStream = type.is(RowType::Stream) && use == Use::Elements;
    if ((isQuery && use != Use::Value && use != Use::Primary) || isStream) {
        fetch(node, use);
        return;
    }
    switch (node->kind) {
    case NodeKind::Attribute:
        attribute(node);
        return;
    case NodeKind::Call:
        call(node, use);
        return;
    case NodeKind::Subscript:
        subscript(node);
        return;
    case NodeKind::BoolOp:
    case NodeKind::IfExp:
        choice(node, use);
        return;
    case NodeKind::ListComp:
    case NodeKind::SetComp:
    case NodeKind::DictComp:
    case NodeKind::GeneratorExp:
        comprehension(node, use);
        return;
    case NodeKind::FormattedValue:
        formatted(*node);
        return;
    case NodeKind::UnaryOp:
        expression(node->items[0], node->op == "not"_L1 ? Use::Truth : Use::Value);
        return;
    case NodeKind::Compare:
        expression(node->items[0]);
        for (std::size_t i = 1; i < node->items.size(); ++i)
            expression(node->items[i],
                       node->ops[qsizetype(i) - 1].endsWith("in"_L1) ? Use::Elements : Use::Value);
        return;
    case NodeKind::BinOp: { // "%s" % rows
        const NodePtr &right = node->items[1];
        const bool isText = node->op == "%"_L1;
        expression(node->items[0]);
        if (isText && right->kind == NodeKind::Tuple)
            for (const NodePtr &item : right->items)
                expression(item, Use::Text);
        else
            expression(right, isText ? Use::Text : Use::Value);
        return;
    }
    case NodeKind::Starred:
        expression(node->items[0], Use::Elements);
        return;
    case NodeKind::Await: // its coroutine is asynchronous already
        return;
    default: // a display, an operation: what it consists of is kept
        forEachChild(*node, [this](const NodePtr &child) { expression(child); });
        return;
    }
}

/// Rows that the sync text fetched in passing.
void AsyncWriter::fetch(const NodePtr &node, Use use)
{
    const bool isHeld = node->kind == NodeKind::Name && m_flow.reads(node->name) > 1;
    if (use == Use::Truth && m_flow.type(*node).optional && node->kind == NodeKind::Name) {
        insert(node->span.begin, u"("_s + node->name + u" is not None and "_s);
        fetch(node, isHeld ? Use::Elements : Use::Length);
        insert(node->span.end, u")"_s);
        return;
    }
    const bool onlyAsks = use == Use::Truth || use == Use::Length;
    if (onlyAsks && !isHeld && isChain(*node)) { // nobody will look at the rows
        insert(node->span.begin, u"await "_s);
        expression(node, Use::Primary);
        insert(node->span.end, use == Use::Truth ? u".aexists()"_s : u".acount()"_s);
        ++m_calls;
        awaited();
        return;
    }
    if (use == Use::Text) {
        print(node, Use::Value);
        return;
    }
    const bool parentheses = !isChain(*node) && !node->parenthesized;
    insert(node->span.begin, u"[row async for row in "_s + (parentheses ? u"("_s : QString()));
    expression(node);
    insert(node->span.end, (parentheses ? u")]"_s : u"]"_s));
    ++m_iterations;
    awaited();
}

/// A queryset's text is made of its first rows.
void AsyncWriter::print(const NodePtr &node, Use use)
{
    if (m_transactions > 0) {
        note(AsyncNote::Left, *node,
             u"printing a queryset fetches it: print [row async for row in ...] instead"_s);
        expression(node);
        return;
    }
    m_imports.insert(u"from asgiref.sync import sync_to_async"_s);
    const bool parentheses = use == Use::Primary;
    insert(node->span.begin,
           (parentheses ? u"(await "_s : u"await "_s) + u"sync_to_async(repr)("_s);
    expression(node);
    insert(node->span.end, parentheses ? u"))"_s : u")"_s);
    ++m_calls;
    awaited();
}

void AsyncWriter::choice(const NodePtr &node, Use use)
{
    const bool isChoice = node->kind == NodeKind::IfExp;
    const Use whole = use == Use::Primary || use == Use::Text ? Use::Value : use;
    const bool lists = !isChoice && use != Use::Truth && m_flow.givesList(*node);
    if (!isChoice && use != Use::Truth && m_flow.type(*node).is(RowType::Rows) &&
        m_flow.isHeldOrOther(*node)) { // rows or others: both stay querysets
        const NodePtr &rows = node->items[0], &other = node->items[1];
        insert(node->span.begin, node->parenthesized ? QString() : u"("_s);
        replace(rows->span.end, other->span.begin,
                (m_flow.type(*rows).optional
                     ? u" if %1 is not None and [row async for row in %1] else "_s
                     : u" if [row async for row in %1] else "_s)
                    .arg(textOf(*rows)));
        ++m_conditional;
        expression(other);
        --m_conditional;
        insert(node->span.end, node->parenthesized ? QString() : u")"_s);
        ++m_iterations;
        awaited();
        return;
    }
    for (std::size_t i = 0; i < node->items.size(); ++i) {
        const bool tested = isChoice ? i == 0 : i + 1 < node->items.size();
        m_conditional += i > 0 ? 1 : 0;
        // What is tested and handed on is fetched once, and the list takes its place.
        const Use part = isChoice && tested ? Use::Truth : lists ? Use::Elements : whole;
        expression(node->items[i], part);
        m_conditional -= i > 0 ? 1 : 0;
    }
}

/// rows[3] asks for one row, rows[:3] for none yet, rows[::2] for all at once.
void AsyncWriter::subscript(const NodePtr &node)
{
    const NodePtr &base = node->items[0], &index = node->items[1];
    const RowType rows = m_flow.type(*base);
    const bool isQuery = rows.is(RowType::Rows) && rows.evaluated != RowType::Yes;
    const bool isSlice = index->kind == NodeKind::Slice;
    const bool steps = isSlice && index->items[2];
    if (!isQuery || (isSlice && !steps)) {
        expression(base, Use::Primary);
        if (isQuery && rows.evaluated == RowType::Perhaps)
            insert(base->span.end, u".all()"_s); // a list, if it was fetched before
        expression(index);
        return;
    }
    const QString again = rows.evaluated == RowType::Perhaps ? u".all()"_s : QString();
    insert(node->span.begin, u"[row async for row in "_s);
    expression(base, Use::Primary);
    insert(base->span.end, again);
    if (steps) { // rows[1:9:2]: the slice without its step, and the step on the list
        expression(index->items[0]);
        expression(index->items[1]);
        const int end = index->items[1]   ? index->items[1]->span.end
                        : index->items[0] ? index->items[0]->span.end + 1
                                          : index->span.begin + 1;
        replace(end, node->span.end, u"]][::"_s + textOf(*index->items[2]) + u"]"_s);
    } else {
        const QString at = textOf(*index);
        const bool isNumber =
            index->kind == NodeKind::Constant && index->value.type() == Value::Type::Int;
        const QString next =
            isNumber ? QString::number(index->value.asInt() + 1)
                     : (index->kind == NodeKind::Name ? at : u'(' + at + u')') + u" + 1"_s;
        expression(index);
        insert(index->span.end, u':' + next);
        insert(node->span.end, u"][0]"_s);
    }
    ++m_iterations;
    awaited();
}

void AsyncWriter::formatted(const Node &node)
{
    const bool isText = node.items.size() == 1 && node.op != "a"_L1;
    const RowType type = m_flow.type(*node.items[0]);
    expression(node.items[0], isText ? Use::Text : Use::Value);
    if (isText && node.op == "r"_L1 && type.is(RowType::Rows) && m_transactions == 0 &&
        type.evaluated != RowType::Yes) { // repr() is asked for already
        const int mark = int(m_text.source.indexOf("!r"_L1, node.items[0]->span.end));
        replace(mark, mark + 2, QString());
    }
    if (node.items.size() > 1)
        expression(node.items[1]);
}

/// `for` becomes `async for` where rows are walked through. A generator that would have to wait
/// becomes a list: what takes it cannot wait.
void AsyncWriter::comprehension(const NodePtr &node, Use use)
{
    if (node->kind != NodeKind::GeneratorExp || !awaitsIn([&] { parts(*node, First::Async); })) {
        parts(*node, First::Async);
        return;
    }
    const bool ownBrackets = m_text.source[node->span.begin] == u'(';
    if (use == Use::Elements && ownBrackets) { // sum(x for x in y): they are the call's
        insert(node->span.begin + 1, u"["_s);
        parts(*node, First::Async);
        insert(node->span.end - 1, u"]"_s);
        return;
    }
    if (!awaitsIn([&] { parts(*node, First::Leave); })) { // only its rows have to be fetched
        parts(*node, First::Fetch);
        return;
    }
    replace(node->span.begin, node->span.begin + 1, u"["_s);
    parts(*node, First::Async);
    replace(node->span.end - 1, node->span.end, u"]"_s);
    note(AsyncNote::Advice, *node, u"this generator became a list: it is made at once"_s);
}

void AsyncWriter::parts(const Node &node, First first)
{
    const QSet<QString> loaded = m_loaded;
    const int conditional = m_conditional;
    for (std::size_t i = 0; i < node.generators.size(); ++i) {
        const Comprehension &part = node.generators[i];
        m_conditional = conditional + (i > 0 ? 1 : 0); // the first iterable is evaluated before all
        if (i > 0 || first == First::Async)
            iteration(part);
        else if (first == First::Fetch)
            expression(part.iterable, Use::Elements);
        m_conditional = conditional + 1;
        target(part.target);
        for (const NodePtr &condition : part.conditions)
            expression(condition, Use::Truth);
    }
    expression(node.items[0]);
    if (node.kind == NodeKind::DictComp)
        expression(node.items[1]);
    m_conditional = conditional;
    m_loaded = loaded;
}

void AsyncWriter::iteration(const Comprehension &part)
{
    if (!part.async && isAwaited(m_flow.type(*part.iterable))) {
        const int keyword = int(m_text.source.lastIndexOf("for"_L1, part.target->span.begin - 1));
        insert(keyword, u"async "_s);
        ++m_iterations;
        awaited();
    }
    expression(part.iterable);
}

/// Whether walking through it waits for the database. What was prefetched is there.
bool AsyncWriter::isAwaited(const RowType &rows)
{
    const bool prefetched =
        rows.evaluated == RowType::Yes && rows.shape && rows.shape->parents != nullptr;
    return (rows.is(RowType::Rows) && !prefetched) || rows.is(RowType::Stream);
}

} // namespace heddle::advice
