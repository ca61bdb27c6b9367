#pragma once

#include "orm/objects/operations.h"
#include "orm/objects/typedcore.h"

namespace heddle {

/// The database's own words for explain(), and whether they are on.
using ExplainOptions = std::vector<std::pair<QString, bool>>;

namespace detail {

/// raw() for structs: operations::raw(), whose rows become objects. Members without a column keep
/// the values that the struct gives them.
Operation<RowsPtr> rawOperation(const QueryCore &core, const QString &sql,
                                const RawParameters &parameters, const CallInfo &call);

} // namespace detail
} // namespace heddle
