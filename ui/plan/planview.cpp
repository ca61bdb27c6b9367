#include "ui/plan/planview.h"

#include "ui/plan/plangraph.h"
#include "ui/style/elidedlabel.h"
#include "ui/style/metrics.h"

#include <QButtonGroup>
#include <QHBoxLayout>
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
    layout->addWidget(makeHead());
    m_comparison = new QLabel(this);
    m_comparison->setProperty("role", u"muted"_s);
    m_comparison->setContentsMargins(metrics::padding, 0, metrics::padding, 4);
    m_comparison->setAccessibleName(tr("What has changed"));
    m_comparison->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_comparison->setWordWrap(true);
    m_comparison->hide();
    layout->addWidget(m_comparison);

    m_sides = new QSplitter(Qt::Horizontal, this);
    m_beforeSteps = new PlanSteps(m_before, tr("Plan before"), this);
    m_nowSteps = new PlanSteps(m_now, tr("Steps of the plan"), this);
    m_sides->addWidget(makeSide(m_beforeCaption, m_beforeSteps));
    m_sides->addWidget(makeSide(m_nowCaption, m_nowSteps));
    m_sides->setChildrenCollapsible(false);
    m_beforeSteps->parentWidget()->hide();
    connect(m_beforeSteps, &PlanSteps::currentChanged, this,
            [this](const QModelIndex &index) { follow(index, m_now, *m_nowSteps); });
    connect(m_nowSteps, &PlanSteps::currentChanged, this,
            [this](const QModelIndex &index) { follow(index, m_before, *m_beforeSteps); });
    layout->addWidget(m_sides, 1);
    setFocusProxy(m_nowSteps);
    updateSummary();
}

/// A plan with whose it is above it, which is shown only while two are compared.
QWidget *PlanView::makeSide(QLabel *&caption, PlanSteps *steps)
{
    auto *side = new QWidget(this);
    auto *layout = new QVBoxLayout(side);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    caption = new ElidedLabel(side);
    caption->setProperty("role", u"strip"_s);
    caption->setContentsMargins(metrics::padding, 2, metrics::padding, 2);
    caption->hide();
    layout->addWidget(caption);
    layout->addWidget(steps, 1);
    return side;
}

QWidget *PlanView::makeHead()
{
    auto *head = new QWidget(this);
    auto *row = new QHBoxLayout(head);
    row->setContentsMargins(metrics::padding, 4, metrics::padding, 4);
    m_summary = new QLabel(head);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setAccessibleName(tr("Summary of the plan"));
    m_summary->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_summary->setWordWrap(true);
    row->addWidget(m_summary, 1);
    const auto button = [head](QLayout *into, const QString &text, const QString &tip) {
        auto *made = new QToolButton(head);
        made->setText(text);
        made->setToolTip(tip);
        made->setAccessibleName(text);
        made->setFocusPolicy(Qt::TabFocus);
        into->addWidget(made);
        return made;
    };
    m_explain = button(row, tr("Plan"), tr("The plan of the queryset at the caret (F7)"));
    m_run = button(row, tr("Run and measure"), tr("The same, with its execution (Shift+F7)"));
    m_keep = button(row, tr("Keep for comparison"),
                    tr("Leaves this plan at the left, so that the next one can be compared"));
    m_keep->setCheckable(true);
    m_keep->setEnabled(false);
    auto *shapes = new QHBoxLayout;
    shapes->setSpacing(0);
    row->addLayout(shapes);
    m_asTree = button(shapes, tr("Tree"), tr("The steps below each other (Ctrl+F7 switches)"));
    m_asGraph = button(shapes, tr("Graph"),
                       tr("The steps as boxes; lines are as thick as the rows that run along them "
                          "(Ctrl+F7 switches)"));
    m_asTree->setProperty("segment", u"first"_s);
    m_asGraph->setProperty("segment", u"last"_s);
    m_asTree->setAccessibleName(tr("Plan as a tree"));
    m_asGraph->setAccessibleName(tr("Plan as a graph"));
    auto *group = new QButtonGroup(this); // one of the two
    for (QToolButton *shape : {m_asTree, m_asGraph}) {
        shape->setCheckable(true);
        group->addButton(shape);
    }
    m_asTree->setChecked(true);
    connect(m_explain, &QToolButton::clicked, this, [this] { Q_EMIT planRequested(false); });
    connect(m_run, &QToolButton::clicked, this, [this] { Q_EMIT planRequested(true); });
    connect(m_keep, &QToolButton::toggled, this, &PlanView::keep);
    connect(m_asTree, &QToolButton::clicked, this, [this] { setShape(PlanShape::Tree); });
    connect(m_asGraph, &QToolButton::clicked, this, [this] { setShape(PlanShape::Graph); });
    return head;
}

QString PlanView::summaryText() const
{
    return m_summary->text();
}

QString PlanView::comparisonText() const
{
    return m_comparison->isHidden() ? QString() : m_comparison->text();
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
}

namespace {

/// "Before: 100 ms. Now: 10 ms, 10 times as fast."
QString timesText(const PlanModel &before, const PlanModel &now)
{
    const std::optional<double> was = before.plan().executionMs, is = now.plan().executionMs;
    if (!was || !is || *was <= 0 || *is <= 0)
        return PlanView::tr("Before, at the left: %1.").arg(before.summary());
    const QLocale locale;
    const bool faster = *is <= *was;
    const double factor = faster ? *was / *is : *is / *was;
    const QString times = locale.toString(factor, 'f', factor < 10 ? 1 : 0);
    return PlanView::tr("Before: %1 ms. Now: %2 ms, %3.")
        .arg(locale.toString(*was, 'f', 2), locale.toString(*is, 'f', 2),
             faster ? PlanView::tr("%1 times as fast").arg(times)
                    : PlanView::tr("%1 times as slow").arg(times));
}

} // namespace

void PlanView::updateComparison()
{
    const bool compares = !m_before.isEmpty();
    m_now.markAgainst(m_before.plan(), tr("new"));
    m_before.markAgainst(m_now.plan(), tr("gone"));
    m_comparison->setVisible(compares);
    m_beforeCaption->setVisible(compares);
    m_nowCaption->setVisible(compares);
    if (!compares)
        return;
    m_beforeCaption->setText(tr("Before: %1").arg(m_keptExpression.simplified()));
    m_nowCaption->setText(tr("Now: %1").arg(m_expression.simplified()));
    QStringList parts{timesText(m_before, m_now)};
    const QStringList gone = m_before.markedSteps(), added = m_now.markedSteps();
    if (!gone.isEmpty())
        parts << tr("Gone: %1.").arg(gone.join(", "_L1));
    if (!added.isEmpty())
        parts << tr("New: %1.").arg(added.join(", "_L1));
    if (gone.isEmpty() && added.isEmpty())
        parts << tr("The same steps.");
    m_comparison->setText(parts.join(u' '));
    m_comparison->setToolTip(parts.join(u'\n'));
}

void PlanView::follow(const QModelIndex &index, const PlanModel &model, PlanSteps &steps)
{
    const QModelIndex current = steps.tree()->currentIndex();
    // Whoever is followed must not be led elsewhere: where both do the same, nothing moves.
    if (!index.isValid() || model.isEmpty() ||
        (current.isValid() && current.siblingAtColumn(PlanModel::StepColumn).data() ==
                                  index.siblingAtColumn(PlanModel::StepColumn).data()))
        return;
    if (const QModelIndex same = model.sameStep(index); same.isValid())
        steps.graph()->select(same);
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
    m_keep->setEnabled(!m_now.isEmpty());
    updateSummary();
    updateComparison();
    m_nowSteps->graph()->selectWorst();
}

void PlanView::showMessage(const QString &sentence)
{
    m_summary->setText(sentence);
}

void PlanView::keep(bool on)
{
    m_before.setPlan(on ? m_now.plan() : QueryPlan());
    m_keptExpression = on ? m_expression : QString();
    m_beforeSteps->parentWidget()->setVisible(on);
    if (m_keep->isChecked() != on)
        m_keep->setChecked(on);
    updateComparison();
    if (on)
        m_beforeSteps->graph()->selectWorst();
}

void PlanView::setShape(PlanShape shape)
{
    const bool changed = shape != this->shape();
    m_beforeSteps->setShape(shape);
    m_nowSteps->setShape(shape);
    (shape == PlanShape::Graph ? m_asGraph : m_asTree)->setChecked(true);
    if (changed)
        Q_EMIT shapeChanged(shape);
}

} // namespace heddle::ui
