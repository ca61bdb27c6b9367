#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "orm/heddle.h"
#include "orm/script/interpreter.h"
#include "orm/values/errors.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

QString words(const Field &field)
{
    QStringList said;
    if (field.primaryKey)
        said.append(field.automatic ? Cli::tr("primary key, automatic") : Cli::tr("primary key"));
    if (field.null)
        said.append(Cli::tr("null"));
    if (field.unique && !field.primaryKey)
        said.append(Cli::tr("unique"));
    else if (field.indexed && !field.primaryKey)
        said.append(Cli::tr("indexed"));
    if (field.generated)
        said.append(Cli::tr("generated"));
    if (field.defaultSql)
        said.append(Cli::tr("default %1").arg(*field.defaultSql));
    return said.join(u", "_s);
}

QString typeOf(const Field &field)
{
    return field.isRelation() ? field.type.className() + u" -> "_s + field.target->name
                              : field.type.toString();
}

/// One line: "    title           CharField(200)      indexed".
void printLine(const QString &name, const QString &type, const QString &remark, Output &out)
{
    const auto padded = [](const QString &text, int width) {
        return text + QString(std::max(1, width - displayWidth(text)), u' ');
    };
    QString line = u"    "_s + padded(name, 28) + padded(type, 30) + remark;
    while (line.endsWith(u' '))
        line.chop(1);
    out.writeLine(line.toUtf8());
}

void printModel(const ModelInfo &model, Output &out)
{
    QString title = model.name;
    if (model.name != model.table)
        title += u" ("_s + model.table + u')';
    if (model.isView)
        title += Cli::tr(", a view");
    if (model.isManyToManyLink())
        title += Cli::tr(", links many to many");
    out.writeLine(title.toUtf8());
    for (const auto &field : model.fields())
        printLine(field->name, typeOf(*field), words(*field), out);
    for (const auto &relation : model.relations())
        printLine(relation->accessor,
                  (relation->kind == RelationKind::ManyToMany ? u"<-> "_s : u"<- "_s) +
                      relation->target->name,
                  Cli::tr("in lookups: %1").arg(relation->queryName), out);
}

} // namespace

int inspectCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments,
        Cli::tr("Prints the models of a database: fields, types, relations in both directions."));
    const QCommandLineOption db(
        u"db"_s, Cli::tr("The database: a path, sqlite:///path or postgresql://..."), u"URL"_s);
    const QCommandLineOption format(
        u"format"_s, Cli::tr("text (the default) or json, which sql --schema reads."), u"FORMAT"_s,
        u"text"_s);
    parser.options().addOptions({db, format});
    parser.restrict(format, {u"text"_s, u"json"_s});
    if (const auto status = parser.parse({}))
        return *status;
    if (!parser.isSet(db))
        return parser.wrong(Cli::tr("--db is missing"));
    try {
        const Database database = Database::open(parser.value(db));
        if (parser.value(format) == "json"_L1) {
            out.writeLine(schemaToJson(database.schema(), *database.registry()).trimmed());
            return ExitOk;
        }
        bool first = true;
        for (const auto &model : database.registry()->models()) {
            if (!std::exchange(first, false))
                out.writeLine("");
            printModel(*model, out);
        }
        return ExitOk;
    } catch (const OrmError &e) {
        const script::ScriptError error = script::toScriptError(e);
        complain(errorLine(error));
        if (parser.value(format) == "json"_L1)
            out.writeLine("{\"error\": " + errorJson(error) + ", \"queries\": 0}");
        return ExitError;
    }
}

} // namespace heddle::app
