#include "orm/execution/transaction.h"

#include "orm/values/errors.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Savepoints have names of our own making, but what savepoint_commit() is given comes from users.
QByteArray quoted(const QByteArray &name)
{
    return '"' + QByteArray(name).replace('"', "\"\"") + '"';
}

/// Sends a statement that ends or begins something; its error, or null. (A coroutine cannot wait
/// inside a catch clause.)
Plan<std::exception_ptr> attempt(QByteArray sql, TraceKind kind)
{
    Statement statement;
    statement.sql = std::move(sql);
    statement.kind = kind;
    send sending(std::move(statement));
    std::exception_ptr error;
    try {
        co_await sending;
    } catch (...) {
        error = std::current_exception();
    }
    co_return error;
}

/// ROLLBACK TO and RELEASE: the savepoint will not be used again. The first error, or null.
Plan<std::exception_ptr> undo(QByteArray savepoint)
{
    Plan<std::exception_ptr> rollingBack =
        attempt("ROLLBACK TO SAVEPOINT " + quoted(savepoint), TraceKind::RollbackToSavepoint);
    std::exception_ptr error = co_await std::move(rollingBack);
    if (error)
        co_return error;
    Plan<std::exception_ptr> releasing =
        attempt("RELEASE SAVEPOINT " + quoted(savepoint), TraceKind::ReleaseSavepoint);
    error = co_await std::move(releasing);
    co_return error;
}

/// The end of the outermost block.
Plan<std::exception_ptr> endTransaction(TransactionState &state, bool commit)
{
    std::exception_ptr failure;
    if (commit) {
        Plan<std::exception_ptr> committing = attempt("COMMIT", TraceKind::Commit);
        failure = co_await std::move(committing);
    }
    if (!commit || failure) {
        Plan<std::exception_ptr> rollingBack = attempt("ROLLBACK", TraceKind::Rollback);
        if (co_await std::move(rollingBack))
            state.poison();
    }
    co_return failure;
}

/// The end of a block inside another one.
Plan<std::exception_ptr> endSavepoint(TransactionState &state, QByteArray savepoint, bool keep)
{
    if (keep) {
        if (savepoint.isEmpty())
            co_return nullptr;
        Plan<std::exception_ptr> releasing =
            attempt("RELEASE SAVEPOINT " + quoted(savepoint), TraceKind::ReleaseSavepoint);
        const std::exception_ptr failure = co_await std::move(releasing);
        if (failure) {
            Plan<std::exception_ptr> undoing = undo(savepoint);
            if (co_await std::move(undoing))
                state.markForRollback(failure);
            state.dropCallbacksOf(savepoint);
        }
        co_return failure;
    }
    if (savepoint.isEmpty()) {
        co_return nullptr; // the mark stays for the block around it
    }
    state.clearMark();
    state.dropCallbacksOf(savepoint);
    Plan<std::exception_ptr> undoing = undo(savepoint);
    if (const std::exception_ptr failure = co_await std::move(undoing))
        state.markForRollback(failure);
    co_return nullptr;
}

} // namespace

Plan<TransactionState::BlockId> enterBlock(AtomicOptions options)
{
    transactionState asking;
    TransactionState &state = co_await asking;
    if (!state.isOpen()) {
        Plan<std::exception_ptr> beginning = attempt(state.beginSql(options), TraceKind::Begin);
        if (const std::exception_ptr failure = co_await std::move(beginning))
            std::rethrow_exception(failure);
        co_return state.enterOutermost(options);
    }
    if (options.durable)
        throw RuntimeError(
            u"A durable atomic block cannot be nested within another atomic block."_s);
    if (options.isolation || options.readOnly)
        throw TransactionManagementError(
            u"Isolation level and read only are the outermost atomic block's to say."_s);
    if (!options.savepoint || state.needsRollback())
        co_return state.enterInner({});
    QByteArray name = state.nextSavepoint();
    Plan<std::exception_ptr> setting = attempt("SAVEPOINT " + quoted(name), TraceKind::Savepoint);
    if (const std::exception_ptr failure = co_await std::move(setting))
        std::rethrow_exception(failure);
    co_return state.enterInner(std::move(name));
}

Plan<std::vector<CommitCallback>> leaveBlock(TransactionState::BlockId id, bool succeeded)
{
    transactionState asking;
    TransactionState &state = co_await asking;
    const TransactionState::Block block = state.leave(id);
    const bool outermost = !state.isOpen();
    if (state.isLost()) {
        const std::exception_ptr cause = state.cause();
        if (outermost)
            state.reset();
        if (succeeded && outermost && cause)
            std::rethrow_exception(cause);
        if (succeeded && outermost)
            throw OperationalError(
                u"The connection was lost inside the transaction: nothing of it was saved."_s);
        co_return std::vector<CommitCallback>();
    }
    const bool keep = succeeded && !state.needsRollback();
    if (!outermost) {
        if (!keep)
            state.markForRollback(nullptr); // until a savepoint has undone it
        Plan<std::exception_ptr> ending = endSavepoint(state, block.savepoint, keep);
        if (const std::exception_ptr failure = co_await std::move(ending))
            std::rethrow_exception(failure);
        co_return std::vector<CommitCallback>();
    }
    std::vector<CommitCallback> callbacks = state.takeCallbacks();
    state.reset();
    Plan<std::exception_ptr> ending = endTransaction(state, keep);
    if (const std::exception_ptr failure = co_await std::move(ending))
        std::rethrow_exception(failure);
    if (!keep)
        callbacks.clear();
    co_return callbacks;
}

Plan<QByteArray> setSavepoint()
{
    transactionState asking;
    TransactionState &state = co_await asking;
    if (!state.isOpen())
        co_return QByteArray();
    QByteArray name = state.nextSavepoint();
    Plan<std::exception_ptr> setting = attempt("SAVEPOINT " + quoted(name), TraceKind::Savepoint);
    if (const std::exception_ptr failure = co_await std::move(setting))
        std::rethrow_exception(failure);
    co_return name;
}

Plan<bool> releaseSavepoint(QByteArray name)
{
    transactionState asking;
    TransactionState &state = co_await asking;
    if (!state.isOpen())
        co_return false;
    state.requireUsable();
    Plan<std::exception_ptr> releasing =
        attempt("RELEASE SAVEPOINT " + quoted(name), TraceKind::ReleaseSavepoint);
    if (const std::exception_ptr failure = co_await std::move(releasing))
        std::rethrow_exception(failure);
    co_return true;
}

Plan<bool> rollBackToSavepoint(QByteArray name)
{
    transactionState asking;
    TransactionState &state = co_await asking;
    if (!state.isOpen())
        co_return false;
    state.requireUsable();
    state.dropCallbacksOf(name);
    Plan<std::exception_ptr> rollingBack =
        attempt("ROLLBACK TO SAVEPOINT " + quoted(name), TraceKind::RollbackToSavepoint);
    if (const std::exception_ptr failure = co_await std::move(rollingBack))
        std::rethrow_exception(failure);
    co_return true;
}

Plan<bool> markBlock(std::exception_ptr cause)
{
    transactionState asking;
    try {
        TransactionState &state = co_await asking;
        if (state.isOpen())
            state.markForRollback(cause);
    } catch (const OrmError &) { // no connection to be had: then there is no block either
    }
    co_return true;
}

bool isWorthRetrying(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const OrmError &e) {
        if (!e.database)
            return false;
        const QString &code = e.database->serverCode;
        // MariaDB's numbers: a deadlock, a lock that was waited for too long.
        return code == "40001"_L1 || code == "40P01"_L1 || code.startsWith("SQLITE_BUSY"_L1) ||
               code == "1213"_L1 || code == "1205"_L1;
    } catch (...) {
        return false;
    }
}

} // namespace heddle
