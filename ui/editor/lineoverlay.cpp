#include "ui/editor/lineoverlay.h"

#include <QFontMetrics>
#include <QPainter>
#include <QPainterPath>

#include <algorithm>

namespace heddle::ui {
namespace {

constexpr int rightMargin = 10;
constexpr int horizontalPadding = 9;
constexpr int railWidth = 3;

struct PillColors {
    QColor text, paper;
};

PillColors pillColors(BadgeKind kind, const EditorTheme &theme)
{
    switch (kind) {
    case BadgeKind::Neutral:
        return {theme.badgeNeutral, theme.badgeNeutralPaper};
    case BadgeKind::Bad:
        return {theme.badgeBad, theme.badgeBadPaper};
    case BadgeKind::Good:
        return {theme.badgeGood, theme.badgeGoodPaper};
    case BadgeKind::Warning:
        return {theme.badgeWarning, theme.badgeWarningPaper};
    }
    return {};
}

QFont badgeFont(const QFont &base, BadgeKind kind)
{
    QFont font = base;
    font.setWeight(kind == BadgeKind::Bad ? QFont::Bold : QFont::Medium);
    return font;
}

template <typename T>
QMap<int, T> moved(const QMap<int, T> &map, int line, int count)
{
    QMap<int, T> result;
    for (auto it = map.begin(); it != map.end(); ++it) {
        if (it.key() <= line)
            result.insert(it.key(), it.value());
        else if (count >= 0 || it.key() > line - count)
            result.insert(it.key() + count, it.value());
    }
    return result;
}

} // namespace

QRect badgeRect(const QRect &line, const QString &text, const QFont &font)
{
    const QFontMetrics metrics(font);
    const int width = metrics.horizontalAdvance(text) + 2 * horizontalPadding;
    const int height = std::min(line.height() - 2, metrics.height() + 2);
    return {line.right() - rightMargin - width, line.top() + (line.height() - height) / 2, width,
            height};
}

void LineOverlay::linesAdded(int line, int count)
{
    if (count == 0)
        return;
    m_badges = moved(m_badges, line, count);
    m_signs = moved(m_signs, line, count);
    for (LineRail &rail : m_rails) {
        if (rail.firstLine > line)
            rail.firstLine = std::max(line, rail.firstLine + count);
        if (rail.lastLine > line)
            rail.lastLine = std::max(line, rail.lastLine + count);
    }
}

void LineOverlay::clearBadges(int firstLine, int lastLine)
{
    for (auto it = m_badges.lowerBound(firstLine); it != m_badges.end() && it.key() <= lastLine;)
        it = m_badges.erase(it);
    std::erase_if(m_rails, [=](const LineRail &r) {
        return r.firstLine >= firstLine && r.firstLine <= lastLine;
    });
}

void LineOverlay::paint(QPainter *painter, const EditorTheme &theme, const LineGeometry &geometry,
                        int firstVisible, int lastVisible, int textLeft) const
{
    painter->setRenderHint(QPainter::Antialiasing);
    for (const LineRail &rail : m_rails) {
        for (int line = std::max(rail.firstLine, firstVisible);
             line <= std::min(rail.lastLine, lastVisible); ++line) {
            if (const auto rect = geometry(line))
                painter->fillRect(
                    QRect(textLeft - railWidth - 2, rect->top(), railWidth, rect->height()),
                    theme.rail);
        }
    }
    const auto pill = [&](int line, const QString &text, const QFont &font,
                          const PillColors &colors, bool outline) {
        const auto rect = geometry(line);
        if (!rect)
            return;
        const QRectF box = QRectF(badgeRect(*rect, text, font)).adjusted(0.5, 0.5, -0.5, -0.5);
        painter->setPen(outline ? QPen(colors.text, 1) : QPen(Qt::NoPen));
        painter->setBrush(outline ? theme.paper : colors.paper);
        painter->drawRoundedRect(box, box.height() / 2, box.height() / 2);
        painter->setFont(font);
        painter->setPen(colors.text);
        painter->drawText(box, Qt::AlignCenter, text);
    };
    for (auto it = m_signs.lowerBound(firstVisible); it != m_signs.end() && it.key() <= lastVisible;
         ++it) {
        if (!m_badges.contains(it.key()))
            pill(it.key(), it.value(), badgeFont(theme.badgeFont, BadgeKind::Neutral),
                 {theme.comment, theme.paper}, true);
    }
    for (auto it = m_badges.lowerBound(firstVisible);
         it != m_badges.end() && it.key() <= lastVisible; ++it)
        pill(it.key(), it->text, badgeFont(theme.badgeFont, it->kind), pillColors(it->kind, theme),
             false);
}

int LineOverlay::badgeLineAt(const QPoint &point, const EditorTheme &theme,
                             const LineGeometry &geometry) const
{
    for (auto it = m_badges.begin(); it != m_badges.end(); ++it) {
        const auto rect = geometry(it.key());
        if (rect &&
            badgeRect(*rect, it->text, badgeFont(theme.badgeFont, it->kind)).contains(point))
            return it.key();
    }
    return 0;
}

} // namespace heddle::ui
