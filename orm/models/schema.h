#pragma once

#include "orm/models/modelinfo.h"

namespace heddle {

// What a backend's introspection finds: plain facts, no names invented. registryFromSchema()
// applies naming.md to it.

struct TableColumn {
    QString name;
    QString declaredType; // "NVARCHAR(160)"
    FieldType type;       // as naming.md, 8 has it; never a relation
    bool notNull = false;
    std::optional<QString> defaultSql;
    bool automatic = false; // naming.md, 4
    bool generated = false;
    bool identity = false;  // automatic by GENERATED ... AS IDENTITY, not by a default
    QStringList enumValues; // of an enumerated type, in its order
    QString comment;
};

struct TableForeignKey {
    QString name;
    QStringList columns;
    QString targetTable;
    QStringList targetColumns; // empty: the target's primary key
    QString onDelete;          // "CASCADE", "SET NULL", "NO ACTION", ...
    QString onUpdate;
};

struct TableIndex {
    QString name;
    QStringList columns;
    bool unique = false;
    bool partial = false;
    bool constraint = false; // made by UNIQUE or PRIMARY KEY
};

struct TableInfo {
    QString schema;
    QString name;
    bool isView = false;
    bool isMaterialized = false; // a view that is stored
    bool isPartitioned = false;  // its partitions are no tables of their own here
    bool withoutRowId = false;
    std::vector<TableColumn> columns;
    QStringList primaryKey; // in key order
    std::vector<TableForeignKey> foreignKeys;
    std::vector<TableIndex> indexes; // unique constraints among them
    std::optional<qint64> rowEstimate;
    QString comment;
    bool hasTriggers = false;
};

struct DatabaseSchema {
    QString backend; // "sqlite", "postgresql"
    std::vector<TableInfo> tables;
};

/// Names models, fields and relations by the rule of naming.md and links them. Foreign keys to
/// tables that do not exist stay plain columns, composite ones make no relation.
ModelRegistryPtr registryFromSchema(const DatabaseSchema &schema);

/// The document that `inspect --format json` writes and `sql --schema` reads. Its JSON schema is
/// resources/inspect.schema.json.
QByteArray schemaToJson(const DatabaseSchema &schema, const ModelRegistry &registry);
/// Reads what schemaToJson() wrote. On failure returns nothing and says why, with the place, in
/// *error.
std::optional<DatabaseSchema> schemaFromJson(const QByteArray &json, QString *error);

// The pieces of naming.md, 1 and 2.
QString snakeName(const QString &name);
QString fieldNameFor(const QString &column);
QString foreignKeyNameFor(const QString &column);
QString modelNameFor(const QString &table);

} // namespace heddle
