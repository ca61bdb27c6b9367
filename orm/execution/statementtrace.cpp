#include "orm/execution/statementtrace.h"

#include "orm/values/errors.h"

namespace heddle::detail {

namespace {

QByteArray parametersJson(const ValueList &parameters)
{
    QByteArray json = "[";
    for (std::size_t i = 0; i < parameters.size(); ++i) {
        if (i > 0)
            json += ", ";
        json += toJson(parameters[i]);
    }
    return json + ']';
}

/// A number of 53 bits, which JSON carries unchanged; never 0 where there are parameters.
std::uint64_t digestOf(const ValueList &parameters)
{
    std::uint64_t digest = 0;
    for (const Value &value : parameters)
        digest = (digest ^ value.hash()) * 0x9e3779b97f4a7c15u + 1;
    return digest >> 11;
}

QByteArray oneLine(const std::exception_ptr &error, TraceOutcome *outcome)
{
    *outcome = TraceOutcome::Failed;
    try {
        std::rethrow_exception(error);
    } catch (const QueryCancelled &e) {
        *outcome = TraceOutcome::Cancelled;
        return e.message().simplified().toUtf8();
    } catch (const OrmError &e) {
        return (e.className() + QStringLiteral(": ") + e.message()).simplified().toUtf8();
    } catch (const std::exception &e) {
        return QByteArray(e.what()).simplified();
    } catch (...) {
        return QByteArrayLiteral("unknown error");
    }
}

} // namespace

bool isProtected(TraceKind kind)
{
    switch (kind) {
    case TraceKind::Commit:
    case TraceKind::Rollback:
    case TraceKind::RollbackToSavepoint:
    case TraceKind::ReleaseSavepoint:
        return true;
    case TraceKind::Read:
    case TraceKind::Write:
    case TraceKind::Begin:
    case TraceKind::Savepoint:
    case TraceKind::Cell:
    case TraceKind::Coroutine:
    case TraceKind::Await:
    case TraceKind::Sleep:
    case TraceKind::Crossing:
    case TraceKind::LockWait:
    case TraceKind::Usage:
    case TraceKind::Pragma:
        return false;
    }
    return false;
}

bool mayStartAfterCancel(TraceKind kind)
{
    return isProtected(kind) && kind != TraceKind::Commit;
}

void StatementTrace::begin(const Statement &statement)
{
    if (!m_sink)
        return;
    flush(0);
    TraceRecord &r = m_record.emplace();
    r.id = nextTraceId();
    r.parent = m_context.traceParent;
    r.run = m_context.run;
    r.kind = statement.kind;
    r.async = m_async;
    r.thread = currentTraceThread();
    r.lane = m_context.lane;
    r.site = m_context.site;
    r.origin = m_context.origin;
    if (const StatementPart *part = statement.part.get()) {
        r.method = part->method;
        r.set = part->set;
        r.parentSet = part->parentSet;
        r.link = TraceLink::Prefetch;
        r.relation = part->relation;
    } else {
        r.method = m_context.method;
        r.set = m_first ? m_context.set : 0;
        r.parentSet = m_context.parentSet;
        r.parentRow = m_context.parentRow;
        r.link = m_context.link;
        r.relation = m_context.relation;
    }
    r.digest = digestOf(statement.parameters);
    r.label = statement.label.isEmpty() ? m_context.label : statement.label;
    r.database = m_context.database;
    r.sql = statement.sql;
    if (m_sink->wantsParameters())
        r.parameters = parametersJson(statement.parameters);
    m_beganFirst = m_first;
    if (m_first) {
        r.createdNs = m_context.createdNs ? m_context.createdNs : m_leasedNs;
        r.compiledNs = m_context.compiledNs;
        r.queuedNs = m_queuedNs;
        r.leasedNs = m_leasedNs;
        m_first = false;
    } else {
        r.createdNs = r.leasedNs = m_lastNs;
    }
    m_times = StatementTimes();
    m_times.sentNs = r.leasedNs; // kept if the connection has nothing to wait for before it sends
    m_open = true;
}

/// What stood still for a millisecond did not merely meet somebody in the door.
void StatementTrace::tellOfLock() const
{
    constexpr std::int64_t shortestNs = 1'000'000;
    const LockTimes &lock = m_times.lock;
    if (lock.untilNs - lock.sinceNs < shortestNs)
        return;
    TraceRecord r;
    r.id = nextTraceId();
    r.parent = m_record->id;
    r.run = m_record->run;
    r.kind = TraceKind::LockWait;
    r.async = m_async;
    r.thread = m_record->thread;
    r.lane = m_record->lane;
    r.connection = m_record->connection;
    r.site = m_record->site;
    r.label = m_record->label;
    r.createdNs = lock.sinceNs;
    r.releasedNs = lock.untilNs;
    r.lock = std::make_shared<const LockWait>(
        LockWait{lock.holder, lock.holderName, lock.mode, lock.on});
    m_sink->record(std::move(r));
}

void StatementTrace::end(const PlanBase::Request &request)
{
    if (!m_sink || !m_record)
        return;
    tellOfLock();
    m_record->sentNs = m_times.sentNs;
    m_record->firstRowNs = m_times.firstRowNs;
    m_record->lastRowNs = m_times.lastRowNs;
    if (request.error) {
        m_record->error = oneLine(request.error, &m_record->outcome);
        return;
    }
    m_record->rows = request.sink ? 0 : request.result.rowCount();
    for (const RowBatchPtr &batch : request.result.batches)
        m_record->bytes += std::int64_t(batch->byteSize());
}

void StatementTrace::flush(std::int64_t releasedNs)
{
    if (!m_sink || !m_open)
        return;
    m_record->releasedNs = releasedNs;
    m_open = false;
    m_sink->record(std::move(*m_record));
}

} // namespace heddle::detail
