#pragma once

#include "orm/notation/syntax.h"

namespace heddle::notation {

/// Whether two trees mean the same: kinds, names, operators, values and structure. Spans, comments,
/// the spelling of literals and needless parentheses do not count. 1 and 1.0 and True differ, as
/// they do in a text.
bool sameTree(const Node &a, const Node &b);
bool sameTree(const NodePtr &a, const NodePtr &b);

} // namespace heddle::notation
