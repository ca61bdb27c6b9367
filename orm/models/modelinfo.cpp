#include "orm/models/modelinfo.h"

#include <array>

namespace heddle {
namespace {

struct KindName {
    FieldKind kind;
    const char *name;
};

constexpr std::array<KindName, 23> KindNames = {{
    {FieldKind::Auto, "AutoField"},
    {FieldKind::BigAuto, "BigAutoField"},
    {FieldKind::SmallAuto, "SmallAutoField"},
    {FieldKind::SmallInteger, "SmallIntegerField"},
    {FieldKind::Integer, "IntegerField"},
    {FieldKind::BigInteger, "BigIntegerField"},
    {FieldKind::PositiveInteger, "PositiveIntegerField"},
    {FieldKind::Boolean, "BooleanField"},
    {FieldKind::Char, "CharField"},
    {FieldKind::Text, "TextField"},
    {FieldKind::Binary, "BinaryField"},
    {FieldKind::Float, "FloatField"},
    {FieldKind::Decimal, "DecimalField"},
    {FieldKind::Date, "DateField"},
    {FieldKind::Time, "TimeField"},
    {FieldKind::DateTime, "DateTimeField"},
    {FieldKind::Duration, "DurationField"},
    {FieldKind::Uuid, "UUIDField"},
    {FieldKind::Json, "JSONField"},
    {FieldKind::Array, "ArrayField"},
    {FieldKind::ForeignKey, "ForeignKey"},
    {FieldKind::OneToOne, "OneToOneField"},
    {FieldKind::Other, "Field"},
}};

QString nameOfKind(FieldKind kind)
{
    for (const KindName &entry : KindNames) {
        if (entry.kind == kind)
            return QLatin1String(entry.name);
    }
    return QStringLiteral("Field");
}

std::optional<FieldKind> kindOfName(const QString &name)
{
    for (const KindName &entry : KindNames) {
        if (name == QLatin1String(entry.name))
            return entry.kind;
    }
    return std::nullopt;
}

/// A foreign key holds the value of an automatic key, but it is not automatic itself.
FieldKind withoutAutomatic(FieldKind kind)
{
    if (kind == FieldKind::Auto)
        return FieldKind::Integer;
    if (kind == FieldKind::BigAuto)
        return FieldKind::BigInteger;
    if (kind == FieldKind::SmallAuto)
        return FieldKind::SmallInteger;
    return kind;
}

} // namespace

QString FieldType::className() const
{
    return nameOfKind(kind);
}

QString FieldType::toString() const
{
    const QString name = className();
    if (kind == FieldKind::Char && maxLength >= 0)
        return QStringLiteral("%1(%2)").arg(name).arg(maxLength);
    if (kind == FieldKind::Decimal && maxDigits >= 0)
        return QStringLiteral("%1(%2,%3)").arg(name).arg(maxDigits).arg(qMax(0, decimalPlaces));
    if (kind == FieldKind::DateTime && withZone)
        return name + QStringLiteral("(zone)");
    if (kind == FieldKind::Array)
        return QStringLiteral("%1(%2)").arg(name, nameOfKind(element));
    return name;
}

std::optional<FieldType> FieldType::fromString(const QString &text)
{
    const qsizetype open = text.indexOf(QLatin1Char('('));
    const auto kind = kindOfName(text.left(open < 0 ? text.size() : open));
    if (!kind || *kind == FieldKind::ForeignKey || *kind == FieldKind::OneToOne)
        return std::nullopt;
    FieldType type;
    type.kind = *kind;
    if (open < 0)
        return type;
    const QStringList arguments =
        text.mid(open + 1, text.size() - open - 2).split(QLatin1Char(','));
    if (*kind == FieldKind::DateTime) {
        type.withZone = true;
    } else if (*kind == FieldKind::Array) {
        const auto element = kindOfName(arguments.first());
        if (!element)
            return std::nullopt;
        type.element = *element;
    } else {
        bool first = false, second = true;
        const int size = arguments.first().toInt(&first);
        if (*kind == FieldKind::Decimal && arguments.size() == 2) {
            type.maxDigits = size;
            type.decimalPlaces = arguments.last().trimmed().toInt(&second);
        } else {
            type.maxLength = size;
        }
        first = first && (type.maxLength < 0 || *kind == FieldKind::Char);
        if (!first || !second)
            return std::nullopt;
    }
    // Whatever does not come out as it went in was no such text.
    QString compact = text;
    compact.remove(QLatin1Char(' '));
    return type.toString() == compact ? std::optional(type) : std::nullopt;
}

ColumnType FieldType::columnType() const
{
    switch (kind) {
    case FieldKind::Auto:
    case FieldKind::BigAuto:
    case FieldKind::SmallAuto:
    case FieldKind::SmallInteger:
    case FieldKind::Integer:
    case FieldKind::BigInteger:
    case FieldKind::PositiveInteger:
        return {ColumnKind::Int64};
    case FieldKind::Boolean:
        return {ColumnKind::Bool};
    case FieldKind::Char:
    case FieldKind::Text:
        return {ColumnKind::Text};
    case FieldKind::Binary:
        return {ColumnKind::Bytes};
    case FieldKind::Float:
        return {ColumnKind::Double};
    case FieldKind::Decimal:
        return {ColumnKind::Decimal, decimalPlaces};
    case FieldKind::Date:
        return {ColumnKind::Date};
    case FieldKind::Time:
        return {ColumnKind::Time};
    case FieldKind::DateTime:
        return {ColumnKind::DateTime, -1, withZone};
    case FieldKind::Duration:
        return {ColumnKind::Duration};
    case FieldKind::Uuid:
        return {ColumnKind::Uuid};
    case FieldKind::Json:
        return {ColumnKind::Json};
    case FieldKind::Array:
    case FieldKind::ForeignKey:
    case FieldKind::OneToOne:
    case FieldKind::Other:
        break;
    }
    return {ColumnKind::Variant};
}

bool FieldType::isText() const
{
    return kind == FieldKind::Char || kind == FieldKind::Text || kind == FieldKind::Other;
}

bool FieldType::isInteger() const
{
    return columnType().kind == ColumnKind::Int64;
}

bool FieldType::isTemporal() const
{
    return kind == FieldKind::Date || kind == FieldKind::Time || kind == FieldKind::DateTime;
}

FieldType Field::valueType() const
{
    // A key may point to a key that points on; a schema may even let them point in a circle.
    const Field *field = this;
    for (int hops = 0; field->isRelation(); ++hops) {
        if (hops == 16 || !field->targetField) {
            FieldType integer;
            integer.kind = FieldKind::BigInteger;
            return integer;
        }
        field = field->targetField;
    }
    FieldType result = field->type;
    if (field != this)
        result.kind = withoutAutomatic(result.kind);
    return result;
}

const Field *ModelInfo::fieldByColumn(const QString &column) const
{
    for (const auto &field : m_fields) {
        if (field->column == column)
            return field.get();
    }
    return nullptr;
}

} // namespace heddle
