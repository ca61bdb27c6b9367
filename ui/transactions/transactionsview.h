#pragma once

#include "ui/models/transactionmodel.h"

#include <QWidget>

class QCheckBox;
class QLabel;
class QPushButton;
class QTreeView;

namespace heddle::ui {

/// The transaction that manual commit keeps open, as it is shown.
struct ManualCommit {
    bool enabled = false, open = false;
    bool canEnd = false; // nothing runs in it just now
    QString text;        // how long it has been open, and what was done in it
};

/// The transactions of the run as a tree, and above it how many there are and how they ended. On
/// top manual commit: whether cells run in a transaction that stays open, and what ends it.
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
    /// Emits nothing.
    void setManualCommit(const ManualCommit &manual);
    QString manualText() const;

Q_SIGNALS:
    void manualCommitToggled(bool on);
    void commitRequested();
    void rollBackRequested();
    void recordSelected(std::uint64_t id);
    void callSiteActivated(int line, int column);

private:
    QWidget *makeManualBar();
    void currentChanged(const QModelIndex &current);

    TransactionModel m_model;
    QCheckBox *m_manual = nullptr;
    QLabel *m_manualText = nullptr;
    QPushButton *m_commit = nullptr, *m_rollBack = nullptr;
    QLabel *m_summary = nullptr;
    QTreeView *m_tree = nullptr;
    bool m_quiet = false;
};

} // namespace heddle::ui
