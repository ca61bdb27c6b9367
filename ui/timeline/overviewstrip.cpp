#include "ui/timeline/overviewstrip.h"

#include "ui/style/metrics.h"
#include "ui/style/theme.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace heddle::ui {

namespace {

constexpr double gripReach = 4; // pixels on both sides of the window's edges
constexpr double zoomStep = 1.25;
constexpr double panStep = 0.12;  // of the visible time
constexpr double leastFrame = 10; // the window stays visible and draggable at any zoom

QColor markColor(const Theme &theme, BarRole role, bool inGroup)
{
    switch (role) {
    case BarRole::Housekeeping:
        return theme.neutral.fill;
    case BarRole::Read:
        return theme.read.fill;
    case BarRole::Write:
        return theme.write.fill;
    case BarRole::Implicit:
        return inGroup ? theme.alarm.fill : theme.read.fill;
    case BarRole::Failed:
        return theme.alarm.fill;
    case BarRole::Await:
    case BarRole::Sleep:
    case BarRole::LockWait:
        return theme.waiting.fill;
    }
    return theme.read.fill;
}

} // namespace

OverviewStrip::OverviewStrip(const TraceModel &model, QWidget *parent)
    : QWidget(parent), m_model(model)
{
    setFixedHeight(metrics::overviewHeight);
    setMouseTracking(true);
    setAccessibleName(tr("Overview of the whole timeline"));
    setToolTip(tr("Drag the window to move, its edges to zoom; double click shows everything. "
                  "Arrow keys move, + and - zoom, 0 shows everything"));
    setFocusPolicy(Qt::TabFocus);
}

void OverviewStrip::setWindow(const TimeWindow &window)
{
    m_window = window;
    describe();
    update();
}

/// For screen readers: which part of the whole is shown.
void OverviewStrip::describe()
{
    const std::int64_t first = m_model.firstNs();
    setAccessibleDescription(
        m_model.isEmpty()
            ? QString()
            : tr("%1 to %2 of %3")
                  .arg(durationText(std::max<std::int64_t>(0, m_window.startNs() - first)),
                       durationText(std::int64_t(m_window.endNs()) - first),
                       durationText(m_model.lastNs() - first)));
}

void OverviewStrip::refresh()
{
    m_trace = {};
    update();
}

TimeScale OverviewStrip::scale() const
{
    TimeWindow all = m_window;
    all.showAll();
    return {all, double(metrics::laneNameWidth), double(width() - metrics::laneNameWidth)};
}

QRectF OverviewStrip::frame() const
{
    const TimeScale s = scale();
    QRectF rect(s.x(m_window.startNs()), 1.5, m_window.lengthNs() / s.nsPerPixel, height() - 3);
    if (rect.width() < leastFrame)
        rect.adjust(-(leastFrame - rect.width()) / 2, 0, (leastFrame - rect.width()) / 2, 0);
    const double left =
        std::clamp(rect.left(), s.left + 0.5, std::max(s.left + 0.5, s.right() - leastFrame));
    return {QPointF(left, rect.top()),
            QPointF(std::clamp(rect.right(), left + leastFrame, s.right() - 0.5), rect.bottom())};
}

void OverviewStrip::renderTrace()
{
    const Theme &theme = Theme::of(palette());
    m_trace = QPixmap(size() * devicePixelRatioF());
    m_trace.setDevicePixelRatio(devicePixelRatioF());
    m_trace.fill(theme.strip);
    if (m_model.isEmpty())
        return;
    QPainter painter(&m_trace);
    const TimeScale s = scale();
    const auto &lanes = m_model.lanes();
    const double pitch = std::clamp((height() - 8.0) / double(lanes.size()), 1.0, 5.0);
    for (std::size_t l = 0; l < lanes.size(); ++l) {
        const double y = 4 + double(l) * pitch;
        for (const TraceRow &row : lanes[l].rows) {
            for (const DrawnBar &mark : layOutRow(row, s))
                painter.fillRect(QRectF(mark.x, y, mark.width, std::max(pitch - 1, 1.0)),
                                 markColor(theme, mark.role, mark.group.isValid()));
        }
    }
}

void OverviewStrip::paintEvent(QPaintEvent *)
{
    if (m_trace.isNull() && width() > 0)
        renderTrace();
    const Theme &theme = Theme::of(palette());
    QPainter painter(this);
    painter.drawPixmap(0, 0, m_trace);
    painter.setPen(theme.separator);
    painter.drawLine(QPointF(0, 0.5), QPointF(width(), 0.5));
    if (m_model.isEmpty())
        return;
    const QRectF window = frame();
    QColor veil = theme.strip;
    veil.setAlpha(150);
    const TimeScale s = scale();
    painter.fillRect(QRectF(QPointF(s.left, 1), QPointF(window.left(), height())), veil);
    painter.fillRect(QRectF(QPointF(window.right(), 1), QPointF(s.right(), height())), veil);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setPen(QPen(theme.accent, hasFocus() ? 3 : 1.5));
    painter.setBrush(Qt::NoBrush);
    painter.drawRoundedRect(window, metrics::barRadius, metrics::barRadius);
}

void OverviewStrip::resizeEvent(QResizeEvent *event)
{
    m_trace = {};
    QWidget::resizeEvent(event);
}

void OverviewStrip::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::StyleChange)
        refresh();
    QWidget::changeEvent(event);
}

OverviewStrip::Grip OverviewStrip::gripAt(double x) const
{
    const QRectF window = frame();
    if (std::abs(x - window.left()) <= gripReach)
        return Grip::Left;
    if (std::abs(x - window.right()) <= gripReach)
        return Grip::Right;
    return Grip::Window;
}

void OverviewStrip::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_model.isEmpty())
        return;
    const double x = event->position().x();
    m_grip = gripAt(x);
    const QRectF window = frame();
    m_grabbedAt = x - window.left();
    if (m_grip == Grip::Window && !window.contains(QPointF(x, window.center().y())))
        m_grabbedAt = window.width() / 2; // beside the window: its middle jumps here
    mouseMoveEvent(event);
}

void OverviewStrip::mouseMoveEvent(QMouseEvent *event)
{
    const double x = event->position().x();
    if (m_grip == Grip::None) {
        setCursor(gripAt(x) == Grip::Window ? Qt::ArrowCursor : Qt::SizeHorCursor);
        return;
    }
    const TimeScale s = scale();
    TimeWindow moved = m_window;
    const std::int64_t at = s.ns(x);
    if (m_grip == Grip::Window)
        moved.show(s.ns(x - m_grabbedAt), m_window.lengthNs());
    else if (m_grip == Grip::Left)
        moved.show(at, std::max(m_window.endNs() - double(at), TimeWindow::shortestNs));
    else
        moved.show(m_window.startNs(),
                   std::max(double(at - m_window.startNs()), TimeWindow::shortestNs));
    move(moved);
}

void OverviewStrip::move(const TimeWindow &window)
{
    setWindow(window);
    Q_EMIT windowMoved(window);
}

void OverviewStrip::mouseDoubleClickEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton || m_model.isEmpty())
        return;
    TimeWindow whole = m_window;
    whole.showAll();
    move(whole);
}

void OverviewStrip::wheelEvent(QWheelEvent *event)
{
    if (m_model.isEmpty())
        return;
    TimeWindow zoomed = m_window;
    zoomed.zoom(std::pow(zoomStep, -event->angleDelta().y() / 120.0),
                double(scale().ns(event->position().x())));
    move(zoomed);
    event->accept();
}

bool OverviewStrip::event(QEvent *event)
{
    // Esc and the keys with Ctrl are the window's.
    if (event->type() == QEvent::ShortcutOverride) {
        const auto *key = static_cast<QKeyEvent *>(event);
        if (!(key->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) &&
            key->key() != Qt::Key_Escape) {
            event->accept();
            return true;
        }
    }
    return QWidget::event(event);
}

void OverviewStrip::keyPressEvent(QKeyEvent *event)
{
    TimeWindow moved = m_window;
    const double middle = double(m_window.startNs()) + m_window.lengthNs() / 2;
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
        moved.pan(m_window.lengthNs() * (event->key() == Qt::Key_Left ? -panStep : panStep));
        break;
    case Qt::Key_PageUp:
    case Qt::Key_PageDown:
        moved.pan(event->key() == Qt::Key_PageUp ? -m_window.lengthNs() : m_window.lengthNs());
        break;
    case Qt::Key_Plus:
    case Qt::Key_Up:
        moved.zoom(1 / zoomStep, middle);
        break;
    case Qt::Key_Minus:
    case Qt::Key_Down:
        moved.zoom(zoomStep, middle);
        break;
    case Qt::Key_Home:
        moved.show(m_model.firstNs(), m_window.lengthNs());
        break;
    case Qt::Key_End:
        moved.show(std::int64_t(double(m_model.lastNs()) - m_window.lengthNs()),
                   m_window.lengthNs());
        break;
    case Qt::Key_0:
        moved.showAll();
        break;
    default:
        QWidget::keyPressEvent(event);
        return;
    }
    if (!m_model.isEmpty())
        move(moved);
}

void OverviewStrip::mouseReleaseEvent(QMouseEvent *)
{
    m_grip = Grip::None;
}

} // namespace heddle::ui
