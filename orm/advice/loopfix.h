#pragma once

#include "orm/advice/fixes.h"

namespace heddle::advice {

/// Objects that a loop gets one by one by their keys: in_bulk() before the loop.
std::optional<Fix> fixByHand(const analysis::Finding &finding, const notation::ParseResult &parsed);
/// A question that a loop asks again and again: its answer in a name before the loop.
std::optional<Fix> fixRepeated(const analysis::Finding &finding,
                               const notation::ParseResult &parsed);

} // namespace heddle::advice
