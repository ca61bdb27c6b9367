#pragma once

#include "orm/objects/typedstruct.h"

#include <QAnyStringView>

namespace heddle {

inline constexpr OnDelete Cascade = OnDelete::Cascade;
inline constexpr OnDelete SetNull = OnDelete::SetNull;
inline constexpr OnDelete DoNothing = OnDelete::DoNothing;
inline constexpr OnDelete Protect = OnDelete::Protect;
inline constexpr OnDelete Restrict = OnDelete::Restrict;
inline constexpr OnDelete SetDefault = OnDelete::SetDefault;

/// A word about a field, given to Model<T>::field() and its siblings: maxLength(200), unique(), ...
///
/// What copies and destroys it is not inline: a description of a schema makes hundreds of them.
struct FieldOption {
    enum class Kind {
        MaxLength,
        Digits,
        DecimalPlaces,
        Column,
        Name,
        Null,
        Unique,
        Index,
        Automatic,
        WithZone,
        DbDefault,
        Default,
        Choices,
        RelatedName,
        OnDelete,
        ToField,
        Comment,
        Type,
    };
    explicit FieldOption(Kind kind, qint64 number = 0, QString text = {});
    FieldOption(const FieldOption &);
    FieldOption(FieldOption &&) noexcept;
    FieldOption &operator=(const FieldOption &);
    FieldOption &operator=(FieldOption &&) noexcept;
    ~FieldOption();

    Kind kind;
    qint64 number = 0;
    QString text;
    Value value;
    std::vector<std::pair<Value, QString>> choices;
    const void *member = nullptr; // ToField: its tag
};

FieldOption maxLength(int characters); // a QString with it is a CharField, without a TextField
FieldOption digits(int all);           // Decimal: all digits, and those behind the point
FieldOption decimalPlaces(int places);
FieldOption column(QAnyStringView name);    // default: the field's name
FieldOption fieldName(QAnyStringView name); // default: snake_case of the member
FieldOption null(bool allowed = true);      // std::optional implies it
FieldOption unique();
FieldOption index();
/// Whether the database numbers the rows. A single whole-number primary key is, unless this says
/// otherwise; an automatic key that is 0 counts as not yet given.
FieldOption automatic(bool yes = true);
FieldOption withZone(); // DateTime: timestamp with time zone
FieldOption
dbDefault(QAnyStringView sql); // the DEFAULT clause as SQL: for the schema's author only
FieldOption comment(QAnyStringView text);
FieldOption relatedName(QAnyStringView name); // of the way back; default: naming.md, 5
FieldOption onDelete(OnDelete action);        // default: DoNothing, as an introspected key
/// Another kind of field than the member's type says: fieldType(FieldKind::PositiveInteger).
FieldOption fieldType(FieldKind kind);
FieldOption toFieldOption(const void *memberTag);
FieldOption defaultOption(Value value);
FieldOption choicesOption(std::vector<std::pair<Value, QString>> choices);

/// Points to another unique field than the primary key: toField<&Author::isbn>().
template <auto Member>
FieldOption toField()
{
    return toFieldOption(&detail::memberTag<Member>);
}

/// What the column of existing rows holds when the schema adds it; new objects take the struct's
/// own initialiser.
template <typename T>
FieldOption defaultValue(const T &value)
{
    return defaultOption(detail::ValueTraits<T>::encode(value));
}
inline FieldOption defaultValue(const char *utf8)
{
    return defaultOption(Value::text(utf8));
}

/// An enum's values with their labels: choices<Status>({{Status::Draft, "Draft"}, ...}).
template <typename E>
FieldOption choices(std::initializer_list<std::pair<E, const char *>> labels)
{
    std::vector<std::pair<Value, QString>> list;
    for (const auto &[value, label] : labels)
        list.emplace_back(detail::ValueTraits<E>::encode(value), QString::fromUtf8(label));
    return choicesOption(std::move(list));
}

} // namespace heddle
