#pragma once

#include "orm/models/modelinfo.h"

#include <QDateTime>
#include <QList>
#include <chrono>
#include <concepts>
#include <optional>

class QJsonArray;
class QJsonObject;
class QJsonValue;

namespace heddle {

/// How a type of your own is stored. Specialise it in namespace heddle, before the first use:
///
///     template <> struct Codec<Colour> {
///         static constexpr FieldKind kind = FieldKind::Char;
///         static Value encode(const Colour &c) { return c.name(); }
///         static Colour decode(const Value &v) { return Colour(v.asString()); }
///     };
///
/// decode() is never given NULL: std::optional takes care of that. It may throw ValueError. An enum
/// without a codec is stored as its number.
template <typename T>
struct Codec;

namespace detail {

/// What may be compared with what: `==` between two of one family compiles, all else does not.
enum class Family {
    Number,
    Text,
    Boolean,
    Day,
    Moment,
    Clock,
    Length,
    Bytes,
    Uuid,
    Json,
    Array,
    Own,
    None
};

/// How one type of member is read and written. One table a type, shared by all members of it.
struct ValueOps {
    FieldType type;
    bool optional = false;
    /// Reads cells into members that lie `stride` bytes apart. A NULL cell leaves a member that is
    /// not optional as it was made. Throws ValueError for a cell of another type.
    void (*fill)(const Column &column, int from, int rows, char *first, std::size_t stride);
    Value (*get)(const void *member);
    void (*set)(void *member, const Value &value);
};

/// The cell as the member's type; what does not fit is a ValueError that shows the value.
[[noreturn]] void throwUnreadable(const Value &value, const char *wanted);

template <typename T>
concept HasCodec = requires
{
    sizeof(Codec<T>);
};

template <typename T>
const ValueOps &valueOps();

// The built-in types; everything about them stands in typedvalue.cpp, also their ValueOps.
template <typename T>
struct BuiltIn {
    static constexpr bool known = false;
};

#define HEDDLE_BUILT_IN(Type, FamilyName, Kind)                                                    \
    template <>                                                                                    \
    struct BuiltIn<Type> {                                                                         \
        static constexpr bool known = true;                                                        \
        static constexpr Family family = Family::FamilyName;                                       \
        static constexpr FieldKind kind = FieldKind::Kind;                                         \
        static void fill(const Column &column, int from, int rows, char *first,                    \
                         std::size_t stride);                                                      \
        static Value encode(const Type &member);                                                   \
        static Type decode(const Value &value);                                                    \
    };                                                                                             \
    extern template const ValueOps &valueOps<Type>();                                              \
    extern template const ValueOps &valueOps<std::optional<Type>>();
HEDDLE_BUILT_IN(bool, Boolean, Boolean)
HEDDLE_BUILT_IN(short, Number, SmallInteger)
HEDDLE_BUILT_IN(int, Number, Integer)
HEDDLE_BUILT_IN(long, Number, BigInteger)
HEDDLE_BUILT_IN(long long, Number, BigInteger)
HEDDLE_BUILT_IN(double, Number, Float)
HEDDLE_BUILT_IN(float, Number, Float)
HEDDLE_BUILT_IN(Decimal, Number, Decimal)
HEDDLE_BUILT_IN(QString, Text, Text)
HEDDLE_BUILT_IN(QByteArray, Bytes, Binary)
HEDDLE_BUILT_IN(QDate, Day, Date)
HEDDLE_BUILT_IN(QTime, Clock, Time)
HEDDLE_BUILT_IN(QDateTime, Moment, DateTime)
HEDDLE_BUILT_IN(Date, Day, Date)
HEDDLE_BUILT_IN(Time, Clock, Time)
HEDDLE_BUILT_IN(DateTime, Moment, DateTime)
HEDDLE_BUILT_IN(Duration, Length, Duration)
HEDDLE_BUILT_IN(QUuid, Uuid, Uuid)
HEDDLE_BUILT_IN(QJsonValue, Json, Json)
HEDDLE_BUILT_IN(QJsonObject, Json, Json)
HEDDLE_BUILT_IN(QJsonArray, Json, Json)
HEDDLE_BUILT_IN(Value, Own, Other)
#undef HEDDLE_BUILT_IN

/// Primary: a type that no column can hold.
template <typename T>
struct ValueTraits {
    static constexpr bool known = false;
    static constexpr Family family = Family::None;
    using Plain = T;
};

/// A traits class out of encode(), decode() and a kind: cells one by one, as Values.
template <typename T, typename Self>
struct CellByCell {
    static constexpr bool known = true;
    using Plain = T;
    static void fill(const Column &column, int from, int rows, char *first, std::size_t stride)
    {
        for (int i = 0; i < rows; ++i, first += stride)
            if (!column.isNull(from + i))
                *reinterpret_cast<T *>(first) = Self::decode(column.value(from + i));
    }
};

template <typename T>
requires(BuiltIn<T>::known && !HasCodec<T>) struct ValueTraits<T> : BuiltIn<T> {
    using Plain = T;
    static FieldType type() { return FieldType{BuiltIn<T>::kind}; }
};

template <HasCodec T>
struct ValueTraits<T> : CellByCell<T, ValueTraits<T>> {
    static constexpr Family family = Family::Own;
    static FieldType type() { return FieldType{Codec<T>::kind}; }
    static Value encode(const T &member) { return Codec<T>::encode(member); }
    static T decode(const Value &value) { return Codec<T>::decode(value); }
};

template <typename T>
requires(std::is_enum_v<T> && !HasCodec<T>) struct ValueTraits<T> : CellByCell<T, ValueTraits<T>> {
    static constexpr Family family = Family::Own;
    static FieldType type()
    {
        return FieldType{sizeof(T) < 4   ? FieldKind::SmallInteger
                         : sizeof(T) < 8 ? FieldKind::Integer
                                         : FieldKind::BigInteger};
    }
    static Value encode(const T &member) { return Value(static_cast<long long>(member)); }
    static T decode(const Value &value)
    {
        return static_cast<T>(BuiltIn<long long>::decode(value));
    }
};

template <typename Rep, typename Period>
struct ValueTraits<std::chrono::duration<Rep, Period>>
    : CellByCell<std::chrono::duration<Rep, Period>,
                 ValueTraits<std::chrono::duration<Rep, Period>>> {
    using T = std::chrono::duration<Rep, Period>;
    static constexpr Family family = Family::Length;
    static FieldType type() { return FieldType{FieldKind::Duration}; }
    static Value encode(const T &member)
    {
        return Duration{std::chrono::duration_cast<std::chrono::microseconds>(member).count()};
    }
    static T decode(const Value &value)
    {
        const std::chrono::microseconds us(BuiltIn<Duration>::decode(value).us);
        return std::chrono::duration_cast<T>(us);
    }
};

const ValueList &arrayItems(const Value &value); // throws ValueError

/// PostgreSQL's arrays. QByteArray and QString are no lists here.
template <typename Item>
requires(ValueTraits<Item>::known) struct ValueTraits<QList<Item>>
    : CellByCell<QList<Item>, ValueTraits<QList<Item>>> {
    static constexpr Family family = Family::Array;
    static FieldType type()
    {
        FieldType type{FieldKind::Array};
        type.element = ValueTraits<Item>::type().kind;
        return type;
    }
    static Value encode(const QList<Item> &member)
    {
        ValueList items;
        for (const Item &item : member)
            items.push_back(ValueTraits<Item>::encode(item));
        return Value::array(std::move(items));
    }
    static QList<Item> decode(const Value &value)
    {
        QList<Item> out;
        for (const Value &item : arrayItems(value))
            out.append(item.isNull() ? Item() : ValueTraits<Item>::decode(item));
        return out;
    }
};

template <typename T>
requires(ValueTraits<T>::known) struct ValueTraits<std::optional<T>> {
    static constexpr bool known = true;
    static constexpr Family family = ValueTraits<T>::family;
    using Plain = T;
    static FieldType type() { return ValueTraits<T>::type(); }
    static Value encode(const std::optional<T> &member)
    {
        return member ? ValueTraits<T>::encode(*member) : Value();
    }
    static std::optional<T> decode(const Value &value)
    {
        if (value.isNull())
            return {};
        return ValueTraits<T>::decode(value);
    }
    static void fill(const Column &column, int from, int rows, char *first, std::size_t stride)
    {
        using Optional = std::optional<T>;
        if (!column.hasNulls()) {
            // The usual case: all are there, and the plain type's own loop fills them.
            char *cell = first;
            for (int i = 0; i < rows; ++i, cell += stride)
                reinterpret_cast<Optional *>(cell)->emplace();
            char *inner = reinterpret_cast<char *>(&**reinterpret_cast<Optional *>(first));
            return ValueTraits<T>::fill(column, from, rows, inner, stride);
        }
        for (int i = 0; i < rows; ++i, first += stride) {
            auto &member = *reinterpret_cast<Optional *>(first);
            if (column.isNull(from + i))
                member.reset();
            else
                ValueTraits<T>::fill(column, from + i, 1,
                                     reinterpret_cast<char *>(&member.emplace()), stride);
        }
    }
};

template <typename T>
inline constexpr bool isOptional = false;
template <typename T>
inline constexpr bool isOptional<std::optional<T>> = true;

template <typename T>
const ValueOps &valueOps()
{
    static const ValueOps ops{
        ValueTraits<T>::type(), isOptional<T>, &ValueTraits<T>::fill,
        [](const void *member) { return ValueTraits<T>::encode(*static_cast<const T *>(member)); },
        [](void *member, const Value &value) {
            auto &target = *static_cast<T *>(member);
            if (value.isNull())
                target = T();
            else
                target = ValueTraits<T>::decode(value);
        }};
    return ops;
}

} // namespace detail
} // namespace heddle
