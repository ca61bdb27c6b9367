// Running plans on the connections that they have been given.

#include "orm/backends/postgres/postgresnativecore.h"
#include "orm/backends/postgres/postgresnativesession.h"
#include "orm/execution/poolmessages.h"

#include <QLoggingCategory>
#include <libpq-fe.h>

namespace heddle {

namespace {

Q_LOGGING_CATEGORY(lcTransaction, "heddle.transaction")

using Use = PostgresNativeConnection::Use;

std::exception_ptr cancelled()
{
    return std::make_exception_ptr(QueryCancelled(QStringLiteral("The query was cancelled.")));
}

bool wasCancelledByServer(const pg_result *failure)
{
    const char *state = failure ? PQresultErrorField(failure, PG_DIAG_SQLSTATE) : nullptr;
    return state && qstrcmp(state, "57014") == 0;
}

/// One statement of a plan that holds its connection, once nothing of the one before is left.
Plan<StatementResult> runAfter(PostgresSession &session, PostgresExecution &execution,
                               QByteArray sql)
{
    if (!session.isOpen())
        throw InterfaceError(QStringLiteral("The connection is closed."));
    Plan<bool> settling = session.settleCancel();
    const bool settled = co_await std::move(settling);
    if (!settled)
        throwPostgresRefusal<OperationalError>(
            QStringLiteral("A cancel request of the query before did not end; the connection was "
                           "given up."),
            session.context(sql));
    Plan<StatementResult> running = execution.run();
    co_return co_await std::move(running);
}

Plan<bool> forgetThenProve(PostgresSession &session)
{
    Plan<bool> proving = session.proveIdle();
    const bool idle = co_await std::move(proving);
    if (!idle)
        co_return false;
    Plan<void> forgetting = session.forgetStatements();
    co_await std::move(forgetting);
    co_return session.isIdle();
}

} // namespace

void PostgresNativeCore::lease(PostgresNativeConnection &connection, const PlanContext &context,
                               std::int64_t now)
{
    connection.leasedNs = now;
    connection.site = context.site;
    connection.sql.clear();
    connection.failed = false;
}

// --- Reads that share a connection ---

void PostgresNativeCore::share(PostgresNativeConnection &connection, PostgresPlanPtr plan)
{
    const std::int64_t now = monotonicNs();
    if (!plan->failed && plan->trace.isOn())
        plan->trace.leasedAt(now);
    // A text that all threads share is not touched for nothing.
    const QByteArray &sql = plan->request->statement->sql;
    if (sql.constData() != connection.sql.constData())
        connection.sql = sql;
    shareOn(connection, std::move(plan), now);
    if (connection.inFlight() == 0)
        release(connection);
}

void PostgresNativeCore::shareOn(PostgresNativeConnection &connection, PostgresPlanPtr plan,
                                 std::int64_t now)
{
    PostgresPlanPtr refused = connection.share(std::move(plan), now);
    if (!refused)
        return;
    if (refused->request->error) {
        refused->failed = true;
        refused->resume();
        goOnShared(connection, std::move(refused));
    } else {
        refused->sharable = false;
        displace(std::move(refused));
    }
}

void PostgresNativeCore::serveShared(PostgresNativeConnection &connection)
{
    PQconsumeInput(connection.session().handle()); // what fails shows in isLost()
    const std::int64_t now = monotonicNs();
    std::int64_t sinceNs = 0;
    int count = 0;
    while (std::optional<PostgresInFlight> ended = connection.nextEnded()) {
        if (++count == 1)
            sinceNs = std::max(ended->sentNs, connection.headSinceNs);
        if (ended->preparing)
            endPrepared(connection, std::move(*ended->preparing));
        else
            endOne(connection, std::move(*ended));
    }
    if (count > 0) {
        m_usualNs += (double(now - sinceNs) / count - m_usualNs) * std::min(count, 8) / 8;
        connection.headSinceNs = now;
    }
    if (connection.session().isLost())
        sharedIsLost(connection);
    else if (connection.inFlight() == 0)
        release(connection);
}

void PostgresNativeCore::endOne(PostgresNativeConnection &connection, PostgresInFlight ended)
{
    PostgresPlan &plan = *ended.plan;
    PlanBase::Request &request = *plan.request;
    const bool isCancelled = plan.isCanceled();
    const bool hit = wasCancelledByServer(plan.execution->failure()) &&
                     connection.session().cancel.wasRequested();
    if (!isCancelled && !request.error && (hit || (plan.execution->isStale() && !plan.wasStale))) {
        // It only reads, and nothing of it has been seen: again, elsewhere.
        if (plan.execution->isStale())
            plan.wasStale = connection.stale = connection.draining = true;
        plan.execution.reset();
        plan.trace.forget();
        displace(std::move(ended.plan));
        return;
    }
    try {
        request.result = plan.execution->end(ended.prepared);
        if (isCancelled)
            request.error = cancelled();
    } catch (...) {
        if (!request.error)
            request.error = detail::currentError();
    }
    plan.trace.end(request);
    if (request.sink && plan.trace.isOn())
        plan.trace.sunk(plan.execution->sunkRows(), plan.execution->sunkBytes());
    plan.execution.reset(); // it looks at the statement, which the plan takes away
    if (request.error)
        plan.failed = connection.failed = true;
    plan.resume();
    plan.trace.decoded();
    goOnShared(connection, std::move(ended.plan));
}

/// After a statement: the next one goes the same way if it may.
void PostgresNativeCore::goOnShared(PostgresNativeConnection &connection, PostgresPlanPtr plan)
{
    if (!plan->request) {
        finish(std::move(plan));
        return;
    }
    if (plan->isCanceled() && plan->request->statement) {
        plan->request->error = cancelled();
        plan->resume();
        goOnShared(connection, std::move(plan));
        return;
    }
    if (wayOf(*plan) != Way::Shared || connection.draining || connection.session().isLost()) {
        displace(std::move(plan));
        return;
    }
    shareOn(connection, std::move(plan), monotonicNs());
}

void PostgresNativeCore::endPrepared(PostgresNativeConnection &connection, PostgresPreparing ended)
{
    PostgresSession &session = connection.session();
    std::vector<PostgresPlanPtr> elsewhere;
    const bool hit = wasCancelledByServer(ended.failure.get()) && session.cancel.wasRequested();
    const bool indeterminate = indeterminateParameter(ended.failure.get()) > 0;
    if (hit || indeterminate) {
        elsewhere = std::move(ended.waiting);
        for (const PostgresPlanPtr &plan : elsewhere)
            plan->sharable = plan->sharable && !indeterminate;
    } else if (ended.failure || !ended.description) {
        for (PostgresPlanPtr &plan : ended.waiting) {
            plan->trace.begin(*plan->request->statement);
            plan->trace.leasedBy(connection.id());
            try {
                session.fail(ended.failure.get(), plan->request->statement->sql);
            } catch (...) {
                plan->request->error = std::current_exception();
            }
            plan->trace.end(*plan->request);
            plan->failed = connection.failed = true;
            plan->resume();
            plan->trace.decoded();
            goOnShared(connection, std::move(plan));
        }
    } else if (!session.describe(ended.description.get(), ended.statement)) {
        // Types that have to be looked up first: by a plan that holds its connection, once.
        connection.stale = connection.draining = true;
        elsewhere = std::move(ended.waiting);
        for (const PostgresPlanPtr &plan : elsewhere)
            plan->sharable = false;
    } else {
        elsewhere = connection.sendPrepared(std::move(ended), monotonicNs());
    }
    while (!elsewhere.empty()) { // the first of them to the front at last
        displace(std::move(elsewhere.back()));
        elsewhere.pop_back();
    }
}

/// All that was on its way ends with what the connection says. Nothing is sent again.
void PostgresNativeCore::sharedIsLost(PostgresNativeConnection &connection)
{
    for (PostgresInFlight &item : connection.takeFlight()) {
        if (item.preparing) {
            endPrepared(connection, std::move(*item.preparing));
        } else {
            if (!item.plan->execution->failure() && !item.plan->request->error) {
                try {
                    connection.session().fail(nullptr, item.plan->request->statement->sql);
                } catch (...) {
                    item.plan->request->error = std::current_exception();
                }
            }
            endOne(connection, std::move(item));
        }
    }
    connection.close();
}

// --- A plan or a session that holds its connection ---

void PostgresNativeCore::hold(PostgresNativeConnection &connection, PostgresPlanPtr plan)
{
    connection.use = Use::Held;
    if (plan->session) {
        connection.holder = plan->session;
        plan->session->connection = &connection;
        plan->session->idleSinceNs = monotonicNs();
        serveSession(*connection.holder);
        return;
    }
    if (!plan->failed)
        plan->trace.leasedAt(connection.leasedNs);
    connection.plan = std::move(plan);
    runHeld(connection);
}

void PostgresNativeCore::serveSession(PostgresNativeSession &session)
{
    PostgresNativeConnection *const connection = session.connection;
    if (!connection || connection->plan || connection->use != Use::Held)
        return;
    for (;;) {
        PostgresPlanPtr plan = session.takePlan();
        if (!plan) {
            session.idleSinceNs = monotonicNs();
            session.warned = false;
            if (session.isOver())
                release(*connection);
            return;
        }
        if (plan->isCanceled()) {
            plan->fail(cancelled());
            continue;
        }
        plan->resume();
        connection->site = plan->context().site;
        if (plan->request && connection->transactions.isOpen() && !plan->context().joins) {
            try {
                connection->transactions.requireJoined(plan->context().method,
                                                       callSiteText(plan->context().site));
            } catch (...) {
                plan->fail(std::current_exception());
                continue;
            }
        }
        plan->trace.leasedAt(monotonicNs());
        connection->plan = std::move(plan);
        runHeld(*connection);
        return;
    }
}

/// From statement to statement, until one has to be waited for or the plan has ended.
void PostgresNativeCore::runHeld(PostgresNativeConnection &connection)
{
    PostgresPlan &plan = *connection.plan;
    while (plan.request) {
        PlanBase::Request &request = *plan.request;
        TransactionState &state = connection.transactions;
        if (!request.statement) {
            request.transactions = &state;
        } else if (state.needsRollback() &&
                   TransactionState::isRefusedWhenMarked(request.statement->kind)) {
            request.error = state.takeRefusal(); // not sent: no record of it either
        } else if (beginStatement(connection)) {
            return;
        }
        plan.resume();
        plan.trace.decoded();
    }
    endHeld(connection);
}

/// True if the statement is on its way; else the request has its error.
bool PostgresNativeCore::beginStatement(PostgresNativeConnection &connection)
{
    PostgresPlan &plan = *connection.plan;
    PlanBase::Request &request = *plan.request;
    const Statement &statement = *request.statement;
    plan.trace.begin(statement);
    plan.trace.leasedBy(connection.id());
    if ((plan.isCanceled() || m_stopped) && !detail::mayStartAfterCancel(statement.kind)) {
        request.error = cancelled();
        plan.failed = true;
        plan.trace.end(request);
        return false;
    }
    connection.sql = statement.sql;
    connection.cancellable = !detail::isProtected(statement.kind);
    BatchSink *sink = request.sink;
    if (sink && !statement.gathers) {
        connection.rows = std::make_unique<PostgresRowQueue>(
            *sink,
            [core = weak_from_this()] {
                if (const auto known = core.lock())
                    known->wake();
            },
            m_rowThreads);
        connection.sink = [rows = connection.rows.get()](RowBatchPtr batch) {
            return rows->put(std::move(batch));
        };
        sink = &connection.sink;
    }
    connection.execution = std::make_unique<PostgresExecution>(
        connection.session(), statement, sink, plan.trace.times(), connection.rows.get());
    connection.work.emplace(runAfter(connection.session(), *connection.execution, statement.sql));
    connection.wait = static_cast<PostgresWait *>(connection.work->resume());
    if (connection.wait)
        return true;
    endStatement(connection);
    return false;
}

void PostgresNativeCore::resumeWork(PostgresNativeConnection &connection)
{
    connection.wait = static_cast<PostgresWait *>(connection.work->resume());
    if (connection.wait)
        return;
    endStatement(connection);
    connection.plan->resume();
    connection.plan->trace.decoded();
    runHeld(connection);
}

/// The statement's work is done: the request gets what came of it.
void PostgresNativeCore::endStatement(PostgresNativeConnection &connection)
{
    PostgresPlan &plan = *connection.plan;
    PlanBase::Request &request = *plan.request;
    connection.cancellable = false;
    try {
        request.result = connection.work->take();
    } catch (...) {
        request.error = detail::currentError();
    }
    plan.trace.end(request);
    if (request.sink && plan.trace.isOn())
        plan.trace.sunk(connection.execution->sunkRows(), connection.execution->sunkBytes());
    connection.work.reset();
    connection.execution.reset();
    connection.rows.reset();
    connection.sink = {};
    if (!request.error)
        return;
    plan.failed = connection.failed = true;
    if (request.statement->kind == TraceKind::Commit && connection.session().isLost())
        request.error = TransactionState::commitOutcomeUnknown(request.error);
}

void PostgresNativeCore::endHeld(PostgresNativeConnection &connection)
{
    PostgresPlanPtr plan = std::move(connection.plan);
    if (connection.holder) {
        finish(std::move(plan));
        serveSession(*connection.holder);
        return;
    }
    if (connection.transactions.isOpen()) {
        qCWarning(lcTransaction, "a plan left a transaction open: it is rolled back (%s)",
                  qUtf8Printable(callSiteText(plan->context().site)));
        connection.failed = true;
    }
    release(connection);
    finish(std::move(plan));
}

/// The server has ended what a session holds while it did nothing: the next plan is told.
void PostgresNativeCore::idleSessionIsLost(PostgresNativeConnection &connection)
{
    connection.failed = true;
    if (!connection.transactions.isOpen() || connection.transactions.isLost())
        return;
    try {
        connection.session().fail(nullptr, {});
    } catch (...) {
        connection.transactions.connectionLost(std::current_exception(),
                                               TransactionState::Loss::Unheard);
    }
}

// --- Giving it back ---

/// Nobody uses it any more. Nothing of what was done may be left on it.
void PostgresNativeCore::release(PostgresNativeConnection &connection)
{
    if (connection.use == Use::Closed)
        return;
    if (connection.use == Use::Shared)
        connection.endSharing();
    if (connection.holder) {
        connection.holder->connection = nullptr;
        if (connection.transactions.isOpen()) {
            qCWarning(lcTransaction, "a transaction was left open: it is rolled back (%s)",
                      qUtf8Printable(callSiteText(connection.site)));
            connection.failed = true;
        }
        connection.holder.reset();
    }
    const bool poisoned = connection.transactions.takePoison();
    connection.transactions.reset();
    PostgresSession &session = connection.session();
    if (poisoned || session.isLost())
        connection.close();
    else if (connection.stale)
        check(connection, forgetThenProve(session));
    else if (connection.failed || session.cancel.wasRequested() || !session.isIdle())
        check(connection, session.proveIdle());
    else
        becomeIdle(connection);
}

void PostgresNativeCore::check(PostgresNativeConnection &connection, Plan<bool> asking)
{
    connection.use = Use::Checking;
    connection.leasedNs = monotonicNs();
    connection.check.emplace(std::move(asking));
    resumeCheck(connection);
}

void PostgresNativeCore::resumeCheck(PostgresNativeConnection &connection)
{
    connection.wait = static_cast<PostgresWait *>(connection.check->resume());
    if (connection.wait)
        return;
    bool good = false;
    try {
        good = connection.check->take();
    } catch (...) { // a connection that cannot even tell is not kept
    }
    connection.check.reset();
    if (good)
        becomeIdle(connection);
    else
        connection.close();
}

void PostgresNativeCore::becomeIdle(PostgresNativeConnection &connection)
{
    connection.use = Use::Idle;
    connection.wait = nullptr;
    connection.draining = connection.stale = connection.failed = false;
    connection.usedNs = monotonicNs();
}

} // namespace heddle
