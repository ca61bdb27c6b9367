// What the I/O thread looks at every 10 ms, and the end of the pool.

#include "orm/backends/postgres/postgresnativecore.h"
#include "orm/backends/postgres/postgresnativesession.h"
#include "orm/execution/idletransaction.h"
#include "orm/execution/poolmessages.h"

#include <QLoggingCategory>

namespace heddle {

namespace {

Q_LOGGING_CATEGORY(lcTransaction, "heddle.transaction")

using Use = PostgresNativeConnection::Use;

// A check that takes longer than this will not end well.
constexpr std::int64_t checkLimitNs = 10'000'000'000;
// A server that has not stopped so long after it was asked to cannot be reached.
constexpr std::int64_t cancelLimitNs = 5'000'000'000;
// Of the time that a shutdown has, this much is kept for closing what does not end.
constexpr auto closingTime = std::chrono::milliseconds(100);

double seconds(std::chrono::milliseconds time)
{
    return double(time.count()) / 1000;
}

} // namespace

bool PostgresNativeCore::isWatching() const
{
    if (queued() > 0 || m_opening > 0 || m_stopped)
        return true;
    for (const ConnectionPtr &connection : m_connections) {
        if (connection->use != Use::Idle)
            return true;
    }
    return false;
}

void PostgresNativeCore::watch(std::int64_t now)
{
    for (const ConnectionPtr &connection : m_connections) {
        cancelWhatWasCancelled(*connection, now);
        if (connection->use == Use::Checking && now - connection->leasedNs > checkLimitNs)
            connection->close();
    }
    for (const std::weak_ptr<PostgresNativeSession> &known : m_sessions) {
        if (const std::shared_ptr<PostgresNativeSession> session = known.lock())
            watchSession(*session, now);
    }
    dropExpired(now);
}

/// Asks the server to stop what nobody wants any more. The request is repeated, ever more seldom,
/// until it has an effect.
void PostgresNativeCore::cancelWhatWasCancelled(PostgresNativeConnection &connection,
                                                std::int64_t now)
{
    const PostgresPlan *running = nullptr;
    if (connection.use == Use::Held && connection.work && connection.cancellable)
        running = connection.plan.get();
    else if (const PostgresInFlight *head = connection.head();
             connection.use == Use::Shared && head)
        running = head->plan.get();
    if (!running || !(m_stopped || running->isCanceled())) {
        connection.cancelledNs = 0;
        return;
    }
    if (connection.cancelledNs == 0)
        connection.cancelledNs = now;
    // Whoever is behind a shared read may be hit instead; they are reads and are sent again.
    connection.draining = true;
    connection.session().cancel.request();
    if (connection.rows)
        connection.rows->discard();
    else if (now - connection.cancelledNs > cancelLimitNs)
        connection.sever();
}

/// A transaction that waits for its own program keeps locks from everybody else.
void PostgresNativeCore::watchSession(PostgresNativeSession &session, std::int64_t now)
{
    PostgresNativeConnection *const connection = session.connection;
    if (!connection || connection->plan || !connection->transactions.isOpen() ||
        connection->transactions.isLost())
        return;
    const auto idle = std::chrono::nanoseconds(now - session.idleSinceNs);
    if (!session.warned && idle >= m_options.idleTransactionWarning &&
        m_options.idleTransactionWarning < m_options.idleTransactionLimit) {
        session.warned = true;
        qCWarning(lcTransaction, "a transaction has done nothing for %g s (%s)",
                  seconds(m_options.idleTransactionWarning),
                  qUtf8Printable(callSiteText(session.context.site)));
    }
    if (idle < m_options.idleTransactionLimit || session.rolledBack)
        return;
    session.rolledBack = true;
    const QString why = detail::idleTransactionText(m_options);
    qCWarning(lcTransaction, "%s (%s)", qUtf8Printable(why),
              qUtf8Printable(callSiteText(session.context.site)));
    connection->plan = makePlan(detail::endIdleTransaction(why), session.context);
    connection->plan->resume();
    connection->plan->trace.leasedAt(now);
    runHeld(*connection);
}

void PostgresNativeCore::dropExpired(std::int64_t now)
{
    const std::int64_t limit = std::chrono::nanoseconds(m_options.acquireTimeout).count();
    std::vector<PostgresPlanPtr> expired, cancelled;
    for (std::deque<PostgresPlanPtr> *queue : {&m_interactive, &m_background}) {
        for (PostgresPlanPtr &plan : *queue) {
            if (!plan->session && plan->isCanceled())
                cancelled.push_back(std::move(plan));
            else if (now - plan->waitingSinceNs > limit)
                expired.push_back(std::move(plan));
        }
        std::erase(*queue, nullptr);
    }
    const auto stopped =
        std::make_exception_ptr(QueryCancelled(QStringLiteral("The query was cancelled.")));
    for (PostgresPlanPtr &plan : cancelled)
        settle(std::move(plan), stopped);
    if (expired.empty())
        return;
    const auto refusal = std::make_exception_ptr(exhausted(detail::waitedTooLong(m_options)));
    for (PostgresPlanPtr &plan : expired)
        settle(std::move(plan), refusal);
}

// --- The end ---

/// Refuse, fail what waits, cancel what runs: watch() asks for that every 10 ms.
void PostgresNativeCore::stop()
{
    m_stopped = true;
    const auto closed = std::make_exception_ptr(detail::poolClosed(m_options));
    for (std::deque<PostgresPlanPtr> *queue : {&m_interactive, &m_background}) {
        std::deque<PostgresPlanPtr> waiting = std::exchange(*queue, {});
        for (PostgresPlanPtr &plan : waiting)
            settle(std::move(plan), closed);
    }
    for (const std::weak_ptr<PostgresNativeSession> &known : m_sessions) {
        if (const std::shared_ptr<PostgresNativeSession> session = known.lock()) {
            session->abort(closed);
            serveSession(*session);
        }
    }
    m_watchedNs = 0;
}

/// True once nothing is left to be done here.
bool PostgresNativeCore::endedForShutdown()
{
    if (!m_stopped)
        return false;
    const auto closed = std::make_exception_ptr(detail::poolClosed(m_options));
    for (std::deque<PostgresPlanPtr> *queue : {&m_interactive, &m_background}) {
        std::deque<PostgresPlanPtr> displaced = std::exchange(*queue, {});
        for (PostgresPlanPtr &plan : displaced)
            plan->fail(closed);
    }
    bool busy = false;
    for (const ConnectionPtr &connection : m_connections) {
        if (connection->use == Use::Idle)
            connection->close();
        busy = busy || connection->use != Use::Closed;
    }
    if (busy) {
        Clock::time_point deadline;
        {
            const Lock lock(m_mutex);
            deadline = m_deadline;
        }
        if (Clock::now() < deadline - closingTime)
            return false;
        abandon();
    }
    m_connections.clear();
    finishAll();
    return true;
}

/// What has not ended in time ends now, without a word to the server.
void PostgresNativeCore::abandon()
{
    const auto closed = std::make_exception_ptr(detail::poolClosed(m_options));
    for (const ConnectionPtr &connection : m_connections) {
        for (PostgresInFlight &item : connection->takeFlight()) {
            if (item.plan) {
                item.plan->execution.reset();
                item.plan->fail(closed);
            }
            if (!item.preparing)
                continue;
            for (const PostgresPlanPtr &plan : item.preparing->waiting)
                plan->fail(closed);
        }
        // Whoever still takes its rows uses the plan: then it stays where it is.
        const bool taking = connection->rows && connection->rows->isTaking();
        const bool committing = connection->plan && connection->plan->request &&
                                connection->plan->request->statement &&
                                connection->plan->request->statement->kind == TraceKind::Commit;
        connection->close();
        if (!connection->plan)
            continue;
        PostgresPlanPtr plan = std::move(connection->plan);
        plan->fail(committing ? TransactionState::commitOutcomeUnknown(closed) : closed);
        if (taking)
            static_cast<void>(plan.release());
        if (connection->holder)
            connection->holder->connection = nullptr;
    }
}

} // namespace heddle
