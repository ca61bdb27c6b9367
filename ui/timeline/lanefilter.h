#pragma once

#include "ui/models/tracemodel.h"

#include <QSet>
#include <QStringList>
#include <vector>

namespace heddle::ui {

/// Which lanes of a trace are left out. A value that knows no trace: the same filter serves the
/// next run, whose lanes have other numbers but the same kinds and names.
struct LaneFilter {
    QSet<LaneKind> kinds; // none of these
    QSet<QString> names;  // nor these, one by one
    /// If it is not empty, only lanes whose name has it, or one of whose bars has it in what
    /// TraceModel::find() looks at; whatever its case.
    QString text;

    bool isEmpty() const { return kinds.isEmpty() && names.isEmpty() && text.trimmed().isEmpty(); }
    /// True for each lane that is left out.
    std::vector<bool> hidden(const TraceModel &model) const;
    bool operator==(const LaneFilter &) const = default;
};

/// "Workers": lanes of this kind, in words.
QString laneKindText(LaneKind kind);
/// Every kind, in the order of the lanes.
const std::vector<LaneKind> &laneKinds();

} // namespace heddle::ui
