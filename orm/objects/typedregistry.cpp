#include "orm/models/registrybuilder.h"
#include "orm/models/schema.h"
#include "orm/objects/typedmodel.h"
#include "orm/values/errors.h"

#include <QSet>
#include <algorithm>
#include <mutex>
#include <unordered_set>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace detail {

namespace {

QString latin(std::string_view text)
{
    return QString::fromUtf8(text.data(), qsizetype(text.size()));
}

/// Everything that is known of typed models. Never destroyed: queries may be asked until the very
/// end.
struct Registries {
    std::recursive_mutex mutex;
    std::vector<TypedModelFunction> enlisted;
    QHash<const ModelInfo *, TypedModel *> byInfo;
};

Registries &registries()
{
    static auto *all = new Registries;
    return *all;
}

QString qualified(const TypedModel &model, std::string_view member)
{
    return latin(model.type().name) + "::"_L1 + latin(member);
}

const FieldOption *optionOf(const TypedMember &member, FieldOption::Kind kind)
{
    for (const FieldOption &option : member.options)
        if (option.kind == kind)
            return &option;
    return nullptr;
}

} // namespace

bool enlist(TypedModelFunction model)
{
    Registries &all = registries();
    std::lock_guard lock(all.mutex);
    all.enlisted.push_back(model);
    return true;
}

TypedModel::TypedModel(const TypeTraits &type) : m_type(type)
{
    m_name = modelNameFor(latin(type.name));
    m_table = snakeName(latin(type.name));
}

TypedModel &newTypedModel(const TypeTraits &type)
{
    return *new TypedModel(type);
}

TypedMember &TypedModel::add(const MemberShape &shape, FieldOptions options)
{
    for (const TypedMember &known : m_members) {
        if (known.tag == shape.tag)
            throw TypeError(u"%1 is described twice."_s.arg(qualified(*this, shape.name)));
    }
    TypedMember &member = m_members.emplace_back();
    member.kind = shape.kind;
    member.tag = shape.tag;
    member.memberName = shape.name;
    member.address = shape.address;
    member.ops = shape.ops ? &shape.ops() : nullptr;
    member.target = shape.target;
    member.oneToOne = shape.oneToOne;
    for (const FieldOption *option : options)
        member.options.push_back(*option);
    return member;
}

/// Turns the descriptions of structs that are connected by relations into one registry.
class TypedRegistryBuilder {
public:
    static void buildFor(TypedModel &model);

private:
    struct Model {
        TypedModel *typed = nullptr;
        ModelInfo *info = nullptr;
    };
    struct Link {
        TypedModel *owner;
        const TypedMember *member;
        ModelInfo *info;
    };

    static void describe(TypedModel &model);
    static std::vector<TypedModel *> connectedWith(TypedModel &model);
    void addFields(Model &model);
    void addKeys(Model &model);
    void addConstraints(Model &model);
    void addLinks(Model &model);
    void addOwnLink(Model &model, const TypedMember &member);
    void addDeclaredLink(Model &model, const TypedMember &member);
    void bind(Model &model, const ModelRegistryPtr &registry);
    const Relation *relationFor(const Model &model, const TypedMember &member) const;

    Field *fieldOf(const TypedModel &model, const void *tag) const
    {
        return m_fields.value({&model, tag});
    }
    ModelInfo &infoOf(const TypedModel &model) const
    {
        for (const Model &known : m_models)
            if (known.typed == &model)
                return *known.info;
        Q_UNREACHABLE();
    }

    ModelRegistryBuilder m_builder;
    std::vector<Model> m_models;
    std::vector<Link> m_links;
    QHash<std::pair<const TypedModel *, const void *>, Field *> m_fields;
};

void TypedRegistryBuilder::describe(TypedModel &model)
{
    if (model.m_described)
        return;
    model.m_described = true;
    model.m_type.describe(model);
}

/// All structs that can be reached over relations, in either direction.
std::vector<TypedModel *> TypedRegistryBuilder::connectedWith(TypedModel &start)
{
    std::vector<TypedModel *> all;
    QHash<TypedModel *, QList<TypedModel *>> neighbours;
    // Describing one struct may be the first to name another; the list grows while it is read.
    const std::vector<TypedModelFunction> &enlisted = registries().enlisted;
    for (std::size_t i = 0; i < enlisted.size(); ++i) {
        TypedModel &model = enlisted[i]();
        describe(model);
        const auto join = [&](TypedModelFunction other) {
            if (!other)
                return;
            neighbours[&model].append(&other());
            neighbours[&other()].append(&model);
        };
        for (const TypedMember &member : model.m_members) {
            join(member.target);
            join(member.through);
        }
    }
    std::unordered_set<TypedModel *> seen{&start};
    all.push_back(&start);
    for (std::size_t i = 0; i < all.size(); ++i)
        for (TypedModel *next : neighbours.value(all[i]))
            if (seen.insert(next).second)
                all.push_back(next);
    std::sort(all.begin(), all.end(), [](const TypedModel *a, const TypedModel *b) {
        return a->m_type.name < b->m_type.name;
    });
    return all;
}

namespace {

FieldType typeOf(const TypedMember &member)
{
    FieldType type = member.ops->type;
    for (const FieldOption &option : member.options) {
        switch (option.kind) {
        case FieldOption::Kind::MaxLength:
            type.maxLength = int(option.number);
            if (type.kind == FieldKind::Text)
                type.kind = FieldKind::Char;
            break;
        case FieldOption::Kind::Digits:
            type.maxDigits = int(option.number);
            type.decimalPlaces = qMax(0, type.decimalPlaces);
            break;
        case FieldOption::Kind::DecimalPlaces:
            type.decimalPlaces = int(option.number);
            break;
        case FieldOption::Kind::WithZone:
            type.withZone = true;
            break;
        case FieldOption::Kind::Type:
            type.kind = FieldKind(option.number);
            break;
        case FieldOption::Kind::Column:
        case FieldOption::Kind::Name:
        case FieldOption::Kind::Null:
        case FieldOption::Kind::Unique:
        case FieldOption::Kind::Index:
        case FieldOption::Kind::Automatic:
        case FieldOption::Kind::DbDefault:
        case FieldOption::Kind::Default:
        case FieldOption::Kind::Choices:
        case FieldOption::Kind::RelatedName:
        case FieldOption::Kind::OnDelete:
        case FieldOption::Kind::ToField:
        case FieldOption::Kind::Comment:
            break;
        }
    }
    return type;
}

FieldKind automaticKind(FieldKind kind)
{
    if (kind == FieldKind::BigInteger)
        return FieldKind::BigAuto;
    if (kind == FieldKind::SmallInteger)
        return FieldKind::SmallAuto;
    return FieldKind::Auto;
}

} // namespace

void TypedRegistryBuilder::addFields(Model &model)
{
    TypedModel &typed = *model.typed;
    for (const TypedMember &member : typed.m_members) {
        const bool key = member.kind == TypedMember::Kind::Key;
        if (!key && member.kind != TypedMember::Kind::Value)
            continue;
        const auto text = [&](FieldOption::Kind kind) {
            const FieldOption *option = optionOf(member, kind);
            return option ? option->text : QString();
        };
        Field field;
        const QString own = latin(member.memberName);
        field.name = text(FieldOption::Kind::Name);
        if (field.name.isEmpty())
            field.name = key ? foreignKeyNameFor(own) : fieldNameFor(own);
        field.attname = key ? field.name + "_id"_L1 : field.name;
        field.column = text(FieldOption::Kind::Column);
        if (field.column.isEmpty())
            field.column = field.attname;
        if (!key)
            field.type = typeOf(member);
        const FieldOption *null = optionOf(member, FieldOption::Kind::Null);
        field.null = null ? null->number != 0 : !key && member.ops->optional;
        field.unique = member.oneToOne || optionOf(member, FieldOption::Kind::Unique);
        field.indexed = key || field.unique || optionOf(member, FieldOption::Kind::Index);
        if (const FieldOption *sql = optionOf(member, FieldOption::Kind::DbDefault))
            field.defaultSql = sql->text;
        field.comment = text(FieldOption::Kind::Comment);
        const bool onlyKey =
            typed.m_primaryKey.size() == 1 && typed.m_primaryKey.front() == member.tag;
        const FieldOption *automatic = optionOf(member, FieldOption::Kind::Automatic);
        field.automatic = automatic ? automatic->number != 0
                                    : onlyKey && !key && field.type.isInteger() &&
                                          member.ops->type.kind == field.type.kind;
        if (field.automatic && onlyKey && field.type.isInteger())
            field.type.kind = automaticKind(field.type.kind);
        for (const auto &known : model.info->fields())
            if (known->name == field.name || known->attname == field.name)
                throw TypeError(u"Two members of %1 make a field '%2': give one of them another "
                                "fieldName(...)."_s.arg(latin(typed.m_type.name), field.name));
        m_fields.insert({&typed, member.tag}, &m_builder.addField(*model.info, std::move(field)));
    }
    if (model.info->fields().empty())
        throw TypeError(u"%1 describes no field."_s.arg(latin(typed.m_type.name)));
    std::vector<Field *> keys;
    for (const void *tag : typed.m_primaryKey)
        keys.push_back(fieldOf(typed, tag));
    if (!keys.empty())
        m_builder.setPrimaryKey(*model.info, keys);
}

void TypedRegistryBuilder::addKeys(Model &model)
{
    for (const TypedMember &member : model.typed->m_members) {
        if (member.kind != TypedMember::Kind::Key)
            continue;
        Field &field = *fieldOf(*model.typed, member.tag);
        const ModelInfo &target = infoOf(member.target());
        const Field *far = target.primaryKey();
        if (const FieldOption *to = optionOf(member, FieldOption::Kind::ToField))
            far = fieldOf(member.target(), to->member);
        if (!far)
            throw TypeError(u"%1 cannot point to %2, which has no primary key of one field."_s.arg(
                qualified(*model.typed, member.memberName), target.name));
        const FieldOption *action = optionOf(member, FieldOption::Kind::OnDelete);
        m_builder.setTarget(field, target, *far,
                            action ? OnDelete(action->number) : OnDelete::DoNothing);
        if (const FieldOption *name = optionOf(member, FieldOption::Kind::RelatedName))
            m_builder.setRelatedName(field, name->text);
    }
}

void TypedRegistryBuilder::addConstraints(Model &model)
{
    const QString table = model.info->table;
    const auto nameOf = [&](const QStringList &columns, const char *ending) {
        return table + u'_' + columns.join(u'_') + QLatin1String(ending);
    };
    const auto addUnique = [&](const std::vector<const Field *> &fields) {
        QStringList columns;
        for (const Field *field : fields)
            columns << field->column;
        m_builder.addUnique(*model.info, {nameOf(columns, "_uniq"), fields, false});
    };
    for (const TypedMember &member : model.typed->m_members) {
        const Field *field = fieldOf(*model.typed, member.tag);
        if (!field || (field->primaryKey && field->unique))
            continue;
        if (field->unique)
            addUnique({field});
        else if (field->indexed)
            m_builder.addIndex(*model.info, {nameOf({field->column}, "_idx"), {field->column}});
    }
    const auto fieldsOf = [&](const std::vector<const void *> &tags) {
        std::vector<const Field *> fields;
        for (const void *tag : tags) {
            fields.push_back(fieldOf(*model.typed, tag));
            if (!fields.back())
                throw TypeError(
                    u"uniqueTogether() or index() of %1 names a member that is no field."_s.arg(
                        latin(model.typed->m_type.name)));
        }
        return fields;
    };
    for (const auto &tags : model.typed->m_uniques)
        addUnique(fieldsOf(tags));
    for (const auto &tags : model.typed->m_indexes) {
        QStringList columns;
        for (const Field *field : fieldsOf(tags))
            columns << field->column;
        m_builder.addIndex(*model.info, {nameOf(columns, "_idx"), columns});
    }
}

void TypedRegistryBuilder::addLinks(Model &model)
{
    for (const TypedMember &member : model.typed->m_members) {
        if (member.kind != TypedMember::Kind::ManyToMany)
            continue;
        if (member.through)
            addDeclaredLink(model, member);
        else
            addOwnLink(model, member);
    }
}

/// The link table that nobody described: a key of its own, and one to either side.
void TypedRegistryBuilder::addOwnLink(Model &model, const TypedMember &member)
{
    const ModelInfo &other = infoOf(member.target());
    const FieldOption *tableOption = optionOf(member, FieldOption::Kind::Column);
    const QString table = tableOption
                              ? tableOption->text
                              : model.info->table + u'_' + fieldNameFor(latin(member.memberName));
    ModelInfo &link = m_builder.addModel(modelNameFor(table), table);
    Field id;
    id.name = id.column = u"id"_s;
    id.type.kind = FieldKind::BigAuto;
    id.automatic = true;
    m_builder.setPrimaryKey(link, {&m_builder.addField(link, id)});
    const bool self = &other == model.info;
    const auto side = [&](const ModelInfo &target, const char *prefix) -> Field & {
        if (!target.primaryKey())
            throw TypeError(u"%1 cannot link %2, which has no primary key of one field."_s.arg(
                qualified(*model.typed, member.memberName), target.name));
        Field field;
        field.name = (self ? QLatin1String(prefix) : QLatin1String()) + snakeName(target.name);
        field.attname = field.column = field.name + "_id"_L1;
        field.null = false;
        field.indexed = true;
        Field &added = m_builder.addField(link, std::move(field));
        m_builder.setTarget(added, target, *target.primaryKey(), OnDelete::Cascade);
        m_builder.addIndex(link, {table + u'_' + added.column + "_idx"_L1, {added.column}});
        return added;
    };
    const Field &here = side(*model.info, "from_");
    const Field &there = side(other, "to_");
    m_builder.addUnique(link, {table + "_uniq"_L1, {&here, &there}, false});
    m_links.push_back({model.typed, &member, &link});
}

void TypedRegistryBuilder::addDeclaredLink(Model &model, const TypedMember &member)
{
    ModelInfo &link = infoOf(member.through());
    m_links.push_back({model.typed, &member, &link});
    if (link.isManyToManyLink())
        return; // the other side has declared it already
    const ModelInfo &other = infoOf(member.target());
    const Field *here = nullptr, *there = nullptr;
    for (const auto &field : link.fields()) {
        if (!here && field->target == model.info)
            here = field.get();
        else if (!there && field->target == &other)
            there = field.get();
    }
    if (!here || !there)
        throw TypeError(u"%1 goes through %2, which has no foreign keys to both sides."_s.arg(
            qualified(*model.typed, member.memberName), link.name));
    m_builder.addLink(link, *here, *there);
}

const Relation *TypedRegistryBuilder::relationFor(const Model &model,
                                                  const TypedMember &member) const
{
    const QString name = qualified(*model.typed, member.memberName);
    if (member.kind == TypedMember::Kind::ManyToMany) {
        for (const Link &link : m_links) {
            if (link.member != &member)
                continue;
            for (const auto &relation : model.info->relations())
                if (relation->through == link.info && relation->kind == RelationKind::ManyToMany &&
                    (relation->target != relation->model ||
                     relation->sourceField->index < relation->farField->index))
                    return relation.get();
        }
        return nullptr;
    }
    const TypedModel &other = member.target();
    const Field *key = nullptr;
    int found = 0;
    for (const TypedMember &theirs : other.members()) {
        if (theirs.kind != TypedMember::Kind::Key || &theirs.target() != model.typed ||
            (member.foreignKey && theirs.tag != member.foreignKey))
            continue;
        key = fieldOf(other, theirs.tag);
        ++found;
    }
    if (found != 1)
        throw TypeError(found == 0
                            ? u"%1 is a way back that nobody leads: %2 has no such foreign "
                              "key to %3."_s.arg(name, latin(other.type().name), model.info->name)
                            : u"%1 could be one of several keys of %2: name it, as in "
                              "relatedSet<&A::bs, &B::a>()."_s.arg(name, latin(other.type().name)));
    for (const auto &relation : model.info->relations())
        if (relation->field == key && relation->kind != RelationKind::ManyToMany)
            return relation.get();
    return nullptr;
}

void TypedRegistryBuilder::bind(Model &model, const ModelRegistryPtr &registry)
{
    TypedModel &typed = *model.typed;
    typed.m_ofField.assign(model.info->fields().size(), nullptr);
    for (TypedMember &member : typed.m_members) {
        member.field = fieldOf(typed, member.tag);
        if (member.field) {
            member.primaryKey = member.field->primaryKey;
            typed.m_ofField[std::size_t(member.field->index)] = &member;
        } else {
            member.relation = relationFor(model, member);
        }
    }
    registries().byInfo.insert(model.info, &typed);
    typed.m_info = model.info;
    typed.m_registry = registry;
}

void TypedRegistryBuilder::buildFor(TypedModel &start)
{
    std::lock_guard lock(registries().mutex);
    if (start.m_info)
        return;
    TypedRegistryBuilder self;
    QSet<QString> names;
    for (TypedModel *typed : connectedWith(start)) {
        if (typed->m_info)
            throw RuntimeError(
                u"%1 was loaded after the models that it belongs to were in use."_s.arg(
                    latin(start.m_type.name)));
        if (names.contains(typed->m_name))
            throw TypeError(u"Two models are called %1: give one of them another name(...)."_s.arg(
                typed->m_name));
        names.insert(typed->m_name);
        ModelInfo &info = self.m_builder.addModel(typed->m_name, typed->m_table);
        info.comment = typed->m_comment;
        self.m_models.push_back({typed, &info});
    }
    for (Model &model : self.m_models)
        self.addFields(model);
    for (Model &model : self.m_models)
        self.addKeys(model);
    for (Model &model : self.m_models)
        self.addConstraints(model);
    for (Model &model : self.m_models)
        self.addLinks(model);
    const ModelRegistryPtr registry = self.m_builder.build();
    for (Model &model : self.m_models)
        self.bind(model, registry);
    for (Model &model : self.m_models)
        model.typed->m_ready.store(true, std::memory_order_release);
}

const ModelInfo *TypedModel::info()
{
    if (!m_ready.load(std::memory_order_acquire))
        TypedRegistryBuilder::buildFor(*this);
    return m_info;
}

const ModelRegistryPtr &TypedModel::registry()
{
    info();
    return m_registry;
}

const TypedMember *TypedModel::member(const void *tag)
{
    info();
    for (const TypedMember &member : m_members)
        if (member.tag == tag)
            return &member;
    return nullptr;
}

const TypedMember *TypedModel::memberOf(const Field *field)
{
    info();
    return m_ofField[std::size_t(field->index)];
}

QString TypedModel::pathName(const void *tag, std::string_view memberName)
{
    const TypedMember *found = member(tag);
    if (!found)
        throw TypeError(
            u"%1 is not described: name it in describe()."_s.arg(qualified(*this, memberName)));
    return found->field ? found->field->name : found->relation->queryName;
}

QString TypedModel::reverseName(const void *foreignKey, std::string_view memberName)
{
    const TypedMember *found = member(foreignKey);
    if (!found || !found->field)
        throw TypeError(
            u"%1 is not described as a foreign key."_s.arg(qualified(*this, memberName)));
    for (const auto &relation : found->field->target->relations())
        if (relation->field == found->field && relation->kind != RelationKind::ManyToMany)
            return relation->queryName;
    Q_UNREACHABLE();
}

TypedModel *TypedModel::of(const ModelInfo *info)
{
    Registries &all = registries();
    std::lock_guard lock(all.mutex);
    return all.byInfo.value(info);
}

} // namespace detail
} // namespace heddle
