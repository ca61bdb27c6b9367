#include "orm/schema/modelwriters.h"

#include <algorithm>

namespace heddle {

using namespace Qt::Literals::StringLiterals;

namespace {

/// A Python string literal of a text, with its quotes.
QByteArray pythonString(const QString &text)
{
    QByteArray out = "\"";
    for (const char32_t c : text.toUcs4()) {
        if (c == U'"' || c == U'\\')
            out += '\\' + QByteArray(1, char(c));
        else if (c < 0x20 || c == 0x7f)
            out += "\\x" + QByteArray::number(uint(c), 16).rightJustified(2, '0');
        else
            out += QString::fromUcs4(&c, 1).toUtf8();
    }
    return out + '"';
}

QByteArray onDeleteWord(OnDelete action)
{
    switch (action) {
    case OnDelete::Cascade:
        return "models.CASCADE";
    case OnDelete::SetNull:
        return "models.SET_NULL";
    case OnDelete::Protect:
        return "models.PROTECT";
    case OnDelete::Restrict:
        return "models.RESTRICT";
    case OnDelete::SetDefault:
        return "models.SET_DEFAULT";
    case OnDelete::DoNothing:
        break;
    }
    return "models.DO_NOTHING";
}

QByteArray tuple(const QList<QByteArray> &items)
{
    return '(' + items.join(", ") + (items.size() == 1 ? ",)" : ")");
}

/// Writes one models.py.
class DjangoWriter {
public:
    explicit DjangoWriter(const ModelRegistry &registry) : m_registry(registry) {}

    QByteArray write(const QString &source)
    {
        QByteArray classes;
        for (const auto &model : m_registry.models())
            classes += "\n\n" + classText(*model);
        QByteArray out = "# Written by heddle-cli inspect --format django";
        if (!source.isEmpty())
            out += " from " + source.simplified().toUtf8();
        out += ".\n# Related names are those of Heddle's queries. Remove managed = False to let "
               "Django make and change the tables.\n";
        if (m_usesArrays)
            out += "from django.contrib.postgres.fields import ArrayField\n";
        return out + "from django.db import models\n" + classes;
    }

private:
    QByteArray classText(const ModelInfo &model)
    {
        QByteArray out = "class " + model.name.toUtf8() + "(models.Model):\n";
        if (!model.comment.isEmpty())
            out += "    " + pythonString(model.comment) + "\n\n";
        const Field *standIn = nullptr;
        if (model.primaryKeys().empty() && !model.fields().empty()) {
            standIn = model.fields().front().get();
            out += model.isView ? "    # A view: Django needs a primary key; name the column that "
                                  "tells the rows apart.\n"
                                : "    # A table without a primary key: Django needs one; name the "
                                  "column that tells the rows apart.\n";
        }
        if (model.primaryKeys().size() > 1) {
            QList<QByteArray> parts;
            for (const Field *field : model.primaryKeys())
                parts << pythonString(field->attname);
            out += "    pk = models.CompositePrimaryKey(" + parts.join(", ") + ")\n";
        }
        for (const auto &field : model.fields())
            out += "    " + field->name.toUtf8() + " = " +
                   fieldText(*field, field.get() == standIn) + '\n';
        for (const auto &relation : model.relations())
            out += manyToManyText(model, *relation);
        return out + metaText(model);
    }

    QByteArray fieldText(const Field &field, bool standIn)
    {
        QList<QByteArray> arguments;
        QByteArray remark;
        QByteArray cls;
        if (field.isRelation()) {
            cls = field.type.kind == FieldKind::OneToOne ? "models.OneToOneField"
                                                         : "models.ForeignKey";
            const bool self = field.target == field.model;
            arguments << (self ? QByteArray("\"self\"") : pythonString(field.target->name))
                      << onDeleteWord(field.onDelete);
            if (field.target->primaryKey() != field.targetField)
                arguments << "to_field=" + pythonString(field.targetField->name);
        } else {
            cls = valueField(field.type, arguments, remark);
        }
        if (field.column != field.attname)
            arguments << "db_column=" + pythonString(field.column);
        const bool key = field.model->primaryKey() == &field || standIn;
        if (key)
            arguments << "primary_key=True";
        else if (field.unique && field.type.kind != FieldKind::OneToOne && !field.primaryKey)
            arguments << "unique=True";
        if (field.null && !field.primaryKey && !key)
            arguments << "blank=True"
                      << "null=True";
        if (field.isRelation())
            addRelatedNames(field, arguments);
        if (!field.comment.isEmpty())
            arguments << "db_comment=" + pythonString(field.comment);
        if (field.generated)
            remark = "  # the database computes it";
        return cls + '(' + arguments.join(", ") + ')' + remark;
    }

    QByteArray valueField(const FieldType &type, QList<QByteArray> &arguments, QByteArray &remark)
    {
        switch (type.kind) {
        case FieldKind::Char:
            if (type.maxLength < 0)
                break; // a CharField without a length is none everywhere
            arguments << "max_length=" + QByteArray::number(type.maxLength);
            return "models.CharField";
        case FieldKind::Decimal:
            if (type.maxDigits < 0)
                remark = "  # the database says neither digits nor places: guessed";
            arguments << "max_digits=" +
                             QByteArray::number(type.maxDigits < 0 ? 20 : type.maxDigits)
                      << "decimal_places=" + QByteArray::number(type.maxDigits < 0
                                                                    ? 5
                                                                    : qMax(0, type.decimalPlaces));
            return "models.DecimalField";
        case FieldKind::Array: {
            m_usesArrays = true;
            QList<QByteArray> inner;
            QByteArray ignored;
            const QByteArray element = valueField(FieldType{type.element}, inner, ignored);
            arguments << element + '(' + inner.join(", ") + ')';
            return "ArrayField";
        }
        case FieldKind::Other:
            remark = "  # a type that Django does not know: guessed";
            break;
        case FieldKind::Auto:
        case FieldKind::BigAuto:
        case FieldKind::SmallAuto:
        case FieldKind::SmallInteger:
        case FieldKind::Integer:
        case FieldKind::BigInteger:
        case FieldKind::PositiveInteger:
        case FieldKind::Boolean:
        case FieldKind::Binary:
        case FieldKind::Float:
        case FieldKind::Date:
        case FieldKind::Time:
        case FieldKind::DateTime:
        case FieldKind::Duration:
        case FieldKind::Uuid:
        case FieldKind::Json:
            return "models." + type.className().toUtf8();
        case FieldKind::Text:
        case FieldKind::ForeignKey:
        case FieldKind::OneToOne:
            break;
        }
        return "models.TextField";
    }

    /// The names of the way back, where they are not those that Django would give.
    void addRelatedNames(const Field &field, QList<QByteArray> &arguments) const
    {
        for (const auto &relation : field.target->relations()) {
            if (relation->field != &field || relation->kind == RelationKind::ManyToMany)
                continue;
            const QString name = field.model->name.toLower();
            const bool one = relation->kind == RelationKind::ReverseOneToOne;
            if (relation->queryName == name &&
                relation->accessor == (one ? name : name + "_set"_L1))
                return;
            arguments << "related_name=" + pythonString(relation->accessor)
                      << "related_query_name=" + pythonString(relation->queryName);
        }
    }

    /// A link table as a ManyToManyField of the model that its first key points to. Its name is the
    /// one that lookups use.
    QByteArray manyToManyText(const ModelInfo &model, const Relation &relation) const
    {
        if (relation.kind != RelationKind::ManyToMany ||
            relation.sourceField->index > relation.farField->index)
            return {};
        const Relation *back = nullptr;
        for (const auto &other : relation.target->relations()) {
            if (other->through == relation.through && other->farField == relation.sourceField &&
                other->sourceField == relation.farField)
                back = other.get();
        }
        const bool self = relation.target == &model;
        QByteArray out = "    " + relation.queryName.toUtf8() + " = models.ManyToManyField(" +
                         (self ? QByteArray("\"self\"") : pythonString(relation.target->name)) +
                         ", through=" + pythonString(relation.through->name) +
                         ", through_fields=(" + pythonString(relation.sourceField->name) + ", " +
                         pythonString(relation.farField->name) + ')';
        if (self)
            out += ", symmetrical=False";
        if (back)
            out += ", related_name=" + pythonString(back->accessor) +
                   ", related_query_name=" + pythonString(back->queryName);
        return out + ")\n";
    }

    QByteArray metaText(const ModelInfo &model) const
    {
        QByteArray out = "\n    class Meta:\n        managed = False\n        db_table = " +
                         pythonString(model.table) + '\n';
        QList<QByteArray> together;
        for (const UniqueConstraint &constraint : model.uniqueConstraints()) {
            if (constraint.primaryKey || constraint.fields.size() < 2)
                continue;
            QList<QByteArray> names;
            for (const Field *field : constraint.fields)
                names << pythonString(field->name);
            if (!together.contains(tuple(names)))
                together << tuple(names);
        }
        if (!together.isEmpty())
            out += "        unique_together = " + tuple(together) + '\n';
        return out;
    }

    const ModelRegistry &m_registry;
    bool m_usesArrays = false;
};

} // namespace

QByteArray djangoModels(const DatabaseSchema &, const ModelRegistry &registry,
                        const QString &source)
{
    return DjangoWriter(registry).write(source);
}

} // namespace heddle
