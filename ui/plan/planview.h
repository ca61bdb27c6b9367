#pragma once

#include "ui/models/planmodel.h"
#include "ui/plan/plansteps.h"

#include <QWidget>

class QLabel;
class QSplitter;
class QToolButton;

namespace heddle::ui {

/// How the database would carry out the queryset at the caret, or did; beside another plan that was
/// kept, to see what a change has done.
class PlanView final : public QWidget {
    Q_OBJECT
public:
    explicit PlanView(QWidget *parent = nullptr);

    const PlanModel &plan() const { return m_now; }
    const PlanModel &kept() const { return m_before; }
    /// What the line above the plan says.
    QString summaryText() const;
    /// What the line below that says of the kept plan and this one; empty without a kept one.
    QString comparisonText() const;

    PlanSteps *steps() const { return m_nowSteps; }
    PlanSteps *keptSteps() const { return m_beforeSteps; }
    PlanShape shape() const { return m_nowSteps->shape(); }

public Q_SLOTS:
    /// A question is on its way; what is shown stays until it is answered.
    void setWaiting(const QString &expression, bool run);
    void setPlan(const QString &expression, heddle::QueryPlan plan);
    /// There is no plan, and this is why: one sentence.
    void showMessage(const QString &sentence);
    /// Keeps what is shown as the plan before; without one, forgets it.
    void keep(bool on);
    /// Of both plans.
    void setShape(PlanShape shape);

Q_SIGNALS:
    void planRequested(bool run);
    void shapeChanged(PlanShape shape);

private:
    QWidget *makeHead();
    QWidget *makeSide(QLabel *&caption, PlanSteps *steps);
    void updateSummary();
    void updateComparison();
    /// Chooses the step in `steps` that does what the one does that was chosen in the other plan.
    static void follow(const QModelIndex &index, const PlanModel &model, PlanSteps &steps);

    PlanModel m_before, m_now;
    QString m_expression, m_keptExpression;
    QLabel *m_summary = nullptr, *m_comparison = nullptr, *m_beforeCaption = nullptr,
           *m_nowCaption = nullptr;
    QSplitter *m_sides = nullptr;
    PlanSteps *m_beforeSteps = nullptr, *m_nowSteps = nullptr;
    QToolButton *m_explain = nullptr, *m_run = nullptr, *m_keep = nullptr, *m_asTree = nullptr,
                *m_asGraph = nullptr;
};

} // namespace heddle::ui
