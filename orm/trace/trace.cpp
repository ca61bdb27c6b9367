#include "orm/trace/trace.h"

#include "orm/trace/threadnames.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <mutex>

namespace heddle {
namespace {

/// Names by thread number. Numbers are never used twice: a lane of a finished thread keeps its
/// name.
struct ThreadNames {
    std::mutex mutex;
    std::vector<QString> names = {QString()}; // number 0 is no thread
};

ThreadNames &threadNames()
{
    // Leaked on purpose: threads may still end while the process's statics are being destroyed.
    static auto *names = new ThreadNames;
    return *names;
}

std::uint16_t registerThread() noexcept
{
    try {
        ThreadNames &all = threadNames();
        const std::lock_guard lock(all.mutex);
        if (all.names.size() > std::numeric_limits<std::uint16_t>::max())
            return 0;
        all.names.push_back(QStringLiteral("thread %1").arg(all.names.size()));
        return std::uint16_t(all.names.size() - 1);
    } catch (const std::exception &) {
        return 0;
    }
}

} // namespace

std::int64_t monotonicNs() noexcept
{
    return std::chrono::duration_cast<std::chrono::nanoseconds>(
               std::chrono::steady_clock::now().time_since_epoch())
        .count();
}

std::uint16_t currentTraceThread() noexcept
{
    thread_local const std::uint16_t number = registerThread();
    return number;
}

void setTraceThreadName(const QString &name)
{
    const std::uint16_t number = currentTraceThread();
    ThreadNames &all = threadNames();
    const std::lock_guard lock(all.mutex);
    if (number != 0)
        all.names[number] = name;
}

QString traceThreadName(std::uint16_t thread)
{
    ThreadNames &all = threadNames();
    const std::lock_guard lock(all.mutex);
    return thread < all.names.size() ? all.names[thread] : QString();
}

std::uint64_t nextTraceId() noexcept
{
    static std::atomic<std::uint64_t> next = 1;
    return next.fetch_add(1, std::memory_order_relaxed);
}

std::uint16_t detail::claimThreadNumber(const QString &name, const std::vector<std::uint16_t> &used)
{
    ThreadNames &all = threadNames();
    const std::lock_guard lock(all.mutex);
    for (std::size_t i = 1; i < all.names.size(); ++i) {
        const auto number = std::uint16_t(i);
        if (all.names[i] == name && std::find(used.begin(), used.end(), number) == used.end())
            return number;
    }
    if (all.names.size() > std::numeric_limits<std::uint16_t>::max())
        return 0;
    all.names.push_back(name);
    return std::uint16_t(all.names.size() - 1);
}

TraceSpan spanOf(const TraceRecord &record)
{
    TraceSpan span;
    for (const std::int64_t ns :
         {record.createdNs, record.compiledNs, record.queuedNs, record.leasedNs, record.sentNs,
          record.firstRowNs, record.lastRowNs, record.decodedNs, record.releasedNs}) {
        if (ns == 0)
            continue;
        span.startNs = span.startNs == 0 ? ns : std::min(span.startNs, ns);
        span.endNs = std::max(span.endNs, ns);
    }
    return span;
}

const char *toText(TraceKind kind)
{
    switch (kind) {
    case TraceKind::Read:
        return "read";
    case TraceKind::Write:
        return "write";
    case TraceKind::Begin:
        return "begin";
    case TraceKind::Commit:
        return "commit";
    case TraceKind::Rollback:
        return "rollback";
    case TraceKind::Savepoint:
        return "savepoint";
    case TraceKind::ReleaseSavepoint:
        return "release savepoint";
    case TraceKind::RollbackToSavepoint:
        return "rollback to savepoint";
    case TraceKind::Cell:
        return "cell";
    case TraceKind::Coroutine:
        return "coroutine";
    case TraceKind::Await:
        return "await";
    case TraceKind::Sleep:
        return "sleep";
    case TraceKind::Pragma:
        return "pragma";
    case TraceKind::Crossing:
        return "crossing";
    case TraceKind::LockWait:
        return "lock wait";
    case TraceKind::Usage:
        return "usage";
    }
    return "";
}

const char *toText(TraceOutcome outcome)
{
    switch (outcome) {
    case TraceOutcome::Running:
        return "running";
    case TraceOutcome::Ok:
        return "ok";
    case TraceOutcome::Failed:
        return "failed";
    case TraceOutcome::Cancelled:
        return "cancelled";
    }
    return "";
}

const char *toText(TraceLink link)
{
    switch (link) {
    case TraceLink::None:
        return "none";
    case TraceLink::Relation:
        return "relation";
    case TraceLink::Deferred:
        return "deferred";
    case TraceLink::RelatedSet:
        return "related set";
    case TraceLink::Prefetch:
        return "prefetch";
    case TraceLink::Peers:
        return "peers";
    }
    return "";
}

std::optional<TraceKind> traceKindFromText(const QString &text)
{
    for (int i = 0; i <= int(TraceKind::Usage); ++i) {
        if (text == QLatin1String(toText(TraceKind(i))))
            return TraceKind(i);
    }
    return std::nullopt;
}

std::optional<TraceOutcome> traceOutcomeFromText(const QString &text)
{
    for (int i = 0; i <= int(TraceOutcome::Cancelled); ++i) {
        if (text == QLatin1String(toText(TraceOutcome(i))))
            return TraceOutcome(i);
    }
    return std::nullopt;
}

std::optional<TraceLink> traceLinkFromText(const QString &text)
{
    for (int i = 0; i <= int(TraceLink::Peers); ++i) {
        if (text == QLatin1String(toText(TraceLink(i))))
            return TraceLink(i);
    }
    return std::nullopt;
}

} // namespace heddle
