#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"
#include "ui/timeline/timelinepainter.h"

#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <vector>

// The part of TimelinePainter that draws what lies behind and around the bars: cells, waiting,
// transactions, N+1 groups, the selected range.

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

// Narrower brackets are plain marks, without rounding and words; narrower ones still are joined to
// runs of the same outcome, so that there are never more marks than pixels.
constexpr double leastRoundedBracket = 24;
constexpr double leastOwnBracket = 4;

bool isBad(BracketOutcome outcome)
{
    switch (outcome) {
    case BracketOutcome::RolledBack:
    case BracketOutcome::Failed:
        return true;
    case BracketOutcome::Open:
    case BracketOutcome::Committed:
        return false;
    }
    return false;
}

QString closingWord(const TraceBracket &bracket)
{
    switch (bracket.outcome) {
    case BracketOutcome::Open:
        return u"…"_s;
    case BracketOutcome::Committed:
        return bracket.depth == 0 ? u"COMMIT ✓"_s : u"✓"_s;
    case BracketOutcome::RolledBack:
        return bracket.depth == 0 ? u"ROLLBACK ✕"_s : u"✕"_s;
    case BracketOutcome::Failed:
        return u"FAILED ✕"_s;
    }
    return {};
}

} // namespace

void TimelinePainter::paintRange()
{
    if (!m_scene.choice.range)
        return;
    const Theme &theme = m_scene.theme;
    const auto [from, to] = *m_scene.choice.range;
    const QRectF rect = clipped(m_scene.scale.x(from), m_scene.scale.x(to), m_scene.area.top(),
                                m_scene.area.height());
    if (rect.isEmpty())
        return;
    QColor wash = theme.accent;
    wash.setAlpha(theme.dark ? 50 : 28);
    m_painter.fillRect(rect, wash);
    m_painter.setPen(QPen(theme.accent, 1));
    m_painter.drawLine(rect.topLeft(), rect.bottomLeft());
    m_painter.drawLine(rect.topRight(), rect.bottomRight());

    const TraceTotals totals = m_scene.model.totals(from, to);
    const QString text = TraceModel::tr("%1: %2 queries, %3 of query time, %4 rows")
                             .arg(durationText(to - from))
                             .arg(totals.queries)
                             .arg(durationText(totals.busyNs))
                             .arg(totals.rows);
    const double width = widthOf(text, m_font) + 16;
    double x = std::clamp(rect.center().x() - width / 2, m_scene.scale.left + 4,
                          std::max(m_scene.scale.left + 4, m_scene.scale.right() - width - 4));
    const QRectF pill(x, m_scene.area.top() + 1, width, metrics::rulerHeight - 2);
    const double left = std::max(std::min(pill.left(), rect.left()), m_scene.scale.left);
    m_painter.fillRect(
        QRectF(left, pill.top(), std::max(pill.right(), rect.right()) - left, pill.height()),
        theme.accentSoft);
    paintText(pill, text, theme.onAccentSoft, m_font, Qt::AlignCenter);
}

void TimelinePainter::paintSpans(LaneIndex index)
{
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    const double rowsHeight = std::max(1, int(lane.rows.size())) * metrics::laneHeight;
    for (const TraceBar &span : lane.spans) {
        const QRectF rect = clipped(m_scene.scale.x(span.startNs), m_scene.scale.x(span.endNs),
                                    laneTop(index) + 3, rowsHeight - 6);
        if (rect.isEmpty())
            continue;
        QColor fill = m_scene.theme.waiting.soft;
        fill.setAlpha(m_scene.theme.dark ? 120 : 150);
        m_painter.fillRect(rect, fill);
    }
}

void TimelinePainter::paintWaiting(LaneIndex index)
{
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    if (lane.waiters.empty())
        return;
    // A step curve: how many wait at a time. Steps that fall on one pixel are drawn as their
    // highest.
    const double base = laneTop(index) + metrics::laneHeight - 6;
    const double unit = double(metrics::laneBarHeight) / lane.mostWaiters;
    QPainterPath area;
    area.moveTo(m_scene.scale.left - 2, base);
    double lastX = m_scene.scale.left - 2;
    int highest = 0;
    int before = 0;
    for (const TraceLane::Waiters &step : lane.waiters) {
        const double x =
            std::clamp(m_scene.scale.x(step.ns), m_scene.scale.left - 2, m_scene.scale.right() + 2);
        highest = std::max(highest, before);
        before = step.count;
        if (x - lastX < 1 && &step != &lane.waiters.back())
            continue;
        area.lineTo(lastX, base - highest * unit);
        area.lineTo(x, base - highest * unit);
        area.lineTo(x, base - step.count * unit);
        lastX = x;
        highest = step.count;
    }
    area.lineTo(lastX, base);
    area.closeSubpath();
    m_painter.setRenderHint(QPainter::Antialiasing, false);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(hatchBrush(m_scene.theme.waiting.fill, m_scene.theme.hatch));
    m_painter.drawPath(area);
    const double startX = m_scene.scale.x(lane.waiters.front().ns);
    const double endX = m_scene.scale.x(lane.waiters.back().ns);
    const QString most = TraceModel::tr("up to %1 waiting").arg(lane.mostWaiters);
    if (endX <= m_scene.scale.left || startX >= m_scene.scale.right() || endX <= startX)
        return;
    // Behind the curve, before it where there is no room behind.
    const double width = widthOf(most, m_small) + 2;
    QRectF place(endX + 6, laneTop(index), width, metrics::laneHeight);
    if (place.right() > m_scene.scale.right())
        place.moveRight(startX - 6);
    if (place.left() >= m_scene.scale.left)
        paintText(place, most, m_scene.theme.muted, m_small);
}

void TimelinePainter::paintBrackets(LaneIndex index)
{
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    const double top = m_scene.stack.barTop(index, 0) - m_scene.stack.top(index) + laneTop(index);
    struct Joined {
        QRectF rect;
        bool bad = false;
    };
    std::vector<Joined> joined; // one a depth
    for (const TraceBracket &bracket : lane.brackets) {
        const double grow = std::max(5.0 - 2.5 * bracket.depth, 1.0);
        const QRectF rect =
            clipped(m_scene.scale.x(bracket.startNs), m_scene.scale.x(bracket.endNs), top - grow,
                    metrics::laneBarHeight + 2 * grow);
        if (rect.isEmpty() || rect.left() > m_scene.scale.right())
            continue;
        if (rect.width() >= leastRoundedBracket) {
            paintBracket(bracket, rect);
            continue;
        }
        if (rect.width() >= leastOwnBracket) {
            paintBracketMark(rect, isBad(bracket.outcome));
            continue;
        }
        if (joined.size() <= std::size_t(bracket.depth))
            joined.resize(std::size_t(bracket.depth) + 1);
        Joined &mark = joined[std::size_t(bracket.depth)];
        if (mark.rect.isEmpty() || rect.left() > mark.rect.right() + 1 ||
            mark.bad != isBad(bracket.outcome)) {
            if (!mark.rect.isEmpty())
                paintBracketMark(mark.rect, mark.bad);
            mark = {rect, isBad(bracket.outcome)};
        } else {
            mark.rect.setRight(std::max(mark.rect.right(), rect.right()));
        }
    }
    for (const Joined &mark : joined) {
        if (!mark.rect.isEmpty())
            paintBracketMark(mark.rect, mark.bad);
    }
}

void TimelinePainter::paintBracketMark(const QRectF &rect, bool bad)
{
    const Theme &theme = m_scene.theme;
    const QColor line = bad ? theme.alarm.fill : theme.transaction;
    m_painter.setRenderHint(QPainter::Antialiasing, false); // many, and sharp
    m_painter.fillRect(rect, bad ? theme.alarm.soft : theme.transactionFill);
    m_painter.fillRect(QRectF(rect.left(), rect.top(), rect.width(), 1), line);
    m_painter.fillRect(QRectF(rect.left(), rect.bottom() - 1, rect.width(), 1), line);
    if (rect.width() < leastOwnBracket)
        return;
    m_painter.fillRect(QRectF(rect.left(), rect.top(), 1, rect.height()), line);
    m_painter.fillRect(QRectF(rect.right() - 1, rect.top(), 1, rect.height()), line);
}

void TimelinePainter::paintBracket(const TraceBracket &bracket, const QRectF &rect)
{
    const Theme &theme = m_scene.theme;
    const bool bad = isBad(bracket.outcome);
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.setBrush(bad ? theme.alarm.soft : theme.transactionFill);
    m_painter.setPen(QPen(bad ? theme.alarm.fill : theme.transaction, bracket.depth == 0 ? 1.5 : 1,
                          bracket.depth == 0 ? Qt::SolidLine : Qt::DashLine));
    m_painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), metrics::barRadius,
                              metrics::barRadius);
    // The words of the bracket stand where its own statements are: BEGIN at the left, the end at
    // the right; only where the statements inside leave room for them.
    const QColor ink = bad ? theme.alarm.onSoft : theme.onTransaction;
    const QString opening = bracket.depth == 0 ? u"BEGIN"_s : u"SAVEPOINT"_s;
    const QString closing = closingWord(bracket);
    const std::int64_t first = bracket.insideFirstNs;
    const std::int64_t last = bracket.insideLastNs;
    const double freeLeft = std::min(m_scene.scale.x(first), rect.right()) - rect.left() - 8;
    const double freeRight = rect.right() - std::max(m_scene.scale.x(last), rect.left()) - 8;
    const QRectF inner = rect.adjusted(5, 0, -5, 0);
    const bool both = first < last || widthOf(opening + closing, m_bold) + 20 < rect.width();
    if (!both)
        return;
    for (const QString &word : {opening, bracket.depth == 0 ? QString() : u"SP"_s}) {
        if (widthOf(word, m_bold) <= freeLeft) {
            paintText(inner, word, ink, m_bold);
            break;
        }
    }
    if (widthOf(closing, m_bold) <= freeRight)
        paintText(inner, closing, ink, m_bold, Qt::AlignRight | Qt::AlignVCenter);
}

void TimelinePainter::paintGroups(LaneIndex index)
{
    const Theme &theme = m_scene.theme;
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    if (!lane.hasGroups)
        return;
    const auto &groups = m_scene.model.groups();
    const TraceBar *current = m_scene.model.bar(m_scene.model.placeOf(m_scene.choice.current));
    double freeFrom = m_scene.scale.left; // labels do not write over each other
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const TraceGroup &group = groups[g];
        if (group.lane != index)
            continue;
        const double y =
            laneTop(index) + m_scene.stack.barTop(index, group.row) - m_scene.stack.top(index);
        const QRectF rect = clipped(m_scene.scale.x(group.startNs), m_scene.scale.x(group.endNs), y,
                                    metrics::laneBarHeight);
        if (rect.isEmpty() || rect.left() > m_scene.scale.right())
            continue;
        const GroupIndex groupIndex{int(g)};
        const bool folded = isFolded(groupIndex);
        if (folded && current && current->group == groupIndex)
            paintSelection(rect);
        const double labelY =
            laneTop(index) + m_scene.stack.height(index) - metrics::laneLabelHeight - 3;
        const double left = std::max(rect.left(), m_scene.scale.left + 2);
        if (left < freeFrom)
            continue;
        const QString text = m_scene.model.describe(groupIndex);
        paintIcon(m_painter, folded ? Icon::ChevronRight : Icon::ChevronDown,
                  QRectF(left - 1, labelY + 1, 11, 11), theme.alarm.onSoft);
        const double width = widthOf(text, m_small);
        paintText(QRectF(left + 11, labelY, width + 4, metrics::laneLabelHeight), text,
                  theme.alarm.onSoft, m_small);
        freeFrom = left + width + 18;
    }
}

} // namespace heddle::ui
