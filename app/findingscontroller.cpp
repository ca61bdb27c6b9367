#include "app/findingscontroller.h"

#include "app/fixcomparison.h"
#include "orm/advice/expected.h"
#include "orm/advice/fixes.h"
#include "orm/analysis/findings.h"
#include "orm/notation/sourcemap.h"

#include <QtConcurrent>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

/// What an edit did to a text: a stretch of the old one was replaced.
struct Replaced {
    int begin = 0, oldEnd = 0, newEnd = 0;

    static Replaced between(const QString &before, const QString &after)
    {
        const qsizetype shorter = std::min(before.size(), after.size());
        qsizetype begin = 0;
        while (begin < shorter && before[begin] == after[begin])
            ++begin;
        qsizetype tail = 0;
        while (tail < shorter - begin &&
               before[before.size() - 1 - tail] == after[after.size() - 1 - tail])
            ++tail;
        return {int(begin), int(before.size() - tail), int(after.size() - tail)};
    }
};

/// Moves places along with an edit.
class Places {
public:
    Places(const QString &before, const QString &after)
        : m_before(before), m_old(m_before), m_new(after), m_edit(Replaced::between(before, after))
    {
    }
    /// False if the place itself was edited; it is then left as it is.
    bool move(CallSite *site) const
    {
        if (site->line < 1 || site->line > m_old.lineCount())
            return true;
        int offset = m_old.lineStart(site->line);
        for (int column = 1; column < site->column && offset < m_before.size(); ++column)
            offset += m_before[offset].isHighSurrogate() ? 2 : 1;
        if (offset >= m_edit.begin && offset < m_edit.oldEnd)
            return false;
        if (offset >= m_edit.oldEnd)
            offset += m_edit.newEnd - m_edit.oldEnd;
        const notation::SourceMap::Position moved = m_new.position(offset);
        site->line = moved.line;
        site->column = moved.column;
        return true;
    }

private:
    const QString m_before;
    const notation::SourceMap m_old, m_new;
    const Replaced m_edit;
};

} // namespace

FindingsController::FindingsController(Session &session, Settings &settings, RunController &runs,
                                       ui::TraceModel &trace, ui::FindingsModel &model,
                                       ui::FindingsView &view, QObject *parent)
    : QObject(parent), m_session(session), m_settings(settings), m_runs(runs), m_trace(trace),
      m_model(model), m_view(view)
{
    // The editor tells of each half of a replacement.
    m_editTimer.setSingleShot(true);
    m_editTimer.setInterval(0);
    connect(&m_editTimer, &QTimer::timeout, this, &FindingsController::textEdited);
    connect(&m_runs, &RunController::started, this, [this] {
        stop();
        m_model.clear();
        m_view.clearComparison();
    });
    connect(&m_runs, &RunController::settled, this, &FindingsController::analyse);
    connect(&m_analysing, &QFutureWatcherBase::finished, this, [this] {
        if (!m_analysing.isCanceled())
            show(m_analysing.result());
    });
    connect(&m_comparing, &QFutureWatcherBase::finished, this, &FindingsController::compared);
    connect(&m_view, &ui::FindingsView::applyRequested, this, &FindingsController::apply);
    connect(&m_view, &ui::FindingsView::compareRequested, this,
            &FindingsController::applyAndCompare);
    connect(&m_view, &ui::FindingsView::undoRequested, this, &FindingsController::undo);
}

FindingsController::~FindingsController()
{
    stop();
    m_comparing.waitForFinished();
}

void FindingsController::stop()
{
    if (m_stop)
        *m_stop = true;
}

FindingsController::Analysis FindingsController::analysisOf(const std::vector<TraceRecord> &records,
                                                            const QString &text)
{
    const notation::ParseResult parsed = notation::parseModule(text);
    std::vector<analysis::Finding> findings = analysis::findingsOf(records);
    std::vector<advice::Expected> expected = advice::expectedIn(parsed);
    advice::silence(&findings, &expected);
    Analysis result;
    for (const advice::Expected &mark : expected)
        result.silenced += mark.silenced;
    for (analysis::Finding &finding : findings) {
        ui::FindingRow row;
        if (const auto fix = advice::advise(finding, parsed)) {
            row.canApply = true;
            row.fix = fix->summary;
        }
        row.finding = std::move(finding);
        result.rows.push_back(std::move(row));
    }
    return result;
}

void FindingsController::analyse()
{
    disconnect(m_edits);
    m_applied.clear();
    m_document = m_runs.document();
    if (!m_document) {
        m_model.clear();
        Q_EMIT analysed();
        return;
    }
    m_text = m_document->editor()->workbook().text();
    m_edits = connect(m_document->editor(), &ui::CodeEditor::contentChanged, &m_editTimer,
                      qOverload<>(&QTimer::start));
    m_analysing.setFuture(QtConcurrent::run(analysisOf, m_trace.allRecords(), m_text));
}

void FindingsController::analyseTrace()
{
    disconnect(m_edits);
    m_applied.clear();
    m_document = nullptr;
    m_view.clearComparison();
    m_analysing.setFuture(QtConcurrent::run(analysisOf, m_trace.allRecords(), QString()));
}

void FindingsController::show(const Analysis &analysis)
{
    m_model.setRows(analysis.rows, analysis.silenced);
    if (m_document)
        textEdited(); // somebody may have typed meanwhile
    Q_EMIT analysed();
}

void FindingsController::textEdited()
{
    if (!m_document || m_analysing.isRunning())
        return;
    const QString text = m_document->editor()->workbook().text();
    if (text == m_text)
        return;
    const Places places(m_text, text);
    std::vector<ui::FindingRow> rows = m_model.rows();
    for (ui::FindingRow &row : rows) {
        const bool here = places.move(&row.finding.site), there = places.move(&row.finding.origin);
        row.stale = row.stale || !here || !there;
    }
    if (!m_applied.empty() && m_applied.back().before == text) {
        for (ui::FindingRow &row : rows)
            row.applied = row.applied && row.finding.records != m_applied.back().records;
        m_applied.pop_back();
        m_view.clearComparison();
    }
    m_text = text;
    m_model.setRows(std::move(rows), m_model.silenced());
}

bool FindingsController::apply(int row)
{
    if (!m_document || row < 0 || row >= int(m_model.rows().size()))
        return false;
    textEdited(); // nothing is edited between here and the change
    const QString text = m_document->editor()->workbook().text();
    const auto fix =
        advice::fixFor(m_model.rows()[std::size_t(row)].finding, notation::parseModule(text));
    const auto changed = fix ? notation::apply(text, fix->edits) : std::nullopt;
    if (!changed) {
        Q_EMIT sentence(tr("The text has changed since the run: run it again to get its fixes."));
        return false;
    }
    const std::vector<std::uint64_t> records = m_model.rows()[std::size_t(row)].finding.records;
    m_document->editor()->replaceContent(*changed);
    textEdited();
    m_applied.push_back({text, records});
    std::vector<ui::FindingRow> rows = m_model.rows();
    for (ui::FindingRow &shown : rows)
        shown.applied = shown.applied || shown.finding.records == records;
    m_model.setRows(std::move(rows), m_model.silenced());
    Q_EMIT sentence(tr("Applied: %1. Undo takes it back.").arg(fix->summary));
    return true;
}

void FindingsController::applyAndCompare(int row)
{
    if (m_comparing.isRunning() || m_runs.isBusy() || !m_session.isOpen() || !m_document ||
        row < 0 || row >= int(m_model.rows().size())) {
        Q_EMIT sentence(tr("Something is still running."));
        return;
    }
    const analysis::Finding finding = m_model.rows()[std::size_t(row)].finding;
    const QString fix = m_model.rows()[std::size_t(row)].fix;
    const MeasuredCells before = cellsFor(m_document->allCells(true), finding.site.line);
    if (!apply(row))
        return;
    CallSite site = finding.site;
    for (const ui::FindingRow &shown : m_model.rows()) {
        if (shown.finding.records == finding.records && shown.finding.rule == finding.rule)
            site = shown.finding.site; // where the fix has moved it to
    }
    const MeasuredCells after = cellsFor(m_document->allCells(true), site.line);
    ui::FixComparison refused;
    refused.refusal = before.cells.empty() || after.cells.empty()
                          ? tr("the finding is in no cell.")
                          : whyNotRunAgain(before, *m_session.models());
    if (refused.refusal.isEmpty())
        refused.refusal = whyNotRunAgain(after, *m_session.models());
    if (!refused.refusal.isEmpty()) {
        m_view.setComparison(refused);
        return;
    }
    m_view.setComparing(fix);
    m_stop = std::make_shared<std::atomic<bool>>(false);
    ComparedOn on;
    on.database = m_session.database();
    on.recorder = m_session.recorder();
    on.firstRun = m_session.nextRun();
    for (int i = 1; i < comparisonRuns; ++i)
        m_session.nextRun();
    on.loadMode = m_settings.loadMode();
    on.workers = m_settings.workers();
    m_comparing.setFuture(QtConcurrent::run([on, before, after, stop = m_stop] {
        try {
            return compareFix(on, before, after, *stop);
        } catch (const OrmError &error) {
            ui::FixComparison failed;
            failed.refusal = error.message();
            return failed;
        }
    }));
}

void FindingsController::compared()
{
    if (m_comparing.future().resultCount() > 0)
        m_view.setComparison(m_comparing.result());
}

void FindingsController::undo()
{
    if (!m_document)
        return;
    m_document->editor()->undo();
    textEdited();
    m_view.clearComparison();
    Q_EMIT sentence(tr("The fix was taken back."));
}

} // namespace heddle::app
