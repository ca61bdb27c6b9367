#include "orm/objects/resultstorage.h"
#include "orm/objects/writeplans.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using namespace writeplans;

namespace {

/// The values of a new object: the plain lookups, with the defaults over them.
FieldInputs createInputs(const ModelInfo *model, const FieldInputs &values,
                         const FieldInputs &defaults)
{
    FieldInputs inputs;
    for (const auto &[name, input] : values)
        if (!name.contains("__"_L1))
            inputs.emplace_back(name, input);
    for (const auto &[name, input] : defaults) {
        const auto known = std::find_if(inputs.begin(), inputs.end(),
                                        [&](const auto &item) { return item.first == name; });
        if (known == inputs.end())
            inputs.emplace_back(name, input);
        else
            known->second = input;
    }
    QStringList wrong;
    for (const auto &[name, input] : inputs)
        if (!model->field(name) && name != "pk"_L1 && !model->relationByQueryName(name))
            wrong << name;
    wrong.sort();
    if (!wrong.isEmpty())
        throw FieldError(
            u"Invalid field name(s) for model %1: '%2'."_s.arg(model->name, wrong.join("', '"_L1)));
    return inputs;
}

/// What get() is asked first. Only text and numbers go into it, so that it can be asked again.
struct Search {
    Database database;
    Query query;
    QPtr lookup;
    CallInfo call;
};

Plan<ResultSetPtr> getPlan(const Search &search)
{
    return operations::get(search.database, search.query, search.lookup, search.call).plan;
}

Plan<Record> insertPlan(Database database, const ModelInfo *model, FieldInputs inputs)
{
    Record record = newRecord(database, model, inputs);
    SaveOptions options;
    options.forceInsert = true;
    Plan<bool> save = savePlan(record, options);
    co_await std::move(save);
    co_return record;
}

/// The one row that matches; null: there is none.
Plan<Record> findPlan(Search search)
{
    try {
        Plan<ResultSetPtr> get = getPlan(search);
        const ResultSetPtr rows = co_await std::move(get);
        co_return rows->record(0);
    } catch (const DoesNotExist &) {
    }
    co_return Record();
}

Plan<RecordAndCreated> getOrCreatePlan(Search search, FieldInputs values, FieldInputs defaults)
{
    Plan<Record> find = findPlan(search);
    Record found = co_await std::move(find);
    if (!found.isNull())
        co_return RecordAndCreated{found, false};
    const ModelInfo *model = search.query.model();
    FieldInputs inputs = createInputs(model, values, defaults);
    std::exception_ptr refused;
    try {
        Plan<Record> insert = inSavepoint(insertPlan(search.database, model, std::move(inputs)));
        Record made = co_await std::move(insert);
        co_return RecordAndCreated{made, true};
    } catch (const IntegrityError &) {
        refused = std::current_exception();
    }
    // Somebody else may have made it just now.
    Plan<Record> again = findPlan(std::move(search));
    found = co_await std::move(again);
    if (found.isNull())
        std::rethrow_exception(refused);
    co_return RecordAndCreated{found, false};
}

Plan<RecordAndCreated> updateOrCreatePlan(Search search, FieldInputs values, FieldInputs defaults,
                                          FieldInputs createDefaults)
{
    Plan<RecordAndCreated> get =
        getOrCreatePlan(std::move(search), std::move(values), std::move(createDefaults));
    RecordAndCreated result = co_await std::move(get);
    if (result.created)
        co_return result;
    SaveOptions options;
    options.updateFields.emplace();
    bool concrete = true;
    for (const auto &[name, input] : defaults) {
        result.record.assign(name, input);
        const Field *field = result.record.model()->field(name);
        concrete = concrete && field && !field->primaryKey;
        *options.updateFields << name;
    }
    if (!concrete)
        options.updateFields.reset();
    Plan<bool> save = savePlan(result.record, std::move(options));
    co_await std::move(save);
    co_return result;
}

} // namespace

namespace operations {

Operation<RecordAndCreated> getOrCreate(const Database &database, const Query &query,
                                        const QPtr &lookup, const FieldInputs &values,
                                        const FieldInputs &defaults, const CallInfo &call)
{
    return {getOrCreatePlan({database, query, lookup, call}, values, defaults),
            writeContext(call, "get_or_create", query.model()->name.toUtf8())};
}

Operation<RecordAndCreated> updateOrCreate(const Database &database, const Query &query,
                                           const QPtr &lookup, const FieldInputs &values,
                                           const FieldInputs &defaults,
                                           const std::optional<FieldInputs> &createDefaults,
                                           const CallInfo &call)
{
    const Query locked = query.selectForUpdate(false, false, {}, false);
    return {inTransaction(updateOrCreatePlan({database, locked, lookup, call}, values, defaults,
                                             createDefaults.value_or(defaults))),
            writeContext(call, "update_or_create", query.model()->name.toUtf8())};
}

} // namespace operations

} // namespace heddle
