#include "app/cli/cli.h"
#include "app/cli/databasechoice.h"
#include "app/cli/errortext.h"
#include "app/cli/execution.h"
#include "app/cli/interrupt.h"
#include "app/cli/report.h"
#include "app/cli/tracing.h"

#include <QFileInfo>

#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using script::ScriptError;

QByteArray linesJson(const QStringList &lines)
{
    QByteArray json = "[";
    for (const QString &line : lines)
        json += (json.size() > 1 ? ", " : "") + jsonText(line);
    return json + ']';
}

struct RunOptions {
    ExecutionOptions execution;
    QString tracePath, htmlPath;
    TraceFormat traceFormat = TraceFormat::Chrome;
    bool json = false, report = false;
};

void complainAbout(const ScriptError &error, const QString &file, const QString &text)
{
    if (Interrupt::wasRequested())
        return;
    const QString place =
        error.line > 0 ? u"%1:%2:%3: "_s.arg(file).arg(error.line).arg(error.column) : QString();
    complain(place + errorLine(error));
    const QString caret = caretLines(text, error.line, error.column);
    if (!caret.isEmpty())
        std::fprintf(stderr, "%s\n", caret.toUtf8().constData());
}

QByteArray runJson(const Execution &done, const ScriptError *error, bool report)
{
    QStringList statements;
    for (const QByteArray &sql : statementsOf(done.records))
        statements.append(QString::fromUtf8(sql));
    QByteArray json = "{\"output\": " + linesJson(done.lines) +
                      ", \"error\": " + (error ? errorJson(*error) : QByteArray("null")) +
                      ", \"queries\": " + QByteArray::number(queryCount(done.records)) +
                      ", \"statements\": " + linesJson(statements);
    if (report)
        json += ", \"findings\": " + findingsJson(reportedFindings(done)) +
                ", \"report\": " + reportJson(done);
    return json + '}';
}

int runWorkbook(RunOptions options, Output &out)
{
    options.execution.printed = options.json ? nullptr : &out;
    options.execution.parameters = !options.tracePath.isEmpty();
    const Execution done = executeWorkbook(options.execution);
    if (done.refused) {
        const bool unread = done.refused->type.isEmpty();
        complain(unread ? done.refused->message : errorLine(*done.refused));
        if (options.json && !unread)
            out.writeLine(runJson(done, &*done.refused, options.report));
        return ExitError;
    }
    out.flush(); // what was printed comes before what is said about it
    for (const ScriptError &error : done.errors)
        complainAbout(error, options.execution.file, done.workbook.text());
    if (options.json)
        out.writeLine(
            runJson(done, done.errors.empty() ? nullptr : &done.errors.front(), options.report));
    else if (options.report)
        out.write(reportText(done).toUtf8());
    if (!options.tracePath.isEmpty() &&
        !saveTrace(options.tracePath, done.records, options.traceFormat, options.execution.url))
        return ExitError;
    if (!options.htmlPath.isEmpty()) {
        const std::vector<AdvisedFinding> advised = reportedFindings(done);
        const std::vector<analysis::Finding> findings(advised.begin(), advised.end());
        if (!saveHtmlReport(options.htmlPath, QFileInfo(options.execution.file).fileName(),
                            done.records, findings))
            return ExitError;
    }
    return done.errors.empty() || done.outputClosed ? ExitOk : ExitError;
}

} // namespace

int runCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(arguments, Cli::tr("Runs a workbook and prints what it prints."));
    DatabaseChoice db(parser);
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
    const QCommandLineOption trace(u"trace"_s, Cli::tr("Write a trace to a file."), u"FILE"_s);
    const QCommandLineOption traceFormat(
        u"trace-format"_s,
        Cli::tr("chrome (the default, for Perfetto), otlp (OpenTelemetry) or heddle."), u"FORMAT"_s,
        u"chrome"_s);
    const QCommandLineOption html(
        u"html"_s,
        Cli::tr("Write the timeline, findings, statements and transactions as one HTML page."),
        u"FILE"_s);
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
    parser.options().addOptions({format, load, parallel, report, trace, traceFormat, html,
                                 limitTime, limitQueries, limitRows, limitMemory, limitStatements});
    parser.options().addPositionalArgument(u"FILE.py"_s,
                                           Cli::tr("The workbook; - is standard input."));
    parser.restrict(format, {u"text"_s, u"json"_s});
    parser.restrict(traceFormat, {u"chrome"_s, u"otlp"_s, u"heddle"_s});
    parser.restrict(load, {u"one"_s, u"peers"_s, u"raise"_s});
    if (const auto status = parser.parse({u"FILE.py"_s}))
        return *status;
    if (const auto status = db.read(parser))
        return *status;
    RunOptions options;
    options.execution.url = db.url();
    options.execution.replicas = db.replicas();
    options.execution.file = parser.positional(0);
    options.tracePath = parser.value(trace);
    options.htmlPath = parser.value(html);
    const QString spelling = parser.value(traceFormat);
    options.traceFormat = spelling == "otlp"_L1     ? TraceFormat::Otlp
                          : spelling == "heddle"_L1 ? TraceFormat::Heddle
                                                    : TraceFormat::Chrome;
    options.json = parser.value(format) == "json"_L1;
    options.execution.parallel = parser.isSet(parallel);
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
    script::Limits &limits = options.execution.limits;
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
    options.execution.loadMode = mode == "peers"_L1   ? LoadMode::Peers
                                 : mode == "raise"_L1 ? LoadMode::Raise
                                                      : LoadMode::One;
    return runWorkbook(std::move(options), out);
}

} // namespace heddle::app
