#include "app/comparisoncontroller.h"

#include "orm/advice/movedlines.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

ComparisonController::ComparisonController(RunController &runs, ui::TraceModel &trace,
                                           ui::RunComparisonView &view, QObject *parent)
    : QObject(parent), m_runs(runs), m_trace(trace), m_view(view)
{
    connect(&m_runs, &RunController::settled, this, &ComparisonController::runSettled);
}

void ComparisonController::runSettled()
{
    Document *document = m_runs.document();
    if (!document || m_trace.isEmpty())
        return; // the rows of a model, or a document that is gone
    ui::ComparableRun run;
    run.run = m_trace.records().front().run;
    // One that has settled again, since more of it came, is still the same.
    const bool isNew = !m_after || m_after->run != run.run;
    m_count += int(isNew);
    run.name = tr("Run %1 of %2").arg(m_count).arg(document->title());
    run.text = document->editor()->workbook().text();
    run.records = m_trace.records();
    if (isNew)
        m_before = std::move(m_after);
    show(std::move(run));
}

void ComparisonController::traceOpened(const QString &name)
{
    m_before = std::move(m_after);
    show({name, {}, m_trace.records(), 0});
}

void ComparisonController::show(ui::ComparableRun run)
{
    m_after = std::make_shared<const ui::ComparableRun>(std::move(run));
    refresh();
}

void ComparisonController::refresh()
{
    if (canCompare()) {
        // Only of two texts one knows which lines have moved.
        const bool texts = !m_before->text.isEmpty() && !m_after->text.isEmpty();
        m_view.setRuns(m_before, m_after,
                       analysis::compareRuns(m_before->records, m_after->records,
                                             texts
                                                 ? advice::movedLines(m_before->text, m_after->text)
                                                 : std::map<int, int>()));
    }
    Q_EMIT changed();
}

} // namespace heddle::app
