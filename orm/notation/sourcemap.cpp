#include "orm/notation/sourcemap.h"

#include <algorithm>

namespace heddle::notation {

SourceMap::SourceMap(QStringView source) : m_source(source)
{
    m_lineStarts.push_back(0);
    bool hasPairs = false;
    const int size = int(source.size());
    for (int i = 0; i < size; ++i) {
        const QChar c = source[i];
        if (c == u'\n' || (c == u'\r' && (i + 1 == size || source[i + 1] != u'\n')))
            m_lineStarts.push_back(i + 1);
        hasPairs |= c.isHighSurrogate();
    }
    if (!hasPairs)
        return;
    m_pairsBefore.resize(std::size_t(size) + 1);
    for (int i = 0; i < size; ++i) {
        const bool endsPair =
            i > 0 && source[i].isLowSurrogate() && source[i - 1].isHighSurrogate();
        m_pairsBefore[std::size_t(i) + 1] = m_pairsBefore[std::size_t(i)] + (endsPair ? 1 : 0);
    }
}

SourceMap::Position SourceMap::position(int offset) const
{
    const auto next = std::upper_bound(m_lineStarts.begin(), m_lineStarts.end(), offset);
    const int line = int(next - m_lineStarts.begin());
    const int start = *(next - 1);
    int column = offset - start + 1;
    if (!m_pairsBefore.empty())
        column -= m_pairsBefore[std::size_t(offset)] - m_pairsBefore[std::size_t(start)];
    return {line, column};
}

Span SourceMap::span(int begin, int end) const
{
    const Position from = position(begin), to = position(end);
    return {begin, end, from.line, from.column, to.line, to.column};
}

int SourceMap::lineEnd(int line) const
{
    if (line >= lineCount())
        return int(m_source.size());
    int end = lineStart(line + 1) - 1;
    if (end > lineStart(line) && m_source[end] == u'\n' && m_source[end - 1] == u'\r')
        --end;
    return end;
}

} // namespace heddle::notation
