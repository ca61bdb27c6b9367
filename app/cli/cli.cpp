#include "app/cli/cli.h"

#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

void complain(const QString &line)
{
    const QByteArray text = "heddle-cli: " + line.toUtf8() + '\n';
    std::fwrite(text.constData(), 1, std::size_t(text.size()), stderr);
}

CommandParser::CommandParser(QStringList arguments, const QString &description)
    : m_arguments(std::move(arguments)), m_command(m_arguments.value(0))
{
    // The usage line names the command as it is called.
    m_arguments[0] = u"heddle-cli "_s + m_command;
    m_parser.setApplicationDescription(description);
    m_parser.setOptionsAfterPositionalArgumentsMode(QCommandLineParser::ParseAsOptions);
}

void CommandParser::restrict(const QCommandLineOption &option, const QStringList &values)
{
    m_restricted.emplace_back(option, values);
}

int CommandParser::wrong(const QString &sentence) const
{
    complain(m_command + u": "_s + sentence + Cli::tr("; see heddle-cli %1 --help").arg(m_command));
    return ExitUsage;
}

std::optional<int> CommandParser::parse(const QStringList &positional, int optional)
{
    const QCommandLineOption help = m_parser.addHelpOption();
    const bool understood = m_parser.parse(m_arguments);
    if (understood && m_parser.isSet(help)) {
        QString text = m_parser.helpText();
        // Qt takes the program's path for the usage line; people type the name and the command.
        const qsizetype options = text.indexOf(u" [options]"_s);
        if (options > 0 && text.startsWith(u"Usage: "_s))
            text.replace(0, options, u"Usage: heddle-cli "_s + m_command);
        const QByteArray bytes = text.toLocal8Bit();
        std::fwrite(bytes.constData(), 1, std::size_t(bytes.size()), stdout);
        return ExitOk;
    }
    if (!understood) {
        QString text = m_parser.errorText();
        while (text.endsWith(u'.'))
            text.chop(1);
        return wrong(text);
    }
    for (const auto &[option, values] : m_restricted)
        if (m_parser.isSet(option) && !values.contains(m_parser.value(option)))
            return wrong(
                Cli::tr("--%1 is one of %2, not '%3'")
                    .arg(option.names().constLast(), values.join(u", "_s), m_parser.value(option)));
    const QStringList given = m_parser.positionalArguments();
    if (given.size() < positional.size())
        return wrong(Cli::tr("%1 is missing").arg(positional[given.size()]));
    const qsizetype most = positional.size() + optional;
    if (given.size() > most)
        return wrong(Cli::tr("'%1' is one argument too many (is the expression in quotes?)")
                         .arg(given[most]));
    return {};
}

} // namespace heddle::app
