#pragma once

#include "orm/script/interpreter.h"
#include "orm/script/manualtransaction.h"
#include "orm/script/resultview.h"

#include <QString>
#include <functional>
#include <memory>
#include <vector>

namespace heddle::script {

/// One code cell to run.
struct CellSource {
    int id = 0;        // the caller's own number, handed back in every callback
    QString title;     // for the timeline
    QString source;    // only the cell's text
    int firstLine = 1; // of the source in its file
    /// Indexes (into the list that is run) of earlier cells that this one must wait for;
    /// notation/dependencies.h finds them.
    std::vector<int> dependsOn;
    /// A last value that is a queryset (or a manager) is not evaluated: `result` stays None and
    /// CellOutcome::run.value holds it. For a caller that streams its rows itself: the window.
    bool leaveQuerySet = false;
};

enum class CellState { Ok, Failed, Stopped, Skipped }; // Skipped: a cell that it depends on failed

struct CellOutcome {
    int cell = 0; // CellSource::id
    CellState state = CellState::Ok;
    RunOutcome run;
    /// The cell's last value, evaluated on the cell's thread; kind None if there is none.
    ResultView result;
    bool async = false;
    std::int64_t startNs = 0, endNs = 0; // monotonicNs()
    std::uint64_t span = 0;              // its Cell record on the timeline
};

/// What a WorkbookRunner tells. Called from its threads, one call at a time; must not block and
/// must not call back.
class CellListener {
public:
    virtual ~CellListener();
    virtual void cellStarted(int cell, bool async) = 0;
    /// Lines of one cell in order; cells that run in parallel speak in source order.
    virtual void cellPrinted(int cell, const QString &line) = 0;
    virtual void cellWarned(int cell, const ScriptWarning &warning) = 0;
    virtual void cellFinished(const CellOutcome &outcome) = 0;
    virtual void runFinished() = 0;
    /// The transaction of manual commit has begun, grown or ended.
    virtual void transactionChanged(const ManualState &state) { Q_UNUSED(state) }
    /// What endTransaction() came to. `error`: it was rolled back, and why.
    virtual void transactionEnded(bool committed, const std::optional<ScriptError> &error)
    {
        Q_UNUSED(committed)
        Q_UNUSED(error)
    }
};

enum class RunMode {
    InOrder,  // one cell after the other; a failed cell ends the run
    Parallel, // cells that do not depend on each other at the same time; a failed cell stops only
              // what depends on it
};

/// Whether code of the same names may follow. After SomeCells the rows that a name still holds may
/// yet be read; after WholeWorkbook what was not read of them came for nothing.
enum class RunScope { SomeCells, WholeWorkbook };

/// Runs a workbook's cells on the right threads and keeps its names between runs.
///
/// One script thread with an event loop for async cells, one named thread without one for sync
/// cells, further named threads for sync and async cells that run in parallel; each has its own
/// pinned connection and lane. No GUI thread is ever waited for.
class WorkbookRunner {
public:
    /// `options.output` is ignored: output goes to the listener. The listener must outlive the
    /// runner.
    WorkbookRunner(InterpreterOptions options, CellListener *listener);
    /// Stops and joins; rolls back a transaction that is open.
    ~WorkbookRunner();
    WorkbookRunner(const WorkbookRunner &) = delete;

    // --- Any thread; never blocks ---
    /// Queues a run; false while another one is under way. `run` is TraceRecord::run of everything
    /// in it.
    bool start(std::vector<CellSource> cells, RunMode mode, std::uint32_t run,
               TraceSink *sink = nullptr, RunScope scope = RunScope::SomeCells);
    void stop() noexcept;
    bool isRunning() const;
    void setLimits(const Limits &limits);
    /// At most so many cells at the same time (the window's "workers").
    void setParallelism(int threads);
    /// How relations that were not loaded are loaded in sync cells, from the next run on, unless a
    /// queryset says otherwise itself.
    void setLoadMode(LoadMode mode);

    /// Manual commit: from the next run on sync cells run in one transaction that stays open until
    /// endTransaction(), one cell after the other; async cells are refused while it is on, since
    /// they would run beside it. Switched off with a transaction open, that one goes on to its end.
    void setManualCommit(bool manual);
    ManualState transaction() const;
    /// Commits or rolls back what is open; the listener hears of it. False while a run is under
    /// way, or if none is open.
    bool endTransaction(bool commit);

    // --- Any thread; waits ---
    /// Until no run is under way; true unless the time runs out. Not for the GUI thread.
    bool waitForFinished(std::chrono::milliseconds within = std::chrono::milliseconds::max());
    /// Forgets every name: the workbook starts again.
    void reset();
    /// The live SQL of the queryset at the caret, by names of earlier cells; sends nothing. Safe
    /// while a run is under way (it then sees the names as they were before it).
    SqlPreview preview(const QString &expression, const QString &precedingSource = {});

private:
    struct Private;
    std::unique_ptr<Private> d;
};

} // namespace heddle::script
