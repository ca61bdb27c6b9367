#include "ui/transactions/transactionsview.h"

#include "ui/style/metrics.h"

#include <QHeaderView>
#include <QLabel>
#include <QSet>
#include <QTreeView>
#include <QVBoxLayout>
#include <functional>

namespace heddle::ui {

using namespace Qt::Literals::StringLiterals;

namespace {

std::uint64_t recordOf(const QModelIndex &index)
{
    return index.data(TransactionModel::RecordRole).toULongLong();
}

} // namespace

TransactionsView::TransactionsView(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Transactions"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_summary = new QLabel(this);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setContentsMargins(metrics::padding, 4, metrics::padding, 4);
    m_summary->setAccessibleName(tr("Summary of the transactions"));
    m_summary->setWordWrap(true);
    layout->addWidget(m_summary);
    m_tree = new QTreeView(this);
    m_tree->setModel(&m_model);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setUniformRowHeights(true);
    m_tree->setAccessibleName(tr("Transactions and their statements"));
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(QHeaderView::Interactive);
    m_tree->header()->setSectionResizeMode(TransactionModel::WhatColumn, QHeaderView::Stretch);
    const std::pair<int, int> widths[] = {
        {TransactionModel::StateColumn, 210},      {TransactionModel::IsolationColumn, 150},
        {TransactionModel::ConnectionColumn, 120}, {TransactionModel::DurationColumn, 80},
        {TransactionModel::IdleColumn, 80},        {TransactionModel::LineColumn, 50}};
    for (const auto &[column, width] : widths)
        m_tree->setColumnWidth(column, width);
    layout->addWidget(m_tree, 1);
    setFocusProxy(m_tree);
    connect(m_tree->selectionModel(), &QItemSelectionModel::currentChanged, this,
            &TransactionsView::currentChanged);
    connect(m_tree, &QTreeView::activated, this, [this](const QModelIndex &index) {
        if (const int line = index.data(TransactionModel::LineRole).toInt(); line > 0)
            Q_EMIT callSiteActivated(line, 1);
    });
    setRecords({});
}

QString TransactionsView::summaryText() const
{
    return m_summary->text();
}

void TransactionsView::setRecords(const std::vector<TraceRecord> &records)
{
    QSet<std::uint64_t> unfolded, known;
    const std::function<void(const QModelIndex &)> remember = [&](const QModelIndex &parent) {
        for (int row = 0; row < m_model.rowCount(parent); ++row) {
            const QModelIndex index = m_model.index(row, 0, parent);
            if (!m_model.hasChildren(index))
                continue;
            known.insert(recordOf(index));
            if (m_tree->isExpanded(index))
                unfolded.insert(recordOf(index));
            remember(index);
        }
    };
    remember({});
    const std::uint64_t selected = recordOf(m_tree->currentIndex());
    m_model.setRecords(records);
    const std::function<void(const QModelIndex &)> unfold = [&](const QModelIndex &parent) {
        for (int row = 0; row < m_model.rowCount(parent); ++row) {
            const QModelIndex index = m_model.index(row, 0, parent);
            const std::uint64_t id = recordOf(index);
            // Few transactions are shown with what is in them, many as a list.
            constexpr int fewest = 20;
            if (unfolded.contains(id) ||
                (!known.contains(id) && m_model.transactionCount() <= fewest))
                m_tree->expand(index);
            unfold(index);
        }
    };
    unfold({});
    if (selected)
        selectRecord(selected);
    m_summary->setText(m_model.summary());
}

void TransactionsView::selectRecord(std::uint64_t id)
{
    const QModelIndex index = m_model.indexOfRecord(id);
    m_quiet = true;
    if (index.isValid())
        m_tree->setCurrentIndex(index);
    m_quiet = false;
}

void TransactionsView::currentChanged(const QModelIndex &current)
{
    if (!m_quiet && current.isValid())
        Q_EMIT recordSelected(recordOf(current));
}

} // namespace heddle::ui
