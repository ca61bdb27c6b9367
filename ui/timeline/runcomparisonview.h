#pragma once

#include "orm/analysis/comparison.h"

#include <QStringList>
#include <QWidget>

class QLabel;
class QTreeWidget;
class QTreeWidgetItem;

namespace heddle::ui {

class RunBands;

/// A run that can be compared: its records and the text that it ran, as far as that is known.
struct ComparableRun {
    QString name;
    QString text;
    std::vector<TraceRecord> records;
    std::uint32_t run = 0; // TraceRecord::run; 0: a trace from a file
};

/// Two runs side by side: both on one axis of time, and line by line what they asked.
class RunComparisonView final : public QWidget {
    Q_OBJECT
public:
    explicit RunComparisonView(QWidget *parent = nullptr);

    /// Both null: says what to do for a comparison.
    void setRuns(std::shared_ptr<const ComparableRun> before,
                 std::shared_ptr<const ComparableRun> after,
                 const analysis::RunComparison &comparison);
    /// Selects the line of the later text, if it is compared; emits nothing.
    void selectLine(int line);

    /// "Queries: 32 → 1, 31 fewer. ..."
    QString summaryText() const;
    QTreeWidget &tree() { return *m_tree; }
    RunBands &bands() { return *m_bands; }

Q_SIGNALS:
    void callSiteActivated(int line, int column);

private:
    void currentChanged(QTreeWidgetItem *item);
    void showClicked(int run, int record);

    std::shared_ptr<const ComparableRun> m_before, m_after;
    analysis::RunComparison m_comparison;
    QLabel *m_summary = nullptr;
    RunBands *m_bands = nullptr;
    QTreeWidget *m_tree = nullptr;
    bool m_quiet = false;
};

} // namespace heddle::ui
