#include "app/commandline.h"

#include <QCommandLineParser>
#include <QRegularExpression>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

CommandLine CommandLine::parse(const QStringList &arguments)
{
    QCommandLineParser parser;
    parser.setApplicationDescription(tr("A query workbench on an asynchronous ORM: Django's "
                                        "querysets on your database, drawn as they run."));
    const QCommandLineOption help = parser.addHelpOption();
    const QCommandLineOption version = parser.addVersionOption();
    const QCommandLineOption db(u"db"_s, tr("Open the database behind a path or a URL."), u"URL"_s);
    const QCommandLineOption screenshot(
        u"screenshot"_s, tr("Write the window as a PNG file and exit."), u"FILE.png"_s);
    const QCommandLineOption runAll(u"run-all"_s, tr("Run the whole workbook at the start."));
    const QCommandLineOption dark(u"dark"_s, tr("Use the dark theme."));
    const QCommandLineOption light(u"light"_s, tr("Use the light theme."));
    const QCommandLineOption size(u"size"_s, tr("The size of the window."), u"WIDTHxHEIGHT"_s);
    parser.addOptions({db, screenshot, runAll, dark, light, size});
    parser.addPositionalArgument(u"FILE"_s, tr("Workbooks (.py) and a database file to open."),
                                 u"[FILE.py|FILE.sqlite ...]"_s);

    CommandLine result;
    const auto wrong = [&result](const QString &why) {
        result.message = why;
        result.exitCode = 2;
        return result;
    };
    if (!parser.parse(arguments))
        return wrong(parser.errorText());
    if (parser.isSet(help) || parser.isSet(u"help-all"_s)) {
        result.message = parser.helpText();
        result.exitCode = 0;
        return result;
    }
    if (parser.isSet(version)) {
        result.message = u"heddle "_s + QCoreApplication::applicationVersion();
        result.exitCode = 0;
        return result;
    }
    result.database = parser.value(db);
    for (const QString &file : parser.positionalArguments()) {
        if (file.endsWith(u".py"_s, Qt::CaseInsensitive))
            result.workbooks.append(file);
        else if (result.database.isEmpty())
            result.database = file;
        else
            return wrong(tr("There can be only one database: %1 and %2 were given.")
                             .arg(result.database, file));
    }
    if (parser.isSet(dark) && parser.isSet(light))
        return wrong(tr("--dark and --light exclude each other."));
    result.dark = parser.isSet(dark);
    result.light = parser.isSet(light);
    result.runAll = parser.isSet(runAll);
    result.screenshot = parser.value(screenshot);
    if (parser.isSet(size)) {
        static const QRegularExpression pattern(u"^(\\d{3,5})[xX](\\d{3,5})$"_s);
        const QRegularExpressionMatch match = pattern.match(parser.value(size));
        if (!match.hasMatch())
            return wrong(tr("--size wants WIDTHxHEIGHT in pixels, such as 1600x1000, not %1.")
                             .arg(parser.value(size)));
        result.size = {match.captured(1).toInt(), match.captured(2).toInt()};
    }
    return result;
}

} // namespace heddle::app
