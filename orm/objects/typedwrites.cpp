#include "orm/objects/typedwrites.h"

#include "orm/objects/writeplans.h"
#include "orm/objects/writes.h"
#include "orm/values/errors.h"

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

namespace {

bool isLeftToTheDatabase(const Field &field, const Value &value)
{
    if (field.generated)
        return true;
    if (field.automatic && (value.isNull() || value == Value(0)))
        return true;
    return field.defaultSql && value.isNull();
}

FieldInput inputOf(const Operand &operand)
{
    if (const ExprPtr *expression = operand.expression())
        return FieldInput(*expression);
    return FieldInput(operand.isValue() ? operand.value() : Value());
}

FieldInputs inputsOf(const Assignments &assignments)
{
    FieldInputs out;
    for (const auto &[name, operand] : assignments)
        out.emplace_back(name, inputOf(operand));
    return out;
}

QPtr lookupOf(const Assignments &assignments)
{
    std::vector<QChild> children;
    for (const auto &[name, operand] : assignments)
        children.push_back({name, operand, {}, {}});
    return makeQ(std::move(children));
}

/// Whether a value of the member's type goes to the column as it is.
bool needsNoPreparing(const Field &field, const TypedMember &member)
{
    if (!member.ops)
        return false;
    switch (field.type.kind) {
    case FieldKind::SmallInteger:
    case FieldKind::Integer:
    case FieldKind::BigInteger:
    case FieldKind::Boolean:
    case FieldKind::Float:
    case FieldKind::Text:
    case FieldKind::Binary:
    case FieldKind::Date:
    case FieldKind::Time:
        return member.ops->type.kind == field.type.kind;
    case FieldKind::Char:
        return member.ops->type.kind == FieldKind::Text;
    case FieldKind::Auto:
    case FieldKind::BigAuto:
    case FieldKind::SmallAuto:
        return true;
    case FieldKind::PositiveInteger:
    case FieldKind::Decimal:
    case FieldKind::DateTime:
    case FieldKind::Duration:
    case FieldKind::Uuid:
    case FieldKind::Json:
    case FieldKind::Array:
    case FieldKind::ForeignKey:
    case FieldKind::OneToOne:
    case FieldKind::Other:
        break;
    }
    return false;
}

/// Objects as rows of parameters: each is read while its row is written.
class ObjectRows final : public ParameterRows {
public:
    struct Part {
        const Field *field;
        const TypedMember *member;
        bool plain;
    };
    ObjectRows(std::shared_ptr<const void> keep, const char *first, qsizetype count,
               std::size_t stride, std::vector<Part> parts)
        : m_keep(std::move(keep)), m_first(first), m_count(count), m_stride(stride),
          m_parts(std::move(parts))
    {
    }
    std::int64_t count() const override { return m_count; }
    void row(std::int64_t i, ValueList &out) const override
    {
        const char *object = m_first + std::size_t(i) * m_stride;
        out.resize(m_parts.size());
        for (std::size_t p = 0; p < m_parts.size(); ++p) {
            Value value = memberValue(*m_parts[p].member, object);
            out[p] = m_parts[p].plain ? std::move(value) : columnValue(*m_parts[p].field, value);
        }
    }

private:
    const std::shared_ptr<const void> m_keep;
    const char *const m_first;
    const qsizetype m_count;
    const std::size_t m_stride;
    const std::vector<Part> m_parts;
};

Plan<qint64> nothingPlan()
{
    co_return qint64(0);
}

Plan<Record> recordPlan(Plan<RecordAndCreated> inner, std::shared_ptr<bool> created)
{
    RecordAndCreated found = co_await std::move(inner);
    *created = found.created;
    co_return found.record;
}

Operation<Record> recordOperation(Operation<RecordAndCreated> inner, std::shared_ptr<bool> created)
{
    return {recordPlan(std::move(inner.plan), std::move(created)), inner.context};
}

} // namespace

Record ObjectWriter::recordOf(const void *object) const
{
    const ModelInfo *info = m_model.info();
    Record record = Record::unsaved(m_database, info);
    for (const auto &field : info->fields()) {
        const TypedMember *member = m_model.memberOf(field.get());
        if (!member)
            continue;
        Value value = memberValue(*member, object);
        if (!isLeftToTheDatabase(*field, value))
            record.setValue(field.get(), std::move(value));
    }
    return record;
}

std::vector<Record> ObjectWriter::recordsOf(const char *first, qsizetype count) const
{
    std::vector<Record> out;
    out.reserve(std::size_t(count));
    for (qsizetype i = 0; i < count; ++i, first += m_model.type().size)
        out.push_back(recordOf(first));
    return out;
}

void ObjectWriter::takeBack(void *object, const Record &record) const
{
    for (const auto &field : m_model.info()->fields()) {
        const TypedMember *member = m_model.memberOf(field.get());
        if (!member || !(field->automatic || field->generated || field->defaultSql) ||
            !record.isLoaded(field.get()) || record.expression(field.get()))
            continue;
        const Value value = record.value(field.get());
        if (!value.isNull())
            setMemberValue(*member, object, value);
    }
    attach(m_model, object, m_database);
}

void ObjectWriter::takeAll(void *object, const Record &record) const
{
    for (const auto &field : m_model.info()->fields()) {
        const TypedMember *member = m_model.memberOf(field.get());
        if (member && record.isLoaded(field.get()) && !record.expression(field.get()))
            setMemberValue(*member, object, record.value(field.get()));
    }
    attach(m_model, object, m_database);
}

Operation<bool> ObjectWriter::save(const Record &record, const SaveOptions &options,
                                   const CallInfo &call, const char *method) const
{
    return operations::save(record, options, call, method);
}

Operation<DeleteResult> ObjectWriter::remove(const void *object, const CallInfo &call) const
{
    return operations::deleteRecord(recordOf(object), call);
}

Operation<std::vector<Record>> ObjectWriter::bulkCreate(const std::vector<Record> &records,
                                                        const BulkCreateOptions &options,
                                                        const CallInfo &call) const
{
    return operations::bulkCreate(m_database, m_model.info(), records, options, call);
}

Operation<qint64> ObjectWriter::bulkInsert(std::shared_ptr<const void> keep, const char *first,
                                           qsizetype count, const CallInfo &call) const
{
    if (count == 0)
        return {nothingPlan(), writeplans::writeContext(call, "bulk_create")};
    std::vector<const Field *> fields;
    std::vector<ObjectRows::Part> parts;
    const std::size_t size = m_model.type().size;
    for (const auto &field : m_model.info()->fields()) {
        const TypedMember *member = m_model.memberOf(field.get());
        if (!member || field->generated)
            continue;
        if (field->automatic || field->defaultSql) {
            // One statement has the same columns for all rows: what no object sets is the
            // database's, what one sets is everybody's.
            bool given = false;
            for (qsizetype i = 0; i < count && !given; ++i)
                given = !isLeftToTheDatabase(*field,
                                             memberValue(*member, first + std::size_t(i) * size));
            if (!given)
                continue;
        }
        fields.push_back(field.get());
        parts.push_back({field.get(), member, needsNoPreparing(*field, *member)});
    }
    auto rows =
        std::make_shared<const ObjectRows>(std::move(keep), first, count, size, std::move(parts));
    return operations::bulkInsert(m_database, m_model.info(), fields, std::move(rows), call);
}

Operation<qint64> ObjectWriter::bulkUpdate(const Query &query, const std::vector<Record> &records,
                                           const QStringList &fields, const CallInfo &call) const
{
    return operations::bulkUpdate(m_database, query, records, fields, {}, call);
}

Operation<Record> ObjectWriter::getOrCreate(const Query &query, const Assignments &lookups,
                                            const Assignments &defaults,
                                            std::shared_ptr<bool> created,
                                            const CallInfo &call) const
{
    return recordOperation(operations::getOrCreate(m_database, query, lookupOf(lookups),
                                                   inputsOf(lookups), inputsOf(defaults), call),
                           std::move(created));
}

Operation<Record> ObjectWriter::updateOrCreate(const Query &query, const Assignments &lookups,
                                               const Assignments &defaults,
                                               std::shared_ptr<bool> created,
                                               const CallInfo &call) const
{
    return recordOperation(operations::updateOrCreate(m_database, query, lookupOf(lookups),
                                                      inputsOf(lookups), inputsOf(defaults), {},
                                                      call),
                           std::move(created));
}

Query ObjectWriter::rowOf(const void *object) const
{
    const Record record = recordOf(object);
    const ValueList key = record.primaryKey();
    if (!writeplans::isKeySet(key))
        throw ValueError(u"%1 has no primary key yet: save it first."_s.arg(record.display()));
    return writeplans::byKey(m_database, m_model.info(), key);
}

Operation<qint64> updateOperation(const QueryCore &core, const Assignments &values,
                                  const CallInfo &call)
{
    return operations::update(core.database(), core.query(), inputsOf(values), call);
}

Operation<DeleteResult> deleteOperation(const QueryCore &core, const CallInfo &call)
{
    return operations::deleteRows(core.database(), core.query(), call);
}

} // namespace heddle::detail
