#include "orm/backends/postgres/postgresconnection.h"

#include "orm/backends/postgres/postgresexecution.h"

namespace heddle {

PostgresConnection::PostgresConnection(std::shared_ptr<const PostgresLocation> location)
    : m_session(std::move(location))
{
}

PostgresConnection::~PostgresConnection() = default;

void PostgresConnection::doOpen()
{
    m_session.open(description());
    m_known = PostgresBackends::enter(m_session.handle(), id());
}

StatementResult PostgresConnection::doExecute(const Statement &statement, BatchSink *sink,
                                              StatementTimes *times)
{
    if (!m_session.isOpen())
        throw InterfaceError(QStringLiteral("The connection is closed."));
    if (!runBlocking(m_session.settleCancel())) {
        const QString problem = QStringLiteral(
            "A cancel request of the query before did not end; the connection was given up.");
        const PostgresErrorContext context = m_session.context(statement.sql);
        m_session.close();
        throwPostgresRefusal<OperationalError>(problem, context);
    }
    PostgresExecution execution(m_session, statement, sink, times);
    return runBlocking(execution.run());
}

bool PostgresConnection::doIsAlive()
{
    return runBlocking(m_session.isAlive());
}

bool PostgresConnection::doProveIdle()
{
    return runBlocking(m_session.proveIdle());
}

void PostgresConnection::doClose()
{
    m_known.reset();
    m_session.close();
}

} // namespace heddle
