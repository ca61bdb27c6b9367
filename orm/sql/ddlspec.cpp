#include "orm/sql/ddlspec.h"

#include <QCryptographicHash>
#include <QSet>
#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr int maxNameBytes = 63;

/// The longest beginning of a text that fits, cut between characters.
QString cut(const QString &text, qsizetype bytes)
{
    QString out = text;
    while (out.toUtf8().size() > bytes)
        out.chop(out.size() > 1 && out.back().isLowSurrogate() ? 2 : 1);
    return out;
}

OnDelete onDeleteOf(const QString &rule)
{
    const QString word = rule.toUpper();
    if (word == "CASCADE"_L1)
        return OnDelete::Cascade;
    if (word == "SET NULL"_L1)
        return OnDelete::SetNull;
    if (word == "SET DEFAULT"_L1)
        return OnDelete::SetDefault;
    return OnDelete::DoNothing;
}

QString onUpdateOf(const QString &rule)
{
    const QString word = rule.toUpper();
    return word == "NO ACTION"_L1 || word == "RESTRICT"_L1 ? QString() : word;
}

FieldKind automaticKind(FieldKind kind)
{
    if (kind == FieldKind::Integer || kind == FieldKind::PositiveInteger)
        return FieldKind::Auto;
    if (kind == FieldKind::BigInteger)
        return FieldKind::BigAuto;
    if (kind == FieldKind::SmallInteger)
        return FieldKind::SmallAuto;
    return kind;
}

FieldKind plainKind(FieldKind kind)
{
    if (kind == FieldKind::Auto)
        return FieldKind::Integer;
    if (kind == FieldKind::BigAuto)
        return FieldKind::BigInteger;
    if (kind == FieldKind::SmallAuto)
        return FieldKind::SmallInteger;
    return kind;
}

ColumnSpec columnOf(const TableColumn &found, bool wholeKey, bool sqlite)
{
    ColumnSpec column;
    column.name = found.name;
    column.type = found.type;
    column.type.kind =
        found.automatic && wholeKey ? automaticKind(column.type.kind) : plainKind(column.type.kind);
    column.null = !found.notNull;
    column.generated = found.generated;
    // The default of an automatic key is what makes it automatic (nextval).
    if (!found.automatic && !found.generated)
        column.defaultSql = found.defaultSql;
    // Django's word for a positive number, which comes with a CHECK.
    if (sqlite && found.declaredType.compare("integer unsigned"_L1, Qt::CaseInsensitive) == 0)
        column.type.kind = FieldKind::PositiveInteger;
    // "NUMERIC(10,2)" tells readers more than the "decimal" that Django has for every decimal
    // there.
    if (column.type.kind == FieldKind::Other || (sqlite && column.type.kind == FieldKind::Decimal))
        column.declared = found.declaredType;
    return column;
}

IndexSpec indexOf(const TableIndex &found, const TableSpec &table)
{
    IndexSpec index{found.name, found.columns, found.unique, found.constraint, found.partial};
    for (const QString &column : found.columns)
        index.opaque = index.opaque || !table.column(column);
    return index;
}

TableSpec tableOf(const TableInfo &found, const QString &backend)
{
    TableSpec table;
    table.name = found.name;
    // PostgreSQL's usual schema is where the search path leads.
    table.schema =
        backend == "postgresql"_L1 && found.schema == "public"_L1 ? QString() : found.schema;
    table.withoutRowId = found.withoutRowId;
    table.primaryKey = found.primaryKey;
    for (const TableColumn &column : found.columns) {
        const bool wholeKey = found.primaryKey == QStringList{column.name};
        table.columns.push_back(columnOf(column, wholeKey, backend == "sqlite"_L1));
        if (found.primaryKey.contains(column.name))
            table.columns.back().null = false;
    }
    for (const TableForeignKey &key : found.foreignKeys)
        table.foreignKeys.push_back({key.name, key.columns, key.targetTable, key.targetColumns,
                                     onDeleteOf(key.onDelete), onUpdateOf(key.onUpdate)});
    for (const TableIndex &index : found.indexes) {
        // The primary key's own index is part of the key.
        if (index.constraint && index.unique && index.columns == found.primaryKey)
            continue;
        table.indexes.push_back(indexOf(index, table));
    }
    return table;
}

bool hasIndexOver(const TableSpec &table, const QStringList &columns, bool unique)
{
    return std::any_of(table.indexes.begin(), table.indexes.end(), [&](const IndexSpec &index) {
        return !index.opaque && index.columns == columns && index.unique == unique;
    });
}

QStringList columnNames(const std::vector<const Field *> &fields)
{
    QStringList out;
    for (const Field *field : fields)
        out << field->column;
    return out;
}

ColumnSpec columnOf(const Field &field)
{
    ColumnSpec column;
    column.name = field.column;
    column.type = field.valueType();
    const bool wholeKey = field.model->primaryKey() == &field;
    if (!wholeKey || !field.automatic || field.isRelation())
        column.type.kind = plainKind(column.type.kind);
    else
        column.type.kind = automaticKind(column.type.kind);
    column.null = field.null && !field.primaryKey;
    column.generated = field.generated;
    if (!field.automatic && !field.generated)
        column.defaultSql = field.defaultSql;
    if (column.type.kind == FieldKind::Other)
        column.declared = field.databaseType;
    return column;
}

void addKeyOf(const Field &field, TableSpec &table)
{
    if (!field.isRelation() || !field.targetField || field.target->isView)
        return;
    const QString suffix = "_fk_"_L1 + field.target->table;
    table.foreignKeys.push_back({constraintName(table.name, {field.column}, suffix),
                                 {field.column},
                                 field.target->table,
                                 {field.targetField->column},
                                 field.onDelete,
                                 {}});
}

void addIndexesOf(const ModelInfo &model, TableSpec &table)
{
    const auto add = [&table](QString name, const QStringList &columns, bool unique,
                              bool constraint) {
        if (columns == table.primaryKey || hasIndexOver(table, columns, unique))
            return;
        if (name.isEmpty() || name.startsWith("sqlite_autoindex_"_L1))
            name = constraintName(table.name, columns, constraint ? u"_uniq"_s : u"_idx"_s);
        table.indexes.push_back({std::move(name), columns, unique, constraint, false});
    };
    for (const UniqueConstraint &constraint : model.uniqueConstraints()) {
        if (!constraint.primaryKey)
            add(constraint.name, columnNames(constraint.fields), true, true);
    }
    for (const auto &field : model.fields()) {
        if (field->unique && !field->primaryKey)
            add({}, {field->column}, true, true);
    }
    for (const IndexInfo &index : model.indexes()) {
        const bool plain = std::all_of(index.columns.begin(), index.columns.end(),
                                       [&](const QString &c) { return table.column(c); });
        if (plain && !index.partial)
            add(index.name, index.columns, index.unique, index.unique);
    }
    for (const auto &field : model.fields()) {
        if (!field->indexed || field->unique)
            continue;
        // An index that begins with the column serves it as well.
        const bool served =
            table.primaryKey.value(0) == field->column ||
            std::any_of(table.indexes.begin(), table.indexes.end(), [&](const IndexSpec &index) {
                return index.columns.value(0) == field->column;
            });
        if (!served)
            add({}, {field->column}, false, false);
    }
}

} // namespace

bool ForeignKeySpec::sameAs(const ForeignKeySpec &other) const
{
    return columns == other.columns &&
           targetTable.compare(other.targetTable, Qt::CaseInsensitive) == 0 &&
           targetColumns == other.targetColumns &&
           onDeleteClause(onDelete) == onDeleteClause(other.onDelete) && onUpdate == other.onUpdate;
}

const ColumnSpec *TableSpec::column(const QString &column) const
{
    const auto it = std::find_if(columns.begin(), columns.end(),
                                 [&](const ColumnSpec &c) { return c.name == column; });
    return it == columns.end() ? nullptr : &*it;
}

ColumnSpec *TableSpec::column(const QString &column)
{
    return const_cast<ColumnSpec *>(std::as_const(*this).column(column));
}

const TableSpec *SchemaSpec::table(const QString &name) const
{
    const auto it = std::find_if(tables.begin(), tables.end(),
                                 [&](const TableSpec &t) { return t.name == name; });
    return it == tables.end() ? nullptr : &*it;
}

TableSpec *SchemaSpec::table(const QString &name)
{
    return const_cast<TableSpec *>(std::as_const(*this).table(name));
}

SchemaSpec specFromSchema(const DatabaseSchema &schema, const QStringList &without)
{
    SchemaSpec out;
    for (const TableInfo &table : schema.tables) {
        if (!table.isView && !without.contains(table.name))
            out.tables.push_back(tableOf(table, schema.backend));
    }
    // SQLite may leave the target's columns unsaid, and spell names in another case.
    for (TableSpec &table : out.tables) {
        for (ForeignKeySpec &key : table.foreignKeys) {
            for (const TableSpec &target : out.tables) {
                if (target.name.compare(key.targetTable, Qt::CaseInsensitive) != 0)
                    continue;
                key.targetTable = target.name;
                if (key.targetColumns.isEmpty())
                    key.targetColumns = target.primaryKey;
            }
            if (key.name.isEmpty())
                key.name = constraintName(table.name, key.columns, "_fk_"_L1 + key.targetTable);
        }
    }
    return out;
}

SchemaSpec specFromModels(const ModelRegistry &registry)
{
    SchemaSpec out;
    for (const auto &model : registry.models()) {
        if (model->isView)
            continue;
        TableSpec table;
        table.schema = model->schema == "public"_L1 ? QString() : model->schema;
        table.name = model->table;
        table.withoutRowId = model->withoutRowId;
        table.primaryKey = columnNames(model->primaryKeys());
        for (const auto &field : model->fields()) {
            table.columns.push_back(columnOf(*field));
            addKeyOf(*field, table);
        }
        addIndexesOf(*model, table);
        out.tables.push_back(std::move(table));
    }
    return out;
}

QString constraintName(const QString &table, const QStringList &columns, const QString &suffix)
{
    QCryptographicHash hash(QCryptographicHash::Sha256);
    hash.addData(table.toUtf8());
    for (const QString &column : columns) {
        hash.addData(QByteArray(1, '\0'));
        hash.addData(column.toUtf8());
    }
    hash.addData(suffix.toUtf8());
    const QString digest = QString::fromLatin1(hash.result().toHex().left(8));
    const QString tail = u'_' + digest + suffix;
    const QString whole = table + u'_' + columns.join(u'_') + tail;
    if (whole.toUtf8().size() <= maxNameBytes)
        return whole;
    const QString shortTail = cut(tail, maxNameBytes / 3);
    const qsizetype rest = (maxNameBytes - shortTail.toUtf8().size() - 1) / 2;
    return cut(table, rest) + u'_' + cut(columns.join(u'_'), rest) + shortTail;
}

QString onDeleteClause(OnDelete action)
{
    switch (action) {
    case OnDelete::Cascade:
        return u"CASCADE"_s;
    case OnDelete::SetNull:
        return u"SET NULL"_s;
    case OnDelete::SetDefault:
        return u"SET DEFAULT"_s;
    case OnDelete::DoNothing:
    case OnDelete::Protect:
    case OnDelete::Restrict:
        break;
    }
    return {};
}

QString typeText(const ColumnSpec &column)
{
    return column.type.kind == FieldKind::Other && !column.declared.isEmpty()
               ? column.declared
               : column.type.toString();
}

} // namespace heddle
