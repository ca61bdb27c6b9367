#include "orm/analysis/tracelog.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

namespace {

// Twice is how a text shows that it has changed nothing, or reads on at another place.
constexpr std::size_t fewestRepeated = 3;

/// After such a statement the same question may have another answer: a write, and the end of a
/// transaction, which undoes writes or lets those of others be seen.
bool changesAnswers(const TraceRecord &r)
{
    switch (r.kind) {
    case TraceKind::Write:
    case TraceKind::Commit:
    case TraceKind::Rollback:
    case TraceKind::RollbackToSavepoint:
        return true;
    case TraceKind::Read:
    case TraceKind::Begin:
    case TraceKind::Savepoint:
    case TraceKind::ReleaseSavepoint:
    case TraceKind::Cell:
    case TraceKind::Coroutine:
    case TraceKind::Await:
    case TraceKind::Sleep:
    case TraceKind::Pragma:
    case TraceKind::Crossing:
    case TraceKind::LockWait:
    case TraceKind::Usage:
        return false;
    }
    return false;
}

/// Its answer depends on nothing but the rows and the parameters, and asking has no other effect.
bool isPureRead(const TraceRecord &r)
{
    return r.kind == TraceKind::Read && r.outcome == TraceOutcome::Ok && r.site.line > 0 &&
           !r.sql.isEmpty() && !r.sql.contains("FOR UPDATE") && !r.sql.contains("RAND") &&
           !r.sql.contains("NOW(") && !r.sql.contains("CURRENT_") &&
           !r.sql.contains("STATEMENT_TIMESTAMP");
}

/// What a program asked in so many words: no implicit load, no part of another question.
bool isAsked(const TraceRecord &r)
{
    static constexpr const char *again[] = {"refresh_from_db", "raw", "contains"};
    for (const char *method : again)
        if (qstrcmp(r.method, method) == 0)
            return false; // asked again on purpose
    return r.link == TraceLink::None || r.link == TraceLink::RelatedSet;
}

/// "FROM ... WHERE ...": of a count and of the rows themselves the same, if they are about the
/// same. Empty where the statement does not only filter.
QByteArray sourceOf(const QByteArray &sql)
{
    static constexpr const char *more[] = {" GROUP BY ",  " LIMIT ",  " OFFSET ", " UNION ",
                                           " INTERSECT ", " EXCEPT ", "(SELECT ", " DISTINCT "};
    for (const char *word : more)
        if (sql.contains(word))
            return {};
    const qsizetype from = sql.indexOf(" FROM ");
    if (from < 0)
        return {};
    const qsizetype order = sql.indexOf(" ORDER BY ", from);
    return order < 0 ? sql.mid(from) : sql.mid(from, order - from);
}

} // namespace

void findRepeated(const TraceLog &log, std::vector<Finding> &out)
{
    std::set<std::uint64_t> told; // row by row, which says more
    for (const Finding &finding : out)
        told.insert(finding.records.begin(), finding.records.end());
    using Question = std::tuple<std::uint32_t, QByteArray, std::uint64_t>;
    std::map<Question, Records> asked;                        // since the last write
    std::map<std::pair<std::uint32_t, int>, Records> repeats; // by the line that asked again
    const auto close = [&] {
        for (const auto &[question, same] : asked)
            if (same.size() >= fewestRepeated)
                for (std::size_t i = 1; i < same.size(); ++i)
                    repeats[{same[i]->run, same[i]->site.line}].push_back(same[i]);
        asked.clear();
    };
    for (const TraceRecord *r : log.all()) {
        if (changesAnswers(*r))
            close();
        if (isPureRead(*r) && isAsked(*r) && !told.contains(r->id))
            asked[{r->run, r->sql, r->digest}].push_back(r);
    }
    close();
    for (auto &[key, group] : repeats) {
        std::sort(group.begin(), group.end(),
                  [](const auto *a, const auto *b) { return a->id < b->id; });
        Finding finding = findingAbout(Rule::RepeatedQuery, severityOf(int(group.size())), group);
        finding.relation.clear();
        finding.parallel = log.inParallel(group);
        for (const TraceRecord *r : group) {
            finding.rowsWasted += r->rows;
            finding.bytesWasted += r->bytes;
        }
        finding.message = group.size() == 1
                              ? u"this query was sent before, and nothing was written since"_s
                              : u"%1 queries were sent before, and nothing was written since"_s.arg(
                                    finding.queries);
        finding.fix = u"keep the answer in a variable"_s;
        out.push_back(std::move(finding));
    }
}

void findCountThenList(const TraceLog &log, std::vector<Finding> &out)
{
    using Question = std::tuple<std::uint32_t, QByteArray, std::uint64_t>;
    std::map<Question, const TraceRecord *> counts; // since the last write
    std::map<std::pair<std::uint32_t, int>, Records> found;
    for (const TraceRecord *r : log.all()) {
        if (changesAnswers(*r))
            counts.clear();
        if (!isPureRead(*r) || r->link != TraceLink::None)
            continue;
        const QByteArray source = sourceOf(r->sql);
        if (source.isEmpty())
            continue;
        const Question question{r->run, source, r->digest};
        if (qstrcmp(r->method, "count") == 0) {
            counts[question] = r;
        } else if (qstrcmp(r->method, "list") == 0) {
            const auto count = counts.find(question);
            if (count == counts.end())
                continue;
            found[{r->run, count->second->site.line}].push_back(count->second);
            counts.erase(count);
        }
    }
    for (const auto &[key, group] : found) {
        Finding finding = findingAbout(Rule::CountThenList, severityOf(int(group.size())), group);
        finding.message =
            u"the rows that were counted here are fetched afterwards: len() of them is free"_s;
        finding.fix = u"fetch first, then len()"_s;
        out.push_back(std::move(finding));
    }
}

} // namespace heddle::analysis
