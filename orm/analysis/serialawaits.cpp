#include "orm/analysis/tracelog.h"

#include <algorithm>
#include <map>
#include <tuple>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The awaits of one series in one coroutine, as often as it ran.
struct SerialAwaits {
    Records records;
    int awaits = 0; // statements that waited
    std::int64_t serialNs = 0, togetherNs = 0;

    void add(const TraceRecord *record);
    void endRound();

private:
    std::map<std::uint64_t, std::int64_t> m_round; // nanoseconds, by member
    Records m_roundRecords;
};

void SerialAwaits::add(const TraceRecord *record)
{
    // The same members from the start: a loop came round.
    if (!m_round.empty() && record->digest < m_round.rbegin()->first)
        endRound();
    m_round[record->digest] += durationOf(*record);
    m_roundRecords.push_back(record);
}

void SerialAwaits::endRound()
{
    if (m_round.size() > 1) {
        std::int64_t longest = 0;
        for (const auto &[member, ns] : m_round) {
            serialNs += ns;
            longest = std::max(longest, ns);
        }
        togetherNs += longest;
        awaits += int(m_round.size());
        records.insert(records.end(), m_roundRecords.begin(), m_roundRecords.end());
    }
    m_round.clear();
    m_roundRecords.clear();
}

} // namespace

/// Which awaits need nothing of each other is a matter of the text; the script wrote it into their
/// records. What that cost is told, but never decides.
void findSerialAwaits(const TraceLog &log, std::vector<Finding> &out)
{
    using Place = std::tuple<std::uint32_t, int, int>; // run, line and column of the first one
    std::map<Place, std::map<std::uint64_t, SerialAwaits>> series; // then by coroutine
    for (const TraceRecord *r : log.all())
        if (r->kind == TraceKind::Await && r->digest > 0 && r->origin.line > 0)
            series[{r->run, r->origin.line, r->origin.column}][r->parent].add(r);
    constexpr int many = 10;
    for (auto &[place, coroutines] : series) {
        SerialAwaits all;
        for (auto &[coroutine, awaits] : coroutines) {
            awaits.endRound();
            all.records.insert(all.records.end(), awaits.records.begin(), awaits.records.end());
            all.awaits += awaits.awaits;
            all.serialNs += awaits.serialNs;
            all.togetherNs += awaits.togetherNs;
        }
        if (all.records.empty())
            continue;
        std::sort(all.records.begin(), all.records.end(),
                  [](const auto *a, const auto *b) { return a->id < b->id; });
        Finding finding =
            findingAbout(Rule::SerialAwaits, all.awaits < many ? Severity::Info : Severity::Warning,
                         all.records);
        finding.site = all.records.front()->origin;
        finding.origin = {};
        finding.queries = all.awaits;
        finding.totalNs = all.serialNs;
        finding.message =
            u"%1 awaits one after another need nothing of each other: %2 ms, gathered %3 ms"_s
                .arg(all.awaits)
                .arg(double(all.serialNs) / 1e6, 0, 'f', 1)
                .arg(double(all.togetherNs) / 1e6, 0, 'f', 1);
        finding.fix = u"await asyncio.gather(...)"_s;
        out.push_back(std::move(finding));
    }
}

} // namespace heddle::analysis
