#include "app/plancontroller.h"

#include "orm/values/errors.h"

namespace heddle::app {

PlanController::PlanController(Session &session, ui::PlanView &view, QObject *parent)
    : QObject(parent), m_session(session), m_view(view)
{
    connect(&m_watcher, &QFutureWatcher<QueryPlan>::finished, this, &PlanController::answered);
}

PlanController::~PlanController()
{
    stop();
}

void PlanController::stop()
{
    m_watcher.cancel();
}

void PlanController::ask(const WorkbookSession &runs, bool run)
{
    if (!m_session.isOpen()) {
        m_view.showMessage(tr("Open a database first: it is asked for the plan."));
        return;
    }
    const std::optional<WorkbookSession::Previewed> &statement = runs.previewedStatement();
    if (!statement) {
        m_view.showMessage(tr("There is no queryset at the caret."));
        return;
    }
    stop();
    const Database &database = m_session.database();
    m_expression = statement->expression;
    try {
        Operation<QueryPlan> asking =
            operations::queryPlan(database, statement->sql, statement->parameters, run, {});
        m_view.setWaiting(m_expression, run);
        m_watcher.setFuture(database.runner().start(std::move(asking.plan), asking.context));
    } catch (const OrmError &error) {
        m_view.showMessage(error.message());
    }
}

void PlanController::answered()
{
    QFuture<QueryPlan> future = m_watcher.future();
    try {
        future.waitForFinished(); // it has; throws what ended it
        if (future.isCanceled() || future.resultCount() == 0)
            m_view.showMessage(tr("The question for the plan was stopped."));
        else
            m_view.setPlan(m_expression, future.result());
    } catch (const QueryCancelled &) {
        m_view.showMessage(tr("The question for the plan was stopped."));
    } catch (const OrmError &error) {
        m_view.showMessage(error.message());
    }
    Q_EMIT finished();
}

} // namespace heddle::app
