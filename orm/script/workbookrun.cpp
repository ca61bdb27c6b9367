#include "orm/script/workbookrun.h"

#include "orm/execution/adapter.h"
#include "orm/script/errors.h"
#include "orm/script/vm.h"
#include "orm/values/errors.h"

#include <algorithm>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

CellListener::~CellListener() = default;

ScriptThread &ScriptThreads::get(const QString &name)
{
    std::unique_ptr<ScriptThread> &thread = m_threads[name];
    if (!thread)
        thread = std::make_unique<ScriptThread>(name);
    return *thread;
}

/// Hands a cell's lines over as they come.
class WorkbookRun::Output final : public OutputSink {
public:
    Output(WorkbookRun &run, std::size_t index) : m_run(run), m_index(index) {}
    void printed(const QString &line) override { m_run.speak(m_index, line); }
    void warned(const ScriptWarning &warning) override { m_run.warn(m_index, warning); }

private:
    WorkbookRun &m_run;
    std::size_t m_index;
};

struct WorkbookRun::Cell {
    enum class Phase { Waiting, Running, Ended } phase = Phase::Waiting;
    std::size_t index = 0;
    CellSource source;
    notation::ParseResult parsed;
    CellOutcome outcome;
    std::unique_ptr<Output> output;
    std::unique_ptr<Interpreter> own; // parallel: its copy of the names
    Interpreter *interpreter = nullptr;
    std::vector<std::pair<bool, ScriptWarning>>
        held;       // lines (as a message) and warnings that must wait their turn
    int thread = 0; // parallel: number of the thread that it has
    std::uint16_t traceThread = 0, lane = 0;
};

WorkbookRun::WorkbookRun(Order order, Interpreter &main, ScriptThreads &threads,
                         CellListener *listener, ManualTransaction *manual)
    : m_order(std::move(order)), m_main(main), m_threads(threads), m_listener(listener),
      m_manual(manual && manual->isUsed() ? manual : nullptr)
{
    for (std::size_t i = 0; i < m_order.cells.size(); ++i) {
        auto cell = std::make_unique<Cell>();
        cell->index = i;
        cell->source = m_order.cells[i];
        std::erase_if(cell->source.dependsOn,
                      [i](int other) { return other < 0 || other >= int(i); });
        cell->parsed = notation::parseModule(cell->source.source);
        cell->outcome.cell = cell->source.id;
        cell->outcome.async = cell->parsed.tree && notation::isAsyncModule(*cell->parsed.tree);
        cell->output = std::make_unique<Output>(*this, i);
        m_cells.push_back(std::move(cell));
    }
    for (int i = 1; i <= std::max(1, m_order.parallelism); ++i)
        m_freeThreads.insert(i);
}

WorkbookRun::~WorkbookRun() = default;

void WorkbookRun::execute()
{
    std::optional<RowUseLog> log;
    std::unique_ptr<LockWatch> locks;
    if (m_order.sink) {
        log.emplace(m_order.run);
        if (const Database &database = m_main.machine().options.database; !database.isNull())
            locks = database.watchLocks(m_order.sink, m_order.run);
    }
    if (m_order.mode == RunMode::InOrder || m_manual) // one transaction: one cell at a time
        inOrder();
    else
        parallel();
    if (log)
        tellUse(*log);
}

/// Of a run that did not come to its end nothing is told: the code that would have read the rows
/// may be the code that did not run.
void WorkbookRun::tellUse(const RowUseLog &log)
{
    for (const auto &cell : m_cells)
        if (cell->outcome.state != CellState::Ok)
            return;
    for (TraceRecord &record : log.records(m_order.scope == RunScope::WholeWorkbook))
        m_order.sink->record(std::move(record));
}

QString WorkbookRun::syncThread()
{
    return u"script-sync"_s;
}

void WorkbookRun::requestStop() noexcept
{
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    for (const auto &cell : m_cells) {
        if (cell->phase == Cell::Phase::Running && cell->interpreter)
            cell->interpreter->stop();
    }
    m_ended.notify_all();
}

// --- One after the other ---

void WorkbookRun::inOrder()
{
    bool goOn = true;
    for (const auto &cell : m_cells) {
        {
            const std::lock_guard lock(m_mutex);
            goOn = goOn && !m_stopping;
        }
        if (!goOn) {
            skip(*cell, m_stopping ? CellState::Stopped : CellState::Skipped);
            continue;
        }
        m_main.setOutput(cell->output.get());
        start(cell->index, m_main, cell->outcome.async ? u"script"_s : syncThread());
        waitForOne();
        goOn = cell->outcome.state == CellState::Ok;
    }
    m_main.setOutput(nullptr);
}

void WorkbookRun::start(std::size_t index, Interpreter &interpreter, const QString &thread)
{
    Cell &cell = *m_cells[index];
    {
        const std::lock_guard lock(m_mutex);
        cell.phase = Cell::Phase::Running;
        cell.interpreter = &interpreter;
    }
    m_threads.get(thread).post([this, &cell, &interpreter] { runCell(cell, interpreter); });
}

void WorkbookRun::waitForOne()
{
    std::unique_lock lock(m_mutex);
    const auto count = [this](Cell::Phase phase) {
        return std::count_if(m_cells.begin(), m_cells.end(),
                             [phase](const auto &c) { return c->phase == phase; });
    };
    const auto oneEnded = [&] {
        return count(Cell::Phase::Ended) > m_endedSeen || count(Cell::Phase::Running) == 0;
    };
    while (!oneEnded()) {
        // A stop that came just before a statement was sent has missed it; so it is said again
        // until it is heard.
        constexpr std::chrono::milliseconds kSayAgain{20};
        if (!m_stopping) {
            m_ended.wait(lock);
            continue;
        }
        m_ended.wait_for(lock, kSayAgain);
        for (const auto &cell : m_cells) {
            if (cell->phase == Cell::Phase::Running && cell->interpreter)
                cell->interpreter->stop();
        }
    }
    m_endedSeen = count(Cell::Phase::Ended);
}

// --- At the same time ---

bool WorkbookRun::mustSkip(const Cell &cell) const
{
    return std::any_of(cell.source.dependsOn.begin(), cell.source.dependsOn.end(), [this](int i) {
        const Cell &needed = *m_cells[std::size_t(i)];
        return needed.phase == Cell::Phase::Ended && needed.outcome.state != CellState::Ok;
    });
}

bool WorkbookRun::isReady(const Cell &cell) const
{
    return std::all_of(cell.source.dependsOn.begin(), cell.source.dependsOn.end(), [this](int i) {
        return m_cells[std::size_t(i)]->phase == Cell::Phase::Ended;
    });
}

std::unique_ptr<Interpreter> WorkbookRun::namesFor(std::size_t index)
{
    // What the cells before it that it needs, directly or not, have made of the names, in source
    // order.
    std::set<int> needed(m_cells[index]->source.dependsOn.begin(),
                         m_cells[index]->source.dependsOn.end());
    for (int i = int(index) - 1; i >= 0; --i) {
        if (needed.contains(i))
            needed.insert(m_cells[std::size_t(i)]->source.dependsOn.begin(),
                          m_cells[std::size_t(i)]->source.dependsOn.end());
    }
    if (needed.empty())
        return m_before->copyGlobals(m_cells[index]->output.get());
    const std::unique_ptr<Interpreter> merged = m_before->copyGlobals(nullptr);
    for (const int i : needed) {
        if (m_cells[std::size_t(i)]->own)
            merged->mergeGlobals(*m_cells[std::size_t(i)]->own);
    }
    // Copied once more: two cells that need the same one must not share what it made.
    return merged->copyGlobals(m_cells[index]->output.get());
}

bool WorkbookRun::startReady()
{
    bool waiting = false;
    for (const auto &cell : m_cells) {
        bool ready = false, skipped = false, stopping = false;
        {
            const std::lock_guard lock(m_mutex);
            if (cell->phase != Cell::Phase::Waiting)
                continue;
            stopping = m_stopping;
            skipped = stopping || mustSkip(*cell);
            ready = !skipped && isReady(*cell) && !m_freeThreads.empty();
        }
        if (skipped) {
            skip(*cell, stopping ? CellState::Stopped : CellState::Skipped);
        } else if (ready) {
            cell->own = namesFor(cell->index);
            {
                const std::lock_guard lock(m_mutex);
                cell->thread = *m_freeThreads.begin();
                m_freeThreads.erase(m_freeThreads.begin());
            }
            start(cell->index, *cell->own, u"script-%1"_s.arg(cell->thread));
        } else {
            waiting = true;
        }
    }
    return waiting;
}

void WorkbookRun::parallel()
{
    m_before = m_main.copyGlobals(nullptr);
    for (;;) {
        startReady();
        const bool busy = [this] {
            const std::lock_guard lock(m_mutex);
            return std::any_of(m_cells.begin(), m_cells.end(),
                               [](const auto &c) { return c->phase != Cell::Phase::Ended; });
        }();
        if (!busy)
            break;
        waitForOne();
    }
    for (const auto &cell : m_cells) {
        if (cell->own)
            m_main.mergeGlobals(*cell->own);
    }
}

// --- On the cells' threads ---

void WorkbookRun::runCell(Cell &cell, Interpreter &interpreter)
{
    cell.outcome.span = nextTraceId();
    cell.traceThread = currentTraceThread();
    interpreter.setTrace(m_order.sink, m_order.run, cell.outcome.span);
    {
        const std::lock_guard lock(m_mutex);
        m_listener->cellStarted(cell.source.id, cell.outcome.async);
    }
    cell.outcome.startNs = monotonicNs();
    if (m_manual)
        runManually(cell, interpreter);
    else
        runText(cell, interpreter);
    if (cell.own)
        interpreter.endTasks();
    cell.lane = cell.outcome.async ? interpreter.machine().mainLane : 0;
    finish(cell);
}

void WorkbookRun::runText(Cell &cell, Interpreter &interpreter)
{
    const int offset = cell.source.firstLine - 1;
    RunOutcome &run = cell.outcome.run;
    run = interpreter.run(cell.source.source, offset);
    if (run.ok() && !run.value.isEmpty() &&
        !(cell.source.leaveQuerySet && !m_manual && queryOf(run.value))) {
        try {
            cell.outcome.result = resultOf(interpreter, run.value);
        } catch (const OrmError &error) {
            run.error = toScriptError(error);
            if (run.error->line == 0) {
                run.error->line = run.valueSite.line;
                run.error->column = run.valueSite.column;
            }
        }
    }
}

/// In the open transaction. What the cell shows is read in it, too: rows that a caller streams
/// would be read beside it.
void WorkbookRun::runManually(Cell &cell, Interpreter &interpreter)
{
    RunOutcome &run = cell.outcome.run;
    const auto refuse = [&](const OrmError &error) {
        run.error = toScriptError(error);
        if (run.error->line == 0)
            run.error->line = cell.source.firstLine;
    };
    if (cell.outcome.async) {
        refuse(RuntimeError(u"Manual commit is on: an async cell would run beside the open "
                            "transaction, on a connection of its own."_s,
                            u"Write it without await, or switch manual commit off."_s));
        return;
    }
    try {
        PlanContext about;
        about.site = {cell.source.firstLine, 1, nullptr};
        about.traceParent = cell.outcome.span;
        about.run = m_order.run;
        about.sink = m_order.sink;
        m_manual->enterCell(about);
    } catch (const OrmError &error) {
        refuse(error);
        return;
    }
    runText(cell, interpreter);
    try {
        m_manual->leaveCell(run.ok(), run.queries);
    } catch (const OrmError &error) {
        if (run.ok())
            refuse(error);
    }
    const std::lock_guard lock(m_mutex);
    m_listener->transactionChanged(m_manual->state());
}

void WorkbookRun::record(const Cell &cell)
{
    if (!m_order.sink)
        return;
    TraceRecord r;
    r.id = cell.outcome.span;
    r.run = m_order.run;
    r.kind = TraceKind::Cell;
    r.outcome = cell.outcome.state == CellState::Ok        ? TraceOutcome::Ok
                : cell.outcome.state == CellState::Stopped ? TraceOutcome::Cancelled
                                                           : TraceOutcome::Failed;
    r.async = cell.outcome.async;
    r.thread = cell.traceThread;
    r.lane = cell.lane;
    r.site = {cell.source.firstLine, 1, nullptr};
    r.label = cell.source.title.toUtf8();
    if (const auto &error = cell.outcome.run.error) {
        r.error = (error->type + u": "_s + error->message).simplified().toUtf8();
        r.origin = {error->line, error->column, nullptr};
    }
    r.createdNs = cell.outcome.startNs;
    r.releasedNs = cell.outcome.endNs;
    m_order.sink->record(std::move(r));
}

void WorkbookRun::finish(Cell &cell)
{
    cell.outcome.endNs = monotonicNs();
    cell.outcome.state = cell.outcome.run.ok()      ? CellState::Ok
                         : cell.outcome.run.stopped ? CellState::Stopped
                                                    : CellState::Failed;
    record(cell);
    const std::lock_guard lock(m_mutex);
    cell.phase = Cell::Phase::Ended;
    cell.interpreter = nullptr;
    if (cell.thread > 0)
        m_freeThreads.insert(cell.thread);
    m_listener->cellFinished(cell.outcome);
    passTheWord();
    m_ended.notify_all();
}

void WorkbookRun::skip(Cell &cell, CellState state)
{
    const std::lock_guard lock(m_mutex);
    cell.phase = Cell::Phase::Ended;
    cell.outcome.state = state;
    m_listener->cellFinished(cell.outcome);
    passTheWord();
}

void WorkbookRun::passTheWord()
{
    while (m_speaker < m_cells.size() && m_cells[m_speaker]->phase == Cell::Phase::Ended) {
        if (++m_speaker == m_cells.size())
            return;
        Cell &next = *m_cells[m_speaker];
        for (const auto &[isWarning, held] : std::exchange(next.held, {})) {
            if (isWarning)
                m_listener->cellWarned(next.source.id, held);
            else
                m_listener->cellPrinted(next.source.id, held.message);
        }
    }
}

void WorkbookRun::speak(std::size_t index, const QString &line)
{
    const std::lock_guard lock(m_mutex);
    Cell &cell = *m_cells[index];
    if (index == m_speaker)
        m_listener->cellPrinted(cell.source.id, line);
    else
        cell.held.emplace_back(false, ScriptWarning{{}, line, 0, 0});
}

void WorkbookRun::warn(std::size_t index, const ScriptWarning &warning)
{
    const std::lock_guard lock(m_mutex);
    Cell &cell = *m_cells[index];
    if (index == m_speaker)
        m_listener->cellWarned(cell.source.id, warning);
    else
        cell.held.emplace_back(true, warning);
}

} // namespace heddle::script
