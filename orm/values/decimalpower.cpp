#include "orm/values/bignumber.h"
#include "orm/values/decimal.h"
#include "orm/values/errors.h"

#include <boost/multiprecision/cpp_dec_float.hpp>
#include <cmath>
#include <stdexcept>

namespace heddle {
namespace {

using detail::DecimalAccess;
using detail::DecimalParts;

// Twice the precision of the result and some: what logarithm and exponential lose stays far behind
// the last digit.
using Float = boost::multiprecision::number<boost::multiprecision::cpp_dec_float<70>>;

constexpr std::int64_t MaxExactDigits = 10'000;

const Decimal One(1, 0);

[[noreturn]] void invalid()
{
    throw std::domain_error("[<class 'decimal.InvalidOperation'>]");
}

Decimal named(const char *text)
{
    return Decimal::parse(text).value_or(Decimal());
}

/// The exponent as a whole number, if it is one.
std::optional<std::int64_t> wholeNumber(const Decimal &d)
{
    const auto n = d.toInt64();
    return n && Decimal(*n, 0) == d ? n : std::nullopt;
}

bool isOdd(const Decimal &d)
{
    const auto n = wholeNumber(d);
    return n && *n % 2 != 0;
}

Decimal rounded(const Decimal &d)
{
    return d + Decimal(0, d.exponent());
}

/// Zeros and infinities on either side. The base is not negative where the exponent is infinite.
Decimal limitPower(const Decimal &a, const Decimal &b)
{
    const bool negative = a.isNegative() && isOdd(b);
    if (!b.isFinite()) {
        if (a.isNegative() && !a.isZero())
            invalid();
        const int size = Decimal::compare(a.abs(), One);
        if (size == 0)
            return One;
        return (size > 0) == !b.isNegative() ? named("Infinity") : Decimal();
    }
    const bool grows = a.isZero() == b.isNegative();
    if (grows)
        return named(negative ? "-Infinity" : "Infinity");
    return named(negative ? "-0" : "0");
}

/// By squaring, without rounding before the end.
Decimal exactPower(const Decimal &a, std::int64_t n)
{
    DecimalParts p = DecimalAccess::parts(a);
    const auto count = unsigned(n < 0 ? -n : n);
    p.negative = p.negative && (count & 1) != 0;
    p.coefficient = boost::multiprecision::pow(p.coefficient, count);
    p.exponent *= count;
    if (p.exponent > DecimalParts::MaxExponent || p.exponent < DecimalParts::LeastExponent) {
        const bool large = (p.exponent > 0) == (n > 0);
        if (large)
            throw OverflowError(QStringLiteral("[<class 'decimal.Overflow'>]"));
        return Decimal(0, int(DecimalParts::LeastExponent));
    }
    const Decimal exact = DecimalAccess::make(p);
    return n < 0 ? One / exact : rounded(exact);
}

/// exp(b * ln |a|), with the sign that an odd whole exponent keeps.
Decimal realPower(const Decimal &a, const Decimal &b, bool negative)
{
    // Not abs(), which rounds to the context's digits.
    DecimalParts size = DecimalAccess::parts(a);
    size.negative = false;
    const Float base(DecimalAccess::make(size).toStdString()), exponent(b.toStdString());
    const Float log10 = exponent * boost::multiprecision::log10(base);
    if (log10 > DecimalParts::MaxExponent + 1)
        throw OverflowError(QStringLiteral("[<class 'decimal.Overflow'>]"));
    if (log10 < DecimalParts::LeastExponent)
        return Decimal(0, int(DecimalParts::LeastExponent));
    const Float whole = boost::multiprecision::floor(log10);
    const Float mantissa = boost::multiprecision::pow(Float(10), Float(log10 - whole));
    const std::string text = (negative ? "-" : "") + mantissa.str(60, std::ios_base::fixed) + 'E' +
                             std::to_string(whole.convert_to<std::int64_t>());
    return rounded(named(text.c_str()));
}

} // namespace

Decimal Decimal::power(const Decimal &a, const Decimal &b)
{
    if (a.isNan() || b.isNan())
        return named("NaN");
    if (b.isZero()) {
        if (a.isZero())
            invalid();
        return One;
    }
    if (a.isZero() || !a.isFinite() || !b.isFinite())
        return limitPower(a, b);
    const auto n = wholeNumber(b);
    if (n) {
        const auto digits = std::int64_t(a.digits().size());
        if (*n <= MaxExactDigits && *n >= -MaxExactDigits &&
            digits * std::abs(*n) <= MaxExactDigits)
            return exactPower(a, *n);
    } else if (a.isNegative() && b.exponent() < 0) {
        // What is beyond 64 bits is whole, and even, as far as a result can tell.
        invalid();
    }
    return realPower(a, b, a.isNegative() && isOdd(b));
}

} // namespace heddle
