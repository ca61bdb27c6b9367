#include "orm/analysis/tracelog.h"

#include <algorithm>
#include <map>
#include <set>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr std::int64_t fewestRows = 25; // a few rows are no waste worth a word
constexpr std::int64_t manyRows = 1000;

/// One evaluation and what became of its rows.
struct Use {
    const TraceRecord *evaluation = nullptr;
    const TraceRecord *record = nullptr;
    const RowUsage &usage() const { return *record->usage; }
};

/// All evaluations that one place in the text made. What one of them used was not loaded for
/// nothing, so a verdict needs all.
struct Place {
    std::vector<Use> uses;
    std::int64_t rows = 0, bytes = 0, unreadBytes = 0;

    const TraceRecord &first() const { return *uses.front().evaluation; }
    bool isPrefetch() const { return first().link == TraceLink::Prefetch; }
    template <typename F>
    bool all(F holds) const
    {
        return std::all_of(uses.begin(), uses.end(), holds);
    }
    /// Of what all of them left unread.
    template <typename Names>
    std::vector<QByteArray> inAll(Names names) const
    {
        std::vector<QByteArray> common = names(uses.front().usage());
        for (const Use &use : uses)
            std::erase_if(common, [theirs = names(use.usage())](const QByteArray &name) {
                return std::find(theirs.begin(), theirs.end(), name) == theirs.end();
            });
        return common;
    }
    Records evaluations() const
    {
        Records records;
        for (const Use &use : uses)
            records.push_back(use.evaluation);
        std::sort(records.begin(), records.end(),
                  [](const auto *a, const auto *b) { return a->id < b->id; });
        return records;
    }
};

using PlaceKey = std::tuple<std::uint32_t, int, int, QByteArray, int, QByteArray>;

PlaceKey keyOf(const TraceRecord &r)
{
    return {r.run,       r.site.line, r.site.column, r.site.file ? r.site.file : "",
            int(r.link), r.relation};
}

/// Only rows that came: an evaluation that found none says nothing about what is read.
std::map<PlaceKey, Place> placesOf(const TraceLog &log)
{
    std::map<PlaceKey, Place> places;
    for (const TraceRecord *r : log.all()) {
        if (r->kind != TraceKind::Usage || !r->usage || r->rows == 0)
            continue;
        const TraceRecord *evaluation = log.evaluation(r->set);
        if (!evaluation || evaluation->outcome != TraceOutcome::Ok)
            continue;
        Place &place = places[keyOf(*evaluation)];
        place.uses.push_back({evaluation, r});
        place.rows += r->rows;
        place.bytes += r->bytes;
        place.unreadBytes += r->usage->unreadBytes;
    }
    return places;
}

Severity severityOfRows(std::int64_t rows)
{
    return rows >= manyRows ? Severity::Warning : Severity::Info;
}

Finding findingOn(Rule rule, const Place &place)
{
    Finding finding = findingAbout(rule, severityOfRows(place.rows), place.evaluations());
    finding.relation.clear();
    return finding;
}

QString quoted(const QByteArray &name)
{
    return u'\'' + QString::fromUtf8(name) + u'\'';
}

QString rowsWord(std::int64_t rows)
{
    return rows == 1 ? u"1 row"_s : u"%1 rows"_s.arg(rows);
}

bool wasListed(const Use &use)
{
    return use.usage().listed;
}

/// select_related(): the outermost of what nobody read; what hangs on it goes with it.
void findUnusedJoins(const Place &place, std::vector<Finding> &out)
{
    const auto relations = place.inAll([](const RowUsage &usage) { return usage.unusedRelations; });
    for (const QByteArray &relation : relations) {
        Finding finding = findingOn(Rule::UnusedEagerLoad, place);
        finding.relation = relation;
        finding.rowsWasted = place.rows;
        finding.bytesWasted = place.unreadBytes;
        finding.message = u"select_related(%1) joins a table that nothing is read of"_s.arg(
            quoted(QByteArray(relation)));
        finding.fix = u"leave %1 out of select_related()"_s.arg(quoted(relation));
        out.push_back(std::move(finding));
    }
}

/// prefetch_related(): its rows were never asked for. `unused`: the sets of those, so that what was
/// prefetched for them is told of once.
void findUnusedPrefetch(const TraceLog &log, const Place &place,
                        const std::set<std::uint64_t> &unused, std::vector<Finding> &out)
{
    if (place.all([&](const Use &use) { return unused.contains(use.evaluation->parentSet); }))
        return;
    Finding finding = findingOn(Rule::UnusedEagerLoad, place);
    finding.relation = place.first().relation;
    const TraceRecord *owners = log.evaluation(place.first().parentSet);
    for (; owners && owners->link == TraceLink::Prefetch;
         owners = log.evaluation(owners->parentSet))
        finding.relation = owners->relation + "__" + finding.relation;
    finding.rowsWasted = place.rows;
    finding.bytesWasted = place.bytes;
    finding.message = u"prefetch_related(%1) fetched %2 that nothing is read of"_s.arg(
        quoted(finding.relation), rowsWord(place.rows));
    finding.fix = u"leave %1 out of prefetch_related()"_s.arg(quoted(finding.relation));
    out.push_back(std::move(finding));
}

void findCountedOnly(const Place &place, std::vector<Finding> &out)
{
    const bool counted = place.all([](const Use &use) { return use.usage().counted; });
    const bool tested = place.all([](const Use &use) { return use.usage().tested; });
    if (!counted && !tested)
        return;
    Finding finding = findingOn(counted ? Rule::LenForCount : Rule::ListForExists, place);
    finding.rowsWasted = place.rows;
    finding.bytesWasted = place.bytes;
    finding.message = counted ? u"%1 were fetched to be counted, and not one was looked at"_s
                              : u"%1 were fetched to see whether there are any"_s;
    finding.message = finding.message.arg(rowsWord(place.rows));
    const bool async = place.first().async;
    finding.fix = counted ? (async ? u"await .acount()"_s : u".count()"_s)
                          : (async ? u"await .aexists()"_s : u".exists()"_s);
    out.push_back(std::move(finding));
}

void findUnreadColumns(const Place &place, std::vector<Finding> &out)
{
    // Small columns cost next to nothing, and a list of names for a few bytes is no better code.
    constexpr std::int64_t fewestBytes = 64 * 1024;
    constexpr std::int64_t manyBytes = 16 * 1024 * 1024;
    if (place.unreadBytes < fewestBytes || place.unreadBytes * 2 < place.bytes)
        return;
    if (place.all([](const Use &use) { return !use.usage().unusedRelations.empty(); }))
        return; // the join is the matter, and has been told of
    const auto columns = place.inAll([](const RowUsage &usage) { return usage.unreadColumns; });
    if (columns.empty())
        return;
    QStringList names;
    for (const QByteArray &column : columns)
        names << quoted(column);
    Finding finding = findingOn(Rule::UnusedColumns, place);
    finding.severity = place.unreadBytes >= manyBytes ? Severity::Warning : Severity::Info;
    finding.bytesWasted = place.unreadBytes;
    finding.message =
        u"%1 KB of %2 came in columns that nothing reads: %3"_s.arg(place.unreadBytes / 1024)
            .arg(place.bytes / 1024)
            .arg(QString(names.join(u", "_s)).remove(u'\''));
    finding.fix = u".defer(%1)"_s.arg(names.join(u", "_s));
    out.push_back(std::move(finding));
}

} // namespace

void findUse(const TraceLog &log, std::vector<Finding> &out)
{
    std::set<std::uint64_t> told; // of an evaluation for each row the number is the matter
    for (const Finding &finding : out)
        told.insert(finding.records.begin(), finding.records.end());
    const auto places = placesOf(log);
    std::set<std::uint64_t> unused; // sets of prefetches that nobody looked at
    std::set<std::uint64_t> unlisted;
    for (const auto &[key, place] : places)
        for (const Use &use : place.uses)
            if (!use.usage().listed)
                (place.isPrefetch() ? unused : unlisted).insert(use.record->set);
    for (const auto &[key, place] : places) {
        const bool isTold = std::any_of(place.uses.begin(), place.uses.end(), [&](const Use &use) {
            return told.contains(use.evaluation->id);
        });
        if (place.rows < fewestRows || isTold)
            continue;
        const bool listed = std::any_of(place.uses.begin(), place.uses.end(), wasListed);
        if (place.isPrefetch()) {
            const bool ownersListed = !place.all(
                [&](const Use &use) { return unlisted.contains(use.evaluation->parentSet); });
            if (!listed && ownersListed)
                findUnusedPrefetch(log, place, unused, out);
        } else if (!listed) {
            findCountedOnly(place, out);
        } else {
            findUnusedJoins(place, out);
            findUnreadColumns(place, out);
        }
    }
}

void findMultipliedJoins(const TraceLog &log, std::vector<Finding> &out)
{
    constexpr std::int64_t manyRepeated = 100;
    std::map<PlaceKey, std::pair<const TraceRecord *, Records>> places;
    for (const TraceRecord *r : log.all()) {
        const bool isTold = r->kind == TraceKind::Usage && !r->relation.isEmpty();
        const TraceRecord *evaluation = isTold ? log.evaluation(r->set) : nullptr;
        // Rows that are merely repeated are worth a word where they are many.
        if (!evaluation || (r->label.isEmpty() && evaluation->rows < manyRepeated))
            continue;
        auto &[told, records] = places[keyOf(*evaluation)];
        told = r;
        records.push_back(evaluation);
    }
    for (auto &[key, place] : places) {
        auto &[told, records] = place;
        std::sort(records.begin(), records.end(),
                  [](const auto *a, const auto *b) { return a->id < b->id; });
        const QString relations = QString::fromUtf8(told->relation).replace(u", "_s, u" and "_s);
        const bool isWrong = !told->label.isEmpty();
        Finding finding = findingAbout(Rule::JoinExplosion,
                                       isWrong ? Severity::Warning : Severity::Info, records);
        finding.relation = told->relation;
        finding.message =
            isWrong
                ? u"%1 are joined in one query: %2 takes each row once for every row of the other"_s
                      .arg(relations, QString::fromUtf8(told->label))
                : u"%1 are joined side by side: the rows of one are repeated for each row of the other"_s
                      .arg(relations);
        finding.fix = isWrong ? u"Count(..., distinct=True), or a Subquery for each"_s
                              : u".distinct(), or Exists() for each"_s;
        out.push_back(std::move(finding));
    }
}

} // namespace heddle::analysis
