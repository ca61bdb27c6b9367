#include "ui/models/tracelayout.h"

#include "ui/models/timelinegeometry.h"

#include <QCoreApplication>
#include <QHash>
#include <QSet>
#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <optional>
#include <tuple>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

QString tr(const char *text)
{
    return QCoreApplication::translate("heddle::ui::TraceModel", text);
}

std::int64_t lastMoment(const TraceRecord &r)
{
    return std::max({r.createdNs, r.compiledNs, r.queuedNs, r.leasedNs, r.sentNs, r.firstRowNs,
                     r.lastRowNs, r.decodedNs, r.releasedNs});
}

std::int64_t firstMoment(const TraceRecord &r)
{
    std::int64_t first = std::numeric_limits<std::int64_t>::max();
    for (std::int64_t ns : {r.createdNs, r.compiledNs, r.queuedNs, r.leasedNs, r.sentNs,
                            r.firstRowNs, r.lastRowNs, r.decodedNs, r.releasedNs}) {
        if (ns > 0)
            first = std::min(first, ns);
    }
    return first == std::numeric_limits<std::int64_t>::max() ? 0 : first;
}

BarRole roleOf(const TraceRecord &r)
{
    switch (r.kind) {
    case TraceKind::Read:
        if (r.outcome == TraceOutcome::Failed)
            return BarRole::Failed;
        return r.relation.isEmpty() ? BarRole::Read : BarRole::Implicit;
    case TraceKind::Write:
        return r.outcome == TraceOutcome::Failed ? BarRole::Failed : BarRole::Write;
    case TraceKind::Begin:
    case TraceKind::Commit:
    case TraceKind::Rollback:
    case TraceKind::Savepoint:
    case TraceKind::ReleaseSavepoint:
    case TraceKind::RollbackToSavepoint:
    case TraceKind::Pragma:
        return BarRole::Housekeeping;
    case TraceKind::Cell:
    case TraceKind::Coroutine:
    case TraceKind::Await:
    case TraceKind::Crossing:
        return BarRole::Await;
    case TraceKind::Sleep:
    case TraceKind::Usage:
        return BarRole::Sleep;
    case TraceKind::LockWait:
        return BarRole::LockWait;
    }
    return BarRole::Read;
}

// Lanes come in this order; within one kind, in the order in which they first did something.
struct LaneKey {
    LaneKind kind = LaneKind::Thread;
    std::uint32_t thread = 0; // or the coroutine's number
    std::uint32_t connection = 0;
    auto operator<=>(const LaneKey &) const = default;
};

LaneKey laneOf(const TraceRecord &r, const QHash<std::uint64_t, std::uint16_t> &laneOfCell)
{
    if (isStatement(r.kind))
        return r.async ? LaneKey{LaneKind::Worker, r.thread, r.connection}
                       : LaneKey{LaneKind::Thread, r.thread, 0};
    if (r.kind == TraceKind::Cell && !r.async)
        return {LaneKind::Thread, r.thread, 0};
    // A cell that does not know its lane stands behind its first coroutine.
    const bool knows = r.kind != TraceKind::Cell || r.lane != 0;
    return {LaneKind::Coroutine, knows ? r.lane : laneOfCell.value(r.id, 0), 0};
}

TraceBar barOf(const TraceRecord &r, int index)
{
    TraceBar bar;
    bar.record = RecordIndex(index);
    bar.role = roleOf(r);
    // A worker's lane shows when the worker was busy: waiting for it is the waiting lane's matter.
    bar.startNs = r.async && isStatement(r.kind) && r.leasedNs > 0 ? r.leasedNs : firstMoment(r);
    bar.endNs = std::max(lastMoment(r), bar.startNs);
    return bar;
}

class Builder {
public:
    explicit Builder(const std::vector<TraceRecord> &records) : m_records(records) {}

    TraceLayout build()
    {
        collect();
        orderLanes();
        for (std::size_t i = 0; i < m_layout.lanes.size(); ++i)
            arrange(LaneIndex(int(i)));
        findGroups();
        buildWaitingLane();
        findLockArrows(); // the waiting lane moves those below it
        return std::move(m_layout);
    }

private:
    struct Draft {
        LaneKey key;
        std::int64_t firstNs = 0;
        std::vector<TraceBar> bars;
        std::vector<TraceBar> spans;
        QSet<std::uint32_t> connections;
        QByteArray database; // of several that hold the same
        QString label;       // of the script's own span
    };

    void collect()
    {
        std::map<LaneKey, std::size_t> known;
        m_layout.places.resize(m_records.size());
        QHash<std::uint64_t, std::uint16_t> laneOfCell;
        for (const TraceRecord &r : m_records) {
            if (r.kind != TraceKind::Coroutine || r.parent == 0)
                continue;
            const auto lane = laneOfCell.find(r.parent);
            if (lane == laneOfCell.end())
                laneOfCell.insert(r.parent, r.lane);
            else
                *lane = std::min(*lane, r.lane);
        }
        // A wait for a lock stands with the statement that waited.
        QHash<std::uint32_t, LaneKey> laneOfConnection;
        for (const TraceRecord &r : m_records)
            if (isStatement(r.kind) && r.connection != 0)
                laneOfConnection.insert(r.connection, laneOf(r, laneOfCell));
        for (std::size_t i = 0; i < m_records.size(); ++i) {
            const TraceRecord &r = m_records[i];
            const TraceBar bar = barOf(r, int(i));
            if (bar.startNs == 0)
                continue; // never got as far as a moment
            const std::int64_t first = firstMoment(r);
            m_layout.firstNs = m_layout.firstNs == 0 ? first : std::min(m_layout.firstNs, first);
            m_layout.lastNs = std::max(m_layout.lastNs, bar.endNs);
            const LaneKey key =
                r.kind == TraceKind::LockWait && laneOfConnection.contains(r.connection)
                    ? laneOfConnection[r.connection]
                    : laneOf(r, laneOfCell);
            const auto [it, isNew] = known.try_emplace(key, m_drafts.size());
            if (isNew)
                m_drafts.emplace_back();
            Draft &draft = m_drafts[it->second];
            if (isNew) {
                draft.key = key;
                draft.firstNs = bar.startNs;
            }
            draft.firstNs = std::min(draft.firstNs, bar.startNs);
            if (r.connection != 0)
                draft.connections.insert(r.connection);
            if (!r.database.isEmpty())
                draft.database = r.database;
            if (r.kind == TraceKind::Cell || r.kind == TraceKind::Coroutine) {
                if (r.kind == TraceKind::Coroutine && draft.label.isEmpty())
                    draft.label = QString::fromUtf8(r.label);
                draft.spans.push_back(bar);
            } else {
                draft.bars.push_back(bar);
            }
        }
    }

    void orderLanes()
    {
        std::sort(m_drafts.begin(), m_drafts.end(), [](const Draft &a, const Draft &b) {
            return std::tuple(a.key.kind, a.firstNs, a.key) <
                   std::tuple(b.key.kind, b.firstNs, b.key);
        });
        for (const Draft &draft : m_drafts) {
            TraceLane lane;
            lane.kind = draft.key.kind;
            lane.name = nameOf(draft);
            m_layout.lanes.push_back(std::move(lane));
        }
    }

    QString nameOf(const Draft &draft) const
    {
        QString name;
        switch (draft.key.kind) {
        case LaneKind::Coroutine:
            return coroutineName(draft);
        case LaneKind::Waiting:
            return tr("waiting for a connection");
        case LaneKind::Thread:
            name = draft.spans.empty() ? traceThreadName(std::uint16_t(draft.key.thread))
                                       : tr("sync cell");
            break;
        case LaneKind::Worker: {
            // The pool's threads are called heddle-db-3; their number is what people need.
            name = traceThreadName(std::uint16_t(draft.key.thread));
            const qsizetype dash = name.lastIndexOf(u'-');
            bool isNumber = false;
            const int number = name.mid(dash + 1).toInt(&isNumber);
            if (dash > 0 && isNumber)
                name = tr("worker %1").arg(number);
            break;
        }
        }
        if (name.isEmpty())
            name = tr("thread %1").arg(draft.key.thread);
        if (!draft.database.isEmpty())
            name = u"%1 · %2"_s.arg(QString::fromUtf8(draft.database), name);
        if (draft.connections.size() == 1)
            return tr("%1 · conn %2").arg(name).arg(*draft.connections.begin());
        if (draft.connections.size() > 1)
            return tr("%1 · %2 conns").arg(name).arg(draft.connections.size());
        return name;
    }

    QString coroutineName(const Draft &draft) const
    {
        for (const TraceBar &span : draft.spans) {
            if (m_records[std::size_t(span.record.value)].kind == TraceKind::Cell)
                return tr("async cell");
        }
        if (!draft.label.isEmpty())
            return draft.label;
        return draft.key.thread == 0 ? tr("script") : tr("coroutine %1").arg(draft.key.thread);
    }

    // Puts a lane's bars into the first row where they overlap nothing. Most lanes need one row.
    void arrange(LaneIndex index)
    {
        constexpr std::size_t mostRows =
            6; // a lane must stay a lane; what overlaps beyond that shares the last row
        Draft &draft = m_drafts[std::size_t(index.value)];
        TraceLane &lane = m_layout.lanes[std::size_t(index.value)];
        std::sort(draft.bars.begin(), draft.bars.end(), [](const TraceBar &a, const TraceBar &b) {
            return std::tuple(a.startNs, -a.endNs, a.record) <
                   std::tuple(b.startNs, -b.endNs, b.record);
        });
        lane.spans = std::move(draft.spans);
        for (const TraceBar &bar : draft.bars) {
            std::size_t row = 0;
            while (row < lane.rows.size() && lane.rows[row].latestEndNs.back() > bar.startNs)
                ++row;
            row = std::min(row, mostRows - 1);
            if (row == lane.rows.size())
                lane.rows.emplace_back();
            TraceRow &target = lane.rows[row];
            const std::int64_t latest =
                target.bars.empty() ? bar.endNs : std::max(target.latestEndNs.back(), bar.endNs);
            m_layout.places[std::size_t(bar.record.value)] = {index, int(row),
                                                              int(target.bars.size())};
            target.bars.push_back(bar);
            target.latestEndNs.push_back(latest);
        }
        findBrackets(lane, draft.bars);
        measureBrackets(lane);
    }

    static void measureBrackets(TraceLane &lane)
    {
        for (std::size_t i = 0; i < lane.brackets.size(); ++i) {
            TraceBracket &bracket = lane.brackets[i];
            bracket.insideFirstNs = bracket.endNs;
            bracket.insideLastNs = bracket.startNs;
            for (const TraceRow &row : lane.rows)
                measureInside(row, bracket);
            // Words of nested savepoints count as well. Brackets are ordered by their start.
            for (std::size_t j = i + 1;
                 j < lane.brackets.size() && lane.brackets[j].startNs <= bracket.endNs; ++j) {
                const TraceBracket &inner = lane.brackets[j];
                if (inner.depth <= bracket.depth || inner.endNs > bracket.endNs)
                    continue;
                bracket.insideFirstNs = std::min(bracket.insideFirstNs, inner.startNs);
                bracket.insideLastNs = std::max(bracket.insideLastNs, inner.endNs);
            }
        }
    }

    static void measureInside(const TraceRow &row, TraceBracket &bracket)
    {
        const auto drawn = [](const TraceBar &bar) { return bar.role != BarRole::Housekeeping; };
        const auto begin = row.bars.begin() + firstBarEndingAfter(row, bracket.startNs);
        const auto end =
            std::upper_bound(begin, row.bars.end(), bracket.endNs,
                             [](std::int64_t ns, const TraceBar &bar) { return ns < bar.startNs; });
        const auto front = std::find_if(begin, end, drawn);
        if (front != end)
            bracket.insideFirstNs = std::min(bracket.insideFirstNs, front->startNs);
        const auto back =
            std::find_if(std::make_reverse_iterator(end), std::make_reverse_iterator(begin), drawn);
        if (back != std::make_reverse_iterator(begin))
            bracket.insideLastNs = std::max(bracket.insideLastNs, back->endNs);
    }

    void findLockArrows()
    {
        for (std::size_t i = 0; i < m_records.size(); ++i) {
            const TraceRecord &r = m_records[i];
            if (r.kind != TraceKind::LockWait || !r.lock || r.lock->holder == 0)
                continue;
            if (const LaneIndex holder = laneWithBracket(r.lock->holder, r.createdNs);
                holder.isValid())
                m_layout.lockArrows.push_back({RecordIndex(int(i)), holder, r.createdNs});
        }
    }

    /// Where a connection's transaction was open at a moment, or else any statement of it is.
    LaneIndex laneWithBracket(std::uint32_t connection, std::int64_t ns) const
    {
        LaneIndex found;
        for (std::size_t i = 0; i < m_layout.lanes.size(); ++i) {
            const TraceLane &lane = m_layout.lanes[i];
            for (const TraceBracket &bracket : lane.brackets) {
                const TraceRecord &begin = m_records[std::size_t(bracket.begin.value)];
                if (begin.connection != connection)
                    continue;
                found = LaneIndex(int(i));
                if (bracket.startNs <= ns && ns <= bracket.endNs)
                    return found;
            }
        }
        for (std::size_t i = 0; !found.isValid() && i < m_records.size(); ++i)
            if (m_records[i].connection == connection && isStatement(m_records[i].kind))
                found = m_layout.places[i].lane;
        return found;
    }

    void findBrackets(TraceLane &lane, const std::vector<TraceBar> &bars)
    {
        QHash<std::uint32_t, std::vector<std::size_t>>
            openByConnection; // indices into lane.brackets, innermost last
        for (const TraceBar &bar : bars) {
            const TraceRecord &r = m_records[std::size_t(bar.record.value)];
            const bool begins = r.kind == TraceKind::Begin || r.kind == TraceKind::Savepoint;
            if (begins && r.outcome == TraceOutcome::Ok) {
                auto &open = openByConnection[r.connection];
                TraceBracket bracket;
                bracket.startNs = bar.startNs;
                bracket.endNs = m_layout.lastNs;
                // A savepoint whose BEGIN was in an earlier run is no transaction for that.
                bracket.depth = std::max(int(open.size()), int(r.kind == TraceKind::Savepoint));
                bracket.begin = bar.record;
                lane.brackets.push_back(bracket);
                open.push_back(lane.brackets.size() - 1);
            } else if (const auto outcome = outcomeOf(r)) {
                closeBracket(lane, openByConnection[r.connection], bar, r, *outcome);
            }
        }
    }

    static std::optional<BracketOutcome> outcomeOf(const TraceRecord &r)
    {
        if (r.kind == TraceKind::Commit || r.kind == TraceKind::ReleaseSavepoint)
            return r.outcome == TraceOutcome::Ok ? BracketOutcome::Committed
                                                 : BracketOutcome::Failed;
        if (r.kind == TraceKind::Rollback || r.kind == TraceKind::RollbackToSavepoint)
            return BracketOutcome::RolledBack;
        return std::nullopt;
    }

    static void closeBracket(TraceLane &lane, std::vector<std::size_t> &open, const TraceBar &bar,
                             const TraceRecord &r, BracketOutcome outcome)
    {
        // COMMIT and ROLLBACK end the transaction with every savepoint in it; the others only the
        // innermost savepoint.
        const bool endsAll = r.kind == TraceKind::Commit || r.kind == TraceKind::Rollback;
        // Django rolls back to a savepoint and then releases it: the release finds it closed
        // already.
        if (!endsAll && (open.empty() || lane.brackets[open.back()].depth == 0))
            return;
        do {
            if (open.empty())
                return;
            TraceBracket &bracket = lane.brackets[open.back()];
            bracket.endNs = bar.endNs;
            bracket.outcome = outcome;
            bracket.end = bar.record;
            open.pop_back();
        } while (endsAll);
    }

    void findGroups()
    {
        constexpr std::size_t leastLoads = 3;
        using Key = std::tuple<int, int, std::uint32_t, std::uint64_t, int, int, QByteArray>;
        for (std::size_t l = 0; l < m_layout.lanes.size(); ++l) {
            TraceLane &lane = m_layout.lanes[l];
            for (std::size_t row = 0; row < lane.rows.size(); ++row) {
                std::map<Key, std::vector<int>> loads;
                std::vector<TraceBar> &bars = lane.rows[row].bars;
                for (std::size_t i = 0; i < bars.size(); ++i) {
                    const TraceRecord &r = m_records[std::size_t(bars[i].record.value)];
                    if (!r.relation.isEmpty() && r.kind == TraceKind::Read &&
                        r.link != TraceLink::Prefetch)
                        loads[{int(l), int(row), r.run, r.parentSet, r.site.line, r.site.column,
                               r.relation}]
                            .push_back(int(i));
                }
                for (const auto &[key, members] : loads) {
                    if (members.size() >= leastLoads)
                        addGroup(LaneIndex(int(l)), int(row), bars, members);
                }
            }
        }
    }

    void addGroup(LaneIndex lane, int row, std::vector<TraceBar> &bars,
                  const std::vector<int> &members)
    {
        TraceGroup group;
        group.lane = lane;
        group.row = row;
        group.startNs = bars[std::size_t(members.front())].startNs;
        for (int member : members) {
            TraceBar &bar = bars[std::size_t(member)];
            bar.group = GroupIndex(int(m_layout.groups.size()));
            group.endNs = std::max(group.endNs, bar.endNs);
            group.busyNs += bar.endNs - bar.startNs;
            group.records.push_back(bar.record);
        }
        m_layout.lanes[std::size_t(lane.value)].hasGroups = true;
        m_layout.groups.push_back(std::move(group));
    }

    void buildWaitingLane()
    {
        // What a hand-over itself takes is not waiting: below this, nobody had to queue.
        constexpr std::int64_t leastWaitNs = 200'000;
        std::map<std::int64_t, int> steps;
        for (const TraceRecord &r : m_records) {
            if (!r.async || !isStatement(r.kind) || r.queuedNs == 0)
                continue;
            const std::int64_t until = r.leasedNs > 0 ? r.leasedNs : lastMoment(r);
            if (until - r.queuedNs < leastWaitNs)
                continue;
            ++steps[r.queuedNs];
            --steps[until];
        }
        if (steps.empty())
            return;
        TraceLane lane;
        lane.kind = LaneKind::Waiting;
        lane.name = tr("waiting");
        int count = 0;
        for (const auto &[ns, change] : steps) {
            count += change;
            lane.waiters.push_back({ns, count});
            lane.mostWaiters = std::max(lane.mostWaiters, count);
        }
        insertLane(std::move(lane));
    }

    // Between the script's lanes and the workers'; every index behind it moves by one.
    void insertLane(TraceLane lane)
    {
        auto &lanes = m_layout.lanes;
        const auto at = std::find_if(lanes.begin(), lanes.end(),
                                     [](const TraceLane &l) { return l.kind == LaneKind::Worker; });
        const int index = int(at - lanes.begin());
        lanes.insert(at, std::move(lane));
        for (BarPlace &place : m_layout.places) {
            if (place.lane.value >= index)
                ++place.lane.value;
        }
        for (TraceGroup &group : m_layout.groups) {
            if (group.lane.value >= index)
                ++group.lane.value;
        }
    }

    const std::vector<TraceRecord> &m_records;
    std::vector<Draft> m_drafts;
    TraceLayout m_layout;
};

} // namespace

bool isStatement(TraceKind kind)
{
    return kind != TraceKind::Cell && kind != TraceKind::Coroutine && kind != TraceKind::Await &&
           kind != TraceKind::Sleep && kind != TraceKind::Crossing && kind != TraceKind::LockWait &&
           kind != TraceKind::Usage;
}

bool isQuery(TraceKind kind)
{
    return kind == TraceKind::Read || kind == TraceKind::Write;
}

BarPhases phasesOf(const TraceRecord &r)
{
    // A moment that did not happen takes the one before it, so that its phase is empty.
    const auto after = [](std::int64_t ns, std::int64_t before) { return std::max(ns, before); };
    BarPhases p;
    p.waitStartNs = r.queuedNs > 0 ? r.queuedNs : firstMoment(r);
    p.leasedNs = after(r.leasedNs, p.waitStartNs);
    p.sentNs = after(r.sentNs, p.leasedNs);
    p.endNs = after(lastMoment(r), p.sentNs);
    p.firstRowNs = r.firstRowNs > 0 ? after(r.firstRowNs, p.sentNs)
                                    : (r.lastRowNs > 0 ? after(r.lastRowNs, p.sentNs) : p.endNs);
    p.lastRowNs = r.lastRowNs > 0 ? after(r.lastRowNs, p.firstRowNs) : p.endNs;
    return p;
}

TraceLayout layOutTrace(const std::vector<TraceRecord> &records)
{
    return Builder(records).build();
}

} // namespace heddle::ui
