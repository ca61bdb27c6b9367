#include "orm/values/numberhash.h"

#include <cmath>

namespace heddle::detail {
namespace {

constexpr int Bits = 61;
constexpr std::uint64_t Prime = (std::uint64_t(1) << Bits) - 1;

std::uint64_t fold(std::uint64_t value)
{
    value = (value & Prime) + (value >> Bits);
    return value >= Prime ? value - Prime : value;
}

/// value * 2^shift modulo the prime: a rotation of 61 bits.
std::uint64_t rotate(std::uint64_t value, int shift)
{
    shift %= Bits;
    if (shift < 0)
        shift += Bits;
    if (shift == 0)
        return value;
    return ((value << shift) & Prime) | (value >> (Bits - shift));
}

/// a * b modulo the prime, for a, b < 2^61, without a 128-bit type: b is taken in two halves.
std::uint64_t multiply(std::uint64_t a, std::uint64_t b)
{
    constexpr std::uint64_t Low = (std::uint64_t(1) << 31) - 1;
    const std::uint64_t aLow = a & Low, aHigh = a >> 31, bLow = b & Low, bHigh = b >> 31;
    const std::uint64_t middle = fold(aLow * bHigh) + fold(aHigh * bLow);
    const std::uint64_t high = rotate(fold(aHigh * bHigh), 62);
    return fold(fold(aLow * bLow) + rotate(fold(middle), 31) + high);
}

std::uint64_t power(std::uint64_t base, std::uint64_t exponent)
{
    std::uint64_t result = 1;
    for (; exponent != 0; exponent >>= 1) {
        if (exponent & 1)
            result = multiply(result, base);
        base = multiply(base, base);
    }
    return result;
}

std::size_t withSign(std::uint64_t value, bool negative)
{
    return negative ? std::size_t(0) - std::size_t(value) : std::size_t(value);
}

} // namespace

std::size_t hashOfInt(std::int64_t value)
{
    const bool negative = value < 0;
    const std::uint64_t size =
        negative ? std::uint64_t(0) - std::uint64_t(value) : std::uint64_t(value);
    return withSign(fold(size), negative);
}

std::size_t hashOfDouble(double value)
{
    if (std::isnan(value))
        return hashOfNan();
    if (std::isinf(value))
        return hashOfInfinity(value < 0);
    int exponent = 0;
    const double fraction = std::frexp(std::fabs(value), &exponent);
    // 53 bits hold every fraction of a double exactly.
    const auto mantissa = std::uint64_t(std::ldexp(fraction, 53));
    return withSign(rotate(mantissa, exponent - 53), value < 0);
}

std::size_t hashOfDigits(std::string_view digits, bool negative, int exponent)
{
    std::uint64_t value = 0;
    for (const char c : digits)
        value = fold(multiply(value, 10) + std::uint64_t(c - '0'));
    if (exponent >= 0) {
        value = multiply(value, power(10, std::uint64_t(exponent)));
    } else {
        // By Fermat's little theorem 10^(Prime - 2) is the inverse of 10.
        const std::uint64_t inverse = power(10, Prime - 2);
        value = multiply(value,
                         power(inverse, std::uint64_t(0) - std::uint64_t(std::int64_t(exponent))));
    }
    return withSign(fold(value), negative);
}

std::size_t hashOfInfinity(bool negative)
{
    return withSign(314159, negative);
}

std::size_t hashOfNan()
{
    return 0x5bd1e995;
}

} // namespace heddle::detail
