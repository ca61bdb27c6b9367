#pragma once

#include "orm/objects/queryplan.h"

#include <QAbstractItemModel>

namespace heddle::ui {

/// A database's plan as a tree of steps. Each step's share is that of the measured time, or of the
/// cost where nothing was measured.
class PlanModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column { StepColumn, RowsColumn, TimeColumn, ShareColumn, ColumnCount };
    enum Role {
        ShareRole = Qt::UserRole + 1, // double, 0 to 1; invalid where nothing is known
        RemarksRole,                  // QStringList: what stands out, in words
        IsWorstRole,                  // bool: where to look first
        DetailRole,                   // QString: conditions, in one line
        TargetRole,                   // QString: what the step reads
    };

    explicit PlanModel(QObject *parent = nullptr);
    ~PlanModel() override;

    void setPlan(QueryPlan plan);
    const QueryPlan &plan() const { return m_plan; }
    bool isEmpty() const { return m_plan.nodes.empty(); }
    QModelIndex worstIndex() const;
    /// "Run in 12.5 ms, 40 rows; look first at Seq Scan book: reads the whole table".
    QString summary() const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Step;
    const Step *step(const QModelIndex &index) const;
    void add(const std::vector<QueryPlanNode> &nodes, Step *parent);
    QVariant text(const Step &step, int column) const;

    QueryPlan m_plan;
    std::vector<std::unique_ptr<Step>> m_steps; // in the order of the tree
    std::vector<Step *> m_roots;
    double m_whole = 0;
};

/// "reads the whole table": a remark in words.
QString remarkText(QueryPlanNode::Remark remark);

} // namespace heddle::ui
