#pragma once

#include "orm/objects/queryset.h"
#include "orm/objects/typedexpression.h"
#include "orm/objects/typedrows.h"

namespace heddle {

template <typename T>
struct Operation;

namespace detail {

/// QList<Row>, without its type.
using RowsPtr = std::shared_ptr<void>;

/// How many rows a terminal method is content with.
enum class Expect { Any, One };

/// A typed queryset without its type: all that QuerySet<T> is, but for casts. The questions are
/// Query's, the operations those of QuerySet<Record>; only reading the rows differs.
class QueryCore {
public:
    QueryCore(Database database, Query query, const RowType *type);

    const Database &database() const { return m_database; }
    const Query &query() const { return m_query; }
    /// The rows of the same database and (mostly) model as another type.
    QueryCore with(Query query, const RowType *type = nullptr) const;
    QueryCore withDatabase(Database database) const;

    // --- Refinements that need more than a Query's own ---
    QueryCore filter(const ConditionData &condition) const;
    QueryCore exclude(const ConditionData &condition) const;
    QueryCore filter(QAnyStringView lookup, Operand operand) const;
    QueryCore exclude(QAnyStringView lookup, Operand operand) const;
    QueryCore annotate(QAnyStringView name, const TermData &term, const RowType *type) const;
    QueryCore alias(QAnyStringView name, const TermData &term) const;
    /// values_list(); groups what comes after it as Django does.
    QueryCore values(const std::vector<TermData> &terms, const RowType *type) const;
    QueryCore slice(qint64 low, std::optional<qint64> high) const;
    QueryCore selectRelated(const QStringList &paths) const;
    /// By accessors, as prefetch_related() takes them.
    QueryCore prefetchRelated(std::initializer_list<PathStep> steps, const QueryCore *inner) const;
    QueryCore only(const QStringList &paths) const { return with(m_query.only(paths)); }
    QueryCore combined(Combinator combinator, const QueryCore &other) const;

    // --- Terminal methods: sync ones run them, `a` ones start them ---
    Operation<RowsPtr> listOperation(const CallInfo &call, const char *method = "list") const;
    Operation<RowsPtr> getOperation(const ConditionData &condition, const CallInfo &call) const;
    Operation<RowsPtr> endOperation(bool last, const CallInfo &call) const;
    Operation<RowsPtr> extremeOperation(const QStringList &fields, bool latest,
                                        const CallInfo &call) const;

    /// The rows whose field has one of these values; in parts where there are more of them than a
    /// statement takes parameters. Throws ValueError for a field that is not unique.
    Operation<RowsPtr> inBulkOperation(const QString &field, const ValueList &keys,
                                       const CallInfo &call) const;

    RowsPtr list(const CallInfo &call) const;
    RowsPtr inBulk(const QString &field, const ValueList &keys, const CallInfo &call) const;
    RowsPtr get(const ConditionData &condition, const CallInfo &call) const;
    RowsPtr first(const CallInfo &call) const;
    RowsPtr last(const CallInfo &call) const;
    RowsPtr extreme(const QStringList &fields, bool latest, const CallInfo &call) const;
    qint64 count(const CallInfo &call) const;
    QFuture<qint64> acount(const CallInfo &call) const;
    bool exists(const CallInfo &call) const;
    QFuture<bool> aexists(const CallInfo &call) const;
    bool contains(const void *object, const CallInfo &call) const;
    QFuture<bool> acontains(const void *object, const CallInfo &call) const;
    AggregateResult aggregate(std::vector<NamedExpression> aggregates, const CallInfo &call) const;
    QFuture<AggregateResult> aaggregate(std::vector<NamedExpression> aggregates,
                                        const CallInfo &call) const;
    QFuture<RowsPtr> startGet(const ConditionData &condition, const CallInfo &call) const;
    QFuture<RowsPtr> startList(const CallInfo &call) const;
    /// Rows as they arrive, a batch at a time, on the connection's thread: memory stays flat. False
    /// from `take` ends it early. Gives the number of rows.
    using TakeRows = std::function<bool(TypedRows &rows)>;
    qint64 stream(TakeRows take, const CallInfo &call) const;
    QFuture<qint64> astream(TakeRows take, const CallInfo &call) const;
    const RowType &rowType() const { return *m_type; }
    /// With the order that the model was described with, where none was asked for.
    Query ordered() const;
    /// The same question for records.
    QuerySet<Record> records() const { return {m_database, ordered()}; }

private:
    Operation<RowsPtr> read(const Query &query, const Query &wanted, Expect expect,
                            const CallInfo &call, const char *method) const;
    BatchSink sinkFor(TakeRows take) const;
    QueryCore withAliases(const ConditionData &condition) const;
    QuerySet<Record> membership(const void *object) const;

    Database m_database;
    Query m_query;
    const RowType *m_type;
};

/// The place of a call, for traces and errors. As std::source_location, which Clang 14 lacks.
struct Here {
    const char *file = nullptr;
    int line = 0;
    static constexpr Here current(const char *file = __builtin_FILE(), int line = __builtin_LINE())
    {
        return {file, line};
    }
};
CallInfo callFrom(const Here &at, const char *method = nullptr);

/// The batches of a result, one after another, as objects; those that are still to come are not yet
/// made.
class RowCursor {
public:
    /// Asks for them.
    RowCursor(const QueryCore &core, const CallInfo &call);
    /// The next rows, possibly none; null at the end.
    RowsPtr next();

private:
    const RowType &m_type;
    ResultSetPtr m_result;
    std::shared_ptr<RowReader> m_reader;
    std::size_t m_batch = 0;
    RowsPtr m_all; // where prefetches must be handed out at once
};

} // namespace detail
} // namespace heddle
