#pragma once

#include "orm/execution/runner.h"
#include "orm/objects/queryset.h"

namespace heddle {

/// One operation on a queryset, ready to be run either way: its plan and what it is run with. There
/// is one maker for each terminal method; `get()` and `aget()` call the same one.
template <typename T>
struct Operation {
    Plan<T> plan;
    PlanContext context;
};

namespace operations {
PlanContext contextFor(const CallInfo &call, const char *method, const QByteArray &label = {});

/// The rows of a query as a part of another plan; prefetch_related included.
Plan<ResultSetPtr> rowsPlan(Database database, Query query, CallSite origin);
/// The same for prefetch_related() of `whole`: the rows behind `relation` of all rows of the
/// evaluation `owners`, which may be one of its own prefetches.
Plan<ResultSetPtr> prefetchedRowsPlan(Database database, Query query, ResultSetPtr whole,
                                      std::uint64_t owners, QByteArray relation);

// --- What the makers below share with those for structs ---
Statement statementOf(CompiledQuery &&compiled);
/// SELECT ... FOR UPDATE: the rows stay locked to the end of a transaction, so there must be one.
bool locksRows(const Database &database, const Query &query);
/// Throws TransactionManagementError outside a transaction.
Plan<bool> requireTransaction();
/// Throws DoesNotExist or MultipleObjectsReturned unless a get() found one row.
void requireOne(const ModelInfo &model, qint64 rows);
/// What get(), first() or last(), earliest() or latest() ask.
Query questionOfGet(const Query &query, const QPtr &q);
Query questionOfEnd(const Query &query, bool last);
Query questionOfExtreme(const Query &query, const QStringList &fields, bool latest);

Operation<ResultSetPtr> fetch(const Database &database, const Query &query, const CallInfo &call,
                              const char *method = "list");
Operation<ResultSetPtr> get(const Database &database, const Query &query, const QPtr &q,
                            const CallInfo &call, const char *method = "get");
Operation<ResultSetPtr> firstOrLast(const Database &database, const Query &query, bool last,
                                    const CallInfo &call);
Operation<ResultSetPtr> earliestOrLatest(const Database &database, const Query &query,
                                         const QStringList &fields, bool latest,
                                         const CallInfo &call);
Operation<qint64> count(const Database &database, const Query &query, const CallInfo &call);
Operation<bool> exists(const Database &database, const Query &query, const CallInfo &call,
                       const char *method = "exists");
Operation<bool> contains(const Database &database, const Query &query, const Record &record,
                         const CallInfo &call);
Operation<AggregateResult> aggregate(const Database &database, const Query &query,
                                     const std::vector<NamedExpression> &aggregates,
                                     const CallInfo &call);
Operation<RecordMap> inBulk(const Database &database, const Query &query,
                            const std::optional<ValueList> &ids, const QString &field,
                            const CallInfo &call);
Operation<qint64> stream(const Database &database, const Query &query, BatchSink sink,
                         const CallInfo &call);
} // namespace operations

} // namespace heddle
