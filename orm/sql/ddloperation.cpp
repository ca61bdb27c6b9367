#include "orm/sql/ddloperation.h"

#include "orm/values/errors.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// "CharField(13), null, default 'x'".
QString columnText(const ColumnSpec &column)
{
    QString text = typeText(column);
    if (column.null)
        text += ", null"_L1;
    if (column.defaultSql)
        text += ", default "_L1 + *column.defaultSql;
    return text;
}

QString columnsText(const QStringList &columns)
{
    return columns.join(", "_L1);
}

QString keyText(const ForeignKeySpec &key)
{
    QString text = u"%1 -> %2(%3)"_s.arg(columnsText(key.columns), key.targetTable,
                                         columnsText(key.targetColumns));
    const QString clause = onDeleteClause(key.onDelete);
    if (!clause.isEmpty())
        text += ", on delete "_L1 + clause.toLower();
    return text;
}

/// "from CharField(10) to CharField(20)", "may be null", ...
QString changeText(const ColumnSpec &before, const ColumnSpec &after)
{
    QStringList said;
    if (typeText(before) != typeText(after))
        said << u"from %1 to %2"_s.arg(typeText(before), typeText(after));
    if (before.null != after.null)
        said << (after.null ? u"may be null"_s : u"must not be null"_s);
    if (before.defaultSql != after.defaultSql)
        said << (after.defaultSql ? "default "_L1 + *after.defaultSql : u"no default"_s);
    return said.join("; "_L1);
}

QString indexKind(const IndexSpec &index)
{
    return index.constraint ? u"unique constraint"_s
           : index.unique   ? u"unique index"_s
                            : u"index"_s;
}

[[noreturn]] void doesNotFit(const QString &sentence)
{
    throw ProgrammingError(sentence);
}

TableSpec &tableIn(SchemaSpec &schema, const QString &name)
{
    TableSpec *table = schema.table(name);
    if (!table)
        doesNotFit(u"There is no table %1."_s.arg(name));
    return *table;
}

void replaceIn(QStringList &names, const QString &from, const QString &to)
{
    std::replace(names.begin(), names.end(), from, to);
}

void renameColumn(SchemaSpec &schema, const ddl::RenameField &rename)
{
    TableSpec &table = tableIn(schema, rename.table);
    ColumnSpec *column = table.column(rename.from);
    if (!column)
        doesNotFit(u"Table %1 has no field %2 to rename."_s.arg(rename.table, rename.from));
    if (table.column(rename.to))
        doesNotFit(u"Table %1 has a field %2 already."_s.arg(rename.table, rename.to));
    column->name = rename.to;
    replaceIn(table.primaryKey, rename.from, rename.to);
    for (IndexSpec &index : table.indexes)
        replaceIn(index.columns, rename.from, rename.to);
    for (ForeignKeySpec &key : table.foreignKeys)
        replaceIn(key.columns, rename.from, rename.to);
    for (TableSpec &other : schema.tables) {
        for (ForeignKeySpec &key : other.foreignKeys) {
            if (key.targetTable == rename.table)
                replaceIn(key.targetColumns, rename.from, rename.to);
        }
    }
}

void renameTable(SchemaSpec &schema, const ddl::RenameTable &rename)
{
    TableSpec &table = tableIn(schema, rename.from);
    if (schema.table(rename.to))
        doesNotFit(u"There is a table %1 already."_s.arg(rename.to));
    table.name = rename.to;
    for (TableSpec &other : schema.tables) {
        for (ForeignKeySpec &key : other.foreignKeys) {
            if (key.targetTable == rename.from)
                key.targetTable = rename.to;
        }
    }
}

template <typename Item, typename Same>
void removeFrom(std::vector<Item> &items, Same same, const QString &complaint)
{
    const auto it = std::find_if(items.begin(), items.end(), same);
    if (it == items.end())
        doesNotFit(complaint);
    items.erase(it);
}

void removeColumn(SchemaSpec &schema, const ddl::RemoveField &remove)
{
    TableSpec &table = tableIn(schema, remove.table);
    const QString &name = remove.column.name;
    removeFrom(
        table.columns, [&](const ColumnSpec &c) { return c.name == name; },
        u"Table %1 has no field %2 to remove."_s.arg(remove.table, name));
    std::erase_if(table.indexes, [&](const IndexSpec &i) { return i.columns.contains(name); });
    std::erase_if(table.foreignKeys,
                  [&](const ForeignKeySpec &k) { return k.columns.contains(name); });
    table.primaryKey.removeAll(name);
}

} // namespace

QString operationName(const SchemaOperation &operation)
{
    return std::visit(overloaded{
                          [](const ddl::CreateTable &) { return u"CreateTable"_s; },
                          [](const ddl::DropTable &) { return u"DropTable"_s; },
                          [](const ddl::RenameTable &) { return u"RenameTable"_s; },
                          [](const ddl::AddField &) { return u"AddField"_s; },
                          [](const ddl::RemoveField &) { return u"RemoveField"_s; },
                          [](const ddl::AlterField &) { return u"AlterField"_s; },
                          [](const ddl::RenameField &) { return u"RenameField"_s; },
                          [](const ddl::AddIndex &o) {
                              return o.index.constraint ? u"AddConstraint"_s : u"AddIndex"_s;
                          },
                          [](const ddl::RemoveIndex &o) {
                              return o.index.constraint ? u"RemoveConstraint"_s : u"RemoveIndex"_s;
                          },
                          [](const ddl::AddForeignKey &) { return u"AddForeignKey"_s; },
                          [](const ddl::RemoveForeignKey &) { return u"RemoveForeignKey"_s; },
                          [](const ddl::AlterPrimaryKey &) { return u"AlterPrimaryKey"_s; },
                          [](const ddl::RunSql &) { return u"RunSql"_s; },
                      },
                      operation);
}

QString describe(const SchemaOperation &operation)
{
    return std::visit(
        overloaded{
            [](const ddl::CreateTable &o) {
                QStringList names;
                for (const ColumnSpec &column : o.table.columns)
                    names << column.name;
                return u"Create table %1 with %2."_s.arg(o.table.name, columnsText(names));
            },
            [](const ddl::DropTable &o) { return u"Drop table %1."_s.arg(o.table.name); },
            [](const ddl::RenameTable &o) { return u"Rename table %1 to %2."_s.arg(o.from, o.to); },
            [](const ddl::AddField &o) {
                return u"Add field %1 (%2) to %3%4."_s.arg(
                    o.column.name, columnText(o.column), o.table,
                    o.fill ? u"; rows that are there get '%1'"_s.arg(*o.fill) : QString());
            },
            [](const ddl::RemoveField &o) {
                return u"Remove field %1 from %2."_s.arg(o.column.name, o.table);
            },
            [](const ddl::AlterField &o) {
                return u"Alter field %1 of %2: %3%4."_s.arg(
                    o.after.name, o.table, changeText(o.before, o.after),
                    o.fill ? u"; rows without a value get '%1'"_s.arg(*o.fill) : QString());
            },
            [](const ddl::RenameField &o) {
                return u"Rename field %1 of %2 to %3."_s.arg(o.from, o.table, o.to);
            },
            [](const ddl::AddIndex &o) {
                return u"Add %1 %2 on %3(%4)."_s.arg(indexKind(o.index), o.index.name, o.table,
                                                     columnsText(o.index.columns));
            },
            [](const ddl::RemoveIndex &o) {
                return u"Remove %1 %2 from %3(%4)."_s.arg(indexKind(o.index), o.index.name, o.table,
                                                          columnsText(o.index.columns));
            },
            [](const ddl::AddForeignKey &o) {
                return u"Add foreign key %1 to %2."_s.arg(keyText(o.key), o.table);
            },
            [](const ddl::RemoveForeignKey &o) {
                return u"Remove foreign key %1 from %2."_s.arg(keyText(o.key), o.table);
            },
            [](const ddl::AlterPrimaryKey &o) {
                return u"Change the primary key of %1 from (%2) to (%3)."_s.arg(
                    o.table, columnsText(o.before), columnsText(o.after));
            },
            [](const ddl::RunSql &o) {
                return u"Run SQL: %1."_s.arg(o.forwards.join("; "_L1).simplified().left(80));
            },
        },
        operation);
}

QString tableOf(const SchemaOperation &operation)
{
    return std::visit(overloaded{[](const ddl::CreateTable &o) { return o.table.name; },
                                 [](const ddl::DropTable &o) { return o.table.name; },
                                 [](const ddl::RenameTable &o) { return o.from; },
                                 [](const ddl::RunSql &) { return QString(); },
                                 [](const auto &o) { return o.table; }},
                      operation);
}

QString whyIrreversible(const SchemaOperation &operation)
{
    const auto *sql = std::get_if<ddl::RunSql>(&operation);
    return sql && sql->backwards.isEmpty() ? u"Its SQL says no way back."_s : QString();
}

QString whatIsLost(const SchemaOperation &operation)
{
    if (const auto *drop = std::get_if<ddl::DropTable>(&operation))
        return u"All rows of %1 are lost."_s.arg(drop->table.name);
    if (const auto *remove = std::get_if<ddl::RemoveField>(&operation))
        return u"The values of %1.%2 are lost."_s.arg(remove->table, remove->column.name);
    return {};
}

SchemaOperation reversed(const SchemaOperation &operation)
{
    const QString why = whyIrreversible(operation);
    if (!why.isEmpty())
        throw NotSupportedError(u"This cannot be undone: %1 %2"_s.arg(describe(operation), why));
    const auto mustFill = [](const ColumnSpec &column) {
        return !column.null && !column.defaultSql && !column.generated;
    };
    return std::visit(
        overloaded{
            [](const ddl::CreateTable &o) -> SchemaOperation { return ddl::DropTable{o.table}; },
            [](const ddl::DropTable &o) -> SchemaOperation { return ddl::CreateTable{o.table}; },
            [](const ddl::RenameTable &o) -> SchemaOperation {
                return ddl::RenameTable{o.to, o.from};
            },
            [](const ddl::AddField &o) -> SchemaOperation {
                return ddl::RemoveField{o.table, o.column};
            },
            [&](const ddl::RemoveField &o) -> SchemaOperation {
                ddl::AddField back{o.table, o.column};
                if (mustFill(o.column))
                    back.fill = neutralFill(o.column.type);
                return back;
            },
            [&](const ddl::AlterField &o) -> SchemaOperation {
                ddl::AlterField back{o.table, o.after, o.before};
                if (mustFill(o.before) && o.after.null)
                    back.fill = o.fill.value_or(neutralFill(o.before.type));
                return back;
            },
            [](const ddl::RenameField &o) -> SchemaOperation {
                return ddl::RenameField{o.table, o.to, o.from};
            },
            [](const ddl::AddIndex &o) -> SchemaOperation {
                return ddl::RemoveIndex{o.table, o.index};
            },
            [](const ddl::RemoveIndex &o) -> SchemaOperation {
                return ddl::AddIndex{o.table, o.index};
            },
            [](const ddl::AddForeignKey &o) -> SchemaOperation {
                return ddl::RemoveForeignKey{o.table, o.key};
            },
            [](const ddl::RemoveForeignKey &o) -> SchemaOperation {
                return ddl::AddForeignKey{o.table, o.key};
            },
            [](const ddl::AlterPrimaryKey &o) -> SchemaOperation {
                return ddl::AlterPrimaryKey{o.table, o.after, o.before};
            },
            [](const ddl::RunSql &o) -> SchemaOperation {
                return ddl::RunSql{o.backwards, o.forwards};
            },
        },
        operation);
}

bool needsFill(const SchemaOperation &operation)
{
    if (const auto *add = std::get_if<ddl::AddField>(&operation)) {
        const ColumnSpec &column = add->column;
        const bool automatic = column.type.kind == FieldKind::Auto ||
                               column.type.kind == FieldKind::BigAuto ||
                               column.type.kind == FieldKind::SmallAuto;
        return !add->fill && !column.null && !column.defaultSql && !column.generated && !automatic;
    }
    if (const auto *alter = std::get_if<ddl::AlterField>(&operation))
        return !alter->fill && alter->before.null && !alter->after.null && !alter->after.defaultSql;
    return false;
}

void setFill(SchemaOperation &operation, const QString &fill)
{
    if (auto *add = std::get_if<ddl::AddField>(&operation))
        add->fill = fill;
    else if (auto *alter = std::get_if<ddl::AlterField>(&operation))
        alter->fill = fill;
}

QString neutralFill(const FieldType &type)
{
    switch (type.kind) {
    case FieldKind::Auto:
    case FieldKind::BigAuto:
    case FieldKind::SmallAuto:
    case FieldKind::SmallInteger:
    case FieldKind::Integer:
    case FieldKind::BigInteger:
    case FieldKind::PositiveInteger:
    case FieldKind::Float:
    case FieldKind::Decimal:
    case FieldKind::Duration:
    case FieldKind::ForeignKey:
    case FieldKind::OneToOne:
        return u"0"_s;
    case FieldKind::Boolean:
        return u"false"_s;
    case FieldKind::Date:
        return u"1970-01-01"_s;
    case FieldKind::Time:
        return u"00:00:00"_s;
    case FieldKind::DateTime:
        return u"1970-01-01 00:00:00"_s;
    case FieldKind::Uuid:
        return u"00000000-0000-0000-0000-000000000000"_s;
    case FieldKind::Json:
        return u"null"_s;
    case FieldKind::Array:
        return u"{}"_s;
    case FieldKind::Char:
    case FieldKind::Text:
    case FieldKind::Binary:
    case FieldKind::Other:
        break;
    }
    return {};
}

void applyTo(SchemaSpec &schema, const SchemaOperation &operation)
{
    std::visit(
        overloaded{
            [&](const ddl::CreateTable &o) {
                if (schema.table(o.table.name))
                    doesNotFit(u"There is a table %1 already."_s.arg(o.table.name));
                schema.tables.push_back(o.table);
            },
            [&](const ddl::DropTable &o) {
                removeFrom(
                    schema.tables, [&](const TableSpec &t) { return t.name == o.table.name; },
                    u"There is no table %1 to drop."_s.arg(o.table.name));
            },
            [&](const ddl::RenameTable &o) { renameTable(schema, o); },
            [&](const ddl::AddField &o) {
                TableSpec &table = tableIn(schema, o.table);
                if (table.column(o.column.name))
                    doesNotFit(u"Table %1 has a field %2 already."_s.arg(o.table, o.column.name));
                table.columns.push_back(o.column);
            },
            [&](const ddl::RemoveField &o) { removeColumn(schema, o); },
            [&](const ddl::AlterField &o) {
                ColumnSpec *column = tableIn(schema, o.table).column(o.before.name);
                if (!column)
                    doesNotFit(u"Table %1 has no field %2 to alter."_s.arg(o.table, o.before.name));
                *column = o.after;
            },
            [&](const ddl::RenameField &o) { renameColumn(schema, o); },
            [&](const ddl::AddIndex &o) { tableIn(schema, o.table).indexes.push_back(o.index); },
            [&](const ddl::RemoveIndex &o) {
                removeFrom(
                    tableIn(schema, o.table).indexes,
                    [&](const IndexSpec &i) { return !i.opaque && i.sameAs(o.index); },
                    u"Table %1 has no index over %2 to remove."_s.arg(
                        o.table, columnsText(o.index.columns)));
            },
            [&](const ddl::AddForeignKey &o) {
                tableIn(schema, o.table).foreignKeys.push_back(o.key);
            },
            [&](const ddl::RemoveForeignKey &o) {
                removeFrom(
                    tableIn(schema, o.table).foreignKeys,
                    [&](const ForeignKeySpec &k) { return k.sameAs(o.key); },
                    u"Table %1 has no foreign key %2 to remove."_s.arg(o.table, keyText(o.key)));
            },
            [&](const ddl::AlterPrimaryKey &o) { tableIn(schema, o.table).primaryKey = o.after; },
            [](const ddl::RunSql &) {},
        },
        operation);
}

} // namespace heddle
