#include "ui/models/planmodel.h"

#include <QHash>
#include <QLocale>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;
using Remark = QueryPlanNode::Remark;

struct PlanModel::Step {
    const QueryPlanNode *node = nullptr;
    Step *parent = nullptr;
    int row = 0;
    std::vector<Step *> children;
    std::optional<double> own; // time or cost, without the children's
    bool marked = false;       // the plan that it is compared with has it not
};

namespace {

QString number(double value)
{
    const bool whole = value == double(qint64(value)) || value >= 100;
    return QLocale().toString(value, 'f', whole ? 0 : 1);
}

QString milliseconds(double value)
{
    return PlanModel::tr("%1 ms").arg(QLocale().toString(value, 'f', value < 10 ? 2 : 1));
}

QString rowsText(qint64 rows)
{
    return rows == 1 ? PlanModel::tr("1 row") : PlanModel::tr("%1 rows").arg(number(double(rows)));
}

/// PostgreSQL's costs are sums like its times.
std::optional<double> ownCost(const QueryPlanNode &node)
{
    if (!node.cost)
        return {};
    double inside = 0;
    for (const QueryPlanNode &child : node.children)
        inside += child.cost.value_or(0);
    return std::max(0.0, *node.cost - inside);
}

/// "Seq Scan book"
QString stepText(const QueryPlanNode &node)
{
    return node.target.isEmpty() ? node.operation : node.operation + u' ' + node.target;
}

void countSteps(const std::vector<QueryPlanNode> &nodes, QHash<QString, int> &counts)
{
    for (const QueryPlanNode &node : nodes) {
        ++counts[stepText(node)];
        countSteps(node.children, counts);
    }
}

} // namespace

QString remarkText(Remark remark)
{
    switch (remark) {
    case Remark::FullScan:
        return PlanModel::tr("reads the whole table");
    case Remark::Misjudged:
        return PlanModel::tr("rows misjudged");
    case Remark::Sorts:
        return PlanModel::tr("sorts");
    case Remark::Discards:
        return PlanModel::tr("throws most rows away");
    case Remark::TookLongest:
        return PlanModel::tr("took the longest");
    }
    return {};
}

namespace {

QStringList remarkTexts(const QueryPlanNode &node)
{
    QStringList words;
    for (const Remark remark : node.remarks)
        words << remarkText(remark);
    return words;
}

} // namespace

PlanModel::PlanModel(QObject *parent) : QAbstractItemModel(parent)
{
}

PlanModel::~PlanModel() = default;

void PlanModel::add(const std::vector<QueryPlanNode> &nodes, Step *parent)
{
    for (const QueryPlanNode &node : nodes) {
        auto step = std::make_unique<Step>();
        std::vector<Step *> &siblings = parent ? parent->children : m_roots;
        step->node = &node;
        step->parent = parent;
        step->row = int(siblings.size());
        step->own = m_plan.wasRun && node.ownMs ? node.ownMs : ownCost(node);
        m_whole += step->own.value_or(0);
        siblings.push_back(step.get());
        m_steps.push_back(std::move(step));
        add(node.children, siblings.back());
    }
}

void PlanModel::setPlan(QueryPlan plan)
{
    beginResetModel();
    m_roots.clear();
    m_steps.clear();
    m_whole = 0;
    m_plan = std::move(plan);
    add(m_plan.nodes, nullptr);
    endResetModel();
}

void PlanModel::markAgainst(const QueryPlan &other, const QString &word)
{
    QHash<QString, int> counts;
    countSteps(other.nodes, counts);
    m_mark = word;
    for (const std::unique_ptr<Step> &step : m_steps)
        step->marked = !other.nodes.empty() && --counts[stepText(*step->node)] < 0;
    for (const std::unique_ptr<Step> &step : m_steps) {
        const QModelIndex at = createIndex(step->row, StepColumn, step.get());
        Q_EMIT dataChanged(at, at, {ChangeRole, Qt::ToolTipRole, Qt::AccessibleTextRole});
    }
}

QStringList PlanModel::markedSteps() const
{
    QStringList out;
    for (const std::unique_ptr<Step> &step : m_steps) {
        if (step->marked)
            out << stepText(*step->node);
    }
    return out;
}

QModelIndex PlanModel::sameStep(const QModelIndex &ofAnotherModel) const
{
    const QString text = ofAnotherModel.siblingAtColumn(StepColumn).data().toString();
    for (const std::unique_ptr<Step> &step : m_steps) {
        if (!step->marked && stepText(*step->node) == text)
            return createIndex(step->row, StepColumn, step.get());
    }
    return {};
}

QModelIndex PlanModel::worstIndex() const
{
    const QueryPlanNode *worst = m_plan.worst();
    for (const std::unique_ptr<Step> &step : m_steps) {
        if (step->node == worst)
            return createIndex(step->row, StepColumn, step.get());
    }
    return {};
}

QString PlanModel::summary() const
{
    if (isEmpty())
        return {};
    QStringList parts;
    if (m_plan.executionMs)
        parts << tr("Run in %1, %2")
                     .arg(milliseconds(*m_plan.executionMs), rowsText(m_plan.rows.value_or(0)));
    else
        parts << tr("Not run");
    const QModelIndex worst = worstIndex();
    if (worst.isValid())
        parts << tr("look first at %1 (%2)")
                     .arg(worst.data().toString(),
                          worst.data(RemarksRole).toStringList().join(", "_L1));
    return parts.join("; "_L1);
}

QStringList PlanModel::answerTexts() const
{
    QStringList out;
    if (m_plan.rows)
        out << rowsText(*m_plan.rows);
    if (m_plan.executionMs)
        out << milliseconds(*m_plan.executionMs);
    return out;
}

QStringList PlanModel::figuresOf(const QModelIndex &index)
{
    QStringList out;
    for (const Column column : {RowsColumn, TimeColumn, ShareColumn}) {
        const QString text = index.siblingAtColumn(column).data().toString();
        const QVariant heading = index.model()->headerData(column, Qt::Horizontal, Qt::DisplayRole);
        if (!text.isEmpty())
            out << tr("%1: %2", "heading of a column: what it says").arg(heading.toString(), text);
    }
    return out;
}

const PlanModel::Step *PlanModel::step(const QModelIndex &index) const
{
    return static_cast<const Step *>(index.internalPointer());
}

QModelIndex PlanModel::index(int row, int column, const QModelIndex &parent) const
{
    const std::vector<Step *> &siblings = parent.isValid() ? step(parent)->children : m_roots;
    if (row < 0 || row >= int(siblings.size()) || column < 0 || column >= ColumnCount)
        return {};
    return createIndex(row, column, siblings[std::size_t(row)]);
}

QModelIndex PlanModel::parent(const QModelIndex &index) const
{
    Step *above = index.isValid() ? step(index)->parent : nullptr;
    return above ? createIndex(above->row, StepColumn, above) : QModelIndex();
}

int PlanModel::rowCount(const QModelIndex &parent) const
{
    if (parent.isValid() && parent.column() != StepColumn)
        return 0;
    return int(parent.isValid() ? step(parent)->children.size() : m_roots.size());
}

int PlanModel::columnCount(const QModelIndex &) const
{
    return ColumnCount;
}

QVariant PlanModel::text(const Step &step, int column) const
{
    const QueryPlanNode &node = *step.node;
    switch (Column(column)) {
    case StepColumn:
        return stepText(node);
    case RowsColumn:
        if (node.expectedRows && node.actualRows)
            return tr("%1 of %2").arg(number(*node.actualRows), number(*node.expectedRows));
        return node.expectedRows ? QVariant(number(*node.expectedRows)) : QVariant();
    case TimeColumn:
        if (node.ownMs)
            return milliseconds(*node.ownMs);
        return node.cost ? QVariant(tr("cost %1").arg(number(*node.cost))) : QVariant();
    case ShareColumn:
        return step.own && m_whole > 0
                   ? QVariant(tr("%1 %").arg(int(*step.own / m_whole * 100 + 0.5)))
                   : QVariant();
    case ColumnCount:
        break;
    }
    return {};
}

QStringList PlanModel::said(const Step &step) const
{
    return step.marked ? QStringList(m_mark) + remarkTexts(*step.node) : remarkTexts(*step.node);
}

QVariant PlanModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Step &at = *step(index);
    switch (role) {
    case Qt::DisplayRole:
        return text(at, index.column());
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter |
                   (index.column() == StepColumn ? Qt::AlignLeft : Qt::AlignRight));
    case Qt::ToolTipRole:
        return (at.node->details + said(at)).join(u'\n');
    case Qt::AccessibleTextRole: {
        const QStringList remarks = said(at);
        const QString shown = text(at, index.column()).toString();
        return index.column() == StepColumn && !remarks.isEmpty()
                   ? shown + u": "_s + remarks.join(", "_L1)
                   : shown;
    }
    case ShareRole:
        return at.own && m_whole > 0 ? QVariant(*at.own / m_whole) : QVariant();
    case RemarksRole:
        return remarkTexts(*at.node);
    case ChangeRole:
        return at.marked ? m_mark : QString();
    case IsWorstRole:
        return at.node == m_plan.worst();
    case DetailRole:
        return at.node->details.join("; "_L1);
    case TargetRole:
        return at.node->target;
    case OperationRole:
        return at.node->operation;
    case RowsGivenRole: {
        const std::optional<double> rows =
            at.node->actualRows ? at.node->actualRows : at.node->expectedRows;
        return rows ? QVariant(*rows * std::max(1.0, at.node->loops.value_or(1))) : QVariant();
    }
    }
    return {};
}

QVariant PlanModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal)
        return {};
    if (role == Qt::TextAlignmentRole)
        return int(Qt::AlignVCenter | (section == StepColumn ? Qt::AlignLeft : Qt::AlignRight));
    if (role != Qt::DisplayRole)
        return {};
    switch (Column(section)) {
    case StepColumn:
        return tr("Step");
    case RowsColumn:
        return m_plan.wasRun && !m_plan.nodes.empty() && m_plan.nodes.front().actualRows
                   ? tr("Rows: real of expected")
                   : tr("Rows expected");
    case TimeColumn:
        return tr("Own time");
    case ShareColumn:
        return tr("Share");
    case ColumnCount:
        break;
    }
    return {};
}

} // namespace heddle::ui
