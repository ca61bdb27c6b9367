#include "orm/models/schema.h"

#include "orm/models/jsonwriter.h"

namespace heddle {
namespace {

using detail::JsonWriter;

QString onDeleteText(OnDelete rule)
{
    switch (rule) {
    case OnDelete::Cascade:
        return QStringLiteral("CASCADE");
    case OnDelete::SetNull:
        return QStringLiteral("SET_NULL");
    case OnDelete::DoNothing:
        return QStringLiteral("DO_NOTHING");
    case OnDelete::Protect:
        return QStringLiteral("PROTECT");
    case OnDelete::Restrict:
        return QStringLiteral("RESTRICT");
    case OnDelete::SetDefault:
        return QStringLiteral("SET_DEFAULT");
    }
    return {};
}

QString relationKindText(RelationKind kind)
{
    switch (kind) {
    case RelationKind::ReverseForeignKey:
        return QStringLiteral("reverse foreign key");
    case RelationKind::ReverseOneToOne:
        return QStringLiteral("reverse one-to-one");
    case RelationKind::ManyToMany:
        return QStringLiteral("many-to-many");
    }
    return {};
}

void writeColumn(JsonWriter &out, const TableColumn &column)
{
    out.beginObject();
    out.add("name", column.name);
    out.add("declaredType", column.declaredType);
    out.add("type", column.type.toString());
    out.add("notNull", column.notNull);
    if (column.defaultSql)
        out.add("default", *column.defaultSql);
    out.addIfTrue("automatic", column.automatic);
    out.addIfTrue("generated", column.generated);
    out.addIfTrue("identity", column.identity);
    if (!column.enumValues.isEmpty())
        out.add("enumValues", column.enumValues);
    out.addIfSet("comment", column.comment);
    out.endObject();
}

void writeForeignKey(JsonWriter &out, const TableForeignKey &key)
{
    out.beginObject();
    out.addIfSet("name", key.name);
    out.add("columns", key.columns);
    out.add("targetTable", key.targetTable);
    out.add("targetColumns", key.targetColumns);
    out.addIfSet("onDelete", key.onDelete);
    out.addIfSet("onUpdate", key.onUpdate);
    out.endObject();
}

void writeIndex(JsonWriter &out, const TableIndex &index)
{
    out.beginObject();
    out.add("name", index.name);
    out.add("columns", index.columns);
    out.add("unique", index.unique);
    out.addIfTrue("partial", index.partial);
    out.addIfTrue("constraint", index.constraint);
    out.endObject();
}

void writeField(JsonWriter &out, const Field &field)
{
    out.beginObject();
    out.add("name", field.name);
    out.add("attname", field.attname);
    out.add("column", field.column);
    out.add("type", field.type.toString());
    out.add("null", field.null);
    out.addIfTrue("primaryKey", field.primaryKey);
    out.addIfTrue("unique", field.unique);
    if (field.isRelation()) {
        out.add("target", field.target->name);
        out.add("targetField", field.targetField->name);
        out.add("onDelete", onDeleteText(field.onDelete));
    }
    out.endObject();
}

void writeRelation(JsonWriter &out, const Relation &relation)
{
    out.beginObject();
    out.add("kind", relationKindText(relation.kind));
    out.add("queryName", relation.queryName);
    out.add("accessor", relation.accessor);
    out.add("model", relation.target->name);
    if (relation.field)
        out.add("field", relation.field->name);
    if (relation.through) {
        out.add("through", relation.through->name);
        out.add("sourceField", relation.sourceField->name);
        out.add("farField", relation.farField->name);
    }
    out.endObject();
}

void writeModel(JsonWriter &out, const ModelInfo &model)
{
    out.beginObject("model");
    out.add("name", model.name);
    QStringList keys;
    for (const Field *field : model.primaryKeys())
        keys += field->name;
    out.add("primaryKey", keys);
    out.addIfTrue("manyToManyLink", model.isManyToManyLink());
    out.beginArray("fields");
    for (const auto &field : model.fields())
        writeField(out, *field);
    out.endArray();
    out.beginArray("relations");
    for (const auto &relation : model.relations())
        writeRelation(out, *relation);
    out.endArray();
    out.endObject();
}

void writeTable(JsonWriter &out, const TableInfo &table, const ModelInfo *model)
{
    out.beginObject();
    out.add("name", table.name);
    out.addIfSet("schema", table.schema);
    out.addIfTrue("view", table.isView);
    out.addIfTrue("materialized", table.isMaterialized);
    out.addIfTrue("partitioned", table.isPartitioned);
    out.addIfTrue("withoutRowId", table.withoutRowId);
    out.addIfSet("comment", table.comment);
    if (table.rowEstimate)
        out.add("rowEstimate", *table.rowEstimate);
    out.addIfTrue("hasTriggers", table.hasTriggers);
    out.beginArray("columns");
    for (const TableColumn &column : table.columns)
        writeColumn(out, column);
    out.endArray();
    out.add("primaryKey", table.primaryKey);
    out.beginArray("foreignKeys");
    for (const TableForeignKey &key : table.foreignKeys)
        writeForeignKey(out, key);
    out.endArray();
    out.beginArray("indexes");
    for (const TableIndex &index : table.indexes)
        writeIndex(out, index);
    out.endArray();
    if (model)
        writeModel(out, *model);
    out.endObject();
}

} // namespace

QByteArray schemaToJson(const DatabaseSchema &schema, const ModelRegistry &registry)
{
    JsonWriter out;
    out.beginObject();
    out.add("heddleSchema", qint64(1));
    out.add("backend", schema.backend);
    out.beginArray("tables");
    for (const TableInfo &table : schema.tables)
        writeTable(out, table, registry.modelByTable(table.name));
    out.endArray();
    out.endObject();
    return out.text();
}

} // namespace heddle
