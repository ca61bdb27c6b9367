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
                                     BatchSink *sink, StatementTimes *times, PostgresOutlet *outlet)
    : m_session(session), m_statement(statement), m_sink(sink), m_times(times), m_outlet(outlet),
      m_limit(sink ? firstBatchRows : batchRows)
{
}

Plan<StatementResult> PostgresExecution::run()
{
    m_autocommit = m_session.isIdle();
    Plan<void> running =
        m_statement.rows && m_statement.sql.startsWith("COPY ") ? runCopy()
        : m_statement.rows                                      ? runMany()
        : m_statement.parameters.empty() && !m_statement.columns && !m_statement.chooser
            ? runPlain()
        : m_session.location().prepare ? runPrepared()
                                       : runWithText();
    co_await std::move(running);
    co_return std::move(m_result);
}

/// BEGIN, CREATE TABLE and the like: no plan that is worth keeping, no rows.
Plan<void> PostgresExecution::runPlain()
{
    if (m_times)
        m_times->sentNs = monotonicNs();
    if (!PQsendQueryParams(m_session.handle(), m_statement.sql.constData(), 0, nullptr, nullptr,
                           nullptr, nullptr, 0))
        failToSend();
    Plan<void> reading = read(nullptr);
    co_await std::move(reading);
    raise();
}

const std::vector<PostgresOid> &PostgresExecution::declare()
{
    PostgresParameters &parameters = m_session.parameters;
    if (isInsert(m_statement))
        parameters.declareNothing(m_statement.parameters.size());
    else
        parameters.setConstants(m_statement.parameters);
    return parameters.declared();
}

/// One execution with the parameters of declare().
bool PostgresExecution::sendTo(PostgresStatement &prepared)
{
    PostgresParameters &parameters = m_session.parameters;
    if (isInsert(m_statement))
        parameters.setInferred(m_statement.parameters, prepared.parameterTypes);
    if (m_times)
        m_times->sentNs = monotonicNs();
    return PQsendQueryPrepared(m_session.handle(), prepared.name.constData(), parameters.count(),
                               parameters.values(), parameters.lengths(), parameters.formats(),
                               prepared.binary ? 1 : 0) == 1;
}

Plan<void> PostgresExecution::runPrepared()
{
    bool again = true;
    for (int round = 0; again; ++round) {
        again = false;
        declare();
        PostgresStatement *prepared =
            m_session.statements.find(m_statement.sql, m_session.parameters.declared());
        if (!prepared) {
            Plan<PostgresStatement *> preparing =
                m_session.prepared(m_statement.sql, m_session.parameters.declared());
            prepared = co_await std::move(preparing);
        }
        if (!sendTo(*prepared))
            failToSend();
        if (m_sink)
            PQsetSingleRowMode(m_session.handle());
        Plan<void> reading = read(prepared);
        co_await std::move(reading);
        if (isStale()) {
            // It may be sent again, unless its transaction has failed with it.
            const QByteArray name = prepared->name;
            m_session.statements.forget(prepared);
            // Once: behind a pooler it would be gone again and again.
            if (round == 0 && m_autocommit && m_session.isIdle() && !m_delivered) {
                Plan<PostgresResult> forgetting = m_session.command("DEALLOCATE " + name);
                co_await std::move(forgetting);
                m_failure.reset();
                again = true;
            }
        }
    }
    raise();
}

/// In one go, text and all: what is prepared may not be there any more a moment later.
Plan<void> PostgresExecution::runWithText()
{
    PostgresParameters &parameters = m_session.parameters;
    declare();
    if (isInsert(m_statement))
        parameters.setInferred(m_statement.parameters, {});
    std::vector<PostgresOid> declared = parameters.declared();
    m_own = std::make_unique<PostgresStatement>();
    for (bool again = true; again;) {
        again = false;
        if (m_times)
            m_times->sentNs = monotonicNs();
        if (!PQsendQueryParams(m_session.handle(), m_statement.sql.constData(), parameters.count(),
                               declared.data(), parameters.values(), parameters.lengths(),
                               parameters.formats(), 0))
            failToSend();
        if (m_sink)
            PQsetSingleRowMode(m_session.handle());
        Plan<void> reading = read(m_own.get());
        co_await std::move(reading);
        const std::size_t number = indeterminateParameter(m_failure.get());
        if (number > 0 && number <= declared.size() && declared[number - 1] == 0 &&
            m_session.isIdle()) {
            declared[number - 1] = PostgresOids::text;
            m_failure.reset();
            again = true;
        }
    }
    raise();
}

/// The session's own, or one without a name for this execution alone.
Plan<PostgresStatement *> PostgresExecution::obtain(QByteArray sql,
                                                    std::vector<PostgresOid> declared)
{
    if (m_session.location().prepare) {
        Plan<PostgresStatement *> preparing =
            m_session.prepared(std::move(sql), std::move(declared));
        co_return co_await std::move(preparing);
    }
    Plan<PostgresStatement> preparing = m_session.prepare(std::move(sql), std::move(declared));
    PostgresStatement prepared = co_await std::move(preparing);
    m_own = std::make_unique<PostgresStatement>(std::move(prepared));
    co_return m_own.get();
}

// --- One of several statements on their way ---

void PostgresExecution::sendPipelined(PostgresStatement &prepared)
{
    m_autocommit = true;
    if (!sendTo(prepared) || !PQpipelineSync(m_session.handle()))
        failToSend();
}

StatementResult PostgresExecution::end(PostgresStatement *prepared)
{
    if (m_times)
        m_times->lastRowNs = monotonicNs();
    flush(prepared);
    raise();
    return std::move(m_result);
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

Plan<void> PostgresExecution::read(PostgresStatement *prepared)
{
    for (;;) {
        if (m_outlet) {
            PostgresOutlet &room = m_outlet->room();
            co_await room;
        }
        PostgresNext next(m_session.handle());
        PostgresResult result = co_await next;
        if (!result)
            break;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_COPY_IN || status == PGRES_COPY_BOTH || status == PGRES_COPY_OUT) {
            Plan<void> refusing = refuseCopy(status != PGRES_COPY_OUT);
            co_await std::move(refusing);
        } else {
            take(std::move(result), prepared);
        }
    }
    if (m_times)
        m_times->lastRowNs = monotonicNs();
    flush(prepared);
    if (m_outlet) {
        PostgresOutlet &drained = m_outlet->drained();
        co_await drained;
        try {
            m_outlet->rethrow();
        } catch (...) {
            m_interrupted = std::current_exception();
        }
    }
}

void PostgresExecution::take(PostgresResult result, PostgresStatement *prepared)
{
    m_answered = true;
    switch (PQresultStatus(result.get())) {
    case PGRES_SINGLE_TUPLE:
    case PGRES_TUPLES_OK:
        if (m_times && m_times->firstRowNs == 0)
            m_times->firstRowNs = monotonicNs();
        if (prepared && (m_statement.columns || m_statement.chooser) && !m_stopped) {
            try {
                chooseColumns(result.get());
                if (PQntuples(result.get()) > 0)
                    addRows(result.get(), *prepared);
            } catch (...) {
                m_interrupted = std::current_exception();
                stop();
            }
        }
        // One row of several has no command status yet: its text is not looked at a million times.
        if (PQresultStatus(result.get()) == PGRES_TUPLES_OK)
            m_result.rowsAffected += affected(result.get());
        break;
    case PGRES_COMMAND_OK:
        m_result.rowsAffected += affected(result.get());
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
    if (columns())
        return;
    std::vector<QString> names;
    for (int i = 0; i < PQnfields(result); ++i)
        names.push_back(QString::fromUtf8(PQfname(result, i)));
    m_chosen = m_statement.chooser->choose(names);
}

/// The decoder and builder of this statement's last execution if it reads the same columns, or new
/// ones.
void PostgresExecution::prepareReader(PostgresStatement &prepared, const pg_result *result)
{
    const auto count = std::size_t(PQnfields(result));
    if (&prepared == m_own.get() && prepared.columnOids.empty()) {
        m_session.describe(result, prepared);
        prepared.binary = false; // nobody knew its columns when it was sent
    }
    bool same = count == prepared.columnOids.size();
    for (std::size_t i = 0; same && i < count; ++i)
        same = PQftype(result, int(i)) == prepared.columnOids[i];
    if (!same)
        throwPostgresRefusal<InternalError>(
            QStringLiteral("The table has changed: read its schema again."),
            m_session.context(m_statement.sql));
    if (prepared.builder && prepared.wanted == columns())
        return;
    std::vector<ColumnType> wanted = *columns();
    if (wanted.empty())
        wanted.resize(count); // whatever comes, as it comes
    if (wanted.size() != count)
        throwPostgresRefusal<InternalError>(
            QStringLiteral("The statement gives %1 columns, but %2 were expected.")
                .arg(count)
                .arg(wanted.size()),
            m_session.context(m_statement.sql));
    prepared.wanted = columns();
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
            prepared.large = prepared.large || m_limit == batchRows || m_bytes > batchBytes;
            handOver(builder.take());
            m_limit = batchRows;
            m_bytes = 0;
        }
    }
}

void PostgresExecution::handOver(RowBatchPtr batch)
{
    if (m_sink && m_times) {
        m_sunkRows += batch->rowCount();
        m_sunkBytes += std::int64_t(batch->byteSize());
    }
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
        m_autocommit) {
        if (PQisnonblocking(m_session.handle()))
            m_session.cancel.request();
        else
            m_session.cancel.requestNow();
    }
}

Plan<void> PostgresExecution::refuseCopy(bool in)
{
    PGconn *const connection = m_session.handle();
    m_answered = true;
    m_interrupted = std::make_exception_ptr(NotSupportedError(
        QStringLiteral("COPY to or from the client is not a statement that can be run here.")));
    if (in) {
        PQputCopyEnd(connection, "refused by Heddle");
        co_return;
    }
    const bool waits = !PQisnonblocking(connection);
    for (;;) {
        char *row = nullptr;
        const int size = PQgetCopyData(connection, &row, waits ? 0 : 1);
        PQfreemem(row);
        if (size < 0)
            break;
        if (size == 0) {
            PostgresReadable more(connection);
            co_await more;
        }
    }
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
