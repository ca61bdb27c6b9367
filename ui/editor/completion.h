#pragma once

#include "orm/models/modelinfo.h"

#include <QString>
#include <QStringList>

namespace heddle::ui {

/// What may stand at the caret, and how much of it is there already.
struct Completion {
    QStringList words;    // in the order in which they are offered
    int prefixLength = 0; // UTF-16 units before the caret that belong to the word
    bool operator==(const Completion &) const = default;
};

/// Models, managers, queryset methods, fields, relation paths of any depth, and the lookups of a
/// path's last type.
///
/// `before` is the text from a place outside of brackets and strings (the start of the workbook or
/// of a cell) to the caret. It is usually no complete statement, so nothing is parsed: brackets,
/// strings and names tell enough. `models` may be null.
Completion completionsAt(const QString &before, const ModelRegistry *models);

/// What may follow the last `__` of a lookup path: "album__artist__na" gives the fields of Artist
/// that start so, then relations; after a field the lookups of its type. Case counts.
QStringList pathSteps(const QString &path, const ModelInfo &model);

} // namespace heddle::ui
