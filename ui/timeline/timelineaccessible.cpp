#include "ui/timeline/timelineaccessible.h"

#include "ui/timeline/timelineview.h"

#include <QAccessibleWidget>
#include <QHash>
#include <QPointer>

namespace heddle::ui {

namespace {

// A lane (record invalid) or a bar. Objects are made when somebody asks and live until the view's
// interface goes.
class TimelineItem final : public QAccessibleInterface {
public:
    TimelineItem(TimelineView *view, class TimelineInterface *owner, LaneIndex lane,
                 RecordIndex record)
        : m_view(view), m_owner(owner), m_lane(lane), m_record(record)
    {
    }

    bool isValid() const override
    {
        if (!m_view)
            return false;
        return m_record.isValid() ? m_record.value < int(m_view->model().records().size())
                                  : m_lane.value < int(m_view->model().lanes().size());
    }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *parent() const override;
    QAccessibleInterface *child(int index) const override;
    QAccessibleInterface *childAt(int x, int y) const override;
    int childCount() const override
    {
        return m_record.isValid() || !isValid() ? 0 : int(bars().size());
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        const auto *item = dynamic_cast<const TimelineItem *>(child);
        if (!item || m_record.isValid() || !isValid())
            return -1;
        const std::vector<RecordIndex> all = bars();
        for (std::size_t i = 0; i < all.size(); ++i) {
            if (all[i] == item->m_record)
                return int(i);
        }
        return -1;
    }

    QString text(QAccessible::Text kind) const override
    {
        if (!isValid() || (kind != QAccessible::Name && kind != QAccessible::Description))
            return {};
        if (!m_record.isValid())
            return kind == QAccessible::Name
                       ? m_view->model().lanes()[std::size_t(m_lane.value)].name
                       : TraceModel::tr("%1 bars").arg(childCount());
        return kind == QAccessible::Name ? m_view->model().describe(m_record)
                                         : m_view->model().details(m_record);
    }
    void setText(QAccessible::Text, const QString &) override {}

    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRectF local =
            m_record.isValid() ? m_view->rectOf(m_record) : m_view->laneRect(m_lane);
        return {m_view->viewport()->mapToGlobal(local.topLeft().toPoint()), local.size().toSize()};
    }
    QAccessible::Role role() const override
    {
        return m_record.isValid() ? QAccessible::ListItem : QAccessible::List;
    }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.selectable = m_record.isValid();
        state.selected = m_record.isValid() && m_view && m_view->current() == m_record;
        state.focused = state.selected && m_view->hasFocus();
        state.invisible = isValid() && m_view->isLaneHidden(m_lane);
        return state;
    }

private:
    std::vector<RecordIndex> bars() const
    {
        std::vector<RecordIndex> all;
        for (const TraceRow &row : m_view->model().lanes()[std::size_t(m_lane.value)].rows) {
            for (const TraceBar &bar : row.bars)
                all.push_back(bar.record);
        }
        return all;
    }

    QPointer<TimelineView> m_view;
    TimelineInterface *m_owner;
    LaneIndex m_lane;
    RecordIndex m_record;
};

class TimelineInterface final : public QAccessibleWidget {
public:
    explicit TimelineInterface(TimelineView *view)
        : QAccessibleWidget(view, QAccessible::Chart), m_view(view)
    {
    }
    ~TimelineInterface() override
    {
        for (const QAccessible::Id id : std::as_const(m_items))
            QAccessible::deleteAccessibleInterface(id);
    }

    QAccessibleInterface *lane(LaneIndex lane) const { return item(lane, {}); }
    QAccessibleInterface *bar(LaneIndex lane, RecordIndex record) const
    {
        return item(lane, record);
    }
    int childCount() const override { return int(m_view->model().lanes().size()); }
    QAccessibleInterface *child(int index) const override
    {
        return index >= 0 && index < childCount() ? lane(LaneIndex(index)) : nullptr;
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (int i = 0; i < childCount(); ++i) {
            if (lane(LaneIndex(i)) == child)
                return i;
        }
        return -1;
    }
    QAccessibleInterface *focusChild() const override
    {
        const BarPlace place = m_view->model().placeOf(m_view->current());
        return place.isValid() ? bar(place.lane, m_view->current()) : nullptr;
    }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        const RecordIndex record =
            m_view->recordAt(m_view->viewport()->mapFromGlobal(QPointF(x, y)));
        const BarPlace place = m_view->model().placeOf(record);
        return place.isValid() ? bar(place.lane, record) : nullptr;
    }

private:
    QAccessibleInterface *item(LaneIndex lane, RecordIndex record) const
    {
        const std::pair key(lane.value, record.value);
        const auto known = m_items.constFind(key);
        if (known != m_items.constEnd())
            return QAccessible::accessibleInterface(*known);
        auto *made = new TimelineItem(m_view, const_cast<TimelineInterface *>(this), lane, record);
        m_items.insert(key, QAccessible::registerAccessibleInterface(made));
        return made;
    }

    TimelineView *m_view;
    mutable QHash<std::pair<int, int>, QAccessible::Id> m_items;
};

QAccessibleInterface *TimelineItem::parent() const
{
    if (!m_view)
        return nullptr;
    return m_record.isValid() ? m_owner->lane(m_lane)
                              : static_cast<QAccessibleInterface *>(m_owner);
}

QAccessibleInterface *TimelineItem::child(int index) const
{
    if (index < 0 || index >= childCount())
        return nullptr;
    return m_owner->bar(m_lane, bars()[std::size_t(index)]);
}

QAccessibleInterface *TimelineItem::childAt(int x, int y) const
{
    return m_view ? m_owner->childAt(x, y) : nullptr;
}

QAccessibleInterface *makeInterface(const QString &, QObject *object)
{
    auto *view = qobject_cast<TimelineView *>(object);
    return view ? new TimelineInterface(view) : nullptr;
}

} // namespace

void installTimelineAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

void announceTimelineFocus(TimelineView &view)
{
    if (!QAccessible::isActive() || !view.hasFocus())
        return;
    QAccessibleInterface *interface = QAccessible::queryAccessibleInterface(&view);
    QAccessibleInterface *focus = interface ? interface->focusChild() : nullptr;
    if (!focus)
        return;
    QAccessibleEvent event(focus, QAccessible::Focus);
    QAccessible::updateAccessibility(&event);
}

} // namespace heddle::ui
