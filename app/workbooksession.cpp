#include "app/workbooksession.h"

#include "orm/values/errors.h"

#include <deque>
#include <mutex>
#include <variant>

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

// A script that prints without end must leave the window time to paint between two deliveries.
constexpr std::size_t eventsAtOnce = 1000;

/// A parameter as a reader of the SQL would write it.
QString parameterText(const Value &value)
{
    switch (value.type()) {
    case Value::Type::Null:
        return u"NULL"_s;
    case Value::Type::Text:
        return u'\'' + value.asString().replace(u'\'', u"''"_s) + u'\'';
    case Value::Type::Bytes:
        return WorkbookSession::tr("bytes, %1 of them").arg(value.asBytes().size());
    case Value::Type::Bool:
    case Value::Type::Int:
    case Value::Type::BigInt:
    case Value::Type::Double:
    case Value::Type::Decimal:
    case Value::Type::Date:
    case Value::Type::Time:
    case Value::Type::DateTime:
    case Value::Type::Duration:
    case Value::Type::Uuid:
    case Value::Type::Json:
    case Value::Type::Array:
        break;
    }
    // JSON writes a date as text in double quotes, which are names in SQL.
    QString text = QString::fromUtf8(toJson(value));
    if (text.size() > 1 && text.startsWith(u'"') && text.endsWith(u'"'))
        text = u'\'' + text.sliced(1, text.size() - 2) + u'\'';
    return text;
}

ui::LiveSql liveSqlOf(const QString &expression, const script::SqlPreview &preview)
{
    ui::LiveSql live;
    live.expression = expression;
    if (preview.error) {
        live.error = preview.error->message;
        if (!preview.error->suggestion.isEmpty())
            live.error += u' ' + preview.error->suggestion;
        return live;
    }
    if (preview.items.empty())
        return live;
    live.sql = QString::fromUtf8(preview.items.front().sql);
    for (const Value &value : preview.items.front().parameters)
        live.parameters.append(parameterText(value));
    live.terminal = preview.terminal;
    return live;
}

struct Started {
    int cell;
    bool async;
};
struct Printed {
    int cell;
    QString line;
};
struct Warned {
    int cell;
    script::ScriptWarning warning;
};
struct Finished {};
struct TransactionEnd {
    bool committed;
    QString error;
};
using Event = std::variant<Started, Printed, Warned, script::CellOutcome, script::ManualState,
                           TransactionEnd, Finished>;

} // namespace

/// Takes what a runner tells on its threads and hands it over, in order, to the session on the GUI
/// thread.
///
/// Outlives the session if the runner does: it then drops everything.
class CellRelay final : public script::CellListener {
public:
    explicit CellRelay(WorkbookSession *target) : m_target(target) {}

    // --- GUI thread ---
    void detach()
    {
        const std::lock_guard lock(m_mutex);
        m_target = nullptr;
    }
    std::deque<Event> take()
    {
        const std::lock_guard lock(m_mutex);
        std::deque<Event> result;
        const std::size_t count = std::min(eventsAtOnce, m_events.size());
        std::move(m_events.begin(), m_events.begin() + std::ptrdiff_t(count),
                  std::back_inserter(result));
        m_events.erase(m_events.begin(), m_events.begin() + std::ptrdiff_t(count));
        m_posted = !m_events.empty();
        if (m_posted)
            post();
        return result;
    }

    // --- The runner's threads ---
    void cellStarted(int cell, bool async) override { add(Started{cell, async}); }
    void cellPrinted(int cell, const QString &line) override { add(Printed{cell, line}); }
    void cellWarned(int cell, const script::ScriptWarning &warning) override
    {
        add(Warned{cell, warning});
    }
    void cellFinished(const script::CellOutcome &outcome) override { add(outcome); }
    void runFinished() override { add(Finished{}); }
    void transactionChanged(const script::ManualState &state) override { add(state); }
    void transactionEnded(bool committed, const std::optional<script::ScriptError> &error) override
    {
        add(TransactionEnd{committed, error ? error->toString() : QString()});
    }

private:
    void add(Event event)
    {
        const std::lock_guard lock(m_mutex);
        if (!m_target)
            return;
        m_events.push_back(std::move(event));
        if (!std::exchange(m_posted, true))
            post();
    }
    void post() // under the lock: the target is not destroyed meanwhile
    {
        QMetaObject::invokeMethod(
            m_target, [target = m_target] { target->deliver(); }, Qt::QueuedConnection);
    }

    std::mutex m_mutex;
    WorkbookSession *m_target;
    std::deque<Event> m_events;
    bool m_posted = false;
};

struct WorkbookSession::Engine {
    // In the order of their making; the runner ends first.
    std::shared_ptr<TraceRecorder> recorder;
    CellRelay relay;
    std::unique_ptr<script::WorkbookRunner> runner;

    explicit Engine(WorkbookSession *target) : relay(target) {}
};

WorkbookSession::WorkbookSession(Session &session, QObject *parent)
    : QObject(parent), m_session(session)
{
    m_previews.setMaxThreadCount(1);
    connect(&m_session, &Session::opened, this, &WorkbookSession::releaseRunner);
}

WorkbookSession::~WorkbookSession()
{
    releaseRunner();
    m_previews.clear();
}

bool WorkbookSession::ensureRunner()
{
    if (m_engine)
        return true;
    if (!m_session.isOpen())
        return false;
    m_engine = std::make_shared<Engine>(this);
    m_engine->recorder = m_session.recorder();
    script::InterpreterOptions options;
    options.database = m_session.database();
    options.sink = m_engine->recorder.get();
    options.loadMode = m_loadMode;
    m_engine->runner = std::make_unique<script::WorkbookRunner>(options, &m_engine->relay);
    m_engine->runner->setParallelism(m_parallelism);
    m_engine->runner->setManualCommit(m_transaction.enabled);
    return true;
}

void WorkbookSession::releaseRunner()
{
    ++m_lastPreview; // answers of the old one are not wanted
    if (!m_engine)
        return;
    m_engine->relay.detach();
    m_engine->runner->stop();
    // Joining its threads takes as long as the statement that they are in.
    m_session.retire(std::exchange(m_engine, nullptr));
    if (std::exchange(m_running, false))
        Q_EMIT runFinished();
    if (m_transaction.open) { // the runner rolls it back as it ends
        m_transaction = {m_transaction.enabled, false, 0, 0, 0};
        Q_EMIT transactionChanged();
    }
}

void WorkbookSession::setManualCommit(bool manual)
{
    if (m_transaction.enabled == manual)
        return;
    m_transaction.enabled = manual;
    if (m_engine)
        m_engine->runner->setManualCommit(manual);
    Q_EMIT transactionChanged();
}

bool WorkbookSession::endTransaction(bool commit)
{
    return m_engine && !m_running && m_engine->runner->endTransaction(commit);
}

void WorkbookSession::restart()
{
    releaseRunner();
}

bool WorkbookSession::run(std::vector<script::CellSource> cells, script::RunMode mode,
                          script::RunScope scope)
{
    if (m_running || !ensureRunner())
        return false;
    m_lastRun = m_session.nextRun();
    m_running =
        m_engine->runner->start(std::move(cells), mode, m_lastRun, m_engine->recorder.get(), scope);
    return m_running;
}

void WorkbookSession::stop()
{
    if (m_engine)
        m_engine->runner->stop();
}

void WorkbookSession::setParallelism(int threads)
{
    m_parallelism = threads;
    if (m_engine)
        m_engine->runner->setParallelism(threads);
}

void WorkbookSession::setLoadMode(LoadMode mode)
{
    m_loadMode = mode;
    if (m_engine)
        m_engine->runner->setLoadMode(mode);
}

void WorkbookSession::preview(const QString &expression, const QString &precedingSource)
{
    const quint64 ticket = ++m_lastPreview;
    if (!ensureRunner()) {
        m_previewedQuery.reset();
        m_previewedStatement.reset();
        Q_EMIT previewReady({});
        return;
    }
    // A question that nobody waits for any more need not be answered.
    m_previews.clear();
    m_previews.start([this, ticket, expression, precedingSource, engine = m_engine]() mutable {
        ui::LiveSql live;
        std::optional<Query> query;
        std::optional<Previewed> statement;
        try {
            const script::SqlPreview preview = engine->runner->preview(expression, precedingSource);
            live = liveSqlOf(expression, preview);
            query = script::queryOf(preview.value);
            if (!preview.error && !preview.items.empty())
                statement = {expression, preview.items.front().sql,
                             preview.items.front().parameters};
        } catch (const OrmError &error) {
            live.expression = expression;
            live.error = error.message();
        }
        // If the session has let go of the engine meanwhile, this may be its last holder: it ends
        // here, off the GUI thread.
        engine.reset();
        QMetaObject::invokeMethod(
            this,
            [this, ticket, live, query, statement] {
                if (ticket != m_lastPreview)
                    return;
                m_previewedQuery = query;
                m_previewedStatement = statement;
                Q_EMIT previewReady(live);
            },
            Qt::QueuedConnection);
    });
}

void WorkbookSession::deliver()
{
    if (!m_engine)
        return;
    // A receiver may release the engine; what has been taken belongs to it and is then dropped.
    const std::shared_ptr<Engine> engine = m_engine;
    for (const Event &event : engine->relay.take()) {
        if (m_engine != engine)
            return;
        if (const auto *started = std::get_if<Started>(&event))
            Q_EMIT cellStarted(started->cell, started->async);
        else if (const auto *printed = std::get_if<Printed>(&event))
            Q_EMIT cellPrinted(printed->cell, printed->line);
        else if (const auto *warned = std::get_if<Warned>(&event))
            Q_EMIT cellWarned(warned->cell, warned->warning);
        else if (const auto *outcome = std::get_if<script::CellOutcome>(&event))
            Q_EMIT cellFinished(*outcome);
        else if (const auto *state = std::get_if<script::ManualState>(&event)) {
            const bool enabled = m_transaction.enabled; // the window's own word
            m_transaction = *state;
            m_transaction.enabled = enabled;
            Q_EMIT transactionChanged();
        } else if (const auto *end = std::get_if<TransactionEnd>(&event)) {
            Q_EMIT transactionEnded(end->committed, end->error);
        } else {
            m_running = false;
            Q_EMIT runFinished();
        }
    }
}

} // namespace heddle::app
