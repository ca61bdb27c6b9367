#include "app/fixcomparison.h"

#include "orm/notation/dependencies.h"
#include "orm/values/errors.h"
#include "ui/models/tracebars.h"

#include <QCoreApplication>
#include <limits>
#include <mutex>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("FixComparison", text);
}

struct Measured {
    int queries = 0;
    std::int64_t rows = 0;
    std::int64_t ns = std::numeric_limits<std::int64_t>::max();
    QStringList output;
};

/// Keeps what the last cell says.
class Listener final : public script::CellListener {
public:
    explicit Listener(int cell) : m_cell(cell) {}

    void cellStarted(int, bool) override {}
    void cellPrinted(int cell, const QString &line) override
    {
        const std::lock_guard lock(m_mutex);
        if (cell == m_cell)
            m_output << line;
    }
    void cellWarned(int, const script::ScriptWarning &) override {}
    void cellFinished(const script::CellOutcome &outcome) override
    {
        const std::lock_guard lock(m_mutex);
        if (outcome.run.error)
            m_error = outcome.run.error->toString();
        if (outcome.cell != m_cell)
            return;
        m_startNs = outcome.startNs;
        m_endNs = outcome.endNs;
        if (outcome.result.kind() != script::ResultKind::None)
            m_output << outcome.result.text();
    }
    void runFinished() override {}

    Measured measured(const std::vector<TraceRecord> &records, std::uint32_t run)
    {
        const std::lock_guard lock(m_mutex);
        Measured result;
        result.output = m_output;
        if (!m_error.isEmpty())
            result.output << m_error;
        result.ns = m_endNs - m_startNs;
        for (const TraceRecord &record : records) {
            if (record.run != run || !ui::isQuery(record.kind) || record.createdNs < m_startNs ||
                record.createdNs > m_endNs)
                continue;
            ++result.queries;
            result.rows += record.rows;
        }
        return result;
    }

private:
    std::mutex m_mutex;
    const int m_cell;
    QStringList m_output;
    QString m_error;
    std::int64_t m_startNs = 0, m_endNs = 0;
};

Measured runOnce(const ComparedOn &on, const MeasuredCells &cells, std::uint32_t run,
                 const std::atomic<bool> &stop)
{
    Listener listener(cells.cells.back().id);
    script::InterpreterOptions options;
    options.database = on.database;
    options.sink = on.recorder.get();
    options.loadMode = on.loadMode;
    script::WorkbookRunner runner(options, &listener);
    runner.setParallelism(on.workers);
    runner.start(cells.cells, script::RunMode::InOrder, run, on.recorder.get(),
                 script::RunScope::WholeWorkbook);
    while (!runner.waitForFinished(std::chrono::milliseconds(50))) {
        if (stop)
            runner.stop();
    }
    return listener.measured(on.recorder->snapshot(), run);
}

QString shortened(const QString &line)
{
    constexpr int longest = 80;
    return line.size() > longest ? line.first(longest) + u'\u2026' : line;
}

/// The first line that is another; empty: there is none.
QString differenceOf(const QStringList &before, const QStringList &after)
{
    for (qsizetype i = 0; i < std::max(before.size(), after.size()); ++i) {
        if (i >= before.size())
            return tr("line %1 of the output, \u201c%2\u201d, is new.")
                .arg(i + 1)
                .arg(shortened(after[i]));
        if (i >= after.size())
            return tr("line %1 of the output, \u201c%2\u201d, is gone.")
                .arg(i + 1)
                .arg(shortened(before[i]));
        if (before[i] != after[i])
            return tr("line %1 of the output was \u201c%2\u201d and is \u201c%3\u201d.")
                .arg(i + 1)
                .arg(shortened(before[i]), shortened(after[i]));
    }
    return {};
}

void addNeeded(const std::vector<script::CellSource> &cells, int index, std::set<int> *needed)
{
    if (!needed->insert(index).second)
        return;
    for (const int earlier : cells[std::size_t(index)].dependsOn)
        addNeeded(cells, earlier, needed);
}

int lineCount(const QString &text)
{
    return int(text.count(u'\n')) + 1;
}

} // namespace

MeasuredCells cellsFor(const std::vector<script::CellSource> &cells, int line)
{
    int target = -1;
    for (std::size_t i = 0; i < cells.size(); ++i) {
        if (line >= cells[i].firstLine && line < cells[i].firstLine + lineCount(cells[i].source))
            target = int(i);
    }
    MeasuredCells result;
    if (target < 0)
        return result;
    std::set<int> needed;
    addNeeded(cells, target, &needed);
    const std::vector<int> order(needed.begin(), needed.end());
    for (const int index : order) {
        script::CellSource cell = cells[std::size_t(index)];
        for (int &earlier : cell.dependsOn)
            earlier = int(std::lower_bound(order.begin(), order.end(), earlier) - order.begin());
        cell.id = int(result.cells.size());
        cell.leaveQuerySet = false;
        result.cells.push_back(std::move(cell));
    }
    return result;
}

QString whyNotRunAgain(const MeasuredCells &cells, const ModelRegistry &models)
{
    const notation::NameSets names = notation::nameSetsFor(models);
    for (const script::CellSource &cell : cells.cells) {
        const notation::ParseResult parsed = notation::parseModule(cell.source);
        if (!parsed.ok())
            return tr("\u201c%1\u201d has an error.").arg(cell.title);
        const notation::CellDependencies found = notation::analyze(*parsed.tree, names);
        if (found.opaque)
            return tr("nobody can tell what \u201c%1\u201d changes (%2).")
                .arg(cell.title, found.opaqueBecause);
        if (!found.tablesWritten.isEmpty() || !found.writesThrough.isEmpty() ||
            !found.deletesThrough.isEmpty())
            return tr("\u201c%1\u201d writes to the database, and would do so twice.")
                .arg(cell.title);
    }
    return {};
}

ui::FixComparison compareFix(const ComparedOn &on, const MeasuredCells &before,
                             const MeasuredCells &after, const std::atomic<bool> &stop)
{
    Measured best[2];
    for (int round = 0; round < comparisonRuns / 2; ++round) {
        for (int side = 0; side < 2; ++side) {
            Measured now = runOnce(on, side == 0 ? before : after,
                                   on.firstRun + std::uint32_t(round * 2 + side), stop);
            if (stop) {
                ui::FixComparison stopped;
                stopped.refusal = tr("it was stopped.");
                return stopped;
            }
            now.ns = std::min(now.ns, best[side].ns);
            best[side] = std::move(now);
        }
    }
    ui::FixComparison result;
    result.queriesBefore = best[0].queries;
    result.queriesAfter = best[1].queries;
    result.rowsBefore = best[0].rows;
    result.rowsAfter = best[1].rows;
    result.nsBefore = best[0].ns;
    result.nsAfter = best[1].ns;
    result.difference = differenceOf(best[0].output, best[1].output);
    result.sameOutput = result.difference.isEmpty();
    return result;
}

} // namespace heddle::app
