#include "orm/objects/typedload.h"

#include "orm/execution/adapter.h"
#include "orm/objects/operations.h"
#include "orm/objects/typedcore.h"
#include "orm/objects/typedstream.h"
#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

namespace {

/// The object behind a key, or the rows of a set, as a queryset.
QueryCore questionFor(const Database &database, const KeyBase &key, TypedModel &target,
                      const RowType &type)
{
    const Field *far =
        key.source() ? key.source()->member->field->targetField : target.info()->primaryKey();
    const Query all(target.registry(), target.info());
    return {database, all.filter(makeQ({{far->attname, Operand(key.value()), {}, {}}})), &type};
}

void take(const KeyBase &key, const RowsPtr &rows, TypedModel &target)
{
    key.setObject(std::shared_ptr<void>(rows, target.type().first(rows.get())));
}

} // namespace

void loadRelation(const Database &database, const KeyBase &key, TypedModel &target)
{
    if (key.isLoaded())
        return;
    const RowType &type = objectsOf(target);
    const RowsPtr rows = questionFor(database, key, target, type).get({}, {});
    take(key, rows, target);
}

void loadRelation(const Database &database, const SetBase &set, TypedModel &target)
{
    if (set.isLoaded())
        return;
    const RowType &type = objectsOf(target);
    set.setRows(QueryCore(database, set.query(target), &type).list({}));
}

Task<> aloadRelation(Database database, const KeyBase &key, TypedModel &target)
{
    if (key.isLoaded())
        co_return;
    const RowType &type = objectsOf(target);
    QFuture<RowsPtr> coming = questionFor(database, key, target, type).startGet({}, {});
    const RowsPtr rows = co_await coming;
    take(key, rows, target);
}

Task<> aloadRelation(Database database, const SetBase &set, TypedModel &target)
{
    if (set.isLoaded())
        co_return;
    const RowType &type = objectsOf(target);
    QFuture<RowsPtr> coming = QueryCore(database, set.query(target), &type).startList({});
    RowsPtr rows = co_await coming;
    set.setRows(std::move(rows));
}

// --- Checking ---

namespace {

PlanContext checkContext()
{
    PlanContext context;
    context.method = "check";
    context.label = "schema";
    return context;
}

void compare(const DatabaseSchema &schema, TypedModel &model)
{
    const ModelInfo *info = model.info();
    const TableInfo *table = nullptr;
    for (const TableInfo &known : schema.tables)
        if (known.name.compare(info->table, Qt::CaseInsensitive) == 0)
            table = &known;
    if (!table) {
        QStringList names;
        for (const TableInfo &known : schema.tables)
            names << known.name;
        throw ProgrammingError(
            u"%1 is for a table '%2', which the database does not have; it has: %3."_s.arg(
                info->name, info->table, names.isEmpty() ? u"none"_s : names.join(", "_L1)));
    }
    QStringList columns, missing;
    for (const TableColumn &column : table->columns)
        columns << column.name;
    for (const auto &field : info->fields())
        if (!columns.contains(field->column, Qt::CaseInsensitive))
            missing << u"'%1' (%2)"_s.arg(field->column, field->name);
    if (!missing.isEmpty())
        throw ProgrammingError(
            u"%1 does not fit table '%2': there is no column %3; there are: %4."_s.arg(
                info->name, table->name, missing.join(", "_L1), columns.join(", "_L1)));
}

Plan<bool> comparePlan(Plan<DatabaseSchema> inner, TypedModel *model)
{
    const DatabaseSchema schema = co_await std::move(inner);
    compare(schema, *model);
    co_return true;
}

} // namespace

void checkModel(const Database &database, TypedModel &model)
{
    const Adapter &adapter = AdapterRegistry::find(database.schema().backend);
    compare(database.runner().run(adapter.introspect(), checkContext()), model);
}

QFuture<bool> acheckModel(const Database &database, TypedModel &model)
{
    try {
        const Adapter &adapter = AdapterRegistry::find(database.schema().backend);
        return database.runner().start(comparePlan(adapter.introspect(), &model), checkContext());
    } catch (...) {
        return failedFuture<bool>(std::current_exception());
    }
}

} // namespace heddle::detail
