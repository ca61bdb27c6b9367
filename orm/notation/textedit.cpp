#include "orm/notation/textedit.h"

#include "orm/notation/walk.h"

#include <algorithm>

namespace heddle::notation {

std::optional<QString> apply(const QString &source, std::vector<TextEdit> edits)
{
    std::stable_sort(edits.begin(), edits.end(), [](const TextEdit &a, const TextEdit &b) {
        return a.span.begin != b.span.begin ? a.span.begin < b.span.begin : a.span.end < b.span.end;
    });
    QString out;
    int position = 0;
    for (const TextEdit &edit : edits) {
        if (edit.span.begin < position || edit.span.end < edit.span.begin ||
            edit.span.end > source.size())
            return std::nullopt;
        out += QStringView(source).mid(position, edit.span.begin - position);
        out += edit.replacement;
        position = edit.span.end;
    }
    out += QStringView(source).mid(position);
    return out;
}

bool isStatement(NodeKind kind)
{
    return kind >= NodeKind::Expr && kind != NodeKind::ExceptHandler && kind != NodeKind::Module;
}

namespace {

bool contains(const Span &span, int offset)
{
    return span.begin <= offset && offset <= span.end;
}

/// The child that a place is in. Where two touch it, the one with the place inside wins, then the
/// one that begins there.
NodePtr childAt(const Node &node, int offset)
{
    NodePtr found;
    forEachChild(node, [&](const NodePtr &child) {
        if (!contains(child->span, offset))
            return;
        const bool better = !found || (found->span.end == offset && child->span.end > offset) ||
                            (found->span.end == offset && child->span.begin == offset);
        if (better)
            found = child;
    });
    return found;
}

bool isLink(NodeKind kind)
{
    return kind == NodeKind::Attribute || kind == NodeKind::Call || kind == NodeKind::Subscript;
}

/// The expression that a statement is mostly about.
NodePtr valueOf(const Node &statement)
{
    switch (statement.kind) {
    case NodeKind::Expr:
    case NodeKind::Return:
        return statement.items[0];
    case NodeKind::Assign:
        return statement.items.back();
    case NodeKind::AugAssign:
    case NodeKind::For:
    case NodeKind::AsyncFor:
        return statement.items[1];
    case NodeKind::AnnAssign:
        return statement.items[2];
    default: // nothing that would be a queryset
        return nullptr;
    }
}

/// Back over blanks, and over the comment that a place is in.
int endOfTextBefore(const ParseResult &parsed, int offset)
{
    int place = std::clamp(offset, 0, int(parsed.source.size()));
    const auto next =
        std::upper_bound(parsed.comments.begin(), parsed.comments.end(), place,
                         [](int at, const Comment &comment) { return at < comment.span.begin; });
    if (next != parsed.comments.begin() && place <= (next - 1)->span.end)
        place = (next - 1)->span.begin;
    while (place > 0 && (parsed.source[place - 1] == u' ' || parsed.source[place - 1] == u'\t'))
        --place;
    return place;
}

void collectBefore(const Nodes &body, int offset, Nodes *out)
{
    for (const NodePtr &statement : body) {
        if (statement->span.end < offset) {
            out->push_back(statement);
            continue;
        }
        if (!contains(statement->span, offset))
            continue;
        for (const Nodes *block : {&statement->body, &statement->orelse, &statement->finalbody})
            if (!block->empty() && block->front()->span.begin <= offset &&
                offset <= block->back()->span.end)
                collectBefore(*block, offset, out);
        for (const NodePtr &handler : statement->handlers)
            if (contains(handler->span, offset))
                collectBefore(handler->body, offset, out);
    }
}

} // namespace

std::vector<NodePtr> pathAt(const NodePtr &tree, int offset)
{
    std::vector<NodePtr> path;
    for (NodePtr node = tree; node && contains(node->span, offset); node = childAt(*node, offset))
        path.push_back(node);
    return path;
}

NodePtr nodeAt(const NodePtr &tree, int offset)
{
    const std::vector<NodePtr> path = pathAt(tree, offset);
    return path.empty() ? nullptr : path.back();
}

NodePtr enclosingStatement(const NodePtr &tree, int offset)
{
    const std::vector<NodePtr> path = pathAt(tree, offset);
    const auto found = std::find_if(path.rbegin(), path.rend(),
                                    [](const NodePtr &node) { return isStatement(node->kind); });
    return found == path.rend() ? nullptr : *found;
}

CallChain chainOf(const NodePtr &expression)
{
    CallChain chain;
    NodePtr node = expression;
    while (node && node->kind == NodeKind::Await)
        node = node->items[0];
    for (; node && isLink(node->kind); node = node->items[0])
        chain.links.push_back(node);
    if (!node || node->kind != NodeKind::Name || chain.links.empty())
        return {};
    std::reverse(chain.links.begin(), chain.links.end());
    chain.root = node;
    return chain;
}

CallChain chainAt(const ParseResult &parsed, int offset, ChainChoice choice)
{
    std::vector<NodePtr> path = pathAt(parsed.tree, offset);
    const auto innermostStatement = [&path] {
        return std::find_if(path.rbegin(), path.rend(),
                            [](const NodePtr &node) { return isStatement(node->kind); });
    };
    auto statement = innermostStatement();
    if (statement == path.rend()) {
        path = pathAt(parsed.tree, endOfTextBefore(parsed, offset));
        statement = innermostStatement();
    }
    CallChain found;
    bool inChain = false; // the node before was a link of the chain that was found last
    for (auto node = statement == path.rend() ? path.begin() : statement.base(); node != path.end();
         ++node) {
        const bool link = isLink((*node)->kind);
        // Going inward along one chain, from call to callee, it stays the same chain; its arguments
        // start others.
        const bool continues =
            inChain && link && node != path.begin() && (*(node - 1))->items[0] == *node;
        inChain = link;
        if (!link || continues)
            continue;
        if (CallChain chain = chainOf(*node)) {
            found = std::move(chain);
            if (choice == ChainChoice::Outermost)
                return found;
        }
    }
    if (!found && statement != path.rend())
        found = chainOf(valueOf(**statement));
    return found;
}

Nodes statementsBefore(const NodePtr &tree, int offset)
{
    Nodes out;
    if (tree)
        collectBefore(tree->body, offset, &out);
    return out;
}

} // namespace heddle::notation
