#pragma once

#include "orm/trace/trace.h"
#include "ui/editor/lineoverlay.h"

#include <QCoreApplication>
#include <vector>

namespace heddle::app {

/// What a run's records say about the lines of the workbook that asked: badges with queries and
/// time, rails along transactions.
struct LineMarks {
    Q_DECLARE_TR_FUNCTIONS(heddle::app::LineMarks)

public:
    QMap<int, ui::LineBadge> badges;
    std::vector<ui::LineRail> rails;

    /// Pure; the records may be of several runs of different cells. An N+1 (three implicit loads
    /// for rows of one evaluation) is bad, queries that ran while others did are good; both say so
    /// in words too.
    static LineMarks of(const std::vector<TraceRecord> &records);
};

/// "45 us", "3.1 ms", "121 ms", "1.2 s": two digits that matter.
QString durationText(std::int64_t ns);

} // namespace heddle::app
