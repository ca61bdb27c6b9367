#include "orm/objects/modelwriter.h"

#include "orm/objects/typedmodel.h"

namespace heddle::detail {

void ModelWriter::table(QAnyStringView name)
{
    m_model.setTable(name.toString());
}

void ModelWriter::name(QAnyStringView name)
{
    m_model.setName(name.toString());
}

void ModelWriter::comment(QAnyStringView text)
{
    m_model.setComment(text.toString());
}

void ModelWriter::ordering(QStringList names)
{
    m_model.setOrdering(std::move(names));
}

void ModelWriter::ordering(std::initializer_list<const char *> names)
{
    QStringList list;
    for (const char *name : names)
        list << QString::fromUtf8(name);
    m_model.setOrdering(std::move(list));
}

void ModelWriter::add(const MemberShape &member, FieldOptions options)
{
    m_model.add(member, options);
}

void ModelWriter::addKeyPart(const MemberShape &member, FieldOptions options)
{
    for (const TypedMember &known : m_model.members())
        if (known.tag == member.tag)
            return;
    m_model.add(member, options);
}

void ModelWriter::addReverse(const MemberShape &member, const void *foreignKey)
{
    m_model.add(member, {}).foreignKey = foreignKey;
}

void ModelWriter::addManyToMany(const MemberShape &member, TypedModelFunction through,
                                FieldOptions options)
{
    m_model.add(member, options).through = through;
}

void ModelWriter::setPrimaryKey(MemberTags members)
{
    m_model.setPrimaryKey(members);
}

void ModelWriter::addUnique(MemberTags members)
{
    m_model.addUnique(members);
}

void ModelWriter::addIndex(MemberTags members)
{
    m_model.addIndex(members);
}

const ModelRegistryPtr &registryOf(TypedModel &model)
{
    return model.registry();
}

const ModelInfo *infoOf(TypedModel &model)
{
    return model.info();
}

} // namespace heddle::detail
