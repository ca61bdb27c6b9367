#include "app/lab/lab.h"

#include "orm/script/resultview.h"
#include "orm/values/errors.h"

#include <QCoreApplication>
#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace std::chrono_literals;

namespace heddle::app {
namespace {

using analysis::HistoryEvent;
using analysis::Observation;
using analysis::OperationKind;

/// Longer than any lock is waited for by the databases' own limits in a lab.
constexpr auto longestWait = 6s;
constexpr auto pollInterval = 10ms;

QString tr(const char *text)
{
    return QCoreApplication::translate("IsolationLab", text);
}

Plan<bool> anyWaits(int process)
{
    Statement asking;
    asking.sql =
        "SELECT count(*) FROM pg_locks WHERE NOT granted AND pid = " + QByteArray::number(process);
    asking.columns = std::make_shared<const std::vector<ColumnType>>(
        std::vector<ColumnType>{{ColumnKind::Int64}});
    StatementResult result = co_await send(std::move(asking));
    co_return result.batches.front()->value(0, 0).asInt() > 0;
}

} // namespace

Lab::Lab(const QString &server) : m_place(server)
{
    script::InterpreterOptions options;
    options.database = m_place.database();
    m_bystander = std::make_unique<script::Interpreter>(options);
    for (int i = 0; i < 2; ++i)
        m_sessions[std::size_t(i)] = std::make_unique<LabSession>(
            m_place.database(), i == 0 ? u"lab session A"_s : u"lab session B"_s);
}

Lab::~Lab()
{
    interrupt();
    for (auto &session : m_sessions)
        session.reset();
    m_bystander.reset();
}

void Lab::setListener(std::function<void(const LabState &)> listener)
{
    m_listener = std::move(listener);
}

void Lab::tell()
{
    m_state.next = runnableStep();
    if (m_listener)
        m_listener(m_state);
}

void Lab::interrupt() noexcept
{
    m_interrupted = true;
    for (const auto &session : m_sessions)
        session->interrupt();
}

void Lab::prepare(const LabScenario &scenario, LabLevel level)
{
    for (const auto &session : m_sessions) {
        if (session->isBusy())
            session->interrupt();
        session->forget();
    }
    m_state = {};
    m_state.scenario = scenario;
    m_state.level = level;
    m_state.steps.resize(std::size_t(scenario.steps.size()));
    m_operations.clear();
    for (const LabStep &step : scenario.steps)
        m_operations.push_back(labOperationOf(step.text, *m_place.database().registry()));
    m_current = {-1, -1};
    m_failed = {};
    m_saved = {};
    m_ended = 0;
    m_history.clear();
    runSerially();
    m_place.restore();
    m_start.rows = savedRows(&m_state.tables);
    m_start.saved = savedAnswers();
    tell();
}

/// The first step whose session is free; -1: none.
int Lab::runnableStep() const
{
    for (std::size_t i = 0; i < m_state.steps.size(); ++i) {
        const int session = m_state.scenario.steps[qsizetype(i)].session;
        if (m_state.steps[i].state == LabStepState::Pending && m_current[std::size_t(session)] < 0)
            return int(i);
    }
    return -1;
}

bool Lab::next()
{
    if (m_state.ended)
        return false;
    const int step = runnableStep();
    if (step >= 0)
        take(step);
    else if (m_current[0] >= 0 || m_current[1] >= 0)
        waitForAny();
    const bool more = runnableStep() >= 0 || m_current[0] >= 0 || m_current[1] >= 0;
    if (!more)
        conclude();
    tell();
    return more;
}

void Lab::runToEnd()
{
    while (!m_interrupted && next()) {
    }
}

void Lab::take(int step)
{
    const LabStep &asked = m_state.scenario.steps[step];
    const LabOperation &operation = m_operations[std::size_t(step)];
    LabStepResult &result = m_state.steps[std::size_t(step)];
    const auto session = std::size_t(asked.session);
    if (operation.kind == OperationKind::Begin)
        m_failed[session] = false;
    if (m_failed[session]) {
        skip(step);
        return;
    }
    result.state = LabStepState::Running;
    m_current[session] = step;
    tell();
    if (!operation.error.isEmpty()) {
        LabAnswer answer;
        answer.error.emplace();
        answer.error->type = u"SyntaxError"_s;
        answer.error->message = operation.error;
        finish(step, std::move(answer));
        return;
    }
    m_sessions[session]->start(asked, operation, m_state.level);
    if (auto answer = answerUnlessLocked(asked.session)) {
        finish(step, std::move(*answer));
    } else {
        result.state = LabStepState::Waiting;
        result.waited = true;
    }
}

/// What follows an error in a transaction is not run; its end has come already.
void Lab::skip(int step)
{
    LabStepResult &result = m_state.steps[std::size_t(step)];
    result.state = LabStepState::Skipped;
    result.ended = ++m_ended;
    const OperationKind kind = m_operations[std::size_t(step)].kind;
    if (kind == OperationKind::Commit || kind == OperationKind::Rollback)
        result.shown = tr("rolled back already");
}

/// The answer of the step that a session is busy with; nothing if it stands before a lock.
std::optional<LabAnswer> Lab::answerUnlessLocked(int session)
{
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
        if (auto answer = m_sessions[std::size_t(session)]->answer(pollInterval))
            return answer;
        const auto since = std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - begin);
        if (m_interrupted)
            m_sessions[std::size_t(session)]->interrupt();
        else if (isLocked(session, since))
            return std::nullopt;
    }
}

/// PostgreSQL knows. Elsewhere a step on tables of three rows that takes so long waits.
bool Lab::isLocked(int session, std::chrono::milliseconds since)
{
    constexpr auto askAfter = 50ms, longStep = 400ms;
    const int process = m_sessions[std::size_t(session)]->serverProcess();
    if (process == 0)
        return since > longStep;
    if (since < askAfter)
        return false;
    try {
        PlanContext context;
        return m_place.database().runner().run(anyWaits(process), context);
    } catch (const OrmError &) {
        return since > longStep;
    }
}

/// Takes what a waiting session has come to, if it has.
void Lab::collect(int session, bool mayHaveBeenFreed)
{
    const int step = m_current[std::size_t(session)];
    if (step < 0)
        return;
    std::optional<LabAnswer> answer = mayHaveBeenFreed
                                          ? answerUnlessLocked(session)
                                          : m_sessions[std::size_t(session)]->answer(0ms);
    if (answer)
        finish(step, std::move(*answer));
}

void Lab::waitForAny()
{
    const auto begin = std::chrono::steady_clock::now();
    bool ended = false;
    while (!ended) {
        for (const int session : {0, 1}) {
            const int step = m_current[std::size_t(session)];
            if (step < 0)
                continue;
            if (auto answer = m_sessions[std::size_t(session)]->answer(pollInterval)) {
                finish(step, std::move(*answer));
                ended = true;
            }
        }
        if (m_interrupted || std::chrono::steady_clock::now() - begin > longestWait) {
            for (const auto &session : m_sessions)
                session->interrupt();
        }
    }
}

void Lab::finish(int step, LabAnswer answer)
{
    const LabStep &asked = m_state.scenario.steps[step];
    const LabOperation &operation = m_operations[std::size_t(step)];
    const auto session = std::size_t(asked.session);
    LabStepResult &result = m_state.steps[std::size_t(step)];
    m_current[session] = -1;
    result.ended = ++m_ended;
    result.shown = answer.shown;
    HistoryEvent event;
    event.step = step;
    event.session = asked.session;
    event.kind = operation.kind;
    event.question = operation.question;
    event.tables = operation.tables;
    event.seen = answer.seen;
    if (answer.error) {
        result.state = LabStepState::Refused;
        result.error = answer.error->type + u": "_s + answer.error->message;
        if (answer.error->database)
            result.code = answer.error->database->serverCode;
        m_failed[session] = true;
        m_saved[session] = false;
        event.kind = OperationKind::Rollback;
        event.seen.reset();
    } else {
        result.state = LabStepState::Done;
        if (operation.kind == OperationKind::Commit || operation.kind == OperationKind::Begin)
            m_saved[session] = operation.kind == OperationKind::Commit;
        else if (operation.kind == OperationKind::Rollback)
            m_saved[session] = false;
    }
    look(&event);
    if (event.seen) {
        const auto saved = event.saved.find(event.question);
        if (saved != event.saved.end() && saved->second != *event.seen)
            result.savedThen = saved->second.text;
    }
    m_history.push_back(std::move(event));
    for (analysis::AnomalyFinding &finding : analysis::readAnomalies(m_start, m_history))
        m_state.found.push_back(std::move(finding));
    tell();
    const bool freed = m_history.back().kind == OperationKind::Commit ||
                       m_history.back().kind == OperationKind::Rollback ||
                       m_state.level == LabLevel::Autocommit;
    collect(1 - asked.session, freed);
}

/// What a bystander sees now.
void Lab::look(HistoryEvent *event)
{
    event->rows = savedRows(&m_state.tables);
    event->saved = savedAnswers();
}

std::map<QString, Observation> Lab::savedAnswers()
{
    std::map<QString, Observation> answers;
    for (const LabOperation &operation : m_operations) {
        if (operation.kind != OperationKind::Read || answers.contains(operation.question))
            continue;
        const script::RunOutcome outcome = m_bystander->evaluate(operation.question);
        if (!outcome.ok())
            continue; // it needs a name of the session's
        try {
            answers.emplace(operation.question, observationOf(*m_bystander, outcome.value));
        } catch (const OrmError &) {
            // A lock for update outside of a transaction, for one: nobody can tell.
        }
    }
    return answers;
}

analysis::TableRows Lab::savedRows(QList<LabTable> *tables)
{
    analysis::TableRows rows;
    QList<LabTable> found;
    for (const QString &model : {u"Account"_s, u"Booking"_s, u"Doctor"_s}) {
        const script::RunOutcome outcome =
            m_bystander->evaluate(model + u".objects.order_by('pk')"_s);
        if (!outcome.ok())
            continue;
        const script::ResultView view = script::resultOf(*m_bystander, outcome.value);
        LabTable table{model, view.columns(), {}};
        for (int row = 0; row < view.rowCount(); ++row) {
            QStringList cells;
            for (int column = 0; column < view.columnCount(); ++column)
                cells << view.cell(row, column).toDisplay();
            rows[model][cells.front()] = cells.join(u' ');
            table.rows << cells;
        }
        found << table;
    }
    if (tables)
        *tables = found;
    return rows;
}

/// All that can come out if the sessions do not meet: of both, of each alone, of none. A session
/// with more than one transaction has more orders than these: then nobody can tell.
void Lab::runSerially()
{
    m_serial.clear();
    std::array<int, 2> begins{};
    for (qsizetype i = 0; i < m_state.scenario.steps.size(); ++i) {
        const OperationKind kind = m_operations[std::size_t(i)].kind;
        if (kind == OperationKind::Begin)
            ++begins[std::size_t(m_state.scenario.steps[i].session)];
    }
    if (begins[0] > 1 || begins[1] > 1)
        return;
    for (const std::vector<int> &order :
         {std::vector<int>{}, std::vector<int>{0}, std::vector<int>{1}, std::vector<int>{0, 1},
          std::vector<int>{1, 0}}) {
        if (m_interrupted)
            return;
        if (auto outcome = serialOutcome(order))
            m_serial.push_back(std::move(*outcome));
    }
    for (const auto &session : m_sessions)
        session->forget();
}

std::optional<analysis::SerialOutcome> Lab::serialOutcome(const std::vector<int> &order)
{
    m_place.restore();
    analysis::SerialOutcome outcome;
    outcome.order = order;
    outcome.rows = savedRows();
    for (const int session : order) {
        LabSession &worker = *m_sessions[std::size_t(session)];
        worker.forget();
        const analysis::TableRows before = outcome.rows;
        for (qsizetype i = 0; i < m_state.scenario.steps.size(); ++i) {
            const LabStep &step = m_state.scenario.steps[i];
            const LabOperation &operation = m_operations[std::size_t(i)];
            if (step.session != session)
                continue;
            if (!operation.error.isEmpty())
                return std::nullopt;
            worker.start(step, operation, m_state.level);
            std::optional<LabAnswer> answer = worker.answer(longestWait);
            if (!answer) {
                worker.interrupt();
                worker.answer(longestWait);
                return std::nullopt;
            }
            if (answer->error)
                return std::nullopt;
            if (answer->seen)
                outcome.seen[int(i)] = answer->seen->text;
        }
        worker.forget(); // what was not saved is not
        outcome.rows = savedRows();
        for (const auto &[table, rows] : outcome.rows) {
            for (const auto &[key, row] : rows) {
                const auto old = before.find(table);
                if (old == before.end() || !old->second.contains(key) || old->second.at(key) != row)
                    outcome.wrote[session].insert(table + u'/' + key);
            }
        }
        for (const auto &[table, rows] : before) {
            for (const auto &[key, row] : rows) {
                if (!outcome.rows[table].contains(key))
                    outcome.wrote[session].insert(table + u'/' + key);
            }
        }
    }
    return outcome;
}

void Lab::conclude()
{
    m_state.ended = true;
    std::vector<int> saved;
    for (const int session : {0, 1}) {
        const bool began = std::any_of(m_history.begin(), m_history.end(), [&](const auto &event) {
            return event.session == session && event.kind == OperationKind::Begin;
        });
        if (m_saved[std::size_t(session)] || (!began && !m_failed[std::size_t(session)]))
            saved.push_back(session);
    }
    std::vector<analysis::SerialOutcome> serial;
    for (const analysis::SerialOutcome &outcome : m_serial) {
        std::vector<int> sorted = outcome.order;
        std::sort(sorted.begin(), sorted.end());
        if (sorted == saved)
            serial.push_back(outcome);
    }
    const auto found = analysis::anomalyOfOutcome(m_history, savedRows(), serial);
    // What the reads have told already needs no second name.
    if (found && (m_state.found.empty() || found->kind == analysis::Anomaly::LostUpdate ||
                  found->kind == analysis::Anomaly::WriteSkew))
        m_state.found.push_back(*found);
}

LabOutcome outcomeOf(const LabState &state)
{
    LabOutcome result;
    result.found = state.found;
    for (const LabStepResult &step : state.steps) {
        result.waited = result.waited || step.waited;
        if (step.state == LabStepState::Refused && result.refusal.isEmpty()) {
            result.refusal = step.error;
            result.refusedCode = step.code;
        }
        result.keptSnapshot = result.keptSnapshot || step.savedThen;
    }
    return result;
}

void runLabMatrix(Lab &lab, const std::function<void(const LabCell &)> &told)
{
    for (const LabScenario &scenario : labScenarios()) {
        for (const LabLevel level : lab.place().levels()) {
            lab.prepare(scenario, level);
            lab.runToEnd();
            if (!lab.state().ended)
                return;
            told({scenario.key, level, lab.outcome()});
        }
    }
}

} // namespace heddle::app
