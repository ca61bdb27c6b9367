#include "orm/schema/modelwriters.h"
#include "orm/sql/ddlspec.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

// --- DBML ---

QByteArray dbmlName(const QString &name)
{
    QString text = name;
    return '"' + text.replace(u'"', u'\'').toUtf8() + '"';
}

QByteArray dbmlText(const QString &text)
{
    QString out = text;
    out.replace(u'\\', "\\\\"_L1).replace(u'\'', "\\'"_L1).replace(u'\n', u' ');
    return '\'' + out.toUtf8() + '\'';
}

QByteArray dbmlColumns(const QStringList &columns)
{
    QByteArray out;
    for (const QString &column : columns)
        out += (out.isEmpty() ? "" : ", ") + dbmlName(column);
    return columns.size() == 1 ? out : '(' + out + ')';
}

QByteArray dbmlColumn(const TableInfo &table, const TableColumn &column)
{
    QList<QByteArray> settings;
    if (table.primaryKey == QStringList{column.name})
        settings << "pk";
    if (column.automatic)
        settings << "increment";
    if (column.notNull && !table.primaryKey.contains(column.name))
        settings << "not null";
    for (const TableIndex &index : table.indexes) {
        if (index.unique && !index.partial && index.columns == QStringList{column.name} &&
            !settings.contains("unique") && index.columns != table.primaryKey)
            settings << "unique";
    }
    if (column.defaultSql && !column.automatic) {
        QString sql = *column.defaultSql;
        settings << "default: `" + sql.replace(u'`', u'\'').toUtf8() + '`';
    }
    if (!column.comment.isEmpty())
        settings << "note: " + dbmlText(column.comment);
    const QString type =
        column.declaredType.isEmpty() ? column.type.toString() : column.declaredType;
    QByteArray out = "  " + dbmlName(column.name) + ' ';
    // A type with anything but its size in it has to be quoted.
    const bool plain = std::all_of(type.begin(), type.end(), [](QChar c) {
        return c.isLetterOrNumber() || QStringView(u"_(),").contains(c);
    });
    out += plain ? type.toUtf8() : dbmlName(type);
    if (!settings.isEmpty())
        out += " [" + settings.join(", ") + ']';
    return out + '\n';
}

QByteArray dbmlIndexes(const TableInfo &table)
{
    QByteArray lines;
    if (table.primaryKey.size() > 1)
        lines += "    " + dbmlColumns(table.primaryKey) + " [pk]\n";
    for (const TableIndex &index : table.indexes) {
        const bool ofKey = index.columns == table.primaryKey && index.unique;
        const bool ofColumn = index.constraint && index.columns.size() == 1;
        if (ofKey || ofColumn || index.columns.contains("(expression)"_L1))
            continue;
        QList<QByteArray> settings;
        if (index.unique)
            settings << "unique";
        if (!index.name.startsWith("sqlite_autoindex_"_L1))
            settings << "name: " + dbmlText(index.name);
        lines += "    " + dbmlColumns(index.columns) +
                 (settings.isEmpty() ? QByteArray() : " [" + settings.join(", ") + ']') + '\n';
    }
    return lines.isEmpty() ? lines : "\n  indexes {\n" + lines + "  }\n";
}

bool isUniqueKey(const TableInfo &table, const QStringList &columns)
{
    return columns == table.primaryKey ||
           std::any_of(table.indexes.begin(), table.indexes.end(), [&](const TableIndex &index) {
               return index.unique && !index.partial && index.columns == columns;
           });
}

QByteArray dbmlReference(const TableInfo &table, const ForeignKeySpec &key)
{
    QByteArray out = "Ref: " + dbmlName(table.name) + '.' + dbmlColumns(key.columns) +
                     (isUniqueKey(table, key.columns) ? " - " : " > ") + dbmlName(key.targetTable) +
                     '.' + dbmlColumns(key.targetColumns);
    const QString onDelete = onDeleteClause(key.onDelete).toLower();
    if (!onDelete.isEmpty())
        out += " [delete: " + onDelete.toUtf8() + ']';
    return out + '\n';
}

// --- Mermaid ---

QByteArray mermaidWord(const QString &text)
{
    QByteArray out;
    for (const QChar c : text) {
        if (c.unicode() < 128 && (c.isLetterOrNumber() || c == u'_'))
            out += c.toLatin1();
        else if (!out.endsWith('_'))
            out += '_';
    }
    while (out.endsWith('_') && out.size() > 1)
        out.chop(1);
    return out.isEmpty() || !(out.front() >= 'A') ? "x" + out : out;
}

QByteArray mermaidText(const QString &text)
{
    QString out = text.simplified();
    return '"' + out.replace(u'"', u'\'').toUtf8() + '"';
}

QByteArray mermaidEntity(const ModelInfo &model)
{
    QByteArray out = "    " + mermaidWord(model.name) + " {\n";
    for (const auto &field : model.fields()) {
        QList<QByteArray> keys;
        if (field->primaryKey)
            keys << "PK";
        if (field->isRelation())
            keys << "FK";
        if (field->unique && !field->primaryKey)
            keys << "UK";
        const FieldType type = field->valueType();
        QString word = type.kind == FieldKind::Other && !field->databaseType.isEmpty()
                           ? field->databaseType
                           : type.className();
        if (word.endsWith("Field"_L1) && word.size() > 5)
            word.chop(5);
        out += "        " + mermaidWord(word) + ' ' + mermaidWord(field->attname) +
               (keys.isEmpty() ? QByteArray() : ' ' + keys.join(", ")) +
               (field->comment.isEmpty() ? QByteArray() : ' ' + mermaidText(field->comment)) + '\n';
    }
    return out + "    }\n";
}

} // namespace

QByteArray dbmlDiagram(const DatabaseSchema &schema, const ModelRegistry &)
{
    QByteArray tables, references;
    const SchemaSpec spec = specFromSchema(schema);
    for (const TableInfo &table : schema.tables) {
        if (table.isView)
            continue; // DBML has no views
        tables += (tables.isEmpty() ? "Table " : "\nTable ") + dbmlName(table.name) + " {\n";
        for (const TableColumn &column : table.columns)
            tables += dbmlColumn(table, column);
        tables += dbmlIndexes(table);
        if (!table.comment.isEmpty())
            tables += "\n  Note: " + dbmlText(table.comment) + '\n';
        tables += "}\n";
        const TableSpec *known = spec.table(table.name);
        for (const ForeignKeySpec &key : known->foreignKeys) {
            if (spec.table(key.targetTable))
                references += dbmlReference(table, key);
        }
    }
    return tables + (references.isEmpty() ? QByteArray() : '\n' + references);
}

QByteArray mermaidDiagram(const DatabaseSchema &, const ModelRegistry &registry)
{
    QByteArray out = "erDiagram\n";
    for (const auto &model : registry.models())
        out += mermaidEntity(*model);
    for (const auto &model : registry.models()) {
        for (const auto &field : model->fields()) {
            if (!field->isRelation())
                continue;
            const bool one = field->type.kind == FieldKind::OneToOne;
            out += "    " + mermaidWord(field->target->name) + (field->null ? " |o" : " ||") +
                   (one ? "--o| " : "--o{ ") + mermaidWord(model->name) + " : " +
                   mermaidText(field->name) + '\n';
        }
    }
    return out;
}

} // namespace heddle
