#pragma once

#include "orm/values/errors.h"

class QSqlError;

namespace heddle {

/// What is known where a driver's error comes up, beside the error itself.
struct QtSqlErrorContext {
    QByteArray sql;
    QString alias;
    QString connection;
    bool cancelRequested = false;
};

/// MariaDB's number of an error; 0 if the driver gives none.
int mariadbCode(const QSqlError &error);
/// Whether the connection is gone after it.
bool isMariadbConnectionLost(int code);
/// Throws what the error means, in the classes that Django's MySQL backend gives it.
[[noreturn]] void throwQtSqlError(const QSqlError &error, const QtSqlErrorContext &context);

} // namespace heddle
