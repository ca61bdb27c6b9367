#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "app/cli/interrupt.h"
#include "app/cli/report.h"
#include "app/cli/tracing.h"
#include "orm/heddle.h"
#include "orm/notation/dependencies.h"
#include "orm/script/workbookrunner.h"
#include "orm/values/errors.h"
#include "ui/workbook/workbook.h"

#include <QFile>
#include <atomic>
#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using script::CellOutcome;
using script::CellSource;
using script::ScriptError;

/// Prints what cells print, as they print it, or keeps it for the JSON object.
class Listener final : public script::CellListener {
public:
    Listener(QString file, bool json, Output &out)
        : m_file(std::move(file)), m_json(json), m_out(out)
    {
    }

    void cellStarted(int, bool) override {}
    void cellPrinted(int, const QString &line) override
    {
        if (m_json)
            m_lines.append(line);
        else if (!m_out.writeLine(line.toUtf8()))
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
    bool m_json;
    Output &m_out;
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

QByteArray linesJson(const QStringList &lines)
{
    QByteArray json = "[";
    for (const QString &line : lines)
        json += (json.size() > 1 ? ", " : "") + jsonText(line);
    return json + ']';
}

struct RunOptions {
    QString url, file, tracePath;
    bool json = false, parallel = false, report = false;
    LoadMode loadMode = LoadMode::One;
    script::Limits limits;
};

class WorkbookRun {
public:
    WorkbookRun(RunOptions options, Output &out)
        : m_options(std::move(options)), m_out(out), m_recorder(!m_options.tracePath.isEmpty()),
          m_listener(m_options.file, m_options.json, out)
    {
    }
    int run();

private:
    void drive(const Database &database, std::vector<CellSource> cells);
    void complainAbout(const ScriptError &error) const;
    void printJson(const ScriptError *error, const std::vector<TraceRecord> &records);
    int finish();

    RunOptions m_options;
    Output &m_out;
    TraceRecorder m_recorder;
    Listener m_listener;
    ui::Workbook m_workbook;
    std::int64_t m_wallNs = 0;
};

void WorkbookRun::drive(const Database &database, std::vector<CellSource> cells)
{
    script::InterpreterOptions options;
    options.database = database;
    options.sink = &m_recorder;
    options.loadMode = m_options.loadMode;
    options.limits = m_options.limits;
    script::WorkbookRunner runner(std::move(options), &m_listener);
    const Interrupt::Scope scope([&runner] { runner.stop(); });
    const std::int64_t start = monotonicNs();
    runner.start(std::move(cells),
                 m_options.parallel ? script::RunMode::Parallel : script::RunMode::InOrder, 1,
                 &m_recorder);
    while (!runner.waitForFinished(std::chrono::milliseconds(100)))
        if (m_listener.isClosed() || Interrupt::wasRequested())
            runner.stop();
    m_wallNs = monotonicNs() - start;
}

void WorkbookRun::complainAbout(const ScriptError &error) const
{
    if (Interrupt::wasRequested())
        return;
    const QString place =
        error.line > 0 ? u"%1:%2:%3: "_s.arg(m_options.file).arg(error.line).arg(error.column)
                       : QString();
    complain(place + errorLine(error));
    const QString caret = caretLines(m_workbook.text(), error.line, error.column);
    if (!caret.isEmpty())
        std::fprintf(stderr, "%s\n", caret.toUtf8().constData());
}

void WorkbookRun::printJson(const ScriptError *error, const std::vector<TraceRecord> &records)
{
    QStringList statements;
    for (const QByteArray &sql : statementsOf(records))
        statements.append(QString::fromUtf8(sql));
    QByteArray json = "{\"output\": " + linesJson(m_listener.lines()) +
                      ", \"error\": " + (error ? errorJson(*error) : QByteArray("null")) +
                      ", \"queries\": " + QByteArray::number(queryCount(records)) +
                      ", \"statements\": " + linesJson(statements);
    if (m_options.report)
        json += ", \"report\": " + reportJson(records, m_wallNs);
    m_out.writeLine(json + '}');
}

int WorkbookRun::finish()
{
    const std::vector<TraceRecord> records = m_recorder.take();
    m_out.flush(); // what was printed comes before what is said about it
    const auto &errors = m_listener.errors();
    for (const ScriptError &error : errors)
        complainAbout(error);
    if (m_options.json)
        printJson(errors.empty() ? nullptr : &errors.front(), records);
    else if (m_options.report)
        m_out.write(reportText(records, m_wallNs).toUtf8());
    if (!m_options.tracePath.isEmpty() && !saveTrace(m_options.tracePath, records))
        return ExitError;
    return errors.empty() || m_listener.isClosed() ? ExitOk : ExitError;
}

int WorkbookRun::run()
{
    QString why;
    std::optional<ui::Workbook> workbook;
    if (m_options.file == "-"_L1) {
        QFile input;
        if (input.open(stdin, QIODevice::ReadOnly))
            workbook = ui::Workbook::fromBytes(input.readAll(), &why);
    } else {
        workbook = ui::Workbook::load(m_options.file, &why);
    }
    if (!workbook) {
        complain(why);
        return ExitError;
    }
    m_workbook = std::move(*workbook);
    try {
        const Database database = Database::open(m_options.url);
        database.setTraceSink(&m_recorder);
        drive(database, cellsOf(m_workbook, database, m_options.parallel));
        database.setTraceSink(nullptr);
    } catch (const OrmError &e) {
        const ScriptError error = script::toScriptError(e);
        complain(errorLine(error));
        if (m_options.json)
            printJson(&error, {});
        return ExitError;
    }
    return finish();
}

} // namespace

int runCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(arguments, Cli::tr("Runs a workbook and prints what it prints."));
    const QCommandLineOption db(
        u"db"_s, Cli::tr("The database: a path, sqlite:///path or postgresql://..."), u"URL"_s);
    const QCommandLineOption format(u"format"_s, Cli::tr("text (the default) or json."),
                                    u"FORMAT"_s, u"text"_s);
    const QCommandLineOption load(
        u"load"_s, Cli::tr("How relations that were not loaded are loaded: one, peers or raise."),
        u"MODE"_s, u"one"_s);
    const QCommandLineOption parallel(
        u"parallel"_s, Cli::tr("Run cells that do not depend on each other at the same time."));
    const QCommandLineOption report(
        u"report"_s,
        Cli::tr("Say at the end which queries ran, how long they took, and what was found."));
    const QCommandLineOption trace(
        u"trace"_s, Cli::tr("Write a trace for Perfetto (Chrome's JSON)."), u"FILE"_s);
    const QCommandLineOption limitTime(u"limit-time"_s, Cli::tr("End a cell that runs longer."),
                                       u"SECONDS"_s);
    const QCommandLineOption limitQueries(u"limit-queries"_s,
                                          Cli::tr("End a cell that sends more queries."), u"N"_s);
    const QCommandLineOption limitRows(u"limit-rows"_s,
                                       Cli::tr("End a cell that fetches more rows."), u"N"_s);
    const QCommandLineOption limitMemory(
        u"limit-memory"_s, Cli::tr("End a script whose objects need more; 1024 unless given."),
        u"MIB"_s);
    const QCommandLineOption limitStatements(
        u"limit-statements"_s, Cli::tr("End a cell that executes more lines."), u"N"_s);
    parser.options().addOptions({db, format, load, parallel, report, trace, limitTime, limitQueries,
                                 limitRows, limitMemory, limitStatements});
    parser.options().addPositionalArgument(u"FILE.py"_s,
                                           Cli::tr("The workbook; - is standard input."));
    parser.restrict(format, {u"text"_s, u"json"_s});
    parser.restrict(load, {u"one"_s, u"peers"_s, u"raise"_s});
    if (const auto status = parser.parse({u"FILE.py"_s}))
        return *status;
    if (!parser.isSet(db))
        return parser.wrong(Cli::tr("--db is missing"));
    RunOptions options;
    options.url = parser.value(db);
    options.file = parser.positional(0);
    options.tracePath = parser.value(trace);
    options.json = parser.value(format) == "json"_L1;
    options.parallel = parser.isSet(parallel);
    options.report = parser.isSet(report);
    const auto limit = [&parser](const QCommandLineOption &option, double factor,
                                 std::int64_t fallback) -> std::optional<std::int64_t> {
        if (!parser.isSet(option))
            return fallback;
        bool isNumber = false;
        const double number = parser.value(option).toDouble(&isNumber);
        if (!isNumber || !(number > 0) || number * factor > 9e15)
            return std::nullopt;
        return std::max<std::int64_t>(1, std::int64_t(number * factor));
    };
    struct LimitOption {
        const QCommandLineOption &option;
        double factor;
        std::int64_t *limit;
    };
    std::int64_t timeMs = 0;
    script::Limits &limits = options.limits;
    for (const LimitOption &o :
         {LimitOption{limitTime, 1000, &timeMs}, LimitOption{limitQueries, 1, &limits.queries},
          LimitOption{limitRows, 1, &limits.rows},
          LimitOption{limitMemory, 1 << 20, &limits.memoryBytes},
          LimitOption{limitStatements, 1, &limits.statements}}) {
        const auto value = limit(o.option, o.factor, *o.limit);
        if (!value)
            return parser.wrong(Cli::tr("--%1 takes a number above 0, not '%2'")
                                    .arg(o.option.names().constFirst(), parser.value(o.option)));
        *o.limit = *value;
    }
    limits.time = std::chrono::milliseconds(timeMs);
    const QString mode = parser.value(load);
    options.loadMode = mode == "peers"_L1   ? LoadMode::Peers
                       : mode == "raise"_L1 ? LoadMode::Raise
                                            : LoadMode::One;
    return WorkbookRun(std::move(options), out).run();
}

} // namespace heddle::app
