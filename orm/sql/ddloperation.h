#pragma once

#include "orm/sql/ddlspec.h"

#include <variant>

namespace heddle {

/// One step that changes tables, free of any one database. The names are Django's.
///
/// Each says enough to be undone: what it takes away it describes. A `fill` is the value that
/// existing rows get, as text that the field's type can read ("0", "2020-01-31", "true").
namespace ddl {

struct CreateTable {
    TableSpec table;
};
struct DropTable {
    TableSpec table;
};
struct RenameTable {
    QString from, to;
};
struct AddField {
    QString table;
    ColumnSpec column;
    std::optional<QString> fill = {};
};
struct RemoveField {
    QString table;
    ColumnSpec column;
};
struct AlterField {
    QString table;
    ColumnSpec before, after;         // of the same name
    std::optional<QString> fill = {}; // for NULLs that are allowed no more
};
struct RenameField {
    QString table, from, to;
};
struct AddIndex {
    QString table;
    IndexSpec index;
};
struct RemoveIndex {
    QString table;
    IndexSpec index;
};
struct AddForeignKey {
    QString table;
    ForeignKeySpec key;
};
struct RemoveForeignKey {
    QString table;
    ForeignKeySpec key;
};
struct AlterPrimaryKey {
    QString table;
    QStringList before, after;
};
/// What no other step can say. It changes no table that the other steps know of.
struct RunSql {
    QStringList forwards, backwards; // backwards empty: there is no way back
};

} // namespace ddl

using SchemaOperation =
    std::variant<ddl::CreateTable, ddl::DropTable, ddl::RenameTable, ddl::AddField,
                 ddl::RemoveField, ddl::AlterField, ddl::RenameField, ddl::AddIndex,
                 ddl::RemoveIndex, ddl::AddForeignKey, ddl::RemoveForeignKey, ddl::AlterPrimaryKey,
                 ddl::RunSql>;
using SchemaOperations = std::vector<SchemaOperation>;

/// "CreateTable", "AddField", ...; an index that is a constraint is "AddConstraint".
QString operationName(const SchemaOperation &operation);
/// One sentence: "Add field isbn (CharField(13), null) to book."
QString describe(const SchemaOperation &operation);
/// The table that the operation is about; empty for RunSql.
QString tableOf(const SchemaOperation &operation);
/// Why it cannot be undone, in one sentence; empty if it can.
QString whyIrreversible(const SchemaOperation &operation);
/// What of the rows is lost by it for ever, in one sentence; empty if nothing is.
QString whatIsLost(const SchemaOperation &operation);
/// The operation that undoes it. Rows that lose a value which must not be NULL get an empty one
/// back (neutralFill()). Throws NotSupportedError with whyIrreversible() for one that has no way
/// back.
SchemaOperation reversed(const SchemaOperation &operation);
/// True for a new column that must not be NULL, or one that must not be any more, without a default
/// and without a fill: rows that are there already could not be.
bool needsFill(const SchemaOperation &operation);
void setFill(SchemaOperation &operation, const QString &fill);
/// "0", "", "false", ...: the empty value of a type.
QString neutralFill(const FieldType &type);

/// Changes `schema` as the operation changes the database. Throws ProgrammingError, in one sentence
/// that names the table and what is missing, if it does not fit.
void applyTo(SchemaSpec &schema, const SchemaOperation &operation);

/// For std::visit().
template <typename... Functions>
struct overloaded : Functions... {
    using Functions::operator()...;
};

} // namespace heddle
