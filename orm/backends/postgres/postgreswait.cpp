#include "orm/backends/postgres/postgreswait.h"

#include "orm/backends/postgres/postgrescancel.h"

#include <libpq-fe.h>
#include <poll.h>

namespace heddle {

void PostgresResultDeleter::operator()(pg_result *result) const noexcept
{
    PQclear(result);
}

PostgresWait::~PostgresWait() = default;

// --- The next result ---

bool PostgresNext::await_ready()
{
    if (!PQisnonblocking(m_connection) || !PQisBusy(m_connection))
        return true;
    m_unsent = PQflush(m_connection) == 1;
    return false;
}

bool PostgresNext::isReady()
{
    if (m_unsent)
        m_unsent = PQflush(m_connection) == 1;
    // A connection that is lost gives its error as the next result.
    return PQconsumeInput(m_connection) == 0 || PQisBusy(m_connection) == 0;
}

short PostgresNext::events() const
{
    return short(m_unsent ? POLLIN | POLLOUT : POLLIN);
}

PostgresResult PostgresNext::await_resume()
{
    return PostgresResult(PQgetResult(m_connection));
}

// --- Writing and reading as such ---

bool PostgresFlushed::await_ready()
{
    return !PQisnonblocking(m_connection);
}

bool PostgresFlushed::isReady()
{
    return PQconsumeInput(m_connection) == 0 || PQflush(m_connection) != 1;
}

short PostgresFlushed::events() const
{
    return POLLIN | POLLOUT;
}

bool PostgresReadable::await_ready() const
{
    return !PQisnonblocking(m_connection);
}

bool PostgresReadable::isReady()
{
    PQconsumeInput(m_connection);
    return true;
}

short PostgresReadable::events() const
{
    return POLLIN;
}

// --- Cancelling ---

PostgresCancelSettled::PostgresCancelSettled(pg_conn *connection, PostgresCancel &cancel,
                                             std::chrono::milliseconds patience)
    : m_connection(connection), m_cancel(cancel),
      m_until(std::chrono::steady_clock::now() + patience)
{
}

bool PostgresCancelSettled::await_ready()
{
    if (!PQisnonblocking(m_connection)) {
        m_cancel.settle(std::chrono::duration_cast<std::chrono::milliseconds>(
            m_until - std::chrono::steady_clock::now()));
        return true;
    }
    return isReady();
}

bool PostgresCancelSettled::isReady()
{
    return !m_cancel.isOnItsWay() || std::chrono::steady_clock::now() >= m_until;
}

bool PostgresCancelSettled::await_resume() const
{
    return !m_cancel.isOnItsWay();
}

} // namespace heddle
