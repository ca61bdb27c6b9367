#pragma once

#include "orm/sql/ddlspec.h"

namespace heddle::test {

inline FieldType typeOf(const char *text)
{
    const auto type = FieldType::fromString(QString::fromLatin1(text));
    if (!type)
        qFatal("%s is no field type", text);
    return *type;
}

inline ColumnSpec column(const char *name, const char *type, bool null = false)
{
    ColumnSpec out;
    out.name = QString::fromUtf8(name);
    out.type = typeOf(type);
    out.null = null;
    return out;
}

/// A table with an automatic key "id" and these columns.
inline TableSpec table(const char *name, std::vector<ColumnSpec> columns)
{
    TableSpec out;
    out.name = QString::fromUtf8(name);
    out.columns.push_back(column("id", "BigAutoField"));
    for (ColumnSpec &c : columns)
        out.columns.push_back(std::move(c));
    out.primaryKey = {QStringLiteral("id")};
    return out;
}

inline ForeignKeySpec key(const TableSpec &from, const char *column, const char *target,
                          OnDelete onDelete = OnDelete::DoNothing)
{
    const QString name = QString::fromUtf8(column), to = QString::fromUtf8(target);
    return {constraintName(from.name, {name}, QStringLiteral("_fk_") + to),
            {name},
            to,
            {QStringLiteral("id")},
            onDelete,
            {}};
}

inline IndexSpec index(const TableSpec &on, const QStringList &columns, bool unique = false)
{
    const QString suffix = unique ? QStringLiteral("_uniq") : QStringLiteral("_idx");
    return {constraintName(on.name, columns, suffix), columns, unique, unique, false};
}

/// Authors and their books.
inline SchemaSpec library()
{
    TableSpec author = table("author", {column("name", "CharField(200)")});
    TableSpec book =
        table("book", {column("title", "CharField(200)"), column("author_id", "BigIntegerField"),
                       column("price", "DecimalField(10,2)", true)});
    book.foreignKeys.push_back(key(book, "author_id", "author", OnDelete::Cascade));
    book.indexes.push_back(index(book, {QStringLiteral("author_id")}));
    return {{book, author}};
}

} // namespace heddle::test
