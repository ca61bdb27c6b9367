#include "ui/style/fonts.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"
#include "ui/timeline/timelineview.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QKeyEvent>
#include <QLabel>
#include <QMenu>
#include <QMouseEvent>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

// The part of TimelineView that answers keys, pointer and wheel.

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double zoomStep = 1.25;
constexpr double panStep = 0.12;

} // namespace

bool TimelineView::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // Plain keys are ours while we have the focus; Esc only while it means something here.
        auto *key = static_cast<QKeyEvent *>(event);
        const bool plain =
            !(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier));
        const bool closes = (m_keys && m_keys->isVisible()) || m_choice.range;
        if (key->matches(QKeySequence::Find) ||
            (plain && (key->key() == Qt::Key_Escape ? closes : key->key() < Qt::Key_Escape))) {
            event->accept();
            return true;
        }
    }
    return QAbstractScrollArea::event(event);
}

void TimelineView::keyPressEvent(QKeyEvent *event)
{
    if (!runKey(event->key(), event->modifiers()))
        QAbstractScrollArea::keyPressEvent(event);
}

bool TimelineView::runKey(int key, Qt::KeyboardModifiers modifiers)
{
    if (modifiers & Qt::ControlModifier) {
        if (key == Qt::Key_F && !(modifiers & Qt::ShiftModifier)) {
            openSearch();
            return true;
        }
        if (key != Qt::Key_C || !m_choice.current.isValid())
            return false;
        QApplication::clipboard()->setText(m_model.details(m_choice.current));
        return true;
    }
    switch (key) {
    case Qt::Key_W:
    case Qt::Key_Plus:
        zoomBy(1 / zoomStep);
        return true;
    case Qt::Key_S:
    case Qt::Key_Minus:
        zoomBy(zoomStep);
        return true;
    case Qt::Key_A:
        panBy(-panStep);
        return true;
    case Qt::Key_D:
        panBy(panStep);
        return true;
    case Qt::Key_F:
        fitSelection();
        return true;
    case Qt::Key_Home:
    case Qt::Key_0:
        fitAll();
        return true;
    case Qt::Key_Period:
        selectNext();
        return true;
    case Qt::Key_Comma:
        selectPrevious();
        return true;
    case Qt::Key_Right:
        selectInLane(1);
        return true;
    case Qt::Key_Left:
        selectInLane(-1);
        return true;
    case Qt::Key_Down:
        selectInNeighbourLane(1);
        return true;
    case Qt::Key_Up:
        selectInNeighbourLane(-1);
        return true;
    case Qt::Key_Space:
        toggleGroup();
        return true;
    case Qt::Key_Return:
    case Qt::Key_Enter:
        openCurrent();
        return true;
    case Qt::Key_L:
        if (modifiers & Qt::ShiftModifier)
            showAllLanes();
        else
            openLaneFilter();
        return true;
    case Qt::Key_Slash:
        openSearch();
        return true;
    case Qt::Key_Question:
        setKeysShown(!m_keys || !m_keys->isVisible());
        return true;
    case Qt::Key_Escape:
        if (m_keys && m_keys->isVisible())
            setKeysShown(false);
        else if (m_choice.range)
            m_choice.range.reset();
        else
            return false;
        viewport()->update();
        return true;
    default:
        return false;
    }
}

// A folded N+1 opens; a bar says again where it was asked, which brings its line into view.
void TimelineView::openCurrent()
{
    const TraceBar *bar = m_model.bar(m_model.placeOf(m_choice.current));
    if (bar && bar->group.isValid())
        toggleGroup();
    else
        choose(m_choice.current);
}

void TimelineView::selectNext()
{
    selectInLane(1);
}

void TimelineView::selectPrevious()
{
    selectInLane(-1);
}

// The next bar by time on the same lane; a folded group counts as one bar.
void TimelineView::selectInLane(int step)
{
    BarPlace place = m_model.placeOf(m_choice.current);
    const auto &lanes = m_model.lanes();
    if (!place.isValid() || isLaneHidden(place.lane)) {
        for (std::size_t l = 0; l < lanes.size(); ++l) {
            if (!lanes[l].rows.empty() && !isLaneHidden(LaneIndex(int(l)))) {
                const RecordIndex first = lanes[l].rows.front().bars.front().record;
                choose(first);
                reveal(first);
                return;
            }
        }
        return;
    }
    const GroupIndex from = m_model.bar(place)->group;
    const auto &bars = lanes[std::size_t(place.lane.value)].rows[std::size_t(place.row)].bars;
    do {
        place.bar += step;
        if (place.bar < 0 || place.bar >= int(bars.size()))
            return;
    } while (from.isValid() && isFolded(from) && bars[std::size_t(place.bar)].group == from);
    const TraceBar &found = bars[std::size_t(place.bar)];
    // A folded group is entered at its first load, from whichever side.
    const RecordIndex target =
        found.group.isValid() && isFolded(found.group)
            ? m_model.groups()[std::size_t(found.group.value)].records.front()
            : found.record;
    choose(target);
    reveal(target);
}

void TimelineView::selectInNeighbourLane(int step)
{
    const BarPlace place = m_model.placeOf(m_choice.current);
    if (!place.isValid()) {
        selectInLane(1);
        return;
    }
    const std::int64_t at = m_model.bar(place)->startNs;
    const auto &lanes = m_model.lanes();
    int lane = place.lane.value;
    int row = place.row;
    do {
        row += step;
        while (lane >= 0 && lane < int(lanes.size()) &&
               (row < 0 || row >= int(lanes[std::size_t(lane)].rows.size()) ||
                isLaneHidden(LaneIndex(lane)))) {
            lane += step;
            if (lane >= 0 && lane < int(lanes.size()))
                row = step > 0 ? 0 : int(lanes[std::size_t(lane)].rows.size()) - 1;
        }
        if (lane < 0 || lane >= int(lanes.size()))
            return;
    } while (lanes[std::size_t(lane)].rows[std::size_t(row)].bars.empty());
    const TraceRow &target = lanes[std::size_t(lane)].rows[std::size_t(row)];
    const int bar = std::min(firstBarEndingAfter(target, at), int(target.bars.size()) - 1);
    choose(target.bars[std::size_t(bar)].record);
    reveal(m_choice.current);
}

void TimelineView::mousePressEvent(QMouseEvent *event)
{
    const QPointF position = event->position();
    if (event->button() == Qt::MiddleButton) {
        m_panning = true;
        m_panFrom = position;
        viewport()->setCursor(Qt::ClosedHandCursor);
        return;
    }
    if (event->button() != Qt::LeftButton || m_model.isEmpty())
        return;
    m_pressedAt = position;
    m_dragFromNs = scale().ns(position.x());
    m_dragging = false;
}

void TimelineView::mouseMoveEvent(QMouseEvent *event)
{
    const QPointF position = event->position();
    if (m_panning) {
        TimeWindow moved = m_window;
        moved.pan((m_panFrom.x() - position.x()) * scale().nsPerPixel);
        setWindow(moved);
        verticalScrollBar()->setValue(verticalScrollBar()->value() +
                                      int(m_panFrom.y() - position.y()));
        m_panFrom = position;
        return;
    }
    if (!m_pressedAt) {
        const bool link = recordAt(position).isValid() || groupLabelAt(position).isValid();
        viewport()->setCursor(link ? Qt::PointingHandCursor : Qt::ArrowCursor);
        return;
    }
    if (!m_dragging &&
        std::abs(position.x() - m_pressedAt->x()) < QApplication::startDragDistance())
        return;
    m_dragging = true;
    const std::int64_t to = scale().ns(std::max(position.x(), double(metrics::laneNameWidth)));
    m_choice.range = std::minmax(m_dragFromNs, to);
    viewport()->update();
}

void TimelineView::mouseReleaseEvent(QMouseEvent *event)
{
    if (event->button() == Qt::MiddleButton) {
        m_panning = false;
        viewport()->unsetCursor();
        return;
    }
    if (!m_pressedAt || event->button() != Qt::LeftButton)
        return;
    m_pressedAt.reset();
    if (m_dragging) {
        m_dragging = false;
        Q_EMIT rangeSelected(m_choice.range->first, m_choice.range->second);
        return;
    }
    m_choice.range.reset();
    const GroupIndex group = groupLabelAt(event->position());
    if (group.isValid())
        setFolded(group, !isFolded(group));
    else
        choose(recordAt(event->position()));
}

void TimelineView::mouseDoubleClickEvent(QMouseEvent *event)
{
    const RecordIndex record = recordAt(event->position());
    const TraceBar *bar = m_model.bar(m_model.placeOf(record));
    if (bar && bar->group.isValid())
        setFolded(bar->group, !isFolded(bar->group));
    else if (bar)
        fitSelection();
}

void TimelineView::wheelEvent(QWheelEvent *event)
{
    const QPoint delta = event->angleDelta();
    if (event->modifiers() & Qt::ControlModifier) {
        TimeWindow zoomed = m_window;
        const double x = std::max(event->position().x(), double(metrics::laneNameWidth));
        zoomed.zoom(std::pow(zoomStep, -delta.y() / 120.0), double(scale().ns(x)));
        setWindow(zoomed);
        event->accept();
        return;
    }
    const bool sideways =
        (event->modifiers() & Qt::ShiftModifier) || std::abs(delta.x()) > std::abs(delta.y());
    if (sideways) {
        // With Alt or Shift some platforms turn the wheel's axis by themselves.
        const int amount = delta.x() != 0 ? delta.x() : delta.y();
        panBy(-panStep * amount / 120.0);
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

bool TimelineView::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        auto *help = static_cast<QHelpEvent *>(event);
        const QString text = toolTipAt(help->pos());
        if (text.isEmpty())
            QToolTip::hideText();
        else
            QToolTip::showText(help->globalPos(), text, viewport());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

QString TimelineView::toolTipAt(const QPointF &position) const
{
    const RecordIndex record = recordAt(position);
    if (!record.isValid()) {
        const GroupIndex group = groupLabelAt(position);
        return group.isValid() ? tr("Click to fold or unfold").toHtmlEscaped() : QString();
    }
    QString text;
    const TraceBar *bar = m_model.bar(m_model.placeOf(record));
    if (bar && bar->group.isValid()) {
        const TraceGroup &group = m_model.groups()[std::size_t(bar->group.value)];
        text = u"<b>"_s + m_model.describe(bar->group).toHtmlEscaped() + u"</b>, "_s +
               durationText(group.busyNs) + u"<br>"_s;
    }
    return text + m_model.details(record).toHtmlEscaped().replace(u'\n', u"<br>"_s);
}

void TimelineView::contextMenuEvent(QContextMenuEvent *event)
{
    QMenu menu(this);
    const RecordIndex record = recordAt(viewport()->mapFrom(this, event->pos()));
    const RecordIndex target = record.isValid() ? record : m_choice.current;
    if (target.isValid()) {
        const TraceRecord &r = m_model.record(target);
        menu.addAction(
                tr("Copy SQL"), this,
                [sql = QString::fromUtf8(r.sql)] { QApplication::clipboard()->setText(sql); })
            ->setEnabled(!r.sql.isEmpty());
        menu.addAction(tr("Copy details"), this, [text = m_model.details(target)] {
            QApplication::clipboard()->setText(text);
        });
        menu.addSeparator();
    }
    addLaneActions(menu, viewport()->mapFrom(this, event->pos()));
    menu.addSeparator();
    menu.addAction(tr("Fit selection\tF"), this, &TimelineView::fitSelection);
    menu.addAction(tr("Show everything\tHome"), this, &TimelineView::fitAll);
    menu.addAction(tr("Keys\t?"), this, [this] { setKeysShown(true); });
    menu.exec(event->globalPos());
}

} // namespace heddle::ui
