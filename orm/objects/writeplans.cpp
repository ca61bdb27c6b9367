#include "orm/objects/writeplans.h"

#include "orm/objects/resultstorage.h"

#include <QUrl>
#include <algorithm>

namespace heddle::writeplans {

using namespace Qt::Literals::StringLiterals;

PlanContext writeContext(const CallInfo &call, const char *method, const QByteArray &label)
{
    PlanContext context = operations::contextFor(call, method, label);
    context.write = true;
    return context;
}

Statement writeStatement(CompiledQuery &&compiled)
{
    Statement s = operations::statementOf(std::move(compiled));
    s.kind = TraceKind::Write;
    return s;
}

bool isKeySet(const ValueList &key)
{
    return !key.empty() &&
           std::none_of(key.begin(), key.end(), [](const Value &v) { return v.isNull(); });
}

static Operand keyOperand(const ValueList &key)
{
    if (key.size() == 1)
        return Operand(key.front());
    return Operand(Operand::List(key.begin(), key.end()));
}

Query byKey(const Database &database, const ModelInfo *model, const ValueList &key)
{
    return Query(database.registry(), model).filter(makeQ({{u"pk"_s, keyOperand(key), {}, {}}}));
}

Query byKeys(const Database &database, const ModelInfo *model, const std::vector<ValueList> &keys)
{
    Operand::List list;
    list.reserve(keys.size());
    for (const ValueList &key : keys)
        list.push_back(keyOperand(key));
    return Query(database.registry(), model)
        .filter(makeQ({{u"pk__in"_s, Operand(std::move(list)), {}, {}}}));
}

QString modelLabel(const Database &database, const ModelInfo *model)
{
    const QString path = QUrl(database.url()).path();
    const QString name = path.section(u'/', -1).section(u'.', 0, 0);
    return (name.isEmpty() || name.startsWith(u':') ? u"main"_s : name) + u'.' + model->name;
}

Plan<qint64> countedPlan(CompiledQuery compiled)
{
    if (compiled.empty)
        co_return qint64(0);
    Statement statement = writeStatement(std::move(compiled));
    StatementResult result = co_await send(std::move(statement));
    co_return qint64(result.rowsAffected);
}

qint64 bulkBatchSize(const Dialect &dialect, qsizetype fields, qint64 objects)
{
    const Features &features = dialect.features();
    if (fields <= 0)
        return std::max<qint64>(objects, 1);
    if (features.bulkParameters > 0)
        // A compound SELECT, which a list of rows once was there, has at most 500 terms.
        return fields == 1 ? 500 : std::max<qint64>(features.bulkParameters / fields, 1);
    return std::max<qint64>(std::min<qint64>(objects, features.maxParameters / fields), 1);
}

const Field *concreteField(const Database &database, const ModelInfo *model, const QString &name)
{
    if (const Field *field = model->field(name))
        return field;
    if (const Relation *relation = model->relationByQueryName(name)) {
        const QString class_ = relation->kind == RelationKind::ReverseForeignKey ? u"ManyToOneRel"_s
                               : relation->kind == RelationKind::ReverseOneToOne
                                   ? u"OneToOneRel"_s
                                   : u"ManyToManyRel"_s;
        throw FieldError(
            u"Cannot update model field <%1: %2> (only non-relations and foreign keys permitted)."_s
                .arg(class_, modelLabel(database, relation->target).toLower()));
    }
    throw FieldDoesNotExist(u"%1 has no field named '%2'"_s.arg(model->name, name));
}

// --- Objects as rows ---

void prepareRelatedFields(const Record &record, const char *operation,
                          const std::vector<const Field *> &only)
{
    for (const auto &owned : record.model()->fields()) {
        const Field *field = owned.get();
        if (!field->isRelation() ||
            (!only.empty() && std::find(only.begin(), only.end(), field) == only.end()))
            continue;
        Record related;
        {
            std::lock_guard lock(record.data()->mutex);
            related = record.data()->related.value(field->name);
        }
        if (related.isNull())
            continue;
        if (!isKeySet(related.primaryKey()))
            throw ValueError(
                u"%1() prohibited to prevent data loss due to unsaved related object '%2'."_s.arg(
                    QLatin1String(operation), field->name));
        // It may have been saved after it was assigned.
        if (!record.expression(field) && record.value(field).isNull()) {
            Record owner = record;
            owner.setValue(field, related.value(field->targetField));
            owner.setRelated(field->name, related);
        }
    }
}

Assignment assignmentOf(const Record &record, const Field *field)
{
    if (ExprPtr expression = record.expression(field))
        return {field, {}, std::move(expression)};
    return {field, record.value(field), {}};
}

void takeReturned(const Record &record, const std::vector<const Field *> &fields,
                  const RowBatch &batch, int row)
{
    std::lock_guard lock(record.data()->mutex);
    for (std::size_t i = 0; i < fields.size(); ++i) {
        record.data()->values.insert(fields[i]->index, batch.value(row, int(i)));
        record.data()->expressions.remove(fields[i]->index);
    }
}

std::vector<const Field *> insertFields(const Record &record, bool withKey)
{
    std::vector<const Field *> out;
    for (const auto &field : record.model()->fields()) {
        if (field->generated || (!withKey && field->automatic))
            continue;
        if (record.isLoaded(field.get()) || record.expression(field.get()))
            out.push_back(field.get());
    }
    return out;
}

std::vector<const Field *> returningFields(const ModelInfo *model,
                                           const std::vector<const Field *> &inserted)
{
    std::vector<const Field *> out;
    for (const auto &field : model->fields())
        if (field->automatic || field->generated ||
            (field->defaultSql &&
             std::find(inserted.begin(), inserted.end(), field.get()) == inserted.end()))
            out.push_back(field.get());
    return out;
}

Record newRecord(const Database &database, const ModelInfo *model, const FieldInputs &inputs)
{
    Record record = Record::unsaved(database, model);
    QStringList unknown;
    for (const auto &[name, input] : inputs) {
        if (!model->field(name) && name != "pk"_L1) {
            if (model->relationByAccessor(name))
                record.assign(name, input); // refuses sets, takes a one-to-one
            else
                unknown << u'\'' + name + u'\'';
            continue;
        }
        record.assign(name, input);
    }
    if (!unknown.isEmpty())
        throw TypeError(
            u"%1() got unexpected keyword arguments: %2"_s.arg(model->name, unknown.join(", "_L1)));
    return record;
}

} // namespace heddle::writeplans
