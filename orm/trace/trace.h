#pragma once

#include <QByteArray>
#include <QString>
#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace heddle {

/// Nanoseconds of the monotonic clock; one clock for everything that is shown on one timeline.
std::int64_t monotonicNs() noexcept;

/// Where in the user's text (or in C++ source) something was asked. Lines and columns are 1-based
/// and count code points; line 0: unknown.
struct CallSite {
    int line = 0;
    int column = 0;
    const char *file = nullptr; // interned for the life of the process; null: the notation
    bool operator==(const CallSite &) const = default;
};

enum class TraceKind : std::uint8_t {
    Read,
    Write, // statements
    Begin,
    Commit,
    Rollback,
    Savepoint,
    ReleaseSavepoint,
    RollbackToSavepoint,
    Cell,
    Coroutine,
    Await,
    Sleep,  // spans that a script emits: who ran and who waited, when
    Pragma, // a connection's own housekeeping; never counted as a query
    // A call that crossed the border between sync and async code, on the thread it went to: by
    // async_to_sync() if `async` is set, else by sync_to_async(). Waited from createdNs, ran from
    // leasedNs.
    Crossing,
    // A connection that stood still for a lock, from createdNs to releasedNs: `lock` tells of it.
    // Beside the record of the statement that waited, which is on the same connection.
    LockWait,
    // What the program did with the rows of an evaluation (`set`): `usage` tells. Recorded when the
    // last of the rows is gone.
    Usage,
};

/// How a query belongs to a row of an earlier evaluation.
enum class TraceLink : std::uint8_t {
    None,
    Relation,   // the object behind a foreign key or one-to-one, loaded when it was touched
    Deferred,   // a field that did not come with its row
    RelatedSet, // asked through the row's manager of a reverse or many-to-many relation
    Prefetch,   // one query for all rows of the evaluation
    Peers,      // loaded when the first row was touched, for all rows of the evaluation
};

/// What a connection waited for, as far as the database tells.
struct LockWait {
    std::uint32_t holder = 0; // TraceRecord::connection of who held it; 0: not one of ours, unknown
    QByteArray holderName;    // who, in the database's words: "pid 4711 (psql)"; may be empty
    QByteArray mode;          // the lock that was wanted: "ShareLock", "RESERVED"
    QByteArray on;            // what it is on: "transaction 742", "table book", "the database file"
    bool operator==(const LockWait &) const = default;
};

/// What was done with the rows of one evaluation, and what came for nothing. Names are paths as in
/// notation: "summary", "author__name".
struct RowUsage {
    std::int64_t rows = 0; // rows of which anything was read, or which were handed to code
    bool counted = false;  // len() was asked
    bool tested = false;   // bool(), or whether there is a first one
    bool listed = false;   // rows were handed out: a loop, an index, a copy
    std::vector<QByteArray> unreadColumns;   // came with the rows; read of none of them
    std::vector<QByteArray> unusedRelations; // of select_related: joined, and read of no row
    std::int64_t unreadBytes = 0;            // of the rows and columns above
    bool operator==(const RowUsage &) const = default;
};

enum class TraceOutcome : std::uint8_t { Running, Ok, Failed, Cancelled };

/// One plan's (or script span's) whole life in one record. Times are monotonicNs(); 0 means: did
/// not happen.
///
/// Recording one must stay cheap (well under 400 ns): ids are numbers, texts are shared, nothing is
/// formatted.
struct TraceRecord {
    std::uint64_t id = 0;     // unique in the process
    std::uint64_t parent = 0; // the span or plan that caused it
    std::uint32_t run = 0;    // one press of Run, one command
    TraceKind kind = TraceKind::Read;
    TraceOutcome outcome = TraceOutcome::Ok;
    bool async = false;           // called through the `a` twin
    std::uint16_t thread = 0;     // threadName() tells
    std::uint16_t lane = 0;       // the script's coroutine; 0: none
    std::uint32_t connection = 0; // 0: none
    CallSite site;                // what asked
    CallSite origin; // an implicit load: where the queryset of its parent rows was written; a cell
                     // that failed: where; an await in a series: where its first one stands
    const char *method = "";     // what asked: "get", "len"; lives as long as the process
    std::uint64_t set = 0;       // the evaluation that its rows are, as parentSet names it
    std::uint64_t parentSet = 0; // asked for a row: the evaluation that the row is of
    std::int64_t parentRow = -1; // ... and which row of it; -1: asked for all of them (prefetch)
    TraceLink link = TraceLink::None;
    QByteArray relation;      // with a link: its path from the row ("album__artist", "track_set")
    std::uint64_t digest = 0; // of the parameters: equal where they are; await: which of a series
    QByteArray label;         // for people: "Book", "COUNT(*) Book"
    QByteArray database;      // which of several that hold the same; empty: there is one
    QByteArray sql;           // shared with the compiled query
    QByteArray parameters;    // JSON array; empty unless the sink wants parameters
    QByteArray error;         // one line, if it failed
    std::int64_t createdNs = 0, compiledNs = 0, queuedNs = 0, leasedNs = 0, sentNs = 0,
                 firstRowNs = 0, lastRowNs = 0, decodedNs = 0, releasedNs = 0;
    std::int64_t rows = 0;
    std::int64_t bytes = 0;
    std::shared_ptr<const LockWait> lock;  // of a LockWait only
    std::shared_ptr<const RowUsage> usage; // of a Usage only
};

/// Who listens. Any thread; must not block.
class TraceSink {
public:
    virtual ~TraceSink() = default;
    virtual void record(TraceRecord &&record) noexcept = 0;
    virtual bool wantsParameters() const noexcept { return false; }
};

/// A small number for the calling thread, with a name for lanes ("heddle-db-1", "script", "main").
std::uint16_t currentTraceThread() noexcept;
void setTraceThreadName(const QString &name);
QString traceThreadName(std::uint16_t thread);
std::uint64_t nextTraceId() noexcept;

/// Collects records from any thread. take() and snapshot() give them ordered by id.
class TraceRecorder final : public TraceSink {
public:
    explicit TraceRecorder(bool parameters = false, std::size_t limit = 2'000'000);
    ~TraceRecorder() override;
    void record(TraceRecord &&record) noexcept override;
    bool wantsParameters() const noexcept override;
    std::vector<TraceRecord> snapshot() const;
    std::vector<TraceRecord> take();
    std::size_t size() const;
    std::size_t dropped() const; // beyond the limit

private:
    struct Private;
    std::unique_ptr<Private> d;
};

/// The time of a record's first and last stage that happened. An unfinished one ends where it was
/// last seen.
struct TraceSpan {
    std::int64_t startNs = 0;
    std::int64_t endNs = 0;
};
TraceSpan spanOf(const TraceRecord &record);

/// "read", "begin", "coroutine", ...: as exports spell it. And back; nothing for another text.
const char *toText(TraceKind kind);
const char *toText(TraceOutcome outcome);
std::optional<TraceKind> traceKindFromText(const QString &text);
std::optional<TraceOutcome> traceOutcomeFromText(const QString &text);
const char *toText(TraceLink link);
std::optional<TraceLink> traceLinkFromText(const QString &text);

/// Chrome trace JSON (the "traceEvents" array form) that Perfetto opens: one track a thread and one
/// a coroutine lane, nested slices for the phases, the SQL and call site as arguments, flow arrows
/// from the asking lane to the worker. Times are microseconds since the first record. What overlaps
/// on one track goes to a second one beside it, since slices of one track must nest.
QByteArray toChromeTrace(const std::vector<TraceRecord> &records);

/// A trace as Heddle saves it: one JSON object, `"heddleTrace": 1`, with the threads' names and
/// every field of every record that is not at its default. Texts are UTF-8; what is not comes back
/// as U+FFFD.
QByteArray traceToJson(const std::vector<TraceRecord> &records);
/// Reads what traceToJson() wrote, in this process or another. Threads get numbers of this process,
/// under their old names. On failure returns nothing and says why in *error (which may be null).
std::optional<std::vector<TraceRecord>> traceFromJson(const QByteArray &json, QString *error);

} // namespace heddle
