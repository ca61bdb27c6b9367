#pragma once

#include "orm/analysis/finding.h"

namespace heddle::analysis {

struct HtmlReportOptions {
    QString title;           // of the page
    bool parameters = false; // may be private: off unless asked
};

/// One page that shows a run without a database, a network or Heddle: the timeline as a drawing,
/// the findings, the statements with how often and how long each ran, and the transactions.
/// Everything that came from the run is escaped; the page loads nothing and runs no script.
QByteArray htmlReport(const std::vector<TraceRecord> &records, const std::vector<Finding> &findings,
                      const HtmlReportOptions &options);

} // namespace heddle::analysis
