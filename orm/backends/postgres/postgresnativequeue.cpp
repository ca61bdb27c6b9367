// Who gets which connection, and when there are more.

#include "orm/backends/postgres/postgresnativecore.h"
#include "orm/backends/postgres/postgresnativesession.h"
#include "orm/execution/poolmessages.h"

#include <QRandomGenerator>

namespace heddle {

namespace {

using Use = PostgresNativeConnection::Use;

constexpr std::int64_t millisecond = 1'000'000, second = 1'000'000'000;
// As in every pool: an idle connection is asked whether it lives after this long, and replaced
// after its lifetime, with jitter.
constexpr std::int64_t idleCheckNs = 30 * second;
constexpr std::int64_t lifetimeNs = 30 * 60 * second;
// Reads go behind others only while reads are this quick, and not behind one that takes longer:
// whoever is behind it would wait although another connection becomes free.
constexpr double quickNs = 2 * millisecond;
constexpr std::int64_t stuckNs = 10 * millisecond;
// A connection gets no more while it has enough to do; then it is filled up in one go. Whatever
// waits meanwhile can still go anywhere, and the server is woken once for many reads.
constexpr std::size_t enoughInFlight = 48, mostInFlight = 128;
// With fewer than these on its way a read more costs nobody anything: they are spread.
constexpr std::size_t spreadInFlight = 4;
// How long a connection that is being made is waited for in place of that.
constexpr std::int64_t openedSoonNs = 250 * millisecond;

} // namespace

/// Whether a plan's next statement may be sent among those of other plans.
PostgresNativeCore::Way PostgresNativeCore::wayOf(const PostgresPlan &plan)
{
    if (plan.session || !plan.sharable || plan.context().background || !plan.request ||
        !plan.request->statement)
        return Way::Held;
    const Statement &statement = *plan.request->statement;
    const bool reads = statement.kind == TraceKind::Read && !statement.rows &&
                       (statement.columns || statement.chooser);
    return reads && (!plan.request->sink || statement.gathers) ? Way::Shared : Way::Held;
}

void PostgresNativeCore::assign()
{
    if (m_stopped)
        return;
    while (!m_interactive.empty() && assignFront(m_interactive)) {
    }
    while (m_interactive.empty() && !m_background.empty() && assignFront(m_background)) {
    }
    openMore();
}

/// False if the plan at the front has to wait.
bool PostgresNativeCore::assignFront(std::deque<PostgresPlanPtr> &queue)
{
    const auto take = [&queue] {
        PostgresPlanPtr plan = std::move(queue.front());
        queue.pop_front();
        return plan;
    };
    if (PostgresPlan &front = *queue.front(); !front.session) {
        if (front.isCanceled() && !front.started) { // it never gets a connection
            take()->fail(std::make_exception_ptr(
                QueryCancelled(QStringLiteral("The query was cancelled."))));
            return true;
        }
        if (!front.started)
            front.resume();
        if (!front.request) { // it needs none
            finish(take());
            return true;
        }
    }
    const Way way = m_location->prepare ? wayOf(*queue.front()) : Way::Held;
    PostgresNativeConnection *connection = idleConnection();
    if (connection) {
        PostgresPlanPtr plan = take();
        lease(*connection, plan->context(), monotonicNs());
        if (way == Way::Held) {
            hold(*connection, std::move(plan));
        } else {
            connection->beginSharing();
            share(*connection, std::move(plan));
        }
        return true;
    }
    if (way == Way::Held || int(m_connections.size()) + m_opening < m_options.maxConnections)
        return false;
    // One of its own is about to come: better than a place behind a read that may be slow.
    if (m_opening > 0 && monotonicNs() - m_openingSinceNs < openedSoonNs)
        return false;
    connection = sharedConnection();
    if (!connection)
        return false;
    share(*connection, take());
    return true;
}

/// The one that was used last: the others may be closed by the server or by age.
PostgresNativeConnection *PostgresNativeCore::idleConnection()
{
    PostgresNativeConnection *best = nullptr;
    for (const ConnectionPtr &connection : m_connections) {
        if (connection->use == Use::Idle && (!best || connection->usedNs > best->usedNs))
            best = connection.get();
    }
    if (!best)
        return nullptr;
    const std::int64_t now = monotonicNs();
    if (now - best->openedNs > best->lifetimeNs) {
        best->close();
        std::erase_if(m_connections, [best](const auto &known) { return known.get() == best; });
        return idleConnection();
    }
    if (now - best->usedNs > idleCheckNs) {
        check(*best, best->session().isAlive());
        return idleConnection();
    }
    return best;
}

/// The one that is being filled up, or else that with the fewest reads on their way; null if none
/// may take another.
PostgresNativeConnection *PostgresNativeCore::sharedConnection()
{
    if (m_usualNs > quickNs)
        return nullptr;
    const std::int64_t now = monotonicNs();
    PostgresNativeConnection *best = nullptr;
    for (const ConnectionPtr &connection : m_connections) {
        const std::size_t count = connection->inFlight();
        if (connection->use != Use::Shared || connection->draining ||
            count >= (connection->filling ? mostInFlight : enoughInFlight) ||
            (count > 0 && now - connection->headSinceNs > stuckNs)) {
            connection->filling = false;
            continue;
        }
        if (!best || (connection->filling && !best->filling) ||
            (connection->filling == best->filling && count < best->inFlight()))
            best = connection.get();
    }
    if (best && best->inFlight() >= spreadInFlight)
        best->filling = true;
    return best;
}

// --- Opening ---

void PostgresNativeCore::openMore()
{
    while (std::size_t(m_opening) < queued() &&
           int(m_connections.size()) + m_opening < m_options.maxConnections) {
        try {
            open();
        } catch (const std::system_error &) {
            break; // no thread to be had now: the connections that there are must do
        }
    }
}

/// On a thread of its own: libpq looks up names blocking, and only then does it go on to the next
/// of several hosts when one does not answer in time.
void PostgresNativeCore::open()
{
    std::thread([core = shared_from_this(), location = m_location] {
        detail::nameThisThread(QStringLiteral("heddle-connect"));
        Opened opened;
        opened.id = Connection::nextId();
        try {
            opened.session = std::make_unique<PostgresSession>(location);
            opened.session->cancel.setWaker([weak = std::weak_ptr(core)] {
                if (const auto known = weak.lock())
                    known->wake();
            });
            opened.session->open(QStringLiteral("conn %1 on heddle-io").arg(opened.id));
            opened.session->stopBlocking();
        } catch (...) {
            opened.session.reset();
            opened.error = std::current_exception();
        }
        {
            const Lock lock(core->m_mutex);
            if (core->m_ended)
                return; // the pool is gone, and with this function the connection
            core->m_opened.push_back(std::move(opened));
        }
        core->wake();
    }).detach();
    m_openingSinceNs = monotonicNs();
    ++m_opening;
}

void PostgresNativeCore::takeOpened(Opened opened)
{
    --m_opening;
    if (m_stopped)
        return;
    if (opened.session) {
        auto connection =
            std::make_unique<PostgresNativeConnection>(std::move(opened.session), opened.id);
        connection->openedNs = connection->usedNs = monotonicNs();
        connection->lifetimeNs =
            lifetimeNs - std::int64_t(QRandomGenerator::global()->bounded(5 * 60)) * second;
        m_connections.push_back(std::move(connection));
        return;
    }
    // Whoever has waited for it longest is told.
    std::deque<PostgresPlanPtr> &queue = m_interactive.empty() ? m_background : m_interactive;
    if (queue.empty())
        return;
    PostgresPlanPtr plan = std::move(queue.front());
    queue.pop_front();
    settle(std::move(plan), opened.error);
}

// --- Waiting ---

/// Back to the front: it holds nothing, and its next statement needs another connection.
void PostgresNativeCore::displace(PostgresPlanPtr plan)
{
    plan->waitingSinceNs = monotonicNs();
    (plan->context().background ? m_background : m_interactive).push_front(std::move(plan));
}

/// Answers a plan that has no connection with an error; it may go on to something else.
void PostgresNativeCore::settle(PostgresPlanPtr plan, std::exception_ptr error)
{
    if (plan->session) {
        plan->session->abort(error);
        return;
    }
    if (!plan->started || !plan->request) {
        plan->fail(error);
        return;
    }
    plan->failed = true;
    plan->request->error = error;
    plan->resume();
    if (plan->request && !m_stopped)
        displace(std::move(plan));
    else if (plan->request)
        plan->fail(error);
    else
        finish(std::move(plan));
}

PoolExhausted PostgresNativeCore::exhausted(const QString &what) const
{
    detail::Lease::Holder oldest;
    for (const ConnectionPtr &connection : m_connections) {
        if (connection->use != Use::Shared && connection->use != Use::Held)
            continue;
        if (oldest.sinceNs == 0 || connection->leasedNs < oldest.sinceNs)
            oldest = {connection->site, connection->sql, connection->leasedNs};
    }
    return detail::poolExhausted(what, m_options, queued(), oldest);
}

} // namespace heddle
