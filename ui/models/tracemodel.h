#pragma once

#include "ui/models/tracelayout.h"

#include <QHash>
#include <QObject>
#include <memory>

namespace heddle::ui {

/// Figures of a trace or of a part of it.
struct TraceTotals {
    int queries = 0;
    int connections = 0;
    std::int64_t rows = 0;
    std::int64_t busyNs = 0;  // sum over all queries
    std::int64_t coverNs = 0; // wall-clock time in which at least one of them ran
    std::int64_t savedNs() const { return busyNs - coverNs; } // by running side by side
};

/// The records of one or more runs as lanes of bars, brackets and groups: what the timeline draws.
///
/// Records may come in any order and in pieces while a script runs; a record whose id is known
/// replaces the older one. Lanes are computed when somebody first asks after a change. GUI thread
/// only.
class TraceModel final : public QObject {
    Q_OBJECT
public:
    explicit TraceModel(QObject *parent = nullptr);
    ~TraceModel() override;

    void append(const std::vector<TraceRecord> &records);
    void clear();
    bool isEmpty() const { return m_records.empty(); }

    const std::vector<TraceRecord> &records() const { return m_records; }
    /// And those that no moment belongs to, which have no index: what became of rows.
    std::vector<TraceRecord> allRecords() const;
    const TraceRecord &record(RecordIndex index) const
    {
        return m_records[std::size_t(index.value)];
    }
    RecordIndex recordById(std::uint64_t traceId) const
    {
        return RecordIndex(m_byId.value(traceId, -1));
    }

    // Computed.
    const std::vector<TraceLane> &lanes() const;
    const std::vector<TraceGroup> &groups() const;
    const std::vector<TraceLockArrow> &lockArrows() const;
    const TraceBar *bar(const BarPlace &place) const;
    /// Where a record is drawn; invalid for those that have no bar of their own (cells,
    /// coroutines).
    BarPlace placeOf(RecordIndex record) const;
    std::int64_t firstNs() const; // the earliest moment of any record
    std::int64_t lastNs() const;
    /// Statements that were asked at this line of the notation, by start.
    std::vector<RecordIndex> recordsAtLine(int line) const;

    /// Bars whose label, SQL, relation, thread, lane, database or error contains the text, whatever
    /// its case; by start. None for an empty text.
    std::vector<RecordIndex> find(const QString &text) const;

    TraceTotals totals() const { return totals(firstNs(), lastNs()); }
    /// Of queries that overlap the range; times are cut off at its ends.
    TraceTotals totals(std::int64_t fromNs, std::int64_t toNs) const;
    /// "45 queries · 3 connections · saved by parallel: 192 ms". Empty for an empty trace.
    QString summary() const;

    /// What is written on the bar: "author", "Book", "COMMIT", "await".
    QString title(RecordIndex index) const;
    /// One line about a record, as a label or for a screen reader: "Book, line 2: 3.1 ms, 40 rows".
    QString describe(RecordIndex index) const;
    /// What a tool tip says: SQL, phases, rows, place.
    QString details(RecordIndex index) const;
    /// "40 × author, one a row".
    QString describe(GroupIndex index) const;

Q_SIGNALS:
    void changed();

private:
    const TraceLayout &layout() const;

    std::vector<TraceRecord> m_records, m_uses;
    QHash<std::uint64_t, int> m_byId;
    mutable std::unique_ptr<const TraceLayout> m_layout; // null: to be computed
    mutable QString m_summary;                           // empty: likewise
};

} // namespace heddle::ui
