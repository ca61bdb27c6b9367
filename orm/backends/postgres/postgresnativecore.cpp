// The I/O thread itself, and how work comes to it.

#include "orm/backends/postgres/postgresnativecore.h"

#include "orm/backends/postgres/postgresnativesession.h"
#include "orm/execution/poolmessages.h"

#include <limits>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>
#include <unistd.h>

namespace heddle {

namespace {

// While anything is leased or waits: how often it is looked at, as in every pool.
constexpr int watchEveryMs = 10;
constexpr std::int64_t watchEveryNs = 10'000'000;
constexpr std::size_t severalFinished = 8;
// How long answers are left to gather at most while many are on their way, and how short a rest is
// not worth its timer.
constexpr std::int64_t longestRestNs = 150'000, shortestRestNs = 40'000;

} // namespace

PostgresNativeCore::PostgresNativeCore(std::shared_ptr<const PostgresLocation> location,
                                       PoolOptions options)
    : m_location(std::move(location)), m_options([&] {
          options.maxConnections = std::max(options.maxConnections, 1);
          return options;
      }()),
      m_wakeUp(eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC))
{
    if (m_wakeUp < 0)
        throw OperationalError(QStringLiteral("No more files can be opened by this process."));
}

PostgresNativeCore::~PostgresNativeCore()
{
    ::close(m_wakeUp);
}

// --- Any thread ---

void PostgresNativeCore::wake() noexcept
{
    if (m_woken.exchange(true))
        return;
    const std::uint64_t one = 1;
    // It can only fail if it has been woken 2^64 times.
    [[maybe_unused]] const ssize_t written = ::write(m_wakeUp, &one, sizeof one);
}

PostgresPlanPtr PostgresNativeCore::Incoming::plan() &&
{
    auto plan = std::make_unique<PostgresPlan>(std::move(queued), sink);
    plan->session = std::move(session);
    return plan;
}

void PostgresNativeCore::Incoming::fail(std::exception_ptr error)
{
    if (session)
        session->abort(error);
    else
        queued.job->fail(error);
}

PostgresNativeCore::Incoming PostgresNativeCore::incoming(std::unique_ptr<Runner::JobBase> job,
                                                          const PlanContext &context) const
{
    Incoming made{{std::move(job), context, monotonicNs()}, context.sink, nullptr};
    if (made.queued.context.createdNs == 0)
        made.queued.context.createdNs = made.queued.queuedNs;
    if (!made.sink)
        made.sink = m_sink.load(std::memory_order_acquire);
    return made;
}

PostgresPlanPtr PostgresNativeCore::makePlan(std::unique_ptr<Runner::JobBase> job,
                                             const PlanContext &context)
{
    return incoming(std::move(job), context).plan();
}

void PostgresNativeCore::enqueue(std::unique_ptr<Runner::JobBase> job, const PlanContext &context)
{
    post(incoming(std::move(job), context));
}

void PostgresNativeCore::post(Incoming incoming)
{
    std::exception_ptr refusal;
    {
        Lock lock(m_mutex);
        if (m_stopping) {
            refusal = std::make_exception_ptr(detail::poolClosed(m_options));
        } else {
            try {
                startThread(lock);
                m_incoming.push_back(std::move(incoming));
                m_incomingNow.store(int(m_incoming.size()), std::memory_order_relaxed);
            } catch (const std::system_error &) {
                refusal = std::make_exception_ptr(
                    OperationalError(QStringLiteral("This process can have no more threads.")));
            }
        }
    }
    if (refusal)
        incoming.fail(refusal);
    else
        wake();
}

void PostgresNativeCore::startThread(Lock &)
{
    if (m_thread.joinable())
        return;
    m_thread = std::thread([core = shared_from_this()] {
        detail::nameThisThread(QStringLiteral("heddle-io"));
        core->loop();
    });
}

std::shared_ptr<Runner::Session> PostgresNativeCore::openSession(const PlanContext &context)
{
    auto session = std::make_shared<PostgresNativeSession>(shared_from_this(), context);
    Incoming wanted = incoming(nullptr, context);
    wanted.session = session;
    post(std::move(wanted));
    return session;
}

void PostgresNativeCore::touch(std::shared_ptr<PostgresNativeSession> session)
{
    {
        const Lock lock(m_mutex);
        if (!m_ended)
            m_touched.push_back(session);
    }
    wake();
}

Runner::Stats PostgresNativeCore::stats() const
{
    Runner::Stats s;
    s.open = m_openNow.load(std::memory_order_relaxed);
    s.busy = s.leases = m_busyNow.load(std::memory_order_relaxed);
    s.idle = std::max(0, s.open - s.busy);
    s.queued =
        m_queuedNow.load(std::memory_order_relaxed) + m_incomingNow.load(std::memory_order_relaxed);
    const Lock lock(m_mutex);
    s.limit = m_stopping ? 0 : m_options.maxConnections;
    return s;
}

void PostgresNativeCore::beginShutdown(Clock::time_point deadline)
{
    {
        Lock lock(m_mutex);
        if (m_stopping)
            return;
        m_stopping = true;
        m_deadline = deadline;
        if (!m_thread.joinable())
            m_ended = true;
    }
    wake();
}

void PostgresNativeCore::joinUntil(Clock::time_point deadline)
{
    std::thread thread;
    bool ended = false;
    {
        Lock lock(m_mutex);
        thread = std::move(m_thread);
        if (!thread.joinable())
            return;
        if (thread.get_id() != std::this_thread::get_id())
            ended = m_changed.wait_until(lock, deadline, [this] { return m_ended; });
    }
    ended ? thread.join() : thread.detach();
}

// --- The thread ---

void PostgresNativeCore::loop()
{
    // A sync call here would hold up everybody; a continuation that makes one is told so.
    const AsyncSection async;
    for (;;) {
        takeIncoming();
        assign();
        finishAll();
        if (endedForShutdown())
            break;
        pollOnce();
    }
    const Lock lock(m_mutex);
    m_ended = true;
    m_changed.notify_all();
}

void PostgresNativeCore::takeIncoming()
{
    m_woken.store(false);
    std::vector<Opened> opened;
    bool stopping = false;
    {
        const Lock lock(m_mutex);
        m_arriving.swap(m_incoming);
        m_incomingNow.store(0, std::memory_order_relaxed);
        m_touching.swap(m_touched);
        opened.swap(m_opened);
        stopping = m_stopping;
    }
    for (Opened &one : opened)
        takeOpened(std::move(one));
    if (stopping && !m_stopped)
        stop();
    for (Incoming &one : m_arriving)
        admit(std::move(one).plan());
    m_arriving.clear();
    for (const std::shared_ptr<PostgresNativeSession> &session : m_touching)
        serveSession(*session);
    m_touching.clear();
}

void PostgresNativeCore::admit(PostgresPlanPtr plan)
{
    std::exception_ptr refusal;
    if (m_stopped) {
        refusal = std::make_exception_ptr(detail::poolClosed(m_options));
    } else if (int(queued()) >= m_options.maxQueued) {
        assign(); // perhaps not all of them need wait
        if (int(queued()) >= m_options.maxQueued)
            refusal = std::make_exception_ptr(exhausted(QStringLiteral("The queue is full")));
    }
    if (!refusal) {
        if (plan->session) {
            std::erase_if(m_sessions, [](const auto &known) { return known.expired(); });
            m_sessions.push_back(plan->session);
        }
        (plan->context().background ? m_background : m_interactive).push_back(std::move(plan));
    } else if (plan->session) {
        plan->session->abort(refusal);
    } else {
        plan->fail(refusal);
    }
}

void PostgresNativeCore::pollOnce()
{
    std::vector<pollfd> sockets;
    std::vector<PostgresNativeConnection *> asked;
    sockets.reserve(m_connections.size() + 1);
    sockets.push_back({m_wakeUp, POLLIN, 0});
    for (const ConnectionPtr &connection : m_connections) {
        connection->endTurn();
        asked.push_back(connection.get());
        const short events = connection->events();
        // Without anything to look for it is left out: poll() always tells of a socket that hangs.
        sockets.push_back({events ? connection->socket() : -1, events, 0});
    }
    rest();
    ::poll(sockets.data(), nfds_t(sockets.size()), isWatching() ? watchEveryMs : -1);
    if (sockets[0].revents) {
        std::uint64_t count = 0;
        [[maybe_unused]] const ssize_t read = ::read(m_wakeUp, &count, sizeof count);
    }
    for (std::size_t i = 0; i < asked.size(); ++i)
        serve(*asked[i], sockets[i + 1].revents);
    const std::int64_t now = monotonicNs();
    if (now - m_watchedNs >= watchEveryNs) {
        m_watchedNs = now;
        watch(now);
    }
    std::erase_if(m_connections, [](const ConnectionPtr &connection) {
        return connection->use == PostgresNativeConnection::Use::Closed;
    });
}

/// While every connection has much to answer, the thread is not woken for each answer: they gather
/// in the sockets for half of the time that the shortest pipeline lasts. On few cores the server
/// needs the time itself.
void PostgresNativeCore::rest()
{
    std::size_t fewest = std::numeric_limits<std::size_t>::max();
    for (const ConnectionPtr &connection : m_connections) {
        if (connection->use == PostgresNativeConnection::Use::Idle)
            continue;
        if (connection->use != PostgresNativeConnection::Use::Shared)
            return;
        fewest = std::min(fewest, connection->inFlight());
    }
    if (fewest == std::numeric_limits<std::size_t>::max())
        return;
    const double lasts = double(fewest) * m_usualNs / 2;
    if (lasts < double(shortestRestNs))
        return;
    const timespec time{0, long(std::min(lasts, double(longestRestNs)))};
    ::nanosleep(&time, nullptr);
}

void PostgresNativeCore::serve(PostgresNativeConnection &connection, short happened)
{
    using Use = PostgresNativeConnection::Use;
    switch (connection.use) {
    case Use::Idle:
        if (happened) { // the server says something unasked: mostly that it goes
            PostgresReadable seen(connection.session().handle());
            seen.isReady();
            if (connection.session().isLost())
                connection.close();
        }
        break;
    case Use::Shared:
        if (happened)
            serveShared(connection);
        break;
    case Use::Held:
    case Use::Checking:
        if (connection.wait && (happened || connection.wait->events() == 0) &&
            connection.wait->isReady()) {
            if (connection.use == Use::Held)
                resumeWork(connection);
            else
                resumeCheck(connection);
        } else if (happened && !connection.wait) { // a session's that does nothing now
            PostgresReadable seen(connection.session().handle());
            seen.isReady();
            if (connection.session().isLost())
                idleSessionIsLost(connection);
        }
        break;
    case Use::Closed:
        break;
    }
}

void PostgresNativeCore::publish()
{
    int open = 0, busy = 0;
    for (const ConnectionPtr &connection : m_connections) {
        open += connection->use != PostgresNativeConnection::Use::Closed;
        busy += connection->use != PostgresNativeConnection::Use::Closed &&
                connection->use != PostgresNativeConnection::Use::Idle;
    }
    m_openNow.store(open, std::memory_order_relaxed);
    m_busyNow.store(busy, std::memory_order_relaxed);
    m_queuedNow.store(int(queued()), std::memory_order_relaxed);
}

/// Only now that everything is as it says may continuations run. Of many the newest is first:
/// whoever waits for them in the order in which they were asked is woken once, not once for each.
void PostgresNativeCore::finishAll()
{
    publish();
    while (!m_finished.empty()) {
        const std::vector<PostgresPlanPtr> finished = std::exchange(m_finished, {});
        if (finished.size() < severalFinished) {
            for (const PostgresPlanPtr &plan : finished)
                plan->finish();
        } else {
            for (auto plan = finished.rbegin(); plan != finished.rend(); ++plan)
                (*plan)->finish();
        }
    }
}

} // namespace heddle
