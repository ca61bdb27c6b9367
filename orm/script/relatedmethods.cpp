#include "orm/objects/relatedrecords.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/ormarguments.h"
#include "orm/script/perform.h"
#include "orm/script/querymethods.h"
#include "orm/script/writearguments.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

const RelatedRecords &setOf(const Object &self)
{
    return *self.as<Manager>()->related();
}

Object nothing(Machine &, bool &)
{
    return Object::none();
}

Object pairOf(Machine &, RecordAndCreated &result)
{
    return Tuple::of({RecordObject::of(result.record), Object::boolean(result.created)});
}

RelatedInputs relatedInputs(Machine &vm, const Objects &objects)
{
    RelatedInputs inputs;
    for (const Object &object : objects)
        inputs.push_back(inputFrom(vm, object));
    return inputs;
}

/// bulk= of foreign keys, through_defaults= of many-to-many, clear= of set().
RelatedOptions optionsFrom(Machine &vm, const RelatedRecords &set, ArgumentReader &in)
{
    RelatedOptions options;
    if (set.isManyToMany())
        options.throughDefaults =
            inputsFromDict(vm, in.keyword("through_defaults"), "through_defaults");
    else if (const Object bulk = in.keyword("bulk"))
        options.bulk = truthOf(vm, bulk);
    return options;
}

using Change = Operation<bool> (*)(const RelatedRecords &, const RelatedInputs &,
                                   const RelatedOptions &, const CallInfo &);

Object change(Machine &vm, Way way, const RelatedRecords &set, const char *method, Change operation,
              const RelatedInputs &inputs, const RelatedOptions &options)
{
    return perform<bool>(
        vm, way, set.database(), method,
        [set, operation, inputs, options](const CallInfo &call) {
            return operation(set, inputs, options, call);
        },
        nothing);
}

template <Way way>
Object add(Machine &vm, const Object &self, Arguments &a)
{
    const RelatedRecords &set = setOf(self);
    ArgumentReader in("add", a);
    const RelatedInputs inputs = relatedInputs(vm, in.rest());
    const RelatedOptions options = optionsFrom(vm, set, in);
    in.end();
    return change(vm, way, set, "add", operations::relatedAdd, inputs, options);
}

template <Way way>
Object removeRows(Machine &vm, const Object &self, Arguments &a)
{
    const RelatedRecords &set = setOf(self);
    ArgumentReader in("remove", a);
    const RelatedInputs inputs = relatedInputs(vm, in.rest());
    const RelatedOptions options = optionsFrom(vm, set, in);
    in.end();
    return change(vm, way, set, "remove", operations::relatedRemove, inputs, options);
}

Operation<bool> clearAll(const RelatedRecords &set, const RelatedInputs &,
                         const RelatedOptions &options, const CallInfo &call)
{
    return operations::relatedClear(set, options, call);
}

template <Way way>
Object clear(Machine &vm, const Object &self, Arguments &a)
{
    const RelatedRecords &set = setOf(self);
    ArgumentReader in("clear", a);
    const RelatedOptions options = optionsFrom(vm, set, in);
    in.end();
    return change(vm, way, set, "clear", clearAll, {}, options);
}

template <Way way>
Object setRows(Machine &vm, const Object &self, Arguments &a)
{
    const RelatedRecords &set = setOf(self);
    ArgumentReader in("set", a);
    const RelatedInputs inputs = relatedInputs(vm, listOf(vm, in.required("objs")));
    RelatedOptions options = optionsFrom(vm, set, in);
    if (const Object everything = in.keyword("clear"))
        options.clear = truthOf(vm, everything);
    in.end();
    return change(vm, way, set, "set", operations::relatedSet, inputs, options);
}

template <Way way>
Object create(Machine &vm, const Object &self, Arguments &a)
{
    const RelatedRecords set = setOf(self);
    ArgumentReader in("create", a);
    const RelatedOptions options = set.isManyToMany() ? optionsFrom(vm, set, in) : RelatedOptions();
    const FieldInputs inputs = inputsFrom(vm, a.keywords);
    a.keywords.clear();
    in.end();
    return perform<Record>(
        vm, way, set.database(), "create",
        [set, inputs, options](const CallInfo &call) {
            return operations::relatedCreate(set, inputs, options, call);
        },
        [](Machine &, Record &record) { return RecordObject::of(record); });
}

template <Way way>
Object getOrCreate(Machine &vm, const Object &self, Arguments &a)
{
    const RelatedRecords set = setOf(self);
    ArgumentReader in("get_or_create", a);
    const FieldInputs defaults = inputsFromDict(vm, in.optional("defaults"), "defaults");
    const RelatedOptions options = set.isManyToMany() ? optionsFrom(vm, set, in) : RelatedOptions();
    const QPtr lookup = conditionFrom(vm, {{}, a.keywords});
    const FieldInputs values = inputsFrom(vm, a.keywords);
    a.keywords.clear();
    in.end();
    return perform<RecordAndCreated>(
        vm, way, set.database(), "get_or_create",
        [set, lookup, values, defaults, options](const CallInfo &call) {
            return operations::relatedGetOrCreate(set, lookup, values, defaults, options, call);
        },
        pairOf);
}

template <Way way>
Object updateOrCreate(Machine &vm, const Object &self, Arguments &a)
{
    const RelatedRecords set = setOf(self);
    ArgumentReader in("update_or_create", a);
    const FieldInputs defaults = inputsFromDict(vm, in.optional("defaults"), "defaults");
    const Object given = in.optional("create_defaults");
    std::optional<FieldInputs> createDefaults;
    if (!given.isEmpty() && !given.isNone())
        createDefaults = inputsFromDict(vm, given, "create_defaults");
    const RelatedOptions options = set.isManyToMany() ? optionsFrom(vm, set, in) : RelatedOptions();
    const QPtr lookup = conditionFrom(vm, {{}, a.keywords});
    const FieldInputs values = inputsFrom(vm, a.keywords);
    a.keywords.clear();
    in.end();
    return perform<RecordAndCreated>(
        vm, way, set.database(), "update_or_create",
        [set, lookup, values, defaults, createDefaults, options](const CallInfo &call) {
            return operations::relatedUpdateOrCreate(set, lookup, values, defaults, createDefaults,
                                                     options, call);
        },
        pairOf);
}

template <Way way>
Object count(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("count", a).end();
    const RelatedRecords set = setOf(self);
    return perform<qint64>(
        vm, way, set.database(), "count",
        [set](const CallInfo &call) { return operations::relatedCount(set, call); },
        [](Machine &, qint64 &n) { return Object::integer(n); });
}

template <Way way>
Object exists(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader("exists", a).end();
    const RelatedRecords set = setOf(self);
    return perform<bool>(
        vm, way, set.database(), "exists",
        [set](const CallInfo &call) { return operations::relatedExists(set, call); },
        [](Machine &, bool &is) { return Object::boolean(is); });
}

constexpr auto T = QueryMethod::Terminal;
constexpr QueryMethod kMethods[] = {
    {T, "add", "aadd", "(*objs, bulk=True, through_defaults=None)",
     "Makes these objects related ones.", add<Way::Sync>, add<Way::Async>},
    {T, "clear", "aclear", "(bulk=True)", "Leaves no related objects.", clear<Way::Sync>,
     clear<Way::Async>},
    {T, "count", "acount", "()", "The number of related rows.", count<Way::Sync>,
     count<Way::Async>},
    {T, "create", "acreate", "(through_defaults=None, **values)",
     "Inserts a row that is related, and gives its object.", create<Way::Sync>, create<Way::Async>},
    {T, "exists", "aexists", "()", "Whether there are related rows.", exists<Way::Sync>,
     exists<Way::Async>},
    {T, "get_or_create", "aget_or_create", "(defaults=None, through_defaults=None, **lookups)",
     "The related row that matches, or a new one; and whether it is new.", getOrCreate<Way::Sync>,
     getOrCreate<Way::Async>},
    {T, "remove", "aremove", "(*objs, bulk=True)", "Makes these objects no related ones.",
     removeRows<Way::Sync>, removeRows<Way::Async>},
    {T, "set", "aset", "(objs, bulk=True, clear=False, through_defaults=None)",
     "Makes these objects the only related ones.", setRows<Way::Sync>, setRows<Way::Async>},
    {T, "update_or_create", "aupdate_or_create",
     "(defaults=None, create_defaults=None, through_defaults=None, **lookups)",
     "The related row that matches with these values, or a new one; and whether it is new.",
     updateOrCreate<Way::Sync>, updateOrCreate<Way::Async>},
};

} // namespace

std::span<const QueryMethod> relatedMethods()
{
    return kMethods;
}

} // namespace heddle::script
