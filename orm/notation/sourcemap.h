#pragma once

#include "orm/notation/syntax.h"

#include <QStringView>
#include <vector>

namespace heddle::notation {

/// Turns offsets of a text (UTF-16 units) into lines and columns (code points). Built once in
/// linear time; each answer takes the logarithm of the number of lines. A line ends at "\n", "\r\n"
/// or "\r", as for Python.
class SourceMap {
public:
    explicit SourceMap(QStringView source);

    struct Position {
        int line = 1;
        int column = 1;
    };
    Position position(int offset) const;
    Span span(int begin, int end) const;
    int line(int offset) const { return position(offset).line; }
    int lineCount() const { return int(m_lineStarts.size()); }
    /// The offset of the first character of a line; lines count from 1.
    int lineStart(int line) const { return m_lineStarts[std::size_t(line - 1)]; }
    /// The offset behind the last character of a line, its line ending not included.
    int lineEnd(int line) const;

private:
    QStringView m_source;
    std::vector<int> m_lineStarts;
    std::vector<int>
        m_pairsBefore; // surrogate pairs that end at or before each offset; empty if there are none
};

} // namespace heddle::notation
