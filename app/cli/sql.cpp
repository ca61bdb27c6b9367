#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "orm/heddle.h"
#include "orm/script/interpreter.h"
#include "orm/values/errors.h"

#include <QFile>
#include <cstdio>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

/// Models and dialect without a database, from what `inspect --format json` wrote. Throws
/// OperationalError.
Database openOffline(const QString &path, const QString &dialect)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw OperationalError(Cli::tr("cannot read %1: %2").arg(path, file.errorString()));
    QString why;
    std::optional<DatabaseSchema> schema = schemaFromJson(file.readAll(), &why);
    if (!schema)
        throw OperationalError(
            Cli::tr("%1 is not what inspect --format json writes: %2").arg(path, why));
    return Database::offline(std::move(*schema), dialect);
}

QByteArray parametersJson(const ValueList &parameters)
{
    QByteArray json = "[";
    for (std::size_t i = 0; i < parameters.size(); ++i)
        json += (i > 0 ? ", " : "") + toJson(parameters[i]);
    return json + ']';
}

void printJson(const script::SqlPreview &preview, Output &out)
{
    QByteArray statements;
    for (const auto &item : preview.items)
        statements += (statements.isEmpty() ? QByteArray() : ", ") +
                      "{\"sql\": " + jsonText(QString::fromUtf8(item.sql)) +
                      ", \"parameters\": " + parametersJson(item.parameters) + '}';
    out.writeLine("{\"statements\": [" + statements + "], \"terminal\": " +
                  (preview.terminal.isEmpty() ? QByteArray("null") : jsonText(preview.terminal)) +
                  ", \"queries\": 0}");
}

void printText(const script::SqlPreview &preview, Output &out)
{
    if (preview.items.empty())
        out.writeLine(Cli::tr("-- nothing would be sent").toUtf8());
    for (const auto &item : preview.items) {
        out.writeLine(item.sql);
        for (std::size_t i = 0; i < item.parameters.size(); ++i)
            out.writeLine("-- " + QByteArray::number(qulonglong(i + 1)) + ": " +
                          item.parameters[i].toRepr().toUtf8());
    }
}

int print(const Database &database, const QString &expression, bool json, Output &out)
{
    script::InterpreterOptions options;
    options.database = database;
    script::Interpreter interpreter(std::move(options));
    const script::SqlPreview preview = interpreter.preview(expression);
    if (preview.error) {
        complain(errorLine(*preview.error));
        const QString caret = caretLines(expression, preview.error->line, preview.error->column);
        if (!caret.isEmpty())
            std::fprintf(stderr, "%s\n", caret.toUtf8().constData());
        if (json)
            out.writeLine("{\"error\": " + errorJson(*preview.error) + ", \"queries\": 0}");
        return ExitError;
    }
    if (json)
        printJson(preview, out);
    else
        printText(preview, out);
    return ExitOk;
}

} // namespace

int sqlCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments, Cli::tr("Prints the SQL of an expression with its parameters. Nothing is run."));
    const QCommandLineOption db(u"db"_s, Cli::tr("The database whose models and dialect are used."),
                                u"URL"_s);
    const QCommandLineOption dialect(
        u"dialect"_s, Cli::tr("sqlite, postgresql or mariadb: without a database, with --schema."),
        u"NAME"_s);
    const QCommandLineOption schema(
        u"schema"_s, Cli::tr("The models, as inspect --format json writes them."), u"FILE"_s);
    const QCommandLineOption format(u"format"_s, Cli::tr("text (the default) or json."),
                                    u"FORMAT"_s, u"text"_s);
    parser.options().addOptions({db, dialect, schema, format});
    parser.options().addPositionalArgument(u"EXPR"_s, Cli::tr("The expression, in quotes."));
    parser.restrict(format, {u"text"_s, u"json"_s});
    parser.restrict(dialect, {u"sqlite"_s, u"postgresql"_s, u"mariadb"_s});
    if (const auto status = parser.parse({u"EXPR"_s}))
        return *status;
    const bool offline = parser.isSet(dialect) || parser.isSet(schema);
    if (offline && parser.isSet(db))
        return parser.wrong(Cli::tr("--db excludes --dialect and --schema"));
    if (offline && !(parser.isSet(dialect) && parser.isSet(schema)))
        return parser.wrong(Cli::tr("--dialect and --schema belong together"));
    if (!offline && !parser.isSet(db))
        return parser.wrong(Cli::tr("--db is missing (or --dialect with --schema)"));
    const bool json = parser.value(format) == "json"_L1;
    try {
        const Database database = offline ? openOffline(parser.value(schema), parser.value(dialect))
                                          : Database::open(parser.value(db));
        return print(database, parser.positional(0), json, out);
    } catch (const OrmError &e) {
        const script::ScriptError error = script::toScriptError(e);
        complain(errorLine(error));
        if (json)
            out.writeLine("{\"error\": " + errorJson(error) + ", \"queries\": 0}");
        return ExitError;
    }
}

} // namespace heddle::app
