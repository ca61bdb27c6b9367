#pragma once

#include "orm/execution/runner.h"
#include "orm/objects/typedcore.h"
#include "orm/sql/compiledquery.h"

namespace heddle::detail {

/// One question for rows, compiled, and what its rows are to become.
struct TypedRead {
    Database database;
    Query query; // as the user made it, for messages, load mode and prefetches
    CompiledQuery compiled;
    const RowType *type = nullptr;
    Expect expect = Expect::Any;
    CallSite origin;
};

/// Compiles `wanted`, which get() and its like made of `query`; notes the time and the label in
/// `context`.
TypedRead typedRead(const Database &database, const Query &query, const Query &wanted,
                    Expect expect, const RowType *type, PlanContext &context);

/// Reads the rows, and what prefetchRelated() asks for beside them. Batches become objects as they
/// arrive: what is held of a large result is the objects alone. Expect::One: throws DoesNotExist or
/// MultipleObjectsReturned for any other number.
Plan<RowsPtr> typedRowsPlan(TypedRead read);

/// The rows of several questions, one after another.
Plan<RowsPtr> typedPartsPlan(const RowType *type, std::vector<TypedRead> parts);

} // namespace heddle::detail
