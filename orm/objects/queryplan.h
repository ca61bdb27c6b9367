#pragma once

#include "orm/objects/operations.h"

#include <optional>

namespace heddle {

/// One step of how a database carries out a statement, whatever database it is.
struct QueryPlanNode {
    /// What stands out at a step. As numbers, since only the window has words.
    enum class Remark {
        FullScan,    // reads a whole table without an index
        Misjudged,   // ten times more or fewer rows came than were expected
        Sorts,       // makes an order, or a temporary index, that none was there for
        Discards,    // nine of ten rows that it read were thrown away by its filter
        TookLongest, // of the time that was measured it took the most
    };

    QString operation; // "Index Scan", "SEARCH": the database's own word
    QString target;    // "book using book_author_id"; may be empty
    QStringList details;
    std::optional<double> cost;                     // in the server's unit, with its children
    std::optional<double> expectedRows, actualRows; // a loop; actual ones only if it was run
    std::optional<double> loops;
    std::optional<double> totalMs; // all loops, with its children
    std::optional<double> ownMs;   // without them
    std::vector<Remark> remarks;
    std::vector<QueryPlanNode> children;

    bool has(Remark remark) const;
};

/// How a database carries out a statement: PostgreSQL's, SQLite's and MariaDB's EXPLAIN as one kind
/// of tree.
struct QueryPlan {
    QByteArray sql;
    std::vector<QueryPlanNode> nodes; // the outermost ones; PostgreSQL has one
    bool wasRun = false;
    std::optional<double> planningMs, executionMs; // only if it was run
    std::optional<qint64> rows;                    // that it gave; only if it was run
    /// Where to look first: what took the longest, else what has a remark, else nothing.
    const QueryPlanNode *worst() const;
};

namespace operations {

/// Asks for the plan of one statement. `run`: also runs it, and measures: each step where the
/// database can (PostgreSQL), else the whole. Throws NotSupportedError for running what changes
/// data.
Operation<QueryPlan> queryPlan(const Database &database, const QByteArray &sql,
                               const ValueList &parameters, bool run, const CallInfo &call);
/// The same of a queryset's rows.
Operation<QueryPlan> queryPlan(const Database &database, const Query &query, bool run,
                               const CallInfo &call);

} // namespace operations

} // namespace heddle
