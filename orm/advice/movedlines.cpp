#include "orm/advice/movedlines.h"

#include "orm/notation/linediff.h"

namespace heddle::advice {

std::map<int, int> movedLines(const QString &before, const QString &after)
{
    std::map<int, int> moved;
    const std::vector<notation::DiffLine> lines = notation::lineDiff(before, after);
    for (std::size_t i = 0; i < lines.size();) {
        if (lines[i].kind == notation::DiffLine::Same) {
            if (lines[i].oldLine != lines[i].newLine)
                moved[lines[i].oldLine] = lines[i].newLine;
            ++i;
            continue;
        }
        // A change: its n-th removed line became its n-th new one.
        std::vector<int> removed, added;
        for (; i < lines.size() && lines[i].kind != notation::DiffLine::Same; ++i) {
            if (lines[i].kind == notation::DiffLine::Removed)
                removed.push_back(lines[i].oldLine);
            else
                added.push_back(lines[i].newLine);
        }
        for (std::size_t n = 0; n < removed.size(); ++n) {
            const int now = n < added.size() ? added[n] : 0;
            if (now != removed[n])
                moved[removed[n]] = now;
        }
    }
    return moved;
}

} // namespace heddle::advice
