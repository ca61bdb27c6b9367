#include "orm/script/border.h"
#include "orm/script/errors.h"
#include "orm/script/eventloop.h"
#include "orm/script/ormtransaction.h"
#include "orm/script/vm.h"

#include "orm/objects/transaction.h"

#include <algorithm>

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The innermost Away of this thread.
thread_local Machine::Away *t_away = nullptr;

} // namespace

// --- Coming and going ---

void Machine::enter(Side side)
{
    m_turn.take();
    side.thread = currentTraceThread();
    m_side = std::move(side);
    const std::lock_guard lock(m_threadsMutex);
    m_threads.push_back(m_side.thread);
}

void Machine::leave()
{
    rollBackOpenBlocks();
    forgetThread(m_side.thread);
    m_side = Side();
    m_turn.pass();
}

void Machine::forgetThread(std::uint16_t thread)
{
    const std::lock_guard lock(m_threadsMutex);
    if (const auto found = std::find(m_threads.begin(), m_threads.end(), thread);
        found != m_threads.end())
        m_threads.erase(found);
}

std::vector<std::uint16_t> Machine::runningThreads() const
{
    const std::lock_guard lock(m_threadsMutex);
    return m_threads;
}

void Machine::rollBackOpenBlocks()
{
    while (!m_side.openBlocks.empty()) {
        const OpenBlock open = std::move(m_side.openBlocks.back());
        m_side.openBlocks.pop_back();
        open.scope->open = false;
        const Away waiting(*this);
        open.block->rollback();
    }
}

Machine::Use::Use(Machine &vm, Side side)
    : m_vm(vm), m_scope(vm.m_heap), m_took(!vm.m_turn.isMine())
{
    if (m_took)
        vm.enter(std::move(side));
}

Machine::Use::~Use()
{
    if (m_took)
        m_vm.leave();
}

Machine::Away::Away(Machine &vm) : m_vm(vm), m_away(vm.m_turn.isMine()), m_outer(t_away)
{
    if (!m_away)
        return;
    t_away = this;
    m_side = std::move(vm.m_side);
    vm.m_turn.pass();
}

Machine::Away::~Away()
{
    if (!m_away)
        return;
    t_away = m_outer;
    m_vm.m_turn.take();
    m_vm.m_side = std::move(m_side);
}

Machine::Back::Back(Machine &vm) : m_vm(vm), m_away(vm.m_turn.isMine() ? nullptr : t_away)
{
    if (!m_away)
        return;
    vm.m_turn.take();
    vm.m_side = std::move(m_away->m_side);
    t_away = m_away->m_outer;
}

Machine::Back::~Back()
{
    if (!m_away)
        return;
    m_away->m_side = std::move(m_vm.m_side);
    t_away = m_away;
    m_vm.m_turn.pass();
}

// --- Transactions that were left behind ---

namespace {

[[noreturn]] void refuse(const Machine &vm, const QString &doing, const QString &block, int line,
                         const QString &bridge, const QString &instead)
{
    const QString where = line > 0 ? u" in line %1"_s.arg(line) : QString();
    TransactionManagementError error(
        u"%1 would run outside of the transaction that '%2' began%3: a transaction does not follow across %4()."_s
            .arg(doing, block, where, bridge),
        instead);
    error.line = vm.site().line;
    error.column = vm.site().column;
    throw error;
}

} // namespace

void Machine::refuseLeavingTransaction(const QString &doing, const QString &instead)
{
    const Future *task = isAsync() ? m_loop->currentTask() : nullptr;
    const TaskContext &context = task ? task->context : m_side.context;
    if (!isAsync()) {
        for (const AsyncScope *scope = context.transaction.get(); scope;
             scope = scope->outer.get()) {
            if (scope->isOpen)
                refuse(*this, doing, u"async with atomic()"_s, scope->block.context().site.line,
                       u"sync_to_async"_s, instead);
        }
    }
    const SyncScope *left = context.left.get();
    if (left && left->open && (isAsync() || left->thread != m_side.thread))
        refuse(*this, doing, u"with atomic()"_s, left->line, u"async_to_sync"_s, instead);
}

} // namespace heddle::script
