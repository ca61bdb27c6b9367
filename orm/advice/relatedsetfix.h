#pragma once

#include "orm/advice/fixes.h"

namespace heddle::advice {

/// For a query on a related set per row: prefetch_related() of the whole set where the text asks
/// for all of it, and a Prefetch with the text's own filters under a name of its own where it asks
/// for some. Nothing where the filters depend on the row, or the text writes meanwhile.
std::optional<Fix> fixRelatedSet(const analysis::Finding &finding,
                                 const notation::ParseResult &parsed);

/// What to say where there is no edit: a plain prefetch_related() would not serve a narrowed set.
bool narrowsTheSet(const analysis::Finding &finding, const notation::ParseResult &parsed);

} // namespace heddle::advice
