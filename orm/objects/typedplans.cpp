#include "orm/objects/typedplans.h"

#include "orm/objects/operations.h"
#include "orm/objects/typedprefetch.h"
#include "orm/sql/compilecache.h"

namespace heddle::detail {

TypedRead typedRead(const Database &database, const Query &query, const Query &wanted,
                    Expect expect, const RowType *type, PlanContext &context)
{
    const Ask ask = expect == Expect::One ? Ask::One : Ask::Rows;
    TypedRead read{
        database, query,  compile(wanted, ask, database.dialect(), {}, database.compileCache()),
        type,     expect, context.site};
    context.compiledNs = monotonicNs();
    if (context.label.isEmpty())
        context.label = std::move(read.compiled.label);
    return read;
}

Plan<RowsPtr> typedRowsPlan(TypedRead read)
{
    const std::unique_ptr<TypedRows> rows = read.type->makeRows();
    if (!read.compiled.empty) {
        if (operations::locksRows(read.database, read.query))
            co_await operations::requireTransaction();
        RowReader reader(*read.type, read.database, read.query, std::move(read.compiled.shape),
                         nextTraceId(), read.origin);
        Statement statement = operations::statementOf(std::move(read.compiled));
        statement.gathers = true;
        BatchSink sink = [&rows, &reader](RowBatchPtr batch) {
            reader.read(batch, *rows);
            return true;
        };
        co_await send(std::move(statement), std::move(sink));
    }
    if (read.expect == Expect::One)
        operations::requireOne(*read.query.model(), rows->size());
    if (read.type->model && rows->size() > 0)
        if (std::vector<PrefetchSpec> specs = prefetchesOf(read.query); !specs.empty()) {
            Plan<bool> prefetch = prefetchPlan(read.database, objectsIn(*rows, *read.type),
                                               std::move(specs), read.origin);
            co_await std::move(prefetch);
        }
    co_return rows->share();
}

Plan<RowsPtr> typedPartsPlan(const RowType *type, std::vector<TypedRead> parts)
{
    const std::unique_ptr<TypedRows> rows = type->makeRows();
    for (TypedRead &part : parts) {
        if (part.compiled.empty)
            continue;
        RowReader reader(*part.type, part.database, part.query, part.compiled.shape, nextTraceId(),
                         part.origin);
        Statement statement = operations::statementOf(std::move(part.compiled));
        statement.gathers = true;
        BatchSink sink = [&rows, &reader](RowBatchPtr batch) {
            reader.read(batch, *rows);
            return true;
        };
        co_await send(std::move(statement), std::move(sink));
    }
    co_return rows->share();
}

} // namespace heddle::detail
