#include "orm/advice/asyncwriter.h"
#include "orm/advice/series.h"

namespace heddle::advice {

using namespace Qt::Literals::StringLiterals;
using namespace heddle::notation;

bool AsyncWriter::standsAlone(const Node &statement) const
{
    const int end = int(m_text.source.indexOf(u'\n', statement.span.end));
    return startsLine(statement) && isBlankBetween(m_text.source, statement.span.end,
                                                   end < 0 ? int(m_text.source.size()) : end);
}

/// NAME = QUERYSET.count(), or another method that only reads, with nothing to wait for inside.
bool AsyncWriter::canGather(const NodePtr &statement)
{
    if (!isPlainAssignment(*statement) || !standsAlone(*statement))
        return false;
    const Node &value = *statement->items[1];
    if (value.kind != NodeKind::Call || value.items[0]->kind != NodeKind::Attribute ||
        !isRead(value.items[0]->name) || !asksDatabase(value))
        return false;
    const NodePtr &receiver = value.items[0]->items[0];
    const RowType rows = m_flow.type(*receiver);
    if (!rows.is(RowType::Rows) && !rows.is(RowType::Manager))
        return false;
    return !awaitsIn([&] {
        expression(receiver, Use::Primary);
        arguments(value, Use::Value);
        for (const Argument &argument : value.arguments)
            if (argument.value->kind == NodeKind::Call && m_flow.calledFunction(*argument.value))
                ++m_awaits; // it may print
    });
}

/// Writes the statements from `first` on as one gather() and says how many these are; 0: none.
std::size_t AsyncWriter::gather(const Nodes &statements, std::size_t first)
{
    if (m_transactions > 0 || m_attempts > 0 || m_muted)
        return 0;
    Series series;
    for (std::size_t i = first; i < statements.size() && canGather(statements[i]); ++i) {
        if (i > first &&
            !isBlankBetween(m_text.source, statements[i - 1]->span.end, statements[i]->span.begin))
            break;
        if (!series.add(statements[i], mayFail(statements[i]->items[1]->items[0]->name)))
            break;
    }
    const Nodes &group = series.statements();
    if (group.size() < 2)
        return 0;
    Nodes values;
    for (const NodePtr &statement : group) {
        values.push_back(statement->items[1]);
        m_statement = statement.get();
        m_gathered = values.back().get();
        expression(values.back());
        m_gathered = nullptr;
        forget(statement->items[0]->name);
    }
    for (const TextEdit &edit : gatherEdits(m_text.source, group, values, m_shift))
        replace(edit.span.begin, edit.span.end, edit.replacement);
    m_imports.insert(u"import asyncio"_s);
    ++m_gathers;
    return group.size();
}

} // namespace heddle::advice
