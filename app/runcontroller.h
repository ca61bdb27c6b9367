#pragma once

#include "app/document.h"
#include "app/logview.h"
#include "app/resultstream.h"
#include "ui/models/tracemodel.h"

#include <QObject>
#include <QPointer>
#include <QTimer>

namespace heddle::app {

/// One run at a time, from the press of Run to the last badge: starts cells, brings their output to
/// the log, their results to the grid, their records to the timeline and their marks to the editor.
class RunController final : public QObject {
    Q_OBJECT

public:
    RunController(Session &session, ui::TraceModel &trace, ResultStream &results, LogView &log,
                  QObject *parent = nullptr);

    /// False if there is nothing to run or a run is under way.
    bool start(Document *document, std::vector<script::CellSource> cells, script::RunMode mode,
               script::RunScope scope = script::RunScope::SomeCells);
    /// The rows of a model, without touching a workbook.
    void showModel(const ModelInfo *model);
    void showRows(const Query &query, const QString &title);
    /// The rows that were streamed last, in another order.
    void orderRows(const QString &column, bool descending);
    void stop();
    bool isRunning() const { return m_running; }
    bool isBusy() const { return m_running || m_results.isRunning(); }
    /// The document whose run is on the timeline; null if it has been closed or rows of a model are
    /// shown.
    Document *document() const { return m_document; }

Q_SIGNALS:
    void started();
    void finished(bool ok);
    /// What goes on, for the status bar; empty: nothing.
    void statusChanged(const QString &text);
    /// The first cell of a run printed and had no result, or had one: which panel has something to
    /// show.
    void resultShown(const QString &title);
    /// At the end of a run without rows: there were queries, or there was only output.
    void queriesShown();
    void outputShown();
    /// The rows cannot be ordered so: one sentence.
    void orderRefused(const QString &sentence);
    /// Nothing moves any more: the last record is on the timeline, the last mark in the editor.
    void settled();

private:
    void cellStarted(int cell, bool async);
    void cellPrinted(int cell, const QString &line);
    void cellWarned(int cell, const script::ScriptWarning &warning);
    void cellFinished(const script::CellOutcome &outcome);
    void runFinished();
    void showError(const script::CellOutcome &outcome);
    void beginRecords(std::uint32_t run);
    void collectRecords();
    void markLines();
    void settle();
    void showResultPanel(const QString &title);
    QString titleOf(int cell) const;

    Session &m_session;
    ui::TraceModel &m_trace;
    ResultStream &m_results;
    LogView &m_log;
    QPointer<Document> m_document;
    std::vector<script::CellSource> m_cells;
    Query m_streamed; // what the grid shows; invalid: a value
    QString m_streamedTitle;
    QMetaObject::Connection m_connections[5];
    QTimer m_recordTimer;
    QElapsedTimer m_lastMarks;
    std::uint32_t m_run = 0;
    quint64 m_markTicket = 0;
    int m_printed = 0;
    bool m_running = false;
    bool m_failed = false;
    bool m_resultShown = false;
    bool m_collecting = false;
};

} // namespace heddle::app
