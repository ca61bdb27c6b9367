#pragma once

#include "ui/models/planmodel.h"
#include "ui/plan/planshape.h"

#include <QStackedWidget>

class QTreeView;

namespace heddle::ui {

class PlanGraph;

/// The steps of one plan, as a tree or as a graph. What is chosen in one is chosen in the other.
class PlanSteps final : public QStackedWidget {
    Q_OBJECT
public:
    /// `model` is not owned and must outlive the widget.
    PlanSteps(PlanModel &model, const QString &name, QWidget *parent = nullptr);

    QTreeView *tree() const { return m_tree; }
    PlanGraph *graph() const { return m_graph; }
    PlanShape shape() const;
    /// The keyboard stays where it was: in the steps or elsewhere.
    void setShape(PlanShape shape);

Q_SIGNALS:
    /// By whoever: the keyboard, the mouse, a program.
    void currentChanged(const QModelIndex &index);

private:
    QTreeView *m_tree = nullptr;
    PlanGraph *m_graph = nullptr;
};

} // namespace heddle::ui
