#pragma once

#include "orm/objects/foreignkey.h"
#include "orm/objects/modelwriter.h"
#include "orm/objects/relatedset.h"

namespace heddle {

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
    static constexpr MemberKind kind = MemberKind::Value;
};
template <typename T>
struct RelationTraits<ForeignKey<T>> {
    using Target = T;
    static constexpr bool known = true, key = true, oneToOne = false, many = false;
    static constexpr MemberKind kind = MemberKind::Key;
};
template <typename T>
struct RelationTraits<OneToOne<T>> {
    using Target = T;
    static constexpr bool known = true, key = true, oneToOne = true, many = false;
    static constexpr MemberKind kind = MemberKind::Key;
};
template <typename T>
struct RelationTraits<RelatedSet<T>> {
    using Target = T;
    static constexpr bool known = true, key = false, oneToOne = false, many = true;
    static constexpr MemberKind kind = MemberKind::ReverseSet;
};
template <typename T>
struct RelationTraits<RelatedOne<T>> {
    using Target = T;
    static constexpr bool known = true, key = false, oneToOne = false, many = false;
    static constexpr MemberKind kind = MemberKind::ReverseOne;
};
template <typename T>
struct RelationTraits<ManyToMany<T>> {
    using Target = T;
    static constexpr bool known = true, key = false, oneToOne = false, many = true;
    static constexpr MemberKind kind = MemberKind::ManyToMany;
};

template <typename T, auto Member>
void *memberAddress(void *object)
{
    return &(static_cast<T *>(object)->*Member);
}

/// How a value is read and written, or null for a relation.
template <typename M>
constexpr auto opsOf() -> const ValueOps &(*)()
{
    if constexpr (RelationTraits<M>::known)
        return nullptr;
    else
        return &valueOps<M>;
}
template <typename M>
constexpr TypedModelFunction targetOf()
{
    if constexpr (RelationTraits<M>::known)
        return &TypedModelOf<typename RelationTraits<M>::Target>::get;
    else
        return nullptr;
}

template <typename T, auto Member>
inline constexpr MemberShape memberShape{&memberTag<Member>,
                                         memberName<Member>(),
                                         &memberAddress<T, Member>,
                                         RelationTraits<TypeOf<Member>>::kind,
                                         RelationTraits<TypeOf<Member>>::oneToOne,
                                         opsOf<TypeOf<Member>>(),
                                         targetOf<TypeOf<Member>>()};

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
class Model : public detail::ModelWriter {
public:
    explicit Model(detail::TypedModel &model) : ModelWriter(model) {}

    template <auto Member, std::same_as<FieldOption>... Options>
    void field(const Options &...options)
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
            add(shape<Member>(), {&options...});
    }

    template <auto Member, std::same_as<FieldOption>... Options>
    void foreignKey(const Options &...options)
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::key,
                      "Heddle: foreignKey needs a member of type ForeignKey<Other>");
        if constexpr (detail::RelationTraits<detail::TypeOf<Member>>::key)
            add(shape<Member>(), {&options...});
    }

    template <auto Member, std::same_as<FieldOption>... Options>
    void oneToOne(const Options &...options)
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::oneToOne,
                      "Heddle: oneToOne needs a member of type OneToOne<Other>");
        add(shape<Member>(), {&options...});
    }

    /// One member: options as for field(). Several: the parts of a composite key in key order;
    /// those that are not described yet are.
    template <auto... Members, std::same_as<FieldOption>... Options>
    void primaryKey(const Options &...options)
    {
        (requireOwn<Members>(), ...);
        static_assert(sizeof...(Members) == 1 || sizeof...(Options) == 0,
                      "Heddle: the parts of a composite key take their options in field() and "
                      "foreignKey()");
        (addKeyPart(shape<Members>(), {&options...}), ...);
        setPrimaryKey({&detail::memberTag<Members>...});
    }

    /// The rows of another struct that point here with `Key`, or with the only key that they have.
    template <auto Member, auto... Key>
    void relatedSet()
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::known &&
                          detail::RelationTraits<detail::TypeOf<Member>>::many,
                      "Heddle: relatedSet needs a member of type RelatedSet<Other>");
        reverse<Member, Key...>();
    }
    template <auto Member, auto... Key>
    void relatedOne()
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::kind ==
                          detail::MemberKind::ReverseOne,
                      "Heddle: relatedOne needs a member of type RelatedOne<Other>");
        reverse<Member, Key...>();
    }

    /// Over a link table that Heddle makes up (`book_tags` with `book_id` and `tag_id`), or over a
    /// struct of its own: manyToMany<&Film::actors, FilmActor>().
    template <auto Member, typename Through = void, std::same_as<FieldOption>... Options>
    void manyToMany(const Options &...options)
    {
        requireOwn<Member>();
        static_assert(detail::RelationTraits<detail::TypeOf<Member>>::kind ==
                          detail::MemberKind::ManyToMany,
                      "Heddle: manyToMany needs a member of type ManyToMany<Other>");
        addManyToMany(shape<Member>(), throughModel<Through>(), {&options...});
    }

    template <auto... Members>
    void uniqueTogether()
    {
        (requireOwn<Members>(), ...);
        addUnique({&detail::memberTag<Members>...});
    }
    template <auto... Members>
    void index()
    {
        (requireOwn<Members>(), ...);
        addIndex({&detail::memberTag<Members>...});
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
    static constexpr const detail::MemberShape &shape()
    {
        return detail::memberShape<T, Member>;
    }
    template <typename Through>
    static constexpr detail::TypedModelFunction throughModel()
    {
        if constexpr (std::is_void_v<Through>)
            return nullptr;
        else
            return &detail::TypedModelOf<Through>::get;
    }
    template <auto Member, auto... Key>
    void reverse()
    {
        static_assert(sizeof...(Key) <= 1, "Heddle: one foreign key leads back, not several");
        const void *key = nullptr;
        ((key = &detail::memberTag<Key>), ...);
        addReverse(shape<Member>(), key);
    }
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

} // namespace detail

/// The models that structs make: those named, and all that are connected with them by relations.
/// For the schema's tools, and for whoever builds a Query by hand.
template <typename T>
const ModelRegistryPtr &registryOf()
{
    return detail::registryOf(detail::typedModel<T>());
}
template <typename T>
const ModelInfo *modelInfo()
{
    return detail::infoOf(detail::typedModel<T>());
}

} // namespace heddle
