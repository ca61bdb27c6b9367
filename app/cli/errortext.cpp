#include "app/cli/errortext.h"

#include <QStringList>
#include <algorithm>
#include <array>
#include <iterator>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

struct Range {
    char32_t first, last;
};

// Unicode's East Asian Width W and F, in blocks, and the pictures that terminals draw two columns
// wide.
constexpr std::array wideRanges{
    Range{0x1100, 0x115F},   Range{0x231A, 0x231B},   Range{0x2E80, 0x303E},
    Range{0x3041, 0x33FF},   Range{0x3400, 0x4DBF},   Range{0x4E00, 0x9FFF},
    Range{0xA000, 0xA4CF},   Range{0xA960, 0xA97F},   Range{0xAC00, 0xD7A3},
    Range{0xF900, 0xFAFF},   Range{0xFE30, 0xFE6F},   Range{0xFF00, 0xFF60},
    Range{0xFFE0, 0xFFE6},   Range{0x1F300, 0x1F64F}, Range{0x1F680, 0x1F6FF},
    Range{0x1F900, 0x1F9FF}, Range{0x1FA70, 0x1FAFF}, Range{0x20000, 0x3FFFD},
};

int widthOf(char32_t c)
{
    switch (QChar::category(c)) {
    case QChar::Mark_NonSpacing:
    case QChar::Mark_Enclosing:
    case QChar::Other_Format:
    case QChar::Other_Control:
        return 0;
    default: // Qt's enumeration, not ours
        break;
    }
    const auto range = std::lower_bound(wideRanges.begin(), wideRanges.end(), c,
                                        [](const Range &r, char32_t x) { return r.last < x; });
    return range != wideRanges.end() && range->first <= c ? 2 : 1;
}

} // namespace

int displayWidth(QStringView text)
{
    int width = 0;
    for (const char32_t c : text.toUcs4())
        width += widthOf(c);
    return width;
}

QString errorLine(const script::ScriptError &error)
{
    QString text = (error.qualifiedType.isEmpty() ? error.type : error.qualifiedType) + u": "_s +
                   error.message;
    if (!error.suggestion.isEmpty() && !error.message.contains(error.suggestion))
        text += u" ("_s + error.suggestion + u')';
    return text.replace(u'\n', u' ').replace(u'\r', u' ');
}

QString caretLines(const QString &source, int line, int column)
{
    const QStringList lines = source.split(u'\n');
    if (line < 1 || line > lines.size() || column < 1)
        return {};
    QString text = lines[line - 1];
    if (text.endsWith(u'\r'))
        text.chop(1);
    QString pad;
    const auto codePoints = text.toUcs4();
    for (int i = 0; i < std::min(column - 1, int(codePoints.size())); ++i)
        pad += codePoints[i] == U'\t' ? u"\t"_s : QString(widthOf(codePoints[i]), u' ');
    return u"  "_s + text + u"\n  "_s + pad + u'^';
}

QByteArray jsonText(const QString &text)
{
    return toJson(Value(text));
}

QByteArray errorJson(const script::ScriptError &error)
{
    QByteArray json =
        "{\"type\": " + jsonText(error.type) + ", \"message\": " + jsonText(error.message);
    if (error.line > 0)
        json += ", \"line\": " + QByteArray::number(error.line) +
                ", \"column\": " + QByteArray::number(error.column);
    return json + '}';
}

} // namespace heddle::app
