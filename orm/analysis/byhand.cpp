#include "orm/analysis/tracelog.h"

#include <QRegularExpression>
#include <map>
#include <set>
#include <tuple>

namespace heddle::analysis {

using namespace Qt::Literals::StringLiterals;

namespace {

// A handful of objects that the text names one by one is no loop.
constexpr std::size_t fewestKeys = 5;

/// The column of a lookup by one value and nothing else; empty for any other statement. A get() by
/// it found at most one row, so it is as good as unique.
QString lookupColumn(const QByteArray &sql)
{
    static const QRegularExpression pattern(
        u" WHERE (?:[\"`]?[^\"` .]+[\"`]?\\.)?[\"`]([^\"`]+)[\"`] = (?:\\?\\d*|\\$1)(?: LIMIT \\S+)?$"_s);
    const QRegularExpressionMatch match = pattern.match(QString::fromUtf8(sql));
    return match.hasMatch() ? match.captured(1) : QString();
}

} // namespace

void findByHand(const TraceLog &log, std::vector<Finding> &out)
{
    std::map<std::tuple<std::uint32_t, int, QByteArray>, Records> groups;
    for (const TraceRecord *r : log.all())
        if (r->kind == TraceKind::Read && r->link == TraceLink::None && r->site.line > 0 &&
            qstrcmp(r->method, "get") == 0 && r->outcome == TraceOutcome::Ok)
            groups[{r->run, r->site.line, r->sql}].push_back(r);
    for (const auto &[key, group] : groups) {
        std::set<std::uint64_t> values;
        for (const TraceRecord *r : group)
            values.insert(r->digest);
        const QString column = lookupColumn(group.front()->sql);
        if (values.size() < fewestKeys || column.isEmpty())
            continue;
        Finding finding = findingAbout(Rule::NPlusOneByHand, severityOf(int(group.size())), group);
        finding.parallel = log.inParallel(group);
        finding.message =
            u"%1 objects were fetched one by one by '%2'"_s.arg(values.size()).arg(column);
        if (finding.parallel)
            finding.message += u"; side by side, which hides the waiting but not the load"_s;
        finding.fix = u"one query: .in_bulk([...]), or .filter(...__in=[...])"_s;
        out.push_back(std::move(finding));
    }
}

} // namespace heddle::analysis
