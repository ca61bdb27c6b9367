#include "orm/objects/relatedplans.h"

#include "orm/objects/resultstorage.h"

#include <algorithm>

namespace heddle::relatedplans {

using namespace Qt::Literals::StringLiterals;
using namespace writeplans;

namespace {

[[noreturn]] void wrongInstance(const ModelInfo *model, const FieldInput &input)
{
    throw TypeError(u"'%1' instance expected, got %2"_s.arg(model->name, input.toRepr()));
}

/// The key that the link table holds for an object, or for a key as it was given.
Value farKey(const RelatedRecords &set, const FieldInput &input)
{
    const Field *far = set.relation().farField;
    if (const Record *object = input.record()) {
        if (object->isNull() || object->model() != set.model())
            wrongInstance(set.model(), input);
        const Value key = object->value(far->targetField);
        if (key.isNull())
            throw ValueError(u"Cannot add \"%1\": the value for field \"%2\" is None"_s.arg(
                input.toRepr(), far->name));
        return key;
    }
    if (!input.value())
        wrongInstance(set.model(), input);
    return columnValue(*far, *input.value());
}

std::vector<Value> farKeys(const RelatedRecords &set, const RelatedInputs &objects)
{
    std::vector<Value> keys;
    for (const FieldInput &input : objects) {
        Value key = farKey(set, input);
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            keys.push_back(std::move(key));
    }
    return keys;
}

Query linksTo(const RelatedRecords &set, const std::vector<Value> &keys)
{
    const Relation &relation = set.relation();
    Operand::List list(keys.begin(), keys.end());
    return Query(set.database().registry(), relation.through)
        .filter(makeQ({{relation.sourceField->name, Operand(set.ownerKey()), {}, {}},
                       {relation.farField->name + "__in"_L1, Operand(std::move(list)), {}, {}}}));
}

/// One column of a query's rows.
Plan<std::vector<Value>> columnPlan(Database database, Query query)
{
    Plan<ResultSetPtr> read = operations::rowsPlan(database, std::move(query), {});
    const ResultSetPtr rows = co_await std::move(read);
    std::vector<Value> out;
    for (qint64 row = 0; row < rows->rowCount(); ++row)
        out.push_back(rows->value(row, rows->shape().columns.front()));
    co_return out;
}

Query flatColumn(const Query &query, const QString &name)
{
    return query.valuesList({NamedExpression{{}, expr::ref(name)}}, true);
}

bool contains(const std::vector<Value> &values, const Value &value)
{
    return std::find(values.begin(), values.end(), value) != values.end();
}

} // namespace

// --- Many-to-many ---

Plan<bool> linkPlan(RelatedRecords set, RelatedInputs objects, FieldInputs throughDefaults)
{
    if (objects.empty())
        co_return true;
    const Relation &relation = set.relation();
    std::vector<Value> keys = farKeys(set, objects);
    Plan<std::vector<Value>> known =
        columnPlan(set.database(), flatColumn(linksTo(set, keys), relation.farField->attname));
    const std::vector<Value> linked = co_await std::move(known);
    std::vector<Record> links;
    for (const Value &key : keys) {
        if (contains(linked, key))
            continue;
        FieldInputs inputs = throughDefaults;
        inputs.emplace_back(relation.sourceField->attname, FieldInput(set.ownerKey()));
        inputs.emplace_back(relation.farField->attname, FieldInput(key));
        links.push_back(newRecord(set.database(), relation.through, inputs));
    }
    Operation<std::vector<Record>> insert =
        operations::bulkCreate(set.database(), relation.through, std::move(links), {}, {});
    Plan<std::vector<Record>> plan = std::move(insert.plan);
    co_await std::move(plan);
    co_return true;
}

static Plan<bool> deleteLinks(Database database, Query links)
{
    Operation<DeleteResult> operation = operations::deleteRows(database, links, {});
    Plan<DeleteResult> plan = std::move(operation.plan);
    co_await std::move(plan);
    co_return true;
}

static Plan<bool> nothing()
{
    co_return true;
}

Plan<bool> unlinkPlan(RelatedRecords set, RelatedInputs objects)
{
    if (objects.empty())
        return nothing();
    return inTransaction(deleteLinks(set.database(), linksTo(set, farKeys(set, objects))));
}

Plan<bool> unlinkAllPlan(RelatedRecords set)
{
    const Relation &relation = set.relation();
    Query links =
        Query(set.database().registry(), relation.through)
            .filter(makeQ({{relation.sourceField->name, Operand(set.ownerKey()), {}, {}}}));
    return inTransaction(deleteLinks(set.database(), std::move(links)));
}

// --- Reverse foreign keys ---

static Plan<bool> saveEach(std::vector<Record> objects, SaveOptions options)
{
    for (const Record &object : objects) {
        Plan<bool> save = savePlan(object, options);
        co_await std::move(save);
    }
    co_return true;
}

static Plan<bool> updatePlan(Database database, Query query, const Field *field, Value value)
{
    Plan<qint64> update = markingForRollback(countedPlan(
        compileUpdate(query, {Assignment{field, std::move(value), {}}}, database.dialect())));
    co_await std::move(update);
    co_return true;
}

Plan<bool> adoptPlan(RelatedRecords set, RelatedInputs objects, bool bulk)
{
    const Field *field = set.relation().field;
    std::vector<Record> records;
    std::vector<ValueList> keys;
    for (const FieldInput &input : objects) {
        if (!input.record() || input.record()->isNull() || input.record()->model() != set.model())
            wrongInstance(set.model(), input);
        Record object = *input.record();
        object.assign(field->name, FieldInput(set.owner()));
        if (bulk && object.isAdding())
            throw ValueError(
                u"%1 instance isn't saved. Use bulk=False or save the object first."_s.arg(
                    input.toRepr()));
        keys.push_back(object.primaryKey());
        records.push_back(std::move(object));
    }
    if (!bulk)
        return inTransaction(saveEach(std::move(records), {}));
    return updatePlan(set.database(), byKeys(set.database(), set.model(), keys), field,
                      set.ownerKey());
}

static Plan<bool> releaseEach(Database database, Query rows, const Field *field)
{
    Plan<ResultSetPtr> read = operations::rowsPlan(database, std::move(rows), {});
    const ResultSetPtr found = co_await std::move(read);
    std::vector<Record> objects;
    for (qint64 row = 0; row < found->rowCount(); ++row) {
        objects.push_back(found->record(row));
        objects.back().setValue(field, Value());
    }
    SaveOptions options;
    options.updateFields = QStringList{field->name};
    Plan<bool> save = saveEach(std::move(objects), std::move(options));
    co_return co_await std::move(save);
}

Plan<bool> releaseAllPlan(RelatedRecords set, Query rows, bool bulk)
{
    const Field *field = set.relation().field;
    if (!field->null)
        throw AttributeError(u"'RelatedManager' object has no attribute 'clear'"_s);
    if (!bulk)
        return inTransaction(releaseEach(set.database(), std::move(rows), field));
    return updatePlan(set.database(), std::move(rows), field, Value());
}

Plan<bool> releasePlan(RelatedRecords set, RelatedInputs objects, bool bulk)
{
    const Field *field = set.relation().field;
    if (!field->null)
        throw AttributeError(u"'RelatedManager' object has no attribute 'remove'"_s);
    if (objects.empty())
        return nothing();
    std::vector<ValueList> keys;
    for (const FieldInput &input : objects) {
        if (!input.record() || input.record()->isNull() || input.record()->model() != set.model())
            wrongInstance(set.model(), input);
        if (!(input.record()->value(field) == set.ownerKey()))
            throw DoesNotExist(set.owner().model()->name,
                               u"%1 is not related to %2."_s.arg(input.toRepr(),
                                                                 FieldInput(set.owner()).toRepr()));
        keys.push_back(input.record()->primaryKey());
    }
    Operand::List list;
    for (const ValueList &key : keys)
        list.push_back(key.size() == 1 ? Operand(key.front())
                                       : Operand(Operand::List(key.begin(), key.end())));
    return releaseAllPlan(
        set, set.query().filter(makeQ({{u"pk__in"_s, Operand(std::move(list)), {}, {}}})), bulk);
}

// --- set() ---

static Plan<bool> replaceLinks(RelatedRecords set, RelatedInputs objects, RelatedOptions options)
{
    if (options.clear) {
        Plan<bool> clear = unlinkAllPlan(set);
        co_await std::move(clear);
    } else {
        const Relation &relation = set.relation();
        Plan<std::vector<Value>> known = columnPlan(
            set.database(), flatColumn(set.query(), relation.farField->targetField->attname));
        std::vector<Value> old = co_await std::move(known);
        RelatedInputs fresh;
        for (const FieldInput &input : objects) {
            const Value key = farKey(set, input);
            if (contains(old, key))
                std::erase(old, key);
            else
                fresh.push_back(input);
        }
        Plan<bool> remove = unlinkPlan(set, RelatedInputs(old.begin(), old.end()));
        co_await std::move(remove);
        objects = std::move(fresh);
    }
    if (objects.empty())
        co_return true;
    Plan<bool> link = linkPlan(set, std::move(objects), std::move(options.throughDefaults));
    co_return co_await std::move(link);
}

static Plan<bool> replaceOwned(RelatedRecords set, RelatedInputs objects, RelatedOptions options)
{
    if (options.clear) {
        Plan<bool> clear = releaseAllPlan(set, set.query(), options.bulk);
        co_await std::move(clear);
    } else {
        Plan<ResultSetPtr> read = operations::rowsPlan(set.database(), set.query(), {});
        const ResultSetPtr rows = co_await std::move(read);
        RelatedInputs old;
        for (qint64 row = 0; row < rows->rowCount(); ++row)
            old.emplace_back(rows->record(row));
        RelatedInputs fresh;
        for (const FieldInput &input : objects) {
            const auto known = std::find_if(old.begin(), old.end(), [&](const FieldInput &o) {
                return input.record() && *o.record() == *input.record();
            });
            if (known == old.end())
                fresh.push_back(input);
            else
                old.erase(known);
        }
        Plan<bool> remove = releasePlan(set, std::move(old), options.bulk);
        co_await std::move(remove);
        objects = std::move(fresh);
    }
    Plan<bool> add = adoptPlan(set, std::move(objects), options.bulk);
    co_return co_await std::move(add);
}

Plan<bool> replacePlan(RelatedRecords set, RelatedInputs objects, RelatedOptions options)
{
    if (set.isManyToMany())
        return inTransaction(replaceLinks(std::move(set), std::move(objects), std::move(options)));
    if (!set.relation().field->null)
        return adoptPlan(std::move(set), std::move(objects), options.bulk);
    return inTransaction(replaceOwned(std::move(set), std::move(objects), std::move(options)));
}

} // namespace heddle::relatedplans
