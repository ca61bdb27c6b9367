#pragma once

#include "orm/query/query.h"
#include "orm/values/rowbatch.h"

#include <memory>

namespace heddle {

/// Where the fields of one model instance stand in a result's columns.
struct RowLayout {
    const ModelInfo *model = nullptr;
    std::vector<int> columnOfField; // by Field::index; -1: deferred
    struct Related {
        const Field *field = nullptr;       // a forward key that was loaded with the row
        const Relation *relation = nullptr; // or a reverse one-to-one
        std::shared_ptr<const RowLayout> layout;
        QString as = {}; // of a filtered relation: its own name
        QString name() const
        {
            return !as.isEmpty() ? as : field ? field->name : relation->accessor;
        }
    };
    std::vector<Related> related;
};

/// What a result's columns mean.
struct ResultShape {
    ResultKind kind = ResultKind::Rows;
    RowLayout layout;                                 // Rows
    std::vector<std::pair<QString, int>> annotations; // Rows: name and column, after the fields
    QStringList names;                                // values kinds: the keys, in order
    std::vector<int> columns;                         // values kinds: the column of each key
    std::vector<FieldType> types;                     // of each column
    bool named = false;                               // ValuesList: tuples with named members
    /// The to-many relations that are joined side by side, so that the rows of one are repeated for
    /// each row of the other; empty unless there are two at least. And the sums and counts over
    /// them that take the repeated rows for rows of their own.
    QStringList multiplied, multipliedAggregates;
};

/// SQL text with its parameters in order: what a Statement is made of. Pure data; knows no
/// connection.
struct CompiledQuery {
    QByteArray sql;
    ValueList parameters;
    std::shared_ptr<const std::vector<ColumnType>> columnTypes;
    std::shared_ptr<const ResultShape> shape;
    QByteArray label;   // "Book", "COUNT(*) Book"
    bool empty = false; // nothing can match: no statement need be sent
};

/// What a terminal method asks of a query. One: the rows as get() wants them, in no order and no
/// more than it counts in its message; a slice that the query has already is kept.
enum class Ask { Rows, One, Count, Exists, Aggregate };

class Dialect;

/// Compiles a query. Pure; throws what Django throws when a query turns out to make no sense only
/// as a whole. `aggregates` belongs to Ask::Aggregate. Cached by shape: see compilecache.h.
CompiledQuery compile(const Query &query, Ask ask, const Dialect &dialect,
                      const std::vector<NamedExpression> &aggregates = {});

} // namespace heddle
