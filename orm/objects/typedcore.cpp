#include "orm/objects/typedcore.h"

#include "orm/objects/operations.h"
#include "orm/objects/resultstorage.h"
#include "orm/sql/compilecache.h"
#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

CallInfo callFrom(const Here &at, const char *method)
{
    CallInfo call;
    call.site.line = at.line;
    call.site.file = at.file; // a literal: it lives as long as the program
    call.method = method;
    return call;
}

namespace {

Statement statementOf(CompiledQuery &&compiled)
{
    Statement s;
    s.sql = std::move(compiled.sql);
    s.parameters = std::move(compiled.parameters);
    s.columns = std::move(compiled.columnTypes);
    s.label = std::move(compiled.label);
    return s;
}

/// Batches become objects as they arrive: what is held of a large result is the objects alone.
Plan<RowsPtr> readPlan(CompiledQuery compiled, std::shared_ptr<RowReader> reader,
                       std::unique_ptr<TypedRows> rows)
{
    if (!compiled.empty) {
        Statement statement = statementOf(std::move(compiled));
        TypedRows &target = *rows;
        BatchSink sink = [&target, &reader](RowBatchPtr batch) {
            reader->read(batch, target);
            return true;
        };
        co_await send(std::move(statement), std::move(sink));
    }
    co_return rows->share();
}

struct Part {
    CompiledQuery compiled;
    std::shared_ptr<RowReader> reader;
};

Plan<RowsPtr> readPartsPlan(std::vector<Part> parts, std::unique_ptr<TypedRows> rows)
{
    for (Part &part : parts) {
        if (part.compiled.empty)
            continue;
        Statement statement = statementOf(std::move(part.compiled));
        const StatementResult result = co_await send(std::move(statement));
        for (const RowBatchPtr &batch : result.batches)
            part.reader->read(batch, *rows);
    }
    co_return rows->share();
}

Plan<RowsPtr> convertPlan(Plan<ResultSetPtr> inner, const RowType *type)
{
    const ResultSetPtr result = co_await std::move(inner);
    const std::unique_ptr<TypedRows> rows = rowsOf(result, *type);
    co_return rows->share();
}

Operation<RowsPtr> converted(Operation<ResultSetPtr> inner, const RowType *type)
{
    return {convertPlan(std::move(inner.plan), type), inner.context};
}

RowsPtr runHere(const Database &database, Operation<RowsPtr> operation)
{
    return database.runner().run(std::move(operation.plan), operation.context);
}

bool hasPrefetches(const Query &query)
{
    for (const Step *step : query.steps())
        if (step->kind == StepKind::PrefetchRelated)
            return true;
    return false;
}

} // namespace

QueryCore::QueryCore(Database database, Query query, const RowType *type)
    : m_database(std::move(database)), m_query(std::move(query)), m_type(type)
{
}

QueryCore QueryCore::with(Query query, const RowType *type) const
{
    return {m_database, std::move(query), type ? type : m_type};
}

QueryCore QueryCore::withDatabase(Database database) const
{
    return {std::move(database), m_query, m_type};
}

Query QueryCore::ordered() const
{
    const QueryState &state = m_query.state();
    if (state.ordered || state.grouped || state.combined || state.sliced())
        return m_query;
    TypedModel *model = m_type->model ? m_type->model : TypedModel::of(m_query.model());
    if (!model || model->ordering().isEmpty())
        return m_query;
    return m_query.orderBy(model->ordering());
}

// --- Refinements ---

QueryCore QueryCore::withAliases(const ConditionData &condition) const
{
    std::vector<NamedExpression> missing;
    for (const NamedExpression &alias : condition.aliases) {
        bool known = m_query.annotation(alias.name) != nullptr;
        for (const NamedExpression &other : missing)
            known = known || other.name == alias.name;
        if (!known)
            missing.push_back(alias);
    }
    return missing.empty() ? *this : with(m_query.alias(std::move(missing)));
}

QueryCore QueryCore::filter(const ConditionData &condition) const
{
    if (!condition.q)
        return *this;
    const QueryCore base = withAliases(condition);
    return base.with(base.m_query.filter(condition.q));
}

QueryCore QueryCore::exclude(const ConditionData &condition) const
{
    if (!condition.q)
        return *this;
    const QueryCore base = withAliases(condition);
    return base.with(base.m_query.exclude(condition.q));
}

QueryCore QueryCore::filter(QAnyStringView lookup, Operand operand) const
{
    return with(m_query.filter(makeQ({{lookup.toString(), std::move(operand), {}, {}}})));
}

QueryCore QueryCore::exclude(QAnyStringView lookup, Operand operand) const
{
    return with(m_query.exclude(makeQ({{lookup.toString(), std::move(operand), {}, {}}})));
}

QueryCore QueryCore::annotate(QAnyStringView name, const TermData &term, const RowType *type) const
{
    return with(m_query.annotate({{name.toString(), term.toExpression()}}), type);
}

QueryCore QueryCore::alias(QAnyStringView name, const TermData &term) const
{
    return with(m_query.alias({{name.toString(), term.toExpression()}}));
}

QueryCore QueryCore::values(const std::vector<TermData> &terms, const RowType *type) const
{
    std::vector<NamedExpression> expressions;
    for (const TermData &term : terms)
        expressions.push_back({QString(), term.toExpression()});
    return with(m_query.valuesList(std::move(expressions)), type);
}

QueryCore QueryCore::slice(qint64 low, std::optional<qint64> high) const
{
    return with(ordered().slice(low, high));
}

QueryCore QueryCore::selectRelated(const QStringList &paths) const
{
    return with(m_query.selectRelated(paths));
}

QueryCore QueryCore::prefetchRelated(std::initializer_list<PathStep> steps,
                                     const QueryCore *inner) const
{
    QStringList names;
    for (const PathStep &step : steps) {
        TypedModel &model = step.model();
        const TypedMember *member = model.member(step.tag);
        if (!member)
            model.pathName(step.tag, step.name); // throws what is wrong
        names << (member->field ? member->field->name : member->relation->accessor);
    }
    PrefetchSpec spec;
    spec.path = names.join("__"_L1);
    if (inner)
        spec.query = std::make_shared<const Query>(inner->ordered());
    return with(m_query.prefetchRelated({std::move(spec)}));
}

QueryCore QueryCore::combined(Combinator combinator, const QueryCore &other) const
{
    return with(m_query.combine(combinator, {other.m_query}));
}

// --- Terminal methods ---

Operation<RowsPtr> QueryCore::listOperation(const CallInfo &call, const char *method) const
{
    const Query query = ordered();
    if (hasPrefetches(query))
        return converted(operations::fetch(m_database, query, call, method), m_type);
    PlanContext context = operations::contextFor(call, method);
    CompiledQuery compiled =
        compile(query, Ask::Rows, m_database.dialect(), {}, m_database.compileCache());
    context.compiledNs = monotonicNs();
    context.label = compiled.label;
    auto reader = std::make_shared<RowReader>(*m_type, m_database, query, compiled.shape,
                                              nextTraceId(), call.site);
    return {readPlan(std::move(compiled), std::move(reader), m_type->makeRows()), context};
}

Operation<RowsPtr> QueryCore::getOperation(const ConditionData &condition,
                                           const CallInfo &call) const
{
    const QueryCore base = withAliases(condition);
    return converted(operations::get(m_database, base.m_query, condition.q, call), m_type);
}

Operation<RowsPtr> QueryCore::inBulkOperation(const QString &field, const ValueList &keys,
                                              const CallInfo &call) const
{
    if (m_query.state().sliced())
        throw TypeError(u"Cannot use 'limit' or 'offset' with in_bulk()."_s);
    const ModelInfo *info = m_query.model();
    const Field *known = info->field(field);
    if (!known || !(known->unique || known == info->primaryKey()))
        throw ValueError(
            u"in_bulk()'s field_name must be a unique field but '%1' isn't."_s.arg(field));
    PlanContext context = operations::contextFor(call, "in_bulk");
    std::vector<Part> parts;
    const std::size_t most = std::size_t(m_database.dialect().features().maxParameters);
    for (std::size_t from = 0; from < keys.size(); from += most) {
        Operand::List list(keys.begin() + std::ptrdiff_t(from),
                           keys.begin() + std::ptrdiff_t(std::min(from + most, keys.size())));
        const Query query =
            m_query.filter(makeQ({{field + "__in"_L1, Operand(std::move(list)), {}, {}}}))
                .orderBy(QStringList());
        CompiledQuery compiled =
            compile(query, Ask::Rows, m_database.dialect(), {}, m_database.compileCache());
        context.label = compiled.label;
        auto reader = std::make_shared<RowReader>(*m_type, m_database, query, compiled.shape,
                                                  nextTraceId(), call.site);
        parts.push_back({std::move(compiled), std::move(reader)});
    }
    context.compiledNs = monotonicNs();
    return {readPartsPlan(std::move(parts), m_type->makeRows()), context};
}

Operation<RowsPtr> QueryCore::endOperation(bool last, const CallInfo &call) const
{
    return converted(operations::firstOrLast(m_database, ordered(), last, call), m_type);
}

Operation<RowsPtr> QueryCore::extremeOperation(const QStringList &fields, bool latest,
                                               const CallInfo &call) const
{
    return converted(operations::earliestOrLatest(m_database, m_query, fields, latest, call),
                     m_type);
}

RowsPtr QueryCore::list(const CallInfo &call) const
{
    requireSyncAllowed(call.method ? call.method : "list", call.site);
    return runHere(m_database, listOperation(call));
}
RowsPtr QueryCore::inBulk(const QString &field, const ValueList &keys, const CallInfo &call) const
{
    requireSyncAllowed("in_bulk", call.site);
    return runHere(m_database, inBulkOperation(field, keys, call));
}
RowsPtr QueryCore::get(const ConditionData &condition, const CallInfo &call) const
{
    requireSyncAllowed("get", call.site);
    return runHere(m_database, getOperation(condition, call));
}
RowsPtr QueryCore::first(const CallInfo &call) const
{
    requireSyncAllowed("first", call.site);
    return runHere(m_database, endOperation(false, call));
}
RowsPtr QueryCore::last(const CallInfo &call) const
{
    requireSyncAllowed("last", call.site);
    return runHere(m_database, endOperation(true, call));
}
RowsPtr QueryCore::extreme(const QStringList &fields, bool latest, const CallInfo &call) const
{
    requireSyncAllowed(latest ? "latest" : "earliest", call.site);
    return runHere(m_database, extremeOperation(fields, latest, call));
}

QFuture<RowsPtr> QueryCore::startGet(const ConditionData &condition, const CallInfo &call) const
{
    Operation<RowsPtr> operation = getOperation(condition, call);
    return m_database.runner().start(std::move(operation.plan), operation.context);
}
QFuture<RowsPtr> QueryCore::startList(const CallInfo &call) const
{
    Operation<RowsPtr> operation = listOperation(call);
    return m_database.runner().start(std::move(operation.plan), operation.context);
}

qint64 QueryCore::count(const CallInfo &call) const
{
    return QuerySet<Record>(m_database, m_query).count(call);
}
QFuture<qint64> QueryCore::acount(const CallInfo &call) const
{
    return QuerySet<Record>(m_database, m_query).acount(call);
}
bool QueryCore::exists(const CallInfo &call) const
{
    return QuerySet<Record>(m_database, m_query).exists(call);
}
QFuture<bool> QueryCore::aexists(const CallInfo &call) const
{
    return QuerySet<Record>(m_database, m_query).aexists(call);
}

/// contains() is exists() of the object's key.
QuerySet<Record> QueryCore::membership(const void *object) const
{
    const ModelInfo *info = m_type->model->info();
    Operand::List key;
    for (const Field *field : info->primaryKeys()) {
        const TypedMember *member = m_type->model->memberOf(field);
        const Value value = member ? memberValue(*member, object) : Value();
        if (value.isNull() || (field->automatic && value == Value(0)))
            throw ValueError(u"QuerySet.contains() cannot be used on unsaved objects."_s);
        key.push_back(Operand(value));
    }
    const Operand operand = key.size() == 1 ? key.front() : Operand(std::move(key));
    return {m_database, m_query.filter(makeQ({{u"pk"_s, operand, {}, {}}}))};
}

bool QueryCore::contains(const void *object, const CallInfo &call) const
{
    CallInfo named = call;
    named.method = "contains";
    requireSyncAllowed(named.method, call.site);
    return membership(object).exists(named);
}
QFuture<bool> QueryCore::acontains(const void *object, const CallInfo &call) const
{
    CallInfo named = call;
    named.method = "contains";
    return membership(object).aexists(named);
}

AggregateResult QueryCore::aggregate(std::vector<NamedExpression> aggregates,
                                     const CallInfo &call) const
{
    return QuerySet<Record>(m_database, m_query).aggregate(aggregates, call);
}
QFuture<AggregateResult> QueryCore::aaggregate(std::vector<NamedExpression> aggregates,
                                               const CallInfo &call) const
{
    return QuerySet<Record>(m_database, m_query).aaggregate(aggregates, call);
}

BatchSink QueryCore::sinkFor(TakeRows take) const
{
    const Query query = ordered();
    if (hasPrefetches(query))
        throw NotSupportedError(
            u"Rows that are streamed cannot have their prefetchRelated(): use list()."_s);
    auto reader = std::make_shared<RowReader>(*m_type, m_database, query, records().shape(),
                                              nextTraceId(), CallSite());
    return [reader, type = m_type, take = std::move(take)](const RowBatchPtr &batch) {
        const std::unique_ptr<TypedRows> rows = type->makeRows();
        reader->read(batch, *rows);
        return take(*rows);
    };
}

qint64 QueryCore::stream(TakeRows take, const CallInfo &call) const
{
    return records().stream(sinkFor(std::move(take)), call);
}
QFuture<qint64> QueryCore::astream(TakeRows take, const CallInfo &call) const
{
    return records().astream(sinkFor(std::move(take)), call);
}

ResultSetPtr QueryCore::fetch(const CallInfo &call) const
{
    return records().fetch(call);
}

// --- Iterating ---

RowCursor::RowCursor(ResultSetPtr result, const RowType &type)
    : m_result(std::move(result)), m_type(type)
{
    if (hasPrefetches(m_result->query())) {
        m_all = rowsOf(m_result, type);
        return;
    }
    const ResultStorage &storage = *m_result->storage();
    m_reader = std::make_shared<RowReader>(type, storage.database, storage.query, storage.shape,
                                           storage.id, storage.origin);
}

std::unique_ptr<TypedRows> RowCursor::next()
{
    if (!m_reader)
        return m_all && m_all->size() > 0 ? std::move(m_all) : nullptr;
    const std::vector<RowBatchPtr> &batches = m_result->batches();
    while (m_batch < batches.size()) {
        std::unique_ptr<TypedRows> rows = m_type.makeRows();
        m_reader->read(batches[m_batch++], *rows);
        if (rows->size() > 0)
            return rows;
    }
    return nullptr;
}

} // namespace heddle::detail
