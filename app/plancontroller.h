#pragma once

#include "app/session.h"
#include "app/workbooksession.h"
#include "ui/plan/planview.h"

#include <QFutureWatcher>
#include <QObject>

namespace heddle::app {

/// Asks the database how it would carry out the queryset at the caret, and brings the answer to the
/// plan's panel. One question at a time; a new one overtakes the last.
class PlanController final : public QObject {
    Q_OBJECT

public:
    PlanController(Session &session, ui::PlanView &view, QObject *parent = nullptr);
    ~PlanController() override;

    /// `run`: also runs it and measures.
    void ask(const WorkbookSession &runs, bool run);
    void stop();
    bool isRunning() const { return m_watcher.isRunning(); }

Q_SIGNALS:
    void finished();

private:
    void answered();

    Session &m_session;
    ui::PlanView &m_view;
    QFutureWatcher<QueryPlan> m_watcher;
    QString m_expression;
};

} // namespace heddle::app
