#include "app/isolationcontroller.h"

#include "app/lab/labtext.h"
#include "orm/values/errors.h"

#include <mutex>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {

/// The lab is made, used and dropped on the thread; only interrupt() comes from elsewhere.
struct IsolationController::Worker {
    std::mutex mutex;
    std::shared_ptr<Lab> lab;
    QString url;
    std::atomic<bool> stopped = false;
    script::ScriptThread thread{u"isolation lab"_s}; // last: it uses the others

    std::shared_ptr<Lab> current()
    {
        const std::lock_guard lock(mutex);
        return lab;
    }
    void replace(std::shared_ptr<Lab> made, const QString &place)
    {
        std::shared_ptr<Lab> old; // ends outside of the lock: that takes time
        const std::lock_guard lock(mutex);
        old = std::exchange(lab, std::move(made));
        url = place;
    }
};

namespace {

ui::IsolationStep::State shown(LabStepState state, bool next)
{
    switch (state) {
    case LabStepState::Pending:
        return next ? ui::IsolationStep::State::Next : ui::IsolationStep::State::ToCome;
    case LabStepState::Running:
        return ui::IsolationStep::State::Running;
    case LabStepState::Waiting:
        return ui::IsolationStep::State::Waiting;
    case LabStepState::Done:
        return ui::IsolationStep::State::Done;
    case LabStepState::Refused:
        return ui::IsolationStep::State::Refused;
    case LabStepState::Skipped:
        return ui::IsolationStep::State::NotRun;
    }
    return ui::IsolationStep::State::ToCome;
}

QList<ui::IsolationStep> stepsOf(const LabState &state)
{
    QList<ui::IsolationStep> steps;
    for (std::size_t i = 0; i < state.steps.size(); ++i) {
        const LabStepResult &result = state.steps[i];
        ui::IsolationStep step;
        step.session = state.scenario.steps[qsizetype(i)].session;
        step.text = state.scenario.steps[qsizetype(i)].text;
        step.state = shown(result.state, state.next == int(i));
        step.result = stepResultText(result);
        for (const analysis::AnomalyFinding &finding : state.found) {
            if (finding.step == int(i))
                step.anomalies << anomalySentence(finding);
        }
        steps << step;
    }
    return steps;
}

} // namespace

IsolationController::IsolationController(Session &session, QWidget *window, QObject *parent)
    : QObject(parent), m_session(session), m_window(window), m_worker(std::make_unique<Worker>())
{
    connect(&m_session, &Session::opened, this, &IsolationController::fillPlaces);
}

IsolationController::~IsolationController()
{
    m_worker->stopped = true;
    if (const auto lab = m_worker->current())
        lab->interrupt();
    m_worker->thread.post([worker = m_worker.get()] { worker->replace(nullptr, {}); });
    m_worker.reset(); // waits for it, so that nothing is left on a server
}

void IsolationController::show()
{
    if (!m_view) {
        makeView();
        fillPlaces();
        placeChosen();
    } else if (!m_view->isVisible()) {
        prepare();
    }
    m_view->show();
    m_view->raise();
    m_view->activateWindow();
}

void IsolationController::makeView()
{
    m_view = new ui::IsolationView(m_window);
    m_view->setWindowFlags(Qt::Window);
    QStringList titles;
    for (const LabScenario &scenario : labScenarios())
        titles << scenario.title;
    m_view->setScenarios(titles);
    m_scenario = labScenarios().front();
    ui::IsolationView *view = m_view;
    connect(view, &ui::IsolationView::chosen, this, &IsolationController::scenarioChosen);
    connect(view, &ui::IsolationView::placeChosen, this, &IsolationController::placeChosen);
    connect(view, &ui::IsolationView::nextRequested, this, [this] { next(false); });
    connect(view, &ui::IsolationView::runRequested, this, [this] { next(true); });
    connect(view, &ui::IsolationView::resetRequested, this, &IsolationController::prepare);
    connect(view, &ui::IsolationView::stopRequested, this, &IsolationController::stop);
    connect(view, &ui::IsolationView::matrixRequested, this, &IsolationController::runMatrix);
    connect(view, &ui::IsolationView::stepsEdited, this, &IsolationController::edited);
    connect(view, &ui::IsolationView::closed, this, &IsolationController::closeLab);
}

/// A SQLite file, and the server of the open database if there is one.
void IsolationController::fillPlaces()
{
    if (!m_view || m_busy > 0)
        return;
    const QString chosen = m_urls.value(m_view->place());
    m_urls = {QString()};
    QStringList titles{tr("Temporary SQLite file")};
    const auto kind = m_session.isOpen() ? LabDatabase::kindOf(m_session.url()) : std::nullopt;
    if (kind == LabDatabase::Kind::Postgres) {
        m_urls << m_session.url();
        titles << tr("New schema in %1 (PostgreSQL)").arg(m_session.displayName());
    } else if (kind == LabDatabase::Kind::Mariadb) {
        m_urls << m_session.url();
        titles << tr("New database beside %1 (MariaDB)").arg(m_session.displayName());
    }
    m_view->setPlaces(titles);
    const int place = std::max(0, int(m_urls.indexOf(chosen)));
    m_view->choose(m_view->scenario(), place, m_view->level());
    if (m_urls.value(place) != chosen)
        placeChosen();
}

LabDatabase::Kind IsolationController::kind() const
{
    const QString url = m_urls.value(m_view->place());
    return url.isEmpty() ? LabDatabase::Kind::Sqlite
                         : LabDatabase::kindOf(url).value_or(LabDatabase::Kind::Sqlite);
}

LabLevel IsolationController::level() const
{
    return m_levels.value(m_view->level(), LabLevel::Autocommit);
}

void IsolationController::fillLevels()
{
    m_levels = labLevels(kind());
    QStringList titles;
    for (const LabLevel level : std::as_const(m_levels))
        titles << labLevelTitle(level);
    m_view->setLevels(titles);
    // The database's own default.
    const LabLevel usual = kind() == LabDatabase::Kind::Sqlite     ? LabLevel::Deferred
                           : kind() == LabDatabase::Kind::Postgres ? LabLevel::ReadCommitted
                                                                   : LabLevel::RepeatableRead;
    m_view->choose(m_view->scenario(), m_view->place(), int(m_levels.indexOf(usual)));
}

void IsolationController::placeChosen()
{
    fillLevels();
    QStringList scenarios, levels;
    for (const LabScenario &scenario : labScenarios())
        scenarios << scenario.title;
    for (const LabLevel level : std::as_const(m_levels))
        levels << labLevelTitle(level);
    m_view->clearMatrix(scenarios, levels);
    showChoice();
    prepare();
}

void IsolationController::scenarioChosen()
{
    if (const int index = m_view->scenario(); index >= 0)
        m_scenario = labScenarios()[index];
    m_view->setCurrentStep(0);
    showChoice();
    prepare();
}

void IsolationController::showChoice()
{
    m_view->setExplanation(m_scenario.explanation, levelNote(kind(), level()));
}

void IsolationController::edited(const QList<ui::IsolationStep> &steps)
{
    m_scenario.steps.clear();
    for (const ui::IsolationStep &step : steps)
        m_scenario.steps << LabStep{step.session, step.text};
    QList<ui::IsolationStep> fresh;
    for (const ui::IsolationStep &step : steps)
        fresh << ui::IsolationStep{step.session, step.text, {}, {}, {}};
    m_view->setSteps(fresh);
    prepare();
}

void IsolationController::post(const QString &doing, std::function<void(Lab &)> work)
{
    ++m_busy;
    m_problem = false;
    m_view->setProgress(true, m_ended);
    m_view->setStatus(doing);
    m_worker->stopped = false;
    const QString url = m_urls.value(m_view->place());
    m_worker->thread.post([this, worker = m_worker.get(), url, work = std::move(work)] {
        QString problem;
        try {
            if (!worker->current() || worker->url != url) {
                worker->replace(nullptr, {});
                worker->replace(std::make_shared<Lab>(url), url);
            }
            const std::shared_ptr<Lab> lab = worker->current();
            lab->goOn();
            lab->setListener([this](const LabState &state) {
                QMetaObject::invokeMethod(
                    this, [this, state] { showState(state); }, Qt::QueuedConnection);
            });
            if (!worker->stopped)
                work(*lab);
        } catch (const OrmError &error) {
            problem = error.message();
            worker->replace(nullptr, {});
        }
        QMetaObject::invokeMethod(
            this, [this, problem] { finished(problem); }, Qt::QueuedConnection);
    });
}

void IsolationController::finished(const QString &problem)
{
    --m_busy;
    if (!m_view)
        return;
    if (!problem.isEmpty()) {
        m_problem = true;
        m_view->setStatus(problem, true);
    }
    if (m_busy > 0)
        return;
    m_view->setProgress(false, m_ended || m_problem);
    Q_EMIT idle();
}

void IsolationController::prepare()
{
    const LabScenario scenario = m_scenario;
    const LabLevel at = level();
    post(tr("Preparing the rows\u2026"), [scenario, at](Lab &lab) { lab.prepare(scenario, at); });
}

void IsolationController::next(bool toEnd)
{
    if (m_busy > 0 || m_ended)
        return;
    post(tr("Running\u2026"), [toEnd](Lab &lab) {
        if (toEnd)
            lab.runToEnd();
        else
            lab.next();
    });
}

void IsolationController::runMatrix()
{
    if (m_busy > 0)
        return;
    m_view->showMatrix();
    const LabScenario scenario = m_scenario;
    const LabLevel at = level();
    post(tr("Running all scenarios on all levels\u2026"), [this, scenario, at](Lab &lab) {
        lab.setListener({});
        runLabMatrix(lab, [this](const LabCell &cell) {
            QMetaObject::invokeMethod(
                this,
                [this, cell] {
                    const LabScenario *known = findLabScenario(cell.scenario);
                    if (!m_view || !known)
                        return;
                    ui::IsolationCell shown;
                    shown.text = outcomeWord(cell.outcome, known->shows.has_value());
                    shown.happens = !cell.outcome.found.empty();
                    shown.refused = !cell.outcome.refusal.isEmpty();
                    m_view->setMatrixCell(int(known - labScenarios().constData()),
                                          int(m_levels.indexOf(cell.level)), shown);
                },
                Qt::QueuedConnection);
        });
        lab.goOn();
        lab.setListener([this](const LabState &state) {
            QMetaObject::invokeMethod(
                this, [this, state] { showState(state); }, Qt::QueuedConnection);
        });
        lab.prepare(scenario, at);
    });
}

void IsolationController::stop()
{
    m_worker->stopped = true;
    if (const auto lab = m_worker->current())
        lab->interrupt();
    if (m_view)
        m_view->setStatus(tr("Stopping\u2026"));
}

void IsolationController::closeLab()
{
    m_worker->stopped = true;
    if (const auto lab = m_worker->current())
        lab->interrupt();
    m_worker->thread.post([worker = m_worker.get()] { worker->replace(nullptr, {}); });
}

void IsolationController::showState(const LabState &state)
{
    if (!m_view || state.scenario.steps != m_scenario.steps)
        return;
    m_ended = state.ended;
    m_view->setSteps(stepsOf(state));
    QList<ui::IsolationTable> tables;
    for (const LabTable &table : state.tables)
        tables << ui::IsolationTable{table.name, table.columns, table.rows};
    m_view->setTables(tables);
    if (state.ended) {
        m_view->setStatus(
            tr("The end. %1.")
                .arg(outcomeText(outcomeOf(state), state.scenario.shows.has_value())));
    } else if (state.next >= 0) {
        m_view->setStatus(tr("Next: step %1, session %2.")
                              .arg(state.next + 1)
                              .arg(sessionName(state.scenario.steps[state.next].session)));
    } else {
        m_view->setStatus(tr("All that is left waits."));
    }
}

} // namespace heddle::app
