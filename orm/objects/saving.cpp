#include "orm/objects/resultstorage.h"
#include "orm/objects/writeplans.h"
#include "orm/sql/compilecache.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace writeplans;

namespace {

/// The fields that save(update_fields=...) names, or that are there of an object with deferred
/// fields. Nothing: all of them.
std::optional<std::vector<const Field *>> limitedFields(const Record &record,
                                                        const SaveOptions &options)
{
    const ModelInfo *model = record.model();
    std::vector<const Field *> fields;
    if (options.updateFields) {
        QStringList wrong;
        for (const QString &name : *options.updateFields) {
            const Field *field = model->field(name);
            if (!field || field->primaryKey)
                wrong << name;
            else if (std::find(fields.begin(), fields.end(), field) == fields.end())
                fields.push_back(field);
        }
        if (!wrong.isEmpty())
            throw ValueError(
                u"The following fields do not exist in this model, are m2m fields, primary keys, or are non-concrete fields: %1"_s
                    .arg(wrong.join(", "_L1)));
        return fields;
    }
    if (options.forceInsert || record.isAdding())
        return {};
    bool deferred = false;
    for (const auto &field : model->fields()) {
        const bool there = record.isLoaded(field.get()) || record.expression(field.get());
        deferred = deferred || (!there && !field->generated);
        if (there && !field->primaryKey)
            fields.push_back(field.get());
    }
    if (!deferred || fields.empty())
        return {};
    return fields;
}

/// What save() has decided on before anything is sent.
struct SaveWork {
    bool keySet = false;
    bool tryUpdate = false;
    bool mustUpdate = false;
    bool limited = false;
    std::vector<Assignment> assignments; // of the UPDATE
};

SaveWork prepareSave(const Record &record, const SaveOptions &options, const char *operation)
{
    SaveWork work;
    prepareRelatedFields(record, operation);
    const bool named = options.updateFields.has_value();
    if (options.forceInsert && (options.forceUpdate || named))
        throw ValueError(u"Cannot force both insert and updating in model saving."_s);
    const std::optional<std::vector<const Field *>> limited = limitedFields(record, options);
    work.limited = limited.has_value();
    work.mustUpdate = options.forceUpdate || work.limited;
    work.keySet = isKeySet(record.primaryKey());
    if (!work.keySet && work.mustUpdate)
        throw ValueError(u"Cannot force an update in save() with no primary key."_s);
    work.tryUpdate = work.keySet && !options.forceInsert;
    if (!work.tryUpdate)
        return work;
    for (const auto &field : record.model()->fields()) {
        if (field->primaryKey || field->generated)
            continue;
        if (limited && std::find(limited->begin(), limited->end(), field.get()) == limited->end())
            continue;
        if (record.isLoaded(field.get()) || record.expression(field.get()))
            work.assignments.push_back(assignmentOf(record, field.get()));
    }
    return work;
}

CompiledQuery compiledInsert(const Record &record, bool keySet,
                             std::vector<const Field *> &returning)
{
    InsertRequest request;
    request.model = record.model();
    request.fields = insertFields(record, keySet);
    for (const Field *field : request.fields)
        request.cells.push_back(assignmentOf(record, field));
    returning = returningFields(request.model, request.fields);
    request.returning = returning;
    return compileInsert(request, record.database().dialect());
}

Plan<bool> updateOrProbe(Record record, SaveWork work)
{
    const Database &database = record.database();
    const Query query = byKey(database, record.model(), record.primaryKey());
    if (work.assignments.empty()) {
        if (work.limited)
            co_return true;
        CompiledQuery compiled =
            compile(query, Ask::Exists, database.dialect(), {}, database.compileCache());
        Statement probe = operations::statementOf(std::move(compiled));
        StatementResult found = co_await send(std::move(probe));
        co_return found.rowCount() > 0;
    }
    Plan<qint64> update = countedPlan(compileUpdate(query, work.assignments, database.dialect()));
    const qint64 rows = co_await std::move(update);
    co_return rows > 0;
}

Plan<bool> preparedSave(Record record, SaveWork work, bool forceUpdate)
{
    bool updated = false;
    if (work.tryUpdate) {
        Plan<bool> update = updateOrProbe(record, work);
        updated = co_await std::move(update);
        if (!updated && forceUpdate)
            throw DatabaseError(u"Forced update did not affect any rows."_s);
        if (!updated && work.mustUpdate)
            throw DatabaseError(u"Save with update_fields did not affect any rows."_s);
    }
    if (!updated) {
        std::vector<const Field *> returning;
        Statement insert = writeStatement(compiledInsert(record, work.keySet, returning));
        StatementResult result = co_await send(std::move(insert));
        if (!returning.empty() && result.rowCount() > 0)
            takeReturned(record, returning, *result.batches.front(), 0);
    }
    std::lock_guard lock(record.data()->mutex);
    record.data()->adding = false;
    co_return !updated;
}

bool nothingToSave(const SaveOptions &options)
{
    return options.updateFields && options.updateFields->isEmpty() && !options.forceInsert;
}

Plan<bool> nothing()
{
    co_return false;
}

Plan<Record> createPlan(Record record, SaveWork work)
{
    Plan<bool> saved = preparedSave(record, std::move(work), false);
    co_await std::move(saved);
    co_return record;
}

// --- refresh_from_db ---

void takeFresh(const Record &record, const Record &fresh, bool everything)
{
    std::lock_guard lock(record.data()->mutex);
    Record::Data &d = *record.data();
    for (const auto &field : record.model()->fields()) {
        if (!fresh.isLoaded(field.get()))
            continue;
        d.values.insert(field->index, fresh.value(field.get()));
        d.expressions.remove(field->index);
        if (field->isRelation()) {
            d.related.remove(field->name);
            d.owners.remove(field->name);
        }
    }
    d.adding = false;
    if (!everything)
        return;
    d.prefetched.clear();
    for (const auto &relation : record.model()->relations())
        d.related.remove(relation->accessor);
}

Plan<bool> refreshPlan(Record record, Query query, bool everything)
{
    const Database &database = record.database();
    Plan<ResultSetPtr> read = operations::rowsPlan(database, std::move(query), {});
    ResultSetPtr rows = co_await std::move(read);
    if (rows->rowCount() == 0)
        throw DoesNotExist(record.model()->name,
                           u"%1 matching query does not exist."_s.arg(record.model()->name));
    takeFresh(record, rows->record(0), everything);
    co_return true;
}

/// refresh_from_db(fields=["review_set"]): only what was prefetched there is forgotten.
QStringList withoutPrefetched(const Record &record, const QStringList &fields)
{
    QStringList left;
    std::lock_guard lock(record.data()->mutex);
    for (const QString &name : fields)
        if (!record.data()->prefetched.remove(name))
            left << name;
    return left;
}

} // namespace

Plan<bool> writeplans::savePlan(Record record, SaveOptions options)
{
    if (nothingToSave(options))
        co_return false;
    SaveWork work = prepareSave(record, options, "save");
    Plan<bool> save =
        markingForRollback(preparedSave(record, std::move(work), options.forceUpdate));
    co_return co_await std::move(save);
}

namespace operations {

Operation<bool> save(const Record &record, const SaveOptions &options, const CallInfo &call,
                     const char *method)
{
    PlanContext context = writeContext(call, method, "SAVE " + record.model()->name.toUtf8());
    if (nothingToSave(options)) {
        prepareRelatedFields(record, "save");
        return {nothing(), context};
    }
    return {markingForRollback(
                preparedSave(record, prepareSave(record, options, "save"), options.forceUpdate)),
            context};
}

Operation<Record> create(const Database &database, const ModelInfo *model,
                         const FieldInputs &inputs, const CallInfo &call)
{
    Record record = newRecord(database, model, inputs);
    SaveOptions options;
    options.forceInsert = true;
    return {markingForRollback(createPlan(record, prepareSave(record, options, "save"))),
            writeContext(call, "create", "INSERT " + model->name.toUtf8())};
}

Operation<bool> refresh(const Record &record, const std::optional<QStringList> &fields,
                        const CallInfo &call)
{
    const ModelInfo *model = record.model();
    PlanContext context = contextFor(call, "refresh_from_db", model->name.toUtf8());
    Query query = byKey(record.database(), model, record.primaryKey());
    if (fields) {
        const QStringList left = withoutPrefetched(record, *fields);
        if (left.isEmpty())
            return {nothing(), context};
        for (const QString &name : left)
            if (name.contains("__"_L1))
                throw ValueError(
                    u"Found \"__\" in fields argument. Relations and transforms are not allowed in fields."_s);
        query = query.only(left);
    } else {
        QStringList loaded;
        bool deferred = false;
        for (const auto &field : model->fields()) {
            const bool there = record.isLoaded(field.get()) || record.expression(field.get());
            deferred = deferred || (!there && !record.isAdding());
            if (there)
                loaded << field->attname;
        }
        if (deferred)
            query = query.only(loaded);
    }
    return {refreshPlan(record, query.slice(0, 21), !fields), context};
}

} // namespace operations

// --- Record's methods ---

void Record::save(const SaveOptions &options, const CallInfo &call) const
{
    Operation<bool> operation = operations::save(*this, options, call);
    database().runner().run(std::move(operation.plan), operation.context);
}

QFuture<bool> Record::asave(const SaveOptions &options, const CallInfo &call) const
{
    Operation<bool> operation = operations::save(*this, options, call);
    return database().runner().start(std::move(operation.plan), operation.context);
}

void Record::refreshFromDb(const std::optional<QStringList> &fields, const CallInfo &call) const
{
    Operation<bool> operation = operations::refresh(*this, fields, call);
    database().runner().run(std::move(operation.plan), operation.context);
}

QFuture<bool> Record::arefreshFromDb(const std::optional<QStringList> &fields,
                                     const CallInfo &call) const
{
    Operation<bool> operation = operations::refresh(*this, fields, call);
    return database().runner().start(std::move(operation.plan), operation.context);
}

} // namespace heddle
