#include "app/cli/tracing.h"

#include "app/cli/cli.h"
#include "orm/analysis/htmlreport.h"
#include "orm/trace/otlp.h"

#include <QSaveFile>
#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

bool isStatement(const TraceRecord &record)
{
    switch (record.kind) {
    case TraceKind::Read:
    case TraceKind::Write:
    case TraceKind::Begin:
    case TraceKind::Commit:
    case TraceKind::Rollback:
    case TraceKind::Savepoint:
    case TraceKind::ReleaseSavepoint:
    case TraceKind::RollbackToSavepoint:
        return record.sentNs != 0;
    case TraceKind::Cell:
    case TraceKind::Coroutine:
    case TraceKind::Await:
    case TraceKind::Sleep:
    case TraceKind::Crossing:
    case TraceKind::LockWait:
    case TraceKind::Usage:
    case TraceKind::Pragma:
        break;
    }
    return false;
}

} // namespace

bool isQuery(const TraceRecord &record)
{
    return (record.kind == TraceKind::Read || record.kind == TraceKind::Write) &&
           record.sentNs != 0;
}

int queryCount(const std::vector<TraceRecord> &records)
{
    return int(std::count_if(records.begin(), records.end(), isQuery));
}

QByteArrayList statementsOf(const std::vector<TraceRecord> &records)
{
    std::vector<const TraceRecord *> sent;
    for (const TraceRecord &record : records)
        if (isStatement(record))
            sent.push_back(&record);
    std::stable_sort(sent.begin(), sent.end(),
                     [](const auto *a, const auto *b) { return a->sentNs < b->sentNs; });
    QByteArrayList statements;
    for (const TraceRecord *record : sent)
        statements.append(record->sql);
    return statements;
}

/// The name of a database system as the semantic conventions spell it; a path is SQLite's.
static QByteArray systemOf(const QString &url)
{
    const qsizetype end = url.indexOf("://"_L1);
    const QString scheme = end < 0 ? u"sqlite"_s : url.left(end);
    return scheme == "postgres"_L1 ? "postgresql" : scheme.toUtf8();
}

static QByteArray traceText(const std::vector<TraceRecord> &records, TraceFormat format,
                            const QString &url)
{
    switch (format) {
    case TraceFormat::Chrome:
        return toChromeTrace(records);
    case TraceFormat::Otlp: {
        OtlpOptions options;
        options.system = systemOf(url);
        return toOtlpTrace(records, options);
    }
    case TraceFormat::Heddle:
        return traceToJson(records);
    }
    return {};
}

bool saveTrace(const QString &path, const std::vector<TraceRecord> &records, TraceFormat format,
               const QString &url)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(traceText(records, format, url)) >= 0 &&
        file.commit())
        return true;
    complain(Cli::tr("cannot write the trace to %1: %2").arg(path, file.errorString()));
    return false;
}

bool saveHtmlReport(const QString &path, const QString &title,
                    const std::vector<TraceRecord> &records,
                    const std::vector<analysis::Finding> &findings)
{
    QSaveFile file(path);
    analysis::HtmlReportOptions options;
    options.title = title;
    const QByteArray html = analysis::htmlReport(records, findings, options);
    if (file.open(QIODevice::WriteOnly) && file.write(html) == html.size() && file.commit())
        return true;
    complain(Cli::tr("cannot write the report to %1: %2").arg(path, file.errorString()));
    return false;
}

} // namespace heddle::app
