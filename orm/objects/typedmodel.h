#pragma once

#include "orm/objects/modelwriter.h"

#include <atomic>
#include <deque>

namespace heddle {

namespace detail {

/// One member that describe() named, and what it became in the registry.
struct TypedMember {
    using Kind = MemberKind;
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

/// What describe() said of one struct, without its type. Lives as long as the program.
///
/// describe() is run once, when the first query on the struct or on one that it is connected with
/// is made; all structs that are connected by relations make one ModelRegistry.
class TypedModel {
public:
    using TypeTraits = detail::TypeTraits;
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
    TypedMember &add(const MemberShape &shape, FieldOptions options);
    void setTable(QString table) { m_table = std::move(table); }
    void setName(QString name) { m_name = std::move(name); }
    void setComment(QString comment) { m_comment = std::move(comment); }
    void setPrimaryKey(MemberTags tags) { m_primaryKey = tags; }
    void addUnique(MemberTags tags) { m_uniques.emplace_back(tags); }
    void addIndex(MemberTags tags) { m_indexes.emplace_back(tags); }
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

} // namespace detail
} // namespace heddle
