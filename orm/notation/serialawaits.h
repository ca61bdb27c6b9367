#pragma once

#include "orm/notation/syntax.h"

namespace heddle::notation {

/// Statements in a row, each `NAME = await ...`, that need nothing of each other: none reads what
/// another one binds, and none writes. They could be awaited together.
struct AwaitSeries {
    Nodes statements; // at least two, in source order
};

/// All series of a text: of its own statements and of those in its blocks and functions. What the
/// text does not show (a call of something unknown, raw SQL) ends a series; so do transactions,
/// whose statements share one connection, and `try`, where the order of failures counts.
std::vector<AwaitSeries> awaitSeries(const Node &module);

} // namespace heddle::notation
