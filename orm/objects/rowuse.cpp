#include "orm/objects/rowuse.h"

namespace heddle {

using namespace Qt::Literals::StringLiterals;

RowUse::RowUse(std::uint64_t set, std::uint32_t run, const CallSite &site,
               std::shared_ptr<const ResultShape> shape)
    : m_set(set), m_run(run), m_site(site), m_shape(std::move(shape)),
      m_read((m_shape->types.size() + 63) / 64), m_bytes(m_shape->types.size())
{
}

void RowUse::arrived(const RowBatch &batch) noexcept
{
    m_rows.fetch_add(batch.rowCount(), std::memory_order_relaxed);
    const std::size_t columns = std::min(m_bytes.size(), std::size_t(batch.columnCount()));
    for (std::size_t i = 0; i < columns; ++i)
        m_bytes[i].fetch_add(std::int64_t(batch.column(int(i)).byteSize()),
                             std::memory_order_relaxed);
}

void RowUse::readAll() noexcept
{
    for (auto &word : m_read)
        word.store(~std::uint64_t(0), std::memory_order_relaxed);
}

bool RowUse::isRead(int column) const
{
    return m_read[std::size_t(column) >> 6].load(std::memory_order_relaxed) >> (column & 63) & 1;
}

bool RowUse::isTouched(const RowLayout &layout) const
{
    for (const int column : layout.columnOfField)
        if (column >= 0 && isRead(column))
            return true;
    for (const RowLayout::Related &related : layout.related)
        if (isTouched(*related.layout))
            return true;
    return false;
}

std::int64_t RowUse::bytesOf(const RowLayout &layout) const
{
    std::int64_t bytes = 0;
    for (const int column : layout.columnOfField)
        if (column >= 0)
            bytes += m_bytes[std::size_t(column)].load(std::memory_order_relaxed);
    for (const RowLayout::Related &related : layout.related)
        bytes += bytesOf(*related.layout);
    return bytes;
}

void RowUse::addUnread(int column, QByteArray name, RowUsage &usage) const
{
    if (isRead(column))
        return;
    usage.unreadBytes += m_bytes[std::size_t(column)].load(std::memory_order_relaxed);
    usage.unreadColumns.push_back(std::move(name));
}

void RowUse::gather(const RowLayout &layout, const QByteArray &path, RowUsage &usage) const
{
    for (const auto &field : layout.model->fields()) {
        const int column = layout.columnOfField[std::size_t(field->index)];
        if (column >= 0 && !field->primaryKey && !field->isRelation())
            addUnread(column, path + field->name.toUtf8(), usage);
    }
    for (const RowLayout::Related &related : layout.related) {
        const QByteArray name = path + related.name().toUtf8();
        if (isTouched(*related.layout)) {
            gather(*related.layout, name + "__", usage);
        } else {
            usage.unusedRelations.push_back(name);
            usage.unreadBytes += bytesOf(*related.layout);
        }
    }
}

TraceRecord RowUse::toRecord() const
{
    auto usage = std::make_shared<RowUsage>();
    usage->rows = m_listed.load(std::memory_order_relaxed);
    usage->listed = usage->rows > 0;
    usage->counted = m_counted.load(std::memory_order_relaxed);
    usage->tested = m_tested.load(std::memory_order_relaxed);
    if (m_shape->kind == ResultKind::Rows && m_shape->layout.model) {
        gather(m_shape->layout, {}, *usage);
        for (const auto &[name, column] : m_shape->annotations)
            if (!name.startsWith("_prefetch_"_L1)) // the engine's own
                addUnread(column, name.toUtf8(), *usage);
    }
    TraceRecord record;
    record.id = nextTraceId();
    record.kind = TraceKind::Usage;
    record.run = m_run;
    record.site = m_site;
    record.set = m_set;
    record.rows = m_rows.load(std::memory_order_relaxed);
    for (const auto &bytes : m_bytes)
        record.bytes += bytes.load(std::memory_order_relaxed);
    record.createdNs = record.releasedNs = monotonicNs();
    record.usage = std::move(usage);
    return record;
}

namespace {

struct Logs {
    std::mutex mutex;
    std::map<std::uint32_t, RowUseLog *> byRun;
    std::atomic<int> count{0};
};

Logs &logs()
{
    static auto *all = new Logs; // leaked: evaluations may outlive the statics
    return *all;
}

} // namespace

RowUseLog::RowUseLog(std::uint32_t run) : m_run(run)
{
    Logs &all = logs();
    const std::lock_guard lock(all.mutex);
    if (all.byRun.try_emplace(run, this).second)
        all.count.fetch_add(1, std::memory_order_relaxed);
}

RowUseLog::~RowUseLog()
{
    Logs &all = logs();
    const std::lock_guard lock(all.mutex);
    if (const auto it = all.byRun.find(m_run); it != all.byRun.end() && it->second == this) {
        all.byRun.erase(it);
        all.count.fetch_sub(1, std::memory_order_relaxed);
    }
}

std::vector<TraceRecord> RowUseLog::records(bool held) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<TraceRecord> records = m_multiplied;
    for (const auto &use : m_uses)
        if (held || use.use_count() == 1)
            records.push_back(use->toRecord());
    return records;
}

std::shared_ptr<RowUse> RowUseLog::follow(std::uint64_t set, std::uint32_t run,
                                          const CallSite &site,
                                          const std::shared_ptr<const ResultShape> &shape)
{
    Logs &all = logs();
    if (all.count.load(std::memory_order_relaxed) == 0 || !shape)
        return nullptr;
    const std::lock_guard lock(all.mutex);
    const auto it = all.byRun.find(run);
    if (it == all.byRun.end())
        return nullptr;
    const std::lock_guard own(it->second->m_mutex);
    if (it->second->m_uses.size() >= kMost)
        return nullptr;
    return it->second->m_uses.emplace_back(std::make_shared<RowUse>(set, run, site, shape));
}

void RowUseLog::multiplied(std::uint32_t run, std::uint64_t set, const CallSite &site,
                           const ResultShape &shape)
{
    Logs &all = logs();
    if (all.count.load(std::memory_order_relaxed) == 0)
        return;
    const std::lock_guard lock(all.mutex);
    const auto it = all.byRun.find(run);
    if (it == all.byRun.end())
        return;
    TraceRecord record;
    record.id = nextTraceId();
    record.kind = TraceKind::Usage;
    record.run = run;
    record.site = site;
    record.set = set;
    record.relation = shape.multiplied.join(", "_L1).toUtf8();
    record.label = shape.multipliedAggregates.join(", "_L1).toUtf8();
    record.createdNs = record.releasedNs = monotonicNs();
    const std::lock_guard own(it->second->m_mutex);
    if (it->second->m_multiplied.size() < kMost)
        it->second->m_multiplied.push_back(std::move(record));
}

} // namespace heddle
