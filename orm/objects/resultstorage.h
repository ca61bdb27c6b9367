#pragma once

#include "orm/objects/database.h"
#include "orm/objects/record.h"
#include "orm/objects/rowuse.h"

#include <QHash>
#include <mutex>

namespace heddle {

/// What the rows of one evaluation share: the batches and where they came from. Outlives its
/// ResultSet as long as a row is held.
struct ResultStorage {
    Database database;
    Query query;
    std::shared_ptr<const ResultShape> shape;
    std::vector<RowBatchPtr> batches;
    std::vector<qint64> firstRow; // of each batch; empty if there is but one
    qint64 rows = 0;
    std::uint64_t id = 0;
    CallSite origin;
    std::shared_ptr<RowUse> use; // null: nobody asks what the rows are used for

    /// What LoadMode::Peers brought for all rows at once: by relation (or deferred field) name,
    /// then by the key's text.
    mutable std::mutex mutex;
    mutable QHash<QString, std::shared_ptr<const std::vector<std::pair<Value, Record>>>> peers;

    /// All batches of the result; once.
    void take(std::vector<RowBatchPtr> &&all)
    {
        batches = std::move(all);
        for (const RowBatchPtr &batch : batches) {
            if (batches.size() > 1)
                firstRow.push_back(rows);
            rows += batch->rowCount();
            if (use)
                use->arrived(*batch);
        }
    }
    /// A cell, which is not taken for one that the program has read.
    Value value(qint64 row, int column) const;
    Value readValue(qint64 row, int column) const
    {
        if (use)
            use->readColumn(column);
        return value(row, column);
    }
};

/// One object: a row of a storage, what was set on it, and what was loaded for it since.
struct Record::Data {
    std::shared_ptr<ResultStorage> storage;
    const RowLayout *layout = nullptr; // inside storage->shape
    qint64 row = -1;
    bool root = true; // the row's own model, not one that select_related brought

    std::mutex mutex;    // guards what follows: cells that run in parallel may hold the same object
    bool adding = false; // no row stands for it yet
    QHash<int, Value> values;        // by Field::index: set, or loaded later
    QHash<int, ExprPtr> expressions; // set to what the database is to work out
    QHash<QString, Record> related;
    QHash<QString, std::weak_ptr<Data>> owners; // prefetched for them, by the name of the way back
    QHash<QString, ResultSetPtr> prefetched;
};

} // namespace heddle
