#include "orm/execution/poolsession.h"

#include "orm/execution/idletransaction.h"
#include "orm/execution/poolcore.h"

#include <QLoggingCategory>

namespace heddle::detail {

namespace {

Q_LOGGING_CATEGORY(lcTransaction, "heddle.transaction")

using Clock = std::chrono::steady_clock;

double seconds(std::chrono::milliseconds time)
{
    return double(time.count()) / 1000;
}

} // namespace

class PoolSession::Job final : public Runner::JobBase {
public:
    explicit Job(std::shared_ptr<PoolSession> session) : m_session(std::move(session)) {}
    PlanBase::Request *resume() override
    {
        m_session->work();
        return nullptr;
    }
    void fail(std::exception_ptr error) override { m_session->abort(error); }

private:
    const std::shared_ptr<PoolSession> m_session;
};

PoolSession::PoolSession(std::shared_ptr<PoolCore> core, PlanContext context)
    : m_core(std::move(core)), m_context(std::move(context))
{
}

PoolSession::~PoolSession() = default;

std::unique_ptr<Runner::JobBase> PoolSession::workerJob()
{
    return std::make_unique<Job>(shared_from_this());
}

void PoolSession::enqueue(std::unique_ptr<Runner::JobBase> job, const PlanContext &context)
{
    QueuedPlan plan{std::move(job), context, monotonicNs()};
    if (plan.context.createdNs == 0)
        plan.context.createdNs = plan.queuedNs;
    std::exception_ptr refusal;
    {
        std::lock_guard lock(m_mutex);
        refusal = m_refusal;
        if (!refusal && m_ended)
            refusal = std::make_exception_ptr(TransactionManagementError(
                QStringLiteral("This transaction has ended: nothing can join it any more.")));
        if (!refusal)
            m_queue.push_back(std::move(plan));
        m_changed.notify_one();
    }
    if (refusal)
        plan.job->fail(refusal);
}

void PoolSession::end()
{
    std::lock_guard lock(m_mutex);
    m_ended = true;
    m_changed.notify_one();
}

void PoolSession::abort(std::exception_ptr why)
{
    std::deque<QueuedPlan> refused;
    {
        std::lock_guard lock(m_mutex);
        m_ended = true;
        m_refusal = why;
        refused.swap(m_queue);
        m_changed.notify_one();
    }
    for (QueuedPlan &plan : refused)
        plan.job->fail(why);
}

PoolSession::Next PoolSession::waitForPlan(QueuedPlan &plan, Clock::time_point until)
{
    std::unique_lock lock(m_mutex);
    const bool something =
        m_changed.wait_until(lock, until, [this] { return m_ended || !m_queue.empty(); });
    if (!something)
        return Next::Idle;
    if (m_queue.empty())
        return Next::Ended;
    plan = std::move(m_queue.front());
    m_queue.pop_front();
    return Next::Plan;
}

/// The next plan; false at the end of the session. A transaction that waits for its own program is
/// first named in the log, then rolled back.
bool PoolSession::takeOrIdle(Lease &lease, QueuedPlan &plan)
{
    const PoolOptions &options = m_core->options();
    const Clock::time_point begin = Clock::now();
    bool warned = false, over = false;
    for (;;) {
        const bool watched = lease.transactions().isOpen() && !over;
        const auto patience = !watched  ? std::chrono::milliseconds(std::chrono::hours(1))
                              : !warned ? options.idleTransactionWarning
                                        : options.idleTransactionLimit;
        switch (waitForPlan(plan, watched ? begin + patience : Clock::now() + patience)) {
        case Next::Plan:
            return true;
        case Next::Ended:
            return false;
        case Next::Idle:
            break;
        }
        if (!watched)
            continue;
        if (!warned && options.idleTransactionWarning < options.idleTransactionLimit) {
            qCWarning(lcTransaction, "a transaction has done nothing for %g s (%s)",
                      seconds(options.idleTransactionWarning),
                      qUtf8Printable(callSiteText(m_context.site)));
        } else {
            rollBackIdle(lease);
            over = true;
        }
        warned = true;
    }
}

void PoolSession::rollBackIdle(Lease &lease)
{
    const QString why = idleTransactionText(m_core->options());
    qCWarning(lcTransaction, "%s (%s)", qUtf8Printable(why),
              qUtf8Printable(callSiteText(m_context.site)));
    QueuedPlan plan{endIdleTransaction(why), m_context, monotonicNs()};
    m_core->driveOn(lease, plan, monotonicNs());
}

void PoolSession::work()
{
    Lease &lease = PoolCore::workerLease();
    lease.beginHold(m_context.site, monotonicNs());
    QueuedPlan plan;
    while (takeOrIdle(lease, plan)) {
        m_core->driveOn(lease, plan, monotonicNs());
        plan = {};
    }
    lease.endHold();
}

} // namespace heddle::detail
