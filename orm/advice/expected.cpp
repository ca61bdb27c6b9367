#include "orm/advice/expected.h"

#include "orm/notation/sourcemap.h"

#include <QRegularExpression>
#include <algorithm>

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;

std::vector<Expected> expectedIn(const notation::ParseResult &parsed)
{
    static const QRegularExpression mark(u"^#\\s*heddle:\\s*expected\\s+(\\S.*)$"_s);
    const notation::SourceMap map(parsed.source);
    std::vector<Expected> out;
    for (const notation::Comment &comment : parsed.comments) {
        const QRegularExpressionMatch match = mark.match(comment.text);
        if (!match.hasMatch())
            continue;
        const int line = comment.span.line;
        const int start = map.lineStart(line);
        const bool isAlone =
            QStringView(parsed.source).mid(start, comment.span.begin - start).trimmed().isEmpty();
        out.push_back({isAlone ? line + 1 : line, match.captured(1).trimmed(), 0});
    }
    return out;
}

void silence(std::vector<analysis::Finding> *findings, std::vector<Expected> *expected)
{
    std::erase_if(*findings, [&](const analysis::Finding &finding) {
        if (finding.severity == analysis::Severity::Good)
            return false;
        const auto mark = std::find_if(expected->begin(), expected->end(), [&](const Expected &e) {
            return e.line == finding.site.line;
        });
        if (mark == expected->end())
            return false;
        ++mark->silenced;
        return true;
    });
}

} // namespace heddle::advice
