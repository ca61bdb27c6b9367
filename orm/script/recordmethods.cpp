#include "orm/objects/writes.h"
#include "orm/script/containers.h"
#include "orm/script/errors.h"
#include "orm/script/perform.h"
#include "orm/script/querymethods.h"
#include "orm/script/writearguments.h"

namespace heddle::script {

using namespace Qt::Literals::StringLiterals;

namespace {

const Record &recordOf(const Object &self)
{
    return self.as<RecordObject>()->record();
}

Object nothing(Machine &, bool &)
{
    return Object::none();
}

template <Way way>
Object save(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("save", a);
    SaveOptions options;
    options.forceInsert = in.flag(vm, "force_insert", false);
    options.forceUpdate = in.flag(vm, "force_update", false);
    in.optional("using");
    options.updateFields = namesFrom(vm, in.optional("update_fields"), "update_fields");
    in.end();
    const Record record = recordOf(self);
    return perform<bool>(
        vm, way, record.database(), "save",
        [record, options](const CallInfo &call) { return operations::save(record, options, call); },
        nothing);
}

template <Way way>
Object deleteRecord(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("delete", a);
    in.optional("using");
    in.optional("keep_parents");
    in.end();
    const Record record = recordOf(self);
    return perform<DeleteResult>(
        vm, way, record.database(), "delete",
        [record](const CallInfo &call) { return operations::deleteRecord(record, call); },
        [](Machine &, DeleteResult &result) { return deleteResultObject(result); });
}

template <Way way>
Object refresh(Machine &vm, const Object &self, Arguments &a)
{
    ArgumentReader in("refresh_from_db", a);
    in.optional("using");
    const std::optional<QStringList> fields = namesFrom(vm, in.optional("fields"), "fields");
    in.end();
    const Record record = recordOf(self);
    return perform<bool>(
        vm, way, record.database(), "refresh_from_db",
        [record, fields](const CallInfo &call) {
            return operations::refresh(record, fields, call);
        },
        nothing);
}

constexpr auto T = QueryMethod::Terminal;
constexpr QueryMethod kMethods[] = {
    {T, "delete", "adelete", "()", "Deletes the row and what must go with it.",
     deleteRecord<Way::Sync>, deleteRecord<Way::Async>},
    {T, "refresh_from_db", "arefresh_from_db", "(fields=None)", "Reads the row again.",
     refresh<Way::Sync>, refresh<Way::Async>},
    {T, "save", "asave", "(force_insert=False, force_update=False, update_fields=None)",
     "Writes the object: a new row, or the one that is there.", save<Way::Sync>, save<Way::Async>},
};

} // namespace

std::span<const QueryMethod> recordMethods()
{
    return kMethods;
}

} // namespace heddle::script
