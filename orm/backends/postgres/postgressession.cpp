#include "orm/backends/postgres/postgressession.h"

#include <QLoggingCategory>
#include <algorithm>
#include <libpq-fe.h>

namespace heddle {

Q_LOGGING_CATEGORY(postgresLog, "heddle.postgres", QtInfoMsg)

namespace {

// Sent as one text, so that a session costs one round trip. UTC is what Django shows with USE_TZ
// off and its default time zone; the others are what the text formats are read by.
constexpr char sessionSettings[] =
    "SET timezone = 'UTC'; SET datestyle = 'ISO, YMD'; SET intervalstyle = 'postgres'; "
    "SET bytea_output = 'hex'; SET standard_conforming_strings = on";
constexpr char readOnlySetting[] = "SET default_transaction_read_only = on";
// Of a connection whose address gives no time of its own, in seconds.
constexpr char connectTimeout[] = "10";

/// Notices and warnings of the server go to the log, not to the standard error output.
void onNotice(void *, const PGresult *result)
{
    const QString text = QString::fromUtf8(PQresultErrorMessage(result)).trimmed();
    const QByteArray severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity == "WARNING")
        qCWarning(postgresLog).noquote() << text;
    else
        qCInfo(postgresLog).noquote() << text;
}

/// What libpq says of each address that it tried, one a line, without the questions that it asks
/// on lines of their own ("Is the server running ...?").
QString oneSentence(const QString &problem)
{
    QStringList kept;
    for (const QString &line : problem.split(u'\n', Qt::SkipEmptyParts)) {
        if (!line.startsWith(u'\t'))
            kept << line.simplified();
    }
    return kept.join(QStringLiteral("; "));
}

/// The number of the parameter ("$2") whose type the server could not infer; 0: it is another
/// error. The message is in the server's language, the parameter's name is not.
std::size_t indeterminateParameter(const PGresult *result)
{
    const char *state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
    if (!state || qstrcmp(state, "42P18") != 0)
        return 0;
    const QByteArray message = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
    qsizetype end = message.indexOf('$') + 1;
    const qsizetype begin = end;
    while (end < message.size() && message[end] >= '0' && message[end] <= '9')
        ++end;
    return begin == 0 ? 0 : message.mid(begin, end - begin).toULongLong();
}

} // namespace

void PostgresResultDeleter::operator()(pg_result *result) const noexcept
{
    PQclear(result);
}

PostgresSession::PostgresSession(std::shared_ptr<const PostgresLocation> location)
    : m_location(std::move(location))
{
}

PostgresSession::~PostgresSession()
{
    close();
}

// --- Opening and closing ---

void PostgresSession::open(const QString &description)
{
    close();
    m_description = description;
    connect();
    PQsetNoticeReceiver(m_connection, onNotice, nullptr);
    cancel.setTarget(m_connection);
    configure();
}

void PostgresSession::connect()
{
    // What stands before dbname the address may override, what stands behind it may not.
    std::vector<const char *> keywords, values;
    const auto add = [&](const char *keyword, const char *value) {
        keywords.push_back(keyword);
        values.push_back(value);
    };
    if (qEnvironmentVariableIsEmpty("PGCONNECT_TIMEOUT"))
        add("connect_timeout", connectTimeout);
    add("fallback_application_name", "heddle");
    add("dbname", m_location->connectionInfo.constData());
    add("client_encoding", "UTF8");
    add(nullptr, nullptr);
    m_connection = PQconnectdbParams(keywords.data(), values.data(), 1);
    if (!m_connection)
        failToOpen(QStringLiteral("out of memory"));
    if (PQstatus(m_connection) != CONNECTION_OK)
        failToOpen(QString::fromUtf8(PQerrorMessage(m_connection)));
}

void PostgresSession::configure()
{
    const auto set = [this](const char *sql) {
        const PostgresResult result = command(sql);
        if (!result || PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            failToOpen(QString::fromUtf8(PQerrorMessage(m_connection)));
    };
    set(sessionSettings);
    if (m_location->readOnly)
        set(readOnlySetting);
}

void PostgresSession::failToOpen(const QString &problem)
{
    auto info = std::make_shared<DatabaseErrorInfo>();
    info->serverMessage = problem.trimmed();
    info->alias = m_location->alias;
    info->connection = m_description;
    const bool wantsPassword = m_connection && PQconnectionNeedsPassword(m_connection);
    close();
    OperationalError error(
        wantsPassword ? QStringLiteral("The server of %1 asks for a password, and none was given.")
                            .arg(m_location->displayName)
                      : QStringLiteral("Cannot connect to %1: %2")
                            .arg(m_location->displayName, oneSentence(info->serverMessage)));
    error.database = std::move(info);
    throw error;
}

void PostgresSession::close() noexcept
{
    statements.clear();
    PQfinish(m_connection);
    m_connection = nullptr;
}

// --- State ---

bool PostgresSession::isLost() const
{
    return !m_connection || PQstatus(m_connection) != CONNECTION_OK;
}

bool PostgresSession::isIdle() const
{
    return !isLost() && PQtransactionStatus(m_connection) == PQTRANS_IDLE;
}

bool PostgresSession::isInTransaction() const
{
    if (isLost())
        return false;
    const PGTransactionStatusType status = PQtransactionStatus(m_connection);
    return status == PQTRANS_INTRANS || status == PQTRANS_INERROR;
}

bool PostgresSession::isBusy() const
{
    return !isLost() && PQtransactionStatus(m_connection) == PQTRANS_ACTIVE;
}

PostgresResult PostgresSession::command(const char *sql)
{
    return PostgresResult(PQexec(m_connection, sql));
}

bool PostgresSession::settleCancel()
{
    if (!cancel.wasRequested())
        return true;
    if (!cancel.settle(std::chrono::seconds(5)))
        return false;
    // PQcancel came back, so the signal is on its way to the server's process. An empty text makes
    // it take notice, in a failed transaction too: idle, it forgets the request.
    for (int attempt = 0; attempt < 3; ++attempt) {
        const PostgresResult result = command("");
        if (isLost() || isBusy())
            return false;
        if (result && PQresultStatus(result.get()) == PGRES_EMPTY_QUERY) {
            cancel.forget();
            return true;
        }
    }
    return false;
}

// --- Errors ---

PostgresErrorContext PostgresSession::context(const QByteArray &sql) const
{
    PostgresErrorContext c;
    c.sql = sql;
    c.alias = m_location->alias;
    c.connection = m_description;
    c.cancelRequested = cancel.wasRequested();
    c.connectionLost = isLost();
    return c;
}

void PostgresSession::fail(const pg_result *result, const QByteArray &sql, bool committing)
{
    PostgresErrorContext c = context(sql);
    c.committing = committing && c.connectionLost;
    throwPostgresError(result,
                       m_connection ? QString::fromUtf8(PQerrorMessage(m_connection))
                                    : QStringLiteral("The connection is closed."),
                       c);
}

// --- Prepared statements ---

PostgresStatement *PostgresSession::prepared(const QByteArray &sql,
                                             const std::vector<PostgresOid> &declared)
{
    if (PostgresStatement *known = statements.find(sql, declared))
        return known;
    makeRoom();
    PostgresStatement fresh = prepare(sql, declared);
    fresh.declared = declared;
    return statements.add(std::move(fresh));
}

void PostgresSession::makeRoom()
{
    if (PQtransactionStatus(m_connection) == PQTRANS_INERROR)
        return; // nothing is taken there, so nothing will be added either
    QByteArray text;
    for (const QByteArray &name : statements.takeSurplus())
        text += "DEALLOCATE " + name + ';';
    if (!text.isEmpty())
        command(text.constData());
}

/// Prepares and describes in one round trip.
PostgresStatement PostgresSession::prepare(const QByteArray &sql, std::vector<PostgresOid> declared)
{
    PostgresStatement statement;
    statement.sql = sql;
    statement.name = "heddle_" + QByteArray::number(++m_lastName);
    PQenterPipelineMode(m_connection);
    const bool sent = PQsendPrepare(m_connection, statement.name.constData(), sql.constData(),
                                    int(declared.size()), declared.data()) &&
                      PQsendDescribePrepared(m_connection, statement.name.constData()) &&
                      PQpipelineSync(m_connection);
    PostgresResult failure, description;
    bool synchronised = !sent;
    // Each answer is followed by a null; on a lost connection nothing else comes any more.
    for (int nulls = 0; !synchronised && nulls < 2;) {
        PostgresResult result(PQgetResult(m_connection));
        nulls = result ? 0 : nulls + 1;
        switch (PQresultStatus(result.get())) {
        case PGRES_PIPELINE_SYNC:
            synchronised = true;
            break;
        case PGRES_FATAL_ERROR:
            if (result && !failure)
                failure = std::move(result);
            break;
        case PGRES_COMMAND_OK:
            description = std::move(result); // the second one; the first is of the preparing
            break;
        default: // libpq's words: the rest of a pipeline that has failed
            break;
        }
    }
    PQexitPipelineMode(m_connection);
    if (!sent || failure || !description) {
        const std::size_t number = failure ? indeterminateParameter(failure.get()) : 0;
        // A constant whose type nothing tells is a text, as it is in a SELECT list.
        if (number > 0 && number <= declared.size() && declared[number - 1] == 0 && isIdle()) {
            declared[number - 1] = PostgresOids::text;
            return prepare(sql, std::move(declared));
        }
        fail(failure.get(), sql);
    }
    describe(description.get(), statement);
    return statement;
}

void PostgresSession::describe(const pg_result *description, PostgresStatement &statement)
{
    std::vector<PostgresOid> oids;
    for (int i = 0; i < PQnparams(description); ++i)
        oids.push_back(PQparamtype(description, i));
    for (int i = 0; i < PQnfields(description); ++i) {
        statement.columnOids.push_back(PQftype(description, i));
        oids.push_back(statement.columnOids.back());
    }
    lookUpTypes(oids);
    for (std::size_t i = 0; i < oids.size(); ++i) {
        const PostgresType type = m_location->types.find(oids[i]).value_or(PostgresType());
        (i < std::size_t(PQnparams(description)) ? statement.parameterTypes : statement.columnTypes)
            .push_back(type);
    }
    statement.binary = std::all_of(statement.columnTypes.begin(), statement.columnTypes.end(),
                                   [](const PostgresType &t) { return t.isBinary(); });
}

/// Asks pg_type about types that this pool has not met yet: enums, extensions' types.
void PostgresSession::lookUpTypes(const std::vector<PostgresOid> &oids)
{
    QByteArray unknown;
    for (const PostgresOid oid : oids) {
        if (!m_location->types.find(oid))
            unknown += (unknown.isEmpty() ? "{" : ",") + QByteArray::number(oid);
    }
    if (unknown.isEmpty())
        return;
    unknown += '}';
    const char *values[] = {unknown.constData()};
    const PostgresResult result(PQexecParams(
        m_connection,
        "SELECT u.oid, t.typsend, t.typelem, e.typsend FROM unnest($1::oid[]) AS u(oid) "
        "LEFT JOIN pg_catalog.pg_type t ON t.oid = u.oid "
        "LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem",
        1, nullptr, values, nullptr, nullptr, 0));
    if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
        fail(result.get(), "SELECT ... FROM pg_type");
    for (int row = 0; row < PQntuples(result.get()); ++row) {
        const auto cell = [&](int column) {
            return QByteArray(PQgetvalue(result.get(), row, column));
        };
        m_location->types.add(cell(0).toUInt(), cell(1), cell(2).toUInt(), cell(3));
    }
}

} // namespace heddle
