#pragma once

#include "orm/objects/relatedrecords.h"
#include "orm/script/object.h"
#include "orm/script/vm.h"

#include <functional>

namespace heddle::script {

using RecordSet = heddle::QuerySet<heddle::Record>;

/// A model's class: Book, with Book.objects and Book.DoesNotExist. Immutable.
class Model final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Model;
    Model(heddle::Database database, const ModelInfo *info)
        : HeapObject(kKind), m_database(std::move(database)), m_info(info)
    {
    }
    const ModelInfo *info() const { return m_info; }
    QString typeName() const override { return QStringLiteral("ModelBase"); }
    QString repr(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    Object call(Machine &vm, Arguments &arguments) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;
    std::size_t hash(Machine &) override { return std::hash<const void *>()(m_info); }
    std::optional<bool> hasInstance(const Object &object) override;

private:
    heddle::Database m_database;
    const ModelInfo *m_info;
};

/// Book.objects, or the manager of a reverse or many-to-many relation of one record. Immutable.
class Manager final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Manager;
    Manager(RecordSet rows, QString type)
        : HeapObject(kKind), m_rows(std::move(rows)), m_type(std::move(type))
    {
    }
    /// Of `related`'s owner; what prefetch_related brought for it is used. `loadMode` is the
    /// script's.
    Manager(RelatedRecords related, LoadMode loadMode, ResultSetPtr prefetched);
    /// Whose rows these are; nothing for Model.objects.
    const std::optional<RelatedRecords> &related() const { return m_related; }
    /// get_queryset().
    Object querySet() const;
    QString typeName() const override { return m_type; }
    QString repr(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;

private:
    RecordSet m_rows;
    QString m_type;
    ResultSetPtr m_prefetched;
    std::optional<RelatedRecords> m_related;
};

/// A queryset and, once it was evaluated, its rows: a second loop over it asks nothing.
class QuerySet final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::QuerySet;
    explicit QuerySet(RecordSet rows, ResultSetPtr result = {});

    const RecordSet &rows() const { return m_rows; }
    const Query &query() const { return m_rows.query(); }
    /// A refinement; nothing of what was fetched is taken along.
    Object refined(Query query) const
    {
        return Object::make<QuerySet>(m_rows.withQuery(std::move(query)));
    }
    bool isEvaluated() const { return m_result != nullptr; }
    const ResultSetPtr &result() const { return m_result; }
    void setResult(ResultSetPtr result);
    /// Its rows have been written to: the next look at it asks again.
    void forget()
    {
        m_result = nullptr;
        m_items.clear();
    }
    /// Fetches here and now, unless that was done; `method` is what the script wrote ("list",
    /// "len").
    void evaluate(Machine &vm, const char *method);
    std::int64_t rowCount() const { return std::int64_t(m_items.size()); }
    /// Row i of an evaluated queryset as an object; always the same one.
    Object row(std::int64_t i);

    QString typeName() const override { return QStringLiteral("QuerySet"); }
    QString repr(Machine &vm) override;
    bool truth(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    std::optional<std::int64_t> length(Machine &vm) override;
    Object item(Machine &vm, const Object &key) override;
    Object iterate(Machine &vm) override;
    Object asyncIterate(Machine &vm) override;
    Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected) override;
    std::optional<bool> contains(Machine &vm, const Object &value) override;
    bool isContainer() const override { return true; }
    void traverse(const Visitor &visit) override;
    Object copyFor(Copier &copier) const override;

private:
    Object slice(Machine &vm, const Object &key);
    RecordSet m_rows;
    ResultSetPtr m_result;
    Objects m_items; // rows made so far; empty handles for the others
};

/// One row as an object. Copies of a Record are the same object, and they guard themselves, so
/// every thread may have the handle.
class RecordObject final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Record;
    explicit RecordObject(heddle::Record record) : HeapObject(kKind), m_record(std::move(record)) {}
    static Object of(const heddle::Record &record);
    const heddle::Record &record() const { return m_record; }

    QString typeName() const override { return m_record.model()->name; }
    QString repr(Machine &vm) override;
    QString str(Machine &) override { return m_record.display(); }
    std::size_t hash(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    void setAttribute(Machine &vm, const QString &name, const Object &value) override;
    QStringList attributeNames(Machine &vm) override;
    Object compare(Machine &vm, CompareOp op, const Object &other) override;

private:
    Object relation(Machine &vm, const QString &name);
    heddle::Record m_record;
};

/// F("price"), Count("book"), Value(1), price + 1: a part of a query. Immutable.
class ExpressionObject final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Expression;
    explicit ExpressionObject(ExprPtr expression)
        : HeapObject(kKind), m_expression(std::move(expression))
    {
    }
    const ExprPtr &expression() const { return m_expression; }
    QString typeName() const override { return expr::className(*m_expression); }
    QString repr(Machine &vm) override;
    Object attribute(Machine &vm, const QString &name) override;
    QStringList attributeNames(Machine &vm) override;
    Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected) override;
    Object unary(Machine &vm, QChar op) override;

private:
    ExprPtr m_expression;
};

/// Q(...). Immutable.
class Condition final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Query;
    explicit Condition(QPtr node) : HeapObject(kKind), m_node(std::move(node)) {}
    const QPtr &node() const { return m_node; }
    QString typeName() const override { return QStringLiteral("Q"); }
    QString repr(Machine &vm) override;
    bool truth(Machine &) override { return !m_node->isEmpty(); }
    Object binary(Machine &vm, BinaryOp op, const Object &other, bool reflected) override;
    Object unary(Machine &vm, QChar op) override;

private:
    QPtr m_node;
};

/// CharField(max_length=9): the type of an expression, for output_field. Immutable.
class FieldTypeObject final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::FieldType;
    explicit FieldTypeObject(FieldType type) : HeapObject(kKind), m_type(type) {}
    const FieldType &type() const { return m_type; }
    QString typeName() const override { return m_type.className(); }

private:
    FieldType m_type;
};

/// Prefetch("book_set", queryset=..., to_attr=...). Immutable.
class PrefetchObject final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::Prefetch;
    explicit PrefetchObject(PrefetchSpec spec) : HeapObject(kKind), m_spec(std::move(spec)) {}
    const PrefetchSpec &spec() const { return m_spec; }
    QString typeName() const override { return QStringLiteral("Prefetch"); }

private:
    PrefetchSpec m_spec;
};

/// A name of the ORM that is called: Count, F, CharField, Q.
class OrmClass final : public HeapObject {
public:
    static constexpr Kind kKind = Kind::OrmClass;
    explicit OrmClass(QString name) : HeapObject(kKind), m_name(std::move(name)) {}
    QString typeName() const override { return QStringLiteral("type"); }
    QString repr(Machine &) override { return QStringLiteral("<class '%1'>").arg(m_name); }
    Object call(Machine &vm, Arguments &arguments) override;
    Object attribute(Machine &vm, const QString &name) override;

private:
    QString m_name;
};

/// Who asks, from where: for everything that may touch the database.
CallInfo callInfo(Machine &vm, const char *method = nullptr);
/// Row `row` of a result: a record, a dict, a tuple or a plain value.
Object rowObject(const ResultSet &result, std::int64_t row);

} // namespace heddle::script
