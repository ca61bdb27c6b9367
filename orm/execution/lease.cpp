#include "orm/execution/lease.h"
#include "orm/execution/poolmessages.h"

#include "orm/execution/statementtrace.h"
#include "orm/values/errors.h"

#include <QLoggingCategory>
#include <QRandomGenerator>

namespace heddle::detail {

namespace {

Q_LOGGING_CATEGORY(lcTransaction, "heddle.transaction")

constexpr std::int64_t second = 1'000'000'000;
// An idle connection is asked whether it lives after this long, and replaced after its lifetime;
// the jitter keeps connections that were opened together from being replaced together.
constexpr std::int64_t idleCheckNs = 30 * second;
constexpr std::int64_t lifetimeNs = 30 * 60 * second;

} // namespace

void Lease::begin(const PlanContext &context, std::int64_t nowNs)
{
    std::lock_guard lock(m_mutex);
    requireNotClosed();
    m_site = context.site;
    if (m_held)
        return;
    m_cancelAsked = false;
    m_sinceNs.store(nowNs, std::memory_order_relaxed);
}

/// The connection is free again: nothing of what was done may be left on it, but for a thread's
/// own transaction.
void Lease::end(const CallSite &site, bool failed, std::int64_t nowNs)
{
    if (m_transactions.isOpen() && !caller) {
        qCWarning(lcTransaction, "a plan left a transaction open: it is rolled back (%s)",
                  qUtf8Printable(callSiteText(site)));
        failed = true;
    }
    if (failed)
        settle(failed);
    m_usedNs = nowNs;
    m_sinceNs.store(0, std::memory_order_relaxed);
}

void Lease::beginHold(const CallSite &site, std::int64_t nowNs)
{
    PlanContext context;
    context.site = site;
    begin(context, nowNs);
    m_held = true;
    m_heldFailed = false;
}

void Lease::endHold()
{
    m_held = false;
    end(m_site, m_heldFailed, monotonicNs());
}

void Lease::drive(Runner::JobBase &job, PlanBase::Request *request, const PlanContext &context,
                  TraceSink *sink, std::int64_t queuedNs, std::int64_t nowNs, bool async)
{
    if (m_executing && !m_connection->canNest())
        throw WouldDeadlock(QStringLiteral(
            "A plan that holds a connection asked for a second one on the same thread while its "
            "rows are still being read; read them all first, or use another thread."));
    if (m_depth == 0) {
        if (m_transactions.isOpen() && !context.joins)
            m_transactions.requireJoined(context.method, callSiteText(context.site));
        begin(context, nowNs);
    }
    ++m_depth;
    StatementTrace trace(sink, context, queuedNs, nowNs, async);
    bool failed = false;
    while (request) {
        if (!request->statement) {
            if (!answerWithState(*request, nowNs))
                failed = true;
            request = job.resume();
            continue;
        }
        if (m_transactions.needsRollback() &&
            TransactionState::isRefusedWhenMarked(request->statement->kind)) {
            request->error = m_transactions.takeRefusal(); // not sent: no record of it either
            request = job.resume();
            continue;
        }
        trace.begin(*request->statement);
        try {
            connection(nowNs);
            runStatement(job, *request, trace);
        } catch (...) {
            request->error = std::current_exception();
            trace.end(*request);
        }
        if (request->error) {
            failed = true;
            noteFailure(*request->statement, *request);
        }
        request = job.resume();
        trace.decoded();
    }
    if (--m_depth == 0) {
        if (m_held)
            m_heldFailed = m_heldFailed || failed;
        else
            end(context.site, failed, nowNs);
    }
    trace.release();
}

/// Gives a plan that asks the state of this connection's transaction; false if there is no
/// connection to be had.
bool Lease::answerWithState(PlanBase::Request &request, std::int64_t nowNs)
{
    try {
        if (!m_transactions.isOpen())
            m_transactions.beginSql = connection(nowNs).beginSql();
        request.transactions = &m_transactions;
        return true;
    } catch (...) {
        request.error = std::current_exception();
        return false;
    }
}

/// What a failed statement means for the transaction around it.
void Lease::noteFailure(const Statement &statement, PlanBase::Request &request)
{
    if (!m_connection)
        return;
    if (statement.kind == TraceKind::Commit) {
        bool alive = false;
        try {
            alive = m_connection->isAlive();
        } catch (...) { // who cannot even tell is not
        }
        if (!alive)
            request.error = TransactionState::commitOutcomeUnknown(request.error);
    } else if (m_transactions.isOpen() && !m_connection->isInTransaction()) {
        // What comes next would be saved statement by statement.
        m_transactions.markForRollback(request.error);
    }
}

void Lease::runStatement(Runner::JobBase &job, PlanBase::Request &request, StatementTrace &trace)
{
    const Statement &statement = *request.statement;
    trace.leasedBy(m_connection->id());
    Runner::JobBase *const outer = beginStatement(job, statement);
    std::int64_t rows = 0, bytes = 0;
    const bool nested = std::exchange(m_executing, true);
    try {
        if (request.sink && trace.isOn()) {
            BatchSink counting = [&](RowBatchPtr batch) {
                rows += batch->rowCount();
                bytes += std::int64_t(batch->byteSize());
                return (*request.sink)(std::move(batch));
            };
            request.result = m_connection->execute(statement, &counting, trace.times());
        } else {
            request.result = m_connection->execute(statement, request.sink, trace.times());
        }
    } catch (...) {
        request.error = currentError();
    }
    m_executing = nested;
    endStatement(outer);
    trace.end(request);
    if (request.sink && trace.isOn())
        trace.sunk(rows, bytes);
}

Runner::JobBase *Lease::beginStatement(Runner::JobBase &job, const Statement &statement)
{
    std::lock_guard lock(m_mutex);
    requireNotClosed();
    if ((m_cancelAsked || job.isCanceled()) && !mayStartAfterCancel(statement.kind))
        throw QueryCancelled(QStringLiteral("The query was cancelled."));
    m_sql = statement.sql;
    Runner::JobBase *const outer = m_job;
    if (!outer && !isProtected(statement.kind))
        m_job = &job;
    return outer;
}

void Lease::endStatement(Runner::JobBase *outer)
{
    std::lock_guard lock(m_mutex);
    m_job = outer;
}

void Lease::requireNotClosed() const
{
    if (m_closed)
        throw OperationalError(QStringLiteral("This database has been closed."));
}

/// Opens the connection if there is none yet, or if the one there has served its time.
Connection &Lease::connection(std::int64_t nowNs)
{
    if (m_connection) {
        if (m_depth > 1 || m_transactions.isOpen())
            return *m_connection;
        const bool old = nowNs - m_openedNs > m_lifetimeNs;
        const bool doubtful = nowNs - m_usedNs > idleCheckNs;
        if (!(old && m_connection->proveIdle()) && !(doubtful && !m_connection->isAlive()))
            return *m_connection;
        closeConnection();
    }
    m_lacksConnection = true;
    std::unique_ptr<Connection> fresh = (*m_factory)();
    fresh->open();
    m_lacksConnection = false;
    m_openedNs = m_usedNs = nowNs;
    m_lifetimeNs = lifetimeNs - std::int64_t(QRandomGenerator::global()->bounded(5 * 60)) * second;
    std::lock_guard lock(m_mutex);
    m_connection = std::move(fresh);
    m_open.store(true, std::memory_order_relaxed);
    return *m_connection;
}

/// After a failed or cancelled plan: the connection stays only if nothing of the plan is left on
/// it. A sync caller's transaction is not touched, since it spans plans; what is not alive goes in
/// any case.
void Lease::settle(bool failed)
{
    if (!m_connection || !failed)
        return;
    bool keep = false;
    try {
        keep = !m_transactions.takePoison() &&
               (caller ? m_connection->isAlive() : m_connection->proveIdle());
    } catch (...) {
        keep = false; // a connection that cannot even tell is not kept
    }
    if (!keep)
        closeConnection();
    if (!caller)
        m_transactions.reset();
    else if (!keep)
        m_transactions.connectionLost(nullptr);
}

void Lease::closeConnection() noexcept
{
    std::unique_ptr<Connection> old;
    {
        std::lock_guard lock(m_mutex);
        old = std::move(m_connection);
        if (old)
            old->adopt();
        m_open.store(false, std::memory_order_relaxed);
    }
    if (!old)
        return;
    try {
        old->close();
    } catch (...) { // closing is the end: there is nobody left whom its failure would help
    }
}

void Lease::cancelIfAsked(bool everything)
{
    std::lock_guard lock(m_mutex);
    if (!m_job || !m_connection)
        return;
    m_cancelAsked = m_cancelAsked || everything;
    if (m_cancelAsked || m_job->isCanceled())
        m_connection->requestCancel();
}

bool Lease::askCancel()
{
    std::lock_guard lock(m_mutex);
    if (!m_job || !m_connection)
        return false;
    m_cancelAsked = true;
    m_connection->requestCancel();
    return true;
}

Lease::Holder Lease::holder() const
{
    std::lock_guard lock(m_mutex);
    return {m_site, m_sql, m_sinceNs.load(std::memory_order_relaxed)};
}

bool Lease::closeFromOutside() noexcept
{
    std::unique_lock lock(m_mutex);
    m_closed = true;
    if (isLeased())
        return false;
    lock.unlock();
    closeConnection();
    return true;
}

} // namespace heddle::detail
