#pragma once

#include "orm/values/rowbatch.h"

#include <QVariant>

class QSqlQuery;

namespace heddle {

/// A parameter as Qt's MySQL driver takes it. Throws NotSupportedError for arrays.
QVariant qtSqlParameter(const Value &value);

/// Adds the query's current row to the builder, whose types say how each cell is read; a cell that
/// is something else is kept as what it is. Returns the bytes of its texts, roughly.
std::size_t decodeQtSqlRow(const QSqlQuery &query, RowBatchBuilder &builder);

} // namespace heddle
