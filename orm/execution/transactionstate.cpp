#include "orm/execution/transactionstate.h"

#include "orm/values/errors.h"

#include <algorithm>
#include <atomic>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

TransactionState::BlockId nextBlockId()
{
    static std::atomic<TransactionState::BlockId> next{1};
    return next.fetch_add(1, std::memory_order_relaxed);
}

QString shortText(const std::exception_ptr &error)
{
    try {
        std::rethrow_exception(error);
    } catch (const OrmError &e) {
        return e.qualifiedName() + u": "_s + e.message();
    } catch (const std::exception &e) {
        return QString::fromUtf8(e.what());
    } catch (...) {
        return u"an unknown error"_s;
    }
}

} // namespace

QByteArray standardBegin(const AtomicOptions &options)
{
    QByteArray sql = "BEGIN";
    if (options.isolation) {
        switch (*options.isolation) {
        case Isolation::ReadUncommitted:
            sql += " ISOLATION LEVEL READ UNCOMMITTED";
            break;
        case Isolation::ReadCommitted:
            sql += " ISOLATION LEVEL READ COMMITTED";
            break;
        case Isolation::RepeatableRead:
            sql += " ISOLATION LEVEL REPEATABLE READ";
            break;
        case Isolation::Serializable:
            sql += " ISOLATION LEVEL SERIALIZABLE";
            break;
        }
    }
    if (options.readOnly)
        sql += " READ ONLY";
    return sql;
}

// --- Blocks ---

TransactionState::BlockId TransactionState::enterOutermost(const AtomicOptions &options)
{
    reset();
    m_options = options;
    m_sinceNs = monotonicNs();
    m_blocks.push_back({nextBlockId(), {}});
    return m_blocks.back().id;
}

TransactionState::BlockId TransactionState::enterInner(QByteArray savepoint)
{
    m_blocks.push_back({nextBlockId(), std::move(savepoint)});
    return m_blocks.back().id;
}

TransactionState::Block TransactionState::leave(BlockId id)
{
    const bool known = std::any_of(m_blocks.begin(), m_blocks.end(),
                                   [id](const Block &block) { return block.id == id; });
    if (!known)
        throw TransactionManagementError(u"This block of the transaction has been left already."_s);
    if (m_blocks.back().id != id)
        throw TransactionManagementError(
            u"Blocks of a transaction close in order: an inner one is still open."_s);
    Block block = std::move(m_blocks.back());
    m_blocks.pop_back();
    return block;
}

QByteArray TransactionState::nextSavepoint()
{
    return "s" + QByteArray::number(++m_savepoints);
}

void TransactionState::reset()
{
    m_blocks.clear();
    m_callbacks.clear();
    m_options = {};
    m_cause = nullptr;
    m_sinceNs = 0;
    m_savepoints = 0;
    m_needsRollback = m_lost = m_unheard = false;
}

// --- The mark ---

void TransactionState::markForRollback(std::exception_ptr cause)
{
    if (!m_needsRollback)
        m_cause = std::move(cause); // the first error is the one to tell about
    m_needsRollback = true;
}

void TransactionState::clearMark()
{
    m_needsRollback = false;
    m_cause = nullptr;
}

void TransactionState::requireUsable() const
{
    if (const std::exception_ptr error = refusal())
        std::rethrow_exception(error);
}

std::exception_ptr TransactionState::refusal() const
{
    if (!m_needsRollback)
        return nullptr;
    return std::make_exception_ptr(TransactionManagementError(
        u"An error occurred in the current transaction. You can't execute queries until the end "
        "of the 'atomic' block."_s,
        m_cause ? u"the error was %1"_s.arg(shortText(m_cause)) : QString()));
}

std::exception_ptr TransactionState::takeRefusal()
{
    return std::exchange(m_unheard, false) && m_cause ? m_cause : refusal();
}

void TransactionState::connectionLost(std::exception_ptr cause, Loss loss)
{
    if (!isOpen())
        return;
    m_unheard = loss == Loss::Unheard && !m_needsRollback;
    markForRollback(std::move(cause));
    m_lost = true;
    m_callbacks.clear();
}

// --- on_commit ---

void TransactionState::addCallback(CommitCallback callback)
{
    Callback entry{{}, std::move(callback)};
    for (const Block &block : m_blocks) {
        if (!block.savepoint.isEmpty())
            entry.savepoints.push_back(block.savepoint);
    }
    m_callbacks.push_back(std::move(entry));
}

void TransactionState::dropCallbacksOf(const QByteArray &savepoint)
{
    std::erase_if(m_callbacks, [&](const Callback &entry) {
        return std::find(entry.savepoints.begin(), entry.savepoints.end(), savepoint) !=
               entry.savepoints.end();
    });
}

std::vector<CommitCallback> TransactionState::takeCallbacks()
{
    std::vector<CommitCallback> out;
    out.reserve(m_callbacks.size());
    for (Callback &entry : m_callbacks)
        out.push_back(std::move(entry.callback));
    m_callbacks.clear();
    return out;
}

// --- For drivers ---

bool TransactionState::isRefusedWhenMarked(TraceKind kind)
{
    switch (kind) {
    case TraceKind::Read:
    case TraceKind::Write:
    case TraceKind::Pragma:
    case TraceKind::Begin:
    case TraceKind::Savepoint:
        return true;
    case TraceKind::Commit:
    case TraceKind::Rollback:
    case TraceKind::ReleaseSavepoint:
    case TraceKind::RollbackToSavepoint:
    case TraceKind::Cell:
    case TraceKind::Coroutine:
    case TraceKind::Await:
    case TraceKind::Sleep:
    case TraceKind::Crossing:
    case TraceKind::LockWait:
    case TraceKind::Usage:
        return false;
    }
    return false;
}

void TransactionState::requireJoined(const char *method, const QString &site) const
{
    if (!isOpen() || !m_options.mustJoin)
        return;
    throw TransactionManagementError(
        u"%1() at %2 runs while its thread has a transaction open, and does not say whether it "
        "belongs to it."_s.arg(QString::fromUtf8(method && *method ? method : "run"), site),
        u"join it with .using(tx), or say .outside()"_s);
}

std::exception_ptr TransactionState::commitOutcomeUnknown(const std::exception_ptr &error)
{
    CommitOutcomeUnknown unknown(
        u"The connection was lost during COMMIT: whether the transaction was saved is not known. %1"_s
            .arg(shortText(error)),
        u"look whether the data are there before you do it again"_s);
    try {
        std::rethrow_exception(error);
    } catch (const OrmError &e) {
        unknown.database = e.database;
        unknown.line = e.line;
        unknown.column = e.column;
    } catch (...) { // it has nothing to add
    }
    return std::make_exception_ptr(unknown);
}

} // namespace heddle
