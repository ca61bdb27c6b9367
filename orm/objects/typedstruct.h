#pragma once

#include "orm/objects/membername.h"
#include "orm/objects/typedrowlist.h"
#include "orm/objects/typedvalue.h"

namespace heddle::detail {

class TypedModel;
using TypedModelFunction = TypedModel &(*)();

/// Stands for one member of one struct: its address is what counts.
template <auto Member>
inline char memberTag = 0;

enum class MemberKind {
    Value,
    Key,        // ForeignKey, OneToOne: a column
    ReverseSet, // RelatedSet: who points here
    ReverseOne, // RelatedOne
    ManyToMany,
};

/// What the compiler knows of one member. A constant: describing a member is one call with its
/// address, which is what keeps large models cheap to compile.
struct MemberShape {
    const void *tag;
    std::string_view name;
    void *(*address)(void *object);
    MemberKind kind;
    bool oneToOne;             // Key
    const ValueOps &(*ops)();  // Value
    TypedModelFunction target; // all others
};

/// What the engine must know of a struct to make, read and describe it.
struct TypeTraits {
    std::string_view name;
    std::size_t size = 0;
    void (*describe)(TypedModel &model) = nullptr;
    std::unique_ptr<TypedRows> (*makeRows)() = nullptr;
    void *(*first)(void *list) = nullptr; // of a QList<T>
    qsizetype (*count)(const void *list) = nullptr;
};

/// Tells of a struct that the program uses as a model. Runs before main().
bool enlist(TypedModelFunction model);
/// Lives as long as the program.
TypedModel &newTypedModel(const TypeTraits &type);

template <typename T>
void describeType(TypedModel &model);

template <typename T>
inline constexpr TypeTraits typeTraits{
    typeName<T>(),
    sizeof(T),
    &describeType<T>,
    &TypedRowsOf<T>::make,
    [](void *list) -> void * { return ownedData(*static_cast<QList<T> *>(list)); },
    [](const void *list) { return static_cast<const QList<T> *>(list)->size(); }};

template <typename T>
struct TypedModelOf {
    static TypedModel &get()
    {
        static_assert(sizeof(T) > 0, "Heddle: this struct is only declared here; include the file "
                                     "that defines it before it is used in a query");
        static_cast<void>(&enlisted);
        static TypedModel &model = newTypedModel(typeTraits<T>);
        return model;
    }
    static const bool enlisted;
};

// Initialised before main(), for every struct that any part of the program uses as a model: that is
// how a registry knows who points back.
template <typename T>
const bool TypedModelOf<T>::enlisted = enlist(&TypedModelOf<T>::get);

template <typename T>
TypedModel &typedModel()
{
    return TypedModelOf<T>::get();
}

} // namespace heddle::detail
