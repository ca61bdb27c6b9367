#include "orm/values/bignumber.h"

namespace heddle::detail {

BigUnsigned powerOfTen(std::int64_t exponent)
{
    return boost::multiprecision::pow(BigUnsigned(10), unsigned(exponent));
}

std::int64_t digitCount(const BigUnsigned &value)
{
    if (value.is_zero())
        return 1;
    // Between bits and digits lies log10(2); the estimate is the count or one less.
    const auto bits = std::int64_t(boost::multiprecision::msb(value)) + 1;
    const std::int64_t least = std::int64_t(double(bits - 1) * 0.30102999566398120) + 1;
    return value >= powerOfTen(least) ? least + 1 : least;
}

BigUnsigned unsignedFromDigits(std::string_view digits)
{
    constexpr std::size_t Step = 18;
    constexpr std::uint64_t StepFactor = 1'000'000'000'000'000'000;
    BigUnsigned result = 0;
    // The first piece takes the odd rest, so that all others have the same factor.
    std::size_t length = digits.size() % Step == 0 ? Step : digits.size() % Step;
    for (std::size_t at = 0; at < digits.size(); at += length, length = Step) {
        if (at != 0)
            result *= StepFactor;
        std::uint64_t piece = 0;
        for (const char c : digits.substr(at, length))
            piece = piece * 10 + std::uint64_t(c - '0');
        result += piece;
    }
    return result;
}

} // namespace heddle::detail
