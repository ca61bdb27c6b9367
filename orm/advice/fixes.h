#pragma once

#include "orm/analysis/finding.h"
#include "orm/notation/textedit.h"

namespace heddle::advice {

/// A change of the text that answers a finding.
struct Fix {
    QString summary; // what it does: "add .select_related(\"album\")"
    std::vector<notation::TextEdit> edits;
};

/// The change that makes a finding go away and leaves the program's output as it is; nothing where
/// there is none that is certain to. Lines of the finding count in the parsed text.
std::optional<Fix> fixFor(const analysis::Finding &finding, const notation::ParseResult &parsed);

/// The same, with the finding's own words made those of the fix; or, where there is none, words
/// that fit the text.
std::optional<Fix> advise(analysis::Finding &finding, const notation::ParseResult &parsed);

} // namespace heddle::advice
