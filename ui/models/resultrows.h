#pragma once

#include "orm/values/rowbatch.h"

#include <QStringList>
#include <vector>

namespace heddle::ui {

/// The rows that have arrived, batch behind batch, as one table. A value: copies share the batches,
/// so that another thread can work on a copy while rows go on arriving.
class ResultRows {
public:
    struct Cell {
        const Column *column = nullptr;
        int row = 0; // in that column
    };

    ResultRows() = default;
    explicit ResultRows(QStringList columns) : m_columns(std::move(columns)) {}

    const QStringList &columns() const { return m_columns; }
    int rowCount() const { return m_starts.empty() ? 0 : m_starts.back(); }
    /// Rows beyond 2^31 - 1 are not taken: no view can show them. Batches of another width are
    /// refused as well.
    bool append(RowBatchPtr batch);
    /// `row` and `column` must exist.
    Cell cell(int row, int column) const;
    bool isNull(int row, int column) const;
    Value value(int row, int column) const;
    std::size_t byteSize() const;

private:
    QStringList m_columns;
    std::vector<RowBatchPtr> m_batches;
    std::vector<int> m_starts; // first row behind each batch
};

} // namespace heddle::ui
