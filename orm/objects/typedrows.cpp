#include "orm/objects/typedrows.h"

#include "orm/objects/relatedset.h"
#include "orm/objects/resultstorage.h"
#include "orm/sql/compiledquery.h"
#include "orm/values/errors.h"

#include <unordered_map>

namespace heddle::detail {

using namespace Qt::Literals::StringLiterals;

Value AnnotationCells::annotationValue(QAnyStringView name) const
{
    const QString wanted = name.toString();
    QStringList known;
    if (m_shape) {
        for (const auto &[annotation, column] : m_shape->annotations) {
            if (annotation == wanted)
                return m_batch->value(m_row, column);
            known << annotation;
        }
    }
    throw FieldError(u"This row has no annotation '%1'. Choices are: %2"_s.arg(
        wanted, known.isEmpty() ? u"none"_s : known.join(", "_L1)));
}

const RowType &objectsOf(TypedModel &model)
{
    static std::mutex mutex;
    static auto *types = new std::unordered_map<const TypedModel *, RowType>;
    std::lock_guard lock(mutex);
    RowType &type = (*types)[&model];
    if (!type.model) {
        type.size = model.type().size;
        type.makeRows = model.type().makeRows;
        type.model = &model;
        type.object = [](void *row) { return row; };
    }
    return type;
}

RowReader::RowReader(const RowType &type, Database database, const Query &query,
                     std::shared_ptr<const ResultShape> shape, std::uint64_t setId, CallSite origin)
    : m_type(type), m_database(std::move(database)), m_shape(std::move(shape)),
      m_mode(query.state().loadMode), m_setId(setId), m_origin(origin)
{
}

void RowReader::read(const RowBatchPtr &batch, TypedRows &rows)
{
    const int count = batch->rowCount();
    if (count == 0)
        return;
    char *first = rows.grow(count);
    m_rows = qint32(rows.size()) - count;
    if (!m_type.model) {
        for (std::size_t i = 0; i < m_type.cells.size(); ++i) {
            const RowType::Cell &cell = m_type.cells[i];
            cell.ops->fill(batch->column(m_shape->columns[i]), 0, count,
                           static_cast<char *>(cell.address(first)), m_type.size);
        }
        return;
    }
    readObjects(*m_type.model, m_shape->layout,
                {batch, 0, count, static_cast<char *>(m_type.object(first)), m_type.size});
    if (m_type.annotations)
        for (int i = 0; i < count; ++i)
            m_type.annotations(first + std::size_t(i) * m_type.size)->setCells(batch, m_shape, i);
}

void RowReader::rethrowNaming(const TypedModel &model, const TypedMember &member)
{
    try {
        throw;
    } catch (const ValueError &error) {
        const std::string_view type = model.type().name;
        throw ValueError(u"%1::%2: %3"_s.arg(
            QString::fromUtf8(type.data(), qsizetype(type.size())),
            QString::fromUtf8(member.memberName.data(), qsizetype(member.memberName.size())),
            error.message()));
    }
}

void RowReader::readObjects(TypedModel &model, const RowLayout &layout, const Span &span)
{
    for (const TypedMember &member : model.members()) {
        if (member.relation) {
            readOwners(model, layout, member, span);
            continue;
        }
        const int column = layout.columnOfField[std::size_t(member.field->index)];
        if (column < 0)
            continue; // deferred: it stays as the struct makes it
        try {
            if (member.ops)
                member.ops->fill(span.batch->column(column), span.from, span.count,
                                 static_cast<char *>(member.address(span.first)), span.stride);
            else
                readKeys(model, member, column, span);
        } catch (const ValueError &) {
            rethrowNaming(model, member);
        }
    }
    for (const RowLayout::Related &related : layout.related)
        readRelated(model, related, span);
}

const std::shared_ptr<RelationSource> &RowReader::source(TypedModel &model,
                                                         const TypedMember &member)
{
    for (const auto &[known, source] : m_sources)
        if (known == &member)
            return source;
    auto source = std::make_shared<RelationSource>();
    source->database = m_database;
    source->origin = m_origin;
    source->mode = m_mode;
    source->setId = m_setId;
    source->owner = &model;
    source->member = &member;
    m_sources.emplace_back(&member, std::move(source));
    return m_sources.back().second;
}

void RowReader::readKeys(TypedModel &model, const TypedMember &member, int column, const Span &span)
{
    const std::shared_ptr<RelationSource> source = this->source(model, member);
    if (m_mode == LoadMode::Peers) {
        if (!source->peers)
            source->peers = std::make_unique<RelationSource::Peers>();
        source->peers->keys.emplace_back(span.batch, column);
    }
    const Column &cells = span.batch->column(column);
    char *address = static_cast<char *>(member.address(span.first));
    for (int i = 0; i < span.count; ++i, address += span.stride) {
        const int row = span.from + i;
        if (cells.isNull(row))
            continue;
        auto *key = reinterpret_cast<KeyBase *>(address);
        if (cells.kind() == ColumnKind::Int64)
            key->setWholeKey(cells.int64(row));
        else
            key->setKey(cells.value(row));
        key->setSource(source, m_rows + row);
    }
}

/// Sets of related rows learn whose they are.
void RowReader::readOwners(TypedModel &model, const RowLayout &layout, const TypedMember &member,
                           const Span &span)
{
    const Relation &relation = *member.relation;
    const Field *own = relation.kind == RelationKind::ManyToMany ? relation.sourceField->targetField
                                                                 : relation.field->targetField;
    const int column = layout.columnOfField[std::size_t(own->index)];
    if (column < 0)
        return;
    const std::shared_ptr<RelationSource> source = this->source(model, member);
    char *address = static_cast<char *>(member.address(span.first));
    for (int i = 0; i < span.count; ++i, address += span.stride)
        reinterpret_cast<SetBase *>(address)->setOwner(
            source, span.batch->value(span.from + i, column), m_rows + span.from + i);
}

/// Whether select_related found no row: the key is NULL.
static bool isMissing(const RowLayout &layout, const RowBatch &batch, int row)
{
    for (const Field *key : layout.model->primaryKeys()) {
        const int column = layout.columnOfField[std::size_t(key->index)];
        if (column >= 0 && batch.column(column).isNull(row))
            return true;
    }
    return false;
}

void RowReader::readRelated(TypedModel &model, const RowLayout::Related &related, const Span &span)
{
    TypedModel *target = TypedModel::of(related.layout->model);
    if (!target)
        return;
    if (related.relation) {
        for (const TypedMember &member : model.members()) {
            if (member.relation != related.relation)
                continue;
            char *address = static_cast<char *>(member.address(span.first));
            for (int i = 0; i < span.count; ++i, address += span.stride) {
                const std::unique_ptr<TypedRows> one = target->type().makeRows();
                if (!isMissing(*related.layout, *span.batch, span.from + i))
                    readObjects(*target, *related.layout,
                                {span.batch, span.from + i, 1, one->grow(1), target->type().size});
                reinterpret_cast<SetBase *>(address)->setRows(one->share());
            }
        }
        return;
    }
    const TypedMember *member = model.memberOf(related.field);
    if (!member)
        return;
    // All the batch's objects in one piece of memory, which lives as long as one of them is held.
    const std::unique_ptr<TypedRows> rows = target->type().makeRows();
    char *object = rows->grow(span.count);
    const std::shared_ptr<void> block = rows->share();
    readObjects(*target, *related.layout,
                {span.batch, span.from, span.count, object, target->type().size});
    char *address = static_cast<char *>(member->address(span.first));
    for (int i = 0; i < span.count; ++i, address += span.stride, object += target->type().size)
        if (!isMissing(*related.layout, *span.batch, span.from + i))
            reinterpret_cast<KeyBase *>(address)->setObject(std::shared_ptr<void>(block, object));
}

std::unique_ptr<TypedRows> rowsOf(const ResultSetPtr &result, const RowType &type)
{
    const ResultStorage &storage = *result->storage();
    RowReader reader(type, storage.database, storage.query, storage.shape, storage.id,
                     storage.origin);
    std::unique_ptr<TypedRows> rows = type.makeRows();
    for (const RowBatchPtr &batch : storage.batches)
        reader.read(batch, *rows);
    return rows;
}

Value memberValue(const TypedMember &member, const void *object)
{
    const void *address = member.address(const_cast<void *>(object));
    return member.ops ? member.ops->get(address) : static_cast<const KeyBase *>(address)->value();
}

void setMemberValue(const TypedMember &member, void *object, const Value &value)
{
    void *address = member.address(object);
    if (member.ops)
        member.ops->set(address, value);
    else
        static_cast<KeyBase *>(address)->setKey(value);
}

void attach(TypedModel &model, void *object, const Database &database)
{
    model.info();
    for (const TypedMember &member : model.members()) {
        if (member.kind == TypedMember::Kind::Value)
            continue;
        auto source = std::make_shared<RelationSource>();
        source->database = database;
        source->owner = &model;
        source->member = &member;
        if (member.kind == TypedMember::Kind::Key) {
            static_cast<KeyBase *>(member.address(object))->setSource(std::move(source));
            continue;
        }
        const Field *own = member.relation->kind == RelationKind::ManyToMany
                               ? member.relation->sourceField->targetField
                               : member.relation->field->targetField;
        const TypedMember *key = model.memberOf(own);
        if (key)
            static_cast<SetBase *>(member.address(object))
                ->setOwner(std::move(source), memberValue(*key, object));
    }
}

} // namespace heddle::detail
