#include "orm/execution/replicawatch.h"

#include "orm/execution/connectionthread.h"
#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;
using std::chrono::milliseconds;

namespace {

// One good look can be luck: a server that restarts answers once and is gone again.
constexpr int looksToComeBack = 2;
// A look that finds all connections at work tells nothing, but so does a network that has stalled.
constexpr int busyLooks = 5;
constexpr std::size_t keptSamples = 600;

Plan<qint64> numberPlan(QByteArray sql)
{
    Statement statement;
    statement.sql = std::move(sql);
    statement.kind = TraceKind::Pragma;
    statement.label = "replica";
    static const auto columns =
        std::make_shared<const std::vector<ColumnType>>(1, ColumnType{ColumnKind::Int64});
    statement.columns = columns;
    StatementResult result = co_await send(std::move(statement));
    if (result.rowCount() == 0 || result.batches.front()->column(0).isNull(0))
        co_return 0;
    co_return result.batches.front()->column(0).int64(0);
}

/// Nothing and *problem if the server does not answer in time; no problem if nobody asked it, since
/// all connections were at work.
std::optional<qint64> ask(Runner &runner, const QByteArray &sql, milliseconds patience,
                          QString *problem)
{
    PlanContext context;
    context.method = "probe";
    context.background = true;
    context.joins = true; // no transaction of whoever opened the database is meant
    QFuture<qint64> answer = runner.start(numberPlan(sql), context);
    const auto until = std::chrono::steady_clock::now() + patience;
    while (!answer.isFinished() && std::chrono::steady_clock::now() < until)
        std::this_thread::sleep_for(milliseconds(5));
    if (!answer.isFinished()) {
        const Runner::Stats stats = runner.stats();
        answer.cancel();
        if (stats.busy < stats.limit)
            *problem = u"it does not answer"_s;
        return {};
    }
    try {
        answer.waitForFinished();
        if (answer.resultCount() > 0)
            return answer.result();
    } catch (const OrmError &e) {
        *problem = e.message();
    } catch (const std::exception &e) {
        *problem = QString::fromUtf8(e.what());
    }
    return {};
}

} // namespace

// --- Replica ---

RoutingRunner::ReplicaState Replica::state() const
{
    const std::lock_guard lock(m_mutex);
    RoutingRunner::ReplicaState state = m_state;
    state.alias = alias();
    state.healthy = isHealthy();
    return state;
}

void Replica::setDown(const QString &problem)
{
    seen(false, milliseconds(0), problem);
}

void Replica::seenBusy()
{
    {
        const std::lock_guard lock(m_mutex);
        if (++m_busyInARow < busyLooks)
            return;
    }
    setDown(u"all its connections have been at work for long"_s);
}

void Replica::seen(bool well, milliseconds lag, const QString &problem)
{
    const std::lock_guard lock(m_mutex);
    m_busyInARow = 0;
    m_wellInARow = well ? m_wellInARow + 1 : 0;
    m_state.lag = lag;
    m_state.problem = well ? QString() : problem;
    if (!well)
        m_healthy = false;
    else if (m_wellInARow >= looksToComeBack)
        m_healthy = true;
}

// --- ReplicaWatch ---

void ReplicaWatch::stop()
{
    const std::lock_guard lock(m_mutex);
    m_stopping = true;
    m_changed.notify_all();
}

void ReplicaWatch::run(Runner &primary, const std::vector<std::unique_ptr<Replica>> &replicas,
                       const RoutingRunner::Options &options)
{
    nameThisThread(u"heddle-replicas"_s);
    std::unique_lock lock(m_mutex);
    while (!m_changed.wait_for(lock, options.probeEvery, [this] { return m_stopping; })) {
        lock.unlock();
        look(primary, replicas, options);
        lock.lock();
    }
}

void ReplicaWatch::look(Runner &primary, const std::vector<std::unique_ptr<Replica>> &replicas,
                        const RoutingRunner::Options &options)
{
    if (!options.probe.written.isEmpty() && options.maxLag.count() > 0) {
        QString ignored; // a primary that is down writes nothing that a replica could lack
        const auto now = std::chrono::steady_clock::now();
        if (const auto written = ask(primary, options.probe.written, options.patience, &ignored))
            m_samples.push_back({now, *written});
        if (m_samples.size() > keptSamples)
            m_samples.pop_front();
    }
    for (const auto &replica : replicas)
        lookAt(*replica, options);
}

void ReplicaWatch::lookAt(Replica &replica, const RoutingRunner::Options &options)
{
    const bool measures = !options.probe.replayed.isEmpty() && options.maxLag.count() > 0;
    QString problem;
    const std::optional<qint64> replayed =
        ask(replica.runner(), measures ? options.probe.replayed : QByteArray("SELECT 1"),
            options.patience, &problem);
    if (!replayed) {
        if (problem.isEmpty())
            replica.seenBusy();
        else
            replica.seen(false, milliseconds(0), problem);
        return;
    }
    const milliseconds lag = measures ? lagOf(*replayed) : milliseconds(0);
    const bool well = !measures || lag <= options.maxLag;
    replica.seen(well, lag,
                 u"it is %1 s behind the primary"_s.arg(double(lag.count()) / 1000, 0, 'f', 1));
}

/// How long ago the primary had already written more than that.
milliseconds ReplicaWatch::lagOf(qint64 replayed) const
{
    for (const Sample &sample : m_samples) {
        if (sample.written > replayed)
            return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() -
                                                            sample.at);
    }
    return milliseconds(0);
}

} // namespace heddle::detail
