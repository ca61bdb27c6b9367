#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "orm/heddle.h"
#include "orm/schema/migrations.h"
#include "orm/script/interpreter.h"
#include "orm/values/errors.h"

#include <QFile>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

/// What the options of all six actions say.
struct Wish {
    QString action;
    QString url;
    QString folder, schema, dialect, migration, target, name;
    bool fake = false, dryRun = false, backwards = false, dropUnknown = false,
         detectRenames = false;
    QStringList renames, fills;
};

[[noreturn]] void usage(const QString &sentence)
{
    throw ValueError(sentence);
}

SchemaSpec wantedOf(const QString &path)
{
    QFile file(path);
    if (!file.open(QIODevice::ReadOnly))
        throw OperationalError(Cli::tr("cannot read %1: %2").arg(path, file.errorString()));
    QString why;
    const std::optional<DatabaseSchema> schema = schemaFromJson(file.readAll(), &why);
    if (!schema)
        throw OperationalError(
            Cli::tr("%1 is not what inspect --format json writes: %2").arg(path, why));
    return specFromSchema(*schema, {migrationsTable});
}

/// "book.pages=0" -> field book.pages, value 0; throws for another shape.
std::pair<QString, QString> assignment(const QString &text, const QString &option)
{
    const qsizetype equals = text.indexOf(u'=');
    if (equals <= 0)
        usage(Cli::tr("--%1 wants NAME=VALUE, not '%2'").arg(option, text));
    return {text.left(equals), text.mid(equals + 1)};
}

DiffOptions diffOptions(const Wish &wish)
{
    DiffOptions options;
    options.detectRenames = wish.detectRenames;
    options.keepUnknownTables = !wish.dropUnknown;
    for (const QString &text : wish.renames) {
        const auto [from, to] = assignment(text, u"rename"_s);
        const qsizetype dot = from.indexOf(u'.');
        options.renames.push_back({dot < 0 ? QString() : from.left(dot), from.mid(dot + 1), to});
    }
    return options;
}

/// Gives the new fields the values of --fill. Throws for one that needs a value and has none.
void fill(SchemaOperations &operations, const QStringList &fills)
{
    QHash<QString, QString> values;
    for (const QString &text : fills) {
        const auto [field, value] = assignment(text, u"fill"_s);
        values.insert(field, value);
    }
    QStringList missing;
    for (SchemaOperation &operation : operations) {
        QString field = tableOf(operation) + u'.';
        if (const auto *add = std::get_if<ddl::AddField>(&operation))
            field += add->column.name;
        else if (const auto *alter = std::get_if<ddl::AlterField>(&operation))
            field += alter->after.name;
        if (!needsFill(operation))
            continue;
        if (values.contains(field))
            setFill(operation, values.value(field));
        else
            missing << field;
    }
    if (!missing.isEmpty())
        throw ProgrammingError(
            Cli::tr("Rows that are there already need a value, since NULL is not allowed: give "
                    "--fill %1=VALUE, or make the field nullable, or give it a default.")
                .arg(missing.join(u"=VALUE --fill "_s)));
}

void printOperations(const SchemaOperations &operations, Output &out)
{
    for (const SchemaOperation &operation : operations) {
        QString line = u"  "_s + describe(operation);
        for (const QString &remark : {whatIsLost(operation), whyIrreversible(operation)}) {
            if (!remark.isEmpty())
                line += u" ("_s + remark.chopped(remark.endsWith(u'.') ? 1 : 0) + u')';
        }
        out.writeLine(line.toUtf8());
    }
}

Database databaseOf(const Wish &wish)
{
    if (wish.url.isEmpty())
        usage(Cli::tr("URL is missing"));
    return Database::open(wish.url);
}

/// What makes a database that has no migration files as a schema wants it.
SchemaOperations directOperations(const Database &db, const Wish &wish, const SchemaSpec &now)
{
    DiffOptions options = diffOptions(wish);
    options.readBackAs = &ddlFor(db.dialect());
    SchemaOperations operations = diffSchemas(now, wantedOf(wish.schema), options);
    fill(operations, wish.fills);
    return operations;
}

// --- The actions ---

int plan(const Wish &wish, Output &out)
{
    if (wish.schema.isEmpty())
        usage(Cli::tr("--schema is missing: what is wanted"));
    if (wish.folder.isEmpty()) {
        const Database db = databaseOf(wish);
        const SchemaOperations operations = directOperations(db, wish, inspectTables(db));
        if (operations.empty())
            out.writeLine(Cli::tr("No changes.").toUtf8());
        printOperations(operations, out);
        return ExitOk;
    }
    const Migrations files = Migrations::load(wish.folder);
    DiffOptions options = diffOptions(wish);
    options.keepUnknownTables = false; // the files know only what Heddle made
    Migration next = files.plan(wantedOf(wish.schema), options, wish.name);
    if (next.operations.empty()) {
        out.writeLine(Cli::tr("No changes.").toUtf8());
        return ExitOk;
    }
    fill(next.operations, wish.fills);
    out.writeLine((wish.dryRun ? next.name : Migrations::write(wish.folder, next)).toUtf8());
    printOperations(next.operations, out);
    return ExitOk;
}

int sql(const Wish &wish, Output &out)
{
    if (wish.folder.isEmpty()) {
        if (wish.schema.isEmpty())
            usage(Cli::tr("--folder or --schema is missing"));
        const Database db = databaseOf(wish);
        const SchemaSpec now = inspectTables(db);
        const SchemaOperations operations = directOperations(db, wish, now);
        out.write(operations.empty() ? QByteArray("-- no changes\n")
                                     : sqlText(operations, now, db.dialect()));
        return ExitOk;
    }
    const Dialect *dialect = dialectByName(wish.dialect);
    Database db;
    if (!dialect) {
        if (wish.url.isEmpty())
            usage(Cli::tr("--dialect is missing (or URL)"));
        db = Database::open(wish.url);
        dialect = &db.dialect();
    }
    const Migrations files = Migrations::load(wish.folder);
    if (!wish.migration.isEmpty() && !files.find(wish.migration))
        throw ProgrammingError(Cli::tr("There is no migration %1.").arg(wish.migration));
    for (const Migration &migration : files.all()) {
        if (wish.migration.isEmpty() || wish.migration == migration.name)
            out.write("-- " + migration.name.toUtf8() + '\n' +
                      files.sql(migration, *dialect, wish.backwards));
    }
    return ExitOk;
}

int applyOrReverse(const Wish &wish, Output &out)
{
    const bool backwards = wish.action == "reverse"_L1;
    const Database db = databaseOf(wish);
    if (wish.folder.isEmpty()) {
        if (backwards || wish.schema.isEmpty())
            usage(Cli::tr("--folder is missing: where the migrations are"));
        const SchemaSpec now = inspectTables(db);
        const SchemaOperations operations = directOperations(db, wish, now);
        if (operations.empty())
            out.writeLine(Cli::tr("No changes.").toUtf8());
        else
            applyOperations(db, operations, now);
        printOperations(operations, out);
        return ExitOk;
    }
    const Migrations files = Migrations::load(wish.folder);
    MigrateOptions options;
    options.target = wish.target;
    options.fake = wish.fake;
    const QStringList done = backwards ? files.reverse(db, options) : files.apply(db, options);
    if (done.isEmpty())
        out.writeLine(
            (backwards ? Cli::tr("Nothing to undo.") : Cli::tr("Nothing to apply.")).toUtf8());
    for (const QString &name : done)
        out.writeLine(
            (backwards ? Cli::tr("%1 undone") : Cli::tr("%1 applied")).arg(name).toUtf8());
    return ExitOk;
}

int status(const Wish &wish, Output &out)
{
    if (wish.folder.isEmpty())
        usage(Cli::tr("--folder is missing: where the migrations are"));
    const Database db = databaseOf(wish);
    bool agrees = true;
    for (const MigrationStatus &one : Migrations::load(wish.folder).status(db)) {
        out.writeLine(one.text().toUtf8());
        agrees = agrees && one.state != MigrationStatus::State::Missing &&
                 one.state != MigrationStatus::State::Changed;
    }
    return agrees ? ExitOk : ExitError;
}

int drift(const Wish &wish, Output &out)
{
    if (wish.folder.isEmpty() == wish.schema.isEmpty())
        usage(Cli::tr("give --folder or --schema: what the database is compared with"));
    const Database db = databaseOf(wish);
    const QStringList sentences = wish.folder.isEmpty() ? driftFrom(db, wantedOf(wish.schema))
                                                        : Migrations::load(wish.folder).drift(db);
    for (const QString &sentence : sentences)
        out.writeLine(sentence.toUtf8());
    if (sentences.isEmpty())
        out.writeLine(Cli::tr("No differences.").toUtf8());
    return sentences.isEmpty() ? ExitOk : ExitError;
}

int perform(const Wish &wish, Output &out)
{
    if (wish.action == "plan"_L1)
        return plan(wish, out);
    if (wish.action == "sql"_L1)
        return sql(wish, out);
    if (wish.action == "status"_L1)
        return status(wish, out);
    if (wish.action == "drift"_L1)
        return drift(wish, out);
    return applyOrReverse(wish, out);
}

} // namespace

int migrateCommand(const QStringList &arguments, Output &out)
{
    CommandParser parser(
        arguments,
        Cli::tr(
            "Changes the tables of a database step by step.\n\n"
            "  plan     write the next migration into --folder: what makes --schema of the "
            "migrations there;\n           without --folder: show what would make --schema of URL\n"
            "  sql      show the SQL of the migrations in --folder, or of what makes --schema of "
            "URL\n"
            "  apply    apply the migrations in --folder to URL, or make --schema of it at once\n"
            "  reverse  undo the last migration, or all behind --to\n"
            "  status   which migrations URL has\n"
            "  drift    how URL differs from the migrations in --folder, or from --schema; exit "
            "status 1 if it does"));
    const QCommandLineOption folder(u"folder"_s, Cli::tr("Where the migrations are."), u"DIR"_s);
    const QCommandLineOption schema(
        u"schema"_s, Cli::tr("The tables that are wanted, as inspect --format json writes them."),
        u"FILE"_s);
    const QCommandLineOption to(
        u"to"_s, Cli::tr("apply: up to this migration. reverse: back to it; zero undoes all."),
        u"NAME"_s);
    const QCommandLineOption fake(u"fake"_s,
                                  Cli::tr("apply, reverse: only write down that it was done."));
    const QCommandLineOption name(u"name"_s, Cli::tr("plan: what the migration is called."),
                                  u"NAME"_s);
    const QCommandLineOption dryRun(u"dry-run"_s, Cli::tr("plan: write no file."));
    const QCommandLineOption rename(
        u"rename"_s, Cli::tr("A table (OLD=NEW) or field (TABLE.OLD=NEW) that has a new name."),
        u"OLD=NEW"_s);
    const QCommandLineOption detect(
        u"detect-renames"_s,
        Cli::tr("Take what went and what came for one renamed thing if they are of one type."));
    const QCommandLineOption fills(
        u"fill"_s, Cli::tr("What existing rows get in a field that cannot be NULL."),
        u"TABLE.FIELD=VALUE"_s);
    const QCommandLineOption dropUnknown(
        u"drop-unknown"_s,
        Cli::tr("Without --folder: drop the tables that --schema does not have."));
    const QCommandLineOption dialect(
        u"dialect"_s, Cli::tr("sql: sqlite or postgresql, instead of URL."), u"NAME"_s);
    const QCommandLineOption migration(u"migration"_s, Cli::tr("sql: only this one."), u"NAME"_s);
    const QCommandLineOption backwards(u"backwards"_s, Cli::tr("sql: of undoing it."));
    parser.options().addOptions({folder, schema, to, fake, name, dryRun, rename, detect, fills,
                                 dropUnknown, dialect, migration, backwards});
    parser.options().addPositionalArgument(u"ACTION"_s,
                                           Cli::tr("plan, sql, apply, reverse, status or drift."));
    parser.options().addPositionalArgument(
        u"URL"_s, Cli::tr("The database: a path, sqlite:///path or postgresql://..."), u"[URL]"_s);
    parser.restrict(dialect, {u"sqlite"_s, u"postgresql"_s});
    if (const auto status = parser.parse({u"ACTION"_s}, 1))
        return *status;
    const QString action = parser.positional(0);
    const QStringList actions{u"plan"_s,    u"sql"_s,    u"apply"_s,
                              u"reverse"_s, u"status"_s, u"drift"_s};
    if (!actions.contains(action))
        return parser.wrong(
            Cli::tr("ACTION is one of %1, not '%2'").arg(actions.join(u", "_s), action));
    const Wish wish{action,
                    parser.positional(1),
                    parser.value(folder),
                    parser.value(schema),
                    parser.value(dialect),
                    parser.value(migration),
                    parser.value(to),
                    parser.value(name),
                    parser.isSet(fake),
                    parser.isSet(dryRun),
                    parser.isSet(backwards),
                    parser.isSet(dropUnknown),
                    parser.isSet(detect),
                    parser.options().values(rename),
                    parser.options().values(fills)};
    try {
        return perform(wish, out);
    } catch (const ValueError &e) {
        return parser.wrong(e.message());
    } catch (const OrmError &e) {
        complain(errorLine(script::toScriptError(e)));
        return ExitError;
    }
}

} // namespace heddle::app
