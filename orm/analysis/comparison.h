#pragma once

#include "orm/trace/trace.h"

#include <map>
#include <vector>

namespace heddle::analysis {

/// What queries cost together.
struct RunFigures {
    int queries = 0;
    std::int64_t ns = 0; // from asked to answered, summed up: waiting counts
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    bool operator==(const RunFigures &) const = default;
};

/// One text of SQL, as one line of two runs asked it.
struct ComparedStatement {
    QByteArray label, sql;
    RunFigures before, after;
    /// Indices into the records, in the order in which they were asked: the n-th of one belongs to
    /// the n-th of the other.
    std::vector<int> beforeRecords, afterRecords;
};

/// What one line of the text asked in two runs.
struct ComparedLine {
    int line = 0; // in the later run's text; 0: it has no such line (or nobody knows the place)
    int lineBefore = 0; // in the earlier run's
    RunFigures before, after;
    std::vector<ComparedStatement> statements; // in the order in which they were first asked
};

struct RunComparison {
    RunFigures before, after;
    /// From the first moment of a run to its last.
    std::int64_t wallBefore = 0, wallAfter = 0;
    std::vector<ComparedLine> lines; // in the order of the later text
};

/// Reads and writes of two runs, aligned by where they were asked: line and SQL. `moved`: the lines
/// of the earlier text that are others in the later one; 0 says that a line is gone. Lines that are
/// not in it are the same. advice::movedLines() tells it of two texts.
RunComparison compareRuns(const std::vector<TraceRecord> &before,
                          const std::vector<TraceRecord> &after,
                          const std::map<int, int> &moved = {});

/// The first moment of a run; 0 for an empty one.
std::int64_t runStart(const std::vector<TraceRecord> &records);

} // namespace heddle::analysis
