#include "app/cli/cli.h"
#include "app/cli/databasechoice.h"
#include "app/cli/errortext.h"
#include "app/cli/execution.h"
#include "app/cli/report.h"
#include "orm/notation/linediff.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

bool overlaps(const notation::TextEdit &a, const notation::TextEdit &b)
{
    const bool insertsOnly = a.span.begin == a.span.end || b.span.begin == b.span.end;
    if (insertsOnly) // at an end of the other one is beside it
        return a.span.begin > b.span.begin
                   ? a.span.begin < b.span.end
                   : b.span.begin > a.span.begin && b.span.begin < a.span.end;
    return a.span.begin < b.span.end && b.span.begin < a.span.end;
}

/// The edits of all findings that can be made together: one whose edits meet another's waits for
/// the next time. What two of them ask for alike is done once.
std::vector<notation::TextEdit> editsOf(const std::vector<AdvisedFinding> &findings,
                                        QStringList *said)
{
    std::vector<notation::TextEdit> edits;
    for (const AdvisedFinding &finding : findings) {
        const auto meets = [&](const notation::TextEdit &edit) {
            return std::any_of(edits.begin(), edits.end(),
                               [&](const auto &known) { return overlaps(edit, known); });
        };
        const bool isKnown =
            std::all_of(finding.edits.begin(), finding.edits.end(), [&](const auto &edit) {
                return std::find(edits.begin(), edits.end(), edit) != edits.end();
            });
        if (isKnown || std::any_of(finding.edits.begin(), finding.edits.end(), meets))
            continue;
        edits.insert(edits.end(), finding.edits.begin(), finding.edits.end());
        *said << Cli::tr("line %1: %2 -> %3")
                     .arg(finding.site.line)
                     .arg(finding.message, finding.fix);
    }
    return edits;
}

} // namespace

int fixCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments,
        Cli::tr("Runs a workbook once and makes the changes that its findings ask for, where they "
                "are certain to keep the output. Prints them as a unified diff."));
    DatabaseChoice db(parser);
    const QCommandLineOption write(u"write"_s, Cli::tr("Change the file."));
    parser.options().addOption(write);
    parser.options().addPositionalArgument(u"FILE.py"_s, Cli::tr("The workbook."));
    if (const auto status = parser.parse({u"FILE.py"_s}))
        return *status;
    if (const auto status = db.read(parser))
        return *status;
    const QString path = parser.positional(0);
    if (parser.isSet(write) && path == "-"_L1)
        return parser.wrong(Cli::tr("--write needs a file"));
    ExecutionOptions options;
    options.url = db.url();
    options.replicas = db.replicas();
    options.file = path;
    Execution done = executeWorkbook(options);
    if (done.refused || !done.errors.empty()) {
        const script::ScriptError error = done.refused ? *done.refused : done.errors.front();
        complain(u"%1:%2:%3: "_s.arg(path).arg(error.line).arg(error.column) + errorLine(error));
        return ExitError;
    }
    QStringList said;
    const std::vector<notation::TextEdit> edits = editsOf(reportedFindings(done), &said);
    const QString before = done.workbook.text();
    const auto after = notation::apply(before, edits);
    if (!after) {
        complain(Cli::tr("%1: the changes contradict each other").arg(path));
        return ExitError;
    }
    for (const QString &line : said)
        complain(u"%1: %2"_s.arg(path, line));
    if (!parser.isSet(write)) {
        out.write(notation::unifiedDiff(before, *after, path, path).toUtf8());
        return ExitOk;
    }
    QString why;
    done.workbook.setText(*after);
    if (!edits.empty() && !done.workbook.save(path, &why)) {
        complain(Cli::tr("cannot write %1: %2").arg(path, why));
        return ExitError;
    }
    return ExitOk;
}

} // namespace heddle::app
