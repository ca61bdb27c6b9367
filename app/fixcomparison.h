#pragma once

#include "orm/objects/database.h"
#include "orm/script/workbookrunner.h"
#include "ui/findings/findingsview.h"

#include <atomic>

namespace heddle::app {

/// Cells of one text, of which the last is measured; the others give it its names.
struct MeasuredCells {
    std::vector<script::CellSource> cells;
};

/// The cell that a line is in, with all that it needs; empty if the line is in none. `cells` must
/// know what they depend on.
MeasuredCells cellsFor(const std::vector<script::CellSource> &cells, int line);

/// Why these cells must not be run a second time just to look; empty if they only read.
QString whyNotRunAgain(const MeasuredCells &cells, const ModelRegistry &models);

/// The first run of a text pays for caches that the second finds filled, so each text has two.
inline constexpr int comparisonRuns = 4;

/// What a comparison runs on, and who hears of it.
struct ComparedOn {
    Database database;
    std::shared_ptr<TraceRecorder> recorder; // the one that listens to the database
    std::uint32_t firstRun = 0;              // of comparisonRuns numbers that are its own
    LoadMode loadMode = LoadMode::One;
    int workers = 1;
};

/// Runs both, in turns and each on its own, and compares what they print, give and ask. Waits for
/// the database: never for the GUI thread. Ends soon once `stop` is set.
ui::FixComparison compareFix(const ComparedOn &on, const MeasuredCells &before,
                             const MeasuredCells &after, const std::atomic<bool> &stop);

} // namespace heddle::app
