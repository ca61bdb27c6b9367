#pragma once

#include "orm/models/modelinfo.h"

namespace heddle {

/// Puts a ModelRegistry together: models and fields first, then build() names what leads back.
///
/// Used for introspected tables (registryFromSchema) and for typed models alike, so that both get
/// the same reverse and many-to-many names. Foreign keys are fields with `target`, `targetField`
/// and kind ForeignKey or OneToOne set; the target has to belong to the same builder. One builder
/// builds one registry.
class ModelRegistryBuilder {
public:
    ModelRegistryBuilder();
    ~ModelRegistryBuilder();

    /// Names must be unique; the caller sees to it.
    ModelInfo &addModel(const QString &name, const QString &table);
    /// Appends the field and sets its model and index. An empty attname is the name, plus `_id` for
    /// a relation.
    Field &addField(ModelInfo &model, Field field);
    /// Marks a field that is already there as a foreign key.
    void setTarget(Field &field, const ModelInfo &target, const Field &targetField,
                   OnDelete onDelete);
    /// In key order. A single key counts as unique.
    void setPrimaryKey(ModelInfo &model, const std::vector<Field *> &fields);
    void addUnique(ModelInfo &model, UniqueConstraint constraint);
    void addIndex(ModelInfo &model, IndexInfo index);

    Field *fieldByColumn(ModelInfo &model, const QString &column) const;

    /// Django's related_name: what the way back over this key is called, as query name and as
    /// accessor. Without it naming.md, 5 names it.
    void setRelatedName(const Field &foreignKey, const QString &name);
    /// Says that a model joins two others although it has columns of its own: a typed model's
    /// `through`.
    void addLink(ModelInfo &through, const Field &first, const Field &second);

    /// Names the relations by naming.md, 5 and 6, and gives the finished registry.
    ModelRegistryPtr build();

private:
    struct Link;
    std::vector<Link> links() const;
    void nameManyToMany(const std::vector<Link> &links);
    void nameReverse();
    void addRelation(Relation relation, const QString &shortName, const QString &longName,
                     bool useLong);
    void addNamedRelation(Relation relation, const QString &name);
    void store(Relation relation);
    bool isTaken(const ModelInfo &model, const QString &name) const;
    void finish(ModelInfo &model);

    std::shared_ptr<ModelRegistry> m_registry;
    std::vector<Link> m_declaredLinks;
    QHash<const Field *, QString> m_relatedNames;
    QHash<const ModelInfo *, QStringList>
        m_reverseWanted; // short names that reverse keys ask for, per target
};

} // namespace heddle
