#pragma once

#include "orm/analysis/finding.h"
#include "orm/trace/trace.h"

#include <QByteArrayList>
#include <QString>

namespace heddle::app {

/// A read or write that was sent.
bool isQuery(const TraceRecord &record);
/// Reads and writes; BEGIN, COMMIT, savepoints and a connection's own housekeeping do not count.
int queryCount(const std::vector<TraceRecord> &records);
/// The SQL of everything sent but housekeeping, in the order sent.
QByteArrayList statementsOf(const std::vector<TraceRecord> &records);
/// Chrome: for Perfetto. Otlp: for OpenTelemetry's collectors, without parameters. Heddle: what
/// Heddle itself reads again, whole.
enum class TraceFormat { Chrome, Otlp, Heddle };

/// Writes a trace. False, after complaining, if the file cannot be written. `url`, of the database,
/// tells OTLP's readers which kind it is.
bool saveTrace(const QString &path, const std::vector<TraceRecord> &records,
               TraceFormat format = TraceFormat::Chrome, const QString &url = {});
/// Writes a run as one page that shows it without a database; false, after
/// complaining, if the file cannot be written. Without parameters: they may be private.
bool saveHtmlReport(const QString &path, const QString &title,
                    const std::vector<TraceRecord> &records,
                    const std::vector<analysis::Finding> &findings);

} // namespace heddle::app
