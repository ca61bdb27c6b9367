#include "orm/objects/resultstorage.h"
#include "orm/objects/writeplans.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace writeplans;

namespace {

/// What all statements of one bulk_create() have in common, or why there can be none.
InsertRequest checkedRequest(const ModelInfo *model, const BulkCreateOptions &options)
{
    InsertRequest request;
    request.model = model;
    if (options.batchSize && *options.batchSize <= 0)
        throw ValueError(u"Batch size must be a positive integer."_s);
    if (options.ignoreConflicts && options.updateConflicts)
        throw ValueError(u"ignore_conflicts and update_conflicts are mutually exclusive."_s);
    if (options.ignoreConflicts)
        request.onConflict = OnConflict::Ignore;
    if (!options.updateConflicts)
        return request;
    request.onConflict = OnConflict::Update;
    if (options.updateFields.isEmpty())
        throw ValueError(
            u"Fields that will be updated when a row insertion fails on conflicts must be provided."_s);
    if (options.uniqueFields.isEmpty())
        throw ValueError(u"Unique fields that can trigger the upsert must be provided."_s);
    const auto find = [&](const QString &name, const char *where) {
        const Field *field = name == "pk"_L1 ? model->primaryKey() : model->field(name);
        if (field)
            return field;
        if (model->relationByQueryName(name))
            throw ValueError(u"bulk_create() can only be used with concrete fields in %1."_s.arg(
                QLatin1String(where)));
        throw FieldDoesNotExist(u"%1 has no field named '%2'"_s.arg(model->name, name));
    };
    for (const QString &name : options.updateFields)
        request.updateFields.push_back(find(name, "update_fields"));
    for (const Field *field : request.updateFields)
        if (field->primaryKey)
            throw ValueError(u"bulk_create() cannot be used with primary keys in update_fields."_s);
    for (const QString &name : options.uniqueFields)
        request.uniqueFields.push_back(find(name, "unique_fields"));
    return request;
}

/// One statement's objects as rows of the same columns.
InsertRequest batchRequest(const InsertRequest &common, const Record *first, std::size_t count,
                           bool withKey)
{
    InsertRequest request = common;
    for (const auto &field : common.model->fields()) {
        if (field->generated || (!withKey && field->automatic))
            continue;
        // A column that some object leaves to the database's default is left out for all only if
        // none of them has a value for it.
        for (std::size_t i = 0; i < count; ++i) {
            if (first[i].isLoaded(field.get()) || first[i].expression(field.get())) {
                request.fields.push_back(field.get());
                break;
            }
        }
    }
    request.rows = int(count);
    request.cells.reserve(count * request.fields.size());
    for (std::size_t i = 0; i < count; ++i)
        for (const Field *field : request.fields)
            request.cells.push_back(assignmentOf(first[i], field));
    if (common.onConflict != OnConflict::Ignore)
        request.returning = returningFields(common.model, request.fields);
    return request;
}

/// The rows of an INSERT that gives something back belong to the objects in their order.
void takeRows(const std::vector<const Field *> &returning, const StatementResult &result,
              const Record *first, std::size_t count)
{
    std::size_t object = 0;
    for (const RowBatchPtr &batch : result.batches)
        for (int row = 0; row < batch->rowCount() && object < count; ++row, ++object)
            takeReturned(first[object], returning, *batch, row);
}

Plan<bool> insertObjects(Database database, InsertRequest common, std::vector<Record> objects,
                         bool withKey, std::optional<qint64> batchSize)
{
    if (objects.empty())
        co_return true;
    qsizetype columns = 0;
    for (const auto &field : common.model->fields())
        columns += !field->generated && (withKey || !field->automatic);
    const qint64 most = bulkBatchSize(database.dialect(), columns, qint64(objects.size()));
    const auto size = std::size_t(batchSize ? std::min(*batchSize, most) : most);
    for (std::size_t from = 0; from < objects.size(); from += size) {
        const std::size_t count = std::min(size, objects.size() - from);
        const InsertRequest request = batchRequest(common, objects.data() + from, count, withKey);
        Statement insert = writeStatement(compileInsert(request, database.dialect()));
        StatementResult result = co_await send(std::move(insert));
        if (!request.returning.empty())
            takeRows(request.returning, result, objects.data() + from, count);
    }
    co_return true;
}

void markSaved(const std::vector<Record> &objects)
{
    for (const Record &object : objects) {
        std::lock_guard lock(object.data()->mutex);
        object.data()->adding = false;
    }
}

Plan<std::vector<Record>> bulkCreatePlan(Database database, InsertRequest common,
                                         std::vector<Record> objects,
                                         std::optional<qint64> batchSize)
{
    std::vector<Record> withKey, withoutKey;
    for (const Record &object : objects)
        (isKeySet(object.primaryKey()) ? withKey : withoutKey).push_back(object);
    Plan<bool> keyed = insertObjects(database, common, withKey, true, batchSize);
    co_await std::move(keyed);
    Plan<bool> unkeyed = insertObjects(database, common, withoutKey, false, batchSize);
    co_await std::move(unkeyed);
    markSaved(objects);
    co_return objects;
}

Plan<std::vector<Record>> noObjects()
{
    co_return std::vector<Record>();
}

Plan<qint64> bulkInsertPlan(Statement statement)
{
    const qint64 rows = statement.rows->count();
    co_await send(std::move(statement));
    co_return rows;
}

} // namespace

namespace operations {

Operation<std::vector<Record>> bulkCreate(const Database &database, const ModelInfo *model,
                                          std::vector<Record> objects,
                                          const BulkCreateOptions &options, const CallInfo &call)
{
    PlanContext context = writeContext(call, "bulk_create", "INSERT " + model->name.toUtf8());
    InsertRequest common = checkedRequest(model, options);
    if (objects.empty())
        return {noObjects(), context};
    for (const Record &object : objects) {
        if (object.isNull() || object.model() != model)
            throw TypeError(u"bulk_create() takes objects of %1."_s.arg(model->name));
        prepareRelatedFields(object, "bulk_create");
    }
    return {inTransaction(
                bulkCreatePlan(database, std::move(common), std::move(objects), options.batchSize)),
            context};
}

Operation<qint64> bulkInsert(const Database &database, const ModelInfo *model,
                             const std::vector<const Field *> &fields,
                             std::shared_ptr<const ParameterRows> rows, const CallInfo &call)
{
    Statement statement;
    statement.sql = bulkInsertText(*model, fields, database.dialect());
    statement.kind = TraceKind::Write;
    statement.label = "INSERT " + model->name.toUtf8();
    statement.rows = std::move(rows);
    PlanContext context = writeContext(call, "bulk_create", statement.label);
    return {inTransaction(bulkInsertPlan(std::move(statement))), context};
}

} // namespace operations

} // namespace heddle
