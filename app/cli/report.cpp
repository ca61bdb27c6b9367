#include "app/cli/report.h"

#include "app/cli/cli.h"
#include "app/cli/errortext.h"
#include "app/cli/tracing.h"
#include "orm/advice/expected.h"
#include "orm/advice/fixes.h"
#include "orm/analysis/findings.h"
#include "orm/notation/sourcemap.h"

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

QByteArray number(std::int64_t ns)
{
    return QByteArray::number(double(ns) / 1e6, 'f', 3);
}

} // namespace

std::vector<AdvisedFinding> reportedFindings(const Execution &run, int *silenced)
{
    const notation::ParseResult parsed = notation::parseModule(run.workbook.text());
    std::vector<analysis::Finding> findings = analysis::findingsOf(run.records);
    std::vector<advice::Expected> expected = advice::expectedIn(parsed);
    advice::silence(&findings, &expected);
    const notation::SourceMap map(parsed.source);
    std::vector<AdvisedFinding> advised;
    for (analysis::Finding &finding : findings) {
        std::vector<notation::TextEdit> edits;
        if (auto fix = advice::advise(finding, parsed))
            edits = std::move(fix->edits);
        for (notation::TextEdit &edit : edits)
            edit.span = map.span(edit.span.begin, edit.span.end);
        advised.push_back({std::move(finding), std::move(edits)});
    }
    if (silenced)
        for (const advice::Expected &mark : expected)
            *silenced += mark.silenced;
    return advised;
}

QString reportText(const Execution &run)
{
    const Sums sums = sumsOf(run.records);
    QString text =
        u"\n"_s +
        Cli::tr("%1 on %2 in %3, %4 of it queries")
            .arg(counted(queryCount(run.records), Cli::tr("1 query"), Cli::tr("%1 queries")),
                 counted(int(sums.connections.size()), Cli::tr("1 connection"),
                         Cli::tr("%1 connections")),
                 milliseconds(run.wallNs), milliseconds(sums.ns)) +
        u'\n';
    for (const auto &[line, sum] : sums.lines)
        text += u"  "_s + Cli::tr("line %1").arg(line).leftJustified(12) +
                QString::number(sum.queries).rightJustified(6) + u"  "_s +
                milliseconds(sum.ns).rightJustified(12) + u'\n';
    int silenced = 0;
    for (const AdvisedFinding &finding : reportedFindings(run, &silenced)) {
        const QString fix = finding.fix.isEmpty() ? QString() : u" -> "_s + finding.fix;
        text += Cli::tr("%1, line %2: %3, %4")
                    .arg(QString::fromLatin1(analysis::toText(finding.severity)))
                    .arg(finding.site.line)
                    .arg(finding.message, milliseconds(finding.totalNs)) +
                fix + u'\n';
    }
    if (silenced > 0)
        text += counted(silenced, Cli::tr("1 finding is marked as expected"),
                        Cli::tr("%1 findings are marked as expected")) +
                u'\n';
    return text;
}

static QByteArray editsJson(const std::vector<notation::TextEdit> &edits)
{
    QByteArray json;
    for (const notation::TextEdit &edit : edits)
        json += (json.isEmpty() ? QByteArray() : ", ") +
                "{\"line\": " + QByteArray::number(edit.span.line) +
                ", \"column\": " + QByteArray::number(edit.span.column) +
                ", \"end_line\": " + QByteArray::number(edit.span.endLine) +
                ", \"end_column\": " + QByteArray::number(edit.span.endColumn) +
                ", \"text\": " + jsonText(edit.replacement) + '}';
    return '[' + json + ']';
}

QByteArray findingsJson(const std::vector<AdvisedFinding> &findings)
{
    QByteArray json;
    for (const AdvisedFinding &f : findings)
        json += (json.isEmpty() ? QByteArray() : ", ") + "{\"rule\": \"" +
                analysis::toText(f.rule) + "\", \"severity\": \"" + analysis::toText(f.severity) +
                "\", \"line\": " + QByteArray::number(f.site.line) +
                ", \"column\": " + QByteArray::number(f.site.column) +
                ", \"queries\": " + QByteArray::number(f.queries) +
                ", \"ms\": " + number(f.totalNs) + ", \"message\": " + jsonText(f.message) +
                ", \"fix\": " + jsonText(f.fix) +
                (f.edits.empty() ? QByteArray() : ", \"edits\": " + editsJson(f.edits)) + '}';
    return '[' + json + ']';
}

QByteArray reportJson(const Execution &run)
{
    const Sums sums = sumsOf(run.records);
    QByteArray lines;
    for (const auto &[line, sum] : sums.lines)
        lines += (lines.isEmpty() ? QByteArray() : ", ") +
                 "{\"line\": " + QByteArray::number(line) +
                 ", \"queries\": " + QByteArray::number(sum.queries) +
                 ", \"ms\": " + number(sum.ns) + '}';
    return "{\"queries\": " + QByteArray::number(queryCount(run.records)) +
           ", \"wall_ms\": " + number(run.wallNs) + ", \"database_ms\": " + number(sums.ns) +
           ", \"lines\": [" + lines + "], \"findings\": " + findingsJson(reportedFindings(run)) +
           '}';
}

} // namespace heddle::app
