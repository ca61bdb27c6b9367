#pragma once

#include "orm/objects/database.h"
#include "orm/objects/foreignkey.h"
#include "orm/objects/record.h"
#include "orm/objects/typedmodel.h"

#include <QHash>
#include <QVarLengthArray>

namespace heddle {

namespace detail {

/// What the rows of one evaluation share for one relation of theirs: how to load what did not come
/// with them. The engine's counterpart for records is in loader.h.
struct RelationSource {
    Database database;
    CallSite origin;
    LoadMode mode = LoadMode::One;
    std::uint64_t setId = 0;
    TypedModel *owner = nullptr;
    const TypedMember *member = nullptr;

    /// LoadMode::Peers only: the keys of all rows, and what was loaded for them.
    struct Peers {
        std::vector<std::pair<RowBatchPtr, int>> keys; // batch and column
        std::mutex mutex;
        std::optional<QHash<QString, std::shared_ptr<void>>> found; // under mutex
    };
    std::unique_ptr<Peers> peers;
};

/// The values that annotate() gave a row: the batch that they lie in, and where.
class AnnotationCells {
public:
    /// Throws FieldError for a name that no annotation of the queryset has.
    Value annotationValue(QAnyStringView name) const;
    void setCells(RowBatchPtr batch, std::shared_ptr<const ResultShape> shape, int row)
    {
        m_batch = std::move(batch);
        m_shape = std::move(shape);
        m_row = row;
    }

private:
    RowBatchPtr m_batch;
    std::shared_ptr<const ResultShape> m_shape;
    int m_row = 0;
};

/// What one row of a queryset is in C++: an object, an object with annotations, a tuple of values,
/// or one value. One a type.
struct RowType {
    struct Cell {
        const ValueOps *ops;
        void *(*address)(void *row);
    };
    std::size_t size = 0;
    std::unique_ptr<TypedRows> (*makeRows)() = nullptr;
    TypedModel *model = nullptr; // objects only
    void *(*object)(void *row) = nullptr;
    AnnotationCells *(*annotations)(void *row) = nullptr; // null: has none
    std::vector<Cell> cells;                              // values only
};

/// How the plain objects of a struct are read. Lives as long as the program.
const RowType &objectsOf(TypedModel &model);

/// Reads batches of one evaluation into rows, column by column, straight from the batches' memory.
class RowReader {
public:
    RowReader(const RowType &type, Database database, const Query &query,
              std::shared_ptr<const ResultShape> shape, std::uint64_t setId, CallSite origin);
    /// Appends the batch's rows.
    void read(const RowBatchPtr &batch, TypedRows &rows);

private:
    struct Span {
        const RowBatchPtr &batch;
        int from, count;
        char *first;
        std::size_t stride;
    };
    void readObjects(TypedModel &model, const RowLayout &layout, const Span &span);
    void readKeys(TypedModel &model, const TypedMember &member, int column, const Span &span);
    void readOwners(TypedModel &model, const RowLayout &layout, const TypedMember &member,
                    const Span &span);
    void readRelated(TypedModel &model, const RowLayout::Related &related, const Span &span);
    const std::shared_ptr<RelationSource> &source(TypedModel &model, const TypedMember &member);
    void rethrowNaming(const TypedModel &model, const TypedMember &member);

    const RowType &m_type;
    Database m_database;
    std::shared_ptr<const ResultShape> m_shape;
    LoadMode m_mode;
    std::uint64_t m_setId;
    CallSite m_origin;
    qint32 m_rows = 0; // read before the batch that is being read
    QVarLengthArray<std::pair<const TypedMember *, std::shared_ptr<RelationSource>>, 4> m_sources;
};

/// A result as rows, without what prefetch_related brought.
std::unique_ptr<TypedRows> rowsOf(const ResultSetPtr &result, const RowType &type);

/// What a member that is a column would be written as.
Value memberValue(const TypedMember &member, const void *object);
void setMemberValue(const TypedMember &member, void *object, const Value &value);

/// Lets what is loaded for an object that was made by hand know its database: after create() and
/// save().
void attach(TypedModel &model, void *object, const Database &database);

} // namespace detail

/// A row with what annotate() computed for it: `row.annotation<qint64>("n")`.
template <typename T>
struct Annotated : T, private detail::AnnotationCells {
    using Model = T;
    /// NULL is T() unless V is an optional. Throws FieldError for an unknown name, ValueError for a
    /// value that is no V.
    template <typename V>
    V annotation(QAnyStringView name) const
    {
        const Value value = annotationValue(name);
        if (value.isNull())
            return V();
        return detail::ValueTraits<V>::decode(value);
    }

    // --- For the engine ---
    detail::AnnotationCells *cells() { return this; }
};

} // namespace heddle
