#pragma once

#include "ui/editor/editortheme.h"

#include <QHash>
#include <QMap>
#include <QRect>
#include <QString>
#include <functional>
#include <optional>
#include <vector>

class QPainter;

namespace heddle::ui {

/// What a badge says beside its words: nothing, trouble (N+1), a parallel run, or care (a
/// savepoint, a warning).
enum class BadgeKind { Neutral, Bad, Good, Warning };

/// A small pill at the right edge of a line: its queries and their time.
struct LineBadge {
    BadgeKind kind = BadgeKind::Neutral;
    QString text;    // "40q · 46 ms"
    QString toolTip; // whole sentence
    bool operator==(const LineBadge &) const = default;
};

/// Lines (1-based, inclusive) of one transaction.
struct LineRail {
    int firstLine = 0, lastLine = 0;
    bool operator==(const LineRail &) const = default;
};

/// What is drawn over the text of an editor and follows its lines: badges, rails, signs at cell
/// titles.
///
/// Knows no editor: where lines are comes with each call, so that it can be tested without one.
class LineOverlay {
public:
    /// The rectangle of a visible line's first row in viewport coordinates; nothing if it is folded
    /// or scrolled away.
    using LineGeometry = std::function<std::optional<QRect>(int line)>;

    void setBadges(QMap<int, LineBadge> badges) { m_badges = std::move(badges); }
    const QMap<int, LineBadge> &badges() const { return m_badges; }
    void setRails(std::vector<LineRail> rails) { m_rails = std::move(rails); }
    const std::vector<LineRail> &rails() const { return m_rails; }
    /// Words behind a cell's title: "async".
    void setSigns(QMap<int, QString> signs_) { m_signs = std::move(signs_); }
    const QMap<int, QString> &cellSigns() const { return m_signs; }

    /// Lines were added (or removed, if negative) below `line`: what stands on later lines moves
    /// along, what stood on removed ones goes.
    void linesAdded(int line, int count);
    /// The text of a line changed: what its last run said of it is no longer true.
    void lineChanged(int line) { m_badges.remove(line); }
    void clearBadges(int firstLine, int lastLine);

    void paint(QPainter *painter, const EditorTheme &theme, const LineGeometry &geometry,
               int firstVisible, int lastVisible, int textLeft) const;
    /// The badge under a point; 0: none.
    int badgeLineAt(const QPoint &point, const EditorTheme &theme,
                    const LineGeometry &geometry) const;

private:
    QMap<int, LineBadge> m_badges;
    QMap<int, QString> m_signs;
    std::vector<LineRail> m_rails;
};

/// Where the pill of a text goes at the right edge of a line.
QRect badgeRect(const QRect &line, const QString &text, const QFont &font);

} // namespace heddle::ui
