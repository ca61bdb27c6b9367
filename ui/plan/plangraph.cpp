#include "ui/plan/plangraph.h"

#include "ui/plan/plangraphaccessible.h"
#include "ui/plan/plangraphpainter.h"
#include "ui/style/theme.h"

#include <QApplication>
#include <QClipboard>
#include <QContextMenuEvent>
#include <QHelpEvent>
#include <QItemSelectionModel>
#include <QMenu>
#include <QMouseEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

constexpr double keyZoom = 1.25;
constexpr double readableZoom = 0.7; // a new plan is not made smaller than this

} // namespace

PlanGraph::PlanGraph(PlanModel &model, QItemSelectionModel &selection, QWidget *parent)
    : QAbstractScrollArea(parent), m_model(model), m_selection(selection)
{
    installPlanGraphAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleDescription(tr("Arrows walk from step to step, W goes to the worst, plus and "
                                "minus zoom, F fits everything."));
    connect(&m_model, &QAbstractItemModel::modelReset, this, &PlanGraph::modelReset);
    connect(&m_selection, &QItemSelectionModel::currentChanged, this, &PlanGraph::currentChanged);
    modelReset();
}

QModelIndex PlanGraph::current() const
{
    return m_selection.currentIndex().siblingAtColumn(0);
}

void PlanGraph::modelReset()
{
    m_layout = PlanGraphLayout::of(m_model);
    fit(readableZoom);
    announcePlanGraphReset(*this);
}

void PlanGraph::currentChanged()
{
    reveal(current());
    viewport()->update();
    announcePlanGraphFocus(*this);
}

// --- Places ---

QTransform PlanGraph::transform() const
{
    const QSizeF size = m_layout.bounds.size() * m_zoom;
    const double freeHeight = std::max(0.0, viewport()->height() - size.height());
    QTransform out;
    out.translate(-horizontalScrollBar()->value(),
                  std::floor(freeHeight / 2) - verticalScrollBar()->value());
    out.scale(m_zoom, m_zoom);
    out.translate(-m_layout.bounds.left(), -m_layout.bounds.top());
    return out;
}

QRectF PlanGraph::rectOf(const QModelIndex &index) const
{
    const int box = m_layout.boxOf(index);
    return box < 0 ? QRectF() : transform().mapRect(m_layout.boxes[std::size_t(box)].rect);
}

QModelIndex PlanGraph::indexAt(const QPointF &position) const
{
    const int box = m_layout.boxAt(transform().inverted().map(position));
    return box < 0 ? QModelIndex() : QModelIndex(m_layout.boxes[std::size_t(box)].index);
}

void PlanGraph::updateScrollBars()
{
    // Counted from the room without bars, not from what they leave just now: ranges that depend on
    // bars that depend on ranges leave bars standing that nobody needs.
    const auto whole = [this](double length) { return int(std::floor(length * m_zoom)); };
    const int width = whole(m_layout.bounds.width()), height = whole(m_layout.bounds.height());
    const QSize most = maximumViewportSize();
    const int bar = verticalScrollBar()->sizeHint().width();
    const bool down =
        height > most.height() || (width > most.width() && height > most.height() - bar);
    const bool across = width > most.width() - (down ? bar : 0);
    const auto set = [](QScrollBar *of, int length, int seen) {
        of->setRange(0, std::max(0, length - seen));
        of->setPageStep(seen);
        of->setSingleStep(24);
    };
    set(horizontalScrollBar(), width, most.width() - (down ? bar : 0));
    set(verticalScrollBar(), height, most.height() - (across ? bar : 0));
    viewport()->update();
}

void PlanGraph::reveal(const QModelIndex &index)
{
    const QRectF rect = rectOf(index).adjusted(-8, -12, 8, 8);
    if (!index.isValid() || rect.isEmpty())
        return;
    const auto pull = [](QScrollBar *bar, double from, double to, int seen) {
        if (from < 0 || to - from > seen)
            bar->setValue(bar->value() + int(std::floor(from)));
        else if (to > seen)
            bar->setValue(bar->value() + int(std::ceil(to - seen)));
    };
    pull(horizontalScrollBar(), rect.left(), rect.right(), viewport()->width());
    pull(verticalScrollBar(), rect.top(), rect.bottom(), viewport()->height());
}

// --- Zoom ---

void PlanGraph::fit(double least)
{
    m_fitted = least;
    if (!m_layout.boxes.empty() && !viewport()->size().isEmpty()) {
        // Bars that come and go must not make it flicker between two zooms.
        const QSizeF seen = maximumViewportSize(), whole = m_layout.bounds.size();
        m_zoom = std::clamp(std::min(seen.width() / whole.width(), seen.height() / whole.height()),
                            least, 1.0);
    }
    updateScrollBars();
    reveal(current());
}

void PlanGraph::fitAll()
{
    fit(minimumZoom);
}

void PlanGraph::zoomAt(double zoom, const QPointF &fixed)
{
    const QPointF under = transform().inverted().map(fixed);
    m_fitted.reset();
    m_zoom = std::clamp(zoom, minimumZoom, maximumZoom);
    updateScrollBars();
    const QPointF moved = transform().map(under) - fixed;
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() + qRound(moved.x()));
    verticalScrollBar()->setValue(verticalScrollBar()->value() + qRound(moved.y()));
}

void PlanGraph::setZoom(double zoom)
{
    const QRectF rect = rectOf(current());
    const QRectF seen = viewport()->rect();
    zoomAt(zoom, seen.intersects(rect) ? rect.center() : seen.center());
}

void PlanGraph::zoomBy(double factor)
{
    setZoom(m_zoom * factor);
}

// --- Choosing ---

void PlanGraph::select(const QModelIndex &index)
{
    if (index.isValid())
        m_selection.setCurrentIndex(index.siblingAtColumn(0), QItemSelectionModel::ClearAndSelect |
                                                                  QItemSelectionModel::Rows);
}

void PlanGraph::selectWorst()
{
    select(m_model.worstIndex());
    reveal(current());
}

void PlanGraph::copyCurrent()
{
    if (current().isValid())
        QApplication::clipboard()->setText(toolTipOf(current()));
}

void PlanGraph::walk(int key)
{
    const int at = m_layout.boxOf(current());
    if (at < 0) {
        select(m_model.index(0, 0));
        return;
    }
    switch (key) {
    case Qt::Key_Left:
        select(current().parent());
        break;
    case Qt::Key_Right:
        select(m_model.index(0, 0, current()));
        break;
    default:
        if (const int next = m_layout.beside(at, key == Qt::Key_Down ? 1 : -1); next >= 0)
            select(m_layout.boxes[std::size_t(next)].index);
        break;
    }
}

// --- Events ---

void PlanGraph::keyPressEvent(QKeyEvent *event)
{
    if (event->matches(QKeySequence::Copy)) {
        copyCurrent();
        return;
    }
    if (event->modifiers() & (Qt::ControlModifier | Qt::AltModifier | Qt::MetaModifier)) {
        event->ignore();
        return;
    }
    switch (event->key()) {
    case Qt::Key_Left:
    case Qt::Key_Right:
    case Qt::Key_Up:
    case Qt::Key_Down:
        walk(event->key());
        break;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
        zoomBy(keyZoom);
        break;
    case Qt::Key_Minus:
        zoomBy(1 / keyZoom);
        break;
    case Qt::Key_0:
        setZoom(1);
        break;
    case Qt::Key_F:
    case Qt::Key_Home:
        fitAll();
        break;
    case Qt::Key_W:
        selectWorst();
        break;
    default:
        event->ignore();
        break;
    }
}

void PlanGraph::focusInEvent(QFocusEvent *event)
{
    QAbstractScrollArea::focusInEvent(event);
    // Whoever comes by the keyboard gets something to go on from. A click chooses for itself, and
    // the picture must not run away from it.
    const Qt::FocusReason reason = event->reason();
    const bool byKey = reason == Qt::TabFocusReason || reason == Qt::BacktabFocusReason ||
                       reason == Qt::ShortcutFocusReason;
    if (!current().isValid() && byKey)
        select(m_model.index(0, 0));
    viewport()->update();
    announcePlanGraphFocus(*this);
}

void PlanGraph::mousePressEvent(QMouseEvent *event)
{
    if (event->button() != Qt::LeftButton && event->button() != Qt::MiddleButton)
        return;
    m_dragFrom = event->pos();
    if (event->button() == Qt::LeftButton)
        select(indexAt(event->position()));
}

void PlanGraph::mouseMoveEvent(QMouseEvent *event)
{
    if (!m_dragFrom)
        return;
    const QPoint moved = event->pos() - *m_dragFrom;
    const bool dragging = viewport()->cursor().shape() == Qt::ClosedHandCursor;
    if (!dragging && moved.manhattanLength() < QApplication::startDragDistance())
        return;
    viewport()->setCursor(Qt::ClosedHandCursor);
    horizontalScrollBar()->setValue(horizontalScrollBar()->value() - moved.x());
    verticalScrollBar()->setValue(verticalScrollBar()->value() - moved.y());
    m_dragFrom = event->pos();
}

void PlanGraph::mouseReleaseEvent(QMouseEvent *)
{
    m_dragFrom.reset();
    viewport()->unsetCursor();
}

void PlanGraph::wheelEvent(QWheelEvent *event)
{
    if (event->modifiers() & Qt::ControlModifier) {
        // A notch is 120; a touchpad sends parts of it.
        zoomAt(m_zoom * std::pow(keyZoom, event->angleDelta().y() / 120.0), event->position());
        event->accept();
        return;
    }
    if (event->modifiers() & Qt::ShiftModifier) {
        QScrollBar *bar = horizontalScrollBar();
        const QPoint delta = event->angleDelta();
        bar->setValue(bar->value() - (delta.x() ? delta.x() : delta.y()));
        event->accept();
        return;
    }
    QAbstractScrollArea::wheelEvent(event);
}

void PlanGraph::contextMenuEvent(QContextMenuEvent *event)
{
    if (event->reason() == QContextMenuEvent::Mouse)
        select(indexAt(viewport()->mapFrom(this, event->pos())));
    auto *menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->addAction(tr("Copy step\tCtrl+C"), this, &PlanGraph::copyCurrent)
        ->setEnabled(current().isValid());
    menu->addAction(tr("Worst step\tW"), this, &PlanGraph::selectWorst)
        ->setEnabled(m_model.worstIndex().isValid());
    menu->addSeparator();
    menu->addAction(tr("Zoom in\t+"), this, [this] { zoomBy(keyZoom); });
    menu->addAction(tr("Zoom out\t-"), this, [this] { zoomBy(1 / keyZoom); });
    menu->addAction(tr("100 %\t0"), this, [this] { setZoom(1); });
    menu->addAction(tr("Fit everything\tF"), this, &PlanGraph::fitAll);
    menu->popup(event->globalPos());
}

bool PlanGraph::viewportEvent(QEvent *event)
{
    if (event->type() == QEvent::ToolTip) {
        const auto *help = static_cast<QHelpEvent *>(event);
        const QModelIndex index = indexAt(help->pos());
        if (!index.isValid()) {
            QToolTip::hideText();
            return true;
        }
        QToolTip::showText(help->globalPos(), toolTipOf(index), viewport(),
                           rectOf(index).toAlignedRect());
        return true;
    }
    return QAbstractScrollArea::viewportEvent(event);
}

QString PlanGraph::toolTipOf(const QModelIndex &index)
{
    QStringList lines{index.data().toString()};
    lines += PlanModel::figuresOf(index);
    lines << index.data(Qt::ToolTipRole).toString();
    lines.removeAll(QString());
    return lines.join(u'\n');
}

bool PlanGraph::event(QEvent *event)
{
    // Before the base class lays the bars out: it keeps one that was needed a moment ago.
    if (event->type() == QEvent::Resize) {
        if (m_fitted)
            fit(*m_fitted);
        else
            updateScrollBars();
    }
    return QAbstractScrollArea::event(event);
}

void PlanGraph::paintEvent(QPaintEvent *event)
{
    QPainter painter(viewport());
    const Theme &theme = Theme::of(palette());
    painter.fillRect(event->rect(), theme.panel);
    const QTransform place = transform();
    painter.setTransform(place, true);
    paintPlanGraph(painter, {m_layout, theme, m_model.answerTexts(), m_layout.boxOf(current()),
                             hasFocus(), place.inverted().mapRect(QRectF(event->rect()))});
}

} // namespace heddle::ui
