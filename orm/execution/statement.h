#pragma once

#include "orm/trace/trace.h"
#include "orm/values/rowbatch.h"

#include <functional>

namespace heddle {

/// Rows of parameters for one statement: it is run once for each of them, or takes them in one go
/// where the database can (COPY). Read on the connection's thread while the statement runs.
class ParameterRows {
public:
    virtual ~ParameterRows() = default;
    virtual std::int64_t count() const = 0;
    /// Fills in the parameters of row i. `out` is the same list from row to row, so that its memory
    /// is used again; it may hold those of the row before.
    virtual void row(std::int64_t i, ValueList &out) const = 0;
};

/// Decides how to read the columns of a text that somebody else wrote, once their names are known.
/// Asked on the connection's thread.
class ColumnChooser {
public:
    virtual ~ColumnChooser() = default;
    /// As many types as names. What it throws ends the statement.
    virtual std::shared_ptr<const std::vector<ColumnType>>
    choose(const std::vector<QString> &names) const = 0;
};

/// What a statement that is only a part of its plan is for, where that is not what the plan is for:
/// a query of prefetch_related().
struct StatementPart {
    const char *method = "";     // lives as long as the process
    std::uint64_t set = 0;       // see TraceRecord
    std::uint64_t parentSet = 0; // see TraceRecord
    QByteArray relation;
};

/// One SQL statement ready to be sent: text, bound parameters, and how to read what comes back.
struct Statement {
    QByteArray sql;                                         // shared with the compile cache
    ValueList parameters;                                   // bound, never joined into the text
    std::shared_ptr<const std::vector<ColumnType>> columns; // null: no rows are read
    TraceKind kind = TraceKind::Read;
    QByteArray label; // for the timeline
    /// Set: `parameters` is empty, and the statement is run with these; rows that it gives come one
    /// after another in the order of the parameters, rowsAffected is the sum.
    /// Of a text that begins with COPY they are what it takes in: `COPY "table" ("a", "b") FROM
    /// STDIN`, without options, since the connection knows the format (PostgreSQL only).
    std::shared_ptr<const ParameterRows> rows;
    std::shared_ptr<const StatementPart> part;    // null: it is for what its plan is for
    std::shared_ptr<const ColumnChooser> chooser; // set: it gives `columns` when rows come
    /// Its sink only takes the rows into memory: it never waits for anybody, so that it may be
    /// called on a thread that serves other plans too, and the statement may share a connection.
    bool gathers = false;
};

/// What a statement did, beside its rows.
struct StatementResult {
    std::vector<RowBatchPtr> batches; // empty if a sink took them
    std::int64_t rowsAffected = 0;
    Value lastInsertId; // SQLite's rowid; null where the database has none
    std::int64_t rowCount() const
    {
        std::int64_t n = 0;
        for (const RowBatchPtr &b : batches)
            n += b->rowCount();
        return n;
    }
};

/// Takes batches as they arrive, on the connection's thread. Returning false ends the statement
/// early.
using BatchSink = std::function<bool(RowBatchPtr)>;

} // namespace heddle
