#include "ui/plan/plangraphaccessible.h"

#include "ui/plan/plangraph.h"

#include <QAccessibleWidget>
#include <QPointer>

namespace heddle::ui {

namespace {

class GraphInterface;

/// One step. Made when somebody asks; lives until the graph's interface goes or the plan changes.
class StepItem final : public QAccessibleInterface, public QAccessibleActionInterface {
public:
    StepItem(PlanGraph *graph, GraphInterface *owner, const QModelIndex &index)
        : m_graph(graph), m_owner(owner), m_index(index)
    {
    }

    bool isValid() const override { return m_graph && m_index.isValid(); }
    QObject *object() const override { return nullptr; }
    QAccessibleInterface *parent() const override;
    QAccessibleInterface *child(int index) const override;
    QAccessibleInterface *childAt(int x, int y) const override;
    int childCount() const override { return isValid() ? m_graph->model().rowCount(m_index) : 0; }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        const auto *item = dynamic_cast<const StepItem *>(child);
        return item && item->isValid() && QModelIndex(item->m_index).parent() == m_index
                   ? item->m_index.row()
                   : -1;
    }

    QString text(QAccessible::Text kind) const override
    {
        if (!isValid())
            return {};
        switch (kind) {
        case QAccessible::Name:
            return m_index.data(Qt::AccessibleTextRole).toString();
        case QAccessible::Description:
            return (PlanModel::figuresOf(m_index) << m_index.data(PlanModel::DetailRole).toString())
                .join(QLatin1String(", "));
        default: // Qt's enum, not ours: help, values and what later versions add
            return {};
        }
    }
    void setText(QAccessible::Text, const QString &) override {}

    QRect rect() const override
    {
        if (!isValid())
            return {};
        const QRectF local = m_graph->rectOf(m_index);
        return {m_graph->viewport()->mapToGlobal(local.topLeft().toPoint()), local.size().toSize()};
    }
    QAccessible::Role role() const override { return QAccessible::TreeItem; }
    QAccessible::State state() const override
    {
        QAccessible::State state;
        state.selectable = state.focusable = true;
        state.selected = isValid() && m_graph->current() == m_index;
        state.focused = state.selected && m_graph->hasFocus();
        state.expanded = childCount() > 0;
        return state;
    }

    void *interface_cast(QAccessible::InterfaceType type) override
    {
        return type == QAccessible::ActionInterface
                   ? static_cast<QAccessibleActionInterface *>(this)
                   : nullptr;
    }
    QStringList actionNames() const override { return {setFocusAction()}; }
    void doAction(const QString &name) override
    {
        if (!isValid() || name != setFocusAction())
            return;
        m_graph->setFocus();
        m_graph->select(m_index);
    }
    QStringList keyBindingsForAction(const QString &) const override { return {}; }

private:
    QPointer<PlanGraph> m_graph;
    GraphInterface *m_owner;
    QPersistentModelIndex m_index;
};

class GraphInterface final : public QAccessibleWidget {
public:
    explicit GraphInterface(PlanGraph *graph)
        : QAccessibleWidget(graph, QAccessible::Tree), m_graph(graph)
    {
    }
    ~GraphInterface() override { forget(); }

    void forget()
    {
        for (const auto &[index, id] : std::as_const(m_items))
            QAccessible::deleteAccessibleInterface(id);
        m_items.clear();
    }

    QAccessibleInterface *item(const QModelIndex &index) const
    {
        if (!index.isValid())
            return nullptr;
        for (const auto &[known, id] : m_items) {
            if (known == index)
                return QAccessible::accessibleInterface(id);
        }
        auto *made = new StepItem(m_graph, const_cast<GraphInterface *>(this), index);
        m_items.emplace_back(index, QAccessible::registerAccessibleInterface(made));
        return made;
    }

    int childCount() const override { return m_graph->model().rowCount(); }
    QAccessibleInterface *child(int index) const override
    {
        return item(m_graph->model().index(index, 0));
    }
    int indexOfChild(const QAccessibleInterface *child) const override
    {
        for (int i = 0; i < childCount(); ++i) {
            if (this->child(i) == child)
                return i;
        }
        return -1;
    }
    QAccessibleInterface *focusChild() const override { return item(m_graph->current()); }
    QAccessibleInterface *childAt(int x, int y) const override
    {
        return item(m_graph->indexAt(m_graph->viewport()->mapFromGlobal(QPointF(x, y))));
    }

private:
    PlanGraph *m_graph;
    mutable std::vector<std::pair<QPersistentModelIndex, QAccessible::Id>> m_items;
};

QAccessibleInterface *StepItem::parent() const
{
    if (!isValid())
        return nullptr;
    const QModelIndex above = QModelIndex(m_index).parent();
    return above.isValid() ? m_owner->item(above) : m_owner;
}

QAccessibleInterface *StepItem::child(int index) const
{
    return isValid() ? m_owner->item(m_graph->model().index(index, 0, m_index)) : nullptr;
}

QAccessibleInterface *StepItem::childAt(int x, int y) const
{
    return isValid() ? m_owner->childAt(x, y) : nullptr;
}

QAccessibleInterface *makeInterface(const QString &, QObject *object)
{
    auto *graph = qobject_cast<PlanGraph *>(object);
    return graph ? new GraphInterface(graph) : nullptr;
}

GraphInterface *interfaceOf(PlanGraph &graph)
{
    return QAccessible::isActive()
               ? dynamic_cast<GraphInterface *>(QAccessible::queryAccessibleInterface(&graph))
               : nullptr;
}

} // namespace

void installPlanGraphAccessibility()
{
    static const bool installed = [] {
        QAccessible::installFactory(makeInterface);
        return true;
    }();
    Q_UNUSED(installed)
}

void announcePlanGraphFocus(PlanGraph &graph)
{
    GraphInterface *interface = graph.hasFocus() ? interfaceOf(graph) : nullptr;
    QAccessibleInterface *focus = interface ? interface->focusChild() : nullptr;
    if (!focus)
        return;
    QAccessibleEvent event(focus, QAccessible::Focus);
    QAccessible::updateAccessibility(&event);
}

void announcePlanGraphReset(PlanGraph &graph)
{
    if (GraphInterface *interface = interfaceOf(graph))
        interface->forget();
    if (!QAccessible::isActive())
        return;
    QAccessibleEvent event(&graph, QAccessible::ObjectReorder);
    QAccessible::updateAccessibility(&event);
}

} // namespace heddle::ui
