#pragma once

#include "orm/execution/plan.h"
#include "orm/objects/prefetch.h"
#include "orm/objects/typedrows.h"

namespace heddle::detail {

/// Some objects of one struct, wherever they lie; they stay there until the plan has ended.
struct TypedObjects {
    TypedModel *model = nullptr;
    std::vector<char *> at;
};
TypedObjects objectsIn(TypedRows &rows, const RowType &type);

/// prefetchRelated() for structs: one query a step of a path, whatever the number of objects. The
/// rows go straight from the batches into the members that stand for them; it asks the same
/// questions in the same order as prefetchPlan() for records.
Plan<bool> prefetchPlan(Database database, TypedObjects objects, std::vector<PrefetchSpec> specs,
                        CallSite origin);

} // namespace heddle::detail
