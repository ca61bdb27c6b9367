#include "orm/advice/querysetsource.h"

#include "orm/notation/sourcemap.h"

#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

namespace {

// A name that is set from a name that is set from ... is followed no further.
constexpr int longestWay = 20;

bool isManager(const NodePtr &link)
{
    return link->kind == NodeKind::Attribute &&
           (link->name == "objects"_L1 || link->name.endsWith("_set"_L1));
}

/// What list(x), enumerate(x) or `await x` take their rows from; the expression itself if it is
/// none of these.
NodePtr unwrapped(NodePtr expression)
{
    static const QStringList takers = {u"list"_s, u"tuple"_s,     u"sorted"_s,
                                       u"set"_s,  u"enumerate"_s, u"reversed"_s,
                                       u"iter"_s, u"len"_s,       u"bool"_s};
    while (expression) {
        if (expression->kind == NodeKind::Await) {
            expression = expression->items[0];
        } else if (expression->kind == NodeKind::Call &&
                   expression->items[0]->kind == NodeKind::Name &&
                   takers.contains(expression->items[0]->name) && !expression->arguments.empty()) {
            expression = expression->arguments[0].value;
        } else if (expression->kind == NodeKind::ListComp && expression->generators.size() == 1) {
            expression = expression->generators[0].iterable; // [row async for row in rows]
        } else {
            break;
        }
    }
    return expression;
}

/// What a name was last set to before a place, as far as straight assignments tell.
NodePtr valueBefore(const NodePtr &tree, const QString &name, int offset)
{
    const Nodes before = statementsBefore(tree, offset);
    for (auto it = before.rbegin(); it != before.rend(); ++it) {
        const NodePtr &statement = *it;
        if (statement->kind != NodeKind::Assign)
            continue;
        for (std::size_t i = 0; i + 1 < statement->items.size(); ++i)
            if (statement->items[i]->kind == NodeKind::Name && statement->items[i]->name == name)
                return statement->items.back();
    }
    return {};
}

/// The rows' expression at a place: of the loop, the comprehension, or the chain that stands there.
NodePtr expressionAt(const ParseResult &parsed, int offset)
{
    const std::vector<NodePtr> path = pathAt(parsed.tree, offset);
    for (auto it = path.rbegin(); it != path.rend(); ++it) {
        const Node &node = **it;
        if (node.kind == NodeKind::For || node.kind == NodeKind::AsyncFor)
            return node.items[1];
        if (!node.generators.empty()) {
            for (const Comprehension &part : node.generators)
                if (part.iterable->span.begin <= offset && offset <= part.iterable->span.end)
                    return part.iterable;
            return node.generators.front().iterable;
        }
        if (isStatement(node.kind))
            break;
    }
    const CallChain chain = chainAt(parsed, offset);
    if (chain)
        return chain.expression();
    const NodePtr statement = enclosingStatement(parsed.tree, offset);
    return statement && !statement->items.empty() ? statement->items.back() : NodePtr();
}

/// The chain without the terminal calls behind the rows, up to the queryset: all of it serves.
CallChain chainFor(const NodePtr &expression)
{
    if (expression->kind == NodeKind::Name) {
        CallChain chain;
        chain.root = expression;
        return chain;
    }
    return chainOf(expression);
}

bool startsAtManager(const CallChain &chain)
{
    return std::any_of(chain.links.begin(), chain.links.end(), isManager);
}

} // namespace

int offsetOf(const QString &source, const CallSite &site)
{
    const SourceMap map(source);
    if (site.line < 1 || site.line > map.lineCount())
        return -1;
    int offset = map.lineStart(site.line);
    for (int column = 1; column < site.column && offset < map.lineEnd(site.line); ++column)
        offset += source[offset].isHighSurrogate() ? 2 : 1;
    return offset;
}

QuerySetSource querySetEvaluatedAt(const ParseResult &parsed, const CallSite &site)
{
    QuerySetSource source;
    const int offset = offsetOf(parsed.source, site);
    if (offset < 0)
        return source;
    NodePtr expression = unwrapped(expressionAt(parsed, offset));
    for (int i = 0; expression && i < longestWay; ++i) {
        const CallChain chain = chainFor(expression);
        if (!chain.root)
            return {};
        if (!chain.links.empty())
            source.chains.push_back(chain);
        if (startsAtManager(chain))
            return source;
        expression = unwrapped(valueBefore(parsed.tree, chain.root->name, chain.root->span.begin));
    }
    return {};
}

Nodes QuerySetSource::callsOf(const QString &method) const
{
    Nodes calls;
    for (const CallChain &chain : chains)
        for (auto link = chain.links.rbegin(); link != chain.links.rend(); ++link)
            if ((*link)->kind == NodeKind::Call && (*link)->items[0]->kind == NodeKind::Attribute &&
                (*link)->items[0]->name == method)
                calls.push_back(*link);
    return calls;
}

int QuerySetSource::insertionPoint() const
{
    const CallChain &chain = chains.front();
    // The last manager: of `a.b_set` the rows are those of b_set.
    const auto manager = std::find_if(chain.links.rbegin(), chain.links.rend(), isManager);
    return manager == chain.links.rend() ? chain.root->span.end : (*manager)->span.end;
}

} // namespace heddle::advice
