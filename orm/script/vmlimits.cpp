// A machine's limits, and what it knows of where it runs.

#include "orm/execution/runner.h"
#include "orm/notation/diagnostics.h"
#include "orm/objects/transaction.h"
#include "orm/script/border.h"
#include "orm/script/callables.h"
#include "orm/script/containers.h"
#include "orm/script/deadlinewatch.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/rowstream.h"
#include "orm/script/vm.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;
using Clock = std::chrono::steady_clock;

namespace {

constexpr std::int64_t kWorkBetweenChecks =
    2000; // some ten microseconds: stop() and the clock are looked at that often

} // namespace

void Machine::beginRun()
{
    m_stop.store(false, std::memory_order_release);
    m_statements = m_queries = m_rows = 0;
    m_budget = 0;
    m_result = Object();
    m_resultPosition = {};
    m_heap->setLimit(options.limits.memoryBytes);
    m_refusedRun.reset();
    m_deadline.reset();
    pipes.clear();
    if (options.limits.time.count() > 0) {
        m_deadline = Clock::now() + options.limits.time;
        if (!options.database.isNull() && !options.database.isOffline())
            m_watch = std::make_unique<DeadlineWatch>(*this, *m_deadline);
    }
}

void Machine::endRun()
{
    rollBackOpenBlocks();
    m_border->waitForAll();
    {
        const Machine::Away waiting(*this);
        waitForStreams(*this, Streams::Over);
    }
    m_watch.reset();
    if (!m_line.isEmpty())
        write(u"\n"_s);
    drainWarnings();
}

void Machine::requestStop() noexcept
{
    m_stop.store(true, std::memory_order_release);
    m_loop->mailbox()->wake();
}

void Machine::checkLimits()
{
    m_budget = kWorkBetweenChecks;
    if (stopRequested())
        throw stoppedByUser();
    if (m_deadline && Clock::now() > *m_deadline)
        throw LimitExceeded(u"The script ran longer than the %1 s that it may take"_s.arg(
            double(options.limits.time.count()) / 1000));
    if (options.limits.statements > 0 && m_statements > options.limits.statements)
        throw LimitExceeded(u"The script executed more than the %1 statements that it may"_s.arg(
            options.limits.statements));
    m_heap->require(0);
    if (m_turn.isWanted())
        const Away others(*this);
}

void Machine::wouldRun(const char *method, const QByteArray &sql, const ValueList &parameters)
{
    SqlPreview preview;
    preview.terminal = QString::fromLatin1(method);
    if (!sql.isEmpty())
        preview.items.push_back({sql, parameters});
    m_refusedRun = std::move(preview);
    throw LimitExceeded(u"A query would run here"_s);
}

void Machine::countQuery()
{
    ++m_queries;
    if (options.limits.queries > 0 && m_queries > options.limits.queries)
        throw LimitExceeded(u"The script needs more than the %1 queries that it may run"_s.arg(
            options.limits.queries));
}

void Machine::countRows(std::int64_t rows)
{
    m_rows += rows;
    if (options.limits.rows > 0 && m_rows > options.limits.rows)
        throw tooManyRows(options.limits.rows);
}

std::optional<std::int64_t> Machine::rowsLeft() const
{
    if (options.limits.rows <= 0)
        return std::nullopt;
    return std::max<std::int64_t>(0, options.limits.rows - m_rows);
}

LimitExceeded Machine::tooManyRows(std::int64_t limit)
{
    return LimitExceeded(u"The script fetched more than the %1 rows that it may"_s.arg(limit));
}

CallSite Machine::site() const
{
    if (m_side.running.empty() || m_side.running.back()->frames.empty())
        return m_side.site;
    const Position at = m_side.running.back()->frames.back()->position();
    return {at.line, at.column, nullptr};
}

bool Machine::isAsync() const
{
    return m_loop->isRunning() && !m_side.besideLoop;
}

std::uint16_t Machine::lane() const
{
    return m_side.besideLoop ? 0 : m_loop->lane();
}

std::uint64_t Machine::span() const
{
    return m_side.running.empty() ? m_side.span : m_side.running.front()->span;
}

const ModelRegistry *Machine::models() const
{
    return options.database.isNull() ? nullptr : options.database.registry().get();
}

void Machine::write(const QString &text)
{
    m_line += text;
    m_heap->require(std::uint64_t(m_line.size()) * 2);
    for (qsizetype end = m_line.indexOf(u'\n'); end >= 0; end = m_line.indexOf(u'\n')) {
        if (options.output)
            options.output->printed(m_line.left(end));
        m_line.remove(0, end + 1);
    }
}

void Machine::warn(const QString &category, const QString &message, const CallSite &site)
{
    m_warnings->add({category, message, site.line, site.column});
}

void Machine::drainWarnings()
{
    std::vector<ScriptWarning> warnings;
    {
        const std::lock_guard lock(m_warnings->mutex);
        warnings.swap(m_warnings->warnings);
    }
    for (const ScriptWarning &warning : warnings) {
        if (options.output)
            options.output->warned(warning);
    }
}

Object Machine::takeResult(Position *where)
{
    *where = m_resultPosition;
    return std::exchange(m_result, Object());
}

} // namespace heddle::script
