#include "orm/models/schema.h"

#include "orm/models/registrybuilder.h"

#include <QSet>
#include <algorithm>
#include <numeric>

namespace heddle {
namespace {

/// A foreign key that becomes a relation: one column to one column of a table that exists.
struct UsableKey {
    int target = -1; // index of the table
    QString targetColumn;
    OnDelete onDelete = OnDelete::DoNothing;
};

OnDelete onDeleteFor(const QString &rule)
{
    if (rule.compare(QLatin1String("CASCADE"), Qt::CaseInsensitive) == 0)
        return OnDelete::Cascade;
    if (rule.compare(QLatin1String("SET NULL"), Qt::CaseInsensitive) == 0)
        return OnDelete::SetNull;
    return OnDelete::DoNothing;
}

FieldKind automaticKind(FieldKind kind)
{
    if (kind == FieldKind::Integer)
        return FieldKind::Auto;
    if (kind == FieldKind::BigInteger)
        return FieldKind::BigAuto;
    if (kind == FieldKind::SmallInteger)
        return FieldKind::SmallAuto;
    return kind;
}

/// Makes the models of one schema; lives as long as registryFromSchema() runs.
class SchemaReader {
public:
    explicit SchemaReader(const DatabaseSchema &schema) : m_tables(schema.tables) {}

    ModelRegistryPtr read()
    {
        nameModels();
        for (const TableInfo &table : m_tables)
            m_keys.push_back(usableKeys(table));
        for (std::size_t i = 0; i < m_tables.size(); ++i)
            addTable(i);
        for (std::size_t i = 0; i < m_tables.size(); ++i)
            linkTable(i);
        return m_builder.build();
    }

private:
    using Keys = QHash<QString, UsableKey>; // by the referring column

    /// Tables are named in code-point order, so that a double name gives the same numbers
    /// everywhere.
    void nameModels()
    {
        std::vector<std::size_t> order(m_tables.size());
        std::iota(order.begin(), order.end(), std::size_t(0));
        std::stable_sort(order.begin(), order.end(), [this](std::size_t a, std::size_t b) {
            return m_tables[a].name.toUtf8() < m_tables[b].name.toUtf8();
        });
        m_names.resize(m_tables.size());
        QSet<QString> taken;
        for (const std::size_t i : order) {
            const QString base = modelNameFor(m_tables[i].name);
            QString name = base;
            for (int n = 2; taken.contains(name); ++n)
                name = base + QString::number(n);
            taken.insert(name);
            m_names[i] = name;
        }
    }

    int tableIndex(const QString &name) const
    {
        for (const auto caseSensitivity : {Qt::CaseSensitive, Qt::CaseInsensitive}) {
            for (std::size_t i = 0; i < m_tables.size(); ++i) {
                if (m_tables[i].name.compare(name, caseSensitivity) == 0)
                    return int(i);
            }
        }
        return -1;
    }

    static QString columnOf(const TableInfo &table, const QString &name)
    {
        for (const auto caseSensitivity : {Qt::CaseSensitive, Qt::CaseInsensitive}) {
            for (const TableColumn &column : table.columns) {
                if (column.name.compare(name, caseSensitivity) == 0)
                    return column.name;
            }
        }
        return {};
    }

    Keys usableKeys(const TableInfo &table) const
    {
        Keys result;
        for (const TableForeignKey &key : table.foreignKeys) {
            if (key.columns.size() != 1 || key.targetColumns.size() > 1)
                continue;
            UsableKey usable;
            usable.target = tableIndex(key.targetTable);
            const QString column = columnOf(table, key.columns.first());
            if (usable.target < 0 || column.isEmpty() || result.contains(column))
                continue;
            const TableInfo &target = m_tables[std::size_t(usable.target)];
            // A key to a part of a composite key identifies no object.
            if (target.primaryKey.size() > 1)
                continue;
            const QStringList named =
                key.targetColumns.isEmpty() ? target.primaryKey : key.targetColumns;
            usable.targetColumn = columnOf(target, named.value(0));
            usable.onDelete = onDeleteFor(key.onDelete);
            if (!usable.targetColumn.isEmpty())
                result.insert(column, usable);
        }
        return result;
    }

    /// Field names in column order. Plain columns choose first: a foreign key can give way, they
    /// cannot.
    QStringList fieldNames(const TableInfo &table, const Keys &keys) const
    {
        QSet<QString> taken;
        QHash<QString, QString> chosen;
        const auto idOf = [](const QString &name) { return name + QLatin1String("_id"); };
        for (const bool foreign : {false, true}) {
            for (const TableColumn &column : table.columns) {
                if (keys.contains(column.name) != foreign)
                    continue;
                QString base = foreign ? foreignKeyNameFor(column.name) : fieldNameFor(column.name);
                const auto isTaken = [&](const QString &name) {
                    return taken.contains(name) || (foreign && taken.contains(idOf(name)));
                };
                if (foreign && isTaken(base))
                    base += QLatin1String("_fk");
                QString name = base;
                for (int n = 0; isTaken(name); ++n)
                    name = base + QLatin1Char('_') + QString::number(n);
                chosen.insert(column.name, name);
                taken.insert(name);
                if (foreign)
                    taken.insert(idOf(name));
            }
        }
        QStringList result;
        for (const TableColumn &column : table.columns)
            result += chosen.value(column.name);
        return result;
    }

    void addTable(std::size_t index)
    {
        const TableInfo &table = m_tables[index];
        ModelInfo &model = m_builder.addModel(m_names[index], table.name);
        m_models.push_back(&model);
        model.schema = table.schema;
        model.isView = table.isView;
        model.withoutRowId = table.withoutRowId;
        model.rowEstimate = table.rowEstimate;
        model.comment = table.comment;
        const QStringList names = fieldNames(table, m_keys[index]);
        for (std::size_t i = 0; i < table.columns.size(); ++i) {
            const TableColumn &column = table.columns[i];
            Field field;
            field.name = names[qsizetype(i)];
            if (m_keys[index].contains(column.name))
                field.attname = field.name + QLatin1String("_id");
            field.column = column.name;
            field.type = column.type;
            field.databaseType = column.declaredType;
            field.null = !column.notNull;
            field.automatic = column.automatic;
            field.generated = column.generated;
            field.defaultSql = column.defaultSql;
            field.comment = column.comment;
            m_builder.addField(model, std::move(field));
        }
        addKeysAndIndexes(model, table);
    }

    void addKeysAndIndexes(ModelInfo &model, const TableInfo &table)
    {
        std::vector<Field *> primary;
        for (const QString &column : table.primaryKey) {
            if (Field *field = m_builder.fieldByColumn(model, column))
                primary.push_back(field);
        }
        if (primary.size() == 1 && primary.front()->automatic)
            primary.front()->type.kind = automaticKind(primary.front()->type.kind);
        m_builder.setPrimaryKey(model, primary);
        for (const TableIndex &index : table.indexes) {
            m_builder.addIndex(model, {index.name, index.columns, index.unique, index.partial});
            addIndexFacts(model, index, primary);
        }
    }

    void addIndexFacts(ModelInfo &model, const TableIndex &index,
                       const std::vector<Field *> &primary)
    {
        UniqueConstraint constraint;
        constraint.name = index.name;
        std::vector<Field *> fields;
        for (const QString &column : index.columns) {
            if (Field *field = m_builder.fieldByColumn(model, column)) {
                fields.push_back(field);
                constraint.fields.push_back(field);
            }
        }
        // An index over an expression says nothing about its columns.
        const bool plain = !fields.empty() && qsizetype(fields.size()) == index.columns.size();
        if (!fields.empty() && !index.partial &&
            fields.front()->column.compare(index.columns.first(), Qt::CaseInsensitive) == 0)
            fields.front()->indexed = true;
        if (!plain || !index.unique || index.partial || fields == primary)
            return;
        if (fields.size() == 1)
            fields.front()->unique = true;
        m_builder.addUnique(model, std::move(constraint));
    }

    void linkTable(std::size_t index)
    {
        const Keys &keys = m_keys[index];
        for (auto it = keys.begin(); it != keys.end(); ++it) {
            ModelInfo &target = *m_models[std::size_t(it->target)];
            Field *field = m_builder.fieldByColumn(*m_models[index], it.key());
            const Field *targetField = m_builder.fieldByColumn(target, it->targetColumn);
            m_builder.setTarget(*field, target, *targetField, it->onDelete);
        }
    }

    const std::vector<TableInfo> &m_tables;
    std::vector<QString> m_names;
    std::vector<Keys> m_keys;
    std::vector<ModelInfo *> m_models;
    ModelRegistryBuilder m_builder;
};

} // namespace

ModelRegistryPtr registryFromSchema(const DatabaseSchema &schema)
{
    return SchemaReader(schema).read();
}

} // namespace heddle
