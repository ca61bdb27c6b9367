#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "orm/heddle.h"
#include "orm/schema/modelwriters.h"
#include "orm/script/interpreter.h"
#include "orm/values/errors.h"

#include <QFileInfo>
#include <QRegularExpression>

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

void printModels(const ModelRegistry &registry, Output &out)
{
    bool first = true;
    for (const auto &model : registry.models()) {
        if (!std::exchange(first, false))
            out.writeLine("");
        printModel(*model, out);
    }
}

/// Everything but the text for people; empty for that.
QByteArray written(const Database &database, const QString &format, const QString &nameSpace)
{
    const DatabaseSchema &schema = database.schema();
    const ModelRegistry &registry = *database.registry();
    if (format == "json"_L1)
        return schemaToJson(schema, registry);
    if (format == "django"_L1)
        return djangoModels(schema, registry, database.displayName());
    if (format == "dbml"_L1)
        return dbmlDiagram(schema, registry);
    if (format == "mermaid"_L1)
        return mermaidDiagram(schema, registry);
    if (format != "cpp"_L1)
        return {};
    CppWriterOptions options;
    options.source = database.displayName();
    options.nameSpace = nameSpace.isEmpty()
                            ? cppNamespaceFor(QFileInfo(options.source).completeBaseName())
                            : nameSpace;
    return cppModels(schema, registry, options);
}

} // namespace

int inspectCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments, Cli::tr("Prints the models of a database: fields, types, relations in both "
                           "directions. As text, as JSON, as code, or as a diagram."));
    const QCommandLineOption db(u"db"_s, Cli::tr("The database; the same as URL."), u"URL"_s);
    const QCommandLineOption format(
        u"format"_s,
        Cli::tr(
            "text (the default); json, which sql --schema and migrate --schema read; cpp: typed "
            "models; django: models.py; dbml or mermaid: a diagram."),
        u"FORMAT"_s, u"text"_s);
    const QCommandLineOption nameSpace(
        u"namespace"_s, Cli::tr("With cpp: the namespace; else it is called as the database is."),
        u"NAME"_s);
    parser.options().addOptions({db, format, nameSpace});
    parser.options().addPositionalArgument(
        u"URL"_s, Cli::tr("The database: a path, sqlite:///path, postgresql://..., mariadb://... "
                          "or qtsql:///?driver=..."));
    parser.restrict(format, {u"text"_s, u"json"_s, u"cpp"_s, u"django"_s, u"dbml"_s, u"mermaid"_s});
    if (const auto status = parser.parse({}, 1))
        return *status;
    if (parser.isSet(db) == (parser.positionalCount() > 0))
        return parser.wrong(parser.isSet(db)
                                ? Cli::tr("--db and URL are the same: give one of them")
                                : Cli::tr("URL is missing"));
    static const QRegularExpression identifiers(
        u"^[A-Za-z][A-Za-z0-9_]*(::[A-Za-z][A-Za-z0-9_]*)*$"_s);
    if (parser.isSet(nameSpace) && !identifiers.match(parser.value(nameSpace)).hasMatch())
        return parser.wrong(Cli::tr("'%1' is no C++ namespace").arg(parser.value(nameSpace)));
    try {
        const Database database =
            Database::open(parser.isSet(db) ? parser.value(db) : parser.positional(0));
        const QByteArray text =
            written(database, parser.value(format), parser.value(nameSpace)).trimmed();
        if (text.isEmpty())
            printModels(*database.registry(), out);
        else
            out.writeLine(text);
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
