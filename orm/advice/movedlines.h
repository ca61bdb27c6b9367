#pragma once

#include <QString>
#include <map>

namespace heddle::advice {

/// The lines of one text that have another number in a later one, or none: 0. Counted from 1; lines
/// that are not in it kept theirs. A line that was rewritten in its place keeps it, too.
std::map<int, int> movedLines(const QString &before, const QString &after);

} // namespace heddle::advice
