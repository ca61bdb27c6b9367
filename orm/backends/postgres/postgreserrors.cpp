#include "orm/backends/postgres/postgreserrors.h"

#include <libpq-fe.h>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

enum class ErrorClass {
    Database,
    Operational,
    Integrity,
    Data,
    Programming,
    Internal,
    NotSupported
};

struct StateClass {
    const char *prefix;
    ErrorClass error;
};

// By the first letters of the SQLSTATE, as psycopg sorts them into the classes of the DB-API.
constexpr StateClass stateClasses[] = {
    {"08", ErrorClass::Operational}, {"0A", ErrorClass::NotSupported},
    {"20", ErrorClass::Programming}, {"21", ErrorClass::Programming},
    {"22", ErrorClass::Data},        {"23", ErrorClass::Integrity},
    {"24", ErrorClass::Internal},    {"25", ErrorClass::Internal},
    {"26", ErrorClass::Programming}, {"27", ErrorClass::Operational},
    {"28", ErrorClass::Operational}, {"2B", ErrorClass::Internal},
    {"2D", ErrorClass::Internal},    {"2F", ErrorClass::Internal},
    {"34", ErrorClass::Programming}, {"38", ErrorClass::Internal},
    {"39", ErrorClass::Internal},    {"3B", ErrorClass::Internal},
    {"3D", ErrorClass::Programming}, {"3F", ErrorClass::Programming},
    {"40", ErrorClass::Operational}, {"42", ErrorClass::Programming},
    {"44", ErrorClass::Programming}, {"53", ErrorClass::Operational},
    {"54", ErrorClass::Operational}, {"55", ErrorClass::Operational},
    {"57", ErrorClass::Operational}, {"58", ErrorClass::Operational},
    {"F0", ErrorClass::Internal},    {"HV", ErrorClass::Operational},
    {"P0", ErrorClass::Internal},    {"XX", ErrorClass::Internal},
};

ErrorClass classOf(const QByteArray &state)
{
    for (const StateClass &c : stateClasses) {
        if (state.startsWith(c.prefix))
            return c.error;
    }
    return ErrorClass::Database;
}

QString field(const PGresult *result, int code)
{
    return QString::fromUtf8(PQresultErrorField(result, code));
}

/// The byte offset of the 1-based character that the server counts to; -1 if it does not say.
int byteOffset(const QByteArray &sql, const QString &position)
{
    bool ok = false;
    int characters = position.toInt(&ok) - 1;
    if (!ok || characters < 0)
        return -1;
    qsizetype at = 0;
    for (; at < sql.size() && characters > 0; --characters) {
        ++at;
        while (at < sql.size() && (uchar(sql[at]) & 0xc0) == 0x80)
            ++at;
    }
    return int(at);
}

/// The message as Python's drivers show it: the server's, with DETAIL and HINT, but without the
/// severity in front.
QString shownMessage(const PGresult *result)
{
    QString text = QString::fromUtf8(PQresultErrorMessage(result));
    const QString severity = field(result, PG_DIAG_SEVERITY);
    if (!severity.isEmpty() && text.startsWith(severity + QStringLiteral(":  ")))
        text.remove(0, severity.size() + 3);
    while (text.endsWith(u'\n'))
        text.chop(1);
    return text;
}

/// A statement that was prepared and is not there, or is there although it was not: what happens
/// behind a pooler that gives each transaction another connection.
QString cureOf(const DatabaseErrorInfo &info)
{
    const bool prepared = info.serverCode == "26000"_L1 || info.serverCode == "42P05"_L1;
    return prepared ? QStringLiteral("if there is a pooler between (PgBouncer), add ?prepare=off "
                                     "to the URL")
                    : QString();
}

template <typename Error>
[[noreturn]] void throwWith(const QString &message, std::shared_ptr<const DatabaseErrorInfo> info)
{
    Error error(message, cureOf(*info));
    error.database = std::move(info);
    throw error;
}

[[noreturn]] void throwLost(const QString &message, std::shared_ptr<const DatabaseErrorInfo> info,
                            const PostgresErrorContext &context)
{
    if (context.committing)
        throwWith<CommitOutcomeUnknown>(
            QStringLiteral("The connection was lost during COMMIT: whether the transaction was "
                           "kept, only the database can tell. (%1)")
                .arg(message),
            std::move(info));
    throwWith<OperationalError>(message, std::move(info));
}

} // namespace

void throwPostgresError(const pg_result *result, const QString &message,
                        const PostgresErrorContext &context)
{
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->sql = context.sql;
    info->alias = context.alias;
    info->connection = context.connection;
    if (!result || !PQresultErrorField(result, PG_DIAG_SQLSTATE)) {
        // libpq's own: the connection broke, or it was used wrongly.
        const QString own = result ? QString::fromUtf8(PQresultErrorMessage(result)) : message;
        const bool explained = context.connectionLost && !context.farewellState.isEmpty();
        info->serverMessage = explained ? QString::fromUtf8(context.farewell) : own.trimmed();
        info->serverCode = explained ? QString::fromLatin1(context.farewellState) : QString();
        throwLost(info->serverMessage, info, context);
    }
    const QByteArray state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    info->serverCode = QString::fromLatin1(state);
    info->serverMessage = field(result, PG_DIAG_MESSAGE_PRIMARY);
    info->detail = field(result, PG_DIAG_MESSAGE_DETAIL);
    info->hint = field(result, PG_DIAG_MESSAGE_HINT);
    info->constraint = field(result, PG_DIAG_CONSTRAINT_NAME);
    info->table = field(result, PG_DIAG_TABLE_NAME);
    if (const QString column = field(result, PG_DIAG_COLUMN_NAME); !column.isEmpty())
        info->columns << column;
    info->sqlPosition = byteOffset(context.sql, field(result, PG_DIAG_STATEMENT_POSITION));
    const QString shown = shownMessage(result);
    if (state == "57014" && context.cancelRequested)
        throwWith<QueryCancelled>(QStringLiteral("The query was cancelled."), std::move(info));
    if (context.connectionLost)
        throwLost(shown, std::move(info), context);
    switch (classOf(state)) {
    case ErrorClass::Operational:
        throwWith<OperationalError>(shown, std::move(info));
    case ErrorClass::Integrity:
        throwWith<IntegrityError>(shown, std::move(info));
    case ErrorClass::Data:
        throwWith<DataError>(shown, std::move(info));
    case ErrorClass::Programming:
        throwWith<ProgrammingError>(shown, std::move(info));
    case ErrorClass::Internal:
        throwWith<InternalError>(shown, std::move(info));
    case ErrorClass::NotSupported:
        throwWith<NotSupportedError>(shown, std::move(info));
    case ErrorClass::Database:
        break;
    }
    throwWith<DatabaseError>(shown, std::move(info));
}

std::size_t indeterminateParameter(const pg_result *result)
{
    const char *state = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    if (!state || qstrcmp(state, "42P18") != 0)
        return 0;
    const QByteArray message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    qsizetype end = message.indexOf('$') + 1;
    const qsizetype begin = end;
    while (end < message.size() && message[end] >= '0' && message[end] <= '9')
        ++end;
    return begin == 0 ? 0 : message.mid(begin, end - begin).toULongLong();
}

} // namespace heddle
