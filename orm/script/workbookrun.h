#pragma once

#include "orm/objects/rowuse.h"
#include "orm/script/scriptthread.h"
#include "orm/script/workbookrunner.h"

#include <map>
#include <set>

namespace heddle::script {

/// The threads that a workbook's cells run on, made when they are first needed.
class ScriptThreads {
public:
    ScriptThread &get(const QString &name);

private:
    std::map<QString, std::unique_ptr<ScriptThread>> m_threads;
};

/// One run of some cells, from start to end. Lives on the coordinator's thread; only requestStop()
/// may be called from others.
class WorkbookRun {
public:
    struct Order {
        std::vector<CellSource> cells;
        RunMode mode = RunMode::InOrder;
        std::uint32_t run = 0;
        TraceSink *sink = nullptr;
        RunScope scope = RunScope::SomeCells;
        int parallelism = 4;
    };
    /// `manual`: the workbook's transaction, if cells run in one that stays open; not owned.
    WorkbookRun(Order order, Interpreter &main, ScriptThreads &threads, CellListener *listener,
                ManualTransaction *manual = nullptr);
    ~WorkbookRun();
    void execute();
    void requestStop() noexcept;
    /// The name of the thread that sync cells run on, one after the other.
    static QString syncThread();

private:
    struct Cell;
    class Output;
    void start(std::size_t index, Interpreter &interpreter, const QString &thread);
    void runCell(Cell &cell, Interpreter &interpreter);
    void runText(Cell &cell, Interpreter &interpreter);
    void runManually(Cell &cell, Interpreter &interpreter);
    void finish(Cell &cell);
    void skip(Cell &cell, CellState state);
    void inOrder();
    void parallel();
    bool startReady();
    bool mustSkip(const Cell &cell) const;
    bool isReady(const Cell &cell) const;
    std::unique_ptr<Interpreter> namesFor(std::size_t index);
    void waitForOne();
    /// The next cell in source order speaks: first what it had to hold back.
    void passTheWord();
    void speak(std::size_t index, const QString &line);
    void warn(std::size_t index, const ScriptWarning &warning);
    void record(const Cell &cell);
    void tellUse(const RowUseLog &log);

    Order m_order;
    Interpreter &m_main;
    ScriptThreads &m_threads;
    CellListener *m_listener;
    ManualTransaction *m_manual;           // null: each statement is saved as it comes
    std::unique_ptr<Interpreter> m_before; // the names as they were: what parallel cells start from
    std::vector<std::unique_ptr<Cell>> m_cells;
    std::set<int> m_freeThreads; // numbers of threads for parallel cells

    std::mutex m_mutex; // of the cells' states, and of the listener: one call at a time
    std::condition_variable m_ended;
    std::size_t m_speaker = 0; // the first cell that has not ended: its lines go out at once
    bool m_stopping = false;
    std::ptrdiff_t m_endedSeen = 0; // how many had ended when the coordinator last looked
};

} // namespace heddle::script
