#pragma once

#include "ui/models/planmodel.h"

#include <QWidget>

class QLabel;
class QSplitter;
class QToolButton;
class QTreeView;

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

public Q_SLOTS:
    /// A question is on its way; what is shown stays until it is answered.
    void setWaiting(const QString &expression, bool run);
    void setPlan(const QString &expression, heddle::QueryPlan plan);
    /// There is no plan, and this is why: one sentence.
    void showMessage(const QString &sentence);
    /// Keeps what is shown as the plan before; without one, forgets it.
    void keep(bool on);

Q_SIGNALS:
    void planRequested(bool run);

private:
    QTreeView *makeTree(PlanModel &model, const QString &name);
    void updateSummary();

    PlanModel m_before, m_now;
    QString m_expression;
    QLabel *m_summary = nullptr, *m_comparison = nullptr;
    QSplitter *m_trees = nullptr;
    QTreeView *m_beforeTree = nullptr, *m_nowTree = nullptr;
    QToolButton *m_explain = nullptr, *m_run = nullptr, *m_keep = nullptr;
};

} // namespace heddle::ui
