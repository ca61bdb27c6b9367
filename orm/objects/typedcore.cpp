#include "orm/objects/typedcore.h"

#include "orm/objects/operations.h"
#include "orm/objects/resultstorage.h"
#include "orm/objects/typedplans.h"
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

Operation<RowsPtr> QueryCore::read(const Query &query, const Query &wanted, Expect expect,
                                   const CallInfo &call, const char *method) const
{
    PlanContext context = operations::contextFor(call, method);
    TypedRead read = typedRead(m_database, query, wanted, expect, m_type, context);
    return {typedRowsPlan(std::move(read)), std::move(context)};
}

Operation<RowsPtr> QueryCore::listOperation(const CallInfo &call, const char *method) const
{
    const Query query = ordered();
    return read(query, query, Expect::Any, call, method);
}

Operation<RowsPtr> QueryCore::getOperation(const ConditionData &condition,
                                           const CallInfo &call) const
{
    if (!condition.aliases.empty())
        return withAliases(condition).getOperation({condition.q, {}}, call);
    return read(m_query, operations::questionOfGet(m_query, condition.q), Expect::One, call, "get");
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
    std::vector<TypedRead> parts;
    const std::size_t most = std::size_t(m_database.dialect().features().maxParameters);
    for (std::size_t from = 0; from < keys.size(); from += most) {
        Operand::List list(keys.begin() + std::ptrdiff_t(from),
                           keys.begin() + std::ptrdiff_t(std::min(from + most, keys.size())));
        const Query query =
            m_query.filter(makeQ({{field + "__in"_L1, Operand(std::move(list)), {}, {}}}))
                .orderBy(QStringList());
        parts.push_back(typedRead(m_database, query, query, Expect::Any, m_type, context));
    }
    return {typedPartsPlan(m_type, std::move(parts)), context};
}

Operation<RowsPtr> QueryCore::endOperation(bool last, const CallInfo &call) const
{
    const Query query = ordered();
    return read(query, operations::questionOfEnd(query, last), Expect::Any, call,
                last ? "last" : "first");
}

Operation<RowsPtr> QueryCore::extremeOperation(const QStringList &fields, bool latest,
                                               const CallInfo &call) const
{
    const Query wanted = operations::questionOfExtreme(m_query, fields, latest);
    return read(m_query, operations::questionOfGet(wanted, {}), Expect::One, call,
                latest ? "latest" : "earliest");
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

// --- Iterating ---

RowCursor::RowCursor(const QueryCore &core, const CallInfo &call) : m_type(core.rowType())
{
    if (hasPrefetches(core.query())) {
        m_all = core.list(call);
        return;
    }
    m_result = core.records().fetch(call);
    const ResultStorage &storage = *m_result->storage();
    m_reader = std::make_shared<RowReader>(m_type, storage.database, storage.query, storage.shape,
                                           storage.id, storage.origin);
}

RowsPtr RowCursor::next()
{
    if (!m_reader)
        return std::exchange(m_all, nullptr);
    const std::vector<RowBatchPtr> &batches = m_result->batches();
    if (m_batch == batches.size())
        return nullptr;
    const std::unique_ptr<TypedRows> rows = m_type.makeRows();
    m_reader->read(batches[m_batch++], *rows);
    return rows->share();
}

} // namespace heddle::detail
