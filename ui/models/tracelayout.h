#pragma once

#include "ui/models/tracebars.h"

namespace heddle::ui {

/// Lanes, rows and groups of a trace.
struct TraceLayout {
    std::vector<TraceLane> lanes;
    std::vector<TraceGroup> groups;
    std::vector<BarPlace> places; // one a record
    std::vector<TraceLockArrow> lockArrows;
    std::int64_t firstNs = 0;
    std::int64_t lastNs = 0;
};

/// Distributes records over lanes. Pure; time grows with n log n.
///
/// Sync statements stand on the lane of the thread that asked, for there they ran. Statements of
/// `a` calls stand on the lane of the worker and connection that ran them, and what they waited for
/// a connection adds to the waiting lane. Awaits and sleeps stand on their coroutine's lane.
TraceLayout layOutTrace(const std::vector<TraceRecord> &records);

} // namespace heddle::ui
