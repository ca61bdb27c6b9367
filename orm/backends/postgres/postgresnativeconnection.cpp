#include "orm/backends/postgres/postgresnativeconnection.h"

#include <libpq-fe.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

namespace heddle {

PostgresNativeConnection::PostgresNativeConnection(std::unique_ptr<PostgresSession> session,
                                                   std::uint32_t id)
    : m_session(std::move(session)), m_id(id),
      m_known(PostgresBackends::enter(m_session->handle(), id))
{
}

PostgresNativeConnection::~PostgresNativeConnection() = default;

int PostgresNativeConnection::socket() const
{
    return m_session->isOpen() ? PQsocket(m_session->handle()) : -1;
}

short PostgresNativeConnection::events() const
{
    switch (use) {
    case Use::Idle: // only to see that the server has gone
        return POLLIN;
    case Use::Shared:
        return short(m_unsent ? POLLIN | POLLOUT : POLLIN);
    case Use::Held:
    case Use::Checking:
        return wait ? wait->events() : short(POLLIN);
    case Use::Closed:
        return 0;
    }
    return 0;
}

void PostgresNativeConnection::close()
{
    use = Use::Closed;
    wait = nullptr;
    check.reset();
    work.reset();
    execution.reset();
    m_session->close();
}

void PostgresNativeConnection::sever()
{
    if (m_session->isOpen())
        ::shutdown(socket(), SHUT_RDWR);
}

// --- Shared ---

void PostgresNativeConnection::beginSharing()
{
    use = Use::Shared;
    PQenterPipelineMode(m_session->handle());
}

void PostgresNativeConnection::holdBack(bool on)
{
    const int value = on;
    // Of a Unix socket, which knows no such thing, it is refused, and nothing is lost.
    setsockopt(PQsocket(m_session->handle()), IPPROTO_TCP, TCP_CORK, &value, sizeof value);
    m_heldBack = on;
}

void PostgresNativeConnection::endTurn()
{
    m_sentThisTurn = 0;
    filling = false;
    if (m_heldBack && m_session->isOpen())
        holdBack(false);
}

void PostgresNativeConnection::endSharing()
{
    PQexitPipelineMode(m_session->handle());
}

PostgresExecution &PostgresNativeConnection::executionOf(PostgresPlan &plan) const
{
    return plan.execution.emplace(*m_session, *plan.request->statement, plan.request->sink,
                                  plan.trace.times());
}

PostgresPlanPtr PostgresNativeConnection::share(PostgresPlanPtr plan, std::int64_t now)
{
    const Statement &statement = *plan->request->statement;
    try {
        executionOf(*plan).declare();
    } catch (...) { // a value that cannot be sent
        plan->request->error = std::current_exception();
        return plan;
    }
    const std::vector<PostgresOid> &declared = m_session->parameters.declared();
    if (PostgresStatement *prepared = m_session->statements.find(statement.sql, declared)) {
        if (prepared->large)
            return plan;
        send(std::move(plan), prepared, now);
        return nullptr;
    }
    for (PostgresInFlight &known : m_flight) {
        if (known.preparing && known.preparing->statement.sql == statement.sql &&
            known.preparing->statement.declared == declared) {
            known.preparing->waiting.push_back(std::move(plan));
            return nullptr;
        }
    }
    // Statements that are thrown away must not be on their way: that is done between two uses.
    if (m_session->statements.size() >= PostgresStatements::limit)
        stale = draining = true;
    PostgresInFlight item;
    item.preparing = std::make_unique<PostgresPreparing>();
    item.sentNs = now;
    PostgresStatement &fresh = item.preparing->statement;
    fresh.sql = statement.sql;
    fresh.declared = declared;
    fresh.name = m_session->nextName();
    PGconn *const connection = m_session->handle();
    if (!PQsendPrepare(connection, fresh.name.constData(), statement.sql.constData(),
                       int(declared.size()), declared.data()) ||
        !PQsendDescribePrepared(connection, fresh.name.constData()) || !PQpipelineSync(connection))
        return plan;
    m_unsent = PQflush(connection) == 1;
    item.preparing->waiting.push_back(std::move(plan));
    if (m_flight.empty())
        headSinceNs = now;
    m_flight.push_back(std::move(item));
    return nullptr;
}

/// What cannot be sent comes back as an error when it is its turn. After declare().
void PostgresNativeConnection::send(PostgresPlanPtr plan, PostgresStatement *prepared,
                                    std::int64_t now)
{
    PostgresInFlight item;
    // libpq hands each statement to the kernel by itself. To a server that has nothing to do the
    // first goes out at once; those that follow in the same turn go out together.
    if (!m_heldBack && (m_sentThisTurn++ > 0 || !m_flight.empty()))
        holdBack(true);
    plan->trace.begin(*plan->request->statement);
    plan->trace.leasedBy(m_id);
    try {
        plan->execution->sendPipelined(*prepared);
    } catch (...) {
        plan->request->error = std::current_exception();
    }
    m_unsent = PQflush(m_session->handle()) == 1;
    item.plan = std::move(plan);
    item.prepared = prepared;
    item.sentNs = now;
    if (m_flight.empty())
        headSinceNs = now;
    m_flight.push_back(std::move(item));
}

std::vector<PostgresPlanPtr> PostgresNativeConnection::sendPrepared(PostgresPreparing ended,
                                                                    std::int64_t now)
{
    PostgresStatement *const prepared = m_session->statements.add(std::move(ended.statement));
    std::vector<PostgresPlanPtr> elsewhere;
    for (PostgresPlanPtr &plan : ended.waiting) {
        if (plan->isCanceled()) {
            elsewhere.push_back(std::move(plan));
            continue;
        }
        executionOf(*plan).declare();
        send(std::move(plan), prepared, now);
    }
    return elsewhere;
}

std::optional<PostgresInFlight> PostgresNativeConnection::nextEnded()
{
    PGconn *const connection = m_session->handle();
    if (m_unsent)
        m_unsent = PQflush(connection) == 1;
    while (!m_flight.empty() && !m_session->isLost() && !PQisBusy(connection)) {
        PostgresInFlight &item = m_flight.front();
        PostgresResult result(PQgetResult(connection));
        if (!result) {
            if (++item.nulls > 2)
                break; // nothing more has come
            continue;
        }
        item.nulls = 0;
        const ExecStatusType status = PQresultStatus(result.get());
        if (status == PGRES_PIPELINE_SYNC) {
            PostgresInFlight ended = std::move(item);
            m_flight.pop_front();
            return ended;
        }
        if (item.plan)
            item.plan->execution->take(std::move(result), item.prepared);
        else if (status == PGRES_COMMAND_OK) // the second one; the first is of the preparing
            item.preparing->description = std::move(result);
        else if (status == PGRES_FATAL_ERROR && !item.preparing->failure)
            item.preparing->failure = std::move(result);
    }
    return {};
}

} // namespace heddle
