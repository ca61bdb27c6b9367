#pragma once

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
/// Writes Chrome trace JSON, which Perfetto opens. False, after complaining, if the file cannot be
/// written.
bool saveTrace(const QString &path, const std::vector<TraceRecord> &records);

} // namespace heddle::app
