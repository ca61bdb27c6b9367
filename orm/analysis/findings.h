#pragma once

#include "orm/trace/trace.h"

#include <QString>
#include <vector>

namespace heddle::analysis {

enum class FindingKind {
    NPlusOne,      // a relation was loaded row by row
    RepeatedQuery, // one place sent the same SQL many times
    RanInParallel, // statements of one run overlapped, and what that saved
};

enum class Severity { Problem, Hint, Good };

/// Something that a trace shows, as a value. Built from events alone, so that a saved trace gives
/// the same findings.
struct Finding {
    FindingKind kind = FindingKind::NPlusOne;
    Severity severity = Severity::Problem;
    QString message;     // a sentence
    QString cure;        // what to write instead: ".select_related('author')"; may be empty
    CallSite site;       // what asked
    CallSite origin;     // NPlusOne: where the queryset of the parent rows was written
    QByteArray relation; // NPlusOne
    int queries = 0;
    std::int64_t totalNs = 0;           // of these queries, from their start to their last row
    std::vector<std::uint64_t> records; // TraceRecord::id
};

/// In the order of the first query that they are about.
std::vector<Finding> findingsOf(const std::vector<TraceRecord> &records);

} // namespace heddle::analysis
