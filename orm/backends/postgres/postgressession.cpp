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

} // namespace

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
    PQsetNoticeReceiver(m_connection, onNotice, this);
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
        const PostgresResult result(PQexec(m_connection, sql));
        if (!result || PQresultStatus(result.get()) != PGRES_COMMAND_OK)
            failToOpen(QString::fromUtf8(PQerrorMessage(m_connection)));
    };
    set(sessionSettings);
    if (m_location->readOnly)
        set(readOnlySetting);
}

void PostgresSession::stopBlocking()
{
    PQsetnonblocking(m_connection, 1);
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
    cancel.clearTarget();
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

Plan<PostgresResult> PostgresSession::lastResult()
{
    PostgresResult last;
    for (;;) {
        PostgresNext next(m_connection);
        PostgresResult result = co_await next;
        if (!result)
            break;
        last = std::move(result);
    }
    co_return last;
}

Plan<PostgresResult> PostgresSession::command(QByteArray sql)
{
    if (!PQisnonblocking(m_connection))
        co_return PostgresResult(PQexec(m_connection, sql.constData()));
    if (!PQsendQuery(m_connection, sql.constData()))
        co_return PostgresResult();
    Plan<PostgresResult> reading = lastResult();
    co_return co_await std::move(reading);
}

Plan<bool> PostgresSession::settleCancel()
{
    if (!cancel.wasRequested())
        co_return true;
    PostgresCancelSettled settled(m_connection, cancel, std::chrono::seconds(5));
    const bool back = co_await settled;
    if (!back)
        co_return false;
    // PQcancel came back, so the signal is on its way to the server's process. An empty text makes
    // it take notice, in a failed transaction too: idle, it forgets the request.
    for (int attempt = 0; attempt < 3; ++attempt) {
        Plan<PostgresResult> asking = command("");
        const PostgresResult result = co_await std::move(asking);
        if (isLost() || isBusy())
            co_return false;
        if (result && PQresultStatus(result.get()) == PGRES_EMPTY_QUERY) {
            cancel.forget();
            co_return true;
        }
    }
    co_return false;
}

Plan<bool> PostgresSession::isAlive()
{
    if (isLost() || isBusy())
        co_return false;
    Plan<bool> settling = settleCancel();
    const bool settled = co_await std::move(settling);
    if (!settled)
        co_return false;
    Plan<PostgresResult> asking = command("");
    co_await std::move(asking);
    co_return !isLost();
}

Plan<bool> PostgresSession::proveIdle()
{
    if (isLost() || isBusy())
        co_return false;
    Plan<bool> settling = settleCancel();
    const bool settled = co_await std::move(settling);
    if (!settled)
        co_return false;
    if (isInTransaction()) {
        Plan<PostgresResult> ending = command("ROLLBACK");
        co_await std::move(ending);
    }
    co_return isIdle();
}

Plan<void> PostgresSession::forgetStatements()
{
    statements.clear();
    Plan<PostgresResult> forgetting = command("DEALLOCATE ALL");
    co_await std::move(forgetting);
}

// --- Errors ---

/// Notices and warnings of the server go to the log, not to the standard error output. Why it ends
/// the connection comes the same way if no statement is running.
void PostgresSession::onNotice(void *session, const PGresult *result)
{
    const QByteArray severity = PQresultErrorField(result, PG_DIAG_SEVERITY_NONLOCALIZED);
    if (severity == "FATAL" || severity == "PANIC") {
        auto &self = *static_cast<PostgresSession *>(session);
        self.m_farewellState = PQresultErrorField(result, PG_DIAG_SQLSTATE);
        self.m_farewell = PQresultErrorField(result, PG_DIAG_MESSAGE_PRIMARY);
        return; // whoever uses it next is told
    }
    const QString text = QString::fromUtf8(PQresultErrorMessage(result)).trimmed();
    if (severity == "WARNING")
        qCWarning(postgresLog).noquote() << text;
    else
        qCInfo(postgresLog).noquote() << text;
}

PostgresErrorContext PostgresSession::context(const QByteArray &sql) const
{
    PostgresErrorContext c;
    c.sql = sql;
    c.alias = m_location->alias;
    c.connection = m_description;
    c.cancelRequested = cancel.wasRequested();
    c.connectionLost = isLost();
    c.farewellState = m_farewellState;
    c.farewell = m_farewell;
    return c;
}

void PostgresSession::fail(const pg_result *result, const QByteArray &sql, bool committing)
{
    if (!result && m_connection)
        PQisBusy(m_connection); // reads what has come before the connection was lost
    PostgresErrorContext c = context(sql);
    c.committing = committing && c.connectionLost;
    throwPostgresError(result,
                       m_connection ? QString::fromUtf8(PQerrorMessage(m_connection))
                                    : QStringLiteral("The connection is closed."),
                       c);
}

// --- Prepared statements ---

Plan<PostgresStatement *> PostgresSession::prepared(QByteArray sql,
                                                    std::vector<PostgresOid> declared)
{
    if (PostgresStatement *known = statements.find(sql, declared))
        co_return known;
    Plan<void> clearing = makeRoom();
    co_await std::move(clearing);
    Plan<PostgresStatement> preparing = prepare(std::move(sql), declared);
    PostgresStatement fresh = co_await std::move(preparing);
    fresh.declared = std::move(declared);
    co_return statements.add(std::move(fresh));
}

Plan<void> PostgresSession::makeRoom()
{
    if (PQtransactionStatus(m_connection) == PQTRANS_INERROR)
        co_return; // nothing is taken there, so nothing will be added either
    QByteArray text;
    for (const QByteArray &name : statements.takeSurplus())
        text += "DEALLOCATE " + name + ';';
    if (text.isEmpty())
        co_return;
    Plan<PostgresResult> telling = command(std::move(text));
    co_await std::move(telling);
}

/// Prepares and describes in one round trip.
Plan<PostgresStatement> PostgresSession::prepare(QByteArray sql, std::vector<PostgresOid> declared)
{
    PostgresStatement statement;
    statement.sql = sql;
    statement.name = m_location->prepare ? nextName() : QByteArray("");
    PQenterPipelineMode(m_connection);
    const bool sent = PQsendPrepare(m_connection, statement.name.constData(), sql.constData(),
                                    int(declared.size()), declared.data()) &&
                      PQsendDescribePrepared(m_connection, statement.name.constData()) &&
                      PQpipelineSync(m_connection);
    PostgresResult failure, description;
    bool synchronised = !sent;
    // Each answer is followed by a null; on a lost connection nothing else comes any more.
    for (int nulls = 0; !synchronised && nulls < 2;) {
        PostgresNext next(m_connection);
        PostgresResult result = co_await next;
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
            Plan<PostgresStatement> again = prepare(std::move(sql), std::move(declared));
            co_return co_await std::move(again);
        }
        fail(failure.get(), sql);
    }
    if (!describe(description.get(), statement)) {
        Plan<void> looking = lookUpTypes(description.get());
        co_await std::move(looking);
        describe(description.get(), statement);
    }
    co_return statement;
}

namespace {

/// Parameters first, then columns.
std::vector<PostgresOid> oidsOf(const pg_result *description)
{
    std::vector<PostgresOid> oids;
    for (int i = 0; i < PQnparams(description); ++i)
        oids.push_back(PQparamtype(description, i));
    for (int i = 0; i < PQnfields(description); ++i)
        oids.push_back(PQftype(description, i));
    return oids;
}

} // namespace

bool PostgresSession::describe(const pg_result *description, PostgresStatement &statement) const
{
    const std::vector<PostgresOid> oids = oidsOf(description);
    const auto parameters = std::size_t(PQnparams(description));
    std::vector<PostgresType> types;
    bool known = true;
    for (const PostgresOid oid : oids) {
        const std::optional<PostgresType> type = m_location->types.find(oid);
        known = known && type;
        types.push_back(type.value_or(PostgresType()));
    }
    statement.parameterTypes.assign(types.begin(), types.begin() + std::ptrdiff_t(parameters));
    statement.columnTypes.assign(types.begin() + std::ptrdiff_t(parameters), types.end());
    statement.columnOids.assign(oids.begin() + std::ptrdiff_t(parameters), oids.end());
    statement.binary = std::all_of(statement.columnTypes.begin(), statement.columnTypes.end(),
                                   [](const PostgresType &t) { return t.isBinary(); });
    return known;
}

/// Asks pg_type about types that this pool has not met yet: enums, extensions' types.
Plan<void> PostgresSession::lookUpTypes(const pg_result *description)
{
    QByteArray unknown;
    for (const PostgresOid oid : oidsOf(description)) {
        if (!m_location->types.find(oid))
            unknown += (unknown.isEmpty() ? "{" : ",") + QByteArray::number(oid);
    }
    unknown += '}';
    const char *values[] = {unknown.constData()};
    PostgresResult result;
    if (PQsendQueryParams(
            m_connection,
            "SELECT u.oid, t.typsend, t.typelem, e.typsend FROM unnest($1::oid[]) AS u(oid) "
            "LEFT JOIN pg_catalog.pg_type t ON t.oid = u.oid "
            "LEFT JOIN pg_catalog.pg_type e ON e.oid = t.typelem",
            1, nullptr, values, nullptr, nullptr, 0)) {
        Plan<PostgresResult> reading = lastResult();
        result = co_await std::move(reading);
    }
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
