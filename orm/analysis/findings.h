#pragma once

#include "orm/analysis/finding.h"

namespace heddle::analysis {

/// All that a trace shows, in the order of the first query that each is about. Records may come in
/// any order. One finding stands for all that one line did wrong in one way.
std::vector<Finding> findingsOf(const std::vector<TraceRecord> &records);

} // namespace heddle::analysis
