#include "orm/execution/connection.h"

#include "orm/values/errors.h"

namespace heddle {

namespace {

std::atomic<std::uint32_t> s_nextConnection{1};

QString threadText(std::uint16_t thread)
{
    const QString name = traceThreadName(thread);
    return name.isEmpty() ? QStringLiteral("thread %1").arg(thread) : name;
}

} // namespace

std::uint32_t Connection::nextId() noexcept
{
    return s_nextConnection.fetch_add(1, std::memory_order_relaxed);
}

Connection::Connection() : m_id(nextId())
{
}

Connection::~Connection() = default;

void Connection::open()
{
    adopt();
    doOpen();
}

StatementResult Connection::execute(const Statement &statement, BatchSink *sink,
                                    StatementTimes *times)
{
    requireOwner("execute");
    return doExecute(statement, sink, times);
}

bool Connection::isAlive()
{
    requireOwner("isAlive");
    return doIsAlive();
}

bool Connection::proveIdle()
{
    requireOwner("proveIdle");
    return doProveIdle();
}

void Connection::close()
{
    requireOwner("close");
    doClose();
}

QString Connection::description() const
{
    return QStringLiteral("conn %1 on %2").arg(m_id).arg(threadText(m_ownerTraceThread));
}

void Connection::adopt()
{
    m_owner = std::this_thread::get_id();
    m_ownerTraceThread = currentTraceThread();
}

void Connection::throwForeignThread(const char *what) const
{
    if (m_owner == std::thread::id())
        throw InterfaceError(
            QStringLiteral("%1() was called on connection %2 before it was opened.")
                .arg(QString::fromUtf8(what))
                .arg(m_id));
    throw InterfaceError(
        QStringLiteral("%1() was called on %2, but connection %3 belongs to %4: a connection is "
                       "opened, used and closed on one thread.")
            .arg(QString::fromUtf8(what), threadText(currentTraceThread()))
            .arg(m_id)
            .arg(threadText(m_ownerTraceThread)));
}

} // namespace heddle
