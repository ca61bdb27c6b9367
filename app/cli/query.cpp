#include "app/cli/cli.h"
#include "app/cli/databasechoice.h"
#include "app/cli/errortext.h"
#include "app/cli/formats.h"
#include "app/cli/interrupt.h"
#include "app/cli/tracing.h"
#include "orm/heddle.h"
#include "orm/script/interpreter.h"
#include "orm/script/resultview.h"
#include "orm/values/errors.h"

#include <QFile>
#include <algorithm>
#include <cstdio>
#include <iterator>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using script::ScriptError;

/// One `heddle-cli query`: the database, who listens, and how results are written.
class QueryRun {
public:
    /// `keep`: somebody wants the trace at the end, with parameters.
    QueryRun(Format format, LoadMode loadMode, bool keep, Output &out)
        : m_format(format), m_loadMode(loadMode), m_recorder(keep), m_keep(keep), m_out(out)
    {
    }

    int open(const DatabaseChoice &choice);
    int one(const QString &expression);
    int batch(const QByteArrayList &lines);
    /// Everything that was recorded.
    const std::vector<TraceRecord> &records();

private:
    std::unique_ptr<script::Interpreter> makeInterpreter();
    struct Answer {
        QByteArray json; // the object, also for an error
        std::optional<ScriptError> error;
    };
    Answer answer(const QString &expression);
    /// The queries since the last call; their records are kept for the trace.
    int takeQueries();
    void complainAbout(const QString &expression, const ScriptError &error) const;
    void printRows(script::Interpreter &interpreter, const script::Object &value);
    bool stream(const script::Object &value);
    bool streamBatch(const RowBatch &batch, const std::vector<int> &columns, RowWriter &writer);
    int fail(const QString &expression, const ScriptError &error);

    Format m_format;
    LoadMode m_loadMode;
    TraceRecorder m_recorder;
    bool m_keep;
    std::vector<TraceRecord> m_records; // taken from the recorder so far
    Database m_database;
    Output &m_out;
};

QByteArray failureObject(const ScriptError &error, int queries)
{
    return "{\"error\": " + errorJson(error) + ", \"queries\": " + QByteArray::number(queries) +
           '}';
}

int QueryRun::takeQueries()
{
    std::vector<TraceRecord> taken = m_recorder.take();
    const int queries = queryCount(taken);
    if (m_keep)
        std::move(taken.begin(), taken.end(), std::back_inserter(m_records));
    return queries;
}

const std::vector<TraceRecord> &QueryRun::records()
{
    takeQueries();
    return m_records;
}

void QueryRun::complainAbout(const QString &expression, const ScriptError &error) const
{
    if (Interrupt::wasRequested())
        return;
    complain(errorLine(error));
    const QString caret = caretLines(expression, error.line, error.column);
    if (!caret.isEmpty())
        std::fprintf(stderr, "%s\n", caret.toUtf8().constData());
}

int QueryRun::fail(const QString &expression, const ScriptError &error)
{
    if (m_out.isClosed())
        return ExitOk; // the reader went away and the query was stopped for that
    complainAbout(expression, error);
    if (m_format == Format::Json)
        m_out.writeLine(failureObject(error, takeQueries()));
    return ExitError;
}

int QueryRun::open(const DatabaseChoice &choice)
{
    try {
        m_database = choice.open();
        m_database.setTraceSink(&m_recorder);
        return ExitOk;
    } catch (const OrmError &error) {
        return fail({}, script::toScriptError(error));
    }
}

/// A fresh one for each expression: expressions of a batch stand alone.
std::unique_ptr<script::Interpreter> QueryRun::makeInterpreter()
{
    script::InterpreterOptions options;
    options.database = m_database;
    options.sink = &m_recorder;
    options.loadMode = m_loadMode;
    return std::make_unique<script::Interpreter>(std::move(options));
}

/// The JSON object of one expression: result or error.
QueryRun::Answer QueryRun::answer(const QString &expression)
{
    const auto interpreter = makeInterpreter();
    const Interrupt::Scope scope([&interpreter] { interpreter->stop(); });
    const script::RunOutcome outcome = interpreter->evaluate(expression);
    if (outcome.error)
        return {failureObject(*outcome.error, takeQueries()), outcome.error};
    try {
        const script::ResultView view = script::resultOf(*interpreter, outcome.value);
        QByteArray json = "{";
        if (const QByteArray kind = script::resultKindName(view.kind()); !kind.isEmpty())
            json += "\"kind\": \"" + kind + "\", ";
        json += "\"result\": " + (view.toJson().isEmpty() ? QByteArray("null") : view.toJson());
        return {json + ", \"queries\": " + QByteArray::number(takeQueries()) + '}', {}};
    } catch (const OrmError &e) {
        const ScriptError error = script::toScriptError(e);
        return {failureObject(error, takeQueries()), error};
    }
}

int QueryRun::batch(const QByteArrayList &lines)
{
    for (const QByteArray &line : lines) {
        if (!m_out.writeLine(answer(QString::fromUtf8(line)).json))
            return ExitOk; // nobody reads any more
        if (Interrupt::wasRequested())
            return ExitInterrupted;
    }
    return ExitOk;
}

bool QueryRun::streamBatch(const RowBatch &batch, const std::vector<int> &columns,
                           RowWriter &writer)
{
    ValueList values(columns.size());
    for (int row = 0; row < batch.rowCount(); ++row) {
        for (std::size_t c = 0; c < columns.size(); ++c)
            values[c] = batch.value(row, columns[c]);
        if (!writer.row(values))
            return false;
    }
    return true;
}

/// Writes a queryset's rows as they arrive, so that memory does not grow with their number. False:
/// it is no queryset.
bool QueryRun::stream(const script::Object &value)
{
    const std::optional<Query> query = script::queryOf(value);
    if (!query)
        return false;
    const QuerySet<Record> rows(m_database, *query);
    const std::shared_ptr<const ResultShape> shape = rows.shape();
    QStringList names;
    std::vector<int> columns;
    RowShape rowShape = RowShape::Object;
    if (shape->kind == ResultKind::Rows) {
        for (const auto &field : shape->layout.model->fields()) {
            const int column = shape->layout.columnOfField[std::size_t(field->index)];
            if (column >= 0) {
                names.append(field->attname);
                columns.push_back(column);
            }
        }
        for (const auto &[name, column] : shape->annotations) {
            names.append(name);
            columns.push_back(column);
        }
    } else {
        names = shape->names;
        columns = shape->columns;
        rowShape = shape->kind == ResultKind::Values       ? RowShape::Object
                   : shape->kind == ResultKind::ValuesList ? RowShape::List
                                                           : RowShape::Scalar;
    }
    const auto writer = makeRowWriter(m_format, names, rowShape, m_out);
    const std::uint16_t thread = currentTraceThread();
    const Interrupt::Scope scope([this, thread] { m_database.runner().cancelSync(thread); });
    rows.stream([&](RowBatchPtr batch) { return streamBatch(*batch, columns, *writer); },
                CallInfo{CallSite{1, 1, nullptr}, 0, 0, 0, nullptr});
    writer->finish();
    return true;
}

void QueryRun::printRows(script::Interpreter &interpreter, const script::Object &value)
{
    if (canStream(m_format) && stream(value))
        return;
    const script::ResultView view = script::resultOf(interpreter, value);
    const auto kind = view.kind();
    // One value is printed as it is; a table of one cell says no more.
    if (kind == script::ResultKind::None || (view.columnCount() == 0 && canStream(m_format)) ||
        ((kind == script::ResultKind::Scalar || view.columnCount() == 0) &&
         m_format == Format::Table)) {
        m_out.writeLine(m_format == Format::JsonLines ? view.toJson() : view.text().toUtf8());
        return;
    }
    // The engine's JSON tells a row that is an object from one that is a list.
    const QByteArray json = view.toJson().left(2);
    const RowShape shape = json.contains('{') ? RowShape::Object
                           : json == "[["     ? RowShape::List
                                              : RowShape::Scalar;
    const auto writer = makeRowWriter(m_format, view.columns(), shape, m_out);
    ValueList values(std::size_t(view.columnCount()));
    for (int row = 0; row < view.rowCount(); ++row) {
        for (int c = 0; c < view.columnCount(); ++c)
            values[std::size_t(c)] = view.cell(row, c);
        if (!writer->row(values))
            return;
    }
    writer->finish();
}

int QueryRun::one(const QString &expression)
{
    if (m_format == Format::Json) {
        const Answer answered = answer(expression);
        m_out.writeLine(answered.json);
        if (answered.error)
            complainAbout(expression, *answered.error);
        return answered.error ? ExitError : ExitOk;
    }
    const auto interpreter = makeInterpreter();
    const Interrupt::Scope scope([&interpreter] { interpreter->stop(); });
    const script::RunOutcome outcome = interpreter->evaluate(expression);
    if (outcome.error)
        return fail(expression, *outcome.error);
    try {
        printRows(*interpreter, outcome.value);
        return ExitOk;
    } catch (const OrmError &error) {
        return fail(expression, script::toScriptError(error));
    }
}

/// The lines of a batch file, "-" being standard input; nothing, after complaining, if it cannot be
/// read.
std::optional<QByteArrayList> readBatch(const QString &path)
{
    QFile file(path);
    const bool opened =
        path == "-"_L1 ? file.open(stdin, QIODevice::ReadOnly) : file.open(QIODevice::ReadOnly);
    if (!opened) {
        complain(Cli::tr("cannot read %1: %2").arg(path, file.errorString()));
        return {};
    }
    QByteArrayList lines = file.readAll().split('\n');
    if (lines.constLast().isEmpty())
        lines.removeLast();
    for (QByteArray &line : lines)
        if (line.endsWith('\r'))
            line.chop(1);
    return lines;
}

std::optional<LoadMode> loadModeFromName(const QString &name)
{
    if (name == "one"_L1)
        return LoadMode::One;
    if (name == "peers"_L1)
        return LoadMode::Peers;
    if (name == "raise"_L1)
        return LoadMode::Raise;
    return {};
}

} // namespace

int queryCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(arguments, Cli::tr("Runs one expression and prints its result."));
    DatabaseChoice db(parser);
    const QCommandLineOption format(
        u"format"_s, Cli::tr("table (the default), json, jsonl, csv, tsv or markdown."),
        u"FORMAT"_s, u"table"_s);
    const QCommandLineOption load(
        u"load"_s, Cli::tr("How relations that were not loaded are loaded: one, peers or raise."),
        u"MODE"_s, u"one"_s);
    const QCommandLineOption trace(
        u"trace"_s, Cli::tr("Write a trace for Perfetto (Chrome's JSON)."), u"FILE"_s);
    const QCommandLineOption batch(
        u"batch"_s,
        Cli::tr("Run one expression a line of FILE (- is standard input) and print one JSON object "
                "a line; wants --format json."),
        u"FILE"_s);
    parser.options().addOptions({format, load, trace, batch});
    parser.options().addPositionalArgument(
        u"EXPR"_s, Cli::tr("The expression, in quotes: \"Book.objects.filter(pages__gt=900)\"."));
    parser.restrict(format, formatNames());
    parser.restrict(load, {u"one"_s, u"peers"_s, u"raise"_s});
    const bool isBatch = std::any_of(arguments.begin(), arguments.end(), [](const QString &a) {
        return a == "--batch"_L1 || a.startsWith("--batch="_L1);
    });
    if (const auto status = parser.parse(isBatch ? QStringList() : QStringList{u"EXPR"_s}))
        return *status;
    if (const auto status = db.read(parser))
        return *status;
    const Format chosen = *formatFromName(parser.value(format));
    if (isBatch && chosen != Format::Json)
        return parser.wrong(Cli::tr("--batch wants --format json"));

    QueryRun run(chosen, *loadModeFromName(parser.value(load)), parser.isSet(trace), out);
    QByteArrayList lines;
    if (isBatch) {
        const auto read = readBatch(parser.value(batch));
        if (!read)
            return ExitError;
        lines = *read;
    }
    int status = run.open(db);
    if (status == ExitOk)
        status = isBatch ? run.batch(lines) : run.one(parser.positional(0));
    if (parser.isSet(trace) && !saveTrace(parser.value(trace), run.records()) && status == ExitOk)
        status = ExitError;
    return status;
}

} // namespace heddle::app
