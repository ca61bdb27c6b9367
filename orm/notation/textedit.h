#pragma once

#include "orm/notation/syntax.h"

namespace heddle::notation {

/// A stretch of a text and what shall stand there instead. An empty span inserts, an empty
/// replacement deletes. Only the offsets of the span count.
struct TextEdit {
    Span span;
    QString replacement;
    bool operator==(const TextEdit &other) const
    {
        return span.begin == other.span.begin && span.end == other.span.end &&
               replacement == other.replacement;
    }
};

/// The text after all edits, which may come in any order and all count in the old text. Two
/// insertions at one place keep their order. Nothing if two edits overlap or one lies outside of
/// the text.
std::optional<QString> apply(const QString &source, std::vector<TextEdit> edits);

/// The nodes around a place between two characters, outermost (the tree itself) first. A node
/// contains the places at both its ends. Empty if the tree does not contain it.
std::vector<NodePtr> pathAt(const NodePtr &tree, int offset);
/// The innermost node there, or null.
NodePtr nodeAt(const NodePtr &tree, int offset);
/// The innermost statement there, or null.
NodePtr enclosingStatement(const NodePtr &tree, int offset);
/// True for the kinds that stand in a body.
bool isStatement(NodeKind kind);

/// Book.objects.filter(...).order_by(...)[:5]: attributes, calls and subscripts on top of one name.
struct CallChain {
    NodePtr root; // the Name
    Nodes links;  // from the root outward: Attribute, Call, Subscript; never empty
    NodePtr expression() const { return links.back(); }
    explicit operator bool() const { return root != nullptr; }
};

enum class ChainChoice {
    Innermost, // the chain that the place itself is in: an argument's, if it is in an argument
    Outermost, // the largest of the statement around the place
};

/// The chain around a place. Behind the end of a line the line's end counts; where the place is in
/// the statement but in no chain (at the "q" of q = Book.objects.all()), the statement's value
/// counts.
CallChain chainAt(const ParseResult &parsed, int offset,
                  ChainChoice choice = ChainChoice::Outermost);
/// The expression as a chain; an empty one if it is none. `await` is looked through.
CallChain chainOf(const NodePtr &expression);

/// What has run when the statement at a place starts, if nothing jumps: the statements that end
/// before it, of the module and of each block around it, in source order. Blocks that do not
/// contain the place count as one statement.
Nodes statementsBefore(const NodePtr &tree, int offset);

} // namespace heddle::notation
