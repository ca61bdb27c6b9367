#include "orm/objects/fieldoption.h"

namespace heddle {

FieldOption::FieldOption(Kind kind, qint64 number, QString text)
    : kind(kind), number(number), text(std::move(text))
{
}
FieldOption::FieldOption(const FieldOption &) = default;
FieldOption::FieldOption(FieldOption &&) noexcept = default;
FieldOption &FieldOption::operator=(const FieldOption &) = default;
FieldOption &FieldOption::operator=(FieldOption &&) noexcept = default;
FieldOption::~FieldOption() = default;

using Kind = FieldOption::Kind;

FieldOption maxLength(int characters)
{
    return FieldOption(Kind::MaxLength, characters);
}
FieldOption digits(int all)
{
    return FieldOption(Kind::Digits, all);
}
FieldOption decimalPlaces(int places)
{
    return FieldOption(Kind::DecimalPlaces, places);
}
FieldOption column(QAnyStringView name)
{
    return FieldOption(Kind::Column, 0, name.toString());
}
FieldOption fieldName(QAnyStringView name)
{
    return FieldOption(Kind::Name, 0, name.toString());
}
FieldOption null(bool allowed)
{
    return FieldOption(Kind::Null, allowed);
}
FieldOption unique()
{
    return FieldOption(Kind::Unique, 1);
}
FieldOption index()
{
    return FieldOption(Kind::Index, 1);
}
FieldOption automatic(bool yes)
{
    return FieldOption(Kind::Automatic, yes);
}
FieldOption withZone()
{
    return FieldOption(Kind::WithZone, 1);
}
FieldOption dbDefault(QAnyStringView sql)
{
    return FieldOption(Kind::DbDefault, 0, sql.toString());
}
FieldOption comment(QAnyStringView text)
{
    return FieldOption(Kind::Comment, 0, text.toString());
}
FieldOption relatedName(QAnyStringView name)
{
    return FieldOption(Kind::RelatedName, 0, name.toString());
}
FieldOption onDelete(OnDelete action)
{
    return FieldOption(Kind::OnDelete, int(action));
}
FieldOption fieldType(FieldKind kind)
{
    return FieldOption(Kind::Type, int(kind));
}

FieldOption toFieldOption(const void *memberTag)
{
    FieldOption out(Kind::ToField);
    out.member = memberTag;
    return out;
}

FieldOption defaultOption(Value value)
{
    FieldOption out(Kind::Default);
    out.value = std::move(value);
    return out;
}

FieldOption choicesOption(std::vector<std::pair<Value, QString>> choices)
{
    FieldOption out(Kind::Choices);
    out.choices = std::move(choices);
    return out;
}

} // namespace heddle
