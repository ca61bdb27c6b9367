#include "orm/objects/writes.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/ormarguments.h"
#include "orm/script/perform.h"
#include "orm/script/querymethods.h"
#include "orm/script/writearguments.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

const Database &databaseOf(const Object &self)
{
    return self.as<QuerySet>()->rows().database();
}

const Query &queryOf(const Object &self)
{
    return self.as<QuerySet>()->query();
}

void noPositional(const char *method, const Arguments &a)
{
    if (!a.positional.empty())
        throw TypeError(u"QuerySet.%1() takes 1 positional argument but %2 were given"_s.arg(
            QLatin1String(method), QString::number(a.positional.size() + 1)));
}

Object pairOf(Machine &, RecordAndCreated &result)
{
    return Tuple::of({RecordObject::of(result.record), Object::boolean(result.created)});
}

template <Way way>
Object create(Machine &vm, const Object &self, Arguments &a)
{
    noPositional("create", a);
    const FieldInputs inputs = inputsFrom(vm, a.keywords);
    const Database database = databaseOf(self);
    return perform<Record>(
        vm, way, database, "create",
        [database, model = queryOf(self).model(), inputs](const CallInfo &call) {
            return operations::create(database, model, inputs, call);
        },
        [](Machine &, Record &record) { return RecordObject::of(record); });
}

template <Way way>
Object getOrCreate(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("get_or_create", a);
    const FieldInputs defaults = inputsFromDict(vm, in.optional("defaults"), "defaults");
    noPositional("get_or_create", {in.rest(), {}});
    const QPtr lookup = conditionFrom(vm, {{}, a.keywords});
    const FieldInputs values = inputsFrom(vm, a.keywords);
    const Database database = databaseOf(self);
    return perform<RecordAndCreated>(
        vm, way, database, "get_or_create",
        [database, query = queryOf(self), lookup, values, defaults](const CallInfo &call) {
            return operations::getOrCreate(database, query, lookup, values, defaults, call);
        },
        pairOf);
}

template <Way way>
Object updateOrCreate(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("update_or_create", a);
    const FieldInputs defaults = inputsFromDict(vm, in.optional("defaults"), "defaults");
    const Object given = in.optional("create_defaults");
    noPositional("update_or_create", {in.rest(), {}});
    std::optional<FieldInputs> createDefaults;
    if (!given.isEmpty() && !given.isNone())
        createDefaults = inputsFromDict(vm, given, "create_defaults");
    const QPtr lookup = conditionFrom(vm, {{}, a.keywords});
    const FieldInputs values = inputsFrom(vm, a.keywords);
    const Database database = databaseOf(self);
    return perform<RecordAndCreated>(
        vm, way, database, "update_or_create",
        [database, query = queryOf(self), lookup, values, defaults,
         createDefaults](const CallInfo &call) {
            return operations::updateOrCreate(database, query, lookup, values, defaults,
                                              createDefaults, call);
        },
        pairOf);
}

std::optional<qint64> batchSizeFrom(ArgumentReader &in)
{
    const Object given = in.optional("batch_size", Object::none());
    if (given.isNone())
        return {};
    return integerFrom(given);
}

template <Way way>
Object bulkCreate(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("bulk_create", a);
    const Objects objects = listOf(vm, in.required("objs"));
    BulkCreateOptions options;
    options.batchSize = batchSizeFrom(in);
    options.ignoreConflicts = in.flag(vm, "ignore_conflicts", false);
    options.updateConflicts = in.flag(vm, "update_conflicts", false);
    options.updateFields =
        namesFrom(vm, in.optional("update_fields"), "update_fields").value_or(QStringList());
    options.uniqueFields =
        namesFrom(vm, in.optional("unique_fields"), "unique_fields").value_or(QStringList());
    in.end();
    std::vector<Record> records = recordsFrom(vm, List::of(objects), "bulk_create");
    const Database database = databaseOf(self);
    return perform<std::vector<Record>>(
        vm, way, database, "bulk_create",
        [database, model = queryOf(self).model(), records, options](const CallInfo &call) {
            return operations::bulkCreate(database, model, records, options, call);
        },
        // The very objects that were given.
        [objects](Machine &, std::vector<Record> &) { return List::of(objects); });
}

Object numberOf(Machine &, qint64 &rows)
{
    return Object::integer(rows);
}

template <Way way>
Object bulkUpdate(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("bulk_update", a);
    const Object objects = in.required("objs");
    const QStringList fields =
        namesFrom(vm, in.required("fields"), "fields").value_or(QStringList());
    const std::optional<qint64> batchSize = batchSizeFrom(in);
    in.end();
    std::vector<Record> records = recordsFrom(vm, objects, "bulk_update");
    const Database database = databaseOf(self);
    return perform<qint64>(
        vm, way, database, "bulk_update",
        [database, query = queryOf(self), records, fields, batchSize](const CallInfo &call) {
            return operations::bulkUpdate(database, query, records, fields, batchSize, call);
        },
        numberOf);
}

template <Way way>
Object update(Machine &vm, const Object &self, Arguments &a)
{
    noPositional("update", a);
    const FieldInputs inputs = inputsFrom(vm, a.keywords);
    const Database database = databaseOf(self);
    return perform<qint64>(
        vm, way, database, "update",
        [database, query = queryOf(self), inputs](const CallInfo &call) {
            return operations::update(database, query, inputs, call);
        },
        [self](Machine &, qint64 &rows) {
            self.as<QuerySet>()->forget();
            return Object::integer(rows);
        });
}

template <Way way>
Object deleteRows(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("delete", a).end();
    const Database database = databaseOf(self);
    return perform<DeleteResult>(
        vm, way, database, "delete",
        [database, query = queryOf(self)](const CallInfo &call) {
            return operations::deleteRows(database, query, call);
        },
        [self](Machine &, DeleteResult &result) {
            self.as<QuerySet>()->forget();
            return deleteResultObject(result);
        });
}

constexpr auto T = QueryMethod::Terminal;
constexpr QueryMethod kWriting[] = {
    {T, "bulk_create", "abulk_create",
     "(objs, batch_size=None, ignore_conflicts=False, update_conflicts=False, update_fields=None, "
     "unique_fields=None)",
     "Inserts many objects with few statements.", bulkCreate<Way::Sync>, bulkCreate<Way::Async>},
    {T, "bulk_update", "abulk_update", "(objs, fields, batch_size=None)",
     "Updates these fields of many objects with few statements.", bulkUpdate<Way::Sync>,
     bulkUpdate<Way::Async>},
    {T, "create", "acreate", "(**values)", "Inserts a row and gives its object.", create<Way::Sync>,
     create<Way::Async>},
    {T, "delete", "adelete", "()", "Deletes the rows and what must go with them.",
     deleteRows<Way::Sync>, deleteRows<Way::Async>},
    {T, "get_or_create", "aget_or_create", "(defaults=None, **lookups)",
     "The row that matches, or a new one; and whether it is new.", getOrCreate<Way::Sync>,
     getOrCreate<Way::Async>},
    {T, "update", "aupdate", "(**values)", "Sets fields of all rows at once; how many rows.",
     update<Way::Sync>, update<Way::Async>},
    {T, "update_or_create", "aupdate_or_create", "(defaults=None, create_defaults=None, **lookups)",
     "The row that matches with these values, or a new one; and whether it is new.",
     updateOrCreate<Way::Sync>, updateOrCreate<Way::Async>},
};

} // namespace

std::span<const QueryMethod> writingTerminals()
{
    return kWriting;
}

} // namespace heddle::script
