#include "orm/analysis/comparison.h"

#include "orm/analysis/tracelog.h"

#include <algorithm>

namespace heddle::analysis {
namespace {

/// Where a line stands among the others: of those that are gone, where they were.
struct LineKey {
    int after = 0, before = 0;
    bool operator==(const LineKey &) const = default;
};

void add(RunFigures &sum, const TraceRecord &record)
{
    ++sum.queries;
    sum.ns += durationOf(record);
    sum.rows += record.rows;
    sum.bytes += record.bytes;
}

class Comparison {
public:
    void take(const std::vector<TraceRecord> &records, const std::map<int, int> *moved)
    {
        std::vector<int> order;
        for (std::size_t i = 0; i < records.size(); ++i) {
            if (isQuery(records[i]))
                order.push_back(int(i));
        }
        std::stable_sort(order.begin(), order.end(), [&](int a, int b) {
            return records[std::size_t(a)].createdNs < records[std::size_t(b)].createdNs;
        });
        for (const int index : order) {
            const TraceRecord &record = records[std::size_t(index)];
            ComparedLine &line = lineOf(record.site.line, moved);
            ComparedStatement &statement = statementOf(line, record);
            if (moved) {
                add(result.before, record);
                add(line.before, record);
                add(statement.before, record);
                statement.beforeRecords.push_back(index);
            } else {
                add(result.after, record);
                add(line.after, record);
                add(statement.after, record);
                statement.afterRecords.push_back(index);
            }
        }
    }

    RunComparison result;

private:
    /// `moved` is null for the later run, whose lines are as they are.
    ComparedLine &lineOf(int line, const std::map<int, int> *moved)
    {
        LineKey key{line, 0};
        if (moved) {
            const auto found = moved->find(line);
            key = {found == moved->end() ? line : found->second, line};
        }
        for (ComparedLine &known : result.lines) {
            if (key.after > 0 ? known.line == key.after
                              : known.line == 0 && known.lineBefore == key.before) {
                if (moved)
                    known.lineBefore = line;
                return known;
            }
        }
        ComparedLine made;
        made.line = key.after;
        made.lineBefore = key.before;
        result.lines.push_back(std::move(made));
        return result.lines.back();
    }

    ComparedStatement &statementOf(ComparedLine &line, const TraceRecord &record)
    {
        for (ComparedStatement &known : line.statements) {
            if (known.sql == record.sql)
                return known;
        }
        ComparedStatement made;
        made.label = record.label;
        made.sql = record.sql;
        line.statements.push_back(std::move(made));
        return line.statements.back();
    }
};

std::int64_t wallOf(const std::vector<TraceRecord> &records)
{
    std::int64_t first = 0, last = 0;
    for (const TraceRecord &record : records) {
        if (record.kind == TraceKind::Usage)
            continue;
        const TraceSpan span = spanOf(record);
        first = first == 0 ? span.startNs : std::min(first, span.startNs);
        last = std::max(last, span.endNs);
    }
    return last - first;
}

} // namespace

std::int64_t runStart(const std::vector<TraceRecord> &records)
{
    std::int64_t first = 0;
    for (const TraceRecord &record : records) {
        if (record.kind == TraceKind::Usage)
            continue;
        const std::int64_t start = spanOf(record).startNs;
        first = first == 0 ? start : std::min(first, start);
    }
    return first;
}

RunComparison compareRuns(const std::vector<TraceRecord> &before,
                          const std::vector<TraceRecord> &after, const std::map<int, int> &moved)
{
    Comparison comparison;
    comparison.take(before, &moved);
    comparison.take(after, nullptr);
    RunComparison &result = comparison.result;
    result.wallBefore = wallOf(before);
    result.wallAfter = wallOf(after);
    std::stable_sort(result.lines.begin(), result.lines.end(), [](const auto &a, const auto &b) {
        const auto place = [](const ComparedLine &line) {
            return line.line > 0 ? line.line : line.lineBefore;
        };
        return place(a) < place(b);
    });
    return comparison.result;
}

} // namespace heddle::analysis
