#pragma once

#include "orm/execution/plan.h"
#include "orm/schema/migrations.h"

namespace heddle::plans {

// What touches the database when migrating, as plans: the sync methods and their twins run the
// same.

/// What a plan needs to know of the database that it will run on.
struct Target {
    const DdlWriter *writer = nullptr;
    const Dialect *dialect = nullptr;
};
Target targetOf(const Database &db);

/// One migration, forwards or backwards.
struct Step {
    QString name;
    QString checksum;
    DdlScript script;
    bool backwards = false;
    bool fake = false;
};

Plan<SchemaSpec> inspect(Target target);
/// In the order in which they were applied; empty if the table is not there yet.
Plan<std::vector<AppliedMigration>> applied(Target target);
/// The steps that are not done yet, each in a transaction of its own; gives the names of those that
/// this call did.
Plan<QStringList> run(Target target, std::vector<Step> steps);
/// A script in one transaction.
Plan<void> runScript(Target target, DdlScript script);

} // namespace heddle::plans
