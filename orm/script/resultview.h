#pragma once

#include "orm/query/query.h"
#include "orm/script/object.h"

#include <QStringList>
#include <memory>
#include <optional>

namespace heddle::script {

class Interpreter;

/// The shapes of a result, by the names of the command line's JSON.
enum class ResultKind {
    None,       // no value at all (a statement), or the value None of a statement
    Rows,       // a queryset of instances
    Values,     // dicts
    ValuesList, // tuples, or scalars if flat
    Object,     // one row, one dict, one tuple, null from first()
    Scalar,     // number, text, boolean
};

/// "rows", "values", "values_list", "object", "scalar"; empty for None.
QByteArray resultKindName(ResultKind kind);

/// Where a ResultView's cells come from: an evaluated queryset, or a list that a script made.
/// Immutable.
class ResultSource {
public:
    virtual ~ResultSource();
    virtual QStringList columns() const = 0;
    virtual std::int64_t rowCount() const = 0;
    virtual Value cell(std::int64_t row, int column) const = 0;
    virtual QByteArray toJson() const = 0;
};

/// What a grid or a printer needs of a result: columns, cells, JSON. An implicitly shared value,
/// complete and readable on any thread.
class ResultView {
public:
    ResultView() = default;
    ResultView(ResultKind kind, std::shared_ptr<const ResultSource> source, QString text)
        : m_kind(kind), m_source(std::move(source)), m_text(std::move(text))
    {
    }

    ResultKind kind() const { return m_kind; }
    /// The "result" of the command line's JSON; made when it is asked for.
    QByteArray toJson() const { return m_source ? m_source->toJson() : QByteArrayLiteral("null"); }
    /// Attnames, then annotations; for a flat list or a scalar one column "value".
    QStringList columns() const { return m_source ? m_source->columns() : QStringList(); }
    int columnCount() const { return int(columns().size()); }
    int rowCount() const { return m_source ? int(m_source->rowCount()) : 0; }
    Value cell(int row, int column) const { return m_source->cell(row, column); }
    /// repr(): what a Python shell would answer; of a queryset only its first rows.
    const QString &text() const { return m_text; }

private:
    ResultKind m_kind = ResultKind::None;
    std::shared_ptr<const ResultSource> m_source;
    QString m_text;
};

/// Looks at an object; a queryset is evaluated (one query and its prefetches). Throws what the
/// evaluation throws (OrmError). Owner thread of the interpreter only.
ResultView resultOf(Interpreter &interpreter, const Object &value);

/// The question behind a queryset or a manager that has not been evaluated; nothing for anything
/// else. Any thread.
std::optional<Query> queryOf(const Object &value);

} // namespace heddle::script
