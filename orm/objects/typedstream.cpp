#include "orm/objects/typedstream.h"

#include "orm/values/errors.h"

namespace heddle::detail {

void RowChannel::start(const QueryCore &core, const CallInfo &call)
{
    const std::shared_ptr<RowChannel> self = shared_from_this();
    try {
        QFuture<qint64> running = core.astream(
            [self](TypedRows &rows) { return rows.size() == 0 || self->put(rows.share()); }, call);
        whenFinished(QFuture<qint64>(running), [self](const QFuture<qint64> &ended) {
            try {
                QFuture<qint64>(ended).waitForFinished();
                self->finish(ended.isCanceled() ? std::make_exception_ptr(QueryCancelled(
                                                      QStringLiteral("The query was cancelled.")))
                                                : nullptr);
            } catch (...) {
                self->finish(std::current_exception());
            }
        });
        std::lock_guard lock(m_mutex);
        m_running = running;
    } catch (...) {
        finish(std::current_exception());
    }
}

bool RowChannel::put(RowsPtr rows)
{
    std::optional<QPromise<RowsPtr>> waiting;
    {
        std::unique_lock lock(m_mutex);
        const auto mayGoOn = [this] { return m_abandoned || m_ready.size() < kMost; };
        if (!m_taken.wait_for(lock, std::chrono::seconds(60), mayGoOn))
            throw OperationalError(QStringLiteral(
                "Nobody took the rows of a stream for 60 s: its connection was needed back."));
        if (m_abandoned)
            return false;
        if (!m_waiting) {
            m_ready.push_back(std::move(rows));
            return true;
        }
        waiting.swap(m_waiting);
    }
    waiting->addResult(std::move(rows));
    waiting->finish();
    return true;
}

void RowChannel::finish(std::exception_ptr error)
{
    std::optional<QPromise<RowsPtr>> waiting;
    {
        std::lock_guard lock(m_mutex);
        m_ended = true;
        m_error = error;
        waiting.swap(m_waiting);
    }
    if (!waiting)
        return;
    if (error)
        waiting->setException(error);
    else
        waiting->addResult(RowsPtr());
    waiting->finish();
}

QFuture<RowsPtr> RowChannel::next()
{
    std::unique_lock lock(m_mutex);
    if (!m_ready.empty()) {
        RowsPtr rows = std::move(m_ready.front());
        m_ready.pop_front();
        lock.unlock();
        m_taken.notify_one();
        return readyFuture(std::move(rows));
    }
    if (m_ended)
        return m_error ? failedFuture<RowsPtr>(m_error) : readyFuture(RowsPtr());
    m_waiting.emplace();
    m_waiting->start();
    return m_waiting->future();
}

void RowChannel::abandon()
{
    QFuture<qint64> running;
    {
        std::lock_guard lock(m_mutex);
        m_abandoned = true;
        if (m_ended)
            return;
        running = m_running;
    }
    m_taken.notify_one();
    running.cancel();
}

} // namespace heddle::detail
