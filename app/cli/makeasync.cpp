#include "orm/advice/makeasync.h"

#include "app/cli/cli.h"
#include "app/cli/databasechoice.h"
#include "app/cli/errortext.h"
#include "app/cli/execution.h"
#include "orm/notation/linediff.h"
#include "orm/script/interpreter.h"
#include "orm/values/errors.h"

#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

QString noteLine(const QString &file, const advice::AsyncNote &note)
{
    QString kind;
    switch (note.kind) {
    case advice::AsyncNote::Advice:
        kind = Cli::tr("note");
        break;
    case advice::AsyncNote::Unseen:
        kind = Cli::tr("look here");
        break;
    case advice::AsyncNote::Left:
        kind = Cli::tr("not rewritten");
        break;
    }
    return u"%1:%2:%3: %4: %5"_s.arg(file)
        .arg(note.span.line)
        .arg(note.span.column)
        .arg(kind, note.text);
}

/// Writes the async form of one workbook; gives the exit status.
int rewrite(const Database &database, const QString &path, const QString &output, Output &out)
{
    QString why;
    std::optional<ui::Workbook> workbook = loadWorkbook(path, &why);
    if (!workbook) {
        complain(Cli::tr("cannot read %1: %2").arg(path, why));
        return ExitError;
    }
    const QString before = workbook->text();
    const notation::ParseResult parsed = notation::parseModule(before);
    const auto rewritten = advice::makeAsync(parsed, *database.registry(), {}, &why);
    if (!rewritten) {
        complain(Cli::tr("%1: %2").arg(path, why));
        return parsed.ok() ? ExitOk : ExitError;
    }
    const std::optional<QString> after = notation::apply(before, rewritten->edits);
    if (!after) {
        complain(Cli::tr("%1: the changes contradict each other").arg(path));
        return ExitError;
    }
    for (const advice::AsyncNote &note : rewritten->notes)
        complain(noteLine(path, note));
    if (output.isEmpty()) {
        out.write(notation::unifiedDiff(before, *after, path, path).toUtf8());
    } else {
        workbook->setText(*after);
        if (output == "-"_L1) {
            out.write(workbook->toBytes());
        } else if (!workbook->save(output, &why)) {
            complain(Cli::tr("cannot write %1: %2").arg(output, why));
            return ExitError;
        } else {
            complain(u"%1: %2"_s.arg(output, rewritten->summary));
        }
    }
    return rewritten->isComplete() ? ExitOk : ExitError;
}

} // namespace

int makeAsyncCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments,
        Cli::tr("Rewrites a workbook for async cells: what asks the database is awaited. Nothing "
                "is run. Exit status 1: some place must be rewritten by hand, and is named."));
    DatabaseChoice db(parser);
    const QCommandLineOption diff(u"diff"_s,
                                  Cli::tr("Print the changes as a unified diff (the default)."));
    const QCommandLineOption output(
        u"output"_s, Cli::tr("Write the new text to a file; - is standard output."), u"FILE"_s);
    parser.options().addOptions({diff, output});
    parser.options().addPositionalArgument(u"FILE.py"_s,
                                           Cli::tr("The workbook; - is standard input."));
    if (const auto status = parser.parse({u"FILE.py"_s}))
        return *status;
    if (const auto status = db.read(parser))
        return *status;
    if (parser.isSet(diff) && parser.isSet(output))
        return parser.wrong(Cli::tr("--diff and --output exclude each other"));
    if (parser.isSet(output) && parser.value(output).isEmpty())
        return parser.wrong(Cli::tr("--output takes a file"));
    try {
        return rewrite(db.open(), parser.positional(0), parser.value(output), out);
    } catch (const OrmError &e) {
        complain(errorLine(script::toScriptError(e)));
        return ExitError;
    }
}

} // namespace heddle::app
