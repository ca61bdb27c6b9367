#pragma once

#include "orm/query/query.h"

namespace heddle::detail {

// What a query refuses once some step was taken: Django's exceptions and sentences.

/// After union() and its siblings. Throws NotSupportedError.
void refuseCombined(const Query &query, const char *method);
/// After a slice. Throws TypeError with `message`.
void refuseSliced(const Query &query, const char *message);
/// After values() or values_list(). Throws TypeError.
void refuseValues(const Query &query, const char *method);
bool isValues(ResultKind kind);

} // namespace heddle::detail
