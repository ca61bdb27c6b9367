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
}

StatementResult PostgresConnection::doExecute(const Statement &statement, BatchSink *sink,
                                              StatementTimes *times)
{
    if (!m_session.isOpen())
        throw InterfaceError(QStringLiteral("The connection is closed."));
    if (!m_session.settleCancel()) {
        const QString problem = QStringLiteral(
            "A cancel request of the query before did not end; the connection was given up.");
        const PostgresErrorContext context = m_session.context(statement.sql);
        m_session.close();
        throwPostgresRefusal<OperationalError>(problem, context);
    }
    return PostgresExecution(m_session, statement, sink, times).run();
}

bool PostgresConnection::doIsAlive()
{
    if (m_session.isLost() || m_session.isBusy() || !m_session.settleCancel())
        return false;
    m_session.command("");
    return !m_session.isLost();
}

bool PostgresConnection::doProveIdle()
{
    if (m_session.isLost() || m_session.isBusy() || !m_session.settleCancel())
        return false;
    if (m_session.isInTransaction())
        m_session.command("ROLLBACK");
    return m_session.isIdle();
}

void PostgresConnection::doClose()
{
    m_session.close();
}

} // namespace heddle
