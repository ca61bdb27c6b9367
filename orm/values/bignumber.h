#pragma once

#include "orm/values/decimal.h"

#include <boost/multiprecision/cpp_int.hpp>
#include <string_view>

namespace heddle::detail {

// For the sources of this room only: Boost's numbers stay out of every public header, they cost
// seconds to compile.

using BigUnsigned = boost::multiprecision::cpp_int; // never negative in DecimalParts
using BigSigned = boost::multiprecision::cpp_int;

/// A decimal in the form that all slow paths work on: (-1)^negative * coefficient * 10^exponent.
struct DecimalParts {
    enum class Kind { Finite, Infinite, NotANumber };
    // Python's default context.
    static constexpr int Precision = 28;
    static constexpr std::int64_t MaxExponent = 999'999;
    static constexpr std::int64_t LeastExponent = -999'999 - Precision + 1;

    Kind kind = Kind::Finite;
    bool negative = false;
    BigUnsigned coefficient;
    std::int64_t exponent = 0;
};

/// Opens a Decimal for the arithmetic, which lives in another source.
struct DecimalAccess {
    static DecimalParts parts(const Decimal &d);
    static Decimal make(const DecimalParts &parts);
    /// The coefficient with its sign, or null where it does not fit into 64 bits.
    static const std::int64_t *small(const Decimal &d);
};

/// 10^exponent for exponent >= 0.
BigUnsigned powerOfTen(std::int64_t exponent);
/// Decimal digits of the number; 1 for zero.
std::int64_t digitCount(const BigUnsigned &value);
/// Digits only; a leading zero is no octal number here.
BigUnsigned unsignedFromDigits(std::string_view digits);

} // namespace heddle::detail
