#include "app/cli/report.h"

#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "app/cli/tracing.h"
#include "orm/analysis/findings.h"

#include <map>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

struct LineSum {
    int queries = 0;
    std::int64_t ns = 0;
};

struct Sums {
    std::map<int, LineSum> lines; // by the line that asked
    std::int64_t ns = 0;
    std::set<std::uint32_t> connections;
};

Sums sumsOf(const std::vector<TraceRecord> &records)
{
    Sums sums;
    for (const TraceRecord &record : records) {
        if (!isQuery(record))
            continue;
        const TraceSpan span = spanOf(record);
        LineSum &line = sums.lines[record.site.line];
        ++line.queries;
        line.ns += span.endNs - span.startNs;
        sums.ns += span.endNs - span.startNs;
        sums.connections.insert(record.connection);
    }
    return sums;
}

QString milliseconds(std::int64_t ns)
{
    return Cli::tr("%1 ms").arg(double(ns) / 1e6, 0, 'f', 1);
}

QString counted(int n, const QString &one, const QString &many)
{
    return n == 1 ? one : many.arg(n);
}

const char *severityName(analysis::Severity severity)
{
    switch (severity) {
    case analysis::Severity::Problem:
        return "problem";
    case analysis::Severity::Hint:
        return "hint";
    case analysis::Severity::Good:
        break;
    }
    return "good";
}

QByteArray number(std::int64_t ns)
{
    return QByteArray::number(double(ns) / 1e6, 'f', 3);
}

} // namespace

QString reportText(const std::vector<TraceRecord> &records, std::int64_t wallNs)
{
    const Sums sums = sumsOf(records);
    QString text = u"\n"_s +
                   Cli::tr("%1 on %2 in %3, %4 of it queries")
                       .arg(counted(queryCount(records), Cli::tr("1 query"), Cli::tr("%1 queries")),
                            counted(int(sums.connections.size()), Cli::tr("1 connection"),
                                    Cli::tr("%1 connections")),
                            milliseconds(wallNs), milliseconds(sums.ns)) +
                   u'\n';
    for (const auto &[line, sum] : sums.lines)
        text += u"  "_s + Cli::tr("line %1").arg(line).leftJustified(12) +
                QString::number(sum.queries).rightJustified(6) + u"  "_s +
                milliseconds(sum.ns).rightJustified(12) + u'\n';
    for (const analysis::Finding &finding : analysis::findingsOf(records)) {
        const QString cure = finding.cure.isEmpty() ? QString() : u" -> "_s + finding.cure;
        text += Cli::tr("%1, line %2: %3, %4")
                    .arg(QString::fromLatin1(severityName(finding.severity)))
                    .arg(finding.site.line)
                    .arg(finding.message, milliseconds(finding.totalNs)) +
                cure + u'\n';
    }
    return text;
}

QByteArray reportJson(const std::vector<TraceRecord> &records, std::int64_t wallNs)
{
    const Sums sums = sumsOf(records);
    QByteArray lines, findings;
    for (const auto &[line, sum] : sums.lines)
        lines += (lines.isEmpty() ? QByteArray() : ", ") +
                 "{\"line\": " + QByteArray::number(line) +
                 ", \"queries\": " + QByteArray::number(sum.queries) +
                 ", \"ms\": " + number(sum.ns) + '}';
    for (const analysis::Finding &f : analysis::findingsOf(records))
        findings += (findings.isEmpty() ? QByteArray() : ", ") + "{\"severity\": \"" +
                    severityName(f.severity) + "\", \"message\": " + jsonText(f.message) +
                    ", \"cure\": " + jsonText(f.cure) +
                    ", \"line\": " + QByteArray::number(f.site.line) +
                    ", \"column\": " + QByteArray::number(f.site.column) +
                    ", \"queries\": " + QByteArray::number(f.queries) +
                    ", \"ms\": " + number(f.totalNs) + '}';
    return "{\"queries\": " + QByteArray::number(queryCount(records)) +
           ", \"wall_ms\": " + number(wallNs) + ", \"database_ms\": " + number(sums.ns) +
           ", \"lines\": [" + lines + "], \"findings\": [" + findings + "]}";
}

} // namespace heddle::app
