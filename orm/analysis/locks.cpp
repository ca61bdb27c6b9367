#include "orm/analysis/tracelog.h"

#include <algorithm>
#include <map>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

namespace {

using Transaction = TraceLog::Transaction;

/// The statement that stood still: the one that was on the connection for most of the wait.
const TraceRecord *waiterOf(const TraceLog &log, const TraceRecord &wait)
{
    const TraceRecord *found = nullptr;
    std::int64_t most = 0;
    const TraceSpan waited = spanOf(wait);
    for (const TraceRecord *r : log.all()) {
        if (r->connection != wait.connection || r->connection == 0 ||
            r->kind == TraceKind::LockWait || r->kind == TraceKind::Usage)
            continue;
        if (r->id == wait.parent)
            return r;
        // While it was with the server: a BEGIN lasts until its transaction goes on.
        const std::int64_t startNs = r->sentNs != 0 ? r->sentNs : spanOf(*r).startNs;
        const std::int64_t endNs = r->lastRowNs != 0 ? r->lastRowNs : spanOf(*r).endNs;
        const std::int64_t common =
            std::min(endNs, waited.endNs) - std::max(startNs, waited.startNs);
        if (common > most) {
            most = common;
            found = r;
        }
    }
    return found;
}

/// The transaction that a connection had open at a moment.
const Transaction *openOn(const TraceLog &log, std::uint32_t connection, std::int64_t ns)
{
    for (const Transaction &transaction : log.transactions()) {
        if (!transaction.isOutermost() || transaction.begin->connection != connection)
            continue;
        const bool hasBegun = spanOf(*transaction.begin).startNs <= ns;
        const bool isOver = transaction.end && spanOf(*transaction.end).endNs < ns;
        if (hasBegun && !isOver)
            return &transaction;
    }
    return nullptr;
}

/// What most likely took the lock: the last write of the holder before the wait.
const TraceRecord *takerOf(const TraceLog &log, std::uint32_t connection, std::int64_t ns)
{
    const TraceRecord *taker = nullptr;
    for (const TraceRecord *r : log.all())
        if (r->connection == connection && r->kind == TraceKind::Write && r->sentNs != 0 &&
            r->sentNs <= ns)
            taker = r;
    return taker;
}

QString holderText(const TraceLog &log, const TraceRecord &wait)
{
    const LockWait &lock = *wait.lock;
    if (lock.holder == 0)
        return lock.holderName.isEmpty() ? u"somebody else"_s : QString::fromUtf8(lock.holderName);
    if (const Transaction *holder = openOn(log, lock.holder, wait.createdNs)) {
        const TraceRecord *taker = takerOf(log, lock.holder, wait.createdNs);
        QString text = u"the transaction of line %1"_s.arg(holder->begin->site.line);
        if (taker && log.transactionOf(*taker) && taker->site.line != holder->begin->site.line)
            text += u" (taken in line %1)"_s.arg(taker->site.line);
        return text;
    }
    if (const TraceRecord *taker = takerOf(log, lock.holder, wait.createdNs))
        return u"the write of line %1"_s.arg(taker->site.line);
    return u"connection %1"_s.arg(lock.holder);
}

/// Ended by the database, not by its turn: deadlock, timeout, cancel.
bool endedBadly(const TraceRecord &waiter)
{
    return waiter.outcome == TraceOutcome::Failed || waiter.outcome == TraceOutcome::Cancelled;
}

struct Waits {
    Records waiters; // in the order of ids, each once
    std::int64_t ns = 0;
    const TraceRecord *longest = nullptr;
    bool badly = false;
};

bool isRefusal(const QByteArray &error)
{
    for (const char *sign : {"could not serialize", "deadlock", "Deadlock", "database is locked",
                             "SerializationFailure", "snapshot"})
        if (error.contains(sign))
            return true;
    return false;
}

/// Why the database would not have a transaction; empty if it had no such reason to end.
QByteArray refusalOf(const Transaction &transaction)
{
    for (const TraceRecord *r : transaction.statements)
        if (isRefusal(r->error))
            return r->error;
    if (transaction.end && isRefusal(transaction.end->error)) // a COMMIT may be refused, too
        return transaction.end->error;
    return {};
}

} // namespace

void findLockWaits(const TraceLog &log, std::vector<Finding> &out)
{
    std::map<std::tuple<std::uint32_t, int, QString>, Waits> places;
    for (const TraceRecord *wait : log.all()) {
        if (wait->kind != TraceKind::LockWait || !wait->lock)
            continue;
        const TraceRecord *waiter = waiterOf(log, *wait);
        if (!waiter)
            continue;
        Waits &waits = places[{waiter->run, waiter->site.line, holderText(log, *wait)}];
        if (std::find(waits.waiters.begin(), waits.waiters.end(), waiter) == waits.waiters.end())
            waits.waiters.push_back(waiter);
        waits.ns += durationOf(*wait);
        waits.badly = waits.badly || endedBadly(*waiter);
        if (!waits.longest || durationOf(*wait) > durationOf(*waits.longest))
            waits.longest = wait;
    }
    for (auto &[place, waits] : places) {
        std::sort(waits.waiters.begin(), waits.waiters.end(),
                  [](const auto *a, const auto *b) { return a->id < b->id; });
        Finding finding = findingAbout(
            Rule::LockWait, waits.badly ? Severity::Warning : Severity::Info, waits.waiters);
        finding.totalNs = waits.ns;
        finding.relation.clear();
        const LockWait &lock = *waits.longest->lock;
        finding.message =
            u"waited %1 ms for %2 that %3 held"_s.arg(double(waits.ns) / 1e6, 0, 'f', 0)
                .arg(lock.on.isEmpty() ? u"a lock"_s : QString::fromUtf8(lock.on),
                     std::get<2>(place));
        if (waits.badly)
            finding.message += u", and the database gave up"_s;
        finding.fix = u"shorten the transaction that holds it, or take the locks in one order"_s;
        out.push_back(std::move(finding));
    }
}

void findRetries(const TraceLog &log, std::vector<Finding> &out)
{
    // A retry begins again at the same place, in the same coroutine or thread.
    using Place = std::tuple<std::uint32_t, int, int, std::uint16_t, std::uint16_t>;
    std::map<Place, std::vector<const Transaction *>> places;
    for (const Transaction &transaction : log.transactions())
        if (transaction.isOutermost()) {
            const TraceRecord &begin = *transaction.begin;
            const std::uint16_t thread = begin.async ? 0 : begin.thread;
            places[{begin.run, begin.site.line, begin.site.column, begin.lane, thread}].push_back(
                &transaction);
        }
    for (const auto &[place, attempts] : places) {
        Records refused;
        QByteArray why;
        for (std::size_t i = 0; i + 1 < attempts.size(); ++i) {
            const QByteArray reason = refusalOf(*attempts[i]);
            if (reason.isEmpty() || !attempts[i]->isRolledBack())
                continue;
            refused.push_back(attempts[i]->begin);
            why = reason;
        }
        if (refused.empty())
            continue;
        Finding finding = findingAbout(Rule::Retried, Severity::Info, refused);
        finding.message = refused.size() == 1
                              ? u"this transaction was run again: %1"_s.arg(QString::fromUtf8(why))
                              : u"this transaction was run again %1 times: %2"_s.arg(refused.size())
                                    .arg(QString::fromUtf8(why));
        finding.fix = u"take the locks in one order, or select_for_update() first"_s;
        out.push_back(std::move(finding));
    }
}

} // namespace heddle::analysis
