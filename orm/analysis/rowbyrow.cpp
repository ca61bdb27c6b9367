#include "orm/analysis/tracelog.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

namespace {

// Fewer could be meant: two rows are cheaper to load one by one than to think about.
constexpr std::size_t fewestRows = 3;
// A chain of relations is followed no further; a trace with a loop in it must end, too.
constexpr int longestChain = 16;

/// One end that a load can be seen from: a row of an evaluation, and the path from it.
struct Level {
    std::uint64_t set = 0;
    std::int64_t row = -1;
    QByteArray path;
    bool throughSet = false; // the path leads through a to-many relation before its last step
};

/// A query that was asked for one row.
struct Load {
    const TraceRecord *record = nullptr;
    std::vector<Level> levels; // the row itself, then the rows that it was reached from
    std::size_t chosen = 0;    // the outermost level with enough rows
};

bool isRowByRow(const TraceRecord &r)
{
    if (r.kind != TraceKind::Read || r.parentRow < 0 || r.parentSet == 0)
        return false;
    switch (r.link) {
    case TraceLink::Relation:
    case TraceLink::Deferred:
    case TraceLink::RelatedSet:
        return true;
    case TraceLink::None:
    case TraceLink::Prefetch:
    case TraceLink::Peers:
        return false;
    }
    return false;
}

/// From the touched row outward: a row that was itself loaded for a row leads on to that one.
std::vector<Level> levelsOf(const TraceLog &log, const TraceRecord &record)
{
    std::vector<Level> levels = {{record.parentSet, record.parentRow, record.relation, false}};
    for (int i = 0; i < longestChain; ++i) {
        const Level &inner = levels.back();
        const TraceRecord *made = log.evaluation(inner.set);
        if (!made || !isRowByRow(*made) || made->id >= record.id)
            break;
        levels.push_back({made->parentSet, made->parentRow, made->relation + "__" + inner.path,
                          inner.throughSet || made->link == TraceLink::RelatedSet});
    }
    return levels;
}

/// The path from the rows that the text asked for: what prefetch_related() brought is a step of it.
QByteArray pathWithPrefetches(const TraceLog &log, std::uint64_t set, QByteArray path)
{
    for (int i = 0; i < longestChain; ++i) {
        const TraceRecord *made = log.evaluation(set);
        if (!made || made->link != TraceLink::Prefetch)
            break;
        path = made->relation + "__" + path;
        set = made->parentSet;
    }
    return path;
}

CallSite originOf(const TraceLog &log, std::uint64_t set, const TraceRecord &record)
{
    const TraceRecord *made = log.evaluation(set);
    return made ? made->site : record.origin;
}

Rule ruleOf(TraceLink link)
{
    switch (link) {
    case TraceLink::Deferred:
        return Rule::NPlusOneDeferred;
    case TraceLink::RelatedSet:
        return Rule::NPlusOneRelatedSet;
    case TraceLink::None:
    case TraceLink::Relation:
    case TraceLink::Prefetch:
    case TraceLink::Peers:
        break;
    }
    return Rule::NPlusOneRelation;
}

/// One line that loads one path for the rows of querysets that one place evaluated.
struct Group {
    Rule rule;
    CallSite origin;
    QByteArray path;
    bool eager = false; // through a to-many relation: no join can bring it
    Records records;
};

using RowsSeen = std::map<std::tuple<std::uint64_t, QByteArray, int>, std::set<std::int64_t>>;

std::vector<Load> loadsOf(const TraceLog &log)
{
    std::vector<Load> loads;
    for (const TraceRecord *record : log.all())
        if (isRowByRow(*record))
            loads.push_back({record, levelsOf(log, *record), 0});
    RowsSeen seen;
    for (const Load &load : loads)
        for (const Level &level : load.levels)
            seen[{level.set, level.path, load.record->site.line}].insert(level.row);
    std::vector<Load> many;
    for (Load &load : loads) {
        bool enough = false;
        for (std::size_t i = 0; i < load.levels.size(); ++i) {
            const Level &level = load.levels[i];
            if (seen[{level.set, level.path, load.record->site.line}].size() >= fewestRows) {
                load.chosen = i;
                enough = true;
            }
        }
        if (enough)
            many.push_back(std::move(load));
    }
    return many;
}

std::vector<Group> groupsOf(const TraceLog &log)
{
    using Key = std::tuple<std::uint32_t, int, Rule, int, int, QByteArray>;
    std::map<Key, Group> groups;
    for (const Load &load : loadsOf(log)) {
        const Level &level = load.levels[load.chosen];
        const TraceRecord &record = *load.record;
        const CallSite origin = originOf(log, level.set, record);
        const Rule rule = ruleOf(record.link);
        const QByteArray path = pathWithPrefetches(log, level.set, level.path);
        Group &group =
            groups[{record.run, record.site.line, rule, origin.line, origin.column, path}];
        group.rule = rule;
        group.origin = origin;
        group.path = path;
        group.eager = level.throughSet || path != level.path;
        group.records.push_back(load.record);
    }
    std::vector<Group> out;
    for (auto &[key, group] : groups)
        out.push_back(std::move(group));
    std::sort(out.begin(), out.end(), [](const Group &a, const Group &b) {
        return a.records.front()->id < b.records.front()->id;
    });
    return out;
}

bool goesOn(const QByteArray &longer, const QByteArray &path)
{
    return longer.size() > path.size() + 2 && longer.startsWith(path + "__");
}

/// A chain (album, then its artist) is one mistake: what goes on from another group's rows is
/// counted there, at the outermost place.
std::vector<Group> chained(std::vector<Group> groups)
{
    std::vector<Group> out;
    for (Group &group : groups) {
        const auto outer = std::find_if(out.begin(), out.end(), [&](const Group &o) {
            return o.rule == group.rule && o.records.front()->run == group.records.front()->run &&
                   o.origin == group.origin && goesOn(group.path, o.path);
        });
        if (outer == out.end()) {
            out.push_back(std::move(group));
            continue;
        }
        outer->path = group.path;
        outer->records.insert(outer->records.end(), group.records.begin(), group.records.end());
    }
    for (Group &group : out)
        std::sort(group.records.begin(), group.records.end(),
                  [](const auto *a, const auto *b) { return a->id < b->id; });
    return out;
}

bool onlyCounts(const Group &group)
{
    return std::all_of(group.records.begin(), group.records.end(),
                       [](const auto *r) { return qstrcmp(r->method, "count") == 0; });
}

QString fixOf(const Group &group)
{
    const QString path = QString::fromUtf8(group.path);
    if (group.rule == Rule::NPlusOneDeferred)
        return u"name '%1' in .only(), or leave it out of .defer()"_s.arg(path);
    if (group.rule == Rule::NPlusOneRelation && !group.eager)
        return u".select_related('%1')"_s.arg(path);
    if (group.rule == Rule::NPlusOneRelatedSet && onlyCounts(group))
        return u".annotate(...=Count(...)), or .prefetch_related('%1') and len()"_s.arg(path);
    return u".prefetch_related('%1')"_s.arg(path);
}

} // namespace

void findRowByRow(const TraceLog &log, std::vector<Finding> &out)
{
    for (const Group &group : chained(groupsOf(log))) {
        Finding finding =
            findingAbout(group.rule, severityOf(int(group.records.size())), group.records);
        finding.relation = group.path;
        finding.origin = group.origin;
        finding.parallel = log.inParallel(group.records);
        finding.message = u"'%1' was loaded with %2 queries, one for each row"_s
                              .arg(QString::fromUtf8(group.path))
                              .arg(finding.queries);
        if (finding.parallel)
            finding.message += u"; side by side, which hides the waiting but not the load"_s;
        finding.fix = fixOf(group);
        out.push_back(std::move(finding));
    }
}

} // namespace heddle::analysis
