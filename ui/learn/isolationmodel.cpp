#include "ui/learn/isolationmodel.h"

#include <QCoreApplication>

namespace heddle::ui {

QString isolationStateText(IsolationStep::State state)
{
    const auto tr = [](const char *text) {
        return QCoreApplication::translate("IsolationView", text);
    };
    switch (state) {
    case IsolationStep::State::ToCome:
        return tr("To come");
    case IsolationStep::State::Next:
        return tr("Next");
    case IsolationStep::State::Running:
        return tr("Running");
    case IsolationStep::State::Waiting:
        return tr("Waits for the other session's lock");
    case IsolationStep::State::Done:
        return tr("Done");
    case IsolationStep::State::Refused:
        return tr("Refused");
    case IsolationStep::State::NotRun:
        return tr("Not run");
    }
    return {};
}

void IsolationModel::setSteps(const QList<IsolationStep> &steps)
{
    QList<Row> rows;
    for (int step = 0; step < steps.size(); ++step) {
        rows.append({step, -1});
        for (int i = 0; i < steps[step].anomalies.size(); ++i)
            rows.append({step, i});
    }
    if (rows != m_rows) {
        beginResetModel();
        m_steps = steps;
        m_rows = rows;
        endResetModel();
        return;
    }
    m_steps = steps;
    if (!m_rows.isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(int(m_rows.size()) - 1, ColumnCount - 1));
}

int IsolationModel::stepOfRow(int row) const
{
    return row >= 0 && row < m_rows.size() ? m_rows[row].step : -1;
}

int IsolationModel::rowOfStep(int step) const
{
    for (int row = 0; row < m_rows.size(); ++row) {
        if (m_rows[row].step == step)
            return row;
    }
    return -1;
}

bool IsolationModel::isAnomaly(int row) const
{
    return row >= 0 && row < m_rows.size() && m_rows[row].anomaly >= 0;
}

int IsolationModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.size());
}

int IsolationModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : ColumnCount;
}

QVariant IsolationModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid())
        return {};
    const Row &row = m_rows[index.row()];
    const IsolationStep &step = m_steps[row.step];
    if (row.anomaly >= 0) {
        if (role == AnomalyRole)
            return true;
        if (index.column() == NumberColumn &&
            (role == Qt::DisplayRole || role == Qt::AccessibleTextRole || role == Qt::ToolTipRole))
            return step.anomalies[row.anomaly];
        return {};
    }
    if (index.column() == NumberColumn) {
        if (role == Qt::DisplayRole)
            return QString::number(row.step + 1);
        if (role == StateRole)
            return int(step.state);
        if (role == Qt::AccessibleTextRole || role == Qt::ToolTipRole)
            return tr("Step %1: %2").arg(row.step + 1).arg(isolationStateText(step.state));
        return {};
    }
    if (index.column() - FirstSessionColumn != step.session)
        return {};
    switch (role) {
    case Qt::DisplayRole:
    case Qt::EditRole:
        return step.text;
    case StateRole:
        return int(step.state);
    case ResultRole:
        return step.result;
    case Qt::AccessibleTextRole: {
        const QString said = tr("Step %1, session %2: %3. %4")
                                 .arg(row.step + 1)
                                 .arg(step.session == 0 ? tr("A") : tr("B"), step.text,
                                      isolationStateText(step.state));
        return step.result.isEmpty() ? said : said + QStringLiteral(": ") + step.result;
    }
    default:
        return {};
    }
}

bool IsolationModel::setData(const QModelIndex &index, const QVariant &value, int role)
{
    if (role != Qt::EditRole || !(flags(index) & Qt::ItemIsEditable))
        return false;
    const int step = stepOfRow(index.row());
    const QString text = value.toString().trimmed();
    if (text == m_steps[step].text)
        return false;
    Q_EMIT textEdited(step, text);
    return true;
}

QVariant IsolationModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || role != Qt::DisplayRole)
        return {};
    switch (section) {
    case NumberColumn:
        return tr("Step");
    case FirstSessionColumn:
        return tr("Session A");
    case SecondSessionColumn:
        return tr("Session B");
    default:
        return {};
    }
}

Qt::ItemFlags IsolationModel::flags(const QModelIndex &index) const
{
    Qt::ItemFlags flags = Qt::ItemIsEnabled | Qt::ItemIsSelectable;
    if (m_editable && index.isValid() && !isAnomaly(index.row()) &&
        index.column() - FirstSessionColumn == m_steps[stepOfRow(index.row())].session)
        flags |= Qt::ItemIsEditable;
    return flags;
}

} // namespace heddle::ui
