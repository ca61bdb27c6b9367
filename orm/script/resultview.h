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

/// What a grid or a printer needs of a result: columns, cells, JSON. An implicitly shared value,
/// complete and readable on any thread.
class ResultView {
public:
    struct Table {
        QStringList
            columns; // attnames, then annotations; for a flat list or a scalar one column "value"
        std::vector<std::vector<Value>> rows;
    };

    ResultView() = default;
    ResultView(ResultKind kind, QByteArray json, std::shared_ptr<const Table> table, QString text)
        : m_kind(kind), m_json(std::move(json)), m_table(std::move(table)), m_text(std::move(text))
    {
    }

    ResultKind kind() const { return m_kind; }
    /// The "result" of the command line's JSON.
    const QByteArray &toJson() const { return m_json; }
    int columnCount() const { return m_table ? int(m_table->columns.size()) : 0; }
    int rowCount() const { return m_table ? int(m_table->rows.size()) : 0; }
    QStringList columns() const { return m_table ? m_table->columns : QStringList(); }
    const Value &cell(int row, int column) const
    {
        return m_table->rows[std::size_t(row)][std::size_t(column)];
    }
    /// repr(): what a Python shell would answer.
    const QString &text() const { return m_text; }

private:
    ResultKind m_kind = ResultKind::None;
    QByteArray m_json;
    std::shared_ptr<const Table> m_table;
    QString m_text;
};

/// Looks at an object; a queryset is evaluated (one query and its prefetches). Throws what the
/// evaluation throws (OrmError). Owner thread of the interpreter only.
ResultView resultOf(Interpreter &interpreter, const Object &value);

/// The question behind a queryset or a manager that has not been evaluated; nothing for anything
/// else. Any thread.
std::optional<Query> queryOf(const Object &value);

} // namespace heddle::script
