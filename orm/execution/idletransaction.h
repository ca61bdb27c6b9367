#pragma once

#include "orm/execution/runner.h"

namespace heddle::detail {

/// What whoever joins a transaction is told after it did nothing for too long.
QString idleTransactionText(const PoolOptions &options);
/// Rolls back what is open on the connection that runs it, because of `why`.
std::unique_ptr<Runner::JobBase> endIdleTransaction(const QString &why);

} // namespace heddle::detail
