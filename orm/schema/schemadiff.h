#pragma once

#include "orm/sql/ddl.h"

namespace heddle {

/// What the one who asks for a diff knows beside the two schemas.
struct DiffOptions {
    /// Compares as this database reads types back; null: exactly. Set it where one side was
    /// introspected.
    const DdlWriter *readBackAs = nullptr;
    struct Rename {
        QString table; // empty: a table is renamed
        QString from, to;
    };
    /// Without these, a new name is a new table or field, and the old one is removed.
    std::vector<Rename> renames;
    /// Takes a field that went and one of the same type that came, if there is but one of each in
    /// the table, for a renamed one; tables likewise if all their columns are the same.
    bool detectRenames = false;
    /// Tables of the database that nobody wants are left alone instead of dropped.
    bool keepUnknownTables = false;
};

/// The operations that make `wanted` of `current`, in an order in which a database can carry them
/// out: what is pointed to comes first, keys that go round in a circle come last. Equal schemas
/// give none. Order of columns, and names of indexes and constraints, are no differences. Throws
/// ProgrammingError for a rename that does not fit.
SchemaOperations diffSchemas(const SchemaSpec &current, const SchemaSpec &wanted,
                             const DiffOptions &options = {});

/// What differs, one sentence each: "Field title of book is CharField(100), but CharField(200) is
/// wanted." Empty: nothing does.
QStringList driftReport(const SchemaSpec &actual, const SchemaSpec &wanted, const DdlWriter &writer,
                        bool keepUnknownTables = true);

} // namespace heddle
