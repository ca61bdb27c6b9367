#pragma once

#include "orm/analysis/tracelog.h"

#include <QAbstractItemModel>
#include <memory>

namespace heddle::ui {

/// What became of a block of a transaction, as its records tell.
enum class TransactionOutcome : std::uint8_t {
    Active, // a statement of it was on its way when it was last heard of
    Idle,   // open, and nothing runs in it
    Committed,
    RolledBack,
    Failed, // COMMIT was refused
    Lost,   // another one began on its connection: that had been lost, or was reset
};

/// The transactions of a trace as a tree: blocks, savepoints inside them, and the statements of
/// each in the order in which they began.
///
/// Computed from the records alone, so it works on a saved trace as well. GUI thread only.
class TransactionModel final : public QAbstractItemModel {
    Q_OBJECT
public:
    enum Column {
        WhatColumn,
        StateColumn,
        IsolationColumn,
        ConnectionColumn,
        DurationColumn,
        IdleColumn,
        LineColumn,
        ColumnCount
    };
    enum Role {
        RecordRole = Qt::UserRole + 1, // qulonglong: the trace id of what began it
        LineRole,                      // int: where it was asked; 0: unknown
        OutcomeRole,                   // int: TransactionOutcome; invalid for statements
    };

    explicit TransactionModel(QObject *parent = nullptr);
    ~TransactionModel() override;

    /// Takes a copy of what it shows; the records need not live on.
    void setRecords(const std::vector<TraceRecord> &records);
    int openCount() const { return m_open; }
    /// Savepoints are not counted.
    int transactionCount() const { return int(m_roots.size()); }
    /// "3 transactions: 1 open, 1 rolled back".
    QString summary() const;
    /// The block or statement that this record is of; invalid if it is in no transaction.
    QModelIndex indexOfRecord(std::uint64_t id) const;

    QModelIndex index(int row, int column, const QModelIndex &parent = {}) const override;
    QModelIndex parent(const QModelIndex &index) const override;
    int rowCount(const QModelIndex &parent = {}) const override;
    int columnCount(const QModelIndex &parent = {}) const override;
    QVariant data(const QModelIndex &index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Node;
    const Node *node(const QModelIndex &index) const;
    Node *add(Node *parent);
    Node *addBlock(const analysis::TraceLog &log, std::size_t block, Node *parent);
    void addStatement(const TraceRecord &record, Node *parent);
    void addWaits(const TraceRecord &statement, Node *parent);
    QVariant text(const Node &node, int column) const;
    QString details(const Node &node) const;

    std::vector<std::unique_ptr<Node>> m_nodes;
    std::vector<Node *> m_roots;
    std::vector<const TraceRecord *> m_waits; // while it is built
    int m_open = 0;
};

/// "committed", "idle in transaction": in words.
QString transactionOutcomeText(TransactionOutcome outcome);
/// The level that a BEGIN asked for: "SERIALIZABLE"; empty if it left that to the database.
QString isolationIn(const QByteArray &beginSql);

} // namespace heddle::ui
