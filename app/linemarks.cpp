#include "app/linemarks.h"

#include "ui/models/tracebars.h"

#include <QHash>
#include <QSet>
#include <algorithm>
#include <map>
#include <unordered_map>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

struct Interval {
    std::int64_t begin, end;
};

struct Line {
    std::vector<Interval> queries;
    int failed = 0;
    bool parallel = false;
    bool savepoint = false;
    std::map<std::uint64_t, int> implicitLoads; // by the evaluation whose rows were touched
    QByteArray relation;

    void count(const TraceRecord &query, const QSet<std::uint64_t> &overlapping);
};

/// Time in which at least one of them ran: what somebody in front of the window waits.
std::int64_t coverOf(std::vector<Interval> intervals)
{
    std::sort(intervals.begin(), intervals.end(),
              [](const Interval &a, const Interval &b) { return a.begin < b.begin; });
    std::int64_t total = 0, until = 0;
    for (const Interval &i : intervals) {
        const std::int64_t from = std::max(i.begin, until);
        if (i.end > from)
            total += i.end - from;
        until = std::max(until, i.end);
    }
    return total;
}

Interval intervalOf(const TraceRecord &record)
{
    const ui::BarPhases phases = ui::phasesOf(record);
    return {phases.waitStartNs, phases.endNs};
}

void Line::count(const TraceRecord &query, const QSet<std::uint64_t> &overlapping)
{
    queries.push_back(intervalOf(query));
    parallel = parallel || (query.async && overlapping.contains(query.id));
    failed += query.outcome == TraceOutcome::Failed;
}

/// Ids of queries that ran on a worker while another one did.
QSet<std::uint64_t> overlapping(const std::vector<TraceRecord> &records)
{
    struct Entry {
        Interval interval;
        std::uint64_t id;
        std::uint32_t connection;
    };
    std::vector<Entry> entries;
    for (const TraceRecord &r : records) {
        if (ui::isQuery(r.kind) && r.sentNs > 0) {
            const ui::BarPhases phases = ui::phasesOf(r);
            entries.push_back({{phases.sentNs, phases.endNs}, r.id, r.connection});
        }
    }
    std::sort(entries.begin(), entries.end(),
              [](const Entry &a, const Entry &b) { return a.interval.begin < b.interval.begin; });
    QSet<std::uint64_t> result;
    const Entry *longest = nullptr; // of those seen, the one that ends last
    for (const Entry &entry : entries) {
        if (longest && longest->interval.end > entry.interval.begin &&
            longest->connection != entry.connection) {
            result.insert(longest->id);
            result.insert(entry.id);
        }
        if (!longest || entry.interval.end > longest->interval.end)
            longest = &entry;
    }
    return result;
}

/// The line of an await over several others (gather) counts what its coroutine waited for there.
void countAwaited(const std::vector<TraceRecord> &records, const QSet<std::uint64_t> &overlapping,
                  std::map<int, Line> *lines)
{
    std::unordered_multimap<std::uint16_t, const TraceRecord *>
        queriesOf; // by the coroutine's lane
    for (const TraceRecord &r : records) {
        if (r.async && ui::isQuery(r.kind) && r.lane != 0)
            queriesOf.emplace(r.lane, &r);
    }
    for (const TraceRecord &await : records) {
        if (await.kind != TraceKind::Await || await.site.line < 1)
            continue;
        const Interval waited = intervalOf(await);
        std::vector<const TraceRecord *> others;
        const auto [first, last] = queriesOf.equal_range(await.lane);
        for (auto it = first; it != last; ++it) {
            const Interval ran = intervalOf(*it->second);
            if (ran.end > waited.begin && ran.begin < waited.end &&
                it->second->site.line != await.site.line)
                others.push_back(it->second);
        }
        if (others.size() < 2)
            continue;
        for (const TraceRecord *query : others)
            (*lines)[await.site.line].count(*query, overlapping);
    }
}

constexpr int manyLoads = 3;

ui::LineBadge badgeOf(const Line &line)
{
    ui::LineBadge badge;
    const int count = int(line.queries.size());
    const QString time = durationText(coverOf(line.queries));
    badge.text = u"%1q \u00b7 %2"_s.arg(count).arg(time);
    badge.toolTip = count == 1 ? LineMarks::tr("1 query in %1.").arg(time)
                               : LineMarks::tr("%1 queries in %2.").arg(count).arg(time);
    const auto worst =
        std::max_element(line.implicitLoads.begin(), line.implicitLoads.end(),
                         [](const auto &a, const auto &b) { return a.second < b.second; });
    if (line.failed > 0) {
        badge.kind = ui::BadgeKind::Bad;
        badge.text = LineMarks::tr("failed \u00b7 %1").arg(badge.text);
    } else if (worst != line.implicitLoads.end() && worst->second >= manyLoads) {
        badge.kind = ui::BadgeKind::Bad;
        badge.text = u"N+1 \u00b7 "_s + badge.text;
        badge.toolTip +=
            u' ' + LineMarks::tr("N+1: %1 was loaded %2 times, one query for each row.")
                       .arg(QString::fromUtf8(line.relation))
                       .arg(worst->second);
    } else if (line.parallel) {
        badge.kind = ui::BadgeKind::Good;
        badge.text = u"\u2225 "_s + badge.text;
        badge.toolTip += u' ' + LineMarks::tr("Ran in parallel with others.");
    }
    badge.toolTip += u' ' + LineMarks::tr("Click to see it on the timeline.");
    return badge;
}

/// From each BEGIN to its end, over the lines that asked for something in between on that
/// connection.
std::vector<ui::LineRail> railsOf(const std::vector<TraceRecord> &records)
{
    std::vector<ui::LineRail> rails;
    std::map<std::uint32_t, ui::LineRail> open;
    for (const TraceRecord &r : records) {
        if (r.kind == TraceKind::Begin && r.site.line > 0) {
            open[r.connection] = {r.site.line, r.site.line};
            continue;
        }
        const auto found = open.find(r.connection);
        if (found == open.end())
            continue;
        ui::LineRail &rail = found->second;
        rail.firstLine = r.site.line > 0 ? std::min(rail.firstLine, r.site.line) : rail.firstLine;
        rail.lastLine = std::max(rail.lastLine, r.site.line);
        if (r.kind == TraceKind::Commit || r.kind == TraceKind::Rollback) {
            if (std::find(rails.begin(), rails.end(), rail) == rails.end())
                rails.push_back(rail);
            open.erase(found);
        }
    }
    return rails;
}

} // namespace

QString durationText(std::int64_t ns)
{
    const double us = double(ns) / 1000;
    const auto digits = [](double v) { return QString::number(v, 'f', v < 9.95 ? 1 : 0); };
    if (us < 999.5)
        return digits(us) + u" \u00b5s"_s;
    if (us < 999'500)
        return digits(us / 1000) + u" ms"_s;
    return digits(us / 1'000'000) + u" s"_s;
}

LineMarks LineMarks::of(const std::vector<TraceRecord> &records)
{
    const QSet<std::uint64_t> parallel = overlapping(records);
    std::map<int, Line> lines;
    for (const TraceRecord &r : records) {
        const bool ofNotation = r.site.line > 0 && !r.site.file;
        if (r.kind == TraceKind::Savepoint && ofNotation)
            lines[r.site.line].savepoint = true;
        if (!ui::isQuery(r.kind))
            continue;
        if (ofNotation) {
            Line &line = lines[r.site.line];
            line.count(r, parallel);
            if (!r.relation.isEmpty() && r.link != TraceLink::Prefetch) {
                ++line.implicitLoads[r.parentSet];
                line.relation = r.relation;
            }
        }
    }
    countAwaited(records, parallel, &lines);
    LineMarks marks;
    for (const auto &[number, line] : lines) {
        if (!line.queries.empty())
            marks.badges.insert(number, badgeOf(line));
        else if (line.savepoint)
            marks.badges.insert(number, {ui::BadgeKind::Warning, tr("savepoint"),
                                         tr("A savepoint inside the transaction.")});
    }
    marks.rails = railsOf(records);
    return marks;
}

} // namespace heddle::app
