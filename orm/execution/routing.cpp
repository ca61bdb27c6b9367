#include "orm/execution/routing.h"

#include "orm/execution/aliasrunner.h"
#include "orm/execution/replicawatch.h"
#include "orm/execution/tasktransaction.h"
#include "orm/values/errors.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using detail::AliasRunner;
using detail::Replica;

struct RoutingRunner::Shared {
    /// The next replica that is well, but for those in `tried`; null: the primary must do.
    Replica *choose(const std::vector<const Replica *> &tried)
    {
        const std::size_t count = replicas.size();
        for (std::size_t i = 0; i < count; ++i) {
            Replica &one = *replicas[next.fetch_add(1, std::memory_order_relaxed) % count];
            if (one.isHealthy() && std::find(tried.begin(), tried.end(), &one) == tried.end())
                return &one;
        }
        return nullptr;
    }

    std::unique_ptr<AliasRunner> primary;
    std::vector<std::unique_ptr<Replica>> replicas;
    std::atomic<std::size_t> next{0};
    detail::ReplicaWatch watch;
};

namespace {

using Request = PlanBase::Request;

/// The server could not be reached, or went away: as against what it answered.
QString connectionFailure(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const QueryCancelled &) {
        return {};
    } catch (const CommitOutcomeUnknown &) {
        return {};
    } catch (const OperationalError &e) {
        const QString code = e.database ? e.database->serverCode : QString();
        const bool lost = code.isEmpty() || code.startsWith("08"_L1) || code == "57P01"_L1 ||
                          code == "57P02"_L1 || code == "57P03"_L1 || code == "53300"_L1 ||
                          code.startsWith("SQLITE_CANTOPEN"_L1);
        return lost ? e.message() : QString();
    } catch (const InterfaceError &e) {
        return e.message();
    } catch (...) {
        return {};
    }
}

bool onlyReads(const Request &request)
{
    return request.statement && request.statement->kind == TraceKind::Read &&
           !request.statement->rows;
}

/// A plan on its way over the databases: lets go of one when its next statement cannot run there,
/// or when that database was lost before anything of its answer was seen.
class Route {
public:
    explicit Route(Runner::JobBase &job) : m_job(job) {}

    /// What is to be sent next where the plan is now; null: nothing here. Then wantsOn() tells
    /// whether it goes on elsewhere.
    Request *step()
    {
        if (m_pending && m_sent && !lostReplica()) {
            restoreSink();
            m_pending = m_job.resume();
        } else if (!m_started) {
            m_started = true;
            m_pending = m_job.resume();
        }
        m_sent = false;
        if (!m_pending || m_goesOn)
            return nullptr;
        if (m_replica && !onlyReads(*m_pending)) {
            m_replica = nullptr;
            m_goesOn = true;
            return nullptr;
        }
        m_sent = true;
        watchSink();
        return m_pending;
    }

    /// True if an error that ended it before it had a connection only ended its stay here.
    bool outlives(const std::exception_ptr &error)
    {
        const QString problem = m_replica ? connectionFailure(error) : QString();
        if (problem.isEmpty() || m_delivered)
            return false;
        leave(problem);
        return true;
    }

    /// Where it begins, or goes on. Null: at the primary.
    void place(Replica *replica)
    {
        m_replica = replica;
        m_goesOn = false;
        m_delivered = false;
    }
    Replica *replica() const { return m_replica; }
    bool wantsOn() const { return m_goesOn; }
    /// A write has come by: from here on at the primary.
    bool needsPrimary() const { return m_pending && !onlyReads(*m_pending); }
    const std::vector<const Replica *> &tried() const { return m_tried; }
    Runner::JobBase &job() const { return m_job; }

private:
    bool lostReplica()
    {
        if (!m_replica || !m_pending->error || m_delivered)
            return false;
        const QString problem = connectionFailure(m_pending->error);
        if (problem.isEmpty())
            return false;
        restoreSink();
        m_pending->error = nullptr;
        m_pending->result = {};
        leave(problem);
        return true;
    }
    void leave(const QString &problem)
    {
        m_replica->setDown(problem);
        m_tried.push_back(m_replica);
        m_goesOn = true;
    }
    void watchSink()
    {
        if (!m_pending->sink)
            return;
        m_realSink = m_pending->sink;
        m_sink = [this](RowBatchPtr batch) {
            m_delivered = true;
            return (*m_realSink)(std::move(batch));
        };
        m_pending->sink = &m_sink;
    }
    void restoreSink()
    {
        if (m_realSink && m_pending)
            m_pending->sink = m_realSink;
        m_realSink = nullptr;
    }

    Runner::JobBase &m_job;
    Request *m_pending = nullptr;
    Replica *m_replica = nullptr;
    std::vector<const Replica *> m_tried;
    BatchSink m_sink;
    BatchSink *m_realSink = nullptr;
    bool m_started = false, m_sent = false, m_goesOn = false, m_delivered = false;
};

/// A sync plan at one database: the caller waits, so that it may refer to its route.
class SyncStay final : public Runner::JobBase {
public:
    explicit SyncStay(Route &route) : m_route(route) {}
    Request *resume() override { return m_route.step(); }

private:
    Route &m_route;
};

/// An async plan with its route; at the end of one stay it becomes the job of the next.
template <typename Shared>
class AsyncStay final : public Runner::JobBase {
public:
    struct Trip {
        explicit Trip(std::unique_ptr<Runner::JobBase> j) : job(std::move(j)), route(*job) {}
        std::unique_ptr<Runner::JobBase> job;
        Route route;
        PlanContext context;
        std::shared_ptr<Shared> shared;
    };

    explicit AsyncStay(std::unique_ptr<Trip> trip) : m_trip(std::move(trip)) {}

    Request *resume() override { return m_trip->route.step(); }
    bool isCanceled() const override { return m_trip->job->isCanceled(); }
    void finish() override
    {
        if (m_trip->route.wantsOn())
            goOn(std::move(m_trip));
        else
            m_trip->job->finish();
    }
    void fail(std::exception_ptr error) override
    {
        if (!m_trip->job->isCanceled() && m_trip->route.outlives(error))
            goOn(std::move(m_trip));
        else
            m_trip->job->fail(error);
    }

    static void goOn(std::unique_ptr<Trip> trip)
    {
        Route &route = trip->route;
        const std::shared_ptr<Shared> shared = trip->shared;
        const PlanContext context = trip->context;
        route.place(route.needsPrimary() ? nullptr : shared->choose(route.tried()));
        Runner &runner = route.replica() ? route.replica()->runner() : *shared->primary;
        runner.enqueueJob(std::make_unique<AsyncStay>(std::move(trip)), context);
    }

private:
    std::unique_ptr<Trip> m_trip;
};

bool isForPrimary(const PlanContext &context)
{
    return context.write || context.joins;
}

} // namespace

RoutingRunner::RoutingRunner(Member primary, std::vector<Member> replicas, Options options)
    : m_shared(std::make_shared<Shared>())
{
    m_shared->primary =
        std::make_unique<AliasRunner>(std::move(primary.alias), std::move(primary.runner));
    for (Member &member : replicas) {
        m_shared->replicas.push_back(
            std::make_unique<Replica>(std::move(member.alias), std::move(member.runner)));
        if (!member.problem.isEmpty())
            m_shared->replicas.back()->setDown(member.problem);
    }
    m_watch = std::thread([shared = m_shared, options = std::move(options)] {
        shared->watch.run(*shared->primary, shared->replicas, options);
    });
}

RoutingRunner::~RoutingRunner()
{
    shutdown();
}

Runner *RoutingRunner::member(const QString &alias) const
{
    if (alias == m_shared->primary->alias() || alias == "primary"_L1 || alias == "default"_L1)
        return m_shared->primary.get();
    for (const auto &replica : m_shared->replicas) {
        if (replica->alias() == alias)
            return &replica->runner();
    }
    return nullptr;
}

QStringList RoutingRunner::aliases() const
{
    QStringList all{m_shared->primary->alias()};
    for (const auto &replica : m_shared->replicas)
        all << replica->alias();
    return all;
}

std::vector<RoutingRunner::ReplicaState> RoutingRunner::replicas() const
{
    std::vector<ReplicaState> states;
    for (const auto &replica : m_shared->replicas)
        states.push_back(replica->state());
    return states;
}

Runner::Stats RoutingRunner::stats() const
{
    Stats all = m_shared->primary->stats();
    for (const auto &replica : m_shared->replicas) {
        const Stats one = replica->runner().stats();
        all.open += one.open;
        all.busy += one.busy;
        all.idle += one.idle;
        all.queued += one.queued;
        all.limit += one.limit;
        all.leases += one.leases;
    }
    return all;
}

void RoutingRunner::setTraceSink(TraceSink *sink)
{
    m_shared->primary->setTraceSink(sink);
    for (const auto &replica : m_shared->replicas)
        replica->runner().setTraceSink(sink);
}

void RoutingRunner::cancelSync(std::uint16_t traceThread)
{
    m_shared->primary->cancelSync(traceThread);
    for (const auto &replica : m_shared->replicas)
        replica->runner().cancelSync(traceThread);
}

void RoutingRunner::shutdown(std::chrono::milliseconds within)
{
    m_shared->watch.stop();
    // All at once: each of them may need the whole time.
    std::vector<std::thread> closing;
    for (const auto &replica : m_shared->replicas)
        closing.emplace_back([&replica, within] { replica->runner().shutdown(within); });
    m_shared->primary->shutdown(within);
    for (std::thread &thread : closing)
        thread.join();
    if (m_watch.joinable())
        m_watch.join();
}

std::shared_ptr<Runner::Session> RoutingRunner::openSession(const PlanContext &context)
{
    if (const std::exception_ptr refusal = detail::forgottenTransaction(this, context))
        std::rethrow_exception(refusal);
    return m_shared->primary->openSession(context);
}

bool RoutingRunner::inTransactionHere() const
{
    return m_shared->primary->inTransactionHere();
}

void RoutingRunner::runHere(JobBase &job, const PlanContext &context)
{
    if (isForPrimary(context) || inTransactionHere()) {
        m_shared->primary->runJob(job, context);
        return;
    }
    Route route(job);
    route.place(m_shared->choose({}));
    for (;;) {
        SyncStay stay(route);
        try {
            Runner &runner = route.replica() ? route.replica()->runner() : *m_shared->primary;
            runner.runJob(stay, context);
        } catch (...) {
            if (!route.outlives(std::current_exception()))
                throw;
        }
        if (!route.wantsOn())
            return;
        route.place(route.needsPrimary() ? nullptr : m_shared->choose(route.tried()));
    }
}

void RoutingRunner::enqueue(std::unique_ptr<JobBase> job, const PlanContext &context)
{
    const std::exception_ptr refusal =
        context.joins ? nullptr : detail::forgottenTransaction(this, context);
    if (refusal) {
        job->fail(refusal);
        return;
    }
    if (isForPrimary(context)) {
        m_shared->primary->enqueueJob(std::move(job), context);
        return;
    }
    using Stay = AsyncStay<Shared>;
    auto trip = std::make_unique<Stay::Trip>(std::move(job));
    trip->context = context;
    if (trip->context.createdNs == 0)
        trip->context.createdNs = monotonicNs();
    trip->shared = m_shared;
    Stay::goOn(std::move(trip));
}

} // namespace heddle
