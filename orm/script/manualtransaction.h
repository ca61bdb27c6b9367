#pragma once

#include "orm/objects/transaction.h"

#include <memory>
#include <mutex>

namespace heddle::script {

/// What a workbook's open transaction is, for people.
struct ManualState {
    bool enabled = false; // the next sync cell begins one
    bool open = false;
    std::int64_t openedNs = 0; // monotonicNs()
    std::int64_t queries = 0;  // of the cells that ran in it
    int cells = 0;             // that ran in it and were not undone
    bool operator==(const ManualState &) const = default;
};

/// Manual commit: a transaction that stays open from cell to cell until somebody commits it or
/// rolls it back.
///
/// It begins before the first sync cell. Each cell is a savepoint in it: one that fails is undone,
/// and what the others did stays. On SQLite it takes the lock for writing at the first write. All
/// but state() and setEnabled() belong to the thread that the sync cells run on.
class ManualTransaction {
public:
    explicit ManualTransaction(const Database &database) : m_database(database) {}
    /// Rolls back what is open; on the cells' thread.
    ~ManualTransaction();

    // --- Any thread ---
    void setEnabled(bool enabled);
    ManualState state() const;
    /// Whether cells run in it: what is open is used until its end.
    bool isUsed() const;

    // --- The cells' thread ---
    /// `about`: run, sink and place for the timeline; the sink must outlive the transaction. Throws
    /// what BEGIN or SAVEPOINT throws; then nothing is left of this cell.
    void enterCell(const PlanContext &about);
    /// Throws what ends the savepoint throws: if the connection was lost, the transaction is.
    void leaveCell(bool succeeded, std::int64_t queries);
    /// Throws what COMMIT throws; the transaction has ended in any case.
    void finish(bool commit);

private:
    Database m_database;
    std::unique_ptr<AtomicBlock> m_block, m_cell;
    mutable std::mutex m_mutex; // of the state
    ManualState m_state;
};

} // namespace heddle::script
