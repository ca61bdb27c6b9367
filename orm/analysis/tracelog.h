#pragma once

#include "orm/analysis/finding.h"

#include <QHash>
#include <map>

namespace heddle::analysis {

using Records = std::vector<const TraceRecord *>;

/// The records of a trace in the order in which they began, and how they hang together. Keeps
/// pointers: the records must stay where they are.
class TraceLog {
public:
    explicit TraceLog(const std::vector<TraceRecord> &records);

    /// By id.
    const Records &all() const { return m_all; }
    /// What made the rows of an evaluation; null if that is not in the trace.
    const TraceRecord *evaluation(std::uint64_t set) const { return m_sets.value(set); }

    /// One block from BEGIN to its end, or from a savepoint to its.
    struct Transaction {
        const TraceRecord *begin = nullptr;
        const TraceRecord *end = nullptr; // null: still open
        Records statements;               // reads and writes; those of inner blocks are theirs
        std::vector<std::size_t> inner;   // indices into transactions()
        bool isOutermost() const { return begin->kind == TraceKind::Begin; }
        bool isRolledBack() const
        {
            return end && (end->kind == TraceKind::Rollback ||
                           end->kind == TraceKind::RollbackToSavepoint);
        }
    };
    /// In the order in which they began.
    const std::vector<Transaction> &transactions() const { return m_transactions; }
    /// The innermost block that a statement ran in: an index, or nothing.
    std::optional<std::size_t> transactionOf(const TraceRecord &record) const;

    /// True if some of these async queries were asked without waiting for others of them: by
    /// coroutines that lived at the same time, or by one that awaited nothing in between. Only for
    /// queries that no script asked it goes by time.
    bool inParallel(const Records &group) const;

private:
    using Lane = std::pair<std::uint32_t, std::uint16_t>; // run and lane
    void findTransactions();
    bool isAskedBeside(const TraceRecord &earlier, const TraceRecord &later) const;
    TraceSpan lifeOf(Lane lane) const;
    Records m_all;
    QHash<std::uint64_t, const TraceRecord *> m_sets;
    std::vector<Transaction> m_transactions;
    QHash<std::uint64_t, std::size_t> m_transactionOf; // by record id
    std::map<Lane, TraceSpan> m_coroutines;
    std::map<Lane, std::vector<std::int64_t>> m_awaits; // when each began, ascending
};

/// A read or a write.
bool isQuery(const TraceRecord &record);
/// From the start to the last stage that happened.
std::int64_t durationOf(const TraceRecord &record);
/// Info from 3 queries, warning from 10, severe from 50. Never by time: CI must not flicker.
Severity severityOf(int queries);
/// With what all findings take from their queries: site and origin of the first, count and time.
/// `group` is not empty and in the order of ids.
Finding findingAbout(Rule rule, Severity severity, const Records &group);

// The families of rules; each appends what it finds. They run in this order, since a query that one
// has told of is not told of again by findRepeated().
void findRowByRow(const TraceLog &log, std::vector<Finding> &out);
void findByHand(const TraceLog &log, std::vector<Finding> &out);
void findRepeated(const TraceLog &log, std::vector<Finding> &out);
void findCountThenList(const TraceLog &log, std::vector<Finding> &out);
void findTransactions(const TraceLog &log, std::vector<Finding> &out);
/// Who waited for whose lock, and which transactions the database made run again.
void findLockWaits(const TraceLog &log, std::vector<Finding> &out);
void findRetries(const TraceLog &log, std::vector<Finding> &out);
void findSyncInAsync(const TraceLog &log, std::vector<Finding> &out);
void findSerialAwaits(const TraceLog &log, std::vector<Finding> &out);
/// What was loaded and not used, from records of TraceKind::Usage.
void findUse(const TraceLog &log, std::vector<Finding> &out);
void findMultipliedJoins(const TraceLog &log, std::vector<Finding> &out);
void findParallel(const TraceLog &log, std::vector<Finding> &out);

} // namespace heddle::analysis
