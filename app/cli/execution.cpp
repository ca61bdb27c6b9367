#include "app/cli/execution.h"

#include "app/cli/cli.h"
#include "app/cli/interrupt.h"
#include "orm/heddle.h"
#include "orm/notation/dependencies.h"
#include "orm/values/errors.h"

#include <QFile>
#include <atomic>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using script::CellOutcome;
using script::CellSource;
using script::ScriptError;

/// Prints what cells print, as they print it, or keeps it for the JSON object.
class Listener final : public script::CellListener {
public:
    Listener(QString file, Output *out) : m_file(std::move(file)), m_out(out) {}

    void cellStarted(int, bool) override {}
    void cellPrinted(int, const QString &line) override
    {
        if (!m_out)
            m_lines.append(line);
        else if (!m_out->writeLine(line.toUtf8()))
            m_closed = true;
    }
    void cellWarned(int, const script::ScriptWarning &warning) override
    {
        complain(u"%1:%2: %3: %4"_s.arg(m_file)
                     .arg(warning.line)
                     .arg(warning.category, warning.message));
    }
    void cellFinished(const CellOutcome &outcome) override
    {
        if (outcome.run.error && outcome.state != script::CellState::Skipped)
            m_errors.push_back(*outcome.run.error);
    }
    void runFinished() override {}

    const QStringList &lines() const { return m_lines; }
    /// Of the cells that failed, in the order in which they ended.
    const std::vector<ScriptError> &errors() const { return m_errors; }
    bool isClosed() const { return m_closed.load(); }

private:
    QString m_file;
    Output *m_out;
    QStringList m_lines;
    std::vector<ScriptError> m_errors;
    std::atomic<bool> m_closed{false};
};

/// The code cells; with `parallel` they know which earlier ones they must wait for.
std::vector<CellSource> cellsOf(const ui::Workbook &workbook, const Database &database,
                                bool parallel)
{
    std::vector<CellSource> cells;
    std::vector<notation::CellDependencies> dependencies;
    const notation::NameSets names = notation::nameSetsFor(*database.registry());
    for (const ui::Cell &cell : workbook.cells()) {
        if (cell.kind != ui::CellKind::Code)
            continue;
        CellSource source;
        source.id = cell.index;
        source.title = cell.title;
        source.source = workbook.body(cell);
        source.firstLine = cell.firstLine;
        source.leaveQuerySet = true; // a file's last value is not shown, so it is not fetched
        if (parallel) {
            const notation::ParseResult parsed = notation::parseModule(source.source);
            dependencies.push_back(notation::analyze(*parsed.tree, names));
        }
        cells.push_back(std::move(source));
    }
    if (parallel) {
        const notation::DependencyGraph graph(dependencies, names);
        for (std::size_t i = 0; i < cells.size(); ++i)
            cells[i].dependsOn = graph.dependsOn(int(i));
    }
    return cells;
}

void drive(const ExecutionOptions &given, const Database &database, Listener *listener,
           TraceRecorder *recorder, Execution *result)
{
    script::InterpreterOptions options;
    options.database = database;
    options.sink = recorder;
    options.loadMode = given.loadMode;
    options.limits = given.limits;
    script::WorkbookRunner runner(std::move(options), listener);
    const Interrupt::Scope scope([&runner] { runner.stop(); });
    const std::int64_t start = monotonicNs();
    runner.start(cellsOf(result->workbook, database, given.parallel),
                 given.parallel ? script::RunMode::Parallel : script::RunMode::InOrder, 1, recorder,
                 script::RunScope::WholeWorkbook);
    while (!runner.waitForFinished(std::chrono::milliseconds(100)))
        if (listener->isClosed() || Interrupt::wasRequested())
            runner.stop();
    result->wallNs = monotonicNs() - start;
}

} // namespace

std::optional<ui::Workbook> loadWorkbook(const QString &path, QString *why)
{
    if (path != "-"_L1)
        return ui::Workbook::load(path, why);
    QFile input;
    if (!input.open(stdin, QIODevice::ReadOnly)) {
        *why = input.errorString();
        return std::nullopt;
    }
    return ui::Workbook::fromBytes(input.readAll(), why);
}

Execution executeWorkbook(const ExecutionOptions &options)
{
    Execution result;
    QString why;
    std::optional<ui::Workbook> workbook = loadWorkbook(options.file, &why);
    if (!workbook) {
        result.refused.emplace().message = why;
        return result;
    }
    result.workbook = std::move(*workbook);
    TraceRecorder recorder(options.parameters);
    Listener listener(options.file, options.printed);
    try {
        const Database database = Database::open(options.url, options.replicas);
        database.setTraceSink(&recorder);
        drive(options, database, &listener, &recorder, &result);
        database.setTraceSink(nullptr);
    } catch (const OrmError &e) {
        result.refused = script::toScriptError(e);
        return result;
    }
    result.records = recorder.take();
    result.lines = listener.lines();
    result.errors = listener.errors();
    result.outputClosed = listener.isClosed();
    return result;
}

} // namespace heddle::app
