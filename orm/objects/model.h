#pragma once

#include "orm/objects/foreignkey.h"
#include "orm/objects/membername.h"
#include "orm/objects/relatedset.h"
#include "orm/objects/typedmodel.h"

#include <QAnyStringView>

namespace heddle {

// --- What can be said of a field ---

inline constexpr OnDelete Cascade = OnDelete::Cascade;
inline constexpr OnDelete SetNull = OnDelete::SetNull;
inline constexpr OnDelete DoNothing = OnDelete::DoNothing;
inline constexpr OnDelete Protect = OnDelete::Protect;
inline constexpr OnDelete Restrict = OnDelete::Restrict;
inline constexpr OnDelete SetDefault = OnDelete::SetDefault;

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
/// Points to another unique field than the primary key: toField<&Author::isbn>().
template <auto Member>
FieldOption toField()
{
    FieldOption out{FieldOption::Kind::ToField, 0, {}, {}, {}, &detail::memberTag<Member>};
    return out;
}
FieldOption defaultOption(Value value);
FieldOption choicesOption(std::vector<std::pair<Value, QString>> choices);

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

namespace detail {

template <typename Pointer>
struct MemberPointer;
template <typename C, typename M>
struct MemberPointer<M C::*> {
    using Class = C;
    using Type = M;
};
template <auto Member>
using ClassOf = typename MemberPointer<decltype(Member)>::Class;
template <auto Member>
using TypeOf = typename MemberPointer<decltype(Member)>::Type;

/// What kind of relation a member's type is, and to what.
template <typename T>
struct RelationTraits {
    static constexpr bool known = false, key = false, oneToOne = false, many = false;
    static constexpr TypedMember::Kind kind = TypedMember::Kind::Value;
};
template <typename T>
struct RelationTraits<ForeignKey<T>> {
    using Target = T;
    static constexpr bool known = true, key = true, oneToOne = false, many = false;
    static constexpr TypedMember::Kind kind = TypedMember::Kind::Key;
};
template <typename T>
struct RelationTraits<OneToOne<T>> {
    using Target = T;
    static constexpr bool known = true, key = true, oneToOne = true, many = false;
    static constexpr TypedMember::Kind kind = TypedMember::Kind::Key;
};
template <typename T>
struct RelationTraits<RelatedSet<T>> {
    using Target = T;
    static constexpr bool known = true, key = false, oneToOne = false, many = true;
    static constexpr TypedMember::Kind kind = TypedMember::Kind::ReverseSet;
};
template <typename T>
struct RelationTraits<RelatedOne<T>> {
    using Target = T;
    static constexpr bool known = true, key = false, oneToOne = false, many = false;
    static constexpr TypedMember::Kind kind = TypedMember::Kind::ReverseOne;
};
template <typename T>
struct RelationTraits<ManyToMany<T>> {
    using Target = T;
    static constexpr bool known = true, key = false, oneToOne = false, many = true;
    static constexpr TypedMember::Kind kind = TypedMember::Kind::ManyToMany;
};

template <typename T, auto Member>
void *memberAddress(void *object)
{
    return &(static_cast<T *>(object)->*Member);
}

template <typename T, auto Member>
TypedMember describedMember()
{
    using M = TypeOf<Member>;
    TypedMember out;
    out.tag = &memberTag<Member>;
    out.memberName = memberName<Member>();
    out.address = &memberAddress<T, Member>;
    if constexpr (RelationTraits<M>::known) {
        out.kind = RelationTraits<M>::kind;
        out.target = &TypedModelOf<typename RelationTraits<M>::Target>::get;
        out.oneToOne = RelationTraits<M>::oneToOne;
    } else {
        out.ops = &valueOps<M>();
    }
    return out;
}

} // namespace detail

/// What a struct's `static void describe(Model<Book> &m)` fills in. Nothing of it touches a
/// database; the order of the calls is the order of the columns.
///
/// Names: field = snake_case of the member, column = field, a key's column = field + "_id", table =
/// snake_case of the struct. The ways back are named by naming.md, 5, as those of an introspected
/// table are.
///
/// Structs that relations connect make one registry, as far as the program uses them anywhere
/// (objects<T>(), modelInfo<T>(), or as the target of a relation): one that is never named in code
/// that is compiled is not known.
template <typename T>
class Model {
public:
    explicit Model(detail::TypedModel &model) : m_model(model) {}

    void table(QAnyStringView name) { m_model.setTable(name.toString()); }
    /// The model's name in messages and in notation; default: the struct's.
    void name(QAnyStringView name) { m_model.setName(name.toString()); }
    void comment(QAnyStringView text) { m_model.setComment(text.toString()); }

    template <auto Member, typename... Options>
    void field(Options... options)
    {
        requireOwn<Member>();
        using M = detail::TypeOf<Member>;
        static_assert(!detail::RelationTraits<M>::known,
                      "Heddle: this member is a relation; describe it with foreignKey, oneToOne, "
                      "manyToMany, relatedSet or relatedOne");
        static_assert(detail::RelationTraits<M>::known || detail::ValueTraits<M>::known,
                      "Heddle: no column can hold a member of this type; specialise "
                      "heddle::Codec for it");
        if constexpr (detail::ValueTraits<M>::known)
            add<Member>({FieldOption(options)...});
    }

    template <auto Member, typename... Options>
    void foreignKey(Options... options)
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::key,
                      "Heddle: foreignKey needs a member of type ForeignKey<Other>");
        if constexpr (detail::RelationTraits<detail::TypeOf<Member>>::key)
            add<Member>({FieldOption(options)...});
    }

    template <auto Member, typename... Options>
    void oneToOne(Options... options)
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::oneToOne,
                      "Heddle: oneToOne needs a member of type OneToOne<Other>");
        add<Member>({FieldOption(options)...});
    }

    /// One member: options as for field(). Several: the parts of a composite key in key order;
    /// those that are not described yet are.
    template <auto... Members, typename... Options>
    void primaryKey(Options... options)
    {
        (requireOwn<Members>(), ...);
        static_assert(sizeof...(Members) == 1 || sizeof...(Options) == 0,
                      "Heddle: the parts of a composite key take their options in field() and "
                      "foreignKey()");
        (part<Members>({FieldOption(options)...}), ...);
        m_model.addPrimaryKey({&detail::memberTag<Members>...});
    }

    /// The rows of another struct that point here with `Key`, or with the only key that they have.
    template <auto Member, auto... Key>
    void relatedSet()
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::known &&
                          detail::RelationTraits<detail::TypeOf<Member>>::many,
                      "Heddle: relatedSet needs a member of type RelatedSet<Other>");
        addReverse<Member, Key...>();
    }
    template <auto Member, auto... Key>
    void relatedOne()
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::kind ==
                          detail::TypedMember::Kind::ReverseOne,
                      "Heddle: relatedOne needs a member of type RelatedOne<Other>");
        addReverse<Member, Key...>();
    }

    /// Over a link table that Heddle makes up (`book_tags` with `book_id` and `tag_id`), or over a
    /// struct of its own: manyToMany<&Film::actors, FilmActor>().
    template <auto Member, typename Through = void, typename... Options>
    void manyToMany(Options... options)
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::kind ==
                          detail::TypedMember::Kind::ManyToMany,
                      "Heddle: manyToMany needs a member of type ManyToMany<Other>");
        detail::TypedMember &member = add<Member>({FieldOption(options)...});
        if constexpr (!std::is_void_v<Through>)
            member.through = &detail::TypedModelOf<Through>::get;
    }

    template <auto... Members>
    void uniqueTogether()
    {
        (requireOwn<Members>(), ...);
        m_model.addUnique({&detail::memberTag<Members>...});
    }
    template <auto... Members>
    void index()
    {
        (requireOwn<Members>(), ...);
        m_model.addIndex({&detail::memberTag<Members>...});
    }
    /// The order of rows that no orderBy() asks for: {"-published", "title"}.
    void ordering(QStringList names) { m_model.setOrdering(std::move(names)); }
    void ordering(std::initializer_list<const char *> names)
    {
        QStringList list;
        for (const char *name : names)
            list << QString::fromUtf8(name);
        m_model.setOrdering(list);
    }

private:
    template <auto Member>
    static constexpr void requireOwn()
    {
        static_assert(std::is_base_of_v<detail::ClassOf<Member>, T>,
                      "Heddle: this member belongs to another struct than the one that is "
                      "described");
    }
    template <auto Member>
    detail::TypedMember &add(std::initializer_list<FieldOption> options)
    {
        detail::TypedMember member = detail::describedMember<T, Member>();
        member.options = options;
        return m_model.add(std::move(member));
    }
    template <auto Member>
    void part(std::initializer_list<FieldOption> options)
    {
        for (const detail::TypedMember &known : m_model.members())
            if (known.tag == &detail::memberTag<Member>)
                return;
        add<Member>(options);
    }
    template <auto Member, auto... Key>
    void addReverse()
    {
        static_assert(sizeof...(Key) <= 1, "Heddle: one foreign key leads back, not several");
        detail::TypedMember &member = add<Member>({});
        ((member.foreignKey = &detail::memberTag<Key>), ...);
    }

    detail::TypedModel &m_model;
};

namespace detail {

template <typename T>
concept Describes = requires(Model<T> &m)
{
    T::describe(m);
};

template <typename T>
void describeType(TypedModel &model)
{
    static_assert(Describes<T>,
                  "Heddle: a model needs `static void describe(heddle::Model<Self> &m)`");
    Model<T> m(model);
    T::describe(m);
}

template <typename T>
std::string_view TypedModelOf<T>::typeName()
{
    return detail::typeName<T>();
}

} // namespace detail

/// The models that structs make: those named, and all that are connected with them by relations.
/// For the schema's tools, and for whoever builds a Query by hand.
template <typename T>
const ModelRegistryPtr &registryOf()
{
    return detail::typedModel<T>().registry();
}
template <typename T>
const ModelInfo *modelInfo()
{
    return detail::typedModel<T>().info();
}

} // namespace heddle
