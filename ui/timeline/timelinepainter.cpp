#include "ui/timeline/timelinepainter.h"

#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double leastLabelWidth = 26;  // a narrower bar carries no text
constexpr double leastDetailWidth = 12; // a narrower bar is a plain mark

const Theme::Role &roleColors(const Theme &theme, const TraceBar &bar)
{
    switch (bar.role) {
    case BarRole::Housekeeping:
        return theme.neutral;
    case BarRole::Read:
        return theme.read;
    case BarRole::Write:
        return theme.write;
    case BarRole::Implicit:
        return bar.group.isValid() ? theme.alarm : theme.read;
    case BarRole::Failed:
        return theme.alarm;
    case BarRole::Await:
    case BarRole::Sleep:
    case BarRole::LockWait:
        return theme.waiting;
    }
    return theme.read;
}

} // namespace

TimelinePainter::TimelinePainter(QPainter &painter, const Scene &scene)
    : m_painter(painter), m_scene(scene), m_font(smallFont()), m_small(smallFont())
{
    m_small.setPointSizeF(m_font.pointSizeF() - 0.75);
    m_bold = m_small;
    m_bold.setWeight(QFont::DemiBold);
    m_tickNs = tickStep(scene.scale.nsPerPixel, 90);
}

void TimelinePainter::paint()
{
    m_painter.fillRect(m_scene.area, m_scene.theme.panel);
    const QRectF lanes = m_scene.area.adjusted(0, metrics::rulerHeight, 0, 0);
    paintGrid();
    m_painter.save();
    m_painter.setClipRect(lanes);
    for (int i = 0; i < int(m_scene.model.lanes().size()); ++i) {
        if (m_scene.stack.isHidden(LaneIndex(i)))
            continue;
        const double top = laneTop(LaneIndex(i));
        if (top < lanes.bottom() && top + m_scene.stack.height(LaneIndex(i)) > lanes.top())
            paintLane(LaneIndex(i));
    }
    paintLockArrows();
    m_painter.restore();
    paintRuler();
    paintRange();
    // The line between names and lanes is drawn last: bars stop at it.
    m_painter.setPen(m_scene.theme.separator);
    const double x = std::floor(m_scene.scale.left) - 0.5;
    m_painter.drawLine(QPointF(x, m_scene.area.top()), QPointF(x, m_scene.area.bottom()));
}

double TimelinePainter::laneTop(LaneIndex index) const
{
    return m_scene.area.top() + metrics::rulerHeight + m_scene.stack.top(index) - m_scene.scrollY;
}

void TimelinePainter::paintGrid()
{
    const TimeScale &scale = m_scene.scale;
    m_painter.setPen(m_scene.theme.gridLine);
    const std::int64_t origin = m_scene.model.firstNs();
    const std::int64_t first =
        (std::max<std::int64_t>(scale.ns(scale.left) - origin, 0) + m_tickNs - 1) / m_tickNs;
    for (std::int64_t tick = first;; ++tick) {
        const double x = std::round(scale.x(origin + tick * m_tickNs)) + 0.5;
        if (x > scale.right())
            break;
        m_painter.drawLine(QPointF(x, m_scene.area.top()), QPointF(x, m_scene.area.bottom()));
    }
}

void TimelinePainter::paintRuler()
{
    const TimeScale &scale = m_scene.scale;
    const Theme &theme = m_scene.theme;
    const QRectF ruler(m_scene.area.left(), m_scene.area.top(), m_scene.area.width(),
                       metrics::rulerHeight);
    const std::int64_t origin = m_scene.model.firstNs();
    const std::int64_t first = std::max<std::int64_t>(scale.ns(scale.left) - origin, 0) / m_tickNs;
    if (const int hidden = m_scene.stack.hiddenCount(); hidden > 0 && m_scene.tellsHidden) {
        paintText(
            QRectF(ruler.left() + 10, ruler.top(), metrics::laneNameWidth - 16, ruler.height()),
            hidden == 1 ? TraceModel::tr("1 lane hidden")
                        : TraceModel::tr("%1 lanes hidden").arg(hidden),
            theme.muted, m_font);
    }
    m_painter.save();
    m_painter.setClipRect(ruler.adjusted(scale.left, 0, 0, 0));
    for (std::int64_t tick = first; !m_scene.model.isEmpty(); ++tick) {
        const double x = scale.x(origin + tick * m_tickNs);
        if (x > scale.right())
            break;
        paintText(QRectF(x + 4, ruler.top(), 110, ruler.height()),
                  tickText(tick * m_tickNs, m_tickNs), theme.muted, m_font);
    }
    m_painter.restore();
}

void TimelinePainter::paintLane(LaneIndex index)
{
    const Theme &theme = m_scene.theme;
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    const double top = laneTop(index);
    const double bottom = std::round(top + m_scene.stack.height(index)) - 0.5;
    const BarPlace place = m_scene.model.placeOf(m_scene.choice.current);
    if (place.lane == index)
        m_painter.fillRect(
            QRectF(m_scene.area.left(), top, m_scene.area.width(), m_scene.stack.height(index) - 1),
            theme.currentLine);
    m_painter.setPen(theme.gridLine);
    m_painter.drawLine(QPointF(m_scene.area.left(), bottom), QPointF(m_scene.area.right(), bottom));
    paintLaneName(index);

    m_painter.save();
    m_painter.setClipRect(QRectF(m_scene.scale.left, m_scene.area.top() + metrics::rulerHeight,
                                 m_scene.scale.width,
                                 m_scene.area.height() - metrics::rulerHeight));
    paintSpans(index);
    paintWaiting(index);
    paintBrackets(index);
    for (int row = 0; row < int(lane.rows.size()); ++row)
        paintRow(index, row);
    paintGroups(index);
    m_painter.restore();
}

/// From the beginning of each wait to the lane of who held the lock, with a head at the holder.
void TimelinePainter::paintLockArrows()
{
    constexpr double head = 5;
    const TimeScale &scale = m_scene.scale;
    m_painter.save();
    m_painter.setClipRect(QRectF(scale.left, m_scene.area.top() + metrics::rulerHeight, scale.width,
                                 m_scene.area.height() - metrics::rulerHeight));
    m_painter.setRenderHint(QPainter::Antialiasing);
    for (const TraceLockArrow &arrow : m_scene.model.lockArrows()) {
        const BarPlace place = m_scene.model.placeOf(arrow.wait);
        const double x = scale.x(arrow.ns);
        if (!place.isValid() || m_scene.stack.isHidden(place.lane) ||
            m_scene.stack.isHidden(arrow.holder) || x < scale.left - head ||
            x > scale.right() + head)
            continue;
        const double from = laneTop(place.lane) + m_scene.stack.barTop(place.lane, place.row) -
                            m_scene.stack.top(place.lane) + metrics::laneBarHeight / 2.0;
        const double to = laneTop(arrow.holder) + m_scene.stack.barTop(arrow.holder, 0) -
                          m_scene.stack.top(arrow.holder) + metrics::laneBarHeight / 2.0;
        if (arrow.holder == place.lane)
            continue;
        const double down = to > from ? 1 : -1;
        m_painter.setPen(QPen(m_scene.theme.alarm.fill, 1.5));
        m_painter.setBrush(Qt::NoBrush);
        QPainterPath path(QPointF(x, from));
        path.cubicTo(QPointF(x - 14, from + down * 10), QPointF(x - 14, to - down * 10),
                     QPointF(x, to));
        m_painter.drawPath(path);
        m_painter.setBrush(m_scene.theme.alarm.fill);
        m_painter.drawPolygon(QPolygonF({QPointF(x + 1, to), QPointF(x - head, to - down * head),
                                         QPointF(x - head - 1, to + down)}));
    }
    m_painter.restore();
}

void TimelinePainter::paintLaneName(LaneIndex index)
{
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    const QRectF rect(m_scene.area.left() + 10, laneTop(index), metrics::laneNameWidth - 16,
                      metrics::laneHeight);
    paintText(rect, lane.name, m_scene.theme.muted, m_font);
}

void TimelinePainter::paintRow(LaneIndex index, int rowIndex)
{
    const TraceRow &row =
        m_scene.model.lanes()[std::size_t(index.value)].rows[std::size_t(rowIndex)];
    const double y =
        laneTop(index) + m_scene.stack.barTop(index, rowIndex) - m_scene.stack.top(index);
    for (const DrawnBar &mark : layOutRow(row, m_scene.scale)) {
        const TraceBar &bar = row.bars[std::size_t(mark.first)];
        const TraceRecord &record = m_scene.model.record(bar.record);
        const QRectF rect = clipped(mark.x, mark.x + mark.width, y, metrics::laneBarHeight);
        // BEGIN, COMMIT and the like are said by their bracket.
        const bool bracketed = bar.role == BarRole::Housekeeping &&
                               record.kind != TraceKind::Pragma && mark.count == 1;
        if (!bracketed)
            paintMark(row, mark, rect);
        if (anyFound(row, mark))
            paintMatch(rect);
        const bool chosen = mark.count == 1 && bar.record == m_scene.choice.current &&
                            !(bar.group.isValid() && isFolded(bar.group));
        if (chosen)
            paintSelection(rect);
    }
}

void TimelinePainter::paintMark(const TraceRow &row, const DrawnBar &mark, const QRectF &rect)
{
    TraceBar bar = row.bars[std::size_t(mark.first)];
    if (mark.count == 1 && mark.width >= leastDetailWidth) {
        paintBar(bar, rect);
        return;
    }
    bar.role = mark.role;
    m_painter.setRenderHint(QPainter::Antialiasing, false); // many, and sharp
    // Loads of one group stay apart, so that they can be counted.
    const int apart = mark.width > 3 && bar.group.isValid() ? -1 : 0;
    m_painter.fillRect(rect.adjusted(0, 0, apart, 0), roleColors(m_scene.theme, bar).fill);
}

void TimelinePainter::paintBar(const TraceBar &bar, const QRectF &rect)
{
    const Theme &theme = m_scene.theme;
    const TraceRecord &record = m_scene.model.record(bar.record);
    const Theme::Role &colors = roleColors(theme, bar);
    const bool waits =
        bar.role == BarRole::Await || bar.role == BarRole::Sleep || bar.role == BarRole::LockWait;
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.setPen(Qt::NoPen);
    m_painter.setBrush(waits ? hatchBrush(colors.fill, theme.hatch) : QBrush(colors.fill));
    const double radius = std::min<double>(metrics::barRadius, rect.width() / 3);
    m_painter.drawRoundedRect(rect.adjusted(0, 0, bar.group.isValid() ? -1 : 0, 0), radius, radius);
    if (isStatement(record.kind))
        paintPhases(bar, rect, colors.onFill);
    if (m_scene.choice.line > 0 && record.site.line == m_scene.choice.line &&
        record.site.file == nullptr) {
        m_painter.setBrush(Qt::NoBrush);
        m_painter.setPen(QPen(theme.text, 1));
        m_painter.drawRoundedRect(rect.adjusted(0.5, 0.5, -0.5, -0.5), radius, radius);
    }
    double textLeft = 4;
    if ((bar.role == BarRole::Failed || record.outcome == TraceOutcome::Cancelled) &&
        rect.width() > 14) {
        paintIcon(m_painter, Icon::Close, QRectF(rect.left() + 2, rect.top() + 3, 12, 12),
                  colors.onFill);
        textLeft = 16;
    }
    const bool folded = bar.group.isValid() && isFolded(bar.group);
    // What begins left of the screen keeps its text on the screen.
    const double left = std::max(rect.left(), m_scene.scale.left);
    if (rect.right() - left >= leastLabelWidth && !folded)
        paintText(
            QRectF(left + textLeft, rect.top(), rect.right() - left - textLeft - 1, rect.height()),
            m_scene.model.title(bar.record), colors.onFill, m_font);
}

// Waiting and preparing are hatched, the rows' part is shaded, decoding has dots under it.
// Colour alone says nothing.
void TimelinePainter::paintPhases(const TraceBar &bar, const QRectF &rect, const QColor &ink)
{
    const BarPhases phases = phasesOf(m_scene.model.record(bar.record));
    const TimeScale &scale = m_scene.scale;
    const auto part = [&](std::int64_t from, std::int64_t to, double y, double height) {
        return clipped(scale.x(std::max(from, bar.startNs)), scale.x(to), y, height)
            .intersected(rect);
    };
    QColor veil = ink;
    veil.setAlpha(70);
    const QRectF before = part(phases.waitStartNs, phases.sentNs, rect.top(), rect.height());
    if (before.width() >= 2) {
        m_painter.setPen(Qt::NoPen);
        m_painter.setBrush(hatchBrush(Qt::transparent, veil));
        m_painter.drawRect(before);
    }
    if (bar.startNs > phases.waitStartNs && phases.leasedNs == bar.startNs) {
        // On a worker's lane the wait lies before the bar, where the worker was busy with others:
        // only a thin line.
        const QRectF wait =
            clipped(scale.x(phases.waitStartNs), scale.x(bar.startNs), rect.center().y() - 1, 2);
        if (wait.width() >= 3)
            m_painter.fillRect(wait,
                               hatchBrush(m_scene.theme.waiting.fill, m_scene.theme.neutral.fill));
    }
    // Against the text's colour, so that what is written stays readable.
    QColor shade = ink.lightnessF() > 0.5 ? QColor(Qt::black) : QColor(Qt::white);
    shade.setAlpha(32);
    const QRectF rows = part(phases.firstRowNs, phases.lastRowNs, rect.top(), rect.height());
    if (rows.width() >= 2)
        m_painter.fillRect(rows, shade);
    const QRectF decoding = part(phases.lastRowNs, phases.endNs, rect.top(), rect.height());
    if (decoding.width() >= 4) {
        m_painter.fillRect(decoding.adjusted(0, 0, -metrics::barRadius, 0), shade);
        veil.setAlpha(170);
        m_painter.setPen(QPen(veil, 1.5, Qt::DotLine));
        const double y = rect.bottom() - 2;
        m_painter.drawLine(QPointF(decoding.left() + 1, y), QPointF(decoding.right() - 3, y));
    }
}

bool TimelinePainter::anyFound(const TraceRow &row, const DrawnBar &mark) const
{
    const std::vector<bool> &found = m_scene.choice.found;
    if (found.empty())
        return false;
    const auto first = row.bars.begin() + mark.first;
    return std::any_of(first, first + mark.count, [&found](const TraceBar &bar) {
        const auto index = std::size_t(bar.record.value);
        return index < found.size() && found[index];
    });
}

// Four plain lines: there may be as many matches as pixels.
void TimelinePainter::paintMatch(const QRectF &rect)
{
    m_painter.setRenderHint(QPainter::Antialiasing, false);
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(m_scene.theme.accent, 2));
    m_painter.drawRect(rect.adjusted(-1, -2, 1, 2));
}

void TimelinePainter::paintSelection(const QRectF &rect)
{
    const Theme &theme = m_scene.theme;
    m_painter.setRenderHint(QPainter::Antialiasing);
    m_painter.setBrush(Qt::NoBrush);
    m_painter.setPen(QPen(theme.panel, 3));
    const QRectF around = rect.adjusted(-1.5, -1.5, 1.5, 1.5);
    m_painter.drawRoundedRect(around, metrics::barRadius + 1, metrics::barRadius + 1);
    m_painter.setPen(QPen(theme.text, m_scene.focused ? 2 : 1.25));
    m_painter.drawRoundedRect(around, metrics::barRadius + 1, metrics::barRadius + 1);
}

void TimelinePainter::paintText(const QRectF &rect, const QString &text, const QColor &color,
                                const QFont &font, Qt::Alignment alignment)
{
    if (m_scene.texts) {
        m_scene.texts->paint(m_painter, rect, text, color, font, alignment);
        return;
    }
    const QString shown = QFontMetricsF(font).elidedText(text, Qt::ElideRight, rect.width());
    if (shown.size() < 2 && shown != text)
        return; // a lone ellipsis says nothing
    m_painter.setFont(font);
    m_painter.setPen(color);
    m_painter.drawText(rect, int(alignment) | Qt::TextSingleLine, shown);
}

double TimelinePainter::widthOf(const QString &text, const QFont &font) const
{
    return m_scene.texts ? m_scene.texts->widthOf(text, font)
                         : QFontMetricsF(font).horizontalAdvance(text);
}

bool TimelinePainter::isFolded(GroupIndex group) const
{
    const TraceGroup &g = m_scene.model.groups()[std::size_t(group.value)];
    return !m_scene.choice.unfolded.contains(m_scene.model.record(g.records.front()).id);
}

QBrush TimelinePainter::hatchBrush(const QColor &fill, const QColor &stripe) const
{
    QLinearGradient gradient(0, 0, 5, 5);
    gradient.setSpread(QGradient::RepeatSpread);
    gradient.setStops({{0, fill}, {0.5, fill}, {0.501, stripe}, {1, stripe}});
    return gradient;
}

// Bars may reach far beyond the screen, where painters lose precision.
QRectF TimelinePainter::clipped(double x, double right, double y, double height) const
{
    const double left = std::max(x, m_scene.scale.left - 8);
    return {left, y, std::min(right, m_scene.scale.right() + 8) - left, height};
}

} // namespace heddle::ui
