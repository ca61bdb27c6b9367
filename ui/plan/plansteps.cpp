#include "ui/plan/plansteps.h"

#include "ui/plan/plandelegate.h"
#include "ui/plan/plangraph.h"

#include <QHeaderView>
#include <QTreeView>

namespace heddle::ui {

PlanSteps::PlanSteps(PlanModel &model, const QString &name, QWidget *parent)
    : QStackedWidget(parent)
{
    m_tree = new QTreeView(this);
    m_tree->setModel(&model);
    m_tree->setItemDelegate(new PlanDelegate(m_tree));
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setAccessibleName(name);
    m_tree->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(PlanModel::StepColumn, QHeaderView::Stretch);
    for (const int column : {PlanModel::RowsColumn, PlanModel::TimeColumn, PlanModel::ShareColumn})
        m_tree->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    m_graph = new PlanGraph(model, *m_tree->selectionModel(), this);
    m_graph->setAccessibleName(tr("%1, as a graph").arg(name));
    addWidget(m_tree);
    addWidget(m_graph);
    setFocusProxy(m_tree);
    connect(&model, &QAbstractItemModel::modelReset, m_tree, &QTreeView::expandAll);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &PlanSteps::currentChanged);
}

PlanShape PlanSteps::shape() const
{
    return currentWidget() == m_graph ? PlanShape::Graph : PlanShape::Tree;
}

void PlanSteps::setShape(PlanShape shape)
{
    const bool focused = currentWidget()->hasFocus();
    QWidget *shown = shape == PlanShape::Graph ? static_cast<QWidget *>(m_graph) : m_tree;
    setFocusProxy(shown);
    setCurrentWidget(shown);
    if (focused)
        shown->setFocus();
}

} // namespace heddle::ui
