#include "ui/results/resultsview.h"

#include "ui/results/cellviewer.h"
#include "ui/results/resulttable.h"
#include "ui/style/icons.h"

#include <QApplication>
#include <QClipboard>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QSplitter>
#include <QStackedWidget>
#include <QStyle>
#include <QToolButton>
#include <QVBoxLayout>
#include <QtConcurrentRun>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

// Up to here the text is made at once, so that a paste right after the copy is never too early.
constexpr qint64 mostCellsAtOnce = 20'000;

} // namespace

ResultsView::ResultsView(ResultModel &model, QWidget *parent) : QWidget(parent), m_model(model)
{
    setAccessibleName(tr("Results"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);

    m_message = new QLabel(this);
    m_message->setProperty("role", u"alarm"_s);
    m_message->setWordWrap(true);
    m_message->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
    m_message->setAccessibleName(tr("Message"));
    m_message->hide();
    layout->addWidget(m_message);

    m_table = new ResultTable(this);
    m_table->setModel(&model);
    m_table->setAccessibleName(tr("Result rows"));
    m_viewer = new CellViewer(this);
    m_viewer->hide();
    auto *splitter = new QSplitter(Qt::Horizontal, this);
    splitter->addWidget(m_table);
    splitter->addWidget(m_viewer);
    splitter->setStretchFactor(0, 3);
    splitter->setStretchFactor(1, 1);
    splitter->setCollapsible(0, false);
    m_empty = new QLabel(
        tr("No rows yet. Run a cell that ends in a queryset, and they appear here as they arrive."),
        this);
    m_empty->setProperty("role", u"muted"_s);
    m_empty->setAlignment(Qt::AlignCenter);
    m_empty->setWordWrap(true);
    m_empty->setMargin(12);
    m_pages = new QStackedWidget(this);
    m_pages->addWidget(splitter);
    m_pages->addWidget(m_empty);
    layout->addWidget(m_pages, 1);

    auto *line = new QWidget(this);
    auto *lineLayout = new QHBoxLayout(line);
    lineLayout->setContentsMargins(10, 2, 6, 2);
    m_status = new QLabel(line);
    m_status->setProperty("role", u"muted"_s);
    m_status->setAccessibleName(tr("State of the result"));
    m_copy = new QToolButton(line);
    m_copy->setText(tr("Copy"));
    m_copy->setIcon(icon(Icon::Copy, IconTone::Muted));
    m_copy->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    m_copy->setProperty("flat", true);
    m_copy->setPopupMode(QToolButton::InstantPopup);
    m_copy->setAccessibleName(tr("Copy the selected cells as"));
    lineLayout->addWidget(m_status, 1);
    lineLayout->addWidget(m_copy);
    layout->addWidget(line);
    buildCopyMenu();

    connect(m_table, &ResultTable::copyRequested, this, [this] { copy(CopyFormat::Tsv); });
    connect(m_table, &ResultTable::viewerRequested, this,
            [this] { setViewerShown(m_viewer->isHidden()); });
    connect(m_table, &QTableView::doubleClicked, this, [this] { setViewerShown(true); });
    connect(m_table->horizontalHeader(), &QHeaderView::sectionClicked, this,
            &ResultsView::headerClicked);
    connect(m_table->selectionModel(), &QItemSelectionModel::currentChanged, this,
            [this](const QModelIndex &current) {
                updateViewer();
                Q_EMIT currentRowChanged(current.isValid() ? current.row() : -1);
            });
    connect(m_viewer, &CellViewer::closed, this, [this] { setViewerShown(false); });
    connect(&m_clipboardText, &QFutureWatcher<QString>::finished, this,
            &ResultsView::clipboardReady);
    connect(&model, &ResultModel::stateChanged, this, &ResultsView::stateChanged);
    connect(&model, &ResultModel::rowsInserted, this, &ResultsView::updateStatus);
    m_statusTimer.setInterval(100);
    connect(&m_statusTimer, &QTimer::timeout, this, &ResultsView::updateStatus);
    setFocusProxy(m_table);
    stateChanged();
}

ResultsView::~ResultsView()
{
    m_clipboardText.disconnect(this);
}

void ResultsView::buildCopyMenu()
{
    auto *menu = new QMenu(m_copy);
    const auto add = [this, menu](const QString &text, CopyFormat format) {
        menu->addAction(text, this, [this, format] { copy(format); });
    };
    add(tr("Copy\tCtrl+C"), CopyFormat::Tsv);
    add(tr("Copy with headers"), CopyFormat::TsvWithHeaders);
    menu->addSeparator();
    add(tr("Copy as CSV"), CopyFormat::Csv);
    add(tr("Copy as JSON"), CopyFormat::Json);
    add(tr("Copy as Markdown"), CopyFormat::Markdown);
    add(tr("Copy as INSERT statements"), CopyFormat::Insert);
    add(tr("Copy as a queryset filter"), CopyFormat::Filter);
    menu->addSeparator();
    menu->addAction(tr("Show the whole cell\tShift+Enter"), this, [this] { setViewerShown(true); });
    m_copy->setMenu(menu);
    m_table->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_table, &QWidget::customContextMenuRequested, this,
            [this, menu](const QPoint &at) { menu->popup(m_table->viewport()->mapToGlobal(at)); });
}

void ResultsView::copy(CopyFormat format)
{
    const CellSelection selection = m_table->cellSelection();
    if (selection.cellCount() == 0)
        return;
    if (selection.cellCount() <= mostCellsAtOnce) {
        QApplication::clipboard()->setText(
            resultText(m_model.rows(), selection, format, m_model.source()));
        Q_EMIT copied(tr("%1 cells copied").arg(selection.cellCount()));
        return;
    }
    Q_EMIT copied(tr("Copying %1 cells …").arg(QLocale().toString(selection.cellCount())));
    m_clipboardText.setFuture(
        QtConcurrent::run([rows = m_model.rows(), selection, format, source = m_model.source()] {
            return resultText(rows, selection, format, source);
        }));
}

void ResultsView::clipboardReady()
{
    if (m_clipboardText.isCanceled() || m_clipboardText.future().resultCount() == 0)
        return;
    QApplication::clipboard()->setText(m_clipboardText.result());
    Q_EMIT copied(tr("Copied"));
}

void ResultsView::headerClicked(int section)
{
    const QString column = m_model.headerData(section, Qt::Horizontal, Qt::DisplayRole).toString();
    setShownOrder(column, column == m_orderColumn && !m_orderDescending);
    Q_EMIT orderRequested(column, m_orderDescending);
}

void ResultsView::setShownOrder(const QString &column, bool descending)
{
    m_orderColumn = column;
    m_orderDescending = descending;
    const qsizetype section = column.isEmpty() ? -1 : m_model.rows().columns().indexOf(column);
    m_table->horizontalHeader()->setSortIndicatorShown(section >= 0);
    if (section >= 0)
        m_table->horizontalHeader()->setSortIndicator(
            int(section), descending ? Qt::DescendingOrder : Qt::AscendingOrder);
}

void ResultsView::setViewerShown(bool shown)
{
    m_viewer->setVisible(shown);
    if (shown)
        updateViewer();
    else
        m_table->setFocus();
}

void ResultsView::updateViewer()
{
    if (m_viewer->isHidden())
        return;
    const QModelIndex current = m_table->currentIndex();
    if (!current.isValid()) {
        m_viewer->showValue(tr("no cell"), Value());
        return;
    }
    const QString name =
        m_model.headerData(current.column(), Qt::Horizontal, Qt::DisplayRole).toString();
    m_viewer->showValue(tr("%1, row %2").arg(name).arg(current.row() + 1),
                        m_model.rows().value(current.row(), current.column()));
}

void ResultsView::showMessage(const QString &message)
{
    // A run that was stopped is no failure: it says so in the quiet colours.
    const QString role = m_model.state() == ResultState::Cancelled ? u"strip"_s : u"alarm"_s;
    if (m_message->property("role").toString() != role) {
        m_message->setProperty("role", role);
        m_message->style()->polish(m_message);
    }
    m_message->setText(message);
    m_message->setVisible(!message.isEmpty());
}

void ResultsView::stateChanged()
{
    const ResultState state = m_model.state();
    if (state == ResultState::Streaming)
        m_statusTimer.start();
    else
        m_statusTimer.stop();
    showMessage(m_model.message());
    m_pages->setCurrentIndex(m_model.columnCount() == 0 ? 1 : 0);
    if (m_model.columnCount() > 0 && m_model.rowCount() == 0)
        m_table->fitColumns();
    if (state == ResultState::Failed && m_model.columnCount() == 0)
        m_empty->setText(tr("There is no result: the run failed."));
    else
        m_empty->setText(tr("No rows yet. Run a cell that ends in a queryset, and they appear here "
                            "as they arrive."));
    m_copy->setEnabled(m_model.columnCount() > 0);
    if (!m_orderColumn.isEmpty())
        setShownOrder(m_orderColumn,
                      m_orderDescending); // a new result: its columns may stand elsewhere
    updateStatus();
}

void ResultsView::updateStatus()
{
    m_status->setText(m_model.statusText());
}

} // namespace heddle::ui
