#pragma once

#include <QString>
#include <vector>

namespace heddle::notation {

/// One line of two texts laid side by side.
struct DiffLine {
    enum Kind { Same, Removed, Added } kind = Same;
    int oldLine = 0, newLine = 0; // from 1; 0: the line is not in that text
    QString text;                 // without its line end
};

/// The shortest way from one text to the other, line by line; of a change the removed lines stand
/// first.
std::vector<DiffLine> lineDiff(const QString &before, const QString &after);

/// The same as `diff -u` writes it, with three lines around each change; empty if nothing changes.
QString unifiedDiff(const QString &before, const QString &after, const QString &oldName,
                    const QString &newName);

} // namespace heddle::notation
