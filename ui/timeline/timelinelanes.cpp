#include "ui/style/fonts.h"
#include "ui/style/metrics.h"
#include "ui/timeline/lanefilterpanel.h"
#include "ui/timeline/timelineview.h"

#include <QMenu>
#include <QPushButton>
#include <QScrollBar>
#include <algorithm>

// The part of TimelineView that leaves lanes out, and says so.

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

void TimelineView::buildLaneButton()
{
    m_lanesButton = new QPushButton(this);
    m_lanesButton->setObjectName(u"timelineLanes"_s);
    m_lanesButton->setProperty("flat", true);
    m_lanesButton->setProperty("small", true); // as high as the ruler
    m_lanesButton->setFont(smallFont());
    m_lanesButton->setFocusPolicy(Qt::TabFocus);
    m_lanesButton->setAccessibleDescription(tr("Chooses the lanes that are shown (L)"));
    connect(m_lanesButton, &QPushButton::clicked, this, &TimelineView::openLaneFilter);
}

bool TimelineView::isLaneHidden(LaneIndex lane) const
{
    return m_stack.isHidden(lane);
}

int TimelineView::hiddenLanes() const
{
    return m_stack.hiddenCount();
}

void TimelineView::setLaneFilter(const LaneFilter &filter)
{
    if (filter == m_laneFilter)
        return;
    m_laneFilter = filter;
    restack();
    reveal(m_choice.current);
    viewport()->update();
    announce();
    Q_EMIT laneFilterChanged();
}

void TimelineView::showAllLanes()
{
    setLaneFilter({});
}

void TimelineView::restack()
{
    m_stack = LaneStack(m_model, m_laneFilter.hidden(m_model));
    updateScrollBar();
    updateLaneButton();
}

// What is left out is always told, where the names of the lanes stand.
void TimelineView::updateLaneButton()
{
    const BarPlace place = m_model.placeOf(m_choice.current);
    const bool misses = place.isValid() && isLaneHidden(place.lane);
    const int count = hiddenLanes();
    const QString text = count == 0   ? tr("Lanes")
                         : misses     ? tr("Chosen bar hidden")
                         : count == 1 ? tr("1 lane hidden")
                                      : tr("%1 lanes hidden").arg(count);
    m_lanesButton->setVisible(!m_model.isEmpty());
    m_lanesButton->setText(text + u" ▾"_s);
    m_lanesButton->setAccessibleName(text);
    QStringList tip{tr("Choose the lanes that are shown (L)")};
    if (count > 0) {
        const auto &lanes = m_model.lanes();
        QStringList names;
        for (std::size_t i = 0; i < lanes.size(); ++i) {
            if (isLaneHidden(LaneIndex(int(i))))
                names << lanes[i].name;
        }
        constexpr int mostNames = 12;
        const bool more = names.size() > mostNames;
        tip << tr("Hidden: %1. Shift+L shows all.")
                   .arg(names.mid(0, mostNames).join(", "_L1) + (more ? u" …"_s : QString()));
        if (misses)
            tip << tr("The chosen bar lies on one of them.");
    }
    m_lanesButton->setToolTip(tip.join(u'\n'));
    const QSize size(metrics::laneNameWidth - 2, metrics::rulerHeight);
    m_lanesButton->setGeometry(QRect(viewport()->geometry().topLeft(), size));
}

void TimelineView::openLaneFilter()
{
    if (!m_lanesPanel) {
        m_lanesPanel = new LaneFilterPanel(m_model, this);
        connect(m_lanesPanel, &LaneFilterPanel::filterChanged, this, &TimelineView::setLaneFilter);
    }
    m_lanesPanel->open(m_laneFilter,
                       m_lanesButton->mapToGlobal(m_lanesButton->rect().bottomLeft()));
}

void TimelineView::addLaneActions(QMenu &menu, const QPointF &position)
{
    menu.addAction(tr("Choose lanes…\tL"), this, &TimelineView::openLaneFilter);
    const LaneIndex lane =
        m_stack.laneAt(position.y() - metrics::rulerHeight + verticalScrollBar()->value());
    if (lane.isValid() && position.y() >= metrics::rulerHeight) {
        const QString name = m_model.lanes()[std::size_t(lane.value)].name;
        menu.addAction(tr("Hide lane “%1”").arg(name), this, [this, name] {
            LaneFilter next = m_laneFilter;
            next.names.insert(name);
            setLaneFilter(next);
        });
    }
    if (hiddenLanes() > 0)
        menu.addAction(tr("Show all lanes\tShift+L"), this, &TimelineView::showAllLanes);
}

} // namespace heddle::ui
