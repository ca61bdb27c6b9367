#include "orm/backends/postgres/postgresexecution.h"

#include <algorithm>
#include <libpq-fe.h>

namespace heddle {

namespace {

// The first rows of a stream come early; after that a batch is large enough that handing it over
// costs nothing.
constexpr int firstBatchRows = 256;
constexpr int batchRows = 8192;
constexpr std::size_t batchBytes = 4 * 1024 * 1024;
// A prepared statement keeps its reading buffers only while they are small.
constexpr int keptRows = 256;

bool hasState(const PGresult *result, const char *state)
{
    const char *own = result ? PQresultErrorField(result, PG_DIAG_SQLSTATE) : nullptr;
    return own && qstrcmp(own, state) == 0;
}

/// What has parameters that stand directly for column values: there the server knows best of which
/// type they are.
bool isInsert(const Statement &statement)
{
    return statement.kind == TraceKind::Write && statement.sql.startsWith("INSERT");
}

} // namespace

PostgresExecution::PostgresExecution(PostgresSession &session, const Statement &statement,
                                     BatchSink *sink, StatementTimes *times)
    : m_session(session), m_statement(statement), m_sink(sink), m_times(times),
      m_columns(statement.columns), m_limit(sink ? firstBatchRows : batchRows)
{
}

StatementResult PostgresExecution::run()
{
    m_autocommit = m_session.isIdle();
    if (m_statement.rows && m_statement.sql.startsWith("COPY "))
        runCopy();
    else if (m_statement.rows)
        runMany();
    else if (m_statement.parameters.empty() && !m_statement.columns && !m_statement.chooser)
        runPlain();
    else
        runPrepared();
    return std::move(m_result);
}

/// BEGIN, CREATE TABLE and the like: no plan that is worth keeping, no rows.
void PostgresExecution::runPlain()
{
    if (m_times)
        m_times->sentNs = monotonicNs();
    if (!PQsendQueryParams(m_session.handle(), m_statement.sql.constData(), 0, nullptr, nullptr,
                           nullptr, nullptr, 0))
        failToSend();
    read(nullptr);
    raise();
}

void PostgresExecution::runPrepared()
{
    PostgresParameters &parameters = m_session.parameters;
    const bool infer = isInsert(m_statement);
    for (bool again = true; again;) {
        again = false;
        if (infer)
            parameters.declareNothing(m_statement.parameters.size());
        else
            parameters.setConstants(m_statement.parameters);
        PostgresStatement *prepared = m_session.prepared(m_statement.sql, parameters.declared());
        if (infer)
            parameters.setInferred(m_statement.parameters, prepared->parameterTypes);
        if (m_times)
            m_times->sentNs = monotonicNs();
        if (!PQsendQueryPrepared(m_session.handle(), prepared->name.constData(), parameters.count(),
                                 parameters.values(), parameters.lengths(), parameters.formats(),
                                 prepared->binary ? 1 : 0))
            failToSend();
        if (m_sink)
            PQsetSingleRowMode(m_session.handle());
        read(prepared);
        if (m_failure && planIsStale(m_failure.get())) {
            // The tables have changed, or somebody has thrown the statement away. It never began,
            // so that it may be sent again, unless its transaction has failed with it.
            const QByteArray name = prepared->name;
            m_session.statements.forget(prepared);
            if (m_autocommit && m_session.isIdle() && !m_delivered) {
                m_session.command("DEALLOCATE " + name);
                m_failure.reset();
                again = true;
            }
        }
    }
    raise();
}

void PostgresExecution::failToSend()
{
    m_session.fail(nullptr, m_statement.sql, m_statement.kind == TraceKind::Commit);
}

bool PostgresExecution::planIsStale(const pg_result *failure) const
{
    if (hasState(failure, "26000"))
        return true;
    const char *function = PQresultErrorField(failure, PG_DIAG_SOURCE_FUNCTION);
    return hasState(failure, "0A000") && function &&
           qstrcmp(function, "RevalidateCachedQuery") == 0;
}

// --- Results ---

void PostgresExecution::read(PostgresStatement *prepared)
{
    while (PGresult *result = PQgetResult(m_session.handle()))
        take(PostgresResult(result), prepared);
    if (m_times)
        m_times->lastRowNs = monotonicNs();
    flush(prepared);
}

void PostgresExecution::take(PostgresResult result, PostgresStatement *prepared)
{
    m_answered = true;
    switch (PQresultStatus(result.get())) {
    case PGRES_SINGLE_TUPLE:
    case PGRES_TUPLES_OK:
        if (m_times && m_times->firstRowNs == 0)
            m_times->firstRowNs = monotonicNs();
        if (prepared && (m_columns || m_statement.chooser) && !m_stopped) {
            try {
                chooseColumns(result.get());
                if (PQntuples(result.get()) > 0)
                    addRows(result.get(), *prepared);
            } catch (...) {
                m_interrupted = std::current_exception();
                stop();
            }
        }
        m_result.rowsAffected += affected(result.get());
        break;
    case PGRES_COMMAND_OK:
        m_result.rowsAffected += affected(result.get());
        break;
    case PGRES_COPY_IN:
    case PGRES_COPY_OUT:
    case PGRES_COPY_BOTH:
        refuseCopy(result.get());
        break;
    case PGRES_BAD_RESPONSE:
    case PGRES_FATAL_ERROR:
        if (!m_failure)
            m_failure = std::move(result);
        break;
    default: // libpq's words: empty texts, notices, the rest of a pipeline that has failed
        break;
    }
}

/// Rows that the statement changed, not rows that it gave.
std::int64_t PostgresExecution::affected(pg_result *result) const
{
    if (qstrncmp(PQcmdStatus(result), "SELECT", 6) == 0)
        return 0;
    return QByteArray(PQcmdTuples(result)).toLongLong();
}

void PostgresExecution::chooseColumns(const pg_result *result)
{
    if (m_columns)
        return;
    std::vector<QString> names;
    for (int i = 0; i < PQnfields(result); ++i)
        names.push_back(QString::fromUtf8(PQfname(result, i)));
    m_columns = m_statement.chooser->choose(names);
}

/// The decoder and builder of this statement's last execution if it reads the same columns, or new
/// ones.
void PostgresExecution::prepareReader(PostgresStatement &prepared, const pg_result *result)
{
    const auto columns = std::size_t(PQnfields(result));
    bool same = columns == prepared.columnOids.size();
    for (std::size_t i = 0; same && i < columns; ++i)
        same = PQftype(result, int(i)) == prepared.columnOids[i];
    if (!same)
        throwPostgresRefusal<InternalError>(
            QStringLiteral("The table has changed: read its schema again."),
            m_session.context(m_statement.sql));
    if (prepared.builder && prepared.wanted == m_columns)
        return;
    std::vector<ColumnType> wanted = *m_columns;
    if (wanted.empty())
        wanted.resize(columns); // whatever comes, as it comes
    if (wanted.size() != columns)
        throwPostgresRefusal<InternalError>(
            QStringLiteral("The statement gives %1 columns, but %2 were expected.")
                .arg(columns)
                .arg(wanted.size()),
            m_session.context(m_statement.sql));
    prepared.wanted = m_columns;
    prepared.decoder.emplace(prepared.columnTypes, wanted, prepared.binary);
    prepared.builder = std::make_unique<RowBatchBuilder>(std::move(wanted));
}

void PostgresExecution::addRows(const pg_result *result, PostgresStatement &prepared)
{
    if (!m_delivered)
        prepareReader(prepared, result);
    m_delivered = true;
    RowBatchBuilder &builder = *prepared.builder;
    const int rows = PQntuples(result);
    for (int row = 0; row < rows && !m_stopped; ++row) {
        m_bytes += prepared.decoder->addRow(result, row, builder);
        if (builder.rowCount() >= m_limit || m_bytes > batchBytes) {
            m_largest = std::max(m_largest, builder.rowCount());
            handOver(builder.take());
            m_limit = batchRows;
            m_bytes = 0;
        }
    }
}

void PostgresExecution::handOver(RowBatchPtr batch)
{
    if (!m_sink)
        m_result.batches.push_back(std::move(batch));
    else if (!m_stopped && !(*m_sink)(std::move(batch)))
        stop();
}

/// The last rows, and an end to the buffers if they have grown large or hold rows that belong to
/// nobody.
void PostgresExecution::flush(PostgresStatement *prepared)
{
    if (!prepared || !prepared->builder)
        return;
    RowBatchBuilder &builder = *prepared->builder;
    m_largest = std::max(m_largest, builder.rowCount());
    if (builder.rowCount() > 0 && !m_failure && !m_stopped) {
        try {
            handOver(builder.take());
        } catch (...) {
            m_interrupted = std::current_exception();
        }
    }
    if (m_largest > keptRows || m_interrupted || builder.rowCount() > 0)
        prepared->builder.reset();
}

/// Nobody wants the rest. What only reads, outside a transaction, is stopped in the server;
/// anything else would lose more than the rows, so they are read and dropped.
void PostgresExecution::stop()
{
    m_stopped = true;
    if (m_sink && m_statement.kind == TraceKind::Read && !m_session.cancel.wasRequested() &&
        m_autocommit)
        m_session.cancel.requestNow();
}

void PostgresExecution::refuseCopy(const pg_result *result)
{
    m_interrupted = std::make_exception_ptr(NotSupportedError(
        QStringLiteral("COPY to or from the client is not a statement that can be run here.")));
    if (PQresultStatus(result) == PGRES_COPY_IN || PQresultStatus(result) == PGRES_COPY_BOTH)
        PQputCopyEnd(m_session.handle(), "refused by Heddle");
    char *row = nullptr;
    while (PQresultStatus(result) == PGRES_COPY_OUT &&
           PQgetCopyData(m_session.handle(), &row, 0) > 0)
        PQfreemem(row);
}

/// Throws what ended the statement, if anything did.
void PostgresExecution::raise()
{
    if (m_interrupted)
        std::rethrow_exception(m_interrupted);
    if (m_failure && !(m_stopped && hasState(m_failure.get(), "57014")))
        m_session.fail(m_failure.get(), m_statement.sql, m_statement.kind == TraceKind::Commit);
    if (!m_answered && m_session.isLost())
        m_session.fail(nullptr, m_statement.sql, m_statement.kind == TraceKind::Commit);
}

} // namespace heddle
