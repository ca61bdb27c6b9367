#pragma once

#include "orm/sql/write.h"
#include "orm/sql/writer.h"

namespace heddle::sql {

/// "schema"."table", quoted.
QByteArray tableName(const ModelInfo &model, const Dialect &dialect);
/// The parameters in the order of their placeholders.
ValueList parametersOf(const std::vector<Bind> &binds);
/// The queryset whose rows are meant, ready for WHERE in UPDATE or DELETE: the condition alone if
/// it needs no other table, else `pk IN (subquery)` on the table by itself.
std::shared_ptr<Select> targetRows(const Query &query);
/// WHERE with its keyword; empty: all rows. Nothing: no row can match.
std::optional<QByteArray> whereClause(Writer &writer, Select &rows);

} // namespace heddle::sql
