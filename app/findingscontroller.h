#pragma once

#include "app/document.h"
#include "app/runcontroller.h"
#include "app/settings.h"
#include "ui/findings/findingsview.h"

#include <QFutureWatcher>
#include <QObject>
#include <QPointer>
#include <atomic>

namespace heddle::app {

/// Looks at each run's records for what could be better, brings it to the panel of findings, and
/// changes the text when somebody wants a fix. Findings follow their places while the text is
/// edited. GUI thread; analysis and comparisons run elsewhere.
class FindingsController final : public QObject {
    Q_OBJECT

public:
    FindingsController(Session &session, Settings &settings, RunController &runs,
                       ui::TraceModel &trace, ui::FindingsModel &model, ui::FindingsView &view,
                       QObject *parent = nullptr);
    ~FindingsController() override;

    /// Of a trace from a file, whose text nobody knows: nothing can be applied.
    void analyseTrace();
    /// Changes the text as the finding's fix says; false if that is not possible any more.
    bool apply(int row);
    /// The same, and then runs both texts beside each other.
    void applyAndCompare(int row);
    void stop();
    bool isComparing() const { return m_comparing.isRunning(); }
    /// The document that the findings are about; null: there is none.
    Document *document() const { return m_document; }

Q_SIGNALS:
    void sentence(const QString &text);
    /// Findings of the last run are there, also if there are none.
    void analysed();

private:
    struct Analysis {
        std::vector<ui::FindingRow> rows;
        int silenced = 0;
    };

    /// A fix that undo can take back.
    struct Applied {
        QString before;                     // the text without it
        std::vector<std::uint64_t> records; // the finding's
    };

    void analyse();
    void show(const Analysis &analysis);
    void textEdited();
    void undo();
    void compared();
    static Analysis analysisOf(const std::vector<TraceRecord> &records, const QString &text);

    Session &m_session;
    Settings &m_settings;
    RunController &m_runs;
    ui::TraceModel &m_trace;
    ui::FindingsModel &m_model;
    ui::FindingsView &m_view;
    QPointer<Document> m_document;
    QString m_text;                 // that the findings' places count in
    std::vector<Applied> m_applied; // the last one at the end
    QFutureWatcher<Analysis> m_analysing;
    QFutureWatcher<ui::FixComparison> m_comparing;
    std::shared_ptr<std::atomic<bool>> m_stop;
    QMetaObject::Connection m_edits;
    QTimer m_editTimer;
};

} // namespace heddle::app
