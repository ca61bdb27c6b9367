#include "app/cli/cli.h"
#include "app/cli/interrupt.h"
#include "orm/heddle.h"
#include "orm/trace/trace.h"
#include "orm/values/errors.h"

#include <cstdio>
#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

struct Command {
    const char *name;
    int (*run)(const QStringList &, Output &);
    const char *summary;
};

constexpr Command commands[] = {
    {"query", queryCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli",
                       "run one expression (or a file of them) and print its result")},
    {"sql", sqlCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli",
                       "print the SQL and parameters of an expression; run nothing")},
    {"explain", explainCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli",
                       "print how the database would carry out an expression, as a tree")},
    {"inspect", inspectCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli",
                       "print the models of a database, also as C++, Django or a diagram")},
    {"migrate", migrateCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli", "plan, preview, apply and undo changes of tables")},
    {"run", runCommand, QT_TRANSLATE_NOOP("heddle::app::Cli", "run a workbook")},
    {"check", checkCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli",
                       "run workbooks and fail if the analysis finds something, for CI")},
    {"compare", compareCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli", "compare two saved runs line by line")},
    {"fix", fixCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli",
                       "run a workbook and make the changes that its findings ask for")},
    {"make-async", makeAsyncCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli", "rewrite a workbook for async cells")},
    {"isolation", isolationCommand,
     QT_TRANSLATE_NOOP("heddle::app::Cli",
                       "show what two transactions at a time do to each other")},
    {"sample", sampleCommand, QT_TRANSLATE_NOOP("heddle::app::Cli", "make the sample bookshop")},
};

QString overview()
{
    QString text = Cli::tr("Usage: heddle-cli COMMAND [options]\n\nDjango's querysets on your "
                           "database, from the command line.\n\nCommands:\n");
    for (const Command &command : commands)
        text += u"  "_s + QString::fromLatin1(command.name).leftJustified(12) +
                Cli::tr(command.summary) + u'\n';
    return text + Cli::tr("\nheddle-cli COMMAND --help tells more; --version the version.\n"
                          "Exit status: 0; 1 for an error of the query; 2 for wrong usage; 130 "
                          "when stopped by Ctrl+C.\n");
}

int dispatch(const QStringList &arguments, Output &out)
{
    const QString first = arguments.value(1);
    if (first == "--help"_L1 || first == "-h"_L1 || first == "help"_L1) {
        out.write(overview().toLocal8Bit());
        return ExitOk;
    }
    if (first == "--version"_L1 || first == "-v"_L1) {
        out.writeLine("heddle-cli " + QCoreApplication::applicationVersion().toUtf8());
        return ExitOk;
    }
    for (const Command &command : commands)
        if (first == QLatin1String(command.name))
            return command.run(arguments.mid(1), out);
    complain(first.isEmpty() ? Cli::tr("a command is missing; see heddle-cli --help")
                             : Cli::tr("'%1' is no command; see heddle-cli --help").arg(first));
    return ExitUsage;
}

/// The command and its end: what could not be written, and what nobody caught.
int runProgram(const QStringList &arguments)
{
    Output out(STDOUT_FILENO);
    int status = ExitError;
    try {
        status = dispatch(arguments, out);
    } catch (const OrmError &error) {
        complain(error.qualifiedName() + u": "_s + error.message());
    } catch (const std::bad_alloc &) {
        complain(Cli::tr("out of memory"));
    }
    out.flush();
    if (!out.error().isEmpty()) {
        complain(Cli::tr("cannot write the output: %1").arg(out.error()));
        return ExitError;
    }
    return Interrupt::wasRequested() ? int(ExitInterrupted) : status;
}

} // namespace
} // namespace heddle::app

int main(int argc, char **argv)
{
    heddle::app::Interrupt::install(); // before Qt starts a thread
    QCoreApplication application(argc, argv);
    QCoreApplication::setApplicationName(u"heddle"_s);
    QCoreApplication::setOrganizationName(u"heddle"_s);
    QCoreApplication::setApplicationVersion(QStringLiteral(HEDDLE_VERSION));
    heddle::registerBackends();
    heddle::setTraceThreadName(u"main"_s);
    return heddle::app::runProgram(QCoreApplication::arguments());
}
