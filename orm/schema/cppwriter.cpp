#include "orm/schema/cppnames.h"
#include "orm/schema/modelwriters.h"

#include <QSet>
#include <map>

namespace heddle {

using namespace Qt::Literals::StringLiterals;
using detail::cppString;

namespace {

/// The C++ type of a stored value. `wide`: whole numbers of the database are 64 bits whatever they
/// are declared as (SQLite).
QByteArray valueType(const FieldType &type, bool wide)
{
    switch (type.kind) {
    case FieldKind::SmallAuto:
    case FieldKind::SmallInteger:
        return wide ? "qint64" : "qint16";
    case FieldKind::Auto:
    case FieldKind::Integer:
    case FieldKind::PositiveInteger:
        return wide ? "qint64" : "int";
    case FieldKind::BigAuto:
    case FieldKind::BigInteger:
        return "qint64";
    case FieldKind::Boolean:
        return "bool";
    case FieldKind::Char:
    case FieldKind::Text:
        return "QString";
    case FieldKind::Binary:
        return "QByteArray";
    case FieldKind::Float:
        return "double";
    case FieldKind::Decimal:
        return "heddle::Decimal";
    case FieldKind::Date:
        return "QDate";
    case FieldKind::Time:
        return "QTime";
    case FieldKind::DateTime:
        return "QDateTime";
    case FieldKind::Duration:
        return "heddle::Duration";
    case FieldKind::Uuid:
        return "QUuid";
    case FieldKind::Json:
        return "QJsonValue";
    case FieldKind::Array:
        return "QList<" + valueType(FieldType{type.element}, false) + '>';
    case FieldKind::ForeignKey:
    case FieldKind::OneToOne:
    case FieldKind::Other:
        break;
    }
    return "heddle::Value";
}

/// What a member of a fundamental type starts as.
const char *initialiser(const QByteArray &type)
{
    if (type == "bool")
        return " = false";
    return type == "qint64" || type == "qint16" || type == "int" || type == "double" ? " = 0" : "";
}

bool isSmallOrPlainInteger(FieldKind kind)
{
    return kind == FieldKind::SmallInteger || kind == FieldKind::Integer ||
           kind == FieldKind::BigInteger || kind == FieldKind::SmallAuto ||
           kind == FieldKind::Auto || kind == FieldKind::BigAuto;
}

QByteArray onDeleteWord(OnDelete action)
{
    switch (action) {
    case OnDelete::Cascade:
        return "Cascade";
    case OnDelete::SetNull:
        return "SetNull";
    case OnDelete::Protect:
        return "Protect";
    case OnDelete::Restrict:
        return "Restrict";
    case OnDelete::SetDefault:
        return "SetDefault";
    case OnDelete::DoNothing:
        break;
    }
    return "DoNothing";
}

/// Writes one header.
class CppWriter {
public:
    CppWriter(const DatabaseSchema &schema, const ModelRegistry &registry,
              const CppWriterOptions &options)
        : m_registry(registry), m_options(options), m_names(registry),
          m_wide(schema.backend != "postgresql"_L1)
    {
    }

    QByteArray write()
    {
        QByteArray structs, descriptions;
        for (const auto &model : m_registry.models()) {
            structs += '\n' + structText(*model);
            descriptions += '\n' + describeText(*model);
        }
        QByteArray out = "#pragma once\n\n// Written by heddle-cli inspect --format cpp";
        if (!m_options.source.isEmpty())
            out += " from " + m_options.source.simplified().toUtf8();
        out += ".\n\n#include \"orm/objects/model.h\"\n\n";
        for (const auto &[header, types] : includes())
            out += "#include <" + header + ">\n";
        out += "\nnamespace " + m_options.nameSpace.toUtf8() + " {\n\n";
        for (const auto &model : m_registry.models())
            out += "struct " + structName(*model) + ";\n";
        return out + structs + descriptions + "\n} // namespace " + m_options.nameSpace.toUtf8() +
               '\n';
    }

private:
    QByteArray structName(const ModelInfo &model) const
    {
        return m_names.structOf(&model).toUtf8();
    }
    template <typename Member>
    QByteArray pointer(const ModelInfo &model, const Member *member) const
    {
        return '&' + structName(model) + "::" + m_names.memberOf(member).toUtf8();
    }

    /// Qt's headers for the types that are used, which a reader then finds named.
    std::map<QByteArray, QByteArray> includes() const
    {
        std::map<QByteArray, QByteArray> out;
        out["optional"] = {};
        for (const auto &model : m_registry.models()) {
            for (const auto &field : model->fields()) {
                const QByteArray type = valueType(field->valueType(), m_wide);
                if (type.startsWith('Q'))
                    out[type.startsWith("QList") ? QByteArray("QList") : type] = {};
            }
        }
        return out;
    }

    QByteArray structText(const ModelInfo &model) const
    {
        QByteArray out;
        if (model.isView)
            out += "/// A view: its rows have no key.\n";
        out += "struct " + structName(model) + " {\n";
        for (const auto &field : model.fields())
            out += "    " + fieldMember(*field) + ";\n";
        if (m_options.waysBack) {
            for (const Relation *relation : waysBack(model))
                out += "    " + wayBackType(*relation) + ' ' + m_names.memberOf(relation).toUtf8() +
                       ";\n";
        }
        return out + "\n    static void describe(heddle::Model<" + structName(model) +
               "> &m);\n};\n";
    }

    /// All of them, but of a link of a model to itself only the direction that its first key gives:
    /// the typed face has one name for such a link.
    static std::vector<const Relation *> waysBack(const ModelInfo &model)
    {
        std::vector<const Relation *> out;
        for (const auto &relation : model.relations()) {
            const bool second = relation->kind == RelationKind::ManyToMany &&
                                relation->target == relation->model &&
                                relation->sourceField->index > relation->farField->index;
            if (!second)
                out.push_back(relation.get());
        }
        return out;
    }

    QByteArray fieldMember(const Field &field) const
    {
        const QByteArray name = ' ' + m_names.memberOf(&field).toUtf8();
        if (field.isRelation()) {
            const char *kind = field.type.kind == FieldKind::OneToOne ? "heddle::OneToOne<"
                                                                      : "heddle::ForeignKey<";
            return kind + structName(*field.target) + '>' + name;
        }
        const QByteArray type = valueType(field.type, m_wide);
        // heddle::Value can be NULL by itself.
        if (field.null && !field.primaryKey && type != "heddle::Value")
            return "std::optional<" + type + '>' + name;
        return type + name + initialiser(type);
    }

    QByteArray wayBackType(const Relation &relation) const
    {
        const QByteArray target = structName(*relation.target) + '>';
        switch (relation.kind) {
        case RelationKind::ReverseForeignKey:
            return "heddle::RelatedSet<" + target;
        case RelationKind::ReverseOneToOne:
            return "heddle::RelatedOne<" + target;
        case RelationKind::ManyToMany:
            break;
        }
        return "heddle::ManyToMany<" + target;
    }

    // --- describe() ---

    QByteArray describeText(const ModelInfo &model) const
    {
        const QByteArray name = structName(model);
        QByteArray out = "inline void " + name + "::describe(heddle::Model<" + name + "> &m)\n{\n" +
                         "    using namespace heddle;\n";
        if (modelNameFor(m_names.structOf(&model)) != model.name)
            out += "    m.name(" + cppString(model.name) + ");\n";
        if (snakeName(m_names.structOf(&model)) != model.table)
            out += "    m.table(" + cppString(model.table) + ");\n";
        if (!model.comment.isEmpty())
            out += "    m.comment(" + cppString(model.comment) + ");\n";
        for (const auto &field : model.fields())
            out += "    " + fieldCall(*field) + ";\n";
        if (model.primaryKeys().size() > 1) {
            QByteArray parts;
            for (const Field *part : model.primaryKeys())
                parts += (parts.isEmpty() ? "" : ", ") + pointer(model, part);
            out += "    m.primaryKey<" + parts + ">();\n";
        }
        out += togetherCalls(model);
        if (m_options.waysBack) {
            for (const Relation *relation : waysBack(model))
                out += "    " + wayBackCall(model, *relation) + ";\n";
        }
        return out + "}\n";
    }

    QByteArray fieldCall(const Field &field) const
    {
        const ModelInfo &model = *field.model;
        const char *method = "m.field<";
        if (model.primaryKey() == &field)
            method = "m.primaryKey<";
        else if (field.type.kind == FieldKind::OneToOne)
            method = "m.oneToOne<";
        else if (field.isRelation())
            method = "m.foreignKey<";
        return method + pointer(model, &field) + ">(" + options(field).join(", ") + ')';
    }

    /// A call of an option; qualified where a member of the struct has the option's name.
    QByteArray call(const Field &field, const char *option, const QByteArray &argument = {}) const
    {
        const bool hidden = m_names.hasMember(field.model, QLatin1String(option));
        return (hidden ? "heddle::" : "") + QByteArray(option) + '(' + argument + ')';
    }

    QList<QByteArray> options(const Field &field) const
    {
        QList<QByteArray> out;
        const QString member = m_names.memberOf(&field);
        const QString usual = field.isRelation() ? foreignKeyNameFor(member) : fieldNameFor(member);
        if (usual != field.name)
            out << call(field, "fieldName", cppString(field.name));
        if (field.column != field.attname)
            out << call(field, "column", cppString(field.column));
        if (field.isRelation())
            addKeyOptions(field, out);
        else
            addTypeOptions(field, out);
        if (field.unique && !field.primaryKey && field.type.kind != FieldKind::OneToOne)
            out << call(field, "unique");
        else if (hasOwnIndex(field) && !field.isRelation())
            out << call(field, "index");
        if (field.defaultSql && !field.automatic && !field.generated)
            out << call(field, "dbDefault", cppString(*field.defaultSql));
        if (!field.comment.isEmpty())
            out << call(field, "comment", cppString(field.comment));
        return out;
    }

    void addKeyOptions(const Field &field, QList<QByteArray> &out) const
    {
        if (field.onDelete != OnDelete::DoNothing)
            out << call(field, "onDelete", onDeleteWord(field.onDelete));
        if (field.null)
            out << call(field, "null");
        if (field.target->primaryKey() != field.targetField)
            out << call(field, "toField<" + pointer(*field.target, field.targetField) + '>');
    }
    QByteArray call(const Field &field, const QByteArray &templated) const
    {
        const bool hidden = m_names.hasMember(field.model, u"toField"_s);
        return (hidden ? "heddle::" : "") + templated + "()";
    }

    void addTypeOptions(const Field &field, QList<QByteArray> &out) const
    {
        const FieldType &type = field.type;
        if (type.kind == FieldKind::Char && type.maxLength >= 0)
            out << call(field, "maxLength", QByteArray::number(type.maxLength));
        if (type.kind == FieldKind::Char && type.maxLength < 0)
            out << call(field, "fieldType", "FieldKind::Char");
        if (type.kind == FieldKind::PositiveInteger)
            out << call(field, "fieldType", "FieldKind::PositiveInteger");
        if (type.kind == FieldKind::Decimal && type.maxDigits >= 0)
            out << call(field, "digits", QByteArray::number(type.maxDigits))
                << call(field, "decimalPlaces", QByteArray::number(qMax(0, type.decimalPlaces)));
        if (type.withZone)
            out << call(field, "withZone");
        if (field.model->primaryKey() == &field && !field.automatic &&
            isSmallOrPlainInteger(type.kind))
            out << call(field, "automatic", "false");
        if (type.kind == FieldKind::Other && field.null)
            out << call(field, "null");
    }

    static bool hasOwnIndex(const Field &field)
    {
        for (const IndexInfo &index : field.model->indexes()) {
            if (!index.partial && !index.unique && index.columns == QStringList{field.column})
                return true;
        }
        return false;
    }

    /// Unique constraints and indexes over several fields.
    QByteArray togetherCalls(const ModelInfo &model) const
    {
        QByteArray out;
        QSet<QStringList> said;
        const auto add = [&](const char *method, const std::vector<const Field *> &fields) {
            QByteArray parts;
            QStringList columns;
            for (const Field *field : fields) {
                parts += (parts.isEmpty() ? "" : ", ") + pointer(model, field);
                columns << field->column;
            }
            if (said.contains(columns))
                return;
            said.insert(columns);
            out += "    m." + QByteArray(method) + '<' + parts + ">();\n";
        };
        for (const UniqueConstraint &constraint : model.uniqueConstraints()) {
            if (!constraint.primaryKey && constraint.fields.size() > 1)
                add("uniqueTogether", constraint.fields);
        }
        for (const IndexInfo &index : model.indexes()) {
            std::vector<const Field *> fields;
            for (const QString &column : index.columns) {
                if (const Field *field = model.fieldByColumn(column))
                    fields.push_back(field);
            }
            const bool plain = qsizetype(fields.size()) == index.columns.size();
            if (plain && fields.size() > 1 && !index.partial && !index.unique)
                add("index", fields);
        }
        return out;
    }

    QByteArray wayBackCall(const ModelInfo &model, const Relation &relation) const
    {
        const QByteArray member = pointer(model, &relation);
        switch (relation.kind) {
        case RelationKind::ReverseForeignKey:
            return "m.relatedSet<" + member + ", " + pointer(*relation.target, relation.field) +
                   ">()";
        case RelationKind::ReverseOneToOne:
            return "m.relatedOne<" + member + ", " + pointer(*relation.target, relation.field) +
                   ">()";
        case RelationKind::ManyToMany:
            break;
        }
        return "m.manyToMany<" + member + ", " + structName(*relation.through) + ">()";
    }

    const ModelRegistry &m_registry;
    const CppWriterOptions &m_options;
    const detail::CppNames m_names;
    const bool m_wide;
};

} // namespace

QByteArray cppModels(const DatabaseSchema &schema, const ModelRegistry &registry,
                     const CppWriterOptions &options)
{
    return CppWriter(schema, registry, options).write();
}

QString cppNamespaceFor(const QString &text)
{
    QString spaced;
    for (const QChar c : text)
        spaced += c.isLetterOrNumber() ? c : u'_';
    QString name = detail::asciiIdentifier(spaced).toLower();
    while (name.endsWith(u'_'))
        name.chop(1);
    // A keyword, or what the engine itself is called.
    return name.isEmpty()
               ? u"models"_s
               : (detail::memberNameFor(name).endsWith(u'_') ? name + "_models"_L1 : name);
}

} // namespace heddle
