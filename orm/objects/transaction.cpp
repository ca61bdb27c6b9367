#include "orm/objects/transaction.h"

#include "orm/objects/joinedrunner.h"
#include "orm/values/errors.h"

#include <QLoggingCategory>
#include <QRandomGenerator>
#include <thread>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

Q_LOGGING_CATEGORY(lcTransaction, "heddle.transaction")

constexpr int firstDelayMs = 5;
constexpr int longestDelayMs = 1000;

/// Calls `what` with the state of the calling thread's connection, as a plan can. Nothing is sent.
template <typename T, typename F>
Plan<T> withState(F what)
{
    transactionState asking;
    TransactionState &state = co_await asking;
    co_return what(state);
}

PlanContext plainContext(const char *method)
{
    PlanContext context;
    context.method = method;
    context.joins = true;
    return context;
}

/// A handle of a transaction around this one, to which its own rows belong afterwards.
bool isJoined(const Database &database)
{
    return dynamic_cast<detail::JoiningRunner *>(&database.runner()) != nullptr;
}

[[noreturn]] void refuseFlag()
{
    throw TransactionManagementError(
        u"The rollback flag doesn't work outside of an 'atomic' block."_s);
}

} // namespace

// --- Transaction ---

Transaction::Transaction(const Database &database)
    : m_database(database.through(std::make_shared<detail::JoiningRunner>(database)))
{
}

void Transaction::onCommit(std::function<void()> callback, bool robust) const
{
    transactions::onCommit(m_database, std::move(callback), robust);
}

void Transaction::setRollback(bool rollback) const
{
    transactions::setRollback(m_database, rollback);
}

bool Transaction::needsRollback() const
{
    return transactions::getRollback(m_database);
}

QByteArray Transaction::savepoint() const
{
    return transactions::savepoint(m_database, plainContext("savepoint"));
}

void Transaction::releaseSavepoint(const QByteArray &name) const
{
    transactions::releaseSavepoint(m_database, name, plainContext("releaseSavepoint"));
}

void Transaction::rollBackTo(const QByteArray &savepoint) const
{
    transactions::rollBackTo(m_database, savepoint, plainContext("rollBackTo"));
}

// --- AtomicBlock ---

PlanContext AtomicBlock::blockContext(const std::source_location &at)
{
    PlanContext context;
    context.site = {int(at.line()), int(at.column()), at.file_name()};
    context.method = "atomic";
    context.joins = true;
    return context;
}

AtomicBlock::AtomicBlock(const Database &database, AtomicOptions options, PlanContext context)
    : m_outer(isJoined(database) ? database : database.direct()), m_options(options),
      m_context(std::move(context)), m_transaction(m_outer)
{
    m_outermost = !transactions::isOpen(m_outer);
    m_block = m_outer.runner().run(enterBlock(m_options), m_context);
    m_open = true;
}

AtomicBlock::~AtomicBlock()
{
    if (!m_open)
        return;
    qCWarning(lcTransaction,
              "an atomic block was neither committed nor rolled back: it is rolled "
              "back (%s)",
              qUtf8Printable(callSiteText(m_context.site)));
    rollback();
}

std::vector<CommitCallback> AtomicBlock::leave(bool succeeded)
{
    const AllowSync closing("the end of a transaction");
    m_open = false;
    static_cast<detail::JoiningRunner &>(m_transaction.m_database.runner()).end();
    return m_outer.runner().run(leaveBlock(m_block, succeeded), m_context);
}

void AtomicBlock::commit()
{
    if (!m_open)
        throw TransactionManagementError(u"This block of the transaction has been left already."_s);
    std::vector<CommitCallback> callbacks = leave(true);
    m_committing = true; // what goes wrong from here on is not the transaction's
    runCommitCallbacks(std::move(callbacks));
}

void AtomicBlock::rollback()
{
    if (!m_open)
        return;
    try {
        leave(false);
    } catch (const OrmError &e) { // the error that led here is the one that matters
        qCWarning(lcTransaction, "rolling back failed: %s", e.what());
    }
}

bool AtomicBlock::shouldRetry(const std::exception_ptr &error, int attempt) const
{
    if (!m_outermost || m_committing || attempt >= m_options.retries || !isWorthRetrying(error))
        return false;
    std::this_thread::sleep_for(retryPause(attempt));
    return true;
}

std::chrono::milliseconds retryPause(int attempt)
{
    const int longest = std::min(firstDelayMs << std::min(attempt, 10), longestDelayMs);
    return std::chrono::milliseconds(longest / 2 +
                                     QRandomGenerator::global()->bounded(longest / 2 + 1));
}

// --- django.db.transaction ---

void runCommitCallbacks(std::vector<CommitCallback> callbacks)
{
    for (CommitCallback &callback : callbacks) {
        if (!callback.robust) {
            callback.function();
            continue;
        }
        try {
            callback.function();
        } catch (const std::exception &e) {
            qCCritical(lcTransaction, "Error calling a function in on_commit() (%s).", e.what());
        }
    }
}

namespace transactions {

bool isOpen(const Database &database)
{
    Plan<bool> asking = withState<bool>([](TransactionState &state) { return state.isOpen(); });
    return database.runner().run(std::move(asking), plainContext("atomic"));
}

void onCommit(const Database &database, std::function<void()> callback, bool robust)
{
    CommitCallback entry{std::move(callback), robust};
    Plan<bool> adding = withState<bool>([&entry](TransactionState &state) {
        if (state.isOpen())
            state.addCallback(entry);
        return state.isOpen();
    });
    if (!database.runner().run(std::move(adding), plainContext("on_commit")))
        runCommitCallbacks({std::move(entry)});
}

void setRollback(const Database &database, bool rollback)
{
    Plan<bool> setting = withState<bool>([rollback](TransactionState &state) {
        if (!state.isOpen())
            refuseFlag();
        if (rollback)
            state.markForRollback(nullptr);
        else
            state.clearMark();
        return true;
    });
    database.runner().run(std::move(setting), plainContext("set_rollback"));
}

bool getRollback(const Database &database)
{
    Plan<bool> asking = withState<bool>([](TransactionState &state) {
        if (!state.isOpen())
            refuseFlag();
        return state.needsRollback();
    });
    return database.runner().run(std::move(asking), plainContext("get_rollback"));
}

QByteArray savepoint(const Database &database, const PlanContext &context)
{
    return database.runner().run(setSavepoint(), context);
}

void releaseSavepoint(const Database &database, const QByteArray &name, const PlanContext &context)
{
    database.runner().run(heddle::releaseSavepoint(name), context);
}

void rollBackTo(const Database &database, const QByteArray &name, const PlanContext &context)
{
    database.runner().run(rollBackToSavepoint(name), context);
}

} // namespace transactions

} // namespace heddle
