#pragma once

#include "orm/models/schema.h"

#include <optional>
#include <vector>

namespace heddle {

// What tables are to look like, free of any one database: what a schema diff compares, and what DDL
// is written from. Names are those of the database (tables and columns), not of models.

struct ColumnSpec {
    QString name;
    FieldType type; // never a relation: a foreign key has the type of what it points to
    bool null = false;
    std::optional<QString> defaultSql; // a DEFAULT clause: SQL of the schema's author
    QString declared;       // the database's own word, where `type` does not say all of it
    bool generated = false; // GENERATED ALWAYS AS: its expression is not known, so it is left alone

    bool operator==(const ColumnSpec &) const = default;
};

struct ForeignKeySpec {
    QString name;
    QStringList columns;
    QString targetTable;
    QStringList targetColumns;               // never empty once it is part of a SchemaSpec
    OnDelete onDelete = OnDelete::DoNothing; // Cascade, SetNull, SetDefault; all else: NO ACTION
    QString onUpdate;                        // "CASCADE", ...; empty: NO ACTION

    /// The same key, whatever it is called.
    bool sameAs(const ForeignKeySpec &other) const;
};

struct IndexSpec {
    QString name;
    QStringList columns;
    bool unique = false;
    bool constraint = false; // UNIQUE (...) of the table
    /// Partial, or over an expression: Heddle does not know its whole text, so it neither makes nor
    /// drops it.
    bool opaque = false;

    /// The same index, whatever it is called and whether or not a constraint made it.
    bool sameAs(const IndexSpec &other) const
    {
        return columns == other.columns && unique == other.unique;
    }
};

struct TableSpec {
    QString schema; // PostgreSQL; empty: where the search path leads
    QString name;
    std::vector<ColumnSpec> columns;
    QStringList primaryKey; // in key order
    std::vector<ForeignKeySpec> foreignKeys;
    std::vector<IndexSpec> indexes; // those of unique constraints among them
    bool withoutRowId = false;

    const ColumnSpec *column(const QString &column) const;
    ColumnSpec *column(const QString &column);
};

struct SchemaSpec {
    std::vector<TableSpec> tables;

    const TableSpec *table(const QString &name) const;
    TableSpec *table(const QString &name);
};

/// What introspection found, as a spec. Views are left out, and so are the tables named in
/// `without`.
SchemaSpec specFromSchema(const DatabaseSchema &schema, const QStringList &without = {});
/// What models want: those of typed structs, or of any other registry. Views are left out. Indexes
/// and keys without a name get one.
SchemaSpec specFromModels(const ModelRegistry &registry);

/// The name of an index or constraint that has none: the same for the same table, columns and
/// suffix, at most 63 bytes (PostgreSQL's limit), and told apart by a digest where it had to be
/// cut: "book_author_id_1f3a9c02_idx".
QString constraintName(const QString &table, const QStringList &columns, const QString &suffix);

/// "CASCADE", "SET NULL", "SET DEFAULT"; empty for what the database is not told (naming.md, 7).
QString onDeleteClause(OnDelete action);
/// A type as people and migration files name it: what FieldType::toString() says, and for unknown
/// ones the database's own word.
QString typeText(const ColumnSpec &column);

} // namespace heddle
