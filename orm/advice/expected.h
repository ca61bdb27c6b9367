#pragma once

#include "orm/analysis/finding.h"
#include "orm/notation/syntax.h"

namespace heddle::advice {

/// `# heddle: expected REASON` at the end of a line (or alone on the line above): what the analysis
/// finds there is meant.
struct Expected {
    int line = 0; // the line that it is about
    QString reason;
    int silenced = 0; // findings
};

/// The marks of a text. A mark without a reason is none: whoever reads it shall know why.
std::vector<Expected> expectedIn(const notation::ParseResult &parsed);

/// Takes the findings about marked lines out of the list, and counts them at their marks.
void silence(std::vector<analysis::Finding> *findings, std::vector<Expected> *expected);

} // namespace heddle::advice
