#include "orm/objects/operations.h"

#include "orm/execution/transaction.h"
#include "orm/objects/prefetch.h"
#include "orm/objects/resultstorage.h"
#include "orm/sql/compilecache.h"

#include <algorithm>

namespace heddle::operations {

using namespace Qt::Literals::StringLiterals;

namespace {

std::shared_ptr<ResultStorage> newStorage(const Database &database, const Query &query,
                                          const CompiledQuery &compiled, const CallSite &origin)
{
    auto storage = std::make_shared<ResultStorage>();
    storage->database = database;
    storage->query = query;
    storage->shape = compiled.shape;
    storage->id = nextTraceId();
    storage->origin = origin;
    return storage;
}

/// Not done for get(): what one row brings is never worth a word.
void follow(ResultStorage &storage, std::uint32_t run)
{
    storage.use = RowUseLog::follow(storage.id, run, storage.origin, storage.shape);
    if (!storage.shape->multiplied.isEmpty())
        RowUseLog::multiplied(run, storage.id, storage.origin, *storage.shape);
}

CompiledQuery compiledFor(const Database &database, const Query &query, Ask ask,
                          PlanContext &context, const std::vector<NamedExpression> &aggregates = {})
{
    CompiledQuery compiled =
        compile(query, ask, database.dialect(), aggregates, database.compileCache());
    context.compiledNs = monotonicNs();
    if (const RowOrigin *row = query.rowOrigin().get()) {
        context.link = TraceLink::RelatedSet;
        context.parentSet = row->set;
        context.parentRow = row->row;
        context.relation = row->relation;
    }
    // The plan's label serves its statement too: one reference less to a text that all threads
    // share.
    if (context.label.isEmpty())
        context.label = std::move(compiled.label);
    return compiled;
}

// Statements stand in locals before co_await: GCC 12 frees some temporaries of the awaited
// expression twice.
Plan<ResultSetPtr> fetchPlan(std::shared_ptr<ResultStorage> storage, CompiledQuery compiled,
                             std::shared_ptr<const StatementPart> part = {})
{
    if (!compiled.empty) {
        if (locksRows(storage->database, storage->query))
            co_await requireTransaction();
        Statement statement = statementOf(std::move(compiled));
        statement.part = std::move(part);
        StatementResult result = co_await send(std::move(statement));
        storage->take(std::move(result.batches));
    }
    auto rows = std::make_shared<const ResultSet>(std::move(storage));
    if (rows->rowCount() > 0 && rows->shape().kind == ResultKind::Rows)
        if (std::vector<PrefetchSpec> specs = prefetchesOf(rows->query()); !specs.empty())
            co_await prefetchPlan(rows, std::move(specs));
    co_return rows;
}

// Not on top of fetchPlan(): a get is short enough for a second coroutine to show.
Plan<ResultSetPtr> getPlan(std::shared_ptr<ResultStorage> storage, CompiledQuery compiled)
{
    if (!compiled.empty) {
        if (locksRows(storage->database, storage->query))
            co_await requireTransaction();
        Statement statement = statementOf(std::move(compiled));
        StatementResult result = co_await send(std::move(statement));
        storage->take(std::move(result.batches));
    }
    const ModelInfo *model = storage->query.model();
    auto rows = std::make_shared<const ResultSet>(std::move(storage));
    requireOne(*model, rows->rowCount());
    if (rows->shape().kind == ResultKind::Rows)
        if (std::vector<PrefetchSpec> specs = prefetchesOf(rows->query()); !specs.empty())
            co_await prefetchPlan(rows, std::move(specs));
    co_return rows;
}

Plan<qint64> countPlan(CompiledQuery compiled)
{
    if (compiled.empty)
        co_return qint64(0);
    Statement statement = statementOf(std::move(compiled));
    StatementResult result = co_await send(std::move(statement));
    co_return result.batches.empty() ? 0 : qint64(result.batches.front()->column(0).int64(0));
}

Plan<bool> existsPlan(CompiledQuery compiled)
{
    if (compiled.empty)
        co_return false;
    Statement statement = statementOf(std::move(compiled));
    StatementResult result = co_await send(std::move(statement));
    co_return result.rowCount() > 0;
}

Plan<AggregateResult> aggregatePlan(CompiledQuery compiled, std::vector<NamedExpression> aggregates)
{
    AggregateResult out;
    if (compiled.empty) {
        for (const NamedExpression &item : aggregates) {
            const Expression &e = *item.expression;
            Value value = e.kind == ExprKind::Aggregate && e.name == "Count"_L1 ? Value(0)
                          : e.defaultValue ? e.defaultValue->value
                                           : Value();
            out.emplace_back(item.name, value);
        }
        co_return out;
    }
    const std::shared_ptr<const ResultShape> shape = compiled.shape;
    Statement statement = statementOf(std::move(compiled));
    StatementResult result = co_await send(std::move(statement));
    for (std::size_t i = 0; i < shape->columns.size(); ++i) {
        Value value =
            result.rowCount() > 0 ? result.batches.front()->value(0, shape->columns[i]) : Value();
        out.emplace_back(shape->names[qsizetype(i)], std::move(value));
    }
    co_return out;
}

Plan<qint64> streamPlan(CompiledQuery compiled, BatchSink sink)
{
    if (compiled.empty)
        co_return qint64(0);
    auto rows = std::make_shared<qint64>(0);
    BatchSink counting = [rows, sink = std::move(sink)](RowBatchPtr batch) {
        *rows += batch->rowCount();
        return sink(std::move(batch));
    };
    Statement statement = statementOf(std::move(compiled));
    co_await send(std::move(statement), std::move(counting));
    co_return *rows;
}

/// The parts that a long list of keys is asked in: no statement takes more parameters than the
/// database allows.
Plan<RecordMap>
inBulkPlan(std::vector<std::pair<std::shared_ptr<ResultStorage>, CompiledQuery>> parts,
           const Field *field)
{
    RecordMap out;
    for (auto &[storage, compiled] : parts) {
        ResultSetPtr rows = co_await fetchPlan(storage, std::move(compiled));
        for (qint64 i = 0; i < rows->rowCount(); ++i) {
            Record record = rows->record(i);
            Value key;
            if (field) {
                key = record.value(field);
            } else {
                ValueList keys = record.primaryKey();
                key = keys.size() == 1 ? keys.front() : Value::array(std::move(keys));
            }
            out.emplace_back(std::move(key), std::move(record));
        }
    }
    co_return out;
}

void refuseDistinctFields(const Query &query, const char *method)
{
    if (query.state().distinctFields)
        throw NotImplementedError(
            u"%1() + distinct(fields) not implemented."_s.arg(QLatin1String(method)));
}

Query orderedByKey(const Query &query, bool descending, const char *method)
{
    const std::vector<const Field *> &keys = query.model()->primaryKeys();
    if (query.state().grouped && query.state().result != ResultKind::Rows)
        throw TypeError(
            u"Cannot use QuerySet.%1() on an unordered queryset performing aggregation. Add an ordering with order_by()."_s
                .arg(QLatin1String(method)));
    if (keys.empty()) {
        // A view or a table without a key: whichever row comes first, by the first column.
        const QString name = query.model()->fields().front()->attname;
        return query.orderBy(QStringList{descending ? u'-' + name : name});
    }
    return query.orderBy(QStringList{descending ? u"-pk"_s : u"pk"_s});
}

} // namespace

Statement statementOf(CompiledQuery &&compiled)
{
    Statement s;
    s.sql = std::move(compiled.sql);
    s.parameters = std::move(compiled.parameters);
    s.columns = std::move(compiled.columnTypes);
    s.label = std::move(compiled.label);
    return s;
}

bool locksRows(const Database &database, const Query &query)
{
    if (!database.dialect().features().forUpdate)
        return false;
    const std::vector<const Step *> steps = query.steps();
    return std::any_of(steps.begin(), steps.end(),
                       [](const Step *step) { return step->kind == StepKind::SelectForUpdate; });
}

Plan<bool> requireTransaction()
{
    transactionState asking;
    const TransactionState &state = co_await asking;
    if (!state.isOpen())
        throw TransactionManagementError(
            u"select_for_update cannot be used outside of a transaction."_s);
    co_return true;
}

void requireOne(const ModelInfo &model, qint64 rows)
{
    if (rows == 0)
        throw DoesNotExist(model.name, u"%1 matching query does not exist."_s.arg(model.name));
    if (rows > 1)
        throw MultipleObjectsReturned(
            model.name, u"get() returned more than one %1 -- it returned %2!"_s.arg(
                            model.name, rows < 21 ? QString::number(rows) : u"more than 20"_s));
}

Query questionOfGet(const Query &query, const QPtr &q)
{
    if (!q || q->isEmpty())
        return query;
    if (query.state().combined)
        throw NotSupportedError(
            u"Calling QuerySet.get(...) with filters after union() is not supported."_s);
    return query.filter(q);
}

Query questionOfEnd(const Query &query, bool last)
{
    const Query wanted = query.state().ordered ? (last ? query.reverse() : query)
                                               : orderedByKey(query, last, last ? "last" : "first");
    return wanted.slice(0, 1);
}

Query questionOfExtreme(const Query &query, const QStringList &fields, bool latest)
{
    if (fields.isEmpty())
        throw ValueError(
            u"earliest() and latest() require either fields as positional arguments or 'get_latest_by' in the model's Meta."_s);
    if (query.state().sliced())
        throw TypeError(u"Cannot change a query once a slice has been taken."_s);
    Query wanted = query.orderBy(fields);
    if (latest)
        wanted = wanted.reverse();
    return wanted.slice(0, 1);
}

Plan<ResultSetPtr> rowsPlan(Database database, Query query, CallSite origin)
{
    CompiledQuery compiled =
        compile(query, Ask::Rows, database.dialect(), {}, database.compileCache());
    auto storage = newStorage(database, query, compiled, origin);
    co_return co_await fetchPlan(std::move(storage), std::move(compiled));
}

Plan<ResultSetPtr> prefetchedRowsPlan(Database database, Query query, ResultSetPtr whole,
                                      std::uint64_t owners, QByteArray relation)
{
    CompiledQuery compiled =
        compile(query, Ask::Rows, database.dialect(), {}, database.compileCache());
    auto storage = newStorage(database, query, compiled, whole->origin());
    if (const RowUse *use = whole->storage()->use.get())
        follow(*storage, use->run());
    auto part = std::make_shared<StatementPart>();
    part->method = "prefetch_related";
    part->set = storage->id;
    part->parentSet = owners;
    part->relation = std::move(relation);
    Plan<ResultSetPtr> plan = fetchPlan(std::move(storage), std::move(compiled), std::move(part));
    co_return co_await std::move(plan);
}

PlanContext contextFor(const CallInfo &call, const char *method, const QByteArray &label)
{
    PlanContext context;
    context.site = call.site;
    context.lane = call.lane;
    context.run = call.run;
    context.traceParent = call.traceParent;
    context.method = call.method ? call.method : method;
    context.label = label;
    context.createdNs = monotonicNs();
    return context;
}

Operation<ResultSetPtr> fetch(const Database &database, const Query &query, const CallInfo &call,
                              const char *method)
{
    PlanContext context = contextFor(call, method);
    CompiledQuery compiled = compiledFor(database, query, Ask::Rows, context);
    auto storage = newStorage(database, query, compiled, call.site);
    follow(*storage, call.run);
    context.set = storage->id;
    return {fetchPlan(std::move(storage), std::move(compiled)), std::move(context)};
}

Operation<ResultSetPtr> get(const Database &database, const Query &query, const QPtr &q,
                            const CallInfo &call, const char *method)
{
    const Query wanted = questionOfGet(query, q);
    PlanContext context = contextFor(call, method);
    CompiledQuery compiled = compiledFor(database, wanted, Ask::One, context);
    auto storage = newStorage(database, query, compiled, call.site);
    context.set = storage->id;
    return {getPlan(std::move(storage), std::move(compiled)), std::move(context)};
}

Operation<ResultSetPtr> firstOrLast(const Database &database, const Query &query, bool last,
                                    const CallInfo &call)
{
    return fetch(database, questionOfEnd(query, last), call, last ? "last" : "first");
}

Operation<ResultSetPtr> earliestOrLatest(const Database &database, const Query &query,
                                         const QStringList &fields, bool latest,
                                         const CallInfo &call)
{
    return get(database, questionOfExtreme(query, fields, latest), {}, call,
               latest ? "latest" : "earliest");
}

Operation<qint64> count(const Database &database, const Query &query, const CallInfo &call)
{
    PlanContext context = contextFor(call, "count");
    return {countPlan(compiledFor(database, query, Ask::Count, context)), context};
}

Operation<bool> exists(const Database &database, const Query &query, const CallInfo &call,
                       const char *method)
{
    PlanContext context = contextFor(call, method);
    return {existsPlan(compiledFor(database, query, Ask::Exists, context)), context};
}

Operation<bool> contains(const Database &database, const Query &query, const Record &record,
                         const CallInfo &call)
{
    if (query.state().result != ResultKind::Rows)
        throw TypeError(u"Cannot call QuerySet.contains() after .values() or .values_list()."_s);
    if (record.isNull())
        throw TypeError(u"'obj' must be a model instance."_s);
    if (record.model() != query.model())
        return exists(database, query.none(), call, "contains");
    const ValueList key = record.primaryKey();
    if (key.empty() ||
        std::any_of(key.begin(), key.end(), [](const Value &v) { return v.isNull(); }))
        throw ValueError(u"QuerySet.contains() cannot be used on unsaved objects."_s);
    Operand operand(key.front());
    if (key.size() > 1)
        operand = Operand(Operand::List(key.begin(), key.end()));
    return exists(database, query.filter(makeQ({{u"pk"_s, operand, {}, {}}})), call, "contains");
}

Operation<AggregateResult> aggregate(const Database &database, const Query &query,
                                     const std::vector<NamedExpression> &given,
                                     const CallInfo &call)
{
    refuseDistinctFields(query, "aggregate");
    std::vector<NamedExpression> aggregates = given;
    for (NamedExpression &item : aggregates) {
        if (!item.name.isEmpty())
            continue;
        try {
            item.name = expr::defaultAlias(*item.expression);
        } catch (const OrmError &) {
            throw TypeError(u"Complex aggregates require an alias"_s);
        }
    }
    PlanContext context = contextFor(call, "aggregate");
    CompiledQuery compiled = compiledFor(database, query, Ask::Aggregate, context, aggregates);
    if (!compiled.shape->multiplied.isEmpty()) {
        context.set = nextTraceId();
        RowUseLog::multiplied(call.run, context.set, call.site, *compiled.shape);
    }
    return {aggregatePlan(std::move(compiled), std::move(aggregates)), context};
}

Operation<RecordMap> inBulk(const Database &database, const Query &query,
                            const std::optional<ValueList> &ids, const QString &name,
                            const CallInfo &call)
{
    if (query.state().sliced())
        throw TypeError(u"Cannot use 'limit' or 'offset' with in_bulk()."_s);
    const ModelInfo *model = query.model();
    const Field *field = name == "pk"_L1 ? model->primaryKey() : model->field(name);
    if (name != "pk"_L1 && (!field || !(field->unique || field == model->primaryKey())))
        throw ValueError(
            u"in_bulk()'s field_name must be a unique field but '%1' isn't."_s.arg(name));
    if (query.state().result != ResultKind::Rows)
        throw TypeError(u"in_bulk() cannot be used with values() or values_list()."_s);
    PlanContext context = contextFor(call, "in_bulk");
    std::vector<std::pair<std::shared_ptr<ResultStorage>, CompiledQuery>> parts;
    const auto add = [&](const Query &part) {
        CompiledQuery compiled = compiledFor(database, part, Ask::Rows, context);
        auto storage = newStorage(database, part, compiled, call.site);
        follow(*storage, call.run);
        if (parts.empty())
            context.set = storage->id;
        parts.emplace_back(std::move(storage), std::move(compiled));
    };
    if (!ids) {
        add(query);
    } else if (!ids->empty()) {
        // A composite key is an OR of rows, and databases limit how deep an expression may nest.
        const bool composite = name == "pk"_L1 && model->primaryKeys().size() > 1;
        const std::size_t most =
            composite ? 250 : std::size_t(database.dialect().features().maxParameters);
        for (std::size_t from = 0; from < ids->size(); from += most) {
            Operand::List list(ids->begin() + std::ptrdiff_t(from),
                               ids->begin() + std::ptrdiff_t(std::min(from + most, ids->size())));
            add(query.filter(makeQ({{name + "__in"_L1, Operand(std::move(list)), {}, {}}}))
                    .orderBy(QStringList()));
        }
    }
    return {inBulkPlan(std::move(parts), field), context};
}

Operation<qint64> stream(const Database &database, const Query &query, BatchSink sink,
                         const CallInfo &call)
{
    PlanContext context = contextFor(call, "iterator");
    return {streamPlan(compiledFor(database, query, Ask::Rows, context), std::move(sink)), context};
}

} // namespace heddle::operations
