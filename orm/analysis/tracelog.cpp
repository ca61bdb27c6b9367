#include "orm/analysis/tracelog.h"

#include <algorithm>
#include <limits>
#include <map>

namespace heddle::analysis {

TraceLog::TraceLog(const std::vector<TraceRecord> &records)
{
    m_all.reserve(records.size());
    for (const TraceRecord &record : records)
        m_all.push_back(&record);
    std::sort(m_all.begin(), m_all.end(),
              [](const auto *a, const auto *b) { return a->id < b->id; });
    for (const TraceRecord *record : m_all)
        if (record->set != 0 && record->kind != TraceKind::Usage)
            m_sets.insert(record->set, record);
    for (const TraceRecord *record : m_all) {
        if (record->kind == TraceKind::Coroutine)
            m_coroutines[{record->run, record->lane}] = spanOf(*record);
        else if (record->kind == TraceKind::Await)
            m_awaits[{record->run, record->lane}].push_back(record->createdNs);
    }
    for (auto &[lane, awaits] : m_awaits)
        std::sort(awaits.begin(), awaits.end());
    findTransactions();
}

/// The savepoint that a statement is about: its last word.
static QByteArray nameIn(const QByteArray &sql)
{
    return sql.mid(sql.lastIndexOf(' ') + 1);
}

/// Statements of one connection begin in the order of their ids, so the brackets can be matched
/// without looking at any clock.
void TraceLog::findTransactions()
{
    std::map<std::uint32_t, std::vector<std::size_t>> open; // by connection, outermost first
    for (const TraceRecord *record : m_all) {
        std::vector<std::size_t> &stack = open[record->connection];
        switch (record->kind) {
        case TraceKind::Begin:
            stack.clear(); // what never ended: its connection was lost
            [[fallthrough]];
        case TraceKind::Savepoint:
            if (record->outcome == TraceOutcome::Failed)
                break;
            if (!stack.empty())
                m_transactions[stack.back()].inner.push_back(m_transactions.size());
            stack.push_back(m_transactions.size());
            m_transactions.push_back({record, nullptr, {}, {}});
            break;
        case TraceKind::Commit:
        case TraceKind::Rollback:
            if (!stack.empty())
                m_transactions[stack.front()].end = record;
            stack.clear();
            break;
        case TraceKind::ReleaseSavepoint:
        case TraceKind::RollbackToSavepoint:
            // A rollback to a savepoint may be followed by its release: the first one tells.
            if (!stack.empty() &&
                nameIn(m_transactions[stack.back()].begin->sql) == nameIn(record->sql)) {
                m_transactions[stack.back()].end = record;
                stack.pop_back();
            }
            break;
        case TraceKind::Read:
        case TraceKind::Write:
            if (!stack.empty()) {
                m_transactions[stack.back()].statements.push_back(record);
                m_transactionOf.insert(record->id, stack.back());
            }
            break;
        case TraceKind::Cell:
        case TraceKind::Coroutine:
        case TraceKind::Await:
        case TraceKind::Sleep:
        case TraceKind::Pragma:
        case TraceKind::Crossing:
        case TraceKind::LockWait:
        case TraceKind::Usage:
            break;
        }
    }
}

std::optional<std::size_t> TraceLog::transactionOf(const TraceRecord &record) const
{
    const auto found = m_transactionOf.constFind(record.id);
    return found == m_transactionOf.constEnd() ? std::nullopt : std::optional(*found);
}

bool isQuery(const TraceRecord &record)
{
    return record.kind == TraceKind::Read || record.kind == TraceKind::Write;
}

std::int64_t durationOf(const TraceRecord &record)
{
    const TraceSpan span = spanOf(record);
    return span.endNs - span.startNs;
}

Severity severityOf(int queries)
{
    constexpr int fewestForWarning = 10, fewestForSevere = 50;
    if (queries >= fewestForSevere)
        return Severity::Severe;
    return queries >= fewestForWarning ? Severity::Warning : Severity::Info;
}

Finding findingAbout(Rule rule, Severity severity, const Records &group)
{
    Finding finding;
    finding.rule = rule;
    finding.severity = severity;
    finding.site = group.front()->site;
    finding.origin = group.front()->origin;
    finding.relation = group.front()->relation;
    finding.model = group.front()->label.split(' ').front(); // "Book", "Book · COUNT(*)"
    finding.queries = int(group.size());
    for (const TraceRecord *r : group) {
        finding.totalNs += durationOf(*r);
        finding.records.push_back(r->id);
    }
    return finding;
}

bool TraceLog::inParallel(const Records &group) const
{
    for (std::size_t i = 1; i < group.size(); ++i)
        if (group[i]->async && isAskedBeside(*group[i - 1], *group[i]))
            return true;
    return false;
}

/// The whole run, where no record tells: the lane of the cell itself.
TraceSpan TraceLog::lifeOf(Lane lane) const
{
    const auto found = m_coroutines.find(lane);
    return found == m_coroutines.end() ? TraceSpan{0, std::numeric_limits<std::int64_t>::max()}
                                       : found->second;
}

bool TraceLog::isAskedBeside(const TraceRecord &earlier, const TraceRecord &later) const
{
    if (earlier.lane == 0 || later.lane == 0)
        return spanOf(later).startNs < earlier.lastRowNs;
    const Lane one{earlier.run, earlier.lane}, other{later.run, later.lane};
    if (one != other)
        return lifeOf(one).startNs < lifeOf(other).endNs &&
               lifeOf(other).startNs < lifeOf(one).endNs;
    const auto awaits = m_awaits.find(one);
    if (awaits == m_awaits.end())
        return true;
    const auto next =
        std::upper_bound(awaits->second.begin(), awaits->second.end(), earlier.createdNs);
    return next == awaits->second.end() || *next > later.createdNs;
}

} // namespace heddle::analysis
