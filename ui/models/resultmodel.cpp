#include "ui/models/resultmodel.h"

#include "ui/models/resulttext.h"
#include "ui/models/timelinegeometry.h"

#include <QLocale>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

// About two frames: new rows still seem to flow.
constexpr std::chrono::milliseconds showInterval{40};

bool isNumeric(const Column &column, int row)
{
    switch (column.kind()) {
    case ColumnKind::Int64:
    case ColumnKind::Double:
    case ColumnKind::Decimal:
    case ColumnKind::Duration:
        return true;
    case ColumnKind::Variant: {
        const Value value = column.value(row);
        return value.isNumber() && value.type() != Value::Type::Bool;
    }
    case ColumnKind::Bool:
    case ColumnKind::Text:
    case ColumnKind::Bytes:
    case ColumnKind::Date:
    case ColumnKind::Time:
    case ColumnKind::DateTime:
    case ColumnKind::Uuid:
    case ColumnKind::Json:
        return false;
    }
    return false;
}

} // namespace

ResultModel::ResultModel(QObject *parent) : QAbstractTableModel(parent)
{
    m_showTimer.setSingleShot(true);
    m_showTimer.setInterval(showInterval);
    connect(&m_showTimer, &QTimer::timeout, this, &ResultModel::showArrived);
}

void ResultModel::begin(const QStringList &columns, const ResultSource &source)
{
    m_showTimer.stop();
    beginResetModel();
    m_rows = ResultRows(columns);
    m_shown = 0;
    m_source = source;
    m_message.clear();
    m_elapsed = {};
    m_state = ResultState::Streaming;
    m_clock.start();
    endResetModel();
    Q_EMIT stateChanged();
}

void ResultModel::appendBatch(const RowBatchPtr &batch)
{
    if (m_state != ResultState::Streaming)
        return; // a straggler of a result that has been given up
    if (!m_rows.append(batch)) {
        finish(ResultState::Failed, tr("The rows that arrived do not fit this table."));
        return;
    }
    if (m_shown == 0)
        showArrived(); // the first rows at once: they are what one waits for
    else if (!m_showTimer.isActive())
        m_showTimer.start();
}

void ResultModel::showArrived()
{
    const int arrived = m_rows.rowCount();
    if (arrived == m_shown)
        return;
    beginInsertRows({}, m_shown, arrived - 1);
    m_shown = arrived;
    endInsertRows();
}

void ResultModel::finish(ResultState state, const QString &message,
                         std::chrono::nanoseconds elapsed)
{
    m_showTimer.stop();
    showArrived();
    m_elapsed = elapsed.count() > 0
                    ? elapsed
                    : std::chrono::nanoseconds(m_clock.isValid() ? m_clock.nsecsElapsed() : 0);
    m_state = state;
    m_message = message;
    Q_EMIT stateChanged();
}

void ResultModel::clear()
{
    m_showTimer.stop();
    beginResetModel();
    m_rows = {};
    m_shown = 0;
    m_state = ResultState::Empty;
    m_message.clear();
    endResetModel();
    Q_EMIT stateChanged();
}

std::chrono::nanoseconds ResultModel::elapsed() const
{
    if (m_state == ResultState::Streaming)
        return std::chrono::nanoseconds(m_clock.nsecsElapsed());
    return m_elapsed;
}

QString ResultModel::statusText() const
{
    const int count = m_rows.rowCount();
    const QString rows = count == 1 ? tr("1 row") : tr("%1 rows").arg(QLocale().toString(count));
    const QString time = durationText(elapsed().count());
    switch (m_state) {
    case ResultState::Empty:
        return {};
    case ResultState::Streaming:
        return count == 0 ? tr("Waiting for the first row · %1").arg(time)
                          : tr("%1 so far · %2").arg(rows, time);
    case ResultState::Complete:
        return tr("%1 in %2").arg(rows, time);
    case ResultState::Cancelled:
        return tr("Stopped after %1, %2").arg(rows, time);
    case ResultState::Failed:
        return count == 0 ? tr("Failed after %1").arg(time)
                          : tr("Failed after %1, %2").arg(rows, time);
    }
    return {};
}

int ResultModel::rowCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : m_shown;
}

int ResultModel::columnCount(const QModelIndex &parent) const
{
    return parent.isValid() ? 0 : int(m_rows.columns().size());
}

QString ResultModel::displayText(int row, int column) const
{
    const ResultRows::Cell cell = m_rows.cell(row, column);
    return cellLine(*cell.column, cell.row);
}

QVariant ResultModel::data(const QModelIndex &index, int role) const
{
    if (!index.isValid() || index.row() >= m_shown)
        return {};
    const ResultRows::Cell cell = m_rows.cell(index.row(), index.column());
    switch (role) {
    case Qt::DisplayRole:
    case Qt::AccessibleTextRole:
        return cellLine(*cell.column, cell.row);
    case Qt::TextAlignmentRole:
        return int(Qt::AlignVCenter |
                   (isNumeric(*cell.column, cell.row) ? Qt::AlignRight : Qt::AlignLeft));
    case NullRole:
        return cell.column->isNull(cell.row);
    default:
        return {};
    }
}

QVariant ResultModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (section < 0)
        return {};
    if (role == Qt::DisplayRole)
        return orientation == Qt::Horizontal ? QVariant(m_rows.columns().value(section))
                                             : QVariant(section + 1);
    if (role == Qt::TextAlignmentRole) {
        // A title stands where its column's numbers or texts stand.
        bool right = orientation == Qt::Vertical;
        if (!right && m_shown > 0 && section < m_rows.columns().size()) {
            const ResultRows::Cell first = m_rows.cell(0, section);
            right = isNumeric(*first.column, first.row);
        }
        return int(Qt::AlignVCenter | (right ? Qt::AlignRight : Qt::AlignLeft));
    }
    return {};
}

} // namespace heddle::ui
