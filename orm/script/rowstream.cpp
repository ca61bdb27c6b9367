#include "orm/script/rowstream.h"

#include "orm/objects/resultstorage.h"
#include "orm/objects/transaction.h"
#include "orm/script/containers.h"
#include "orm/script/perform.h"
#include "orm/script/rowpipe.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The pipe's end at the connection; says why nothing comes any more, however that came about.
struct PipeEnd {
    explicit PipeEnd(std::shared_ptr<RowPipe> to) : pipe(std::move(to)) {}
    ~PipeEnd() { pipe->finish(error); }
    PipeEnd(const PipeEnd &) = delete;
    const std::shared_ptr<RowPipe> pipe;
    std::exception_ptr error =
        std::make_exception_ptr(QueryCancelled(u"The query was cancelled before it was sent."_s));
};

Plan<bool> piped(Plan<qint64> plan, std::shared_ptr<PipeEnd> end)
{
    while (PlanBase::Request *request = plan.resume()) {
        Forwarded forwarded(request);
        co_await forwarded;
    }
    try {
        plan.take();
        end->error = nullptr;
    } catch (...) {
        end->error = std::current_exception();
    }
    co_return true;
}

/// Rows that come by the batch, for a loop of either kind.
class RowStream : public AsyncIterator {
public:
    explicit RowStream(RecordSet rows) : m_rows(std::move(rows)) {}
    ~RowStream() override
    {
        if (!m_pipe)
            return;
        m_pipe->abandon();
        m_running.cancel();
    }

    Object iterate(Machine &) override { return Object::share(this); }
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override { visit(m_whole); }
    Object copyFor(Copier &) const override
    {
        return Iterator::of("generator", [](Machine &, Object &) -> bool {
            throw RuntimeError(
                u"rows that were begun in one cell cannot go on in a cell that runs in parallel"_s);
        });
    }

protected:
    void start(Machine &vm, const Database &database, const CallInfo &call)
    {
        m_storage = std::make_shared<ResultStorage>();
        m_storage->database = m_rows.database();
        m_storage->query = m_rows.query();
        m_storage->shape = m_rows.shape();
        m_storage->id = nextTraceId();
        m_storage->origin = call.site;
        m_storage->use = RowUseLog::follow(m_storage->id, call.run, call.site, m_storage->shape);
        m_pipe = std::make_shared<RowPipe>();
        Operation<qint64> operation = operations::stream(
            database, m_rows.query(),
            [pipe = m_pipe](RowBatchPtr batch) {
                return batch->rowCount() == 0 || pipe->put(std::move(batch));
            },
            call);
        operation.context.set = m_storage->id;
        auto end = std::make_shared<PipeEnd>(m_pipe);
        Plan<bool> plan = piped(std::move(operation.plan), std::move(end));
        m_running = database.runner().start(std::move(plan), operation.context);
        std::erase_if(vm.pipes, [](const auto &pipe) { return pipe.expired(); });
        vm.pipes.push_back(m_pipe);
        std::erase_if(vm.streams, [](const auto &stream) { return stream.running.isFinished(); });
        vm.streams.push_back({m_pipe, m_running});
    }

    /// Takes over a batch, or the end. False at the end; throws what ended the query.
    bool accept(Machine &vm, RowPipe::Taken taken)
    {
        if (taken.error) {
            m_ended = true;
            if (m_running.isFinished() && !m_running.isCanceled())
                m_running.waitForFinished(); // it never ran: this throws why
            std::rethrow_exception(taken.error);
        }
        if (!taken.batch) {
            m_ended = true;
            m_result.reset();
            return false;
        }
        vm.countRows(taken.batch->rowCount());
        auto storage = std::make_shared<ResultStorage>();
        storage->database = m_storage->database;
        storage->query = m_storage->query;
        storage->shape = m_storage->shape;
        storage->id = m_storage->id;
        storage->origin = m_storage->origin;
        storage->use = m_storage->use;
        setBytes(taken.batch->byteSize());
        storage->take({std::move(taken.batch)});
        m_result = std::make_shared<const ResultSet>(std::move(storage));
        m_at = 0;
        return true;
    }

    bool hasRow() const { return m_result && m_at < m_result->rowCount(); }
    Object takeRow()
    {
        if (m_storage->use)
            m_storage->use->listed(1);
        return rowObject(*m_result, m_at++);
    }

    const RecordSet m_rows;
    std::shared_ptr<RowPipe> m_pipe;
    QFuture<bool> m_running;
    bool m_ended = false;
    Object m_whole; // an iterator of them all, where they cannot come by the batch

private:
    std::shared_ptr<ResultStorage> m_storage; // what each batch's own begins as
    ResultSetPtr m_result;
    std::int64_t m_at = 0;
};

/// For `for`.
class SyncRowStream final : public RowStream {
public:
    using RowStream::RowStream;
    QString typeName() const override { return u"generator"_s; }
    Object ready(Machine &) override { return {}; }

    bool next(Machine &vm, Object &value) override
    {
        if (!m_pipe && !m_ended && m_whole.isEmpty())
            begin(vm);
        if (!m_whole.isEmpty())
            return nextOf(vm, m_whole, value);
        while (!hasRow()) {
            if (m_ended || !accept(vm, takeNext(vm)))
                return false;
        }
        value = takeRow();
        return true;
    }

private:
    void begin(Machine &vm)
    {
        const Database database = m_rows.database();
        if (vm.isDry() || syncRefusedHere() || !canStream(m_rows.query()) ||
            transactions::isOpen(database)) {
            const Object fresh = Object::make<QuerySet>(m_rows);
            fresh.as<QuerySet>()->evaluate(vm, "async for ... in ... .aiterator()");
            m_whole = fresh.heap()->iterate(vm);
            return;
        }
        refuseLeaving(vm, "iterator", Way::Sync);
        vm.checkLimits();
        vm.countQuery();
        start(vm, database, callInfo(vm, "iterator"));
    }

    RowPipe::Taken takeNext(Machine &vm)
    {
        constexpr std::chrono::milliseconds kLookUp{20}; // for a stop, and the clock
        for (;;) {
            if (std::optional<RowPipe::Taken> taken = m_pipe->take())
                return std::move(*taken);
            {
                const Machine::Away waiting(vm);
                m_pipe->wait(kLookUp);
            }
            vm.checkLimits();
        }
    }
};

/// For `async for`.
class AsyncRowStream final : public RowStream {
public:
    AsyncRowStream(Machine &vm, RecordSet rows) : RowStream(std::move(rows))
    {
        refuseLeaving(vm, "iterator", Way::Async);
        vm.countQuery();
        start(vm, m_rows.database(), callInfo(vm, "iterator"));
    }
    QString typeName() const override { return u"async_generator"_s; }

    Object ready(Machine &vm) override
    {
        if (hasRow() || m_ended)
            return {};
        const Object future = vm.loop().newFuture();
        future.as<Future>()->onCancel([future](Machine &) { future.as<Future>()->setCancelled(); });
        m_pipe->whenReady([future, mailbox = vm.loop().mailbox()] {
            mailbox->post([future] {
                if (!future.as<Future>()->isDone())
                    future.as<Future>()->finish(Object::none());
            });
        });
        return future;
    }

    bool next(Machine &vm, Object &value) override
    {
        while (!hasRow()) {
            std::optional<RowPipe::Taken> taken;
            if (!m_ended)
                taken = m_pipe->take();
            if (!taken || !accept(vm, std::move(*taken)))
                return false;
        }
        value = takeRow();
        return true;
    }
};

/// rows.aiterator().
class AsyncRows final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Other;
    explicit AsyncRows(RecordSet rows) : HeapObject(kKind), m_rows(std::move(rows)) {}
    QString typeName() const override { return u"async_generator"_s; }
    Object asyncIterate(Machine &vm) override
    {
        return Object::make<QuerySet>(m_rows).heap()->asyncIterate(vm);
    }
    Object copyFor(Copier &) const override { return Object::make<AsyncRows>(m_rows); }

private:
    const RecordSet m_rows;
};

} // namespace

std::shared_ptr<RowCount> RowCount::of(Machine &vm)
{
    const std::optional<std::int64_t> left = vm.rowsLeft();
    if (!left)
        return nullptr;
    auto count = std::make_shared<RowCount>();
    count->allowed = *left;
    count->limit = vm.options.limits.rows;
    return count;
}

void RowCount::add(std::int64_t rows)
{
    total += rows;
    if (total > allowed)
        throw Machine::tooManyRows(limit);
}

void waitedTooLong(Machine &vm)
{
    vm.checkLimits();
}

bool canStream(const Query &query)
{
    for (const Step *step : query.steps()) {
        if (step->kind == StepKind::SelectForUpdate ||
            (step->kind == StepKind::PrefetchRelated && !step->flag))
            return false;
    }
    return !query.state().empty;
}

Object syncRowStream(Machine &, const RecordSet &rows)
{
    return Object::make<SyncRowStream>(rows);
}

Object asyncRowStream(Machine &vm, const RecordSet &rows)
{
    return Object::make<AsyncRowStream>(vm, rows);
}

Object asyncRowIterable(const RecordSet &rows)
{
    return Object::make<AsyncRows>(rows);
}

void waitForStreams(Machine &vm, Streams which)
{
    std::erase_if(vm.streams, [which](Machine::Stream &stream) {
        if (const std::shared_ptr<RowPipe> pipe = stream.pipe.lock()) {
            if (which == Streams::All)
                pipe->abandon();
            else if (!pipe->isOver())
                return false; // a variable holds it for a later cell
        }
        try {
            stream.running.waitForFinished();
        } catch (...) { // the reader has been told, if there was one
        }
        return true;
    });
}

void takeInStreams(Machine &vm)
{
    for (const std::weak_ptr<RowPipe> &weak : vm.pipes) {
        if (const std::shared_ptr<RowPipe> pipe = weak.lock())
            pipe->letIn();
    }
    vm.pipes.clear();
}

} // namespace heddle::script
