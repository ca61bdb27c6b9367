#pragma once

#include "orm/sql/ddloperation.h"
#include "orm/sql/dialect.h"
#include "orm/values/value.h"

#include <QByteArray>

namespace heddle {

/// One statement of DDL. Values are bound, names quoted; a DEFAULT clause is SQL of the schema's
/// author.
struct DdlStatement {
    /// What whoever runs it has to do besides (SQLite's way of altering a table is to make it anew;
    /// what Heddle does not know of it, triggers above all, has to be carried over).
    enum class Role {
        Plain,
        BeginRemake, // note the triggers of `table` and the indexes `kept`, then send it
        EndRemake,   // send it, then make them again
    };

    QByteArray sql;
    ValueList parameters;
    Role role = Role::Plain;
    QString table;
    QStringList kept; // names of indexes whose text only the database knows
    QByteArray
        known; // BeginRemake: the table as Heddle knows it; what it is beyond that would be lost
};

/// What carries out a list of operations on one kind of database, in order.
struct DdlScript {
    std::vector<DdlStatement> statements;
    /// The tables change under their foreign keys: SQLite must not look at them meanwhile, and has
    /// to check them at the end.
    bool suspendsForeignKeys = false;
};

/// How one kind of database is told to make and change tables. Pure and stateless, as Dialect is.
class DdlWriter {
public:
    virtual ~DdlWriter() = default;

    /// The column's type as CREATE TABLE has it: "varchar(200)". Throws NotSupportedError for a
    /// type that the database does not have.
    virtual QByteArray columnType(const ColumnSpec &column) const = 0;
    /// What introspection says of a column of `table` that was made from this spec: some databases
    /// know fewer types than Heddle.
    virtual ColumnSpec readBack(const TableSpec &table, const ColumnSpec &column) const = 0;
    /// The statements for operations on a database that looks like `before`. Throws
    /// ProgrammingError for an operation that does not fit, NotSupportedError for what the database
    /// cannot do.
    virtual DdlScript script(const SchemaOperations &operations, SchemaSpec before) const = 0;

    // What surrounds a script, for previews and for those who run it.
    virtual QList<QByteArray> prologue(const DdlScript &script) const = 0; // BEGIN included
    virtual QList<QByteArray> epilogue(const DdlScript &script) const = 0; // COMMIT included

    // What whoever runs scripts asks and says.
    /// A query with one parameter, a table's name, that gives how many tables are called so.
    virtual QByteArray countTables() const = 0;
    /// What makes a second migrator wait until the transaction ends; empty where beginning it did.
    virtual QByteArray lock() const = 0;
    /// The time of day in UTC, for a column without a zone.
    virtual QByteArray utcNow() const = 0;
};

const DdlWriter &sqliteDdl();
const DdlWriter &postgresDdl();
/// Of "sqlite" or "postgresql". Throws NotSupportedError for a dialect that only reads.
const DdlWriter &ddlFor(const Dialect &dialect);

/// True if two columns are the same, but for their names, to a database that reads types back as
/// `writer` says; null: compares exactly.
bool sameColumn(const TableSpec &tableA, const ColumnSpec &a, const TableSpec &tableB,
                const ColumnSpec &b, const DdlWriter *writer);

namespace detail {

QByteArray quotedName(const QString &name);
QByteArray quotedNames(const QStringList &names);
/// Schema and name.
QByteArray quotedTable(const TableSpec &table);
/// `CONSTRAINT "..." FOREIGN KEY (...) REFERENCES ... DEFERRABLE INITIALLY DEFERRED`.
QByteArray foreignKeyClause(const SchemaSpec &schema, const ForeignKeySpec &key, bool named);
/// `CREATE [UNIQUE] INDEX ...`.
QByteArray createIndex(const TableSpec &table, const IndexSpec &index);
/// The value that a fill means for a column.
Value fillValue(const ColumnSpec &column, const QString &fill);
/// A DEFAULT clause without what databases add to it when they give it back: casts, outer
/// parentheses, case.
QString plainDefault(const QString &sql);
bool isAutomatic(const ColumnSpec &column);

} // namespace detail

} // namespace heddle
