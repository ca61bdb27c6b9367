#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace heddle::detail {

// One hash for every spelling of a number, as Python's numeric hash defines it: the number as a
// fraction, modulo the prime 2^61 - 1. So 1, 1.0, True and Decimal("1.00") meet in one bucket
// without a common representation.

std::size_t hashOfInt(std::int64_t value);
std::size_t hashOfDouble(double value);
/// (-1)^negative * digits * 10^exponent; digits are decimal, without sign.
std::size_t hashOfDigits(std::string_view digits, bool negative, int exponent);
std::size_t hashOfInfinity(bool negative);
std::size_t hashOfNan();

} // namespace heddle::detail
