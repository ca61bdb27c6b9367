#include "ui/timeline/timelineview.h"

#include "ui/style/fonts.h"
#include "ui/style/metrics.h"
#include "ui/style/theme.h"
#include "ui/timeline/overviewstrip.h"
#include "ui/timeline/timelineaccessible.h"
#include "ui/timeline/timelinesearch.h"

#include <QAccessible>
#include <QLabel>
#include <QPainter>
#include <QScrollBar>
#include <algorithm>
#include <cmath>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

TimelineView::TimelineView(TraceModel &model, QWidget *parent)
    : QAbstractScrollArea(parent), m_model(model)
{
    installTimelineAccessibility();
    setFrameShape(QFrame::NoFrame);
    setFocusPolicy(Qt::StrongFocus);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setAccessibleName(tr("Timeline"));
    viewport()->setMouseTracking(true);
    viewport()->setAutoFillBackground(false);
    setViewportMargins(0, 0, 0, metrics::overviewHeight);

    m_overview = new OverviewStrip(model, this);
    connect(m_overview, &OverviewStrip::windowMoved, this, &TimelineView::setWindow);
    buildLaneButton();
    m_search = new TimelineSearch(model, this);
    connect(m_search, &TimelineSearch::foundChanged, this, &TimelineView::showFound);
    connect(m_search, &TimelineSearch::closed, this, [this] { setFocus(); });
    connect(m_search, &TimelineSearch::walkedTo, this, [this](int record) {
        choose(RecordIndex(record));
        reveal(m_choice.current);
    });
    connect(&model, &TraceModel::changed, this, &TimelineView::modelChanged);
    modelChanged();
}

TimelineView::~TimelineView() = default;

void TimelineView::modelChanged()
{
    if (m_model.isEmpty()) {
        m_choice = {};
        m_window = {};
    }
    if (m_choice.current.value >= int(m_model.records().size()))
        m_choice.current = {};
    m_window.setBounds(m_model.firstNs(), m_model.lastNs());
    m_overview->setWindow(m_window);
    m_overview->refresh();
    restack();
    m_search->refresh();
    viewport()->update();
    announce();
    Q_EMIT summaryChanged(summaryText());
}

void TimelineView::updateScrollBar()
{
    const int visible = std::max(0, viewport()->height() - metrics::rulerHeight);
    verticalScrollBar()->setRange(0, std::max(0, int(std::ceil(m_stack.height())) - visible));
    verticalScrollBar()->setPageStep(visible);
    verticalScrollBar()->setSingleStep(metrics::laneHeight / 2);
}

void TimelineView::setWindow(const TimeWindow &window)
{
    m_window = window;
    m_overview->setWindow(window);
    viewport()->update();
}

TimeScale TimelineView::scale() const
{
    return {m_window, double(metrics::laneNameWidth),
            double(viewport()->width() - metrics::laneNameWidth)};
}

TimelinePainter::Scene TimelineView::scene(const QRectF &area, const TimeScale &scale,
                                           double scrollY) const
{
    return {m_model,    m_stack, m_choice, Theme::of(palette()), scale, area, scrollY,
            hasFocus(), nullptr, false};
}

void TimelineView::paintEvent(QPaintEvent *)
{
    QPainter painter(viewport());
    if (m_model.isEmpty()) {
        paintEmpty(painter);
        return;
    }
    TimelinePainter::Scene shown = scene(viewport()->rect(), scale(), verticalScrollBar()->value());
    shown.texts = &m_texts;
    TimelinePainter(painter, shown).paint();
    if (hiddenLanes() == m_stack.count())
        paintSentence(painter,
                      tr("Every lane is hidden. Press L to choose lanes, Shift+L to show all."));
}

void TimelineView::paintEmpty(QPainter &painter) const
{
    const Theme &theme = Theme::of(palette());
    painter.fillRect(viewport()->rect(), theme.panel);
    paintSentence(painter,
                  tr("Nothing has run yet. Run a cell, and its queries appear here: when they ran, "
                     "on which connection, and what waited for what."));
}

void TimelineView::paintSentence(QPainter &painter, const QString &sentence) const
{
    painter.setPen(Theme::of(palette()).muted);
    painter.setFont(interfaceFont());
    painter.drawText(viewport()->rect(), Qt::AlignCenter | Qt::TextWordWrap, sentence);
}

void TimelineView::resizeEvent(QResizeEvent *event)
{
    QAbstractScrollArea::resizeEvent(event);
    const QRect inner = viewport()->geometry();
    m_overview->setGeometry(inner.left(), inner.bottom() + 1, inner.width(),
                            metrics::overviewHeight);
    updateScrollBar();
    updateLaneButton();
    placeSearch();
    if (m_keys && m_keys->isVisible())
        setKeysShown(true);
}

void TimelineView::changeEvent(QEvent *event)
{
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange ||
        event->type() == QEvent::StyleChange) {
        m_texts.clear();
        viewport()->update();
    }
    QAbstractScrollArea::changeEvent(event);
}

void TimelineView::scrollContentsBy(int, int)
{
    viewport()->update();
}

QRectF TimelineView::laneRect(LaneIndex lane) const
{
    const double top = metrics::rulerHeight + m_stack.top(lane) - verticalScrollBar()->value();
    return {0, top, double(viewport()->width()), m_stack.height(lane)};
}

QRectF TimelineView::laneRect(LaneIndex lane, std::int64_t fromNs, std::int64_t toNs) const
{
    const QRectF whole = laneRect(lane);
    const TimeScale s = scale();
    const double left = std::max(s.x(fromNs), double(metrics::laneNameWidth));
    return {left, whole.top(), std::max(s.x(toNs) - left, 1.0), whole.height()};
}

void TimelineView::activate(RecordIndex record)
{
    if (!m_model.placeOf(record).isValid())
        return;
    choose(record);
    reveal(record);
}

QRectF TimelineView::rectOf(RecordIndex record) const
{
    const BarPlace place = m_model.placeOf(record);
    const TraceBar *bar = m_model.bar(place);
    if (!bar || isLaneHidden(place.lane))
        return {};
    const TimeScale s = scale();
    const double y =
        metrics::rulerHeight + m_stack.barTop(place.lane, place.row) - verticalScrollBar()->value();
    const double x = s.x(bar->startNs);
    return {x, y, std::max(s.x(bar->endNs) - x, 1.0), double(metrics::laneBarHeight)};
}

RecordIndex TimelineView::recordAt(const QPointF &position) const
{
    const LaneIndex lane =
        m_stack.laneAt(position.y() - metrics::rulerHeight + verticalScrollBar()->value());
    if (!lane.isValid() || position.y() < metrics::rulerHeight ||
        position.x() < metrics::laneNameWidth)
        return {};
    const auto &rows = m_model.lanes()[std::size_t(lane.value)].rows;
    const int row =
        m_stack.rowAt(lane, position.y() - metrics::rulerHeight + verticalScrollBar()->value());
    if (row >= int(rows.size()))
        return {};
    const int bar = barAt(rows[std::size_t(row)], scale(), position.x());
    return bar < 0 ? RecordIndex() : rows[std::size_t(row)].bars[std::size_t(bar)].record;
}

GroupIndex TimelineView::groupLabelAt(const QPointF &position) const
{
    const double y = position.y() - metrics::rulerHeight + verticalScrollBar()->value();
    const LaneIndex lane = m_stack.laneAt(y);
    if (!lane.isValid() || position.x() < metrics::laneNameWidth ||
        y < m_stack.top(lane) + m_stack.height(lane) - metrics::laneLabelHeight - 3)
        return {};
    const QFontMetricsF font(smallFont());
    const auto &groups = m_model.groups();
    for (std::size_t g = 0; g < groups.size(); ++g) {
        if (groups[g].lane != lane)
            continue;
        const double left = std::max(scale().x(groups[g].startNs), double(metrics::laneNameWidth));
        const double right =
            left + 20 + font.horizontalAdvance(m_model.describe(GroupIndex(int(g))));
        if (position.x() >= left - 2 && position.x() <= right)
            return GroupIndex(int(g));
    }
    return {};
}

bool TimelineView::isFolded(GroupIndex group) const
{
    const TraceGroup &g = m_model.groups()[std::size_t(group.value)];
    return !m_choice.unfolded.contains(m_model.record(g.records.front()).id);
}

void TimelineView::setFolded(GroupIndex group, bool folded)
{
    const TraceGroup &g = m_model.groups()[std::size_t(group.value)];
    const std::uint64_t id = m_model.record(g.records.front()).id;
    if (folded)
        m_choice.unfolded.remove(id);
    else
        m_choice.unfolded.insert(id);
    viewport()->update();
    announce();
}

void TimelineView::toggleGroup()
{
    const TraceBar *bar = m_model.bar(m_model.placeOf(m_choice.current));
    if (bar && bar->group.isValid())
        setFolded(bar->group, !isFolded(bar->group));
}

void TimelineView::choose(RecordIndex record)
{
    m_choice.current = record;
    m_choice.line = 0;
    viewport()->update();
    announce();
    if (!record.isValid())
        return;
    const TraceRecord &r = m_model.record(record);
    Q_EMIT recordSelected(r.id);
    if (r.site.line > 0 && r.site.file == nullptr)
        Q_EMIT callSiteActivated(r.site.line, r.site.column);
}

void TimelineView::reveal(RecordIndex record)
{
    const BarPlace place = m_model.placeOf(record);
    const TraceBar *bar = m_model.bar(place);
    if (!bar)
        return;
    if (double(bar->startNs) < double(m_window.startNs()) ||
        double(bar->startNs) > m_window.endNs()) {
        TimeWindow moved = m_window;
        moved.pan(double(bar->startNs) - double(m_window.startNs()) - m_window.lengthNs() * 0.25);
        setWindow(moved);
    }
    if (isLaneHidden(place.lane))
        return;
    const int top = int(m_stack.top(place.lane)) + place.row * metrics::laneHeight;
    const int visible = verticalScrollBar()->pageStep();
    const int value = verticalScrollBar()->value();
    if (top < value)
        verticalScrollBar()->setValue(top);
    else if (top + metrics::laneHeight > value + visible)
        verticalScrollBar()->setValue(top + metrics::laneHeight - visible);
}

void TimelineView::selectRecord(std::uint64_t traceId)
{
    m_choice.current = m_model.recordById(traceId);
    reveal(m_choice.current);
    viewport()->update();
    announce();
}

void TimelineView::selectLine(int line)
{
    m_choice.line = line;
    m_choice.current = {};
    if (line > 0) {
        const std::vector<RecordIndex> found = m_model.recordsAtLine(line);
        if (!found.empty())
            m_choice.current = found.front();
    }
    reveal(m_choice.current);
    viewport()->update();
    announce();
}

void TimelineView::fitAll()
{
    TimeWindow all = m_window;
    all.showAll();
    setWindow(all);
}

void TimelineView::fitSelection()
{
    TimeWindow fitted = m_window;
    const TraceBar *bar = m_model.bar(m_model.placeOf(m_choice.current));
    if (m_choice.range) {
        fitted.fit(m_choice.range->first, m_choice.range->second);
    } else if (bar && bar->group.isValid() && isFolded(bar->group)) {
        const TraceGroup &group = m_model.groups()[std::size_t(bar->group.value)];
        fitted.fit(group.startNs, group.endNs);
    } else if (bar) {
        fitted.fit(bar->startNs, bar->endNs);
    } else {
        fitted.showAll();
    }
    setWindow(fitted);
}

void TimelineView::zoomBy(double factor)
{
    // Around the pointer where it is over the lanes, around the middle otherwise.
    const QPointF pointer = viewport()->mapFromGlobal(QCursor::pos());
    const bool over = viewport()->rect().contains(pointer.toPoint()) &&
                      pointer.x() > metrics::laneNameWidth && underMouse();
    TimeWindow zoomed = m_window;
    zoomed.zoom(factor, over ? double(scale().ns(pointer.x()))
                             : double(m_window.startNs()) + m_window.lengthNs() / 2);
    setWindow(zoomed);
}

void TimelineView::panBy(double share)
{
    TimeWindow moved = m_window;
    moved.pan(m_window.lengthNs() * share);
    setWindow(moved);
}

void TimelineView::openSearch()
{
    m_search->open();
    placeSearch();
}

void TimelineView::placeSearch()
{
    m_search->adjustSize();
    m_search->move(std::max(0, width() - m_search->width() - 8), metrics::rulerHeight + 2);
}

void TimelineView::showFound()
{
    m_choice.found.clear();
    if (!m_search->isHidden() && !m_search->found().empty()) {
        m_choice.found.resize(m_model.records().size());
        for (const RecordIndex record : m_search->found())
            m_choice.found[std::size_t(record.value)] = true;
    }
    viewport()->update();
}

void TimelineView::announce()
{
    updateLaneButton();
    QString text = summaryText();
    if (m_choice.current.isValid() && m_choice.current.value < int(m_model.records().size())) {
        text = m_model.describe(m_choice.current);
        const TraceBar *bar = m_model.bar(m_model.placeOf(m_choice.current));
        if (bar && bar->group.isValid() && isFolded(bar->group))
            text = m_model.describe(bar->group) + u"; "_s + text;
        if (bar && isLaneHidden(m_model.placeOf(m_choice.current).lane))
            text += tr("; its lane is hidden");
    }
    if (text == accessibleDescription())
        return;
    setAccessibleDescription(text); // tells screen readers by itself
    announceTimelineFocus(*this);
}

} // namespace heddle::ui
