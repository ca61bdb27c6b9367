#pragma once

#include "app/cli/report.h"

#include <QByteArray>
#include <QString>
#include <vector>

namespace heddle::app {

/// What `check` has to say about one file.
struct CheckedFile {
    QString file;
    std::vector<AdvisedFinding> findings;
    int queries = 0;
    int allowedQueries = -1; // -1: any number
    int expected = 0;        // findings that the text marks as expected
    QString error;           // the workbook failed, or could not be run
    std::int64_t wallNs = 0;
    bool isOverBudget() const { return allowedQueries >= 0 && queries > allowedQueries; }
    bool fails(analysis::Severity level) const;
};

// One document for all files each.
QByteArray checkText(const std::vector<CheckedFile> &files, analysis::Severity level);
QByteArray checkJson(const std::vector<CheckedFile> &files, analysis::Severity level);
/// JUnit's XML: a test suite a file, a test case a rule (and one for the budget, one for the run).
QByteArray checkJUnit(const std::vector<CheckedFile> &files, analysis::Severity level);
/// SARIF 2.1.0.
QByteArray checkSarif(const std::vector<CheckedFile> &files, analysis::Severity level);

} // namespace heddle::app
