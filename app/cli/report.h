#pragma once

#include "orm/trace/trace.h"

#include <QByteArray>
#include <QString>

namespace heddle::app {

/// What `run --report` says: queries by place with their times, and what the analysis found.
QString reportText(const std::vector<TraceRecord> &records, std::int64_t wallNs);
/// {"queries", "wall_ms", "database_ms", "lines": [{"line", "queries", "ms"}], "findings":
/// [{...}]}.
QByteArray reportJson(const std::vector<TraceRecord> &records, std::int64_t wallNs);

} // namespace heddle::app
