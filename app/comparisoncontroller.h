#pragma once

#include "app/runcontroller.h"
#include "ui/timeline/runcomparisonview.h"

#include <QObject>

namespace heddle::app {

/// Keeps the last two runs (or opened traces) and shows what changed between them.
class ComparisonController final : public QObject {
    Q_OBJECT

public:
    ComparisonController(RunController &runs, ui::TraceModel &trace, ui::RunComparisonView &view,
                         QObject *parent = nullptr);

    /// A trace from a file is on the timeline now.
    void traceOpened(const QString &name);
    bool canCompare() const { return m_before && m_after; }

Q_SIGNALS:
    void changed();

private:
    void runSettled();
    void show(ui::ComparableRun run);
    void refresh();

    RunController &m_runs;
    ui::TraceModel &m_trace;
    ui::RunComparisonView &m_view;
    std::shared_ptr<const ui::ComparableRun> m_before, m_after;
    int m_count = 0;
};

} // namespace heddle::app
