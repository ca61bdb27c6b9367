#include "app/cli/tracing.h"

#include "app/cli/cli.h"

#include <QSaveFile>
#include <algorithm>

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

bool saveTrace(const QString &path, const std::vector<TraceRecord> &records)
{
    QSaveFile file(path);
    if (file.open(QIODevice::WriteOnly) && file.write(toChromeTrace(records)) >= 0 && file.commit())
        return true;
    complain(Cli::tr("cannot write the trace to %1: %2").arg(path, file.errorString()));
    return false;
}

} // namespace heddle::app
