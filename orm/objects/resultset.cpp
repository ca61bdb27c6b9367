#include "orm/objects/resultstorage.h"

#include <algorithm>

namespace heddle {

Value ResultStorage::value(qint64 row, int column) const
{
    if (firstRow.empty())
        return batches.front()->value(int(row), column);
    const auto after = std::upper_bound(firstRow.begin(), firstRow.end(), row);
    const auto batch = std::size_t(after - firstRow.begin()) - 1;
    return batches[batch]->value(int(row - firstRow[batch]), column);
}

ResultSet::ResultSet(std::shared_ptr<ResultStorage> storage) : m_storage(std::move(storage))
{
}
ResultSet::ResultSet(ResultSetPtr whole, std::vector<qint64> rows)
    : m_storage(whole->m_storage), m_whole(std::move(whole)), m_rows(std::move(rows))
{
}
ResultSet::~ResultSet() = default;

const ResultShape &ResultSet::shape() const
{
    return *m_storage->shape;
}
const Query &ResultSet::query() const
{
    return m_storage->query;
}
qint64 ResultSet::rowCount() const
{
    return m_whole ? qint64(m_rows.size()) : m_storage->rows;
}
const std::vector<RowBatchPtr> &ResultSet::batches() const
{
    if (m_storage->use)
        m_storage->use->readAll();
    return m_storage->batches;
}
std::uint64_t ResultSet::id() const
{
    return m_storage->id;
}
const CallSite &ResultSet::origin() const
{
    return m_storage->origin;
}

Value ResultSet::value(qint64 row, int column) const
{
    return m_storage->readValue(m_whole ? m_rows[std::size_t(row)] : row, column);
}

Record ResultSet::record(qint64 row) const
{
    if (m_whole)
        return m_whole->record(m_rows[std::size_t(row)]);
    std::lock_guard lock(m_mutex);
    if (m_records.empty())
        m_records.resize(std::size_t(m_storage->rows));
    Record &record = m_records[std::size_t(row)];
    if (record.isNull()) {
        auto data = std::make_shared<Record::Data>();
        data->storage = m_storage;
        data->layout = &m_storage->shape->layout;
        data->row = row;
        record = Record(std::move(data));
    }
    return record;
}

ValueList ResultSet::valuesRow(qint64 row) const
{
    ValueList out;
    out.reserve(shape().columns.size());
    for (int column : shape().columns)
        out.push_back(value(row, column));
    return out;
}

} // namespace heddle
