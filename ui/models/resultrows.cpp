#include "ui/models/resultrows.h"

#include <algorithm>
#include <limits>

namespace heddle::ui {

bool ResultRows::append(RowBatchPtr batch)
{
    if (!batch || batch->rowCount() == 0)
        return true;
    if (batch->columnCount() != m_columns.size() ||
        rowCount() > std::numeric_limits<int>::max() - batch->rowCount())
        return false;
    m_starts.push_back(rowCount() + batch->rowCount());
    m_batches.push_back(std::move(batch));
    return true;
}

ResultRows::Cell ResultRows::cell(int row, int column) const
{
    const auto behind = std::upper_bound(m_starts.begin(), m_starts.end(), row);
    const auto index = std::size_t(behind - m_starts.begin());
    const int first = index == 0 ? 0 : m_starts[index - 1];
    return {&m_batches[index]->column(column), row - first};
}

bool ResultRows::isNull(int row, int column) const
{
    const Cell found = cell(row, column);
    return found.column->isNull(found.row);
}

Value ResultRows::value(int row, int column) const
{
    const Cell found = cell(row, column);
    return found.column->value(found.row);
}

std::size_t ResultRows::byteSize() const
{
    std::size_t bytes = 0;
    for (const RowBatchPtr &batch : m_batches)
        bytes += batch->byteSize();
    return bytes;
}

} // namespace heddle::ui
