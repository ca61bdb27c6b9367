#pragma once

#include "orm/notation/syntax.h"
#include "orm/objects/database.h"
#include "orm/query/query.h"
#include "orm/script/object.h"

#include <QStringList>
#include <chrono>
#include <functional>
#include <memory>

namespace heddle::script {

/// What ends a script that does not end by itself. 0: no limit. A limit ends the whole run; no
/// `except` catches it.
struct Limits {
    std::chrono::milliseconds time{0}; // of one run
    std::int64_t statements = 0;       // executed lines of one run
    std::int64_t queries = 0;          // sent by one run
    std::int64_t rows = 0;             // fetched by one run
    std::int64_t memoryBytes = std::int64_t(1)
                               << 30; // an estimate over all objects that the script made
    int recursionDepth = 200;         // RecursionError, which `except` does catch
};

/// Something that a script should hear about although it went on: a coroutine that nobody awaited.
struct ScriptWarning {
    QString category; // "RuntimeWarning"
    QString message;
    int line = 0, column = 0;
};

/// Where a script's output goes. Called on the thread that runs the script; must not block.
class OutputSink {
public:
    virtual ~OutputSink();
    /// One printed line, without its end.
    virtual void printed(const QString &line) = 0;
    virtual void warned(const ScriptWarning &warning) { Q_UNUSED(warning) }
};

/// An OutputSink that keeps what it gets.
class OutputBuffer final : public OutputSink {
public:
    void printed(const QString &line) override { lines.append(line); }
    void warned(const ScriptWarning &warning) override { warnings.push_back(warning); }
    QStringList lines;
    std::vector<ScriptWarning> warnings;
};

/// One step of the way to an error, outermost first.
struct TracebackLine {
    int line = 0, column = 0;
    QString function; // "<module>" or a def's name
};

/// An error as a value: what the edge of the engine shows. Lines and columns are 1-based, in code
/// points; 0: unknown.
struct ScriptError {
    QString type;          // "DoesNotExist"
    QString qualifiedType; // "Track.DoesNotExist"
    QString message;
    QString suggestion; // did you mean ...; what to write instead
    int line = 0, column = 0;
    std::vector<TracebackLine> traceback;
    std::shared_ptr<const DatabaseErrorInfo> database;
    /// "FieldError: Cannot resolve ... (line 3, column 7)".
    QString toString() const;
};

/// What came of one run.
struct RunOutcome {
    std::optional<ScriptError> error;
    bool stopped = false; // by stop(); error then says KeyboardInterrupt
    /// The expression's value; of a module, the value of its last statement if that is an
    /// expression. Empty: none. A queryset comes unevaluated: resultOf() in resultview.h evaluates
    /// it.
    Object value;
    CallSite valueSite;
    std::int64_t statements = 0; // executed
    std::int64_t queries = 0;
    bool ok() const { return !error; }
};

/// What would be sent to the database, without sending it.
struct SqlPreview {
    struct Item {
        QByteArray sql;
        ValueList parameters;
    };
    std::vector<Item> items; // the statement that would be sent first
    QString terminal; // "count": the method that would run it; empty: the queryset is still lazy
    Object value;     // the queryset itself, where the expression is one
    std::optional<ScriptError> error;
    bool ok() const { return !error; }
};

/// The language's whole surroundings, fixed for the life of an Interpreter.
struct InterpreterOptions {
    Database database;            // null: pure language; offline: preview() works, but nothing runs
    TraceSink *sink = nullptr;    // not owned; takes cell, coroutine, await and sleep spans
    OutputSink *output = nullptr; // not owned; null: output is dropped
    std::uint32_t run = 0;        // TraceRecord::run
    Limits limits;
    LoadMode loadMode = LoadMode::One; // of querysets that do not say themselves, in sync code
};

/// Runs the notation: names that persist between runs, one thread at a time, and the event loop of
/// its async cells.
///
/// Not bound to a thread, but only one thread may be inside at a time; stop() alone may be called
/// from any thread.
class Interpreter {
public:
    explicit Interpreter(InterpreterOptions options);
    ~Interpreter();
    Interpreter(const Interpreter &) = delete;
    Interpreter &operator=(const Interpreter &) = delete;

    // --- Owner thread ---
    /// One expression. An expression with `await` in it runs on the event loop.
    RunOutcome evaluate(const QString &expression);
    /// A module's statements. `lineOffset` is added to every line, so that a cell's errors and
    /// queries carry the file's lines.
    RunOutcome run(const QString &source, int lineOffset = 0);
    RunOutcome run(const notation::NodePtr &module, int lineOffset = 0);
    /// What the expression would send, evaluated lazily: names come from the globals, or from
    /// `precedingSource`, of which only what the expression needs is evaluated, and none of it with
    /// the database.
    SqlPreview preview(const QString &expression, const QString &precedingSource = {});
    /// Cancels tasks that are still pending and warns of coroutines that were never awaited. Once,
    /// after the last run; the destructor does it too, silently.
    void finish();
    /// The half of finish() that ends what is pending, for an interpreter whose names live on in
    /// another one.
    void endTasks();

    /// Empty: no such name.
    Object global(const QString &name) const;
    void setGlobal(const QString &name, const Object &value);
    QStringList globalNames() const;

    /// An interpreter of its own for a parallel cell: the same surroundings, deep copies of the
    /// names. The `run`, `sink` and limits are taken over; output goes to `output`.
    std::unique_ptr<Interpreter> copyGlobals(OutputSink *output) const;
    /// Takes over the names that a copy has bound, rebound, deleted or whose object it has changed.
    void mergeGlobals(Interpreter &copy);

    void setOutput(OutputSink *output);
    void setTrace(TraceSink *sink, std::uint32_t run, std::uint64_t parentSpan = 0);
    void setLimits(const Limits &limits);
    void setLoadMode(LoadMode mode);
    const InterpreterOptions &options() const;
    /// For natives and tests: the machine that runs the code.
    Machine &machine();

    // --- Any thread ---
    /// Ends the running script, its running statement included. No effect between runs.
    void stop() noexcept;

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The error that an exception of the engine is to a script's reader.
ScriptError toScriptError(const OrmError &error);

} // namespace heddle::script
