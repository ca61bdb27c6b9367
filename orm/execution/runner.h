#pragma once

#include "orm/execution/plan.h"

#include <QFuture>
#include <QPromise>
#include <chrono>
#include <functional>
#include <memory>
#include <type_traits>

namespace heddle {

class TraceSink;
class Connection;

/// How a pool of one database is made. Filled in from the connection URL's options and the
/// settings.
struct PoolOptions {
    QString alias = QStringLiteral("default");
    int maxConnections = 10; // blocking adapters: 20 at most
    int maxQueued = 1000;
    std::chrono::milliseconds acquireTimeout{10'000};
    bool readOnly = false;
    // An async transaction that waits for its own program: named in the log, then rolled back.
    std::chrono::milliseconds idleTransactionWarning{5'000}, idleTransactionLimit{60'000};
};

/// What a plan is run with, beside its statements. Cheap to copy.
struct PlanContext {
    CallSite site;
    CallSite origin;       // implicit loads: see TraceRecord
    std::uint64_t set = 0; // see TraceRecord, as for the next four
    std::uint64_t parentSet = 0;
    std::int64_t parentRow = -1;
    TraceLink link = TraceLink::None;
    QByteArray relation;
    QByteArray label;
    QByteArray database;     // the name of the database where there are several
    const char *method = ""; // "get": for SynchronousOnlyOperation's message
    bool write = false;      // takes the writer connection
    bool background = false;
    bool joins = false; // means to be in the transaction that is open on its connection, if any
    std::uint64_t traceParent = 0;
    std::uint32_t run = 0;
    std::uint16_t lane = 0;
    std::int64_t createdNs = 0, compiledNs = 0; // 0: the runner fills in createdNs
    TraceSink *sink = nullptr;                  // null: the runner's own
};

/// Lifts the refusal of sync calls for a scope on this thread; logged with its reason.
class AllowSync {
public:
    explicit AllowSync(const char *why);
    ~AllowSync();
    AllowSync(const AllowSync &) = delete;
};

/// Marks this thread as being inside a script's async cell or coroutine for a scope: sync calls are
/// refused as on a thread with a running event loop.
class AsyncSection {
public:
    AsyncSection();
    ~AsyncSection();
    AsyncSection(const AsyncSection &) = delete;
};

/// True if a sync call would be refused here: a running Qt event loop on this thread, or an
/// AsyncSection, and no AllowSync.
bool syncRefusedHere();
/// "line 3, column 5", "shop.cpp:12", or "an unknown place": a call site for messages.
QString callSiteText(const CallSite &site);
/// Throws SynchronousOnlyOperation that names `method`, its `a` twin and the call site, if
/// syncRefusedHere().
void requireSyncAllowed(const char *method, const CallSite &site);

/// Runs plans of one database: sync ones on the caller's thread and its own pinned connection,
/// async ones on the pool's workers.
///
/// Any thread. Destroying it shuts down as async.md says (refuse, fail queued, cancel running,
/// join).
class Runner {
public:
    virtual ~Runner();

    /// Runs the plan here and now. Throws SynchronousOnlyOperation before any input or output where
    /// sync is refused.
    template <typename T>
    T run(Plan<T> plan, const PlanContext &context)
    {
        requireSyncAllowed(context.method, context.site);
        Job<T> job(std::move(plan));
        runHere(job, context);
        return job.plan.take();
    }

    /// Starts the plan on a worker. Never blocks. Cancelling the future cancels the statement
    /// (async.md, Cancel).
    template <typename T>
    QFuture<T> start(Plan<T> plan, const PlanContext &context)
    {
        auto job = std::make_unique<AsyncJob<T>>(std::move(plan));
        QFuture<T> future = job->promise.future();
        job->promise.start();
        enqueue(std::move(job), context);
        return future;
    }

    /// What the pool is doing, for the status line and PoolExhausted.
    struct Stats {
        int open = 0, busy = 0, idle = 0, queued = 0, limit = 0, leases = 0;
    };
    virtual Stats stats() const = 0;
    virtual void setTraceSink(TraceSink *sink) = 0; // not owned; null: nobody listens
    /// Asks whatever runs on this thread's own (sync) connection to stop. Any thread may ask for
    /// another's: by its trace thread number. Whoever runs a plan there gets QueryCancelled; a
    /// COMMIT or ROLLBACK is not disturbed.
    virtual void cancelSync(std::uint16_t traceThread) = 0;
    /// Whether the calling thread's own connection has a transaction open.
    virtual bool inTransactionHere() const { return false; }
    /// Refuses new plans, cancels running ones and joins; within the time given.
    virtual void shutdown(std::chrono::milliseconds within = std::chrono::milliseconds(2000)) = 0;

    /// A plan without its type, as the driver sees it.
    struct JobBase {
        virtual ~JobBase() = default;
        virtual PlanBase::Request *resume() = 0;
        // Async jobs only:
        virtual bool isCanceled() const { return false; }
        virtual void finish() {}                 // hands result or error to the future
        virtual void fail(std::exception_ptr) {} // never ran
    };

    /// A connection that several async plans use one after another: what an async transaction
    /// needs. It is taken from the pool when it is free, and kept until end(). Any thread.
    class Session {
    public:
        virtual ~Session();
        /// Runs after all that came before it.
        virtual void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) = 0;
        /// Gives the connection back after what is still queued. Plans that come later fail.
        virtual void end() = 0;
    };
    /// Never blocks. Throws NotSupportedError where connections cannot be kept.
    virtual std::shared_ptr<Session> openSession(const PlanContext &context);

    // For a runner that stands before another one:
    void runJob(JobBase &job, const PlanContext &context) { runHere(job, context); }
    void enqueueJob(std::unique_ptr<JobBase> job, const PlanContext &context)
    {
        enqueue(std::move(job), context);
    }

protected:
    virtual void runHere(JobBase &job, const PlanContext &context) = 0;
    virtual void enqueue(std::unique_ptr<JobBase> job, const PlanContext &context) = 0;

private:
    template <typename T>
    struct Job : JobBase {
        explicit Job(Plan<T> p) : plan(std::move(p)) {}
        PlanBase::Request *resume() override { return plan.resume(); }
        Plan<T> plan;
    };
    template <typename T>
    struct AsyncJob : Job<T> {
        using Job<T>::Job;
        bool isCanceled() const override { return promise.isCanceled(); }
        void finish() override
        {
            try {
                if constexpr (std::is_void_v<T>)
                    this->plan.take();
                else
                    promise.addResult(this->plan.take());
            } catch (...) {
                promise.setException(std::current_exception());
            }
            promise.finish();
        }
        void fail(std::exception_ptr error) override
        {
            promise.setException(error);
            promise.finish();
        }
        mutable QPromise<T> promise;
    };
};

} // namespace heddle
