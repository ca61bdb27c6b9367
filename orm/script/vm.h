#pragma once

#include "orm/script/code.h"
#include "orm/script/interpreter.h"
#include "orm/script/object.h"
#include "orm/script/taskcontext.h"
#include "orm/script/turn.h"

#include <QFuture>
#include <chrono>
#include <memory>
#include <mutex>
#include <unordered_map>

namespace heddle {
class AtomicBlock;
}

namespace heddle::script {

class Border;
class DeadlineWatch;
class EventLoop;
class RowPipe;
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

/// A `with atomic()` block that a thread has not left yet.
struct OpenBlock {
    std::shared_ptr<AtomicBlock> block;
    std::shared_ptr<SyncScope> scope;
};

/// What a thread that works for a Machine has of its own, and puts away while another one has its
/// turn.
struct Side {
    std::vector<Fiber *> running; // innermost last
    int depth = 0;
    /// Sync code while the event loop runs on another thread: it may block, and has no task.
    bool besideLoop = false;
    std::uint16_t thread = 0; // as traces number it
    std::uint64_t span = 0;   // what it works for; until a fiber says
    CallSite site;
    TaskContext context;
    std::shared_ptr<SyncQueue> queue; // where work for this thread goes, if it was asked for
    /// The blocks that are open on this thread, innermost last. What the end of the work still
    /// finds here is rolled back.
    std::vector<OpenBlock> openBlocks;
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
    /// How many more rows may come; nothing if there is no limit.
    std::optional<std::int64_t> rowsLeft() const;
    /// What is thrown when more come.
    static LimitExceeded tooManyRows(std::int64_t limit);
    /// print(): whole lines go out, the rest waits for its end.
    void write(const QString &text);
    void warn(const QString &category, const QString &message, const CallSite &site);
    EventLoop &loop() { return *m_loop; }
    Border &border() { return *m_border; }
    Side &side() { return m_side; }
    /// Throws TransactionManagementError if this thread's code was called, across the border, from
    /// inside of a transaction: what `doing` says would silently run outside of it.
    void refuseLeavingTransaction(const QString &doing, const QString &instead);
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
        explicit Use(Machine &vm) : Use(vm, Side()) {}
        /// For a thread that has something to begin with.
        Use(Machine &vm, Side side);
        ~Use();
        Use(const Use &) = delete;

    private:
        Machine &m_vm;
        Heap::Scope m_scope;
        const bool m_took; // not nested in another one of this thread
    };

    /// Lets the script's other threads work for a scope in which this one only waits. The machine's
    /// objects must not be touched meanwhile.
    class Back;
    class Away {
    public:
        explicit Away(Machine &vm);
        ~Away();
        Away(const Away &) = delete;

    private:
        friend class Back;
        Machine &m_vm;
        const bool m_away; // false: this thread had no turn to give away
        Side m_side;
        Away *m_outer;
    };

    /// Undoes the Away that this thread is in, if it is in one, for a scope: a callback of C++ that
    /// runs a script's function.
    class Back {
    public:
        explicit Back(Machine &vm);
        ~Back();
        Back(const Back &) = delete;

    private:
        Machine &m_vm;
        Away *m_away;
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
    /// The threads that work for the script, as traces number them; none between runs. Any thread.
    std::vector<std::uint16_t> runningThreads() const;
    bool stopRequested() const noexcept { return m_stop.load(std::memory_order_acquire); }
    std::optional<std::chrono::steady_clock::time_point> deadline() const { return m_deadline; }
    void checkLimits();

    /// Looks a name up among the globals, then the builtins; empty: not there.
    Object lookup(const QString &name);
    QStringList knownNames() const;

    InterpreterOptions options;
    /// Rows on their way to a loop. Before anything is written, the rest of them is taken in.
    std::vector<std::weak_ptr<RowPipe>> pipes;
    /// Statements whose rows come by the batch. The end of the rows is not the end of these: they
    /// still give back their connection and write their records, to whom the options name.
    struct Stream {
        std::weak_ptr<RowPipe> pipe;
        QFuture<bool> running;
    };
    std::vector<Stream> streams;
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
    void enter(Side side);
    void leave();
    void forgetThread(std::uint16_t thread);
    void rollBackOpenBlocks();
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
    void doGroup(Frame &frame, const Instruction &in);
    void doSlot(Frame &frame, const Instruction &in);
    Object exceptionUnderWay() const;
    [[noreturn]] void unboundName(const QString &name);

    Heap *m_heap;
    std::unique_ptr<EventLoop> m_loop;
    std::shared_ptr<WarningQueue> m_warnings;
    Turn m_turn;
    Side m_side; // of the thread that has its turn
    std::int64_t m_budget = 0, m_statements = 0, m_queries = 0, m_rows = 0;
    bool m_dry = false;
    std::optional<SqlPreview> m_refusedRun;
    std::atomic<bool> m_stop{false};
    mutable std::mutex m_threadsMutex;
    std::vector<std::uint16_t> m_threads; // under its mutex
    std::optional<std::chrono::steady_clock::time_point> m_deadline;
    Object m_result;
    Position m_resultPosition;
    QString m_line;                         // printed so far
    std::unique_ptr<DeadlineWatch> m_watch; // while a run with a time limit lasts
    std::unique_ptr<Border> m_border;       // last: its threads use the others
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
