#include "orm/analysis/findings.h"

#include <algorithm>
#include <map>
#include <tuple>

using namespace Qt::Literals::StringLiterals;

namespace heddle::analysis {
namespace {

// Fewer could be meant: two or three rows are cheaper to load one by one than to think about.
constexpr int fewestForNPlusOne = 4;
constexpr int fewestRepeated = 10;

using Records = std::vector<const TraceRecord *>;

bool isQuery(const TraceRecord &r)
{
    return r.kind == TraceKind::Read || r.kind == TraceKind::Write;
}

std::int64_t durationOf(const TraceRecord &r)
{
    const TraceSpan span = spanOf(r);
    return span.endNs - span.startNs;
}

Finding findingAbout(FindingKind kind, Severity severity, const Records &group)
{
    Finding finding;
    finding.kind = kind;
    finding.severity = severity;
    finding.site = group.front()->site;
    finding.origin = group.front()->origin;
    finding.relation = group.front()->relation;
    finding.queries = int(group.size());
    for (const TraceRecord *r : group) {
        finding.totalNs += durationOf(*r);
        finding.records.push_back(r->id);
    }
    return finding;
}

/// Implicit loads of one relation for the rows of one evaluation, one row at a time.
void findNPlusOne(const std::vector<TraceRecord> &records, std::vector<Finding> &out)
{
    std::map<std::tuple<std::uint32_t, std::uint64_t, QByteArray>, Records> groups;
    for (const TraceRecord &r : records)
        if (isQuery(r) && !r.relation.isEmpty() && r.parentRow >= 0)
            groups[{r.run, r.parentSet, r.relation}].push_back(&r);
    for (const auto &[key, group] : groups) {
        if (int(group.size()) < fewestForNPlusOne)
            continue;
        Finding finding = findingAbout(FindingKind::NPlusOne, Severity::Problem, group);
        const QString name = QString::fromUtf8(finding.relation);
        finding.message =
            u"'%1' was loaded %2 times, one query for each row"_s.arg(name).arg(finding.queries);
        finding.cure = u".select_related('%1')"_s.arg(name);
        out.push_back(std::move(finding));
    }
}

/// The same SQL from the same place, without a relation that would explain it: a query written
/// inside a loop.
void findRepeated(const std::vector<TraceRecord> &records, std::vector<Finding> &out)
{
    std::map<std::tuple<std::uint32_t, int, int, QByteArray>, Records> groups;
    for (const TraceRecord &r : records)
        if (isQuery(r) && r.relation.isEmpty() && r.site.line > 0 && !r.sql.isEmpty())
            groups[{r.run, r.site.line, r.site.column, r.sql}].push_back(&r);
    for (const auto &[key, group] : groups) {
        if (int(group.size()) < fewestRepeated)
            continue;
        Finding finding = findingAbout(FindingKind::RepeatedQuery, Severity::Hint, group);
        finding.message = u"the same query was sent %1 times from one place"_s.arg(finding.queries);
        out.push_back(std::move(finding));
    }
}

/// Statements of one run that were with the database at the same time.
void findParallel(const std::vector<TraceRecord> &records, std::vector<Finding> &out)
{
    std::map<std::uint32_t, Records> runs;
    for (const TraceRecord &r : records)
        if (isQuery(r) && r.sentNs != 0 && r.lastRowNs > r.sentNs)
            runs[r.run].push_back(&r);
    for (auto &[run, group] : runs) {
        std::sort(group.begin(), group.end(),
                  [](const auto *a, const auto *b) { return a->sentNs < b->sentNs; });
        std::int64_t busy = 0, covered = 0, end = 0;
        for (const TraceRecord *r : group) {
            busy += r->lastRowNs - r->sentNs;
            covered += std::max<std::int64_t>(0, r->lastRowNs - std::max(end, r->sentNs));
            end = std::max(end, r->lastRowNs);
        }
        const std::int64_t saved = busy - covered;
        if (saved < 1'000'000 || saved * 10 < busy) // a millisecond, and a tenth of the whole
            continue;
        Finding finding = findingAbout(FindingKind::RanInParallel, Severity::Good, group);
        finding.message =
            u"%1 ms of query time passed in %2 ms"_s.arg(double(busy) / 1e6, 0, 'f', 1)
                .arg(double(covered) / 1e6, 0, 'f', 1);
        out.push_back(std::move(finding));
    }
}

} // namespace

std::vector<Finding> findingsOf(const std::vector<TraceRecord> &records)
{
    std::vector<Finding> found;
    findNPlusOne(records, found);
    findRepeated(records, found);
    findParallel(records, found);
    std::stable_sort(found.begin(), found.end(), [](const Finding &a, const Finding &b) {
        return a.records.front() < b.records.front();
    });
    return found;
}

} // namespace heddle::analysis
