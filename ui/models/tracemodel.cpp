#include "ui/models/tracemodel.h"

#include "ui/models/timelinegeometry.h"

#include <QSet>
#include <algorithm>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

TraceModel::TraceModel(QObject *parent) : QObject(parent)
{
}

TraceModel::~TraceModel() = default;

void TraceModel::append(const std::vector<TraceRecord> &records)
{
    if (records.empty())
        return;
    m_records.reserve(m_records.size() + records.size());
    for (const TraceRecord &record : records) {
        if (record.kind == TraceKind::Usage) {
            m_uses.push_back(record);
            continue;
        }
        const auto known = m_byId.constFind(record.id);
        if (known != m_byId.constEnd()) {
            m_records[std::size_t(*known)] = record;
        } else {
            m_byId.insert(record.id, int(m_records.size()));
            m_records.push_back(record);
        }
    }
    m_layout.reset();
    m_summary.clear();
    Q_EMIT changed();
}

std::vector<TraceRecord> TraceModel::allRecords() const
{
    std::vector<TraceRecord> all = m_records;
    all.insert(all.end(), m_uses.begin(), m_uses.end());
    return all;
}

void TraceModel::clear()
{
    m_records.clear();
    m_uses.clear();
    m_byId.clear();
    m_layout.reset();
    m_summary.clear();
    Q_EMIT changed();
}

const TraceLayout &TraceModel::layout() const
{
    if (!m_layout)
        m_layout = std::make_unique<const TraceLayout>(layOutTrace(m_records));
    return *m_layout;
}

const std::vector<TraceLane> &TraceModel::lanes() const
{
    return layout().lanes;
}

const std::vector<TraceLockArrow> &TraceModel::lockArrows() const
{
    return layout().lockArrows;
}

const std::vector<TraceGroup> &TraceModel::groups() const
{
    return layout().groups;
}

const TraceBar *TraceModel::bar(const BarPlace &place) const
{
    if (!place.isValid())
        return nullptr;
    return &lanes()[std::size_t(place.lane.value)]
                .rows[std::size_t(place.row)]
                .bars[std::size_t(place.bar)];
}

BarPlace TraceModel::placeOf(RecordIndex record) const
{
    return record.isValid() ? layout().places[std::size_t(record.value)] : BarPlace{};
}

std::int64_t TraceModel::firstNs() const
{
    return layout().firstNs;
}

std::int64_t TraceModel::lastNs() const
{
    return layout().lastNs;
}

std::vector<RecordIndex> TraceModel::recordsAtLine(int line) const
{
    std::vector<RecordIndex> found;
    for (std::size_t i = 0; i < m_records.size(); ++i) {
        const TraceRecord &r = m_records[i];
        if (r.site.line == line && r.site.file == nullptr && placeOf(RecordIndex(int(i))).isValid())
            found.push_back(RecordIndex(int(i)));
    }
    std::sort(found.begin(), found.end(), [this](RecordIndex a, RecordIndex b) {
        // Statements before the spans that waited for them, then by time.
        const TraceRecord &ra = record(a);
        const TraceRecord &rb = record(b);
        return std::tuple(!isStatement(ra.kind), ra.createdNs, ra.id) <
               std::tuple(!isStatement(rb.kind), rb.createdNs, rb.id);
    });
    return found;
}

std::vector<RecordIndex> TraceModel::find(const QString &text) const
{
    const QString wanted = text.trimmed();
    std::vector<std::pair<std::int64_t, RecordIndex>> found;
    if (wanted.isEmpty())
        return {};
    const auto has = [&wanted](const QString &where) {
        return where.contains(wanted, Qt::CaseInsensitive);
    };
    QHash<QByteArray, bool> known; // statements share their SQL
    const auto hasBytes = [&](const QByteArray &where) {
        const auto it = known.constFind(where);
        return it != known.constEnd() ? *it : *known.insert(where, has(QString::fromUtf8(where)));
    };
    for (const TraceLane &lane : lanes()) {
        const bool inName = has(lane.name);
        for (const TraceRow &row : lane.rows) {
            for (const TraceBar &bar : row.bars) {
                const TraceRecord &r = record(bar.record);
                if (inName || has(title(bar.record)) || hasBytes(r.label) || hasBytes(r.sql) ||
                    hasBytes(r.relation) || hasBytes(r.database) || hasBytes(r.error) ||
                    has(traceThreadName(r.thread)))
                    found.emplace_back(bar.startNs, bar.record);
            }
        }
    }
    std::sort(found.begin(), found.end());
    std::vector<RecordIndex> ordered;
    ordered.reserve(found.size());
    for (const auto &match : found)
        ordered.push_back(match.second);
    return ordered;
}

TraceTotals TraceModel::totals(std::int64_t fromNs, std::int64_t toNs) const
{
    TraceTotals totals;
    QSet<std::uint32_t> connections;
    std::vector<std::pair<std::int64_t, std::int64_t>> intervals;
    for (const TraceLane &lane : lanes()) {
        for (const TraceRow &row : lane.rows) {
            for (std::size_t i = std::size_t(firstBarEndingAfter(row, fromNs - 1));
                 i < row.bars.size(); ++i) {
                const TraceBar &bar = row.bars[i];
                if (bar.startNs > toNs)
                    break;
                const TraceRecord &r = record(bar.record);
                if (!isQuery(r.kind) || bar.endNs < fromNs)
                    continue;
                ++totals.queries;
                totals.rows += r.rows;
                if (r.connection != 0)
                    connections.insert(r.connection);
                intervals.emplace_back(std::max(bar.startNs, fromNs), std::min(bar.endNs, toNs));
            }
        }
    }
    totals.connections = int(connections.size());
    std::sort(intervals.begin(), intervals.end());
    std::int64_t coveredUntil = fromNs;
    for (const auto &[start, end] : intervals) {
        totals.busyNs += end - start;
        totals.coverNs += std::max<std::int64_t>(end - std::max(start, coveredUntil), 0);
        coveredUntil = std::max(coveredUntil, end);
    }
    return totals;
}

QString TraceModel::summary() const
{
    if (isEmpty() || !m_summary.isEmpty())
        return m_summary;
    const TraceTotals all = totals();
    QString text =
        (all.queries == 1 ? tr("1 query") : tr("%1 queries").arg(all.queries)) + u" · "_s +
        (all.connections == 1 ? tr("1 connection") : tr("%1 connections").arg(all.connections));
    // Less than that is the noise of two clocks being read, not a gain.
    if (all.savedNs() >= 100'000)
        text += u" · "_s + tr("saved by parallel: %1").arg(durationText(all.savedNs()));
    m_summary = text;
    return text;
}

} // namespace heddle::ui
