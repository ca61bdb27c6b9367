#pragma once

#include "orm/notation/textedit.h"

namespace heddle::advice {

/// Where a text wrote a queryset: the chain that was evaluated, then the one that its first name
/// was set to, and so on to the manager. Empty if the text does not tell (a parameter, a list
/// element).
struct QuerySetSource {
    std::vector<notation::CallChain> chains;
    explicit operator bool() const { return !chains.empty(); }
    /// The calls of a method by name along the whole way, the last one applied first.
    notation::Nodes callsOf(const QString &method) const;
    /// The offset where a refinement may be inserted so that it reaches what was evaluated: right
    /// behind the name or the manager that the first chain starts from.
    int insertionPoint() const;
};

/// The queryset that is evaluated at a place: by a loop, by list() or len(), or by a method of it.
QuerySetSource querySetEvaluatedAt(const notation::ParseResult &parsed, const CallSite &site);

/// The offset of a line and column, which count code points from 1; -1: not in the text.
int offsetOf(const QString &source, const CallSite &site);

} // namespace heddle::advice
