#pragma once

#include <QAbstractTableModel>
#include <QList>
#include <QStringList>

namespace heddle::ui {

/// One step of the lab as it is shown. Text is in Django's notation, or BEGIN, COMMIT, ROLLBACK.
struct IsolationStep {
    enum class State { ToCome, Next, Running, Waiting, Done, Refused, NotRun };
    int session = 0; // 0: A, 1: B
    QString text;
    State state = State::ToCome;
    QString result;        // what came of it, in lines
    QStringList anomalies; // sentences: what happened with this step
    friend bool operator==(const IsolationStep &, const IsolationStep &) = default;
};

/// A state's word: "Done".
QString isolationStateText(IsolationStep::State state);

/// The lab's steps, a row each, in their common order: a number, session A's column, session B's.
/// What happened with a step is a row of its own under it.
class IsolationModel final : public QAbstractTableModel {
    Q_OBJECT
public:
    enum Column { NumberColumn, FirstSessionColumn, SecondSessionColumn, ColumnCount };
    enum Role {
        StateRole = Qt::UserRole + 1, // IsolationStep::State; invalid where there is no step
        ResultRole,
        AnomalyRole, // true in the rows of what happened
    };

    using QAbstractTableModel::QAbstractTableModel;

    /// Keeps the rows if only their contents are new.
    void setSteps(const QList<IsolationStep> &steps);
    const QList<IsolationStep> &steps() const { return m_steps; }
    /// While steps run they cannot be edited.
    void setEditable(bool editable) { m_editable = editable; }
    /// The step that a row shows, or belongs to; -1: none.
    int stepOfRow(int row) const;
    int rowOfStep(int step) const;
    bool isAnomaly(int row) const;

    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role = Qt::DisplayRole) const override;
    bool setData(const QModelIndex &index, const QVariant &value, int role) override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;
    Qt::ItemFlags flags(const QModelIndex &index) const override;

Q_SIGNALS:
    void textEdited(int step, const QString &text);

private:
    struct Row {
        int step = 0;
        int anomaly = -1; // of the step's; -1: the step itself
        friend bool operator==(const Row &, const Row &) = default;
    };

    QList<IsolationStep> m_steps;
    QList<Row> m_rows;
    bool m_editable = true;
};

} // namespace heddle::ui
