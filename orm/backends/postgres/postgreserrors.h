#pragma once

#include "orm/values/errors.h"

struct pg_result;

namespace heddle {

/// What is known where a PostgreSQL error comes up, beside what the server says.
struct PostgresErrorContext {
    QByteArray sql;
    QString alias;
    QString connection;
    bool cancelRequested = false;
    bool committing = false; // if the connection is lost now, nobody knows what became of it
    bool connectionLost = false;
    /// What the server said as it ended the connection while no statement was running, which libpq
    /// keeps no result of: the SQLSTATE and the message.
    QByteArray farewellState, farewell;
};

/// Throws what a failed result means: the classes of Python's drivers by SQLSTATE, QueryCancelled
/// for a cancel that was asked for, CommitOutcomeUnknown for a connection lost during COMMIT.
/// `result` may be null: then the connection itself has failed, and `message` is libpq's.
[[noreturn]] void throwPostgresError(const pg_result *result, const QString &message,
                                     const PostgresErrorContext &context);

/// The number of the parameter ("$2") whose type the server could not infer; 0: it is another
/// error, or none. The message is in the server's language, the parameter's name is not.
std::size_t indeterminateParameter(const pg_result *result);

/// Throws `Error` for something that Heddle itself found wrong with a statement.
template <typename Error>
[[noreturn]] void throwPostgresRefusal(const QString &message, const PostgresErrorContext &context)
{
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverMessage = message;
    info->sql = context.sql;
    info->alias = context.alias;
    info->connection = context.connection;
    Error error(message);
    error.database = std::move(info);
    throw error;
}

} // namespace heddle
