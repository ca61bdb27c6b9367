#pragma once

#include "orm/objects/typedcore.h"

#include <tuple>

namespace heddle {

namespace detail {

/// What a row's type is: the struct that it is (or void), and how it is read.
template <typename Row>
struct RowTraits {
    static_assert(ValueTraits<Row>::known || Describes<Row>,
                  "Heddle: a queryset's rows are structs with `static void "
                  "describe(Model<Self> &m)`, Records, or values that a column can hold");
    static constexpr bool isObject = !ValueTraits<Row>::known;
    using Model = std::conditional_t<isObject, Row, void>;
    template <typename V>
    using With = std::conditional_t<isObject, Annotated<Row>, std::tuple<Row, V>>;
    static RowType make()
    {
        RowType type;
        if constexpr (isObject) {
            type.model = &typedModel<Row>();
            type.object = [](void *row) { return row; };
        } else {
            type.cells = {{&valueOps<Row>(), [](void *row) { return row; }}};
        }
        return type;
    }
};

template <typename T>
struct RowTraits<Annotated<T>> {
    static constexpr bool isObject = true;
    using Model = T;
    template <typename V>
    using With = Annotated<T>;
    static RowType make()
    {
        RowType type;
        type.model = &typedModel<T>();
        type.object = [](void *row) -> void * {
            return static_cast<T *>(static_cast<Annotated<T> *>(row));
        };
        type.annotations = [](void *row) { return static_cast<Annotated<T> *>(row)->cells(); };
        return type;
    }
};

template <typename... Vs>
struct RowTraits<std::tuple<Vs...>> {
    static constexpr bool isObject = false;
    using Model = void;
    template <typename V>
    using With = std::tuple<Vs..., V>;
    template <std::size_t... I>
    static RowType makeFrom(std::index_sequence<I...>)
    {
        RowType type;
        type.cells = {{&valueOps<Vs>(), [](void *row) -> void * {
                           return &std::get<I>(*static_cast<std::tuple<Vs...> *>(row));
                       }}...};
        return type;
    }
    static RowType make() { return makeFrom(std::index_sequence_for<Vs...>()); }
};

template <typename Row>
const RowType &rowType()
{
    static const RowType type = [] {
        RowType made = RowTraits<Row>::make();
        made.size = sizeof(Row);
        made.makeRows = &TypedRowsOf<Row>::make;
        return made;
    }();
    return type;
}

template <typename Row>
QList<Row> takeList(const RowsPtr &rows)
{
    return std::move(*static_cast<QList<Row> *>(rows.get()));
}
template <typename Row>
Row takeOne(const RowsPtr &rows)
{
    return std::move(*ownedData(*static_cast<QList<Row> *>(rows.get())));
}
template <typename Row>
std::optional<Row> takeOptional(const RowsPtr &rows)
{
    const bool empty = static_cast<QList<Row> *>(rows.get())->isEmpty();
    return empty ? std::optional<Row>() : std::optional<Row>(takeOne<Row>(rows));
}

} // namespace detail

} // namespace heddle
