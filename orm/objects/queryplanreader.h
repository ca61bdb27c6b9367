#pragma once

#include "orm/objects/queryplan.h"

namespace heddle::detail {

/// What a database's EXPLAIN answered, as texts. Which database it was shows in the columns.
struct ExplainAnswer {
    std::vector<QString> columns;
    std::vector<QStringList> rows;
};

/// Throws InternalError for an answer of a kind that it does not know.
QueryPlan readQueryPlan(const ExplainAnswer &answer);
/// Sets the remarks of all nodes.
void addRemarks(QueryPlan &plan);

} // namespace heddle::detail
