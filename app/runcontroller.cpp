#include "app/runcontroller.h"

#include "app/linemarks.h"

#include "orm/values/errors.h"

#include <QtConcurrent>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

constexpr int recordIntervalMs = 60;
constexpr int markIntervalMs = 250; // while a run goes on; at its end they are made once more

QString valueText(const script::ResultView &result)
{
    constexpr int longest = 400;
    const QString text = result.text();
    return text.size() > longest ? text.first(longest) + u'\u2026' : text;
}

} // namespace

RunController::RunController(Session &session, ui::TraceModel &trace, ResultStream &results,
                             LogView &log, QObject *parent)
    : QObject(parent), m_session(session), m_trace(trace), m_results(results), m_log(log)
{
    m_recordTimer.setInterval(recordIntervalMs);
    connect(&m_recordTimer, &QTimer::timeout, this, &RunController::collectRecords);
    connect(&m_results, &ResultStream::finished, this, [this](bool ok, const QString &message) {
        if (!message.isEmpty())
            m_log.add(LogView::Kind::Error, message);
        m_failed = m_failed || !ok;
        if (!m_running)
            settle();
    });
}

bool RunController::start(Document *document, std::vector<script::CellSource> cells,
                          script::RunMode mode, script::RunScope scope)
{
    if (m_running || cells.empty() || !m_session.isOpen())
        return false;
    m_results.cancel();
    // One cell's rows are streamed into the grid; of several the last result is shown, and each is
    // evaluated where it stands.
    if (cells.size() == 1)
        cells.front().leaveQuerySet = true;
    m_cells = cells;
    m_document = document;
    m_failed = m_resultShown = false;
    m_printed = 0;
    WorkbookSession &runs = document->runs();
    for (QMetaObject::Connection &connection : m_connections)
        disconnect(connection);
    m_connections[0] =
        connect(&runs, &WorkbookSession::cellStarted, this, &RunController::cellStarted);
    m_connections[1] =
        connect(&runs, &WorkbookSession::cellPrinted, this, &RunController::cellPrinted);
    m_connections[2] =
        connect(&runs, &WorkbookSession::cellWarned, this, &RunController::cellWarned);
    m_connections[3] =
        connect(&runs, &WorkbookSession::cellFinished, this, &RunController::cellFinished);
    m_connections[4] =
        connect(&runs, &WorkbookSession::runFinished, this, &RunController::runFinished);
    for (const script::CellSource &cell : m_cells) {
        const ui::CodeEditor::LineRange lines = document->linesOf(cell);
        document->editor()->clearRunMarks(lines.first, lines.last);
    }
    if (!runs.run(std::move(cells), mode, scope))
        return false;
    m_running = true;
    beginRecords(runs.lastRun());
    Q_EMIT started();
    return true;
}

void RunController::showModel(const ModelInfo *model)
{
    if (m_session.isOpen())
        showRows(m_session.database().objects(model).query(), model->name);
}

void RunController::showRows(const Query &query, const QString &title)
{
    if (m_running || !m_session.isOpen())
        return;
    m_document = nullptr;
    m_failed = false;
    beginRecords(m_session.nextRun());
    CallInfo call;
    call.run = m_run;
    Q_EMIT started();
    Q_EMIT statusChanged(tr("Reading %1\u2026").arg(title));
    showResultPanel(title);
    m_streamed = query;
    m_streamedTitle = title;
    m_results.start(QuerySet<Record>(m_session.database(), query), call);
}

void RunController::orderRows(const QString &column, bool descending)
{
    if (!m_streamed.isValid())
        return;
    try {
        showRows(m_streamed.orderBy({descending ? u'-' + column : column}), m_streamedTitle);
    } catch (const OrmError &error) {
        Q_EMIT orderRefused(error.message());
    }
}

void RunController::stop()
{
    if (m_running && m_document)
        m_document->runs().stop();
    m_results.cancel();
}

void RunController::showResultPanel(const QString &title)
{
    m_resultShown = true;
    Q_EMIT resultShown(title);
}

QString RunController::titleOf(int cell) const
{
    return cell >= 0 && std::size_t(cell) < m_cells.size() ? m_cells[std::size_t(cell)].title
                                                           : QString();
}

void RunController::cellStarted(int cell, bool async)
{
    const QString title = titleOf(cell);
    m_log.add(LogView::Kind::Note, async ? tr("%1 (async)").arg(title) : title);
    Q_EMIT statusChanged(
        m_cells.size() > 1
            ? tr("Running cell %1 of %2: %3").arg(cell + 1).arg(m_cells.size()).arg(title)
            : tr("Running: %1").arg(title));
}

void RunController::cellPrinted(int, const QString &line)
{
    ++m_printed;
    m_log.add(LogView::Kind::Output, line);
}

void RunController::cellWarned(int, const script::ScriptWarning &warning)
{
    m_log.add(LogView::Kind::Warning,
              tr("line %1: %2: %3").arg(warning.line).arg(warning.category, warning.message));
    if (m_document && warning.line > 0) {
        m_document->editor()->addRunProblem({ui::Problem::Severity::Warning,
                                             warning.category + u": "_s + warning.message,
                                             {},
                                             warning.line,
                                             warning.column});
    }
}

void RunController::cellFinished(const script::CellOutcome &outcome)
{
    const QString title = titleOf(outcome.cell);
    if (outcome.state == script::CellState::Skipped)
        m_log.add(LogView::Kind::Note,
                  tr("%1 was not run: a cell that it needs failed.").arg(title));
    if (outcome.run.error)
        showError(outcome);
    const std::chrono::nanoseconds elapsed(outcome.endNs - outcome.startNs);
    if (outcome.result.kind() != script::ResultKind::None) {
        // None, as print() gives it, is no table.
        if (outcome.result.columnCount() > 0) {
            m_streamed = Query();
            m_results.show(outcome.result, elapsed);
            showResultPanel(title);
        }
        m_log.add(LogView::Kind::Output, valueText(outcome.result));
    } else if (const std::optional<Query> query =
                   outcome.run.ok() ? script::queryOf(outcome.run.value) : std::nullopt) {
        CallInfo call;
        call.site = outcome.run.valueSite;
        call.run = m_run;
        call.traceParent = outcome.span;
        showResultPanel(title);
        m_streamed = *query;
        m_streamedTitle = title;
        m_results.start(QuerySet<Record>(m_session.database(), *query), call);
    }
}

void RunController::showError(const script::CellOutcome &outcome)
{
    const script::ScriptError &error = *outcome.run.error;
    m_failed = true;
    if (outcome.state == script::CellState::Stopped) {
        m_log.add(LogView::Kind::Warning, tr("%1 was stopped.").arg(titleOf(outcome.cell)));
        return;
    }
    m_log.add(LogView::Kind::Error, error.toString());
    if (!error.suggestion.isEmpty())
        m_log.add(LogView::Kind::Note, error.suggestion);
    if (m_document && error.line > 0) {
        const QString text = error.message.isEmpty()
                                 ? error.qualifiedType
                                 : error.qualifiedType + u": "_s + error.message;
        m_document->editor()->addRunProblem(
            {ui::Problem::Severity::Error, text, error.suggestion, error.line, error.column});
    }
}

void RunController::runFinished()
{
    m_running = false;
    collectRecords();
    if (!m_results.isRunning())
        settle();
}

void RunController::beginRecords(std::uint32_t run)
{
    m_run = run;
    ++m_markTicket;
    // The run may have ended by now: its records are in the recorder, between leftovers that
    // collectRecords() drops.
    m_trace.clear();
    m_collecting = true;
    m_lastMarks.start();
    m_recordTimer.start();
}

void RunController::collectRecords()
{
    std::vector<TraceRecord> records = m_session.recorder()->take();
    std::erase_if(records, [this](const TraceRecord &r) { return r.run != m_run; });
    if (!records.empty())
        m_trace.append(records);
    if (m_running && m_lastMarks.hasExpired(markIntervalMs) && !records.empty() &&
        m_trace.records().size() < 5000) {
        m_lastMarks.restart();
        markLines();
    }
}

void RunController::settle()
{
    if (!std::exchange(m_collecting, false))
        return;
    m_recordTimer.stop();
    collectRecords();
    markLines();
    Q_EMIT statusChanged({});
    if (!m_resultShown && m_trace.totals().queries > 0)
        Q_EMIT queriesShown();
    else if (!m_resultShown && m_printed > 0)
        Q_EMIT outputShown();
    Q_EMIT finished(!m_failed);
}

void RunController::markLines()
{
    const quint64 ticket = ++m_markTicket;
    const bool last = !m_collecting;
    // Sorting a hundred thousand records takes longer than a frame.
    auto *watcher = new QFutureWatcher<LineMarks>(this);
    connect(watcher, &QFutureWatcherBase::finished, this, [this, watcher, ticket, last] {
        watcher->deleteLater();
        if (ticket != m_markTicket)
            return;
        const LineMarks marks = watcher->future().result();
        if (m_document) {
            QMap<int, ui::LineBadge> badges = m_document->editor()->overlay().badges();
            badges.insert(marks.badges);
            m_document->editor()->setBadges(badges);
            std::vector<ui::LineRail> rails = m_document->editor()->overlay().rails();
            for (const ui::LineRail &rail : marks.rails) {
                if (std::find(rails.begin(), rails.end(), rail) == rails.end())
                    rails.push_back(rail);
            }
            m_document->editor()->setRails(std::move(rails));
        }
        if (last)
            Q_EMIT settled();
    });
    watcher->setFuture(
        QtConcurrent::run([records = m_trace.records()] { return LineMarks::of(records); }));
}

} // namespace heddle::app
