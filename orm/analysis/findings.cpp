#include "orm/analysis/findings.h"

#include "orm/analysis/tracelog.h"

#include <algorithm>
#include <map>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

/// Statements of one run that were with the database at the same time.
void findParallel(const TraceLog &log, std::vector<Finding> &out)
{
    std::map<std::uint32_t, Records> runs;
    for (const TraceRecord *r : log.all())
        if (isQuery(*r) && r->sentNs != 0 && r->lastRowNs > r->sentNs)
            runs[r->run].push_back(r);
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
        Finding finding = findingAbout(Rule::RanInParallel, Severity::Good, group);
        finding.message =
            u"%1 ms of query time passed in %2 ms"_s.arg(double(busy) / 1e6, 0, 'f', 1)
                .arg(double(covered) / 1e6, 0, 'f', 1);
        out.push_back(std::move(finding));
    }
}

std::vector<Finding> findingsOf(const std::vector<TraceRecord> &records)
{
    const TraceLog log(records);
    std::vector<Finding> found;
    findRowByRow(log, found);
    findByHand(log, found);
    findRepeated(log, found);
    findCountThenList(log, found);
    findTransactions(log, found);
    findLockWaits(log, found);
    findRetries(log, found);
    findSyncInAsync(log, found);
    findSerialAwaits(log, found);
    findUse(log, found);
    findMultipliedJoins(log, found);
    findParallel(log, found);
    std::stable_sort(found.begin(), found.end(), [](const Finding &a, const Finding &b) {
        return a.records.front() < b.records.front();
    });
    return found;
}

} // namespace heddle::analysis
