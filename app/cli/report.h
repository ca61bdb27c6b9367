#pragma once

#include "app/cli/execution.h"
#include "orm/analysis/finding.h"
#include "orm/notation/textedit.h"

#include <QByteArray>
#include <QString>

namespace heddle::app {

/// A finding with the change that answers it, if one is certain to.
struct AdvisedFinding : analysis::Finding {
    std::vector<notation::TextEdit> edits; // their spans have lines and columns, too
};

/// What the analysis found about a run, its fixes as edits where there are such, without what the
/// text marks as expected; `silenced` (may be null): how many those were.
std::vector<AdvisedFinding> reportedFindings(const Execution &run, int *silenced = nullptr);

/// What `run --report` says: queries by place with their times, and what the analysis found.
QString reportText(const Execution &run);
/// {"queries", "wall_ms", "database_ms", "lines": [{"line", "queries", "ms"}], "findings": [...]}.
QByteArray reportJson(const Execution &run);
/// [{"rule", "severity", "line", "column", "queries", "ms", "message", "fix", "edits"}, ...], where
/// "edits", which may be missing, is [{"line", "column", "end_line", "end_column", "text"}, ...].
QByteArray findingsJson(const std::vector<AdvisedFinding> &findings);

} // namespace heddle::app
