#include "orm/execution/idletransaction.h"

#include "orm/execution/transaction.h"
#include "orm/values/errors.h"

namespace heddle::detail {

namespace {

Plan<bool> endIdle(QString why)
{
    transactionState asking;
    TransactionState &state = co_await asking;
    if (!state.isOpen() || state.isLost())
        co_return false;
    Statement statement;
    statement.sql = "ROLLBACK";
    statement.kind = TraceKind::Rollback;
    send sending(std::move(statement));
    try {
        co_await sending;
    } catch (const OrmError &) {
        state.poison();
    }
    state.connectionLost(std::make_exception_ptr(OperationalError(why)));
    co_return true;
}

/// A plan of the session's own.
struct OwnJob final : Runner::JobBase {
    explicit OwnJob(Plan<bool> plan) : plan(std::move(plan)) {}
    PlanBase::Request *resume() override { return plan.resume(); }
    Plan<bool> plan;
};

} // namespace

QString idleTransactionText(const PoolOptions &options)
{
    return QStringLiteral("The transaction did nothing for %1 s and was rolled back.")
        .arg(double(options.idleTransactionLimit.count()) / 1000);
}

std::unique_ptr<Runner::JobBase> endIdleTransaction(const QString &why)
{
    return std::make_unique<OwnJob>(endIdle(why));
}

} // namespace heddle::detail
