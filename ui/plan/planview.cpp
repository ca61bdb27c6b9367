#include "ui/plan/planview.h"

#include "ui/plan/plandelegate.h"
#include "ui/style/metrics.h"

#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLocale>
#include <QSplitter>
#include <QToolButton>
#include <QTreeView>
#include <QVBoxLayout>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

PlanView::PlanView(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Plan"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    auto *head = new QWidget(this);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(metrics::padding, 4, metrics::padding, 4);
    m_summary = new QLabel(head);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setAccessibleName(tr("Summary of the plan"));
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    row->addWidget(m_summary, 1);
    const auto button = [head, row](const QString &text, const QString &tip) {
        auto *made = new QToolButton(head);
        made->setText(text);
        made->setToolTip(tip);
        made->setAccessibleName(text);
        made->setFocusPolicy(Qt::TabFocus);
        row->addWidget(made);
        return made;
    };
    m_explain = button(tr("Plan"), tr("The plan of the queryset at the caret (F7)"));
    m_run = button(tr("Run and measure"), tr("The same, with its execution (Shift+F7)"));
    m_keep = button(tr("Keep for comparison"),
                    tr("Leaves this plan at the left, so that the next one can be compared"));
    m_keep->setCheckable(true);
    m_keep->setEnabled(false);
    connect(m_explain, &QToolButton::clicked, this, [this] { Q_EMIT planRequested(false); });
    connect(m_run, &QToolButton::clicked, this, [this] { Q_EMIT planRequested(true); });
    connect(m_keep, &QToolButton::toggled, this, &PlanView::keep);
    layout->addWidget(head);
    m_comparison = new QLabel(this);
    m_comparison->setProperty("role", u"muted"_s);
    m_comparison->setContentsMargins(metrics::padding, 0, metrics::padding, 4);
    m_comparison->setAccessibleName(tr("What has changed"));
    m_comparison->hide();
    layout->addWidget(m_comparison);

    m_trees = new QSplitter(Qt::Horizontal, this);
    m_beforeTree = makeTree(m_before, tr("Plan before"));
    m_nowTree = makeTree(m_now, tr("Steps of the plan"));
    m_trees->addWidget(m_beforeTree);
    m_trees->addWidget(m_nowTree);
    m_beforeTree->hide();
    layout->addWidget(m_trees, 1);
    setFocusProxy(m_nowTree);
    updateSummary();
}

QTreeView *PlanView::makeTree(PlanModel &model, const QString &name)
{
    auto *tree = new QTreeView(this);
    tree->setModel(&model);
    tree->setItemDelegate(new PlanDelegate(tree));
    tree->setFrameShape(QFrame::NoFrame);
    tree->setUniformRowHeights(true);
    tree->setAccessibleName(name);
    tree->setSelectionBehavior(QAbstractItemView::SelectRows);
    tree->header()->setStretchLastSection(false);
    tree->header()->setSectionResizeMode(PlanModel::StepColumn, QHeaderView::Stretch);
    for (const int column : {PlanModel::RowsColumn, PlanModel::TimeColumn, PlanModel::ShareColumn})
        tree->header()->setSectionResizeMode(column, QHeaderView::ResizeToContents);
    return tree;
}

QString PlanView::summaryText() const
{
    return m_summary->text();
}

void PlanView::updateSummary()
{
    if (m_now.isEmpty()) {
        m_summary->setText(tr("Put the caret on a queryset and press F7 to see how the database "
                              "would carry it out, Shift+F7 to run it and measure."));
        return;
    }
    m_summary->setText(m_now.summary());
    m_summary->setToolTip(m_expression);
    const std::optional<double> before = m_before.plan().executionMs,
                                now = m_now.plan().executionMs;
    const bool compares = !m_before.isEmpty();
    m_comparison->setVisible(compares);
    if (!compares)
        return;
    const QLocale locale;
    m_comparison->setText(
        before && now && *now > 0
            ? tr("Before: %1 ms. Now: %2 ms, %3 times as fast.")
                  .arg(locale.toString(*before, 'f', 2), locale.toString(*now, 'f', 2),
                       locale.toString(*before / *now, 'f', *before / *now < 10 ? 1 : 0))
            : tr("Before, at the left: %1").arg(m_before.summary()));
}

void PlanView::setWaiting(const QString &expression, bool run)
{
    m_summary->setText(run ? tr("Running %1\u2026").arg(expression)
                           : tr("Asking for the plan of %1\u2026").arg(expression));
}

void PlanView::setPlan(const QString &expression, QueryPlan plan)
{
    m_expression = expression;
    m_now.setPlan(std::move(plan));
    m_nowTree->expandAll();
    m_keep->setEnabled(!m_now.isEmpty());
    updateSummary();
    if (const QModelIndex worst = m_now.worstIndex(); worst.isValid())
        m_nowTree->setCurrentIndex(worst);
}

void PlanView::showMessage(const QString &sentence)
{
    m_summary->setText(sentence);
}

void PlanView::keep(bool on)
{
    m_before.setPlan(on ? m_now.plan() : QueryPlan());
    m_beforeTree->setVisible(on);
    m_beforeTree->expandAll();
    if (m_keep->isChecked() != on)
        m_keep->setChecked(on);
    updateSummary();
    if (!on)
        m_comparison->hide();
}

} // namespace heddle::ui
