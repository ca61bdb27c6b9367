#pragma once

#include "orm/objects/operations.h"

namespace heddle {

/// A raw text with the database's own placeholders, and its parameters in their order. Nothing of
/// the values goes into the text. Throws ProgrammingError if there are too few or too many,
/// KeyError for a name that was not given.
struct RawText {
    QByteArray sql;
    ValueList parameters;
};
RawText rawText(const QString &sql, const RawParameters &parameters, const Dialect &dialect);

namespace operations {

/// Django's raw(): rows of a text of one's own as objects. Columns are matched with fields by name,
/// `translations` (column -> field) first; fields without a column are deferred, columns without a
/// field are annotations. Throws FieldDoesNotExist if the primary key is not among them.
Operation<ResultSetPtr> raw(const Database &database, const ModelInfo *model, const QString &sql,
                            const RawParameters &parameters,
                            const std::vector<std::pair<QString, QString>> &translations,
                            const CallInfo &call);

/// How the database would carry out a queryset, as text. `format` may be empty; `options` are the
/// database's own ("analyze"). Throws ValueError for what it does not know.
Operation<QString> explain(const Database &database, const Query &query, const QString &format,
                           const std::vector<std::pair<QString, bool>> &options,
                           const CallInfo &call);

} // namespace operations

} // namespace heddle
