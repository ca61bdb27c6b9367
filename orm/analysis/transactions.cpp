#include "orm/analysis/tracelog.h"

#include <algorithm>
#include <map>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

namespace {

// The engine itself warns after so long (its default setting).
constexpr std::int64_t idleLimitNs = 5'000'000'000;
constexpr std::int64_t longLimitNs = 10'000'000'000;
// Fewer writes on their own are what a form or a script does, not a loop over a table.
constexpr int fewestWrites = 10;

using Transaction = TraceLog::Transaction;

/// All that ran between its ends, inner blocks included, in the order of ids.
Records wholeOf(const TraceLog &log, const Transaction &transaction)
{
    Records all = {transaction.begin};
    std::vector<const Transaction *> todo = {&transaction};
    while (!todo.empty()) {
        const Transaction *t = todo.back();
        todo.pop_back();
        all.insert(all.end(), t->statements.begin(), t->statements.end());
        for (const std::size_t inner : t->inner)
            todo.push_back(&log.transactions()[inner]);
    }
    if (transaction.end)
        all.push_back(transaction.end);
    std::sort(all.begin(), all.end(), [](const auto *a, const auto *b) { return a->id < b->id; });
    return all;
}

QString secondsText(std::int64_t ns)
{
    return QString::number(double(ns) / 1e9, 'f', 1);
}

void findTimes(const Transaction &transaction, const Records &whole, std::vector<Finding> &out)
{
    std::int64_t longest = 0;
    const TraceRecord *after = nullptr;
    for (std::size_t i = 1; i < whole.size(); ++i) {
        const std::int64_t gap = spanOf(*whole[i]).startNs - spanOf(*whole[i - 1]).endNs;
        if (gap > longest) {
            longest = gap;
            after = whole[i - 1];
        }
    }
    if (longest >= idleLimitNs) {
        Finding finding = findingAbout(Rule::IdleInTransaction, Severity::Warning, {after});
        finding.totalNs = longest;
        finding.message =
            u"the transaction of line %1 stood idle for %2 s after this, holding its locks"_s
                .arg(transaction.begin->site.line)
                .arg(secondsText(longest));
        out.push_back(std::move(finding));
    }
    const std::int64_t openNs = spanOf(*whole.back()).endNs - spanOf(*whole.front()).startNs;
    if (openNs >= longLimitNs) {
        Finding finding = findingAbout(Rule::LongTransaction, Severity::Warning, whole);
        finding.totalNs = openNs;
        finding.message = u"the transaction was open for %1 s"_s.arg(secondsText(openNs));
        out.push_back(std::move(finding));
    }
}

void findNesting(const TraceLog &log, const Transaction &transaction, std::vector<Finding> &out)
{
    if (!transaction.end || transaction.inner.size() != 1 || !transaction.statements.empty())
        return;
    const Transaction &inner = log.transactions()[transaction.inner.front()];
    // A block that was rolled back was there to be rolled back alone.
    if (!inner.end || inner.isRolledBack() ||
        inner.begin->site.line == transaction.begin->site.line)
        return;
    Finding finding = findingAbout(Rule::NestedWithoutNeed, Severity::Info, {inner.begin});
    finding.queries = 2; // the savepoint and its release
    finding.message =
        u"this block is all that the transaction of line %1 holds: its savepoint is not needed"_s
            .arg(transaction.begin->site.line);
    finding.fix = u"one of the two blocks"_s;
    out.push_back(std::move(finding));
}

void findLostWork(const Transaction &transaction, const Records &whole, std::vector<Finding> &out)
{
    if (!transaction.isRolledBack())
        return;
    Records writes;
    QByteArray why;
    for (const TraceRecord *r : whole) {
        if (r->kind == TraceKind::Write && r->outcome == TraceOutcome::Ok)
            writes.push_back(r);
        if (why.isEmpty() && isQuery(*r))
            why = r->error;
    }
    if (int(writes.size()) < fewestWrites)
        return;
    Finding finding = findingAbout(Rule::RolledBack, Severity::Info, writes);
    finding.site = transaction.begin->site;
    finding.message =
        u"%1 writes were undone: %2"_s.arg(writes.size())
            .arg(why.isEmpty() ? u"the block was left by an exception"_s : QString::fromUtf8(why));
    out.push_back(std::move(finding));
}

void findLooseWrites(const TraceLog &log, std::vector<Finding> &out)
{
    std::map<std::pair<std::uint32_t, int>, Records> groups;
    for (const TraceRecord *r : log.all())
        if (r->kind == TraceKind::Write && r->site.line > 0 && !log.transactionOf(*r))
            groups[{r->run, r->site.line}].push_back(r);
    for (const auto &[key, group] : groups) {
        if (int(group.size()) < fewestWrites)
            continue;
        Finding finding = findingAbout(Rule::WriteOutsideTransaction, Severity::Info, group);
        finding.message =
            u"%1 writes were each a transaction of their own: slower, and done by half if one fails"_s
                .arg(group.size());
        finding.fix = u"with transaction.atomic(): around them"_s;
        out.push_back(std::move(finding));
    }
}

} // namespace

void findTransactions(const TraceLog &log, std::vector<Finding> &out)
{
    for (const Transaction &transaction : log.transactions()) {
        if (!transaction.isOutermost())
            continue;
        const Records whole = wholeOf(log, transaction);
        findTimes(transaction, whole, out);
        findLostWork(transaction, whole, out);
        findNesting(log, transaction, out);
    }
    findLooseWrites(log, out);
}

} // namespace heddle::analysis
