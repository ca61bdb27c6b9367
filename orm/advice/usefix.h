#pragma once

#include "orm/advice/fixes.h"

namespace heddle::advice {

/// Leaves what nobody reads out of select_related() or prefetch_related().
std::optional<Fix> fixUnusedEagerLoad(const analysis::Finding &finding,
                                      const notation::ParseResult &parsed);
/// Names the unread columns in a defer().
std::optional<Fix> fixUnusedColumns(const analysis::Finding &finding,
                                    const notation::ParseResult &parsed);
/// len(rows) -> rows.count().
std::optional<Fix> fixLenForCount(const analysis::Finding &finding,
                                  const notation::ParseResult &parsed);
/// if rows: -> if rows.exists():
std::optional<Fix> fixListForExists(const analysis::Finding &finding,
                                    const notation::ParseResult &parsed);
/// rows.count() -> len(rows), where the rows are fetched afterwards anyway.
std::optional<Fix> fixCountThenList(const analysis::Finding &finding,
                                    const notation::ParseResult &parsed);

} // namespace heddle::advice
