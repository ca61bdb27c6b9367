#pragma once

#include "orm/objects/database.h"
#include "orm/objects/record.h"
#include "orm/schema/migrationfile.h"
#include "orm/schema/schemadiff.h"

namespace heddle {

/// What a database says of a migration that was applied to it.
struct AppliedMigration {
    QString name;
    QString checksum;
    QString applied; // when, UTC: "2026-03-01 12:00:00"
};

/// One line of a status: a migration as the files and the database know it.
struct MigrationStatus {
    enum class State {
        Pending,
        Applied,
        Missing, // applied, but its file is gone
        Changed, // its file is not what was applied
    };
    QString name;
    State state = State::Pending;
    QString applied;     // when; empty: not yet
    bool edited = false; // by hand, since Heddle wrote it
    /// One sentence for people.
    QString text() const;
};

/// What apply() and reverse() are to do.
struct MigrateOptions {
    /// Up to and with this migration (reverse: down to it, itself kept). Empty: apply all; reverse
    /// the last one. "zero", in reverse: all.
    QString target;
    /// Only writes down that it was done, without doing it: for a database that has the tables.
    bool fake = false;
};

/// A folder's migrations in the order in which they are applied, and what can be done with them.
///
/// The migrations applied are written down in the table `heddle_migrations`. Each migration is one
/// transaction, which also holds a lock: of two programs that migrate one database at once, the
/// second waits, finds the work done, and does nothing. A value; databases are named call by call.
class Migrations {
public:
    Migrations() = default;
    /// In order of their dependencies, then of their names. Throws ProgrammingError for a
    /// dependency that is not there, a circle, or operations that do not fit one another.
    explicit Migrations(std::vector<Migration> migrations);
    /// Every *.json of a folder; a folder that does not exist has none. Throws OperationalError
    /// that names the file that cannot be read.
    static Migrations load(const QString &folder);

    const std::vector<Migration> &all() const & { return m_migrations; }
    std::vector<Migration> all() && { return std::move(m_migrations); }
    const Migration *find(const QString &name) const;
    /// What a database looks like after all of them, or before the one named.
    const SchemaSpec &state() const { return m_states.back(); }
    const SchemaSpec &stateBefore(const QString &name) const;

    /// The next migration: what makes `wanted` of state(). No operations: nothing changed. Its name
    /// is the next number and what it does, unless `name` is given. Touches no database.
    Migration plan(const SchemaSpec &wanted, const DiffOptions &options = {},
                   const QString &name = {}) const;
    /// A migration's SQL, as it would be sent. `backwards`: that of its reverse.
    QByteArray sql(const Migration &migration, const Dialect &dialect,
                   bool backwards = false) const;
    /// With one more, at its place.
    Migrations with(Migration migration) const;
    /// Writes a migration's file, which must not be there yet; gives its path. Throws
    /// OperationalError.
    static QString write(const QString &folder, const Migration &migration);

    // --- These touch a database. Each sync method has its `a` twin. ---

    std::vector<MigrationStatus> status(const Database &db, const CallInfo &call = {}) const;
    QFuture<std::vector<MigrationStatus>> astatus(const Database &db,
                                                  const CallInfo &call = {}) const;
    /// Applies what is not applied yet; gives the names of what was done. Throws ProgrammingError
    /// before anything is changed if files and database disagree (Missing, Changed, or one applied
    /// before what it depends on), and what the database says otherwise: then the migrations before
    /// the one that failed stay applied.
    QStringList apply(const Database &db, const MigrateOptions &options = {},
                      const CallInfo &call = {}) const;
    QFuture<QStringList> aapply(const Database &db, const MigrateOptions &options = {},
                                const CallInfo &call = {}) const;
    /// Undoes; the last one first. Throws NotSupportedError, before anything is changed, for a
    /// migration that has no way back.
    QStringList reverse(const Database &db, const MigrateOptions &options = {},
                        const CallInfo &call = {}) const;
    QFuture<QStringList> areverse(const Database &db, const MigrateOptions &options = {},
                                  const CallInfo &call = {}) const;
    /// How the database differs from state(): a sentence each.
    QStringList drift(const Database &db, const CallInfo &call = {}) const;
    QFuture<QStringList> adrift(const Database &db, const CallInfo &call = {}) const;

private:
    std::vector<Migration> m_migrations;
    std::vector<SchemaSpec> m_states{SchemaSpec{}}; // before each, and after the last
};

/// The table that Migrations keeps: no model, and no drift.
extern const QString migrationsTable;

// --- Without files: for programs that make their tables themselves, and for tests ---

/// Operations as SQL, with a comment that says each of them; `before` is what they are applied to.
QByteArray sqlText(const SchemaOperations &operations, const SchemaSpec &before,
                   const Dialect &dialect);
/// The tables, columns and keys of a database as it is now.
SchemaSpec inspectTables(const Database &db, const CallInfo &call = {});
QFuture<SchemaSpec> ainspectTables(const Database &db, const CallInfo &call = {});
/// Carries out operations on a database that looks like `before`, in one transaction.
void applyOperations(const Database &db, const SchemaOperations &operations,
                     const SchemaSpec &before, const CallInfo &call = {});
QFuture<void> aapplyOperations(const Database &db, const SchemaOperations &operations,
                               const SchemaSpec &before, const CallInfo &call = {});
/// Makes the tables of these models that the database does not have; those that it has stay as they
/// are. `createTables(db, *registryOf<Book>())`. Gives the names of the new ones.
QStringList createTables(const Database &db, const ModelRegistry &models,
                         const CallInfo &call = {});
QFuture<QStringList> acreateTables(const Database &db, const ModelRegistry &models,
                                   const CallInfo &call = {});
/// How a database differs from what models want: a sentence each. Tables that no model knows are
/// no difference.
QStringList driftFrom(const Database &db, const SchemaSpec &wanted, const CallInfo &call = {});
QFuture<QStringList> adriftFrom(const Database &db, const SchemaSpec &wanted,
                                const CallInfo &call = {});

} // namespace heddle
