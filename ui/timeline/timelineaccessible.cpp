#include "ui/timeline/timelineaccessible.h"

#include "ui/timeline/timelineview.h"

#include <QAccessibleWidget>
#include <QPointer>
#include <algorithm>
#include <map>
#include <tuple>

namespace heddle::ui {

namespace {

/// What stands on a lane for a screen reader, in this order: its transactions, its N+1 groups, its
/// bars.
enum class Part { Lane, Bracket, Group, Bar };

/// `index`: of the lane's brackets, of all groups, of the records; 0 of the lane itself.
using PartKey = std::tuple<int, Part, int>;

// Objects are made when somebody asks and live until the view's interface goes.
class TimelineItem final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    TimelineItem(TimelineView *view, class TimelineInterface *owner, const PartKey &key)
        : m_view(view), m_owner(owner), m_lane(std::get<0>(key)), m_part(std::get<1>(key)),
          m_index(std::get<2>(key))
    {
    }

    const TraceModel &model() const { return m_view->model(); }
    const TraceLane &lane() const { return model().lanes()[std::size_t(m_lane.value)]; }
    RecordIndex record() const
    {
        return m_part == Part::Bar ? RecordIndex(m_index) : firstRecord();
    }

    bool isValid() const override
    {
        if (!m_view || m_lane.value >= int(model().lanes().size()))
            return false;
        switch (m_part) {
        case Part::Lane:
            return true;
        case Part::Bracket:
            return m_index < int(lane().brackets.size());
        case Part::Group:
            return m_index < int(model().groups().size()) &&
                   model().groups()[std::size_t(m_index)].lane == m_lane;
        case Part::Bar:
            return m_index < int(model().records().size());
        }
        return false;
    }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *parent() const override;
    QAccessibleInterface *child(int index) const override;
    QAccessibleInterface *childAt(int x, int y) const override;
    int childCount() const override
    {
        return m_part != Part::Lane || !isValid() ? 0 : int(parts().size());
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        const auto *item = dynamic_cast<const TimelineItem *>(child);
        if (!item || m_part != Part::Lane || !isValid())
            return -1;
        const std::vector<PartKey> all = parts();
        const auto found =
            std::find(all.begin(), all.end(), PartKey(m_lane.value, item->m_part, item->m_index));
        return found == all.end() ? -1 : int(found - all.begin());
    }

    QString text(QAccessible::Text kind) const override
    {
        if (!isValid() || (kind != QAccessible::Name && kind != QAccessible::Description))
            return {};
        const bool name = kind == QAccessible::Name;
        switch (m_part) {
        case Part::Lane:
            return name ? lane().name : laneText();
        case Part::Bracket:
            return name ? bracketName() : model().details(firstRecord());
        case Part::Group:
            return name ? groupName() : groupText();
        case Part::Bar:
            return name ? model().describe(RecordIndex(m_index))
                        : model().details(RecordIndex(m_index));
        }
        return {};
    }
    void setText(QAccessible::Text, const QString &) override {}

    QRect rect() const override
    {
        if (!isValid())
            return {};
        QRectF local;
        switch (m_part) {
        case Part::Lane:
            local = m_view->laneRect(m_lane);
            break;
        case Part::Bracket:
            local = m_view->laneRect(m_lane, bracket().startNs, bracket().endNs);
            break;
        case Part::Group:
            local = m_view->laneRect(m_lane, group().startNs, group().endNs);
            break;
        case Part::Bar:
            local = m_view->rectOf(RecordIndex(m_index));
            break;
        }
        return {m_view->viewport()->mapToGlobal(local.topLeft().toPoint()), local.size().toSize()};
    }
    QAccessible::Role role() const override
    {
        switch (m_part) {
        case Part::Lane:
            return QAccessible::List;
        case Part::Bracket:
            return QAccessible::Grouping;
        case Part::Group:
        case Part::Bar:
            return QAccessible::ListItem;
        }
        return QAccessible::NoRole;
    }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        if (!isValid())
            return state;
        state.invisible = m_view->isLaneHidden(m_lane);
        if (m_part == Part::Lane)
            return state;
        state.selectable = true;
        state.selected = m_part == Part::Bar && m_view->current() == record();
        state.focused = state.selected && m_view->hasFocus();
        if (m_part == Part::Group) {
            state.expandable = true;
            state.expanded = !m_view->isFolded(GroupIndex(m_index));
            state.collapsed = !state.expanded;
        }
        return state;
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface && m_part != Part::Lane
                   ? static_cast<QAccessibleActionInterface *>(this)
                   : nullptr;
    }
    QStringList actionNames() const override { return {pressAction()}; }
    void doAction(const QString &name) override
    {
        if (name != pressAction() || !isValid())
            return;
        if (m_part == Part::Group)
            m_view->setFolded(GroupIndex(m_index), !m_view->isFolded(GroupIndex(m_index)));
        else
            m_view->activate(record());
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }
    QString localizedActionDescription(const QString &) const override
    {
        return m_part == Part::Group ? TimelineView::tr("Folds or unfolds the N+1")
                                     : TimelineView::tr("Selects it, and shows its line");
    }

private:
    const TraceBracket &bracket() const { return lane().brackets[std::size_t(m_index)]; }
    const TraceGroup &group() const { return model().groups()[std::size_t(m_index)]; }
    RecordIndex firstRecord() const
    {
        if (m_part == Part::Bracket)
            return bracket().begin;
        return m_part == Part::Group ? group().records.front() : RecordIndex();
    }
    QString laneText() const
    {
        int bars = 0;
        for (const TraceRow &row : lane().rows)
            bars += int(row.bars.size());
        return TraceModel::tr("%1 bars").arg(bars);
    }
    QString bracketName() const
    {
        QString outcome;
        switch (bracket().outcome) {
        case BracketOutcome::Open:
            outcome = TimelineView::tr("open");
            break;
        case BracketOutcome::Committed:
            outcome =
                bracket().depth == 0 ? TimelineView::tr("committed") : TimelineView::tr("released");
            break;
        case BracketOutcome::RolledBack:
            outcome = TimelineView::tr("rolled back");
            break;
        case BracketOutcome::Failed:
            outcome = TimelineView::tr("failed");
            break;
        }
        return (bracket().depth == 0 ? TimelineView::tr("Transaction, %1: %2")
                                     : TimelineView::tr("Savepoint, %1: %2"))
            .arg(outcome, durationText(bracket().endNs - bracket().startNs));
    }
    QString groupName() const
    {
        return TimelineView::tr("N+1: %1, %2")
            .arg(model().describe(GroupIndex(m_index)), m_view->isFolded(GroupIndex(m_index))
                                                            ? TimelineView::tr("folded")
                                                            : TimelineView::tr("unfolded"));
    }
    QString groupText() const
    {
        const CallSite site = model().record(group().records.front()).site;
        return TimelineView::tr("line %1, %2 in the database")
            .arg(site.line)
            .arg(durationText(group().busyNs));
    }
    std::vector<PartKey> parts() const
    {
        std::vector<PartKey> all;
        for (int i = 0; i < int(lane().brackets.size()); ++i)
            all.emplace_back(m_lane.value, Part::Bracket, i);
        for (int i = 0; lane().hasGroups && i < int(model().groups().size()); ++i) {
            if (model().groups()[std::size_t(i)].lane == m_lane)
                all.emplace_back(m_lane.value, Part::Group, i);
        }
        for (const TraceRow &row : lane().rows) {
            for (const TraceBar &bar : row.bars)
                all.emplace_back(m_lane.value, Part::Bar, bar.record.value);
        }
        return all;
    }

    QPointer<TimelineView> m_view;
    TimelineInterface *m_owner;
    LaneIndex m_lane;
    Part m_part;
    int m_index;
};

class TimelineInterface final : public QAccessibleWidget {
public:
    explicit TimelineInterface(TimelineView *view)
        : QAccessibleWidget(view, QAccessible::Chart), m_view(view)
    {
    }
    ~TimelineInterface() override
    {
        for (const auto &[key, id] : m_items)
            QAccessible::deleteAccessibleInterface(id);
    }

    QAccessibleInterface *lane(LaneIndex lane) const { return item({lane.value, Part::Lane, 0}); }
    QAccessibleInterface *bar(LaneIndex lane, RecordIndex record) const
    {
        return item({lane.value, Part::Bar, record.value});
    }
    // The lanes, and then the widgets around them: the overview, the line that searches.
    int childCount() const override { return laneCount() + int(widgets().size()); }
    QAccessibleInterface *child(int index) const override
    {
        if (index < 0 || index >= childCount())
            return nullptr;
        if (index < laneCount())
            return lane(LaneIndex(index));
        return QAccessible::queryAccessibleInterface(widgets()[index - laneCount()]);
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (int i = 0; i < childCount(); ++i) {
            if (this->child(i) == child)
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

    QAccessibleInterface *item(const PartKey &key) const
    {
        const auto known = m_items.find(key);
        if (known != m_items.end())
            return QAccessible::accessibleInterface(known->second);
        auto *made = new TimelineItem(m_view, const_cast<TimelineInterface *>(this), key);
        m_items.emplace(key, QAccessible::registerAccessibleInterface(made));
        return made;
    }

private:
    int laneCount() const { return int(m_view->model().lanes().size()); }
    QList<QWidget *> widgets() const
    {
        QList<QWidget *> shown;
        for (QObject *object : m_view->children()) {
            auto *widget = qobject_cast<QWidget *>(object);
            if (widget && widget != m_view->viewport() && widget->isVisible() &&
                !widget->accessibleName().isEmpty())
                shown << widget;
        }
        return shown;
    }

    TimelineView *m_view;
    mutable std::map<PartKey, QAccessible::Id> m_items;
};

QAccessibleInterface *TimelineItem::parent() const
{
    if (!m_view)
        return nullptr;
    return m_part == Part::Lane ? static_cast<QAccessibleInterface *>(m_owner)
                                : m_owner->lane(m_lane);
}

QAccessibleInterface *TimelineItem::child(int index) const
{
    if (index < 0 || index >= childCount())
        return nullptr;
    return m_owner->item(parts()[std::size_t(index)]);
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
