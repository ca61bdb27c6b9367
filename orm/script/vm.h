#pragma once

#include "orm/script/code.h"
#include "orm/script/interpreter.h"
#include "orm/script/object.h"

#include <chrono>
#include <memory>
#include <unordered_map>

namespace heddle {
class AtomicBlock;
}

namespace heddle::script {

class EventLoop;
struct WarningQueue;

/// A call under way: its code, where it is, and what it holds. Lives on the heap, so that a
/// coroutine is nothing but its frames.
struct Frame {
    explicit Frame(CodePtr code);
    CodePtr code;
    std::size_t ip = std::size_t(-1); // of the instruction under way; -1 before the first
    bool resumed = false;             // ip is where to go on, not what was done
    Objects slots, stack;
    struct Handler {
        std::int32_t target;
        std::uint32_t stackDepth, handlingDepth;
    };
    std::vector<Handler> handlers;
    Objects handling; // exceptions whose handlers are under way, outermost first
    Position position() const
    {
        return ip < code->positions.size() ? code->positions[ip] : code->position;
    }
    void traverse(const Visitor &visit);
};
using FramePtr = std::unique_ptr<Frame>;

/// A stack of frames that runs, suspends and goes on: the module, a task, a generator.
struct Fiber {
    std::vector<FramePtr> frames;
    Object result;   // of the last frame that returned, or the yielded value
    Object awaiting; // the Future that it is suspended on
    Object throwing; // raised where it goes on: a cancelled task
    std::uint16_t lane = 0;
    std::uint64_t span = 0; // its trace record
    bool running = false;
};

enum class Progress { Finished, Suspended, Yielded };

/// Runs code. One thread at a time; see Interpreter for who may call what.
class Machine {
public:
    Machine(InterpreterOptions options, Heap *heap);
    ~Machine();
    Machine(const Machine &) = delete;

    // --- For natives ---
    /// Calls anything callable and runs it to its end, here and now.
    Object call(const Object &callee, Arguments arguments);
    /// So much work was done; throws when the time is up or somebody said stop.
    void tick(std::int64_t work = 1)
    {
        if ((m_budget -= work) <= 0)
            checkLimits();
    }
    /// Where the instruction under way stands in the source.
    CallSite site() const;
    /// True while an event loop runs on this thread: sync evaluations are refused.
    bool isAsync() const;
    /// True if the database must not be asked at all (preview).
    bool isDry() const { return m_dry; }
    void setDry(bool dry) { m_dry = dry; }
    /// Ends a dry run: this is what would have been sent first.
    [[noreturn]] void wouldRun(const char *method, const QByteArray &sql,
                               const ValueList &parameters);
    const std::optional<SqlPreview> &refusedRun() const { return m_refusedRun; }
    void forgetRefusedRun() { m_refusedRun.reset(); }
    /// Counts a query towards the limit; throws LimitExceeded beyond it.
    void countQuery();
    /// So many rows came from the database; throws LimitExceeded beyond the limit.
    void countRows(std::int64_t rows);
    std::int64_t queries() const { return m_queries; }
    /// print(): whole lines go out, the rest waits for its end.
    void write(const QString &text);
    void warn(const QString &category, const QString &message, const CallSite &site);
    EventLoop &loop() { return *m_loop; }
    const Database &database() const { return options.database; }
    const ModelRegistry *models() const;
    std::shared_ptr<WarningQueue> warningQueue() const { return m_warnings; }
    std::uint16_t lane() const;
    /// A lane of the timeline that no other coroutine of this run has.
    std::uint16_t newLane() { return std::uint16_t(laneCounter->fetch_add(1) + 1); }
    std::uint64_t span() const;

    /// This thread works with the machine's objects for a scope, outside of a run: their memory
    /// counts, stop() reaches their queries.
    class Use {
    public:
        explicit Use(Machine &vm);
        ~Use();
        Use(const Use &) = delete;

    private:
        Machine &m_vm;
        Heap::Scope m_scope;
        std::uint16_t m_before;
    };

    /// Refuses too deep recursion in natives (repr of a list in a list ...).
    class Depth {
    public:
        Depth(Machine &vm, const char *doing);
        ~Depth();
        Depth(const Depth &) = delete;

    private:
        Machine &m_vm;
    };

    // --- For the interpreter, generators and the event loop ---
    Progress resume(Fiber &fiber);
    /// A frame for a call of a script's function.
    FramePtr frameFor(const Object &function, Arguments &arguments);
    /// Starts counting anew. The result of the last expression statement is forgotten.
    void beginRun();
    /// Prints an unfinished line and hands out the warnings that were queued.
    void endRun();
    void drainWarnings();
    std::int64_t statements() const { return m_statements; }
    Object takeResult(Position *where);
    void requestStop() noexcept;
    /// The thread that runs the script, as traces number it; 0 between runs.
    std::uint16_t runningThread() const noexcept
    {
        return m_thread.load(std::memory_order_acquire);
    }
    bool stopRequested() const noexcept { return m_stop.load(std::memory_order_acquire); }
    std::optional<std::chrono::steady_clock::time_point> deadline() const { return m_deadline; }
    void checkLimits();

    /// Looks a name up among the globals, then the builtins; empty: not there.
    Object lookup(const QString &name);
    QStringList knownNames() const;

    InterpreterOptions options;
    /// The `with atomic()` blocks that are open, innermost last. What the end of the run still finds
    /// here is rolled back.
    std::vector<std::shared_ptr<AtomicBlock>> openBlocks;
    std::uint64_t parentSpan = 0; // of the cell
    std::uint16_t mainLane = 0;   // of the module, if it was async
    std::shared_ptr<std::atomic<int>> laneCounter =
        std::make_shared<std::atomic<int>>(0); // shared with copies
    std::unordered_map<QString, Object> globals;
    /// Names that the running code set or deleted; for mergeGlobals().
    std::unordered_map<QString, bool> touched;
    /// Evaluates a name that the globals do not have (preview by need); may be empty.
    std::function<Object(const QString &)> lazyNames;

private:
    friend class Depth;
    Progress execute(Fiber &fiber);
    void unwind(Fiber &fiber, const Object &exception);
    Object wrapCurrentException();
    bool step(Fiber &fiber, Frame *&frame, Progress &progress);

    void doGlobal(Frame &frame, const Instruction &in);
    void doAccess(Frame &frame, const Instruction &in);
    void doDictUpdate(Frame &frame, bool isCall);
    void doCall(Fiber &fiber, Frame *&frame, const Instruction &in);
    void enter(Fiber &fiber, Frame *&frame, const Object &callee, Arguments &arguments);
    bool doAwait(Fiber &fiber, Frame *&frame);
    void doBuild(Frame &frame, const Instruction &in);
    void doUnpack(Frame &frame, const Instruction &in);
    void doFunction(Frame &frame, const Instruction &in);
    void doException(Frame &frame, const Instruction &in);
    void doContext(Frame &frame, const Instruction &in);
    void doSlot(Frame &frame, const Instruction &in);
    Object exceptionUnderWay() const;
    [[noreturn]] void unboundName(const QString &name);

    Heap *m_heap;
    std::unique_ptr<EventLoop> m_loop;
    std::shared_ptr<WarningQueue> m_warnings;
    std::vector<Fiber *> m_running; // innermost last
    std::int64_t m_budget = 0, m_statements = 0, m_queries = 0, m_rows = 0;
    int m_depth = 0;
    bool m_dry = false;
    std::optional<SqlPreview> m_refusedRun;
    std::atomic<bool> m_stop{false};
    std::atomic<std::uint16_t> m_thread{0};
    std::optional<std::chrono::steady_clock::time_point> m_deadline;
    Object m_result;
    Position m_resultPosition;
    QString m_line; // printed so far
};

/// repr(x), str(x), truth, ==, hash of any object, by Python's rules.
QString reprOf(Machine &vm, const Object &object);
QString strOf(Machine &vm, const Object &object);
bool truthOf(Machine &vm, const Object &object);
bool equalObjects(Machine &vm, const Object &a, const Object &b);
std::size_t hashOf(Machine &vm, const Object &object);
Object iterateObject(Machine &vm, const Object &object);
bool nextOf(Machine &vm, const Object &iterator, Object &value);
Object attributeOf(Machine &vm, const Object &object, const QString &name);
Object itemOf(Machine &vm, const Object &object, const Object &key);
std::int64_t lengthOf(Machine &vm, const Object &object);

} // namespace heddle::script
