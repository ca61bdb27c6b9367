#pragma once

#include "orm/objects/model.h"

namespace heddle {

/// A step of a path that goes back over another struct's key, without a member for it here:
/// f<back<&Book::author>, &Book::title> starts from Author.
template <auto Key>
struct Back {
    constexpr bool operator==(const Back &) const = default;
};
template <auto Key>
inline constexpr Back<Key> back{};

namespace detail {

/// What a path holds where a value would be expected, if it ends in a relation.
template <typename T>
struct RelationTo {
};

template <typename Segment>
struct StepTraits;

template <typename C, typename M>
struct StepTraits<M C::*> {
    static constexpr bool relation = RelationTraits<M>::known;
    using From = C;
};
template <auto Key>
struct StepTraits<Back<Key>> {
    static constexpr bool relation = true;
    using From = typename RelationTraits<TypeOf<Key>>::Target;
};

/// Where a step leads: the struct of a relation, the type of a value.
template <auto Step>
struct StepEnd {
    using M = TypeOf<Step>;
    using Type = M;
};
template <auto Step>
requires(RelationTraits<TypeOf<Step>>::known) struct StepEnd<Step> {
    using Type = typename RelationTraits<TypeOf<Step>>::Target;
};
template <auto Key>
struct BackEnd {
    using Type = ClassOf<Key>;
};
template <auto Step>
struct EndOf {
    using Type = typename StepEnd<Step>::Type;
};
template <auto Step>
requires(std::is_class_v<decltype(Step)>) struct EndOf<Step> {
    template <auto Key>
    static BackEnd<Key> end(Back<Key>);
    using Type = typename decltype(end(Step))::Type;
};

struct PathStep {
    TypedModelFunction model;
    const void *tag;
    std::string_view name;
    bool back;
};

template <auto Step>
struct StepInfo {
    static PathStep get()
    {
        return {&TypedModelOf<ClassOf<Step>>::get, &memberTag<Step>, memberName<Step>(), false};
    }
};
template <auto Step>
requires(std::is_class_v<decltype(Step)>) struct StepInfo<Step> {
    template <auto Key>
    static PathStep of(Back<Key>)
    {
        return {&TypedModelOf<ClassOf<Key>>::get, &memberTag<Key>, memberName<Key>(), true};
    }
    static PathStep get() { return of(Step); }
};

/// "author__name". Throws TypeError for a member that describe() does not name.
QString pathText(std::initializer_list<PathStep> steps);

template <auto First, auto... Rest>
struct PathTraits {
    using Root = typename StepTraits<std::remove_cv_t<decltype(First)>>::From;
    using End = typename EndOf<First>::Type;
    static constexpr bool relation = StepTraits<std::remove_cv_t<decltype(First)>>::relation;
    static constexpr bool onlyRelationsLeadOn = true;
    static constexpr bool connected = true;
};
template <auto First, auto Second, auto... Rest>
struct PathTraits<First, Second, Rest...> {
    using Next = PathTraits<Second, Rest...>;
    using Root = typename StepTraits<std::remove_cv_t<decltype(First)>>::From;
    using End = typename Next::End;
    static constexpr bool relation = Next::relation;
    static constexpr bool leadsOn = StepTraits<std::remove_cv_t<decltype(First)>>::relation;
    static constexpr bool onlyRelationsLeadOn = leadsOn && Next::onlyRelationsLeadOn;
    static constexpr bool connected =
        !leadsOn ||
        ((std::is_same_v<typename EndOf<First>::Type, typename Next::Root> ||
          std::is_base_of_v<typename Next::Root, typename EndOf<First>::Type>)&&Next::connected);
};

template <typename Model, typename Root>
constexpr void requireRoot()
{
    static_assert(std::is_void_v<Root> || std::is_void_v<Model> || std::is_same_v<Root, Model> ||
                      std::is_base_of_v<Root, Model>,
                  "Heddle: this is about another struct than the queryset's rows; write the path "
                  "from the queryset's own struct");
}

/// PathTraits with the complaints that a person can read.
template <auto... Steps>
struct CheckedPath {
    using Traits = PathTraits<Steps...>;
    static_assert(Traits::onlyRelationsLeadOn,
                  "Heddle: a path goes on only over a relation (ForeignKey, OneToOne, ManyToMany, "
                  "RelatedSet, RelatedOne); a member before the last one is a plain value");
    static_assert(Traits::connected,
                  "Heddle: wrong path: each member must belong to the struct that the relation "
                  "before it points to");
    using Root = typename Traits::Root;
    using Type = std::conditional_t<Traits::relation, RelationTo<typename Traits::End>,
                                    typename Traits::End>;
};

} // namespace detail
} // namespace heddle
