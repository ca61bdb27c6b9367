#pragma once

#include "orm/objects/fieldoption.h"

namespace heddle {

namespace detail {

using FieldOptions = std::initializer_list<const FieldOption *>;
using MemberTags = std::initializer_list<const void *>;

/// What Model<T> is without T: it notes what describe() says. Nothing of it is a template.
class ModelWriter {
public:
    void table(QAnyStringView name);
    /// The model's name in messages and in notation; default: the struct's.
    void name(QAnyStringView name);
    void comment(QAnyStringView text);
    /// The order of rows that no orderBy() asks for: {"-published", "title"}.
    void ordering(QStringList names);
    void ordering(std::initializer_list<const char *> names);

protected:
    explicit ModelWriter(TypedModel &model) : m_model(model) {}
    void add(const MemberShape &member, FieldOptions options);
    /// Adds it, unless it was described before.
    void addKeyPart(const MemberShape &member, FieldOptions options);
    /// `foreignKey`: tag of the key on the other side; null: the only one.
    void addReverse(const MemberShape &member, const void *foreignKey);
    /// `through`: null for a link table of its own.
    void addManyToMany(const MemberShape &member, TypedModelFunction through, FieldOptions options);
    void setPrimaryKey(MemberTags members);
    void addUnique(MemberTags members);
    void addIndex(MemberTags members);

private:
    TypedModel &m_model;
};

const ModelRegistryPtr &registryOf(TypedModel &model);
const ModelInfo *infoOf(TypedModel &model);

} // namespace detail
} // namespace heddle
