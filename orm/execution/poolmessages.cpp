#include "orm/execution/poolmessages.h"

namespace heddle::detail {

OperationalError poolClosed(const PoolOptions &options)
{
    return OperationalError(
        QStringLiteral("The database '%1' has been closed.").arg(options.alias));
}

PoolExhausted poolExhausted(const QString &what, const PoolOptions &options, std::size_t waiting,
                            const Lease::Holder &oldest)
{
    QString message = QStringLiteral("%1: the pool of '%2' has %3 connections, and %4 plans wait.")
                          .arg(what, options.alias)
                          .arg(options.maxConnections)
                          .arg(waiting);
    if (oldest.sinceNs != 0) {
        message += QStringLiteral(" The oldest lease is held for %1 s by %2: %3")
                       .arg(double(monotonicNs() - oldest.sinceNs) / 1e9, 0, 'f', 1)
                       .arg(callSiteText(oldest.site), QString::fromUtf8(oldest.sql.left(200)));
    }
    return PoolExhausted(message);
}

QString waitedTooLong(const PoolOptions &options)
{
    return QStringLiteral("No connection became free within %1 s")
        .arg(double(options.acquireTimeout.count()) / 1000);
}

std::exception_ptr currentError()
{
    try {
        throw;
    } catch (const std::bad_alloc &) {
        return std::make_exception_ptr(OperationalError(
            QStringLiteral("out of memory: what the query gives does not fit into this process"),
            QStringLiteral("read it in parts with iterator(), or ask for fewer rows or columns")));
    } catch (...) {
        return std::current_exception();
    }
}

} // namespace heddle::detail
