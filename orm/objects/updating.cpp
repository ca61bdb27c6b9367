#include "orm/objects/resultstorage.h"
#include "orm/objects/writeplans.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace writeplans;

namespace {

Assignment assignmentFor(const Database &database, const ModelInfo *model, const QString &name,
                         const FieldInput &input)
{
    const Field *field = concreteField(database, model, name);
    if (const ExprPtr *expression = input.expression())
        return {field, {}, *expression};
    if (const Value *value = input.value())
        return {field, *value, {}};
    const Record &other = *input.record();
    if (other.isNull())
        return {field, {}, {}};
    if (!field->isRelation())
        throw TypeError(
            u"Tried to update field %1 with a model instance, %2. Use a value compatible with %3."_s
                .arg(model->name + u'.' + field->name, input.toRepr(), field->type.className()));
    if (!isKeySet(other.primaryKey()))
        throw ValueError(
            u"Unsaved model instance %1 cannot be used in an ORM query."_s.arg(input.toRepr()));
    return {field, other.value(field->targetField), {}};
}

/// update() looks at its ordering only to refuse what it cannot mean.
void refuseOrderByAggregate(const Query &query)
{
    const std::vector<const Step *> steps = query.steps();
    for (auto step = steps.rbegin(); step != steps.rend(); ++step) {
        if ((*step)->kind != StepKind::OrderBy)
            continue;
        for (const NamedExpression &item : (*step)->expressions) {
            const Expression *e = item.expression.get();
            e = e->kind == ExprKind::OrderBy ? e->args[0].get() : e;
            const Annotation *named =
                e->kind == ExprKind::Ref ? query.annotation(e->name) : nullptr;
            if (named && named->aggregate)
                throw FieldError(u"Cannot update when ordering by an aggregate: %1"_s.arg(
                    Operand(named->expression).toRepr()));
        }
        return;
    }
}

/// One statement of bulk_update(): its objects by key, and each field as a CASE over the keys.
CompiledQuery compiledBatch(const Database &database, const Query &query,
                            const std::vector<const Field *> &fields, const Record *first,
                            std::size_t count)
{
    const Dialect &dialect = database.dialect();
    Operand::List keys;
    std::vector<std::vector<CaseWhen>> whens(fields.size());
    for (std::size_t i = 0; i < count; ++i) {
        const Record &object = first[i];
        const ValueList key = object.primaryKey();
        Operand operand(key.front());
        if (key.size() > 1)
            operand = Operand(Operand::List(key.begin(), key.end()));
        keys.push_back(operand);
        for (std::size_t f = 0; f < fields.size(); ++f) {
            const Assignment given = assignmentOf(object, fields[f]);
            const ExprPtr value =
                given.expression
                    ? given.expression
                    : expr::literal(columnValue(*fields[f], given.value), fields[f]->valueType());
            whens[f].push_back({makeQ({{u"pk"_s, operand, {}, {}}}), value});
        }
    }
    std::vector<Assignment> assignments;
    for (std::size_t f = 0; f < fields.size(); ++f) {
        auto choice = std::make_shared<Expression>();
        choice->kind = ExprKind::Case;
        choice->name = u"Case"_s;
        choice->whens = std::move(whens[f]);
        choice->args = {nullptr};
        choice->type = fields[f]->valueType();
        ExprPtr expression = expr::measured(choice);
        if (dialect.features().castsCaseInUpdate)
            expression = expr::construct(u"Cast"_s, {Operand(expression)},
                                         {{u"output_field"_s, Operand(fields[f]->valueType())}});
        assignments.push_back({fields[f], {}, std::move(expression)});
    }
    return compileUpdate(query.filter(makeQ({{u"pk__in"_s, Operand(std::move(keys)), {}, {}}})),
                         assignments, dialect);
}

/// The statements are made one after another: half of them need not stand in memory at once.
Plan<qint64> bulkUpdatePlan(Database database, Query query, std::vector<Record> objects,
                            std::vector<const Field *> fields, qint64 batchSize)
{
    qint64 updated = 0;
    for (std::size_t from = 0; from < objects.size(); from += std::size_t(batchSize)) {
        const std::size_t count = std::min(std::size_t(batchSize), objects.size() - from);
        Plan<qint64> batch =
            countedPlan(compiledBatch(database, query, fields, objects.data() + from, count));
        updated += co_await std::move(batch);
    }
    co_return updated;
}

Plan<qint64> zero()
{
    co_return qint64(0);
}

} // namespace

namespace operations {

Operation<qint64> update(const Database &database, const Query &query, const FieldInputs &inputs,
                         const CallInfo &call)
{
    if (query.state().combined)
        throw NotSupportedError(u"Calling QuerySet.update() after union() is not supported."_s);
    if (query.state().sliced())
        throw TypeError(u"Cannot update a query once a slice has been taken."_s);
    if (query.state().distinctFields)
        throw TypeError(u"Cannot call update() after .distinct(*fields)."_s);
    std::vector<Assignment> assignments;
    for (const auto &[name, input] : inputs)
        assignments.push_back(assignmentFor(database, query.model(), name, input));
    refuseOrderByAggregate(query);
    PlanContext context = writeContext(call, "update");
    CompiledQuery compiled = compileUpdate(query, assignments, database.dialect());
    context.compiledNs = monotonicNs();
    context.label = compiled.label;
    return {markingForRollback(countedPlan(std::move(compiled))), context};
}

Operation<qint64> bulkUpdate(const Database &database, const Query &query,
                             std::vector<Record> objects, const QStringList &names,
                             std::optional<qint64> batchSize, const CallInfo &call)
{
    const ModelInfo *model = query.model();
    if (batchSize && *batchSize <= 0)
        throw ValueError(u"Batch size must be a positive integer."_s);
    if (names.isEmpty())
        throw ValueError(u"Field names must be given to bulk_update()."_s);
    for (const Record &object : objects)
        if (object.model() != model || !isKeySet(object.primaryKey()))
            throw ValueError(u"All bulk_update() objects must have a primary key set."_s);
    std::vector<const Field *> fields;
    for (const QString &name : names) {
        const Field *field = model->field(name);
        if (!field && model->relationByQueryName(name))
            throw ValueError(u"bulk_update() can only be used with concrete fields."_s);
        if (!field && name != "pk"_L1)
            throw FieldDoesNotExist(u"%1 has no field named '%2'"_s.arg(model->name, name));
        if (!field || field->primaryKey)
            throw ValueError(u"bulk_update() cannot be used with primary key fields."_s);
        fields.push_back(field);
    }
    PlanContext context = writeContext(call, "bulk_update", "UPDATE " + model->name.toUtf8());
    if (objects.empty())
        return {zero(), context};
    for (const Record &object : objects)
        prepareRelatedFields(object, "bulk_update", fields);
    // The key is there twice, in WHERE and in WHEN, and each field once.
    const qint64 most =
        bulkBatchSize(database.dialect(), 2 + qsizetype(fields.size()), qint64(objects.size()));
    const qint64 size = batchSize ? std::min(*batchSize, most) : most;
    return {
        inTransaction(bulkUpdatePlan(database, query, std::move(objects), std::move(fields), size)),
        context};
}

} // namespace operations

} // namespace heddle
