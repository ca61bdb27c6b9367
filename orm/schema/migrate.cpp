#include "orm/objects/operations.h"
#include "orm/schema/migrationplans.h"
#include "orm/values/errors.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using plans::Target;

namespace {

std::vector<MigrationStatus> compare(const Migrations &files,
                                     const std::vector<AppliedMigration> &applied)
{
    std::vector<MigrationStatus> out;
    for (const Migration &migration : files.all())
        out.push_back({migration.name, MigrationStatus::State::Pending, {}, migration.edited});
    for (const AppliedMigration &done : applied) {
        const auto it = std::find_if(out.begin(), out.end(), [&](const MigrationStatus &status) {
            return status.name == done.name;
        });
        if (it == out.end()) {
            out.push_back({done.name, MigrationStatus::State::Missing, done.applied, false});
            continue;
        }
        it->applied = done.applied;
        it->state = files.find(done.name)->checksum() == done.checksum
                        ? MigrationStatus::State::Applied
                        : MigrationStatus::State::Changed;
    }
    return out;
}

bool isDone(const MigrationStatus &status)
{
    return status.state == MigrationStatus::State::Applied ||
           status.state == MigrationStatus::State::Changed;
}

/// Files and database must agree before anything is changed.
void requireConsistent(const Migrations &files, const std::vector<MigrationStatus> &all)
{
    QStringList wrong, done;
    for (const MigrationStatus &status : all) {
        if (status.state == MigrationStatus::State::Missing ||
            status.state == MigrationStatus::State::Changed)
            wrong << status.text();
        if (isDone(status))
            done << status.name;
    }
    for (const QString &name : done) {
        for (const QString &dependency : files.find(name)->dependencies) {
            if (!done.contains(dependency))
                wrong << u"%1 is applied, but %2, which it depends on, is not."_s.arg(name,
                                                                                      dependency);
        }
    }
    if (!wrong.isEmpty())
        throw ProgrammingError(u"The database and the migration files disagree. "_s +
                               wrong.join(u' '));
}

/// The position of a target; throws for a name that is none.
std::size_t positionOf(const Migrations &files, const QString &target)
{
    const auto &all = files.all();
    // The beginning is enough where it is the only one that begins so, as in Django.
    std::vector<std::size_t> found;
    for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].name == target)
            return i;
        if (all[i].name.startsWith(target))
            found.push_back(i);
    }
    if (found.size() != 1)
        throw ProgrammingError(
            found.empty()
                ? u"There is no migration %1."_s.arg(target)
                : u"More than one migration begins with %1: say more of its name."_s.arg(target));
    return found.front();
}

std::vector<plans::Step> stepsForward(const Migrations &files, const DdlWriter &writer,
                                      const std::vector<MigrationStatus> &status,
                                      const MigrateOptions &options)
{
    const auto &all = files.all();
    const std::size_t end =
        options.target.isEmpty() ? all.size() : positionOf(files, options.target) + 1;
    std::vector<plans::Step> steps;
    for (std::size_t i = 0; i < end; ++i) {
        if (isDone(status[i]))
            continue;
        plans::Step step{all[i].name, all[i].checksum(), {}, false, options.fake};
        if (!options.fake)
            step.script = writer.script(all[i].operations, files.stateBefore(all[i].name));
        steps.push_back(std::move(step));
    }
    return steps;
}

plans::Step stepBack(const Migrations &files, const DdlWriter &writer, const Migration &migration,
                     bool fake)
{
    plans::Step step{migration.name, {}, {}, true, fake};
    if (fake)
        return step;
    SchemaSpec state = files.stateBefore(migration.name);
    SchemaOperations operations;
    for (const SchemaOperation &operation : migration.operations) {
        const QString why = whyIrreversible(operation);
        if (!why.isEmpty())
            throw NotSupportedError(u"Migration %1 cannot be undone: '%2' %3"_s.arg(
                migration.name, describe(operation), why));
        operations.insert(operations.begin(), reversed(operation));
        applyTo(state, operation);
    }
    step.script = writer.script(operations, std::move(state));
    return step;
}

std::vector<plans::Step> stepsBack(const Migrations &files, const DdlWriter &writer,
                                   const std::vector<MigrationStatus> &status,
                                   const MigrateOptions &options)
{
    const auto &all = files.all();
    std::size_t keep = 0; // so many from the beginning stay
    if (options.target.isEmpty()) {
        for (std::size_t i = 0; i < all.size(); ++i)
            keep = isDone(status[i]) ? i : keep;
    } else if (options.target != "zero"_L1) {
        keep = positionOf(files, options.target) + 1;
    }
    std::vector<plans::Step> steps;
    for (std::size_t i = all.size(); i-- > keep;) {
        if (isDone(status[i]))
            steps.push_back(stepBack(files, writer, all[i], options.fake));
    }
    return steps;
}

Plan<std::vector<MigrationStatus>> statusPlan(Target target, Migrations files)
{
    const std::vector<AppliedMigration> applied = co_await plans::applied(target);
    co_return compare(files, applied);
}

Plan<QStringList> migratePlan(Target target, Migrations files, MigrateOptions options,
                              bool backwards)
{
    const std::vector<AppliedMigration> applied = co_await plans::applied(target);
    const std::vector<MigrationStatus> status = compare(files, applied);
    requireConsistent(files, status);
    std::vector<plans::Step> steps = backwards
                                         ? stepsBack(files, *target.writer, status, options)
                                         : stepsForward(files, *target.writer, status, options);
    Plan<QStringList> running = plans::run(target, std::move(steps));
    co_return co_await std::move(running);
}

Plan<QStringList> driftPlan(Target target, SchemaSpec wanted, bool keepUnknownTables)
{
    const SchemaSpec actual = co_await plans::inspect(target);
    co_return driftReport(actual, wanted, *target.writer, keepUnknownTables);
}

Plan<void> operationsPlan(Target target, SchemaOperations operations, SchemaSpec before)
{
    Plan<void> running =
        plans::runScript(target, target.writer->script(operations, std::move(before)));
    co_await std::move(running);
}

Plan<QStringList> createPlan(Target target, SchemaSpec wanted)
{
    const SchemaSpec actual = co_await plans::inspect(target);
    DiffOptions options;
    options.readBackAs = target.writer;
    options.keepUnknownTables = true;
    // What is there stays as it is.
    for (TableSpec &table : wanted.tables) {
        if (const TableSpec *there = actual.table(table.name))
            table = *there;
    }
    const SchemaOperations operations = diffSchemas(actual, wanted, options);
    QStringList made;
    for (const SchemaOperation &operation : operations) {
        if (std::holds_alternative<ddl::CreateTable>(operation))
            made << tableOf(operation);
    }
    if (!operations.empty()) {
        Plan<void> running = plans::runScript(target, target.writer->script(operations, actual));
        co_await std::move(running);
    }
    co_return made;
}

PlanContext reading(const CallInfo &call, const char *method)
{
    return operations::contextFor(call, method, "schema");
}

PlanContext changing(const CallInfo &call, const char *method)
{
    PlanContext context = operations::contextFor(call, method, "migrate");
    context.write = true;
    return context;
}

} // namespace

std::vector<MigrationStatus> Migrations::status(const Database &db, const CallInfo &call) const
{
    return db.runner().run(statusPlan(plans::targetOf(db), *this), reading(call, "status"));
}
QFuture<std::vector<MigrationStatus>> Migrations::astatus(const Database &db,
                                                          const CallInfo &call) const
{
    return db.runner().start(statusPlan(plans::targetOf(db), *this), reading(call, "status"));
}

QStringList Migrations::apply(const Database &db, const MigrateOptions &options,
                              const CallInfo &call) const
{
    return db.runner().run(migratePlan(plans::targetOf(db), *this, options, false),
                           changing(call, "apply"));
}
QFuture<QStringList> Migrations::aapply(const Database &db, const MigrateOptions &options,
                                        const CallInfo &call) const
{
    return db.runner().start(migratePlan(plans::targetOf(db), *this, options, false),
                             changing(call, "apply"));
}

QStringList Migrations::reverse(const Database &db, const MigrateOptions &options,
                                const CallInfo &call) const
{
    return db.runner().run(migratePlan(plans::targetOf(db), *this, options, true),
                           changing(call, "reverse"));
}
QFuture<QStringList> Migrations::areverse(const Database &db, const MigrateOptions &options,
                                          const CallInfo &call) const
{
    return db.runner().start(migratePlan(plans::targetOf(db), *this, options, true),
                             changing(call, "reverse"));
}

QStringList Migrations::drift(const Database &db, const CallInfo &call) const
{
    return db.runner().run(driftPlan(plans::targetOf(db), state(), false), reading(call, "drift"));
}
QFuture<QStringList> Migrations::adrift(const Database &db, const CallInfo &call) const
{
    return db.runner().start(driftPlan(plans::targetOf(db), state(), false),
                             reading(call, "drift"));
}

SchemaSpec inspectTables(const Database &db, const CallInfo &call)
{
    return db.runner().run(plans::inspect(plans::targetOf(db)), reading(call, "inspectTables"));
}
QFuture<SchemaSpec> ainspectTables(const Database &db, const CallInfo &call)
{
    return db.runner().start(plans::inspect(plans::targetOf(db)), reading(call, "inspectTables"));
}

void applyOperations(const Database &db, const SchemaOperations &operations,
                     const SchemaSpec &before, const CallInfo &call)
{
    db.runner().run(operationsPlan(plans::targetOf(db), operations, before),
                    changing(call, "applyOperations"));
}
QFuture<void> aapplyOperations(const Database &db, const SchemaOperations &operations,
                               const SchemaSpec &before, const CallInfo &call)
{
    return db.runner().start(operationsPlan(plans::targetOf(db), operations, before),
                             changing(call, "applyOperations"));
}

QStringList createTables(const Database &db, const ModelRegistry &models, const CallInfo &call)
{
    return db.runner().run(createPlan(plans::targetOf(db), specFromModels(models)),
                           changing(call, "createTables"));
}
QFuture<QStringList> acreateTables(const Database &db, const ModelRegistry &models,
                                   const CallInfo &call)
{
    return db.runner().start(createPlan(plans::targetOf(db), specFromModels(models)),
                             changing(call, "createTables"));
}

QStringList driftFrom(const Database &db, const SchemaSpec &wanted, const CallInfo &call)
{
    return db.runner().run(driftPlan(plans::targetOf(db), wanted, true),
                           reading(call, "driftFrom"));
}
QFuture<QStringList> adriftFrom(const Database &db, const SchemaSpec &wanted, const CallInfo &call)
{
    return db.runner().start(driftPlan(plans::targetOf(db), wanted, true),
                             reading(call, "driftFrom"));
}

} // namespace heddle
