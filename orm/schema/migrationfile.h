#pragma once

#include "orm/sql/ddloperation.h"

#include <QByteArray>

namespace heddle {

/// A named list of operations, as it stands in a file: `0002_book_isbn.json`.
struct Migration {
    QString name;             // the file's name without ".json"
    QStringList dependencies; // those that must be applied before
    SchemaOperations operations;
    /// Someone changed the file since Heddle wrote it: its checksum is not that of what it says.
    bool edited = false;

    /// SHA-256 over name, dependencies and operations, in hex. Layout and unknown keys do not
    /// count.
    QString checksum() const;
};

/// Readable JSON: every operation with a sentence that says what it does.
QByteArray migrationToJson(const Migration &migration);
/// Reads what migrationToJson() wrote. On failure gives nothing and says why, with the place, in
/// *error.
std::optional<Migration> migrationFromJson(const QByteArray &json, QString *error);

/// "initial" for one that only makes tables and follows none; else after its operations, as Django
/// does: "book_isbn", "remove_book_pages_and_more".
QString suggestedName(const SchemaOperations &operations, bool first);

} // namespace heddle
