#include "ui/timeline/runcomparisonview.h"

#include "ui/models/timelinegeometry.h"
#include "ui/style/fonts.h"
#include "ui/style/icons.h"
#include "ui/style/metrics.h"
#include "ui/timeline/runbands.h"

#include <QHeaderView>
#include <QLabel>
#include <QSplitter>
#include <QTreeWidget>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace heddle::ui {
namespace {

using analysis::ComparedLine;
using analysis::ComparedStatement;
using analysis::RunFigures;

enum Column { PlaceColumn, QueriesColumn, TimeColumn, RowsColumn, ChangeColumn, ColumnCount };

QString arrow(const QString &before, const QString &after)
{
    return before == after ? after : before + u" \u2192 "_s + after;
}

/// In words: with a sign, so that no colour is needed.
QString changeText(int before, int after)
{
    if (before == after)
        return RunComparisonView::tr("= same");
    if (before == 0)
        return RunComparisonView::tr("+ new");
    if (after == 0)
        return RunComparisonView::tr("\u2212 gone");
    return after < before ? RunComparisonView::tr("\u25bc %1 fewer").arg(before - after)
                          : RunComparisonView::tr("\u25b2 %1 more").arg(after - before);
}

void fill(QTreeWidgetItem *item, const QString &place, const RunFigures &before,
          const RunFigures &after)
{
    item->setText(PlaceColumn, place);
    item->setText(QueriesColumn,
                  arrow(QString::number(before.queries), QString::number(after.queries)));
    item->setText(TimeColumn, arrow(durationText(before.ns), durationText(after.ns)));
    item->setText(RowsColumn, arrow(QString::number(before.rows), QString::number(after.rows)));
    item->setText(ChangeColumn, changeText(before.queries, after.queries));
    if (before.queries != after.queries)
        item->setIcon(ChangeColumn, after.queries < before.queries
                                        ? icon(Icon::Success, IconTone::Parallel)
                                        : icon(Icon::Warning, IconTone::Write));
    item->setData(PlaceColumn, Qt::AccessibleTextRole,
                  RunComparisonView::tr("%1: queries %2, %3")
                      .arg(place, item->text(QueriesColumn), item->text(ChangeColumn)));
}

QString lineOf(const QString &text, int line)
{
    return line > 0 ? text.section(u'\n', line - 1, line - 1).trimmed() : QString();
}

} // namespace

RunComparisonView::RunComparisonView(QWidget *parent) : QWidget(parent)
{
    setAccessibleName(tr("Comparison of two runs"));
    auto *layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 0, 0, 0);
    layout->setSpacing(0);
    m_summary = new QLabel(this);
    m_summary->setTextFormat(Qt::PlainText);
    m_summary->setWordWrap(true);
    m_summary->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_summary->setContentsMargins(metrics::padding, 4, metrics::padding, 4);
    m_summary->setAccessibleName(tr("Summary of the comparison"));
    layout->addWidget(m_summary);
    auto *splitter = new QSplitter(Qt::Vertical, this);
    m_bands = new RunBands(splitter);
    m_tree = new QTreeWidget(splitter);
    m_tree->setColumnCount(ColumnCount);
    m_tree->setHeaderLabels({tr("Asked at"), tr("Queries"), tr("Time"), tr("Rows"), tr("Change")});
    m_tree->setUniformRowHeights(true);
    m_tree->setFrameShape(QFrame::NoFrame);
    m_tree->setAccessibleName(tr("Lines of the two runs"));
    m_tree->header()->setStretchLastSection(false);
    m_tree->header()->setSectionResizeMode(PlaceColumn, QHeaderView::Stretch);
    for (const auto &[column, width] : {std::pair<int, int>{QueriesColumn, 110},
                                        {TimeColumn, 170},
                                        {RowsColumn, 130},
                                        {ChangeColumn, 130}})
        m_tree->setColumnWidth(column, width);
    splitter->setStretchFactor(0, 1);
    splitter->setStretchFactor(1, 2);
    layout->addWidget(splitter, 1);
    setFocusProxy(m_tree);
    connect(m_tree, &QTreeWidget::currentItemChanged, this, &RunComparisonView::currentChanged);
    connect(m_tree, &QTreeWidget::itemActivated, this, [this](QTreeWidgetItem *item) {
        if (const int line = item->data(PlaceColumn, Qt::UserRole).toInt(); line > 0)
            Q_EMIT callSiteActivated(line, 1);
    });
    connect(m_bands, &RunBands::recordClicked, this, &RunComparisonView::showClicked);
    setRuns(nullptr, nullptr, {});
}

void RunComparisonView::setRuns(std::shared_ptr<const ComparableRun> before,
                                std::shared_ptr<const ComparableRun> after,
                                const analysis::RunComparison &comparison)
{
    m_before = std::move(before);
    m_after = std::move(after);
    m_comparison = comparison;
    m_quiet = true;
    m_tree->clear();
    m_bands->setVisible(m_before && m_after);
    m_tree->setVisible(m_before && m_after);
    if (!m_before || !m_after) {
        m_summary->setText(tr("Run something twice, with a change in between (or open a saved "
                              "trace and run it again): then both runs are compared here, line "
                              "by line."));
        m_quiet = false;
        return;
    }
    m_bands->setRuns({tr("Before"), tr("Now")}, m_before->records, m_after->records);
    m_bands->highlight({}, {});
    const RunFigures &old = comparison.before, &now = comparison.after;
    m_summary->setText(
        tr("%1, then %2. Queries: %3 (%4). Wall clock: %5. Rows: %6.")
            .arg(m_before->name, m_after->name,
                 arrow(QString::number(old.queries), QString::number(now.queries)),
                 changeText(old.queries, now.queries),
                 arrow(durationText(comparison.wallBefore), durationText(comparison.wallAfter)),
                 arrow(QString::number(old.rows), QString::number(now.rows))));
    for (std::size_t i = 0; i < comparison.lines.size(); ++i) {
        const ComparedLine &line = comparison.lines[i];
        auto *item = new QTreeWidgetItem(m_tree);
        const bool gone = line.line == 0 && line.lineBefore > 0;
        const QString source =
            gone ? lineOf(m_before->text, line.lineBefore) : lineOf(m_after->text, line.line);
        QString place = gone             ? tr("line %1 of before").arg(line.lineBefore)
                        : line.line == 0 ? tr("an unknown place")
                                         : tr("line %1").arg(line.line);
        if (!source.isEmpty())
            place += u": "_s + source;
        fill(item, place, line.before, line.after);
        item->setData(PlaceColumn, Qt::UserRole, line.line);
        item->setData(PlaceColumn, Qt::UserRole + 1, int(i));
        for (std::size_t s = 0; s < line.statements.size(); ++s) {
            const ComparedStatement &statement = line.statements[s];
            auto *child = new QTreeWidgetItem(item);
            const QString sql = QString::fromUtf8(statement.sql);
            fill(child, QString::fromUtf8(statement.label) + u"  "_s + sql, statement.before,
                 statement.after);
            child->setToolTip(PlaceColumn, sql);
            child->setData(PlaceColumn, Qt::UserRole, line.line);
            child->setData(PlaceColumn, Qt::UserRole + 1, int(i));
            child->setData(PlaceColumn, Qt::UserRole + 2, int(s));
        }
    }
    m_quiet = false;
}

QString RunComparisonView::summaryText() const
{
    return m_summary->text();
}

void RunComparisonView::currentChanged(QTreeWidgetItem *item)
{
    if (!item)
        return;
    const int index = item->data(PlaceColumn, Qt::UserRole + 1).toInt();
    const QVariant only = item->data(PlaceColumn, Qt::UserRole + 2);
    const ComparedLine &line = m_comparison.lines[std::size_t(index)];
    std::set<int> before, after;
    for (std::size_t s = 0; s < line.statements.size(); ++s) {
        if (only.isValid() && only.toInt() != int(s))
            continue;
        before.insert(line.statements[s].beforeRecords.begin(),
                      line.statements[s].beforeRecords.end());
        after.insert(line.statements[s].afterRecords.begin(),
                     line.statements[s].afterRecords.end());
    }
    m_bands->highlight(std::move(before), std::move(after));
    if (!m_quiet && line.line > 0)
        Q_EMIT callSiteActivated(line.line, 1);
}

void RunComparisonView::selectLine(int line)
{
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *item = m_tree->topLevelItem(i);
        if (item->data(PlaceColumn, Qt::UserRole).toInt() != line || line == 0)
            continue;
        m_quiet = true;
        m_tree->setCurrentItem(item);
        m_quiet = false;
        return;
    }
}

void RunComparisonView::showClicked(int run, int record)
{
    for (int i = 0; i < m_tree->topLevelItemCount(); ++i) {
        QTreeWidgetItem *item = m_tree->topLevelItem(i);
        const ComparedLine &line =
            m_comparison.lines[std::size_t(item->data(PlaceColumn, Qt::UserRole + 1).toInt())];
        for (std::size_t s = 0; s < line.statements.size(); ++s) {
            const std::vector<int> &records =
                run == 0 ? line.statements[s].beforeRecords : line.statements[s].afterRecords;
            if (std::find(records.begin(), records.end(), record) == records.end())
                continue;
            m_tree->setCurrentItem(item->child(int(s)));
            return;
        }
    }
}

} // namespace heddle::ui
