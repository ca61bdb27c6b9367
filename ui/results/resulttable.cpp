#include "ui/results/resulttable.h"

#include "ui/results/resultdelegate.h"
#include "ui/style/metrics.h"

#include <QHeaderView>
#include <QKeyEvent>
#include <algorithm>
#include <set>

namespace heddle::ui {

namespace {

bool isViewerKey(const QKeyEvent &key)
{
    return (key.key() == Qt::Key_Return || key.key() == Qt::Key_Enter) &&
           (key.modifiers() & Qt::ShiftModifier);
}

} // namespace

ResultTable::ResultTable(QWidget *parent) : QTableView(parent)
{
    setItemDelegate(new ResultDelegate(this));
    setEditTriggers(NoEditTriggers);
    setSelectionMode(ExtendedSelection);
    setHorizontalScrollMode(ScrollPerPixel);
    setWordWrap(false);
    setTabKeyNavigation(false); // Tab leaves the grid; the arrows move in it
    setCornerButtonEnabled(true);
    verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    verticalHeader()->setMinimumSectionSize(metrics::rowHeight);
    verticalHeader()->setDefaultSectionSize(metrics::rowHeight);
    verticalHeader()->setDefaultAlignment(Qt::AlignRight | Qt::AlignVCenter);
    verticalHeader()->setHighlightSections(false);
    horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    horizontalHeader()->setHighlightSections(false);
    horizontalHeader()->setSectionsClickable(true);
    horizontalHeader()->setSectionsMovable(true);
    horizontalHeader()->setStretchLastSection(false);
}

void ResultTable::setModel(QAbstractItemModel *model)
{
    QTableView::setModel(model);
    if (!model)
        return;
    connect(model, &QAbstractItemModel::modelReset, this, [this] { m_fitted = false; });
    connect(model, &QAbstractItemModel::rowsInserted, this, [this] {
        if (!m_fitted)
            fitColumns();
        m_fitted = true;
    });
}

void ResultTable::fitColumns()
{
    constexpr int mostCells = 2000; // measuring takes a microsecond or two each
    constexpr int narrowest = 48;
    constexpr int widest = 360;
    const int columns = model()->columnCount();
    const int rows =
        std::min(model()->rowCount(), std::clamp(mostCells / std::max(columns, 1), 5, 60));
    const QFontMetrics font = fontMetrics();
    const QFontMetrics header = horizontalHeader()->fontMetrics();
    for (int column = 0; column < columns; ++column) {
        // Room for the arrow of the order.
        const QString title =
            model()->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString();
        int width = header.horizontalAdvance(title) * 11 / 10 + 22;
        for (int row = 0; row < rows; ++row)
            width = std::max(width,
                             font.horizontalAdvance(model()->index(row, column).data().toString()));
        setColumnWidth(column, std::clamp(width + 2 * metrics::padding + 4, narrowest, widest));
    }
}

CellSelection ResultTable::cellSelection() const
{
    CellSelection cells;
    std::set<int> columns;
    std::vector<CellSelection::Range> rows;
    const QItemSelection selection =
        selectionModel() ? selectionModel()->selection() : QItemSelection();
    for (const QItemSelectionRange &range : selection) {
        rows.push_back({range.top(), range.bottom()});
        for (int column = range.left(); column <= range.right(); ++column)
            columns.insert(column);
    }
    if (rows.empty() && currentIndex().isValid()) {
        rows.push_back({currentIndex().row(), currentIndex().row()});
        columns.insert(currentIndex().column());
    }
    std::sort(rows.begin(), rows.end(),
              [](const auto &a, const auto &b) { return a.first < b.first; });
    for (const CellSelection::Range &range : rows) {
        if (!cells.rows.empty() && range.first <= cells.rows.back().last + 1)
            cells.rows.back().last = std::max(cells.rows.back().last, range.last);
        else
            cells.rows.push_back(range);
    }
    cells.columns.assign(columns.begin(), columns.end());
    // As they stand on screen: columns can be dragged.
    std::sort(cells.columns.begin(), cells.columns.end(), [this](int a, int b) {
        return horizontalHeader()->visualIndex(a) < horizontalHeader()->visualIndex(b);
    });
    return cells;
}

bool ResultTable::event(QEvent *event)
{
    if (event->type() == QEvent::ShortcutOverride) {
        // In the grid these keys are the grid's, whatever the window uses them for.
        auto *key = static_cast<QKeyEvent *>(event);
        if (isViewerKey(*key) || key->matches(QKeySequence::Copy) ||
            key->matches(QKeySequence::SelectAll)) {
            event->accept();
            return true;
        }
    }
    return QTableView::event(event);
}

void ResultTable::keyPressEvent(QKeyEvent *event)
{
    if (isViewerKey(*event))
        Q_EMIT viewerRequested();
    else if (event->matches(QKeySequence::Copy))
        Q_EMIT copyRequested();
    else
        QTableView::keyPressEvent(event);
}

} // namespace heddle::ui
