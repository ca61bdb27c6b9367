#pragma once

#include "orm/notation/textedit.h"

#include <functional>

namespace heddle::advice {

/// A node and what is around it, the tree first.
struct Place {
    notation::NodePtr node;
    notation::Nodes around;
    /// The node right around it; null at the top.
    notation::NodePtr parent() const { return around.empty() ? nullptr : around.back(); }
    /// The same for the node that stands so many steps outward.
    Place outward(std::size_t steps) const;
};

/// All places that the predicate accepts, in no promised order.
std::vector<Place> placesWhere(const notation::NodePtr &tree,
                               const std::function<bool(const notation::Node &)> &accepts);

/// The source behind a node.
QString textOf(const notation::ParseResult &parsed, const notation::Node &node);
/// True for `name(...)`.
bool isCallOf(const notation::Node &node, const QString &name);
/// `base`, or with a number behind it, so that the text has no such word yet.
QString freshName(const notation::ParseResult &parsed, const QString &base);
/// A text as a literal, with the quotes that the source likes better.
QString quotedLike(const QString &text, const notation::ParseResult &parsed);
/// The blanks that a statement's line begins with; nothing if something else stands before it.
std::optional<QString> marginBefore(const notation::ParseResult &parsed,
                                    const notation::Node &statement);
/// Removes the `async` in front of a `for` whose target begins at that offset.
std::optional<notation::TextEdit> withoutAsync(const notation::ParseResult &parsed, int target);

/// Whether the text may write to the database behind an offset: saves, creates, deletes.
bool writesAfter(const notation::ParseResult &parsed, int offset);

/// What is said of the names that an expression reads: each is known (built in, imported) or set
/// once by a statement of the module that ends before the offset. Then the expression may be
/// evaluated there as well.
bool canMoveTo(const notation::ParseResult &parsed, const notation::Node &expression, int offset);
/// The same for a place right before a loop: no name that it reads is bound inside.
bool isFreeOf(const notation::Node &expression, const notation::NodePtr &loop);

/// The chain that starts at a reverse or many-to-many accessor of a row, or at a manager:
/// `row.book_set.filter(...).count()`.
struct MethodChain {
    Place start; // the accessor's Attribute
    Place top;   // all of the chain
    struct Method {
        QString name;
        notation::NodePtr call;
    };
    std::vector<Method> methods;
    bool isPlain = true; // methods and nothing else
};
MethodChain methodChainFrom(const Place &accessor);

} // namespace heddle::advice
