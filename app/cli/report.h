#pragma once

#include "app/cli/execution.h"
#include "orm/analysis/finding.h"

#include <QByteArray>
#include <QString>

namespace heddle::app {

/// What the analysis found about a run, its fixes as edits where there are such, without what the
/// text marks as expected; `silenced` (may be null): how many those were.
std::vector<analysis::Finding> reportedFindings(const Execution &run, int *silenced = nullptr);

/// What `run --report` says: queries by place with their times, and what the analysis found.
QString reportText(const Execution &run);
/// {"queries", "wall_ms", "database_ms", "lines": [{"line", "queries", "ms"}], "findings": [...]}.
QByteArray reportJson(const Execution &run);
/// [{"rule", "severity", "line", "column", "queries", "ms", "message", "fix"}, ...].
QByteArray findingsJson(const std::vector<analysis::Finding> &findings);

} // namespace heddle::app
