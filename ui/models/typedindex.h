#pragma once

#include <compare>

namespace heddle::ui {

/// A position in one particular array: a lane cannot be mistaken for a record. Negative means none.
template <class Tag>
struct TypedIndex {
    int value = -1;

    constexpr TypedIndex() = default;
    constexpr explicit TypedIndex(int v) : value(v) {}
    constexpr bool isValid() const { return value >= 0; }
    constexpr auto operator<=>(const TypedIndex &) const = default;
};

using RecordIndex = TypedIndex<struct RecordTag>; // into TraceModel::records()
using LaneIndex = TypedIndex<struct LaneTag>;     // into TraceModel::lanes()
using GroupIndex = TypedIndex<struct GroupTag>;   // into TraceModel::groups()

} // namespace heddle::ui
