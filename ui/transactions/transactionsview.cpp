#include "ui/transactions/transactionsview.h"

#include "ui/style/icons.h"
#include "ui/style/metrics.h"

#include <QCheckBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QPushButton>
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
    layout->addWidget(makeManualBar());
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

QWidget *TransactionsView::makeManualBar()
{
    auto *bar = new QWidget(this);
    auto *layout = new QHBoxLayout(bar);
    layout->setContentsMargins(metrics::padding, 4, metrics::padding, 0);
    m_manual = new QCheckBox(tr("&Manual commit"), bar);
    m_manual->setToolTip(tr("Sync cells run in one transaction that stays open until you commit "
                            "it or roll it back. A cell that fails is undone, the rest stays"));
    m_manualText = new QLabel(bar);
    m_manualText->setTextFormat(Qt::PlainText);
    m_manualText->setAccessibleName(tr("The open transaction"));
    m_commit = new QPushButton(icon(Icon::Success, IconTone::Parallel), tr("&Commit"), bar);
    m_commit->setToolTip(tr("Save what the cells have changed"));
    m_rollBack = new QPushButton(icon(Icon::Undo), tr("&Roll Back"), bar);
    m_rollBack->setToolTip(tr("Undo what the cells have changed"));
    layout->addWidget(m_manual);
    layout->addWidget(m_manualText, 1);
    layout->addWidget(m_commit);
    layout->addWidget(m_rollBack);
    connect(m_manual, &QCheckBox::clicked, this, &TransactionsView::manualCommitToggled);
    connect(m_commit, &QPushButton::clicked, this, &TransactionsView::commitRequested);
    connect(m_rollBack, &QPushButton::clicked, this, &TransactionsView::rollBackRequested);
    setManualCommit({});
    return bar;
}

void TransactionsView::setManualCommit(const ManualCommit &manual)
{
    m_manual->setChecked(manual.enabled);
    m_manualText->setText(manual.text);
    for (QPushButton *button : {m_commit, m_rollBack}) {
        button->setVisible(manual.enabled || manual.open);
        button->setEnabled(manual.open && manual.canEnd);
    }
}

QString TransactionsView::manualText() const
{
    return m_manualText->text();
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
