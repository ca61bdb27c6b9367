#pragma once

#include "orm/sql/compiledquery.h"

namespace heddle {

/// What one column is given: a value, or an expression that the database works out.
struct Assignment {
    const Field *field = nullptr;
    Value value;
    ExprPtr expression; // null: the value counts
};

/// What happens to a row that breaks a UNIQUE constraint.
enum class OnConflict { Fail, Ignore, Update };

/// Rows of one table. All have the same columns; `cells` holds them row by row.
struct InsertRequest {
    const ModelInfo *model = nullptr;
    std::vector<const Field *> fields;
    std::vector<Assignment> cells; // rows x fields; a row of no fields is one of defaults only
    int rows = 1;
    OnConflict onConflict = OnConflict::Fail;
    std::vector<const Field *> updateFields, uniqueFields; // OnConflict::Update
    std::vector<const Field *> returning;                  // read back, in this order
};

/// A value as the column takes it (Django's get_db_prep_save): converted, decimals rounded to their
/// places. Throws ValueError, TypeError or ValidationError for what does not fit.
Value columnValue(const Field &field, const Value &value);

/// INSERT of one row or many. Throws FieldError or ValueError for expressions that cannot be
/// inserted.
CompiledQuery compileInsert(const InsertRequest &request, const Dialect &dialect);
/// The text of an INSERT of `rows` rows whose values are all parameters.
QByteArray insertText(const InsertRequest &shape, int rows, const Dialect &dialect);
/// The statement that takes rows of these fields in, one after another or in one go, and gives
/// nothing back: for Statement::rows.
QByteArray bulkInsertText(const ModelInfo &model, const std::vector<const Field *> &fields,
                          const Dialect &dialect);

/// UPDATE of the rows of a queryset; over other tables as `pk IN (subquery)`. `empty` if nothing
/// can match or nothing is assigned. Throws Django's FieldError for expressions that need a join,
/// an aggregate or a window.
CompiledQuery compileUpdate(const Query &query, const std::vector<Assignment> &assignments,
                            const Dialect &dialect);

/// DELETE of the rows of a queryset; over other tables as `pk IN (subquery)`.
CompiledQuery compileDelete(const Query &query, const Dialect &dialect);

} // namespace heddle
