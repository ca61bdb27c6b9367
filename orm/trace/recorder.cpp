#include "orm/trace/trace.h"

#include <algorithm>
#include <array>
#include <mutex>

namespace heddle {
namespace {

// A power of two. Threads are numbered from 1, so up to this many never share a shard.
constexpr std::size_t ShardCount = 64;
// Records a chunk: large enough that its allocation does not count, small enough not to waste
// memory on a quiet thread.
constexpr std::size_t ChunkSize = 128;

using Chunk = std::vector<TraceRecord>;

/// What the threads of one number (modulo ShardCount) have recorded. On its own cache line:
/// neighbours do not slow each other down.
struct alignas(64) Shard {
    mutable std::mutex mutex; // nearly always free: only a reader or a 65th thread contends
    std::vector<Chunk> chunks;
};

} // namespace

struct TraceRecorder::Private {
    explicit Private(bool withParameters, std::size_t most)
        : parameters(withParameters), limit(most)
    {
    }

    const bool parameters;
    const std::size_t limit;
    std::atomic<std::size_t> count = 0;
    std::atomic<std::size_t> droppedCount = 0;
    std::array<Shard, ShardCount> shards;
};

TraceRecorder::TraceRecorder(bool parameters, std::size_t limit)
    : d(std::make_unique<Private>(parameters, limit))
{
}

TraceRecorder::~TraceRecorder() = default;

void TraceRecorder::record(TraceRecord &&record) noexcept
{
    if (d->count.fetch_add(1, std::memory_order_relaxed) >= d->limit) {
        d->count.fetch_sub(1, std::memory_order_relaxed);
        d->droppedCount.fetch_add(1, std::memory_order_relaxed);
        return;
    }
    Shard &shard = d->shards[currentTraceThread() % ShardCount];
    try {
        const std::lock_guard lock(shard.mutex);
        // Chunks never grow beyond their first allocation, so no record is ever moved again.
        if (shard.chunks.empty() || shard.chunks.back().size() == ChunkSize)
            shard.chunks.emplace_back().reserve(ChunkSize);
        shard.chunks.back().push_back(std::move(record));
    } catch (const std::exception &) {
        // Out of memory: a lost record must not end the query that it tells of.
        d->count.fetch_sub(1, std::memory_order_relaxed);
        d->droppedCount.fetch_add(1, std::memory_order_relaxed);
    }
}

bool TraceRecorder::wantsParameters() const noexcept
{
    return d->parameters;
}

static void sortById(std::vector<TraceRecord> &records)
{
    std::sort(records.begin(), records.end(),
              [](const TraceRecord &a, const TraceRecord &b) { return a.id < b.id; });
}

std::vector<TraceRecord> TraceRecorder::snapshot() const
{
    std::vector<TraceRecord> result;
    result.reserve(size());
    for (const Shard &shard : d->shards) {
        const std::lock_guard lock(shard.mutex);
        for (const Chunk &chunk : shard.chunks)
            result.insert(result.end(), chunk.begin(), chunk.end());
    }
    sortById(result);
    return result;
}

std::vector<TraceRecord> TraceRecorder::take()
{
    std::vector<TraceRecord> result;
    result.reserve(size());
    for (Shard &shard : d->shards) {
        std::vector<Chunk> chunks;
        {
            const std::lock_guard lock(shard.mutex);
            chunks.swap(shard.chunks);
        }
        for (Chunk &chunk : chunks) {
            d->count.fetch_sub(chunk.size(), std::memory_order_relaxed);
            std::move(chunk.begin(), chunk.end(), std::back_inserter(result));
        }
    }
    sortById(result);
    return result;
}

std::size_t TraceRecorder::size() const
{
    return d->count.load(std::memory_order_relaxed);
}

std::size_t TraceRecorder::dropped() const
{
    return d->droppedCount.load(std::memory_order_relaxed);
}

} // namespace heddle
