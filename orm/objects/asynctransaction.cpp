#include "orm/objects/asynctransaction.h"

#include "orm/objects/joinedrunner.h"
#include "orm/values/errors.h"

#include <QPromise>
#include <QTimer>

namespace heddle {

namespace {

Plan<bool> addCallback(CommitCallback callback)
{
    transactionState asking;
    TransactionState &state = co_await asking;
    if (state.isOpen())
        state.addCallback(std::move(callback));
    co_return state.isOpen();
}

Plan<bool> mark(bool rollback)
{
    transactionState asking;
    TransactionState &state = co_await asking;
    if (rollback)
        state.markForRollback(nullptr);
    else
        state.clearMark();
    co_return rollback;
}

Plan<bool> askMark()
{
    transactionState asking;
    TransactionState &state = co_await asking;
    co_return state.needsRollback();
}

PlanContext joining(const char *method)
{
    PlanContext context;
    context.method = method;
    context.joins = true;
    return context;
}

bool isInSession(const Database &database)
{
    return dynamic_cast<detail::SessionRunner *>(&database.runner()) != nullptr;
}

} // namespace

// --- AsyncTransaction ---

AsyncTransaction::AsyncTransaction(const Database &database,
                                   std::shared_ptr<Runner::Session> session)
    : m_database(
          database.through(std::make_shared<detail::SessionRunner>(database, std::move(session))))
{
}

void AsyncTransaction::onCommit(std::function<void()> callback, bool robust) const
{
    // What joins the transaction later comes after it on the same connection: nothing to wait for.
    m_database.runner().start(addCallback({std::move(callback), robust}), joining("on_commit"));
}

void AsyncTransaction::setRollback(bool rollback) const
{
    m_database.runner().start(mark(rollback), joining("set_rollback"));
}

QFuture<bool> AsyncTransaction::aneedsRollback() const
{
    return m_database.runner().start(askMark(), joining("get_rollback"));
}

// --- AsyncBlock ---

AsyncBlock::AsyncBlock(const Database &database, AtomicOptions options, PlanContext context)
    : m_options(options), m_context(std::move(context)), m_nested(isInSession(database)),
      m_transaction(m_nested ? database : database.direct(),
                    database.runner().openSession(m_context))
{
}

AsyncBlock::~AsyncBlock()
{
    end();
}

std::shared_ptr<detail::TaskTransaction> AsyncBlock::taskTransaction() const
{
    if (m_nested)
        return nullptr;
    auto own = std::make_shared<detail::TaskTransaction>();
    own->runner = &m_transaction.database().direct().runner();
    own->outer = detail::currentTaskTransaction();
    return own;
}

detail::SessionRunner &AsyncBlock::runner() const
{
    return static_cast<detail::SessionRunner &>(m_transaction.database().runner());
}

QFuture<TransactionState::BlockId> AsyncBlock::enter()
{
    return runner().start(enterPlan(), m_context);
}

QFuture<std::vector<CommitCallback>> AsyncBlock::leave(bool succeeded)
{
    QFuture<std::vector<CommitCallback>> future = runner().start(leavePlan(succeeded), m_context);
    end();
    return future;
}

void AsyncBlock::end()
{
    runner().end();
}

std::optional<std::chrono::milliseconds> AsyncBlock::retryDelay(const std::exception_ptr &error,
                                                                int attempt) const
{
    if (m_nested || attempt >= m_options.retries || !isWorthRetrying(error))
        return std::nullopt;
    return retryPause(attempt);
}

namespace detail {

bool isCancellation(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const QueryCancelled &) {
        return true;
    } catch (...) {
        return false;
    }
}

} // namespace detail

QFuture<void> sleepFor(std::chrono::milliseconds time)
{
    auto promise = std::make_shared<QPromise<void>>();
    promise->start();
    QTimer::singleShot(time, [promise] { promise->finish(); });
    return promise->future();
}

} // namespace heddle
