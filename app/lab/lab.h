#pragma once

#include "app/lab/labdatabase.h"
#include "app/lab/labsession.h"

#include <array>

namespace heddle::app {

enum class LabStepState {
    Pending, // its turn has not come
    Running,
    Waiting, // for a lock that the other session holds
    Done,
    Refused, // the database, or the notation, said no: the transaction is rolled back
    Skipped, // its transaction had been refused before
};

struct LabStepResult {
    LabStepState state = LabStepState::Pending;
    QString shown;       // the answer
    QString error, code; // of Refused: "OperationalError: ...", "40001"
    bool waited = false; // at any time
    /// Read: a bystander was answered otherwise just then: the transaction has a snapshot.
    std::optional<QString> savedThen;
    int ended = 0; // 1, 2, ... in the order of the ends; 0: has not
    friend bool operator==(const LabStepResult &, const LabStepResult &) = default;
};

/// A table as everybody sees it: what is saved.
struct LabTable {
    QString name;
    QStringList columns;
    QList<QStringList> rows;
    friend bool operator==(const LabTable &, const LabTable &) = default;
};

/// All there is to show of a run, as a value.
struct LabState {
    LabScenario scenario;
    LabLevel level = LabLevel::Autocommit;
    std::vector<LabStepResult> steps; // as many as the scenario has
    int next = -1;                    // the step that runs next; -1: none (the end, or all wait)
    bool ended = false;
    std::vector<analysis::AnomalyFinding> found;
    QList<LabTable> tables;
};

/// What a whole scenario came to on one level.
struct LabOutcome {
    std::vector<analysis::AnomalyFinding> found;
    bool waited = false, keptSnapshot = false;
    QString refusedCode, refusal; // of the first step that the database refused
};

LabOutcome outcomeOf(const LabState &state);

/// Runs scenarios step by step on a place of its own: two sessions on threads of their own, and a
/// bystander who looks at what is saved after each step.
///
/// A step that waits for a lock stays behind while the other session goes on; its result comes when
/// the lock is free. An error rolls its transaction back, as leaving an atomic() block does, and
/// skips the rest of it. All calls block and belong to one thread, but interrupt().
class Lab {
public:
    /// As LabDatabase.
    explicit Lab(const QString &server = {});
    ~Lab();
    Lab(const Lab &) = delete;
    Lab &operator=(const Lab &) = delete;

    const LabDatabase &place() const { return m_place; }
    /// Hears of every change, on the calling thread.
    void setListener(std::function<void(const LabState &)> listener);

    /// The rows of the beginning, and no step taken. Runs the sessions one after the other first,
    /// in both orders, to know what may come out.
    void prepare(const LabScenario &scenario, LabLevel level);
    /// Takes the next step; if all that is left waits, waits with it. False: there is none.
    bool next();
    void runToEnd();
    const LabState &state() const { return m_state; }
    LabOutcome outcome() const { return outcomeOf(m_state); }
    /// Ends the waiting steps, and the call under way soon. Any thread.
    void interrupt() noexcept;
    /// What interrupt() has ended may go on.
    void goOn() noexcept { m_interrupted = false; }

private:
    int runnableStep() const;
    void take(int step);
    void finish(int step, LabAnswer answer);
    void skip(int step);
    void collect(int session, bool mayHaveBeenFreed);
    bool isLocked(int session, std::chrono::milliseconds since);
    std::optional<LabAnswer> answerUnlessLocked(int session);
    void waitForAny();
    void look(analysis::HistoryEvent *event);
    void conclude();
    void tell();
    void runSerially();
    std::optional<analysis::SerialOutcome> serialOutcome(const std::vector<int> &order);
    std::map<QString, analysis::Observation> savedAnswers();
    analysis::TableRows savedRows(QList<LabTable> *tables = nullptr);

    LabDatabase m_place;
    std::unique_ptr<script::Interpreter> m_bystander;
    std::array<std::unique_ptr<LabSession>, 2> m_sessions;
    std::function<void(const LabState &)> m_listener;
    std::atomic<bool> m_interrupted = false;

    LabState m_state;
    std::vector<LabOperation> m_operations; // by step
    std::array<int, 2> m_current{-1, -1};   // the step that a session is busy with
    std::array<bool, 2> m_failed{};         // its transaction was refused
    std::array<bool, 2> m_saved{};          // it came to its COMMIT, or has none
    int m_ended = 0;
    analysis::HistoryStart m_start;
    std::vector<analysis::HistoryEvent> m_history;
    std::vector<analysis::SerialOutcome> m_serial; // of all sets of sessions
};

/// One cell of the matrix: a scenario on a level.
struct LabCell {
    QString scenario;
    LabLevel level = LabLevel::Autocommit;
    LabOutcome outcome;
};

/// Runs every scenario on every level of the place; tells each cell as it is known. Stops early
/// once the lab is interrupted.
void runLabMatrix(Lab &lab, const std::function<void(const LabCell &)> &told);

} // namespace heddle::app
