#include "app/cli/checkformats.h"
#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "app/cli/execution.h"
#include "app/cli/interrupt.h"
#include "app/cli/report.h"
#include "app/cli/tracing.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

QString errorSentence(const QString &file, const script::ScriptError &error)
{
    const QString place = error.line > 0
                              ? u"%1:%2:%3: "_s.arg(file).arg(error.line).arg(error.column)
                              : file + u": "_s;
    return place + (error.type.isEmpty() ? error.message : errorLine(error));
}

CheckedFile checkFile(const QString &url, const QString &path, int allowedQueries)
{
    ExecutionOptions options;
    options.url = url;
    options.file = path;
    const Execution done = executeWorkbook(options);
    CheckedFile file;
    file.file = path;
    file.allowedQueries = allowedQueries;
    file.wallNs = done.wallNs;
    if (done.refused)
        file.error = errorSentence(path, *done.refused);
    else if (!done.errors.empty())
        file.error = errorSentence(path, done.errors.front());
    file.queries = queryCount(done.records);
    file.findings = reportedFindings(done, &file.expected);
    return file;
}

} // namespace

int checkCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments, Cli::tr("Runs workbooks and fails if the analysis finds something, for CI."));
    const QCommandLineOption db(
        u"db"_s, Cli::tr("The database: a path, sqlite:///path or postgresql://..."), u"URL"_s);
    const QCommandLineOption most(u"max-queries"_s,
                                  Cli::tr("Fail a workbook that sends more queries."), u"N"_s);
    const QCommandLineOption failOn(
        u"fail-on"_s,
        Cli::tr("Fail on findings from this severity on: info, warning (the default) or severe."),
        u"LEVEL"_s, u"warning"_s);
    const QCommandLineOption format(
        u"format"_s, Cli::tr("text (the default), json, junit or sarif."), u"FORMAT"_s, u"text"_s);
    parser.options().addOptions({db, most, failOn, format});
    parser.options().addPositionalArgument(u"FILE.py"_s, Cli::tr("The workbooks."),
                                           u"FILE.py..."_s);
    parser.restrict(format, {u"text"_s, u"json"_s, u"junit"_s, u"sarif"_s});
    parser.restrict(failOn, {u"info"_s, u"warning"_s, u"severe"_s});
    constexpr int manyFiles = 100'000;
    if (const auto status = parser.parse({u"FILE.py"_s}, manyFiles))
        return *status;
    if (!parser.isSet(db))
        return parser.wrong(Cli::tr("--db is missing"));
    int allowed = -1;
    if (parser.isSet(most)) {
        bool isNumber = false;
        allowed = parser.value(most).toInt(&isNumber);
        if (!isNumber || allowed < 0)
            return parser.wrong(
                Cli::tr("--max-queries takes a number from 0, not '%1'").arg(parser.value(most)));
    }
    const analysis::Severity level = *analysis::severityFromText(parser.value(failOn));
    std::vector<CheckedFile> files;
    bool failed = false;
    for (int i = 0; i < parser.positionalCount() && !Interrupt::wasRequested(); ++i) {
        files.push_back(checkFile(parser.value(db), parser.positional(i), allowed));
        failed = failed || files.back().fails(level);
    }
    const QString wanted = parser.value(format);
    out.write(wanted == "json"_L1    ? checkJson(files, level)
              : wanted == "junit"_L1 ? checkJUnit(files, level)
              : wanted == "sarif"_L1 ? checkSarif(files, level)
                                     : checkText(files, level));
    return failed ? ExitError : ExitOk;
}

} // namespace heddle::app
