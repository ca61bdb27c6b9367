#pragma once

#include "orm/objects/typedvalue.h"

#include <atomic>
#include <deque>
#include <functional>
#include <memory>
#include <string_view>

namespace heddle {

/// A word about a field, given to Model<T>::field() and its siblings: maxLength(200), unique(), ...
struct FieldOption {
    enum class Kind {
        MaxLength,
        Digits,
        DecimalPlaces,
        Column,
        Name,
        Null,
        Unique,
        Index,
        Automatic,
        WithZone,
        DbDefault,
        Default,
        Choices,
        RelatedName,
        OnDelete,
        ToField,
        Comment,
        Type,
    };
    Kind kind;
    qint64 number = 0;
    QString text;
    Value value;
    std::vector<std::pair<Value, QString>> choices;
    const void *member = nullptr; // ToField: its tag
};

namespace detail {

class TypedModel;
using TypedModelFunction = TypedModel &(*)();

/// Stands for one member of one struct: its address is what counts.
template <auto Member>
inline char memberTag = 0;

/// One member that describe() named, and what it became in the registry.
struct TypedMember {
    enum class Kind {
        Value,
        Key,        // ForeignKey, OneToOne: a column
        ReverseSet, // RelatedSet: who points here
        ReverseOne, // RelatedOne
        ManyToMany,
    };
    Kind kind = Kind::Value;
    const void *tag = nullptr;
    std::string_view memberName;
    void *(*address)(void *object) = nullptr;
    const ValueOps *ops = nullptr;       // Value
    TypedModelFunction target = nullptr; // all others
    bool oneToOne = false;               // Key
    const void *foreignKey = nullptr; // Reverse*: tag of the key on the other side; null: the only
    TypedModelFunction through = nullptr; // ManyToMany; null: a link table of its own
    std::vector<FieldOption> options;
    bool primaryKey = false;

    // Once the registry is built:
    const Field *field = nullptr;
    const Relation *relation = nullptr;
};

/// Rows of one type while they are being read: a list that grows by whole batches.
struct TypedRows {
    virtual ~TypedRows() = default;
    /// Appends so many objects as their type makes them, and gives the first of them.
    virtual char *grow(int rows) = 0;
    virtual void reserve(qsizetype rows) = 0;
    /// Appends a copy of one object.
    virtual void append(const void *object) = 0;
    /// Appends what one object held; it is empty afterwards.
    virtual void take(void *object) = 0;
    virtual char *data() = 0;
    virtual qsizetype size() const = 0;
    /// The QList<T>, shared.
    virtual std::shared_ptr<void> share() = 0;
};

/// What describe() said of one struct, without its type. Lives as long as the program.
///
/// describe() is run once, when the first query on the struct or on one that it is connected with
/// is made; all structs that are connected by relations make one ModelRegistry.
class TypedModel {
public:
    struct TypeTraits {
        std::string_view name;
        std::size_t size = 0;
        void (*describe)(TypedModel &model) = nullptr;
        std::shared_ptr<void> (*makeArray)(qsizetype count) = nullptr;
        std::unique_ptr<TypedRows> (*makeRows)() = nullptr;
        void *(*first)(void *list) = nullptr; // of a QList<T>
        qsizetype (*count)(const void *list) = nullptr;
    };
    explicit TypedModel(const TypeTraits &type);
    TypedModel(const TypedModel &) = delete;

    const TypeTraits &type() const { return m_type; }
    /// The model in its registry; builds that if it must. Any thread. Throws what is wrong with the
    /// descriptions (TypeError), naming struct and member.
    const ModelInfo *info();
    const ModelRegistryPtr &registry();
    /// The described member, or null.
    const TypedMember *member(const void *tag);
    const TypedMember *memberOf(const Field *field);
    const std::deque<TypedMember> &members() const { return m_members; }
    const QStringList &ordering() const { return m_ordering; }
    /// The name that a lookup path calls a member by. Throws TypeError for one that describe() does
    /// not name.
    QString pathName(const void *tag, std::string_view memberName);
    /// The name of the way back over a foreign key of this model, as its target calls it.
    QString reverseName(const void *foreignKey, std::string_view memberName);
    /// The struct of a model that some registry of typed models holds; null for any other model.
    static TypedModel *of(const ModelInfo *info);

    // --- For Model<T> ---
    TypedMember &add(TypedMember member);
    void setTable(QString table) { m_table = std::move(table); }
    void setName(QString name) { m_name = std::move(name); }
    void setComment(QString comment) { m_comment = std::move(comment); }
    void addPrimaryKey(std::vector<const void *> tags) { m_primaryKey = std::move(tags); }
    void addUnique(std::vector<const void *> tags) { m_uniques.push_back(std::move(tags)); }
    void addIndex(std::vector<const void *> tags) { m_indexes.push_back(std::move(tags)); }
    void setOrdering(QStringList names) { m_ordering = std::move(names); }

private:
    friend class TypedRegistryBuilder;
    TypeTraits m_type;
    QString m_name, m_table, m_comment;
    std::deque<TypedMember> m_members;
    std::vector<const void *> m_primaryKey;
    std::vector<std::vector<const void *>> m_uniques, m_indexes;
    QStringList m_ordering;
    bool m_described = false;
    // Set once, under the registries' lock; read by m_ready.
    ModelRegistryPtr m_registry;
    const ModelInfo *m_info = nullptr;
    std::vector<const TypedMember *> m_ofField; // by Field::index; null: no member holds it
    std::atomic<bool> m_ready{false};
};

/// Tells of a struct that the program uses as a model. Runs before main().
bool enlist(TypedModelFunction model);

template <typename T>
struct TypedRowsOf final : TypedRows {
    std::shared_ptr<QList<T>> list = std::make_shared<QList<T>>();
    char *grow(int rows) override
    {
        const qsizetype old = list->size();
        list->resize(old + rows);
        return reinterpret_cast<char *>(list->data() + old);
    }
    void reserve(qsizetype rows) override { list->reserve(rows); }
    void append(const void *object) override { list->append(*static_cast<const T *>(object)); }
    void take(void *object) override { list->append(std::move(*static_cast<T *>(object))); }
    char *data() override { return reinterpret_cast<char *>(list->data()); }
    qsizetype size() const override { return list->size(); }
    std::shared_ptr<void> share() override { return list; }
};

template <typename T>
void describeType(TypedModel &model);

template <typename T>
struct TypedModelOf {
    static TypedModel &get()
    {
        static_assert(sizeof(T) > 0, "Heddle: this struct is only declared here; include the file "
                                     "that defines it before it is used in a query");
        static_cast<void>(&enlisted);
        static TypedModel model(
            {typeName(), sizeof(T), &describeType<T>,
             [](qsizetype count) -> std::shared_ptr<void> {
                 return std::shared_ptr<T[]>(new T[std::size_t(count)]());
             },
             []() -> std::unique_ptr<TypedRows> { return std::make_unique<TypedRowsOf<T>>(); },
             [](void *list) -> void * { return static_cast<QList<T> *>(list)->data(); },
             [](const void *list) { return static_cast<const QList<T> *>(list)->size(); }});
        return model;
    }
    static std::string_view typeName();
    static const bool enlisted;
};

// Initialised before main(), for every struct that any part of the program uses as a model: that is
// how a registry knows who points back.
template <typename T>
const bool TypedModelOf<T>::enlisted = enlist(&TypedModelOf<T>::get);

template <typename T>
TypedModel &typedModel()
{
    return TypedModelOf<T>::get();
}

} // namespace detail
} // namespace heddle
