#pragma once

#include "ui/models/transactionmodel.h"

#include <QWidget>

class QLabel;
class QTreeView;

namespace heddle::ui {

/// The transactions of the run as a tree, and above it how many there are and how they ended.
class TransactionsView final : public QWidget {
    Q_OBJECT
public:
    explicit TransactionsView(QWidget *parent = nullptr);

    TransactionModel &model() { return m_model; }
    /// Keeps what is unfolded and what is selected.
    void setRecords(const std::vector<TraceRecord> &records);
    /// Selects what a record belongs to; emits nothing.
    void selectRecord(std::uint64_t id);
    QString summaryText() const;

Q_SIGNALS:
    void recordSelected(std::uint64_t id);
    void callSiteActivated(int line, int column);

private:
    void currentChanged(const QModelIndex &current);

    TransactionModel m_model;
    QLabel *m_summary = nullptr;
    QTreeView *m_tree = nullptr;
    bool m_quiet = false;
};

} // namespace heddle::ui
