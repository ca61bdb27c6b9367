#pragma once

#include "orm/execution/plan.h"
#include "orm/objects/record.h"

namespace heddle {

/// Carries out prefetch_related() on rows that have just come: one query a step of a path, whatever
/// the number of rows, and the objects find what belongs to them. Steps that two paths share are
/// asked once.
Plan<bool> prefetchPlan(ResultSetPtr rows, std::vector<PrefetchSpec> specs);

/// The specs that are in force at the end of a query's steps.
std::vector<PrefetchSpec> prefetchesOf(const Query &query);

} // namespace heddle
