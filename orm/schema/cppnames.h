#pragma once

#include "orm/models/modelinfo.h"

namespace heddle::detail {

/// C++ names for models, fields and ways back: one struct a model, one member a field.
class CppNames {
public:
    explicit CppNames(const ModelRegistry &registry);

    QString structOf(const ModelInfo *model) const { return m_structs.value(model); }
    QString memberOf(const Field *field) const { return m_fields.value(field); }
    QString memberOf(const Relation *relation) const { return m_relations.value(relation); }
    /// Whether a struct has a member of that name, which would hide a function called alike.
    bool hasMember(const ModelInfo *model, const QString &name) const
    {
        return m_members.value(model).contains(name);
    }

private:
    QString freeName(const ModelInfo *model, const QString &wanted);

    QHash<const ModelInfo *, QString> m_structs;
    QHash<const Field *, QString> m_fields;
    QHash<const Relation *, QString> m_relations;
    QHash<const ModelInfo *, QStringList> m_members;
};

/// Letters, digits and `_` of ASCII only, no digit in front, no double `_`.
QString asciiIdentifier(const QString &text);
/// "unit_price" -> "unitPrice"; what C++ or a usual macro claims gets a `_` behind.
QString memberNameFor(const QString &fieldName);
/// A C++ string literal of a text, with its quotes.
QByteArray cppString(const QString &text);

} // namespace heddle::detail
