#pragma once

#include "app/cli/output.h"

#include <QCommandLineParser>
#include <QCoreApplication>
#include <QStringList>
#include <optional>

namespace heddle::app {

/// What the program ends with. 1: the query (or the file, or the database) said no. 2: it was
/// called wrongly. 130: stopped by SIGINT.
enum ExitStatus { ExitOk = 0, ExitError = 1, ExitUsage = 2, ExitInterrupted = 130 };

/// The words of the command line, for translators.
class Cli {
    Q_DECLARE_TR_FUNCTIONS(heddle::app::Cli)
};

/// One command's options: reads them, answers --help, and says what is wrong.
class CommandParser {
public:
    /// `arguments` begin with the command's own name.
    CommandParser(QStringList arguments, const QString &description);
    QCommandLineParser &options() { return m_parser; }
    /// Nothing: go on. Else the exit status: help was given, or the usage was wrong. `positional`:
    /// the names of what must be given beside the options; `optional` more may follow.
    std::optional<int> parse(const QStringList &positional, int optional = 0);
    /// One of the values that an option may have; a wrong one ends up in parse()'s status.
    void restrict(const QCommandLineOption &option, const QStringList &values);
    bool isSet(const QCommandLineOption &option) const { return m_parser.isSet(option); }
    QString value(const QCommandLineOption &option) const { return m_parser.value(option); }
    QStringList values(const QCommandLineOption &option) const { return m_parser.values(option); }
    QString positional(int index) const { return m_parser.positionalArguments().value(index); }
    int positionalCount() const { return int(m_parser.positionalArguments().size()); }
    /// Says in one line what is wrong with the call; gives ExitUsage.
    int wrong(const QString &sentence) const;

private:
    QStringList m_arguments;
    QString m_command;
    QCommandLineParser m_parser;
    std::vector<std::pair<QCommandLineOption, QStringList>> m_restricted;
};

/// "heddle-cli: ..." on stderr.
void complain(const QString &line);

// The commands. `arguments` begin with the command's name; each gives the exit status.
int queryCommand(const QStringList &arguments, Output &out);
int sqlCommand(const QStringList &arguments, Output &out);
int explainCommand(const QStringList &arguments, Output &out);
int inspectCommand(const QStringList &arguments, Output &out);
int migrateCommand(const QStringList &arguments, Output &out);
int runCommand(const QStringList &arguments, Output &out);
int checkCommand(const QStringList &arguments, Output &out);
int compareCommand(const QStringList &arguments, Output &out);
int fixCommand(const QStringList &arguments, Output &out);
int makeAsyncCommand(const QStringList &arguments, Output &out);
int isolationCommand(const QStringList &arguments, Output &out);
int sampleCommand(const QStringList &arguments, Output &out);

} // namespace heddle::app
