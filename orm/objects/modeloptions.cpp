#include "orm/objects/model.h"

namespace heddle {

namespace {

FieldOption option(FieldOption::Kind kind, qint64 number = 0, const QString &text = {})
{
    FieldOption out;
    out.kind = kind;
    out.number = number;
    out.text = text;
    return out;
}

} // namespace

using Kind = FieldOption::Kind;

FieldOption maxLength(int characters)
{
    return option(Kind::MaxLength, characters);
}
FieldOption digits(int all)
{
    return option(Kind::Digits, all);
}
FieldOption decimalPlaces(int places)
{
    return option(Kind::DecimalPlaces, places);
}
FieldOption column(QAnyStringView name)
{
    return option(Kind::Column, 0, name.toString());
}
FieldOption fieldName(QAnyStringView name)
{
    return option(Kind::Name, 0, name.toString());
}
FieldOption null(bool allowed)
{
    return option(Kind::Null, allowed);
}
FieldOption unique()
{
    return option(Kind::Unique, 1);
}
FieldOption index()
{
    return option(Kind::Index, 1);
}
FieldOption automatic(bool yes)
{
    return option(Kind::Automatic, yes);
}
FieldOption withZone()
{
    return option(Kind::WithZone, 1);
}
FieldOption dbDefault(QAnyStringView sql)
{
    return option(Kind::DbDefault, 0, sql.toString());
}
FieldOption comment(QAnyStringView text)
{
    return option(Kind::Comment, 0, text.toString());
}
FieldOption relatedName(QAnyStringView name)
{
    return option(Kind::RelatedName, 0, name.toString());
}
FieldOption onDelete(OnDelete action)
{
    return option(Kind::OnDelete, int(action));
}
FieldOption fieldType(FieldKind kind)
{
    return option(Kind::Type, int(kind));
}

FieldOption defaultOption(Value value)
{
    FieldOption out = option(Kind::Default);
    out.value = std::move(value);
    return out;
}

FieldOption choicesOption(std::vector<std::pair<Value, QString>> choices)
{
    FieldOption out = option(Kind::Choices);
    out.choices = std::move(choices);
    return out;
}

} // namespace heddle
