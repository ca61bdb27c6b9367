#pragma once

#include "app/lab/labscenarios.h"
#include "orm/objects/transaction.h"
#include "orm/script/interpreter.h"
#include "orm/script/scriptthread.h"

#include <atomic>

namespace heddle::app {

/// What a step is, as far as its text tells.
struct LabOperation {
    analysis::OperationKind kind = analysis::OperationKind::Other;
    QString question;     // of a Read: its text without the name that the answer is bound to
    QString boundName;    // that name
    QSet<QString> tables; // models; empty for a Write through a name
    QString error;        // why the text cannot be read; empty: it can
};

LabOperation labOperationOf(const QString &text, const ModelRegistry &models);

/// What came of a step.
struct LabAnswer {
    std::optional<analysis::Observation> seen; // of a Read
    QString shown;                             // value or printed lines
    std::optional<script::ScriptError> error;
};

/// Evaluates a question and makes it comparable: a scalar as its repr, rows as their columns. On
/// the interpreter's thread; throws OrmError.
analysis::Observation observationOf(script::Interpreter &interpreter, const script::Object &value);

/// One of the two sessions: a thread with its pinned connection, its names and its transaction.
/// One step at a time; for one thread, but interrupt().
class LabSession {
public:
    LabSession(const Database &database, const QString &name);
    /// Rolls back what is open. Waits for the step under way: interrupt() ends it soon.
    ~LabSession();

    /// Forgets the names and rolls back what is open. Waits.
    void forget();
    void start(const LabStep &step, const LabOperation &operation, LabLevel level);
    bool isBusy() const { return m_busy; }
    /// The answer of the step that was started, if there is one within that time.
    std::optional<LabAnswer> answer(std::chrono::milliseconds within);
    /// Ends the step under way with an error.
    void interrupt() noexcept;
    /// PostgreSQL's number of the server process; 0 elsewhere.
    int serverProcess() const { return m_serverProcess; }

private:
    void post(std::function<void()> work);
    LabAnswer perform(const LabStep &step, const LabOperation &operation, LabLevel level);
    LabAnswer runText(const LabStep &step, const LabOperation &operation);

    Database m_database;
    script::OutputBuffer m_output;
    std::unique_ptr<script::Interpreter> m_interpreter; // used on the thread only, but for stop()
    std::unique_ptr<AtomicBlock> m_block;               // on the thread only
    std::atomic<std::uint16_t> m_traceThread = 0;
    int m_serverProcess = 0; // written before the first step
    bool m_busy = false;
    std::mutex m_mutex;
    std::condition_variable m_answered;
    std::optional<LabAnswer> m_answer;
    script::ScriptThread m_thread; // last: it uses the others
};

} // namespace heddle::app
