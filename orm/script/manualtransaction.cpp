#include "orm/script/manualtransaction.h"

#include "orm/trace/trace.h"
#include "orm/values/errors.h"

namespace heddle::script {
ManualTransaction::~ManualTransaction()
{
    if (m_cell && m_cell->isOpen())
        m_cell->rollback();
    m_cell.reset();
    if (m_block && m_block->isOpen())
        m_block->rollback();
}

void ManualTransaction::setEnabled(bool enabled)
{
    const std::lock_guard lock(m_mutex);
    m_state.enabled = enabled;
}

ManualState ManualTransaction::state() const
{
    const std::lock_guard lock(m_mutex);
    return m_state;
}

bool ManualTransaction::isUsed() const
{
    const std::lock_guard lock(m_mutex);
    return m_state.enabled || m_state.open;
}

void ManualTransaction::enterCell(const PlanContext &about)
{
    PlanContext context = about;
    context.method = "atomic";
    context.joins = true;
    if (!m_block) {
        AtomicOptions options;
        options.deferred = true;
        m_block = std::make_unique<AtomicBlock>(m_database, options, context);
        const std::lock_guard lock(m_mutex);
        m_state.open = true;
        m_state.openedNs = monotonicNs();
        m_state.queries = 0;
        m_state.cells = 0;
    }
    m_cell = std::make_unique<AtomicBlock>(m_database, AtomicOptions(), context);
}

void ManualTransaction::leaveCell(bool succeeded, std::int64_t queries)
{
    const std::unique_ptr<AtomicBlock> cell = std::move(m_cell);
    if (!cell)
        return;
    {
        const std::lock_guard lock(m_mutex);
        m_state.queries += queries;
        m_state.cells += int(succeeded);
    }
    try {
        if (succeeded)
            cell->commit();
        else
            cell->rollback();
    } catch (...) {
        try {
            finish(false); // nothing of it can be kept
        } catch (const OrmError &) {
            // The first error tells more.
        }
        throw;
    }
}

void ManualTransaction::finish(bool commit)
{
    const std::unique_ptr<AtomicBlock> block = std::move(m_block);
    {
        const std::lock_guard lock(m_mutex);
        m_state.open = false;
    }
    if (!block || !block->isOpen())
        return;
    if (commit)
        block->commit();
    else
        block->rollback();
}

} // namespace heddle::script
