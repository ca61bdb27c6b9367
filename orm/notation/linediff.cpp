#include "orm/notation/linediff.h"

#include <QStringList>
#include <algorithm>

namespace heddle::notation {

using namespace Qt::Literals::StringLiterals;

namespace {

/// Lines with a mark behind the last one if nothing ends it, as diff tells them apart.
QStringList linesOf(const QString &text)
{
    if (text.isEmpty())
        return {};
    QStringList lines = text.split(u'\n');
    if (lines.back().isEmpty())
        lines.removeLast();
    else
        lines.back() += u"\n\\ No newline at end of file"_s;
    return lines;
}

/// For each pair of lines that stay, their places; after Myers, "An O(ND) Difference Algorithm".
std::vector<std::pair<int, int>> kept(const QStringList &a, const QStringList &b)
{
    const int n = int(a.size()), m = int(b.size()), most = n + m;
    std::vector<std::vector<int>> rounds;
    std::vector<int> reach(std::size_t(2 * most + 3), 0);
    const auto at = [&](std::vector<int> &v, int k) -> int & {
        return v[std::size_t(k + most + 1)];
    };
    const auto goesDown = [&](std::vector<int> &v, int k, int d) {
        return k == -d || (k != d && at(v, k - 1) < at(v, k + 1));
    };
    for (int d = 0; d <= most; ++d) {
        rounds.push_back(reach);
        for (int k = -d; k <= d; k += 2) {
            int x = goesDown(reach, k, d) ? at(reach, k + 1) : at(reach, k - 1) + 1;
            while (x < n && x - k < m && a[x] == b[x - k])
                ++x;
            at(reach, k) = x;
            if (x < n || x - k < m)
                continue;
            std::vector<std::pair<int, int>> pairs;
            for (int round = d, i = n, j = m; round >= 0; --round) {
                std::vector<int> &v = rounds[std::size_t(round)];
                const int diagonal = i - j;
                const bool down = goesDown(v, diagonal, round);
                const int before = down ? diagonal + 1 : diagonal - 1;
                const int startX = round == 0 ? 0 : down ? at(v, before) : at(v, before) + 1;
                while (i > startX && j > 0)
                    pairs.emplace_back(--i, --j);
                i = round == 0 ? 0 : at(v, before);
                j = i - before;
            }
            std::reverse(pairs.begin(), pairs.end());
            return pairs;
        }
    }
    return {};
}

QString range(int start, int count)
{
    // An empty range names the line before it.
    return count == 1 ? QString::number(start)
                      : u"%1,%2"_s.arg(count == 0 ? start - 1 : start).arg(count);
}

} // namespace

std::vector<DiffLine> lineDiff(const QString &before, const QString &after)
{
    QStringList a = linesOf(before), b = linesOf(after);
    // What is the same at both ends needs no search.
    int head = 0, tail = 0;
    while (head < a.size() && head < b.size() && a[head] == b[head])
        ++head;
    while (tail < a.size() - head && tail < b.size() - head &&
           a[a.size() - 1 - tail] == b[b.size() - 1 - tail])
        ++tail;
    std::vector<std::pair<int, int>> pairs =
        kept(a.mid(head, a.size() - head - tail), b.mid(head, b.size() - head - tail));
    for (auto &[i, j] : pairs) {
        i += head;
        j += head;
    }
    std::vector<DiffLine> out;
    int i = 0, j = 0;
    const auto upTo = [&](int oldEnd, int newEnd) {
        for (; i < oldEnd; ++i)
            out.push_back({DiffLine::Removed, i + 1, 0, a[i]});
        for (; j < newEnd; ++j)
            out.push_back({DiffLine::Added, 0, j + 1, b[j]});
    };
    const auto same = [&](int oldLine, int newLine) {
        upTo(oldLine, newLine);
        out.push_back({DiffLine::Same, ++i, ++j, a[oldLine]});
    };
    for (int k = 0; k < head; ++k)
        same(k, k);
    for (const auto &[oldLine, newLine] : pairs)
        same(oldLine, newLine);
    for (int k = tail; k > 0; --k)
        same(int(a.size()) - k, int(b.size()) - k);
    upTo(int(a.size()), int(b.size()));
    return out;
}

QString unifiedDiff(const QString &before, const QString &after, const QString &oldName,
                    const QString &newName)
{
    constexpr int around = 3;
    const std::vector<DiffLine> lines = lineDiff(before, after);
    const int size = int(lines.size());
    const auto changes = [&](int i) { return lines[std::size_t(i)].kind != DiffLine::Same; };
    QString out;
    int oldLine = 1, newLine = 1;
    for (int i = 0, seen = 0; i < size; ++i) {
        if (!changes(i))
            continue;
        const int begin = std::max(seen, i - around);
        int last = i;
        for (int k = i; k < size && k <= last + 2 * around; ++k)
            if (changes(k))
                last = k;
        const int end = std::min(size, last + 1 + around);
        for (int k = seen; k < begin; ++k) { // between the hunks all lines are the same
            ++oldLine;
            ++newLine;
        }
        int removed = 0, added = 0;
        QString hunk;
        for (int k = begin; k < end; ++k) {
            const DiffLine &line = lines[std::size_t(k)];
            removed += line.kind != DiffLine::Added ? 1 : 0;
            added += line.kind != DiffLine::Removed ? 1 : 0;
            hunk += (line.kind == DiffLine::Same      ? u' '
                     : line.kind == DiffLine::Removed ? u'-'
                                                      : u'+') +
                    line.text + u'\n';
        }
        out += u"@@ -%1 +%2 @@\n"_s.arg(range(oldLine, removed), range(newLine, added)) + hunk;
        oldLine += removed;
        newLine += added;
        seen = end;
        i = end - 1;
    }
    return out.isEmpty() ? out : u"--- %1\n+++ %2\n"_s.arg(oldName, newName) + out;
}

} // namespace heddle::notation
