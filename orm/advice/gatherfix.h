#pragma once

#include "orm/advice/fixes.h"

namespace heddle::advice {

/// Awaits a series of independent awaits together. Should more than one of them fail, the error is
/// that of the first in time, no longer of the first in the text.
std::optional<Fix> fixSerialAwaits(const analysis::Finding &finding,
                                   const notation::ParseResult &parsed);

} // namespace heddle::advice
