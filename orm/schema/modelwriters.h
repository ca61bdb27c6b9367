#pragma once

#include "orm/models/schema.h"

#include <QByteArray>

namespace heddle {

// What a database's models look like in other notations. Pure functions of the schema; all give
// UTF-8 text that ends with a line end.

struct CppWriterOptions {
    QString nameSpace = QStringLiteral("models"); // "shop" or "acme::shop"
    /// Members for the ways back (RelatedSet, RelatedOne, ManyToMany), which prefetchRelated()
    /// fills.
    bool waysBack = true;
    QString source; // for the first line: which database this is
};

/// A header with one struct a table: the typed face of Heddle. What is no C++ name (keywords,
/// macros, digits in front, two names that come out alike) is changed and mapped with fieldName(),
/// column(), table() and name().
QByteArray cppModels(const DatabaseSchema &schema, const ModelRegistry &registry,
                     const CppWriterOptions &options = {});
/// The nearest C++ namespace to a text: "my-shop.sqlite" -> "my_shop_sqlite".
QString cppNamespaceFor(const QString &text);

/// models.py, as inspectdb writes it, with related names that give Django's queries the names that
/// Heddle uses.
QByteArray djangoModels(const DatabaseSchema &schema, const ModelRegistry &registry,
                        const QString &source = {});

/// DBML, for dbdiagram.io and its relatives: tables, indexes, references. In the database's names.
QByteArray dbmlDiagram(const DatabaseSchema &schema, const ModelRegistry &registry);

/// Mermaid's erDiagram. What its syntax cannot spell becomes `_`.
QByteArray mermaidDiagram(const DatabaseSchema &schema, const ModelRegistry &registry);

} // namespace heddle
