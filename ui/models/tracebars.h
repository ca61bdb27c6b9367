#pragma once

#include "orm/trace/trace.h"
#include "ui/models/typedindex.h"

#include <QString>
#include <cstdint>
#include <vector>

namespace heddle::ui {

/// What a bar stands for, in the order in which the more telling one wins when several fall on one
/// pixel.
enum class BarRole : std::uint8_t {
    Housekeeping, // pragmas, BEGIN, COMMIT, savepoints
    Read,
    Write,
    Implicit, // loaded because a row's relation was touched
    Failed,
    Await, // a coroutine that waits for others
    Sleep,
    LockWait,
};

/// Stood still for a lock, and whose: from the waiter's bar to the lane where the holder's
/// transaction was open.
struct TraceLockArrow {
    RecordIndex wait;
    LaneIndex holder;
    std::int64_t ns = 0; // when the wait began
};

/// One record on its lane. Times are monotonicNs().
struct TraceBar {
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
    RecordIndex record;
    GroupIndex group; // the N+1 group that it belongs to
    BarRole role = BarRole::Read;
};

/// Bars that do not overlap each other, ordered by start. A lane has more than one row only where
/// its bars overlap (awaits inside awaits, pipelined statements).
struct TraceRow {
    std::vector<TraceBar> bars;
    std::vector<std::int64_t>
        latestEndNs; // of all bars up to here: ordered, so that it can be searched
};

enum class BracketOutcome : std::uint8_t { Open, Committed, RolledBack, Failed };

/// A transaction (depth 0) or a savepoint inside one, from its BEGIN to what ended it.
struct TraceBracket {
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
    int depth = 0;
    BracketOutcome outcome = BracketOutcome::Open;
    RecordIndex begin;
    RecordIndex end;
    // From where to where bars and inner brackets lie in it, its own words apart. With none of
    // them, its end and its start.
    std::int64_t insideFirstNs = 0;
    std::int64_t insideLastNs = 0;
};

/// At least three implicit loads of one relation for the rows of one evaluation at one place in the
/// text: an N+1.
struct TraceGroup {
    LaneIndex lane;
    int row = 0;
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
    std::int64_t busyNs = 0; // sum of its bars
    std::vector<RecordIndex> records;
};

enum class LaneKind : std::uint8_t { Thread, Coroutine, Waiting, Worker };

struct TraceLane {
    LaneKind kind = LaneKind::Thread;
    QString name;
    std::vector<TraceRow> rows;
    std::vector<TraceBar> spans;        // whole cells and coroutines: drawn behind the rows
    std::vector<TraceBracket> brackets; // outer before inner
    bool hasGroups = false;

    struct Waiters {
        std::int64_t ns = 0;
        int count = 0; // from `ns` on
    };
    std::vector<Waiters> waiters; // the waiting lane only
    int mostWaiters = 0;
};

/// Where a record is drawn.
struct BarPlace {
    LaneIndex lane;
    int row = -1;
    int bar = -1;
    bool isValid() const { return lane.isValid() && row >= 0 && bar >= 0; }
    bool operator==(const BarPlace &) const = default;
};

/// The parts of a statement's life, as the bar shows them. A part that did not happen is empty.
struct BarPhases {
    std::int64_t waitStartNs = 0; // queued
    std::int64_t leasedNs = 0;
    std::int64_t sentNs = 0;     // server begins
    std::int64_t firstRowNs = 0; // rows begin
    std::int64_t lastRowNs = 0;  // decoding begins
    std::int64_t endNs = 0;
};
BarPhases phasesOf(const TraceRecord &record);

bool isStatement(TraceKind kind); // anything that was sent to the database
bool isQuery(TraceKind kind);     // what a summary counts: reads and writes

} // namespace heddle::ui
