#pragma once

#include <QSet>
#include <QString>
#include <QStringList>
#include <map>
#include <optional>
#include <set>
#include <vector>

namespace heddle::analysis {

/// What two transactions at the same time can see or do that one after the other they could not.
/// The first three are the SQL standard's phenomena, the others are those of "A Critique of ANSI
/// SQL Isolation Levels" (Berenson et al., 1995).
enum class Anomaly {
    DirtyRead,         // read what another transaction had written and not saved
    NonRepeatableRead, // the same question, the same rows, other values
    PhantomRead,       // the same question, other rows
    ReadSkew,          // two answers that were never true together
    LostUpdate,        // one write undid another that its writer had not seen
    WriteSkew,         // different rows written, each because of what the other changed
};

/// Rows of tables by their keys: table -> key -> the row as text.
using TableRows = std::map<QString, std::map<QString, QString>>;

/// An answer to a question, comparable.
struct Observation {
    QString text;
    std::optional<QStringList> keys; // of the rows, where the answer is rows
    friend bool operator==(const Observation &, const Observation &) = default;
};

enum class OperationKind { Begin, Read, Write, Commit, Rollback, Other };

/// One step of a session that has ended, in the order of the ends.
struct HistoryEvent {
    int step = 0;    // the step's own number, handed back
    int session = 0; // 0 or 1
    OperationKind kind = OperationKind::Other;
    QString question;     // what was asked; equal text asks for the same
    QSet<QString> tables; // that it read or wrote; empty with a Write: nobody knows which
    std::optional<Observation> seen; // a Read's answer
    /// What a bystander was answered after this step, by question: only what is saved.
    std::map<QString, Observation> saved;
    TableRows rows; // saved, after this step
};

/// What was, before the first step.
struct HistoryStart {
    std::map<QString, Observation> saved;
    TableRows rows;
};

/// An anomaly and the two steps that make it: of a read, what was seen before and what now.
struct AnomalyFinding {
    Anomaly kind = Anomaly::DirtyRead;
    int session = 0;    // whom it happened to
    int firstStep = -1; // -1: there is no other step
    int step = 0;
    QString before, now; // the two values, where they tell something
    friend bool operator==(const AnomalyFinding &, const AnomalyFinding &) = default;
};

/// What the last event shows by itself: dirty, non-repeatable and phantom reads. `history` has all
/// events up to it.
std::vector<AnomalyFinding> readAnomalies(const HistoryStart &start,
                                          const std::vector<HistoryEvent> &history);

/// What came of the sessions when they were run one after the other.
struct SerialOutcome {
    std::vector<int> order;                 // sessions, in the order in which they ran
    TableRows rows;                         // at the end
    std::map<int, QString> seen;            // answers by step
    std::map<int, std::set<QString>> wrote; // by session: "table/key" of what it changed
};

/// What the end shows: if the rows are none that `serial` (all orders of the sessions that were
/// saved) ends with, an update was lost or the writes are skewed; if only the answers are none of
/// them, the reads are. Nothing if one order explains everything.
std::optional<AnomalyFinding> anomalyOfOutcome(const std::vector<HistoryEvent> &history,
                                               const TableRows &rows,
                                               const std::vector<SerialOutcome> &serial);

} // namespace heddle::analysis
