#include "app/lab/labsession.h"

#include "orm/notation/dependencies.h"
#include "orm/script/resultview.h"
#include "orm/values/errors.h"

using namespace Qt::Literals::StringLiterals;

namespace heddle::app {
namespace {

using analysis::Observation;
using analysis::OperationKind;

/// BEGIN, COMMIT and ROLLBACK, however they are written.
std::optional<OperationKind> transactionWord(const QString &text)
{
    const QString word = text.trimmed().toUpper();
    if (word == "BEGIN"_L1)
        return OperationKind::Begin;
    if (word == "COMMIT"_L1)
        return OperationKind::Commit;
    if (word == "ROLLBACK"_L1)
        return OperationKind::Rollback;
    return std::nullopt;
}

AtomicOptions optionsOf(LabLevel level)
{
    AtomicOptions options;
    switch (level) {
    case LabLevel::Autocommit:
    case LabLevel::Immediate:
        break;
    case LabLevel::ReadUncommitted:
        options.isolation = Isolation::ReadUncommitted;
        break;
    case LabLevel::ReadCommitted:
        options.isolation = Isolation::ReadCommitted;
        break;
    case LabLevel::RepeatableRead:
        options.isolation = Isolation::RepeatableRead;
        break;
    case LabLevel::Serializable:
        options.isolation = Isolation::Serializable;
        break;
    case LabLevel::Deferred:
        options.deferred = true;
        break;
    }
    return options;
}

PlanContext contextOf()
{
    PlanContext context;
    context.joins = true;
    return context;
}

Plan<int> processNumber()
{
    Statement asking;
    asking.sql = "SELECT pg_backend_pid()";
    asking.columns = std::make_shared<const std::vector<ColumnType>>(
        std::vector<ColumnType>{{ColumnKind::Int64}});
    StatementResult result = co_await send(std::move(asking));
    co_return int(result.batches.front()->value(0, 0).asInt());
}

} // namespace

LabOperation labOperationOf(const QString &text, const ModelRegistry &models)
{
    LabOperation result;
    if (const auto word = transactionWord(text)) {
        result.kind = *word;
        return result;
    }
    const notation::ParseResult parsed = notation::parseModule(text);
    if (!parsed.ok()) {
        result.error = parsed.diagnostics.front().message;
        return result;
    }
    const notation::CellDependencies found =
        notation::analyze(*parsed.tree, notation::nameSetsFor(models));
    if (found.opaque || !found.tablesWritten.isEmpty() || !found.writesThrough.isEmpty() ||
        !found.deletesThrough.isEmpty()) {
        result.kind = OperationKind::Write;
        if (!found.opaque && found.writesThrough.isEmpty() && found.deletesThrough.isEmpty())
            result.tables = found.tablesWritten;
        return result;
    }
    if (found.tablesRead.isEmpty() || parsed.tree->body.size() != 1)
        return result;
    const notation::Node &only = *parsed.tree->body.front();
    notation::NodePtr asked;
    if (only.kind == notation::NodeKind::Expr) {
        asked = only.items.front();
    } else if (only.kind == notation::NodeKind::Assign && only.items.size() == 2 &&
               only.items.front()->kind == notation::NodeKind::Name) {
        result.boundName = only.items.front()->name;
        asked = only.items.back();
    } else {
        return result;
    }
    result.kind = OperationKind::Read;
    result.tables = found.tablesRead;
    result.question = text.mid(asked->span.begin, asked->span.end - asked->span.begin);
    return result;
}

Observation observationOf(script::Interpreter &interpreter, const script::Object &value)
{
    const script::ResultView view = script::resultOf(interpreter, value);
    Observation seen;
    const bool isTable = view.kind() == script::ResultKind::Rows ||
                         view.kind() == script::ResultKind::Values ||
                         (view.kind() == script::ResultKind::Object && view.columnCount() > 1);
    if (!isTable) {
        seen.text = view.text();
        return seen;
    }
    const QStringList columns = view.columns();
    const int key = int(columns.indexOf(u"id"_s));
    QStringList lines, keys;
    for (int row = 0; row < view.rowCount(); ++row) {
        QStringList cells;
        for (int column = 0; column < columns.size(); ++column)
            cells << columns[column] + u'=' + view.cell(row, column).toDisplay();
        lines << cells.join(u' ');
        if (key >= 0)
            keys << view.cell(row, key).toDisplay();
    }
    seen.text = lines.isEmpty() ? QStringLiteral("no rows") : lines.join(u'\n');
    if (key >= 0)
        seen.keys = keys;
    return seen;
}

LabSession::LabSession(const Database &database, const QString &name)
    : m_database(database), m_thread(name)
{
    post([this] {
        m_traceThread = currentTraceThread();
        if (m_database.dialect().name() != "postgresql"_L1)
            return;
        try {
            m_serverProcess = m_database.runner().run(processNumber(), contextOf());
        } catch (const OrmError &) {
            // Then whether it waits is told by time, as elsewhere.
        }
    });
    forget();
}

LabSession::~LabSession()
{
    interrupt();
    post([this] {
        if (m_block && m_block->isOpen())
            m_block->rollback();
        m_block.reset();
        const std::lock_guard lock(m_mutex);
        m_interpreter.reset();
    });
}

void LabSession::post(std::function<void()> work)
{
    bool done = false;
    m_thread.post([&] {
        work();
        const std::lock_guard lock(m_mutex);
        done = true;
        m_answered.notify_all();
    });
    std::unique_lock lock(m_mutex);
    m_answered.wait(lock, [&] { return done; });
}

void LabSession::forget()
{
    post([this] {
        if (m_block && m_block->isOpen())
            m_block->rollback();
        m_block.reset();
        script::InterpreterOptions options;
        options.database = m_database;
        options.output = &m_output;
        auto interpreter = std::make_unique<script::Interpreter>(options);
        const std::lock_guard lock(m_mutex);
        m_interpreter = std::move(interpreter);
        m_answer.reset();
    });
    m_busy = false;
}

void LabSession::start(const LabStep &step, const LabOperation &operation, LabLevel level)
{
    m_busy = true;
    m_thread.post([this, step, operation, level] {
        LabAnswer answer = perform(step, operation, level);
        const std::lock_guard lock(m_mutex);
        m_answer = std::move(answer);
        m_answered.notify_all();
    });
}

std::optional<LabAnswer> LabSession::answer(std::chrono::milliseconds within)
{
    std::unique_lock lock(m_mutex);
    m_answered.wait_for(lock, within, [this] { return m_answer.has_value(); });
    if (!m_answer)
        return std::nullopt;
    m_busy = false;
    return std::exchange(m_answer, std::nullopt);
}

void LabSession::interrupt() noexcept
{
    const std::lock_guard lock(m_mutex);
    if (m_interpreter)
        m_interpreter->stop();
    try {
        if (!m_database.isNull())
            m_database.runner().cancelSync(m_traceThread); // BEGIN and COMMIT can wait, too
    } catch (const OrmError &) {
        // It was closed: nothing runs there.
    }
}

LabAnswer LabSession::perform(const LabStep &step, const LabOperation &operation, LabLevel level)
{
    LabAnswer answer;
    try {
        switch (operation.kind) {
        case OperationKind::Begin:
            if (level != LabLevel::Autocommit)
                m_block = std::make_unique<AtomicBlock>(m_database, optionsOf(level), contextOf());
            return answer;
        case OperationKind::Commit:
            if (m_block && m_block->isOpen())
                m_block->commit();
            m_block.reset();
            return answer;
        case OperationKind::Rollback:
            if (m_block && m_block->isOpen())
                m_block->rollback();
            m_block.reset();
            return answer;
        case OperationKind::Read:
        case OperationKind::Write:
        case OperationKind::Other:
            answer = runText(step, operation);
            break;
        }
    } catch (const OrmError &error) {
        answer.error = script::toScriptError(error);
    }
    if (answer.error) { // what leaves an atomic() with an error is rolled back
        if (m_block && m_block->isOpen())
            m_block->rollback();
        m_block.reset();
    }
    return answer;
}

LabAnswer LabSession::runText(const LabStep &step, const LabOperation &operation)
{
    LabAnswer answer;
    m_output.lines.clear();
    const script::RunOutcome outcome = m_interpreter->run(step.text);
    answer.shown = m_output.lines.join(u'\n');
    if (outcome.error) {
        answer.error = outcome.error;
        return answer;
    }
    const script::Object value =
        operation.boundName.isEmpty() ? outcome.value : m_interpreter->global(operation.boundName);
    if (value.isEmpty() || (value.isNone() && operation.kind != OperationKind::Read))
        return answer;
    Observation seen = observationOf(*m_interpreter, value);
    answer.shown += (answer.shown.isEmpty() ? QString() : u"\n"_s) + seen.text;
    if (operation.kind == OperationKind::Read)
        answer.seen = std::move(seen);
    return answer;
}

} // namespace heddle::app
