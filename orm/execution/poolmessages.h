#pragma once

#include "orm/execution/lease.h"
#include "orm/values/errors.h"

namespace heddle::detail {

/// What a pool says when it has been shut down.
OperationalError poolClosed(const PoolOptions &options);
/// What a pool says when no connection can be had: its size, who waits, and who has held a
/// connection for longest (`oldest`, if sinceNs is not 0).
PoolExhausted poolExhausted(const QString &what, const PoolOptions &options, std::size_t waiting,
                            const Lease::Holder &oldest);
/// The first half of that for a plan that has waited too long.
QString waitedTooLong(const PoolOptions &options);

/// The error that is being handled, for whoever asked: an OperationalError in place of what is
/// thrown when memory runs out, which tells nobody that it was their rows.
std::exception_ptr currentError();

} // namespace heddle::detail
