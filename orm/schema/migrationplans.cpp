#include "orm/schema/migrationplans.h"

#include "orm/execution/adapter.h"
#include "orm/execution/transaction.h"
#include "orm/values/errors.h"

#include <QSet>

namespace heddle::plans {

using namespace Qt::Literals::StringLiterals;

namespace {

Statement writing(QByteArray sql, ValueList parameters = {})
{
    Statement statement;
    statement.sql = std::move(sql);
    statement.parameters = std::move(parameters);
    statement.kind = TraceKind::Write;
    return statement;
}

/// A connection's own affair. Rows are read as they come.
Statement asking(QByteArray sql, ValueList parameters = {}, std::vector<ColumnType> types = {})
{
    Statement statement;
    statement.sql = std::move(sql);
    statement.parameters = std::move(parameters);
    statement.columns = std::make_shared<const std::vector<ColumnType>>(std::move(types));
    statement.kind = TraceKind::Pragma;
    return statement;
}

/// Every row of an answer, as texts.
std::vector<QStringList> texts(const StatementResult &result)
{
    std::vector<QStringList> rows;
    for (const RowBatchPtr &batch : result.batches) {
        for (int row = 0; row < batch->rowCount(); ++row) {
            QStringList &cells = rows.emplace_back();
            for (int column = 0; column < batch->columnCount(); ++column) {
                const Value value = batch->value(row, column);
                cells << (value.isNull() ? QString() : value.toDisplay());
            }
        }
    }
    return rows;
}

TableSpec tableOfMigrations()
{
    const auto column = [](const char *name, FieldKind kind, int length = -1) {
        ColumnSpec out;
        out.name = QLatin1String(name);
        out.type.kind = kind;
        out.type.maxLength = length;
        return out;
    };
    TableSpec table;
    table.name = migrationsTable;
    table.columns = {column("id", FieldKind::BigAuto), column("name", FieldKind::Char, 255),
                     column("checksum", FieldKind::Char, 64),
                     column("applied", FieldKind::DateTime)};
    table.primaryKey = {u"id"_s};
    table.indexes = {
        {constraintName(table.name, {u"name"_s}, u"_uniq"_s), {u"name"_s}, true, true}};
    return table;
}

Plan<bool> hasTable(Target target, QString name)
{
    Statement question =
        asking(target.writer->countTables(), {Value(name)}, {ColumnType{ColumnKind::Int64}});
    const StatementResult answer = co_await send(std::move(question));
    co_return answer.rowCount() > 0 && answer.batches.front()->value(0, 0).asInt() > 0;
}

// --- SQLite: what a table that is made anew has to keep ---

/// What its own CREATE TABLE says and a spec does not: how often each of these words stands there.
int wordsThatBind(const QString &sql)
{
    int found = 0;
    QString word;
    bool quoted = false;
    QChar quote;
    for (const QChar c : sql + u' ') {
        if (quoted) {
            quoted = c != quote;
            continue;
        }
        if (c == u'"' || c == u'\'' || c == u'`') {
            quoted = true;
            quote = c;
        } else if (c.isLetter() || c == u'_') {
            word += c.toUpper();
            continue;
        }
        if (word == "CHECK"_L1 || word == "COLLATE"_L1 || word == "GENERATED"_L1 ||
            word == "STRICT"_L1)
            ++found;
        word.clear();
    }
    return found;
}

struct Kept {
    QStringList statements; // CREATE TRIGGER, CREATE INDEX
};

Plan<Kept> whatToKeep(QString table, QStringList indexes, QByteArray known)
{
    Statement question =
        asking("SELECT type, name, sql FROM sqlite_master WHERE tbl_name = ?1 COLLATE NOCASE AND "
               "sql IS NOT NULL ORDER BY rowid",
               {Value(table)});
    const StatementResult answer = co_await send(std::move(question));
    Kept kept;
    for (const QStringList &row : texts(answer)) {
        if (row[0] == "trigger"_L1 || (row[0] == "index"_L1 && indexes.contains(row[1])))
            kept.statements << row[2];
        // The copy would not have it, and nobody would notice.
        if (row[0] == "table"_L1 && wordsThatBind(row[2]) > wordsThatBind(QString::fromUtf8(known)))
            throw NotSupportedError(
                u"Table %1 has a CHECK, COLLATE, GENERATED or STRICT that Heddle does not know of. "
                "SQLite can change it only by making the table anew, which would lose it: change "
                "this table by hand."_s.arg(table));
    }
    co_return kept;
}

/// Broken references: table, row, target.
Plan<QSet<QString>> brokenReferences()
{
    Statement question = asking("PRAGMA foreign_key_check");
    const StatementResult answer = co_await send(std::move(question));
    QSet<QString> out;
    for (const QStringList &row : texts(answer))
        out.insert(row.join(u'\0'));
    co_return out;
}

Plan<void> requireUnbroken(QSet<QString> before)
{
    const QSet<QString> now = co_await brokenReferences();
    for (const QString &broken : now) {
        if (before.contains(broken))
            continue;
        const QStringList parts = broken.split(u'\0');
        throw IntegrityError(
            u"FOREIGN KEY constraint failed: a row of %1 (rowid %2) would point to "
            "nothing in %3."_s.arg(parts.value(0), parts.value(1), parts.value(2)));
    }
}

/// The statements of a script, inside the transaction that is there.
Plan<void> statements(DdlScript script)
{
    QSet<QString> brokenBefore;
    if (script.suspendsForeignKeys)
        brokenBefore = co_await brokenReferences();
    Kept kept;
    for (const DdlStatement &one : script.statements) {
        if (one.role == DdlStatement::Role::BeginRemake)
            kept = co_await whatToKeep(one.table, one.kept, one.known);
        Statement statement = one.sql.startsWith("SELECT") || one.sql.startsWith("PRAGMA")
                                  ? asking(one.sql, one.parameters)
                                  : writing(one.sql, one.parameters);
        co_await send(std::move(statement));
        if (one.role != DdlStatement::Role::EndRemake)
            continue;
        for (const QString &sql : kept.statements) {
            Statement again = writing(sql.toUtf8());
            co_await send(std::move(again));
        }
        kept = {};
    }
    if (script.suspendsForeignKeys)
        co_await requireUnbroken(std::move(brokenBefore));
}

/// Runs `inner` as one transaction. SQLite is told before it, since it hears it only outside, to
/// leave foreign keys alone, and after it to heed them again, whatever happened.
template <typename T>
Plan<T> transaction(Plan<T> inner, bool suspendsForeignKeys)
{
    AtomicOptions options;
    options.durable = true;
    std::exception_ptr error;
    [[maybe_unused]] std::conditional_t<std::is_void_v<T>, char, std::optional<T>> value{};
    if (suspendsForeignKeys) {
        Statement off = asking("PRAGMA foreign_keys = OFF");
        co_await send(std::move(off));
    }
    Plan<T> whole = atomically(std::move(inner), options);
    try {
        if constexpr (std::is_void_v<T>)
            co_await std::move(whole);
        else
            value.emplace(co_await std::move(whole));
    } catch (...) {
        error = std::current_exception();
    }
    if (suspendsForeignKeys) {
        try {
            Statement legacy = asking("PRAGMA legacy_alter_table = OFF");
            co_await send(std::move(legacy));
            Statement on = asking("PRAGMA foreign_keys = ON");
            co_await send(std::move(on));
        } catch (...) {
            if (!error)
                error = std::current_exception();
        }
    }
    if (error)
        std::rethrow_exception(error);
    if constexpr (!std::is_void_v<T>)
        co_return std::move(*value);
}

Plan<void> writeDown(Target target, QString name, QString checksum, bool backwards)
{
    const Dialect &dialect = *target.dialect;
    const QByteArray table = dialect.quoted(migrationsTable);
    Statement note;
    if (backwards)
        note = writing("DELETE FROM " + table + " WHERE \"name\" = " + dialect.placeholder(1),
                       {Value(name)});
    else
        note = writing("INSERT INTO " + table + " (\"name\", \"checksum\", \"applied\") VALUES (" +
                           dialect.placeholder(1) + ", " + dialect.placeholder(2) + ", " +
                           target.writer->utcNow() + ')',
                       {Value(name), Value(checksum)});
    co_await send(std::move(note));
}

/// False: somebody else did it meanwhile.
Plan<bool> stepInside(Target target, Step step)
{
    if (const QByteArray lock = target.writer->lock(); !lock.isEmpty()) {
        Statement locking = asking(lock);
        co_await send(std::move(locking));
    }
    const std::vector<AppliedMigration> done = co_await applied(target);
    const bool isApplied = std::any_of(
        done.begin(), done.end(), [&](const AppliedMigration &m) { return m.name == step.name; });
    if (isApplied != step.backwards)
        co_return false;
    if (!step.fake)
        co_await statements(std::move(step.script));
    co_await writeDown(target, step.name, step.checksum, step.backwards);
    co_return true;
}

} // namespace

Target targetOf(const Database &db)
{
    return {&ddlFor(db.dialect()), &db.dialect()};
}

Plan<SchemaSpec> inspect(Target target)
{
    Plan<DatabaseSchema> reading = AdapterRegistry::find(target.dialect->name()).introspect();
    const DatabaseSchema schema = co_await std::move(reading);
    co_return specFromSchema(schema, {migrationsTable});
}

Plan<std::vector<AppliedMigration>> applied(Target target)
{
    std::vector<AppliedMigration> out;
    const bool there = co_await hasTable(target, migrationsTable);
    if (there) {
        Statement question =
            asking("SELECT \"name\", \"checksum\", \"applied\" FROM " +
                       target.dialect->quoted(migrationsTable) + " ORDER BY \"id\"",
                   {},
                   {ColumnType{ColumnKind::Text}, ColumnType{ColumnKind::Text},
                    ColumnType{ColumnKind::DateTime}});
        const StatementResult answer = co_await send(std::move(question));
        for (const QStringList &row : texts(answer))
            out.push_back({row[0], row[1], row[2]});
    }
    co_return out;
}

Plan<QStringList> run(Target target, std::vector<Step> steps)
{
    QStringList done;
    if (!steps.empty()) {
        // Outside the first transaction: two that make it at once must not both fail.
        const bool there = co_await hasTable(target, migrationsTable);
        if (!there) {
            DdlScript script = target.writer->script({ddl::CreateTable{tableOfMigrations()}}, {});
            for (DdlStatement &statement : script.statements)
                statement.sql.replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ");
            Plan<void> making = runScript(target, std::move(script));
            co_await std::move(making);
        }
    }
    for (Step &step : steps) {
        const QString name = step.name;
        const bool suspends = step.script.suspendsForeignKeys && !step.fake;
        Plan<bool> whole = transaction(stepInside(target, std::move(step)), suspends);
        const bool didIt = co_await std::move(whole);
        if (didIt)
            done << name;
    }
    co_return done;
}

static Plan<void> scriptInside(Target target, DdlScript script)
{
    if (const QByteArray lock = target.writer->lock(); !lock.isEmpty()) {
        Statement locking = asking(lock);
        co_await send(std::move(locking));
    }
    Plan<void> all = statements(std::move(script));
    co_await std::move(all);
}

Plan<void> runScript(Target target, DdlScript script)
{
    const bool suspends = script.suspendsForeignKeys;
    Plan<void> whole = transaction(scriptInside(target, std::move(script)), suspends);
    co_await std::move(whole);
}

} // namespace heddle::plans
