#include "orm/models/registrybuilder.h"

#include <algorithm>

namespace heddle {
namespace {

/// The query name of a model as its relations' other ends see it: "PlaylistTrack" ->
/// "playlisttrack".
QString lowName(const ModelInfo &model)
{
    QString name = model.name.toLower();
    name.remove(QLatin1Char('_'));
    return name;
}

std::vector<const Field *> foreignKeys(const ModelInfo &model)
{
    std::vector<const Field *> result;
    for (const auto &field : model.fields()) {
        if (field->isRelation())
            result.push_back(field.get());
    }
    return result;
}

/// Python's order of names: by code point, which UTF-8 keeps.
bool comesBefore(const QString &a, const QString &b)
{
    return a.toUtf8() < b.toUtf8();
}

} // namespace

/// A table that only joins two others.
struct ModelRegistryBuilder::Link {
    const ModelInfo *through;
    const Field *first;
    const Field *second;
};

ModelRegistryBuilder::ModelRegistryBuilder() : m_registry(std::make_shared<ModelRegistry>())
{
}
ModelRegistryBuilder::~ModelRegistryBuilder() = default;

ModelInfo &ModelRegistryBuilder::addModel(const QString &name, const QString &table)
{
    auto &model = *m_registry->m_models.emplace_back(std::make_unique<ModelInfo>());
    model.name = name;
    model.table = table;
    return model;
}

Field &ModelRegistryBuilder::addField(ModelInfo &model, Field field)
{
    field.model = &model;
    field.index = int(model.m_fields.size());
    if (field.attname.isEmpty())
        field.attname = field.isRelation() ? field.name + QLatin1String("_id") : field.name;
    return *model.m_fields.emplace_back(std::make_unique<Field>(std::move(field)));
}

void ModelRegistryBuilder::setTarget(Field &field, const ModelInfo &target,
                                     const Field &targetField, OnDelete onDelete)
{
    field.target = &target;
    field.targetField = &targetField;
    field.onDelete = onDelete;
    field.type = FieldType{};
    field.type.kind = field.unique ? FieldKind::OneToOne : FieldKind::ForeignKey;
}

void ModelRegistryBuilder::setPrimaryKey(ModelInfo &model, const std::vector<Field *> &fields)
{
    UniqueConstraint constraint;
    constraint.primaryKey = true;
    for (Field *field : fields) {
        field->primaryKey = true;
        field->null = false;
        field->unique = field->unique || fields.size() == 1;
        constraint.fields.push_back(field);
    }
    model.m_primaryKeys = constraint.fields;
    if (!fields.empty()) {
        fields.front()->indexed = true;
        model.m_uniques.insert(model.m_uniques.begin(), std::move(constraint));
    }
}

void ModelRegistryBuilder::addUnique(ModelInfo &model, UniqueConstraint constraint)
{
    model.m_uniques.push_back(std::move(constraint));
}

void ModelRegistryBuilder::addIndex(ModelInfo &model, IndexInfo index)
{
    model.m_indexes.push_back(std::move(index));
}

Field *ModelRegistryBuilder::fieldByColumn(ModelInfo &model, const QString &column) const
{
    for (const auto caseSensitivity : {Qt::CaseSensitive, Qt::CaseInsensitive}) {
        for (const auto &field : model.m_fields) {
            if (field->column.compare(column, caseSensitivity) == 0)
                return field.get();
        }
    }
    return nullptr;
}

void ModelRegistryBuilder::setRelatedName(const Field &foreignKey, const QString &name)
{
    m_relatedNames.insert(&foreignKey, name);
}

void ModelRegistryBuilder::addLink(ModelInfo &through, const Field &first, const Field &second)
{
    through.m_isLink = true;
    m_declaredLinks.push_back({&through, &first, &second});
}

ModelRegistryPtr ModelRegistryBuilder::build()
{
    for (const auto &model : m_registry->m_models) {
        for (const auto &field : model->m_fields) {
            model->m_byName.insert(field->attname, field.get());
            model->m_byName.insert(field->name, field.get());
        }
        for (const Field *key : foreignKeys(*model))
            m_reverseWanted[key->target] += lowName(*model);
    }
    nameManyToMany(links());
    nameReverse();
    auto &models = m_registry->m_models;
    std::sort(models.begin(), models.end(),
              [](const auto &a, const auto &b) { return comesBefore(a->name, b->name); });
    for (const auto &model : models)
        finish(*model);
    return std::move(m_registry);
}

std::vector<ModelRegistryBuilder::Link> ModelRegistryBuilder::links() const
{
    std::vector<Link> result = m_declaredLinks;
    for (const auto &model : m_registry->m_models) {
        if (model->m_isLink)
            continue; // was declared
        const auto keys = foreignKeys(*model);
        const std::size_t others = model->m_fields.size() - keys.size();
        const Field *primary = model->primaryKey();
        const bool ownKey = others == 1 && primary && !primary->isRelation();
        if (keys.size() != 2 || (others != 0 && !ownKey))
            continue;
        model->m_isLink = true;
        result.push_back({model.get(), keys[0], keys[1]});
    }
    return result;
}

void ModelRegistryBuilder::nameManyToMany(const std::vector<Link> &links)
{
    QHash<const ModelInfo *, QStringList> wanted;
    for (const Link &link : links) {
        wanted[link.first->target] += lowName(*link.second->target);
        wanted[link.second->target] += lowName(*link.first->target);
    }
    for (const Link &link : links) {
        for (const auto &[here, there] :
             {std::pair(link.first, link.second), std::pair(link.second, link.first)}) {
            Relation relation;
            relation.kind = RelationKind::ManyToMany;
            relation.model = here->target;
            relation.target = there->target;
            relation.through = link.through;
            relation.sourceField = here;
            relation.farField = there;
            const QString shortName = lowName(*there->target);
            const bool clash = here->target == there->target ||
                               wanted[here->target].count(shortName) > 1 ||
                               m_reverseWanted[here->target].contains(shortName);
            addRelation(relation, shortName,
                        lowName(*link.through) + QLatin1String("_to_") + there->name, clash);
        }
    }
}

void ModelRegistryBuilder::nameReverse()
{
    for (const auto &model : m_registry->m_models) {
        for (const Field *key : foreignKeys(*model)) {
            Relation relation;
            relation.kind = key->type.kind == FieldKind::OneToOne ? RelationKind::ReverseOneToOne
                                                                  : RelationKind::ReverseForeignKey;
            relation.model = key->target;
            relation.target = model.get();
            relation.field = key;
            const QString shortName = lowName(*model);
            if (const QString given = m_relatedNames.value(key); !given.isEmpty()) {
                addNamedRelation(relation, given);
                continue;
            }
            const bool several = m_reverseWanted[key->target].count(shortName) > 1;
            addRelation(relation, shortName, shortName + QLatin1Char('_') + key->name, several);
        }
    }
}

bool ModelRegistryBuilder::isTaken(const ModelInfo &model, const QString &name) const
{
    return model.m_byName.contains(name) || model.m_byQueryName.contains(name);
}

/// Takes the short name unless it clashes. Should the long one be taken as well, which takes
/// malice, a number follows.
void ModelRegistryBuilder::addRelation(Relation relation, const QString &shortName,
                                       const QString &longName, bool useLong)
{
    ModelInfo &model = *const_cast<ModelInfo *>(relation.model); // made by this builder
    const auto isFree = [&](const QString &name) {
        return !isTaken(model, name) && !model.m_byName.contains(name + QLatin1String("_set"));
    };
    relation.queryName = !useLong && isFree(shortName) ? shortName : longName;
    for (int n = 0; !isFree(relation.queryName); ++n)
        relation.queryName = longName + QLatin1Char('_') + QString::number(n);
    relation.accessor = relation.queryName;
    if (relation.kind != RelationKind::ReverseOneToOne)
        relation.accessor += QLatin1String("_set");
    store(std::move(relation));
}

void ModelRegistryBuilder::addNamedRelation(Relation relation, const QString &name)
{
    relation.queryName = name;
    for (int n = 0; isTaken(*relation.model, relation.queryName); ++n)
        relation.queryName = name + QLatin1Char('_') + QString::number(n);
    relation.accessor = relation.queryName;
    store(std::move(relation));
}

void ModelRegistryBuilder::store(Relation relation)
{
    ModelInfo &model = *const_cast<ModelInfo *>(relation.model); // made by this builder
    const auto &stored = model.m_relations.emplace_back(std::make_unique<Relation>(relation));
    model.m_byQueryName.insert(stored->queryName, stored.get());
    model.m_byAccessor.insert(stored->accessor, stored.get());
}

void ModelRegistryBuilder::finish(ModelInfo &model)
{
    std::sort(model.m_relations.begin(), model.m_relations.end(),
              [](const auto &a, const auto &b) { return comesBefore(a->queryName, b->queryName); });
    model.m_choices = model.m_byName.keys() + model.m_byQueryName.keys();
    std::sort(model.m_choices.begin(), model.m_choices.end(), comesBefore);
    m_registry->m_byName.insert(model.name, &model);
    m_registry->m_byTable.insert(model.table, &model);
}

} // namespace heddle
