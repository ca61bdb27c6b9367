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

constexpr double leastLabelWidth = 26; // a narrower bar carries no text
constexpr double leastDetailWidth = 5; // a narrower bar is a plain mark

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
        return theme.waiting;
    }
    return theme.read;
}

// From where to where bars are drawn inside the bracket, its own words apart. Without any, both are
// its end and start.
std::pair<std::int64_t, std::int64_t> insideOf(const TraceLane &lane, const TraceBracket &bracket)
{
    std::int64_t first = bracket.endNs;
    std::int64_t last = bracket.startNs;
    for (const TraceRow &row : lane.rows) {
        const auto drawn = [](const TraceBar &bar) { return bar.role != BarRole::Housekeeping; };
        const auto begin = row.bars.begin() + firstBarEndingAfter(row, bracket.startNs);
        const auto end =
            std::upper_bound(begin, row.bars.end(), bracket.endNs,
                             [](std::int64_t ns, const TraceBar &bar) { return ns < bar.startNs; });
        const auto front = std::find_if(begin, end, drawn);
        if (front != end)
            first = std::min(first, front->startNs);
        const auto back =
            std::find_if(std::make_reverse_iterator(end), std::make_reverse_iterator(begin), drawn);
        if (back != std::make_reverse_iterator(begin))
            last = std::max(last, back->endNs);
    }
    // Words of nested savepoints count as well.
    for (const TraceBracket &inner : lane.brackets) {
        if (inner.depth > bracket.depth && inner.startNs >= bracket.startNs &&
            inner.endNs <= bracket.endNs) {
            first = std::min(first, inner.startNs);
            last = std::max(last, inner.endNs);
        }
    }
    return {first, last};
}

} // namespace

TimelinePainter::TimelinePainter(QPainter &painter, const Scene &scene)
    : m_painter(painter), m_scene(scene), m_font(smallFont()), m_small(smallFont())
{
    m_small.setPointSizeF(m_font.pointSizeF() - 0.75);
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
        const double top = laneTop(LaneIndex(i));
        if (top < lanes.bottom() && top + m_scene.stack.height(LaneIndex(i)) > lanes.top())
            paintLane(LaneIndex(i));
    }
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
    const double width = QFontMetricsF(m_font).horizontalAdvance(text) + 16;
    double x = std::clamp(rect.center().x() - width / 2, m_scene.scale.left + 4,
                          std::max(m_scene.scale.left + 4, m_scene.scale.right() - width - 4));
    const QRectF pill(x, m_scene.area.top() + 1, width, metrics::rulerHeight - 2);
    const double left = std::max(std::min(pill.left(), rect.left()), m_scene.scale.left);
    m_painter.fillRect(
        QRectF(left, pill.top(), std::max(pill.right(), rect.right()) - left, pill.height()),
        theme.accentSoft);
    paintText(pill, text, theme.onAccentSoft, m_font, Qt::AlignCenter);
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

void TimelinePainter::paintLaneName(LaneIndex index)
{
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    const QRectF rect(m_scene.area.left() + 10, laneTop(index), metrics::laneNameWidth - 16,
                      metrics::laneHeight);
    paintText(rect, lane.name, m_scene.theme.muted, m_font);
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
    if (endX < m_scene.scale.right() && endX > startX)
        paintText(QRectF(endX + 6, laneTop(index), 140, metrics::laneHeight), most,
                  m_scene.theme.muted, m_small);
}

void TimelinePainter::paintBrackets(LaneIndex index)
{
    const Theme &theme = m_scene.theme;
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    const double top = m_scene.stack.barTop(index, 0) - m_scene.stack.top(index) + laneTop(index);
    m_painter.setRenderHint(QPainter::Antialiasing);
    for (const TraceBracket &bracket : lane.brackets) {
        const double grow = std::max(5.0 - 2.5 * bracket.depth, 1.0);
        const QRectF rect =
            clipped(m_scene.scale.x(bracket.startNs), m_scene.scale.x(bracket.endNs), top - grow,
                    metrics::laneBarHeight + 2 * grow);
        if (rect.isEmpty())
            continue;
        const bool bad = bracket.outcome == BracketOutcome::RolledBack ||
                         bracket.outcome == BracketOutcome::Failed;
        const QColor line = bad ? theme.alarm.fill : theme.transaction;
        m_painter.setBrush(bad ? theme.alarm.soft : theme.transactionFill);
        m_painter.setPen(QPen(line, bracket.depth == 0 ? 1.5 : 1,
                              bracket.depth == 0 ? Qt::SolidLine : Qt::DashLine));
        m_painter.drawRoundedRect(rect.adjusted(0.75, 0.75, -0.75, -0.75), metrics::barRadius,
                                  metrics::barRadius);
        // The words of the bracket stand where its own statements are: BEGIN at the left, the end
        // at the right.
        const QColor ink = bad ? theme.alarm.onSoft : theme.onTransaction;
        const QString opening = bracket.depth == 0 ? u"BEGIN"_s : u"SAVEPOINT"_s;
        QString closing;
        switch (bracket.outcome) {
        case BracketOutcome::Open:
            closing = u"…"_s;
            break;
        case BracketOutcome::Committed:
            closing = bracket.depth == 0 ? u"COMMIT ✓"_s : u"✓"_s;
            break;
        case BracketOutcome::RolledBack:
            closing = bracket.depth == 0 ? u"ROLLBACK ✕"_s : u"✕"_s;
            break;
        case BracketOutcome::Failed:
            closing = u"FAILED ✕"_s;
            break;
        }
        QFont bold = m_small;
        bold.setWeight(QFont::DemiBold);
        // Only where the statements inside leave room for them.
        const QFontMetricsF metrics(bold);
        const auto [first, last] = insideOf(lane, bracket);
        const double freeLeft = std::min(m_scene.scale.x(first), rect.right()) - rect.left() - 8;
        const double freeRight = rect.right() - std::max(m_scene.scale.x(last), rect.left()) - 8;
        const QRectF inner = rect.adjusted(5, 0, -5, 0);
        const bool both =
            first < last || metrics.horizontalAdvance(opening + closing) + 20 < rect.width();
        for (const QString &word : {opening, bracket.depth == 0 ? QString() : u"SP"_s}) {
            if (both && metrics.horizontalAdvance(word) <= freeLeft) {
                paintText(inner, word, ink, bold);
                break;
            }
        }
        if (both && metrics.horizontalAdvance(closing) <= freeRight)
            paintText(inner, closing, ink, bold, Qt::AlignRight | Qt::AlignVCenter);
    }
}

void TimelinePainter::paintRow(LaneIndex index, int rowIndex)
{
    const Theme &theme = m_scene.theme;
    const TraceRow &row =
        m_scene.model.lanes()[std::size_t(index.value)].rows[std::size_t(rowIndex)];
    const double y =
        laneTop(index) + m_scene.stack.barTop(index, rowIndex) - m_scene.stack.top(index);
    for (const DrawnBar &mark : layOutRow(row, m_scene.scale)) {
        const TraceBar &bar = row.bars[std::size_t(mark.first)];
        const TraceRecord &record = m_scene.model.record(bar.record);
        if (bar.role == BarRole::Housekeeping && record.kind != TraceKind::Pragma &&
            mark.count == 1)
            continue; // its bracket says it
        const QRectF rect = clipped(mark.x, mark.x + mark.width, y, metrics::laneBarHeight);
        if (mark.count > 1 || mark.width < leastDetailWidth) {
            TraceBar telling = bar;
            telling.role = mark.role;
            const Theme::Role &colors = roleColors(theme, telling);
            m_painter.fillRect(
                rect.adjusted(0, 0, mark.width > 3 && bar.group.isValid() ? -1 : 0, 0),
                colors.fill);
        } else {
            paintBar(bar, rect);
        }
        const bool chosen = mark.count == 1 && bar.record == m_scene.choice.current &&
                            !(bar.group.isValid() && isFolded(bar.group));
        if (chosen)
            paintSelection(rect);
    }
}

void TimelinePainter::paintBar(const TraceBar &bar, const QRectF &rect)
{
    const Theme &theme = m_scene.theme;
    const TraceRecord &record = m_scene.model.record(bar.record);
    const Theme::Role &colors = roleColors(theme, bar);
    const bool waits = bar.role == BarRole::Await || bar.role == BarRole::Sleep;
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

void TimelinePainter::paintGroups(LaneIndex index)
{
    const Theme &theme = m_scene.theme;
    const TraceLane &lane = m_scene.model.lanes()[std::size_t(index.value)];
    if (!lane.hasGroups)
        return;
    const auto &groups = m_scene.model.groups();
    double freeFrom = m_scene.scale.left; // labels do not write over each other
    for (std::size_t g = 0; g < groups.size(); ++g) {
        const TraceGroup &group = groups[g];
        if (group.lane != index)
            continue;
        const double y =
            laneTop(index) + m_scene.stack.barTop(index, group.row) - m_scene.stack.top(index);
        const QRectF rect = clipped(m_scene.scale.x(group.startNs), m_scene.scale.x(group.endNs), y,
                                    metrics::laneBarHeight);
        if (rect.isEmpty())
            continue;
        const GroupIndex groupIndex{int(g)};
        const TraceBar *current = m_scene.model.bar(m_scene.model.placeOf(m_scene.choice.current));
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
        const double width = QFontMetricsF(m_small).horizontalAdvance(text);
        paintText(QRectF(left + 11, labelY, width + 4, metrics::laneLabelHeight), text,
                  theme.alarm.onSoft, m_small);
        freeFrom = left + width + 18;
    }
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
    const QString shown = QFontMetricsF(font).elidedText(text, Qt::ElideRight, rect.width());
    if (shown.size() < 2 && shown != text)
        return; // a lone ellipsis says nothing
    m_painter.setFont(font);
    m_painter.setPen(color);
    m_painter.drawText(rect, int(alignment) | Qt::TextSingleLine, shown);
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
