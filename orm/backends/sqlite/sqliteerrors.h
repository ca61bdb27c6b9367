#pragma once

#include "orm/values/errors.h"

struct sqlite3;

namespace heddle {

/// What is known where an SQLite error comes up, beside its code.
struct SqliteErrorContext {
    QByteArray sql;
    QString alias;
    QString connection;
    bool cancelRequested = false;
};

/// SQLite's name of an extended result code: "SQLITE_CONSTRAINT_UNIQUE".
QString sqliteCodeName(int extendedCode);

/// Throws what `extendedCode` means, with the message and position that `db` holds: IntegrityError
/// for constraints, QueryCancelled for an interrupt that was asked for, the classes of Python's
/// sqlite3 module for the rest.
[[noreturn]] void throwSqliteError(sqlite3 *db, int extendedCode,
                                   const SqliteErrorContext &context);

/// One sentence for people about why the file at `path` could not be opened. Looks at the file
/// itself, since SQLite's own message only says "unable to open database file".
QString sqliteOpenFailure(const QString &path, int extendedCode, const QString &message);

} // namespace heddle
