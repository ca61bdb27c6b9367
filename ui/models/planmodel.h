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
        OperationRole,                // QString: what it does, in the database's own word
        ChangeRole,                   // QString: "new" or "gone", where plans are compared
        RowsGivenRole,                // double: of all loops, real ones if it was run; or invalid
    };

    explicit PlanModel(QObject *parent = nullptr);
    ~PlanModel() override;

    void setPlan(QueryPlan plan);
    /// Marks the steps that `other` has not with `word`; no plan: nothing is marked. Two steps are
    /// the same if they do the same to the same thing, wherever in the plan they stand.
    void markAgainst(const QueryPlan &other, const QString &word);
    /// The marked steps in the order of the tree.
    QStringList markedSteps() const;
    /// A step that does the same, unmarked; invalid where there is none.
    QModelIndex sameStep(const QModelIndex &ofAnotherModel) const;
    const QueryPlan &plan() const { return m_plan; }
    bool isEmpty() const { return m_plan.nodes.empty(); }
    QModelIndex worstIndex() const;
    /// "Run in 12.5 ms, 40 rows; look first at Seq Scan book: reads the whole table".
    QString summary() const;
    /// "40 rows" and "0.99 ms" of the whole, where it was run.
    QStringList answerTexts() const;
    /// Rows, time and share of a step with their headings, for where no column says them.
    static QStringList figuresOf(const QModelIndex &index);

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
    QStringList said(const Step &step) const;

    QueryPlan m_plan;
    std::vector<std::unique_ptr<Step>> m_steps; // in the order of the tree
    std::vector<Step *> m_roots;
    double m_whole = 0;
    QString m_mark; // what ChangeRole says of a step that the other plan has not
};

/// "reads the whole table": a remark in words.
QString remarkText(QueryPlanNode::Remark remark);

} // namespace heddle::ui
