#pragma once

#include "orm/models/schema.h"

namespace heddle::testing {

/// The bookshop: authors, publishers, books, genres (many-to-many), reviews.
inline ModelRegistryPtr bookshopRegistry()
{
    const auto column = [](const char *name, FieldKind kind, const char *declared,
                           bool notNull = true) {
        TableColumn c;
        c.name = QString::fromUtf8(name);
        c.declaredType = QString::fromUtf8(declared);
        c.type.kind = kind;
        c.notNull = notNull;
        c.automatic = kind == FieldKind::Auto;
        return c;
    };
    const auto table = [&](const char *name, qint64 rows, std::vector<TableColumn> columns,
                           std::initializer_list<std::pair<const char *, const char *>> keys) {
        TableInfo t;
        t.name = QString::fromUtf8(name);
        t.columns = std::move(columns);
        t.columns.insert(t.columns.begin(), column("id", FieldKind::Auto, "INTEGER"));
        t.primaryKey = QStringList{QStringLiteral("id")};
        t.rowEstimate = rows;
        for (const auto &[from, to] : keys) {
            TableForeignKey key;
            key.columns = QStringList{QString::fromUtf8(from)};
            key.targetTable = QString::fromUtf8(to);
            t.foreignKeys.push_back(key);
        }
        return t;
    };
    DatabaseSchema schema;
    schema.backend = QStringLiteral("sqlite");
    schema.tables.push_back(table("author", 5000,
                                  {column("name", FieldKind::Text, "TEXT"),
                                   column("born", FieldKind::Date, "DATE", false),
                                   column("publisher_id", FieldKind::Integer, "INTEGER")},
                                  {{"publisher_id", "publisher"}}));
    TableInfo book = table("book", 30000,
                           {column("title", FieldKind::Text, "TEXT"),
                            column("published", FieldKind::Date, "DATE"),
                            column("author_id", FieldKind::Integer, "INTEGER")},
                           {{"author_id", "author"}});
    TableIndex byTitle;
    byTitle.name = QStringLiteral("book_title");
    byTitle.columns = QStringList{QStringLiteral("title")};
    book.indexes.push_back(byTitle);
    schema.tables.push_back(book);
    schema.tables.push_back(table("book_genre", 60000,
                                  {column("book_id", FieldKind::Integer, "INTEGER"),
                                   column("genre_id", FieldKind::Integer, "INTEGER")},
                                  {{"book_id", "book"}, {"genre_id", "genre"}}));
    schema.tables.push_back(table("genre", 24, {column("name", FieldKind::Text, "TEXT")}, {}));
    schema.tables.push_back(table("publisher", 300, {column("name", FieldKind::Text, "TEXT")}, {}));
    schema.tables.push_back(table("review", 60000,
                                  {column("rating", FieldKind::Integer, "INTEGER"),
                                   column("book_id", FieldKind::Integer, "INTEGER")},
                                  {{"book_id", "book"}}));
    return registryFromSchema(schema);
}

} // namespace heddle::testing
