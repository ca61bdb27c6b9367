#pragma once

#include <QStringList>
#include <optional>
#include <utility>
#include <vector>

namespace heddle {

/// How save() decides between INSERT and UPDATE, and which columns it writes. Django's arguments of
/// the same names.
struct SaveOptions {
    bool forceInsert = false;
    bool forceUpdate = false;
    std::optional<QStringList> updateFields; // empty: nothing is saved
};

struct BulkCreateOptions {
    std::optional<qint64> batchSize; // objects a statement; nothing: as many as it may have
    bool ignoreConflicts = false;
    bool updateConflicts = false; // updateFields of the row that is there take the new values
    QStringList updateFields, uniqueFields;
};

/// What a delete removed: how many objects in all, and of each model by its name, cascades
/// included.
struct DeleteResult {
    qint64 total = 0;
    std::vector<std::pair<QString, qint64>> perModel;
};

} // namespace heddle
