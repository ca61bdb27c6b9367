#include "orm/script/workbookrunner.h"

#include "orm/script/workbookrun.h"
#include "orm/values/errors.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

struct WorkbookRunner::Private {
    Private(InterpreterOptions given, CellListener *to) : options(std::move(given)), listener(to)
    {
        options.output = nullptr;
        names = std::make_unique<Interpreter>(options);
        manual = std::make_unique<ManualTransaction>(options.database);
    }

    void coordinate();
    void endManual(bool commit);
    void onSyncThread(const std::function<void()> &work);
    void prepare();

    InterpreterOptions options; // under mutex: limits and loadMode change
    CellListener *listener;
    ScriptThreads threads; // before the names: a thread may still hold work that knows them

    mutable std::mutex mutex;
    std::condition_variable changed;
    std::optional<WorkbookRun::Order> order; // waiting to be taken up
    std::optional<bool> ending;              // likewise: commit (true) or roll back
    std::unique_ptr<ManualTransaction> manual;
    std::unique_ptr<WorkbookRun> run; // under way
    bool running = false, quitting = false, stopRequested = false;
    int parallelism = 4;

    std::mutex previewMutex; // of the two sets of names, while nobody runs on them
    std::unique_ptr<Interpreter> names;
    std::unique_ptr<Interpreter> namesBefore; // during a run
    std::thread coordinator;
};

WorkbookRunner::WorkbookRunner(InterpreterOptions options, CellListener *listener)
    : d(std::make_unique<Private>(std::move(options), listener))
{
    d->coordinator = std::thread([this] { d->coordinate(); });
}

WorkbookRunner::~WorkbookRunner()
{
    {
        const std::lock_guard lock(d->mutex);
        d->quitting = true;
    }
    stop();
    d->changed.notify_all();
    d->coordinator.join();
}

void WorkbookRunner::Private::prepare()
{
    const std::lock_guard preview(previewMutex);
    const std::lock_guard lock(mutex);
    names->setLimits(options.limits);
    names->setLoadMode(options.loadMode);
    names->setTrace(order->sink, order->run);
    namesBefore = names->copyGlobals(nullptr);
    order->parallelism = parallelism;
    run = std::make_unique<WorkbookRun>(std::move(*order), *names, threads, listener, manual.get());
    order.reset();
    if (stopRequested)
        run->requestStop();
}

void WorkbookRunner::Private::coordinate()
{
    setTraceThreadName(u"script-coordinator"_s);
    for (;;) {
        {
            std::unique_lock lock(mutex);
            changed.wait(lock, [this] { return quitting || order || ending; });
            if (!order && !ending)
                break;
        }
        if (ending) {
            endManual(*ending);
            continue;
        }
        prepare();
        run->execute();
        std::unique_ptr<WorkbookRun> ended;
        {
            const std::lock_guard preview(previewMutex);
            const std::lock_guard lock(mutex);
            ended = std::move(run);
            namesBefore.reset();
        }
        {
            // What it frees may be linked with names that a preview reads.
            const std::lock_guard preview(previewMutex);
            ended.reset();
        }
        // Told before isRunning() says no, so that nothing of the next run can come in front of it.
        listener->runFinished();
        {
            const std::lock_guard lock(mutex);
            running = false;
            stopRequested = false;
        }
        changed.notify_all();
    }
    if (manual->state().open)
        onSyncThread([this] { manual.reset(); });
}

void WorkbookRunner::Private::onSyncThread(const std::function<void()> &work)
{
    bool done = false;
    std::mutex waiting;
    std::condition_variable ended;
    threads.get(WorkbookRun::syncThread()).post([&] {
        work();
        const std::lock_guard lock(waiting);
        done = true;
        ended.notify_all();
    });
    std::unique_lock lock(waiting);
    ended.wait(lock, [&] { return done; });
}

void WorkbookRunner::Private::endManual(bool commit)
{
    std::optional<ScriptError> error;
    onSyncThread([&] {
        try {
            manual->finish(commit);
        } catch (const OrmError &thrown) {
            error = toScriptError(thrown);
        }
    });
    listener->transactionChanged(manual->state());
    listener->transactionEnded(commit && !error, error);
    {
        const std::lock_guard lock(mutex);
        ending.reset();
        running = false;
    }
    changed.notify_all();
}

void WorkbookRunner::setManualCommit(bool manual)
{
    d->manual->setEnabled(manual);
}

ManualState WorkbookRunner::transaction() const
{
    return d->manual->state();
}

bool WorkbookRunner::endTransaction(bool commit)
{
    {
        const std::lock_guard lock(d->mutex);
        if (d->running || d->quitting || !d->manual->state().open)
            return false;
        d->running = true;
        d->ending = commit;
    }
    d->changed.notify_all();
    return true;
}

bool WorkbookRunner::start(std::vector<CellSource> cells, RunMode mode, std::uint32_t run,
                           TraceSink *sink, RunScope scope)
{
    {
        const std::lock_guard lock(d->mutex);
        if (d->running || d->quitting)
            return false;
        d->running = true;
        d->order = WorkbookRun::Order{std::move(cells), mode, run, sink, scope, d->parallelism};
    }
    d->changed.notify_all();
    return true;
}

void WorkbookRunner::stop() noexcept
{
    const std::lock_guard lock(d->mutex);
    if (!d->running)
        return;
    d->stopRequested = true;
    if (d->run)
        d->run->requestStop();
}

bool WorkbookRunner::isRunning() const
{
    const std::lock_guard lock(d->mutex);
    return d->running;
}

void WorkbookRunner::setLimits(const Limits &limits)
{
    const std::lock_guard lock(d->mutex);
    d->options.limits = limits;
}

void WorkbookRunner::setParallelism(int threads)
{
    const std::lock_guard lock(d->mutex);
    d->parallelism = std::max(1, threads);
}

void WorkbookRunner::setLoadMode(LoadMode mode)
{
    const std::lock_guard lock(d->mutex);
    d->options.loadMode = mode;
}

bool WorkbookRunner::waitForFinished(std::chrono::milliseconds within)
{
    std::unique_lock lock(d->mutex);
    const auto idle = [this] { return !d->running; };
    if (within == std::chrono::milliseconds::max()) {
        d->changed.wait(lock, idle);
        return true;
    }
    return d->changed.wait_for(lock, within, idle);
}

void WorkbookRunner::reset()
{
    waitForFinished();
    const std::lock_guard preview(d->previewMutex);
    InterpreterOptions options;
    {
        const std::lock_guard lock(d->mutex);
        options = d->options;
    }
    d->names = std::make_unique<Interpreter>(options);
}

SqlPreview WorkbookRunner::preview(const QString &expression, const QString &precedingSource)
{
    const std::lock_guard preview(d->previewMutex);
    Interpreter &names = d->namesBefore ? *d->namesBefore : *d->names;
    return names.preview(expression, precedingSource);
}

} // namespace heddle::script
